"""Races and figures over matrices of known outcomes."""
import csv
import io
import json
import os
import random
import signal

from world import luck, ticket_rule, ticket_task

MODELS = {"dear": (0.92, 0.010), "fair": (0.90, 0.002), "poor": (0.60, 0.001)}


def long_form(n=200, extra="", models=MODELS):
    rows = ["item,config,score,cost_usd,latency_s" + extra]
    for i in range(n):
        for name, (skill, cost) in models.items():
            rows.append(f"q{i},{name},{int(luck('m', i) < skill)},{cost},{0.5 + skill}" + ("," + "z" if extra else ""))
    return "\n".join(rows) + "\n"


def wide_form(n=200):
    rows = ["item," + ",".join(MODELS)]
    for i in range(n):
        rows.append(f"q{i}," + ",".join(str(int(luck("m", i) < skill)) for skill, _ in MODELS.values()))
    return "\n".join(rows) + "\n"


def by_name(result):
    return {c["name"]: (c["score"], c["cost_nusd"]) for c in result["candidates"]}


def balance(w, *args, status=0):
    return w.ok("balance", "--matrix", "m.csv", "--json", "--quiet", *args, status=status).json


def test_the_cheapest_that_is_good_enough_on_a_long_matrix(w):
    w.write("m.csv", long_form(400))
    r = balance(w, "--goal", "cheapest", "--within", "5")
    assert r["decision"] == {**r["decision"], "state": "certified", "candidate": "fair"}
    assert r["goal"]["within"] == 0.05 and r["spent"]["cells"] < r["grid"]["cells"] == 1200
    assert r["grid"]["cost_nusd"] == 400 * 13000000


def test_a_right_answers_worth_decides_on_a_long_matrix(w):
    w.write("m.csv", long_form(400))
    r = balance(w, "--value", "1", "--epsilon", "0.01")
    assert r["goal"]["value_nusd"] == 10 ** 9 and r["epsilon_nusd"] == 10 ** 7
    assert r["decision"]["state"] == "certified" and r["decision"]["regret_bound_nusd"] <= 10 ** 7
    assert balance(w, "--value", "0.001")["decision"]["candidate"] == "poor"


def test_the_staircase_covers_all_worths_without_a_gap(w):
    w.write("m.csv", long_form(400))
    steps = balance(w, "--value", "1")["staircase"]
    assert [s["candidate"] for s in steps] == ["poor", "fair", "dear"]
    assert steps[0]["from_nusd"] == 0 and steps[-1]["to_nusd"] is None
    assert all(a["to_nusd"] == b["from_nusd"] for a, b in zip(steps, steps[1:]))
    gain = sum(luck("m", i) < 0.9 for i in range(400)) - sum(luck("m", i) < 0.6 for i in range(400))
    assert abs(steps[1]["from_nusd"] - 1000000 * 400 / gain) <= 1


def test_a_wide_matrix_has_scores_alone_and_cheapest_says_what_it_lacks(w):
    w.write("m.csv", wide_form())
    r = balance(w, "--value", "1")
    assert r["decision"]["candidate"] in ("dear", "fair") and r["spent"]["cost_nusd"] is None
    assert all(c["cost_nusd"] is None and c["latency_ms"] is None for c in r["candidates"])
    e = balance(w, "--goal", "cheapest", status=2)
    assert "cost" in e["error"]["message"]


def test_the_same_seed_gives_the_same_bytes_and_the_report_too(w):
    w.write("m.csv", long_form())
    a = w.ok("balance", "--matrix", "m.csv", "--json", "--seed", "3", "--value", "1", "--report", "a.html").out
    b = w.ok("balance", "--matrix", "m.csv", "--json", "--seed", "3", "--value", "1", "--report", "b.html").out
    assert a == b and w.read("a.html") == w.read("b.html")


def test_a_matrix_writes_no_report_unless_asked(w):
    w.write("m.csv", long_form(50))
    balance(w)
    assert os.listdir(w.dir) == ["m.csv"], os.listdir(w.dir)


def test_columns_in_any_order_and_unknown_ones_with_a_note(w):
    rows = list(csv.reader(io.StringIO(long_form(60, ",mood"))))
    order = [5, 3, 1, 0, 4, 2]
    w.write("m.csv", "\n".join(",".join(r[i] for i in order) for r in rows) + "\n")
    r = w.ok("balance", "--matrix", "m.csv", "--json")
    assert "mood" in r.err
    w.write("m.csv", long_form(60))
    assert w.ok("balance", "--matrix", "m.csv", "--json").out == r.out


def test_eval_shows_the_figures_of_a_matrix(w):
    w.write("m.csv", long_form(100))
    r = w.ok("eval", "--matrix", "m.csv", "--json").json
    assert r["run"] is None and r["items"] == 100
    for c in r["candidates"]:
        skill, cost = MODELS[c["name"]]
        assert c["score"] == sum(luck("m", i) < skill for i in range(100)) / 100
        assert c["cost_nusd"] == round(cost * 10 ** 9) and abs(c["latency_p95_ms"] - 1000 * (0.5 + skill)) < 1e-6


def test_an_exported_run_races_as_it_did_live(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 150, within="5 points"))
    w.ok("eval", "t.yaml", "--export", "m.csv", "--cells", "cells.jsonl")
    live = w.ok("balance", "t.yaml", "--json", "--seed", "5").json
    assert up.count() == 450
    replay = balance(w, "--goal", "cheapest", "--within", "5", "--seed", "5")
    assert replay["decision"]["candidate"] == live["decision"]["candidate"] == "lab/mid"
    assert by_name(w.ok("eval", "t.yaml", "--json").json) == by_name(w.ok("eval", "--matrix", "m.csv", "--json").json)
    assert len(w.read("cells.jsonl").splitlines()) == 450


def test_cells_are_one_object_a_line_with_all_that_was_measured(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 4, models=["mid"]))
    w.ok("eval", "t.yaml", "--cells", "cells.jsonl")
    for line in w.read("cells.jsonl").splitlines():
        c = json.loads(line)
        assert {"item", "candidate", "outcome", "answer", "score", "grades", "usage", "cost_nusd", "latency_ms"} <= set(c)
        assert c["usage"]["input_tokens"] == 20 and c["cost_nusd"] > 0


def test_exported_text_cannot_become_a_formula(w):
    up = w.serve(ticket_rule)
    data = [{"id": "=1+1", "text": "ticket 1", "label": "a"}, {"id": "@x", "text": "ticket 2", "label": "b"}]
    w.write("t.yaml", ticket_task(up.url, models=["mid"], data=data))
    w.ok("eval", "t.yaml", "--export", "m.csv")
    for row in csv.reader(io.StringIO(w.read("m.csv"))):
        assert row[0][0] not in "=+-@", row


def test_trials_of_one_cell_are_averaged_and_their_costs_added(w):
    w.write("m.csv", "item,config,score,cost_usd,trial\na,x,1,0.1,1\na,x,0,0.2,2\nb,x,1,0.1,1\nb,x,1,0.1,2\n")
    c = w.ok("eval", "--matrix", "m.csv", "--json").json["candidates"][0]
    assert c["score"] == 0.75 and c["items"] == 2 and c["cost_nusd"] == 250000000


def test_clusters_by_a_column(w):
    rows = ["item,config,score,cost_usd,topic"]
    for i in range(240):
        for name, skill in (("x", 0.7), ("y", 0.5)):
            rows.append(f"q{i},{name},{int(luck('topic', i // 6) < skill)},0.001,t{i // 6}")
    w.write("m.csv", "\n".join(rows) + "\n")
    plain = w.ok("eval", "--matrix", "m.csv", "--json").json["candidates"][0]["score_interval"]
    grouped = w.ok("eval", "--matrix", "m.csv", "--cluster", "topic", "--json").json["candidates"][0]["score_interval"]
    assert grouped[1] - grouped[0] > 1.8 * (plain[1] - plain[0])
    a, b = balance(w, "--value", "1"), balance(w, "--value", "1", "--cluster", "topic")
    assert b["spent"]["cells"] > a["spent"]["cells"]
    assert "topics" in w.ok("eval", "--matrix", "m.csv", "--cluster", "topics", "--json", status=2).out


def test_rehearsal_counts_wrong_choices_and_ends_with_0(w):
    w.write("m.csv", long_form(300))
    r = balance(w, "--value", "1", "--epsilon", "0.01", "--rehearse", "50")["rehearsal"]
    assert r["trials"] == 50 and r["worse_than_epsilon"] <= 2 and "broken_promises" not in r
    assert 0 < r["cells_share"] < 1 and 0 < r["cost_share"] <= 1
    r = balance(w, "--goal", "cheapest", "--within", "5", "--rehearse", "50")["rehearsal"]
    assert r["broken_promises"] <= 2 and r["missed_cheaper"] <= 2 and "missed_best" not in r
    assert balance(w, "--floor", "99.9%", "--rehearse", "5", "--goal", "cheapest")["rehearsal"]["trials"] == 5


def test_a_budget_stops_a_race_on_a_matrix_with_a_weaker_statement(w):
    w.write("m.csv", long_form(400))
    r = balance(w, "--value", "1", "--budget", "0.3", status=3)
    assert r["decision"]["state"] == "best-so-far" and r["decision"]["stopped"] == "budget"
    assert r["spent"]["cost_nusd"] <= 300000000 and r["decision"]["regret_bound_nusd"] > 0


def test_limits_on_cost_and_latency_make_candidates_infeasible(w):
    w.write("m.csv", long_form(300))
    r = balance(w, "--value", "100", "--max-cost", "0.005")
    assert r["decision"]["candidate"] == "fair"
    assert [c["state"] for c in r["candidates"] if c["name"] == "dear"] == ["infeasible"]
    r = balance(w, "--value", "100", "--p95", "1.2")
    assert r["decision"]["candidate"] == "poor", r["decision"]
    r = balance(w, "--value", "100", "--p95", "0.1", status=1)
    assert r["decision"]["state"] == "none-feasible" and r["decision"]["candidate"] is None


def test_future_mode_asks_for_more_and_ends_with_0_when_all_items_are_used(w):
    w.write("m.csv", long_form(300))
    finite, future = balance(w, "--value", "1"), balance(w, "--value", "1", "--mode", "future")
    assert future["mode"] == "future" and future["spent"]["cells"] >= finite["spent"]["cells"]
    assert future["decision"]["state"] in ("certified", "best-so-far")


def test_caps_are_said_aloud_when_they_come_from_hindsight(w):
    w.write("m.csv", long_form(100))
    assert any("hindsight" in a or "1.2" in a for a in balance(w)["assumptions"])
    assert not any("hindsight" in a for a in balance(w, "--cap", "0.02")["assumptions"])


def test_a_cost_above_the_stated_cap_ends_the_race_without_a_certificate(w):
    w.write("m.csv", long_form(100))
    d = balance(w, "--cap", "0.005", status=3)["decision"]
    assert d["state"] == "best-so-far" and d["stopped"] == "over_hold" and "--cap" in d["statement"], d


def test_wrong_matrices_are_refused_by_line(w):
    head = "item,config,score,cost_usd\n"
    for text, line, words in ((head + "a,x,1,1\nb,x,1,1\na,y,1,1\n", None, "b"), (head + "a,x,1.5,1\n", 2, "score"),
                              (head + "a,x,1,1\na,x,0,1\n", 3, ""), (head + "a,x,1,1\nb,x,1,\n", 3, "cost"),
                              (head + "a,x,one,1\n", 2, "score"), (head + "a,x,1,1\nb,x\n", 3, ""), ("item,config\na,x\n", 1, "score"),
                              (head + "a,x,1,-1\n", 2, "cost"), (head, None, ""), ("", None, "")):
        w.write("m.csv", text)
        e = balance(w, "--value", "1", status=2)["error"]
        assert e["place"]["file"].endswith("m.csv"), e
        assert line is None or e["place"].get("line") == line, (text, e)
        assert words in str(e), (words, e)


def test_options_that_belong_to_a_task_or_a_matrix_are_told_apart(w):
    w.write("m.csv", long_form(20))
    w.write("t.yaml", ticket_task("http://127.0.0.1:1/v1", 3))
    for args in (["t.yaml", "--rehearse", "5"], ["t.yaml", "--matrix", "m.csv"], ["--matrix", "m.csv", "--dry-run"],
                 ["--matrix", "m.csv", "--value", "1", "--within", "2"], ["--matrix", "m.csv", "--margin", "1"],
                 ["--matrix", "m.csv", "--baseline", "nobody"], ["--matrix", "m.csv", "--mode", "past"],
                 ["--matrix", "m.csv", "--rehearse", "0"], ["--matrix", "m.csv", "--confidence", "100%"]):
        assert w.ok("balance", *args, "--json", status=2).error["message"]


def test_shuffled_rows_change_nothing_but_the_order_of_items(w):
    w.write("m.csv", long_form(200))
    a = w.ok("eval", "--matrix", "m.csv", "--json").json
    rows = long_form(200).splitlines()
    body = rows[1:]
    random.Random(5).shuffle(body)
    w.write("m.csv", "\n".join(rows[:1] + body) + "\n")
    b = w.ok("eval", "--matrix", "m.csv", "--json").json
    assert by_name(a) == by_name(b)


def catches_interrupts(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        caught = next(line.split()[1] for line in f if line.startswith("SigCgt"))
    return int(caught, 16) & 1 << (signal.SIGINT - 1)


def test_an_interrupt_during_rehearsals_keeps_what_was_counted(w):
    rows = ["item,config,score,cost_usd"]
    for i in range(400):
        rows += [f"{i},c{k},{(i * 7 + k * 3) % 10 < 5 + k % 3:d},{0.001 * (1 + k)}" for k in range(24)]
    w.write("m.csv", "\n".join(rows) + "\n")
    p = w.start("balance", "--matrix", "m.csv", "--rehearse", "1000000", "--json")
    while not catches_interrupts(p.pid):
        assert p.poll() is None
    p.send_signal(signal.SIGINT)
    r = w.end(p)
    answer = json.loads(r.out)
    assert r.status == 3 and answer["decision"]["stopped"] == "cancelled", answer
    assert (answer["rehearsal"] or {"trials": 0})["trials"] < 1000000
