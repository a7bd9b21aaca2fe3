"""``python -m convlab report FOLDER``: how a class gets on, from the progress files of its learners.

A learner is called after the folder in which the file is; or after the file, if that has another name than
convlab-progress.json. Nothing is sent anywhere.
"""

from __future__ import annotations

import csv
import io
import os
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from convlab.exercises import names
from convlab.files import write_whole
from convlab.progress_file import FILE, read

__all__ = ["ClassReport", "report"]

_STEM = Path(FILE).stem
_MOST, _LOWEST = 10, 5  # lines of what goes wrong most
_COLUMNS = ("learner", "exercise", "status", "attempts", "score", "first tried", "passed", "mistakes")


@dataclass(frozen=True)
class ClassReport:
    """What is known of a class; its text says it.

    Attributes:
        folder: as it was named.
        learners: what each has done, by their names: an entry for each exercise that was tried.
        left_out: (file, why) of the files that could not be used.
    """

    folder: str
    learners: dict[str, dict[str, dict]]
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def ok(self) -> bool:
        """True if there is anything to report."""
        return bool(self.learners)

    def __str__(self) -> str:
        parts = [_few_words(self)]
        if self.ok:
            known = _exercises(self.learners)
            parts += [_of_notebook(self.learners, number, known) for number in sorted({name[:2] for name in known})]
            parts += [_mistakes(self.learners), _hardest(self.learners, known)]
        parts.append("\n".join(f"Left out: {file} {why}" for file, why in self.left_out))
        return "\n\n".join(part for part in parts if part)


def report(folder: str | os.PathLike, table: str | os.PathLike | None = None) -> ClassReport:
    """ClassReport on a class.

    Args:
        folder: where the progress files are, or one such file. In folders below, files whose names hold
            "convlab-progress" are taken, as downloads and learning platforms make them: "anna_convlab-progress.json".
        table: a file to be written for a spreadsheet: a row for each learner and each exercise that they tried.

    Returns:
        A ClassReport; printed, it is a table. Files that cannot be used are named in it.

    Raises:
        FileNotFoundError: there is no such folder or file.
        OSError: the table cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as here:
    ...     print(report(here), report(here).ok)  # doctest: +ELLIPSIS
    There are no progress files in ...: collect convlab-progress.json from each learner's copy of the course. False
    """
    top = Path(folder)
    if not top.exists():
        raise FileNotFoundError(f"{folder} is not there; name the folder that holds the class's progress files")
    files, left_out = {}, []
    for path in _files(top):
        try:
            files[path] = read(path)
        except (ValueError, OSError) as error:
            why = str(error) if isinstance(error, ValueError) else f"cannot be read: {error.strerror or error}"
            left_out.append((_printable(_below(path, top)), why))
    called = _called(list(files), top)
    learners = {called[path]: files[path] for path in sorted(files, key=lambda path: called[path].casefold())}
    made = ClassReport(os.fspath(folder), learners, tuple(left_out))
    if table is not None and made.ok:
        write_whole(Path(table), _as_csv(made.learners))
    return made


# --- the files ----------------------------------------------------------------------------------------------


def _files(top: Path) -> list[Path]:
    """The progress files; in the folder itself, whatever they are called."""
    if top.is_file():
        return [top]
    found = {*top.glob("[!.]*.json"), *top.rglob(f"*{_STEM}*.json")}
    return sorted(path for path in found if path.is_file() and ".ipynb_checkpoints" not in path.parts)


def _below(path: Path, top: Path) -> str:
    return path.relative_to(top if path != top else top.parent).as_posix()


def _called(files: list[Path], top: Path) -> dict[Path, str]:
    """The learners' folders: their folders below `top`, without what all of them end with, as /work on a hub."""
    parts = {}
    for path in files:
        own = path.stem.replace(_STEM, "").strip(" _-")
        parts[path] = [*Path(_below(path, top)).parent.parts, *([own] if own else [])]
    while len(files) > 1 and all(len(folders) > 1 for folders in parts.values()):
        if len({folders[-1] for folders in parts.values()}) > 1:
            break
        parts = {path: folders[:-1] for path, folders in parts.items()}
    called: dict[Path, str] = {}
    for path, folders in parts.items():
        name = _printable("/".join(folders) or path.resolve().parent.name)
        called[path] = name if name not in called.values() else _printable(_below(path, top))
    return called


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)


# --- what is said -------------------------------------------------------------------------------------------


def _exercises(learners: dict) -> list[str]:
    """The exercises in the order of the course, then those that only another edition of it has."""
    others = {name for kept in learners.values() for name in kept} - set(names())
    return [*names(), *sorted(others)]


def _few_words(made: ClassReport) -> str:
    if made.left_out and not made.ok:
        return f"There is no progress file in {made.folder} that can be used."
    if not made.ok:
        return f"There are no progress files in {made.folder}: collect {FILE} from each learner's copy of the course."
    count = len(made.learners)
    return f"{count} learner{'s' * (count > 1)}. The number behind is that of attempts, until it passed."


def _status(kept: dict) -> str:
    return "passed" if kept["passed"] else "tried"


def _of_notebook(learners: dict, number: str, known: list[str]) -> str:
    """The table of one notebook, learners by exercises; "" if nobody has tried one of them."""
    columns = [name for name in known if name.startswith(number)]
    if not any(name in kept for kept in learners.values() for name in columns):
        return ""
    rows = [[f"Notebook {number}", *(name[3:] for name in columns)]]
    for learner, kept in learners.items():
        cells = [kept.get(name) for name in columns]
        rows.append([learner, *(f"{_status(cell)} {cell['attempts']}" if cell else "-" for cell in cells)])
    passed = [sum(name in kept and _status(kept[name]) == "passed" for kept in learners.values()) for name in columns]
    return _lined_up([*rows, ["passed by", *map(str, passed)]])


def _lined_up(rows: list[list[str]]) -> str:
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, wide, strict=True)).rstrip() for row in rows
    )


def _one_by_one(entry: dict) -> Counter:
    """How often each mistake was made; one verdict may name several, as "a missing row; the kernel is turned"."""
    made = Counter()
    for mistakes, times in entry["mistakes"].items():
        made.update(dict.fromkeys(mistakes.split("; "), times))
    return made


def _mistakes(learners: dict) -> str:
    """The mistakes that most learners made."""
    made = defaultdict(list)
    for name, entry in (item for kept in learners.values() for item in kept.items()):
        for mistake, times in _one_by_one(entry).items():
            made[name, mistake].append(times)
    rows = sorted((-len(times), -sum(times), name, mistake) for (name, mistake), times in made.items())[:_MOST]
    lines = [["learners", "times", "exercise", "mistake"]]
    lines += [[str(-learned), str(-times), name, mistake] for learned, times, name, mistake in rows]
    return f"Mistakes that were made most:\n{_lined_up(lines)}" if rows else ""


def _hardest(learners: dict, known: list[str]) -> str:
    """The exercises that fewest passed of those who tried."""
    tried = {name: [_status(kept[name]) == "passed" for kept in learners.values() if name in kept] for name in known}
    shares = [(sum(said) / len(said), -len(said), name) for name, said in tried.items() if not all(said)]
    rows = [[f"{sum(tried[name])} of {-count} who tried", name] for _, count, name in sorted(shares)[:_LOWEST]]
    return f"Exercises with the lowest share passed:\n{_lined_up([['passed', 'exercise'], *rows])}" if rows else ""


def _as_csv(learners: dict) -> bytes:
    """The table for a spreadsheet; the mark at the beginning tells Excel that it is UTF-8."""
    text, known = io.StringIO(newline=""), _exercises(learners)
    table = csv.writer(text)
    table.writerow(_COLUMNS)
    rows = ((who, name, kept[name]) for who, kept in learners.items() for name in known if name in kept)
    for learner, name, row in rows:
        mistakes = "; ".join(f"{mistake} ({times})" for mistake, times in _one_by_one(row).items())
        cells = [learner, name, _status(row), *(row[key] for key in ("attempts", "score", "tried", "passed")), mistakes]
        table.writerow(map(_no_formula, cells))
    return text.getvalue().encode("utf-8-sig")


def _no_formula(cell: object) -> object:
    """A text that a spreadsheet would compute, with a mark in front; files come from many hands."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@")) else cell
