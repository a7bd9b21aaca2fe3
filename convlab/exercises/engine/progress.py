"""What was done in this session, and the solutions."""

from dataclasses import dataclass
from html import escape

from convlab.exercises.engine.exercise import as_notebook, exercises, find, notebooks
from convlab.exercises.engine.verdict import Verdict
from convlab.exercises.engine.words import SIGNS, say

_session: dict[str, str] = {}  # exercise -> "passed", "tried" or "not tried"


def note(verdict: Verdict) -> None:
    """Remember a verdict; what has passed once stays passed, and what was tried stays tried."""
    ranks = ("not tried", "tried", "passed")
    before = _session.get(verdict.name, "not tried")
    _session[verdict.name] = max(before, verdict.status, key=ranks.index)


@dataclass(frozen=True)
class Progress:
    """A table of exercises; ``rows`` holds (name, title, status)."""

    rows: tuple[tuple[str, str, str], ...]

    @property
    def headline(self) -> str:
        """How many have passed."""
        return say("progress", count=sum(status == "passed" for *_, status in self.rows), all=len(self.rows))

    def __repr__(self):
        wide = [max(len(row[column]) for row in self.rows) for column in (0, 1)]
        lines = [f"{SIGNS[s]} {n.ljust(wide[0])}  {t.ljust(wide[1])}  {s}" for n, t, s in self.rows]
        return "\n".join([*lines, self.headline])

    def _repr_html_(self) -> str:
        cell = '<td style="text-align:left;padding:2px 10px">'
        short = cell.replace('">', ';white-space:nowrap">')
        body = "".join(
            f"<tr>{short}{SIGNS[status]} {status}</td>{short}{escape(name)}</td>{cell}{escape(title)}</td></tr>"
            for name, title, status in self.rows
        )
        return f'<table style="border-collapse:collapse">{body}</table><div><b>{escape(self.headline)}</b></div>'


def progress(notebook: str | int | None = None) -> Progress:
    """Return what has passed, was tried, or was not tried in this session.

    Args:
        notebook: a notebook's number, such as "01" or 1; without it, the exercises of all notebooks.

    Raises:
        ValueError: this notebook has no exercises.

    >>> progress("01").rows[0][:2]
    ('01-count', 'weights, and how few a window needs')
    """
    listed = [find("progress", name) for name in names(notebook)]
    return Progress(tuple((e.name, e.title, _session.get(e.name, "not tried")) for e in listed))


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
