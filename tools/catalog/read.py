"""Reads what emit.py writes, and files kept by hand in the same style: a subset of YAML.

Block maps and lists, flow maps and lists, plain and double-quoted scalars, folded texts (>-), comments on
lines of their own. Scalars stay text: whoever reads decides what they mean. Anything else raises ValueError.
"""
import glob
import json
import os
import re


def depth(s):
    """How many flow maps and lists the text leaves open."""
    open_, i = 0, 0
    while i < len(s):
        if s[i] == '"':
            i = quoted(s, i)
            continue
        open_ += (s[i] in "{[") - (s[i] in "}]")
        i += 1
    return open_


OPENS = re.compile(r'(- )?([^\s"{\[][^"{\[]*: )?[{\[]')


def joined(rows):
    """Flow maps over several lines as one."""
    held, left = None, 0
    for row in rows:
        if held:
            held = (held[0], held[1], held[2] + " " + row[2])
            left += depth(row[2])
        else:
            held, left = row, depth(row[2]) if OPENS.match(row[2]) else 0
        if left <= 0:
            yield held
            held = None
    if held:
        yield held


class Lines:
    def __init__(self, text, name):
        self.name = name
        self.rows = [(i + 1, len(l) - len(l.lstrip(" ")), l.strip()) for i, l in enumerate(text.split("\n"))
                     if l.strip() and not l.lstrip().startswith("#")]
        self.rows = list(joined(self.rows))
        self.at = 0

    def peek(self):
        return self.rows[self.at] if self.at < len(self.rows) else (0, -1, "")

    def wrong(self, what):
        raise ValueError("%s:%d: %s" % (self.name, self.rows[min(self.at, len(self.rows) - 1)][0], what))


def quoted(s, i):
    """End of the double-quoted text that begins at i."""
    j = i + 1
    while s[j] != '"':
        j += 2 if s[j] == "\\" else 1
    return j + 1


def flow(s, i=0):
    """(value, index behind it)"""
    if s[i] == "{" or s[i] == "[":
        out, closing = ({}, "}") if s[i] == "{" else ([], "]")
        i += 1
        while s[i] != closing:
            if s[i] in " ,":
                i += 1
            elif closing == "]":
                value, i = flow(s, i)
                out.append(value)
            else:
                key, i = atom(s, i, ":,}")
                if s[i] != ":":
                    raise ValueError("a key without a value in '%s'" % s[:60])
                value, i = flow(s, i + 2)
                if key in out:
                    raise ValueError("'%s' stands twice in '%s'" % (key, s[:60]))
                out[key] = value
        return out, i + 1
    return atom(s, i, ",]}")


def atom(s, i, ends):
    if s[i] == '"':
        j = quoted(s, i)
        return json.loads(s[i:j]), j
    j = i
    while j < len(s) and not (s[j] in ends and (s[j] != ":" or s[j + 1:j + 2] == " ")):
        j += 1
    return s[i:j].strip(), j


def value_of(s):
    if s[0] in "{[":
        value, end = flow(s)
    elif s[0] == '"':
        end = quoted(s, 0)
        value = json.loads(s[:end])
    else:
        return s
    if s[end:].strip():
        raise ValueError("text behind '%s'" % s[:60])
    return value


def split_key(s):
    """('key', 'rest') of a map's line; None when it is none."""
    if s[0] == '"':
        end = quoted(s, 0)
        return (json.loads(s[:end]), s[end + 1:].strip()) if s[end:end + 1] == ":" else None
    if s[0] in "{[":
        return None
    head, colon, rest = (s + " ").partition(": ")
    return (head, rest.strip()) if colon else None


def folded(lines, indent):
    out = []
    while lines.peek()[1] > indent:
        out.append(lines.rows[lines.at][2])
        lines.at += 1
    return " ".join(out)


def block(lines, indent):
    _, _, s = lines.peek()
    return block_list(lines, indent) if s.startswith("- ") else block_map(lines, indent)


def below(lines, indent, rest):
    """Value behind a key or dash: on the line, folded, or a block."""
    if rest == ">-":
        return folded(lines, indent)
    if rest:
        try:
            return value_of(rest)
        except (ValueError, IndexError) as e:
            lines.at -= 1
            lines.wrong(str(e))
    _, deeper, _ = lines.peek()
    return block(lines, deeper) if deeper > indent else ""


def block_map(lines, indent):
    out = {}
    while lines.peek()[1] == indent and not lines.peek()[2].startswith("- "):
        pair = split_key(lines.peek()[2])
        if not pair:
            lines.wrong("expected 'key: value'")
        if pair[0] in out:
            lines.wrong("'%s' stands twice" % pair[0])
        lines.at += 1
        out[pair[0]] = below(lines, indent, pair[1])
    if lines.peek()[1] > indent:
        lines.wrong("unexpected indentation")
    return out


def block_list(lines, indent):
    out = []
    while lines.peek()[1] == indent and lines.peek()[2].startswith("- "):
        number, _, s = lines.rows[lines.at]
        rest = s[2:].strip()
        if rest[0] not in '{["' and split_key(rest):  # a map that begins behind the dash
            lines.rows[lines.at] = (number, indent + 2, rest)
            out.append(block_map(lines, indent + 2))
        else:
            lines.at += 1
            out.append(below(lines, indent, rest))
    return out


def text(content, name=""):
    lines = Lines(content, name)
    if not lines.rows:
        return {}
    out = block(lines, 0)
    if lines.at < len(lines.rows):
        lines.wrong("unexpected text")
    return out


def catalogue(folder):
    """All files of a folder as one map: named maps joined, lists appended. A name that stands in two files is refused."""
    out = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.yaml"))):
        with open(path, encoding="utf-8") as f:
            for key, value in text(f.read(), path).items():
                old = out.setdefault(key, type(value)())
                if isinstance(value, dict):
                    for name in value:
                        if name in old:
                            raise ValueError("%s: '%s' of %s stands in another file too" % (path, name, key))
                    old.update(value)
                elif isinstance(value, list):
                    old.extend(value)
                else:
                    out[key] = value
    return out
