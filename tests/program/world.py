"""What a whole-program test stands in: a folder of its own with state, configuration and files, and the real binary.

Nothing of the machine's own settings gets in: the environment is made here, and HOME is the test's folder.
"""
import dataclasses
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile

from upstream import Answer, Upstream

FULCRUM = None  # path of the binary; run.py sets it
KEY_BYTES = 32


class Skip(Exception):
    """Raised by a test that cannot be had on this machine, with the reason."""


@dataclasses.dataclass
class Result:
    status: int
    out: str
    err: str

    @property
    def json(self):
        """The one object on standard output."""
        lines = self.out.removesuffix("\n").split("\n")
        assert len(lines) == 1, f"not one line on standard output: {self.out!r} {self.err!r}"
        return json.loads(lines[0])

    @property
    def error(self):
        assert self.json["schema"] == "fulcrum.error/1", self.out
        return self.json["error"]


class World:
    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="fulcrum-program-")
        self.state = os.path.join(self.dir, "state", "fulcrum.db")
        self.servers = []
        self.started = []

    def close(self):
        for p in self.started:
            if p.poll() is None:
                p.kill()
                p.communicate()
        for s in self.servers:
            s.close()
        shutil.rmtree(self.dir, ignore_errors=True)

    def serve(self, rule, about=None):
        self.servers.append(Upstream(rule, about))
        return self.servers[-1]

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, content):
        """Text as it is; anything else as JSON, which is YAML too."""
        text = content if isinstance(content, (str, bytes)) else json.dumps(content, ensure_ascii=False)
        with open(self.path(name), "wb") as f:
            f.write(text if isinstance(text, bytes) else text.encode())
        return self.path(name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as f:
            return f.read()

    def environment(self, extra=None):
        env = {"PATH": os.environ["PATH"], "HOME": self.dir, "XDG_STATE_HOME": self.path("xdg-state"),
               "XDG_CONFIG_HOME": self.path("xdg-config"), "TMPDIR": self.dir}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                env[name] = os.environ[name]
        env.update(extra or {})
        return env

    def start(self, *args, env=None, state=None):
        p = subprocess.Popen([FULCRUM, "--state", state or self.state, *args], cwd=self.dir, env=self.environment(env),
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.started.append(p)
        return p

    def end(self, process, timeout_s=60):
        out, err = process.communicate(timeout=timeout_s)
        return Result(process.returncode, out.decode(), err.decode())

    def run(self, *args, env=None, state=None, timeout_s=60):
        return self.end(self.start(*args, env=env, state=state), timeout_s)

    def ok(self, *args, status=0, **more):
        r = self.run(*args, **more)
        assert r.status == status, f"{args} ended with {r.status}, not {status}\n{r.out}\n{r.err}"
        return r

    def query(self, sql, *args, state=None):
        db = sqlite3.connect(f"file:{state or self.state}?mode=ro", uri=True, timeout=10)
        try:
            return db.execute(sql, args).fetchall()
        finally:
            db.close()

    def money(self):
        """(spent, held) of all scopes, from the state file."""
        spent = self.query("SELECT COALESCE(SUM(cost_nusd), 0) FROM ledger")[0][0]
        held = self.query("SELECT COALESCE(SUM(amount_nusd), 0) FROM hold")[0][0]
        return spent, held


# --- a task and a server that fit together ----------------------------------------------------------------------------

def luck(*parts):
    """A number in [0,1) that depends on the parts alone."""
    return int.from_bytes(hashlib.sha256("|".join(map(str, parts)).encode()).digest()[:6], "big") / 2 ** 48


QUEUES = ["billing", "login", "shipping", "refund", "other", "bug"]


def items(n):
    return [{"id": f"i{i}", "text": f"ticket {i}", "label": QUEUES[int(luck("label", i) * len(QUEUES))]}
            for i in range(1, n + 1)]


SKILL = {"small": 0.70, "mid": 0.90, "large": 0.92, "bad": 0.30}
PRICES = {"small": (1, 2), "mid": (4, 8), "large": (30, 60), "bad": (2, 4)}  # USD a million tokens


def ticket_rule(request):
    """Answers "ticket N label L": right as often as the model's skill says, on the same items for all."""
    words = request.text.split()
    item, label = words[1], words[3]
    right = luck("hard", item) < SKILL.get(request.model, 0.5)
    return Answer(text=label if right else QUEUES[(QUEUES.index(label) + 1) % len(QUEUES)],
                  output=5 + int(luck("length", request.model, item) * 4))


def provider(url, **more):
    return {"url": url, "models": {m: {"price": {"input": f"{i} USD/Mtok", "output": f"{o} USD/Mtok"}}
                                   for m, (i, o) in PRICES.items()}, **more}


def ticket_task(url, n=60, models=("small", "mid", "large"), lab=None, candidates=None, **more):
    task = {"task": "tickets", "data": items(n), "prompt": "{{ text }} label {{ label }}",
            "grade": [{"match": {"field": "label", "ignore": ["case", "space"]}}],
            "candidates": candidates or {"models": [f"lab/{m}" for m in models]},
            "budget": "1 USD", "providers": {"lab": provider(url, **(lab or {}))}}
    task.update(more)
    return {k: v for k, v in task.items() if v is not None}


def interrupt(process, how=signal.SIGINT):
    os.kill(process.pid, how)
