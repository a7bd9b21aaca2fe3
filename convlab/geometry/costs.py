"""Costs: how many numbers a model learns, and how many multiply-adds one pass through it takes."""

import functools
import math

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

from convlab.arguments import wholes
from convlab.geometry.copies import check_initialised, shape_copy


def count_parameters(model: nn.Module) -> int:
    """Return how many numbers the model learns. A parameter that two layers share counts once; buffers do not count.

    Args:
        model: any module. Frozen parameters (``requires_grad`` is False) count as well.

    Raises:
        TypeError: not a module.
        ValueError: a lazy layer has no size yet.

    >>> from torch import nn
    >>> count_parameters(nn.Conv2d(3, 16, kernel_size=5))  # 16 * (3 * 5 * 5) weights and 16 biases
    1216
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"count_parameters: model must be an nn.Module, got {type(model).__name__}")
    check_initialised("count_parameters", model)
    return sum(parameter.numel() for parameter in model.parameters())


def count_macs(model: nn.Module, input_shape) -> int:
    """Return how many multiply-adds the model needs for one input, in eval mode. Nothing large is computed.

    One multiplication together with its addition counts as one. They are counted in convolutions, transposed
    convolutions, linear layers, matrix products, einsum and attention (a mask saves nothing). Bias, normalisation,
    activation, pooling, resizing and products entry by entry count none.

    A copy of the model runs on the device "meta", where tensors have a shape and no numbers; the model itself is not
    touched and its hooks are not called.

    Args:
        model: any module whose forward takes one tensor.
        input_shape: the full shape with the batch, such as (1, 3, 224, 224).

    Returns:
        The count for the whole batch. Papers and libraries that speak of FLOPs often mean this number ("GMACs"), and
        often twice this number.

    Raises:
        TypeError: not a module, or a shape that is not made of whole numbers.
        ValueError: the model does not take such an input; or it does something whose multiply-adds are not known
            here, such as a Fourier transform or ``nn.Bilinear``: a count that leaves something out would be a wrong
            one.

    >>> from torch import nn
    >>> conv = nn.Conv2d(3, 16, kernel_size=5, padding=2)
    >>> count_macs(conv, (1, 3, 32, 32))  # 32 * 32 places, at each 16 kernels of 3 * 5 * 5 taps
    1228800
    >>> transposed = nn.ConvTranspose2d(3, 16, kernel_size=5, stride=4)
    >>> count_macs(transposed, (1, 3, 32, 32))  # each *input* pixel stamps its 16 kernels
    1228800
    """
    shape = _shape(input_shape)
    copied = shape_copy("count_macs", model)
    for name, module in copied.named_modules():
        if isinstance(module, (nn.Linear, nn.modules.conv._ConvNd)):
            module.register_forward_pre_hook(functools.partial(_check_channels, name))
    floats = [p.dtype for p in copied.parameters() if p.is_floating_point() or p.is_complex()]
    counter = FlopCounterMode(display=False, custom_mapping=_MORE_PRODUCTS)  # counts two for a multiply-add
    try:
        with torch.no_grad(), torch.device("meta"):
            x = torch.empty(shape, dtype=floats[0] if floats else torch.float32)
            with _OnlyKnown(counter.flop_registry), counter:  # what the counter has taken apart comes to _OnlyKnown
                copied(x)
    except _Refused as refused:
        raise ValueError(f"count_macs: {refused}") from None
    except Exception as error:
        raise ValueError(
            f"count_macs: the model does not run on an input of shape {shape}: {str(error).splitlines()[0]} (the shape "
            f"is the full one, with the batch first; values cannot be looked at, only shapes)"
            if str(error)
            else f"count_macs: the model does not run on an input of shape {shape}: {type(error).__name__}"
        ) from error
    return counter.get_total_flops() // 2


class _Refused(Exception):
    """What has been found out about the model; it becomes a ValueError that hides torch's inside."""


def _shape(input_shape) -> tuple[int, ...]:
    shape = wholes(input_shape) if isinstance(input_shape, (tuple, list)) else None
    if shape is None:
        raise TypeError(
            f"count_macs: input_shape must be a tuple of whole numbers such as (1, 3, 224, 224), got {input_shape!r}"
        )
    if not shape or min(shape) < 1:
        raise ValueError(f"count_macs: input_shape is {shape}; it needs the batch first and no number below 1")
    return shape


def _check_channels(name: str, module: nn.Linear | nn.modules.conv._ConvNd, inputs: tuple) -> None:
    """Say in words that a layer gets another number of channels than it was made for."""
    if not inputs:
        return
    shape = tuple(inputs[0].shape)
    if isinstance(module, nn.Linear):
        needed, what, given = module.in_features, "features", shape[-1]
    else:
        ndim = len(module.kernel_size)
        if len(shape) not in (ndim + 1, ndim + 2):
            raise _Refused(
                f"layer {name!r} ({type(module).__name__}) takes (N, C, ...) with {ndim + 2} dimensions in all, its "
                f"input has the shape {shape}"
            )
        needed, what, given = module.in_channels, "channels", shape[-ndim - 1]
    if given != needed:
        layer = f"layer {name!r} ({type(module).__name__})" if name else f"the {type(module).__name__}"
        raise _Refused(f"{layer} is made for {needed} {what}, its input has {given} (shape {shape})")


class _OnlyKnown(TorchDispatchMode):
    """Refuses every operation of which it is not known what it costs: the counter would count it as nothing."""

    def __init__(self, counted):
        super().__init__()
        self.counted = counted

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        packet = function._overloadpacket
        known = (
            packet in self.counted
            or torch.Tag.pointwise in function.tags
            or function.is_view
            or (function.namespace in ("aten", "prim") and packet._qualified_op_name.split("::")[1] in _FREE)
        )
        if not known:
            raise _Refused(
                f"the model calls {packet._qualified_op_name.replace('::', '.')}, and how many multiply-adds that "
                f"takes is not known here; a count without it would be too small"
            )
        return function(*args, **(kwargs or {}))


# Matrix products for which torch's counter has no formula; as its own formulas they count two for a multiply-add.
_MORE_PRODUCTS = {
    torch.ops.aten.mv: lambda matrix, vector, *_, **__: 2 * math.prod(matrix),
    torch.ops.aten.addmv: lambda bias, matrix, vector, *_, **__: 2 * math.prod(matrix),
    torch.ops.aten.dot: lambda a, b, *_, **__: 2 * math.prod(a),
    torch.ops.aten.vdot: lambda a, b, *_, **__: 2 * math.prod(a),
    torch.ops.aten.addbmm: lambda bias, a, b, *_, **__: 2 * math.prod(a) * b[-1],
}

# Operations without multiply-adds as this course counts them, besides views and what works entry by entry.
_FREE_NAMES = (
    # making, copying, moving and choosing
    "empty empty_like empty_strided empty_permuted new_empty new_empty_strided zeros zeros_like new_zeros ones "
    "ones_like new_ones full full_like new_full arange linspace eye scalar_tensor lift_fresh fill fill_ zero_ clone "
    "copy copy_ _to_copy detach detach_ contiguous _unsafe_view _reshape_copy as_strided_ transpose_ t_ squeeze_ "
    "unsqueeze_ cat stack unsafe_split unsafe_chunk split_with_sizes_copy index index_select gather scatter scatter_ "
    "index_put index_put_ masked_fill masked_fill_ select_scatter slice_scatter roll flip repeat tril triu tril_ "
    "triu_ constant_pad_nd pixel_shuffle pixel_unshuffle channel_shuffle native_channel_shuffle im2col col2im "
    "embedding _embedding_bag reflection_pad1d reflection_pad2d reflection_pad3d replication_pad1d "
    "replication_pad2d replication_pad3d device is_same_size "
    "_local_scalar_dense "  # a look at a value: torch itself says that there is none
    # sums, means, largest entries
    "sum mean std var var_mean std_mean prod max min amax amin aminmax argmax argmin any all logsumexp norm "
    "linalg_vector_norm cumsum cumprod sort topk count_nonzero "
    # normalisation, activation, dropout
    "native_batch_norm _native_batch_norm_legit _native_batch_norm_legit_functional cudnn_batch_norm "
    "_native_batch_norm_legit_no_training _batch_norm_no_update native_layer_norm native_group_norm "
    "_fused_rms_norm _softmax _safe_softmax _log_softmax glu _prelu_kernel _weight_norm_interface native_dropout "
    "bernoulli bernoulli_ hardswish_ hardtanh hardtanh_ uniform_ normal_ "
    # pooling and resizing
    "max_pool2d_with_indices max_pool3d_with_indices avg_pool1d avg_pool2d avg_pool3d _adaptive_avg_pool2d "
    "_adaptive_avg_pool3d adaptive_max_pool2d adaptive_max_pool3d max_unpool2d max_unpool3d fractional_max_pool2d "
    "upsample_nearest1d upsample_nearest2d upsample_nearest3d _upsample_nearest_exact1d _upsample_nearest_exact2d "
    "_upsample_nearest_exact3d upsample_linear1d upsample_bilinear2d upsample_trilinear3d upsample_bicubic2d "
    "_upsample_bilinear2d_aa _upsample_bicubic2d_aa"
)
_FREE = frozenset(_FREE_NAMES.split())
