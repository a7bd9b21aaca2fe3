"""Receptive fields measured: which pixels have a gradient, for models whose field does not follow from rules."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from convlab.arguments import AXES, wholes
from convlab.geometry.copies import check_initialised
from convlab.geometry.fields import ReceptiveField, call_name, one

DRAWS = 3
LARGER = "give a larger input, unless the model looks at the whole of it (global pooling, attention, Linear)"


def measure_receptive_field(model: nn.Module, input_shape, endpoint: str | None = None) -> ReceptiveField:
    """Return the receptive field of a unit, measured by gradients at one size of the input.

    For any model that torch can differentiate: attention, moved axes, decoders. What counts is which pixels an output
    depends on, whatever the weights are: they are drawn, and so is what every layer passes on, forwards and backwards.
    So nothing cancels, dies or saturates, and all candidates for a maximum count. Layers are taken as in eval mode.

    The model itself runs, hooks included; its weights, buffers, attributes, modes and the state of the random numbers
    are put back afterwards.

    Args:
        model: any module whose forward takes one tensor (N, C, H, W), or with one or three axes instead of two.
        input_shape: the full shape with the batch, such as (1, 3, 224, 224); so large that the fields of units in the
            middle of the output do not reach the border.
        endpoint: the name of a layer or block as in :func:`receptive_field`; what comes behind it is not run.

    Returns:
        As :func:`receptive_field`. Where units see different amounts, as in decoders, size is the largest of them,
        stride their mean distance (0.5 where the output has twice as many places) and padding that of unit 0.

    Raises:
        TypeError: not a module, or a shape that is not made of whole numbers.
        ValueError: the fields reach the border: the input is too small, or the model looks at the whole of it; the
            model does not run on such an input; or pixels without a gradient matter, since the model compares, rounds
            or cuts gradients.

    >>> from torch import nn
    >>> measure_receptive_field(nn.Sequential(nn.Conv2d(1, 8, 3), nn.Conv2d(8, 8, 3, padding=1)), (1, 1, 32, 32))
    ReceptiveField(size=5, stride=1, padding=1)
    >>> measure_receptive_field(nn.Sequential(nn.Conv1d(1, 8, 3, 2), nn.ConvTranspose1d(8, 1, 4, 2)), (1, 1, 64))
    ReceptiveField(size=5, stride=1, padding=2)
    """
    name = "measure_receptive_field"
    check_initialised(name, model)
    if endpoint is not None and not isinstance(endpoint, str):
        raise TypeError(f"{name}: endpoint must be the name of a layer, got {endpoint!r}")
    shape = wholes(input_shape) if isinstance(input_shape, (tuple, list)) else None
    if shape is None or len(shape) not in (3, 4, 5) or min(shape) < 1:
        given = f"a tensor: pass {tuple(input_shape.shape)}" if isinstance(input_shape, Tensor) else repr(input_shape)
        needed = "input_shape must be batch, channels and 1 to 3 axes, whole numbers from 1, such as (1, 3, 224, 224)"
        raise (TypeError if shape is None else ValueError)(f"{name}: {needed}; got {given}")
    try:
        with _lent(model):
            return _Measurement(model, shape, endpoint).result()
    except _Refused as refused:
        raise ValueError(f"{name}: {refused}") from refused.__cause__


class _Refused(Exception):
    """What has been found out about the model; it becomes a ValueError."""


class _Reached(BaseException):
    """The endpoint has its output; what comes behind need not run."""


def _stop(endpoint: str, names: Iterator[str], module: nn.Module, args, output) -> None:
    if next(names) == endpoint:
        raise _Reached(output)


class _Measurement:
    """The outputs of a model for several drawn inputs, and what can be asked about their gradients."""

    def __init__(self, model: nn.Module, shape: tuple[int, ...], endpoint: str | None):
        self.model, self.shape, self.endpoint = model, shape, endpoint
        self.runs: list[tuple[_Drawn, Tensor, Tensor]] = []
        weight = next((p for p in model.parameters() if p.is_floating_point()), torch.empty(0))
        for number in range(DRAWS):
            mode = _Drawn(number)
            x = mode.draw(torch.empty(shape, dtype=weight.dtype, device=weight.device)).requires_grad_()
            given = x.clone()  # the model may write into what it is given, but not into a leaf
            with mode:
                self.runs.append((mode, x, self.run(given)))
        if len({out.shape for _, _, out in self.runs}) > 1:
            raise _Refused("the shape of the output depends on the values of the input")
        self.out, self.compared = self.runs[0][2], any(mode.compared for mode, _, _ in self.runs)
        self.where = f"{endpoint or 'the output'} of shape {tuple(self.out.shape)}"
        self.seen = functools.cache(self._seen)

    def run(self, x: Tensor) -> Tensor:
        """Return what comes out of the model at the endpoint."""
        modules, handles = dict(self.model.named_modules(remove_duplicate=False)), []
        for path, module in modules.items():
            if self.endpoint and f"{self.endpoint}_".startswith(f"{path}_"):
                names = (call_name(*call, modules) for call in zip(itertools.repeat(path), itertools.count()))
                handles.append(module.register_forward_hook(functools.partial(_stop, self.endpoint, names)))
        reached = self.endpoint is None
        try:
            out = self.model(x) if handles or reached else None
        except _Reached as stopped:
            out, reached = stopped.args[0], True
        except _Refused:
            raise
        except Exception as error:
            raise _Refused(f"the model does not run on one tensor of shape {self.shape}: {_first(error)}") from error
        finally:
            for handle in handles:
                handle.remove()
        if not reached:
            raise _Refused(f"the forward does not call a layer named {self.endpoint!r}, or not so often")
        tensors = [leaf for leaf in tree_leaves(out) if isinstance(leaf, Tensor)]
        if len(tensors) != 1:
            raise _Refused(f"{self.endpoint or 'the model'} returns {len(tensors)} tensors; name a layer as endpoint")
        return tensors[0]

    def _seen(self, dim: int = 0, index: int | None = None) -> list[tuple[int, int]]:
        """Return the first and the last line along each axis that places with this index (None: all) depend on."""
        lines = self._pixels(dim, index).nonzero()
        return list(zip(lines.amin(0).tolist(), lines.amax(0).tolist(), strict=True)) if len(lines) else []

    def _pixels(self, dim: int, index) -> Tensor:
        """Return which pixels the places with this index, or these, depend on."""
        found = torch.zeros(self.shape[2:], dtype=torch.bool)
        for mode, x, out in (run for run in self.runs if run[2].requires_grad):
            seed = torch.zeros_like(out)
            seed[(slice(None),) * dim + (slice(None) if index is None else index,)] = 1
            try:
                with mode.backwards():
                    (gradient,) = torch.autograd.grad(out, x, seed, retain_graph=True, allow_unused=True)
            except RuntimeError as error:
                hint = "; write y = y + z in place of y += z" if "inplace" in str(error) else ""
                why = _first(error).split(". Hint:")[0]
                raise _Refused(f"torch cannot differentiate the model: {why}{hint}") from error
            if gradient is not None:
                found |= (gradient != 0).any(0).any(0).cpu()
        return found

    def _line(self, axis: int, dim: int, units: list[int]) -> Tensor:
        return self._pixels(dim, units).movedim(axis, 0).reshape(self.shape[2 + axis], -1).any(1)

    def result(self) -> ReceptiveField:
        if not self.seen():
            raise _Refused(f"{self.where} has no gradient: it does not depend on the input, or gradients are cut")
        dims = self._dims()
        found = [self._along(axis, dims.get(axis)) for axis in range(len(self.shape) - 2)]
        return ReceptiveField(*map(one, zip(*found, strict=True)))

    def _dims(self) -> dict[int, int]:
        """Return, for each axis of the input, the axis of the output along which a step moves the field there."""
        found: dict[int, int] = {}
        for dim in reversed(range(self.out.ndim)):
            n = self.out.shape[dim]
            if n < 2 or found == {axis: axis + 2 for axis in range(len(self.shape) - 2)}:
                continue
            there, back = (self._something(dim, i) for i in (n // 2, n // 2 - max(1, n // 3)))
            for axis, (a, b) in enumerate(zip(there, back, strict=True)):
                moved = (a[0] - b[0], a[1] - b[1])
                if min(moved) > 0 or max(moved) < 0 or abs(sum(moved)) > self.shape[2 + axis] // 4:
                    if axis in found or dim in found.values():
                        raise _Refused(f"{self.where} does not have its places along axes as the input has")
                    found[axis] = dim
        return found

    def _something(self, dim: int, i: int) -> list[tuple[int, int]]:
        if not (seen := self.seen(dim, i)):
            raise _Refused(f"{self.where} sees nothing of the input at the index {i} of its axis {dim}")
        return seen

    def _along(self, axis: int, dim: int | None) -> tuple:
        """Return size, stride and padding along one axis."""
        name = f"along the {AXES[len(self.shape) - 2].split(', ')[axis]} of {self.shape[2 + axis]}"
        if dim is None:
            raise _Refused(f"{name} all units of {self.where} see the same, or its axes are merged; {LARGER}")
        middle, (lowest, highest) = self.out.shape[dim] // 2, self.seen()[axis]
        fields: dict[int, tuple[int, int]] = {}  # of the units that no border cuts off
        for reach in (2, 4, 8, 16, 32, 64):
            for i in range(max(0, middle - reach // 2), min(middle + reach + 1, self.out.shape[dim])):
                first, last = self._something(dim, i)[axis]
                if lowest < first and last < highest:
                    fields[i] = first, last
            if middle not in fields or len(fields) < 3:
                lines = "{} to {}".format(*self.seen(dim, middle)[axis])
                raise _Refused(
                    f"{name} the middle of {self.where} sees lines {lines}, too near to the border; {LARGER}"
                )
            for period in range(1, min(reach, len(fields)) // 2 + 1):
                if found := self._steps(axis, dim, fields, period):
                    self._check(name, axis, dim, middle, *fields[middle])
                    return found
        why = "the model chooses by value, which hides what it sees" if self.compared else LARGER
        raise _Refused(
            f"{name} units of {self.where} do not step forwards over the input in a way that repeats after at "
            f"most {reach // 2} of them; {why}"
        )

    def _steps(self, axis: int, dim: int, fields: dict, period: int) -> tuple | None:
        """Return size, stride and padding if each unit sees what the unit one period before sees, moved; else None."""
        moves = {fields[i + period][end] - fields[i][end] for i in fields if i + period in fields for end in (0, 1)}
        if len(moves) != 1 or (move := moves.pop()) <= 0:
            return None
        lowest, highest = self.seen()[axis]
        units = {i % period: i for i in fields}
        size = max(b - a + 1 for a, b in fields.values())
        for i in units.values():  # all that no border cuts off must fit, too
            first, last = fields[i]
            back, forth = (first - lowest - 1) // move, (highest - last - 1) // move
            ks = range(-min(back, i // period), min(forth, (self.out.shape[dim] - 1 - i) // period) + 1)
            for k in (ks[0], ks[-1]):
                seen = self.seen(dim, i + k * period)
                if not seen or seen[axis] != (first + k * move, last + k * move):
                    return None
            # Units so far apart that their fields do not overlap are asked together, for about 16 such groups in all.
            own, apart = self._line(axis, dim, [i]), size // move + 1
            for group in (ks[r::apart] for r in range(min(apart, len(ks), max(2, 16 // period)))):
                expected = functools.reduce(torch.logical_or, (own.roll(k * move) for k in group))
                if not torch.equal(self._line(axis, dim, [i + k * period for k in group]), expected):
                    return None
        padding = units[0] // period * move - fields[units[0]][0]
        return size, move / period if move % period else move // period, padding

    def _check(self, name: str, axis: int, dim: int, i: int, first: int, last: int) -> None:
        """Refuse if pixels outside of the field change the output: some operations have an effect and no gradient."""
        for weight in self.model.parameters():
            if weight.is_floating_point():
                weight.data.uniform_(-1, 1).mul_(
                    max(1, weight.numel() // max(1, len(weight) if weight.ndim else 1)) ** -0.5
                )
        inside = (slice(None),) * (2 + axis) + (slice(first, last + 1),)
        scales = (1, 255, *[300, 1e4] * 10 * self.compared)  # what chooses may compare with a large number
        for number, scale in enumerate(scales):
            x, other = (torch.randn_like(self.runs[0][1]) * scale for _ in range(2))
            other[inside] = x[inside]
            outs = []
            for given in (x, other):
                torch.manual_seed(number)
                with torch.no_grad():
                    outs.append(self.run(given.clone()).select(dim, i).double())
            noise = 1e-5 * outs[0].nan_to_num().abs().amax().item()
            if not torch.allclose(outs[0], outs[1], rtol=1e-4, atol=noise, equal_nan=True):
                raise _Refused(
                    f"{name} pixels change {self.where} beyond the {last - first + 1} that have a gradient: the model "
                    "compares, rounds, chooses by value or cuts gradients somewhere, so they do not tell its field"
                )


def _first(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


class _Drawn(TorchDispatchMode):
    """While it is on, results are drawn: numbers stay 0 or not, masked (very negative) or not, else they are random.

    So a gradient is 0 in the end exactly where no path leads, whatever the values.
    """

    def __init__(self, number: int):
        super().__init__()
        self.number, self.signed, self.back, self.compared = number, number % 2 == 1, False, False

    @contextmanager
    def backwards(self):
        self.back = True
        with self:
            yield

    def draw(self, tensor: Tensor) -> Tensor:
        drawn = torch.empty_like(tensor).uniform_(0.25, 1)
        return drawn * torch.randn_like(drawn).sign() * 4 if self.signed and not self.back else drawn

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        name, overload = function._overloadpacket.__name__, function._overloadname
        if self.back and name in _BACKWARDS:
            return _BACKWARDS[name](*args)
        out = function(*args, **(kwargs or {}))
        if self.back and name in ("gt", "lt", "ge", "le", "eq") and (name, overload) != ("eq", "Scalar"):
            return torch.full_like(
                out, "e" in name or overload == "Scalar"
            )  # inside of bounds; alike, so all the largest
        tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)]
        depends = self.back or any(tensor.requires_grad for tensor in tensors)
        if depends and not self.back and name in _PLACES and args[_PLACES[name]].requires_grad:
            raise _Refused(f"the model looks where numbers that it computes from the input say ({name})")
        if not self.back and name in _COMPARES and args[0].is_floating_point() and args[1:] != (-torch.inf,):
            self.compared = True
            if depends:  # once all of it is true, once none, once some
                return (
                    torch.full_like(out, self.number == 0)
                    if self.number < 2
                    else torch.rand_like(out, dtype=torch.float) > 0.5
                )
        self.compared |= name.strip("_") in _CHOOSING.split()
        if not depends or name in ("amax", "amin", "max", "min", "median", "detach"):  # their gradients compare values
            return out
        views = [] if function._schema.is_mutable else [tensor.untyped_storage()._cdata for tensor in tensors]
        for result in tree_leaves(out):
            if isinstance(result, Tensor) and result.untyped_storage()._cdata not in views:
                if "fft" in name or "convolution" in name:  # some algorithms leave errors of rounding at all places
                    parts = torch.view_as_real(result) if result.is_complex() else result
                    parts[parts.abs() < 1e-5 * parts.abs().amax()] = 0
                if result.is_floating_point():
                    low = result <= -1e4
                    kept = (
                        ((result == 0) & (name not in _CUTTING))
                        | (low & ~low.all())
                        | (result.isnan() if self.back else False)
                    )
                    result.copy_(torch.where(kept, result.nan_to_num(0, neginf=-torch.inf), self.draw(result)))
        return out


def _spread(grad, x, kernel, stride=(), padding=0, dilation=1, ceil_mode=False, indices=None):
    """Pass the gradient of a maximum on to all pixels of its window."""
    ndim = len(kernel)
    weight = grad.new_ones(grad.shape[-ndim - 1], 1, *kernel)
    transposed = getattr(F, f"conv_transpose{ndim}d")
    full = transposed(grad, weight, stride=stride or kernel, dilation=dilation, groups=len(weight))
    before = padding if isinstance(padding, (tuple, list)) else [padding] * ndim
    ends = [x.shape[axis] - full.shape[axis] + before[axis] for axis in range(-ndim, 0)]
    return F.pad(full, [lines for axis in reversed(range(ndim)) for lines in (-before[axis], ends[axis])])


_COMPARES = ("gt", "lt", "ge", "le", "eq", "ne")
_CHOOSING = "sign round floor ceil trunc heaviside argmax argmin cummax cummin cummax_helper cummin_helper"
_CUTTING = ("threshold", "hardshrink", "softshrink", "hardtanh", "clamp")  # their zeros depend on the values
_PLACES = {"grid_sampler_2d": 1, "grid_sampler_3d": 1, "deform_conv2d": 2, "roi_align": 1}

_BACKWARDS: dict[str, Callable[..., Tensor]] = {
    **dict.fromkeys(("threshold_backward", "hardtanh_backward"), lambda grad, *_: grad.clone()),
    **dict.fromkeys(("hardshrink_backward", "softshrink_backward"), lambda grad, *_: grad.clone()),
    "max_pool2d_with_indices_backward": _spread,
    "max_pool3d_with_indices_backward": _spread,
    "adaptive_max_pool2d_backward": lambda grad, x, _: torch.ops.aten._adaptive_avg_pool2d_backward(grad, x),
    "adaptive_max_pool3d_backward": lambda grad, x, _: torch.ops.aten._adaptive_avg_pool3d_backward(grad, x),
    # of what picks one entry along an axis: sort, topk, max(dim)
    "scatter": lambda zeros, dim, index, grad: zeros + grad.sum(dim, keepdim=True),
}


@contextmanager
def _lent(model: nn.Module):
    """Let the model run in eval mode with drawn weights, and put everything back afterwards."""
    modules = list(model.modules())
    copied = (list, dict, set)
    variables = [{k: (v, v.copy() if isinstance(v, copied) else None) for k, v in vars(m).items()} for m in modules]
    tensors = [(t, t.data, t.requires_grad) for t in dict.fromkeys([*model.parameters(), *model.buffers()])]
    if any(tensor.is_meta for tensor, _, _ in tensors):
        raise _Refused("the model is on the device 'meta'; model.to_empty(device='cpu') gives its weights memory")
    modes = [module.training for module in modules]
    try:
        with torch.random.fork_rng([t.device for t, _, _ in tensors[:1] if t.is_cuda]), torch.enable_grad():
            for module in modules:
                module.training = False
            for tensor, data, _ in tensors:
                drawn = isinstance(tensor, nn.Parameter) and tensor.is_floating_point()
                tensor.data = torch.rand_like(data) + 0.5 if drawn else data.clone()
                tensor.requires_grad_(False)
            yield
    finally:
        for tensor, data, grad in tensors:
            tensor.data = data
            tensor.requires_grad_(grad)
        for module, training, old in zip(modules, modes, variables, strict=True):
            module.training = training
            vars(module).clear()
            vars(module).update({name: value for name, (value, _) in old.items()})
            for value, content in old.values():
                if content is not None:
                    value.clear()
                    value.extend(content) if isinstance(value, list) else value.update(content)
