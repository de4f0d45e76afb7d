"""What the vendors' own clients make of recorded exchanges: one JSON object a line on standard output.

usage: sdk_decode.py FILE ...       files of recordings; runs in the environment that has the clients

Each object has `id` and either what was decoded (text, tool_calls, finish, model, usage in the vendor's own words), or
`error` (the server's message, of a status that is one), or `refused` (the client cannot read it, and why).
"""
import json
import sys

import anthropic
import httpx2
import openai
from google import genai
from google.genai import errors, types
from openai.lib.streaming.chat import ChatCompletionStreamState

from replay import Replay, load


HTTP = httpx2.Client()  # of all clients: making one reads the authorities of the system


def plain(x):
    """A client's object as JSON values, without what is not there."""
    return None if x is None else x.model_dump(mode="json", exclude_none=True)


# --- OpenAI -----------------------------------------------------------------------------------------------------------

def openai_calls(message):
    for t in message.tool_calls or []:
        f = getattr(t, "function", None) or t.custom
        yield {"name": f.name, "arguments": getattr(f, "arguments", None) or getattr(f, "input", "")}
    if message.function_call:
        yield {"name": message.function_call.name, "arguments": message.function_call.arguments}


def openai_chat(url, streamed):
    client = openai.OpenAI(base_url=url + "/v1", api_key="none", max_retries=0, http_client=HTTP)
    ask = {"model": "m", "messages": [{"role": "user", "content": "x"}]}
    if streamed:
        state = ChatCompletionStreamState()
        model = usage = None  # the state keeps those of the first chunk and of the last, whatever they are
        for chunk in client.chat.completions.create(stream=True, **ask):
            state.handle_chunk(chunk)
            model, usage = chunk.model or model, chunk.usage or usage
        c = state.current_completion_snapshot
        c.model, c.usage = model, usage
    else:
        c = client.chat.completions.create(**ask)
    choice = c.choices[0]
    return {"text": choice.message.content or "", "tool_calls": list(openai_calls(choice.message)),
            "finish": choice.finish_reason, "model": c.model, "usage": plain(c.usage)}


# --- Anthropic --------------------------------------------------------------------------------------------------------

def anthropic_messages(url, streamed):
    client = anthropic.Anthropic(base_url=url, api_key="none", max_retries=0, http_client=HTTP)
    ask = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "x"}]}
    if streamed:
        with client.messages.stream(**ask) as stream:
            m = stream.get_final_message()
    else:
        m = client.messages.create(**ask)
    return {"text": "".join(b.text for b in m.content if b.type == "text"),
            "tool_calls": [{"name": b.name, "arguments": b.input} for b in m.content if b.type == "tool_use"],
            "finish": m.stop_reason, "model": m.model, "usage": plain(m.usage)}


# --- Google -----------------------------------------------------------------------------------------------------------

def gemini_generate(url, streamed):
    client = genai.Client(api_key="none", http_options=types.HttpOptions(base_url=url, httpx_client=HTTP))
    out = {"text": "", "tool_calls": [], "finish": None, "model": None, "usage": None}
    ask = {"model": "m", "contents": "x"}
    answers = client.models.generate_content_stream(**ask) if streamed else [client.models.generate_content(**ask)]
    for r in answers:
        out["model"] = r.model_version or out["model"]
        # the client hands out counts of chunks that say nothing, too
        if r.usage_metadata and (r.usage_metadata.prompt_token_count or r.usage_metadata.total_token_count):
            out["usage"] = plain(r.usage_metadata)
        for c in (r.candidates or [])[:1]:
            out["finish"] = c.finish_reason.value if c.finish_reason else out["finish"]
            for p in (c.content.parts if c.content else None) or []:
                if p.function_call:
                    out["tool_calls"].append({"name": p.function_call.name, "arguments": p.function_call.args or {}})
                elif p.text and not p.thought:
                    out["text"] += p.text
    return out


PEERS = {"openai_chat": openai_chat, "anthropic_messages": anthropic_messages, "gemini_generate": gemini_generate}


def error_words(e):
    """The server's own message in a client's error."""
    if isinstance(e, errors.APIError):
        return e.message
    body = e.body if isinstance(e.body, dict) else {}
    inner = body.get("error")
    return inner.get("message") if isinstance(inner, dict) else body.get("message")


def main():
    exchanges = [x for path in sys.argv[1:] for x in load(path)]
    replay = Replay(exchanges)
    for x in exchanges:
        out = {"id": x["id"]}
        try:
            out.update(PEERS[x["wire"]](replay.url(x["id"]), bool(x["stream"])))
        except (openai.APIStatusError, anthropic.APIStatusError, errors.APIError) as e:
            out["error"] = error_words(e)
        except Exception as e:  # a client's own validation, whatever it raises
            out["refused"] = f"{type(e).__name__}: {e}"
        print(json.dumps(out))


if __name__ == "__main__":
    main()
