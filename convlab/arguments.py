"""What every operator asks of its arguments, and what it says when it does not get it.

PyTorch's own rules, in the words of this course: what was given, what is needed, and the shapes involved.
"""

import operator
from collections.abc import Sequence

import torch
from torch import Tensor

AXES = {1: "width", 2: "height, width", 3: "depth, height, width"}
INTEGERS = (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)
FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
COMPLEX = (torch.complex64, torch.complex128)
Size = int | Sequence[int]  # one number for all axes, or one for each
LARGEST = 2**31 - 1  # of sizes and steps; tensors cannot hold more lines anyway


def as_tuple(function: str, name: str, value, ndim: int, minimum: int, repeat: bool = True) -> tuple[int, ...]:
    """Return an int or a sequence of ints as a tuple of ndim ints, each at least minimum.

    With repeat, (2,) means the same as 2. Some of torch's operators allow that, some do not.

    >>> as_tuple("conv2d", "stride", 2, ndim=2, minimum=1)
    (2, 2)
    >>> as_tuple("conv2d", "stride", (2, 0), ndim=2, minimum=1)
    Traceback (most recent call last):
        ...
    ValueError: conv2d: stride is (2, 0); each entry must be at least 1
    """
    several = isinstance(value, (tuple, list))
    numbers = tuple(map(_whole, value if several else (value,)))
    if None in numbers or (isinstance(value, Tensor) and not repeat):
        raise TypeError(f"{function}: {name} must be a whole number or a tuple of {ndim} ({AXES[ndim]}), got {value!r}")
    if len(numbers) == 1 and (repeat or not several):
        numbers *= ndim
    if len(numbers) != ndim:
        raise ValueError(f"{function}: {name} is {numbers}; it needs one number or {ndim} of them ({AXES[ndim]})")
    if max(numbers) > LARGEST:
        raise ValueError(f"{function}: {name} is {value}; each entry may be at most {LARGEST}")
    if min(numbers) < minimum:
        shown = numbers if several else numbers[0]
        needed = "negative values are not allowed" if minimum == 0 else f"each entry must be at least {minimum}"
        raise ValueError(f"{function}: {name} is {shown}; {needed}")
    return numbers


def as_whole(function: str, name: str, value) -> int:
    """Return a whole number, numpy's or a tensor's too, as an int.

    >>> as_whole("conv2d", "groups", 1.5)
    Traceback (most recent call last):
        ...
    TypeError: conv2d: groups must be a whole number, got 1.5
    """
    number = _whole(value)
    if number is None:
        raise TypeError(f"{function}: {name} must be a whole number, got {value!r}")
    if abs(number) > LARGEST:
        raise ValueError(f"{function}: {name} is {number}; it may be at most {LARGEST}")
    return number


def _whole(value) -> int | None:
    """Return an int, or None for what is no whole number; True counts as none."""
    try:
        return None if isinstance(value, bool) else operator.index(value)
    except (TypeError, ValueError, RuntimeError):  # tensors have their own ways to say it
        return None


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


def check_alike(function: str, **tensors: Tensor) -> None:
    """Refuse tensors of different types or on different devices."""
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


def as_batch(function: str, input: Tensor, ndim: int) -> tuple[Tensor, bool]:
    """Return input with a batch dimension, and whether it came without one."""
    if input.ndim == ndim + 1:
        return input.unsqueeze(0), True
    if input.ndim == ndim + 2:
        return input, False
    raise ValueError(
        f"{function}: the input must be (N, C, {AXES[ndim]}) or, for one image, (C, {AXES[ndim]}); "
        f"got {input.ndim} dimensions: {tuple(input.shape)}"
    )


def check_not_empty(function: str, input: Tensor, ndim: int) -> None:
    """Refuse an input without channels or pixels; a batch of 0 images is fine."""
    if 0 in input.shape[-ndim - 1 :]:
        raise ValueError(f"{function}: the input is empty: {tuple(input.shape)}; only the batch may have size 0")
