"""A LangGraph application as a candidate (pip install langgraph openai).

A graph of three nodes: look at the ticket, then either answer by rule or ask the model. What races is the graph as a
whole, so two versions of it are compared as two models would be. Variables, named by `env:`: MODEL_URL, MODEL_NAME, MODEL_KEY.
"""
import json
import os
import sys
from typing import TypedDict

import openai
from langgraph.graph import END, START, StateGraph

client = openai.OpenAI(base_url=os.environ["MODEL_URL"], api_key=os.environ["MODEL_KEY"], max_retries=0)


class State(TypedDict):
    messages: list
    max_output: int
    text: str
    cost_usd: float


def look(state):
    return {"cost_usd": 0.0}


def by_rule(state):
    return {"text": "return"}


def by_model(state):
    r = client.chat.completions.create(model=os.environ["MODEL_NAME"], messages=state["messages"],
                                       max_tokens=state["max_output"])
    cost = r.usage.prompt_tokens * 1e-6 + r.usage.completion_tokens * 2e-6
    return {"text": r.choices[0].message.content, "cost_usd": state["cost_usd"] + cost}


def route(state):
    return "by_rule" if "refund" in state["messages"][-1]["content"].lower() else "by_model"


graph = StateGraph(State)
graph.add_node(look)
graph.add_node(by_rule)
graph.add_node(by_model)
graph.add_edge(START, "look")
graph.add_conditional_edges("look", route, ["by_rule", "by_model"])
graph.add_edge("by_rule", END)
graph.add_edge("by_model", END)
app = graph.compile()

for line in sys.stdin:
    request = json.loads(line)
    state = app.invoke({"messages": request["messages"], "max_output": request["params"]["max_output"]})
    print(json.dumps({"id": request["id"], "text": state["text"], "cost_usd": round(state["cost_usd"], 9)}), flush=True)
