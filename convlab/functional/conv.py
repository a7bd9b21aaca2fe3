"""Convolution layers' functions: conv1d, conv2d, conv3d, argument for argument as in ``torch.nn.functional``."""

from torch import Tensor

from convlab.arguments import AXES, SUMMED, Size, as_batch, as_tuple, as_whole, check_bias, check_tensors
from convlab.functional.algorithms import ALGORITHMS, choose, shapes_only
from convlab.functional.casts import finish, in_32_bits
from convlab.functional.windows import Geometry, Lines, count_fitting, same


def conv1d(
    input: Tensor, weight: Tensor, bias: Tensor | None = None, stride: Size = 1, padding: Size | str = 0,
    dilation: Size = 1, groups: int = 1,
) -> Tensor:  # fmt: skip
    """Slide kernels over sequences. As :func:`conv2d` (but for ``algorithm``), with one axis instead of two.

    Input (N, C_in, W) or (C_in, W), weight (C_out, C_in / groups, kW), output (N, C_out, outW) or (C_out, outW).

    >>> import torch
    >>> conv1d(torch.tensor([[1.0, 2.0, 4.0]]), torch.tensor([[[-1.0, 1.0]]]))
    tensor([[1., 2.]])
    """
    return _conv("conv1d", 1, input, weight, bias, stride, padding, dilation, groups, "auto")


def conv2d(
    input: Tensor, weight: Tensor, bias: Tensor | None = None, stride: Size = 1, padding: Size | str = 0,
    dilation: Size = 1, groups: int = 1, *, algorithm: str = "auto",
) -> Tensor:  # fmt: skip
    """Slide kernels over images: in each window, multiply and add up, over all channels of a group.

    ``out[n, o, i, j] = bias[o] + sum over c, a, b of x[n, c, i * sH + a * dH, j * sW + b * dW] * weight[o, c, a, b]``

    where x is the input with its padding, and c runs over the channels of o's group.

    Args:
        input: images, shape (N, C_in, H, W) or (C_in, H, W).
        weight: kernels, shape (C_out, C_in / groups, kH, kW).
        bias: one number for each output channel, shape (C_out,), or None.
        stride: steps of the window: an int or (vertical, horizontal).
        padding: lines of zeros on *each* side: an int or (above and below, left and right); ``"valid"`` for none;
            ``"same"`` for an output of the input's size (stride 1 only). For an even kernel, ``"same"`` needs one line
            more on one side: it is put at the bottom and on the right.
        dilation: spacing of the kernel's taps: an int or (vertical, horizontal). 1 means side by side.
        groups: the channels are split into so many groups that do not see each other.
        algorithm: one of five ways to the same sums; they differ in time, memory and rounding.

            * ``"loops"``: one window after the other, as on a blackboard.
            * ``"windows"``: all windows as one view, multiplied with the kernels by one einsum.
            * ``"taps"``: one tap of the kernel after the other, each a matrix product over the channels. Never holds
              more than twice the input and the output together.
            * ``"im2col"``: the windows become the columns of a matrix; one matrix product does the rest.
            * ``"fft"``: multiplication of spectra. Its cost does not depend on the size of the kernel. Its rounding
              goes by the largest pixel of the whole image, and one nan or inf spoils all outputs.
            * ``"auto"``: ``"taps"`` for a depthwise convolution (one channel in each of several groups), else
              ``"im2col"``. Never ``"fft"``, so that a large kernel does not change the rounding.

    Returns:
        Feature maps, shape (N, C_out, outH, outW) or (C_out, outH, outW), with
        ``outH = floor((H + 2 * padding - dilation * (kH - 1) - 1) / stride) + 1``.

    Raises:
        TypeError: not tensors; types that differ or cannot be computed with; arguments that are not whole numbers.
        ValueError: shapes or arguments that do not fit together. The message names the rule and both shapes.

    Source: V. Dumoulin, F. Visin, *A guide to convolution arithmetic for deep learning*, 2016.

    >>> import torch
    >>> x, w = torch.ones(1, 2, 5, 5), torch.ones(3, 2, 2, 2)
    >>> conv2d(x, w, stride=2, padding=1).shape
    torch.Size([1, 3, 3, 3])
    >>> conv2d(x, w, padding="same", algorithm="loops")[0, 0]
    tensor([[8., 8., 8., 8., 4.],
            [8., 8., 8., 8., 4.],
            [8., 8., 8., 8., 4.],
            [8., 8., 8., 8., 4.],
            [4., 4., 4., 4., 2.]])
    """
    return _conv("conv2d", 2, input, weight, bias, stride, padding, dilation, groups, algorithm)


def conv3d(
    input: Tensor, weight: Tensor, bias: Tensor | None = None, stride: Size = 1, padding: Size | str = 0,
    dilation: Size = 1, groups: int = 1,
) -> Tensor:  # fmt: skip
    """Slide kernels over volumes. As :func:`conv2d` (but for ``algorithm``), with three axes instead of two.

    Input (N, C_in, D, H, W) or (C_in, D, H, W), weight (C_out, C_in / groups, kD, kH, kW), output
    (N, C_out, outD, outH, outW) or (C_out, outD, outH, outW). A tuple of sizes or steps is (depth, height, width).

    >>> import torch
    >>> conv3d(torch.ones(1, 1, 4, 4, 4), torch.ones(2, 1, 3, 3, 3)).shape
    torch.Size([1, 2, 2, 2, 2])
    """
    return _conv("conv3d", 3, input, weight, bias, stride, padding, dilation, groups, "auto")


def _conv(name, ndim, input, weight, bias, stride, padding, dilation, groups, algorithm) -> Tensor:
    """Check everything, split the channels into groups, let an algorithm add up, put the groups side by side."""
    check_tensors(name, SUMMED, input=input, weight=weight)
    x, unbatched = as_batch(name, input, ndim, no_channels=True)
    groups = as_whole(name, "groups", groups, minimum=1)
    _check_weight(name, ndim, x, weight, groups)
    check_bias(name, input, weight, bias, weight.shape[0])
    kernel_size = tuple(weight.shape[2:])
    stride = as_tuple(name, "stride", stride, ndim, minimum=1)
    dilation = as_tuple(name, "dilation", dilation, ndim, minimum=1)
    lines = as_padding(name, ndim, padding, kernel_size, stride, dilation)
    out_size = count_fitting(name, tuple(x.shape[2:]), kernel_size, stride, dilation, lines)
    if not isinstance(algorithm, str) or algorithm not in ("auto", *ALGORITHMS):
        known = ", ".join(map(repr, ["auto", *ALGORITHMS]))
        raise ValueError(f"{name}: algorithm is {algorithm!r}; it must be one of {known}")

    x, weight = in_32_bits(x), in_32_bits(weight)
    grouped_x = x.unflatten(1, (groups, x.shape[1] // groups))
    grouped_weight = weight.unflatten(0, (groups, weight.shape[0] // groups))
    compute = ALGORITHMS[choose(grouped_weight) if algorithm == "auto" else algorithm]
    compute = shapes_only if x.is_meta else compute
    out = compute(grouped_x, grouped_weight, Geometry(stride, lines, dilation, out_size)).flatten(1, 2)
    return finish(out, bias, unbatched, input.dtype)


def _check_weight(name: str, ndim: int, x: Tensor, weight: Tensor, groups: int) -> None:
    """Refuse kernels that do not fit the input's channels and the groups."""
    shape = tuple(weight.shape)
    if weight.ndim != ndim + 2:
        raise ValueError(f"{name}: the weight must be (C_out, C_in / groups, {AXES[ndim]}), got {shape}")
    if shape[0] == 0 or 0 in shape[2:]:
        raise ValueError(f"{name}: the weight is empty: {shape}; it needs at least one kernel with one tap")
    channels = x.shape[1]
    if channels != shape[1] * groups:
        several = f"the input must have {groups} x {shape[1]} = {groups * shape[1]} channels"
        needed = "both must be equal" if groups == 1 else several
        raise ValueError(
            f"{name}: the input has {channels} channel{'s' * (channels != 1)} (shape {tuple(x.shape)}) but each kernel "
            f"spans {shape[1]} (weight is {shape}); with groups={groups} {needed}"
        )
    if shape[0] % groups:
        raise ValueError(
            f"{name}: groups={groups} does not divide the {shape[0]} output channels (weight is {shape}); "
            f"each group needs the same number of kernels"
        )


def as_padding(name: str, ndim: int, padding, kernel_size, stride, dilation) -> Lines:
    """Return the lines of zeros (before, after) along each axis: from a number, a tuple, "valid" or "same"."""
    if not isinstance(padding, str):
        return tuple((p, p) for p in as_tuple(name, "padding", padding, ndim, minimum=0))
    if padding == "valid":
        return ((0, 0),) * ndim
    if padding != "same":
        raise ValueError(f"{name}: padding is {padding!r}; it must be a number, a tuple, 'valid' or 'same'")
    if any(s != 1 for s in stride):
        shown = stride if ndim > 1 else stride[0]
        raise ValueError(f"{name}: padding='same' asks for stride 1, got {shown}: with a stride the output is smaller")
    return same(kernel_size, dilation)
