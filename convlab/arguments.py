"""What every operator asks of its arguments, and what it says when it does not get it.

PyTorch's own rules, in the words of this course: what was given, what is needed, and the shapes involved.
"""

import math
import numbers
import operator
from collections.abc import Iterable, Sequence

import numpy as np
import torch
from torch import Tensor

AXES = {1: "width", 2: "height, width", 3: "depth, height, width"}
INTEGERS = (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)
FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
COMPLEX = (torch.complex64, torch.complex128)
SUMMED = FLOATS + COMPLEX + (torch.int64,)  # what convolutions compute with; sums in fewer bits overflow
MOVED = FLOATS + COMPLEX + (torch.bool,)  # what unfold and fold take
Size = int | Sequence[int]  # one number for all axes, or one for each
LARGEST = 2**31 - 1  # of sizes and steps; tensors cannot hold more lines anyway


def as_tuple(function: str, name: str, value, ndim: int, minimum: int, repeat: bool = True) -> tuple[int, ...]:
    """Return a whole number, or a tuple of them, as a tuple of ndim ints, each at least minimum.

    With repeat, (2,) means the same as 2, and a tensor with one number counts. Some of torch's operators allow that,
    some do not.

    >>> as_tuple("conv2d", "stride", 2, ndim=2, minimum=1)
    (2, 2)
    >>> as_tuple("conv2d", "stride", (2, 0), ndim=2, minimum=1)
    Traceback (most recent call last):
        ...
    ValueError: conv2d: stride is (2, 0); each entry must be at least 1
    """
    several = isinstance(value, (tuple, list))
    entries = wholes(value if several else (value,))
    if entries is None or (isinstance(value, Tensor) and not repeat):
        raise TypeError(f"{function}: {name} must be a whole number or a tuple of {ndim} ({AXES[ndim]}), got {value!r}")
    if len(entries) == 1 and (repeat or not several):
        entries *= ndim
    if len(entries) != ndim:
        raise ValueError(f"{function}: {name} is {entries}; it needs one number or {ndim} of them ({AXES[ndim]})")
    if max(entries) > LARGEST:
        raise ValueError(f"{function}: {name} is {value}; each entry may be at most {LARGEST}")
    if min(entries) < minimum:
        shown = entries if several else entries[0]
        needed = "negative values are not allowed" if minimum == 0 else f"each entry must be at least {minimum}"
        raise ValueError(f"{function}: {name} is {shown}; {needed}")
    return entries


def as_whole(function: str, name: str, value, minimum: int | None = None, maximum: int = LARGEST) -> int:
    """Return a whole number (see :func:`whole`) as an int; refuse one outside of minimum to maximum.

    >>> as_whole("conv2d", "groups", 1.5)
    Traceback (most recent call last):
        ...
    TypeError: conv2d: groups must be a whole number, got 1.5
    >>> as_whole("fit", "epochs", 0, minimum=1)
    Traceback (most recent call last):
        ...
    ValueError: fit: epochs is 0; it must be at least 1
    """
    number = whole(value)
    if number is None:
        raise TypeError(f"{function}: {name} must be a whole number, got {value!r}")
    if minimum is not None and number < minimum:
        raise ValueError(f"{function}: {name} is {number}; it must be at least {minimum}")
    if abs(number) > maximum:
        raise ValueError(f"{function}: {name} is {number}; it may be at most {maximum}")
    return number


def whole(value) -> int | None:
    """Return a whole number as an int, and None for anything else.

    The one rule of this package: a whole number is what Python takes as an index, and no truth value. So numpy's
    integers and tensors with one integer count; True does not, and neither does 3.0, which says that somebody divided.

    >>> whole(3), whole(torch.tensor(3)), whole(True), whole(3.0), whole("3")
    (3, 3, None, None, None)
    """
    if isinstance(value, (bool, np.bool_)) or (isinstance(value, Tensor) and value.dtype == torch.bool):
        return None
    try:
        return operator.index(value)
    except (TypeError, ValueError, RuntimeError):  # tensors have their own ways to say it
        return None


def wholes(values: Iterable) -> tuple[int, ...] | None:
    """Return whole numbers (see :func:`whole`) as a tuple of ints, and None if one of the values is none.

    >>> wholes((3, torch.tensor(4))), wholes((3, 4.0))
    ((3, 4), None)
    """
    found = [whole(value) for value in values]
    numbers = tuple(number for number in found if number is not None)
    return numbers if len(numbers) == len(found) else None


def as_position(function: str, position, size: tuple[int, ...]) -> tuple[int, ...]:
    """Return the place of one entry in an output of that size, as ints; refuse one that is not there."""
    entries = wholes(position) if isinstance(position, Iterable) else None
    if entries is None:
        raise TypeError(f"{function}: a position in the output {size} is {len(size)} whole numbers, got {position!r}")
    if len(entries) != len(size) or not all(0 <= entry < length for entry, length in zip(entries, size, strict=True)):
        raise ValueError(f"{function}: position {entries} is outside the output, which is {size}")
    return entries


def is_number(value) -> bool:
    """Tell whether a value is a real number, numpy's too; a truth value is none."""
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def check_positive(function: str, name: str, value) -> None:
    """Refuse what is not a finite number above 0."""
    if not is_number(value):
        raise TypeError(f"{function}: {name} must be a number above 0, got {value!r}")
    if not 0 < value < math.inf:
        raise ValueError(f"{function}: {name} is {value}; it must be a number above 0")


def check_flag(function: str, name: str, value) -> None:
    """Refuse what is not True or False."""
    if not isinstance(value, bool):
        raise TypeError(f"{function}: {name} must be True or False, got {value!r}")


def check_tensor(function: str, name: str, value, dtypes: tuple[torch.dtype, ...]) -> None:
    """Refuse what is not a tensor, and types that the operator cannot compute with."""
    if not isinstance(value, Tensor):
        given = f"{type(value).__module__}.{type(value).__name__}".removeprefix("builtins.")
        raise TypeError(f"{function}: {name} must be a torch.Tensor, got {given}; torch.as_tensor(...) makes one")
    if value.layout != torch.strided or value.is_nested:
        kind = "nested" if value.is_nested else f"of layout {value.layout}"
        raise TypeError(f"{function}: {name} must be an ordinary (dense) tensor, but it is {kind}; try .to_dense()")
    if value.dtype not in dtypes:
        known = ", ".join(str(dtype).removeprefix("torch.") for dtype in dtypes)
        raise TypeError(f"{function}: {name} is {value.dtype}; this operator computes with {known}")


def check_tensors(function: str, dtypes: tuple[torch.dtype, ...], **tensors: Tensor) -> None:
    """Refuse what is not a tensor of one of these types, and tensors of different types or on different devices."""
    for name, tensor in tensors.items():
        check_tensor(function, name, tensor, dtypes)
    (first_name, first), *others = tensors.items()
    for name, tensor in others:
        if tensor.dtype != first.dtype:
            raise TypeError(
                f"{function}: {first_name} is {first.dtype} but {name} is {tensor.dtype}; both must have one type, "
                f"for example {name}.to({first_name}.dtype)"
            )
    check_one_device(function, **tensors)


def check_one_device(function: str, **tensors: Tensor) -> None:
    """Refuse tensors on different devices."""
    (first_name, first), *others = tensors.items()
    for name, tensor in others:
        if tensor.device != first.device:
            raise ValueError(
                f"{function}: {first_name} is on device '{first.device}' but {name} on '{tensor.device}'; move one of "
                f"them, for example {name}.to({first_name}.device)"
            )


def check_bias(function: str, input: Tensor, weight: Tensor, bias: Tensor | None, out_channels: int) -> None:
    """Refuse a bias that is not one number for each output channel."""
    if bias is None:
        return
    check_tensors(function, SUMMED, input=input, bias=bias)
    if tuple(bias.shape) != (out_channels,):
        raise ValueError(
            f"{function}: the bias has shape {tuple(bias.shape)}; the weight {tuple(weight.shape)} makes "
            f"{out_channels} output channels, so the bias must be ({out_channels},)"
        )


def as_batch(function: str, input: Tensor, ndim: int, no_channels: bool = False) -> tuple[Tensor, bool]:
    """Return input with a batch dimension, and whether it came without one; refuse one without pixels or channels.

    A batch of 0 images is fine; with no_channels, so are images of 0 channels.
    """
    if input.ndim not in (ndim + 1, ndim + 2):
        raise ValueError(
            f"{function}: the input must be (N, C, {AXES[ndim]}) or, for one image, (C, {AXES[ndim]}); "
            f"got {input.ndim} dimensions: {tuple(input.shape)}"
        )
    if 0 in input.shape[-ndim:] or (input.shape[-ndim - 1] == 0 and not no_channels):
        allowed = "the batch or the channels" if no_channels else "the batch"
        raise ValueError(f"{function}: the input is empty: {tuple(input.shape)}; only {allowed} may have size 0")
    unbatched = input.ndim == ndim + 1
    return input.unsqueeze(0) if unbatched else input, unbatched
