"""A task on a real model server with the smallest model, where it can be had; else says that it skipped it.

usage: live.py --fulcrum PATH
"""
import argparse
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tools"))
import local_models as lm  # noqa: E402
from live_wire import wire_formats  # noqa: E402


def run(program, folder, name):
    report = os.path.join(folder, name + ".html")
    p = subprocess.run([program, "--json", "--quiet", "--state", os.path.join(folder, "fulcrum.db"), "balance",
                        os.path.join(ROOT, "examples", "live.yaml"), "--report", report],
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=400)
    answer = json.loads(p.stdout) if p.stdout else {}
    return p, answer, os.path.exists(report)


class Watch(threading.Thread):
    """Looks at the server's own metrics while something runs: how many requests waited for a slot, at most."""

    def __init__(self, url):
        super().__init__(daemon=True)
        self.url, self.most, self.looks, self.over = url, 0, 0, threading.Event()

    def run(self):
        while not self.over.wait(0.01):
            with urllib.request.urlopen(self.url + "/metrics", timeout=10) as answer:
                found = re.search(r"^llamacpp:requests_deferred (\S+)", answer.read().decode(), re.M)
            self.most = max(self.most, float(found.group(1)))
            self.looks += 1

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()


def own_server(program, folder, claim):
    """What the program says of the server, and what it does with one slot when nobody said how many calls at once."""
    url = f"http://127.0.0.1:{lm.SMOLLM2.port}"
    config = os.path.join(folder, "fulcrum.yaml")
    with open(config, "w", encoding="utf-8") as f:
        json.dump({"providers": {"mine": {"url": url + "/v1"}}}, f)
    p = subprocess.run([program, "--json", "--config", config, "providers", "mine", "--check"], stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30)
    got = json.loads(p.stdout)["providers"][0]
    claim(p.returncode == 0 and got["check"]["state"] == "ok" and got["context_tokens"] == lm.CONTEXT and got["slots"] == 1,
          "`fulcrum providers` finds it, with its context and slots", p.stdout.decode() + p.stderr.decode())
    task = os.path.join(folder, "slots.yaml")
    with open(task, "w", encoding="utf-8") as f:
        json.dump({"task": "slots", "data": [{"id": str(i), "text": f"word {i}"} for i in range(12)], "prompt": "{{ text }}",
                   "grade": [{"contains": {"value": "word"}}], "max_output": 8, "params": {"temperature": 0},
                   "candidates": {"models": ["mine/" + lm.SMOLLM2.name]}}, f)

    def evaluate(name):
        with Watch(url) as watch:
            p = subprocess.run([program, "--json", "--config", config, "--state", os.path.join(folder, name), "eval", task],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
        return p, watch, f"{watch.looks} looks, {watch.most} waited\n{p.stdout.decode()}{p.stderr.decode()}"

    p, watch, said = evaluate("slots.db")
    db = sqlite3.connect(os.path.join(folder, "slots.db"))
    flags = sorted(row[0] for row in db.execute("SELECT flags FROM ledger"))
    db.close()
    claim(p.returncode == 0 and flags == [""] * 12 + ["warm_up"], "twelve calls and one warm-up were made", said)
    claim(f"mine: context {lm.CONTEXT:,} tokens, 1 slot: one call at a time" in said, "what the server told is said aloud", said)
    claim(watch.looks > 10 and watch.most == 0, "with one slot no call waited for another at the server", said)
    with open(config, "w", encoding="utf-8") as f:
        json.dump({"providers": {"mine": {"url": url + "/v1", "concurrency": 4}}}, f)
    p, watch, said = evaluate("four.db")
    claim(p.returncode == 0 and watch.most > 0, "with concurrency: 4 calls waited, as the user wanted", said)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fulcrum", required=True)
    program = os.path.abspath(parser.parse_args().fulcrum)
    failed = 0

    def claim(ok, name, said=""):
        nonlocal failed
        failed += not ok
        print(f"{'ok' if ok else 'not ok'} - {name}")
        if not ok:
            print(said[-3000:])

    with tempfile.TemporaryDirectory() as folder:
        try:
            venv = os.path.join(ROOT, "build", "models-venv")
            lm.install(venv, [lm.SMOLLM2])
            servers = lm.Servers(venv, [lm.SMOLLM2], folder)
            servers.__enter__()
        except lm.Trouble as trouble:
            print(f"ok - a race on a real model server # SKIP {str(trouble).splitlines()[0]}")
            return 0
        try:
            p, answer, report = run(program, folder, "first")
            said = p.stdout.decode() + p.stderr.decode()
            claim(p.returncode == 0 and answer.get("decision", {}).get("state") == "certified", "a race on a real model is certified", said)
            claim(report, "it leaves a report", said)
            some = answer.get("candidates", [])
            claim(bool(some) and all(c["latency_ms"] and c["cost_nusd"] for c in some if c["items"]),
                  "each candidate has a latency and a cost from the server's own compute time", said)
            claim(not any(c["failed"] for c in some), "no call failed", said)
            own_server(program, folder, claim)
            wire_formats(program, folder, lm.SMOLLM2.port, lm.SMOLLM2.name, claim)
        finally:
            servers.__exit__(None, None, None)
        p, again, _ = run(program, folder, "second")
        claim(p.returncode == 0 and again == answer, "with the server gone the same answer comes from the store",
              p.stdout.decode() + p.stderr.decode())
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
