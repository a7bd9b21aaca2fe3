"""Where to look, for wrong answers that match no known mistake: how the results differ, and on which inputs."""

from collections.abc import Callable
from itertools import permutations

import torch
from torch import Tensor

from convlab.exercises.engine.shrink import is_pair
from convlab.exercises.engine.values import close, same

Trial = tuple[dict, dict, dict]  # arguments, expected parts, got parts


def how(failed: list[Trial]) -> list[str]:
    """Say how the results differ from the right ones, in the same way for all of them; for each part by itself."""
    names = list(failed[0][1])
    pairs = {name: [(expected[name], got[name]) for _, expected, got in failed] for name in names}
    pairs = {name: [pair for pair in found if not same(*pair)] for name, found in pairs.items()}
    wrong = [name for name in names if pairs[name]]
    if len(names) == 1:
        return [sentence for sentence in (_relation(pairs[name]) for name in names) if sentence]
    if _in_other_order(names, failed):
        return [f"The results are right, but not in the order that is asked for: {', '.join(names)}."]
    # A part that is always the same, such as the number of graphs kept, is a word only where it is wrong.
    varied = {name for name in names if not all(same(expected[name], failed[0][1][name]) for _, expected, _ in failed)}
    right = [name for name in names if name not in wrong and name in varied]
    good = [f"Right: {', '.join(right)}."] if right else []
    return good + [f"{name}: {_relation(pairs[name])}" for name in wrong]


def _in_other_order(names: list[str], failed: list[Trial]) -> bool:
    """Tell whether the results are the right ones in another order."""
    return any(
        all(same(got[a], expected[b]) for _, expected, got in failed for a, b in zip(names, order, strict=True))
        for order in list(permutations(names))[1:24]
    )


def _relation(pairs: list[tuple]) -> str:
    """Return the first sentence that holds for all pairs of (expected, got); a rule may say None: too small to tell."""
    if any(isinstance(part, str) for pair in pairs for part in pair):
        word = isinstance(pairs[0][0], str)
        return "It is another word." if word else "It is text; a number or a tensor is needed."
    for holds, sentence in RELATIONS:
        answers = [answer for answer in (holds(expected, got) for expected, got in pairs) if answer is not None]
        if answers and all(answers):
            return sentence
    factor = _factor(pairs)
    if factor:
        rounded = " Is a number rounded? Write 1/3, and not 0.33." if abs(factor - 1) < 0.02 else ""
        return f"Every number is {factor:.4g} times the right one.{rounded}"
    if all(expected.ndim == got.ndim == 0 for expected, got in pairs):
        return "The number is not right."
    alike = {expected.shape == got.shape for expected, got in pairs}
    if len(alike) == 1:
        return "The shape is right; the numbers are not." if alike == {True} else "The shape is not right."
    return "For some inputs the shape is right and the numbers are not; for others the shape is wrong."


def _equal(expected: Tensor, got: Tensor) -> bool:
    return expected.shape == got.shape and bool(close(expected, got).all())


def _is(expected: Tensor, got: Tensor, change: Callable) -> bool:
    """Tell whether a result is a changed map, or several of them."""
    return expected.ndim == got.ndim >= 2 and _equal(expected, change(got))


def _offset(expected: Tensor, got: Tensor) -> bool | None:
    """Tell whether all entries of a result are off by the same amount."""
    if expected.shape != got.shape or expected.numel() < 2:
        return None if expected.shape == got.shape else False
    return bool(close(got - expected, (got - expected).flatten()[0].expand(got.shape)).all())


def _only_border(expected: Tensor, got: Tensor) -> bool | None:
    """Tell whether the differences are in the outer rows and columns of a map alone."""
    if expected.shape != got.shape or expected.ndim < 2 or min(expected.shape[-2:]) < 3:
        return None if expected.shape == got.shape and expected.ndim >= 2 else False
    if not expected[..., 1:-1, 1:-1].any():
        return None  # a kernel with zeros stuffed in: that its inside is 0 says nothing
    return bool(close(expected, got)[..., 1:-1, 1:-1].all())


def _part_of(small: Tensor, large: Tensor) -> bool | None:
    """Tell whether one result is the other without some of its last rows, columns, ..."""
    if small.ndim != large.ndim or small.ndim == 0 or any(a > b for a, b in zip(small.shape, large.shape, strict=True)):
        return False
    if small.numel() == 0:
        return None  # nothing is a part of everything
    return _equal(small, large[tuple(slice(side) for side in small.shape)])


SWAPPED = "It is the right result, with rows and columns swapped."
RELATIONS: list[tuple[Callable, str]] = [
    (lambda e, g: g.numel() == 0 < e.numel(), "The result is empty. (A slice such as `[p:-p]` is, where p is 0.)"),
    (lambda e, g: not torch.isfinite(g).all() and bool(torch.isfinite(e).all()),
     "There is a `nan` (not a number) in it, or an infinite number. Is something divided by 0?"),
    (lambda e, g: e.shape != g.shape and _equal(e.squeeze(), g.squeeze()),
     "The numbers are right, but dimensions of size 1 are too many or missing."),
    (lambda e, g: e.shape != g.shape and _is(e, g, lambda t: t.mT), SWAPPED),
    (lambda e, g: e.shape != g.shape and e.numel() == g.numel() and _equal(e.flatten(), g.flatten()),
     "The numbers are right and in the right order, but the shape is not."),
    (lambda e, g: e.ndim == 1 and _part_of(g, e), "It is the right result with its last numbers missing."),
    (lambda e, g: e.ndim == 1 and _part_of(e, g), "It is the right result with more numbers behind it."),
    (lambda e, g: e.ndim > 2 and e.ndim == g.ndim and _equal(e, g.transpose(0, 1)),
     "It is the right result, with its first two dimensions swapped."),
    (lambda e, g: e.ndim > 2 and e.shape[-2:] == g.shape[-2:] and _part_of(g, e),
     "It is the right result with its last channels or images missing."),
    (lambda e, g: _part_of(g, e), "It is the right result with its last rows or columns missing."),
    (lambda e, g: _part_of(e, g), "It is the right result with more rows or columns behind it."),
    (lambda e, g: _equal(e, -g), "The sign of every number is wrong."),
    (lambda e, g: _equal(e.trunc(), g), "The fractions are cut off: the result has whole numbers only."),
    (lambda e, g: _equal(e.clamp(min=0), g), "Negative numbers have become 0."),
    (lambda e, g: _equal(e.abs(), g), "Negative numbers have lost their sign."),
    (lambda e, g: _is(e, g, lambda t: t.flip(-2, -1)), "It is the right result, turned by 180 degrees."),
    (lambda e, g: _is(e, g, lambda t: t.flip(-2)), "It is the right result, upside down."),
    (lambda e, g: _is(e, g, lambda t: t.flip(-1)), "It is the right result, with left and right swapped."),
    (lambda e, g: _is(e, g, lambda t: t.mT), SWAPPED),
    (lambda e, g: g.shape == e.shape and bool((g == 0).all()), "It is 0 everywhere."),
    (_offset, "All numbers of a result are off by the same amount."),
    (_only_border, "It goes wrong at the border; the inside is right."),
]  # fmt: skip


def _factor(pairs: list[tuple[Tensor, Tensor]]) -> float | None:
    """Return the factor between results and right ones, if it is the same for all of them."""
    if any(expected.shape != got.shape or expected.is_complex() for expected, got in pairs):
        return None
    expected = torch.cat([pair[0].flatten() for pair in pairs])
    got = torch.cat([pair[1].flatten() for pair in pairs])
    if (expected != 0).sum() < 2:
        return None
    factor = (got * expected).sum() / (expected * expected).sum()
    return factor.item() if factor.abs() > 1e-3 and _equal(expected * factor, got) else None


def where(failed: list[dict], passed: list[dict]) -> list[str]:
    """Say what all inputs with wrong results have in common, if few of the others have it."""
    wrong, right = ([_features(arguments) for arguments in inputs] for inputs in (failed, passed))
    common = (feature for feature in wrong[0] if all(each.get(feature, False) for each in wrong))
    others = {feature: sum(each.get(feature, False) for each in right) for feature in common}
    only = min(others, key=others.__getitem__, default="")
    return [f"It goes wrong only where {only}."] if only and others[only] <= len(right) / 4 > 0.5 else []


def _features(arguments: dict) -> dict[str, bool]:
    """Return what can be said about an input, each with yes or no."""
    features = {}
    tensors = {name: value for name, value in arguments.items() if isinstance(value, Tensor)}
    for name, value in arguments.items():
        if isinstance(value, bool):
            features[f"{name} is {value}"] = True
        elif isinstance(value, int):
            features[f"{name} is larger than 1"] = value > 1
            features[f"{name} is not 0"] = value != 0
        elif is_pair(value):
            features[f"the numbers of {name} differ"] = len(set(value)) > 1
            features[f"a number of {name} is larger than 1"] = max(value) > 1
            features[f"a number of {name} is not 0"] = any(value)
    for name, value in tensors.items():
        if value.ndim >= 2:
            height, width = value.shape[-2:]
            features[f"{name} has not as many rows as columns"] = height != width
            features[f"{name} has more than one row"] = height > 1
            features[f"{name} has more than one column"] = width > 1
            features[f"{name} has a side with an even number of pixels"] = height % 2 == 0 or width % 2 == 0
        if value.ndim >= 3:
            features[f"{name} has more than one channel"] = value.shape[-3] > 1
        features[f"{name} has more than one entry"] = value.numel() > 1
        features[f"there are negative numbers in {name}"] = bool((value < 0).any())
        features[f"there are fractions in {name}"] = bool((value % 1 != 0).any())
    return features
