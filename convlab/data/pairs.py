"""What every data set of this package is: images and labels, all at once or pair by pair."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:  # torch comes at the first use
    from torch import Tensor


@dataclass(frozen=True, eq=False, repr=False)
class Pairs:
    """Images with their labels; ``pairs[i]`` is one (image, label), which is what a DataLoader needs.

    Attributes:
        images: (N, C, H, W).
        labels: (N,) int64, from 0.
    """

    called: ClassVar[str] = "pairs"  # in messages
    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        from convlab.arguments import whole  # loads torch

        i, called = whole(index), self.called
        if i is None:
            how = f"for several at once take {called}.images[...] and {called}.labels[...]"
            raise TypeError(f"{called}[{index!r}]: one whole number gives one pair (image, label); {how}")
        if not -len(self) <= i < len(self):
            raise IndexError(f"{called}[{i}]: there are {len(self)} {called}, numbered 0 to {len(self) - 1}")
        return self.images[i], int(self.labels[i])


@dataclass(frozen=True, eq=False, repr=False)
class Pictures(Pairs):
    """Colour pictures with their labels, as `load_emoji`, `load_folder` and `load_cifar10` return them.

    Attributes:
        images: (N, 3, height, width) float32 in [0, 1], channels red, green, blue.
        labels: (N,) int64: the place of the picture's class in `classes`.
        classes: the names of the classes.
        names: of each picture, what it shows, or its file.
        source: where they come from.
    """

    called: ClassVar[str] = "pictures"
    classes: tuple[str, ...]
    names: tuple[str, ...]
    source: str

    def __repr__(self) -> str:
        shape = tuple(self.images.shape)
        return f"{type(self).__name__}({self.source}: images {shape} float32, {len(self.classes)} classes)"

    def split(self, *shares: float, seed: int = 0, groups: Sequence | Tensor | None = None) -> list[Pictures]:
        """Deal the pictures of each class out at random: ``learned, held, test = pictures.split(0.6, 0.2, 0.2)``.

        Each part is of the same kind, as large as its share of all shares. `groups` says of each picture where it
        belongs: a group stays whole.

        Raises:
            TypeError, ValueError: a share is no number above 0, the groups do not fit, or classes or pictures are few.

        >>> from convlab.data import load_emoji
        >>> emoji = load_emoji("val")
        >>> [len(part) for part in emoji.split(0.8, 0.2, groups=emoji.concepts)]
        [183, 63]
        """
        from convlab.arguments import check_positive  # loads torch

        for share in shares or (None,):
            check_positive("split", "each share, as in split(0.6, 0.2, 0.2),", share)
        if len(self.classes) < 2:
            raise ValueError(f"split needs two classes, and there is only {', '.join(self.classes) or 'none'}")
        given = range(len(self)) if groups is None else getattr(groups, "tolist", lambda: groups)()
        of = [group for group in given if isinstance(group, Hashable)] if isinstance(given, Iterable) else []
        if len(of) != len(self):
            raise ValueError(f"split: groups must be {len(self)} names or numbers, one for each picture; got {len(of)}")
        label, part = dict(zip(of, self.labels.tolist(), strict=True)), {}
        ends = [sum(shares[:k]) / sum(shares) for k in range(1, len(shares))]
        for number, name in enumerate(self.classes):
            own = [group for group in label if label[group] == number]
            places = enumerate(Random(seed).sample(own, len(own)))
            dealt = {group: sum((place + 0.5) / len(own) > end for end in ends) for place, group in places}
            if len({*dealt.values()}) < len(shares):
                what = "picture(s)" if groups is None else "group(s) (a group stays whole, and shows one class)"
                raise ValueError(f"split: {name} has {len(own)} {what}: too few for {len(shares)} parts; 30 will do")
            part |= dealt
        tensors = {name: value for name, value in vars(self).items() if hasattr(value, "shape")}
        found = [[i for i, group in enumerate(of) if part[group] == k] for k in range(len(shares))]
        kept = [{name: value[places] for name, value in tensors.items()} for places in found]
        return [replace(self, names=tuple(self.names[i] for i in p), **own) for p, own in zip(found, kept, strict=True)]


def check_choice(function: str, name: str, value: object, choices: tuple[str, ...]) -> None:
    """Refuse what is none of these words."""
    if not isinstance(value, str) or value not in choices:
        error = ValueError if isinstance(value, str) else TypeError
        raise error(f"{function}: {name} must be {' or '.join(map(repr, choices))}, not {value!r}")
