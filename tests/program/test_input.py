"""Wrong input: each with its message, its place, and exit status 2 (or 4, where the outside is at fault)."""
import os
import sqlite3
import subprocess

import world
from world import Skip, ticket_rule, ticket_task

NOWHERE = "http://127.0.0.1:1/v1"

TASK = """\
task: t
data: d.jsonl
prompt: "{{ text }}"
grade:
  - match: {field: label}
candidates: {models: [lab/mid]}
budget: 1 USD
providers: {lab: {url: http://127.0.0.1:1/v1}}
"""
DATA = '{"text":"a","label":"x"}\n{"text":"b","label":"y"}\n'


def wrong(w, task=TASK, data=DATA, name="d.jsonl", file=None, line=None, column=None, status=2, code=None, **says):
    """Runs it, checks status, place and words, with --json and without; returns the error."""
    if task is not None:
        w.write("t.yaml", task)
    if data is not None:
        w.write(name, data)
    e = w.ok("eval", "t.yaml", "--json", status=status).error
    place = e["place"]
    if file:
        assert place["file"].endswith(file), e
    if line:
        assert place.get("line") == line, e
    if column:
        assert place.get("column") == column, e
    if code:
        assert e["code"] == code, e
    for member, words in says.items():
        for word in [words] if isinstance(words, str) else words:
            assert word in e.get(member, ""), f"{word!r} is not in {member} of {e}"
    assert e["help"], e
    plain = w.ok("eval", "t.yaml", status=status)
    assert plain.out == "" and plain.err.startswith("fulcrum: "), plain.err
    if file and line:
        assert f"{place['file']}:{line}" in plain.err
    return e


def test_a_missing_task_file(w):
    wrong(w, task=None, data=None, file="t.yaml", code="not_found")


def test_a_missing_data_file(w):
    wrong(w, data=None, file="d.jsonl", code="not_found")


def test_bad_yaml_by_line(w):
    wrong(w, TASK.replace("grade:\n", "grade: [\n"), file="t.yaml", code="invalid_input")
    e = wrong(w, "task: t\n  data: [1\n", file="t.yaml", line=2)
    assert e["code"] == "invalid_input"


def test_an_unknown_key_with_a_suggestion(w):
    wrong(w, TASK + "bugdet: 2 USD\n", file="t.yaml", line=9, column=1, message="bugdet", help="budget")
    wrong(w, TASK.replace("{field: label}", "{feild: label}"), file="t.yaml", line=5, message="feild", help="field")


def test_a_key_that_stands_there_twice(w):
    wrong(w, TASK + "task: other\n", file="t.yaml", line=9, message="task")


def test_a_required_key_that_is_missing(w):
    wrong(w, TASK.replace("task: t\n", ""), file="t.yaml", message="task")
    wrong(w, TASK.replace("candidates: {models: [lab/mid]}\n", ""), file="t.yaml", message="candidates")


def test_an_undefined_template_variable_names_the_item_and_the_place(w):
    e = wrong(w, TASK.replace("{{ text }}", "{{ txet }}"), message=["txet", "item '1'", "d.jsonl:1"])
    assert e["place"]["file"].endswith("t.yaml") and e["place"]["line"] == 3, e
    assert e["place"]["column"] == 13
    wrong(w, data='{"text":"a","label":"x"}\n{"label":"y"}\n', message=["text", "item '2'", "d.jsonl:2"])
    wrong(w, TASK.replace('"{{ text }}"', "|\n  one\n  {{ nothing }}"), file="t.yaml", line=5)
    w.write("p.md", "one\n\n{{ nothing }}")
    wrong(w, TASK.replace("{{ text }}", "file://p.md"), file="p.md", line=3, column=4)


def test_a_template_that_does_not_close(w):
    wrong(w, TASK.replace("{{ text }}", "{{ text"), file="t.yaml", line=3)
    wrong(w, TASK.replace('"{{ text }}"', '"{% if text %}a"'), file="t.yaml", line=3)


def test_wrong_money(w):
    for text in ("5", "five USD", "-1 USD", "1 EUR", "1,5 USD", "99999999999999 USD"):
        wrong(w, TASK.replace("1 USD", f'"{text}"'), file="t.yaml", line=7, message="budget", found=text)


def test_wrong_durations_shares_and_points(w):
    wrong(w, TASK + "timeout: 5\n", file="t.yaml", line=9, message="timeout")
    wrong(w, TASK + "confidence: 150%\n", file="t.yaml", line=9, message="confidence")
    wrong(w, TASK + "confidence: 20%\n", file="t.yaml", line=9, message="confidence")
    wrong(w, TASK + "within: two\n", file="t.yaml", line=9, message="within")


def test_an_unknown_grader_with_a_suggestion(w):
    wrong(w, TASK.replace("- match:", "- macth:"), file="t.yaml", line=5, message="macth", help="match")
    wrong(w, TASK.replace("{field: label}", "{ignore: [case]}"), file="t.yaml", line=5, message="match")
    wrong(w, TASK.replace("- match: {field: label}", "- regex: {pattern: '('}"), file="t.yaml", line=5)


def test_a_field_that_a_grader_expects_and_an_item_lacks(w):
    wrong(w, data='{"text":"a","label":"x"}\n{"text":"b"}\n', file="d.jsonl", line=2, message="label")


def test_no_prompt_or_no_grader(w):
    wrong(w, TASK.replace('prompt: "{{ text }}"\n', ""), file="t.yaml", message="prompt", expected="prompt")
    wrong(w, TASK.replace("grade:\n  - match: {field: label}\n", ""), file="t.yaml", message="graded", expected="grade")


def test_empty_data(w):
    wrong(w, data="", file="d.jsonl", message="no item")
    wrong(w, data="\n\n", file="d.jsonl", message="no item")
    wrong(w, TASK.replace("d.jsonl", "d.csv"), data="text,label\n", name="d.csv", file="d.csv", message="no item")
    wrong(w, TASK.replace("d.jsonl", "[]"), file="t.yaml")


def test_duplicate_ids(w):
    wrong(w, data='{"id":"a","text":"1","label":"x"}\n{"id":"b","text":"2","label":"x"}\n{"id":"a","text":"3","label":"x"}\n',
          file="d.jsonl", line=3, message="'a'", found="line 1")


def test_a_bad_line_of_jsonl(w):
    wrong(w, data='{"text":"a","label":"x"}\n{"text":"b",}\n', file="d.jsonl", line=2)
    wrong(w, data='{"text":"a","label":"x"}\n[1]\n', file="d.jsonl", line=2, message="object")
    wrong(w, data=b'{"text":"a","label":"x"}\n{"text":"\xff","label":"x"}\n', file="d.jsonl", line=2)


def test_a_ragged_csv(w):
    task = TASK.replace("d.jsonl", "d.csv")
    wrong(w, task, data="text,label\na,x\nb\n", name="d.csv", file="d.csv", line=3)
    wrong(w, task, data='text,label\n"a,x\n', name="d.csv", file="d.csv")
    wrong(w, task, data="text,text\na,x\n", name="d.csv", file="d.csv")


def test_data_in_an_unknown_format(w):
    wrong(w, TASK.replace("d.jsonl", "d.xls"), name="d.xls", file="d.xls", expected=".jsonl")


def test_goals_that_contradict_each_other(w):
    for text in ("within: 2 points\nfloor: 90%\n", "goal: cheapest\nvalue: {right: 1 USD}\n", "margin: 1 point\n",
                 "value: {right: 1 USD}\nwithin: 1 point\n", "value: {wage: 40 USD/hour}\n"):
        wrong(w, TASK + text, file="t.yaml")
    assert "cheapest" in wrong(w, TASK + "goal: cheap\n", file="t.yaml", line=9)["expected"]


def test_needs_that_do_not_exist_are_unknown_keys(w):
    wrong(w, TASK + "needs: {regions: eu}\n", file="t.yaml", line=9, message="region")
    assert "no-training" in wrong(w, TASK + "needs: {data: no-trainings}\n", file="t.yaml", line=9)["expected"]


def test_a_provider_of_a_task_file_can_be_on_this_machine_only(w):
    for url in ("https://llm.example.com/v1", "http://10.0.0.1/v1", "http://127.0.0.1.evil.example/v1",
                "http://localhost.evil.example/"):
        wrong(w, TASK.replace("http://127.0.0.1:1/v1", url), file="t.yaml", line=8, found=url, help="fulcrum.yaml")
    wrong(w, TASK.replace("http://127.0.0.1:1/v1", "http://127.0.0.1@evil.example/v1"), file="t.yaml", line=8,
          message="holds no user")


def test_a_provider_of_a_task_file_names_no_key(w):
    wrong(w, TASK.replace("url:", "key: env:OPENAI_API_KEY, url:"), file="t.yaml", line=8, message="keys")


def test_a_literal_key_is_refused_without_being_shown(w):
    secret = "sk-canary-0123456789abcdef"
    w.write("conf.yaml", f"providers:\n  lab: {{url: {NOWHERE}, key: {secret}}}\n")
    w.write("t.yaml", TASK)
    w.write("d.jsonl", DATA)
    r = w.ok("eval", "t.yaml", "--config", "conf.yaml", "--json", status=2)
    assert secret not in r.out + r.err and r.error["place"]["line"] == 2 and "env:" in r.error["expected"]
    r = w.ok("eval", "t.yaml", "--config", "conf.yaml", status=2)
    assert secret not in r.out + r.err


def test_a_key_file_that_others_can_read_is_refused(w):
    up = w.serve(ticket_rule)
    w.write("key", "sk-canary-0123456789abcdef\n")
    os.chmod(w.path("key"), 0o644)
    task = ticket_task(up.url, 2)
    lab = task.pop("providers")["lab"]
    w.write("conf.yaml", {"providers": {"lab": {**lab, "key": f"file:{w.path('key')}"}}})
    w.write("t.yaml", task)
    e = w.ok("eval", "t.yaml", "--config", "conf.yaml", "--json", status=4).error
    assert e["code"] == "auth" and up.count() == 0
    os.chmod(w.path("key"), 0o600)
    w.ok("eval", "t.yaml", "--config", "conf.yaml")
    assert up.requests[0].headers["authorization"] == "Bearer sk-canary-0123456789abcdef"


def test_a_configuration_file_that_was_named_must_be_there(w):
    w.write("t.yaml", TASK)
    w.write("d.jsonl", DATA)
    e = w.ok("eval", "t.yaml", "--config", "nowhere.yaml", "--json", status=2).error
    assert e["place"]["file"].endswith("nowhere.yaml")


def test_usage_errors_suggest_what_was_meant(w):
    w.write("t.yaml", TASK)
    w.write("d.jsonl", DATA)
    w.write("m.csv", "item,a\n1,1\n")
    for args, words in ((["evla", "t.yaml"], "eval"), (["eval", "--exprot", "x", "t.yaml"], "export"), (["eval"], "TASK"),
                        (["balance", "a", "b"], "TASK"), (["balance", "--value", "x", "--matrix", "m.csv"], ""),
                        (["balance", "--seed", "-1", "t.yaml"], "seed"), (["eval", "--export"], "export")):
        r = w.ok(*args, "--json", status=2) if args[-1] != "--export" else w.ok("--json", *args, status=2)
        text = r.out
        assert r.error["code"] in ("usage", "not_found") and words in text, text


def test_a_state_file_that_another_program_locked_ends_with_4(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 3))
    w.ok("eval", "t.yaml")
    db = sqlite3.connect(w.state, isolation_level=None)
    db.execute("BEGIN EXCLUSIVE")
    try:
        e = w.ok("eval", "t.yaml", "--json", status=4).error
    finally:
        db.execute("ROLLBACK")
        db.close()
    assert e["code"] == "locked" and e["place"]["file"] == w.state
    w.ok("eval", "t.yaml")
    assert up.count() == 9


def test_a_damaged_state_file_is_named_and_left_alone(w):
    w.write("t.yaml", ticket_task(NOWHERE, 3))
    path = w.write("bad.db", b"this is no database at all, but a text that stands in its place, long enough\n" * 20)
    before = open(path, "rb").read()
    for command in (("eval", "t.yaml"), ("runs",), ("show", "x-1")):
        e = w.ok(*command, "--json", status=4, state=path).error
        assert e["code"] == "corrupt" and e["place"]["file"] == path
    assert open(path, "rb").read() == before


def test_a_state_file_of_a_newer_version_is_refused(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 3))
    w.ok("eval", "t.yaml")
    db = sqlite3.connect(w.state)
    db.execute("UPDATE owner SET version = version + 1 WHERE name = 'call'")
    db.commit()
    db.close()
    e = w.ok("eval", "t.yaml", "--json", status=4).error
    assert e["code"] == "newer" and "newer" in e["message"]


def test_a_state_file_that_cannot_grow_ends_with_4_and_keeps_what_was_paid(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 3, models=["mid"]))
    w.ok("eval", "t.yaml")
    limit = os.path.getsize(w.state) // 512 + 64
    w.write("t.yaml", ticket_task(up.url, 3000, models=["mid"], budget="5 USD"))
    shell = f'ulimit -f {limit}; exec "$0" --state "{w.state}" eval t.yaml --json'
    r = subprocess.run(["bash", "-c", shell, world.FULCRUM], cwd=w.dir, env=w.environment(), capture_output=True, timeout=60)
    if r.returncode == -25:
        raise AssertionError("it died of SIGXFSZ instead of telling what is wrong")
    assert r.returncode == 4, (r.returncode, r.stdout, r.stderr)
    assert b'"code":"full"' in r.stdout or b'"code":"io"' in r.stdout, r.stdout
    kept = w.query("SELECT COUNT(*) FROM cell")[0][0]
    w.ok("eval", "t.yaml")
    assert kept > 3 and len(w.query("SELECT * FROM cell")) == 3000


def test_a_folder_that_cannot_be_written(w):
    if os.geteuid() == 0:
        raise Skip("root can write everywhere")
    w.write("t.yaml", ticket_task(NOWHERE, 3))
    assert w.ok("eval", "t.yaml", "--json", status=4, state="/proc/x/y.db").error["code"] == "io"


def test_the_state_folder_and_its_files_are_closed_to_others(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 3))
    w.ok("eval", "t.yaml")
    assert os.stat(os.path.dirname(w.state)).st_mode & 0o777 == 0o700
    for name in os.listdir(os.path.dirname(w.state)):
        assert os.stat(os.path.join(os.path.dirname(w.state), name)).st_mode & 0o077 == 0, name


def test_a_file_that_cannot_be_written_is_told_before_anything_is_spent(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 5))
    for args in (["balance", "t.yaml", "--report"], ["eval", "t.yaml", "--export"], ["eval", "t.yaml", "--cells"]):
        e = w.ok(*args, "nowhere/file", "--json", status=2).error
        assert e["place"]["file"] == "nowhere/file" and up.count() == 0
    w.ok("eval", "t.yaml", "--export", "m.csv")
    assert sorted(os.listdir(w.dir)) == ["m.csv", "state", "t.yaml"], os.listdir(w.dir)
