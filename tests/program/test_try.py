"""`fulcrum try`: several models side by side, streamed, paid once; blind votes, their scores, and labelled data of them."""
import json
import os
import pty
import re
import select
import threading

import world
from world import Answer

LONG = "The quick brown fox jumps over the lazy dog. " * 6


def rule(request):
    return Answer(text={"small": LONG, "large": "Short."}.get(request.model, "ok"), input=100, output=10)


def lab(w, rule=rule, **more):
    u = w.serve(rule)
    w.write("config.yaml", {"providers": {"lab": {"dialect": "openai", "url": u.url, "key": "none",
                                                  "price": {"input": "3 USD/Mtok", "output": "15 USD/Mtok"}, **more}}})
    return u


def ask(w, *args, status=0, stdin=None, **more):
    if stdin is None:
        return w.ok("try", *args, "--config", "config.yaml", status=status, **more)
    import subprocess
    p = subprocess.run([world.FULCRUM, "--state", w.state, "try", *args, "--config", "config.yaml"], cwd=w.dir, env=w.environment(),
                       input=stdin.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    assert p.returncode == status, (p.returncode, p.stdout, p.stderr)
    return world.Result(p.returncode, p.stdout.decode(), p.stderr.decode())


def test_answers_stand_side_by_side_with_cost_time_and_tokens(w):
    u = lab(w)
    out = ask(w, "Hello", "-m", "lab/small,lab/large").out
    assert re.match(r"lab/small +lab/large\n", out) and "Short." in out.splitlines()[1]
    assert out.count("$0.00045") == 2 and "100" in out and all(len(line) <= 80 for line in out.splitlines())
    assert all(r.streams for r in u.requests) and {r.text for r in u.requests} == {"Hello"}
    assert "small\n" in ask(w, "Hello", "-m", "lab/small").out  # alone: a block


def test_the_same_question_is_paid_once_and_another_draw_anew(w):
    u = lab(w)
    first = ask(w, "Hello", "-m", "lab/small", "--json").json
    again = ask(w, "Hello", "-m", "lab/small", "--json").json
    assert len(u.requests) == 1 and first["spent_nusd"] == 450000 and again["spent_nusd"] == 0
    a, b = first["questions"][0]["answers"][0], again["questions"][0]["answers"][0]
    assert b["stored"] and not a["stored"] and a["text"] == b["text"] == LONG.rstrip() or a["text"] == b["text"]
    assert a["first_text_ms"] <= a["latency_ms"] + 1 and a["in_tokens"] == 100 and a["out_tokens"] == 10
    ask(w, "Hello", "-m", "lab/small", "--draw", "2")
    assert len(u.requests) == 2


def test_on_a_terminal_answers_are_drawn_while_they_come(w):
    gate = threading.Event()

    def slow(request):
        return Answer(text="Done late.", hold=gate) if request.model == "slow" else Answer(text="Done soon.")
    lab(w, slow)
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(w.dir)
        os.execve(world.FULCRUM, [world.FULCRUM, "--state", w.state, "try", "Hi", "-m", "lab/quick,lab/slow", "--config", "config.yaml"],
                  dict(w.environment(), TERM="xterm"))
    seen = b""
    while b"Done soon." not in seen:
        assert select.select([fd], [], [], 30)[0]
        seen += os.read(fd, 65536)
    assert b"Done late." not in seen and b"[waiting]" in seen
    gate.set()
    try:
        while select.select([fd], [], [], 30)[0]:
            part = os.read(fd, 65536)
            if not part:
                break
            seen += part
    except OSError:
        pass
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0 and b"Done late." in seen
    os.close(fd)


def test_items_of_a_file_fill_the_prompt(w):
    u = lab(w)
    w.write("items.jsonl", '{"id": "a", "text": "one"}\n{"id": "b", "text": "two"}\n{"id": "c", "text": "three"}\n')
    out = ask(w, "Sum up: {{ text }}", "--data", "items.jsonl", "--items", "2", "-m", "lab/large").out
    assert [r.text for r in u.requests] == ["Sum up: one", "Sum up: two"] and "Item a\n" in out and "Item b\n" in out
    e = w.run("try", "{{ nope }}", "--data", "items.jsonl", "-m", "lab/large", "--config", "config.yaml", "--json")
    assert e.status == 2 and "'nope' is not defined" in e.error["message"], e
    assert len(u.requests) == 2


def test_blind_hides_names_keeps_votes_and_writes_labels(w):
    lab(w)
    w.write("items.jsonl", "".join(json.dumps({"id": n, "text": f"t{n}"}) + "\n" for n in range(6)))
    args = ["Sum up: {{ text }}", "--data", "items.jsonl", "-m", "lab/small,lab/large", "--blind", "--seed", "5", "--labels", "labels.jsonl"]
    shown = ask(w, *args, stdin="x\nt\nc The truth\ns\n1\n2\n9\nq\n")
    answers, scores = shown.out.split("model ", 1)
    assert "lab/" not in answers and "Answer 1" in answers and "$" not in answers
    assert "lab/small" in scores and "4 votes" in scores and "9" not in re.findall(r"\d+ votes", scores)
    orders = re.findall(r"Answer 1: (\S+), Answer 2: (\S+)", shown.err)
    assert len(orders) == 4
    votes = w.query("SELECT winner, names, correction FROM preference ORDER BY id")
    assert [v[0] for v in votes] == [-1, -1, 0, 1] and votes[1][2] == "The truth"
    labels = [json.loads(line) for line in w.read("labels.jsonl").splitlines()]
    assert [x["id"] for x in labels] == [1, 3, 4] and labels[0] == {"id": 1, "text": "t1", "target": "The truth"}
    for vote, got in zip(votes[2:], labels[1:]):
        best = json.loads(vote[1])[vote[0]]
        assert got["preferred"] == best and got["target"] == (LONG if best == "lab/small" else "Short.")
    standing = w.ok("try", "votes", "--json").json
    assert standing["schema"] == "fulcrum.votes/1" and len(standing["models"]) == 2
    top, last = standing["models"]
    assert top["score"] >= last["score"] and abs(top["score"] + last["score"]) < 1e-9 and top["played"] == last["played"] == 4
    assert top["score_interval"][0] < top["score"] < top["score_interval"][1]
    assert w.ok("try", "votes", "--set", "other").out.startswith("There are no votes yet")


def test_labels_are_data_of_an_evaluation(w):
    u = lab(w)
    ask(w, "Hi", "-m", "lab/small,lab/large", "--blind", "--labels", "labels.jsonl", stdin="c ok\n")
    w.write("t.yaml", {"task": "t", "data": "labels.jsonl", "candidates": {"models": ["lab/large"]}})
    assert w.ok("eval", "t.yaml", "--config", "config.yaml", "--json").json["candidates"][0]["score"] == 0
    assert u.requests[-1].text == "Hi"


def test_wrong_use_is_told_before_anything_is_sent(w):
    u = lab(w)
    for args, part in ((["Hi"], "no model to ask"), (["-m", "lab/small"], "nothing to ask"), (["Hi", "-m"], "-m needs a value"),
                       (["Hi", "-m", "lab/small", "--blind"], "at least two"), (["Hi", "-m", "lab/small@low"], "does not take effort"),
                       (["Hi", "-m", "nobody/x"], "no provider has the name"), (["Hi", "-x"], "unknown option -x"),
                       (["Hi", "-m", "lab/a,lab/b", "--temperature", "warm"], "--temperature cannot be read"),
                       (["Hi", "-m", "lab/a", "--temperature", "1e999"], "--temperature cannot be read"),
                       (["Hi", "-m", "lab/a", "--timeout", "999999999h"], "at most 24h")):
        r = w.run("try", "--config", "config.yaml", *args)
        assert r.status == 2 and part in r.err, (args, r)
    assert not u.requests


def test_a_budget_holds_and_failures_are_told_in_place(w):
    u = lab(w)
    r = ask(w, "Hi", "-m", "lab/small", "--budget", "0.000001", status=3)
    assert "budget" in r.out and not u.requests
    lab(w, lambda request: Answer(status=401, error={"message": "bad key", "code": "invalid_api_key"}) if request.model == "small" else rule(request))
    r = ask(w, "Hi", "-m", "lab/small,lab/large")
    assert "[failed: bad key]" in " ".join(r.out.split()) and "Short." in r.out
    ask(w, "Hi again", "-m", "lab/small", status=4)
