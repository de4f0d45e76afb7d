"""Applications of the user's own as candidates, and programs that grade: what they are given, and what becomes of those
that hang, die, flood, lie or print nonsense."""
import json
import os
import signal
import subprocess
import sys
import time

from world import Answer, Skip, interrupt, items, provider


EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples", "apps")

# Answers with the last word of the prompt; MODE and the item make it do something else. Each request is noted in a file.
APP = r'''
import json, os, sys, time
mode = sys.argv[1] if len(sys.argv) > 1 else "good"
for line in sys.stdin:
    q = json.loads(line)
    words = q["messages"][-1]["content"].split()
    with open("asked", "a") as f:
        f.write(json.dumps({"pid": os.getpid(), "item": words[1], "params": q["params"]}) + "\n")
    a = {"id": q["id"], "text": words[-1]}
    second = words[1] == "2"
    if mode == "nonsense":
        print("\x1b[1mLoading weights", flush=True); continue
    if mode == "hang" and second:
        time.sleep(600)
    if mode == "dies" and second:
        sys.exit("no more memory, key is " + os.environ.get("MY_KEY", "-"))
    if mode == "half" and second:
        sys.stdout.write('{"id": "'); sys.stdout.flush(); os._exit(0)
    if mode == "flood" and second:
        sys.stdout.write("x" * (20 << 20)); sys.stdout.flush()
    if mode == "words":
        sys.stderr.write("y" * (1 << 20))
    if mode == "wrong":
        a["id"] = "0" * 16
    if mode == "twice":
        print(json.dumps(a))
    if mode == "costs":
        sys.stdout.write(json.dumps(a)[:-1] + ', "cost_usd": 0.000000123456789}\n'); sys.stdout.flush(); continue
    if mode == "dear":
        a["cost_usd"] = 0.5
    if mode == "nocost":
        a["cost_usd"] = "free"
    if mode == "fails" and second:
        a = {"id": q["id"], "error": {"message": "no licence"}}
    if mode == "usage":
        a["usage"] = {"input_tokens": 11, "output_tokens": 2}
    if mode == "environment":
        open("environment", "w").write(json.dumps(dict(os.environ)))
    if mode == "slow":
        time.sleep(0.3)
    if mode == "leaves":
        import subprocess
        subprocess.Popen(["sleep", "600"])
    print(json.dumps(a), flush=True)
'''


def app_task(w, mode="good", n=4, name="t", candidate=None, **more):
    w.write("app.py", APP)
    task = {"task": name, "data": items(n), "prompt": "{{ text }} label {{ label }}", "grade": [{"match": {"field": "label"}}],
            "candidates": [{"name": "app", "command": [sys.executable, "app.py", mode], **(candidate or {})}]}
    task.update(more)
    w.write(name + ".yaml", task)
    return name + ".yaml"


def asked(w):
    try:
        return [json.loads(line) for line in w.read("asked").splitlines()]
    except FileNotFoundError:
        return []


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
            return f.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def gone(pids, timeout_s=5):
    end = time.monotonic() + timeout_s
    while any(alive(p) for p in pids):
        assert time.monotonic() < end, f"still there: {[p for p in pids if alive(p)]}"
        time.sleep(0.01)


def test_a_program_is_a_candidate_and_stays(w):
    t = app_task(w, "usage")
    r = w.ok("eval", t, "--allow-commands", "--json").json
    c = r["candidates"][0]
    assert c["name"] == "app" and c["score"] == 1 and r["failed"] == {} and c["cost_nusd"] == 0
    assert c["input_tokens"] == 44 and c["output_tokens"] == 8
    assert len({q["pid"] for q in asked(w)}) == 1 and [q["item"] for q in asked(w)] == ["1", "2", "3", "4"]
    assert all(q["params"]["max_output"] == 1024 and "seed" in q["params"] for q in asked(w))
    gone({q["pid"] for q in asked(w)})


def test_nothing_of_a_file_is_run_without_the_word_of_its_user(w):
    t = app_task(w)
    for command in ("eval", "balance"):
        e = w.ok(command, t, "--json", status=2).error
        assert "--allow-commands" in e["message"] and "app.py good" in e["found"] and e["place"]["line"] == 1
    w.ok("balance", t, "--dry-run")
    w.ok("advise", t)
    assert asked(w) == [] and not os.path.exists(w.path("asked"))


def test_an_application_on_another_machine_needs_it_too(w):
    t = app_task(w, candidates=[{"name": "app", "url": "http://203.0.113.7/answer"}])
    e = w.ok("eval", t, "--json", status=2).error
    assert "--allow-commands" in e["message"] and "203.0.113.7" in e["found"]


def test_a_service_gets_the_same_objects_by_post(w):
    def rule(request):
        q = request.json
        return Answer(raw=json.dumps({"id": q["id"], "text": q["messages"][-1]["content"].split()[-1],
                                      "cost_usd": 0.000002}).encode())

    up = w.serve(rule)
    url = f"http://127.0.0.1:{up.port}/answer"
    t = app_task(w, candidates=[{"name": "app", "url": url, "most": "0.01 USD", "concurrency": 2}])
    r = w.ok("eval", t, "--json").json
    assert r["candidates"][0]["score"] == 1 and r["spent"]["cost_nusd"] == 4 * 2000
    assert {q.path for q in up.requests} == {"/answer"} and set(up.requests[0].json) == {"id", "messages", "params"}
    w.ok("eval", t)
    assert up.count() == 4, "asked again what was stored"
    w.write("t.yaml", w.read("t.yaml").replace('"concurrency": 2', '"concurrency": 2, "version": "2"'))
    w.ok("eval", t)
    assert up.count() == 8, "another version was not asked"


def test_what_it_prints_instead_of_an_answer_is_shown(w):
    e = w.ok("eval", app_task(w, "nonsense"), "--allow-commands", "--json", status=4).error
    assert e["code"] == "protocol" and "it printed '\\x1b[1mLoading weights'" in e["message"]


def test_one_that_hangs_is_ended_at_the_deadline_and_the_others_are_answered(w):
    r = w.ok("eval", app_task(w, "hang", timeout="1s"), "--allow-commands", "--json").json
    assert r["failed"] == {"timeout": 1} and r["candidates"][0]["outcomes"]["ok"] == 3
    assert len({q["pid"] for q in asked(w)}) == 2
    gone({q["pid"] for q in asked(w)})


def test_one_that_dies_is_told_with_its_last_words_but_no_secret(w):
    t = app_task(w, "dies", candidate={"env": ["MY_KEY"]})
    r = w.ok("eval", t, "--allow-commands", "--json", env={"MY_KEY": "sesame-open"}).json
    assert r["failed"] == {"connection_lost": 1} and r["candidates"][0]["outcomes"]["ok"] == 3
    cell = w.ok("show", r["run"], "i2", "--json").json["cells"][0]
    assert "ended with status 1 instead of answering; its last words: no more memory, key is [secret]" in cell["message"]
    with open(w.state, "rb") as f:
        assert b"sesame-open" not in f.read()


def test_one_that_dies_in_the_middle_of_an_answer_gave_none(w):
    r = w.ok("eval", app_task(w, "half"), "--allow-commands", "--json").json
    assert r["failed"] == {"connection_lost": 1}
    assert "in the middle of an answer" in w.ok("show", r["run"], "i2").out


def test_a_flood_is_cut_off(w):
    r = w.ok("eval", app_task(w, "flood"), "--allow-commands", "--json").json
    assert r["failed"] == {"limit": 1} and r["candidates"][0]["outcomes"]["ok"] == 3


def test_words_on_standard_error_do_no_harm(w):
    r = w.ok("eval", app_task(w, "words"), "--allow-commands", "--json").json
    assert r["failed"] == {} and r["candidates"][0]["score"] == 1


def test_an_answer_to_another_request_is_refused(w):
    e = w.ok("eval", app_task(w, "wrong"), "--allow-commands", "--json", status=4).error
    assert e["code"] == "protocol" and "the answer's id is '0000000000000000'" in e["message"]


def test_two_lines_for_one_request_are_no_answer(w):
    e = w.ok("eval", app_task(w, "twice"), "--allow-commands", "--json", status=4).error
    assert "more than one line" in e["message"]


def test_an_error_of_its_own_is_a_failure_in_its_words(w):
    r = w.ok("eval", app_task(w, "fails"), "--allow-commands", "--json").json
    assert r["failed"] == {"server_error": 1} and "no licence" in w.ok("show", r["run"], "i2").out


def test_a_command_that_cannot_run_is_told_at_once(w):
    t = app_task(w, candidates=[{"name": "app", "command": ["no-such-program-anywhere"]}])
    e = w.ok("eval", t, "--allow-commands", "--json", status=4).error
    assert "no program 'no-such-program-anywhere' on the PATH" in e["message"]
    w.write("t.yaml", w.read("t.yaml").replace('["no-such-program-anywhere"]', json.dumps([sys.executable, "gone.py"])))
    e = w.ok("eval", t, "--allow-commands", "--json", status=4).error
    assert "gone.py" in e["message"] and "No such file" in e["message"]


def test_what_it_says_it_cost_is_counted_to_the_last_nano_dollar(w):
    t = app_task(w, "costs", candidate={"most": "0.001 USD"})
    r = w.ok("eval", t, "--allow-commands", "--json").json
    assert r["spent"]["cost_nusd"] == 4 * 124, "0.000000123456789 USD is 123.456789 nano-dollars, rounded up"
    assert w.money() == (4 * 124, 0)


def test_what_does_not_tell_its_cost_is_taken_to_have_cost_the_most(w):
    r = w.ok("eval", app_task(w, candidate={"most": "0.001 USD"}), "--allow-commands", "--json").json
    assert r["spent"]["cost_nusd"] == 4 * 1_000_000


def test_without_a_cost_the_certificate_says_what_it_takes_for_granted(w):
    out = w.ok("balance", app_task(w), "--allow-commands").out
    assert "What app costs is not known: it counts as free." in out


def test_a_cost_above_the_most_is_charged_and_stops_the_run(w):
    r = w.ok("eval", app_task(w, "dear", candidate={"most": "0.01 USD"}), "--allow-commands", "--json", status=3)
    assert r.json["spent"]["cost_nusd"] == 500_000_000 and len(asked(w)) == 1
    assert w.query("SELECT flags FROM ledger") == [("over_hold",)]
    out = w.ok("eval", app_task(w, "dear", name="u", candidate={"most": "0.01 USD", "version": "u"}), "--allow-commands", status=3)
    assert "most:" in out.out + out.err and "$0.50" in out.out + out.err


def test_a_cost_of_which_nobody_stated_the_most_stops_a_run_with_a_budget_and_no_other(w):
    w.ok("eval", app_task(w, "dear", budget="2 USD"), "--allow-commands", status=3)
    r = w.ok("eval", app_task(w, "dear", name="u", budget="none", candidate={"version": "u"}), "--allow-commands", "--json").json
    assert r["spent"]["cost_nusd"] == 4 * 500_000_000


def test_a_cost_that_is_no_amount_is_refused(w):
    e = w.ok("eval", app_task(w, "nocost"), "--allow-commands", "--json", status=4).error
    assert 'cost_usd is "free"' in e["message"]


def test_stored_answers_are_not_asked_again_but_an_edited_program_is(w):
    t = app_task(w)
    w.ok("eval", t, "--allow-commands")
    w.ok("eval", t, "--allow-commands")
    assert len(asked(w)) == 4
    w.write("app.py", APP + "# edited\n")
    w.ok("eval", t, "--allow-commands")
    assert len(asked(w)) == 8


def test_it_sees_the_environment_that_is_named_and_nothing_else(w):
    t = app_task(w, "environment", candidate={"env": ["SEEN"]})
    w.ok("eval", t, "--allow-commands", env={"SEEN": "yes", "UNSEEN": "no", "OPENAI_API_KEY": "sk-1"})
    seen = json.loads(w.read("environment"))
    assert seen.pop("SEEN") == "yes"
    assert not {"UNSEEN", "OPENAI_API_KEY", "HOME", "PATH"} & set(seen), seen
    e = w.ok("eval", t.replace("t.yaml", "t.yaml"), "--allow-commands", "--json", state=w.path("other.db"), status=4).error
    assert e["code"] == "auth" and "SEEN" in e["message"]


def test_several_at_once_are_several_processes(w):
    t = app_task(w, "slow", n=13, candidate={"concurrency": 4})
    begun = time.monotonic()
    w.ok("eval", t, "--allow-commands")
    took = time.monotonic() - begun
    assert len({q["pid"] for q in asked(w)}) == 4 and took < 13 * 0.3, took


def test_ctrl_c_leaves_no_process_behind(w):
    t = app_task(w, "leaves", n=500, timeout="5s")
    w.write("app.py", APP.replace('["sleep", "600"]', '["sleep", "612345"]'))
    p = w.start("eval", t, "--allow-commands", "--json")
    while len(asked(w)) < 3:
        time.sleep(0.01)
    interrupt(p)
    assert w.end(p).status == 3
    gone({q["pid"] for q in asked(w)})
    left = subprocess.run(["pgrep", "-f", "^sleep 612345$"], stdout=subprocess.PIPE).stdout
    assert left == b"", "what the application started lives on"


def test_a_killed_run_leaves_no_process_behind(w):
    t = app_task(w, "hang")
    p = w.start("eval", t, "--allow-commands")
    while len(asked(w)) < 2:
        time.sleep(0.01)
    pids = {q["pid"] for q in asked(w)}
    assert all(alive(pid) for pid in pids)
    os.kill(p.pid, signal.SIGKILL)
    p.wait()
    gone(pids)


def test_an_application_races_beside_a_bare_model(w):
    up = w.serve(lambda q: Answer(text=q.text.split()[-1] if q.number % 2 else "no idea"))
    t = app_task(w, n=40, candidates={"models": ["lab/small"], "apps": [
        {"name": "app", "command": [sys.executable, "app.py"]}]}, providers={"lab": provider(up.url)}, budget="1 USD")
    r = w.ok("balance", t, "--allow-commands", "--json").json
    assert [c["name"] for c in r["candidates"]] == ["lab/small", "app"]
    assert r["decision"]["state"] == "certified" and r["decision"]["candidate"] == "app"


def test_applications_alone_need_no_model(w):
    w.write("app.py", APP)
    t = app_task(w, candidates={"apps": [{"name": n, "command": [sys.executable, "app.py"]} for n in ("one", "two")]})
    r = w.ok("eval", t, "--allow-commands", "--json").json
    assert [c["name"] for c in r["candidates"]] == ["one", "two"]
    e = w.ok("eval", app_task(w, candidates={"effort": ["low"]}), "--json", status=2).error
    assert "models" in e["message"]


def test_names_and_forms_that_are_wrong_are_told(w):
    for candidate, word in (({"name": "a/b", "command": ["x"]}, "letters, digits"), ({"name": "app"}, "a command or a url"),
                            ({"name": "app", "command": ["x"], "url": "http://127.0.0.1/"}, "not both"),
                            ({"name": "app", "url": "ftp://x"}, "http://"), ({"command": ["x"]}, "name"),
                            ({"name": "app", "command": ["x"], "env": ["A=b"]}, "values come from the environment"),
                            ({"name": "app", "command": ["x"], "concurrency": 0}, "concurrency")):
        e = w.ok("eval", app_task(w, candidates=[candidate]), "--allow-commands", "--json", status=2).error
        assert word in e["message"] + e.get("found", "") + e.get("expected", ""), (candidate, e)


# --- graders ----------------------------------------------------------------------------------------------------------

GRADE = r'''
import json, sys, time
mode = sys.argv[1] if len(sys.argv) > 1 else "good"
for line in sys.stdin:
    q = json.loads(line)
    open("graded", "a").write(json.dumps(q) + "\n")
    second = q["item"]["id"] == "i2"
    v = {"score": 0.75 if q["answer"] == q["expected"] else 0, "reason": "three quarters"}
    if mode == "broken":
        sys.exit("no judge today")
    if mode == "hang" and second:
        time.sleep(600)
    if second and mode in ("high", "word"):
        v = {"score": 1.5} if mode == "high" else {"score": "good"}
    if second and mode == "nonsense":
        print("hm"); sys.stdout.flush(); continue
    print(json.dumps(v), flush=True)
'''


def graded_task(w, mode="good", more=None, **task):
    w.write("grade.py", GRADE)
    return app_task(w, grade=[{"command": [sys.executable, "grade.py", mode], "field": "label", **(more or {})}], **task)


def test_a_program_grades(w):
    r = w.ok("eval", graded_task(w), "--allow-commands", "--json").json
    assert r["candidates"][0]["score"] == 0.75 and r["failed"] == {}
    questions = [json.loads(line) for line in w.read("graded").splitlines()]
    assert len(questions) == 4 and all(set(q) == {"item", "answer", "expected"} for q in questions)
    assert questions[0]["item"] == items(1)[0] and questions[0]["expected"] == items(1)[0]["label"]
    grade = w.ok("show", r["run"], "i1", "--json").json["cells"][0]["grades"][0]
    assert grade["kind"] == "command" and grade["score"] == 0.75 and grade["reason"] == "three quarters"
    assert r["candidates"][0]["latency_ms"] < 1000


def test_a_grading_program_is_weighed_with_the_others(w):
    t = app_task(w, grade=[{"match": {"field": "label", "weight": 3}},
                           {"command": [sys.executable, "grade.py"], "value": "{{ label }}", "weight": 1}])
    w.write("grade.py", GRADE)
    assert w.ok("eval", t, "--allow-commands", "--json").json["candidates"][0]["score"] == (3 + 0.75) / 4


def test_a_grading_program_is_not_run_without_the_word_of_its_user(w):
    t = graded_task(w, candidates={"models": ["lab/small"]}, providers={"lab": provider("http://127.0.0.1:9/v1")})
    e = w.ok("eval", t, "--json", status=2).error
    assert "--allow-commands" in e["message"] and "grade.py" in e["found"] and not os.path.exists(w.path("graded"))


def test_a_verdict_that_is_none_is_counted_apart_and_is_no_zero_in_silence(w):
    for mode, word in (("high", "not from 0 to 1"), ("word", 'no number under "score"'), ("nonsense", "no verdict"),
                       ("hang", "did not answer")):
        r = w.ok("eval", graded_task(w, mode, {"timeout": "1s"}, name=mode), "--allow-commands", "--json").json
        assert r["candidates"][0]["outcomes"] == {"ok": 3, "unparsable": 1}, (mode, r)
        cell = w.ok("show", r["run"], "i2", "--json").json["cells"][0]
        assert word in cell["message"], (mode, cell["message"])
    assert len(asked(w)) == 4, "the answers were there"


def test_a_grader_that_never_works_stops_the_run(w):
    e = w.ok("eval", graded_task(w, "broken"), "--allow-commands", "--json", status=4).error
    assert "the grader" in e["message"] and "no judge today" in e["message"]


def test_an_item_cannot_name_a_program_that_grades_it(w):
    own = [{**i, "grade": [{"command": ["sh", "-c", "touch owned"]}]} for i in items(2)]
    e = w.ok("eval", app_task(w, data=own), "--allow-commands", "--json", status=2).error
    assert "an item cannot name a program" in e["message"] and not os.path.exists(w.path("owned"))


# --- the examples -----------------------------------------------------------------------------------------------------

def framework_python(module):
    """The interpreter of a virtual environment in build/ that has the module; made by tests/program/frameworks.py."""
    python = os.path.join(EXAMPLES, "..", "..", "build", "frameworks", "bin", "python")
    if os.path.exists(python) and subprocess.run([python, "-c", f"import {module}"], stdout=subprocess.DEVNULL,
                                                 stderr=subprocess.DEVNULL).returncode == 0:
        return os.path.abspath(python)
    raise Skip(f"{module} is not installed (python3 tests/program/frameworks.py installs it into build/)")


def example(w, name, python):
    """Runs one example application beside a bare model on a scripted server."""
    up = w.serve(lambda q: Answer(text=q.text.split()[-1] if "label" in q.text else "other"))
    for file in (name, "grade.py"):
        with open(os.path.join(EXAMPLES, file), encoding="utf-8") as f:
            text = f.read()
        assert len(text.splitlines()) < 60, f"{file} is longer than 59 lines"
        w.write(file, text)
    env = {"MODEL_URL": up.url, "MODEL_NAME": "small", "MODEL_KEY": "none-needed"}
    t = app_task(w, candidates=["lab/small", {"name": "app", "command": [python, name], "env": sorted(env), "most": "0.01 USD"}],
                 providers={"lab": provider(up.url)}, budget="1 USD", timeout="50s",
                 grade=[{"command": [sys.executable, "grade.py"], "field": "label"}])
    r = w.ok("eval", t, "--allow-commands", "--json", env=env, timeout_s=120).json
    scores = {c["name"]: c["score"] for c in r["candidates"]}
    assert r["failed"] == {} and scores["app"] == 1, r
    assert up.count() > 4, "the application did not ask the model"


def test_the_plain_example_answers(w):
    example(w, "plain.py", sys.executable)


def test_the_sdk_example_answers(w):
    example(w, "openai_sdk.py", framework_python("openai"))


def test_the_langgraph_example_answers(w):
    example(w, "langgraph_app.py", framework_python("langgraph"))


def test_the_llamaindex_example_answers(w):
    example(w, "llamaindex_app.py", framework_python("llama_index.llms.openai_like"))


def test_what_the_document_shows_works_as_it_says(w):
    with open(os.path.join(EXAMPLES, "..", "..", "docs", "applications.md"), encoding="utf-8") as f:
        text = f.read()
    program = text.split("```python\n")[1].split("```")[0]
    request, answer = text.split("```json\n")[1].split("```")[0].splitlines()
    p = subprocess.run([sys.executable, "-c", program], input=(request + "\n").encode(), stdout=subprocess.PIPE, check=True)
    assert json.loads(p.stdout) == {"id": json.loads(answer)["id"], "text": "HELLO"}
    w.write("app.py", program)
    section = text.split("```yaml\n")[1].split("```")[0]
    w.write("t.yaml", "task: t\ndata: [{id: a, target: A}]\nprompt: a\nbudget: none\n" + section)
    assert "command:" in w.ok("balance", "t.yaml", "--dry-run").out
    grade = text.split("```yaml\n")[2].split("```")[0]
    w.write("g.yaml", "task: g\ndata: [{id: a, label: A}]\nprompt: a\ncandidates: [{name: app, command: [python3, app.py]}]\n" + grade)
    w.ok("balance", "g.yaml", "--dry-run")


def test_the_example_task_is_read(w):
    w.ok("balance", os.path.join(EXAMPLES, "..", "apps.yaml"), "--dry-run")
