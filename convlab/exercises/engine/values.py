"""Results of every kind (tensors, arrays, numbers, shapes, tuples) in one form, and when two of them are equal."""

import contextlib
from collections.abc import Mapping
from numbers import Number

import numpy as np
import torch
from torch import Tensor

from convlab.exercises.engine.words import say

RELATIVE, ABSOLUTE = 1e-4, 1e-5  # float32 passes: it keeps 7 digits, and a sum of many products loses one or two


class Unreadable(Exception):
    """A result that is no number, tensor, array or list of numbers; the message says what it is, with a full stop."""

    def __str__(self):
        text = super().__str__()
        return text if text.endswith(("?", ".")) else f"{text}."


def as_parts(value, names: tuple[str, ...] = ()) -> dict[str, Tensor | str]:
    """Return a result as {name: float64 tensor}; a single result has the name "".

    Args:
        value: what a learner's code gave, or the right result.
        names: the names of the parts, if there are several: then a tuple, a list or a dict of that many is needed.

    Raises:
        Unreadable: with the reason.

    >>> as_parts([1, 2])
    {'': tensor([1., 2.], dtype=torch.float64)}
    >>> sorted(as_parts((np.eye(2), 3), names=("K", "b")))
    ['K', 'b']
    """
    if not names:
        return {"": as_tensor(value)}
    wanted = f"{len(names)} results are needed: {', '.join(names)}"
    if isinstance(value, Mapping):
        missing = [name for name in names if name not in value]
        if missing:
            raise Unreadable(f"{wanted}; {', '.join(map(repr, missing))} is missing")
        return {name: as_tensor(value[name], f"{name}: ") for name in names}
    if not isinstance(value, (tuple, list)) or len(value) != len(names):
        given = str(len(value)) if isinstance(value, (tuple, list)) else f"only {kind_of(value)}"
        raise Unreadable(f"{wanted}; the function returns {given}")
    return {name: as_tensor(part, f"{name}: ") for name, part in zip(names, value, strict=True)}


def as_tensor(value, label: str = "") -> Tensor | str:
    """Return numbers as a float64 tensor (complex128 if they are complex) without history, and a word as a word."""
    if isinstance(value, str):
        return " ".join(value.lower().split())
    if isinstance(value, Tensor):
        return _plain(value, label)
    if isinstance(value, (Number, np.generic, np.ndarray)):
        return _plain(_from_numpy(np.asarray(value), label), label)
    if isinstance(value, (list, tuple, range)):
        try:
            entries = [as_tensor(entry, label) for entry in value]
        except RecursionError:
            raise Unreadable(f"{label}it is a list inside a list inside a list, without end") from None
        tensors = [entry for entry in entries if isinstance(entry, Tensor)]
        if len(tensors) < len(entries):
            raise Unreadable(f"{label}there is text among the numbers")
        if len({tuple(tensor.shape) for tensor in tensors}) > 1:
            raise Unreadable(label + say("ragged"))
        return torch.stack(tensors) if tensors else torch.zeros(0, dtype=torch.float64)
    raise Unreadable(f"{label}it is {kind_of(value)}, and not a number or a tensor{_advice(value)}")


def _from_numpy(array: np.ndarray, label: str) -> Tensor:
    """Return an array as a tensor, turned round if numpy has it as a view that torch does not take."""
    if array.dtype.kind == "O":  # fractions, decimals
        with contextlib.suppress(TypeError, ValueError, OverflowError):
            array = array.astype(np.float64)
    if array.dtype.kind not in "biufc":
        raise Unreadable(f"{label}it is an array of {array.dtype}, and not of numbers")
    return torch.from_numpy(np.array(array, dtype=np.complex128 if array.dtype.kind == "c" else np.float64))


def _plain(tensor: Tensor, label: str) -> Tensor:
    """Return a tensor as dense numbers on the CPU, free of gradients."""
    with torch._C.DisableTorchFunctionSubclass():  # a subclass of Tensor may have ideas of its own
        if tensor.is_meta:
            raise Unreadable(f"{label}it is a tensor on the device 'meta', which has a shape but no numbers")
        tensor = tensor.detach()
        tensor = tensor.dequantize() if tensor.is_quantized else tensor
        tensor = tensor.to_dense() if tensor.layout != torch.strided else tensor
        tensor = tensor.to("cpu", torch.complex128 if tensor.is_complex() else torch.float64).clone()
        return tensor if type(tensor) is Tensor else tensor.as_subclass(Tensor)


def learning(result, parameters) -> list[int]:
    """Return for each parameter whether ``backward`` of a result reaches it, as 1 or 0.

    >>> weight = torch.ones(2, requires_grad=True)
    >>> learning((3 * weight).sum(), [weight]), learning((3 * weight.detach()).sum(), [weight])
    ([1], [0])
    """
    nodes, reached = [getattr(result, "grad_fn", None)], {}
    for node in nodes:  # it grows
        if node is not None and node not in reached:
            reached[node] = id(getattr(node, "variable", None))
            nodes += [before for before, _ in node.next_functions]
    return [int(id(parameter) in reached.values()) for parameter in parameters]


def kind_of(value) -> str:
    """Name a kind of object, with its article: a function, a dict."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if callable(value) and hasattr(value, "__name__"):
        return f"the function {value.__name__}"
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _advice(value) -> str:
    """Say what is often the reason for a result of this kind."""
    if type(value).__name__ == "generator":
        return ": it has `yield` where it needs `return`"
    return ": did you forget to call it, with brackets?" if callable(value) else ""


def alike(one: dict, other: dict, *margin: float) -> bool:
    """Tell whether two results are equal: the same parts, the same shapes, and numbers within float32's rounding.

    >>> alike(as_parts(torch.tensor([0.1])), as_parts([0.1])), alike(as_parts([1, 2]), as_parts([2, 1]))
    (True, False)
    """
    return one.keys() == other.keys() and all(same(one[name], other[name], *margin) for name in one)


def same(one: Tensor | str, other: Tensor | str, relative: float = 0.0, absolute: float = 0.0) -> bool:
    """Tell whether two parts are equal; one number counts as a number, however many brackets stand around it.

    Args:
        one: the first.
        other: the second; if it is the right one, a margin beyond rounding counts from here.
        relative: how far off a number may be, as a part of the right one.
        absolute: how far off it may be besides.
    """
    if isinstance(one, str) or isinstance(other, str):
        return isinstance(one, str) and isinstance(other, str) and one == other
    if one.shape != other.shape:
        bare = other.ndim == 0 or (one.ndim, other.ndim) == (0, 1)  # a right map of one number is a map
        if not (bare and one.numel() == other.numel() == 1):
            return False
        one, other = one.reshape(()), other.reshape(())
    near = close(one, other)
    if relative or absolute:
        near = near | ((one - other).abs() <= absolute + relative * other.abs())
    return bool(near.all())


def close(one: Tensor, other: Tensor) -> Tensor:
    """Return which entries are equal, apart from rounding. Shapes must be the same."""
    if one.is_complex() != other.is_complex():
        one, other = one.to(torch.complex128), other.to(torch.complex128)
    finite = other[torch.isfinite(other)].abs()
    scale = max(1.0, finite.max().item() if finite.numel() else 0.0)
    return torch.isclose(one, other, rtol=RELATIVE, atol=ABSOLUTE * scale, equal_nan=True)
