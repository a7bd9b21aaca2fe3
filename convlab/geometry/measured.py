"""Receptive fields measured: which pixels have a gradient, for models whose field does not follow from rules."""

from __future__ import annotations

import functools
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
_ALL = slice(None)
SCANNED = 32  # units looked at to either side of the middle where neighbours do not step evenly


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
        calls: dict[str, list] = {}
        modules = dict(self.model.named_modules(remove_duplicate=False))
        try:
            with ExitStack() as stack:
                for path, module in modules.items() if self.endpoint else ():
                    if f"{self.endpoint}_".startswith(f"{path}_"):
                        hook = functools.partial(_keep, calls.setdefault(path, []))
                        stack.callback(module.register_forward_hook(hook).remove)
                out = self.model(x)
        except Exception as error:
            why = (str(error) or type(error).__name__).splitlines()[0]
            raise _Refused(f"the model does not run on one tensor of shape {self.shape}: {why}") from error
        if self.endpoint is not None:
            named = {call_name(path, i, modules): o for path, outs in calls.items() for i, o in enumerate(outs)}
            if self.endpoint not in named:
                raise _Refused(f"no layer that the forward calls is named {self.endpoint!r}")
            out = named[self.endpoint]
        tensors = [leaf for leaf in tree_leaves(out) if isinstance(leaf, Tensor)]
        if len(tensors) != 1:
            raise _Refused(f"{self.endpoint or 'the model'} returns {len(tensors)} tensors; name a layer as endpoint")
        return tensors[0]

    def seen(self, dim: int, index: int | slice) -> list:
        """Return the first and last line, along each axis, that all places with this index together depend on."""
        if (dim, str(index)) not in self.fields:
            found = torch.zeros(self.shape[2:], dtype=torch.bool)
            for mode, x, out in self.runs:
                seed = torch.zeros_like(out)
                seed[(slice(None),) * dim + (index,)] = 1
                with mode.backwards():
                    (gradient,) = torch.autograd.grad(out, x, seed, retain_graph=True, allow_unused=True)
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
        if not any(out.requires_grad for _, _, out in self.runs):
            raise _Refused(f"{self.where()} has no gradient: it does not depend on the input, or gradients are cut")
        dims = self.dims()
        sizes, strides, paddings = zip(*(self.along(axis, dims.get(axis)) for axis in range(len(self.names))))
        return ReceptiveField(one(sizes), one(strides), one(paddings))

    def along(self, axis: int, dim: int | None) -> tuple:
        """Return size, stride and padding along one axis."""
        length, name = self.shape[2 + axis], self.names[axis]
        larger = "give a larger input, unless the model looks at the whole of it (global pooling, attention, Linear)"
        if dim is None or (n := self.out.shape[dim]) < 3:
            raise _Refused(f"{self.where()} has fewer than three places along the {name} (input: {length}); {larger}")
        middle = n // 2
        lines = {}
        for i in (middle, middle + 1, middle - 1, middle + 3):
            self._look(lines, axis, dim, i)
        if middle not in lines or len(lines) < 3:
            seen = self.seen(dim, middle)
            words = f"sees lines {seen[axis][0]} to {seen[axis][1]}" if seen else "sees nothing"
            raise _Refused(f"along the {name} of {length} a unit in the middle of {self.where()} {words}; {larger}")
        self._check(axis, dim, middle, *lines[middle])
        first, last = lines[middle]
        step = first - lines[middle - 1][0] if middle - 1 in lines else lines[middle + 1][0] - first
        if step > 0 and all(a - first == b - last == (i - middle) * step for i, (a, b) in lines.items()):
            return last - first + 1, step, middle * step - first
        for direction in (1, -1):
            i = middle
            while i in lines and abs(i - middle) <= SCANNED:
                i += direction
                self._look(lines, axis, dim, i)
            if direction == 1:
                top = i
        scanned = range(i + 1, top)
        for period in range(1, len(scanned) // 2 + 1):
            moves = {lines[j + period][e] - lines[j][e] for j in scanned[:-period] for e in (0, 1)}
            if len(moves) == 1 and (move := moves.pop()) > 0:
                stride = move / period if move % period else move // period
                zeroth = next(lines[j][0] - j // period * move for j in scanned if j % period == 0)
                return max(lines[j][1] - lines[j][0] + 1 for j in scanned), stride, -zeroth
        raise _Refused(
            f"along the {name} the units {scanned[0]} to {scanned[-1]} of {self.where()} do not move over the input in "
            f"steps that repeat; {larger}"
        )

    def _look(self, lines: dict, axis: int, dim: int, i: int) -> None:
        """Add what unit i sees, unless the border cuts it off."""
        if i not in lines and 0 <= i < self.out.shape[dim] and (seen := self.seen(dim, i)):
            first, last = self.seen(0, _ALL)[axis]  # what is seen at all: some layers leave lines at the end alone
            if seen[axis][0] > first and seen[axis][1] < last:
                lines[i] = seen[axis]

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


def _keep(outputs: list, module: nn.Module, args, output) -> None:
    outputs.append(output.clone() if isinstance(output, Tensor) else output)  # what comes next may work in place


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
        if self.back and isinstance(args[-1], Tensor) and name in ("gt", "lt", "eq"):
            return torch.full_like(args[0], name == "eq", dtype=torch.bool)
        out = function(*args, **(kwargs or {}))
        tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)]
        if name in ("amax", "amin", "max", "min", "median", "detach") or not (
            self.back or any(t.requires_grad for t in tensors)
        ):
            return out
        given = () if function._schema.is_mutable else {t.untyped_storage()._cdata for t in tensors}
        for result in tree_leaves(out):
            if isinstance(result, Tensor) and result.untyped_storage()._cdata not in given:
                if "fft" in name or "convolution" in name:  # some algorithms leave errors of rounding at all places
                    result[result.abs() < 1e-5 * result.abs().amax()] = 0
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
