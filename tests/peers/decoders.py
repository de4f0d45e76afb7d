"""What the vendors' own clients decode of recorded traffic, we decode, field for field.

usage: decoders.py FULCRUM PYTHON SHARED        PYTHON is that of the environment with the clients

Recordings that a client refuses by its own validation are counted by reason; refused.txt lists them, and one that is not
in it is a failure. So are fields in which the two differ, but for those that differing.txt lists with the reason.
"""
import collections
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
WIRES = ("openai_chat", "anthropic_messages", "gemini_generate")


def listed(name):
    """{first word: the rest} of the lines of a list beside this file."""
    with open(os.path.join(HERE, name), encoding="utf-8") as f:
        lines = [line.split(None, 1) for line in f if line.strip() and not line.startswith("#")]
    return {words[0]: words[1].strip() for words in lines}


# --- usage: the client's counts, taken apart by what the vendor's documentation says of them --------------------------

def openai_usage(u):
    inside = u.get("prompt_tokens_details") or {}
    made = u.get("completion_tokens_details") or {}
    return {"input": u.get("prompt_tokens", 0), "output": u.get("completion_tokens", 0),
            "cache_read": inside.get("cached_tokens", 0), "reasoning": made.get("reasoning_tokens", 0)}


def anthropic_usage(u):
    read, written = u.get("cache_read_input_tokens") or 0, u.get("cache_creation_input_tokens") or 0
    thinking = (u.get("output_tokens_details") or {}).get("thinking_tokens") or 0
    return {"input": u["input_tokens"] + read + written, "output": u["output_tokens"], "cache_read": read,
            "reasoning": thinking}


def gemini_usage(u):
    made, thought = u.get("candidates_token_count", 0), u.get("thoughts_token_count", 0)
    return {"input": u.get("prompt_token_count", 0) + u.get("tool_use_prompt_token_count", 0), "output": made + thought,
            "cache_read": u.get("cached_content_token_count", 0), "reasoning": thought}


THEIRS = {"openai_chat": openai_usage, "anthropic_messages": anthropic_usage, "gemini_generate": gemini_usage}
INPUT = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "cache_write_24h", "audio_input", "image_input",
         "video_input", "audio_cache_read", "tool_prompt")
OUTPUT = ("output", "reasoning", "audio_output", "image_output", "video_output")


def ours(u):
    return {"input": sum(u.get(c, 0) for c in INPUT), "output": sum(u.get(c, 0) for c in OUTPUT),
            "cache_read": u.get("cache_read", 0) + u.get("audio_cache_read", 0), "reasoning": u.get("reasoning", 0)}


# --- fields -----------------------------------------------------------------------------------------------------------

def arguments(text):
    """Arguments as JSON values; as they are where they are none."""
    try:
        return json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return text


def calls(some):
    return [(c["name"], arguments(c["arguments"])) for c in some]


def differences(wire, sdk, own):
    """(field, theirs, ours) of each field that differs, and how many were compared."""
    if "error" in sdk:
        said = sdk["error"]
        return ([] if said is None or any(said[:400] in p for p in own["problems"]) else
                [("error", said, own["problems"])]), 1
    pairs = [("text", sdk["text"], own["text"]), ("tool_calls", calls(sdk["tool_calls"]), calls(own["tool_calls"])),
             ("finish", sdk["finish"] or None, own["finish"] or None),
             ("model", sdk["model"] or own["model"], own["model"])]  # we tell what was asked for where nothing is named
    if sdk["usage"] is None:
        pairs.append(("usage", None, own["usage"]))
    else:
        theirs = THEIRS[wire](sdk["usage"])
        mine = ours(own["usage"]) if own["usage"] else {}
        pairs += [(f"usage.{name}", theirs[name], mine.get(name)) for name in theirs]
    return [p for p in pairs if p[1] != p[2]], len(pairs)


def main():
    fulcrum, python, shared = sys.argv[1:]
    files = [os.path.join(shared, "wire", w + ".jsonl") for w in WIRES]
    p = subprocess.run([python, os.path.join(HERE, "sdk_decode.py"), *files], stdout=subprocess.PIPE, check=True)
    theirs = [json.loads(line) for line in p.stdout.splitlines()]
    own = {}
    for file in files:
        p = subprocess.run([fulcrum, "cost", "exchange", file, "--json"], stdout=subprocess.PIPE, check=True)
        own.update((x["id"], x) for x in json.loads(p.stdout)["exchanges"])
    known, allowed = listed("refused.txt"), listed("differing.txt")
    refused, compared, fields, wrong = collections.Counter(), collections.Counter(), 0, []
    met = set()
    for sdk in theirs:
        wire = sdk["id"].rsplit("-", 1)[0]
        if "refused" in sdk:
            refused[(wire, known.get(sdk["id"], sdk["refused"][:100]))] += 1
            if sdk["id"] not in known:
                wrong.append(f"{sdk['id']}: refused, and not in refused.txt: {sdk['refused'][:200]}")
            continue
        if sdk["id"] not in own:
            wrong.append(f"{sdk['id']}: not decoded here")
            continue
        found, n = differences(wire, sdk, own[sdk["id"]])
        compared[wire, "error" if "error" in sdk else "answer"] += 1
        fields += n
        for field, a, b in found:
            if allowed.get(f"{sdk['id']}:{field}"):
                met.add(f"{sdk['id']}:{field}")
            else:
                wrong.append(f"{sdk['id']}: {field}: the client has {str(a)[:300]!r}, we have {str(b)[:300]!r}")
    wrong += [f"{id_}: in differing.txt, but it does not differ" for id_ in allowed if id_ not in met]
    print("".join(f"# {line}\n" for line in wrong), end="")
    for (wire, kind), n in sorted(compared.items()):
        print(f"# {wire}: {n} {kind}s compared")
    for (wire, why), n in sorted(refused.items()):
        print(f"# {wire}: {n} refused by the client: {why}")
    for (field, why), n in sorted(collections.Counter((k.split(":")[1], v) for k, v in allowed.items()).items()):
        print(f"# {n} differ in {field}: {why}")
    print(f"{'not ok' if wrong else 'ok'} - what the clients of OpenAI, Anthropic and Google decode, we decode: "
          f"{fields} fields of {sum(compared.values())} recordings")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
