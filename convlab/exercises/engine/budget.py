"""The budget of a network that is to be designed: what it may cost, what it must see, what must come out."""

import copy
from dataclasses import dataclass

import torch
from torch import nn

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
        field: how many pixels a unit at the end must see at least, in each direction.

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
        if not isinstance(result, torch.Tensor):
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
    """Return how many rows and columns of pixels a unit sees."""
    from convlab.geometry import receptive_field

    try:
        size = receptive_field(net).size
    except ValueError:  # such as adaptive pooling, a linear layer, resizing: then by gradients, in the middle
        for parameter in net.parameters():
            parameter.data.uniform_(0.5, 1)  # so nothing cancels
        images = torch.rand(16, *shape[1:]).requires_grad_()  # with the maxima in other places
        result = net(images)
        middle = result[(..., *(side // 2 for side in result.shape[2:]))]
        seen = torch.autograd.grad(middle.sum(), images)[0].abs().sum((0, 1)).nonzero()
        size = tuple((seen.amax(0) - seen.amin(0) + 1).tolist()) if len(seen) else 0
    rows, columns = size if isinstance(size, tuple) else (size, size)
    return rows, columns


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
