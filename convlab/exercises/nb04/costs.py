"""04-costs: parameters and multiply-adds, before anything is built."""

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb04 import headings

COSTS = Exercise(
    name="04-costs",
    title="what a layer costs",
    where=headings.SEPARABLE,
    minutes=5,
    kind="predictions",
    variable="predictions",
    prompt="""
        The input has 8 channels of 20 rows and 30 columns. Each of these three gives 12 channels of the same size
        (so they are padded), and every layer has a bias.

        * *standard*: kernel 3 × 3;
        * *pointwise*;
        * *pair*: first a depthwise layer with kernels of 5 × 5, then a pointwise layer from 8 to 12 channels.

        Predict: the parameters of `standard` and its multiply-adds; the multiply-adds of `pointwise`;
        the parameters and the multiply-adds of the whole `pair`, and its receptive field (the side of the square,
        one number).
    """,
    placeholder="""
        predictions = {
            "standard": ...,
            "standard_macs": ...,
            "pointwise_macs": ...,
            "pair": ...,
            "pair_macs": ...,
            "pair_field": ...,
        }
    """,
    slips="""
        the biases are forgotten: These layers have biases: one for each output channel, in each layer. They are
            parameters, too.
            = {"standard": 864, "pair": 296}
        the depthwise layer has no bias: Here each layer of the pair has biases of its own.
            = {"pair": 308}
        there is a bias for each input channel: A bias is added to each *output* channel, so there are as many.
            = {"standard": 872, "pair": 312}
        a kernel with one input channel only: Each output channel looks at all input channels, and has other weights
            for each of them. @STANDARD
            = {"standard": 120, "standard_macs": 64_800, "pointwise_macs": 7200, "pair": 232, "pair_macs": 127_200}
        one output channel only is counted: Every output channel has kernels of its own, and every number in it must be
            computed. @STANDARD
            = {"standard": 73, "standard_macs": 43_200, "pointwise_macs": 4800, "pair": 217, "pair_macs": 124_800}
        the side of the kernel is not squared: A kernel of 3 × 3 has 9 weights for each channel that it sees. @STANDARD
            = {"standard": 300, "standard_macs": 172_800, "pair": 156, "pair_macs": 81_600}
        the weights are counted once, not at every place: A weight is used again at every place of the output: 20 × 30
            multiply-adds for each weight. @COUNTING
            = {"standard_macs": 864, "pointwise_macs": 96, "pair_macs": 296}
        parameters and multiply-adds are confused: Parameters are what the layer learns. Each weight among them works
            at every place of the output: that makes the multiply-adds. @COUNTING
            = {"standard": 518_400, "standard_macs": 876, "pointwise_macs": 108, "pair": 177_600, "pair_macs": 316}
        the bias counts as a multiply-add: A multiply-add is a product that is added. A bias is added without a product,
            so it is not counted. @COUNTING
            = {"standard_macs": 525_600, "pointwise_macs": 64_800, "pair_macs": 189_600}
        multiplications and additions are counted one by one: A multiplication and the addition that belongs to it are
            counted as one. @COUNTING
            = {"standard_macs": 1_036_800, "pointwise_macs": 115_200, "pair_macs": 355_200}
        the map is taken to be smaller than the image: The layers are padded: the output has as many rows and columns as
            the input.
            = {"standard_macs": 435_456, "pair_macs": 123_136}
        a map of 20 × 20: The map has as many rows and columns as the image: 20 rows and 30 columns.
            = {"standard_macs": 345_600, "pointwise_macs": 38_400, "pair_macs": 118_400}
        a map of 30 × 30: The map has as many rows and columns as the image: 20 rows and 30 columns.
            = {"standard_macs": 777_600, "pointwise_macs": 86_400, "pair_macs": 266_400}
        the pointwise layer is taken to have nine taps: A pointwise layer has a kernel of 1 × 1: one product for each
            input channel. @POINTWISE
            = {"pointwise_macs": 518_400}
        the depthwise layer is counted as a standard one: In a depthwise layer each kernel has one slice: it sees its
            own channel and no other. @DEPTHWISE
            = {"pair": 1716, "pair_macs": 1_017_600}
        the depthwise layer is taken to give 12 channels: The depthwise layer has a kernel for each of the 8 channels.
            Only the pointwise layer makes 12 of them. @DEPTHWISE
            = {"pair": 468, "pair_macs": 266_400}
        the depthwise layer is taken to have one kernel for all channels: Each channel has its own kernel. @DEPTHWISE
            = {"pair": 134, "pair_macs": 72_600}
        the depthwise kernels are taken to be 3 × 3: The pair begins with kernels of 5 × 5.
            = {"pair": 188, "pair_macs": 100_800, "pair_field": 3}
        the pointwise layer of the pair is left out: The pair has two layers. The second one has weights and products,
            too.
            = {"pair": 208, "pair_macs": 120_000}
        the depthwise layer of the pair is left out: The pair has two layers. The first one has weights and products.
            = {"pair": 108, "pair_macs": 57_600, "pair_field": 1}
        the costs of the two layers are multiplied: The two layers work one after the other: their costs are added.
            = {"pair": 22_464, "pair_macs": 6_912_000_000}
        the weights of the two layers are multiplied: The two layers work one after the other: their costs are added.
            = {"pair": 19_200, "pair_macs": 11_520_000}
        the sides of the two kernels are added: The pointwise layer looks at no neighbour. It does not make the field
            larger. @POINTWISE
            = {"pair_field": 6}
        the field is given as an area: The receptive field is the *side* of the square that one output sees.
            = {"pair_field": 25}
        the field is given by both sides: The field is a square. Its side is one number.
            = {"pair_field": (5, 5)}
    """,
    hint="Parameters: weights of one output channel, times the output channels, plus biases. "
    "Multiply-adds: numbers in the output, times products for one of them. For the pair: each layer, then add.",
    solution="""
        predictions = {
            "standard": 12 * (8 * 3 * 3) + 12,
            "standard_macs": (12 * 20 * 30) * (8 * 3 * 3),
            "pointwise_macs": (12 * 20 * 30) * 8,
            "pair": 8 * (5 * 5) + 8 + 12 * 8 + 12,
            "pair_macs": (8 * 20 * 30) * (5 * 5) + (12 * 20 * 30) * 8,
            "pair_field": 5,
        }
    """,
    because="""
        Each output channel of a standard layer has a slice for each of the 8 input channels, and one bias.
        The output has 12 · 20 · 30 numbers, and each is a sum of as many products as one output channel has weights.
        In the depthwise layer each of the 8 kernels has one slice of 5 × 5. Its 8 maps go to the pointwise layer,
        which looks at no neighbours: the pair sees 5 × 5 pixels.
    """,
)
