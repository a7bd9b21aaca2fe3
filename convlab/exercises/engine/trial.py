"""One trial: give an answer one input, and take down what comes back or what goes wrong."""

import copy
import linecache
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from convlab.exercises.engine.exercise import Exercise, Refused
from convlab.exercises.engine.guard import LIBRARIES, guarded, must_pass, quiet
from convlab.exercises.engine.values import Unreadable, alike, as_parts, kind_of


@dataclass
class Outcome:
    """What one trial gave.

    Attributes:
        parts: the result, its parts by their names; empty if there is none.
        trouble: "" if there is a result; "untried", "nothing" (None came back), "unreadable", "refused", "raised".
        words: what went wrong, as a sentence for the learner.
        error: the name of the exception's type; what a ``Refused`` says.
        changed: the names of the inputs that the answer has changed in place.
        printed: the beginning of what it printed.
    """

    parts: dict[str, Tensor | str] = field(default_factory=dict)
    trouble: str = ""
    words: str = ""
    error: str = ""
    changed: list[str] = field(default_factory=list)
    printed: str = ""

    def equals(self, other: "Outcome", *margin: float) -> bool:
        """Tell whether two trials gave the same: an equal result (a margin as for ``same``), or the same trouble."""
        if self.trouble or other.trouble:
            return (self.trouble, self.error) == (other.trouble, other.error)
        return alike(self.parts, other.parts, *margin)

    @property
    def blank(self) -> bool:
        """Whether there is nothing to compare: trouble, or a number that is nan or infinite."""
        numbers = (part for part in self.parts.values() if isinstance(part, Tensor))
        return bool(self.trouble) or not all(part.isfinite().all() for part in numbers)

    def looks_like(self, other: "Outcome") -> bool:
        """Tell whether two wrong trials may have one reason: as equals, but nan and infinity are no different."""
        both = self.blank and other.blank and not (self.trouble or other.trouble)
        return both or self.equals(other)


def attempt(exercise: Exercise, answer, arguments: dict, single: bool = False) -> Outcome:
    """Try an answer on one input, in float32 if single. Only the time limit and the stop button pass through."""
    if single:
        floats = {name: v.float() for name, v in arguments.items() if isinstance(v, Tensor) and v.is_floating_point()}
        arguments = {**arguments, **floats}
    given = {name: v.clone() if isinstance(v, Tensor) else v for name, v in arguments.items()}  # the rest is numbers
    outcome = Outcome()
    with quiet() as printed:
        guarded(_run, outcome, exercise, answer, given)
    outcome.printed = printed.text
    if not outcome.trouble:
        outcome.changed = [name for name in arguments if _differs(given[name], arguments[name])]
    return outcome


def ask(function: Callable, *arguments) -> tuple[Any, str]:
    """Call a function that may run a learner's code; return its result, and "" or what went wrong, in words."""
    outcome, result = Outcome(), None
    try:
        with quiet():
            result = guarded(function, *arguments)
    except BaseException as error:
        if must_pass(error):
            raise
        _take_down(outcome, error)
    return result, outcome.words or outcome.trouble


def _run(outcome: Outcome, exercise: Exercise, answer, given: dict) -> None:
    """Take down what the answer gives for these arguments, or what goes wrong."""
    try:
        answer = copy.deepcopy(answer) if isinstance(answer, nn.Module) else answer  # run may set its weights and type
        value = exercise.try_out(answer, given)
    except Unreadable as reason:
        outcome.trouble, outcome.words = "unreadable", f"Your answer cannot be used: {reason}"
    except BaseException as error:
        if must_pass(error):
            raise
        _take_down(outcome, error)
    else:
        _read(outcome, exercise, value)


def _read(outcome: Outcome, exercise: Exercise, value) -> None:
    """Take down a result; None and ... are no results."""
    several = value.values() if isinstance(value, dict) else value if isinstance(value, (tuple, list)) else ()
    if value is ... or any(part is ... for part in several):
        outcome.trouble = "untried"
    elif value is None:
        outcome.trouble = "nothing"
        function = "`forward`" if exercise.kind == "module" else "function"
        outcome.words = f"Your {function} returns nothing (None). Is the line with `return` missing?"
    else:
        try:
            outcome.parts = as_parts(value, exercise.returns)
        except Unreadable as reason:
            outcome.trouble, outcome.words = "unreadable", f"The result cannot be compared: {reason}"
        except Exception as error:  # an object that fails when it is looked at
            outcome.trouble, fails = "unreadable", f"reading it fails with {type(error).__name__}"
            outcome.words = f"The result cannot be compared: it is {kind_of(value)}, and {fails}."


def said(error: BaseException) -> str:
    """Return an error's text in one line; what somebody has written may fail here, too."""
    try:
        return " ".join(str(error).split())
    except Exception:
        return ""


def _take_down(outcome: Outcome, error: BaseException) -> None:
    """Take down an exception in words: what, where, and what often is the reason."""
    text = said(error)
    outcome.trouble, outcome.error = "raised", type(error).__name__
    if isinstance(error, Refused):
        outcome.trouble, outcome.error = "refused", text  # two of them are alike if they say the same
        outcome.words = f"{text[:1].upper()}{text[1:]}{'' if text.endswith('?') else '.'}"
        return
    text = _cut(text, 200)
    if isinstance(error, SystemExit):
        outcome.words = "Your code calls `exit()`. Leave it out: a function ends with `return`."
        return
    if "ellipsis" in text.lower():
        outcome.trouble = "untried"
        return
    line, names = _learners_line(error)
    words = f"Your code stops with an error: {outcome.error}{': ' if text else ''}{text}"
    outcome.words = words + (line and f"\n  {line}") + _advice(error, text, line, names)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 3]}..."


def _learners_line(error: BaseException) -> tuple[str, dict]:
    """Return the last line of the learner's own code on the way to an error, "" if there is none; and its variables."""
    found, names, trace = "", {}, error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not file.startswith(LIBRARIES):
            names = trace.tb_frame.f_locals
            source = _cut(linecache.getline(file, trace.tb_lineno).strip(), 120)
            found = f"line {trace.tb_lineno}: {source}" if source else f"line {trace.tb_lineno}"
        trace = trace.tb_next
    return found, names


def _advice(error: BaseException, text: str, line: str, names: dict) -> str:
    """Say what errors of this kind, in this line, often come from."""
    if isinstance(error, RecursionError):
        return "\nThe function calls itself, again and again."
    if isinstance(error, NameError) and error.name and error.name in getattr(names.get("self"), "__dict__", {}):
        return f"\nWhat the object keeps has `self.` in front: self.{error.name}."
    if "step must be greater than zero" in text:
        return "\nTensors know no steps backwards, as in [::-1]. To turn one round there is `flip`."
    if re.search(r"expected.*(scalar type|dtype)|same dtype|expected m1 and m2 to have the same|type \(", text):
        return "\nThe inputs here are float64. Give tensors that you make yourself the input's type: dtype=X.dtype."
    meeting = re.search(r"mat1 and mat2 .*\(\d+x(\d+) and (\d+)x\d+\)", text)
    if meeting and re.search(r"@|\bmm\(|\bmatmul\(", line):
        return f"\n`@` is the matrix product: {meeting[1]} columns on its left would need as many rows on its right."
    if meeting:
        return f"\nRows of {meeting[1]} numbers arrive at a linear layer that was made for {meeting[2]}."
    if "before Module.__init__" in text:
        return "\nThe first line of `__init__` must be super().__init__()."
    if isinstance(error, TypeError) and re.search(r"positional argument|takes no arguments", text):
        return "\nLook at the line with `def`: it must take the arguments that the task names, in that order."
    if isinstance(error, IndexError) and not re.search("imension|mask", text):
        return "\nA place outside the tensor was read or written: check where each loop ends."
    return ""


def _differs(given, original) -> bool:
    """Tell whether an argument is no longer what it was."""
    if isinstance(original, Tensor):
        same_kind = (given.shape, given.dtype, given.layout) == (original.shape, original.dtype, original.layout)
        return not same_kind or not torch.equal(given.detach(), original)
    return type(given) is type(original) and isinstance(original, (int, float, str, tuple, list)) and given != original
