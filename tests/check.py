"""Runs every test of the repository and counts them: what ./check calls once all is built.

Each step is a command whose output names its tests in TAP ("ok N - name", "not ok N - name", "# SKIP why"). A step that
dies without naming a failed test counts as one failed test. The last line is "N passed, N failed", with ", N skipped"
where something could not be had, each named above it.

usage: check.py [STEP ...]      run these steps only; a wrong name lists them. release-twice runs only when it is named
"""
import json
import os
import re
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
JOBS = "2"
FUZZ_RUNS = "20000"
TAP = re.compile(r"^(not ok|ok)\b\s*\d*\s*-?\s*(.*)$")
ENV = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP", FULCRUM_SHARED=os.environ.get("FULCRUM_SHARED", os.path.join(ROOT, "..", "shared")))
for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"):
    ENV.pop(name, None)  # tests talk to loopback alone


def german_locale():
    """Makes de_DE.UTF-8 for the tests that show that a locale changes nothing."""
    folder = os.path.join(ROOT, "build", "locale")
    os.makedirs(folder, exist_ok=True)
    made = os.path.join(folder, "de_DE.UTF-8")
    if not os.path.isdir(made):
        subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", made], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if os.path.isdir(made):
        ENV["LOCPATH"] = folder


def loopback_alone():
    """What to put before a command so that it sees no network but loopback; empty where the system does not allow it."""
    inside = ["sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    for unshare in (["unshare", "-n"], ["unshare", "-rn"]):
        try:
            if subprocess.run([*unshare, *inside, "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
                return [*unshare, *inside]
        except FileNotFoundError:
            pass
    return []


class Tally:
    def __init__(self):
        self.passed = 0
        self.failed = []
        self.skipped = []

    def read(self, where, output, status):
        """Counts the TAP lines of one command. Returns True when all is well."""
        bad = []
        seen = 0
        for line in output.splitlines():
            line = line.strip()
            m = TAP.match(line)
            if m:
                seen += 1
                name = m.group(2)
                if "# SKIP" in name:
                    self.skipped.append(f"{where}: {name.replace('# SKIP', 'skipped:')}")
                elif m.group(1) == "ok":
                    self.passed += 1
                else:
                    bad.append(f"{where}: {name}")
            elif line.startswith("# SKIP"):
                self.skipped.append(f"{where}: {line[6:].strip()}")
        if not bad and status != 0:
            bad.append(f"{where}: ended with status {status}")
        elif not bad and not seen and "# SKIP" not in output:
            bad.append(f"{where}: ran no test")
        self.failed += bad
        if bad:
            print(output[-6000:])
        return not bad


def run(command, timeout=900, env=None, cwd=ROOT):
    try:
        p = subprocess.run(command, cwd=cwd, env=env or ENV, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, timeout=timeout)
        return p.returncode, p.stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired as e:
        return 124, (e.stdout or b"").decode("utf-8", "replace") + f"\nnot ok - {command[0]} did not end within {timeout} s\n"


def configure(folder, *options):
    """Configures and builds a build folder; "" or the output of what failed."""
    path = os.path.join(ROOT, folder)
    if not os.path.exists(os.path.join(path, "build.ninja")):
        status, out = run(["meson", "setup", *options, path])
        if status != 0:
            return out
    status, out = run(["ninja", "-C", path, "-j", JOBS], timeout=1800)
    return "" if status == 0 else out[-6000:]


def meson_tests(tally, folder, suites=None, setup_env=None, timeout_factor="1", wrap=None):
    """All unit tests of a build folder, two at a time; their TAP is read from meson's log."""
    command = [*loopback_alone(), "meson", "test", "-C", os.path.join(ROOT, folder), "--num-processes", JOBS, "--no-rebuild", "-t", timeout_factor]
    for suite in suites or []:
        command += ["--suite", suite]
    if wrap:
        command += ["--wrap", wrap]
    log = os.path.join(ROOT, folder, "meson-logs", "testlog-" + wrap.split()[0].split("/")[-1] + ".json" if wrap else "testlog.json")
    status, out = run(command, env=dict(ENV, **(setup_env or {})), timeout=1800)
    if not os.path.exists(log):
        tally.failed.append(f"{folder}: meson test left no log")
        print(out[-4000:])
        return
    with open(log, encoding="utf-8") as f:
        for line in f:
            test = json.loads(line)
            text = test.get("stdout", "") + "\n" + test.get("stderr", "")
            tally.read(f"{folder} {test['name']}", text, 0 if test["result"] in ("OK", "SKIP") else test.get("returncode") or 1)


def step_unit(tally):
    """Unit, wire and property tests of the release build."""
    meson_tests(tally, "build")


def step_asan(tally):
    """The same under AddressSanitizer and UndefinedBehaviorSanitizer (statistics in their short form)."""
    trouble = configure("build/asan", "--native-file", "meson/asan.ini", "-Dwerror=true")
    if trouble:
        tally.failed.append("build/asan does not build")
        print(trouble)
        return
    env = {"ASAN_OPTIONS": "detect_leaks=1", "UBSAN_OPTIONS": "print_stacktrace=1"}
    meson_tests(tally, "build/asan", setup_env=env, timeout_factor="6")


def step_tsan(tally):
    """What has threads, under ThreadSanitizer."""
    trouble = configure("build/tsan", "--native-file", "meson/tsan.ini", "-Dwerror=true")
    if trouble:
        tally.failed.append("build/tsan does not build")
        print(trouble)
        return
    env = {"TSAN_OPTIONS": "suppressions=" + os.path.join(ROOT, "meson", "tsan.supp")}
    meson_tests(tally, "build/tsan", suites=["io", "net", "store", "call"], setup_env=env, timeout_factor="6")


def step_valgrind(tally):
    """What owns memory by hand, under valgrind."""
    meson_tests(tally, "build", suites=["base", "io", "store"], timeout_factor="20",
                wrap="valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite")


def step_fuzz(tally):
    """Each fuzzer: its committed corpus replayed, then a fixed number of runs from a fixed seed."""
    trouble = configure("build/fuzz", "--native-file", "meson/fuzz.ini", "-Dwerror=true")
    if trouble:
        tally.failed.append("build/fuzz does not build")
        print(trouble)
        return
    for folder, _, names in sorted(os.walk(os.path.join(ROOT, "build", "fuzz", "tests"))):
        for name in sorted(names):
            path = os.path.join(folder, name)
            if not name.startswith("fuzz_") or not os.access(path, os.X_OK) or os.path.isdir(path):
                continue
            corpus = os.path.join(ROOT, "tests", os.path.basename(folder), "corpus", name[5:])
            work = os.path.join(ROOT, "build", "fuzz", "work", name)
            shutil.rmtree(work, ignore_errors=True)
            os.makedirs(work)
            seeds = [corpus] if os.path.isdir(corpus) else []
            status, out = run([path, "-seed=1", "-runs=" + FUZZ_RUNS, "-max_total_time=25", "-timeout=10", "-print_final_stats=0",
                               "-verbosity=0", work, *seeds], cwd=work, timeout=120)
            tally.read("fuzz", f"{'ok' if status == 0 else 'not ok'} - {name} finds nothing\n" + (out if status else ""), status)


def step_program(tally):
    """The whole program against a scripted upstream."""
    script = os.path.join(ROOT, "tests", "program", "run.py")
    alone = loopback_alone()
    status, out = run([*alone, sys.executable, script, "--fulcrum", os.path.join(ROOT, "build", "fulcrum")], timeout=900)
    tally.read("program", out, status)
    tally.read("program", "ok - all of it saw no network but loopback" if alone else
               "ok - all of it saw no network but loopback # SKIP this system allows no network namespaces", 0)


def step_peers(tally):
    """The clients of OpenAI, Anthropic and Google: what they decode we decode, what we write they know."""
    script = os.path.join(ROOT, "tests", "peers", "run.py")
    status, out = run([sys.executable, script, "--fulcrum", os.path.join(ROOT, "build", "fulcrum")], timeout=600)
    tally.read("peers", out, status)


def step_style(tally):
    """Layers, contracts, format; and that the layer check refuses what it must."""
    script = os.path.join(ROOT, "tests", "style", "check_style.py")
    status, out = run([sys.executable, script])
    tally.read("style", out, status)
    status, out = run([sys.executable, script, os.path.join(ROOT, "tests", "style", "fixture")])
    upward = "base/ may not include net/" in out and "begins with its contract comment" in out and status != 0
    tally.read("style", f"{'ok' if upward else 'not ok'} - an include of a later folder and a bare header are refused", 0)
    files = [os.path.join(d, n) for top in ("src", "tests", "tools") for d, _, names in os.walk(os.path.join(ROOT, top))
             for n in names if n.endswith((".c", ".h")) and "fixture" not in d]
    status, out = run(["clang-format-14", "--dry-run", "-Werror", *files])
    tally.read("style", f"{'ok' if status == 0 else 'not ok'} - every C file has the house format\n" + out[:3000], 0)


def step_static(tally):
    """clang-tidy's analyser over the sources (checks in .clang-tidy)."""
    files = sorted(os.path.join(d, n) for d, _, names in os.walk(os.path.join(ROOT, "src")) for n in names if n.endswith(".c"))
    half = [files[0::2], files[1::2]]
    procs = [subprocess.Popen(["clang-tidy-14", "--quiet", "-p", os.path.join(ROOT, "build", "asan"), *h], cwd=ROOT, env=ENV,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for h in half]
    out = "".join(p.communicate()[0].decode("utf-8", "replace") for p in procs)
    clean = all(p.returncode == 0 for p in procs)
    tally.read("static", f"{'ok' if clean else 'not ok'} - clang-tidy has no objection\n" +
               "".join(line + "\n" for line in out.splitlines() if ": error:" in line), 0)


def step_browser(tally):
    """The report in headless Chromium, at desktop and phone width."""
    work = os.path.join(ROOT, "build", "browser")
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    report = os.path.join(work, "crux.html")
    fulcrum = os.path.join(ROOT, "build", "fulcrum")
    status, out = run([fulcrum, "balance", "--matrix", "examples/crux.csv.gz", "--value", "1", "--epsilon", "0.01", "--report", report])
    if status != 0:
        tally.read("browser", "not ok - the report is made\n" + out, status)
        return
    reports = [report]
    demo = os.path.join(ROOT, "build", "demo", "triage.html")
    if os.path.exists(demo):
        reports.append(demo)
    status, out = run([os.path.join(ROOT, "build", "tests", "present", "make_reports"), work]) # hostile names, odd shapes
    reports += [line for line in out.splitlines() if line.endswith(".html")] if status == 0 else []
    status, out = run([sys.executable, os.path.join(ROOT, "tests", "browser", "report_test.py"), *reports], timeout=300)
    tally.read("browser", out, status)


def step_demo(tally):
    """./demo, offline, on the recorded calls."""
    status, out = run([os.path.join(ROOT, "demo")], timeout=300)
    said = out.count("Take ") + out.count("Stay with ")
    made = os.path.exists(os.path.join(ROOT, "build", "demo", "report.html"))
    tally.read("demo", f"{'ok' if status == 0 and made else 'not ok'} - ./demo replays the recordings and leaves its report\n"
               f"{'ok' if said >= 4 else 'not ok'} - ./demo names a choice for each of its four races\n"
               f"{'ok' if out.count('0 of the calls were made now') == 3 else 'not ok'} - ./demo makes no call\n"
               + ("" if status == 0 and said >= 4 else out[-4000:]), 0)


def step_install(tally):
    """Installed into a folder: program, manual pages, completions; and that the program is hardened."""
    dest = os.path.join(ROOT, "build", "install")
    shutil.rmtree(dest, ignore_errors=True)
    status, out = run(["meson", "install", "-C", os.path.join(ROOT, "build"), "--no-rebuild", "--destdir", dest])
    found = {name: os.path.join(d, name) for d, _, names in os.walk(dest) for name in names}
    says, version = run([found["fulcrum"], "--version"]) if "fulcrum" in found else (1, "")
    tally.read("install", f"{'ok' if status == 0 and says == 0 and version.startswith('fulcrum ') else 'not ok'} - meson install "
               "puts the program where it runs\n" + ("" if status == 0 else out[-2000:]), 0)
    missing = {"fulcrum.1", "fulcrum-balance.1", "fulcrum-cost-agent.1", "fulcrum-task.5", "_fulcrum", "fulcrum.fish",
               "task.schema.json"} - set(found)
    tally.read("install", f"{'not ok' if missing else 'ok'} - manual pages, completions and schemas are installed\n{missing or ''}", 0)
    _, elf = run(["readelf", "-W", "-h", "-d", "-l", "-s", os.path.join(ROOT, "build", "fulcrum")])
    for name, mark in (("position independent", "DYN ("), ("full RELRO", "BIND_NOW"), ("RELRO segment", "GNU_RELRO"),
                       ("stack protector", "__stack_chk_fail"), ("fortified calls", "_chk@GLIBC")):
        tally.read("install", f"{'ok' if mark in elf else 'not ok'} - the program is built with {name}", 0)


def release_test(tally, *options):
    script = os.path.join(ROOT, "tests", "program", "release_test.py")
    status, out = run([sys.executable, script, os.path.join(ROOT, "build", "release"), *options], timeout=600)
    tally.read("release", out, status)


def step_release(tally):
    """Tarball, Debian package and wheel of HEAD, each installed into a clean place, where it does the main job."""
    release_test(tally)


def step_release_twice(tally):
    """The same release built a second time, under another path: the same bytes. Not part of ./check."""
    release_test(tally, "--twice")


def step_live(tally):
    """A task on a real model server with the smallest model, where it can be had."""
    script = os.path.join(ROOT, "tests", "program", "live.py")
    status, out = run([sys.executable, script, "--fulcrum", os.path.join(ROOT, "build", "fulcrum")], timeout=600)
    tally.read("live", out, status)


STEPS = {"style": step_style, "unit": step_unit, "demo": step_demo, "program": step_program, "peers": step_peers, "browser": step_browser,
         "valgrind": step_valgrind, "asan": step_asan, "install": step_install, "static": step_static, "tsan": step_tsan, "fuzz": step_fuzz, "release": step_release, "live": step_live}
ON_REQUEST = {"release-twice": step_release_twice}


def main():
    chosen = sys.argv[1:] or list(STEPS)
    steps = {**STEPS, **ON_REQUEST}
    unknown = [s for s in chosen if s not in steps]
    if unknown:
        print(f"no such step: {' '.join(unknown)}; there are {' '.join(steps)}")
        sys.exit(2)
    german_locale()
    tally = Tally()
    for name in chosen:
        begun, before = time.monotonic(), len(tally.failed)
        print(f"== {name}: {steps[name].__doc__.splitlines()[0]}", flush=True)
        steps[name](tally)
        print(f"   {'ok' if len(tally.failed) == before else 'FAILED'}, {time.monotonic() - begun:.0f} s", flush=True)
    for line in tally.skipped:
        print("skipped: " + line)
    for line in tally.failed:
        print("FAILED: " + line)
    print(f"{tally.passed} passed, {len(tally.failed)} failed" + (f", {len(tally.skipped)} skipped" if tally.skipped else ""))
    sys.exit(1 if tally.failed else 0)


if __name__ == "__main__":
    main()
