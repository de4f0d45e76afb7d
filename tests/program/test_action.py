"""The GitHub Action's steps, run as a runner would run them: inputs in the environment, outputs in files. No network."""
import hashlib
import io
import os
import re
import subprocess
import tarfile

import world
from upstream import Answer
from world import ticket_rule, ticket_task

ACTION = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "action")


def step(w, script, status=0, path="", **env):
    """Runs a step; returns its outputs, what it said, and what it added to the job's page."""
    for name in ("output", "page"):
        w.write(name, "")
    os.makedirs(w.path("temp"), exist_ok=True)
    r = subprocess.run([os.path.join(ACTION, script)], cwd=w.dir, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=w.environment({
        "GITHUB_OUTPUT": w.path("output"), "GITHUB_STEP_SUMMARY": w.path("page"), "RUNNER_TEMP": w.path("temp"),
        "GITHUB_ACTION_PATH": ACTION, "GITHUB_REPOSITORY": "owner/name", "FULCRUM_STATE": w.state,
        "PATH": path + os.environ["PATH"], **env}))
    assert r.returncode == status, f"{script} ended with {r.returncode}\n{r.stdout}{r.stderr}"
    return dict(line.split("=", 1) for line in w.read("output").splitlines()), r.stdout + r.stderr, w.read("page")


def run_step(w, task="t.yaml", command="eval", args="", status=0):
    return step(w, "run.sh", status, FULCRUM=world.FULCRUM, INPUT_TASK=task, INPUT_COMMAND=command, INPUT_ARGS=args)


def test_every_input_is_used_and_every_script_is_there(w):
    with open(os.path.join(ACTION, "action.yml"), encoding="utf-8") as f:
        text = f.read()
    inputs = re.findall(r"^  (\w+):$", text.split("outputs:")[0], re.M)
    assert {"task", "command", "args", "path", "version", "comment", "token"} == set(inputs)
    assert all(f"inputs.{name} " in text for name in inputs)
    for script in re.findall(r"GITHUB_ACTION_PATH/([\w.]+)", text):
        assert os.access(os.path.join(ACTION, script), os.X_OK), script
        subprocess.run(["bash", "-n", os.path.join(ACTION, script)], check=True)
    assert not re.search(r"run:.*\$\{\{", text), "an expression inside a script could bring commands of its own"
    outputs = set(re.findall(r"steps\.run\.outputs\.(\w+)", text))
    with open(os.path.join(ACTION, "run.sh"), encoding="utf-8") as f:
        assert outputs == set(re.findall(r'echo "(\w+)=', f.read()))


def release(w, version, tamper=False):
    """A folder as a release's downloads: the program in a tarball and its sums."""
    name = f"fulcrum-{version}-linux-{os.uname().machine}"
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        tar.add(world.FULCRUM, f"{name}/bin/fulcrum")
    os.makedirs(w.path(f"releases/v{version}"))
    w.write(f"releases/v{version}/{name}.tar.gz", packed.getvalue() + (b"x" if tamper else b""))
    w.write(f"releases/v{version}/SHA256SUMS", f"{hashlib.sha256(packed.getvalue()).hexdigest()}  {name}.tar.gz\n")
    return w.path(f"releases/v{version}/{name}.tar.gz")


def test_the_program_is_found_by_path_tarball_or_release(w):
    out, said, _ = step(w, "install.sh", INPUT_PATH=world.FULCRUM, INPUT_VERSION="")
    assert out["program"] == os.path.realpath(world.FULCRUM) and "fulcrum " in said
    tarball = release(w, "0.9.0")
    out, _, _ = step(w, "install.sh", INPUT_PATH=tarball, INPUT_VERSION="")
    assert subprocess.run([out["program"], "--version"], capture_output=True).returncode == 0
    out, _, _ = step(w, "install.sh", INPUT_PATH="", INPUT_VERSION="v0.9.0", FULCRUM_RELEASES="file://" + w.path("releases"),
                     ACTION_REPOSITORY="owner/action")
    assert out["program"].endswith("/bin/fulcrum")


def test_a_release_that_is_not_what_it_says_is_refused(w):
    release(w, "0.9.1", tamper=True)
    where = {"FULCRUM_RELEASES": "file://" + w.path("releases"), "ACTION_REPOSITORY": "owner/action", "INPUT_PATH": ""}
    out, said, _ = step(w, "install.sh", 2, INPUT_VERSION="0.9.1", **where)
    assert not out and "is not what its release says" in said
    assert "cannot be fetched" in step(w, "install.sh", 2, INPUT_VERSION="0.9.2", **where)[1]
    assert "is no version" in step(w, "install.sh", 2, INPUT_VERSION="../../x", **where)[1]


def test_an_evaluation_fills_the_outputs_and_the_page(w):
    server = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(server.url, n=40, **{"pass": "80%"}))
    out, _, page = run_step(w, args="--only lab/large")
    assert out["status"] == "0" and page.startswith("## fulcrum eval: tickets") and page == open(out["summary"], encoding="utf-8").read()
    assert "lab/large" in page and "lab/small" not in page
    assert os.path.getsize(out["junit"]) > 100 and '"fulcrum.eval/1"' in open(out["json"], encoding="utf-8").read()
    assert run_step(w)[0]["status"] == "1"


def test_a_choice_is_told_in_the_outputs(w):
    server = w.serve(ticket_rule)
    w.write("t.yaml", ticket_task(server.url, n=60))
    out, _, page = run_step(w, command="balance", args="--within '2 points'")
    assert out["status"] == "0" and out["candidate"].startswith("lab/") and out["candidate"] in out["statement"]
    assert "**Take " in page and not os.path.exists(w.path("report.html"))


def test_what_cannot_run_is_told_on_the_page(w):
    w.write("t.yaml", "task: x\n")
    out, said, page = run_step(w)
    assert out["status"] == "2" and "Ended with status 2" in page and "::error" in said
    assert "eval or balance" in run_step(w, command="export", status=2)[1]
    assert "quote" in run_step(w, args="--only 'x", status=2)[1]


def test_arguments_are_words_and_never_commands(w):
    server = w.serve(lambda request: Answer(text="billing"))
    w.write("t.yaml", ticket_task(server.url, n=2))
    run_step(w, args="--export \"$(touch made)\"", status=0)
    run_step(w, args="; touch made && `touch made`", status=0)
    assert not os.path.exists(w.path("made"))


GH = """#!/bin/sh
printf '%s\\n' "$*" >>calls
case "$*" in *--paginate*) [ -e old ] && echo 77 ;; *) for a; do case $a in body=@*) cat "${a#body=@}" >>bodies ;; esac; done ;; esac
exit 0
"""


def test_the_comment_is_made_once_and_renewed_afterwards(w):
    os.mkdir(w.path("bin"))
    os.chmod(w.write("bin/gh", GH), 0o755)
    w.write("s.md", "## figures\n")
    w.write("event", {"pull_request": {"number": 12}})
    env = {"path": w.path("bin") + ":", "GITHUB_EVENT_PATH": w.path("event"), "GH_TOKEN": "t", "INPUT_TASK": "t.yaml", "SUMMARY": w.path("s.md")}
    step(w, "comment.sh", **env)
    assert "--method POST repos/owner/name/issues/12/comments" in w.read("calls") and "## figures" in w.read("bodies")
    w.write("old", "")
    step(w, "comment.sh", **env)
    assert "--method PATCH repos/owner/name/issues/comments/77" in w.read("calls")
    w.write("event", {"push": True})
    w.write("calls", "")
    assert "no comment" in step(w, "comment.sh", **env)[1] and w.read("calls") == ""
