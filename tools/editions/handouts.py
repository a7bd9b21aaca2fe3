"""Make the handouts: what a class gets on paper, on a stick, or through nbgrader.

    python tools/editions/handouts.py               into build/handouts
    python tools/editions/handouts.py --to FOLDER   elsewhere

    learner/     the notebooks without solutions, and what they need
    teacher/     the notebooks with solutions open, and the speaker's notes; key.html: the solutions' key
    nbgrader/    a course folder of nbgrader
    stick/       a zip for a room without a network

Everything is made from notebooks/ and from the exercises' own texts, without a network. Nothing is executed. If
something is wrong with a notebook, this says which cell and what cures it, and makes nothing.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tools/course")]

from grading import course_folder  # noqa: E402
from key import key_page  # noqa: E402
from sources import BadSource, Source, read_all  # noqa: E402
from stick import stick  # noqa: E402
from store import put  # noqa: E402
from versions import learner, teacher  # noqa: E402

from convlab import __version__  # noqa: E402
from notebooks import dumps  # noqa: E402

WHAT = {
    "learner": "notebooks without solutions, for the class",
    "teacher": "solutions open, speaker's notes, and the key (key.html)",
    "nbgrader": "a course folder of nbgrader",
    "stick": "for a room without a network; its START.html says how",
}


def make(sources: list[Source], examples: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files of all handouts by name."""
    learners = {source.name: dumps(learner(source)).encode() for source in sources} | examples
    teachers = {source.name: dumps(teacher(source)).encode() for source in sources} | examples
    teachers["key.html"] = key_page(sources, __version__)
    files = {f"learner/{name}": data for name, data in learners.items()}
    files |= {f"teacher/{name}": data for name, data in teachers.items()}
    files |= {f"nbgrader/{name}": data for name, data in course_folder(sources, examples).items()}
    return files | stick(learners, __version__)


def read_examples(root: Path) -> dict[str, bytes]:
    """Return the files that come with the notebooks, by name."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted((root / "examples").glob("*.py"))}


def summary(files: dict[str, bytes]) -> str:
    """What was made where, and how large it is."""
    lines = []
    for part, what in WHAT.items():
        size = sum(len(data) for name, data in files.items() if name.startswith(f"{part}/"))
        lines.append(f"  {part + '/':<10}{size / 1e6:6.1f} MB  {what}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Make the handouts; return 0 if all is well."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=ROOT / "build/handouts", help="where (default: build/handouts)")
    parser.add_argument("--notebooks", type=Path, default=ROOT / "notebooks", help="default: the course's")
    options = parser.parse_args(arguments)
    try:
        files = make(read_all(options.notebooks), read_examples(ROOT))
    except (BadSource, RuntimeError) as error:
        print(f"No handouts were made.\n{error}", file=sys.stderr)
        return 1
    report = put(options.to, files)
    print(report, file=sys.stdout if report.ok else sys.stderr)
    if report.ok:
        print(summary(files))
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main())
