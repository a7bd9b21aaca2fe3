"""Sizes: how large the output of a convolution is, and which padding leads to a wanted size.

Every argument is a whole number, or a tuple with one entry for each axis ((height, width) for images). If all of
them are numbers the answer is a number; if one is a tuple the answer is a tuple, and a number counts for every axis.
Source: V. Dumoulin, F. Visin, *A guide to convolution arithmetic for deep learning*, 2016, relations 3, 4, 6 and 14.
"""

from collections.abc import Iterable

from torch import Tensor

from convlab.arguments import AXES, as_tuple
from convlab.functional.conv import as_padding
from convlab.functional.windows import count_windows, reach, same, span


def conv_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1) -> int | tuple[int, ...]:
    """Return the size of what a convolution or a pooling gives: how many places the window has along each axis.

    ``floor((input + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1``: for ``nn.Conv1d``, ``nn.Conv2d``,
    ``nn.Conv3d``, and for pooling without ``ceil_mode``.

    Args:
        input_size: pixels along each axis, without batch and channels: an int, or (H, W).
        kernel_size: an int, or (kH, kW).
        stride: steps of the window, an int or (vertical, horizontal).
        padding: lines of zeros on *each* side, an int or (above and below, left and right); ``"valid"`` for none,
            ``"same"`` for an output of the input's size (stride 1 only).
        dilation: spacing of the kernel's taps, an int or (vertical, horizontal).

    Returns:
        An int if all sizes are ints, otherwise a tuple with an entry for each axis.

    Raises:
        TypeError: something is not a whole number.
        ValueError: no window fits; the message shows the inequality that fails. Or numbers that are too small, tuples
            of different lengths, or ``"same"`` with a stride.

    >>> conv_output_size(28, kernel_size=5)
    24
    >>> conv_output_size((224, 160), kernel_size=7, stride=2, padding=3)
    (112, 80)
    >>> conv_output_size(4, kernel_size=3, dilation=2)
    Traceback (most recent call last):
        ...
    ValueError: conv_output_size: no window fits into the input. Needed: dilation * (kernel - 1) + 1 <= input +
    2 * padding; here 2 * (3 - 1) + 1 = 5, but 4 + 2 * 0 = 4
    """
    name = "conv_output_size"
    ndim, one = _axes(name, input_size, kernel_size, stride, padding, dilation)
    size, kernel = _tuples(name, ndim, input_size=input_size, kernel_size=kernel_size)
    stride, dilation = _tuples(name, ndim, stride=stride, dilation=dilation)
    lines = as_padding(name, ndim, padding, kernel, stride, dilation)
    out = count_windows(size, kernel, stride, dilation, lines)
    if min(out) < 1:
        axis = next(axis for axis, count in enumerate(out) if count < 1)
        n, k, d, r = (each[axis] for each in (size, kernel, dilation, reach(kernel, dilation)))
        p, _ = lines[axis]
        needed = "dilation * (kernel - 1) + 1 <= input + 2 * padding"
        here = f"here {d} * ({k} - 1) + 1 = {r}, but {n} + 2 * {p} = {n + 2 * p}"
        raise ValueError(f"{name}: no window fits into the input{_along(axis, ndim)}. Needed: {needed}; {here}")
    return out[0] if one else out


def conv_transpose_output_size(
    input_size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1
) -> int | tuple[int, ...]:
    """Return the size of what a transposed convolution gives.

    ``(input - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1``: a convolution with
    the same kernel, stride, padding and dilation leads from this size back to ``input_size``.

    Args:
        input_size: pixels along each axis, without batch and channels: an int, or (H, W).
        kernel_size: an int, or (kH, kW).
        stride: distance of neighbouring stamps in the output, an int or (vertical, horizontal).
        padding: lines that are cut *off* on each side, an int or (above and below, left and right).
        output_padding: lines more at the bottom and on the right; smaller than the stride or the dilation.
        dilation: spacing of the kernel's taps, an int or (vertical, horizontal).

    Returns:
        An int if all sizes are ints, otherwise a tuple with an entry for each axis.

    Raises:
        TypeError: something is not a whole number (a transposed convolution knows no "same" and no "valid").
        ValueError: nothing is left of the output, or output_padding is too large; the message shows the inequality.

    >>> conv_transpose_output_size(16, kernel_size=4, stride=2, padding=1)
    32
    >>> conv_transpose_output_size((3, 5), kernel_size=3, stride=2, padding=1, output_padding=(0, 1))
    (5, 10)
    >>> conv_transpose_output_size(1, kernel_size=3, padding=2)
    Traceback (most recent call last):
        ...
    ValueError: conv_transpose_output_size: nothing is left of the output. Needed: (input - 1) * stride - 2 * padding +
    dilation * (kernel - 1) + output_padding + 1 >= 1; here (1 - 1) * 1 - 2 * 2 + 1 * (3 - 1) + 0 + 1 = -1
    """
    name = "conv_transpose_output_size"
    ndim, one = _axes(name, input_size, kernel_size, stride, padding, output_padding, dilation)
    size, kernel, stride = _tuples(name, ndim, input_size=input_size, kernel_size=kernel_size, stride=stride)
    padding, more = _tuples(name, ndim, minimum=0, padding=padding, output_padding=output_padding)
    (dilation,) = _tuples(name, ndim, dilation=dilation)
    out = []
    sizes = zip(size, kernel, stride, padding, more, dilation, span(size, kernel, stride, dilation), strict=True)
    for axis, (n, k, s, p, extra, d, stamped) in enumerate(sizes):
        if extra >= max(s, d):
            needed = "output_padding < stride or output_padding < dilation"
            here = f"here {extra}, but the stride is {s} and the dilation {d}"
            raise ValueError(f"{name}: output_padding is too large{_along(axis, ndim)}. Needed: {needed}; {here}")
        out.append(stamped - 2 * p + extra)
        if out[-1] < 1:
            needed = "(input - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1 >= 1"
            here = f"here ({n} - 1) * {s} - 2 * {p} + {d} * ({k} - 1) + {extra} + 1 = {out[-1]}"
            raise ValueError(f"{name}: nothing is left of the output{_along(axis, ndim)}. Needed: {needed}; {here}")
    return out[0] if one else tuple(out)


def effective_kernel_size(kernel_size, dilation=1) -> int | tuple[int, ...]:
    """Return how many pixels a dilated kernel reaches over: ``dilation * (kernel - 1) + 1``.

    Args:
        kernel_size: an int, or (kH, kW).
        dilation: spacing of the taps, an int or (vertical, horizontal).

    Returns:
        An int if both are ints, otherwise a tuple with an entry for each axis.

    Raises:
        TypeError, ValueError: not whole numbers from 1 on.

    >>> effective_kernel_size(3, dilation=2), effective_kernel_size(3, dilation=(1, 4))
    (5, (3, 9))
    """
    ndim, one = _axes("effective_kernel_size", kernel_size, dilation)
    reaches = reach(*_tuples("effective_kernel_size", ndim, kernel_size=kernel_size, dilation=dilation))
    return reaches[0] if one else reaches


def full_padding(kernel_size, dilation=1) -> int | tuple[int, ...]:
    """Return the padding per side with which every window that touches the input counts: ``dilation * (kernel - 1)``.

    With stride 1 the output is larger than the input by as much. More padding adds only windows that see nothing.

    Args:
        kernel_size: an int, or (kH, kW).
        dilation: spacing of the taps, an int or (vertical, horizontal).

    Returns:
        What to pass as ``padding=``: an int if both are ints, otherwise a tuple with an entry for each axis.

    Raises:
        TypeError, ValueError: not whole numbers from 1 on.

    >>> full_padding(3)
    2
    >>> conv_output_size(5, kernel_size=3, padding=full_padding(3))
    7
    """
    ndim, one = _axes("full_padding", kernel_size, dilation)
    reaches = reach(*_tuples("full_padding", ndim, kernel_size=kernel_size, dilation=dilation))
    padding = tuple(r - 1 for r in reaches)
    return padding[0] if one else padding


def same_padding(kernel_size, dilation=1) -> int | tuple[int, ...]:
    """Return the padding per side that keeps the size at stride 1: ``dilation * (kernel - 1) / 2``.

    This is the number to pass as ``padding=``. An even kernel (with an odd dilation) needs an odd number of lines
    altogether; no number *per side* gives that, so it is refused. ``padding="same"`` puts the odd line at the bottom
    or on the right.

    Args:
        kernel_size: an int, or (kH, kW).
        dilation: spacing of the taps, an int or (vertical, horizontal).

    Returns:
        An int if both are ints, otherwise a tuple with an entry for each axis.

    Raises:
        TypeError: not whole numbers.
        ValueError: no padding that is equal on both sides keeps the size.

    >>> same_padding(3)
    1
    >>> same_padding((3, 5), dilation=2)
    (2, 4)
    >>> same_padding(4)
    Traceback (most recent call last):
        ...
    ValueError: same_padding: the size is kept by dilation * (kernel - 1) = 1 * (4 - 1) = 3 lines altogether, an odd
    number: it cannot be the same on both sides. Use padding='same', which puts 1 line before and 2 behind
    """
    name = "same_padding"
    ndim, one = _axes(name, kernel_size, dilation)
    kernel, dilation = _tuples(name, ndim, kernel_size=kernel_size, dilation=dilation)
    lines = same(kernel, dilation)
    for axis, (k, d, (before, after)) in enumerate(zip(kernel, dilation, lines, strict=True)):
        if before != after:
            total = f"{before + after} line{'s' * (before + after != 1)} altogether"
            kept = f"the size is kept by dilation * (kernel - 1) = {d} * ({k} - 1) = {total}, an odd number"
            use = f"Use padding='same', which puts {before} line{'s' * (before != 1)} before and {after} behind"
            raise ValueError(f"{name}:{_along(axis, ndim)} {kept}: it cannot be the same on both sides. {use}")
    return lines[0][0] if one else tuple(before for before, _ in lines)


def _axes(function: str, *arguments) -> tuple[int, bool]:
    """Return how many axes there are, and whether all arguments are plain numbers."""
    tuples = [tuple(a) for a in arguments if isinstance(a, Iterable) and not isinstance(a, (str, Tensor))]
    ndim = max(map(len, tuples), default=1)
    if ndim not in AXES:
        shown = next(t for t in tuples if len(t) == ndim)
        raise ValueError(f"{function}: {shown} has {ndim} entries; a size has 1 to 3, one for each axis: height, width")
    return ndim, not tuples


def _tuples(function: str, ndim: int, minimum: int = 1, **arguments) -> list[tuple[int, ...]]:
    return [as_tuple(function, name, value, ndim, minimum=minimum) for name, value in arguments.items()]


def _along(axis: int, ndim: int) -> str:
    """Say which axis is meant, where there are several."""
    return "" if ndim == 1 else f" along the {AXES[ndim].split(', ')[axis]}"
