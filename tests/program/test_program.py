"""The program as such: help, schema, dry runs, secrets, hostile answers, locale, and what it leaves alone."""
import json
import os
import pty
import re
import select
import shutil
import subprocess

import world
from world import Answer, Skip, ticket_rule, ticket_task

COMMANDS = ("balance", "eval", "runs", "show", "schema", "export", "import", "manual")
CANARY = "sk-canary-7d41f0c2b9a8"


def test_help_of_every_command_has_usage_options_and_an_example(w):
    top = w.ok("--help").out
    for command in COMMANDS:
        assert command in top
        text = w.ok(command, "--help").out
        assert f"fulcrum {command}" in text and "Usage:" in text and "Example:" in text and "--json" in text
        assert all(len(line) <= 100 for line in text.splitlines()), text
    for command in ("try", "init", "check", "providers"):
        assert all(len(line) <= 80 for line in w.ok(command, "--help").out.splitlines()), command
    assert re.fullmatch(r"fulcrum \d+\.\d+\.\d+\S*\n", w.ok("--version").out)
    assert w.ok(status=2).out.startswith("fulcrum")


def accepts(schema, v, root):
    """Whether a JSON Schema accepts a value; knows the words that Fulcrum's own schemas use."""
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
    if "$ref" in schema and not accepts(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], v, root):
        return False
    wanted = schema.get("type")
    number = isinstance(v, (int, float)) and not isinstance(v, bool)
    if wanted and not any(number and (k == "number" or isinstance(v, int)) if k in ("number", "integer") else isinstance(v, kinds[k])
                          for k in ([wanted] if isinstance(wanted, str) else wanted)):
        return False
    for several, most in (("anyOf", 99), ("oneOf", 1)):
        if several in schema and not 1 <= sum(accepts(s, v, root) for s in schema[several]) <= most:
            return False
    if "enum" in schema and v not in schema["enum"] or "const" in schema and v != schema["const"]:
        return False
    if isinstance(v, str) and not (re.search(schema.get("pattern", ""), v) and len(v) >= schema.get("minLength", 0)):
        return False
    if number and not schema.get("minimum", v) <= v <= schema.get("maximum", v):
        return False
    if isinstance(v, list):
        return len(v) >= schema.get("minItems", 0) and all(accepts(schema.get("items", {}), e, root) for e in v)
    if isinstance(v, dict):
        other = schema.get("additionalProperties", True)
        return set(schema.get("required", [])) <= set(v) and all(
            accepts(schema.get("properties", {}).get(k, other if isinstance(other, dict) else {}), e, root)
            and (k in schema.get("properties", {}) or other is not False) for k, e in v.items())
    return True


def test_schemas_describe_every_field_and_refuse_others(w):
    for which in ("task", "config"):
        schema = json.loads(w.ok("schema", which).out)
        assert "json-schema.org" in schema["$schema"] and schema["title"]
        table = schema["$defs"][which]
        assert table["type"] == "object" and table["additionalProperties"] is False
        assert all(f["description"] for f in table["properties"].values())
    assert "task or config" in w.ok("schema", "tusk", status=2).err


def test_the_schema_accepts_what_the_program_accepts_and_refuses_what_it_refuses(w):
    schema = json.loads(w.ok("schema", "task").out)
    url = "http://127.0.0.1:1/v1"
    good = [ticket_task(url, 3), ticket_task(url, 3, value={"wage": "40 USD/hour", "saved_if_right": "2 min"}),
            ticket_task(url, 3, candidates=["lab/mid", {"model": "lab/small", "samples": 3}], within="2 points", budget="none"),
            ticket_task(url, 3, needs={"cost": "0.01 USD/call", "p95": "4 s"}, traffic="50000/month", confidence="90%"),
            ticket_task(url, 3, prompt=[{"system": "a"}, {"user": "b"}], answer={"choice": ["a", "b"]}, timeout="30s"),
            ticket_task(url, 3, prompt=None, prompts={"a": "x", "b": [{"user": "y"}]}, params={"temperature": {"single": 0}}),
            ticket_task(url, 3, grade=[{"number": {"field": "label", "relative": "1%"}}], data=[{"text": "a", "label": 1}])]
    bad = [ticket_task(url, 3, task=None), ticket_task(url, 3, budget="5"), ticket_task(url, 3, odd=1), ticket_task(url, 3, goal="best"),
           ticket_task(url, 3, candidates={"effort": ["low"]}), ticket_task(url, 3, timeout="soon"),
           ticket_task(url, 3, grade=[{"macth": {"field": "label"}}]), ticket_task(url, 3, traffic="many"),
           ticket_task(url, 3, candidates={"models": ["lab/mid"], "samples": [0]})]
    for wanted, tasks in ((True, good), (False, bad)):
        for task in tasks:
            w.write("t.yaml", task)
            r = w.run("balance", "t.yaml", "--dry-run", "--json")
            assert (r.status == 0) == wanted, (task, r.out)
            assert accepts(schema, task, schema) == wanted, f"the schema disagrees about {task}"


def test_a_dry_run_calls_nothing_and_shows_requests_and_the_worst_case(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 40))
    r = w.ok("balance", "t.yaml", "--dry-run", "--json").json
    assert up.count() == 0 and not os.path.exists(w.state) and not os.path.exists(w.path("report.html"))
    assert r["schema"] == "fulcrum.balance/1" or r["schema"] == "fulcrum.dry-run/1"
    for c in r["candidates"]:
        assert c["request"]["messages"] and c["worst_case_item_nusd"] > 0
        assert c["worst_case_grid_nusd"] == 40 * c["worst_case_item_nusd"]
    text = w.ok("balance", "t.yaml", "--dry-run").out
    assert "Nothing was sent" in text and "lab/mid" in text and "ticket 1" in text
    w.ok("eval", "t.yaml")
    first = next(q for q in up.requests if q.model == "mid" and "ticket 1 " in q.text)
    assert json.dumps(first.json) == json.dumps([c["request"] for c in r["candidates"] if c["name"] == "lab/mid"][0])


def test_worst_cases_cover_what_calls_really_cost(w):
    up = w.serve(lambda q: Answer(text="x", input=len(q.body), output=1024))
    w.write("t.yaml", ticket_task(up.url, 5))
    worst = {c["name"]: c["worst_case_item_nusd"] for c in w.ok("balance", "t.yaml", "--dry-run", "--json").json["candidates"]}
    r = w.ok("eval", "t.yaml", "--json").json
    for c in r["candidates"]:
        assert c["cost_nusd"] <= worst[c["name"]] // 2, "two attempts that can be charged fit into the cap"


def test_a_key_reaches_its_server_and_nothing_else(w):
    up = w.serve(lambda q: ticket_rule(q) if q.number != 7 else
                 Answer(status=400, error={"message": f"odd request with key {CANARY} in it"}))
    task = ticket_task(up.url, 30)
    w.write("conf.yaml", {"providers": {"lab": {**task.pop("providers")["lab"], "key": "env:LAB_KEY"}}})
    w.write("t.yaml", task)
    outputs = []
    for args in (("eval", "t.yaml", "--export", "m.csv", "--cells", "c.jsonl"), ("eval", "t.yaml", "--json"), ("balance", "t.yaml"),
                 ("balance", "t.yaml", "--dry-run"), ("runs",), ("show", "tickets-1"), ("show", "tickets-1", "i3", "--json"),
                 ("export", "tickets-1", "rec.jsonl")):
        r = w.run("--config", "conf.yaml", *args, env={"LAB_KEY": CANARY})
        outputs.append(r.out + r.err)
    assert up.count() > 90 and all(q.headers["authorization"] == f"Bearer {CANARY}" for q in up.requests)
    assert all(CANARY not in text for text in outputs)
    looked = 0
    for folder, _, names in os.walk(w.dir):
        for name in names:
            with open(os.path.join(folder, name), "rb") as f:
                looked += 1
                assert CANARY.encode() not in f.read(), f"the key stands in {name}"
    assert looked >= 6


def test_hostile_answers_stay_text_on_the_terminal_and_in_the_report(w):
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>\x1b[31m\x07\u202e\u2028&\"'"
    up = w.serve(lambda q: Answer(text=evil))
    task = ticket_task(up.url, 5, models=["mid", "small"], about=evil.replace("\x1b", "").replace("\x07", ""))
    w.write("t.yaml", task)
    w.ok("balance", "t.yaml", "--quiet")
    page = w.read("report.html")
    assert "<script>alert" not in page and "<img" not in page and "\x1b" not in page and "\x07" not in page
    for args in (("show", "tickets-1", "i1"), ("show", "tickets-1"), ("runs",)):
        text = w.ok(*args).out
        assert "\x1b" not in text and "\x07" not in text and "\u202e" not in text, args
    answer = w.ok("show", "tickets-1", "i1", "--json").json["cells"][0]["answer"]
    assert answer == evil.strip(), "JSON holds what was said"


def test_names_from_a_task_file_pass_no_control_sequence_to_the_terminal(w):
    up = w.serve(lambda q: Answer(status=500) if "ticket 2 " in q.text else ticket_rule(q))
    url = up.url
    w.write("t.yaml", ticket_task(url, task="a\x1b[31m../b", data=[{"id": f"\x1b]0;x\x07{i}", "text": f"ticket {i}", "label": "a"}
                                                                  for i in (1, 2)], models=["\x1b[2Jodd"], timeout="500ms",
                                  lab={"price": {"input": "1 USD/Mtok", "output": "1 USD/Mtok"}}))
    for args in (("eval", "t.yaml"), ("balance", "t.yaml"), ("balance", "t.yaml", "--dry-run"), ("runs",), ("show", "a\x1b[31m../b-1")):
        r = w.run(*args)
        assert "\x1b" not in r.out + r.err and "\x07" not in r.out + r.err, (args, r.out, r.err)
        assert r.status in (0, 4), (args, r.err)


def test_a_servers_words_pass_no_control_sequence_to_the_terminal(w):
    up = w.serve(lambda q: Answer(status=401, error={"message": "no \x1b[2J\x1b]0;owned\x07 key"}))
    w.write("t.yaml", ticket_task(up.url, 3))
    r = w.ok("eval", "t.yaml", status=4)
    assert "\x1b" not in r.err and "\x07" not in r.err and "key" in r.err


def test_the_report_loads_nothing_and_stands_alone(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 60))
    w.ok("balance", "t.yaml", "--report", "out.html")
    page = w.read("out.html")
    assert not os.path.exists(w.path("report.html"))
    assert "lab/mid" in page and "<svg" in page
    assert not re.search(r'(src|href)\s*=\s*["\']?(https?:)?//', page), "it refers to the network"
    assert "@import" not in page and "url(http" not in page


def test_the_locale_changes_nothing(w):
    have = subprocess.run(["locale", "-a"], capture_output=True, text=True).stdout.lower().split()
    odd = "de_DE.UTF-8" if "de_de.utf8" in have else "C.UTF-8"
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 30, params={"temperature": 0.5}))
    outs = []
    for locale in ("C", odd):
        w.ok("eval", "t.yaml", env={"LC_ALL": locale})
        outs.append([w.ok(*args, env={"LC_ALL": locale}).out for args in
                     (("balance", "t.yaml", "--json"), ("balance", "t.yaml", "--quiet"), ("eval", "t.yaml", "--json", "--export", "m.csv"))])
        outs[-1].append(w.read("m.csv"))
        outs[-1].append(w.read("report.html"))
    assert outs[0] == outs[1] and up.count() == 90


def test_defaults_of_state_and_configuration_follow_the_xdg_folders(w):
    up = w.serve(ticket_rule)
    task = ticket_task(up.url, 3, models=["mid"])
    os.makedirs(w.path("xdg-config/fulcrum"))
    w.write("xdg-config/fulcrum/fulcrum.yaml", {"providers": task.pop("providers")})
    w.write("t.yaml", task)
    for env, where in (({}, "xdg-state/fulcrum/fulcrum.db"), ({"FULCRUM_STATE": w.path("own.db")}, "own.db"),
                       ({"XDG_STATE_HOME": ""}, ".local/state/fulcrum/fulcrum.db")):
        r = subprocess.run([world.FULCRUM, "eval", "t.yaml", "--json"], cwd=w.dir, env=w.environment(env), capture_output=True, timeout=30)
        assert r.returncode == 0, r.stderr
        assert os.path.exists(w.path(where)), where


def test_standard_output_that_is_full_is_told(w):
    if not os.path.exists("/dev/full"):
        raise Skip("there is no /dev/full")
    with open("/dev/full", "wb") as full:
        r = subprocess.run([world.FULCRUM, "--help"], stdout=full, stderr=subprocess.PIPE, env=w.environment(), timeout=30)
    assert r.returncode == 4 and b"standard output" in r.stderr


def test_a_reader_that_goes_away_does_not_kill_a_run(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 50, models=["mid"]))
    p = w.start("eval", "t.yaml", "--json")
    p.stdout.close()
    p.wait(30)
    assert p.returncode == 4 and len(w.query("SELECT * FROM cell")) == 50, "what was paid is kept"
    p.stderr.close()
    p.stdout = p.stderr = None


def test_progress_on_a_terminal_redraws_in_place_and_fits_80_columns(w):
    up = w.serve(lambda q: Answer(text="x", delay_s=0.005))
    w.write("t.yaml", ticket_task(up.url, 200, value={"right": "1 USD"}))
    main, side = pty.openpty()
    p = subprocess.Popen([world.FULCRUM, "--state", w.state, "balance", "t.yaml"], cwd=w.dir, env=w.environment({"TERM": "xterm"}),
                         stdout=subprocess.PIPE, stderr=side, stdin=subprocess.DEVNULL)
    os.close(side)
    seen = b""
    while True:
        ready, _, _ = select.select([main], [], [], 30)
        try:
            more = os.read(main, 65536) if ready else b""
        except OSError:
            more = b""
        if not more:
            break
        seen += more
    out = p.communicate(timeout=30)[0]
    os.close(main)
    text = seen.decode()
    assert p.returncode == 0 and "\x1b[" in text and "lab/mid" in text
    assert "\x1b[2J" not in text, "it clears the whole screen"
    for line in re.split(r"\r?\n", re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text)):
        assert len(line.strip("\r")) <= 80, line
    assert b"\x1b" not in out


def test_no_color_is_honoured_on_a_terminal(w):
    up = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(up.url, 10, models=["mid"]))
    w.ok("eval", "t.yaml")
    if not shutil.which("script"):
        raise Skip("script is not installed")
    for env, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        r = subprocess.run(["script", "-qec", f"{world.FULCRUM} --quiet --state {w.state} balance t.yaml", "/dev/null"], cwd=w.dir,
                           env=w.environment({"TERM": "xterm", **env}), capture_output=True, stdin=subprocess.DEVNULL, timeout=30)
        assert (b"\x1b[1m" in r.stdout) == coloured, r.stdout
