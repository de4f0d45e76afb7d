"""An application of your own as a candidate, with nothing but Python's standard library.

It stays: one request a line comes in, one answer a line goes out. A rule answers what needs no model; for the rest it asks
any server that speaks OpenAI's format, and tells what that cost. It sees the variables that `env:` names and no others:
MODEL_URL (such as http://127.0.0.1:8080/v1), MODEL_NAME, and MODEL_KEY where the server wants one.
"""
import json
import os
import sys
import urllib.request

USD_PER_TOKEN = {"prompt_tokens": 1e-6, "completion_tokens": 2e-6}


def ask_model(messages, params):
    body = {"model": os.environ["MODEL_NAME"], "messages": messages, "max_tokens": params["max_output"]}
    headers = {"Content-Type": "application/json", "Authorization": "Bearer " + os.environ.get("MODEL_KEY", "")}
    request = urllib.request.Request(os.environ["MODEL_URL"] + "/chat/completions", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as response:
        answer = json.load(response)
    usage = answer["usage"]
    cost = sum(usage[kind] * rate for kind, rate in USD_PER_TOKEN.items())
    return {"text": answer["choices"][0]["message"]["content"], "usage": usage, "cost_usd": round(cost, 9)}


def answer(messages, params):
    if "refund" in messages[-1]["content"].lower():
        return {"text": "return", "cost_usd": 0}
    return ask_model(messages, params)


for line in sys.stdin:
    request = json.loads(line)
    try:
        reply = answer(request["messages"], request["params"])
    except Exception as e:  # whatever went wrong is told; the next request is another matter
        reply = {"error": f"{type(e).__name__}: {e}"}
    print(json.dumps({"id": request["id"], **reply}), flush=True)
