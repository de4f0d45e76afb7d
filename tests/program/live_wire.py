"""OpenAI's path and Anthropic's of one real model server: the same tokens, which each format counts in its own way."""
import json
import os
import sqlite3
import subprocess

SYSTEM = "You sort support tickets of a shop into queues. Every ticket belongs into exactly one of them. " * 6
QUESTIONS = ("Where is it?", "I cannot log in.", "Refund me.")
INPUT, CACHED, OUTPUT = 2000, 1000, 8000  # nano-USD a token


def ask(program, folder, dialect, stream, port, model):
    """([(the server's counts, the ledger's classes, cost) of each question], what the program said)."""
    task = {"task": "wire", "prompt": [{"system": SYSTEM}, {"user": "{{ text }}"}], "max_output": 8, "budget": "1 USD",
            "data": [{"id": str(i), "text": t, "label": "x"} for i, t in enumerate(QUESTIONS)],
            "grade": [{"match": {"field": "label"}}], "params": {"temperature": 0},
            "candidates": {"models": [f"live/{model}"]},
            "providers": {"live": {"url": f"http://127.0.0.1:{port}/v1", "dialect": dialect, "stream": stream, "concurrency": 1,
                                   "price": {"input": "2 USD/Mtok", "cache_read": "1 USD/Mtok", "output": "8 USD/Mtok"}}}}
    path, state = os.path.join(folder, "wire.yaml"), os.path.join(folder, f"{dialect}{stream}.db")
    with open(path, "w", encoding="utf-8") as f:
        json.dump(task, f)
    p = subprocess.run([program, "--json", "--quiet", "--state", state, "eval", path], stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=200)
    if p.returncode:
        return [], p.stdout.decode()
    db = sqlite3.connect(f"file:{state}?mode=ro", uri=True)
    rows = db.execute("SELECT c.response, l.input, l.cache_read, l.output, l.cost_nusd FROM cell c JOIN ledger l "
                      "ON l.key = c.key WHERE l.code = 'ok' ORDER BY c.rowid").fetchall()
    db.close()
    return [(usage_of(bytes(response).decode()), classes, cost) for response, *classes, cost in rows], p.stdout.decode()


def usage_of(response):
    """All counts that a body or a stream tells, the last of each."""
    out = {}
    for body in [line[5:] for line in response.splitlines() if line.startswith("data:")] or [response]:
        v = json.loads(body) if body.strip() != "[DONE]" else {}
        for usage in ((v.get("message") or {}).get("usage"), v.get("usage")):
            out.update(usage or {})
    return out


def anthropic(u):
    return [u["input_tokens"], u["cache_read_input_tokens"], u["output_tokens"]]


def openai(u):
    cached = (u.get("prompt_tokens_details") or {}).get("cached_tokens", 0)
    return [u["prompt_tokens"] - cached, cached, u["completion_tokens"]]


def wire_formats(program, folder, port, model, claim):
    got, said = {}, ""
    for dialect in ("openai", "anthropic"):
        for stream in (False, True):
            got[dialect, stream], more = ask(program, folder, dialect, stream, port, model)
            said += more
    claim(all(len(rows) == len(QUESTIONS) for rows in got.values()),
          "one server answers in OpenAI's and in Anthropic's format, streamed or not", said)
    theirs = [r for stream in (False, True) for r in got["anthropic", stream]]
    chat = [r for stream in (False, True) for r in got["openai", stream]]
    claim(bool(theirs) and all(classes == anthropic(u) for u, classes, _ in theirs),
          "Anthropic's input_tokens leave out what came from the cache; the ledger has them apart", str(theirs))
    claim(bool(chat) and all(classes == openai(u) for u, classes, _ in chat),
          "OpenAI's prompt_tokens contain what came from the cache; the ledger has them apart", str(chat))
    claim(any(classes[1] > 100 for _, classes, _ in theirs), "the beginning of the prompt came from the cache", str(theirs))
    claim(bool(theirs) and [sum(c[:2]) for _, c, _ in theirs] == [sum(c[:2]) for _, c, _ in chat],
          "both tell the same length of each prompt", str((theirs, chat)))
    claim(bool(theirs) and all(cost == c[0] * INPUT + c[1] * CACHED + c[2] * OUTPUT for _, c, cost in theirs + chat),
          "each class is paid at its own price", str(theirs + chat))
