"""Fulcrum from Python: the program of this wheel, run as a child, its JSON as dicts.

    import fulcrum, pandas
    choice = fulcrum.run("tickets.yaml", "--budget", "1 USD")["decision"]["candidate"]
    frame = pandas.DataFrame(fulcrum.cells("tickets.yaml"))

Nothing is computed here. What the program writes to standard error (progress, notes) goes where yours goes, unless you
pass "--quiet". State and configuration are the program's own (FULCRUM_STATE, FULCRUM_CONFIG, or "--state FILE").
"""
import json
import os
import subprocess
import tempfile
from typing import Any, Dict, Iterator, Optional, Tuple

__all__ = ["Error", "cells", "eval", "program", "run"]


class Error(Exception):
    """What went wrong, as the program says it (schema fulcrum.error/1).

    code: one word such as "not_found"; message: one sentence; place: dict with file, line and column, or None; found,
    expected, help: texts, or None; status: the program's exit status.
    """

    def __init__(self, error: Dict[str, Any], status: int):
        self.code: str = error["code"]
        self.message: str = error["message"]
        self.place: Optional[Dict[str, Any]] = error.get("place")
        self.found: Optional[str] = error.get("found")
        self.expected: Optional[str] = error.get("expected")
        self.help: Optional[str] = error.get("help")
        self.status = status
        place = ":".join(str(self.place[k]) for k in ("file", "line", "column") if k in self.place) + ": " if self.place else ""
        super().__init__(place + self.message)


def program() -> str:
    """Path of the program in this wheel."""
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "bin", "fulcrum")


def _json(command: str, task: str, options: Tuple[str, ...]) -> Dict[str, Any]:
    done = subprocess.run([program(), command, os.fspath(task), "--json", *map(str, options)], stdout=subprocess.PIPE, check=False)
    try:
        answer: Dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise Error({"code": "crashed", "message": f"fulcrum {command} ended with {done.returncode} and no JSON"}, done.returncode) from None
    if answer.get("schema") == "fulcrum.error/1":
        raise Error(answer["error"], done.returncode)
    return answer


def run(task: str, *options: str) -> Dict[str, Any]:
    """Races the candidates of a task file (`fulcrum balance`); the dict is its fulcrum.balance/1.

    options are those of the command line, one argument each: run("t.yaml", "--within", "2 points"). A race that ends
    without a choice, or is stopped by its budget, is an answer too; raises Error when there is none.
    """
    return _json("balance", task, options)


def eval(task: str, *options: str) -> Dict[str, Any]:
    """Runs every candidate on every item (`fulcrum eval`); the dict is its fulcrum.eval/1. Raises Error."""
    return _json("eval", task, options)


def cells(task: str, *options: str) -> Iterator[Dict[str, Any]]:
    """Every answer of an evaluation, one dict a cell (`fulcrum eval --cells`). Runs at once; cells are read one by one.

    Raises Error.
    """
    with tempfile.TemporaryDirectory(prefix="fulcrum-cells-") as folder:
        path = os.path.join(folder, "cells.jsonl")
        _json("eval", task, ("--cells", path, *options))
        lines = open(path, encoding="utf-8")  # stays readable when the folder goes

    def each() -> Iterator[Dict[str, Any]]:
        with lines:
            for line in lines:
                yield json.loads(line)
    return each()
