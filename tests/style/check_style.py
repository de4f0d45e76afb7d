"""House rules that a machine can see: layers, contract comments, banned calls, sizes.

usage: check_style.py [ROOT]     prints "ok - rule" or "not ok - rule" with the places; exit 1 when one is broken
"""
import os
import re
import sys

# The floors of the building, from the ground up: a folder includes only itself and folders before it.
LAYERS = ("base io codec lang net store stats catalog price fit provider call grade strategy task eval choose "
          "retrieve tune flow present serve cli").split()
APART = {"retrieve", "tune", "flow"}  # never include each other
STATS_NEEDS = {"base", "stats"}       # pure functions
BANNED = re.compile(r"\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atof|strtod|alloca|setlocale)\s*\(")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
LEFT_OVER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
WORDS = ("owner", "ownership", "thread", "fail", "limit")
LONGEST = 1000


def sources(root):
    for folder, _, names in os.walk(os.path.join(root, "src")):
        for name in sorted(names):
            if name.endswith((".c", ".h")):
                yield os.path.join(folder, name)


def layer_faults(path, rel, text):
    folder = rel.split("/")[1]
    if folder not in LAYERS:
        yield f"{rel}: the folder '{folder}' is no layer"
        return
    for included in INCLUDE.findall(text):
        other = included.split("/")[0]
        line = text[:text.index(f'"{included}"')].count("\n") + 1
        if "/" not in included:
            yield f'{rel}:{line}: write the folder: #include "{folder}/{included}"'
        elif other not in LAYERS:
            if os.path.exists(os.path.join(os.path.dirname(path), included)):
                continue
            yield f"{rel}:{line}: '{other}' is no layer"
        elif LAYERS.index(other) > LAYERS.index(folder):
            yield f"{rel}:{line}: {folder}/ may not include {other}/, which stands above it"
        elif folder in APART and other in APART and folder != other:
            yield f"{rel}:{line}: {folder}/ and {other}/ meet only in serve/ and cli/"
        elif folder == "stats" and other not in STATS_NEEDS:
            yield f"{rel}:{line}: stats/ needs base/ alone"


def contract_faults(rel, text):
    first = re.match(r"/\*(.*?)\*/", text, re.S)
    name = os.path.basename(rel)
    if not first:
        yield f"{rel}:1: a header begins with its contract comment"
        return
    words = first.group(1).lower()
    if name not in words:
        yield f"{rel}:1: the contract comment begins with the file's name"
    missing = [w for w in ("thread", "fail") if w not in words]
    if not any(w in words for w in ("owner", "owns", "plain value")):
        missing.insert(0, "ownership")
    if missing and len(words) < 400:
        yield f"{rel}:1: the contract comment says nothing of {', '.join(missing)}"


def check(root):
    rules = {"a folder includes only folders below it": [], "every header begins with its contract": [],
             "no banned call": [], "no file over 1,000 lines": [], "nothing left over": [],
             "every folder of src has its README of at most 60 lines": []}
    layer, contract, banned, long, left, readme = rules.values()
    for path in sources(root):
        rel = os.path.relpath(path, root)
        with open(path, encoding="utf-8") as f:
            text = f.read()
        layer += layer_faults(path, rel, text)
        if rel.endswith(".h"):
            contract += contract_faults(rel, text)
        code = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group(0).count("\n"), text, flags=re.S)
        banned += [f"{rel}:{code[:m.start()].count(chr(10)) + 1}: {m.group(1)}" for m in BANNED.finditer(code)]
        left += [f"{rel}:{text[:m.start()].count(chr(10)) + 1}: {m.group(1)}" for m in LEFT_OVER.finditer(text)]
        if text.count("\n") > LONGEST:
            long.append(f"{rel}: {text.count(chr(10))} lines")
    src = os.path.join(root, "src")
    for folder in sorted(os.listdir(src)):
        page = os.path.join(src, folder, "README.md")
        if not os.path.isdir(os.path.join(src, folder)):
            continue
        if not os.path.exists(page):
            readme.append(f"src/{folder}: no README.md")
        elif sum(1 for _ in open(page, encoding="utf-8")) > 60:
            readme.append(f"src/{folder}/README.md: over 60 lines")
    return rules


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "..", "..")
    failed = 0
    for rule, faults in check(os.path.abspath(root)).items():
        print(("not ok - " if faults else "ok - ") + rule)
        for fault in faults:
            print("  " + fault)
        failed += bool(faults)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
