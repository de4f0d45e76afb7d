"""Writes the report's style sheet and script as C: embed.py report.css report.js > report_assets.c

The bytes are written as numbers, so that no length limit of string literals and no escape matters. The hash beside each
is the one by which the page allows exactly this style and this script.
"""
import base64
import hashlib
import pathlib
import sys

print('#include "present/report_assets.h"\n')
for path in map(pathlib.Path, sys.argv[1:]):
    data = path.read_bytes().rstrip(b"\n")
    if b"</" in data:
        sys.exit(f"{path}: '</' would end the element that it stands in")
    name = "fl_report_" + path.suffix[1:]
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    numbers = ",".join(str(b) for b in data)
    print(f"static const char {path.suffix[1:]}[] = {{{numbers}}};")
    print(f"const struct fl_str {name} = {{{path.suffix[1:]}, sizeof {path.suffix[1:]}}};")
    print(f'const char {name}_hash[] = "sha256-{digest}";\n')
