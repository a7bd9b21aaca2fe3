"""04-budget: a network under a budget."""

from torch import nn

from convlab.exercises.engine.budget import Budget
from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb04 import headings

BUDGET = Budget((1, 3, 64, 64), output=(1, 16, 16, 16), parameters=20_000, macs=2_000_000, field=31)
OUTPUT, PARAMETERS, MACS, FIELD = range(4)  # what BUDGET says of each


def _convolutions(net):
    return [layer for layer in net.modules() if isinstance(layer, nn.Conv2d)]


def _missed(net, *places):
    demands = BUDGET(net)
    return not all(demands[place][0] for place in places)


def _misfit(net):
    """Say where the channels of two layers do not fit."""
    arrive = 3
    for layer in _convolutions(net):
        if layer.in_channels != arrive:
            return f"Your network stops with an error: {arrive} channels arrive at {layer}."
        arrive = layer.out_channels
    return ""


def _demands(net):
    try:
        return BUDGET(net)
    except RuntimeError:
        return _misfit(net) or BUDGET(net)


def _late(net):
    """Tell whether half of the multiply-adds that are allowed are used up before the map is made smaller."""
    weights = 0
    for layer in net.modules():
        if "Pool" in type(layer).__name__ or getattr(layer, "stride", (1, 1)) != (1, 1):
            break
        weights += layer.weight.numel() if isinstance(layer, nn.Conv2d) else 0
    return 64 * 64 * weights > 1_000_000 and _missed(net, MACS)


def _standard(layer):
    return layer.groups == 1 and layer.in_channels > 3 and layer.kernel_size != (1, 1)


def _narrow(layer):
    """Tell whether a layer has too little padding."""
    k, d, p, s = (each[0] for each in (layer.kernel_size, layer.dilation, layer.padding, layer.stride))
    return d * (k - 1) - 2 * p >= s


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
    accepts=_demands,
    slips="""
        the channels of two layers do not fit: The first layer takes the 3 channels of the image, each other one those
            that the layer before it gives. @STANDARD
            = [nn.Conv2d(3, 8, 3, 2, 1), nn.Conv2d(16, 16, 3, 2, 1)]
            ? _misfit(network)
        a linear layer gives the map: It has a weight for each pair of numbers. A convolution uses its few weights again
            at every place. @COUNTING
            = [nn.AvgPool2d(8), nn.Flatten(), nn.Linear(192, 4096), nn.Unflatten(1, (16, 16, 16))]
            ? any(isinstance(m, nn.Linear) and m.weight.numel() > 20_000 for m in network.modules())
        one very large kernel: The weights of a kernel grow with the square of its side. Dilation and more layers see as
            far for less. @DILATED_TAPS
            = [nn.Conv2d(3, 16, 31, stride=4, padding=15)]
            ? any(c.weight.numel() > 20_000 and max(c.kernel_size) > 7 for c in _convolutions(network))
        the map is made smaller too late: At full size every weight works 4096 times. With a stride at first, all that
            follow are cheaper.
            = [nn.Conv2d(3, 16, 3, padding=1), *(nn.Conv2d(16, 16, 3, 2, padding=4, dilation=4) for _ in range(2))]
            ? _late(network)
        standard layers that look and mix at once: Each tap costs the channels that go in times those that come out. Two
            layers can share the work for less.
            = [nn.Conv2d(3, 16, 3, 2, 1), nn.Conv2d(16, 16, 3, 2, 1), *(nn.Conv2d(16, 16, 3, 1, 1) for _ in range(3))]
            ? any(map(_standard, _convolutions(network))) and _missed(network, PARAMETERS, MACS)
        other than 16 channels come out: The last layer that mixes channels says how many there are. A depthwise layer
            gives as many as it gets. @DEPTHWISE
            = [nn.AvgPool2d(4), nn.Conv2d(3, 3, 9, padding=4, groups=3)]
            ? not BUDGET(network)[OUTPUT][1].startswith("output (1, 16,")
        layers with too little padding: Which frame keeps rows and columns? (k − 1) / 2 zeros per side, times the
            dilation, do. @DILATED_TAPS
            = [nn.Conv2d(3, 8, 3, 2), nn.Conv2d(8, 16, 3, 2), nn.Conv2d(16, 16, 3, dilation=4)]
            ? any(map(_narrow, _convolutions(network))) and _missed(network, OUTPUT)
        the map is made smaller too often, or not often enough: From 64 rows to 16: how many times must they be halved?
            After a global pooling one number is left.
            = [nn.Conv2d(3, 16, 3, 2, padding=7, dilation=7), nn.Conv2d(16, 16, 3, padding=4, dilation=4, groups=16)]
            ? _missed(network, OUTPUT)
        a mean of whole maps is taken for looking far: It tells every place the same. What does a number then know of
            the 31 × 31 pixels around it?
            = [nn.Conv2d(3, 16, 4, 4), nn.AdaptiveAvgPool2d(1), nn.Upsample(scale_factor=16)]
            ? any(getattr(m, "output_size", 0) in (1, (1, 1)) for m in network.modules()) and _missed(network, FIELD)
        the layers do not look far enough: A layer adds (k − 1) · d steps, down and across. A step is as wide as all
            strides before it, multiplied. @DILATED_TAPS
            = [nn.Conv2d(3, 16, 3, 2, 1), nn.Conv2d(16, 16, 3, 2, 1)]
            ? _missed(network, FIELD)
    """,
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
