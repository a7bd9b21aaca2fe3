"""Traits that explorers have: matrices as tensors, pairs of whole numbers. They travel to the browser as lists."""

from __future__ import annotations

import torch
from torch import Tensor
from traitlets import TraitType

from convlab.explorers._base import SettingError, SettingTypeError, refused
from convlab.functional.arguments import as_tuple


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
