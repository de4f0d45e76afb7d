"""Promises at the edges: the order of checks, one object for every --json, nothing unknown shown as 0."""
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
