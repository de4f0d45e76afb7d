"""The same with OpenAI's Python library (pip install openai), which talks to every server that speaks its format.

Two calls an answer: a draft, and a second look at it. What both used is reported together. Variables, named by `env:`:
MODEL_URL, MODEL_NAME, MODEL_KEY.
"""
import json
import os
import sys

import openai

client = openai.OpenAI(base_url=os.environ["MODEL_URL"], api_key=os.environ["MODEL_KEY"], max_retries=0)


def ask(messages, params):
    r = client.chat.completions.create(model=os.environ["MODEL_NAME"], messages=messages, max_tokens=params["max_output"])
    return r.choices[0].message.content, r.usage


def answer(messages, params):
    draft, first = ask(messages, params)
    again = messages + [{"role": "assistant", "content": draft},
                        {"role": "user", "content": "Look again at: " + messages[-1]["content"]}]
    text, second = ask(again, params)
    tokens_in = first.prompt_tokens + second.prompt_tokens
    tokens_out = first.completion_tokens + second.completion_tokens
    return {"text": text, "usage": {"input_tokens": tokens_in, "output_tokens": tokens_out},
            "cost_usd": round(tokens_in * 1e-6 + tokens_out * 2e-6, 9)}


for line in sys.stdin:
    request = json.loads(line)
    try:
        reply = answer(request["messages"], request["params"])
    except openai.OpenAIError as e:
        reply = {"error": str(e)}
    print(json.dumps({"id": request["id"], **reply}), flush=True)
