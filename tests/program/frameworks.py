#!/usr/bin/env python3
"""Installs what the example applications need into build/frameworks, once; the tests of those examples are skipped without.

usage: frameworks.py       prints what could not be had and ends with 0: none of it is needed to use the program
"""
import os
import subprocess
import sys

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build", "frameworks")
PACKAGES = ("openai", "langgraph", "llama-index-core llama-index-llms-openai-like")


def main():
    if not os.path.exists(os.path.join(FOLDER, "bin", "python")):
        subprocess.run([sys.executable, "-m", "venv", FOLDER], check=True)
    for names in PACKAGES:
        pip = [os.path.join(FOLDER, "bin", "python"), "-m", "pip", "install", "--quiet", *names.split()]
        if subprocess.run(pip).returncode != 0:
            print(f"{names} cannot be installed here")


if __name__ == "__main__":
    main()
