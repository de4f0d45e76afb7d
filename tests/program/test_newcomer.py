"""A stranger with a key, a local server or an application of their own: at most four commands from a file of examples to a
certified choice with its report, nothing edited in between. The vendor is a scripted server in its wire format."""
import json
import os
import re

from world import Answer

QUEUES = ("billing", "delivery", "returns")
NOBODY = {"OLLAMA_HOST": "http://127.0.0.1:9"}
APP = """import json, sys
for line in sys.stdin:
    request = json.loads(line)
    text = request["messages"][-1]["content"].split("Ticket")[1]
    queue = next(q for q in ("billing", "delivery", "returns") if q in text)
    print(json.dumps({"id": request["id"], "text": queue}), flush=True)
"""


def tickets(w, n=90):
    lines = ["id,text,queue"] + [f"{i},Ticket {i} is about {QUEUES[i * 7 % 3]}.,{QUEUES[i * 7 % 3]}" for i in range(n)]
    w.write("tickets.csv", "\n".join(lines) + "\n")


def about(request):
    """What Ollama tells of itself: its models, which are loaded with how much context, and one of them."""
    model = {"name": "qwen3:8b", "model": "qwen3:8b"}
    return {"/v1/models": {"object": "list", "data": [{"id": "qwen3:8b", "object": "model"}]}, "/api/tags": {"models": [model]},
            "/api/ps": {"models": [{**model, "context_length": 8192}]}, "/api/version": {"version": "0.12.0"},
            "/api/show": {"model_info": {"qwen3.context_length": 40960}}}.get(request.path.partition("?")[0])


def right(request):
    """Sorts tickets; anything else is small talk."""
    if "Ticket" not in request.text:
        return Answer(text="hello")
    said = request.text.split("Ticket")[1]
    return Answer(text=next(q for q in QUEUES if q in said), input=60, output=2)


class Newcomer:
    """Types what the last command told to type."""

    def __init__(self, w, env):
        self.w, self.env, self.commands = w, {**NOBODY, **env}, 0

    def type(self, *words):
        self.commands += 1
        assert self.commands <= 4
        r = self.w.ok(*words, env=self.env)
        wide = [line for line in r.out.splitlines() if len(line) > 80 and not line.startswith(("  {", "  POST"))]
        assert not wide, wide
        return r

    def goes_all_the_way(self, *init):
        first = self.type("init", "tickets.csv", *init)
        steps = re.findall(r"^ +fulcrum (.+)$", first.out[first.out.index("Next"):], re.M)
        assert [s.split()[0] for s in steps] == ["check", "balance"], steps
        checked = self.type(*steps[0].split())
        assert "Nothing is wrong with tickets.yaml" in checked.out
        told = re.search(r"^Next: fulcrum (.+)$", checked.out, re.M).group(1)
        assert told == steps[1], (told, steps)
        raced = self.type(*steps[1].split())
        assert re.search(r"report\.html", raced.out), raced.out
        page = self.w.read("report.html")
        assert page.startswith("<!doctype html>") or page.startswith("<!DOCTYPE html>")
        run = self.w.query("SELECT name FROM run")[0][0]
        shown = self.type("show", run)
        assert any(q[:3] in shown.out for q in QUEUES), shown
        state = self.w.query("SELECT state FROM run WHERE name = ?", run)[0][0]
        assert state == "finished"
        return raced.out


def chosen(w):
    return w.query("SELECT candidate FROM run_offer WHERE chosen = 1")[0][0]


def vendor(w, env, dialect, key_header, key):
    u = w.serve(right)
    base = u.url if dialect == "openai" else u.url.removesuffix("/v1")
    tickets(w)
    out = Newcomer(w, {k: v.format(url=base) for k, v in env.items()}).goes_all_the_way()
    calls = [r for r in u.requests if "Ticket" in r.text]
    assert calls and all(r.dialect == dialect for r in calls), {r.path for r in u.requests}
    assert all(key in r.headers.get(key_header, "") for r in calls)
    assert key not in out and key not in w.read("report.html") and key not in w.read("tickets.yaml")
    return u


def test_with_an_openai_key(w):
    vendor(w, {"OPENAI_API_KEY": "sk-newcomer-1", "OPENAI_BASE_URL": "{url}"}, "openai", "authorization", "sk-newcomer-1")
    assert chosen(w).startswith("openai/")


def test_with_an_anthropic_key(w):
    vendor(w, {"ANTHROPIC_API_KEY": "sk-ant-newcomer-2", "ANTHROPIC_BASE_URL": "{url}"}, "anthropic", "x-api-key", "sk-ant-newcomer-2")
    assert chosen(w).startswith("anthropic/")


def test_with_a_gemini_key(w):
    vendor(w, {"GEMINI_API_KEY": "AIza-newcomer-3", "GOOGLE_GEMINI_BASE_URL": "{url}"}, "gemini", "x-goog-api-key", "AIza-newcomer-3")
    assert chosen(w).startswith("google/")


def test_with_a_local_server(w):
    u = w.serve(right, about)
    tickets(w)
    Newcomer(w, {"OLLAMA_HOST": u.url.removesuffix("/v1")}).goes_all_the_way()
    assert chosen(w) == "ollama/qwen3:8b"
    assert not any("authorization" in r.headers for r in u.requests)


def test_with_an_application_of_ones_own(w):
    tickets(w)
    w.write("app.py", APP)
    Newcomer(w, {}).goes_all_the_way("--app", "python3 app.py")
    assert chosen(w) == "app"
    assert not os.path.exists(w.path("core"))
