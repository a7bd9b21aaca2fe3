"""04-budget: a network under a budget."""

from torch import nn

from convlab.exercises.engine.budget import Budget
from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb04 import headings

BUDGET = Budget((1, 3, 64, 64), output=(1, 16, 16, 16), parameters=20_000, macs=2_000_000, field=31)


def _convolutions(net):
    return [layer for layer in net.modules() if isinstance(layer, nn.Conv2d)]


def _unpadded(net):
    bare = [layer for layer in _convolutions(net) if layer.kernel_size != (1, 1) and layer.padding == (0, 0)]
    return bool(bare) and not BUDGET(net)[0][0]


def _late(net):
    return not BUDGET(net)[2][0] and _convolutions(net)[0].stride == (1, 1)


def _large(net):
    return not BUDGET(net)[1][0] and any(max(layer.kernel_size) > 7 for layer in _convolutions(net))


BUDGET_NET = Exercise(
    name="04-budget",
    title="a network under a budget",
    where=headings.SEPARABLE,
    minutes=12,
    kind="design",
    variable="network",
    prompt="""
        Design a network for colour images of 64 × 64 pixels, `(1, 3, 64, 64)`. Give a list of layers, or an
        `nn.Sequential`.

        * What comes out has the shape `(1, 16, 16, 16)`.
        * It has at most 20,000 parameters.
        * An image takes at most 2,000,000 multiply-adds.
        * Each number that comes out sees at least 31 × 31 pixels.

        Many networks will do. `count_parameters`, `count_macs` and `receptive_field` from `convlab.geometry` measure
        yours.
    """,
    placeholder="""
        network = ...
    """,
    accepts=BUDGET,
    mistakes=(
        Mistake(
            "one very large kernel",
            "The weights of a kernel grow with the square of its side. Dilation and more layers see as far for less.",
            [nn.Conv2d(3, 16, 31, stride=4, padding=15)],
            where=headings.DILATED_TAPS,
            when=_large,
        ),
        Mistake(
            "the map is made smaller too late",
            "At full size every weight works 4096 times. With a stride at first, all that follow are cheaper.",
            [nn.Conv2d(3, 16, 3, padding=1), *(nn.Conv2d(16, 16, 3, 2, padding=4, dilation=4) for _ in range(2))],
            when=_late,
        ),
        Mistake(
            "layers without padding",
            "Which frame keeps rows and columns? (k − 1) / 2 zeros per side, times the dilation, do.",
            [nn.Conv2d(3, 8, 3, 2), nn.Conv2d(8, 16, 3, 2), nn.Conv2d(16, 16, 3, dilation=4)],
            when=_unpadded,
        ),
    ),
    hint="Make the map smaller first, by strides. Then look far, with dilated depthwise layers. Then mix the channels.",
    solution="""
        network = nn.Sequential(
            nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.ReLU(),
            nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.ReLU(),
            nn.Conv2d(16, 16, 3, padding=4, dilation=4, groups=16),
            nn.Conv2d(16, 16, 1),
        )
    """,
    because="""
        After two strides of 2, a step is 4 pixels wide: one dilated layer at this size looks 32 pixels further. It is
        depthwise, so it costs 9 products for each number; the pointwise layer mixes the channels afterwards.
    """,
)
