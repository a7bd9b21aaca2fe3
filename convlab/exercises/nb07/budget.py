"""07-budget: a network for one's own pictures, under a budget."""

import copy

import torch
from torch import nn

from convlab.exercises.engine.budget import Budget
from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.engine.slips import slips
from convlab.exercises.nb07 import headings

BUDGET = Budget((1, 3, 32, 32), output=(1, 6), parameters=10_000, macs=1_000_000, field=31)
GLOBAL, POOLS = (nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d), (nn.AvgPool2d, nn.MaxPool2d)
OUTPUT, PARAMETERS, MACS, FIELD, LARGE = range(5)  # what _demands says of each


def _given(net, *shape):
    """Return the shape of what comes out, or the error with which the network stops."""
    with torch.no_grad():
        try:
            return tuple(copy.deepcopy(net).float().eval()(torch.zeros(shape)).shape)
        except RuntimeError as error:
            return str(error).splitlines()[0]


def _demands(net):
    given, large = _given(net, 1, 3, 32, 32), _given(net, 2, 3, 64, 64)
    if isinstance(given, str):
        return [(False, f"your network stops with an error: {given}")]
    words = "they stop the network with an error" if isinstance(large, str) else f"output {large}"
    asked = "" if large == (2, 6) else ": (2, 6) is asked for"
    return [*BUDGET(net), (large == (2, 6), f"two pictures of 64 × 64: {words}{asked}")]


def _missed(net, *places):
    demands = _demands(net)
    return len(demands) > 1 and not all(demands[place][0] for place in places)


def _stops(words):
    """Make a rule that tells whether a network stops with an error in which these words stand."""
    return lambda net: words in str(_given(net, 1, 3, 32, 32))


def _some(net, kind, rule):
    return any(rule(layer) for layer in net.modules() if isinstance(layer, kind))


def _late(net):
    """Tell whether half of the multiply-adds that are allowed are used up before the maps are made smaller."""
    weights = 0
    for layer in net.modules():
        if "Pool" in type(layer).__name__ or getattr(layer, "stride", (1, 1)) != (1, 1):
            break
        weights += layer.weight.numel() if isinstance(layer, nn.Conv2d) else 0
    return 32 * 32 * weights > 500_000 and _missed(net, MACS)


def _blind(net):
    """Tell whether a layer that looks around gets pooled maps, of 1 × 1."""
    net, arrived = copy.deepcopy(net), []
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d) and layer.kernel_size != (1, 1):
            layer.register_forward_pre_hook(lambda _, given: arrived.append(given[0].shape[2:]))
    return not isinstance(_given(net, 1, 3, 32, 32), str) and (1, 1) in arrived


MISTAKES = """
    the channels of two layers do not fit: The first layer takes the 3 colours, each other one as many channels as the
        layer before it gives.
        = [nn.Conv2d(1, 16, 3, 2, 1)]
    between pooling and linear layer the maps are not flattened: A pooled map is still a map, of 1 × 1. A linear layer
        wants rows of numbers.
        = [nn.Conv2d(3, 16, 7, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Linear(16, 6)]
    the linear layer is made for another number of inputs: How many numbers are left of a picture in front of it? After
        a global pooling: one for each map.
        = [nn.Conv2d(3, 16, 7, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1024, 6)]
    a kernel reaches further than its map: Each layer makes the maps smaller, unless padding keeps their size: with
        dilation, (k − 1) / 2 · d zeros on each side.
        = [nn.Conv2d(3, 6, 7, 4, 3), nn.Conv2d(6, 6, 3, dilation=7)]
    maps come out, and no scores: One number is needed for each class. What makes one number of a map, however large it
        is?
        = [nn.Conv2d(3, 6, 7, 4, 3)]
    the scores are still maps of 1 × 1: `(1, 6, 1, 1)` are six maps. The loss wants a row of six scores for each
        picture.
        = [nn.Conv2d(3, 6, 7, 4, 3), nn.AdaptiveAvgPool2d(1)]
    other than six scores: There are six classes: face, animal, food, vehicle, building, clothing.
        = [nn.Conv2d(3, 10, 7, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    the pictures of a batch are no longer apart: The first axis is the batch: so many come in, so many come out. Which
        line fits one picture only?
        = [nn.AvgPool2d(4), nn.Conv2d(3, 6, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(0), nn.Unflatten(0, (1, -1))]
    the pooling has a fixed size: A window of 8 × 8 leaves one number of a map of 8 × 8. Of a larger map it leaves
        several.
        = [nn.Conv2d(3, 16, 7, 4, 3), nn.AvgPool2d(8), nn.Flatten(), nn.Linear(16, 6)]
    a linear layer takes all the numbers of the maps: It has a weight for each place in each map, and so it knows one
        size only. What does the mean cost?
        = [nn.Conv2d(3, 16, 7, 4, 3), nn.Flatten(), nn.Linear(1024, 6)]
    a large linear layer in between: Behind the pooling there are few numbers. To make many of them costs a weight for
        each pair.
        = [nn.AvgPool2d(4), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 2000), nn.Linear(2000, 6)]
    one very large kernel: Its weights grow with the square of its side. Strides, dilation and more layers see as far
        for less.
        = [nn.Conv2d(3, 6, 31, 4, 15), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    the maps are made smaller too late: At full size every weight works 1,024 times. With a stride at first, all that
        follow are cheaper.
        = [nn.Conv2d(3, 30, 3), nn.Conv2d(30, 6, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    too many channels: A layer has 9 weights for each pair of channels, one in and one out: half as many cost a quarter.
        = [nn.Conv2d(3, 199, 3, 4, 1), nn.Conv2d(199, 6, 3, dilation=3), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    the maps are pooled before the last layers have looked: Of a pooled map one number is left, and around it nothing
        but padding. Look first, then pool.
        = [nn.Conv2d(3, 6, 7, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Conv2d(6, 6, 3, padding=1), nn.Flatten()]
    the layers do not look far enough: A layer adds (k − 1) · d steps. A step is as wide as all strides before it,
        multiplied.
        = [nn.Conv2d(3, 6, 7, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
"""
REASONS = (  # in the order of the mistakes; the first that holds is told
    _stops("channels"),
    _stops("x1 and "),
    _stops("mat1"),
    _stops("Kernel size"),
    lambda net: _missed(net, OUTPUT) and max(_given(net, 1, 3, 32, 32)[2:], default=0) > 1,
    lambda net: _given(net, 1, 3, 32, 32)[2:] == (1, 1),
    lambda net: _missed(net, OUTPUT),
    lambda net: _given(net, 2, 3, 64, 64) in ((1, 12), (12,), (1, 2, 6)),
    lambda net: _missed(net, LARGE) and _some(net, POOLS, lambda layer: layer.kernel_size not in (2, 3)),
    lambda net: _missed(net, LARGE) and _some(net, nn.Linear, lambda layer: True),
    lambda net: _missed(net, PARAMETERS) and _some(net, nn.Linear, lambda layer: layer.out_features > 32),
    lambda net: _missed(net, PARAMETERS, MACS) and _some(net, nn.Conv2d, lambda layer: max(layer.kernel_size) > 7),
    _late,
    lambda net: _missed(net, PARAMETERS, MACS),
    lambda net: _missed(net, FIELD) and _blind(net),
    lambda net: _missed(net, FIELD),
)

BUDGET_NET = Exercise(
    name="07-budget",
    title="a small network for small pictures",
    where=headings.POOLING,
    minutes=12,
    kind="design",
    variable="network",
    prompt="""
        Design a network for the six classes, as a list of layers or a module.

        * Of a picture, `(1, 3, 32, 32)`, it makes six scores, `(1, 6)`.
        * It has at most 10,000 parameters, and a picture takes at most 1,000,000 multiply-adds.
        * In front of the pooling to one number for each map, every number sees at least 31 × 31 pixels.
        * Of two larger pictures, `(2, 3, 64, 64)`, it makes `(2, 6)`, without a change.

        Many networks will do. `count_parameters`, `count_macs` and `layer_fields` from `convlab.geometry` measure
        yours.
    """,
    placeholder="""
        network = ...
    """,
    accepts=_demands,
    mistakes=tuple(
        Mistake(slip.name, slip.says, slip.build("", ""), slip.where, reason)
        for slip, reason in zip(slips(MISTAKES, "07"), REASONS, strict=True)
    ),
    hint="Make the maps smaller first, by strides. Then look far, with dilation or another stride. Then take the mean.",
    solution="""
        network = nn.Sequential(
            nn.Conv2d(3, 16, 3, stride=2, padding=1), nn.ReLU(),
            nn.Conv2d(16, 24, 3, stride=2, padding=1), nn.ReLU(),
            nn.Conv2d(24, 24, 3, padding=3, dilation=3), nn.ReLU(),
            nn.AdaptiveAvgPool2d(1), nn.Flatten(),
            nn.Linear(24, 6),
        )
    """,
    because="""
        Two strides make a step 4 pixels wide: a layer of 3 × 3 with dilation 3 then looks 24 pixels further, 7 + 24.
        The mean of each map costs no weight, where a linear layer on 24 maps of 8 × 8 would cost 9,222; and it takes
        maps of any size. So all that is left to pay is three convolutions on small maps.
    """,
)
