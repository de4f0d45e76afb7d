#!/usr/bin/env python3
"""The vendors' own clients as peers: what they decode we decode (decoders.py), what we write they know (encoders.py).

usage: run.py --fulcrum PATH        the clients are installed into build/peers once, where a registry answers
"""
import argparse
import os
import shutil
import subprocess
import sys
import venv

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SHARED = os.environ.get("FULCRUM_SHARED", os.path.join(ROOT, "..", "shared"))
INSTALL_S = 240


def clients():
    """(python of the environment with the clients, None), or (None, why it cannot be had)."""
    folder, wanted = os.path.join(ROOT, "build", "peers"), os.path.join(HERE, "requirements.txt")
    python, stamp = os.path.join(folder, "bin", "python"), os.path.join(folder, "installed.txt")
    with open(wanted, encoding="utf-8") as f:
        text = f.read()
    if os.path.exists(stamp) and open(stamp, encoding="utf-8").read() == text:
        return python, None
    shutil.rmtree(folder, ignore_errors=True)
    try:
        venv.create(folder, with_pip=True)
        p = subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", wanted],
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=INSTALL_S)
    except (OSError, subprocess.SubprocessError) as e:
        return None, f"no environment for the clients: {str(e)[:200]}"
    if p.returncode:
        return None, "the clients cannot be installed: " + (p.stdout.decode().strip().splitlines() or [""])[-1][:200]
    with open(stamp, "w", encoding="utf-8") as f:
        f.write(text)
    return python, None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fulcrum", required=True)
    fulcrum = os.path.abspath(parser.parse_args().fulcrum)
    python, why = (None, "no ../shared with recorded traffic") if not os.path.isdir(os.path.join(SHARED, "wire")) else clients()
    why = why or (None if shutil.which("zstd") else "no zstd, which unpacks OpenAI's schema")
    if why:
        print(f"ok - the vendors' own clients decode and write what we do # SKIP {why}")
        return 0
    failed = 0
    for script in ("decoders.py", "encoders.py"):
        failed += subprocess.run([sys.executable, os.path.join(HERE, script), fulcrum, python, SHARED]).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
