"""``python -m convlab``: the set-up check; ``python -m convlab copy DIR``: a copy of the course to work in.

The exit code is 0 if everything is there, or was copied, 1 if not, and 2 if there is no such command.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from convlab.copying import copy_course
from convlab.setup_check import check_setup

_COPY = """\
Copy the notebooks and examples of the course into a folder to work in, or bring that copy up to date. A file that you
changed is never overwritten. To start a notebook over, delete or rename it and copy again."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0 if all is well, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m convlab",
        usage="python -m convlab [-h] [copy DIR]",
        description="Without a command: check that everything the course needs is here.",
    )
    commands = parser.add_subparsers(title="commands", dest="command", prog="python -m convlab")
    copy = commands.add_parser("copy", help="make a copy of the course to work in", description=_COPY)
    copy.add_argument("folder", metavar="DIR", help="the copy's folder, for example: work")
    options = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a folder's name may have letters that this terminal lacks
    try:
        report = copy_course(options.folder) if options.command == "copy" else check_setup()
    except (OSError, ValueError) as error:
        print(f"convlab: {error}", file=sys.stderr)
        return 1
    print(report)
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main())
