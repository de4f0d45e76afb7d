"""A LlamaIndex application as a candidate (pip install llama-index-core llama-index-llms-openai-like).

A prompt of the framework's own around its model class; put an index or a query engine in place of it. Standard output
belongs to the answers, so what the libraries print goes to standard error. Variables, named by `env:`: MODEL_URL,
MODEL_NAME, MODEL_KEY.
"""
import json
import os
import sys

answers, sys.stdout = sys.stdout, sys.stderr

from llama_index.core.llms import ChatMessage
from llama_index.llms.openai_like import OpenAILike

llm = OpenAILike(model=os.environ["MODEL_NAME"], api_base=os.environ["MODEL_URL"], api_key=os.environ["MODEL_KEY"],
                 is_chat_model=True, max_retries=0)


def answer(messages, params):
    r = llm.chat([ChatMessage(role=m["role"], content=m["content"]) for m in messages], max_tokens=params["max_output"])
    used = r.raw.usage
    return {"text": r.message.content,
            "usage": {"input_tokens": used.prompt_tokens, "output_tokens": used.completion_tokens},
            "cost_usd": round(used.prompt_tokens * 1e-6 + used.completion_tokens * 2e-6, 9)}


for line in sys.stdin:
    request = json.loads(line)
    try:
        reply = answer(request["messages"], request["params"])
    except Exception as e:  # a failure of the model is this answer's, not the application's
        reply = {"error": f"{type(e).__name__}: {e}"}
    print(json.dumps({"id": request["id"], **reply}), file=answers, flush=True)
