"""Keys that nobody may find again: random ones are planted wherever a key can be, then everything that the program leaves
or shows is searched for them, byte for byte.
"""
import base64
import json
import os
import resource
import secrets
import signal
import sqlite3
import subprocess
import sys
import urllib.parse

import world
from upstream import Answer, stream_body
from world import Skip, interrupt, items, provider, ticket_rule, ticket_task

INPUTS = "inputs"  # where the keys lie that the user wrote down; everything else is searched


def canary(name):
    return f"cnry{name}{secrets.token_hex(12)}Z"


def spellings(key):
    """A key as it is and in the disguises that are not hard to see through."""
    raw = key.encode()
    return [raw, raw.hex().encode(), urllib.parse.quote(key, safe="").encode(), raw[::-1],
            *(base64.b64encode(b"x" * n + raw)[4 if n else 0:-4] for n in range(3))]


class Search:
    """Everything that was said and left, and the keys that may not be in it."""

    def __init__(self, w, *keys):
        self.w, self.keys, self.said = w, keys, []

    def run(self, *args, env=None, **more):
        r = self.w.run("--config", self.w.path(f"{INPUTS}/fulcrum.yaml"), *args, env=env, **more)
        self.said.append((" ".join(args), (r.out + r.err).encode()))
        return r

    def files(self):
        for folder, _, names in os.walk(self.w.dir):
            if os.path.relpath(folder, self.w.dir).split(os.sep)[0] == INPUTS:
                continue
            for name in names:
                path = os.path.join(folder, name)
                with open(path, "rb") as f:
                    yield os.path.relpath(path, self.w.dir), f.read()
                if name.endswith(".db"):  # a value may be spread over pages
                    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
                    for table, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                        for row in db.execute(f'SELECT * FROM "{table}"'):
                            yield f"{name} {table}", b"\0".join(v if isinstance(v, bytes) else str(v).encode() for v in row)
                    db.close()

    def found(self):
        out, places = [], 0
        for where, content in [*self.said, *self.files()]:
            places += 1
            out += [f"{key[:12]}... in {where}" for key in self.keys for s in spellings(key) if s in content]
        assert places > len(self.said) > 0
        return sorted(set(out))

    def nothing(self):
        assert not self.found(), self.found()


def inputs(w, **files):
    os.makedirs(w.path(INPUTS), exist_ok=True)
    for name, content in files.items():
        w.write(f"{INPUTS}/{name.replace('__', '.')}", content)


# --- a server that says back what it was sent ---------------------------------------------------------------------------

def echo(q):
    """Says the headers back in every way that there is, by the number of the ticket."""
    a = ticket_rule(q)
    head = " ".join(f"{k}: {v}" for k, v in q.headers.items()) + " " + q.path
    key = (q.headers.get("authorization") or q.headers.get("x-api-key") or q.headers.get("x-goog-api-key") or "").split()[-1]
    n = int(q.text.split()[1])
    a.headers = {"X-Debug": head}
    a.more = {"debug": {"headers": q.headers}, "system_fingerprint": key}
    if n == 2:
        a.text = f"bug, and your key is {key}."
    faults = {3: Answer(status=400, error={"message": f"no: {head}", "type": key, "code": key}),
              4: Answer(status=500, raw=head.encode(), kind="text/plain"),
              5: Answer(raw=b"%s is no JSON" % key.encode()), 6: Answer(raw=json.dumps({"error": head}).encode()),
              7: Answer(wire=f"{head}\r\n\r\n".encode()), 8: Answer(wire=f"HTTP/1.1 200 OK\r\n{key}\r\n\r\n".encode()),
              9: Answer(status=302, headers={"Location": f"http://127.0.0.1:1/?key={key}"}),
              10: Answer(wire=f"HTTP/1.1 200 OK\r\nContent-Encoding: {key}\r\n\r\n".encode()),
              11: Answer(wire=f"HTTP/1.1 200 OK\r\nContent-Length: {key}\r\n\r\n".encode()),
              12: Answer(finish=key, text="bug"), 13: Answer(text=key, cut=-10),
              14: Answer(raw=stream_body(q, Answer(text=key)).replace(b'"usage"', b'"usage": "' + key.encode() + b'", "u"'),
                         kind="text/event-stream"),
              15: Answer(raw=b'data: {"' + key.encode() + b'\n\n', kind="text/event-stream"),
              16: Answer(wire=f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{key}\r\n".encode())}
    return faults.get(n, a)


def test_a_server_that_says_the_key_back_does_not_get_it_into_anything(w):
    env, file, command = canary("env"), canary("file"), canary("cmd")
    s = Search(w, env, file, command)
    up = w.serve(echo)
    inputs(w, key=file + "\n", printed=command + "\n")
    os.chmod(w.path(f"{INPUTS}/key"), 0o600)
    sources = {"openai": "env:LAB_KEY", "anthropic": f"file:{w.path(INPUTS + '/key')}",
               "gemini": f"cmd:cat {w.path(INPUTS + '/printed')}"}
    inputs(w, fulcrum__yaml={"providers": {d: {**provider(up.url), "dialect": d, "key": k} for d, k in sources.items()}})
    for stream in ("false", "true"):
        text = w.read(f"{INPUTS}/fulcrum.yaml")
        inputs(w, fulcrum__yaml=text.replace('"dialect"', f'"stream": {stream}, "dialect"'))
        w.state = w.path(f"{stream}/fulcrum.db")
        w.write("t.yaml", ticket_task(up.url, 18, candidates={"models": [f"{d}/mid" for d in sources]}, providers=None,
                                      goal="cheapest", within="5 points"))
        for args in (["eval", "t.yaml", "--json", "--cells", "c.jsonl", "--export", "m.csv", "--junit", "j.xml", "--summary",
                      "s.md"], ["eval", "t.yaml"], ["balance", "t.yaml", "--report", "r.html", "--json"],
                     ["balance", "t.yaml"], ["balance", "t.yaml", "--dry-run"], ["check", "t.yaml"], ["runs"],
                     ["runs", "--json"], ["providers", "--json"], ["providers", "--check"], ["show", "tickets-1"],
                     ["show", "tickets-1", "--json"], *(["show", "tickets-1", f"i{i}", "--json"] for i in range(1, 17)),
                     *(["show", "tickets-1", f"i{i}"] for i in range(1, 17)), ["export", "tickets-1", "x.jsonl"],
                     ["cost", "exchange", "x.jsonl", "--json"]):
            s.run(*args, env={"LAB_KEY": env})
        # the answers count, although what the server put into them is left out
        cells = {(c["item"], c["candidate"]): c for c in map(json.loads, w.read("c.jsonl").splitlines())}
        for d in sources:
            assert cells["i1", f"{d}/mid"]["outcome"] == "ok" and cells["i17", f"{d}/mid"]["outcome"] == "ok"
            assert cells["i2", f"{d}/mid"]["answer"] == "bug, and your key is [secret]."
            assert "[secret]" in cells["i3", f"{d}/mid"]["message"]
    sent = {q.headers.get("authorization") or q.headers.get("x-api-key") or q.headers.get("x-goog-api-key")
            for q in up.requests}
    assert sent >= {f"Bearer {env}", file, command}, "the keys were used"
    s.nothing()
    os.rename(w.path(f"{INPUTS}/key"), w.path("key"))
    assert s.found(), "a key that lies there is found"


# --- keys where none belong -------------------------------------------------------------------------------------------

def test_a_key_in_the_wrong_place_is_refused_without_being_shown(w):
    up = w.serve(ticket_rule)
    key = canary("lit")
    s = Search(w, key)
    base = {"url": up.url, "models": {"mid": {"price": {"input": "1 USD/Mtok", "output": "1 USD/Mtok"}}}}
    host = up.url.removeprefix("http://")
    wrong = [{"key": key}, {"key": f"sk-{key}"}, {"key": f"env:sk-{key}"}, {"key": f"env:{key}-x"}, {"key": f"Bearer {key}"},
             {"key": f"env: {key}"}, {"api_key": key}, {"headers": {"Authorization": f"Bearer {key}"}}, {"key": [key]},
             {"key": {"value": key}}, {"url": f"http://anna:{key}@{host}"}, {"url": f"http://anna:x@{key}@{host}"},
             {"url": f"http://{key}@{host}"}, {"url": f"{up.url}?key={key}"}, {"url": f"{up.url}#{key}"},
             {"url": f"ftp://anna:{key}@{host}"}, {"url": f"anna:{key}@{host}"}, {"url": f"http://anna:{key} @{host}"},
             {"url": f"http://[::1:{key}@{host}"}]
    w.write("t.yaml", ticket_task(up.url, 3, ["mid"], providers=None))
    commands = (["check", "t.yaml"], ["eval", "t.yaml"], ["balance", "t.yaml", "--dry-run"], ["providers"],
                ["providers", "lab", "--check"])
    for more in wrong:
        inputs(w, fulcrum__yaml={"providers": {"lab": {**base, **more}}})
        for args in commands:
            s.run(*args)
            r = s.run(*args, "--json")
            assert r.status in (2, 4), (more, args, r.out)
    for text in (f"providers:\n  lab:\n    url: {up.url}\n    key: {key}: oops\n", f"providers: {{lab: {{key: '{key}\n",
                 f"providers:\n  lab:\n   url: {up.url}\n    key: {key}\n", f"{key}\n", f"\"{key}", f"providers: {key}\n",
                 f"providers: {{lab: {key}}}\n", f"providers: {{openai: sk-{key}}}\n", f"providers:\n- {key}\n",
                 f"providers: {{lab: {{url: '{up.url}', key: '{key * 300}'}}}}\n"):
        inputs(w, fulcrum__yaml=text)
        for args in commands:
            s.run(*args)
            assert s.run(*args, "--json").status in (2, 4), (text, args)
    inputs(w, fulcrum__yaml={})
    task = ticket_task(up.url, 3, ["mid"])
    for more in wrong:  # in a task file, which may not name keys at all
        inputs(w, t__yaml={**task, "providers": {"lab": {**base, **more}}})
        for command in ("check", "eval"):
            s.run(command, f"{INPUTS}/t.yaml")
            assert s.run(command, f"{INPUTS}/t.yaml", "--json").status in (2, 4), more
    assert up.count() == 0, "nothing was sent"
    s.nothing()


def test_a_password_in_the_address_that_a_variable_gives_is_not_shown(w):
    up, key = w.serve(ticket_rule), canary("url")
    s = Search(w, key)
    host = up.url.removeprefix("http://")
    inputs(w, fulcrum__yaml={})
    w.write("t.yaml", ticket_task(up.url, 2, providers=None, candidates={"models": ["openai/gpt-4.1"]}, budget="none"))
    for url in (f"http://anna:{key}@{host}", f"http://{key}@{host}", f"{up.url}?key={key}", f"http://anna:x@{key}@{host}",
                f"http://anna:{key}@{host}?key={key}", f"{host}?{key}#{key}"):
        for args in (["providers"], ["providers", "openai", "--check"], ["check", "t.yaml"], ["balance", "t.yaml", "--dry-run"],
                     ["eval", "t.yaml"]):
            for more in ([], ["--json"]):
                s.run(*args, *more, env={"OPENAI_BASE_URL": url, "OPENAI_API_KEY": "sk-none"})
    assert not any("@" in q.path for q in up.requests)
    s.nothing()


def test_a_key_that_cannot_be_used_is_not_shown(w):
    up = w.serve(ticket_rule)
    key = canary("bad")
    s = Search(w, key)
    inputs(w, open=key, lines=f"{key}\n{key}\n", odd=f"{key} é\n", long=key * 400, good=key)
    for name in ("lines", "odd", "long", "good"):
        os.chmod(w.path(f"{INPUTS}/{name}"), 0o600)
    os.chmod(w.path(f"{INPUTS}/open"), 0o644)
    at = w.path(INPUTS)
    w.write("t.yaml", ticket_task(up.url, 3, ["mid"], providers=None))
    for source, value in ([(f"file:{at}/{n}", "") for n in ("open", "lines", "odd", "long")] +
                          [("env:LAB_KEY", v) for v in (f"{key}\n{key}", f"{key} x", f"{key}\té", key * 400)] +
                          [(f"cmd:cat {at}/{n}", "") for n in ("lines", "odd", "long")] + [(f"cmd:cat {at}/good; exit 3", "")]):
        inputs(w, fulcrum__yaml={"providers": {"lab": {**provider(up.url), "key": source}}})
        for args in (["eval", "t.yaml"], ["eval", "t.yaml", "--json"], ["balance", "t.yaml", "--json"],
                     ["providers", "lab", "--check", "--json"]):
            r = s.run(*args, env={"LAB_KEY": value})
            assert r.status == 4, (source, args, r.out)
    assert up.count() == 0
    s.nothing()


def test_the_password_of_a_proxy_is_in_nothing(w):
    word = canary("proxy")
    s = Search(w, word)
    inputs(w, fulcrum__yaml={"providers": {"lab": {**provider("https://models.example/v1"), "key": "env:LAB_KEY"}}})
    w.write("t.yaml", ticket_task("", 3, ["mid"], providers=None))
    for url in (f"http://anna:{word}@127.0.0.1:9", f"http://anna:x@{word}@127.0.0.1:9", f"http://anna:{word}%zz@127.0.0.1:9",
                f"https://anna:{word}@127.0.0.1:9", f"socks5://anna:{word}@127.0.0.1:9", f"http://anna:{word}@127.0.0.1:x",
                f"http://anna:{word} @127.0.0.1:9", f"anna:{word}@127.0.0.1:9", f"http://anna:{word}é@127.0.0.1:9"):
        for args in (["eval", "t.yaml"], ["eval", "t.yaml", "--json"], ["providers", "lab", "--check"],
                     ["providers", "lab", "--check", "--json"], ["check", "t.yaml", "--json"]):
            s.run(*args, env={"LAB_KEY": "key-of-the-lab", "HTTPS_PROXY": url, "http_proxy": url})
    s.nothing()


# --- programs of the user's -------------------------------------------------------------------------------------------

APP = r"""
import json, os, sys
token = os.environ["APP_TOKEN"]
open("environment-%d" % os.getpid(), "w").write("\n".join(k for k in os.environ) + "".join(
    v for k, v in os.environ.items() if k != "APP_TOKEN"))
for line in sys.stdin:
    q = json.loads(line)
    n = q["messages"][-1]["content"].split()[1]
    if n == "2":
        print("token " + token + " and no JSON", flush=True); continue
    if n == "3":
        sys.exit("no licence for " + token)
    if n == "4":
        print(json.dumps({"id": q["id"], "error": {"message": "bad " + token}}), flush=True); continue
    print(json.dumps({"id": q["id"], "text": "bug " + (token if n == "5" else ""), "token": token}), flush=True)
"""


def test_the_secrets_of_an_application_are_in_nothing_and_it_sees_no_other(w):
    token, key = canary("app"), canary("lab")
    s = Search(w, token, key)
    up = w.serve(ticket_rule)
    w.write("app.py", APP)
    inputs(w, fulcrum__yaml={"providers": {"lab": {**provider(up.url), "key": "env:LAB_KEY"}}})
    w.write("t.yaml", {"task": "apps", "data": items(8), "prompt": "{{ text }} label {{ label }}",
                       "grade": [{"match": {"field": "label"}}],
                       "candidates": ["lab/mid", {"name": "app", "command": [sys.executable, "app.py"], "env": ["APP_TOKEN"]}]})
    for args in (["eval", "t.yaml", "--allow-commands", "--json", "--cells", "c.jsonl"], ["eval", "t.yaml", "--allow-commands"],
                 ["show", "apps-1"], ["show", "apps-1", "i5", "--json"], ["show", "apps-1", "i5"], ["show", "apps-1", "i3"],
                 ["export", "apps-1", "x.jsonl"], ["check", "t.yaml", "--allow-commands"]):
        s.run(*args, env={"LAB_KEY": key, "APP_TOKEN": token})
    got = {(c["item"], c["candidate"]): c for c in map(json.loads, w.read("c.jsonl").splitlines())}
    assert got["i5", "app"]["answer"] == "bug [secret]", got["i5", "app"]
    seen = [n for n in os.listdir(w.dir) if n.startswith("environment-")]
    assert seen and all("LAB_KEY" not in w.read(n) and "APP_TOKEN" in w.read(n) for n in seen)
    s.nothing()


# --- the running program ----------------------------------------------------------------------------------------------

def held(w, key, env=None, **more):
    """A run whose second call is under way for as long as the test wants."""
    up = w.serve(lambda q: ticket_rule(q) if q.number == 1 else Answer(text="bug", delay_s=20))
    inputs(w, fulcrum__yaml={"providers": {"lab": {**provider(up.url), "key": "env:LAB_KEY"}}})
    w.write("t.yaml", ticket_task(up.url, 5, ["mid"], providers=None))
    p = subprocess.Popen([world.FULCRUM, "--config", w.path(f"{INPUTS}/fulcrum.yaml"), "--state", w.state, "eval", "t.yaml"],
                         cwd=w.dir, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         env=w.environment({"LAB_KEY": key, **(env or {})}), **more)
    w.started.append(p)
    up.wait_for(2)
    return p


def every_command_line():
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as f:
                yield pid, f.read()
        except OSError:
            pass


def test_no_command_line_shows_a_key_while_it_is_in_use(w):
    key = canary("ps")
    p = held(w, key)
    lines = list(every_command_line())
    assert any(int(pid) == p.pid for pid, _ in lines)
    assert not any(s in line for _, line in lines for s in spellings(key))
    interrupt(p, signal.SIGKILL)
    p.communicate()


def core_of(w, env, how):
    """Whether the kernel dumped the memory of a run that died by a signal, and the core files that lie in its folder."""
    def unlimited():
        resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)

    if resource.getrlimit(resource.RLIMIT_CORE)[1] != resource.RLIM_INFINITY:
        raise Skip("this system sets a hard limit on core files")
    key = canary("core")
    plain = os.environ.get("ASAN_OPTIONS", "") + ":handle_segv=0:disable_coredump=0"  # a sanitizer leaves the signal alone
    p = held(w, key, {**env, "ASAN_OPTIONS": plain}, preexec_fn=unlimited)
    os.kill(p.pid, how)
    _, status = os.waitpid(p.pid, 0)
    p.returncode = -how
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == how
    cores = [n for n in os.listdir(w.dir) if n.startswith("core")]
    found = any(key.encode() in open(w.path(n), "rb").read() for n in cores)
    return os.WCOREDUMP(status), cores, found


def test_a_crash_leaves_no_memory_behind_unless_the_user_wants_it(w):
    for how in (signal.SIGABRT, signal.SIGSEGV):
        dumped, cores, found = core_of(w, {}, how)
        assert not dumped and not cores and not found
    dumped, cores, found = core_of(w, {"FULCRUM_CORE": "1"}, signal.SIGABRT)
    if not dumped:
        raise Skip("this system dumps no core even where one is wanted")
    assert found or not cores, "there the key is, for the test to be worth something"


def test_nobody_of_the_same_name_reads_the_memory_or_the_environment(w):
    if os.getuid() != 0:
        raise Skip("needs root, to be somebody else")
    nobody, key = 65534, canary("proc")
    os.makedirs(w.path("state"))
    for folder, names, files in os.walk(w.dir):
        for name in [".", *names, *files]:
            os.chown(os.path.join(folder, name), nobody, nobody)
    look = ("import sys\n"
            "for name in ('mem', 'environ', 'maps'):\n"
            "    try: open(f'/proc/{sys.argv[1]}/{name}', 'rb').read(1); print(name)\n"
            "    except OSError: pass\n")

    def as_nobody():
        os.setgroups([])
        os.setgid(nobody)
        os.setuid(nobody)

    seen = []
    for env in ({}, {"FULCRUM_CORE": "1"}):
        try:
            p = held(w, key, env, preexec_fn=as_nobody)
        except (AssertionError, subprocess.SubprocessError) as e:
            raise Skip(f"nobody cannot run it here: {str(e)[:100]}") from e
        python = "/usr/bin/python3"
        seen.append(subprocess.run([python, "-c", look, str(p.pid)], stdout=subprocess.PIPE, preexec_fn=as_nobody,
                                   check=True).stdout.split())
        interrupt(p, signal.SIGKILL)
        p.communicate()
        w.state = w.path("state/second.db")
    assert seen[0] == [] and b"environ" in seen[1], seen
