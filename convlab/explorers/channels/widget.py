"""ChannelExplorer: several channels, several kernels; every product, sum and bias that makes one number of one map."""

from __future__ import annotations

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import validate

from convlab.arguments import as_whole
from convlab.explorers.shared.base import SettingError, script, settings_checked, style
from convlab.explorers.shared.traits import Constants, Milliseconds, Numbers, Pair, Positioned, Setting, finite
from convlab.explorers.shared.words import by, entry
from convlab.functional import conv2d

CHANNELS, LARGEST, KERNEL = 6, 8, 5  # channels in and out, rows and columns of a slice and of a kernel: all is drawn
MOST = {"x": (CHANNELS, LARGEST, LARGEST), "weight": (CHANNELS, CHANNELS, KERNEL, KERNEL)}
COLOURS = ("red", "green", "blue")
HALVES = [[[9, 9, 0, 0]] * 4, [[0, 0, 9, 9]] * 4, [[2, 2, 2, 2]] * 4]  # the left half is red, the right half green
SMALL = [[[1, 2, 0], [3, 1, 1], [0, 2, 4]], [[0, 1, 2], [2, 0, 1], [1, 3, 0]], [[2, 0, 1], [1, 1, 0], [0, 2, 2]]]
EDGE, NOTHING = [[-1, 1], [-1, 1]], [[0, 0], [0, 0]]
PLUCKED = [[0, 8, 4, -4, 2, -2, 1, 0], [0, 0, 4, 8, -4, 4, -2, 2]]  # a sound from the left
EXAMPLES = {
    "RGB to one": (SMALL, [[[[1, 0], [0, 1]], [[0, -1], [1, 0]], [[2, 0], [0, -1]]]], [1], 1, COLOURS),
    "colour edge": (HALVES, [[[[1, -1], [1, -1]], EDGE, NOTHING], [EDGE, EDGE, EDGE]], [0, 0], 1, COLOURS),
    "grey": (SMALL, [[[[1 / 3]], [[1 / 3]], [[1 / 3]]]], [0], 1, COLOURS),
    "shuffle": (SMALL, [[[[0]], [[0]], [[1]]], [[[1]], [[0]], [[0]]], [[[0]], [[1]], [[0]]]], [0, 0, 0], 1, COLOURS),
    "depthwise": (HALVES, [[EDGE], [[[1, 1], [-1, -1]]], [[[1, 0], [0, 0]]]], [0, 0, 0], 3, COLOURS),
    "a sound": ([[r] for r in PLUCKED], [[[[0.5, 0.5]]] * 2, [[[1, 0]], [[-1, 0]]]], [0, 0], 1, ("left", "right")),
}


class Block(Setting):
    """Numbers with so many axes, float64. With one axis less they are of one dimension: they get one row."""

    def __init__(self, count: int, axes: str, **named):
        super().__init__(**named)
        self.count, self.axes = count, axes
        self.tag(to_json=lambda value, widget: value.tolist())

    def take(self, obj, value) -> Tensor:
        """Return the numbers as a tensor of its own, or say what is wrong with them."""
        numbers = finite(self.where(obj), value, f"numbers {self.axes}", self.count)
        shape = tuple(numbers.shape)
        if self.count > 1 and numbers.ndim == self.count - 1:
            numbers = numbers.unsqueeze(-2)
        if numbers.ndim != self.count or 0 in shape:
            raise ValueError(f"{self.where(obj)} must be {self.axes}, got shape {shape}")
        return numbers.as_subclass(Numbers)


class Groups(Setting):
    """A whole number from 1 on; or None: one group, of which nothing is said."""

    def take(self, obj, value) -> int | None:
        """Return it as an int."""
        return value if value is None else as_whole("conv2d", self.name, value, minimum=1)


class Names(Setting):
    """Words, for some or all of the channels."""

    def take(self, obj, value) -> tuple[str, ...]:
        """Return them as a tuple."""
        if isinstance(value, (tuple, list)) and all(isinstance(name, str) for name in value):
            return tuple(value)
        raise TypeError(f"{self.where(obj)} must be a list of words, one for each channel; got {value!r}")


class ChannelExplorer(Positioned):
    """A convolution of several channels by several kernels, in which each number can be seen and changed.

    In the browser: each slice of a kernel stands beside the channel that it slides over. The arrow keys, the mouse or
    *play* move the window; its products, their sums and the bias make one number of one map. Hovering a weight or a
    pixel shows who uses it. The wiring, the parameters and the multiply-adds follow the channels and the groups.

    >>> explorer = ChannelExplorer([[[1, 2], [3, 4]], [[5, 6], [7, 8]]], [[[[1]], [[10]]], [[[0]], [[1]]]])
    >>> explorer
    ChannelExplorer(input 2x2x2, weight 2x2x1x1, groups 1: output 2x2x2)
    >>> explorer.position = (0, 1, 0)
    >>> explorer.output[explorer.position]  # 3 + 10 · 7
    tensor(73., dtype=torch.float64)

    Attributes:
        x: the channels, shape (C_in, H, W), at most 6 of 8 x 8; (C_in, L) for a sound, which becomes (C_in, 1, L).
        weight: the kernels, shape (C_out, C_in / groups, kH, kW), at most 6 of 5 x 5; (C_out, C_in / groups, k) for a
            sound. Without x and weight: a small example.
        bias: shape (C_out,), by default zeros.
        groups: parts into which the channels are split. None is one part, and the browser has no field for it.
        names: of the channels.
        position: (channel, row, column) of the output that is looked at.
        interval: milliseconds from one step to the next while it plays.

    Raises:
        TypeError, ValueError: as ``convlab.functional.conv2d``; and what is too large to be drawn. What was set before
            stays.
    """

    _esm, _css, _name = script("channels"), style("channels"), "channels"
    _dpi, _colours = 90, 16  # many numbers: it is stored twice
    _settings = ("x", "weight", "bias", "groups")
    _state_names = (*_settings, "names", "position", "interval", "constants")

    x = Block(3, "(C_in, H, W) or (C_in, L)")
    weight = Block(4, "(C_out, C_in / groups, kH, kW) or (C_out, C_in / groups, k)")
    bias = Block(1, "(C_out,)")
    groups = Groups(None)
    names = Names(())
    position = Pair(0, count=3)
    interval = Milliseconds(400)
    constants = Constants(
        settings=(*_settings, "names"),
        channels=CHANNELS,
        kernel=KERNEL,
        examples={
            title: dict(zip(("x", "weight", "bias", "groups", "names"), values, strict=True))
            for title, values in EXAMPLES.items()
        },
    )

    def __init__(self, x=None, weight=None, bias=None, groups=None, *, names=(), position=(0, 0, 0), **named):
        if x is None and weight is None:
            x, weight, bias, _, names = EXAMPLES["RGB to one"]
        if bias is None:
            bias = torch.zeros(len(type(self).weight.validate(self, weight)))
        super().__init__(x=x, weight=weight, bias=bias, groups=groups, names=names, position=position, **named)

    @property
    def output(self) -> Tensor:
        """The maps, shape (C_out, outH, outW), float64: ``convlab.functional.conv2d`` of what is set."""
        return conv2d(self.x, self.weight, self.bias, groups=self.groups or 1)

    @validate(*_settings)
    def _check_settings(self, proposal):
        now = self._proposed(proposal)
        for name, most in MOST.items():
            shape = tuple(now[name].shape)
            if any(n > m for n, m in zip(shape, most, strict=True)):
                raise SettingError(f"ChannelExplorer: {name} is {shape}; at most {most} can be drawn. Take a part")
        with settings_checked():
            conv2d(now["x"], now["weight"], now["bias"], groups=now["groups"] or 1)
        return proposal["value"]

    def figure(self) -> Figure:
        """Return a picture of the present state: each slice beside its channel, and the sum of one number."""
        from convlab.explorers.channels.figure import draw_channels

        return draw_channels(self)

    def _described(self) -> str:
        channels, kernels, (maps, *size) = len(self.x), len(self.weight), self.output.shape
        names = f" ({', '.join(self.names)})" if self.names else ""
        slices = f"{kernels} kernel{'s' * (kernels > 1)} of {by(self.weight.shape[2:])}, each slice beside its channel"
        return (
            f"{channels} channel{'s' * (channels > 1)}{names} of {by(self.x.shape[1:])}, {slices}, and {maps} "
            f"map{'s' * (maps > 1)} of {by(size)}, with groups {self.groups or 1}. The {entry('output', self)}."
        )

    def __repr__(self) -> str:
        x, weight, out = ("x".join(map(str, m.shape)) for m in (self.x, self.weight, self.output))
        return f"ChannelExplorer(input {x}, weight {weight}, groups {self.groups or 1}: output {out})"
