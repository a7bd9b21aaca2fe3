"""Numbers and pictures in the forms that people have: tensors, arrays, nested lists, PIL images.

What is clear is taken. All else is refused in a sentence: what was given, what is needed, and what to do.
"""

from __future__ import annotations

import sys
from numbers import Number
from os import PathLike

import numpy as np
import torch
from torch import Tensor

_OPAQUE = {"1": "L", "L": "L", "P": "RGB", "RGB": "RGB", "RGBX": "RGB"}  # PIL's modes, and what they are taken as
_CLEAR = {"LA": "L", "PA": "RGB", "RGBA": "RGB"}  # with transparency
ROUNDING = 1e-4  # by so much a float image may leave [0, 1]: what was added up is not exact
_PLAIN = ("F", "I", "I;16", "I;16B", "I;16L", "I;16N")  # a number for each pixel


def as_numbers(where: str, value, needed: str) -> Tensor:
    """Return real numbers as an ordinary tensor on the CPU, without history; it may share the value's memory.

    Args:
        where: what each message begins with.
        value: tensor, array, nested lists, or a PIL image, which becomes (H, W) or (3, H, W).
        needed: what the value must be, for the messages.

    Raises:
        TypeError: anything else, complex numbers among it.
        ValueError: a PIL image that is transparent in places.

    >>> as_numbers("draw: x", [[1, 0.5]], "a matrix of numbers")
    tensor([[1.0000, 0.5000]], dtype=torch.float64)
    >>> as_numbers("draw: x", [[1, 2], [3]], "a matrix of numbers")
    Traceback (most recent call last):
        ...
    TypeError: draw: x must be a matrix of numbers, but its rows have different lengths
    """
    if isinstance(value, Tensor):
        if value.layout != torch.strided or value.is_nested or value.is_quantized or value.is_meta:
            raise TypeError(
                f"{where} must be an ordinary (dense) tensor with numbers; try .to_dense() or .dequantize()"
            )
        numbers = value.detach().cpu().as_subclass(Tensor)
    else:
        numbers = torch.from_numpy(_as_array(where, _from_pil(where, value) if is_pil(value) else value, needed))
    if numbers.is_complex():
        kind = str(numbers.dtype).removeprefix("torch.")
        raise TypeError(f"{where} must be {needed}, but it is {kind}; take .real, .imag or .abs() of it")
    return numbers


def to_draw(where: str, value, ndim: int, needed: str) -> Tensor:
    """Return numbers with so many axes for a figure, as float64: whatever `as_numbers` takes; refuse all else in words.

    >>> to_draw("draw: x", [True, False], 1, "a row")
    tensor([1., 0.], dtype=torch.float64)
    """
    numbers = as_numbers(where, value, needed).double()
    shape = tuple(numbers.shape)
    last = len(shape) == 3 and shape[2] == 3 != shape[0] and (ndim < 3 or min(shape[:2]) > 16)  # maps are less likely
    if len(shape) != ndim or last or (0 in shape and ndim > 1):
        one = f". One of them is {_name(value)}[0]" if 0 not in shape and len(shape) == ndim + 1 else ""
        raise ValueError(f"{where} must be {needed}, got {shape}{_other_shape(value, shape) if last else one}")
    return numbers


def as_picture(
    where: str, value, needed: str = "(H, W), or (3, H, W) for red, green and blue", most: int = 0
) -> Tensor:
    """Return a picture (C, H, W), uint8, with 1 or 3 channels.

    Args:
        where: what each message begins with.
        value: (H, W), (1, H, W), (3, H, W), or a batch with one of these: bool, whole numbers from 0 to 255, or floats
            in [0, 1]; or a PIL image.
        needed: which shapes may be given, for the messages.
        most: pixels that a side may have; 0 for any number.

    Raises:
        TypeError, ValueError: what is not clear, with what to do.

    >>> as_picture("draw: image", [[0.0, 1.0]])
    tensor([[[  0, 255]]], dtype=torch.uint8)
    >>> as_picture("draw: image", torch.zeros(4, 5, 3))
    Traceback (most recent call last):
        ...
    ValueError: draw: image must be (H, W), or (3, H, W) for red, green and blue; got shape (4, 5, 3), float32. PyTorch
        has the channels first: image.permute(2, 0, 1)
    """
    if isinstance(value, (str, bytes, PathLike)):
        raise TypeError(f"{where} must be {needed}, got {value!r}; a file is opened with PIL.Image.open")
    image = as_numbers(where, value, needed)
    shape, kind = tuple(image.shape), str(image.dtype).removeprefix("torch.")
    if image.ndim == 4 and len(image) == 1:
        image = image[0]
    image = image[None] if image.ndim == 2 else image
    if image.ndim != 3 or image.shape[0] not in (1, 3) or 0 in shape:
        raise ValueError(f"{where} must be {needed}; got shape {shape}, {kind}{_other_shape(value, shape)}")
    if most and max(image.shape) > most:
        height, width = image.shape[1:]
        step = -(-max(height, width) // most)
        smaller = f"resize(({width // step}, {height // step}))" if is_pil(value) else f"[..., ::{step}, ::{step}]"
        raise ValueError(
            f"{where} has {height} x {width} pixels; at most {most} a side are redrawn at once. Make it smaller, for "
            f"example image{'.' if is_pil(value) else ''}{smaller}"
        )
    numbers = image.double()  # not all kinds of whole numbers have a minimum in PyTorch
    low, high = numbers.min().item(), numbers.max().item()
    if image.dtype == torch.bool or image.is_floating_point():
        if not -ROUNDING <= low <= high <= 1 + ROUNDING:
            advice = f"; {_name(value)} / 255 is" if low >= 0 and high <= 255 else ""
            raise ValueError(f"{where}: a float image must be in [0, 1]; got {low:.2f} to {high:.2f}, {kind}{advice}")
        numbers = (numbers * 255 + 0.5).floor()
    elif low < 0 or high > 255:
        advice = f"; if 65535 is white, give {_name(value)} / 65535" if low >= 0 and high <= 65535 else ""
        raise ValueError(
            f"{where}: an image of whole numbers must have values from 0 to 255; got {low:.0f} to {high:.0f}, "
            f"{kind}{advice}"
        )
    return numbers.to(torch.uint8)


def _as_array(where: str, value, needed: str) -> np.ndarray:
    """Return an array of numbers of its own, in an order of bytes and axes that PyTorch takes without a warning."""
    try:
        array = np.array(_without_tensors(value))
    except (TypeError, ValueError, RuntimeError) as error:
        why = "its rows have different lengths" if "inhomogeneous" in str(error) else str(error).split("\n")[0]
        raise TypeError(f"{where} must be {needed}, but {why}") from None
    kind = array.dtype.kind
    if kind == "O" and all(isinstance(entry, Number) for entry in array.flat):  # fractions, for example
        kind = "c" if any(isinstance(entry, complex) for entry in array.flat) else "f"
    if kind not in "biufc":
        what = type(value).__name__ + (f" of {array.dtype}" if isinstance(value, np.ndarray) else "")
        raise TypeError(f"{where} must be {needed}, got {what}")
    if array.dtype in (object, np.longdouble, np.clongdouble):
        return array.astype(complex if kind == "c" else float)
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _without_tensors(value):
    """Return nested lists in which every tensor is an array; numpy takes none with a history, none of 16 bits."""
    if isinstance(value, Tensor):
        return (value.double() if value.is_floating_point() else value).detach().cpu().numpy()
    return [_without_tensors(entry) for entry in value] if isinstance(value, (list, tuple)) else value


def is_pil(value) -> bool:
    """Tell whether it is a PIL image, without importing PIL."""
    pil = sys.modules.get("PIL.Image")
    return pil is not None and isinstance(value, pil.Image)


def _from_pil(where: str, image) -> np.ndarray:
    """Return a PIL image as (H, W) or (3, H, W)."""
    mode = image.mode
    taken = (_OPAQUE | _CLEAR).get(mode)
    if not taken and mode not in _PLAIN:
        raise TypeError(f"{where}: a PIL image of mode {mode!r} is not taken as it is; image.convert('RGB') is")
    if (mode in _CLEAR or "transparency" in image.info) and image.convert("RGBA").getextrema()[3][0] < 255:
        raise ValueError(
            f"{where}: the PIL image (mode {mode!r}) is transparent in places; image.convert({taken!r}) drops that"
        )
    array = np.asarray(image.convert(taken) if taken else image)
    return array.transpose(2, 0, 1) if array.ndim == 3 else array


def _name(value) -> str:
    """Return what the image is called in an advice: PIL images and lists cannot be computed with."""
    if is_pil(value):
        return "np.asarray(image)"
    return "image" if isinstance(value, (Tensor, np.ndarray)) else "torch.tensor(image)"


def _other_shape(value, shape: tuple[int, ...]) -> str:
    """Return what to do about a shape that is often seen; or nothing."""
    name, first = _name(value), "transpose(2, 0, 1)" if isinstance(value, np.ndarray) else "permute(2, 0, 1)"
    if 0 in shape:
        return ". It has no pixels"
    if len(shape) == 4:
        return f". One image of the batch is {name}[0]"
    if len(shape) != 3:
        return ""
    last = {
        1: f". Without its last axis: {name}[..., 0]",
        3: f". PyTorch has the channels first: {name}.{first}",
        4: f". Channels first, and no transparency: {name}[..., :3].{first}",
    }
    return last.get(shape[2]) or {2: f". Its gray alone: {name}[0]", 4: f". Its colours alone: {name}[:3]"}.get(
        shape[0], ""
    )
