"""What each operation does to the receptive field: the one place that says to which family it belongs.

Pixelwise (the field stays), a window that slides, along the channels (the field stays), or refused with the reason.
An operation is looked up by one name, however it is called: ``y.add_(z)``, ``torch.add(y, z)`` and ``y + z`` are "add".
"""

import inspect
import math
import operator
import re

import torch
import torch.nn.functional as F
from torch import fx, nn
from torch.nn.utils import parametrize

import convlab.functional as C
from convlab.arguments import whole, wholes
from convlab.functional.windows import same
from typing import NamedTuple


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
    stride = kernel if stride is None or stride in ((), []) else axes(stride, ndim)
    if padding == "same":
        before = tuple(lines for lines, _ in same(kernel, dilation))
    else:
        before = axes(0 if padding == "valid" else padding, ndim)
    return Window(kernel, stride, before, dilation)


def shifted(padding, ndim: int) -> Window:
    """Return what padding by hand does; it lists the last axis first: (left, right, top, bottom)."""
    if len(padding) > 2 * (ndim + 1):
        raise Refusal("it pads the batch")
    before = (*padding[::2], *[0] * ndim)[:ndim]  # a pair more than there are axes pads the channels
    one = (1,) * ndim
    return Window(one, one, before[::-1], one)


def transposed(ndim, kernel_size, stride, padding, dilation) -> Window:
    """Return the window of a transposed convolution of stride 1: that of the flipped kernel, from the other side."""
    if any(s != 1 for s in axes(stride, ndim)):
        raise Refusal(GROWS)
    kernel, spread = axes(kernel_size, ndim), axes(dilation, ndim)
    before = tuple(d * (k - 1) - p for k, d, p in zip(kernel, spread, axes(padding, ndim), strict=True))
    return Window(kernel, (1,) * ndim, before, spread)


def along_channels(dim, ndim: int):
    """Return SAME for what works along the channels of a map with that many axes of places."""
    dims = wholes(dim if isinstance(dim, (tuple, list)) else (dim,))
    if not dims:
        raise Refusal("it names no dim, and only along dim=1, the channels, the field stays" if dim is None else PLAIN)
    if {d % (ndim + 2) for d in dims} != {1}:
        raise Refusal(f"it works along dim={dim}, not along the channels")
    return SAME


# --- reasons ------------------------------------------------------------------------------------------------

PLAIN = "its arguments are not plain numbers"
UNKNOWN = "what it sees is not known here"
GROWS = "it resizes the map, and neighbouring units may then see different amounts"
SIZED = "its windows follow from the size of the input"
WHOLE = "it looks along whole axes of the input at once"
MOVES = "it moves, cuts or merges axes, which is not followed here"
REASONS = {
    SIZED: "adaptive",
    WHOLE: "group_?norm layer_?norm instance_?norm rms_?norm linear bilinear matmul einsum cumsum cumprod fft",
    GROWS: "conv_?transpose lazyconvtranspose interpolate upsampl pixel_?shuffle max_?unpool",
    MOVES: (
        "flatten unflatten view reshape permute transpose swap moveaxis movedim squeeze unsqueeze flip roll rot90 T$ "
        "mT$ t$ expand repeat tile stack unbind select narrow setitem"
    ),
}


def refusal(name: str) -> Refusal:
    """Return the reason why the field behind an operation of no other family is not known."""
    for reason, starts in REASONS.items():
        if any(re.match(start, name) or re.match(start, name.lower()) for start in starts.split()):
            return Refusal(reason)
    return Refusal(UNKNOWN)


# --- modules ------------------------------------------------------------------------------------------------

POINTWISE = (
    "Identity ReLU ReLU6 LeakyReLU PReLU RReLU ELU SELU CELU GELU SiLU Mish Sigmoid Tanh Hardswish Hardsigmoid "
    "Hardtanh Hardshrink Softshrink Tanhshrink Softplus Softsign LogSigmoid Threshold Dropout Dropout1d Dropout2d "
    "Dropout3d AlphaDropout FeatureAlphaDropout Softmax2d LocalResponseNorm ChannelShuffle"
)
POINTWISE_MODULES = tuple(getattr(nn, name) for name in POINTWISE.split())
PADDINGS = ("ZeroPad", "ConstantPad", "ReflectionPad", "ReplicationPad", "CircularPad")


def kind_of(module: nn.Module) -> type:
    """Return the class of a layer; one with parametrized weights has a class of its own, made from the layer's."""
    return type(module).__bases__[0] if parametrize.is_parametrized(module) else type(module)


def module_rule(module: nn.Module, axes_of_input: int):
    """Return SAME or the Window of a layer of torch.nn; raise Refusal for all others."""
    kind = kind_of(module)
    name = kind.__name__
    for ndim in (1, 2, 3):
        if kind is getattr(nn, f"Conv{ndim}d"):
            return window(ndim, module.kernel_size, module.stride, module.padding, module.dilation)
        if kind is getattr(nn, f"ConvTranspose{ndim}d"):
            return transposed(ndim, module.kernel_size, module.stride, module.padding, module.dilation)
        if kind is getattr(nn, f"MaxPool{ndim}d"):
            return window(ndim, module.kernel_size, module.stride, module.padding, module.dilation)
        if kind is getattr(nn, f"AvgPool{ndim}d"):
            return window(ndim, module.kernel_size, module.stride, module.padding)
        if kind is getattr(nn, f"LPPool{ndim}d"):
            return window(ndim, module.kernel_size, module.stride)
        if any(kind is getattr(nn, f"{padding}{ndim}d") for padding in PADDINGS):
            return shifted(axes(module.padding, 2 * ndim), ndim)
    if kind is nn.PixelUnshuffle:
        return window(2, module.downscale_factor, None)
    if kind in (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm):
        if module.running_mean is None:
            raise Refusal("without running statistics it takes the mean over the whole input")
        return SAME
    if kind in (nn.Softmax, nn.LogSoftmax, nn.Softmin, nn.GLU):
        return along_channels(module.dim, axes_of_input)
    if kind in POINTWISE_MODULES:
        return SAME
    raise refusal(name)


# --- functions, methods and operators -----------------------------------------------------------------------

_NAMES = {"lshift": "bitwise_left_shift", "rshift": "bitwise_right_shift", "truediv": "div", "concatenate": "cat"}
_NAMES |= {"concat": "cat", "floordiv": "floor_divide", "absolute": "abs", "split_with_sizes": "split"}
_NAMES |= {"softmin": "softmax", "log_softmax": "softmax", "mod": "remainder"}
_IN_PLACE = "add sub mul truediv floordiv mod pow and or xor lshift rshift".split()
_NAMES |= {f"i{name}": _NAMES.get(name, name) for name in _IN_PLACE}
FUNCTIONS = {
    function: name
    for place in (operator, math, torch, torch.special, C, F)
    for name, function in vars(place).items()
    if callable(function) and not isinstance(function, type) and not name.startswith("__")
}


def name_of(node: fx.Node) -> str:
    """Return the one name of a function, a method or an operator, in place or not; "" if it is unknown."""
    if node.op not in ("call_function", "call_method"):
        return ""
    if node.target is getattr:
        return str(node.args[1])
    name = _plain_name(node.target)
    name = name if name.startswith("__") else name.rstrip("_")
    return _NAMES.get(name, name)


def _plain_name(target) -> str:
    if isinstance(target, torch._ops.OpOverload):
        return target._overloadpacket.__name__
    return target if isinstance(target, str) else FUNCTIONS.get(target, "")


def written_by(node: fx.Node, module: nn.Module | None) -> fx.Node | None:
    """Return the tensor that a call changes: it works in place, or has ``out=``."""
    if node.op == "call_module":
        return node.args[0] if getattr(module, "inplace", False) else None
    if node.op not in ("call_function", "call_method"):
        return None
    name, place = _plain_name(node.target), getattr(node.target, "__module__", "")
    changes = name == "setitem" or (place == "_operator" and name.startswith("i") and name[1:] in _IN_PLACE)
    changes |= place != "_operator" and name.endswith("_") and not name.endswith("__")
    changes |= bool(arguments_of(name_of(node), node).get("inplace"))
    target = node.kwargs.get("out", node.all_input_nodes[0] if changes and node.all_input_nodes else None)
    return target if isinstance(target, fx.Node) else None


def shares(node: fx.Node, module: nn.Module | None) -> bool:
    """Tell whether what a call returns may be a view of what it is given, or that itself."""
    if module is not None:
        return isinstance(module, (nn.Identity, nn.modules.dropout._DropoutNd, nn.Flatten, nn.Unflatten))
    name = name_of(node)
    fresh = name in SLIDING or name in FRESH or is_pixelwise(name)
    return name in SHARING or not fresh


# Names of the arguments, as far as they matter; the first is the tensor that flows through.
_CONV = "input weight bias stride padding dilation groups"
_TRANSPOSED = "input weight bias stride padding output_padding groups dilation"
_MAX = "input kernel_size stride padding dilation"
_AVG = "input kernel_size stride padding"
SLIDING = {
    f"{name}{ndim}d{rest}": (rule, ndim, names.split())
    for ndim in (1, 2, 3)
    for name, rest, rule, names in [
        ("conv", "", window, _CONV),
        ("conv_transpose", "", transposed, _TRANSPOSED),
        ("max_pool", "", window, _MAX),
        ("max_pool", "_with_indices", window, _MAX),
        ("avg_pool", "", window, _AVG),
        ("lp_pool", "", window, "input norm_type kernel_size stride"),
    ]
}
KEPT = "mean sum nansum amax amin max min prod logsumexp argmax argmin any all"  # the axis only stays with keepdim
ALONG = (
    dict.fromkeys(KEPT.split(), ["input", "dim", "keepdim"])
    | dict.fromkeys(("std", "var"), ["input", "dim", "unbiased", "keepdim"])
    | dict.fromkeys(("softmax", "glu", "cumsum", "cumprod", "sort", "argsort"), ["input", "dim"])
    | dict.fromkeys(("chunk", "split", "tensor_split", "topk"), ["input", "count", "dim"])
    | {"cat": ["input", "dim"], "norm": ["input", "p", "dim", "keepdim"], "normalize": ["input", "p", "dim"]}
    | {"unflatten": ["input", "dim"], "roll": ["input", "shifts", "dim"], "index_select": ["input", "dim"]}
    | {"narrow": ["input", "dim"], "repeat_interleave": ["input", "repeats", "dim"]}
)
DEFAULT_DIMS = {"cat": 0, "chunk": 0, "split": 0, "tensor_split": 0, "normalize": 1, "glu": -1, "sort": -1, "topk": -1}
PARTS = {"chunk", "split", "tensor_split", "sort", "topk"}  # these return several tensors
# What works on each pixel by itself without being marked so in torch. These may return the tensor that they are given.
SHARING = set(
    "contiguous to type type_as float double half bfloat16 int long bool detach requires_grad cpu cuda positive "
    "dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout feature_dropout data".split()
)
FRESH = {*KEPT.split(), "cat", "softmax", "glu", "pad", "linear", "matmul", "batch_norm", "layer_norm", "interpolate"}
PIXELWISE = SHARING | set(
    "prelu rrelu softsign tanhshrink softmin logsigmoid log_sigmoid hardswish local_response_norm channel_shuffle "
    "clone floor_divide addcmul addcdiv and or xor not invert".split()
)
# What does not depend on the values of the pixels.
VALUELESS = set(
    "size dim numel nelement shape ndim dtype device is_cuda layout stride zeros_like ones_like full_like empty_like "
    "rand_like randn_like new_zeros new_ones new_full new_empty new_tensor is_floating_point is_contiguous".split()
)


def is_pixelwise(name: str) -> bool:
    """Tell whether a function works on each pixel by itself: torch marks most of those."""
    packet = getattr(torch.ops.aten, name, None) if name else None
    marked = packet and any(torch.Tag.pointwise in getattr(packet, o).tags for o in packet.overloads())
    return bool(marked) or name in PIXELWISE


def arguments_of(name: str, node: fx.Node) -> dict:
    """Return the arguments of a call by name, whether they were given so or by position."""
    if isinstance(node.target, torch._ops.OpOverload):
        names = [argument.name for argument in node.target._schema.arguments]
    elif inspect.isfunction(node.target) and "boolean_dispatch" not in node.target.__qualname__:
        names = list(inspect.signature(node.target).parameters)
    else:
        names = SLIDING[name][2] if name in SLIDING else ALONG.get(name, [])
    given = dict(zip(names, node.args, strict=False)) | node.kwargs
    old = {"axis": "dim", "keepdims": "keepdim", "self": "input", "tensors": "input", "dims": "dim"}
    return {old.get(key, key): value for key, value in given.items()}


def returns_parts(name: str, node: fx.Node) -> bool:
    """Tell whether a function returns several tensors with the same field."""
    several = name in ("max", "min") and arguments_of(name, node).get("keepdim")
    return bool(several) or name in PARTS or name.endswith("_with_indices")


def function_rule(node: fx.Node, ndim: int, shape_of):
    """Return SAME or the Window of a call of a function, a method or an operator.

    Args:
        node: the call.
        ndim: number of axes of places.
        shape_of: gives the shape of an argument that is a parameter, raises Refusal for anything else.
    """
    name = name_of(node)
    given = arguments_of(name, node)
    if name in SLIDING:
        rule, axes_here, _ = SLIDING[name]
        sizes = {key: given[key] for key in ("kernel_size", "stride", "padding", "dilation") if key in given}
        if "conv" in name:
            sizes = {"stride": 1, "padding": 0, "dilation": 1} | sizes
            sizes["kernel_size"] = tuple(shape_of(given["weight"])[2:])
        elif "stride" not in sizes:
            sizes["stride"] = None
        return rule(axes_here, **sizes)
    if name == "pad":
        lines = given["pad"]
        return shifted(axes(lines, len(lines) if isinstance(lines, (tuple, list)) else 1), ndim)
    if name == "pixel_unshuffle":
        return window(2, node.args[1] if len(node.args) > 1 else given["downscale_factor"], None)
    if name == "batch_norm":
        if given.get("training"):
            raise Refusal("with training=True it takes the mean over the whole input")
        return SAME
    if name == "getitem":
        return cropped(node.args[1], ndim)
    if name in ("max", "min") and isinstance(given.get("dim", given.get("other")), fx.Node):
        return SAME  # the larger of two maps, pixel by pixel
    if name in ALONG:
        return _along(name, given, ndim)
    if is_pixelwise(name):
        return SAME
    raise refusal(name)


def _along(name: str, given: dict, ndim: int):
    dim = given.get("dim", DEFAULT_DIMS.get(name))
    if dim is None and name in KEPT.split() + ["std", "var", "norm"]:
        raise Refusal("without dim it looks at the whole input at once")
    along_channels(dim, ndim)
    if "keepdim" in ALONG[name] and not given.get("keepdim"):
        raise Refusal("it drops the axis of the channels; keepdim=True keeps it")
    if name == "unflatten":
        raise Refusal(MOVES)
    return SAME


def cropped(index, ndim: int) -> Window:
    """Return what x[:, :, 1:-1, ::2] does: units start later, and step further."""
    entries = list(index) if isinstance(index, tuple) else [index]
    if entries.count(Ellipsis) == 1:
        place = entries.index(Ellipsis)
        entries[place : place + 1] = [slice(None)] * (ndim + 3 - len(entries))
    entries += [slice(None)] * (ndim + 2 - len(entries))
    if not all(isinstance(entry, slice) for entry in entries) or entries[0] != slice(None):
        raise Refusal(MOVES)
    starts = wholes(entry.start or 0 for entry in entries[2:])
    steps = wholes(1 if entry.step is None else entry.step for entry in entries[2:])
    if starts is None or steps is None or min(starts) < 0 or len(entries) != ndim + 2:
        raise Refusal("where it starts to cut follows from the size of the input")
    one = (1,) * ndim
    return Window(one, steps, tuple(-start for start in starts), one)
