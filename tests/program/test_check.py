"""`fulcrum check`: all problems at once, with places; first requests, money, items that a difference takes; nothing sent."""
from world import ticket_rule, ticket_task

BAD = """task: t
dta: [{id: 1}]
data: [{id: 1, q: hi, label: a}, {id: 2, q: ho, label: b}]
prompt: "{{ q }} {{ nope }}"
grade: {match: {feld: label}}
params: {temperature: zero}
within: lots
candidates: {models: [openai/gpt-6.1-sol, anthropc/claude-opus-4.8, openai/claude-haiku-4.5], effort: [none, low]}
"""
KEYS = {"OPENAI_API_KEY": "sk-check-0", "ANTHROPIC_API_KEY": "sk-ant-check-0", "GEMINI_API_KEY": "check-0"}


def task(models, **more):
    return {"task": "t", "data": [{"id": 1, "q": "hi", "label": "a"}], "prompt": "{{ q }}", "grade": {"match": {"field": "label"}},
            "candidates": {"models": models}, **more}


def problems(w, content, *args, status=2, env=KEYS):
    w.write("t.yaml", content)
    answer = w.ok("check", "t.yaml", "--json", *args, status=status, env=env).json
    assert answer["schema"] == "fulcrum.check/1" and answer["problem_count"] == len(answer["problems"])
    return answer["problems"]


def test_all_problems_are_told_at_once_each_with_its_place(w):
    found = problems(w, BAD)
    places = {p["place"]["line"] for p in found}
    assert {2, 5, 6, 7, 8} <= places, found
    said = " | ".join(p["message"] for p in found)
    for part in ("'dta'", "'feld'", "'lots'", "temperature must be a number", "'anthropc'", "OpenAI does not serve Claude Haiku 4.5"):
        assert part in said, (part, said)
    text = w.run("check", "t.yaml", env=KEYS)
    assert text.status == 2 and text.err == "" and "did you mean 'data'?" in text.out and "Nothing was sent." in text.out


def test_what_is_wrong_with_many_items_is_told_for_a_few(w):
    data = [{"id": n, "q": "hi", "label": "a"} for n in range(40)]
    found = problems(w, task(["openai/gpt-6-luna"], data=data, prompt="{{ q }} {{ nope }}"))
    assert 1 <= len(found) <= 5 and all("nope" in p["message"] for p in found), found


def test_a_right_task_shows_requests_money_and_sample_size(w):
    w.write("t.yaml", task(["openai/gpt-6-luna", "anthropic/claude-haiku-4.5"]))
    a = w.ok("check", "t.yaml", "--json", env=KEYS).json
    assert a["problems"] == [] and [c["name"] for c in a["candidates"]] == ["openai/gpt-6-luna", "anthropic/claude-haiku-4.5"]
    assert a["candidates"][1]["url"] == "https://api.anthropic.com/v1/messages"
    assert 0 < a["expected_nusd"] < a["worst_case_nusd"]
    assert [s["items_needed"] for s in a["sample_size"]] == [1960, 4904]
    text = w.ok("check", "t.yaml", env=KEYS).out
    assert "Next: fulcrum balance t.yaml" in text and "1,960 items" in text
    assert all(len(line) < 80 for line in text.splitlines() if not line.startswith("  {"))
    for key in KEYS.values():
        assert key not in text


def test_a_missing_key_is_a_problem_of_the_outside(w):
    found = problems(w, task(["openai/gpt-6-luna"]), status=4, env={})
    assert len(found) == 1 and found[0]["code"] == "auth" and "OPENAI_API_KEY" in found[0]["message"]
    assert "https://platform.openai.com/api-keys" in found[0]["help"]


def test_a_key_of_another_vendor_is_not_sent(w):
    found = problems(w, task(["openai/gpt-6-luna"]), status=4, env={"OPENAI_API_KEY": "sk-ant-secret-1"})
    assert "is one of Anthropic" in found[0]["message"] and "sk-ant-secret-1" not in str(found)


def test_it_sends_nothing_and_keeps_nothing(w):
    u = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(u.url, 3))
    w.ok("check", "t.yaml")
    assert not u.requests


def test_a_file_that_cannot_be_read_is_one_problem(w):
    found = problems(w, "task: [")
    assert len(found) == 1 and found[0]["place"]["file"] == "t.yaml", found
    assert problems(w, {"task": "t"})  # no data, no candidates: told, not fallen over


def test_levels_that_a_model_does_not_take_name_the_nearest(w):
    e = problems(w, task([], candidates={"models": ["openai/gpt-6.1-sol"], "effort": ["none"]}))
    assert len(e) == 1 and e[0]["expected"] == "low, medium, high, xhigh, max" and "the nearest is low" in e[0]["help"]
    assert "price-rules, 2026-11-23" in e[0]["found"]
    e = problems(w, task([], candidates={"models": ["openai/gpt-4o"], "effort": ["low"]}))
    assert "does not think" in e[0]["expected"], e


def test_unsupported_settings_are_dropped_aloud_and_equal_ones_are_one(w):
    content = task([], candidates={"models": ["openai/gpt-6.1-sol"], "effort": ["none", "minimal", "low"]})
    w.write("t.yaml", content)
    a = w.ok("check", "t.yaml", "--json", "--drop-unsupported", env=KEYS).json
    assert [c["name"] for c in a["candidates"]] == ["openai/gpt-6.1-sol", "openai/gpt-6.1-sol@low"]
    assert "reasoning_effort" not in a["candidates"][0]["request"]
    notes = " | ".join(a["notes"])
    assert "without effort none" in notes and "without effort minimal" in notes and "are one candidate" in notes


def test_parameters_are_checked_against_endpoint_model_and_effort(w):
    def of(model, params, effort=None):
        levers = {"models": [model], **({"effort": [effort]} if effort else {})}
        return problems(w, task([], candidates=levers, params=params, budget="none"), env=KEYS)
    assert "refuses the parameter temperature" in of("anthropic/claude-opus-4.8", {"temperature": 0})[0]["message"]
    assert "does not honour the parameter logprobs" in of("anthropic/claude-haiku-4.5", {"logprobs": True})[0]["message"]
    thinking = of("anthropic/claude-haiku-4.5", {"temperature": 0.5}, "low")
    assert "temperature 1 alone" in thinking[0]["found"], thinking
    w.write("t.yaml", task([], candidates={"models": ["openai/gpt-5.1"], "effort": ["none"]}, params={"temperature": 0}))
    w.ok("check", "t.yaml", env=KEYS)  # this one takes a temperature while it does not think
    w.write("t.yaml", task(["anthropic/claude-opus-4.8"], params={"temperature": 1}))
    w.ok("check", "t.yaml", env=KEYS)


def test_a_vendors_path_in_another_format_is_known_to_ignore(w):
    w.write("xdg.yaml", {"providers": {"claudish": {"dialect": "openai", "url": "https://api.anthropic.com/v1", "key": "env:ANTHROPIC_API_KEY",
                                                    "effort": ["low"], "price": {"input": "1 USD/Mtok", "output": "5 USD/Mtok"}}}})
    content = task([], candidates={"models": ["claudish/claude-haiku-4.5"], "effort": ["low"]})
    e = problems(w, content, "--config", "xdg.yaml")
    assert "ignores effort on its path in the openai format" in e[0]["message"] and "docs.anthropic.com" in e[0]["found"]
    w.write("t.yaml", task(["claudish/claude-haiku-4.5"]))
    request = w.ok("check", "t.yaml", "--json", "--config", "xdg.yaml", env=KEYS).json["candidates"][0]["request"]
    assert "seed" not in request


def test_aliases_and_addresses_from_the_environment(w):
    env = dict(KEYS, GOOGLE_GEMINI_BASE_URL="http://127.0.0.1:9/", OLLAMA_HOST="0.0.0.0:7", OPENAI_BASE_URL="http://127.0.0.1:8/v1")
    w.write("t.yaml", task(["gemini/gemini-3.5-flash-lite", "ollama/x", "openai/gpt-6-luna"]))
    urls = [c["url"] for c in w.ok("check", "t.yaml", "--json", env=env).json["candidates"]]
    assert urls == ["http://127.0.0.1:9/v1beta/models/gemini-3.5-flash-lite:generateContent", "http://127.0.0.1:7/v1/chat/completions",
                    "http://127.0.0.1:8/v1/chat/completions"], urls
    e = problems(w, task(["openai/gpt-6-luna"]), env=dict(KEYS, OPENAI_BASE_URL="localhost:8080/v1"))
    assert "begins with http:// or https://" in e[0]["message"] and "OPENAI_BASE_URL" in e[0]["found"]
    e = problems(w, task(["azure/gpt-6-luna"]))
    assert "AZURE_OPENAI_ENDPOINT" in e[0]["message"]
