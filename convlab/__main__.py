"""``python -m convlab``: the set-up check; ``copy DIR``: a copy of the course to work in; ``report FOLDER``: a class.

The exit code is 0 if everything is there, was copied, or there is something to report; 1 if not; and 2 if there is no
such command.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from convlab.copying import Copied, copy_course
from convlab.setup_check import Report, check_setup

if TYPE_CHECKING:
    from convlab.report import ClassReport

_COPY = """\
Copy the notebooks and examples of the course into a folder to work in, or bring that copy up to date. A file that you
changed is never overwritten. To start a notebook over, delete or rename it and copy again."""

_REPORT = """\
Make a table of a class from its progress files: who has passed what, the mistakes that were made most, and the
exercises that fewest passed. Collect the files convlab-progress.json from the learners' copies, each in a folder that
has the learner's name, or under that name. Nothing is sent anywhere."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0 if all is well, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m convlab",
        usage="python -m convlab [-h] [copy DIR | report FOLDER]",
        description="Without a command: check that everything the course needs is here.",
    )
    commands = parser.add_subparsers(title="commands", dest="command", prog="python -m convlab")
    copy = commands.add_parser("copy", help="make a copy of the course to work in", description=_COPY)
    copy.add_argument("folder", metavar="DIR", help="the copy's folder, for example: work")
    report = commands.add_parser("report", help="make a table of a class's progress", description=_REPORT)
    report.add_argument("folder", metavar="FOLDER", help="where the progress files are; or one such file")
    report.add_argument("--csv", metavar="FILE", help="also write a table for a spreadsheet into FILE")
    options = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a folder's name may have letters that this terminal lacks
    try:
        done = _do(options)
    except (OSError, ValueError) as error:
        print(f"convlab: {error}", file=sys.stderr)
        return 1
    print(done)
    return 0 if done.ok else 1


def _do(options: argparse.Namespace) -> Copied | ClassReport | Report:
    if options.command == "copy":
        return copy_course(options.folder)
    if options.command == "report":
        from convlab.report import report  # needs PyTorch, and the others do not

        return report(options.folder, options.csv)
    return check_setup()


if __name__ == "__main__":
    sys.exit(main())
