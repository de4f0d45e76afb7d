"""The main job: a task, candidates, a server; what comes out."""
import json
import re

from world import SKILL, Answer, items, luck, ticket_rule, ticket_task


def masked(text):
    """Without what a clock decides."""
    return re.sub(r'"(latency_ms|latency_p50_ms|latency_p95_ms)":[0-9.e+-]+', r'"\1":0', text)


def best_share(model, n):
    return sum(luck("hard", i) < SKILL[model] for i in range(1, n + 1)) / n


def test_eval_runs_the_whole_grid_once_and_counts_it_right(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 40))
    r = w.ok("eval", "t.yaml", "--json").json
    assert up.count() == 120
    assert list(r)[0] == "schema" and r["schema"] == "fulcrum.eval/1" and r["task"] == "tickets" and r["items"] == 40
    for c in r["candidates"]:
        model = c["name"].split("/")[1]
        assert c["score"] == best_share(model, 40), c
        assert c["items"] == 40 and c["failed"] == {} and c["cut_share"] == 0
        low, high = c["score_interval"]
        assert 0 <= low < c["score"] < high <= 1
    assert r["spent"]["cells"] == 120 and r["failed"] == {}
    assert r["spent"]["cost_nusd"] == w.money()[0] and w.money()[1] == 0


def test_costs_are_the_usage_at_the_stated_price_to_the_nano_dollar(w):
    up = w.serve(lambda r: Answer(text="x", input=333, output=77))
    w.write("t.yaml", ticket_task(up.url, 3, models=["small", "large"]))
    r = w.ok("eval", "t.yaml", "--json").json
    small, large = r["candidates"]
    assert small["cost_nusd"] == 333 * 1000 + 77 * 2000
    assert large["cost_nusd"] == 333 * 30000 + 77 * 60000
    assert r["spent"]["cost_nusd"] == 3 * (small["cost_nusd"] + large["cost_nusd"])


def test_balance_names_the_cheapest_that_is_within_the_stated_distance(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 300, within="5 points"))
    r = w.ok("balance", "t.yaml", "--json").json
    assert r["decision"]["state"] == "certified" and r["decision"]["candidate"] == "lab/mid", r["decision"]
    assert r["spent"]["cells"] == up.count() < r["grid"]["cells"] == 900
    assert "lab/mid" in r["decision"]["statement"]
    assert w.read("report.html").lower().startswith("<!doctype html>")


def test_balance_json_has_every_member_that_is_promised(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 50))
    r = w.ok("balance", "t.yaml", "--json", "--seed", "7").json
    assert list(r)[0] == "schema" and r["schema"] == "fulcrum.balance/1"
    assert (r["task"], r["mode"], r["seed"], r["confidence"]) == ("tickets", "finite", 7, 0.95)
    assert {"kind", "value_nusd", "within", "floor", "baseline", "margin"} <= set(r["goal"])
    assert r["goal"]["kind"] == "cheapest" and r["goal"]["within"] == 0.02 and r["goal"]["floor"] is None
    assert r["goal"]["value_nusd"] is None and r["goal"]["baseline"] is None and r["goal"]["margin"] is None
    assert isinstance(r["epsilon_nusd"], int) and r["epsilon_month_nusd"] is None
    d = r["decision"]
    assert {"state", "candidate", "regret_bound_nusd", "future_regret_bound_nusd", "quality_bound", "saves_month_nusd",
            "saves_month_interval_nusd", "statement"} <= set(d)
    assert isinstance(d["regret_bound_nusd"], int) and d["future_regret_bound_nusd"] is None
    assert d["saves_month_nusd"] is None and d["saves_month_interval_nusd"] is None
    for part in ("spent", "grid"):
        assert isinstance(r[part]["cells"], int) and isinstance(r[part]["cost_nusd"], int)
    for c in r["candidates"]:
        assert {"name", "state", "by", "reason", "at_item", "items", "score", "score_interval", "cost_nusd",
                "latency_ms", "utility_nusd", "cut_share", "failed"} <= set(c), c
        assert c["state"] in ("chosen", "alive", "resting", "eliminated", "infeasible", "removed")
        assert c["failed"] == {} and len(c["score_interval"]) == 2
    assert sum(c["state"] == "chosen" for c in r["candidates"]) == 1
    for step in r["staircase"]:
        assert {"candidate", "from_nusd", "to_nusd"} == set(step)
    assert r["rehearsal"] is None


def test_floor_names_the_cheapest_above_it_and_none_feasible_ends_with_1(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 200, floor="60%"))
    r = w.ok("balance", "t.yaml", "--json").json
    assert r["decision"]["candidate"] == "lab/small" and r["goal"]["floor"] == 0.6
    w.write("t.yaml", ticket_task(up.url, 200, floor="99%"))
    r = w.ok("balance", "t.yaml", "--json", status=1).json
    assert r["decision"]["state"] == "none-feasible" and r["decision"]["candidate"] is None


def test_baseline_bar_and_the_months_saving_against_it(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 300, baseline="lab/large", margin="6 points", traffic="10000/month"))
    r = w.ok("balance", "t.yaml", "--json").json
    assert r["goal"]["baseline"] == "lab/large" and r["goal"]["margin"] == 0.06
    assert r["decision"]["candidate"] == "lab/mid", r["decision"]
    low, high = r["decision"]["saves_month_interval_nusd"]
    assert low <= r["decision"]["saves_month_nusd"] <= high and r["decision"]["saves_month_nusd"] > 0


def test_value_weighs_right_answers_against_dollars(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 200, value={"right": "1 USD"}))
    dear = w.ok("balance", "t.yaml", "--json").json
    assert dear["goal"]["kind"] == "value" and dear["goal"]["value_nusd"] == 10 ** 9
    assert dear["epsilon_nusd"] == 20000000 and isinstance(dear["decision"]["future_regret_bound_nusd"], int)
    assert dear["decision"]["candidate"] in ("lab/mid", "lab/large")
    assert all(isinstance(c["utility_nusd"], int) for c in dear["candidates"])
    w.write("t.yaml", ticket_task(up.url, 200, value={"right": "0.00001 USD"}))
    cheap = w.ok("balance", "t.yaml", "--json").json
    assert cheap["decision"]["candidate"] == "lab/small", cheap["decision"]


def test_value_in_saved_time_becomes_worth_per_answer_and_per_second(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 30, value={"wage": "36 USD/hour", "saved_if_right": "2 min",
                                                     "lost_if_wrong": "1 min", "waiting": "50%"}))
    r = w.ok("balance", "t.yaml", "--json").json
    assert r["goal"]["value_nusd"] == 1800000000  # three minutes of 36 USD an hour
    assert r["goal"]["wait_nusd_per_hour"] == 18 * 10 ** 9


def test_pass_bar_decides_the_exit_status_of_eval(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 30, **{"pass": "20%"}))
    w.ok("eval", "t.yaml")
    w.write("t.yaml", ticket_task(up.url, 30, **{"pass": "99%"}))
    w.ok("eval", "t.yaml", status=1)


def test_running_again_calls_nothing_and_prints_the_same_bytes(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 60))
    first = {c: w.ok(*c).out for c in (("eval", "t.yaml", "--json"), ("balance", "t.yaml", "--json"))}
    report = w.read("report.html")
    calls = up.count()
    for command, out in first.items():
        again = w.ok(*command).out
        assert again == out, f"{again}\n{out}"
    assert up.count() == calls == 180
    w.ok("balance", "t.yaml", "--json")
    assert w.read("report.html") == report


def test_two_fresh_states_give_the_same_json_but_for_the_clock(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 80))
    a = w.ok("balance", "t.yaml", "--json", state=w.path("a.db")).out
    b = w.ok("balance", "t.yaml", "--json", state=w.path("b.db")).out
    assert masked(a) == masked(b)


def test_another_order_of_items_pays_only_for_cells_that_were_not_paid(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 60))
    w.ok("balance", "t.yaml", "--json", "--seed", "1")
    w.ok("balance", "t.yaml", "--json", "--seed", "2")
    w.ok("balance", "t.yaml", "--json", "--seed", "3")
    assert up.count() == len({r.key for r in up.requests}), "a request was sent twice"
    w.ok("eval", "t.yaml")
    assert up.count() == 180
    r = w.ok("balance", "t.yaml", "--json", "--seed", "4").json
    assert up.count() == 180 and r["decision"]["state"] == "certified"


def test_another_price_needs_no_call(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 20, models=["small"]))
    before = w.ok("eval", "t.yaml", "--json").json["candidates"][0]["cost_nusd"]
    dearer = ticket_task(up.url, 20, models=["small"])
    dearer["providers"]["lab"]["models"]["small"]["price"] = {"input": "10 USD/Mtok", "output": "20 USD/Mtok"}
    w.write("t.yaml", dearer)
    after = w.ok("eval", "t.yaml", "--json").json["candidates"][0]["cost_nusd"]
    assert up.count() == 20 and abs(after - 10 * before) <= 10


def test_five_samples_after_three_pay_for_two_draws_more(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 10, candidates={"models": ["lab/small"], "samples": [1, 3]}))
    r = w.ok("eval", "t.yaml", "--json").json
    assert up.count() == 30 and [c["name"] for c in r["candidates"]] == ["lab/small", "lab/small x3"]
    assert r["spent"]["cells"] == 30, "shared draws are counted once"
    w.write("t.yaml", ticket_task(up.url, 10, candidates={"models": ["lab/small"], "samples": [1, 3, 5]}))
    r = w.ok("eval", "t.yaml", "--json").json
    assert up.count() == r["spent"]["cells"] == 50, "also those that came from the store are counted once"
    assert r["spent"]["cost_nusd"] == w.money()[0]
    one, three, five = (c["cost_nusd"] for c in r["candidates"])
    assert abs(three - 3 * one) <= 3 and abs(five - 5 * one) <= 5, "a vote costs the sum of its draws"


def test_text_on_a_pipe_has_no_colours_and_notes_go_to_standard_error(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 20))
    r = w.ok("balance", "t.yaml")
    assert "\x1b" not in r.out and "\x1b" not in r.err
    assert "tickets" in r.out and "report.html" in r.out
    r = w.ok("balance", "t.yaml", "--quiet")
    assert r.err == ""


def test_runs_and_show_tell_what_was_sent_answered_read_and_paid(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 5, models=["small", "mid"]))
    run = w.ok("eval", "t.yaml", "--json").json["run"]
    listed = w.ok("runs", "--json").json
    assert listed["schema"] == "fulcrum.runs/1"
    (row,) = listed["runs"]
    assert row["run"] == run and row["cells"] == 10 and row["state"] == "finished" and row["spent_nusd"] == w.money()[0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", row["started"])
    shown = w.ok("show", run, "i3", "--json").json
    assert shown["schema"] == "fulcrum.show/1" and len(shown["cells"]) == 2
    label = items(5)[2]["label"]
    for cell in shown["cells"]:
        (draw,) = cell["draws"]
        assert draw["request"]["messages"] == [{"role": "user", "content": f"ticket 3 label {label}"}]
        assert draw["text"] == cell["answer"] and cell["cost_nusd"] > 0 and draw["status"] == 200
        assert json.loads(draw["response"])["choices"][0]["message"]["content"] == cell["answer"]
        assert cell["grades"][0]["expected"] == label
    assert "ticket 3" in w.ok("show", run, "i3").out
    w.ok("show", run)
    w.ok("show", "nothing-1", status=2)


def test_only_runs_the_named_candidates(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 10))
    r = w.ok("eval", "t.yaml", "--json", "--only", "lab/mid", "--only", "lab/small").json
    assert [c["name"] for c in r["candidates"]] == ["lab/small", "lab/mid"] and up.count() == 20
    e = w.ok("eval", "t.yaml", "--json", "--only", "lab/medium", status=2).error
    assert "lab/medium" in e["found"]


def test_streamed_answers_equal_plain_ones(w):
    up = w.serve(ticket_rule)
    w.write("plain.yaml", ticket_task(up.url, 20))
    w.write("stream.yaml", ticket_task(up.url, 20, lab={"stream": True}))
    a = w.ok("eval", "plain.yaml", "--json", state=w.path("a.db")).out
    b = w.ok("eval", "stream.yaml", "--json", state=w.path("b.db")).out
    assert up.requests[-1].json["stream"] is True
    assert up.requests[-1].json["stream_options"] == {"include_usage": True}
    assert masked(a) == masked(b)


def test_completions_endpoint_sends_one_prompt(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 5, models=["mid"], lab={"endpoint": "completions"}))
    r = w.ok("eval", "t.yaml", "--json").json
    assert r["candidates"][0]["score"] == best_share("mid", 5)
    assert all(q.path == "/v1/completions" and q.json["prompt"].startswith("ticket") for q in up.requests)


def test_the_configuration_file_names_providers_too(w):
    up = w.serve(ticket_rule)
    task = ticket_task(up.url, 5)
    w.write("conf.yaml", {"providers": task.pop("providers")})
    w.write("t.yaml", task)
    w.ok("eval", "t.yaml", "--config", "conf.yaml")
    w.ok("eval", "t.yaml", env={"FULCRUM_CONFIG": w.path("conf.yaml")})
    assert up.count() == 15


def test_recorded_exchanges_replay_in_another_state_without_a_server(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 20))
    live = w.ok("eval", "t.yaml", "--json").json
    w.ok("export", live["run"], "rec.jsonl.gz")
    up.close()
    calls = up.count()
    w.ok("import", "rec.jsonl.gz", state=w.path("other.db"))
    again = w.ok("eval", "t.yaml", "--json", state=w.path("other.db")).json
    assert again == live and up.count() == calls
    twice = w.ok("import", "rec.jsonl.gz", "--json", state=w.path("other.db")).json
    assert twice["added"] == 0 and twice["exchanges"] == 60


def test_a_lone_candidate_is_named_as_such_and_costs_one_call(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 20, models=["mid"]))
    r = w.ok("balance", "t.yaml", "--json").json
    assert r["decision"]["state"] == "certified" and r["decision"]["statement"].startswith("Take lab/mid: it is the only candidate")
    assert up.count() == 1 and r["grid"] == {"cells": 20, "cost_nusd": 20 * r["spent"]["cost_nusd"]}


def test_the_grid_costs_what_it_cost_when_all_of_it_was_paid(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 12, value={"right": "0.000001 USD"}, epsilon=None))
    whole = w.ok("eval", "t.yaml", "--json").json["spent"]
    r = w.ok("balance", "t.yaml", "--json", "--epsilon", "0", "--mode", "future").json
    assert r["spent"] == whole == r["grid"], r


def test_the_grid_counts_draws_that_candidates_share_once(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 10, candidates={"models": ["lab/small", "lab/mid"], "samples": [1, 3, 5]}))
    r = w.ok("balance", "t.yaml", "--json", "--value", "1").json
    assert r["grid"]["cells"] == 2 * 5 * 10 and r["spent"]["cells"] == up.count() <= 100
