"""Make a counterexample smaller, as long as it still is one."""

import contextlib
import time
from collections.abc import Callable, Iterator
from itertools import combinations

from torch import Tensor

from convlab.exercises.engine.guard import TimeUp, time_limit

MOST_TRIES = 600
SECONDS = 1.0


def is_pair(value) -> bool:
    """Tell whether an argument is a setting with a whole number for each direction, such as a stride of (2, 1)."""
    return isinstance(value, tuple) and bool(value) and all(type(entry) is int for entry in value)


def cost(arguments: dict) -> tuple:
    """Return how much there is to read in an input: entries first, then the size of the numbers."""
    tensors = [value for value in arguments.values() if isinstance(value, Tensor)]
    entries = sum(tensor.numel() for tensor in tensors)
    size = sum(tensor.abs().sum().item() for tensor in tensors)
    values = (value if isinstance(value, tuple) else (value,) for value in arguments.values())
    numbers = sum(abs(entry) for value in values for entry in value if isinstance(entry, (int, float)))
    return entries, numbers, size


def smallest(fails: Callable[[dict], bool], arguments: dict, drawn: list[dict], entries: bool = True) -> dict:
    """Return an input for which fails is still true and that no single step makes simpler.

    Args:
        fails: tells whether an input is a counterexample.
        arguments: one to start with.
        entries: whether the tensors' numbers are made simpler, too; no use where the shape is what is wrong.
        drawn: all inputs that were drawn; nothing goes below the least of them (a stride of 1, a side of 2).
    """
    best, floor, late, tries = arguments, _floor(drawn), time.monotonic() + SECONDS, MOST_TRIES
    # A simpler input may be one on which the answer never ends.
    with contextlib.suppress(TimeUp), time_limit(SECONDS):
        steps = _simpler(best, floor, entries)
        while (candidate := next(steps, None)) and tries and time.monotonic() < late:
            tries -= 1
            if fails(candidate):
                best, steps = candidate, _simpler(candidate, floor, entries)
    return best


def _floor(drawn: list[dict]) -> dict:
    """Return the least of what was drawn, for each argument: sides and smallest entry, or the smallest number."""
    floor = {}
    for name, first in drawn[0].items():
        values = [arguments[name] for arguments in drawn]
        if isinstance(first, Tensor) and len({value.ndim for value in values}) == 1:
            sides = [min(sides) for sides in zip(*(value.shape for value in values), strict=True)]
            floor[name] = sides, min(value.min().item() for value in values)
        elif is_pair(first) and len(set(map(len, values))) == 1:
            floor[name] = tuple(min(entries) for entries in zip(*values, strict=True))
        elif isinstance(first, (int, float)) and not isinstance(first, bool):
            floor[name] = min(values)
    return floor


def _simpler(arguments: dict, floor: dict, entries: bool) -> Iterator[dict]:
    """Yield inputs that are a step simpler: fewer rows, fewer channels, smaller numbers."""
    axes = [
        (name, axis, value.shape[axis])
        for name, value in arguments.items()
        if isinstance(value, Tensor) and name in floor
        for axis in range(value.ndim)
        if value.shape[axis] > floor[name][0][axis]
    ]
    for name, axis, side in axes:
        for begin in (0, 1):
            yield {**arguments, name: arguments[name].narrow(axis, begin, side - 1).clone()}
    for name, value in arguments.items():
        if isinstance(value, int) and name in floor and value > floor[name]:
            yield {**arguments, name: value - 1}
        if isinstance(value, float) and name in floor:
            yield from ({**arguments, name: simple} for simple in _simpler_numbers(value, floor[name]))
        for place, least in enumerate(floor[name] if name in floor and is_pair(value) else ()):
            if value[place] > least:
                yield {**arguments, name: (*value[:place], value[place] - 1, *value[place + 1 :])}
    for (name, axis, side), (other, along, length) in combinations(axes, 2):
        if side == length and name != other:  # such as the channels of image and kernel: only both together
            cut = {one: arguments[one].narrow(at, 0, side - 1).clone() for one, at in ((name, axis), (other, along))}
            yield {**arguments, **cut}
    for name in floor if entries else ():
        if isinstance(arguments[name], Tensor):
            yield from ({**arguments, name: value} for value in _simpler_entries(arguments[name], floor[name][1]))


def _simpler_entries(tensor: Tensor, least: float) -> Iterator[Tensor]:
    """Yield the tensor with one entry replaced by a simpler number: 0, 1, or without its fraction."""
    for place in range(tensor.numel()):
        entry = tensor.flatten()[place].item()
        for simple in _simpler_numbers(entry, least):
            changed = tensor.clone()
            changed.view(-1)[place] = simple
            yield changed


def _simpler_numbers(entry: float, least: float) -> list[float]:
    """Return 0, 1 and the number without its fraction, as far as they are simpler."""
    return [simple for simple in (0.0, 1.0, float(int(entry))) if simple >= least and _effort(simple) < _effort(entry)]


def _effort(entry: float) -> tuple:
    """Return how hard a number is to reckon with: fractions are harder than whole numbers, -1 is harder than 1."""
    return entry % 1 != 0, abs(entry), entry < 0
