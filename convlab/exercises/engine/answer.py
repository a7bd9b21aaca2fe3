"""What was handed in, before it is tried: whether it is still the placeholder, and of the kind that was asked for."""

import dis
import inspect

from torch import nn

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.engine.slips import build
from convlab.exercises.engine.values import Unreadable, as_parts, kind_of
from convlab.exercises.engine.words import say

DOES_NOTHING = {"RESUME", "NOP", "CACHE", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE", "POP_TOP", "COPY_FREE_VARS"}


def untouched(exercise: Exercise, answer) -> bool:
    """Tell whether an answer is still the placeholder: ``...``, or a function whose body does nothing."""
    if answer is None or answer is ...:
        return True
    if isinstance(answer, dict):
        return bool(answer) and all(value is ... or value is None for value in answer.values())
    if isinstance(answer, (tuple, list)):
        return any(value is ... for value in answer)
    if isinstance(answer, nn.Module):
        answer = type(answer)
    if exercise.faults:
        return _same_code(answer, build(exercise.placeholder, exercise.variable))
    if isinstance(answer, type):
        answer = vars(answer).get("forward") if issubclass(answer, nn.Module) else None
    if not exercise.callable or not inspect.isfunction(answer):
        return False
    return (
        set(answer.__code__.co_consts) <= {None, ..., answer.__doc__}
        and {step.opname for step in dis.get_instructions(answer)} <= DOES_NOTHING
    )


def _same_code(one, other) -> bool:
    """Tell whether two functions, or the methods of two classes, do the same, step by step."""
    if isinstance(one, type) and isinstance(other, type):
        mine, its = ({name: m for name, m in vars(each).items() if inspect.isfunction(m)} for each in (one, other))
        return mine.keys() == its.keys() and all(_same_code(mine[name], its[name]) for name in mine)
    if inspect.isfunction(one) and inspect.isfunction(other):
        return _same_code(one.__code__, other.__code__)
    if not (inspect.iscode(one) and inspect.iscode(other)):
        return bool(type(one) is type(other) and one == other)
    alike = (one.co_code, one.co_names, len(one.co_consts)) == (other.co_code, other.co_names, len(other.co_consts))
    return alike and all(map(_same_code, one.co_consts, other.co_consts))


def still_open(exercise: Exercise, answer) -> list[str]:
    """Return the entries of a dictionary that still hold the placeholder."""
    keys = exercise.right if isinstance(exercise.right, dict) else ()
    return [key for key in keys if answer[key] is ... or answer[key] is None]


def unusable(exercise: Exercise, answer) -> str:
    """Say why an answer is not of the kind that the exercise asks for; "" if it is."""
    kind, given = exercise.kind, kind_of(answer)
    layer = isinstance(answer, nn.Module) or (isinstance(answer, type) and issubclass(answer, nn.Module))
    if kind in ("function", "test") and (not callable(answer) or isinstance(answer, type)):
        how = f'Give its name, without brackets behind it: check("{exercise.name}", {exercise.variable}).'
        return f"This exercise asks for a function, and got {given}. {how}"
    if kind == "module" and not layer:
        return f"This exercise asks for a module: a class made from nn.Module, or an object of one. It got {given}."
    if kind == "design" and not layer and not isinstance(answer, (list, tuple)):
        return f"This exercise asks for a network: an nn.Module, or a list of layers. It got {given}."
    if exercise.callable or kind == "design":
        return ""
    if callable(answer) and not isinstance(answer, nn.Module):
        return f"This exercise asks for a {_asked(exercise)}, and got {given}."
    if isinstance(exercise.right, dict):
        if not isinstance(answer, dict):
            return f"This exercise asks for a dictionary with {', '.join(map(repr, exercise.right))}."
        missing = [key for key in exercise.right if key not in answer]
        return f"Your dictionary has no entry {', '.join(map(repr, missing))}." if missing else ""
    return _unusable_value(exercise, answer) if kind in ("number", "shape", "tensor") else ""


def _asked(exercise: Exercise) -> str:
    return {"predictions": "dictionary of predictions", "choice": "choice of values"}.get(exercise.kind, exercise.kind)


def _unusable_value(exercise: Exercise, answer) -> str:
    """Say why an answer is no number, shape or tensor."""
    try:
        tensor = as_parts(answer)[""]
    except Unreadable as reason:
        return say("unreadable", reason=reason)
    if isinstance(tensor, str):
        return say("text", kind=_asked(exercise))
    if exercise.kind == "shape" and tensor.ndim > 1:
        return say("tensor for shape", name=exercise.name)
    if exercise.kind == "shape" and tensor.ndim == 0:
        return say("number for shape")
    if exercise.kind == "number" and tensor.numel() != 1:
        return say("several for one", count=tensor.numel())
    return ""
