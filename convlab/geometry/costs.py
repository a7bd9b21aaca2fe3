"""Costs: how many numbers a model learns, and how many multiply-adds one pass through it takes."""

import functools
import re
import reprlib
import sys
from contextlib import nullcontext
from math import prod

import torch
from torch import Tensor, nn
from torch._ops import OpOverload
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map_only
from torch.utils.flop_counter import flop_registry, shape_wrapper

from convlab.arguments import wholes
from convlab.geometry.copies import Refused, check_initialised, first_line, shape_copy


def count_parameters(model: nn.Module) -> int:
    """Return how many numbers the model learns. A parameter that two layers share counts once; buffers do not count.

    Args:
        model: any module. Frozen parameters (``requires_grad`` is False) count as well.

    Raises:
        TypeError: not a module.
        ValueError: a lazy layer has no size yet, or weights are packed (quantised) or hidden (frozen TorchScript).

    >>> from torch import nn
    >>> count_parameters(nn.Conv2d(3, 16, kernel_size=5))  # 16 * (3 * 5 * 5) weights and 16 biases
    1216
    """
    check_initialised("count_parameters", model)
    for name, module in model.named_modules():
        scripted = isinstance(module, torch.jit.ScriptModule)
        if scripted and not hasattr(module, "training"):
            raise ValueError("count_parameters: the weights of a frozen TorchScript are hidden; count before freezing")
        packed = not scripted and torch.ScriptObject in map(type, vars(module).values())
        if packed or (scripted and ".nn.quantized." in module._c.qualified_name):
            raise ValueError(f"count_parameters: {name!r} has packed (quantised) weights; count before quantising")
    return sum(parameter.numel() for parameter in model.parameters())


def count_macs(model: nn.Module, input_shape) -> int:
    """Return how many multiply-adds the model needs for one input, in eval mode. Nothing large is computed.

    One multiplication together with its addition counts as one (of complex numbers: as three). They are counted in
    convolutions, transposed or not, linear layers, matrix products, einsum, vecdot and attention (a mask saves
    nothing), by torch's own formulas where it has them, and in ``convlab.functional`` as in torch's operators, whatever
    the algorithm. Bias, normalisation, activation, pooling, resizing, products entry by entry and outer products count
    none. A copy of the model runs on the device "meta", where tensors have a shape and no numbers; of the hooks only
    those are called that the model itself works with.

    Args:
        model: any module. Of one in ``DataParallel`` or ``torch.compile`` the model inside is counted.
        input_shape: the full shape with the batch, such as (1, 3, 224, 224). In its place may stand a tensor, of which
            shape and type are taken; a list of shapes and tensors, if forward takes several inputs; a dict of them by
            name. An input that is a list itself stands in a list: [[(3, 320, 320)]]. Where the model asks for whole
            numbers, inputs given by shape are taken to be such.

    Returns:
        The count for the whole batch. Papers and libraries that speak of FLOPs often mean this number ("GMACs"), and
        often twice this number.

    Raises:
        TypeError: not a module, or a shape that is not made of whole numbers.
        ValueError: the model does not take such an input; it looks at values; or it does something whose multiply-adds
            are not known here, such as a Fourier transform, ``nn.Bilinear`` or an operator that is not torch's own (one
            may be made known with ``torch.utils.flop_counter.register_flop_formula``).

    >>> from torch import nn
    >>> conv = nn.Conv2d(3, 16, kernel_size=5, padding=2)
    >>> count_macs(conv, (1, 3, 32, 32))  # 32 * 32 places, at each 16 kernels of 3 * 5 * 5 taps
    1228800
    >>> transposed = nn.ConvTranspose2d(3, 16, kernel_size=5, stride=4)
    >>> count_macs(transposed, (1, 3, 32, 32))  # each *input* pixel stamps its 16 kernels
    1228800
    """
    check_initialised("count_macs", model)
    floats = [p.dtype for p in model.parameters() if p.is_floating_point() or p.is_complex()]
    failures: list[Exception] = []
    for dtype in (floats[0] if floats else torch.float32, torch.int64):
        inputs = _inputs(input_shape, dtype)
        copied = shape_copy("count_macs", model)
        try:
            return _count(copied, inputs)
        except Exception as error:
            if isinstance(error, Refused):
                raise ValueError(f"count_macs: {error}") from None
            failures.append(error)
            if "long" not in str(error).lower():  # as torch calls whole numbers, where it needs them
                break
    hint = "; pass tensors where types differ" if failures[1:] and isinstance(inputs, (list, dict)) else ""
    where = f"it runs here on the device 'meta', where tensors have no values, only shapes{hint}"
    raise ValueError(
        f"count_macs: the model does not run on an input of shape {reprlib.repr(input_shape)}: "
        f"{first_line(failures[0])} (the shape is the full one, with the batch first; {where})"
    ) from failures[-1]


def _inputs(given, dtype: torch.dtype):
    """Return the inputs as tensors without numbers: one, a list, or a dict of them."""
    if isinstance(given, Tensor):
        return torch.empty_like(given, device="meta", requires_grad=False)
    if isinstance(given, dict) and given:
        return {name: _inputs(value, dtype) for name, value in given.items()}
    entries = given if isinstance(given, (tuple, list)) else ()
    if entries and all(isinstance(entry, (tuple, list, dict)) or getattr(entry, "ndim", 0) for entry in entries):
        return [_inputs(entry, dtype) for entry in entries]
    shape = wholes(entries)
    if shape is None or entries is not given:
        hint = "; pass tuple(x.shape)" if hasattr(given, "shape") else ""
        needed = "a tuple of whole numbers such as (1, 3, 224, 224), or a list of them, one for each input"
        raise TypeError(f"count_macs: input_shape must be {needed}; got {reprlib.repr(given)}{hint}")
    if not shape or min(shape) < 1:
        raise ValueError(f"count_macs: input_shape is {shape}; it needs the batch first and no number below 1")
    return torch.empty(shape, dtype=dtype, device="meta")


def _count(copied: nn.Module, inputs) -> int:
    """Run the copy and add up."""
    for name, module in copied.named_modules():
        if isinstance(module, (nn.Linear, nn.modules.conv._ConvNd)):
            module.register_forward_pre_hook(functools.partial(_check_channels, name))
        if isinstance(module, (nn.TransformerEncoder, nn.TransformerDecoder)):
            module.use_nested_tensor = False  # it would look which tokens are masked; a mask saves nothing
            module.register_forward_pre_hook(_without_a_look, with_kwargs=True)
    named = inputs if isinstance(inputs, dict) else {}
    given = [] if named else inputs if isinstance(inputs, list) else [inputs]
    # If somebody compiles, what is compiled runs as it was written.
    eager = torch.compiler.set_stance("force_eager") if "torch._dynamo" in sys.modules else nullcontext()
    with eager, torch.no_grad(), torch.device("meta"), torch.random.fork_rng(devices=[]), _Counter() as c, c.sums:
        copied(*given, **named)
    return c.flops // 2


def _check_channels(name: str, module: nn.Linear | nn.modules.conv._ConvNd, inputs: tuple) -> None:
    """Say in words that a layer gets another number of channels than it was made for."""
    if not inputs:
        return
    shape, linear = tuple(inputs[0].shape), isinstance(module, nn.Linear)
    layer = f"layer {name!r} ({type(module).__name__})" if name else f"the {type(module).__name__}"
    axis = -1 if isinstance(module, nn.Linear) else -1 - len(module.kernel_size)
    if not linear and len(shape) not in (-axis, 1 - axis):
        raise Refused(f"{layer} takes (N, C, ...) with {1 - axis} dimensions in all, its input has the shape {shape}")
    needed, what = (module.in_features, "features") if linear else (module.in_channels, "channels")
    if shape[axis] != needed:
        raise Refused(f"{layer} is made for {needed} {what}, its input has {shape[axis]} (shape {shape})")


def _without_a_look(module: nn.Module, inputs: tuple, named: dict) -> tuple[tuple, dict]:
    """Keep a transformer from looking whether its mask is a causal one."""
    name, place = ("is_causal", 3) if isinstance(module, nn.TransformerEncoder) else ("tgt_is_causal", 6)
    return inputs[:place], named | {name: False}


class _Counter(TorchDispatchMode):
    """Sees every operation that the model comes down to: adds up what is known, and refuses the rest."""

    supports_higher_order_operators = True  # they come here as well, and are refused

    def __init__(self):
        super().__init__()
        self.flops = 0  # as torch's formulas count: two for a multiply-add
        self.sums = _Sums()
        self.formulas = {_name(operator): formula for operator, formula in flop_registry.items()} | _FORMULAS

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        kwargs, name = kwargs or {}, _name(function)
        known = {leaf.is_meta for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)}
        if len(known) == 2 and name != "aten._pack_padded_sequence":  # a tensor that is not the model's own (a length)
            args, kwargs = tree_map_only(Tensor, lambda t: t if t.is_meta else t.to("meta"), (args, kwargs))
        formula = self.formulas.get(name.rstrip("_"))  # addmm_ costs what addmm costs
        if self.sums.on and name == "aten.mul":
            formula = shape_wrapper(lambda *_, out_shape, **__: 2 * prod(out_shape))
        types = [kind for kind in types if kind.__torch_dispatch__ is not Tensor.__torch_dispatch__]  # not a Parameter
        if types:
            raise Refused(f"the model computes with tensors of its own kind ({types[0].__name__}), unknown here")
        if formula is None and isinstance(function, OpOverload):
            with self:  # in inference mode, what is made of others has not been taken apart yet
                out = function.decompose(*args, **kwargs)
            if out is not NotImplemented:
                return out
        if formula is None and not _is_free(function):
            words = f"the model calls {name}, and how many multiply-adds that takes is not known here"
            raise Refused(f"{words}; a count without it would be too small")
        try:
            out = function(*args, **kwargs)
        except RuntimeError as error:
            if not {torch.Tag.data_dependent_output, torch.Tag.dynamic_output_shape} & set(function.tags):
                raise
            what = f"the model (or torch for it) looks at numbers, as .item(), an `if`, a mask or torch.cov do ({name})"
            raise Refused(f"{what}; there are only shapes here") from error
        if formula is not None:
            complex_ = isinstance(out, Tensor) and out.is_complex()  # three real products: so torch does convolutions
            self.flops += formula(*args, **kwargs, out_val=out) * (3 if complex_ else 1)
        return out


class _Sums(TorchFunctionMode):
    """Tells the counter of products whose sums torch takes apart: vecdot, and einsum over an axis of one entry."""

    on = False

    def __torch_function__(self, function, types, args=(), kwargs=None):
        terms, _, out = str(args[0] if function is torch.einsum else "").replace(" ", "").partition("->")
        a, _, b = terms.partition(",")  # of more than two, torch's own way counts
        summed = ("," not in b and set(a) & set(b) - set(out + ".")) or function is torch.linalg.vecdot
        before, self.on = self.on, self.on or bool(summed)
        result = function(*args, **(kwargs or {}))
        self.on = before
        return result


def _name(function) -> str:
    """Return an operator's name without the overload's, such as aten.mm."""
    return str(getattr(function, "overloadpacket", function))


def _product(*shapes, **_):  # of the last two: matrices, many matrices, vectors
    a, b = [shape for shape in shapes if isinstance(shape, torch.Size)][-2:]
    return 2 * prod(a) * (b[-1] if len(b) > 1 else 1)


def _bag(weight, indices, offsets, scaled=False, mode=0, sparse=False, each=None, *_, **__):
    """Rows that are added up are no product; with a number of its own for each they are one with a matrix."""
    return 0 if each is None else 2 * prod(indices) * weight[1]


# Products for which torch has no formula, or one that does not fit the operator's arguments.
_FORMULAS = {
    f"{'' if '.' in name else 'aten.'}{name}": shape_wrapper(formula)
    for names, formula in {
        "mv addmv dot vdot addbmm _int_mm _addmm_activation": _product,
        "_embedding_bag _embedding_bag_forward_only": _bag,
        "affine_grid_generator": lambda theta, *_, out_shape, **__: 2 * prod(out_shape) * theta[-1],
        "conv_tbc": lambda x, w, *_, out_shape, **__: 2 * prod(out_shape) * prod(w[:2]),
        "cudnn_convolution torchvision.deform_conv2d": lambda x, w, *_, out_shape, **__: 2 * prod(out_shape + w[1:]),
    }.items()
    for name in names.split()
}
_VARIANT = re.compile(r"^_foreach_|_?(backward(_data)?|forward)$|_+$")  # costs what the operator itself costs


@functools.cache
def _is_free(function) -> bool:
    """Tell whether an operator multiplies nothing across entries.

    What works entry by entry says so itself, and so do views. To multiply entries with others, an operator needs a
    second tensor, or is one of the few that do it with one; of those with several tensors, the free ones are known by
    their words. So what a later torch brings is refused, and not counted as nothing.
    """
    namespace, _, name = _name(function).partition(".")
    if namespace not in ("aten", "prims"):
        return namespace in ("prim", "profiler")
    base = _VARIANT.sub("", name)
    packet = getattr(torch.ops.aten, base, None)
    overloads = [getattr(packet, overload) for overload in packet.overloads()] if packet else [function]
    if any(torch.Tag.pointwise in overload.tags or overload.is_view for overload in (function, *overloads)):
        return True
    if namespace == "prims" or _WITH_ONE.search(base):
        return False
    alike = [function] if base == name else overloads
    kinds = [
        [str(a.type) for a in each._schema.arguments if not a.is_out and "Tensor" in str(a.type)] for each in alike
    ]
    have_one_tensor = all(len(tensors) < 2 and "List" not in str(tensors) for tensors in kinds)
    return have_one_tensor or set(base.strip("_").split("_")) <= set(_FREE.split())


# Those that multiply the entries of one tensor with each other, or with numbers of their own.
_WITH_ONE = re.compile("^_fft_|affine_grid|cholesky|geqrf|^_?linalg(?!_vector_norm|_cross|__powsum|_check_errors)")

# The words of those that take several tensors and still choose, move, sort, normalise, resize or compare.
_FREE = """
2d 3d accumulate add addr affine allclose as avg batch bernoulli binary bincount binomial block bucketize cachemask
cat channel choice complex copy cross ctc cudnn cummax cummin dequantize diag diagonal dist divide embedding entropy
fake feature fill floor fq fractional functional fused gather grid group has helper histogram huber impl index
interface interleave is isin kernel l1 layer learnable legit like linalg linspace log logits logspace loss loss2d
margin mask masked max meta moving mse multi multilabel native new nll no noise norm normal numel obs pack padded per
polar pool2d pool3d prelu put qparams quantize randint reduce renorm repeat resize rms rrelu same sampler scatter sdp
searchsorted segment select sequence set size slice smooth soft softmax sort stack storage strided take tensor to
training unpool2d unpool3d unsafe update weight with zeros
"""
