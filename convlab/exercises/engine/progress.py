"""What was done, in this session or ever, and the solutions."""

import threading
from dataclasses import dataclass, field
from datetime import date
from html import escape
from pathlib import Path

from convlab.exercises.engine.exercise import as_notebook, exercises, find, notebooks
from convlab.exercises.engine.verdict import Verdict
from convlab.exercises.engine.words import SIGNS, say
from convlab.progress_file import attempt, backup, changing, find_file, merged, read

_session: dict[str, dict] = {}  # what no file holds: all, outside a learner's copy; else what could not be written yet
last: dict[str, Verdict] = {}  # what check said last in this session, by the exercise's name
_told: set[str] = set()  # why nothing is kept; each reason is said once
_one_at_a_time = threading.Lock()


def note(verdict: Verdict) -> None:
    """Remember a verdict, in the learner's copy of the course for ever. What comes after the first pass counts no more.

    Whatever is wrong with the file, the verdict comes; that progress is not kept is said once.
    """
    if verdict.status == "not tried":
        return
    last[verdict.name] = verdict
    with _one_at_a_time:
        path = find_file()
        if not known(path).get(verdict.name, {}).get("passed"):
            mistake = verdict.mistake.name if verdict.mistake else ""
            _session.update(merged(_session, {verdict.name: attempt(verdict.status, verdict.score, mistake)}))
        if path is None or not _session:
            return
        try:
            with changing(path) as (kept, said):
                kept.update(merged(kept, _session))
            _session.clear()
        except OSError as error:
            said = [f"Your progress is not kept: {path.name}: {error.strerror or error}."]
            said = [sentence for sentence in said if sentence not in _told]
            _told.update(said)
        if said:
            print(*said, sep="\n")


def known(path: Path | None) -> dict:
    """Return what is known of all exercises, from the file and from this session."""
    try:
        return merged(read(path) if path else {}, _session)
    except (OSError, ValueError):  # the next check says it
        return _session


@dataclass(frozen=True)
class Progress:
    """A table of exercises.

    Attributes:
        rows: (name, title, status) of each.
        days: when those passed that passed on another day, "2026-11-24", by name.
    """

    rows: tuple[tuple[str, str, str], ...]
    days: dict[str, str] = field(default_factory=dict)

    @property
    def headline(self) -> str:
        """How many have passed."""
        return say("progress", count=sum(status == "passed" for *_, status in self.rows), all=len(self.rows))

    def _day(self, name: str) -> str:
        return f" on {self.days[name]}" if name in self.days else ""

    def __repr__(self):
        names, titles = (max(map(len, column)) for column in list(zip(*self.rows, strict=True))[:2])
        lines = [f"{SIGNS[s]} {n:{names}}  {t:{titles}}  {s}{self._day(n)}" for n, t, s in self.rows]
        return "\n".join([*lines, self.headline])

    def _repr_html_(self) -> str:
        cell = '<td style="text-align:left;padding:2px 10px">'
        short = cell.replace('">', ';white-space:nowrap">')
        body = "".join(
            f"<tr>{short}{SIGNS[status]} {status}{self._day(name)}</td>"
            f"{short}{escape(name)}</td>{cell}{escape(title)}</td></tr>"
            for name, title, status in self.rows
        )
        return f'<table style="border-collapse:collapse">{body}</table><div><b>{escape(self.headline)}</b></div>'


def progress(notebook: str | int | None = None) -> Progress:
    """Return what has passed, was tried, or was not tried.

    In a copy of the course that ``python -m convlab copy`` made, this is kept from one day to the next, in the file
    convlab-progress.json there; elsewhere, until the kernel ends.

    Args:
        notebook: a notebook's number, such as "01" or 1; without it, the exercises of all notebooks.

    Raises:
        ValueError: this notebook has no exercises.

    >>> progress("01").rows[0][:2]
    ('01-count', 'weights, and how few a window needs')
    """
    listed, path = [find("progress", name) for name in names(notebook)], find_file()
    found, today = known(path), date.today().isoformat()
    status = {name: "passed" if kept["passed"] else "tried" for name, kept in found.items()}
    days = {name: day[:10] for name, kept in found.items() if (day := kept["passed"]) and path and day[:10] != today}
    return Progress(tuple((e.name, e.title, status.get(e.name, "not tried")) for e in listed), days)


def reset_progress(notebook: str | int | None = None) -> Progress:
    """Forget what has passed and was tried. If it was kept in a file, that file is kept as it was, under another name.

    Args:
        notebook: a notebook's number, such as "02" or 2, or the name of one exercise; without it, all is forgotten.

    Returns:
        What `progress` says afterwards.

    Raises:
        ValueError: this notebook has no exercises.
        OSError: the file cannot be changed; then nothing is forgotten.

    >>> reset_progress("02").headline.split()[0]
    '0'
    """
    every = names() if notebook is None or notebook in names() else names(notebook)
    chosen = [str(notebook)] if notebook in every else every
    with _one_at_a_time:
        path = find_file()
        if path is not None:
            _forget(path, None if notebook is None else chosen)
        for name in chosen:
            _session.pop(name, None)
            last.pop(name, None)
    return progress(None if notebook is None else chosen[0][:2])


def _forget(path: Path, chosen: list[str] | None) -> None:
    """Leave exercises out of the file, or all, and say where they still are."""
    try:
        with changing(path) as (kept, said):
            gone = [name for name in kept if chosen is None or name in chosen]
            if gone:
                said.append(f"What was kept is now in {backup(path)}.")
            for name in gone:
                del kept[name]
    except OSError as error:
        raise OSError(f"reset_progress: {path.name} cannot be changed: {error.strerror or error}") from None
    print(*said, sep="\n", end="\n" * bool(said))


def names(notebook: str | int | None = None) -> list[str]:
    """Return the names of the exercises, of one notebook or of all, in the order of the course.

    Raises:
        ValueError: this notebook has no exercises.

    >>> names(1)[0]
    '01-count'
    """
    numbers = notebooks() if notebook is None else [as_notebook("names", notebook)]
    return [exercise.name for number in numbers for exercise in exercises(number)]


@dataclass(frozen=True)
class Solution:
    """A solution: ``source`` is code, ``because`` the reasoning in Markdown."""

    name: str
    source: str
    because: str

    def __repr__(self):
        return f"{self.source}\n\n{self.because}"

    def _repr_markdown_(self) -> str:
        return f"```python\n{self.source}\n```\n\n{self.because}"


def solution(name: str) -> Solution:
    """Return the solution of an exercise. Look at it after your own attempt.

    Raises:
        ValueError: there is no exercise of this name.
    """
    exercise = find("solution", name)
    return Solution(name, exercise.solution, exercise.because)
