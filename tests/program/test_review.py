"""Promises at the edges: the order of checks, one object for every --json, nothing unknown shown as 0."""
import json

from upstream import Answer
from world import ticket_rule, ticket_task


def refused(w, task, *args, status=2, command="eval"):
    """Runs what must not go; returns the error."""
    w.write("task.yaml", task)
    return w.ok(command, "task.yaml", "--json", *args, status=status).error


# --- the order of checks ----------------------------------------------------------------------------------------------

def test_what_is_wrong_is_told_in_the_order_schema_data_templates_providers(w):
    s = w.serve(ticket_rule)
    wrong = {"data": "missing.jsonl", "prompt": "{{ text }} {{ nowhere }}",
             "candidates": {"models": ["noone/model"], "samples": [0]}}
    task = {**ticket_task(s.url, n=3), **wrong}
    assert "samples" in refused(w, task)["message"]
    task["candidates"]["samples"] = [1]
    assert refused(w, task)["place"]["file"] == "missing.jsonl"
    task["data"] = ticket_task(s.url, n=3)["data"]
    assert "nowhere" in refused(w, task)["message"]
    task["prompt"] = "{{ text }}"
    assert "noone" in refused(w, task)["message"]
    assert s.count() == 0


def test_keys_and_params_are_checked_before_the_data_is_read(w):
    s = w.serve(ticket_rule)
    task = {**ticket_task(s.url, n=3), "data": "missing.jsonl"}
    assert "modles" in refused(w, {**task, "candidates": {"modles": ["lab/mid"]}})["message"]
    assert "efort" in refused(w, {**task, "candidates": [{"model": "lab/mid", "efort": "low"}]})["message"]
    assert "seed" in refused(w, {**task, "params": {"seed": 1}})["message"]
    assert "max_tokens" in refused(w, {**task, "params": {"lab/mid": {"max_tokens": 1}}})["message"]


def test_a_wrong_configuration_file_comes_after_the_task(w):
    s = w.serve(ticket_rule)
    config = w.write("fulcrum.yaml", {"providers": {"far": {"dialect": "openai", "url": "ftp://x", "key": "none"}}})
    task = {**ticket_task(s.url, n=3), "data": "missing.jsonl"}
    assert refused(w, task, "--config", config)["place"]["file"] == "missing.jsonl"
    assert refused(w, ticket_task(s.url, n=3), "--config", config)["place"]["file"] == config


# --- data and graders -------------------------------------------------------------------------------------------------

def test_two_columns_or_fields_of_one_name_are_refused(w):
    s = w.serve(ticket_rule)
    w.write("d.csv", "text,label,text\nticket 1,bug,ticket 2\n")
    e = refused(w, {**ticket_task(s.url), "data": "d.csv"})
    assert e["place"] == {"file": "d.csv", "line": 1} and "'text'" in e["found"], e
    w.write("d.jsonl", '{"text":"ticket 1","label":"bug"}\n{"text":"ticket 2","label":"bug","label":"login"}\n')
    assert refused(w, {**ticket_task(s.url), "data": "d.jsonl"})["place"] == {"file": "d.jsonl", "line": 2}


def test_an_assertion_of_promptfoo_that_is_not_known_is_refused_not_compared_as_text(w):
    s = w.serve(ticket_rule)
    task = {k: v for k, v in ticket_task(s.url, models=("mid",)).items() if k != "grade"}
    task["prompt"] = "{{ q }}"
    for expected in ("llm-rubric: is polite", "not-contains: bug", "similar(0.8): bug", "javascript: output.length"):
        w.write("p.csv", f'q,__expected\nticket 1 label bug,bug\nticket 2 label bug,"{expected}"\n')
        e = refused(w, {**task, "data": "p.csv"})
        assert e["code"] == "unsupported" and e["place"]["line"] == 3 and e["found"] == expected, e
    w.write("p.csv", "q,__expected\nticket 1 label bug,costs: nothing\n")
    w.write("task.yaml", {**task, "data": "p.csv"})
    w.ok("eval", "task.yaml")


def test_a_graders_template_is_placed_in_the_task_file_and_an_items_own_at_the_item(w):
    s = w.serve(ticket_rule)
    task = ticket_task(s.url, n=2)
    e = refused(w, {**task, "grade": [{"match": {"value": "{{ lable }}"}}]})
    assert e["place"]["file"] == "task.yaml" and "label" in e["message"], e
    w.write("d.jsonl", '{"text":"a","label":"bug"}\n'
                       '{"text":"b","label":"bug","grade":[{"match":{"value":"{{ lable }}"}}]}\n')
    e = refused(w, {**task, "data": "d.jsonl"})
    assert e["place"]["file"] == "d.jsonl" and e["place"]["line"] == 2, e


# --- one object ---------------------------------------------------------------------------------------------------------

def test_json_prints_one_object_whatever_is_asked(w):
    assert w.ok("--json", status=2).error["code"] == "usage"
    assert w.ok("--json", "--version").json["version"]
    assert "balance" in w.ok("--json", "--help").json["help"]
    assert "--floor" in w.ok("balance", "--json", "--help").json["help"]


def test_a_margin_beside_another_bar_is_refused(w):
    w.write("m.csv", "item,config,score,cost_usd\n1,a,1,0.1\n1,b,1,0.2\n")
    for bar in (("--within", "1"), ("--floor", "50%")):
        e = w.ok("balance", "--matrix", "m.csv", "--baseline", "a", "--margin", "1", *bar, "--json", status=2).error
        assert "--margin" in e["message"]


# --- nothing unknown is 0 ---------------------------------------------------------------------------------------------

def test_tokens_that_a_matrix_does_not_tell_are_null(w):
    w.write("m.csv", "item,config,score,in_tokens\n1,a,1,7\n1,b,1,8\n")
    c = w.ok("eval", "--matrix", "m.csv", "--json").json["candidates"][0]
    assert c["input_tokens"] == 7 and c["output_tokens"] is None and c["cost_nusd"] is None


def test_the_grids_cost_is_null_until_something_of_every_candidate_was_seen(w):
    s = w.serve(ticket_rule)
    w.write("task.yaml", ticket_task(s.url, budget="0.0000001 USD"))
    r = w.ok("balance", "task.yaml", "--json", status=3).json
    assert r["grid"] == {"cells": 180, "cost_nusd": None} and r["spent"] == {"cells": 0, "cost_nusd": 0}
    assert "instead of" not in w.ok("balance", "task.yaml", status=3).out


def test_an_interval_of_nothing_but_right_answers_ends_at_1(w):
    for n in range(1, 40):
        w.write("m.csv", "item,a\n" + "".join(f"{i},1\n" for i in range(n)))
        high = w.ok("eval", "--matrix", "m.csv", "--json").json["candidates"][0]["score_interval"][1]
        assert high == 1, (n, high)


# --- cells ------------------------------------------------------------------------------------------------------------

def cells(w, *args):
    w.ok("eval", "task.yaml", "--cells", "cells.jsonl", *args)
    return [json.loads(line) for line in w.read("cells.jsonl").splitlines()]


def test_a_cell_tells_which_draws_answer_counts(w):
    def rule(request):
        return Answer(text="none" if len(seen.setdefault(request.text, [])) == 0 and not seen[request.text].append(1)
                      else "bug")
    seen = {}
    s = w.serve(rule)
    w.write("task.yaml", ticket_task(s.url, n=1, lab={"concurrency": 1},
                                     candidates={"models": ["lab/mid"], "samples": [1, 3]}))
    one, three = cells(w)
    assert (one["draw"], one["draws"], one["answer"]) == (1, 1, "none")
    assert (three["draw"], three["draws"], three["answer"]) == (2, 3, "bug")


def test_a_stopped_run_that_goes_on_with_another_task_forgets_the_cells_of_the_old_one(w):
    def rule(request):
        return Answer(status=401) if s.count() > 8 and request.model == "large" else ticket_rule(request)
    s = w.serve(rule)
    w.write("task.yaml", ticket_task(s.url, n=20, lab={"concurrency": 1}))
    w.ok("eval", "task.yaml", status=4)
    w.write("task.yaml", ticket_task(s.url, n=5, models=("mid",)))
    assert [(c["item"], c["candidate"]) for c in cells(w)] == [(f"i{i}", "lab/mid") for i in range(1, 6)]


# --- assumptions ------------------------------------------------------------------------------------------------------

def test_every_model_that_counts_as_free_beside_priced_ones_is_named(w):
    s = w.serve(ticket_rule)
    w.write("task.yaml", ticket_task(s.url, n=3, models=("mid", "huge", "giant")))
    said = w.ok("balance", "task.yaml", "--json").json["assumptions"]
    assert said == ["What has no stated price counts as free: lab/huge, lab/giant."], said
    w.write("task.yaml", ticket_task(s.url, n=3, models=("huge", "giant")))
    assert w.ok("balance", "task.yaml", "--json").json["assumptions"] == ["What has no stated price counts as free: lab."]


def test_what_a_choice_saves_a_month_is_no_point_though_all_items_were_seen(w):
    s = w.serve(ticket_rule)
    w.write("task.yaml", ticket_task(s.url, n=40, baseline="lab/large", margin="5 points", traffic="10000/month"))
    d = w.ok("balance", "task.yaml", "--json").json["decision"]
    low, high = d["saves_month_interval_nusd"]
    assert 0 < low < d["saves_month_nusd"] < high, d


def test_a_redirect_is_named_and_not_followed(w):
    elsewhere = w.serve(ticket_rule)
    s = w.serve(lambda request: Answer(status=307, headers={"Location": elsewhere.url + "/chat/completions"}, raw=b"{}"))
    e = refused(w, ticket_task(s.url, n=2, models=("mid",)), status=4)
    assert e["code"] == "protocol" and "redirect (status 307)" in e["message"], e
    assert elsewhere.count() == 0 and s.count() == 1


def test_only_keeps_other_candidates_out_of_the_cells(w):
    s = w.serve(ticket_rule)
    w.write("task.yaml", ticket_task(s.url, n=3, models=["mid", "good"]))
    w.ok("eval", "task.yaml")
    w.ok("eval", "task.yaml", "--only", "lab/mid", "--cells", "cells.jsonl")
    cells = [json.loads(line) for line in w.read("cells.jsonl").splitlines()]
    assert [(c["candidate"], c["item"]) for c in cells] == [("lab/mid", i) for i in ("i1", "i2", "i3")], cells


def test_the_rule_is_told_in_words_of_pay_where_no_candidate_answered_everything(w):
    s = w.serve(lambda q: Answer(ticket_rule(q).text, input=20, output=5 if q.model == "mid" else 9))
    w.write("task.yaml", ticket_task(s.url, n=300, models=["mid", "large"],
                                     value={"wage": "40 USD/hour", "saved_if_right": "2 min", "lost_if_wrong": "6 min"}))
    out = " ".join(w.ok("balance", "task.yaml", "--quiet").out.split())
    assert "if a right answer is worth" in out and "of pay at $40.00 an hour" in out, out
