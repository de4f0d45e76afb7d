"""What is made from the tables of commands, options and keys: completion as the real shells see it, manual pages."""
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
bindkey '^I' list-choices
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
        for n, (line, wanted, unwanted) in enumerate(LINES):
            if os.path.exists(w.path("offered")):
                os.unlink(w.path("offered"))
            os.write(terminal, line.encode() + b"\t" + b"\x15print line'" + str(n).encode() + b"'.\n")
            read_until(terminal, f"line{n}.")
            offered = set(w.read("offered").splitlines()) if os.path.exists(w.path("offered")) else set()
            check({o.removesuffix("=") for o in offered}, line, wanted, unwanted)
    finally:
        os.close(terminal)
        os.kill(child, 9)
        os.waitpid(child, 0)


def test_a_shell_that_is_not_known_is_refused_by_name(w):
    r = w.ok("completion", "tcsh", "--json", status=2)
    assert r.error["expected"] == "bash, zsh or fish"
