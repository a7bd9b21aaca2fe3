"""Windows: every place where a kernel can lie on an image, as a view of the same memory.

This is the one idea behind all operators of this package. A convolution multiplies every window with the kernel,
pooling takes the largest entry or the mean of every window, ``unfold`` lists the windows, and whatever goes the other
way (``fold``, a transposed convolution) adds windows up: :func:`add_windows` is the adjoint of :func:`windows`.
"""

import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from torch import Tensor

Axes = tuple[int, ...]  # a number for each axis
Lines = tuple[tuple[int, int], ...]  # (before, after) for each axis


def windows(x: Tensor, kernel_size: Axes, stride: Axes | None = None, dilation: Axes | None = None) -> Tensor:
    """Return every window of the last axes of x, without copying an entry.

    ``windows(x, (kH, kW))[..., i, j, a, b]`` is ``x[..., i * sH + a * dH, j * sW + b * dW]``. Neighbouring windows
    overlap, and they share the overlap for real. Only the *strides* of the tensor change, that is, how far it steps in
    memory from one entry to the next.

    Args:
        x: shape (..., H, W): as many axes at the end as kernel_size has entries, whether 1, 2 or 3.
        kernel_size: (kH, kW); the window must fit.
        stride: steps of the window, (sH, sW); 1 if not given.
        dilation: spacing of the window's entries, (dH, dW); 1 if not given.

    Returns:
        View of shape (..., outH, outW, kH, kW).

    >>> import torch
    >>> x = torch.arange(9).reshape(3, 3)
    >>> windows(x, (2, 2)).shape
    torch.Size([2, 2, 2, 2])
    >>> windows(x, (2, 2))[1, 0]
    tensor([[3, 4],
            [6, 7]])
    >>> windows(x, (2, 2)).data_ptr() == x.data_ptr()
    True
    """
    n = len(kernel_size)
    stride, dilation = stride or (1,) * n, dilation or (1,) * n
    first = x.ndim - n
    for axis, (length, s, d) in enumerate(zip(reach(kernel_size, dilation), stride, dilation, strict=True)):
        x = x.unfold(first + axis, length, s)[..., ::d]  # the window's axis is put at the end
    return x


def add_windows(patches: Tensor, size: Axes, stride: Axes | None = None, dilation: Axes | None = None) -> Tensor:
    """Put every window back in its place, and add up where windows overlap: the adjoint of :func:`windows`.

    Args:
        patches: shape (..., outH, outW, kH, kW), as ``windows`` gives it.
        size: (H, W) of the result.
        stride: as for ``windows``.
        dilation: as for ``windows``.

    Returns:
        Tensor of shape (..., H, W).

    >>> import torch
    >>> add_windows(torch.ones(2, 2, 2, 2), (3, 3))
    tensor([[1., 2., 1.],
            [2., 4., 2.],
            [1., 2., 1.]])
    """
    n = len(size)
    out_size, kernel_size = tuple(patches.shape[-2 * n : -n]), tuple(patches.shape[-n:])
    result = patches.new_zeros(*patches.shape[: -2 * n], *size)
    for tap in taps(kernel_size):
        result[under(tap, out_size, stride, dilation)] += patches[at(tap)]
    return result


def taps(kernel_size: Axes) -> Iterator[Axes]:
    """Yield the index of every entry of a kernel, row by row.

    >>> list(taps((2, 2)))
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    return itertools.product(*map(range, kernel_size))


def at(places: Iterable[int | slice]) -> tuple:
    """Return the index of places along the last axes, whatever stands in front: ``x[at((a, b))]`` is ``x[..., a, b]``.

    >>> at((0, slice(1, 3)))
    (Ellipsis, 0, slice(1, 3, None))
    """
    return (..., *places)


def under(tap: Axes, out_size: Axes, stride: Axes | None = None, dilation: Axes | None = None) -> tuple:
    """Return the index of the pixels that lie under one tap of the kernel, for all windows at once.

    The tap (a, b) lies on pixel (a * dH, b * dW) in the first window, and moves on by the stride:

    >>> under((0, 1), out_size=(2, 2), stride=(2, 2))
    (Ellipsis, slice(0, 3, 2), slice(1, 4, 2))
    """
    n = len(tap)
    stride, dilation = stride or (1,) * n, dilation or (1,) * n
    starts = [a * d for a, d in zip(tap, dilation, strict=True)]
    return at(slice(b, b + s * (o - 1) + 1, s) for b, s, o in zip(starts, stride, out_size, strict=True))


def reach(kernel_size: Axes, dilation: Axes) -> Axes:
    """Return how many pixels a window spans: its k taps have k - 1 gaps of d pixels, and then comes the last tap.

    >>> reach((3, 3), (1, 4))
    (3, 9)
    """
    return tuple(d * (k - 1) + 1 for k, d in zip(kernel_size, dilation, strict=True))


def count_windows(
    size: Axes, kernel_size: Axes, stride: Axes, dilation: Axes, padding: Lines | None = None, ceil_mode: bool = False
) -> Axes:
    """Return how many windows fit along each axis: ``(size + padding - reach) // stride + 1``; below 1 if none does.

    The first window needs its reach; each further one needs a stride more. Whoever asks whether a window fits, and how
    often, asks here: convolutions, pooling, the arithmetic of shapes, the figures.

    Args:
        size: of the input, (H, W).
        kernel_size: (kH, kW).
        stride: steps of the window, (sH, sW).
        dilation: spacing of the window's entries, (dH, dW).
        padding: lines (before, after) the input along each axis; none if not given.
        ceil_mode: True counts one more where lines are left over: it sticks out at the end, but must begin inside.

    >>> count_windows((7, 7), (3, 3), (2, 2), (1, 1))
    (3, 3)
    >>> count_windows((6, 6), (3, 2), (2, 2), (1, 1), padding=((0, 0), (1, 1)), ceil_mode=True)
    (3, 4)
    """
    padding = padding or ((0, 0),) * len(size)
    counts = []
    for h, r, s, (before, after) in zip(size, reach(kernel_size, dilation), stride, padding, strict=True):
        steps, left = divmod(h + before + after - r, s)
        more = ceil_mode and left > 0 and (steps + 1) * s < h + before
        counts.append(steps + 1 + more)
    return tuple(counts)


def count_fitting(
    function: str, size: Axes, kernel_size: Axes, stride: Axes, dilation: Axes, padding: Lines, what="input", **mode
) -> Axes:
    """Return what :func:`count_windows` counts; refuse, in words, if no window fits."""
    out_size = count_windows(size, kernel_size, stride, dilation, padding, **mode)
    if min(out_size) < 1:
        padded = tuple(h + before + after for h, (before, after) in zip(size, padding, strict=True))
        spans = reach(kernel_size, dilation)
        dilated = "" if spans == kernel_size else f", which reaches over {spans} with dilation {dilation}"
        raise ValueError(
            f"{function}: the kernel {kernel_size}{dilated} is larger than the padded {what} {padded} ({what} {size}); "
            f"dilation * (kernel - 1) + 1 <= {what} + padding must hold along each axis"
        )
    return out_size


def span(out_size: Axes, kernel_size: Axes, stride: Axes, dilation: Axes) -> Axes:
    """Return how many pixels so many windows span together: the way back of :func:`count_windows`.

    >>> span((3, 3), (3, 3), (2, 2), (1, 1))
    (7, 7)
    """
    return tuple((o - 1) * s + r for o, s, r in zip(out_size, stride, reach(kernel_size, dilation), strict=True))


def same(kernel_size: Axes, dilation: Axes) -> Lines:
    """Return the lines (before, after) that ``padding="same"`` means: with stride 1, the size stays as it is.

    An even kernel needs an odd number of lines. As in PyTorch, the extra one comes last: at the bottom, on the right.

    >>> same((3, 4), (2, 1))
    ((2, 2), (1, 2))
    """
    lines = (r - 1 for r in reach(kernel_size, dilation))
    return tuple((total // 2, total - total // 2) for total in lines)


class Geometry(NamedTuple):
    """How the kernels lie on the input: all that an algorithm has to know besides the two tensors."""

    stride: Axes
    padding: Lines
    dilation: Axes
    out_size: Axes
