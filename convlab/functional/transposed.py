"""Transposed convolution, and unfold and fold: the windows as columns, and back.

``conv_transpose`` goes a convolution's way back: where the convolution reads a window and writes one number, it reads
one number and adds a stamp, the kernel times that number, to a window. It is the adjoint, not the inverse.
"""

import math

from torch import Tensor

from convlab.arguments import AXES, MOVED, SUMMED, Size, as_batch, as_tuple, as_whole, check_bias, check_tensors
from convlab.functional.algorithms import zero_pad
from convlab.functional.casts import finish, in_32_bits
from convlab.functional.windows import add_windows, at, count_fitting, span, windows


def conv_transpose1d(
    input: Tensor, weight: Tensor, bias: Tensor | None = None, stride: Size = 1, padding: Size = 0,
    output_padding: Size = 0, groups: int = 1, dilation: Size = 1,
) -> Tensor:  # fmt: skip
    """Add up stamps on a sequence. As :func:`conv_transpose2d`, with one axis instead of two.

    Input (N, C_in, W) or (C_in, W), weight (C_in, C_out / groups, kW), output (N, C_out, outW) or (C_out, outW).

    >>> import torch
    >>> conv_transpose1d(torch.tensor([[1.0, 10.0]]), torch.tensor([[[1.0, 2.0, 3.0]]]))
    tensor([[ 1., 12., 23., 30.]])
    """
    return _transposed("conv_transpose1d", 1, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose2d(
    input: Tensor, weight: Tensor, bias: Tensor | None = None, stride: Size = 1, padding: Size = 0,
    output_padding: Size = 0, groups: int = 1, dilation: Size = 1,
) -> Tensor:  # fmt: skip
    """Stamp the kernel onto the output once for every input pixel, as strong as the pixel, and add up.

    Args:
        input: shape (N, C_in, H, W) or (C_in, H, W).
        weight: shape (C_in, C_out / groups, kH, kW): the weight of the convolution whose way back this is.
        bias: shape (C_out,), or None.
        stride: distance of neighbouring stamps: an int or (vertical, horizontal).
        padding: lines that are cut off the result on *each* side: the lines of zeros of that convolution.
        output_padding: lines that are added below and on the right; less than the stride or the dilation. Several
            input sizes give a strided convolution the same output size; this says which one to go back to.
        groups: the channels are split into so many groups that do not see each other.
        dilation: spacing of the kernel's taps.

    Returns:
        Tensor of shape (N, C_out, outH, outW) or (C_out, outH, outW), with
        ``outH = (H - 1) * stride - 2 * padding + dilation * (kH - 1) + output_padding + 1``.

    Raises:
        TypeError, ValueError: what does not fit together; the message names the rule and the shapes.

    Source: V. Dumoulin, F. Visin, *A guide to convolution arithmetic for deep learning*, 2016, chapter 4.

    >>> import torch
    >>> conv_transpose2d(torch.ones(1, 1, 2, 2), torch.ones(1, 1, 2, 2), stride=1)
    tensor([[[[1., 2., 1.],
              [2., 4., 2.],
              [1., 2., 1.]]]])
    """
    return _transposed("conv_transpose2d", 2, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose3d(
    input: Tensor, weight: Tensor, bias: Tensor | None = None, stride: Size = 1, padding: Size = 0,
    output_padding: Size = 0, groups: int = 1, dilation: Size = 1,
) -> Tensor:  # fmt: skip
    """Add up stamps on a volume. As :func:`conv_transpose2d`, with three axes instead of two.

    Input (N, C_in, D, H, W) or (C_in, D, H, W), weight (C_in, C_out / groups, kD, kH, kW), output
    (N, C_out, outD, outH, outW) or (C_out, outD, outH, outW). A tuple of sizes or steps is (depth, height, width).

    >>> import torch
    >>> conv_transpose3d(torch.ones(1, 1, 2, 2, 2), torch.ones(1, 4, 2, 2, 2), stride=2).shape
    torch.Size([1, 4, 4, 4, 4])
    """
    return _transposed("conv_transpose3d", 3, input, weight, bias, stride, padding, output_padding, groups, dilation)


def unfold(input: Tensor, kernel_size: Size, dilation: Size = 1, padding: Size = 0, stride: Size = 1) -> Tensor:
    """Write every window of an image as a column.

    Args:
        input: shape (N, C, H, W) or (C, H, W).
        kernel_size: an int or (height, width).
        dilation: spacing of the window's entries, an int or (vertical, horizontal).
        padding: lines of zeros on each side, an int or (above and below, left and right).
        stride: steps of the window, an int or (vertical, horizontal).

    Returns:
        Tensor of shape (N, C * kH * kW, L) or (C * kH * kW, L), with a column for each of the L windows, row by row.

    Raises:
        TypeError, ValueError: what does not fit together; the message names the rule and the shapes.

    >>> import torch
    >>> unfold(torch.arange(9.0).reshape(1, 3, 3), kernel_size=2)
    tensor([[0., 1., 3., 4.],
            [1., 2., 4., 5.],
            [3., 4., 6., 7.],
            [4., 5., 7., 8.]])
    """
    check_tensors("unfold", MOVED, input=input)
    x, unbatched = as_batch("unfold", input, 2)
    kernel_size, dilation, padding, stride = _window_arguments("unfold", kernel_size, dilation, padding, stride)
    lines = tuple((p, p) for p in padding)
    count_fitting("unfold", tuple(x.shape[2:]), kernel_size, stride, dilation, lines)
    columns = windows(zero_pad(x, lines), kernel_size, stride, dilation)  # (N, C, outH, outW, kH, kW)
    columns = columns.permute(0, 1, 4, 5, 2, 3).flatten(4).flatten(1, 3)
    return columns[0] if unbatched else columns


def fold(
    input: Tensor, output_size: Size, kernel_size: Size, dilation: Size = 1, padding: Size = 0, stride: Size = 1
) -> Tensor:
    """Put columns back as windows and add up where windows overlap: the adjoint of :func:`unfold`, not its inverse.

    Args:
        input: shape (N, C * kH * kW, L) or (C * kH * kW, L).
        output_size: (H, W) of the image, without padding.
        kernel_size: as it was for ``unfold``.
        dilation: as it was for ``unfold``.
        padding: as it was for ``unfold``.
        stride: as it was for ``unfold``.

    Returns:
        Tensor of shape (N, C, H, W) or (C, H, W).

    Raises:
        TypeError, ValueError: what does not fit together; the message names the rule and the shapes.

    >>> import torch
    >>> fold(unfold(torch.ones(1, 3, 3), kernel_size=2), output_size=3, kernel_size=2)
    tensor([[[1., 2., 1.],
             [2., 4., 2.],
             [1., 2., 1.]]])
    """
    check_tensors("fold", MOVED, input=input)
    if input.ndim not in (2, 3) or 0 in input.shape[-2:]:
        raise ValueError(f"fold: the input must be (N, C * kH * kW, L) or (C * kH * kW, L), got {tuple(input.shape)}")
    size = as_tuple("fold", "output_size", output_size, 2, minimum=1, repeat=False)
    kernel_size, dilation, padding, stride = _window_arguments("fold", kernel_size, dilation, padding, stride)
    padded = tuple(h + 2 * p for h, p in zip(size, padding, strict=True))
    lines = tuple((p, p) for p in padding)
    out_size = count_fitting("fold", size, kernel_size, stride, dilation, lines, "output")
    rows, positions = input.shape[-2:]
    if rows % math.prod(kernel_size):
        raise ValueError(
            f"fold: the columns have {rows} entries (input is {tuple(input.shape)}), which is not a multiple of "
            f"{math.prod(kernel_size)}, the number of taps of the kernel {kernel_size}"
        )
    if positions != math.prod(out_size):
        raise ValueError(
            f"fold: there are {positions} columns (input is {tuple(input.shape)}), but with these arguments an image "
            f"of {size} has {' x '.join(map(str, out_size))} = {math.prod(out_size)} windows"
        )
    batched = input.ndim == 3
    x = input if batched else input.unsqueeze(0)
    patches = x.unflatten(2, out_size).unflatten(1, (-1, *kernel_size)).permute(0, 1, 4, 5, 2, 3)
    image = _cut(add_windows(in_32_bits(patches), padded, stride, dilation), padding, size).to(input.dtype)
    return image if batched else image[0]


def _transposed(name, ndim, input, weight, bias, stride, padding, output_padding, groups, dilation) -> Tensor:
    """Check everything, multiply every pixel with every kernel (the stamps), add the stamps up, cut the padding off."""
    check_tensors(name, SUMMED, input=input, weight=weight)
    x, unbatched = as_batch(name, input, ndim)
    groups = as_whole(name, "groups", groups, minimum=1)
    _check_weight(name, ndim, x, weight, groups)
    check_bias(name, input, weight, bias, weight.shape[1] * groups)
    stride = as_tuple(name, "stride", stride, ndim, minimum=1)
    padding = as_tuple(name, "padding", padding, ndim, minimum=0)
    output_padding = as_tuple(name, "output_padding", output_padding, ndim, minimum=0)
    dilation = as_tuple(name, "dilation", dilation, ndim, minimum=1)
    # Below the stride there is an input size for it; torch also allows it below the dilation.
    if any(o >= s and o >= d for o, s, d in zip(output_padding, stride, dilation, strict=True)):
        raise ValueError(
            f"{name}: output_padding is {output_padding}; along each axis it must be smaller than the stride {stride} "
            f"or the dilation {dilation}"
        )
    size, kernel_size = tuple(x.shape[2:]), tuple(weight.shape[2:])
    full = span(size, kernel_size, stride, dilation)
    out_size = tuple(f - 2 * p + o for f, p, o in zip(full, padding, output_padding, strict=True))
    if min(out_size) < 1:
        raise ValueError(
            f"{name}: the output would be {out_size}: the stamps cover {full}, and padding {padding} cuts off all of "
            f"it; (input - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1 must be at least 1"
        )

    x, weight = in_32_bits(x), in_32_bits(weight)
    grouped = x.unflatten(1, (groups, -1)).flatten(3)  # (N, G, C_in / G, positions)
    stamps = weight.unflatten(0, (groups, -1)).flatten(2)  # (G, C_in / G, C_out / G * taps)
    # The product holds all stamps, side by side; then their taps go to the end, as add_windows wants them.
    patches = (stamps.transpose(1, 2) @ grouped).unflatten(3, size).unflatten(2, (-1, *kernel_size))
    patches = patches.flatten(1, 2).movedim(tuple(range(2, 2 + ndim)), tuple(range(-ndim, 0)))
    # The output padding may lie behind the last stamp; then the image must be larger than what the stamps cover.
    stamped = tuple(max(f, p + o) for f, p, o in zip(full, padding, out_size, strict=True))
    out = _cut(add_windows(patches, stamped, stride, dilation), padding, out_size)
    return finish(out, bias, unbatched, input.dtype)


def _cut(image: Tensor, padding: tuple[int, ...], size: tuple[int, ...]) -> Tensor:
    """Return the part of an image that begins behind the padding."""
    return image[at(slice(p, p + h) for p, h in zip(padding, size, strict=True))]


def _check_weight(name: str, ndim: int, x: Tensor, weight: Tensor, groups: int) -> None:
    """Refuse kernels that do not fit the input's channels and the groups."""
    shape = tuple(weight.shape)
    if weight.ndim != ndim + 2:
        raise ValueError(f"{name}: the weight must be (C_in, C_out / groups, {AXES[ndim]}), got {shape}")
    if 0 in shape[1:]:
        raise ValueError(f"{name}: the weight is empty: {shape}; it needs at least one kernel with one tap")
    if x.shape[1] != shape[0]:
        raise ValueError(
            f"{name}: the input has {x.shape[1]} channels (shape {tuple(x.shape)}) but the weight {shape} is made for "
            f"{shape[0]}; both must be equal"
        )
    if shape[0] % groups:
        raise ValueError(f"{name}: groups={groups} does not divide the {shape[0]} input channels (weight is {shape})")


def _window_arguments(name, kernel_size, dilation, padding, stride) -> tuple[tuple[int, ...], ...]:
    """Return the four arguments of unfold and fold as pairs."""
    return (
        as_tuple(name, "kernel_size", kernel_size, 2, minimum=1, repeat=False),
        as_tuple(name, "dilation", dilation, 2, minimum=1, repeat=False),
        as_tuple(name, "padding", padding, 2, minimum=0, repeat=False),
        as_tuple(name, "stride", stride, 2, minimum=1, repeat=False),
    )
