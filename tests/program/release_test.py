#!/usr/bin/env python3
"""What is given to people who do not clone: each package, installed into a clean place, does the main job there.

usage: release_test.py WORK [--twice]      WORK is a folder for builds and installations, builds of it are used again

Makes the release of HEAD with tools/release, packs it a second time and compares; with --twice it builds a second time too,
under another path. Prints TAP.
"""
import http.server
import json
import os
import shutil
import ssl
import subprocess
import sys
import threading

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXPECTED = "gemma/gemma3-270m +12ex /short"  # what ./demo chooses for triage
failed = 0


def tell(ok, fact, why=""):
    global failed
    failed += not ok
    print(f"{'ok' if ok else 'not ok'} - {fact}", flush=True)
    if not ok:
        print("".join(f"# {line}\n" for line in str(why)[-3000:].splitlines()), end="", flush=True)
    return ok


def skip(fact, why):
    print(f"ok - {fact} # SKIP {why}", flush=True)


def run(*command, cwd=None, env=None):
    p = subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return p.returncode, p.stdout.decode("utf-8", "replace")


def clean(home, **more):
    """An environment that knows nothing of this checkout."""
    return {"PATH": "/usr/bin:/bin", "HOME": home, "TMPDIR": home, **more}


def fresh(*parts):
    path = os.path.join(*parts)
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    return path


def does_the_job(fact, program, examples, home):
    """Imports the recordings that come with it and races; makes no call."""
    env = clean(home, FULCRUM_STATE=os.path.join(home, "state.db"))
    status, out = run(program, "import", os.path.join(examples, "recordings", "triage.jsonl.gz"), cwd=home, env=env)
    if status == 0:
        status, out = run(program, "--quiet", "balance", os.path.join(examples, "triage.yaml"), cwd=home, env=env)
    tell(status == 0 and f"Take {EXPECTED}" in out and "0 of the calls were made now" in out, fact, out)


def asks_for_libc_alone(program):
    _, out = run("ldd", program)
    asked = {line.split()[0].split("/")[-1].split(".so")[0] for line in out.splitlines()}
    tell(asked <= {"linux-vdso", "libc", "libm", "ld-linux-x86-64", "ld-linux-aarch64", "libpthread", "libdl", "librt"},
         "the tarball's program asks for no library but libc", out)


def no_path_stays(program, work):
    with open(program, "rb") as f:
        content = f.read()
    tell(os.fsencode(work) not in content and b"build-static" not in content, "no path of the build stays in the program")


# --- each package -----------------------------------------------------------------------------------------------------

def check_tarball(path, work):
    place = fresh(work, "tarball")
    status, out = run("tar", "-xzf", path, "-C", place)
    if not tell(status == 0, "the tarball unpacks", out):
        return
    top = os.path.join(place, os.listdir(place)[0])
    program = os.path.join(top, "bin", "fulcrum")
    does_the_job("the tarball's program does the main job on the examples beside it", program, os.path.join(top, "examples"), place)
    asks_for_libc_alone(program)
    no_path_stays(program, work)
    wanted = ["README.md", "LICENSE", "licenses/LINKED.txt", "licenses/libssl.txt", "licenses/libsqlite3.txt", "docs/task-file.md",
              "share/man/man1/fulcrum-balance.1", "share/man/man5/fulcrum-task.5", "share/bash-completion/completions/fulcrum",
              "share/zsh/site-functions/_fulcrum", "share/fish/vendor_completions.d/fulcrum.fish", "share/fulcrum/task.schema.json",
              "share/fulcrum/catalog/openai.yaml"]
    missing = [name for name in wanted if not os.path.exists(os.path.join(top, name))]
    tell(not missing, "the tarball has pages, completions, catalogue, documents and the licences of what is inside", missing)
    status, out = run(program, "models", "check", "--alone", *sorted(
        os.path.join(top, "share", "fulcrum", "catalog", n) for n in os.listdir(os.path.join(top, "share", "fulcrum", "catalog"))),
        env=clean(place))
    tell(status == 0, "the catalogue in the tarball is whole", out)
    finds_authorities(program, place)


def check_deb(path, work):
    place = fresh(work, "deb")
    status, out = run("dpkg-deb", "-x", path, place)
    if not tell(status == 0, "the Debian package unpacks", out):
        return
    doc = os.path.join(place, "usr", "share", "doc", "fulcrum")
    does_the_job("the Debian package's program does the main job", os.path.join(place, "usr", "bin", "fulcrum"),
                 os.path.join(doc, "examples"), place)
    status, out = run("dpkg-deb", "-f", path, "Depends")
    tell(all(name in out for name in ("libc6 (>=", "libssl3 (>=", "libsqlite3-0 (>=", "libuv1 (>=")), "the package depends on what it is linked to", out)
    if shutil.which("lintian"):
        status, out = run("lintian", "--fail-on", "error", path)
        tell(status == 0 and "E: " not in out, "lintian finds no error in the package", out)
    else:
        skip("lintian finds no error in the package", "lintian is not installed")


PYTHON = """
import fulcrum, json, os, sys
examples, where = sys.argv[1:]
task = os.path.join(examples, "triage.yaml")
assert os.access(fulcrum.program(), os.X_OK)
b = fulcrum.run(task, "--quiet")
assert b["schema"] == "fulcrum.balance/1", b
e = fulcrum.eval(task, "--quiet")
assert e["schema"] == "fulcrum.eval/1" and len(e["candidates"]) == 12
cells = fulcrum.cells(task, "--quiet")
first = next(cells)
assert first["item"] and 0 <= first["score"] <= 1, first
assert 1 + sum(1 for _ in cells) == 12 * 150
try:
    fulcrum.run("nowhere.yaml")
    raise SystemExit("no Error")
except fulcrum.Error as error:
    assert error.code == "not_found" and error.place["file"] == "nowhere.yaml" and error.help and error.status == 2, vars(error)
print("chose", b["decision"]["candidate"])
"""


def check_wheel(path, work):
    place = fresh(work, "wheel")
    status, out = run(sys.executable, "-m", "venv", os.path.join(place, "venv"))
    if status != 0:
        skip("the wheel installs", "this Python makes no virtual environments")
        return
    bin = os.path.join(place, "venv", "bin")
    status, out = run(os.path.join(bin, "pip"), "install", "--no-index", "--quiet", "--disable-pip-version-check", path, env=clean(place))
    if not tell(status == 0, "pip installs the wheel with no index", out):
        return
    examples = os.path.join(ROOT, "examples")
    does_the_job("the wheel's command does the main job", os.path.join(bin, "fulcrum"), examples, place)
    env = clean(place, FULCRUM_STATE=os.path.join(place, "state.db"))
    status, out = run(os.path.join(bin, "python"), "-c", PYTHON, examples, place, cwd=place, env=env)
    tell(status == 0 and EXPECTED in out, "the module runs a race, an evaluation, its cells, and raises what the program says", out)
    status, out = run(os.path.join(bin, "python"), "-m", "fulcrum", "--version", env=env)
    tell(status == 0 and out.startswith("fulcrum "), "python -m fulcrum is the program", out)
    status, out = run(os.path.join(bin, "pip"), "check", env=env)
    tell(status == 0, "pip finds nothing broken", out)
    if shutil.which("uvx"):
        status, out = run("uvx", "--offline", "--from", path, "fulcrum", "--version", env=clean(place, PATH=os.environ["PATH"]))
        tell(status == 0 and "fulcrum " in out, "uvx runs the wheel", out)
    else:
        skip("uvx runs the wheel", "uv is not installed")


# --- another system's certificates ------------------------------------------------------------------------------------

class Model(http.server.BaseHTTPRequestHandler):
    """Answers any chat request with the word billing."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"id": "x", "object": "chat.completion", "model": "m", "choices": [
            {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "billing"}}],
            "usage": {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def finds_authorities(program, place):
    """Where OpenSSL's own folder is not there, as on a system that is not Debian, the system's bundle is found."""
    fact = "the tarball's program finds the authorities of a system that keeps them elsewhere"
    key, cert = os.path.join(place, "key.pem"), os.path.join(place, "cert.pem")
    status, _ = run("unshare", "-m", "true")
    if status != 0:
        skip(fact, "this system lets nobody mount")
        return
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost",
        "-addext", "subjectAltName=DNS:localhost")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Model)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    task = {"task": "t", "data": [{"text": "a", "label": "billing"}], "prompt": "{{ text }}", "grade": [{"match": {"field": "label"}}],
            "candidates": {"models": ["lab/m"]}, "budget": "1 USD",
            "providers": {"lab": {"url": f"https://localhost:{server.server_port}/v1", "key": "none", "models": {
                "m": {"price": {"input": "1 USD/Mtok", "output": "1 USD/Mtok"}}}}}}
    task["providers"]["lab"].pop("key")
    with open(os.path.join(place, "tls.yaml"), "w", encoding="utf-8") as f:
        json.dump(task, f)
    ask = f"{program} --quiet --state {place}/tls.db eval {place}/tls.yaml --json"
    hide = "mount -t tmpfs none /usr/lib/ssl && "
    there = f"mount -t tmpfs none /etc/ssl && mkdir -p /etc/ssl && cp {cert} /etc/ssl/ca-bundle.pem && "
    status, out = run("unshare", "-m", "sh", "-c", f"cp {cert} {place}/bundle.pem; {there}{hide}{ask}", env=clean(place))
    tell(status == 0 and '"score":1' in out, fact, out)
    shutil.rmtree(os.path.join(place, "tls.db"), ignore_errors=True)
    status, out = run("unshare", "-m", "sh", "-c", f"mount -t tmpfs none /etc/ssl && {hide}{ask.replace('tls.db', 'none.db')}", env=clean(place))
    tell('"score":1' not in out, "and without any bundle it trusts nobody", out)
    server.shutdown()


# --- the same bytes ---------------------------------------------------------------------------------------------------

def make(work, builds, out):
    shutil.rmtree(out, ignore_errors=True)
    status, said = run(sys.executable, os.path.join(ROOT, "tools", "release"), "--out", out, "--builds", builds)
    return status, said


def main():
    work, twice = os.path.abspath(sys.argv[1]), "--twice" in sys.argv[2:]
    if run("git", "-C", ROOT, "rev-parse", "HEAD")[0] != 0:
        skip("tools/release makes tarball, package and wheel", "this is no git checkout")
        return 0
    os.makedirs(work, exist_ok=True)
    builds, first = os.path.join(work, "builds"), os.path.join(work, "first")
    head = run("git", "-C", ROOT, "rev-parse", "HEAD")[1].strip()
    for old in os.listdir(builds) if os.path.isdir(builds) else []:
        if old != head:
            shutil.rmtree(os.path.join(builds, old))
    status, sums = make(work, builds, first)
    made = sorted(os.listdir(first)) if os.path.isdir(first) else []
    ends = (".deb", ".tar.gz", ".whl")
    if not tell(status == 0 and all(any(n.endswith(e) for n in made) for e in ends), "tools/release makes tarball, package and wheel", sums):
        return 1
    if twice:
        other = fresh(work, "elsewhere")
        _, again = make(work, os.path.join(other, "builds"), os.path.join(work, "second"))
        tell(again == sums, "built again under another path, every byte is the same", sums + again)
        shutil.rmtree(other)
        return failed != 0
    _, again = make(work, builds, os.path.join(work, "second"))
    tell(again == sums, "packed again, every byte is the same", sums + again)
    checks = {".tar.gz": check_tarball, ".deb": check_deb, ".whl": check_wheel}
    for end, check in checks.items():
        check(os.path.join(first, next(n for n in made if n.endswith(end))), work)
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
