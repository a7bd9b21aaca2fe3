"""Hints on request, one after the other: the idea, the place, the first line; after some attempts, the solution."""

import ast
from dataclasses import dataclass
from html import escape

from convlab.exercises.engine import progress
from convlab.exercises.engine.exercise import Exercise, find
from convlab.exercises.engine.verdict import as_code, boxed
from convlab.exercises.engine.words import say
from convlab.progress_file import find_file

ATTEMPTS = 3  # so many before the solution is offered

_given: dict[str, int] = {}  # how many hints were asked for, by the exercise's name


@dataclass(frozen=True)
class Hint:
    """The hints of an exercise that were asked for, the last one at the end.

    Attributes:
        name: the exercise's name.
        steps: what they say.
        count: how many there are.
    """

    name: str
    steps: tuple[str, ...]
    count: int

    @property
    def headline(self) -> str:
        """The first line."""
        return f"{self.name}: hint {len(self.steps)} of {self.count}"

    def __repr__(self):
        return "\n".join([self.headline, *(f"{number}. {step}" for number, step in enumerate(self.steps, start=1))])

    def _repr_html_(self) -> str:
        steps = "".join(f"<li>{as_code(step)}</li>" for step in self.steps)
        return boxed("not tried", f'<b>{escape(self.headline)}</b><ol style="margin:3px 0">{steps}</ol>')


def hint(name: str) -> Hint:
    """Return the hints for an exercise: the first one, and one more each time.

    First comes the idea, then the place to read again, then the first line of a solution, and after three attempts the
    way to the whole solution. What the last verdict has just said is left out.

    Args:
        name: the exercise, for example "01-convolve"; ``names()`` lists all.

    Raises:
        ValueError: there is no exercise of this name.
        TypeError: the name is no text.

    >>> hint("01-shape")
    01-shape: hint 1 of 3
    1. Take one direction at a time: in how many places can the window begin?
    """
    exercise = find("hint", name)
    kept = progress.known(find_file()).get(name, {"attempts": 0, "passed": None, "mistakes": {}})
    last = progress.last.get(name)
    named = [] if last or kept["passed"] else list(kept["mistakes"])  # of another day
    named = [last.mistake.name] if last and last.mistake else named
    steps = [step for step in (exercise.hint, _where(exercise, named), first_line(exercise)) if step]
    said = [*last.sentences, say("read again", where=last.where)] if last else []
    steps = [*([step for step in steps if step not in said] or steps), _last(name, kept)]
    _given[name] = _given.get(name, 0) + 1
    return Hint(name, tuple(steps[: _given[name]]), len(steps))


def _where(exercise: Exercise, named: list[str]) -> str:
    """Say what to read again; for the last mistake that was named, if there is one."""
    mistake = next((mistake for mistake in exercise.mistakes if named[-1:] == [mistake.name]), None)
    where = (mistake.where if mistake else "") or exercise.place
    lines = [say("read again", where=where)] if where else []
    lines += [f"The last mistake that had a name: {mistake.name}. {mistake.says}"] if mistake else []
    return "\n".join(lines)


def first_line(exercise: Exercise) -> str:
    r"""Show the first line of the solution that the learner does not have yet; "" if there is only one.

    >>> first_line(find("tests", "01-convolve")), first_line(find("tests", "01-shape"))
    ('A solution begins with\n  h, w = K.shape', '')
    """
    tree, lines, theirs = ast.parse(exercise.solution), exercise.solution.splitlines(), exercise.placeholder.split("\n")
    inside = next((node.body for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)), None)
    if inside is None:  # a dictionary's entries, the layers in nn.Sequential(...)
        values = [node.value for node in tree.body if isinstance(node, ast.Assign)]
        parts = {ast.Call: "args", ast.Dict: "keys"}
        inside = [part for value in values for part in getattr(value, parts.get(type(value), ""), ()) if part]
    for node in inside:
        line = lines[node.lineno - 1]
        if isinstance(node, ast.Expr) or line in theirs:  # a docstring, super().__init__(), what is given
            continue
        return f"A solution begins with\n  {line.strip()}" if node.lineno < len(lines) else ""
    return ""


def _last(name: str, kept: dict) -> str:
    """Say how to see the solution, or how many attempts are missing."""
    missing = ATTEMPTS - kept["attempts"]
    if missing <= 0 or kept["passed"]:
        return f'`solution("{name}")` shows a solution with its reasoning.'
    more = "one more attempt" if missing == 1 else f"{missing} more attempts"
    return f"After {more}, ask again: then I say how to see a solution. An attempt is an answer that `check` has tried."
