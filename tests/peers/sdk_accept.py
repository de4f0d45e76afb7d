"""Whether the vendors' own clients know requests: their types, with members that they do not know refused, and by sending
the request through the client, which must write the same again.

usage: sdk_accept.py OPENAPI.json.zst < requests        [dialect, name, body] a line
"""
import http.server
import importlib
import json
import pkgutil
import subprocess
import sys
import threading
import warnings

import anthropic
import jsonschema
import openai
import pydantic
import typing_extensions
from anthropic.types import message_create_params
from google import genai
from google.genai import types
from openai.types.chat import completion_create_params

STRICT = pydantic.ConfigDict(extra="forbid", arbitrary_types_allowed=True)
warnings.simplefilter("ignore")


# --- types ------------------------------------------------------------------------------------------------------------

def make_strict(package):
    """All dictionaries of a client's types refuse members that they do not know."""
    for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        for thing in vars(importlib.import_module(info.name)).values():
            if typing_extensions.is_typeddict(thing):
                thing.__pydantic_config__ = STRICT


def walk(x):
    """Goes through all of it: what is only iterable is validated when it is iterated."""
    if isinstance(x, dict):
        for v in x.values():
            walk(v)
    elif hasattr(x, "__iter__") and not isinstance(x, (str, bytes)):
        for v in x:
            walk(v)


def by_types(params):
    """A check by the types of a module's requests, streamed and not."""
    adapters = {s: pydantic.TypeAdapter(t) for s, t in params.items()}
    return lambda body: walk(adapters[bool(body.get("stream"))].validate_python(body))


GEMINI = {"contents": list[types.Content], "systemInstruction": types.Content, "generationConfig": types.GenerationConfig,
          "tools": list[types.Tool], "toolConfig": types.ToolConfig, "safetySettings": list[types.SafetySetting]}


def gemini_types(body):
    for name, value in body.items():
        if name not in GEMINI:
            raise ValueError(f"no member {name}")
        pydantic.TypeAdapter(GEMINI[name]).validate_json(json.dumps(value))


# --- the published schema of OpenAI's interface -----------------------------------------------------------------------

def openai_schema(path):
    document = json.loads(subprocess.run(["zstd", "-dcq", path], stdout=subprocess.PIPE, check=True).stdout)
    schema = {"$ref": "#/components/schemas/CreateChatCompletionRequest", "components": document["components"]}
    return jsonschema.Draft202012Validator(schema).validate


# --- through the client -----------------------------------------------------------------------------------------------

class Echo(http.server.BaseHTTPRequestHandler):
    """Keeps the body and refuses it."""

    def do_POST(self):
        self.server.body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked = self.path
        self.send_response(400)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


SERVER = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
URL = f"http://127.0.0.1:{SERVER.server_port}"
OPENAI = openai.OpenAI(base_url=URL + "/v1", api_key="none", max_retries=0)
ANTHROPIC = anthropic.Anthropic(base_url=URL, api_key="none", max_retries=0)
GOOGLE = genai.Client(api_key="none", http_options=types.HttpOptions(base_url=URL))


def gemini_send(body):
    """The members of a body as the client wants them: one config for all but the contents."""
    config = {**body["generationConfig"], **{k: v for k, v in body.items() if k not in ("contents", "generationConfig")}}
    GOOGLE.models.generate_content(model="m", contents=body["contents"], config=config)


def spelt(x, name=""):
    """Google's interface takes names and words in two spellings, and base64 in two alphabets: one of each."""
    if isinstance(x, dict):
        return {camel(k): spelt(v, camel(k)) for k, v in x.items()}
    if isinstance(x, list):
        return [spelt(v, name) for v in x]
    if name == "data":
        return x.replace("-", "+").replace("_", "/")
    return x.upper() if name in ("type", "thinkingLevel") else x


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(w.capitalize() for w in rest)


def same_again(send, written=lambda body: body):
    def check(body):
        try:
            send(body)
        except (openai.APIStatusError, anthropic.APIStatusError, genai.errors.APIError):
            pass
        if written(SERVER.body) != written(body):
            raise ValueError(f"the client writes {json.dumps(SERVER.body)[:600]} of {json.dumps(body)[:600]}")
    return check


def refused(check, body):
    try:
        check(body)
    except Exception as e:  # each checker raises its own
        return f"{type(e).__name__}: {e}"
    return None


def main():
    threading.Thread(target=SERVER.serve_forever, daemon=True).start()
    make_strict(openai.types)
    make_strict(anthropic.types)
    chat = completion_create_params
    checks = {
        "openai": {"its types": by_types({False: chat.CompletionCreateParamsNonStreaming,
                                          True: chat.CompletionCreateParamsStreaming}),
                   "its schema": openai_schema(sys.argv[1]),
                   "its client": same_again(lambda b: OPENAI.chat.completions.create(**b))},
        "anthropic": {"its types": by_types({False: message_create_params.MessageCreateParamsNonStreaming,
                                             True: message_create_params.MessageCreateParamsStreaming}),
                      "its client": same_again(lambda b: ANTHROPIC.messages.create(**b))},
        "gemini": {"its types": gemini_types, "its client": same_again(gemini_send, spelt)},
    }
    requests = [json.loads(line) for line in sys.stdin]
    failed = 0
    for dialect, by in checks.items():
        mine = [(name, body) for d, name, body in requests if d == dialect]
        for how, check in by.items():
            wrong = [(name, why) for name, body in mine for why in [refused(check, body)] if why]
            # a check that refuses nothing says nothing: a member of a message that nobody knows, or of the wrong type
            spoilt = json.loads(json.dumps(mine[0][1]))
            list_ = spoilt["contents" if dialect == "gemini" else "messages"]
            list_[0]["role"] = 5
            blind = not refused(check, spoilt) and how != "its client"
            failed += bool(wrong) or blind or not mine
            print("".join(f"# {name}: {why[:1500]}\n" for name, why in wrong).replace("\n", "\n# ").removesuffix("# "), end="")
            print(f"{'not ok' if wrong or blind or not mine else 'ok'} - {dialect}: {len(mine)} requests are such to {how}")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
