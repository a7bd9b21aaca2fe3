"""Verdicts on a test that a learner writes: it must accept all sound functions, and refuse all broken ones."""

from collections.abc import Callable

import numpy as np
import torch

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.engine.guard import time_limit
from convlab.exercises.engine.trial import ask
from convlab.exercises.engine.values import kind_of
from convlab.exercises.engine.verdict import Verdict, named, not_tried, refused

ALL_PASS = "It refuses none. A test compares: with `assert`, or it returns True or False."


def judge_test(exercise: Exercise, answer: Callable) -> Verdict:
    """Return the verdict on a test: which right function it refuses, or which faults slip through."""
    with time_limit():
        told = _told(exercise, answer)
        wrong = [name for name in exercise.sound if told[name]] + [name for name in exercise.broken if not told[name]]
        alike = (m for m in exercise.mistakes if wrong and _refused(told) == _refused(_told(exercise, m.wrong)))
        mistake = next(alike, None)
    if "untried" in told.values():
        return not_tried(exercise, "There is still a `...` in your answer. Put your own code in its place.")
    count, slipped = len(exercise.broken), [name for name in wrong if name in exercise.broken]
    if not wrong:
        words = f"It accepts {len(exercise.sound)} right functions, and refuses {count} that are broken."
        return Verdict(exercise.name, "passed", [words])
    if len(slipped) < len(wrong):
        sentences, share = [f"It refuses a right function ({wrong[0]}). {told[wrong[0]]}"], 0.0
    else:
        share = 1 - len(slipped) / count
        let = f"It refuses {count - len(slipped)} of {count} broken functions. Let through: {'; '.join(slipped)}."
        sentences = [let if share else ALL_PASS]
    return refused(exercise, sentences + (named(mistake) if mistake else [exercise.hint]), mistake, share=share)


def _refused(told: dict[str, str]) -> list[str]:
    return [name for name, words in told.items() if words]


def _told(exercise: Exercise, test: Callable) -> dict[str, str]:
    """Return what a test says of each function, by its name: "" if it accepts it."""
    return {name: _one(test, function) for name, function in {**exercise.sound, **exercise.broken}.items()}


def _one(test: Callable, function: Callable) -> str:
    """Return why a test refuses a function; "" if it accepts it."""
    result, trouble = ask(test, lambda *given, **named: function(*given, **named))  # its name would give it away
    if trouble or result is None:
        return trouble
    if isinstance(result, (bool, np.bool_)) or (isinstance(result, torch.Tensor) and result.numel() == 1):
        return "" if result else "Your test returns False."
    return f"Your test must return True or False, or use `assert`; it returns {kind_of(result)}."
