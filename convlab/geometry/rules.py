"""What each operation does to the receptive field: the one place that says to which family it belongs.

Pixelwise or along the channels (the field stays), a window that slides, or refused, with the reason. An operation has
one name here, however it is called: ``y.add_(z)``, ``torch.add(y, z)``, ``y += z`` and ``y + z`` are "add".
"""

import inspect
import math
import operator
import re
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import fx, nn
from torch.nn.utils import parametrize
from torch.utils._pytree import tree_leaves

import convlab.functional as C
from convlab.arguments import wholes
from convlab.functional.windows import same
from convlab.geometry.copies import lent


class Window(NamedTuple):
    """A window that slides, one entry for each axis."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    before: tuple[int, ...]  # lines of padding before the first pixel
    dilation: tuple[int, ...]


class Refusal(Exception):
    """Why the field behind a layer cannot be given."""


SAME = "same field"  # a rule that leaves the field as it is
PLAIN = "its arguments are not plain numbers"


def axes(value, ndim: int) -> tuple[int, ...]:
    """Return an int or a sequence as a tuple with an entry for each axis."""
    entries = wholes(value if isinstance(value, (tuple, list)) else (value,))
    if entries is None or len(entries) not in (1, ndim):
        raise Refusal(PLAIN)
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
    lines = wholes(padding) if isinstance(padding, (tuple, list)) else None
    if lines is None or len(lines) > 2 * (ndim + 1):  # a pair more than there are axes pads the channels
        raise Refusal(PLAIN if lines is None else "it pads the batch")
    one = (1,) * ndim
    return Window(one, one, (*lines[::2], *[0] * ndim)[:ndim][::-1], one)


def along(dim, ndim: int):
    """Return SAME for what works along the channels of a map with ndim axes of places."""
    dims = wholes(dim if isinstance(dim, (tuple, list)) else (dim,))
    if not dims or {d % (ndim + 2) for d in dims} != {1}:
        given = f"along dim={dim}" if dims else "without a dim that is a plain number"
        raise Refusal(f"it works {given}, not along the channels")
    return SAME


MOVES = "it moves, cuts or merges axes, which the rules do not follow"
REASONS = {
    "adaptive": "its windows follow from the size of the input; global pooling looks at the whole input at once",
    "group_?norm|instance_?norm|layer_?norm|rms_?norm|linear": "it looks along whole axes at once",
    "matmul|einsum": "it sums along axes that follow from its arguments, which the rules do not follow",
    "conv_?transpose|interpolate|upsampl|pixel_?shuffle|max_?unpool": "it may resize the map, and then "
    "neighbouring units may see different amounts",
    "flatten|unflatten|view|reshape|permute|transpose|swap|move|squeeze|unsqueeze|flip|rot90|m?[th]$|expand|repeat|tile"
    "|stack|unbind|select|narrow|roll|getitem|setitem": MOVES,
}


def refusal(name: str) -> Refusal:
    """Return why the field behind an operation that belongs to no other family cannot be given."""
    found = [reason for names, reason in REASONS.items() if re.match(names, name.lower())]
    return Refusal(found[0] if found else "what it sees is not known here")


# --- modules ------------------------------------------------------------------------------------------------

POINTWISE = """Identity ReLU ReLU6 LeakyReLU PReLU RReLU ELU SELU CELU GELU SiLU Mish Sigmoid Tanh Hardswish Hardsigmoid
Hardtanh Hardshrink Softshrink Tanhshrink Softplus Softsign LogSigmoid Threshold Dropout Dropout1d Dropout2d Dropout3d
AlphaDropout FeatureAlphaDropout Softmax2d LocalResponseNorm ChannelShuffle"""
POINTWISE_MODULES = tuple(getattr(nn, name) for name in POINTWISE.split())
PADDINGS = ("ZeroPad", "ConstantPad", "ReflectionPad", "ReplicationPad", "CircularPad")
BATCH = "without running statistics it takes the mean over the whole input"


def kind_of(module: nn.Module) -> type:
    """Return the class of a layer; one with parametrized weights has a class of its own, made from the layer's."""
    return type(module).__bases__[0] if parametrize.is_parametrized(module) else type(module)


def kernel_shape(layer: nn.Module, name: str) -> torch.Size:
    """Return the shape of a kernel; refuse one with zeros that are not learned: it may see less than that."""
    if name in layer._parameters:
        return getattr(layer, name).shape
    hooks = [hook for hook in layer._forward_pre_hooks.values() if type(hook).__module__.startswith("torch.nn.utils")]
    if hooks or parametrize.is_parametrized(layer, name):
        empty = any(tensor.is_meta for tensor in layer.parameters())
        with torch.device("meta") if empty else lent(layer):
            for hook in hooks:
                hook(layer, ())
            weight = getattr(layer, name)
    else:
        weight = getattr(layer, name)
    lines = [(weight != 0).movedim(axis, 0).flatten(1).any(1) for axis in range(2, weight.ndim)]
    if not weight.is_meta and not all(line[0] and line[-1] for line in lines):
        raise Refusal("the outer lines of its kernel are zeros that are not learned")
    return weight.shape


def module_rule(module, ndim: int, shape_of):  # a layer; what it has besides depends on its class
    """Return SAME or the Window of a layer of torch.nn, as :func:`function_rule`; raise Refusal for all others."""
    kind = kind_of(module)
    for n in (1, 2, 3):
        if kind is getattr(nn, f"Conv{n}d"):  # as torch: the weight's own shape, and what a padding mode has noted
            zeros, noted = module.padding_mode == "zeros", module._reversed_padding_repeated_twice
            padding = module.padding if zeros else tuple(noted[::2][::-1])
            return window(n, tuple(shape_of()[2:]), module.stride, padding, module.dilation)
        if kind in (getattr(nn, f"MaxPool{n}d"), getattr(nn, f"AvgPool{n}d")):
            return window(n, module.kernel_size, module.stride, module.padding, getattr(module, "dilation", 1))
        if any(kind is getattr(nn, f"{padding}{n}d") for padding in PADDINGS):
            return shifted(axes(module.padding, 2 * n), n)
    if kind is nn.PixelUnshuffle:
        return window(2, module.downscale_factor, None)
    norms = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)
    if kind in norms and module.running_mean is None:
        raise Refusal(BATCH)
    if kind in (nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d) and module.track_running_stats:
        return SAME
    if kind in (nn.Softmax, nn.LogSoftmax, nn.Softmin, nn.GLU):
        return along(module.dim, ndim)
    if kind in (*POINTWISE_MODULES, *norms):
        return SAME
    raise refusal(kind.__name__)


# --- functions, methods and operators -----------------------------------------------------------------------

FUNCTIONS = {
    function: name
    for place in (operator, math, torch, C, F)
    for name, function in vars(place).items()
    if callable(function) and not isinstance(function, type) and not name.startswith("__")
}
_IN_PLACE = "iadd isub imul itruediv ifloordiv imod ipow iand ior ixor ilshift irshift setitem"
IN_PLACE = _IN_PLACE.split()  # of the operators
_OTHER_NAMES = {"truediv": "div", "concat": "cat", "concatenate": "cat", "softmin": "softmax", "log_softmax": "softmax"}

# Names of the arguments, as far as they matter; the first is the tensor that flows through.
_SLIDING = (("conv", ""), ("max_pool", ""), ("max_pool", "_with_indices"), ("avg_pool", ""))
SLIDING = {f"{name}{n}d{end}": n for name, end in _SLIDING for n in (1, 2, 3)}
_KEPT = "mean sum nansum amax amin max min prod logsumexp argmax argmin any all std var norm"
KEPT = set(_KEPT.split())  # these drop the axis unless keepdim says that it stays
_ARGUMENTS = {name: "input weight bias stride padding dilation" for name in SLIDING if "conv" in name}
_ARGUMENTS |= {name: "input kernel_size stride padding dilation" for name in SLIDING if "max" in name}
_ARGUMENTS |= {name: "input kernel_size stride padding" for name in SLIDING if "avg" in name}
_ARGUMENTS |= dict.fromkeys(KEPT, "input dim keepdim") | dict.fromkeys(("std", "var"), "input dim unbiased keepdim")
_ARGUMENTS |= dict.fromkeys(("cat", "softmax", "glu", "cumsum", "cumprod", "sort", "argsort"), "input dim")
_ARGUMENTS |= dict.fromkeys(("norm", "chunk", "split", "topk", "normalize"), "input count dim keepdim")
_ARGUMENTS |= {"index_select": "input dim", "pixel_unshuffle": "input downscale_factor"}
ARGUMENTS = {name: names.split() for name, names in _ARGUMENTS.items()}
DEFAULT_DIMS = {"cat": 0, "chunk": 0, "split": 0, "normalize": 1, "glu": -1, "sort": -1, "argsort": -1, "topk": -1}
PARTS = {"chunk", "split", "sort", "topk"}  # these return several tensors
# What works on each pixel by itself, besides what torch marks so; the first may return what they are given.
_SHARING = """conj_physical contiguous to type type_as float double half bfloat16 int long bool detach requires_grad cpu
cuda positive data dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout"""
SHARING = set(_SHARING.split())
_PIXELWISE = """prelu rrelu softsign tanhshrink logsigmoid hardswish local_response_norm channel_shuffle clone floordiv
mod and or xor not invert lshift rshift"""
PIXELWISE = SHARING.union(_PIXELWISE.split())
# What does not depend on the values of the pixels.
_VALUELESS = """size dim numel nelement shape ndim dtype device is_cuda layout stride zeros_like ones_like full_like
empty_like rand_like randn_like new_zeros new_ones new_full new_empty is_floating_point is_contiguous"""
VALUELESS = set(_VALUELESS.split())


def _called(node: fx.Node) -> str:
    """Return the name of a function, a method or an operator as it stands in the model; "" for all else."""
    found = FUNCTIONS.get(node.target, "") if node.op == "call_function" and callable(node.target) else ""
    return str(node.target) if node.op == "call_method" else found


def name_of(node: fx.Node) -> str:
    """Return the one name of a function, a method or an operator, in place or not; "" if it is unknown."""
    if node.target is getattr:
        return str(node.args[1])
    name = _called(node)
    name = name[1:] if name in IN_PLACE[:-1] else name.rstrip("_")
    return _OTHER_NAMES.get(name, name)


def is_pixelwise(name: str) -> bool:
    """Tell whether a function works on each pixel by itself: torch marks most of those."""
    packet: Any = getattr(torch.ops.aten, name, None) if name else None
    overloads = packet.overloads() if hasattr(packet, "overloads") else ()  # some names are strings
    return name in PIXELWISE or any(torch.Tag.pointwise in getattr(packet, o).tags for o in overloads)


def arguments_of(node: fx.Node) -> dict:
    """Return the arguments of a call by name, whether they were given so or by position."""
    names = ARGUMENTS.get(name_of(node), [])
    if inspect.isfunction(node.target) and "boolean_dispatch" not in node.target.__qualname__:
        names = list(inspect.signature(node.target).parameters)
    given = dict(zip(names, node.args, strict=False)) | node.kwargs
    return {{"axis": "dim", "keepdims": "keepdim"}.get(key, key): value for key, value in given.items()}


def written_by(node: fx.Node, module: nn.Module | None) -> list[fx.Node]:
    """Return the tensors that a call changes: it works in place, or has ``out=``."""
    name = _called(node)
    if getattr(node.target, "__module__", "") == "_operator":
        changes = name in IN_PLACE
    else:
        flags = getattr(module, "inplace", False), arguments_of(node).get("inplace")
        changes = re.search("[^_]_$", name) is not None or any(flags)
    targets = tree_leaves(node.kwargs.get("out", node.all_input_nodes[:1] if changes else None))
    return [target for target in targets if isinstance(target, fx.Node)]


def shares(node: fx.Node, module: nn.Module | None) -> bool:
    """Tell whether what a call returns may be a view of what it is given, or that itself."""
    if module is not None:
        return isinstance(module, (nn.Identity, nn.modules.dropout._DropoutNd, nn.Flatten, nn.Unflatten))
    name = name_of(node)
    fresh = name in ARGUMENTS or name in ("pad", "linear", "batch_norm", "layer_norm") or is_pixelwise(name)
    return name in SHARING or name in PARTS or not fresh


def returns_parts(node: fx.Node, module: nn.Module | None) -> bool:
    """Tell whether a call returns several tensors that all have the same field."""
    name = name_of(node)
    several = name in ("max", "min") and arguments_of(node).get("keepdim")
    return bool(several or getattr(module, "return_indices", False)) or name in PARTS or name.endswith("_with_indices")


def function_rule(node: fx.Node, ndim: int, shape_of):
    """Return SAME or the Window of a call on a map with ndim axes; shape_of gives the shape of a weight."""
    name, given = name_of(node), arguments_of(node)
    if name in SLIDING:
        sizes = {key: given[key] for key in ("stride", "padding", "dilation") if key in given}
        if "conv" in name:
            return window(SLIDING[name], tuple(shape_of(given["weight"])[2:]), **sizes)
        return window(SLIDING[name], given["kernel_size"], **{"stride": None} | sizes)
    if name == "pad":
        return shifted(given["pad"], ndim)
    if name == "pixel_unshuffle":
        return window(2, given["downscale_factor"], None)
    if name == "batch_norm" and given.get("training"):
        raise Refusal(BATCH.replace("out running statistics", " training=True"))
    if name in ("max", "min") and isinstance(given.get("dim", given.get("other")), fx.Node):
        return SAME  # the larger of two maps, pixel by pixel
    if name in ARGUMENTS:
        dim = given.get("dim", DEFAULT_DIMS.get(name))
        if dim is None and name in KEPT:
            raise Refusal("without dim it looks at the whole input at once")
        along(dim, ndim)
        if name in KEPT and not given.get("keepdim"):
            raise Refusal("it drops the axis of the channels; keepdim=True keeps it")
        return SAME
    if name == "batch_norm" or is_pixelwise(name):
        return SAME
    raise refusal(name)
