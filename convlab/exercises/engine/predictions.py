"""Verdicts on predictions: one value, or several with names. They say what is off, and never the right value."""

from itertools import combinations

import torch
from torch import Tensor

from convlab.exercises.engine.answer import still_open
from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.engine.trial import Outcome, attempt
from convlab.exercises.engine.values import Unreadable, as_parts, as_tensor, same
from convlab.exercises.engine.verdict import Verdict


def judge_value(exercise: Exercise, answer) -> Verdict:
    """Return the verdict on a number, a shape or a tensor."""
    got, right = attempt(exercise, answer, {}), attempt(exercise, exercise.right, {})
    margin = exercise.margin()
    if got.equals(right, *margin):
        return Verdict(exercise.name, "passed")
    mistake = next((m for m in exercise.mistakes if got.equals(attempt(exercise, m.wrong, {}), *margin)), None)
    if mistake is not None:
        sentences = [f"This looks like: {mistake.name}.", mistake.says]
    elif got.trouble:
        sentences = [got.words]
    else:
        sentences = [_off(exercise, got, right), exercise.hint]
    where = (mistake.where if mistake else "") or exercise.where
    return Verdict(exercise.name, "tried", [text for text in sentences if text], mistake=mistake, where=where)


def _off(exercise: Exercise, got: Outcome, right: Outcome) -> str:
    """Say what is off, without the right value."""
    value, wanted = got.parts[""], right.parts[""]
    if isinstance(value, str) or isinstance(wanted, str):
        return "That is not the answer."
    if exercise.kind == "shape":
        return _off_shape(value, wanted)
    if wanted.numel() == 1 and value.numel() == 1:
        return _off_number(value.item(), wanted.item())
    if value.shape != wanted.shape:
        return f"The shape {tuple(value.shape)} is not right."
    fit = int(torch.isclose(value, wanted).sum())
    return f"The shape is right, and {fit} of {wanted.numel()} numbers." if fit else "The shape is right; no number is."


def _off_number(value: float, wanted: float) -> str:
    """Compare two numbers in words."""
    if value != value:
        return "Your answer is `nan`, which is not a number."
    if isinstance(value, float) and value == -wanted:
        return "The size is right, the sign is not."
    return "Your number is too large." if value > wanted else "Your number is too small."


def _off_shape(value: Tensor, wanted: Tensor) -> str:
    """Compare two shapes in words."""
    if len(value) != len(wanted):
        return f"Your shape has {len(value)} numbers. The right one has {len(wanted)}."
    if (value % 1 != 0).any():
        return "The numbers of a shape are whole numbers."
    if sorted(value.tolist()) == sorted(wanted.tolist()):
        rule = "rows come before columns" if len(wanted) == 2 else "the last two numbers are rows and columns"
        return f"The numbers are right, but not their order. In PyTorch {rule}."
    fit = [bool(entry) for entry in value == wanted]
    axes = {1: ["number"], 2: ["number of rows", "number of columns"]}.get(len(wanted))
    axes = axes or [f"{place} number" for place in ("first", "second", "third", "fourth", "fifth")[: len(wanted)]]
    said = [f"the {axis} is {'right' if good else 'wrong'}" for axis, good in zip(axes, fit, strict=True)]
    if not any(fit):
        return "None of the numbers is right." if len(fit) > 1 else _off_number(value[0].item(), wanted[0].item())
    return f"{'; '.join(said)}.".capitalize()


def judge_predictions(exercise: Exercise, answer: dict) -> Verdict:
    """Return the verdict on several predictions: which are right, and the mistake behind those that are not."""
    open_ones = still_open(exercise, answer)
    wanted = as_parts(exercise.right, tuple(exercise.right))
    got = {}
    for key in [key for key in exercise.right if key not in open_ones]:
        try:
            got[key] = as_tensor(answer[key])
        except Unreadable as reason:
            return Verdict(exercise.name, "tried", [f"Your prediction {key!r} cannot be compared: {reason}"])
        if isinstance(got[key], str) and not isinstance(wanted[key], str):
            return Verdict(exercise.name, "tried", [f"Your prediction {key!r} is text. Write a number or a shape."])
        if outside(exercise, key, got[key]):
            possible = ", ".join(map(str, exercise.options))
            words = f"Your prediction {key!r} is {answer[key]!r}. Possible is one of these: {possible}."
            return Verdict(exercise.name, "tried", [words])
    wrong = [key for key in got if not same(got[key], wanted[key], *exercise.margin(key))]
    right = [key for key in got if key not in wrong]
    if len(right) == len(wanted):
        return Verdict(exercise.name, "passed")
    sentences = [f"Right{' so far' if open_ones else ''}: {', '.join(right) or 'none yet'}."]
    sentences[0] += f" Not right: {', '.join(wrong)}." if wrong else ""
    sentences += [f"Still open: {', '.join(open_ones)}."] if open_ones else []
    found, unexplained = _behind(exercise, got, wanted, wrong)
    for mistake, keys in found:
        at = "" if keys == wrong else f" (at {', '.join(keys)})"
        sentences += [f"This looks like: {mistake.name}{at}.", mistake.says]
    for one, other in combinations(unexplained, 2):  # words and letters
        if isinstance(got[one], str) and (got[one], got[other]) == (wanted[other], wanted[one]):
            sentences.append(f"{one} and {other} are swapped.")
            unexplained = [key for key in unexplained if key not in (one, other)]
    if not exercise.options:
        sentences += [f"{key}: {_off_one(got[key], wanted[key])}" for key in unexplained]
    sentences += [exercise.hint] if exercise.hint and wrong and not found else []
    first = found[0][0] if found else None
    where = (first.where if first else "") or exercise.where
    where = where if wrong else ""
    share = len(right) / len(wanted)
    return Verdict(exercise.name, "tried", sentences, mistake=first, where=where, share=share)


def outside(exercise: Exercise, key: str, value: Tensor | str) -> bool:
    """Tell whether a prediction is none of the words or numbers that are possible."""
    possible = [as_tensor(option) for option in exercise.options]
    asked = any(same(as_tensor(exercise.right[key]), option) for option in possible)
    return asked and not any(same(value, option) for option in possible)


def _off_one(value: Tensor | str, wanted: Tensor | str) -> str:
    """Say what is off in one of several predictions."""
    if isinstance(value, str) or isinstance(wanted, str):
        return "That is not the answer."
    if wanted.ndim == 1:
        return _off_shape(value, wanted) if value.ndim == 1 else "This is a shape: it has a number for each dimension."
    if value.numel() == wanted.numel() == 1:
        return _off_number(value.item(), wanted.item())
    if wanted.ndim == 0:
        return f"One number is asked for; yours are {value.numel()}."
    return "That is not the answer."


def _behind(exercise: Exercise, got: dict, wanted: dict, wrong: list[str]) -> tuple[list, list[str]]:
    """Return the mistakes behind wrong predictions, each with those that it explains, and those that none explains.

    The mistake that explains most comes first. Of two that explain as many, it is the one that spoils nothing else.
    """
    found, left = [], list(wrong)
    while left:
        best, least = None, 0
        explains: list[str] = []
        for mistake in exercise.mistakes:
            spoilt = {key: as_tensor(value) for key, value in mistake.wrong.items()}
            spoilt = {key: value for key, value in spoilt.items() if not same(value, wanted[key])}
            fits = [key for key in left if key in spoilt and same(got[key], spoilt[key], *exercise.margin(key))]
            if len(fits) > len(explains) or (fits and len(fits) == len(explains) and len(spoilt) < least):
                best, explains, least = mistake, fits, len(spoilt)
        if best is None:
            break
        found.append((best, explains))
        left = [key for key in left if key not in explains]
    return found, left
