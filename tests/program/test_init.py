"""`fulcrum init`: from a file of examples to a task file that checks and races as it is."""
import json
import os
import pty
import select
import signal
import subprocess
import tempfile
import time

import world
from upstream import Answer

KEY = {"OPENAI_API_KEY": "sk-proj-" + "x" * 30}

# Whatever listens on this machine's usual ports is not asked: their addresses lead where nobody is.
NOWHERE = tempfile.NamedTemporaryFile("w", suffix=".yaml")
json.dump({"providers": {name: {"url": "http://127.0.0.1:9/v1"} for name in ("llama-server", "lmstudio", "vllm")}}, NOWHERE)
NOWHERE.flush()
NO_SERVERS = {"OLLAMA_HOST": "http://127.0.0.1:9", "FULCRUM_CONFIG": NOWHERE.name}


def csv_of(n):
    rows = [f'{i},"Ticket {i}, please help",{world.QUEUES[i % 4]}' for i in range(1, n + 1)]
    return "id,Customer message,queue\n" + "\n".join(rows) + "\n"


def jsonl(rows):
    return "".join(json.dumps(r) + "\n" for r in rows)


NUMBERS = jsonl({"question": f"What is {i} + {i}?", "answer": 2 * i} for i in range(1, 31))
OBJECTS = jsonl({"text": f"Invoice {i} over {i * 3} EUR", "expected": {"number": str(i), "total": i * 3}} for i in range(1, 31))
FREE = jsonl({"article": f"Long article {i}. " * 20, "summary": f"The article number {i} says that something\nhappened."} for i in range(1, 31))


def model_server(names):
    """How it answers calls, and that it lists these models at GET .../models."""
    def about(request):
        return {"object": "list", "data": [{"id": n} for n in names]} if request.path.endswith("/models") else None
    return lambda request: Answer(text="billing"), about


def init(w, *args, env=None, status=0):
    r = w.run("init", *args, "--json", env={**NO_SERVERS, **KEY, **(env or {})})
    assert r.status == status, (r.status, r.out, r.err)
    return r.json if status == 0 else r.error


def passes(w, task, *more, env=None):
    env = {**NO_SERVERS, **KEY, **(env or {})}
    r = w.run("check", task, env=env)
    assert r.status == 0, (r.out, r.err, w.read(task))
    r = w.run("balance", task, "--dry-run", *more, env=env)
    assert r.status == 0, (r.out, r.err)


def test_each_kind_of_data_gives_a_file_that_passes_check_as_it_is(w):
    for name, text, label, grader, says in (
            ("tickets.csv", csv_of(60), "queue", "match", "answer: {choice: [login, shipping, refund, billing]}"),
            ("sums.jsonl", NUMBERS, "answer", "number", "answer: number"),
            ("invoices.jsonl", OBJECTS, "expected", "json", "  - total: number"),
            ("news.jsonl", FREE, "summary", "contains", "free text, and no exact rule"),
            ("grades.yaml", json.dumps([{"input": f"x{i}", "target": "ab"[i % 2]} for i in range(9)]), "target", "match",
             "{{ input }}"),
            ("foo.csv", "question,__expected\na,contains:b\nc,equals:d\n", "__expected", "__expected", "{{ question }}")):
        w.write(name, text)
        d = init(w, name)
        assert d["schema"] == "fulcrum.init/1" and d["label"] == label and d["grader"] == grader, d
        text = w.read(d["task_file"])
        assert says in text, text
        assert text.startswith("# yaml-language-server: $schema=")
        assert "models: [openai/" in text and "budget: 1 USD" in text and "within: 2 points" in text
        passes(w, d["task_file"])


def test_the_file_stands_beside_the_data_and_is_named_after_it(w):
    os.mkdir(w.path("sub"))
    w.write("sub/tickets.csv", csv_of(12))
    assert init(w, "sub/tickets.csv")["task_file"] == "sub/tickets.yaml"
    assert "data: tickets.csv" in w.read("sub/tickets.yaml")
    d = init(w, "sub/tickets.csv", "--task-file", "mine.yaml")
    assert d["task_file"] == "mine.yaml" and f"data: {os.path.realpath(w.path('sub/tickets.csv'))}" in w.read("mine.yaml")
    passes(w, "mine.yaml")
    w.write("items.yaml", "- {text: a, label: x}\n- {text: b, label: y}\n- {text: c, label: x}\n")
    assert init(w, "items.yaml")["task_file"] == "items.task.yaml"


def test_a_file_that_is_there_is_never_touched(w):
    w.write("tickets.csv", csv_of(12))
    w.write("tickets.yaml", "mine")
    e = init(w, "tickets.csv", status=2)
    assert "there already" in e["message"] and e["place"]["file"] == "tickets.yaml" and "fulcrum check" in e["help"]
    os.symlink("nowhere", w.path("task.yaml"))
    init(w, status=2)
    assert w.read("tickets.yaml") == "mine" and not os.path.exists(w.path("nowhere"))
    assert sorted(n for n in os.listdir(w.dir) if "yaml" in n) == ["task.yaml", "tickets.yaml"], "a half file is left"


def test_one_of_several_at_once_writes_the_file_and_it_is_whole(w):
    w.write("tickets.csv", csv_of(200))
    started = [w.start("init", "tickets.csv", env={**KEY, **NO_SERVERS}) for _ in range(6)]
    ends = [w.end(p).status for p in started]
    assert sorted(ends) == [0, 2, 2, 2, 2, 2], ends
    passes(w, "tickets.yaml")
    assert not [n for n in os.listdir(w.dir) if n.startswith("tickets.yaml.")]


def test_what_cannot_be_read_is_told_and_nothing_is_written(w):
    w.write("empty.csv", b"")
    w.write("binary.csv", bytes(range(256)))
    w.write("head.csv", "a,b\n")
    w.write("twice.csv", "id,label\n1,a\n1,b\n")
    w.write("x.tsv", "a\tb\n")
    w.write("tickets.csv", csv_of(3))
    for name, says in (("empty.csv", "empty"), ("binary.csv", "zero byte"), ("head.csv", "no item"), ("twice.csv", "two items"),
                       (".", "folder"), ("x.tsv", "format"), ("ticket.csv", "cannot be read"), ("no/such.csv", "cannot be read")):
        e = init(w, name, status=2)
        assert says in e["message"], e
    assert "did you mean ./tickets.csv?" in init(w, "./ticket.csv", status=2)["help"]
    with open(w.path("huge.jsonl"), "wb") as f:
        f.truncate((1 << 30) + 1)
        f.write(b'{"text": "a", "label": "b"}\n' * 5000)
    assert "larger than" in init(w, "huge.jsonl", status=2)["message"]
    assert not [n for n in os.listdir(w.dir) if "yaml" in n]


def test_a_large_file_is_looked_at_whole(w):
    rows = [f"text of item {i},{'rare' if i == 99999 else world.QUEUES[i % 5]}" for i in range(100000)]
    w.write("large.csv", "text,label\n" + "\n".join(rows) + "\n")
    d = init(w, "large.csv")
    assert d["items"] == 100000 and "rare" in w.read("large.yaml")
    assert d["columns"][0]["more_distinct"] and d["columns"][0]["distinct"] == 10000


def test_without_a_label_the_file_says_so_and_check_does_too(w):
    w.write("plain.csv", "text,note,day\n" + "\n".join(f"text {i},note {i * 7},day {i}" for i in range(20)) + "\n")
    d = init(w, "plain.csv")
    assert d["label"] is None and d["grader"] is None and any("no column holds the right answers" in n for n in d["notes"])
    r = w.run("check", "plain.yaml", env={**KEY, **NO_SERVERS})
    assert r.status == 2 and "graded" in r.out
    os.remove(w.path("plain.yaml"))
    assert init(w, "plain.csv", "--label", "note")["grader"] == "match"
    passes(w, "plain.yaml")
    e = init(w, "plain.csv", "--task-file", "b.yaml", "--label", "notes", status=2)
    assert "note" in e["expected"]


def test_without_any_provider_it_proposes_and_says_what_to_export(w):
    w.write("tickets.csv", csv_of(60))
    r = w.run("init", "tickets.csv", "--json", env=NO_SERVERS)
    d = r.json
    assert r.status == 0 and not d["callable"] and d["next"][0].startswith("export OPENAI_API_KEY=")
    assert {c["name"].split("/")[0] for c in d["candidates"]} == {"openai", "anthropic", "google"}
    assert "None of these can be called yet" in w.read("tickets.yaml")
    assert w.run("check", "tickets.yaml", env=NO_SERVERS).status == 4, "a key is missing"


def test_several_vendors_take_turns_and_are_at_most_six(w):
    w.write("tickets.csv", csv_of(60))
    up = w.serve(*model_server(["nomic-embed-text", "qwen3:8b", "llama3.2"]))
    env = {**KEY, "ANTHROPIC_API_KEY": "k", "GEMINI_API_KEY": "k", "XAI_API_KEY": "k", "OLLAMA_HOST": up.url.removesuffix("/v1")}
    d = init(w, "tickets.csv", env=env)
    names = [c["name"] for c in d["candidates"]]
    assert len(names) == 6 and len(set(names)) == 6 and names[-1] == "ollama/qwen3:8b"
    assert len({n.split("/")[0] for n in names}) == 5, names
    assert {c["role"] for c in d["candidates"]} == {"cheap", "middle", "strong", "local"}
    assert all("call_nusd" in c for c in d["candidates"])
    models = [line for line in w.read("tickets.yaml").splitlines() if line.startswith("  models: ")]
    assert models == [f"  models: [{', '.join(names)}]"]
    assert not up.asked[0].headers.get("authorization"), "a key was sent to a local server"
    passes(w, "tickets.yaml", env=env)


def test_one_vendor_gives_a_cheap_a_middle_and_a_strong_model(w):
    w.write("tickets.csv", csv_of(60))
    for variable in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "OPENROUTER_API_KEY"):
        r = w.run("init", "tickets.csv", "--task-file", f"{variable}.yaml", "--json", env={variable: "k", **NO_SERVERS})
        c = r.json["candidates"]
        assert [x["role"] for x in c] == ["cheap", "middle", "strong"], c
        assert c[0]["call_nusd"] < c[1]["call_nusd"] <= c[2]["call_nusd"]


def test_models_can_be_named_but_none_without_a_price(w):
    w.write("tickets.csv", csv_of(60))
    d = init(w, "tickets.csv", "--model", "openai/gpt-6-luna", "--model", "ollama/qwen3:8b")
    assert [c["name"] for c in d["candidates"]] == ["openai/gpt-6-luna", "ollama/qwen3:8b"]
    passes(w, "tickets.yaml")
    e = init(w, "tickets.csv", "--task-file", "b.yaml", "--model", "openai/gpt-6-lunar", status=2)
    assert "no known price" in e["message"] and "gpt-6-luna" in e["help"]
    init(w, "tickets.csv", "--task-file", "b.yaml", "--model", "opnai/x", status=2)
    assert not os.path.exists(w.path("b.yaml"))


def test_an_application_races_beside_models_or_alone(w):
    w.write("tickets.csv", csv_of(60))
    w.write("my app.py", "import json, sys\nfor line in sys.stdin:\n    q = json.loads(line)\n"
            "    print(json.dumps({'id': q['id'], 'text': 'billing'}), flush=True)\n")
    d = init(w, "tickets.csv", "--app", "python3 'my app.py'")
    assert d["candidates"][-1]["role"] == "application" and d["next"][-1] == "fulcrum balance tickets.yaml --allow-commands"
    assert "command: [python3, my app.py]" in w.read("tickets.yaml")
    passes(w, "tickets.yaml")
    r = w.run("init", "tickets.csv", "--task-file", "alone.yaml", "--app", "python3 'my app.py'", env=NO_SERVERS)
    assert r.status == 0 and "models:" not in w.read("alone.yaml")
    assert w.run("check", "alone.yaml").status == 0
    r = w.run("eval", "alone.yaml", "--allow-commands", "--json")
    assert r.status == 0, r.out + r.err
    for wrong in ("python3 app.py | tee x", "python3 $HOME/a.py", "python3 'a", ""):
        assert init(w, "tickets.csv", "--task-file", "c.yaml", "--app", wrong, status=2)["code"] == "usage"


def test_the_goal_and_the_budget_are_as_said(w):
    w.write("tickets.csv", csv_of(60))
    init(w, "tickets.csv", "--goal", "value", "--value", "0.25", "--budget", "3.5")
    text = w.read("tickets.yaml")
    assert "value: {right: 0.25 USD}" in text and "budget: 3.5 USD" in text and "\ngoal:" not in text
    passes(w, "tickets.yaml")
    for wrong in (["--goal", "best"], ["--goal", "value"], ["--goal", "cheapest", "--value", "1"], ["--budget", "0"], ["--value", "x"]):
        init(w, "tickets.csv", "--task-file", "b.yaml", *wrong, status=2)


def test_labels_that_yaml_or_templates_would_read_are_written_safely(w):
    labels = ["yes", "no", "null", "1.5", "{{ x }}", "a: b", "# c", "ünï", "- d"]
    w.write("odd.jsonl", jsonl({"the \"text\"": "q", "in": i, "label": labels[i % 9]} for i in range(45)))
    d = init(w, "odd.jsonl")
    assert d["grader"] == "match" and any("does not list the labels" in n for n in d["notes"])
    passes(w, "odd.yaml")
    w.write("e.csv", "text,label\n" + "\n".join("t%d,%sy" % (i, chr(0x2028) if i % 2 else "x") for i in range(12)) + "\n")
    init(w, "e.csv")
    passes(w, "e.yaml")


def test_items_may_lack_a_column(w):
    w.write("gaps.jsonl", jsonl([{"text": "a", "extra text": "b", "label": "x"}, {"text": None, "label": "y"},
                                 {"extra text": "c", "tags content": ["u"], "label": "x"}]))
    init(w, "gaps.jsonl")
    passes(w, "gaps.yaml")


def test_no_more_than_forty_bytes_of_a_value_are_shown_and_escaped(w):
    w.write("s.jsonl", jsonl({"text": "\x1b[31m" + "geheim" * 20, "label": "ab"[i % 2]} for i in range(9)))
    r = w.run("init", "s.jsonl", env={**KEY, **NO_SERVERS})
    assert r.status == 0 and "\x1b" not in r.out and "geheim" in r.out and "geheim" * 7 not in r.out
    assert "geheim" not in w.read("s.yaml")
    os.remove(w.path("s.yaml"))
    assert all(len(c["example"].encode()) <= 40 for c in init(w, "s.jsonl")["columns"])


def test_images_go_with_their_items(w):
    png = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0\0\0\1\0\0\0\1\x08\2\0\0\0" + b"\0" * 8
    os.mkdir(w.path("scans"))
    for i in range(6):
        w.write(f"scans/{i}.png", png)
    w.write("scans.csv", "scan,label\n" + "\n".join(f"scans/{i}.png,{'ab'[i % 2]}" for i in range(6)) + "\n")
    d = init(w, "scans.csv")
    assert d["columns"][0]["kind"] == "file" and d["columns"][0]["use"] == "attached"
    assert 'attach:\n  - "{{ scan }}"' in w.read("scans.yaml")
    passes(w, "scans.yaml")


def talk(w, answers, *args, until=b"Next", env=None):
    """Runs init on a terminal and answers its questions, one at a time."""
    main, child = pty.openpty()
    p = subprocess.Popen([world.FULCRUM, "--state", w.state, "init", *args], cwd=w.dir,
                         env=w.environment({**NO_SERVERS, **KEY, **(env or {})}), stdin=child, stdout=subprocess.PIPE, stderr=child,
                         preexec_fn=os.setsid)
    os.close(child)
    w.started.append(p)
    shown, answered, deadline = b"", 0, time.monotonic() + 30
    while time.monotonic() < deadline:
        ready, _, _ = select.select([main], [], [], 0.1)
        try:
            shown += os.read(main, 65536) if ready else b""
        except OSError:
            break
        if shown.count(b"Enter:") > answered and answered < len(answers):
            if answers[answered] is None:
                os.kill(p.pid, signal.SIGINT)
                break
            os.write(main, answers[answered].encode())
            answered += 1
        if p.poll() is not None:
            break
    out = p.communicate(timeout=20)[0]
    os.close(main)
    return p.returncode, shown.decode(), out.decode()


def test_on_a_terminal_it_asks_and_a_wrong_answer_again(w):
    w.write("tickets.csv", csv_of(60))
    status, shown, out = talk(w, ["ticket.csv\n", "tickets.csv\n", "quee\n", "queue\n", "0.10\n", "nothing\n", "2\n"])
    assert status == 0, shown
    assert shown.count("Which file") == 2 and shown.count("Which column") == 2 and shown.count("How much may") == 2
    assert "did you mean tickets.csv?" in shown and "Written: tickets.yaml" in out
    text = w.read("tickets.yaml")
    assert "value: {right: 0.1 USD}" in text and "budget: 2 USD" in text
    passes(w, "tickets.yaml")


def test_what_a_wrong_answer_is_told_passes_no_control_sequence(w):
    w.write("tickets.csv", csv_of(60))
    status, shown, _ = talk(w, ["no\u009b31mne\n", "\n", "\n", "\n"], "tickets.csv")
    told = [line for line in shown.splitlines() if "31mne" in line and "x9b" in line]
    assert status == 0 and told and not any("\u009b" in line for line in told), shown


def test_enter_takes_what_was_guessed(w):
    w.write("tickets.csv", csv_of(60))
    status, shown, out = talk(w, ["\n", "\n", "\n"], "tickets.csv")
    assert status == 0 and "Enter: queue." in shown
    assert "budget: 1 USD" in w.read("tickets.yaml") and "within: 2 points" in w.read("tickets.yaml")


def test_interrupted_while_asking_it_leaves_nothing(w):
    w.write("tickets.csv", csv_of(60))
    before = sorted(os.listdir(w.dir))
    status, _, _ = talk(w, ["\n", None], "tickets.csv")
    assert status != 0 and sorted(os.listdir(w.dir)) == before


def test_from_a_file_to_a_certificate_in_four_commands(w):
    """init, check, balance, show: nothing is edited in between."""
    data = csv_of(80)
    w.write("tickets.csv", data)
    queue = {int(r.split(",")[0]): r.split(",")[-1] for r in data.splitlines()[1:]}

    def rule(request):
        return Answer(text=queue[int(request.text.split("Ticket ")[1].split(",")[0])])
    up = w.serve(rule)
    env = {**NO_SERVERS, **KEY, "OPENAI_BASE_URL": up.url}
    d = w.run("init", "tickets.csv", "--json", env=env).json
    assert d["next"] == ["fulcrum check tickets.yaml", "fulcrum balance tickets.yaml"]
    w.ok("check", "tickets.yaml", env=env)
    r = w.ok("balance", "tickets.yaml", "--json", env=env)
    assert r.json["decision"]["candidate"] == "openai/gpt-6-luna", r.json
    w.ok("show", w.ok("runs", "--json").json["runs"][0]["run"], env=env)
