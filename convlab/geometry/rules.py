"""What each layer and each function does to the receptive field; whatever is not listed here is refused.

A rule gets (function or module, arguments by name) and returns a :class:`Window`, or the reason why there is none.
"""

import operator
from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

import convlab.functional as C
from convlab.arguments import wholes
from convlab.functional.windows import same


class Window(NamedTuple):
    """A window that slides, one entry for each axis. All 1 and before 0: what works on each pixel by itself."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    before: tuple[int, ...]  # lines of padding before the first pixel
    dilation: tuple[int, ...]


class Refusal(Exception):
    """Why the field behind a layer cannot be given."""


SAME = "same field"  # a rule that leaves the field as it is


def axes(value, ndim: int) -> tuple[int, ...]:
    """Return an int or a sequence as a tuple with an entry for each axis."""
    entries = wholes(value if isinstance(value, (tuple, list)) else (value,))
    if entries is None or len(entries) not in (1, ndim):
        raise Refusal("its arguments are not plain numbers")
    return entries * ndim if len(entries) == 1 else entries


def window(ndim, kernel_size, stride=1, padding=0, dilation=1) -> Window:
    """Return the window of a convolution or a pooling."""
    kernel, dilation = axes(kernel_size, ndim), axes(dilation, ndim)
    stride = kernel if stride is None or stride == () else axes(stride, ndim)
    if padding == "same":
        before = tuple(lines for lines, _ in same(kernel, dilation))
    else:
        before = axes(0 if padding == "valid" else padding, ndim)
    return Window(kernel, stride, before, dilation)


def shifted(padding) -> Window:
    """Return what padding by hand does; it lists the last axis first: (left, right, top, bottom)."""
    before = tuple(reversed(padding[::2]))
    one = (1,) * len(before)
    return Window(one, one, before, one)


# --- modules ------------------------------------------------------------------------------------------------

POINTWISE = (
    "Identity ReLU ReLU6 LeakyReLU PReLU RReLU ELU SELU CELU GELU SiLU Mish Sigmoid Tanh Hardswish Hardsigmoid "
    "Hardtanh Hardshrink Softshrink Tanhshrink Softplus Softsign LogSigmoid Threshold Dropout Dropout1d Dropout2d "
    "Dropout3d AlphaDropout FeatureAlphaDropout Softmax2d LocalResponseNorm ChannelShuffle"
)
POINTWISE_MODULES = tuple(getattr(nn, name) for name in POINTWISE.split())
PADDINGS = ("ZeroPad", "ConstantPad", "ReflectionPad", "ReplicationPad", "CircularPad")
WHOLE = "it looks at the whole input at once"
GROWS = "its output has more places than its input, and they do not all see equally much"


def module_rule(module: nn.Module):
    """Return SAME or the Window of a layer of torch.nn; raise Refusal for all others."""
    kind = type(module)
    name = kind.__name__
    for ndim in (1, 2, 3):
        if kind is getattr(nn, f"Conv{ndim}d"):
            return window(ndim, module.kernel_size, module.stride, module.padding, module.dilation)
        if kind is getattr(nn, f"MaxPool{ndim}d"):
            if module.return_indices:
                raise Refusal("it returns positions as well")
            return window(ndim, module.kernel_size, module.stride, module.padding, module.dilation)
        if kind is getattr(nn, f"AvgPool{ndim}d"):
            return window(ndim, module.kernel_size, module.stride, module.padding)
        if any(name == f"{padding}{ndim}d" for padding in PADDINGS):
            return shifted(axes(module.padding, 2 * ndim))
    if kind is nn.PixelUnshuffle:
        return window(2, module.downscale_factor, None)
    if kind in (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm):
        if module.running_mean is None:
            raise Refusal("without running statistics it takes the mean over the whole input")
        return SAME
    if kind in (nn.Softmax, nn.LogSoftmax, nn.Softmin, nn.GLU):
        if module.dim != 1:
            raise Refusal(f"along dim={module.dim} {WHOLE}")
        return SAME
    if kind in POINTWISE_MODULES:
        return SAME
    if name.startswith(("Adaptive", "GroupNorm", "LayerNorm", "InstanceNorm", "RMSNorm", "Linear", "Flatten")):
        raise Refusal(WHOLE)
    if name.startswith(("ConvTranspose", "Upsampl", "PixelShuffle", "MaxUnpool")):
        raise Refusal(GROWS)
    raise Refusal("what it sees is not known here")


# --- functions ----------------------------------------------------------------------------------------------

_CONV = ("input", "weight", "bias", "stride", "padding", "dilation", "groups", "algorithm")
_MAX = ("input", "kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices")
_AVG = ("input", "kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override")

# function -> (what it is, number of axes, names of its arguments)
SLIDING: dict[Callable, tuple[str, int, tuple[str, ...]]] = {}
for _n in (1, 2, 3):
    for _place in (F, torch, C):
        SLIDING[getattr(_place, f"conv{_n}d")] = ("conv", _n, _CONV)
    SLIDING[getattr(F, f"max_pool{_n}d")] = SLIDING[getattr(torch, f"max_pool{_n}d")] = ("max", _n, _MAX)
    SLIDING[getattr(F, f"avg_pool{_n}d")] = ("avg", _n, _AVG)
SLIDING |= {torch.avg_pool1d: ("avg", 1, _AVG), C.max_pool2d: ("max", 2, _MAX), C.avg_pool2d: ("avg", 2, _AVG)}

_ELEMENTWISE = (
    "relu relu_ sigmoid sigmoid_ tanh tanh_ add add_ sub sub_ mul mul_ div div_ neg abs exp log sqrt rsqrt square pow "
    "clamp clamp_ clamp_min maximum minimum where float double half to type_as contiguous clone detach"
)
_ACTIVATIONS = (
    "relu relu6 leaky_relu elu selu celu gelu silu mish sigmoid tanh hardswish hardsigmoid hardtanh softplus softsign "
    "logsigmoid threshold hardshrink softshrink tanhshrink dropout dropout1d dropout2d dropout3d alpha_dropout "
    "local_response_norm relu_ leaky_relu_ elu_ prelu"
)
METHODS = frozenset(_ELEMENTWISE.split())
_OPERATORS = "add sub mul truediv neg pow iadd isub imul itruediv"
FUNCTIONS = (
    {getattr(torch, name) for name in _ELEMENTWISE.split() if hasattr(torch, name)}
    | {getattr(F, name) for name in _ACTIVATIONS.split()}
    | {getattr(operator, name) for name in _OPERATORS.split()}
)
CATS = {torch.cat, torch.concat}
SPLITS = {torch.chunk, torch.split}


def function_rule(target, arguments: tuple, named: dict, shape_of):
    """Return SAME or the Window of a function or of a tensor's method (target is its name).

    Args:
        target: the function, or the name of a method.
        arguments: positional arguments; the first is the tensor that flows through.
        named: the other arguments.
        shape_of: gives the shape of an argument that is a parameter, raises Refusal for anything else.
    """
    if target in SLIDING:
        what, ndim, names = SLIDING[target]
        given = dict(zip(names, arguments, strict=False)) | named
        if what == "conv":
            kernel = tuple(shape_of(given["weight"])[2:])
            return window(ndim, kernel, given.get("stride", 1), given.get("padding", 0), given.get("dilation", 1))
        if given.get("return_indices"):
            raise Refusal("it returns positions as well")
        sizes = (given["kernel_size"], given.get("stride"), given.get("padding", 0))
        return window(ndim, *sizes, given.get("dilation", 1) if what == "max" else 1)
    if target is F.pad:
        return shifted(axes(given_by("pad", 1, arguments, named), len(given_by("pad", 1, arguments, named))))
    if target is F.batch_norm:
        if given_by("training", 5, arguments, named):
            raise Refusal("with training=True it takes the mean over the whole input")
        return SAME
    if target in CATS or target in SPLITS or target in ("chunk", "split"):
        position = 1 if target in CATS else 2
        dim = given_by("dim", position, arguments, named) or 0
        return _channels(dim)
    if target in (F.softmax, torch.softmax, "softmax"):
        return _channels(given_by("dim", 1, arguments, named))
    if target in (torch.mean, torch.sum, "mean", "sum", torch.amax, torch.amin, "amax", "amin"):
        if not named.get("keepdim"):
            raise Refusal(WHOLE)
        dim = given_by("dim", 1, arguments, named)
        return _channels(dim[0] if isinstance(dim, (tuple, list)) and len(dim) == 1 else dim)
    if target in FUNCTIONS or target in METHODS:
        return SAME
    name = target if isinstance(target, str) else getattr(target, "__name__", "")
    if name.startswith(("adaptive_", "flatten", "linear", "group_norm", "layer_norm", "instance_norm")):
        raise Refusal(WHOLE)
    if name.startswith(("conv_transpose", "interpolate", "upsample", "pixel_shuffle", "max_unpool")):
        raise Refusal(GROWS)
    raise Refusal("what it sees is not known here")


def given_by(name: str, position: int, arguments: tuple, named: dict):
    """Return an argument that was given by name or by position, or None."""
    return named.get(name, arguments[position] if len(arguments) > position else None)


def _channels(dim):
    if dim != 1:
        raise Refusal(f"it works along dim={dim}, not along the channels")
    return SAME
