"""Receptive fields measured: which pixels have a gradient, for models whose field does not follow from rules."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from convlab.arguments import AXES, wholes
from convlab.geometry.copies import check_initialised
from convlab.geometry.fields import ReceptiveField, call_name, one

DRAWS = 3


def measure_receptive_field(model: nn.Module, input_shape, endpoint: str | None = None) -> ReceptiveField:
    """Return the receptive field of a unit, measured by gradients at one size of the input.

    For any model that torch can differentiate: attention, moved axes, decoders. What counts is which pixels an output
    depends on, whatever the weights are: they are drawn, and so is what every layer passes on, in both directions. So
    nothing cancels, dies or saturates, and all pixels of a maximum count. Layers are taken as in eval mode.

    The model runs a few times as it is, hooks included; its weights, buffers, attributes, modes and the state of the
    random numbers are put back afterwards.

    Args:
        model: any module whose forward takes one tensor (N, C, H, W), or with one or three axes instead of two.
        input_shape: the full shape with the batch, such as (1, 3, 224, 224); large enough that units in the middle of
            the output do not see the border.
        endpoint: as in :func:`receptive_field`: the name of a layer or block; ``pool_1`` is the second call of pool.

    Returns:
        As :func:`receptive_field`. Where units see different amounts, as in decoders, size is the largest of them,
        stride their mean distance (0.5 where the output has twice as many places) and padding that of unit 0.

    Raises:
        TypeError: not a module, or a shape that is not made of whole numbers.
        ValueError: the field reaches the border (the input is too small, or the model looks at the whole of it); the
            model does not run on such an input; the output has no places as the input has; or pixels matter that
            have no gradient, because the model compares, rounds, or cuts gradients.

    >>> from torch import nn
    >>> measure_receptive_field(nn.Sequential(nn.Conv2d(1, 8, 3), nn.Conv2d(8, 8, 3, padding=1)), (1, 1, 32, 32))
    ReceptiveField(size=5, stride=1, padding=1)
    >>> measure_receptive_field(nn.Sequential(nn.Conv1d(1, 8, 3, 2), nn.ConvTranspose1d(8, 1, 4, 2)), (1, 1, 64))
    ReceptiveField(size=5, stride=1, padding=2)
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"measure_receptive_field: model must be an nn.Module, got {type(model).__name__}")
    if endpoint is not None and not isinstance(endpoint, str):
        raise TypeError(f"measure_receptive_field: endpoint must be the name of a layer, got {endpoint!r}")
    shape = wholes(input_shape) if isinstance(input_shape, (tuple, list)) else None
    if shape is None:
        raise TypeError(
            f"measure_receptive_field: input_shape must be a tuple of whole numbers such as (1, 3, 224, 224), got "
            f"{type(input_shape).__name__ if isinstance(input_shape, Tensor) else repr(input_shape)}"
        )
    if len(shape) not in (3, 4, 5) or min(shape) < 1:
        raise ValueError(
            f"measure_receptive_field: input_shape is {shape}; it needs the batch, the channels, one to three axes, and "
            "no number below 1"
        )
    check_initialised("measure_receptive_field", model)
    try:
        with _lent(model):
            return _Measurement(model, shape, endpoint).result()
    except _Refused as refused:
        raise ValueError(f"measure_receptive_field: {refused}") from None


class _Refused(Exception):
    """What has been found out about the model; it becomes a ValueError."""


class _Measurement:
    """The outputs of a model for several drawn inputs, and what can be asked about their gradients."""

    def __init__(self, model: nn.Module, shape: tuple[int, ...], endpoint: str | None):
        self.model, self.shape, self.endpoint = model, shape, endpoint
        self.names = AXES[len(shape) - 2].split(", ")
        weight = next((p for p in model.parameters() if p.is_floating_point()), torch.empty(0))
        self.empty = functools.partial(torch.empty, shape, dtype=weight.dtype, device=weight.device)
        self.fields: dict[tuple[int, str], list] = {}
        self.runs = []
        for number in range(DRAWS):
            mode = _Drawn(signed=number % 2 == 1)
            x = mode.draw(self.empty()).requires_grad_()
            with mode:
                self.runs.append((mode, x, self.run(x)))
        self.out = self.runs[0][2]

    def run(self, x: Tensor) -> Tensor:
        """Return what comes out of the model at the endpoint."""
        modules = dict(self.model.named_modules(remove_duplicate=False))
        try:
            with ExitStack() as stack:
                for path, module in modules.items() if self.endpoint else ():
                    if f"{self.endpoint}_".startswith(f"{path}_"):
                        names = (call_name(*call, modules) for call in zip(itertools.repeat(path), itertools.count()))
                        hook = functools.partial(_stop, self.endpoint, names)
                        stack.callback(module.register_forward_hook(hook).remove)
                out = self.model(x)
                if self.endpoint:
                    raise _Refused(f"no layer that the forward calls is named {self.endpoint!r}")
        except _Reached as reached:
            out = reached.args[0]
        except _Refused:
            raise
        except Exception as error:
            why = (str(error) or type(error).__name__).splitlines()[0]
            raise _Refused(
                f"the model does not run with gradients on one tensor of shape {self.shape}: {why}"
            ) from error
        tensors = [leaf for leaf in tree_leaves(out) if isinstance(leaf, Tensor)]
        if len(tensors) != 1:
            raise _Refused(f"{self.endpoint or 'the model'} returns {len(tensors)} tensors; name a layer as endpoint")
        return tensors[0]

    def seen(self, dim: int, index: int | slice) -> list:
        """Return the first and last line, along each axis, that all places with this index together depend on."""
        if (dim, str(index)) not in self.fields:
            found = torch.zeros(self.shape[2:], dtype=torch.bool)
            for mode, x, out in (run for run in self.runs if run[2].requires_grad):
                seed = torch.zeros_like(out)
                seed[(slice(None),) * dim + (index,)] = 1
                try:
                    with mode.backwards():
                        (gradient,) = torch.autograd.grad(out, x, seed, retain_graph=True, allow_unused=True)
                except RuntimeError as error:
                    raise _Refused(f"torch cannot differentiate the model: {str(error).splitlines()[0]}") from error
                if gradient is not None:
                    found |= (gradient != 0).any(0).any(0).cpu()
            lines = found.nonzero()
            both = zip(lines.amin(0).tolist(), lines.amax(0).tolist(), strict=True) if len(lines) else []
            self.fields[dim, str(index)] = list(both)
        return self.fields[dim, str(index)]

    def dims(self) -> dict[int, int]:
        """Return along which axis of the output a step moves the field along each axis of the input."""
        found: dict[int, int] = {}
        usual = {axis: axis + 2 for axis in range(len(self.names))}
        for dim in reversed(range(self.out.ndim)):
            n = self.out.shape[dim]
            if n < 2 or found == usual:
                continue
            there, back = self.seen(dim, n // 2), self.seen(dim, n // 2 - max(1, n // 3))
            for axis, (a, b) in enumerate(zip(there, back, strict=False)):
                moved = [p - q for p, q in zip(a, b, strict=True)]
                if min(moved) > 0 or max(moved) < 0 or abs(sum(moved)) > self.shape[2 + axis] // 4:
                    if axis in found or dim in found.values():
                        raise _Refused(f"{self.where()} does not have its places in axes as the input has")
                    found[axis] = dim
        return found

    def where(self) -> str:
        return f"{self.endpoint or 'the output'} of shape {tuple(self.out.shape)}"

    def result(self) -> ReceptiveField:
        if not self.seen(0, slice(None)):
            raise _Refused(f"{self.where()} has no gradient: it does not depend on the input, or gradients are cut")
        dims = self.dims()
        sizes, strides, paddings = zip(*(self.along(axis, dims.get(axis)) for axis in range(len(self.names))))
        return ReceptiveField(one(sizes), one(strides), one(paddings))

    def along(self, axis: int, dim: int | None) -> tuple:
        """Return size, stride and padding along one axis."""
        name, where = f"along the {self.names[axis]} of {self.shape[2 + axis]}", self.where()
        larger = "give a larger input, unless the model looks at the whole of it (global pooling, attention, Linear)"
        if dim is None:
            raise _Refused(f"{name} all units of {where} see the same; {larger}")
        middle, lowest, highest = self.out.shape[dim] // 2, *self.seen(0, slice(None))[axis]
        fields: dict[int, list[int]] = {}  # of the units that no border cuts off
        for reach in (2, 4, 8, 16, 32):
            for i in range(middle - reach // 2, middle + reach + 1):
                if 0 <= i < self.out.shape[dim] and (seen := self.seen(dim, i)):
                    if lowest < seen[axis][0] and seen[axis][1] < highest:
                        fields[i] = seen[axis]
            if middle not in fields or len(fields) < 3:
                seen = self.seen(dim, middle)
                words = "lines {} to {}".format(*seen[axis]) if seen else "nothing"
                raise _Refused(f"{name} a unit in the middle of {where} sees {words}, to the border; {larger}")
            for period in range(1, reach // 2 + 1):
                if found := self._steps(axis, dim, fields, period):
                    self._check(axis, dim, middle, *fields[middle])
                    return found
        raise _Refused(f"{name} the units of {where} do not move forward over the input in steps that repeat; {larger}")

    def _steps(self, axis: int, dim: int, fields: dict, period: int) -> tuple | None:
        """Return size, stride and padding if every unit sees what the unit one period before sees, moved; else None."""
        moves = {fields[i + period][e] - fields[i][e] for i in fields if i + period in fields for e in (0, 1)}
        if len(moves) != 1 or (move := moves.pop()) <= 0:
            return None
        units = {i % period: i for i in fields}
        lowest, highest = self.seen(0, slice(None))[axis]
        for i in units.values():  # the first and the last that no border cuts off must fit, too
            (first, last), back = fields[i], i // period
            for k in (-min(back, (first - lowest - 1) // move), (highest - last - 1) // move):
                far = min(i + k * period, i + (self.out.shape[dim] - 1 - i) // period * period)
                shift = (far - i) // period * move
                seen = self.seen(dim, far)
                if not seen or seen[axis] != (first + shift, last + shift):
                    return None
        padding = units[0] // period * move - fields[units[0]][0]
        return max(b - a + 1 for a, b in fields.values()), move / period if move % period else move // period, padding

    def _check(self, axis: int, dim: int, i: int, first: int, last: int) -> None:
        """Refuse if pixels outside of the field change the output: some operations have an effect and no gradient."""
        for parameter in self.model.parameters():
            if parameter.is_floating_point():
                parameter.data = torch.randn_like(parameter) / max(1, parameter[0].numel() if parameter.ndim else 1) ** 0.5
        x = torch.randn_like(self.runs[0][1])
        other = torch.randn_like(x)
        inside = [slice(None)] * (2 + axis) + [slice(first, last + 1)]
        other[tuple(inside)] = x[tuple(inside)]
        outs = []
        for given in (x, other):
            torch.manual_seed(0)
            with torch.no_grad():
                outs.append(self.run(given).select(dim, i))
        scale = outs[0].abs().nan_to_num().amax().item() if outs[0].numel() else 0
        if not torch.allclose(*outs, rtol=1e-4, atol=1e-5 * scale, equal_nan=True):
            raise _Refused(
                f"pixels beyond the {last - first + 1} with a gradient along the {self.names[axis]} change the output, too: "
                "the model compares, rounds, chooses by value or cuts gradients somewhere, so they do not tell its field"
            )


class _Reached(BaseException):
    """The endpoint has its output; what comes behind need not run."""


def _stop(endpoint: str, names: Iterator[str], module: nn.Module, args, output) -> None:
    if next(names) == endpoint:
        raise _Reached(output)


class _Drawn(TorchDispatchMode):
    """While it is on, results are drawn: numbers stay 0 or not, masked (very negative) or not, else they are random.

    So a gradient at the end is 0 exactly where no path leads, whatever the values. Backwards, a maximum passes on to
    all that were compared.
    """

    def __init__(self, signed: bool):
        super().__init__()
        self.signed, self.back = signed, False

    @contextmanager
    def backwards(self):
        self.back = True
        with self:
            yield
        self.back = False

    def draw(self, tensor: Tensor) -> Tensor:
        drawn = torch.empty_like(tensor, memory_format=torch.preserve_format).uniform_(0.25, 1)
        return drawn * torch.randn_like(drawn).sign() * 4 if self.signed and not self.back else drawn

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        name = function._overloadpacket.__name__
        if self.back and name in _BACKWARDS:
            return _BACKWARDS[name](*args)
        out = function(*args, **(kwargs or {}))
        if self.back and name in ("gt", "lt", "ge", "le", "eq") and not (name == "eq" and function._overloadname == "Scalar"):
            return torch.full_like(out, "e" in name or function._overloadname == "Scalar")  # between bounds; all the largest
        tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)]
        if name in ("amax", "amin", "max", "min", "median", "detach") or not (
            self.back or any(t.requires_grad for t in tensors)
        ):
            return out
        given = () if function._schema.is_mutable else {t.untyped_storage()._cdata for t in tensors}
        for result in tree_leaves(out):
            if isinstance(result, Tensor) and result.untyped_storage()._cdata not in given:
                if "fft" in name or "convolution" in name:  # some algorithms leave errors of rounding at all places
                    parts = torch.view_as_real(result) if result.is_complex() else result
                    parts[parts.abs() < 1e-5 * parts.abs().amax()] = 0
                if result.is_floating_point():
                    kept = (result == 0) | (result <= -1e4) | (result.isnan() if self.back else False)
                    result.copy_(torch.where(kept, result.nan_to_num(0, neginf=-torch.inf), self.draw(result)))
        return out


def _spread(grad, x, kernel, stride=(), padding=0, dilation=1, ceil_mode=False, indices=None):
    """Pass the gradient of a maximum on to all pixels of its window."""
    ndim = len(kernel)
    step = stride or kernel
    transposed = getattr(torch.nn.functional, f"conv_transpose{ndim}d")
    weight = grad.new_ones(grad.shape[-ndim - 1], 1, *kernel)
    full = transposed(grad, weight, stride=step, dilation=dilation, groups=len(weight))
    lines = []
    for axis in reversed(range(ndim)):
        before = padding[axis] if isinstance(padding, (tuple, list)) else padding
        lines += [-before, x.shape[axis - ndim] - full.shape[axis - ndim] + before]
    return torch.nn.functional.pad(full, lines)



_BACKWARDS: dict[str, Any] = {
    "max_pool2d_with_indices_backward": _spread,
    "max_pool3d_with_indices_backward": _spread,
    "adaptive_max_pool2d_backward": lambda grad, x, indices: torch.ops.aten._adaptive_avg_pool2d_backward(grad, x),
    "adaptive_max_pool3d_backward": lambda grad, x, indices: torch.ops.aten._adaptive_avg_pool3d_backward(grad, x),
    # the gradient of what picks one entry along an axis: sort, topk, max(dim)
    "scatter": lambda zeros, dim, index, grad: zeros + grad.sum(dim, keepdim=True),
}


@contextmanager
def _lent(model: nn.Module):
    """Let the model run in eval mode with drawn weights, and put everything back afterwards."""
    modules = list(model.modules())
    attributes = [(vars(m), {k: (v, _content(v)) for k, v in vars(m).items()}) for m in modules]
    modes = [(m, m.training) for m in modules]
    tensors = [(t, t.data, t.requires_grad) for t in dict.fromkeys([*model.parameters(), *model.buffers()])]
    devices = {t.device for t, _, _ in tensors if t.device.type == "cuda"}
    try:
        with torch.random.fork_rng(devices), sdpa_kernel(SDPBackend.MATH), torch.enable_grad():
            model.eval()
            for tensor, data, _ in tensors:
                drawn = isinstance(tensor, nn.Parameter) and tensor.is_floating_point()
                tensor.data = torch.rand_like(data) + 0.5 if drawn else data.clone()
                tensor.requires_grad_(False)
            yield
    finally:
        for tensor, data, grad in tensors:
            tensor.data = data
            tensor.requires_grad_(grad)
        for module, training in modes:
            module.training = training
        for variables, old in attributes:
            variables.clear()
            for name, (value, content) in old.items():
                variables[name] = value
                if content is not None:
                    value.clear()
                    (value.extend if isinstance(value, list) else value.update)(content)


def _content(value):
    """Return what a list, dictionary or set holds, as a copy."""
    return value.copy() if isinstance(value, (list, dict, set)) else None
