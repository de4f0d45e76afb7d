"""`fulcrum providers`, and what runs make of what local servers tell of themselves: context, slots, warm-up, cut input."""
import os
import re
import socket
import time

from world import Answer, ticket_rule, ticket_task

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SECRET = "hunter2-secret-value"


# --- servers that tell of themselves ----------------------------------------------------------------------------------

def llama(context, slots, model="small"):
    said = {"/props": {"default_generation_settings": {"n_ctx": context, "params": {}}, "total_slots": slots,
                       "build_info": "b8681-test"},
            "/v1/models": {"object": "list", "data": [{"id": model, "owned_by": "llamacpp"}]}}
    return lambda r: said.get(r.path)


class Ollama:
    """Holds `context` tokens once a model is loaded, which a call does."""

    def __init__(self, context, models=("small:latest",), num_ctx=None, loaded=False):
        self.context, self.models, self.num_ctx, self.loaded = context, models, num_ctx, loaded

    def __call__(self, r):
        if r.path == "/api/tags":
            return {"models": [{"name": m, "model": m} for m in self.models]}
        if r.path == "/api/ps":
            held = self.models if self.loaded else ()
            return {"models": [{"name": m, "model": m, "context_length": self.context} for m in held]}
        if r.path == "/api/version":
            return {"version": "0.33.3"}
        if r.path == "/api/show":
            return {"parameters": "stop  \"<end>\"" + (f"\nnum_ctx                        {self.num_ctx}"
                                                       if self.num_ctx else ""), "model_info": {"x.context_length": 99}}
        return None


def vllm(r):
    if r.path == "/v1/models":
        return {"object": "list", "data": [{"id": "small", "owned_by": "vllm", "max_model_len": 4096}]}
    return None


def lm_studio(r):
    if r.path == "/api/v0/models":
        return {"data": [{"id": "small", "type": "llm", "state": "loaded", "max_context_length": 32768,
                          "loaded_context_length": 8192},
                         {"id": "other", "type": "llm", "state": "not-loaded", "max_context_length": 32768}]}
    return None


def no_call(request):
    raise AssertionError("no model is to be called")


def config(w, **providers):
    return ("--config", w.write("fulcrum.yaml", {"providers": providers}))


def listed(w, *args, status=0, **more):
    r = w.ok("providers", "--json", *args, status=status, **more)
    assert r.json["schema"] == "fulcrum.providers/1"
    return {p["name"]: p for p in r.json["providers"]}


BOUND = []


def closed_port():
    """Bound by us and listened to by nobody, so that nobody else gets it."""
    BOUND.append(socket.socket())
    BOUND[-1].bind(("127.0.0.1", 0))
    return BOUND[-1].getsockname()[1]


def nobody_local():
    """What would be on this machine's usual ports is not there."""
    url = f"http://127.0.0.1:{closed_port()}/v1"
    return {name: {"url": url} for name in ("ollama", "llama-server", "lmstudio", "vllm")}


# --- fulcrum providers ------------------------------------------------------------------------------------------------

def test_a_llama_server_tells_context_and_slots_whatever_its_name(w):
    up = w.serve(no_call, llama(2048, 4))
    got = listed(w, "lab", "llama-server", *config(w, lab={"url": up.url}, **{"llama-server": {"url": up.url}}))
    for name in ("lab", "llama-server"):
        p = got[name]
        assert (p["context_tokens"], p["slots"], p["models_count"], p["version"]) == (2048, 4, 1, "b8681-test"), p
        assert p["reachable"] and p["usable"] and p["local"] and p["check"] is None and p["url_source"] == "fulcrum.yaml"


def test_an_ollama_tells_what_is_loaded(w):
    up = w.serve(no_call, Ollama(4096, ("a:latest", "b:8b"), loaded=True))
    p = listed(w, "ollama", env={"OLLAMA_HOST": f"127.0.0.1:{up.port}"})["ollama"]
    assert (p["context_tokens"], p["slots"], p["models_count"], p["version"]) == (4096, None, 2, "0.33.3"), p
    assert p["url_source"] == "env:OLLAMA_HOST" and p["url"] == up.url


def test_vllm_and_lm_studio_tell_their_context(w):
    a, b = w.serve(no_call, vllm), w.serve(no_call, lm_studio)
    got = listed(w, "vllm", "lmstudio", "own", *config(w, vllm={"url": a.url}, lmstudio={"url": b.url}, own={"url": a.url}))
    assert got["vllm"]["context_tokens"] == got["own"]["context_tokens"] == 4096 and got["vllm"]["models_count"] == 1
    assert got["lmstudio"]["context_tokens"] == 8192 and got["lmstudio"]["models_count"] == 2


def test_a_server_that_proves_no_kind_has_none(w):
    up = w.serve(no_call, lambda r: {"data": [{"id": "m"}, {"id": "n"}]} if r.path == "/v1/models" else {"hello": 1})
    p = listed(w, "lab", *config(w, lab={"url": up.url}))["lab"]
    assert p["reachable"] and p["context_tokens"] is None and p["slots"] is None and p["models_count"] == 2


def test_something_else_on_the_port_of_a_local_server_is_not_taken_for_it(w):
    up = w.serve(no_call, lambda r: Answer(raw=b"<html>printer</html>", headers={"X": "y"}))
    p = listed(w, "llama-server", "--check", *config(w, **{"llama-server": {"url": up.url}}), status=4)["llama-server"]
    assert not p["usable"] and p["check"]["code"] == "protocol" and "llama.cpp server" in p["check"]["message"]


def test_without_check_nothing_leaves_this_machine_and_no_command_runs(w):
    w.write("key.sh", f"touch {w.path('ran')}; echo {SECRET}")
    far = w.serve(no_call, lambda r: {"data": []})
    proxy = f"http://127.0.0.1:{far.port}"
    got = listed(w, *config(w, corp={"url": "http://llm.corp.example/v1", "key": f"cmd:sh {w.path('key.sh')}"}),
                 env={"OPENAI_API_KEY": SECRET, "http_proxy": proxy, "HTTPS_PROXY": proxy})
    assert not far.asked and not os.path.exists(w.path("ran"))
    assert got["openai"]["usable"] and got["openai"]["reachable"] is None and got["openai"]["key"] == {
        "state": "set", "source": "env:OPENAI_API_KEY"}
    assert got["corp"]["key"] == {"state": "by_command", "source": "cmd"} and got["corp"]["configured"]
    assert got["groq"]["key"]["state"] == "missing" and not got["groq"]["usable"]


def test_those_that_can_be_used_come_first(w):
    r = w.ok("providers", "--json", env={"MISTRAL_API_KEY": "k-1234"}).json["providers"]
    flags = [p["usable"] for p in r]
    assert flags == sorted(flags, reverse=True) and r[0]["name"] == "mistral"
    text = w.ok("providers", env={"MISTRAL_API_KEY": "k-1234"}).out
    assert text.startswith("Usable now:\n  mistral") and "OPENAI_API_KEY" in text
    assert max(map(len, text.splitlines())) <= 80, text


def test_secrets_are_shown_nowhere(w):
    up = w.serve(no_call, lambda r: Answer(status=401, error={"message": f"bad key {SECRET}", "type": "x"}))
    w.write("key", SECRET)
    os.chmod(w.path("key"), 0o600)
    c = config(w, lab={"url": up.url, "key": "env:LAB"}, filed={"url": up.url, "key": f"file:{w.path('key')}"},
               cmd={"url": up.url, "key": f"cmd:echo {SECRET}"})
    url = f"http://me:{SECRET}@127.0.0.1:1/v1?key={SECRET}"
    for how in (("--json",), (), ("lab", "filed", "cmd", "ollama", "--json"), ("lab", "filed", "cmd", "ollama")):
        for check in ((), ("--check",)):
            r = w.run("providers", *how, *check, *c, env={"LAB": SECRET, "OLLAMA_HOST": url})
            assert SECRET not in r.out + r.err, r.out + r.err
    assert "LAB" in w.run("providers", "lab", "--check", *c, env={"LAB": SECRET}).out


def test_the_words_of_a_command_that_fails_to_print_the_key_are_not_shown(w):
    c = config(w, lab={"url": "http://127.0.0.1:9/v1", "key": f"cmd:test {SECRET} = none"})
    for how in ((), ("--json",)):
        r = w.run("providers", "lab", "--check", *how, *c)
        assert r.status == 4 and "command" in r.out and SECRET not in r.out + r.err, r.out + r.err


def checked(w, name, status=4, env=None, **providers):
    p = listed(w, name, "--check", *config(w, **providers), status=status, env=env)[name]
    return p["check"]


def test_a_key_is_proved_by_the_list_of_models_in_each_dialect(w):
    def about(r):
        key = r.headers.get("x-api-key") or r.headers.get("x-goog-api-key") or r.headers.get("authorization")
        assert key in ("k-1234", "Bearer k-1234") and r.method == "GET", r
        assert ("anthropic-version" in r.headers) == ("anthropic" in r.path)
        return {"models" if "gemini" in r.path else "data": [{"id": "a"}, {"id": "b"}]}
    up = w.serve(no_call, about)
    base = f"http://127.0.0.1:{up.port}"
    env = {"OPENAI_API_KEY": "k-1234", "ANTHROPIC_API_KEY": "k-1234", "GEMINI_API_KEY": "k-1234"}
    got = listed(w, "openai", "claude", "gemini", "--check", *config(
        w, openai={"url": base + "/v1"}, anthropic={"url": base + "/anthropic"}, google={"url": base + "/gemini/v1beta"}),
        env=env)
    for p in got.values():
        assert p["check"]["state"] == "ok" and p["check"]["latency_ms"] > 0 and p["models_count"] == 2, p
    assert {r.path for r in up.asked} == {"/v1/models", "/anthropic/v1/models?limit=1000",
                                          "/gemini/v1beta/models?pageSize=1000"}


def test_what_is_wrong_is_said_in_words(w):
    env = {"OPENAI_API_KEY": "k-1234"}

    def of(said, url="/v1", **more):
        up = w.serve(no_call, lambda r: said)
        return checked(w, "openai", env=env, openai={"url": f"http://127.0.0.1:{up.port}{url}", **more})

    c = of(Answer(status=401, error={"message": "Incorrect API key", "code": "invalid_api_key"}))
    assert c["code"] == "auth" and "OPENAI_API_KEY" in c["message"] and "Incorrect API key" in c["message"]
    assert "platform.openai.com/api-keys" in c["help"]
    assert of(Answer(status=403, error={"message": "not for you"}))["code"] == "auth"
    c = of(None, url="")
    assert c["code"] == "protocol" and "404" in c["message"] and "/v1" in c["expected"] and "openai" in c["help"]
    c = of(Answer(status=200, raw=b"<html>Welcome</html>"))
    assert c["code"] == "protocol" and "127.0.0.1" in c["found"]
    c = of({"models": [{"name": "m"}]})
    assert c["code"] == "protocol" and "not as OpenAI does" in c["message"], c
    c = of(Answer(status=429, error={"message": "You exceeded your current quota", "code": "insufficient_quota"}))
    assert c["code"] == "quota" and "credit" in c["help"]
    assert of(Answer(status=429, error={"message": "slow down"}))["code"] == "rate_limited"
    assert of(Answer(status=500, error={"message": "boom"}))["code"] == "server_error"


def test_what_cannot_be_reached_is_told_apart(w):
    port = closed_port()
    c = checked(w, "lab", lab={"url": f"http://127.0.0.1:{port}/v1"})
    assert c["code"] == "connect" and "nothing listens" in c["message"]
    env = {"OLLAMA_HOST": f"127.0.0.1:{port}"}
    c = checked(w, "ollama", env=env)
    assert c["code"] == "connect" and "ollama serve" in c["help"]
    assert "start it: ollama serve" in " ".join(w.ok("providers", "ollama", env=env).out.split())
    c = checked(w, "corp", corp={"url": "http://llm.invalid/v1"})
    assert c["code"] in ("resolve", "timeout", "connect"), c
    c = checked(w, "groq")
    assert c["code"] == "auth" and "GROQ_API_KEY" in c["message"] and "console.groq.com" in c["help"]
    c = checked(w, "azure", env={"AZURE_API_KEY": "k-1234"})
    assert c["code"] == "invalid_input" and "AZURE_OPENAI_ENDPOINT" in c["message"]
    c = checked(w, "openai", env={"OPENAI_API_KEY": "k-1234", "OPENAI_BASE_URL": "127.0.0.1:8080/v1"})
    assert c["code"] == "invalid_input" and "OPENAI_BASE_URL" in c["help"], c
    c = checked(w, "openai", env={"OPENAI_API_KEY": "sk-ant-1234"})
    assert c["code"] == "auth" and "Anthropic" in c["message"] and "not sent" in c["help"]
    tls = w.serve(no_call, lambda r: {"data": []})
    c = checked(w, "lab", lab={"url": f"https://127.0.0.1:{tls.port}/v1"})
    assert c["state"] == "failed" and c["code"] in ("tls", "closed", "protocol", "timeout", "connection_lost"), c


def test_a_server_that_says_nothing_is_given_up_after_three_seconds(w):
    up = w.serve(no_call, lambda r: Answer(raw=b"{}", delay_s=6))
    begun = time.monotonic()
    c = checked(w, "lab", lab={"url": up.url})
    assert c["code"] == "timeout" and time.monotonic() - begun < 5, c
    begun = time.monotonic()
    assert not listed(w, "lab", *config(w, lab={"url": up.url}))["lab"]["usable"]
    assert time.monotonic() - begun < 2


def test_the_exit_status_is_that_of_the_named_ones_or_of_all(w):
    up = w.serve(no_call, lambda r: {"data": []} if r.path == "/v1/models" else None)
    c = config(w, lab={"url": up.url}, gone={"url": f"http://127.0.0.1:{closed_port()}/v1"})
    assert w.run("providers", "lab", "--check", *c).status == 0
    assert w.run("providers", "lab", "gone", "--check", *c).status == 4
    assert w.run("providers", "--check", *c).status == 0
    assert w.run("providers", "gone", *c).status == 0
    assert w.run("providers", "--check", *config(w, **nobody_local())).status == 4


def test_a_name_that_nobody_has_gets_the_nearest(w):
    e = w.ok("providers", "opnai", "--json", status=2).error
    assert e["code"] == "usage" and "openai" in e["help"]
    e = w.ok("providers", "--json", *config(w, lab={"url": "127.0.0.1:8080/v1"}), status=2).error
    assert "http://" in e["message"] and e["place"]["line"] == 1


def test_the_page_on_providers_lists_those_that_the_program_knows(w):
    with open(os.path.join(ROOT, "docs", "providers.md"), encoding="utf-8") as f:
        rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]*) \| ([^|]+) \|", f.read(), re.M)
    told = {name: (title.strip(), key.strip().replace("`", ""), url.strip().replace("`", "")) for name, title, key, url in rows}
    for p in listed(w).values():
        title, key, url = told.pop(p["name"])
        source = p["key"]["source"]
        assert title == p["title"] and url == (p["url"] or "AZURE_OPENAI_ENDPOINT"), p
        assert key.split(",")[0] == (source.removeprefix("env:") if source else "none"), p
    assert not told, told


# --- runs -------------------------------------------------------------------------------------------------------------

def own(up, **more):
    return {"url": up.url, "price": {"second": "3.6 USD/hour"}, **more}


def task(w, up, n=6, lab=None, **more):
    t = ticket_task(up.url, n, models=("small",), **more)
    t["providers"] = {"lab": own(up, **(lab or {}))}
    return w.write("t.yaml", t)


def is_warm_up(request):
    return request.text == "Hi"


def test_the_first_call_to_a_model_is_a_warm_up_that_is_no_latency(w):
    def rule(r):
        return Answer(text="x", delay_s=1.5) if is_warm_up(r) else ticket_rule(r)
    up = w.serve(rule, llama(2048, 4))
    task(w, up)
    r = w.ok("eval", "t.yaml", "--json", "--cells", "cells.jsonl")
    first, rest = up.requests[0], up.requests[1:]
    assert is_warm_up(first) and first.json["max_tokens"] == 1 and len(rest) == 6 and not any(map(is_warm_up, rest))
    assert r.json["candidates"][0]["latency_p95_ms"] < 1000 and r.json["spent"]["cells"] == 6
    assert w.query("SELECT count(*) FROM ledger WHERE flags = 'warm_up'") == [(1,)]
    assert w.query("SELECT count(*) FROM cell") == [(6,)] and w.query("SELECT count(*) FROM hold") == [(0,)]
    asked = len(up.asked)
    assert w.ok("eval", "t.yaml", "--json", "--cells", "cells.jsonl").out == r.out
    assert up.count() == 7 and len(up.asked) == asked, "nothing fresh: nothing is asked"


def test_each_model_of_a_server_is_warmed_up_once(w):
    up = w.serve(ticket_rule_or_hi, Ollama(4096, ("small:latest", "mid:latest")))
    t = ticket_task(up.url, 4, candidates={"models": ["lab/small", "lab/mid"], "samples": [1, 3]})
    t["providers"] = {"lab": own(up)}
    w.write("t.yaml", t)
    w.ok("eval", "t.yaml")
    assert sorted(r.model for r in up.requests if is_warm_up(r)) == ["mid", "small"]


def ticket_rule_or_hi(request):
    return Answer(text="x") if is_warm_up(request) else ticket_rule(request)


def test_a_warm_up_that_fails_stops_nothing(w):
    up = w.serve(lambda r: Answer(status=500) if is_warm_up(r) else ticket_rule(r), llama(2048, 2))
    task(w, up)
    assert w.ok("eval", "t.yaml", "--json").json["candidates"][0]["failed"] == {}
    assert up.count() == 7, "it is made once"


def test_a_server_that_tells_nothing_gets_no_warm_up(w):
    up = w.serve(ticket_rule)
    task(w, up)
    assert "tokens" not in w.ok("eval", "t.yaml").err
    assert up.count() == 6


def slow(request):
    a = ticket_rule_or_hi(request)
    a.delay_s = 0.05
    return a


def test_a_server_with_one_slot_gets_one_call_at_a_time_and_it_is_said(w):
    up = w.serve(slow, llama(2048, 1))
    task(w, up, 12)
    err = w.ok("eval", "t.yaml").err
    assert up.most_at_once == 1 and "lab: context 2,048 tokens, 1 slot: one call at a time" in err, err


def test_slots_bound_the_calls_at_once_unless_the_user_said_a_number(w):
    up = w.serve(slow, llama(2048, 3))
    task(w, up, 24)
    assert "3 calls at a time" in w.ok("eval", "t.yaml").err and 2 <= up.most_at_once <= 3
    two = w.serve(slow, llama(2048, 1))
    task(w, two, 24, lab={"concurrency": 4})
    w.ok("eval", "t.yaml")
    assert 2 <= two.most_at_once <= 4


def test_a_prompt_that_cannot_fit_is_an_error_before_it_is_sent(w):
    up = w.serve(ticket_rule_or_hi, llama(512, 1))
    task(w, up, prompt="{{ text }} label {{ label }} " + "word by word " * 300)
    e = w.ok("eval", "t.yaml", "--json", status=4).error
    assert e["code"] == "context_exceeded" and "512" in e["message"] and "-c" in e["help"], e
    assert all(map(is_warm_up, up.requests))


LONG = "{{ text }} label {{ label }} " + " ".join(f"sentence {i} about nothing much." for i in range(600))


def cutting(request):
    if is_warm_up(request):
        return Answer(text="x", input=10)
    return Answer(text=ticket_rule(request).text, input=2050)


def test_an_input_that_the_server_cut_is_an_outcome_of_its_own(w):
    up = w.serve(cutting, Ollama(4096, loaded=True))
    task(w, up, 4, prompt=LONG)
    r = w.ok("eval", "t.yaml", "--json", "--cells", "cells.jsonl")
    c = r.json["candidates"][0]
    assert c["outcomes"] == {"input_cut": 4} and c["failed"] == {} and c["score"] == 0, c
    assert '"grades":[]' in w.read("cells.jsonl") and "2050" in w.read("cells.jsonl")
    text = w.ok("eval", "t.yaml", "--export", "m.csv").out
    assert "cut 4 of 4 inputs in silence" in " ".join(text.split()), text
    assert w.read("m.csv").count("input_cut") == 4
    shown = w.ok("show", r.json["run"], "i1").out
    assert "input_cut" in shown and "num_ctx" in shown and "fewer examples" in shown
    assert up.count() == 5, "a stored cell keeps its outcome"
    b = w.ok("balance", "t.yaml", "--json").json
    assert b["candidates"][0]["input_cut"] >= 1 and "in silence" in w.read("report.html")
    assert w.ok("eval", "--matrix", "m.csv", "--json").json["candidates"][0]["outcomes"] == {"input_cut": 4}


def test_the_context_that_an_ollama_tells_once_it_has_loaded_is_known_then(w):
    ollama = Ollama(2048)

    def rule(request):
        ollama.loaded = True
        return ticket_rule_or_hi(request)
    up = w.serve(rule, ollama)
    task(w, up)
    assert "lab: context 2,048 tokens" in w.ok("eval", "t.yaml").err
    up = w.serve(ticket_rule_or_hi, Ollama(9, num_ctx=8192))
    task(w, up)
    assert "lab: context 8,192 tokens" in w.ok("eval", "t.yaml").err


def test_long_inputs_that_came_whole_are_not_taken_for_cut(w):
    up = w.serve(lambda r: Answer(text="x", input=max(1, len(r.text) // 5)), llama(16384, 2))
    task(w, up, 3, prompt=LONG)
    assert "input_cut" not in w.ok("eval", "t.yaml", "--json").json["candidates"][0]["outcomes"]


def test_applications_are_not_asked_about_themselves(w):
    def rule(r):
        return Answer(raw=b'{"id": "%s", "text": "bug"}' % r.json["id"].encode())
    up = w.serve(rule, llama(512, 1))
    w.write("t.yaml", ticket_task(up.url, 4, candidates=[{"name": "app", "url": f"http://127.0.0.1:{up.port}/answer"}]))
    w.ok("eval", "t.yaml")
    assert not up.asked and up.count() == 4
