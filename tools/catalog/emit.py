"""Writes maps and lists as YAML: small maps in flow style on one line, the rest as blocks.

Numbers keep the digits of the facts (decimal.Decimal), texts are quoted only where they would be read as something else.
"""
import json
import re
from decimal import Decimal

WIDTH = 150
PLAIN = re.compile(r"[A-Za-z_(<>~][A-Za-z0-9 _./+()<>=$%;@'~^*-]*(:[A-Za-z0-9/][A-Za-z0-9 _./+()$%;@'~^*-]*)*$")
DAY = re.compile(r"\d{4}(-\d\d){0,2}$")
WORDS = {"yes", "no", "true", "false", "null", "on", "off", "y", "n"}


class Flow(dict):
    """A map that stands on one line where it fits."""


class Day(str):
    """A day, a month or a year: plain where a date is expected."""


class Word(str):
    """A word of the catalogue, yes and no among them: never quoted."""


class Text(str):
    """A text that is quoted when it could be read as a number or a day."""


def number(n):
    if isinstance(n, Decimal):
        text = format(n, "f")
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        return text or "0"
    return repr(n)


def scalar(v):
    if v is True or v is False:
        return "true" if v else "false"
    if isinstance(v, (int, float, Decimal)):
        return number(v)
    if isinstance(v, Word) or isinstance(v, Day) or DAY.match(v) and not isinstance(v, Text):
        return str(v)
    if PLAIN.match(v) and v.strip() == v and v.lower() not in WORDS:
        return v
    return json.dumps(v, ensure_ascii=False)


def flow(v):
    if isinstance(v, dict):
        return "{" + ", ".join(scalar(k) + ": " + flow(x) for k, x in v.items()) + "}"
    if isinstance(v, (list, tuple)):
        return "[" + ", ".join(flow(x) for x in v) + "]"
    return scalar(v)


def wrapped(v, head, indent):
    """A flow map over as many lines as it needs; a member is never broken."""
    lines, line = [], head + "{"
    members = [scalar(k) + ": " + flow(x) for k, x in v.items()]
    for i, member in enumerate(members):
        end = "}" if i == len(members) - 1 else ","
        if len(line) + 1 + len(member) + 1 > WIDTH and line.strip() != "- {":
            lines.append(line)
            line = indent + member + end
        else:
            line += ("" if line.endswith("{") else " ") + member + end
    return lines + [line]


def fold(text, indent):
    """A long text as a folded block."""
    out, line = [">-"], ""
    for word in text.split(" "):
        if line and len(indent) + len(line) + 1 + len(word) > 125:
            out.append(indent + line)
            line = word
        else:
            line = line + " " + word if line else word
    out.append(indent + line)
    return out


def foldable(v):
    return isinstance(v, str) and len(v) > 90 and "\n" not in v and "  " not in v and v.strip() == v


def block(v, depth=0):
    """Lines of a value below a key or a dash."""
    pad = "  " * depth
    lines = []
    if isinstance(v, dict):
        for k, x in v.items():
            put(lines, pad + scalar(k) + ":", x, depth)
    else:
        for x in v:
            put_item(lines, pad, x, depth)
    return lines


def fits(v, room):
    return isinstance(v, Flow) and room + len(flow(v)) <= WIDTH


def put(lines, head, x, depth):
    if isinstance(x, Flow):
        lines += wrapped(x, head + " ", "  " * depth + "  ")
    elif isinstance(x, dict) and not fits(x, len(head) + 1):
        lines.append(head)
        lines += block(x, depth + 1)
    elif isinstance(x, dict) or not isinstance(x, (list, tuple)):
        if foldable(x) and len(head) + len(x) > 125:
            folded = fold(x, "  " * (depth + 1))
            lines.append(head + " " + folded[0])
            lines += folded[1:]
        else:
            lines.append(head + " " + (flow(x) if isinstance(x, dict) else scalar(x)))
    elif not x or all(not isinstance(e, (dict, list, tuple)) for e in x) and len(head) + len(flow(x)) <= WIDTH:
        lines.append(head + " " + flow(x))
    else:
        lines.append(head)
        lines += block(x, depth + 1)


def put_item(lines, pad, x, depth):
    if isinstance(x, Flow):
        lines += wrapped(x, pad + "- ", pad + "   ")
    elif isinstance(x, dict) and not fits(x, len(pad) + 2):
        inner = block(x, depth + 1)
        inner[0] = pad + "- " + inner[0].lstrip(" ")
        lines += inner
    elif isinstance(x, dict):
        lines.append(pad + "- " + flow(x))
    else:
        lines.append(pad + "- " + (flow(x) if isinstance(x, (list, tuple)) else scalar(x)))


def document(comment, tree):
    head = ["# " + line if line else "#" for line in comment.strip().split("\n")]
    return "\n".join(head + [""] + block(tree)) + "\n"
