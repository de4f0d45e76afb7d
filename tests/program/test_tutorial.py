"""docs/tutorial.md: every command runs as it stands there, without a network, and prints what stands below it."""
import os
import re
import shlex
import shutil

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
NO_SERVER = {"OLLAMA_HOST": "http://127.0.0.1:9"}


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as f:
        return f.read()


def same(shown, printed):
    """A line of three dots stands for any lines that were left out."""
    pattern = "".join("(?:.*\n)*?" if line == "..." else re.escape(line) + "\n" for line in shown.splitlines())
    return re.fullmatch(pattern, printed) is not None


def test_the_tutorial_prints_what_it_shows(w):
    shutil.copytree(os.path.join(ROOT, "examples", "tutorial"), w.dir, dirs_exist_ok=True)
    blocks = re.findall(r"```console\n\$ fulcrum (.*?)\n(.*?)```", read("docs", "tutorial.md"), re.S)
    assert len(blocks) >= 11, len(blocks)
    for command, shown in blocks:
        r = w.run(*shlex.split(command), env=NO_SERVER)
        printed = r.out if r.status == 0 else r.err
        assert same(shown, printed), f"fulcrum {command}\n{printed}{r.err}"
        wide = [line for line in shown.splitlines() if len(line) > 80 and not line.startswith("    ")]
        assert r.status or not wide, wide  # a message is one line; texts of models stand as they are


def test_what_the_tutorial_quotes_stands_in_its_files(_):
    task, orders = read("examples", "tutorial", "orders.yaml"), read("examples", "tutorial", "orders.jsonl")
    text = read("docs", "tutorial.md")
    quotes = re.findall(r"```yaml\n(.*?)```", text, re.S)
    assert quotes and all(q in task for q in quotes)
    assert all(q in orders for q in re.findall(r"```json\n(.*?)```", text, re.S))


def test_the_first_task_file_of_the_tutorials_orders_is_right(w):
    shutil.copy(os.path.join(ROOT, "examples", "tutorial", "orders.jsonl"), w.dir)
    w.ok("init", "orders.jsonl", "--model", "llama-server/smollm2-135m", env=NO_SERVER)
    w.ok("check", "orders.yaml", env=NO_SERVER)
