"""Writes a wheel (PEP 427) that carries the program: a zip with fixed times and order, and RECORD with the hashes."""
import base64
import hashlib
import os
import re
import subprocess
import time
import zipfile


def platform_tag(program, machine):
    """manylinux_2_N (PEP 600) by the newest symbol of glibc that the program asks for."""
    said = subprocess.run(["objdump", "-T", program], capture_output=True, text=True, check=True).stdout
    newest = max(tuple(map(int, v.split("."))) for v in re.findall(r"GLIBC_([0-9.]+)", said))
    return f"manylinux_{newest[0]}_{newest[1]}_{machine}"


def metadata(version, readme):
    return (f"Metadata-Version: 2.1\nName: fulcrum\nVersion: {version}\n"
            "Summary: Finds the point where capability, latency and cost of a language model balance for a task\n"
            "License: Apache-2.0\nRequires-Python: >=3.8\nClassifier: Operating System :: POSIX :: Linux\n"
            "Classifier: Typing :: Typed\nDescription-Content-Type: text/markdown\n\n" + readme)


def read(path):
    with open(path, "rb") as f:
        return f.read()


def write(package, program, readme, licence, licences, version, epoch, machine, out):
    """package: folder of the module; licences: {name: text} of what is linked in. Returns the path of the wheel."""
    tag = f"py3-none-{platform_tag(program, machine)}"
    info = f"fulcrum-{version}.dist-info"
    files = {f"fulcrum/{name}": (read(os.path.join(package, name)), 0o644)
             for name in os.listdir(package) if name.endswith((".py", ".typed"))}
    files["fulcrum/bin/fulcrum"] = (read(program), 0o755)
    files[f"{info}/METADATA"] = (metadata(version, read(readme).decode()).encode(), 0o644)
    files[f"{info}/WHEEL"] = (f"Wheel-Version: 1.0\nGenerator: tools/release\nRoot-Is-Purelib: false\nTag: {tag}\n".encode(), 0o644)
    files[f"{info}/entry_points.txt"] = (b"[console_scripts]\nfulcrum = fulcrum.__main__:main\n", 0o644)
    files[f"{info}/licenses/LICENSE"] = (read(licence), 0o644)
    for name, text in licences.items():
        files[f"{info}/licenses/{name}"] = (text.encode(), 0o644)
    record = "".join(f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b'=').decode()},{len(content)}\n"
                     for name, (content, _) in sorted(files.items()))
    files[f"{info}/RECORD"] = (f"{record}{info}/RECORD,,\n".encode(), 0o644)
    path = os.path.join(out, f"fulcrum-{version}-{tag}.whl")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:
        # dist-info last, as the standard asks
        for name, (content, mode) in sorted(files.items(), key=lambda f: (f[0].startswith(info), f[0])):
            entry = zipfile.ZipInfo(name, time.gmtime(max(epoch, 315532800))[:6])
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, (0o100000 | mode) << 16
            z.writestr(entry, content)
    return path
