"""Receptive fields measured: which pixels have a gradient, for models whose field does not follow from rules."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from unittest import mock

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils import checkpoint
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from convlab.arguments import AXES, wholes
from convlab.geometry.copies import Refused, check_initialised, first_line, lent
from convlab.geometry.fields import ReceptiveField, call_name, one

DRAWS = 3
DRAWN = "measuring draws the numbers that flow, also where the model checks them or looks something up by them"
LARGER = "give a larger input, unless the model looks at the whole of it (global pooling, attention, Linear)"


def measure_receptive_field(model: nn.Module, input_shape, endpoint: str | None = None) -> ReceptiveField:
    """Return the receptive field of a unit, measured by gradients at one size of the input.

    For any model that torch can differentiate: attention, moved axes, decoders. What counts is which pixels an output
    depends on, whatever the weights are: they are drawn, and so is what every layer passes on, forwards and backwards.
    So nothing cancels, dies or saturates, and all candidates for a maximum count. The model itself runs, in eval mode,
    hooks included; its weights, attributes, modes and the state of the random numbers are put back afterwards.

    Args:
        model: any module whose forward takes one tensor (N, C, H, W), or with one or three axes instead of two.
        input_shape: the full shape, such as (1, 3, 224, 224); so large that fields in its middle do not reach its ends.
        endpoint: the name of a layer or block as in :func:`receptive_field`; what comes behind it is not run.

    Returns:
        As :func:`receptive_field`. Where units see different amounts, as in decoders, size is the largest of them,
        stride their mean distance (0.5 where the output has twice as many places) and padding that of unit 0.

    Raises:
        TypeError: not a module, or a shape that is not made of whole numbers.
        ValueError: the fields reach the border; the model does not run on such an input; or pixels without a gradient
            matter, since the model compares, rounds or cuts gradients.

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
        with lent(model):
            return _Measurement(model, shape, endpoint).result()
    except Refused as refused:
        raise ValueError(f"{name}: {refused}") from refused.__cause__


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
            with mode, _as_computed():
                self.runs.append((mode, x, self.run(given)))
        if len({out.shape for _, _, out in self.runs}) > 1:
            raise Refused("the shape of the output depends on the values of the input")
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
        except Refused:
            raise
        except Exception as error:
            why = f"{first_line(error)} ({DRAWN})"
            raise Refused(f"the model does not run on one tensor of shape {self.shape}: {why}") from error
        finally:
            for handle in handles:
                handle.remove()
        if not reached:
            raise Refused(f"the forward does not call a layer named {self.endpoint!r}, or not so often")
        tensors = [leaf for leaf in tree_leaves(out) if isinstance(leaf, Tensor)]
        if len(tensors) != 1:
            raise Refused(f"{self.endpoint or 'the model'} returns {len(tensors)} tensors; name a layer as endpoint")
        return tensors[0]

    def _seen(self, dim: int = 0, index: int | None = None) -> list[tuple[int, int]]:
        """Return the first and the last line along each axis that places with this index (None: all) depend on."""
        lines = self._pixels(dim, index).nonzero()
        return list(zip(lines.amin(0).tolist(), lines.amax(0).tolist(), strict=True)) if len(lines) else []

    def _pixels(self, dim: int, index) -> Tensor:
        """Return which pixels the places with this index, or these, depend on."""
        found = torch.zeros(self.shape[2:], dtype=torch.bool)
        for mode, x, out in (run for run in self.runs if run[2].requires_grad):
            mode.back = True
            seed = torch.zeros_like(out)
            seed[(slice(None),) * dim + (slice(None) if index is None else index,)] = 1
            try:
                with mode:
                    (gradient,) = torch.autograd.grad(out, x, seed, retain_graph=True, allow_unused=True)
            except RuntimeError as error:
                raise Refused(f"torch cannot differentiate the model: {first_line(error)}") from error
            if gradient is not None:
                found |= (gradient != 0).any(0).any(0).cpu()
        return found

    def _line(self, axis: int, dim: int, units: list[int]) -> Tensor:
        return self._pixels(dim, units).movedim(axis, 0).reshape(self.shape[2 + axis], -1).any(1)

    def result(self) -> ReceptiveField:
        if not self.seen():
            raise Refused(f"{self.where} has no gradient: it does not depend on the input, or gradients are cut")
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
                        raise Refused(f"{self.where} does not have its places along axes as the input has")
                    found[axis] = dim
        return found

    def _something(self, dim: int, i: int) -> list[tuple[int, int]]:
        if not (seen := self.seen(dim, i)):
            raise Refused(f"{self.where} sees nothing of the input at the index {i} of its axis {dim}")
        return seen

    def _along(self, axis: int, dim: int | None) -> tuple:
        """Return size, stride and padding along one axis."""
        name = f"along the {AXES[len(self.shape) - 2].split(', ')[axis]} of {self.shape[2 + axis]}"
        if dim is None:
            raise Refused(f"{name} all units of {self.where} see the same, or its axes are merged; {LARGER}")
        middle, (lowest, highest) = self.out.shape[dim] // 2, self.seen()[axis]
        fields: dict[int, tuple[int, int]] = {}  # of the units that no border cuts off
        for reach in (2, 4, 8, 16, 32, 64):
            for i in range(max(0, middle - reach // 2), min(middle + reach + 1, self.out.shape[dim])):
                first, last = self._something(dim, i)[axis]
                if lowest < first and last < highest:
                    fields[i] = first, last
            if middle not in fields or len(fields) < 3:
                lines = "{} to {}".format(*self.seen(dim, middle)[axis])
                raise Refused(f"{name} the middle of {self.where} sees lines {lines}, too near to the border; {LARGER}")
            for period in range(1, min(reach, len(fields)) // 2 + 1):
                if found := self._steps(axis, dim, fields, period):
                    self._check(name, axis, dim, middle, *fields[middle])
                    return found
        why = "no size, stride and padding say that, as behind a flip, a roll, align_corners=True or adaptive pooling"
        why = "the model chooses by value, which hides what it sees" if self.compared else why
        repeat = f"step forwards over the input in a way that repeats after at most {reach // 2} of them"
        raise Refused(f"{name} units of {self.where} do not {repeat}; {why}")

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
            # Units so far apart that their fields do not overlap are asked together, for about 16 such groups in all.
            own, apart = self._line(axis, dim, [i]), size // move + 1
            groups = (ks[r::apart] for r in range(min(apart, len(ks), max(2, 16 // period))))
            for group in (ks[:1], ks[-1:], *groups):
                expected = functools.reduce(torch.logical_or, (own.roll(k * move) for k in group))
                if not torch.equal(self._line(axis, dim, [i + k * period for k in group]), expected):
                    return None
        if 3 * period > len(fields):  # so few may repeat by chance: then those that a border cuts off must fit, too
            for i in range(self.out.shape[dim]):
                (first, last), k = fields[units[i % period]], (i - units[i % period]) // period
                if self._something(dim, i)[axis] != (max(first + k * move, lowest), min(last + k * move, highest)):
                    return None
        padding = units[0] // period * move - fields[units[0]][0]
        return size, move / period if move % period else move // period, padding

    def _check(self, name: str, axis: int, dim: int, i: int, first: int, last: int) -> None:
        """Refuse if pixels outside of the field change the output: some operations have an effect and no gradient."""
        for weight in filter(torch.is_floating_point, self.model.parameters()):
            weight.data.uniform_(-1, 1).div_(max(1, weight.shape[1:].numel()) ** 0.5)
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
                why = "compares, rounds, chooses by value, cuts gradients, or masks by a number that values outweigh"
                beyond = f"beyond the {last - first + 1} that have a gradient: the model {why}"
                raise Refused(f"{name} pixels change {self.where} {beyond}, so they do not tell its field")


@contextmanager
def _as_computed():
    """Keep for gradients what numbers are now, whatever is written over them, and nothing to be computed again."""
    pack = lambda t: t.detach() if t.dtype is torch.int64 else t.detach().clone()  # noqa: E731
    kept = torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t)
    with kept, mock.patch.object(checkpoint, "_checkpoint_hook", lambda frame: nullcontext()):
        yield


class _Drawn(TorchDispatchMode):
    """While it is on, results are drawn: numbers stay 0 or not, masked (very negative) or not, else they are random.

    So a gradient is 0 in the end exactly where no path leads, whatever the values.
    """

    def __init__(self, number: int):
        super().__init__()
        self.number, self.signed, self.back, self.compared = number, number % 2 == 1, False, False
        self.shown: dict[int, Tensor] = {}  # which entries are not masked, by the indices of those that are picked

    def draw(self, tensor: Tensor) -> Tensor:
        drawn = torch.empty_like(tensor).uniform_(0.25, 1)
        return drawn * torch.randn_like(drawn).sign() * 4 if self.signed and not self.back else drawn

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        name, overload = function._overloadpacket.__name__, function._overloadname
        back = self.back and not torch.is_grad_enabled()  # else a part of the model runs again
        if back and name == "scatter" and isinstance(args[3], Tensor):  # of what picks entries: sort, topk, max(dim)
            return (args[0] + args[3].sum(args[1], keepdim=True)) * self.shown.get(args[2].data_ptr(), 1)
        if back and name in _BACKWARDS:
            return _BACKWARDS[name](*args)
        out = function(*args, **(kwargs or {}))
        if back and name in ("gt", "lt", "ge", "le", "eq") and (name, overload) != ("eq", "Scalar"):
            inside = torch.full_like(out, "e" in name or overload == "Scalar")  # of bounds; alike, so all the largest
            return inside & _shown(args[0]) & _shown(args[1]) if (name, overload) == ("eq", "Tensor") else inside
        tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)]
        depends = back or any(tensor.requires_grad for tensor in tensors)
        if depends and not back and name in _PLACES and args[_PLACES[name]].requires_grad:
            raise Refused(f"the model looks where numbers that it computes from the input say ({name})")
        infinite = len(args) > 1 and isinstance(args[1], float) and args[1] == -torch.inf  # as softmax asks
        if not back and name in _COMPARES and args[0].is_floating_point() and not infinite:
            self.compared = True
            if depends:  # once all of it is true, once none, once some
                some = torch.rand_like(out, dtype=torch.float) > 0.5
                return torch.full_like(out, self.number == 0) if self.number < 2 else some
        self.compared |= name.strip("_") in _CHOOSING.split()
        if depends and not back and name in _PICKING and isinstance(out, (tuple, list)):
            self.shown[out[1].data_ptr()] = _shown(args[0])
        if not depends or name in ("amax", "amin", "max", "min", "median", "detach"):  # their gradients compare values
            return out
        views = [] if function._schema.is_mutable else [tensor.untyped_storage()._cdata for tensor in tensors]
        for result in tree_leaves(out):
            if isinstance(result, Tensor) and result.untyped_storage()._cdata not in views:
                if "fft" in name or "convolution" in name:  # some algorithms leave errors of rounding at all places
                    parts = torch.view_as_real(result) if result.is_complex() else result
                    parts[parts.abs() < 1e-5 * parts.abs().amax()] = 0
                if result.is_floating_point():
                    low = (result <= -9e3) | (result == torch.inf) if not back else result.isnan()
                    masked = ~_shown(result) if name.strip("_") in _MASKING else low
                    kept = masked & ~masked.all() | (result == 0) & (name not in _CUTTING) | result.isnan() & back
                    as_it_is = result.nan_to_num(0, torch.inf, -torch.inf) * 1e20
                    result.copy_(torch.where(kept, as_it_is, self.draw(result)))
        return out


def _shown(x: Tensor) -> Tensor:
    """Return which entries are no mask: one is very negative before a maximum, and very large before a minimum."""
    return ~(x.abs() >= 9e3)


def _spread(grad, x, kernel, stride=(), padding=0, dilation=1, ceil_mode=False, indices=None):
    """Pass the gradient of a maximum on to all pixels of its window."""
    ndim = len(kernel)
    weight = grad.new_ones(grad.shape[-ndim - 1], 1, *kernel)
    options = {"stride": stride or kernel, "dilation": dilation, "groups": len(weight)}
    full = getattr(F, f"conv_transpose{ndim}d")(grad, weight, **options)
    before = padding if isinstance(padding, (tuple, list)) else [padding] * ndim
    ends = [x.shape[axis] - full.shape[axis] + before[axis] for axis in range(-ndim, 0)]
    return F.pad(full, [n for axis in reversed(range(ndim)) for n in (-before[axis], ends[axis])]) * _shown(x)


_COMPARES = ("gt", "lt", "ge", "le", "eq", "ne")
_CHOOSING = "sign round floor ceil trunc heaviside argmax argmin cummax cummin cummax_helper cummin_helper"
_CUTTING = ("threshold", "hardshrink", "softshrink", "hardtanh", "clamp")  # their zeros depend on the values
_PICKING = ("max", "min", "topk", "sort", "median", "nanmedian", "kthvalue", "mode")
_MASKING = ("add", "sub", "rsub", "where", "masked_fill")
_PLACES = {"grid_sampler_2d": 1, "grid_sampler_3d": 1, "deform_conv2d": 2, "roi_align": 1}

_BACKWARDS: dict[str, Callable[..., Tensor]] = {
    **dict.fromkeys([f"{name}_backward" for name in _CUTTING], lambda grad, *_: grad.clone()),
    **{f"max_pool{n}d_with_indices_backward": _spread for n in (2, 3)},
    "adaptive_max_pool2d_backward": lambda g, x, _: torch.ops.aten._adaptive_avg_pool2d_backward(g, x) * _shown(x),
    "adaptive_max_pool3d_backward": lambda g, x, _: torch.ops.aten._adaptive_avg_pool3d_backward(g, x) * _shown(x),
}
