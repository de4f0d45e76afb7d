"""Requests that Fulcrum writes are requests to the vendors' own clients: their types know every member.

usage: encoders.py FULCRUM PYTHON SHARED        PYTHON is that of the environment with the clients
"""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PNG, PDF = b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"%PDF-1.7\n" + b"x" * 300
SCHEMA = {"type": "object", "properties": {"queue": {"type": "string", "enum": ["bug", "other"]}, "n": {"type": "integer"}},
          "required": ["queue", "n"]}
CLOSED = {**SCHEMA, "additionalProperties": False}
FUNCTION = {"name": "look_up", "description": "Looks it up.", "parameters": SCHEMA}
FORMAT = {"type": "json_schema", "json_schema": {"name": "ticket", "schema": CLOSED, "strict": True}}
ITEM = {"id": "a", "text": "hello", "label": "bug", "image": "a.png", "pdf": "a.pdf",
        "address": "https://pictures.example/a.png", "paper": "https://papers.example/a.pdf"}
SYSTEM = [{"system": "Be brief."}, {"user": "{{ text }}"}]
SHOTS = [*SYSTEM, {"assistant": "hi"}, {"user": "and {{ text }}?"}]
LAB = {"url": "http://127.0.0.1:1/v1"}  # nothing is sent there
LEVELS = ["low", "medium", "high"]

# Model, then what the task says beside it; `stream` is a setting of the provider.
CASES = {
    "openai": [
        ("openai/gpt-4.1", {}), ("openai/gpt-4.1", {"stream": True}), ("openai/gpt-4.1", {"prompt": SHOTS}),
        ("openai/gpt-4.1", {"params": {"temperature": 0.5, "top_p": 0.9, "stop": ["\n"], "service_tier": "flex"}}),
        ("lab/m", {"params": {"logprobs": True, "top_logprobs": 3, "frequency_penalty": 0.1, "logit_bias": {"5": -1}},
                   "prompt": SHOTS, "draw_seed": 5}),
        ("openai/gpt-4.1", {"attach": ["{{ image }}", "{{ pdf }}", "{{ address }}"], "stream": True}),
        ("openai/gpt-5-nano", {"effort": ["minimal", *LEVELS], "max_output": 5000}),
        ("openai/gpt-6.1-sol", {"effort": [*LEVELS, "xhigh"], "stream": True}),
        ("openai/gpt-6.1-sol", {"params": {"tools": [{"type": "function", "function": FUNCTION}],
                                           "tool_choice": "required", "response_format": FORMAT}}),
        ("openai/gpt-4.1", {"params": {"response_format": {"type": "json_object"}, "parallel_tool_calls": False,
                                       "tools": [{"type": "function", "function": FUNCTION}]}}),
    ],
    "anthropic": [
        ("anthropic/claude-sonnet-4-5", {}), ("anthropic/claude-sonnet-4-5", {"stream": True, "prompt": SYSTEM}),
        ("anthropic/claude-sonnet-4-5", {"prompt": SHOTS, "params": {"stop_sequences": ["\n"]}}),
        ("anthropic/claude-sonnet-4-5", {"attach": ["{{ image }}", "{{ pdf }}", "{{ address }}", "{{ paper }}"]}),
        ("anthropic/claude-sonnet-4-5", {"effort": LEVELS, "max_output": 20000}),
        ("anthropic/claude-opus-5.5", {"effort": LEVELS, "stream": True}),
        ("anthropic/claude-opus-5.5", {"params": {
            "tools": [{"name": "look_up", "description": "Looks it up.", "input_schema": SCHEMA}],
            "tool_choice": {"type": "any"}, "output_config": {"format": {"type": "json_schema", "schema": CLOSED}},
            "stop_sequences": ["\n"], "service_tier": "auto", "metadata": {"user_id": "u"}}}),
    ],
    "gemini": [
        ("google/gemini-2.5-flash", {}), ("google/gemini-2.5-flash", {"stream": True, "prompt": SYSTEM}),
        ("google/gemini-2.5-flash", {"prompt": SHOTS, "params": {"temperature": 0.5, "top_p": 0.9, "stop": ["\n"],
                                                                 "frequency_penalty": 0.1}}),
        ("google/gemini-2.5-flash", {"attach": ["{{ image }}", "{{ pdf }}", "{{ address }}", "{{ paper }}"]}),
        ("google/gemini-2.5-flash", {"effort": ["none", *LEVELS], "max_output": 20000}),
        ("google/gemini-3.5-flash-lite", {"effort": LEVELS, "stream": True}),
        ("google/gemini-2.5-flash", {"params": {"response_format": FORMAT}}),
        ("google/gemini-2.5-flash", {"params": {
            "tools": [{"functionDeclarations": [FUNCTION]}], "toolConfig": {"functionCallingConfig": {"mode": "ANY"}},
            "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}]}}),
    ],
}


def bodies(fulcrum, folder):
    """(dialect, case, body) of each request that the cases make."""
    for name, content in (("a.png", PNG), ("a.pdf", PDF)):
        with open(os.path.join(folder, name), "wb") as f:
            f.write(content)
    for dialect, cases in CASES.items():
        for model, said in cases:
            said = dict(said)
            settings = {**(LAB if model == "lab/m" else {}), "stream": said.pop("stream", False)}
            config = {"providers": {model.split("/")[0]: settings}}
            candidates = {"models": [model]}
            if "effort" in said:
                candidates["effort"] = said.pop("effort")
            task = {"task": "requests", "data": [ITEM], "prompt": "{{ text }}", "budget": "none", "candidates": candidates,
                    "grade": [{"match": {"field": "label"}}], **said}
            for name, content in (("t.yaml", task), ("fulcrum.yaml", config)):
                with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
                    json.dump(content, f)
            p = subprocess.run([fulcrum, "--config", "fulcrum.yaml", "balance", "t.yaml", "--dry-run", "--json"],
                               cwd=folder, stdout=subprocess.PIPE, check=False)
            answer = json.loads(p.stdout)
            assert p.returncode == 0, (model, said, answer)
            for c in answer["candidates"]:
                yield dialect, f"{c['name']} {json.dumps(said)[:60]}", c["request"]


def main():
    fulcrum, python, shared = sys.argv[1:]
    fulcrum = os.path.abspath(fulcrum)
    with tempfile.TemporaryDirectory() as folder:
        lines = "".join(json.dumps(b) + "\n" for b in bodies(fulcrum, folder))
    schema = os.path.join(shared, "suites", "openai-openapi.json.zst")
    p = subprocess.run([python, os.path.join(HERE, "sdk_accept.py"), schema], input=lines.encode())
    sys.exit(p.returncode)


if __name__ == "__main__":
    main()
