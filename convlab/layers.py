"""The zoo: nine kinds of convolution as modules, one idea each.

====================  ==========================================================  ==================================
``StandardConv2d``    every kernel sees all channels of a k x k window             LeCun et al. 1998
``PointwiseConv2d``   1 x 1: mixes the channels of each pixel                      Lin, Chen, Yan 2014
``AsymmetricConv2d``  k x 1 or 1 x k: looks along one direction                    Szegedy et al. 2016
``DilatedConv2d``     taps with gaps: sees further for the same price              Yu, Koltun 2016
``DepthwiseConv2d``   one kernel for each channel, no mixing                       Sifre 2014; Chollet 2017
``GroupConv2d``       channels in groups that do not see each other                Krizhevsky et al. 2012
``SeparableConv2d``   depthwise, then pointwise                                    Howard et al. 2017
``TransposedConv2d``  the way back: makes images larger                            Zeiler et al. 2010
``DynamicConv2d``     mixes its kernel for each image                              Chen et al. 2020
====================  ==========================================================  ==================================

The arguments have the names and the order of ``nn.Conv2d``. Two defaults are friendlier: the kernel size is the usual
one of its kind, and ``padding=None`` keeps height and width (with stride 1), whatever the kernel and the dilation.
Further options go to ``nn.Conv2d`` as they are: ``bias``, ``padding_mode``, ``device``, ``dtype``.

>>> import torch
>>> DilatedConv2d(3, 16, dilation=4)(torch.ones(1, 3, 64, 64)).shape
torch.Size([1, 16, 64, 64])
"""

import math
from collections import OrderedDict

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from convlab.arguments import Size, as_tuple, as_whole, check_positive
from convlab.geometry import same_padding


class StandardConv2d(nn.Conv2d):
    """Multiply and add over a k x k window and all input channels: (N, C_in, H, W) -> (N, C_out, outH, outW).

    ``out[o] = bias[o] + sum over c of corr2d(x[c], weight[o, c])``; the weight is (C_out, C_in, k, k).
    """

    def __init__(self, in_channels, out_channels, kernel_size: Size = 3, stride: Size = 1, padding=None, **options):
        super().__init__(**_checked(self, in_channels, out_channels, kernel_size, stride, padding), **options)


class PointwiseConv2d(nn.Conv2d):
    """Mix the channels of each pixel, and look at no other pixel: a 1 x 1 kernel.

    ``out[o] = bias[o] + sum over c of weight[o, c] * x[c]``, a matrix product at every pixel.
    """

    def __init__(self, in_channels, out_channels, kernel_size: Size = 1, stride: Size = 1, **options):
        settings = _checked(self, in_channels, out_channels, kernel_size, stride, padding=0)
        if settings["kernel_size"] != (1, 1):
            raise ValueError(f"PointwiseConv2d: kernel_size is {kernel_size}; a pointwise convolution has 1")
        super().__init__(**settings, **options)


class AsymmetricConv2d(nn.Conv2d):
    """Look along one direction more than along the other: a kernel of different height and width, (3, 1) or (1, 5).

    A (3, 1) after a (1, 3) sees 3 x 3 pixels with 6 weights instead of 9. Together they are a kernel of rank 1.
    """

    def __init__(
        self, in_channels, out_channels, kernel_size: Size = (3, 1), stride: Size = 1, padding=None, **options
    ):
        settings = _checked(self, in_channels, out_channels, kernel_size, stride, padding)
        height, width = settings["kernel_size"]
        if height == width:
            raise ValueError(f"AsymmetricConv2d: kernel_size is {(height, width)}; height and width must differ")
        super().__init__(**settings, **options)


class DilatedConv2d(nn.Conv2d):
    """Leave gaps between the taps: k taps, ``dilation`` apart, reach over ``dilation * (k - 1) + 1`` pixels.

    ``out[o, i, j] = bias[o] + sum over c, a, b of x[c, i + dilation * a, j + dilation * b] * weight[o, c, a, b]``
    """

    def __init__(
        self, in_channels, out_channels, kernel_size: Size = 3, stride: Size = 1, padding=None, dilation=2, **options
    ):
        super().__init__(**_checked(self, in_channels, out_channels, kernel_size, stride, padding, dilation), **options)


class DepthwiseConv2d(nn.Conv2d):
    """Give each channel a kernel of its own, and mix nothing: as many groups as input channels.

    ``out[c] = bias[c] + corr2d(x[c], weight[c, 0])``. With m times as many output channels, each
    channel has m kernels.
    """

    def __init__(
        self, in_channels, out_channels, kernel_size: Size = 3, stride: Size = 1, padding=None, dilation=1, **options
    ):
        sizes = (in_channels, out_channels, kernel_size, stride, padding, dilation)
        super().__init__(**_checked(self, *sizes, groups=in_channels), **options)


class GroupConv2d(nn.Conv2d):
    """Split the channels into groups that do not see each other; each group has a convolution of its own.

    The weight is (C_out, C_in / groups, k, k): weights and multiply-adds are divided by the number of groups.
    """

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size: Size = 3,
        stride: Size = 1,
        padding=None,
        dilation: Size = 1,
        groups: int = 2,
        **options,
    ):
        sizes = (in_channels, out_channels, kernel_size, stride, padding, dilation)
        super().__init__(**_checked(self, *sizes, groups), **options)


class SeparableConv2d(nn.Sequential):
    """First look around in each channel (depthwise), then mix the channels of each pixel (pointwise).

    Without bias it costs ``1 / C_out + 1 / k^2`` of a standard convolution. *Depthwise* separable: what splits a kernel
    into a column and a row is *spatially* separable, see `AsymmetricConv2d`.
    """

    def __init__(
        self, in_channels, out_channels, kernel_size: Size = 3, stride: Size = 1, padding=None, dilation=1, **options
    ):
        depthwise = options | {"bias": False}  # the bias of the second layer does for both
        pointwise = {name: option for name, option in options.items() if name != "padding_mode"}
        _checked(self, in_channels, out_channels, kernel_size, stride, padding, dilation)
        sizes = (in_channels, in_channels, kernel_size, stride, padding, dilation)
        super().__init__(
            OrderedDict(
                depthwise=DepthwiseConv2d(*sizes, **depthwise),
                pointwise=PointwiseConv2d(in_channels, out_channels, **pointwise),
            )
        )


class TransposedConv2d(nn.ConvTranspose2d):
    """Stamp the kernel onto a larger image, once for every pixel, as strong as the pixel, and add up.

    ``outH = (H - 1) * stride - 2 * padding + k + output_padding``: with the defaults, height and
    width are doubled. The weight is (C_in, C_out, k, k).
    """

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size: Size = 4,
        stride: Size = 2,
        padding: Size = 1,
        output_padding: Size = 0,
        **options,
    ):
        settings = _checked(self, in_channels, out_channels, kernel_size, stride, padding)
        settings["output_padding"] = as_tuple("TransposedConv2d", "output_padding", output_padding, 2, 0)
        if any(o >= s for o, s in zip(settings["output_padding"], settings["stride"], strict=True)):
            raise ValueError(
                f"TransposedConv2d: output_padding is {output_padding}; it must be below the stride {stride}"
            )
        super().__init__(**settings, **options)


class DynamicConv2d(nn.Module):
    """Mix a kernel for each image from ``num_kernels`` kernels; how much of each, the image itself decides.

    ``attention = softmax(scores(x) / temperature)``, ``weight[n] = sum over k of attention[n, k] * weights[k]``. All
    images go through *one* convolution: the batch becomes groups. A high temperature gives even shares, which helps at
    the beginning of training; the paper starts with 30 and goes down to 1.

    For deployment: ``torch.export`` (with a dynamic batch, too) and ``torch.jit.script`` take it as the other layers.
    ``torch.jit.trace`` writes the number of groups down: such a model takes the traced batch size only.
    """

    def __init__(
        self, in_channels, out_channels, kernel_size: Size = 3, stride: Size = 1, padding=None, dilation: Size = 1,
        groups: int = 1, bias: bool = True, *, num_kernels: int = 4, temperature: float = 30.0, reduction: int = 4,
        device=None, dtype=None,
    ):  # fmt: skip
        settings = _checked(self, in_channels, out_channels, kernel_size, stride, padding, dilation, groups)
        num_kernels = as_whole("DynamicConv2d", "num_kernels", num_kernels, minimum=1)
        reduction = as_whole("DynamicConv2d", "reduction", reduction, minimum=1)
        check_positive("DynamicConv2d", "temperature", temperature)
        super().__init__()
        in_channels, out_channels, groups = (settings[name] for name in ("in_channels", "out_channels", "groups"))
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.num_kernels, self.temperature = num_kernels, float(temperature)
        self.stride, self.padding, self.dilation = (settings[name] for name in ("stride", "padding", "dilation"))
        like = {"device": device, "dtype": dtype}
        shape = (num_kernels, out_channels, in_channels // groups, *settings["kernel_size"])
        self.weight = nn.Parameter(torch.empty(shape, **like))
        self.bias = nn.Parameter(torch.empty(num_kernels, out_channels, **like)) if bias else None
        hidden = max(1, in_channels // reduction)
        self.scores = nn.Sequential(
            nn.Linear(in_channels, hidden, **like), nn.ReLU(), nn.Linear(hidden, num_kernels, **like)
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw every kernel and bias as ``nn.Conv2d`` does."""
        bound = 1 / math.sqrt(self.weight[0, 0].numel())
        for parameter in (self.weight, self.bias):
            if parameter is not None:
                nn.init.uniform_(parameter, -bound, bound)

    def attention(self, x: Tensor) -> Tensor:
        """Return how much of each kernel each image gets: (N, num_kernels), each row adds up to 1."""
        return F.softmax(self.scores(x.mean((2, 3))) / self.temperature, dim=1)

    def forward(self, x: Tensor) -> Tensor:
        """Convolve each image with its own mixture: (N, C_in, H, W) -> (N, C_out, outH, outW), or without N."""
        one = x.ndim == 3
        if one:
            x = x.unsqueeze(0)
        n = x.shape[0]  # len(x) would be a fixed number in an exported model
        if n == 0:  # no image, no groups
            return F.conv2d(x, self.weight[0], None, self.stride, self.padding, self.dilation, self.groups)
        attention = self.attention(x)
        weight = attention @ self.weight.flatten(1)  # a kernel for each image
        weight = weight.unflatten(1, self.weight.shape[1:]).flatten(0, 1)
        bias = None if self.bias is None else (attention @ self.bias).flatten()
        side_by_side = x.flatten(0, 1).unsqueeze(0)  # (1, N * C_in, H, W)
        out = F.conv2d(side_by_side, weight, bias, self.stride, self.padding, self.dilation, groups=n * self.groups)
        out = out.unflatten(1, [n, self.out_channels]).squeeze(0)
        return out.squeeze(0) if one else out

    def extra_repr(self) -> str:
        """Say the settings when the module is printed."""
        sizes = f"{self.in_channels}, {self.out_channels}, kernel_size={tuple(self.weight.shape[3:])}"
        settings = f"stride={self.stride}, padding={self.padding}, dilation={self.dilation}"
        more = f"groups={self.groups}, bias={self.bias is not None}, num_kernels={self.num_kernels}"
        return f"{sizes}, {settings}, {more}, temperature={self.temperature}"


def _checked(layer, in_channels, out_channels, kernel_size, stride, padding, dilation=1, groups=1) -> dict:
    """Return the arguments for ``nn.Conv2d``, by name; refuse in words, before any weight is made, what cannot be."""
    name = type(layer).__name__
    in_channels, out_channels, groups = (
        as_whole(name, argument, value, minimum=1)
        for argument, value in [("in_channels", in_channels), ("out_channels", out_channels), ("groups", groups)]
    )
    if in_channels % groups or out_channels % groups:
        raise ValueError(
            f"{name}: {groups} groups do not divide {in_channels} input channels and {out_channels} output channels; "
            f"each group needs the same number of both"
        )
    settings = {
        "kernel_size": as_tuple(name, "kernel_size", kernel_size, 2, minimum=1),
        "stride": as_tuple(name, "stride", stride, 2, minimum=1),
        "dilation": as_tuple(name, "dilation", dilation, 2, minimum=1),
    }
    if padding is None:
        try:
            padding = same_padding(settings["kernel_size"], settings["dilation"])
        except ValueError as error:
            raise ValueError(
                f"{name}: padding=None keeps height and width, which needs an odd kernel "
                f"({str(error).removeprefix('same_padding: ')})"
            ) from None
    elif not isinstance(padding, str):
        padding = as_tuple(name, "padding", padding, 2, minimum=0)
    elif padding not in ("same", "valid") or (padding == "same" and settings["stride"] != (1, 1)):
        raise ValueError(f"{name}: padding is {padding!r} with stride {stride}; 'same' needs stride 1, or take numbers")
    return settings | {
        "in_channels": in_channels, "out_channels": out_channels, "padding": padding, "groups": groups,
    }  # fmt: skip
