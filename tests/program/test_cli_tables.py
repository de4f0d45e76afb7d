"""What is made from the tables of commands, options and keys: completion as the real shells see it, manual pages."""
import json
import os
import pty
import re
import select
import shutil
import subprocess
import time

import world
from world import Skip

# What is typed, what must be offered, what must not.
LINES = [
    ("fulcrum b", {"balance"}, {"eval", "--json"}),
    ("fulcrum ", {"advise", "balance", "cost", "models", "completion"}, {"agent", "cost agent"}),
    ("fulcrum cost a", {"agent"}, {"advise", "monthly"}),
    ("fulcrum cost agent --gr", {"--growth"}, {"--system"}),
    ("fulcrum --quiet cost agent --gr", {"--growth"}, {"--system"}),
    ("fulcrum --config some.yaml cost --quiet agent --gr", {"--growth"}, {"--system"}),
    ("fulcrum cost --gr", set(), {"--growth"}),
    ("fulcrum models show --js", {"--json"}, {"--quiet"}),
    ("fulcrum balance --", {"--report", "--mode", "--json", "--no-color"}, {"--growth"}),
    ("fulcrum balance --mode ", {"finite", "future"}, {"tickets.yaml", "--report"}),
    ("fulcrum balance --mode f", {"finite", "future"}, {"folder"}),
    ("fulcrum balance tick", {"tickets.yaml"}, {"balance"}),
    ("fulcrum balance --report tick", {"tickets.yaml"}, {"--report"}),
    ("fulcrum balance --seed tick", set(), {"tickets.yaml"}),
    ("fulcrum --state tick", {"tickets.yaml"}, {"balance"}),
    ("fulcrum schema ", {"task", "config"}, {"tickets.yaml"}),
    ("fulcrum completion z", {"zsh"}, {"bash"}),
]


def shell(name):
    path = shutil.which(name)
    if not path:
        raise Skip(f"{name} is not installed")
    return path


def script(w, name):
    w.write("tickets.yaml", "task: tickets\n")
    w.write("a file.jsonl", "{}\n")
    os.mkdir(w.path("folder"))
    return w.write("script", w.ok("completion", name).out)


def check(offered, line, wanted, unwanted):
    assert wanted <= offered and not unwanted & offered, f"{line!r} offers {sorted(offered)}"


BASH = r"""
source ./script
line=$1
words=($line)
COMP_WORDS=() # as readline parts a line: the equals sign is a word of its own
for word in "${words[@]}"; do
	if [[ $word == *=* ]]; then COMP_WORDS+=("${word%%=*}" =); [[ ${word#*=} ]] && COMP_WORDS+=("${word#*=}")
	else COMP_WORDS+=("$word"); fi
done
[[ $line == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_fulcrum
printf '%s\n' "${COMPREPLY[@]}"
"""


def bash_offers(w, path, line):
    r = subprocess.run([path, "--norc", "-u", "-c", BASH, "bash", line], cwd=w.dir, capture_output=True, text=True, env=w.environment())
    assert r.returncode == 0 and not r.stderr, r.stderr
    return set(r.stdout.splitlines())


def test_bash_completes_commands_options_files_and_words(w):
    path = shell("bash")
    script(w, "bash")
    for line, wanted, unwanted in LINES:
        check(bash_offers(w, path, line), line, wanted, unwanted)
    check(bash_offers(w, path, "fulcrum balance --mode=fi"), "--mode=fi", {"finite"}, {"future"})
    check(bash_offers(w, path, "fulcrum balance --mode="), "--mode=", {"finite", "future"}, {"tickets.yaml"})
    check(bash_offers(w, path, "fulcrum balance --report=tick"), "--report=tick", {"tickets.yaml"}, set())
    check(bash_offers(w, path, "fulcrum export run a"), "a file with a space", {"a file.jsonl"}, set())
    r = subprocess.run([path, "--norc", "-c", "source ./script && complete -p fulcrum"], cwd=w.dir, capture_output=True, text=True)
    assert "-F _fulcrum fulcrum" in r.stdout, r.stdout + r.stderr


def test_fish_completes_commands_options_files_and_words(w):
    path = shell("fish")
    script(w, "fish")
    for line, wanted, unwanted in LINES:
        if line.endswith("balance --"):
            line = "fulcrum balance --"
        r = subprocess.run([path, "--no-config", "-c", "source ./script; complete -C $argv[1]", line], cwd=w.dir, capture_output=True,
                           text=True, env=w.environment())
        assert r.returncode == 0 and not r.stderr, r.stderr
        check({offer.split("\t")[0] for offer in r.stdout.splitlines()}, line, wanted, unwanted)


ZSH_SETUP = r"""
PROMPT='ready> '
autoload -Uz compinit
compinit -u -D
source ./script
zstyle ':completion:*' list-max 0
LISTMAX=10000
# Notes what is offered, then offers it.
compadd() {
	if (( ! ${@[(I)-[OAD]]} )); then
		local -a noted
		builtin compadd -O noted "$@"
		print -rl -- $noted >>offered
	fi
	builtin compadd "$@"
}
noted() {
	zle list-choices
	BUFFER=
	print . >>offered
}
zle -N noted
bindkey '^I' noted
print set'up' done
"""


def read_until(terminal, mark, seconds=20):
    got = ""
    until = time.monotonic() + seconds
    while mark not in got and time.monotonic() < until:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                got += os.read(terminal, 65536).decode("utf-8", "replace")
            except OSError:
                break
    assert mark in got, got[-2000:]
    return got


def test_zsh_completes_commands_options_files_and_words(w):
    path = shell("zsh")
    script(w, "zsh")
    w.write("setup", ZSH_SETUP)
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(w.dir)
        os.execve(path, [path, "-f", "-i"], dict(w.environment(), TERM="dumb", LINES="200", COLUMNS="200"))
    try:
        os.write(terminal, b"unsetopt zle_bracketed_paste; source ./setup\n")
        read_until(terminal, "setup done")
        for line, wanted, unwanted in LINES:
            w.write("offered", "")
            os.write(terminal, line.encode() + b"\t")
            until = time.monotonic() + 20
            while not w.read("offered").endswith(".\n") and time.monotonic() < until:
                if select.select([terminal], [], [], 0.02)[0]:
                    os.read(terminal, 65536)
            offered = w.read("offered").splitlines()
            assert offered[-1:] == ["."], f"{line!r}: zsh did not answer"
            check({o.removesuffix("=") for o in offered}, line, wanted, unwanted)
    finally:
        os.close(terminal)
        os.kill(child, 9)
        os.waitpid(child, 0)


def test_a_shell_that_is_not_known_is_refused_by_name(w):
    r = w.ok("completion", "tcsh", "--json", status=2)
    assert r.error["expected"] == "bash, zsh or fish"


# --- manual pages -----------------------------------------------------------------------------------------------------

def commands(w):
    """The names that `fulcrum --help` lists, of one word or two."""
    listed = w.ok("--help").out.split("Commands:\n")[1].split("\n\n")[0]
    return re.findall(r"^  (\S+(?: \S+)?)", listed, re.M)


def test_every_command_and_file_has_a_manual_page(w):
    os.mkdir(w.path("man"))
    w.ok("manual", "--write", "man")
    names = {f"fulcrum-{c.replace(' ', '-')}.1" for c in commands(w)} | {"fulcrum.1", "fulcrum-task.5", "fulcrum-config.5"}
    assert len(names) > 35 and set(os.listdir(w.path("man"))) == names
    assert w.ok("manual").out == w.read("man/fulcrum.1")
    assert w.ok("manual", "cost", "agent").out == w.read("man/fulcrum-cost-agent.1")
    assert w.ok("manual", "task-file").out == w.read("man/fulcrum-task.5")
    assert "task-file" in w.ok("manual", "nonsense", "--json", status=2).error["expected"]
    w.ok("manual", "balance", "--write", "man", status=2)
    w.ok("manual", "--write", "nowhere", status=2)


def rendered(w, page):
    """A page as plain text; fails when anything warns."""
    tool = shutil.which("groff") or shutil.which("man")
    if not tool:
        raise Skip("neither groff nor man is installed")
    args = [tool, "-man", "-Tutf8", "-ww", "-P-c", "-P-b", "-P-u"] if tool.endswith("groff") else [tool, "-l", "--warnings"]
    r = subprocess.run([*args, page], capture_output=True, text=True, env=w.environment({"MANWIDTH": "100"}))
    assert r.returncode == 0 and r.stderr == "", f"{page}: {r.stderr}"
    return r.stdout


def test_manual_pages_render_without_a_warning_and_say_what_help_says(w):
    os.mkdir(w.path("man"))
    w.ok("manual", "--write", "man")
    pages = {name: rendered(w, w.path(f"man/{name}")) for name in os.listdir(w.path("man"))}
    for command in commands(w):
        page = pages[f"fulcrum-{command.replace(' ', '-')}.1"]
        said = w.ok(*command.split(), "--help").out
        for option in re.findall(r"^  (--[a-z0-9-]+)", said, re.M):
            assert option in page, f"{command} {option}"
        assert f"fulcrum {command}" in page and "EXIT STATUS" in page and "EXAMPLES" in page
    assert all(c in pages["fulcrum.1"] for c in commands(w))


def test_the_page_of_the_task_file_has_every_key_and_word_of_the_schema(w):
    for kind in ("task", "config"):
        page = w.ok("manual", f"{kind}-file").out
        schema = w.ok("schema", kind).out
        for name, part in json.loads(schema)["$defs"].items():
            if part is True or "properties" not in part or part.get("type") != "object":
                continue
            for key, field in part["properties"].items():
                assert "\\fB" + key.replace("-", "\\-") + "\\fR\n" in page, f"{name}.{key}"
                for word in field.get("enum", []):
                    assert word.replace("-", "\\-") in page, f"{name}.{key} {word}"
