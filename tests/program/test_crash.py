"""Death and interruption: nothing that was settled is lost, forgotten or paid twice."""
import json
import os
import random
import signal
import time

from world import Answer, interrupt, ticket_rule, ticket_task

SEED = 20260704


def without_clock(result):
    for c in result["candidates"]:
        for name in ("latency_ms", "latency_p50_ms", "latency_p95_ms"):
            c.pop(name, None)
    return result


def slow(request):
    a = ticket_rule(request)
    a.delay_s = 0.008
    return a


def test_twenty_kills_at_random_moments_lose_and_double_nothing(w):
    moment = random.Random(SEED)
    up = w.serve(slow)
    task = ticket_task(up.url, 1200, models=["small", "mid"], lab={"concurrency": 8}, budget="20 USD")
    w.write("t.yaml", task)
    settled = set()
    kills = 0
    while kills < 20:
        before = up.count()
        p = w.start("eval", "t.yaml", "--json")
        while up.count() < before + 1 and p.poll() is None:
            time.sleep(0.001)
        time.sleep(moment.uniform(0, 0.05))
        if p.poll() is not None:
            break
        p.kill()
        p.communicate()
        up.wait_until_quiet()
        kills += 1
        spent, held = w.money()
        assert spent + held <= 20 * 10 ** 9
        now = {k for (k,) in w.query("SELECT key FROM cell")}
        assert settled <= now, "a settled call is gone"
        for (key,) in w.query("SELECT key FROM ledger WHERE flags = '' GROUP BY key HAVING COUNT(*) > 1"):
            raise AssertionError(f"a settled call was paid twice: {key.hex()}")
        settled = now
    assert kills == 20, f"the run ended after {kills} kills: make it longer (seed {SEED})"
    final = w.ok("eval", "t.yaml", "--json").json
    assert w.query("SELECT COUNT(*) FROM hold") == [(0,)]
    lost = w.query("SELECT COUNT(*), COALESCE(SUM(cost_nusd), 0) FROM ledger WHERE flags = 'lost'")[0]
    assert 0 < lost[0] <= 20 * 8 and lost[1] > 0, "calls in flight at a kill count as spent, marked lost"
    assert w.query("SELECT spent_nusd, lost_nusd FROM budget") == [(w.money()[0], lost[1])]
    undisturbed = w.ok("eval", "t.yaml", "--json", state=w.path("calm.db")).json
    assert without_clock(final) == without_clock(undisturbed)


def test_a_race_that_was_killed_goes_on_to_the_same_end(w):
    moment = random.Random(SEED + 1)
    up = w.serve(slow)
    w.write("t.yaml", ticket_task(up.url, 300, lab={"concurrency": 8}, budget="50 USD"))
    for _ in range(4):
        before = up.count()
        p = w.start("balance", "t.yaml", "--json")
        while up.count() < before + 10 and p.poll() is None:
            time.sleep(0.001)
        time.sleep(moment.uniform(0, 0.1))
        p.kill()
        p.communicate()
        up.wait_until_quiet()
    a = w.ok("balance", "t.yaml", "--json").json
    b = w.ok("balance", "t.yaml", "--json", state=w.path("calm.db")).json
    assert without_clock(a)["decision"] == without_clock(b)["decision"] and a["candidates"] == b["candidates"]


def interrupted(w, how, command="balance"):
    up = w.serve(slow)
    w.write("t.yaml", ticket_task(up.url, 400, value={"right": "0.001 USD"}, models=["mid", "large"],
                                  lab={"concurrency": 4}))
    p = w.start(command, "t.yaml", "--json")
    up.wait_for(100)
    interrupt(p, how)
    return up, w.end(p)


def test_an_interrupt_ends_with_3_and_a_weaker_statement_that_holds(w):
    for how in (signal.SIGINT, signal.SIGTERM):
        up, r = interrupted(w, how)
        assert r.status == 3, (r.status, r.err)
        assert r.json["decision"]["state"] == "best-so-far" and r.json["decision"]["stopped"] == "cancelled"
        assert r.json["decision"]["regret_bound_nusd"] > 0 and r.json["decision"]["candidate"]
        assert w.money()[1] == 0, "what was in flight was finished"
        calls = up.count()
        assert calls < 400 and r.json["spent"]["cells"] >= 90
        os.unlink(w.state)


def test_an_interrupted_run_goes_on_and_pays_nothing_twice(w):
    up, r = interrupted(w, signal.SIGINT, "eval")
    assert r.status == 3 and r.json["stopped"] == "cancelled"
    full = w.ok("eval", "t.yaml", "--json").json
    assert up.count() == 800 == len({q.key for q in up.requests})
    assert "stopped" not in full and full["run"] == r.json["run"]
    assert w.ok("runs", "--json").json["runs"][0]["state"] == "finished"


def test_a_second_interrupt_ends_at_once(w):
    up = w.serve(lambda q: Answer(delay_s=20) if q.number > 20 else ticket_rule(q))
    w.write("t.yaml", ticket_task(up.url, 100, models=["mid"], lab={"concurrency": 4}))
    p = w.start("eval", "t.yaml", "--json")
    up.wait_for(24)
    interrupt(p)
    time.sleep(0.2)
    assert p.poll() is None, "the first one waits for what is in flight"
    begun = time.monotonic()
    interrupt(p)
    r = w.end(p)
    assert r.status == 3 and time.monotonic() - begun < 5
    assert w.query("SELECT COUNT(*) FROM hold")[0][0] == 4, "their holds stay, to be counted as lost"
    assert len(w.query("SELECT * FROM cell")) == 20


def test_an_interrupt_during_a_long_wait_for_a_retry_does_not_wait_it_out(w):
    up = w.serve(lambda q: Answer(status=429, headers={"Retry-After": "30"}) if q.number > 5 else ticket_rule(q))
    w.write("t.yaml", ticket_task(up.url, 20, models=["mid"], lab={"concurrency": 1}))
    p = w.start("eval", "t.yaml", "--json")
    up.wait_for(6)
    time.sleep(0.1)
    begun = time.monotonic()
    interrupt(p)
    r = w.end(p)
    assert r.status == 3 and time.monotonic() - begun < 5
    assert r.json["failed"] == {}, "an interrupted call is no failure of the model"


def test_an_interrupt_during_the_probe_ends_with_3(w):
    up = w.serve(lambda q: Answer(delay_s=0.5))
    w.write("t.yaml", ticket_task(up.url, 20))
    for command in ("eval", "balance"):
        before = up.count()
        p = w.start(command, "t.yaml", "--json")
        up.wait_for(before + 1)
        interrupt(p)
        r = w.end(p)
        assert r.status == 3, (command, r.status, r.out, r.err)
        json.loads(r.out)


def test_a_second_run_of_the_same_task_is_refused_while_one_is_going_on(w):
    up = w.serve(slow)
    w.write("t.yaml", ticket_task(up.url, 300, models=["mid"], lab={"concurrency": 2}))
    p = w.start("eval", "t.yaml", "--json")
    up.wait_for(5)
    e = w.ok("balance", "t.yaml", "--json", status=4).error
    assert e["code"] == "locked" and "tickets" in e["message"] and str(p.pid) in e["found"]
    assert w.end(p).status == 0 and up.count() == 300


def test_two_tasks_share_one_state_file_at_the_same_time(w):
    up = w.serve(slow)
    w.write("a.yaml", ticket_task(up.url, 200, task="a", models=["mid"], lab={"concurrency": 8}))
    w.write("b.yaml", ticket_task(up.url, 200, task="b", models=["small"], lab={"concurrency": 8}))
    ps = [w.start("eval", f"{n}.yaml", "--json") for n in "ab"]
    for p in ps:
        r = w.end(p)
        assert r.status == 0, r.out + r.err
    assert up.count() == 400 and len(w.query("SELECT * FROM cell")) == 400
    assert {r["run"] for r in w.ok("runs", "--json").json["runs"]} == {"a-1", "b-1"}


def test_a_call_that_fails_while_the_run_is_ending_is_no_failure_of_the_model(w):
    up = w.serve(lambda q: Answer(status=500, delay_s=0.4) if q.number > 10 else ticket_rule(q))
    w.write("t.yaml", ticket_task(up.url, 20, models=["mid"], lab={"concurrency": 1}))
    p = w.start("eval", "t.yaml", "--json")
    up.wait_for(11)
    interrupt(p)
    r = w.end(p)
    assert r.status == 3 and r.json["failed"] == {} and up.count() == 11, r.out


def test_many_programs_open_a_fresh_state_file_at_once(w):
    for n in range(8):
        state = w.path(f"fresh{n}/f.db")
        ps = [w.start("runs", "--json", state=state) for _ in range(8)]
        for p in ps:
            r = w.end(p)
            assert r.status == 0, r.out + r.err
