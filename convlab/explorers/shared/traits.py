"""Traits that explorers have: matrices as tensors, whole numbers, pairs, choices, a position in the output."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import torch
from torch import Tensor
from traitlets import TraitType, Undefined, validate

from convlab.arguments import as_tuple, as_whole
from convlab.explorers.shared.base import Explorer, SettingError, settings_checked
from convlab.pictures import as_numbers


class Numbers(Tensor):
    """A tensor as a trait keeps it and as observers get it.

    traitlets asks whether two values are equal and wants one answer, which tensors do not give; so nothing could be
    linked. In all else it is a plain tensor, and so is all that is computed or copied from it.
    """

    __torch_function__ = torch._C._disabled_torch_function_impl
    __hash__ = Tensor.__hash__

    def __eq__(self, other):
        return isinstance(other, Tensor) and self.shape == other.shape and bool(Tensor.__eq__(self, other).all())

    def __ne__(self, other):
        return not self == other

    def __repr__(self, **named):
        return repr(self.as_subclass(Tensor))

    def __deepcopy__(self, memo):
        return self.as_subclass(Tensor).clone()

    def __reduce_ex__(self, protocol):
        return self.as_subclass(Tensor).__reduce_ex__(protocol)


class Setting(TraitType):
    """A trait of an explorer: it is checked by its method `take`; who reads it gets a copy.

    So nothing can be changed behind the browser's back, without the checks.
    """

    def __init__(self, default=Undefined, **named):
        super().__init__(default, **named)
        # No echo: it would undo what is set in the browser between two messages (fast typing, a busy machine).
        self.tag(sync=True, echo_update=False)

    def take(self, obj, value):
        """Return the value as it is kept, or say what is wrong with it: TypeError, ValueError."""
        raise NotImplementedError

    def where(self, obj) -> str:
        """Return what messages begin with."""
        return f"{type(obj).__name__}: {self.name}"

    def validate(self, obj, value):
        """Return the value as it is kept, or raise a SettingError."""
        with settings_checked():
            return self.take(obj, value)

    def get(self, obj, cls=None):
        """Return a copy."""
        return deepcopy(super().get(obj, cls))


class Matrix(Setting):
    """A small matrix (H, W) of finite numbers: given as tensor, array or nested lists, read as float64 tensor.

    More axes in front of it may be there if each has one entry only: of a batch, of channels.
    """

    def __init__(self, **named):
        super().__init__(**named)
        self.tag(to_json=lambda value, widget: value.tolist())

    def take(self, obj, value) -> Tensor:
        """Return the value as a tensor of its own, or say what is wrong with it."""
        return matrix(self.where(obj), value).as_subclass(Numbers)


def matrix(where: str, value) -> Tensor:
    """Return a matrix of finite numbers as a float64 tensor of its own, or say what is wrong with it."""
    found = finite(where, value, "a matrix of numbers", 2)
    if found.ndim != 2 or 0 in found.shape:
        raise ValueError(f"{where} must have two dimensions (height, width), got shape {tuple(found.shape)}")
    return found


def finite(where: str, value, needed: str, ndim: int) -> Tensor:
    """Return numbers as a float64 tensor of its own, without axes of size 1 in front of the last ndim."""
    numbers = as_numbers(where, value, needed).to(torch.float64, copy=True)
    while numbers.ndim > ndim and len(numbers) == 1:
        numbers = numbers[0]
    if not numbers.isfinite().all():
        raise ValueError(f"{where} has entries that are infinite or nan; the explorer shows finite numbers")
    return numbers


class Flag(Setting):
    """True or False."""

    def take(self, obj, value) -> bool:
        """Return numpy's True as Python's; numbers are not taken."""
        if isinstance(value, (bool, np.bool_)):
            return bool(value)
        raise TypeError(f"{self.where(obj)} must be True or False, got {value!r}")


class Milliseconds(Setting):
    """A time from 50 ms on, a whole number."""

    def take(self, obj, value) -> int:
        """Return it as an int."""
        number = as_whole(type(obj).__name__, self.name, value)
        if number < 50:
            raise ValueError(f"{self.where(obj)} is {number}; it needs at least 50 milliseconds")
        return number


class Constants(Setting):
    """Numbers, words and lists that Python and the browser both need: they stand in Python, and are sent."""

    def __init__(self, **named):
        super().__init__(named, read_only=True)

    def take(self, obj, value) -> dict:
        """Return them as they are."""
        return value


class Choice(Setting):
    """One of some words; the first is the default."""

    def __init__(self, words: tuple[str, ...], **named):
        super().__init__(words[0], **named)
        self.words = words

    def take(self, obj, value) -> str:
        """Return the word, or say which there are."""
        if isinstance(value, str) and value in self.words:
            return value
        raise ValueError(f"{self.where(obj)} is {value!r}; it must be one of {', '.join(map(repr, self.words))}")


class Pair(Setting):
    """Two whole numbers (vertical, horizontal), or another count of them; one number stands for all."""

    def __init__(self, default, minimum: int = 0, count: int = 2, **named):
        super().__init__((default,) * count, **named)
        self.minimum, self.count = minimum, count

    def take(self, obj, value) -> tuple[int, ...]:
        """Return the value as a tuple, or say what is wrong with it; settings of an operator in its words."""
        if isinstance(value, (Tensor, np.ndarray)):
            value = value.tolist()
        function = type(obj).__name__ if self.name == "position" else obj._operator
        return as_tuple(function, self.name, value, self.count, minimum=self.minimum)


class Positioned(Explorer):
    """An explorer in which one entry of the output is looked at.

    Subclasses have a property ``output``, and name in ``_settings`` the traits that change its size.
    """

    _settings: tuple[str, ...] = ()

    position = Pair(0)

    def __init__(self, **named):
        super().__init__(**named)
        self.observe(self._keep_position_inside, list(self._settings))

    @validate("position")
    def _check_position(self, proposal):
        position, size = proposal["value"], tuple(self.output.shape)
        if any(p >= n for p, n in zip(position, size, strict=True)):
            name = type(self).__name__
            raise SettingError(f"{name}: position is {position}, but the output is {size}; counted from 0")
        return position

    def _proposed(self, proposal) -> dict:
        """Return the settings as they would be."""
        name, value = proposal["trait"].name, proposal["value"]
        return {n: value if n == name else getattr(self, n) for n in self._settings}

    def _keep_position_inside(self, change):
        inside = tuple(min(p, n - 1) for p, n in zip(self.position, self.output.shape, strict=True))
        if inside != self.position:
            self.position = inside
