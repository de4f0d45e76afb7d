"""Candidates: their levers, their names, what each sends, and what is refused before anything is spent."""
from world import Answer, ticket_rule, ticket_task


def names(w, **more):
    w.write("t.yaml", ticket_task("http://127.0.0.1:1/v1", 3, **more))
    return [c["name"] for c in w.ok("balance", "t.yaml", "--dry-run", "--json").json["candidates"]]


def requests(w, **more):
    w.write("t.yaml", ticket_task("http://127.0.0.1:1/v1", 3, **more))
    return {c["name"]: c["request"] for c in w.ok("balance", "t.yaml", "--dry-run", "--json").json["candidates"]}


def refused(w, place=True, **more):
    w.write("t.yaml", ticket_task("http://127.0.0.1:1/v1", 3, **more))
    e = w.ok("balance", "t.yaml", "--dry-run", "--json", status=2).error
    assert not place or (e["place"]["file"].endswith("t.yaml") and e["place"]["line"] >= 1), e
    return e


def test_names_say_what_differs_from_the_default(w):
    w.write("ex.jsonl", '{"text":"a","label":"b"}\n{"text":"c","label":"d"}\n')
    prompts = {"short": "{{ text }} label {{ label }}", "long": "Please: {{ text }} label {{ label }}"}
    got = names(w, candidates={"models": ["lab/mid"], "effort": ["none", "high"], "samples": [1, 3],
                               "examples": [0, 2], "prompts": ["short", "long"]},
                prompt=None, prompts=prompts, examples="ex.jsonl", lab={"effort": ["none", "high"]})
    assert len(got) == 16 and len(set(got)) == 16
    assert "lab/mid@high x3 +2ex /long" in got and "lab/mid@none /short" in got, got


def test_a_lone_prompt_and_untouched_levers_leave_the_name_of_the_model(w):
    assert names(w, models=["mid"]) == ["lab/mid"]


def test_explicit_settings_race_as_they_stand(w):
    got = requests(w, candidates=[{"model": "lab/small", "samples": 5}, {"model": "lab/mid", "effort": "low"}, "lab/large"],
                   lab={"effort": ["low"]})
    assert list(got) == ["lab/small x5", "lab/mid@low", "lab/large"]
    assert got["lab/mid@low"]["reasoning_effort"] == "low" and "reasoning_effort" not in got["lab/large"]
    assert got["lab/mid@low"]["max_tokens"] == 8192 and got["lab/large"]["max_tokens"] == 1024


def test_messages_with_roles_and_prompts_from_files_are_sent_so(w):
    w.write("p.md", "From a file: {{ text }}")
    got = requests(w, models=["mid"], prompt=[{"system": "Be brief."}, {"user": "{{ text }}"}, {"assistant": "{"}])
    assert got["lab/mid"]["messages"] == [{"role": "system", "content": "Be brief."},
                                          {"role": "user", "content": "ticket 1"}, {"role": "assistant", "content": "{"}]
    got = requests(w, models=["mid"], prompt="file://p.md")
    assert got["lab/mid"]["messages"][0]["content"] == "From a file: ticket 1"


def test_examples_show_the_first_n_to_every_item(w):
    w.write("ex.jsonl", "".join(f'{{"text":"ex{i}","label":"l{i}"}}\n' for i in range(4)))
    got = requests(w, candidates={"models": ["lab/mid"], "examples": [0, 2]}, examples="ex.jsonl",
                   prompt="{% for e in examples %}{{ e.text }}={{ e.label }};{% endfor %}{{ text }}")
    assert got["lab/mid"]["messages"][0]["content"] == "ticket 1"
    assert got["lab/mid +2ex"]["messages"][0]["content"] == "ex0=l0;ex1=l1;ticket 1"


def test_more_examples_than_there_are_is_an_error(w):
    w.write("ex.jsonl", '{"text":"a","label":"b"}\n')
    e = refused(w, candidates={"models": ["lab/mid"], "examples": [3]}, examples="ex.jsonl")
    assert "3" in e["message"] and "1" in e["found"]


def test_an_example_that_is_an_item_too_is_an_error(w):
    data = ticket_task("", 3)["data"]
    w.write("ex.jsonl", '{"text":"%s","label":"%s"}\n' % (data[1]["text"], data[1]["label"]))
    e = refused(w, place=False, examples="ex.jsonl")
    assert "i2" in e["found"] and e["place"] == {"file": e["place"]["file"], "line": 1}
    assert e["place"]["file"].endswith("ex.jsonl")


def test_params_are_common_or_per_model_and_pass_as_they_are(w):
    got = requests(w, models=["small", "mid"], params={"temperature": 0.50, "top_p": 0.9,
                                                       "response_format": {"type": "json_object"},
                                                       "lab/mid": {"top_p": 0.1, "temperature": 1}})
    assert got["lab/small"]["top_p"] == 0.9 and got["lab/small"]["temperature"] == 0.5
    assert got["lab/mid"]["top_p"] == 0.1 and got["lab/mid"]["temperature"] == 1
    assert got["lab/mid"]["response_format"] == {"type": "json_object"}
    assert "temperature" not in requests(w)["lab/small"], "temperature is sent only when given"


def test_params_that_fulcrum_sets_itself_are_refused(w):
    for name, value in (("model", "x"), ("messages", []), ("stream", True), ("seed", 1), ("n", 2), ("max_tokens", 5),
                        ("max_completion_tokens", 5)):
        e = refused(w, params={name: value})
        assert name in e["message"], e
    assert "seed" in refused(w, params={"lab/mid": {"seed": 1}})["message"]
    assert "lab/other" in refused(w, params={"lab/other": {"top_p": 1}})["message"]


def test_temperature_may_differ_between_single_answers_and_votes(w):
    got = requests(w, candidates={"models": ["lab/mid"], "samples": [1, 3]},
                   params={"temperature": {"single": 0, "votes": 0.7}})
    assert got["lab/mid"]["temperature"] == 0 and got["lab/mid x3"]["temperature"] == 0.7
    up = w.serve(ticket_rule)
    w.write("u.yaml", ticket_task(up.url, 4, candidates={"models": ["lab/mid"], "samples": [1, 3]},
                                  params={"temperature": {"single": 0, "votes": 0.7}}))
    w.ok("eval", "u.yaml")
    assert up.count() == 16, "requests that differ share no draw"


def test_votes_over_equal_answers_get_a_note(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 2, candidates={"models": ["lab/mid"], "samples": [3]}, params={"temperature": 0}))
    assert "temperature 0" in w.ok("eval", "t.yaml").err


def test_seeds_differ_by_item_and_draw_and_follow_draw_seed(w):
    up = w.serve(ticket_rule)
    sent = {"models": ["lab/mid"], "samples": [3]}
    w.write("t.yaml", ticket_task(up.url, 5, candidates=sent))
    w.ok("eval", "t.yaml")
    first = {r.json["seed"] for r in up.requests}
    assert len(first) == 15
    w.ok("balance", "t.yaml", "--seed", "9")
    assert up.count() == 15, "--seed orders items and changes no request"
    w.write("t.yaml", ticket_task(up.url, 5, candidates=sent, draw_seed=2))
    w.ok("eval", "t.yaml")
    assert up.count() == 30 and not first & {r.json["seed"] for r in up.requests[15:]}


def test_no_seed_goes_to_a_server_that_honours_none_and_draws_are_still_apart(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 4, candidates={"models": ["lab/mid"], "samples": [3]}, lab={"seed": False}))
    w.ok("eval", "t.yaml")
    assert up.count() == 12 and all("seed" not in r.json for r in up.requests)
    w.ok("eval", "t.yaml")
    assert up.count() == 12


def test_the_token_limit_goes_under_the_name_that_the_server_wants(w):
    got = requests(w, models=["mid"], max_output=77, lab={"token_limit": "max_completion_tokens"})
    assert got["lab/mid"]["max_completion_tokens"] == 77 and "max_tokens" not in got["lab/mid"]


def test_an_effort_that_the_endpoint_does_not_honour_is_an_error(w):
    e = refused(w, candidates={"models": ["lab/mid"], "effort": ["high"]})
    assert "effort 'high'" in e["message"]
    e = refused(w, candidates={"models": ["lab/mid"], "effort": ["max"]}, lab={"effort": ["low", "high"]})
    assert "low, high" in e["expected"]


def test_the_same_candidate_twice_is_an_error(w):
    assert "twice" in refused(w, candidates=["lab/mid", "lab/mid"])["message"]


def test_unknown_providers_prompts_and_baselines_are_errors_with_a_suggestion(w):
    assert "lab" in refused(w, candidates={"models": ["lba/mid"]})["help"]
    assert "provider/model" in refused(w, candidates={"models": ["mid"]})["message"]
    assert "odd" in refused(w, candidates={"models": ["lab/mid"], "prompts": ["odd"]}, prompt=None,
                            prompts={"a": "{{ text }}"})["message"]
    assert "lab/large" in refused(w, baseline="lab/larg")["expected"]


def test_a_vote_is_the_plurality_of_what_was_read_out_and_ties_go_to_the_earliest(w):
    spoken = {}

    def rule(request):
        n = spoken.setdefault(request.text, [])
        n.append(request)
        said = {"1": ["The answer is red", "blue", "Blue!"], "2": ["blue", "red", "no idea"],
                "3": ["no idea", "red", "blue"]}[request.text]
        return Answer(text=said[len(n) - 1])

    up = w.serve(rule)
    w.write("t.yaml", ticket_task(up.url, data=[{"id": n, "label": "red"} for n in "123"], prompt="{{ id }}",
                                  answer={"choice": ["red", "blue"]}, grade=[{"match": {"field": "label"}}],
                                  candidates={"models": ["lab/mid"], "samples": [3]}, lab={"concurrency": 1}))
    run = w.ok("eval", "t.yaml", "--json").json["run"]
    read = {c["item"]: c["answer"] for c in w.ok("show", run, "--json").json["cells"]}
    assert read == {"1": "blue", "2": "blue", "3": "red"}, read
