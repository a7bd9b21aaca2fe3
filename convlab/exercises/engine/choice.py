"""Verdicts on answers of which many are right: settings that are chosen, and networks designed under a budget."""

from typing import Any

from torch import Tensor

from convlab.exercises.engine.answer import still_open
from convlab.exercises.engine.budget import network
from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.engine.guard import time_limit
from convlab.exercises.engine.trial import ask
from convlab.exercises.engine.values import Unreadable, as_tensor, same
from convlab.exercises.engine.verdict import Verdict, named, not_tried, refused
from convlab.exercises.engine.words import SIGNS, say


def judge_choice(exercise: Exercise, answer) -> Verdict:
    """Return the verdict of an exercise's own rule, ``accepts``.

    If entries of a dictionary are still open, right ones stand in their place, and said is what begins with the name of
    an entry that is filled, "wide: 38 rows come out".
    """
    name, left = exercise.name, still_open(exercise, answer)
    try:
        given = {**answer, **{key: exercise.right[key] for key in left}} if left else answer
        chosen = network(given) if exercise.kind == "design" else readable(given, exercise.right)
    except Unreadable as reason:
        return Verdict(name, "tried", [f"Your answer cannot be used: {reason}"])
    exercise.accepts(exercise.right)  # what it imports at its first use is not the learner's time
    with time_limit():
        found, trouble = ask(exercise.accepts, chosen)
        if trouble:
            return Verdict(name, "tried", [trouble])
        mistake = next((mistake for mistake in exercise.mistakes if _makes(exercise, mistake, chosen, found)), None)
    demands = found if isinstance(found, list) else [(False, found)] if found else []
    filled = tuple(f"{key}:" for key in exercise.right if key not in left) if left else ("",)
    said = [(bool(met), text) for met, text in demands if text.startswith(filled)]
    words = [f"{SIGNS['passed' if met else 'tried']} {text}" if isinstance(found, list) else text for met, text in said]
    if left and not said:
        return not_tried(exercise, say("still open", keys=", ".join(left)))
    words += [say("still open", keys=", ".join(left))] if left else []
    share = sum(met for met, _ in said) / max(len(demands), 1)
    if all(met for met, _ in said):
        return Verdict(name, "tried" if left else "passed", words, share=share)
    return refused(exercise, words + (named(mistake) if mistake else [exercise.hint]), mistake, share=share)


def _makes(exercise: Exercise, mistake: Mistake, chosen, found) -> bool:
    """Tell whether an answer that is refused makes a mistake: by the mistake's own rule, or being the same."""
    if mistake.when is not None:
        answer, trouble = ask(mistake.when, chosen)
        return bool(answer) and not trouble
    if exercise.kind == "design":
        return ask(exercise.accepts, network(mistake.wrong)) == (found, "")
    if not isinstance(chosen, dict):
        return same(as_tensor(chosen), as_tensor(readable(mistake.wrong, exercise.right)))
    wrong = readable(mistake.wrong, {key: exercise.right[key] for key in mistake.wrong})
    return all(same(as_tensor(chosen[key]), as_tensor(value)) for key, value in wrong.items())


def readable(value, like, name: str = "your answer") -> Any:
    """Return what a learner has chosen in the form of a right answer: numbers, tuples and lists of them, tensors.

    That is: one whole number (or any number, if it is a float), a tuple of so many whole numbers (one may stand for
    two), a list of whole numbers, a tensor with so many dimensions, text, or a dict of these. Raises Unreadable.

    >>> readable({"stride": 2.0, "padding": 1}, {"stride": 1, "padding": (0, 0)})
    {'stride': 2, 'padding': (1, 1)}
    """
    if isinstance(like, dict):
        return {key: readable(value[key], entry, f"`{key}`") for key, entry in like.items()}
    if isinstance(like, str):
        if not isinstance(value, str):
            raise Unreadable(f"{name} must be text")
        return value.strip()
    tensor = as_tensor(value, f"{name}: ")
    if isinstance(tensor, str):
        raise Unreadable(f"{name} is text; leave out the quotation marks")
    if isinstance(like, Tensor):
        if tensor.ndim != like.ndim:
            raise Unreadable(f"{name} must have {like.ndim} dimensions; it has the shape {tuple(tensor.shape)}")
        return tensor
    if tensor.ndim == 0 and (isinstance(like, list) or (isinstance(like, tuple) and len(like) == 2)):
        tensor = tensor.expand(len(like) if isinstance(like, tuple) else 1)
    if isinstance(like, tuple):
        fits, form = tensor.shape == (len(like),), f"{len(like)} numbers"
    else:
        fits, form = (
            (tensor.ndim == 1, "a list of single numbers")
            if isinstance(like, list)
            else (tensor.ndim == 0, "one number")
        )
    if not fits:
        raise Unreadable(f"{name} must be {form}, got {value}")
    if not isinstance(like, float) and not (tensor % 1 == 0).all():
        raise Unreadable(f"{name}: whole numbers are needed, got {value}")
    plain = tensor.tolist() if isinstance(like, float) else tensor.long().tolist()
    return tuple(plain) if isinstance(like, tuple) else plain
