"""Verdicts on predictions: one value, or several with names. They say what is off, and never the right value."""

from itertools import combinations

from torch import Tensor

from convlab.exercises.engine.answer import still_open
from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.engine.trial import Outcome, attempt
from convlab.exercises.engine.values import Unreadable, as_parts, as_tensor, close, same
from convlab.exercises.engine.verdict import Verdict, named, refused
from convlab.exercises.engine.words import AXES, PAIR, say


def judge_value(exercise: Exercise, answer) -> Verdict:
    """Return the verdict on a number, a shape or a tensor."""
    got, right = attempt(exercise, answer, {}), attempt(exercise, exercise.right, {})
    margin = exercise.margin()
    if got.equals(right, *margin):
        return Verdict(exercise.name, "passed")
    mistake = next((m for m in exercise.mistakes if got.equals(attempt(exercise, m.wrong, {}), *margin)), None)
    if mistake is not None:
        return refused(exercise, named(mistake), mistake)
    return refused(exercise, [got.words] if got.trouble else [_off(exercise, got, right), exercise.hint])


def _off(exercise: Exercise, got: Outcome, right: Outcome) -> str:
    """Say what is off, without the right value."""
    value, wanted = got.parts[""], right.parts[""]
    if isinstance(value, str) or isinstance(wanted, str):
        return say("other")
    if exercise.kind == "shape":
        return _off_shape(value, wanted, PAIR)
    if wanted.numel() == 1 and value.numel() == 1:
        return _off_number(value.item(), wanted.item())
    if value.shape != wanted.shape:
        return say("other shape", shape=tuple(value.shape))
    fit = int(close(value, wanted).sum())
    return say("some", fit=fit, count=wanted.numel()) if fit else say("none")


def _off_number(value: float, wanted: float) -> str:
    """Compare two numbers in words."""
    if value != value:
        return say("nan")
    if wanted % 1 and abs(value - wanted) < 0.02 * abs(wanted):
        return say("near")
    if isinstance(value, float) and value == -wanted:
        return say("sign")
    return say("large" if value > wanted else "small")


def _off_shape(value: Tensor, wanted: Tensor, pair: list[str] = AXES[1]) -> str:
    """Compare two shapes in words; pair are the words for two numbers."""
    if len(value) != len(wanted):
        return say("length", count=len(value), wanted=len(wanted))
    if (value % 1 != 0).any():
        return say("whole")
    if sorted(value.tolist()) == sorted(wanted.tolist()):
        return say("order of two" if len(wanted) == 2 else "order")
    fit = [bool(entry) for entry in value == wanted]
    axes = pair if len(fit) == 2 else AXES[len(fit) - 1]
    said = [say("right axis" if good else "wrong axis", axis=axis) for axis, good in zip(axes, fit, strict=True)]
    if not any(fit):
        return say("no axis") if len(fit) > 1 else _off_number(value[0].item(), wanted[0].item())
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
            return Verdict(exercise.name, "tried", [say("unreadable one", key=key, reason=reason)])
        if outside(exercise, key, got[key]):
            options = ", ".join(map(str, exercise.options))
            return Verdict(exercise.name, "tried", [say("no option", given=answer[key], key=key, options=options)])
        if isinstance(got[key], str) and not isinstance(wanted[key], str):
            return Verdict(exercise.name, "tried", [say("text one", key=key)])
    wrong = [key for key in got if not same(got[key], wanted[key], *exercise.margin(key))]
    right = [key for key in got if key not in wrong]
    if len(right) == len(wanted):
        return Verdict(exercise.name, "passed")
    split = [say("right so far" if open_ones else "right", right=", ".join(right) or say("none right"))]
    split += [say("not right", wrong=", ".join(wrong))] if wrong else []
    sentences = [" ".join(split)]
    sentences += [say("still open", keys=", ".join(open_ones))] if open_ones else []
    swapped = [(one, other) for one, other in combinations(wrong, 2) if isinstance(got[one], str)
               and (got[one], got[other]) == (wanted[other], wanted[one])]  # fmt: skip
    sentences += [say("swapped", one=one, other=other) for one, other in swapped]  # a mistake may fit them by chance
    found, unexplained = _behind(exercise, got, wanted, wrong)
    for mistake, keys in sorted(found, key=lambda each: wrong.index(each[1][0])):
        sentences += named(mistake, *(keys if keys != wrong else ()))
    if not exercise.options:
        off = [key for key in unexplained if key not in sum(swapped, ())]
        sentences += [say("off", key=key, said=_off_one(got[key], wanted[key])) for key in off]
    sentences += [exercise.hint] if exercise.hint and wrong and not found else []
    again = {} if wrong else {"where": ""}
    return refused(exercise, sentences, found[0][0] if found else None, share=len(right) / len(wanted), **again)


def outside(exercise: Exercise, key: str, value: Tensor | str) -> bool:
    """Tell whether a prediction is none of the words or numbers that are possible."""
    possible = [as_tensor(option) for option in exercise.options]
    asked = any(same(as_tensor(exercise.right[key]), option) for option in possible)
    return asked and not any(same(value, option) for option in possible)


def _off_one(value: Tensor | str, wanted: Tensor | str) -> str:
    """Say what is off in one of several predictions."""
    if isinstance(value, str) or isinstance(wanted, str):
        return say("other")
    if wanted.ndim == 1:
        return _off_shape(value, wanted) if value.ndim == 1 else say("for a shape")
    if value.numel() == wanted.numel() == 1:
        return _off_number(value.item(), wanted.item())
    if wanted.ndim == 0:
        return say("for a number", count=value.numel())
    return say("other")


def _behind(exercise: Exercise, got: dict, wanted: dict, wrong: list[str]) -> tuple[list, list[str]]:
    """Return the mistakes behind wrong predictions, each with those that it explains, and those that none explains.

    The mistake that explains most comes first. Of two that explain as many, it is the one that spoils nothing else.
    """
    spoils = []
    for mistake in exercise.mistakes:
        values = {key: as_tensor(value) for key, value in mistake.wrong.items()}
        spoils.append((mistake, {key: value for key, value in values.items() if not same(value, wanted[key])}))
    found: list = []
    left = list(wrong)
    while True:
        fits = []
        for mistake, its in spoils:
            keys = [key for key in left if key in its and same(got[key], its[key], *exercise.margin(key))]
            fits.append((mistake, keys, -len(its)))
        best, explains, _ = max(fits, key=lambda fit: (len(fit[1]), fit[2]), default=(None, [], 0))
        if not explains:
            return found, left
        found.append((best, explains))
        left = [key for key in left if key not in explains]
