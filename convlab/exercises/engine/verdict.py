"""What check answers: passed or not, the smallest counterexample, and the misconception by name."""

import re
from dataclasses import dataclass, field
from html import escape

from torch import Tensor

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.engine.tables import as_html, as_text, grids
from convlab.exercises.engine.values import close, same
from convlab.exercises.engine.words import SIGNS, say

# Words in backticks, and words between asterisks: not those of a product.
MARKED = re.compile(r"`([^`]+)`|(?<!\w)\*([^\s*`](?:[^*`]*[^\s*`])?)\*(?!\w)")
# JupyterLab's own colours, light and dark; the second ones are for pages without them. The words say it, too.
COLOURS = {
    "passed": "var(--jp-success-color1,#2e7d32)",
    "tried": "var(--jp-error-color1,#c62828)",
    "not tried": "var(--jp-border-color1,#888)",
}


@dataclass(frozen=True)
class Counterexample:
    """An input on which an answer goes wrong.

    Attributes:
        inputs: the arguments by name.
        expected: the right result; by its name, or {"": result} if there is one.
        got: what the answer gave, in the same form; None if it gave nothing.
    """

    inputs: dict
    expected: dict
    got: dict | None

    def tables(self) -> list[tuple[str, list[list[str]]]]:
        """Return input, expected, got and difference as tables (label, rows)."""
        tables = [table for name, value in self.inputs.items() for table in grids(name, value)]
        for name, expected in self.expected.items():
            if self.got is not None and name in self.got and same(self.got[name], expected):
                continue  # one of several results, and this one is right
            suffix = f" {name}" if name else ""
            tables += grids(f"expected{suffix}", expected)
            if self.got is None or name not in self.got:
                continue
            got = self.got[name]
            tables += grids(f"got{suffix}", got)
            if isinstance(got, Tensor) and isinstance(expected, Tensor) and got.shape == expected.shape:
                tables += grids(f"difference{suffix}", (got - expected).where(~close(expected, got), 0))
        return tables


@dataclass(frozen=True)
class Verdict:
    """The answer of ``check``. As text it is its message; in a notebook it is a box with tables.

    Attributes:
        name: the exercise's name.
        status: "passed", "tried" or "not tried".
        sentences: what there is to say, in its order.
        counterexample: the smallest one that was found, or None.
        mistake: the misconception that was recognised, or None.
        where: the heading of the notebook to read again, or "".
        share: how much of an answer that has not passed is right, from 0 to 1.
    """

    name: str
    status: str
    sentences: list[str] = field(default_factory=list)
    counterexample: Counterexample | None = None
    mistake: Mistake | None = None
    where: str = ""
    caption: str = "The smallest input found where it goes wrong:"
    share: float = 0.0

    @property
    def score(self) -> float:
        """What the answer is worth, for whoever gives points: 1 if it has passed; below, the share that is right."""
        return 1.0 if self.passed else self.share

    @property
    def passed(self) -> bool:
        """Whether the answer is right."""
        return self.status == "passed"

    @property
    def headline(self) -> str:
        """The first line."""
        return say("headline", sign=SIGNS[self.status], name=self.name, said=say(self.status))

    @property
    def message(self) -> str:
        """The whole verdict as plain text."""
        lines = [self.headline, *self.sentences]
        if self.where:
            lines.append(say("read again", where=self.where))
        if self.counterexample is not None:
            tables = as_text(self.counterexample.tables())
            lines += [self.caption, "", *(f"  {line}".rstrip() for line in tables.splitlines())]
        return "\n".join(lines)

    def raise_if_wrong(self) -> None:
        """Show the verdict, and raise an error if the answer is not right: for grading, where an error means no points.

        Raises:
            NotYet: the answer is wrong, or there is none; an AssertionError that holds the message.

        >>> from convlab.exercises import check
        >>> check("01-shape", (476, 638)).raise_if_wrong()
        ✓ 01-shape: passed.
        >>> check("01-shape", (480, 640)).raise_if_wrong()  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        convlab.exercises.engine.verdict.NotYet: ✗ 01-shape: not yet.
        ...
        """
        from IPython.display import display

        display(self)
        if not self.passed:
            raise NotYet(self)

    def __repr__(self):
        return self.message

    def _repr_html_(self) -> str:
        again = [say("read again", where=self.where)] if self.where else []
        parts = [f"<b>{escape(self.headline)}</b>", *map(as_code, self.sentences + again)]
        parts += [escape(self.caption)] if self.counterexample is not None else []
        body = "".join(f'<div style="margin:3px 0">{part}</div>' for part in parts)
        return boxed(self.status, body + (as_html(self.counterexample.tables()) if self.counterexample else ""))


class NotYet(AssertionError):
    """What `raise_if_wrong` raises. A notebook shows its first line only: the verdict stands in its box above."""

    def __init__(self, verdict: Verdict):
        super().__init__(verdict.message)
        self.verdict = verdict

    def _render_traceback_(self) -> list[str]:
        return [f"AssertionError: {self.verdict.headline}"]


def boxed(status: str, body: str) -> str:
    """Return HTML with a line beside it in the colour of a status."""
    style = f"border-left:4px solid {COLOURS[status]};padding:2px 0 2px 12px;margin:4px 0"
    return f'<div style="{style}">{body}</div>'


def as_code(sentence: str) -> str:
    """Return a sentence as HTML; what is in backticks, or begins with spaces, is code; *these* are stressed."""
    lines = [
        f"<code>{escape(line.strip())}</code>"
        if line.startswith("  ")
        else MARKED.sub(lambda m: f"<code>{m[1]}</code>" if m[1] else f"<em>{m[2]}</em>", escape(line))
        for line in sentence.splitlines()
    ]
    return "<br>".join(lines)


def refused(exercise: Exercise, sentences: list[str], mistake: Mistake | None = None, **more) -> Verdict:
    """Return the verdict on an answer that is not right; to be read again is the mistake's place, or the exercise's."""
    more.setdefault("where", (mistake.where if mistake else "") or exercise.place)
    return Verdict(exercise.name, "tried", [text for text in sentences if text], mistake=mistake, **more)


def named(mistake: Mistake, *keys: str) -> list[str]:
    """Return what there is to say of a mistake; keys are the parts of an answer that show it, if that is not all."""
    return [say("mistake", name=mistake.name, at=say("at", keys=", ".join(keys)) if keys else ""), mistake.says]


def not_tried(exercise: Exercise, words: str = "") -> Verdict:
    """Return the friendly verdict on a placeholder."""
    if exercise.faults and not words:
        words = "The code in the cell above is as it was. Repair it, run that cell, then run this one."
    return Verdict(exercise.name, "not tried", [words or say("placeholder")])
