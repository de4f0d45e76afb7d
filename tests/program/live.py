"""A task on a real model server with the smallest model, where it can be had; else says that it skipped it.

usage: live.py --fulcrum PATH
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tools"))
import local_models as lm  # noqa: E402


def run(program, folder, name):
    report = os.path.join(folder, name + ".html")
    p = subprocess.run([program, "--json", "--quiet", "--state", os.path.join(folder, "fulcrum.db"), "balance",
                        os.path.join(ROOT, "examples", "live.yaml"), "--report", report],
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=400)
    answer = json.loads(p.stdout) if p.stdout else {}
    return p, answer, os.path.exists(report)


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
        finally:
            servers.__exit__(None, None, None)
        p, again, _ = run(program, folder, "second")
        claim(p.returncode == 0 and again == answer, "with the server gone the same answer comes from the store",
              p.stdout.decode() + p.stderr.decode())
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
