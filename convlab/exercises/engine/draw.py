"""Inputs for trials, drawn small to large, and the same in every session."""

import random
from math import prod

import torch
from torch import Tensor

TRIALS = 48
PER_SIZE = 8  # that many trials of each size; in each of the last ones, one number is much larger


class Draw:
    """Draws the arguments of one trial: small numbers first, larger ones in later trials.

    >>> draw = Draw("01-shape", trial=20)
    >>> draw.tensor(2, 3).shape, draw.tensor(2, 3).dtype
    (torch.Size([2, 3]), torch.float64)
    >>> 1 <= draw.whole(1, 9) <= 3
    True
    """

    def __init__(self, name: str, trial: int):
        self._random = random.Random(f"{name} {trial}")
        self.size = trial // PER_SIZE
        self._until_far = trial - (TRIALS - PER_SIZE)

    def whole(self, low: int, high: int, far: int = 0) -> int:
        """Return a whole number from low to high; in early trials near low.

        If far is given, it is far itself in one of the last trials: so an answer fails that knows only small kernels,
        or two images. The first number drawn with far has its turn first, then the second, up to the eighth.
        """
        if far:
            self._until_far -= 1
            if self._until_far == -1:
                return far
        return self._random.randint(low, min(high, low + self.size))

    def choice(self, *values):
        """Return one of the values, each as likely as the others."""
        return self._random.choice(values)

    def number(self) -> float:
        """Return a number: whole at first, with quarters in later trials; negative ones too."""
        reach, parts = 2 + self.size, 4 if self.size > 2 else 1
        return self._random.randint(-reach * parts, reach * parts) / parts

    def tensor(self, *shape: int) -> Tensor:
        """Return a float64 tensor of such numbers."""
        return torch.tensor([self.number() for _ in range(prod(shape))], dtype=torch.float64).reshape(shape)


def draw_cases(exercise) -> list[dict]:
    """Return the inputs of all trials; a plain value has one trial, without input."""
    if exercise.cases is None:
        return [{}]
    return [exercise.cases(Draw(exercise.name, trial)) for trial in range(TRIALS)]
