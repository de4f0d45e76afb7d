#!/usr/bin/env python3
"""Whole-program tests: the real binary against a scripted model server.

usage: run.py --fulcrum PATH [--only PATTERN] [--jobs N]

Every function whose name begins with test_ in a test_*.py beside this file is one test; its first line of documentation is
the fact that it states, and it gets a World. Prints TAP; exits with 1 when one failed.
"""
import argparse
import concurrent.futures
import importlib
import os
import re
import sys
import time
import traceback

import world


def tests():
    folder = os.path.dirname(os.path.abspath(__file__))
    for name in sorted(os.listdir(folder)):
        if not (name.startswith("test_") and name.endswith(".py")):
            continue
        module = importlib.import_module(name[:-3])
        for attribute in list(vars(module)):
            function = getattr(module, attribute)
            if attribute.startswith("test_") and getattr(function, "__module__", "") == name[:-3]:
                yield f"{name[5:-3]}: {attribute[5:].replace('_', ' ')}", function


def run_one(function):
    """None: passed. Else "# SKIP why", or what went wrong."""
    w = world.World()
    try:
        function(w)
        return None
    except world.Skip as why:
        return f"# SKIP {why}"
    except Exception:  # whatever it is, it is this test's failure
        return traceback.format_exc()
    finally:
        w.close()


def timed(function):
    begun = time.monotonic()
    return run_one(function), time.monotonic() - begun


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fulcrum", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=3)
    options = parser.parse_args()
    world.FULCRUM = os.path.abspath(options.fulcrum)
    if not os.access(world.FULCRUM, os.X_OK):
        sys.exit(f"run.py: {world.FULCRUM} is not a program")
    chosen = [(name, f) for name, f in tests() if re.search(options.only, name)]
    failed = 0
    print(f"1..{len(chosen)}", flush=True)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        ends = [pool.submit(timed, f) for _, f in chosen]
        for n, ((name, _), end) in enumerate(zip(chosen, ends), 1):
            wrong, seconds = end.result()
            if wrong is None:
                print(f"ok {n} - {name}", flush=True)
            elif wrong.startswith("# SKIP"):
                print(f"ok {n} - {name} {wrong}", flush=True)
            else:
                failed += 1
                print(f"not ok {n} - {name}", flush=True)
                print("".join(f"# {line}\n" for line in wrong.splitlines()), end="", flush=True)
            if seconds > 10:
                print(f"# took {seconds:.1f} s", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
