"""Five ways to compute the same convolution.

Each takes the input split into groups, (N, G, C/G, ...), the kernels, (G, O/G, C/G, ...), and the geometry, and returns
(N, G, O/G, ...). They differ in time, memory and rounding; :func:`choose` picks one.
"""

from __future__ import annotations

import itertools
import math

import torch
from torch import Tensor
from torch.nn.functional import pad

from convlab.functional.windows import Geometry, at, reach, taps, under, windows


def loops(x: Tensor, weight: Tensor, geometry: Geometry) -> Tensor:
    """Go through the windows one by one, as on a blackboard: multiply, add up, next window."""
    x = zero_pad(x, geometry.padding)
    spans = reach(tuple(weight.shape[3:]), geometry.dilation)
    sums = []
    for position in itertools.product(*map(range, geometry.out_size)):
        corner = [i * s for i, s in zip(position, geometry.stride, strict=True)]
        window = x[at(slice(c, c + r, d) for c, r, d in zip(corner, spans, geometry.dilation, strict=True))]
        sums.append((window.unsqueeze(2) * weight).flatten(3).sum(3))
    return torch.stack(sums, dim=3).unflatten(3, geometry.out_size)


def all_windows(x: Tensor, weight: Tensor, geometry: Geometry) -> Tensor:
    """Take all windows at once, as a view, and let einsum multiply them with the kernels and add up."""
    x = zero_pad(x, geometry.padding)
    view = windows(x, tuple(weight.shape[3:]), geometry.stride, geometry.dilation)
    out, kernel = "xyz"[: len(geometry.out_size)], "abd"[: len(geometry.out_size)]  # c is for the channels
    return torch.einsum(f"ngc{out}{kernel},goc{kernel}->ngo{out}", view, weight)


def by_taps(x: Tensor, weight: Tensor, geometry: Geometry) -> Tensor:
    """Add up one tap of the kernel after the other: shift the image, mix its channels, add.

    No padded copy is made: where a tap lies outside the image it would only add zeros, so it is left out. The largest
    tensors are the input, one shifted copy, the output, and one product.
    """
    out = x.new_zeros(*x.shape[:2], weight.shape[1], *geometry.out_size)
    for tap in taps(weight.shape[3:]):
        source, target = _inside(tap, tuple(x.shape[3:]), geometry)
        shifted, mixing = x[source], weight[at(tap)]  # mixing: (G, O/G, C/G)
        if mixing.shape[2] == 1:  # a single channel has nothing to be mixed with: multiply and add, no product is kept
            out[target].addcmul_(mixing.reshape(*mixing.shape[:2], *[1] * len(tap)), shifted)
        else:  # in one expression, so that the product is gone before the next one is made
            out[target] += (mixing @ shifted.flatten(3)).unflatten(3, shifted.shape[3:])
    return out


def im2col(x: Tensor, weight: Tensor, geometry: Geometry) -> Tensor:
    """Write every window as a column of a matrix; a matrix product with the kernels, written as rows, does the rest.

    The textbook's way is one line: ``weight.flatten(1) @ unfold(x, kernel_size)``. That matrix holds each pixel once
    for every tap, and to write it can take longer than the product. Only the overlap along a line is written here, so
    each pixel stands there once for every *column* of the kernel. The overlap from line to line stays a view: what
    output line i + 1 reads is what line i reads, further down by the stride. So there is one product for each output
    line, over all images side by side.
    """
    if len(geometry.out_size) == 1:  # a sequence is an image of one line
        stride, padding, dilation, out_size = geometry
        as_image = Geometry((1, *stride), ((0, 0), *padding), (1, *dilation), (1, *out_size))
        return im2col(x.unsqueeze(3), weight.unsqueeze(3), as_image).squeeze(3)
    x = zero_pad(x, geometry.padding)
    outs = []
    for group, kernels in zip(x.unbind(1), weight, strict=True):
        rows = kernels.movedim(1, -1).flatten(1)  # (O/G, kH * kW * C/G)
        out = (rows @ columns(group, weight.shape[3:], geometry)).unflatten(2, (x.shape[0], *geometry.out_size[1:]))
        outs.append(out.movedim((2, 1, 0), (0, 1, 2)))  # from (outH, O/G, N, outW) to (N, O/G, outH, outW)
    return torch.stack(outs, dim=1)


def columns(x: Tensor, kernel_size: tuple[int, ...], geometry: Geometry) -> Tensor:
    """Return the windows of (N, C, H, W) as columns, a matrix for each output line: (outH, kH * kW * C, N * outW)."""
    lines = x.movedim((2, 1, 0), (0, 1, 2))  # (H, C, N, W)
    along = geometry.out_size[1:], geometry.stride[1:], geometry.dilation[1:]
    shifted = [lines[under(tap, *along)] for tap in taps(kernel_size[1:])]
    lines = torch.cat(shifted, dim=1).flatten(2)  # (H, kW * C, N * outW): the overlap along a line is written out
    view = windows(lines.movedim(0, 2), kernel_size[:1], geometry.stride[:1], geometry.dilation[:1])
    return view.movedim((2, 3), (0, 1)).flatten(1, 2)  # still a view, unless the dilation spreads the lines


def fft(x: Tensor, weight: Tensor, geometry: Geometry) -> Tensor:
    """Multiply spectra: the convolution theorem. The cost does not depend on the size of the kernel.

    A correlation is a convolution with the kernel turned, so the kernel is turned first. A dilated kernel gets its
    zeros written in; a stride computes everything and keeps every s-th place.

    A product of spectra is a *circular* convolution: what sticks out at the end comes in again at the front. The first
    reach - 1 sums mix both ends so; the rest are the windows that lie inside the image, and only they are read.

    Every output is a sum over the whole image in which nearly everything cancels. So its rounding goes by the largest
    pixel of the whole image, not of its window, and a single nan or inf spoils all outputs.
    """
    if not (x.is_floating_point() or x.is_complex()):
        raise TypeError(f"conv2d: algorithm 'fft' rounds, and {x.dtype} asks for exact sums; take 'taps' or .double()")
    if x.numel() == 0:  # no image, no spectrum; older FFT libraries fail on it
        return by_taps(x, weight, geometry)
    x = zero_pad(x, geometry.padding)
    axes = tuple(range(-len(geometry.out_size), 0))
    kernel = spread(weight, geometry.dilation).flip(axes)
    size = [good_size(side) for side in x.shape[3:]]
    real = not x.is_complex()
    forward, back = (torch.fft.rfftn, torch.fft.irfftn) if real else (torch.fft.fftn, torch.fft.ifftn)
    spectrum = torch.einsum("ngc...,goc...->ngo...", forward(x, size, axes), forward(kernel, size, axes))
    out = back(spectrum, size, axes)
    places = zip(kernel.shape[3:], geometry.stride, geometry.out_size, strict=True)
    return out[at(slice(r - 1, r + s * (o - 1), s) for r, s, o in places)]


def shapes_only(x: Tensor, weight: Tensor, geometry: Geometry) -> Tensor:
    """What all of them are on the device "meta", where tensors have no numbers: one product, of the textbook's size."""
    positions = math.prod(geometry.out_size)
    columns = x.new_empty(*x.shape[:2], math.prod(weight.shape[2:]), positions)
    return (weight.flatten(2) @ columns).unflatten(3, geometry.out_size)


def choose(weight: Tensor) -> str:
    """Pick an algorithm for kernels (G, O/G, C/G, ...); this is the rule of ``algorithm="auto"``.

    ``"taps"`` for a depthwise convolution: with one channel in a group, a matrix product has nothing to add up.
    ``"im2col"`` for all others. Never ``"fft"``, fast as it is for large kernels: it rounds differently.
    """
    groups, _, channels = weight.shape[:3]
    return "taps" if groups > 1 and channels == 1 else "im2col"


def zero_pad(x: Tensor, padding: tuple[tuple[int, int], ...]) -> Tensor:
    """Put zeros around the last axes; without any to put, x itself."""
    flat = [lines for before_after in reversed(padding) for lines in before_after]  # torch's pad: last axis first
    return pad(x, flat) if any(flat) else x


def spread(weight: Tensor, dilation: tuple[int, ...]) -> Tensor:
    """Write the zeros of a dilated kernel between its taps."""
    if all(d == 1 for d in dilation):
        return weight
    kernel = weight.new_zeros(*weight.shape[:3], *reach(tuple(weight.shape[3:]), dilation))
    kernel[at(slice(None, None, d) for d in dilation)] = weight
    return kernel


def good_size(side: int) -> int:
    """Return the next number with no prime factor but 2, 3 and 5, for which an FFT is fast.

    >>> good_size(97)
    100
    """
    while True:
        rest = side
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return side
        side += 1


def _inside(tap: tuple[int, ...], size: tuple[int, ...], geometry: Geometry) -> tuple[tuple, tuple]:
    """Return where a tap lies on the image itself: the index of its pixels, and of the outputs that they go to."""
    source: list[slice] = []
    target: list[slice] = []
    for a, h, s, (before, _), d, o in zip(
        tap, size, geometry.stride, geometry.padding, geometry.dilation, geometry.out_size, strict=True
    ):
        shift = a * d - before  # output i reads pixel i * s + shift
        first = max(0, -(shift // s))  # the first i with i * s + shift >= 0: -(a // b) is -a / b rounded up
        stop = min(o, (h - 1 - shift) // s + 1)  # the first i with i * s + shift >= h
        stop = max(stop, first)  # a tap that never meets the image gives an empty slice
        target.append(slice(first, stop))
        source.append(slice(first * s + shift, first * s + shift + s * (stop - first), s))
    return at(source), at(target)


ALGORITHMS = {"loops": loops, "windows": all_windows, "taps": by_taps, "im2col": im2col, "fft": fft}
