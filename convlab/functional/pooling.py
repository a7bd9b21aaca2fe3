"""Pooling: one number for each window, its largest entry or its mean. No weights."""

import math

import torch
from torch import Tensor
from torch.nn.functional import pad

from convlab.arguments import FLOATS, INTEGERS, Size, as_batch, as_tuple, as_whole, check_flag, check_tensor
from convlab.functional.casts import in_32_bits
from convlab.functional.windows import count_fitting, span, windows


def max_pool2d(
    input: Tensor, kernel_size: Size, stride: Size | None = None, padding: Size = 0, dilation: Size = 1,
    ceil_mode: bool = False, return_indices: bool = False,
) -> Tensor | tuple[Tensor, Tensor]:  # fmt: skip
    """Keep the largest entry of every window.

    Args:
        input: shape (N, C, H, W) or (C, H, W).
        kernel_size: an int or (height, width).
        stride: steps of the window; the kernel size if not given, so that windows do not overlap.
        padding: lines around the image that never win (minus infinity); at most half the window.
        dilation: spacing of the window's entries.
        ceil_mode: True rounds the output size up: a last window may stick out at the end, but must begin inside.
        return_indices: True also returns where each winner is, counted along the rows of its H x W image.

    Returns:
        Tensor of shape (N, C, outH, outW) or (C, outH, outW); with return_indices, a pair of such tensors. If several
        entries are the largest, the first one wins, and gets all of the gradient.

    Raises:
        TypeError, ValueError: what does not fit together; the message names the rule and the shapes.

    >>> x = torch.tensor([[[1.0, 2, 5, 6], [3, 4, 7, 8], [9, 8, 1, 0], [7, 6, 0, 1]]])
    >>> max_pool2d(x, 2)
    tensor([[[4., 8.],
             [9., 1.]]])
    """
    check_tensor("max_pool2d", "input", input, FLOATS + INTEGERS)
    x, unbatched = as_batch("max_pool2d", input, 2)
    lowest = -math.inf if x.is_floating_point() else torch.iinfo(x.dtype).min
    window = _Window("max_pool2d", x, kernel_size, stride, padding, dilation, ceil_mode)
    entries = _in_windows(x, window, window.lines, lowest).flatten(4)  # side by side
    inside = _in_windows(torch.ones_like(x[:1, :1], dtype=torch.bool), window, window.lines, False).flatten(4)
    winners = _winners(entries, inside)
    out = entries.gather(4, winners).squeeze(4)
    if not return_indices:
        return out[0] if unbatched else out
    numbers = torch.arange(x.shape[2] * x.shape[3], device=x.device).reshape(1, 1, *x.shape[2:])
    indices = _in_windows(numbers, window, window.lines).flatten(4).expand_as(entries).gather(4, winners).squeeze(4)
    return (out[0], indices[0]) if unbatched else (out, indices)


def avg_pool2d(
    input: Tensor, kernel_size: Size, stride: Size | None = None, padding: Size = 0, ceil_mode: bool = False,
    count_include_pad: bool = True, divisor_override: int | None = None,
) -> Tensor:  # fmt: skip
    """Take the mean of every window.

    Args:
        input: shape (N, C, H, W) or (C, H, W).
        kernel_size: an int or (height, width).
        stride: steps of the window; the kernel size if not given.
        padding: lines of zeros around the image; at most half the window.
        ceil_mode: as for :func:`max_pool2d`.
        count_include_pad: True divides by the number of entries with the padding's zeros, False by those of the image.
            What sticks out because of ceil_mode never counts.
        divisor_override: divide by this number instead.

    Returns:
        Tensor of shape (N, C, outH, outW) or (C, outH, outW).

    Raises:
        TypeError, ValueError: what does not fit together; the message names the rule and the shapes.

    >>> avg_pool2d(torch.tensor([[[1.0, 2, 5, 6], [3, 4, 7, 8]]]), 2)
    tensor([[[2.5000, 6.5000]]])
    """
    check_tensor("avg_pool2d", "input", input, (*FLOATS, torch.int64))
    x, unbatched = as_batch("avg_pool2d", input, 2)
    check_flag("avg_pool2d", "count_include_pad", count_include_pad)
    if divisor_override is not None:
        divisor_override = as_whole("avg_pool2d", "divisor_override", divisor_override)
        if divisor_override == 0:
            raise ValueError("avg_pool2d: divisor_override is 0; nothing can be divided by 0")
    window = _Window("avg_pool2d", x, kernel_size, stride, padding, 1, ceil_mode)
    sums = _in_windows(in_32_bits(x), window, window.lines).sum((-2, -1))
    if divisor_override is not None:
        divisor = torch.tensor(divisor_override, device=x.device)
    else:  # count by adding up ones: the same windows on an image in which every entry is 1
        (left, right, top, bottom), (pad_h, pad_w) = window.lines, window.padding
        ones = torch.ones_like(x[:1, :1], dtype=torch.int64)
        if count_include_pad:
            ones = pad(ones, (pad_w, pad_w, pad_h, pad_h), value=1)
            left, right, top, bottom = 0, right - pad_w, 0, bottom - pad_h
        divisor = _in_windows(ones, window, (left, right, top, bottom)).sum((-2, -1))
    out = (sums / divisor if x.is_floating_point() else sums.div(divisor, rounding_mode="trunc")).to(x.dtype)
    return out[0] if unbatched else out


class _Window:
    """How the pooling window lies on an image."""

    def __init__(self, name, x: Tensor, kernel_size, stride, padding, dilation, ceil_mode):
        check_flag(name, "ceil_mode", ceil_mode)
        self.kernel_size = as_tuple(name, "kernel_size", kernel_size, 2, minimum=1)
        empty = stride is None or (isinstance(stride, (tuple, list)) and not stride)
        self.stride = self.kernel_size if empty else as_tuple(name, "stride", stride, 2, minimum=1)
        self.padding = as_tuple(name, "padding", padding, 2, minimum=0)
        self.dilation = as_tuple(name, "dilation", dilation, 2, minimum=1)
        if any(p > k // 2 for p, k in zip(self.padding, self.kernel_size, strict=True)):
            raise ValueError(
                f"{name}: padding {self.padding} is more than half the window {self.kernel_size}; along each axis "
                f"it must be at most half of it (of the kernel size, whatever the dilation)"
            )
        size, how = tuple(x.shape[2:]), (self.kernel_size, self.stride, self.dilation)
        out_size = count_fitting(name, size, *how, tuple((p, p) for p in self.padding), ceil_mode=ceil_mode)
        # ceil_mode: the last window may need more lines
        lines = [(p, max(p, r - h - p)) for h, p, r in zip(size, self.padding, span(out_size, *how), strict=True)]
        self.lines = (*lines[1], *lines[0])  # as torch's pad wants them: left, right, top, bottom


def _in_windows(x: Tensor, window: _Window, lines: tuple[int, ...], value=0) -> Tensor:
    """Return every window of x with so many lines around it: (N, C, outH, outW, kH, kW)."""
    return windows(pad(x, lines, value=value), window.kernel_size, window.stride, window.dilation)


def _winners(entries: Tensor, inside: Tensor) -> Tensor:
    """Return which entry of each window is the largest: of equal ones the first, of nan the last, as torch does.

    ``hits`` marks all that are as large as the largest. Among them, the one with the highest rank wins; ranks fall from
    the first entry to the last, or rise if there is a nan. ``inside`` keeps the padding from winning where all is -inf.
    """
    largest = entries.amax(4, keepdim=True)
    last_wins = torch.arange(1, entries.shape[4] + 1, device=entries.device)
    rank = torch.where(largest.isnan(), last_wins, last_wins.flip(0))
    hits = inside & ((entries == largest) | entries.isnan())
    return (hits * rank).argmax(4, keepdim=True)
