"""The budget of a network that is to be designed: what it may cost, what it must see, what must come out."""

import contextlib
import copy
import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from convlab.exercises.engine.exercise import Refused
from convlab.exercises.engine.values import Unreadable, kind_of


@dataclass(frozen=True)
class Budget:
    """Requirements on a network; as ``accepts`` of a design it says of each whether it is met, with the numbers.

    Attributes:
        input: the shape of the input, with the batch.
        output: the shape that must come out.
        parameters: how many there may be at most.
        macs: how many multiply-adds one pass may take at most.
        field: how many pixels a unit at the end must see at least, in each direction; if the maps are pooled to numbers
            at the end, a unit in front of it. What a pooling of whole maps sees does not count: it tells no place.

    >>> Budget((1, 1, 8, 8), output=(1, 2, 6, 6), parameters=10)(nn.Conv2d(1, 2, 3))
    [(True, 'output (1, 2, 6, 6)'), (False, 'parameters 20: at most 10')]
    """

    input: tuple[int, ...]
    output: tuple[int, ...] | None = None
    parameters: int | None = None
    macs: int | None = None
    field: int | None = None

    def __call__(self, net: nn.Module) -> list[tuple[bool, str]]:
        """Return (met, words) for each requirement."""
        from convlab import geometry  # a tenth of a second, which the other exercises need not

        net = copy.deepcopy(net).float().eval()  # of its own, so that nothing is left in the learner's
        with torch.no_grad():
            result = net(torch.zeros(self.input))
        if not isinstance(result, Tensor):
            raise Refused(f"the network must return a tensor; it returns {kind_of(result)}")
        given, found = tuple(result.shape), []
        if self.output is not None:
            wanted = "" if given == self.output else f": {self.output} is asked for"
            found.append((given == self.output, f"output {given}{wanted}"))
        for name, most, count in (
            ("parameters", self.parameters, lambda: geometry.count_parameters(net)),
            ("multiply-adds", self.macs, lambda: geometry.count_macs(net, self.input)),
        ):
            if most is not None:
                number = count()
                found.append((number <= most, f"{name} {number:,}: at most {most:,}"))
        if self.field is not None:
            rows, columns = _seen(net, self.input)
            size = rows if rows == columns else f"{rows} × {columns}"
            found.append((min(rows, columns) >= self.field, f"receptive field {size}: at least {self.field}"))
        return found


def _seen(net: nn.Module, shape: tuple[int, ...]) -> tuple[int, int]:
    """Return how many rows and columns of pixels are seen by a unit at the end, or in front of a global pooling."""
    from convlab.geometry import layer_fields, receptive_field

    try:
        sizes = [receptive_field(net).size]
    except ValueError:  # such as adaptive pooling, a linear layer, resizing: then by gradients, too, in the middle
        sizes = [_by_gradients(net, shape)]
        with contextlib.suppress(ValueError):  # of the last layer with a rule; an image's border does not cut it off
            sizes.append(layer_fields(net)[-1].size)
    rows, columns = zip(*(size if isinstance(size, tuple) else (size, size) for size in sizes), strict=True)
    return max(rows), max(columns)


def _by_gradients(net: nn.Module, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return rows and columns of the pixels to which gradients come from the middle of the last maps."""
    for parameter in net.parameters():
        parameter.requires_grad_(False).uniform_(0.5, 1).div_(parameter[:1].numel())  # so nothing cancels or saturates
    images = torch.rand(16, *shape[1:]).requires_grad_()  # with the maxima in other places
    with _Maps(images) as maps:
        net(images)
    middle = maps.last[(..., *(side // 2 for side in maps.last.shape[2:]))]
    if not middle.requires_grad:  # nothing but what was pooled
        return 0, 0
    seen = torch.autograd.grad(middle.sum(), images)[0].abs().sum((0, 1)).nonzero()
    return tuple((seen.amax(0) - seen.amin(0) + 1).tolist()) if len(seen) else (0, 0)


class _Maps(TorchFunctionMode):
    """Notes the last maps; lets no gradient through what knows no place: a pooling of whole maps, a norm's mean."""

    def __init__(self, images: Tensor):
        super().__init__()
        self.last = images

    def __torch_function__(self, function, types, args=(), kwargs=None):
        given, name = next(iter(args), None), getattr(function, "__name__", "")
        if name.endswith("_norm") and isinstance(given, Tensor):
            return given
        result = function(*args, **(kwargs or {}))
        if isinstance(result, Tensor) and isinstance(given, Tensor) and result.ndim > 1 < given.ndim:
            places, left = (math.prod(t.shape[2:]) for t in (given, result))
            if places > left == 1 and result.shape[:2] == given.shape[:2] and "conv" not in name:
                return result.detach()
            self.last = result if result.ndim == 4 and left > 1 else self.last
        return result


def network(answer) -> nn.Module:
    """Return a design as a module: as it is, made from its class, or from a list of layers.

    Raises:
        Unreadable: an entry of the list is no layer.
    """
    if isinstance(answer, type):
        return answer()
    if isinstance(answer, nn.Module):
        return answer
    for place, layer in enumerate(answer):
        if not isinstance(layer, nn.Module):
            raise Unreadable(f"entry {place} of your list is {kind_of(layer)}, and not a layer")
    return nn.Sequential(*answer)
