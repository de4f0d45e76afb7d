"""What goes wrong outside: retries, refusals, broken answers, and how they are counted."""
import socket
import time

from world import Answer, ticket_rule, ticket_task


def one_model(w, rule, n=6, models=("mid",), **more):
    up = w.serve(rule)
    more.setdefault("lab", {"concurrency": 1})
    w.write("t.yaml", ticket_task(up.url, n, models=list(models), **more))
    return up


def ends(w):
    return [row[0] for row in w.query("SELECT code FROM ledger ORDER BY rowid")]


def test_a_rate_limit_waits_as_long_as_the_server_asks(w):
    times = []

    def rule(request):
        times.append(time.monotonic())
        return Answer(status=429, headers={"Retry-After": "1"}) if request.number == 2 else ticket_rule(request)

    one_model(w, rule, 3)
    r = w.ok("eval", "t.yaml", "--json").json
    assert r["failed"] == {} and len(times) == 4
    assert times[2] - times[1] >= 1.0, "it came back before the second was over"
    assert ends(w) == ["ok", "rate_limited", "ok", "ok"]


def test_a_server_error_is_tried_again_and_both_attempts_stand_in_the_ledger(w):
    up = one_model(w, lambda q: Answer(status=500) if q.number == 2 else ticket_rule(q), 3)
    r = w.ok("eval", "t.yaml", "--json").json
    assert r["failed"] == {} and up.count() == 4 and ends(w) == ["ok", "server_error", "ok", "ok"]
    assert w.query("SELECT SUM(cost_nusd) FROM ledger WHERE code <> 'ok'") == [(0,)], "a refusal costs nothing"


def test_the_same_failure_three_times_is_final_and_counted_by_its_class(w):
    def rule(request):
        return Answer(status=503) if "ticket 3 " in request.text else ticket_rule(request)

    up = one_model(w, rule)
    r = w.ok("eval", "t.yaml", "--json").json
    assert r["failed"] == {"server_error": 1} and r["candidates"][0]["failed"] == {"server_error": 1}
    assert r["candidates"][0]["outcomes"]["failed"] == 1
    assert sum("ticket 3 " in q.text for q in up.requests) == 3


def test_a_failure_is_asked_again_by_the_next_run_and_only_it(w):
    broken = [True]

    def rule(request):
        return Answer(status=503) if broken[0] and "ticket 3 " in request.text else ticket_rule(request)

    up = one_model(w, rule)
    w.ok("eval", "t.yaml")
    broken[0] = False
    calls = up.count()
    r = w.ok("eval", "t.yaml", "--json").json
    assert up.count() == calls + 1 and r["failed"] == {}


def test_a_lost_connection_is_tried_again(w):
    up = one_model(w, lambda q: Answer(reset=True) if q.number == 2 else ticket_rule(q), 3)
    assert w.ok("eval", "t.yaml", "--json").json["failed"] == {} and up.count() == 4


def test_a_stream_without_its_end_is_no_answer(w):
    def rule(request):
        a = ticket_rule(request)
        a.done = "ticket 2 " not in request.text
        return a

    up = one_model(w, rule, 3, lab={"stream": True, "concurrency": 1})
    r = w.ok("eval", "t.yaml", "--json").json
    assert r["failed"] == {"stream_truncated": 1}
    assert 2 <= sum("ticket 2 " in q.text for q in up.requests) <= 3


def test_a_stream_cut_in_the_middle_is_tried_again(w):
    def rule(request):
        a = ticket_rule(request)
        a.cut = 150 if request.number == 2 else None
        return a

    up = one_model(w, rule, 3, lab={"stream": True, "concurrency": 1})
    assert w.ok("eval", "t.yaml", "--json").json["failed"] == {} and up.count() == 4


def test_json_that_is_wrong_is_a_failure_and_not_a_wrong_answer(w):
    def rule(request):
        return Answer(raw=b'{"choices": [') if "ticket 4 " in request.text else ticket_rule(request)

    one_model(w, rule)
    r = w.ok("eval", "t.yaml", "--json").json
    assert r["failed"] == {"protocol": 1}
    run = r["run"]
    cell = w.ok("show", run, "i4", "--json").json["cells"][0]
    assert cell["outcome"] == "failed" and cell["failure"] == "protocol" and "JSON" in cell["message"]


def test_an_answer_over_the_limit_is_a_failure(w):
    def rule(request):
        return Answer(text="x" * (17 << 20)) if "ticket 2 " in request.text else ticket_rule(request)

    one_model(w, rule, 3)
    assert w.ok("eval", "t.yaml", "--json", "--quiet").json["failed"] == {"limit": 1}


def test_a_server_slower_than_the_timeout_fails_the_cell_and_is_charged(w):
    def rule(request):
        return Answer(delay_s=3) if "ticket 2 " in request.text else ticket_rule(request)

    one_model(w, rule, 4, timeout="500ms")
    r = w.ok("eval", "t.yaml", "--json").json
    assert r["failed"] == {"timeout": 1}
    assert w.query("SELECT flags FROM ledger WHERE code = 'timeout'") == [("unreported",)]


def test_outcomes_are_counted_apart(w):
    def rule(request):
        a = ticket_rule(request)
        a.finish = {"1": "stop", "2": "length", "3": "content_filter"}[request.text.split()[1]]
        return a

    one_model(w, rule, 3)
    c = w.ok("eval", "t.yaml", "--json").json["candidates"][0]
    assert c["outcomes"]["truncated"] == 1 and c["outcomes"]["filtered"] == 1 and c["failed"] == {}
    assert abs(c["cut_share"] - 1 / 3) < 1e-9


def test_unreadable_answers_are_unparsable(w):
    one_model(w, lambda q: Answer(text="who knows"), 3, answer={"choice": ["a", "b"]})
    c = w.ok("eval", "t.yaml", "--json").json["candidates"][0]
    assert c["outcomes"] == {"unparsable": 3} and c["score"] == 0


def refusals(request):
    return {"small": Answer(status=401, error={"message": "bad key, friend", "code": "invalid_api_key"}),
            "mid": Answer(status=404, error={"message": "no model mid here", "code": "model_not_found"}),
            "large": Answer(status=400, error={"message": "top_p is not welcome", "type": "invalid_request_error"}),
            "bad": ticket_rule(request)}[request.model]


def test_the_probe_shows_every_refused_candidate_in_the_servers_words_before_anything_is_spent(w):
    for command in ("eval", "balance"):
        up = one_model(w, refusals, 50, ["small", "mid", "large", "bad"])
        e = w.ok(command, "t.yaml", "--json", status=4, state=w.path(command + ".db")).error
        for words in ("bad key, friend", "no model mid here", "top_p is not welcome", "lab/small", "lab/mid", "lab/large"):
            assert words in e["message"], e
        assert "lab/bad:" not in e["message"]
        assert e["code"] in ("auth", "unknown_model", "parameter_refused") and up.count() == 4
        assert w.query("SELECT COUNT(*) FROM cell", state=w.path(command + ".db")) == [(1,)], "the good answer is kept"


def test_each_refusal_has_its_own_code(w):
    for model, code in (("small", "auth"), ("mid", "unknown_model"), ("large", "parameter_refused")):
        one_model(w, refusals, 3, [model])
        assert w.ok("eval", "t.yaml", "--json", status=4, state=w.path(model)).error["code"] == code


def test_a_missing_key_is_told_before_anything_is_sent(w):
    up = w.serve(ticket_rule)
    task = ticket_task(up.url, 3)
    provider = task.pop("providers")["lab"]
    w.write("conf.yaml", {"providers": {"lab": {**provider, "key": "env:LAB_KEY"}}})
    w.write("t.yaml", task)
    e = w.ok("eval", "t.yaml", "--config", "conf.yaml", "--json", status=4).error
    assert e["code"] == "auth" and "LAB_KEY" in e["message"] and up.count() == 0


def test_a_server_that_is_down_ends_with_4_and_names_it(w):
    with socket.create_server(("127.0.0.1", 0)) as s:
        port = s.getsockname()[1]
    w.write("t.yaml", ticket_task(f"http://127.0.0.1:{port}/v1", 5))
    e = w.ok("balance", "t.yaml", "--json", status=4).error
    assert e["code"] == "connect" and "lab/small" in e["message"] and e["help"], e


def test_a_server_that_goes_down_stops_the_run_and_what_was_paid_is_kept(w):
    up = one_model(w, ticket_rule, 400, lab={"concurrency": 4})
    p = w.start("eval", "t.yaml", "--json")
    up.wait_for(40)
    up.close()
    r = w.end(p)
    assert r.status == 4, (r.status, r.out, r.err)
    assert r.error["code"] in ("connect", "connection_lost"), r.error
    kept = w.query("SELECT COUNT(*) FROM cell")[0][0]
    assert 36 <= kept <= up.count()


def test_a_refused_key_in_the_middle_of_a_run_stops_it(w):
    up = one_model(w, lambda q: ticket_rule(q) if q.number < 20 else Answer(status=401, error={"message": "revoked"}), 200)
    e = w.ok("eval", "t.yaml", "--json", status=4).error
    assert e["code"] == "auth" and "revoked" in e["message"] and up.count() < 40


def test_a_dead_kept_connection_costs_one_attempt_more_and_never_two_on_the_wire(w):
    def rule(request):
        a = ticket_rule(request)
        a.headers = {"Connection": "close"} if request.number == 2 else {}
        return a

    up = one_model(w, rule, 5)
    assert w.ok("eval", "t.yaml", "--json").json["failed"] == {}
    assert up.count() == 5 == len({q.key for q in up.requests})


def test_a_proxy_in_the_environment_is_not_used_for_this_machine(w):
    one_model(w, ticket_rule, 3)
    dead = "http://127.0.0.1:9"
    w.ok("eval", "t.yaml", env={"HTTPS_PROXY": dead, "https_proxy": dead, "http_proxy": dead, "ALL_PROXY": dead})


def test_concurrency_is_what_the_provider_says(w):
    def rule(request):
        a = ticket_rule(request)
        a.delay_s = 0.01
        return a

    up = one_model(w, rule, 40, lab={"concurrency": 5})
    w.ok("eval", "t.yaml")
    assert up.most_at_once == 5


def test_failures_end_a_race_by_the_rule_score_0_at_the_timeout(w):
    def rule(request):
        return Answer(status=500) if request.model == "bad" and request.number > 8 else ticket_rule(request)

    one_model(w, rule, 30, ["mid", "bad"], value={"right": "1 USD"}, timeout="400ms", lab={"concurrency": 16})
    r = w.ok("balance", "t.yaml", "--json", "--quiet").json
    bad = r["candidates"][1]
    assert r["decision"]["candidate"] == "lab/mid" and bad["failed"].get("server_error", 0) > 0, r
    assert bad["latency_ms"] > 50, "a failed call counts as long as its timeout"
