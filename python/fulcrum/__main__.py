"""`fulcrum` of this wheel, and `python -m fulcrum`: becomes the program."""
import os
import sys

from fulcrum import program


def main() -> None:
    """Replaces this process by the program, with the same arguments."""
    os.execv(program(), ["fulcrum", *sys.argv[1:]])


if __name__ == "__main__":
    main()
