"""Traits that explorers have: matrices as tensors, pairs of whole numbers, a position in the output."""

from __future__ import annotations

import torch
from torch import Tensor
from traitlets import TraitType, validate

from convlab.arguments import as_tuple
from convlab.explorers._base import Explorer, SettingError, SettingTypeError, refused


class Matrix(TraitType):
    """A small matrix (H, W) of finite numbers: given as tensor, array or nested lists, kept as float64 tensor."""

    def __init__(self, **named):
        super().__init__(**named)
        self.tag(sync=True, to_json=lambda value, widget: value.tolist(), from_json=lambda value, widget: value)

    def validate(self, obj, value) -> Tensor:
        """Return the value as a tensor of its own, or say what is wrong with it."""
        where = f"{type(obj).__name__}: {self.name}"
        try:
            matrix = torch.as_tensor(value).detach().cpu().to(torch.float64, copy=True)
        except (TypeError, ValueError, RuntimeError) as error:
            raise SettingTypeError(
                f"{where} must be a matrix of numbers, got {type(value).__name__}: {error}"
            ) from None
        if matrix.ndim != 2 or 0 in matrix.shape:
            raise SettingError(f"{where} must have two dimensions (height, width), got shape {tuple(matrix.shape)}")
        if not matrix.isfinite().all():
            raise SettingError(f"{where} has entries that are infinite or nan; the explorer shows finite numbers")
        return matrix


class Pair(TraitType):
    """Two whole numbers (vertical, horizontal); one number stands for both."""

    def __init__(self, default, minimum: int = 0, **named):
        super().__init__((default, default), **named)
        self.minimum = minimum
        self.tag(sync=True)

    def validate(self, obj, value) -> tuple[int, int]:
        """Return the value as a tuple, or say what is wrong with it."""
        if isinstance(value, Tensor):
            value = value.tolist()
        try:
            return as_tuple(obj._operator, self.name, value, 2, minimum=self.minimum)
        except (TypeError, ValueError) as error:
            raise refused(error) from None


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

    def _keep_position_inside(self, change):
        inside = tuple(min(p, n - 1) for p, n in zip(self.position, self.output.shape, strict=True))
        if inside != self.position:
            self.position = inside
