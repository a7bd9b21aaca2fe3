"""04-costs: parameters and multiply-adds, before anything is built."""

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb04 import headings

COSTS = Exercise(
    name="04-costs",
    title="what a layer costs",
    where=headings.ASYMMETRIC,
    kind="predictions",
    variable="predictions",
    prompt="""
        The input has 8 channels of 20 rows and 30 columns. Each of these three gives 12 channels of the same size
        (so they are padded), and every layer has a bias.

        * *standard*: kernel 3 × 3;
        * *pointwise*;
        * *pair*: first a row (1, 5) from 8 to 12 channels, then a column (5, 1) from 12 to 12 channels.

        Predict: the parameters of `standard` and its multiply-adds; the multiply-adds of `pointwise`;
        the parameters of the whole `pair`, and its receptive field (the side of the square, one number).
    """,
    placeholder="""
        predictions = {
            "standard": ...,
            "standard_macs": ...,
            "pointwise_macs": ...,
            "pair": ...,
            "pair_field": ...,
        }
    """,
    right={"standard": 876, "standard_macs": 518_400, "pointwise_macs": 57_600, "pair": 1224, "pair_field": 5},
    mistakes=(
        Mistake(
            "the biases are forgotten",
            "These layers have biases: one for each output channel, in each layer. They are parameters, too.",
            {"standard": 864, "pair": 1200},
        ),
        Mistake(
            "the two layers of the pair share one bias",
            "Each layer of the pair has biases of its own.",
            {"pair": 1212},
        ),
        Mistake(
            "a kernel with one input channel only",
            "Each output channel looks at all input channels, and has other weights for each of them.",
            {"standard": 120, "standard_macs": 64_800, "pointwise_macs": 7200, "pair": 144},
            where=headings.STANDARD,
        ),
        Mistake(
            "one output channel only is counted",
            "Every output channel has kernels of its own, and every number in it must be computed.",
            {"standard": 73, "standard_macs": 43_200, "pointwise_macs": 4800, "pair": 102},
            where=headings.STANDARD,
        ),
        Mistake(
            "the weights are counted once, not at every place",
            "A weight is used again at every place of the output: 20 × 30 multiply-adds for each weight.",
            {"standard_macs": 864, "pointwise_macs": 96},
            where=headings.COUNTING,
        ),
        Mistake(
            "the bias counts as a multiply-add",
            "A multiply-add is a product that is added. A bias is added without a product, so it is not counted.",
            {"standard_macs": 525_600, "pointwise_macs": 64_800},
            where=headings.COUNTING,
        ),
        Mistake(
            "multiplications and additions are counted one by one",
            "A multiplication and the addition that belongs to it are counted as one.",
            {"standard_macs": 1_036_800, "pointwise_macs": 115_200},
            where=headings.COUNTING,
        ),
        Mistake(
            "the map is taken to be smaller than the image",
            "The layers are padded: the output has as many rows and columns as the input.",
            {"standard_macs": 435_456},
        ),
        Mistake(
            "the pointwise layer is taken to have nine taps",
            "A pointwise layer has a kernel of 1 × 1: one product for each input channel.",
            {"pointwise_macs": 518_400},
            where=headings.POINTWISE,
        ),
        Mistake(
            "the column is taken to get 8 channels, too",
            "The column comes second. Its input is what the row gives: 12 channels.",
            {"pair": 984},
        ),
        Mistake(
            "a row and a column have as many weights as a square",
            "A row of 5 and a column of 5 have 5 weights each, for each pair of channels. That is the trick.",
            {"pair": 2412},
        ),
        Mistake(
            "the lengths of row and column are added",
            "The row looks only across and the column only down. Neither makes the other one longer.",
            {"pair_field": 9},
        ),
        Mistake(
            "the field is given as an area",
            "The receptive field is the *side* of the square that one output sees.",
            {"pair_field": 25},
        ),
    ),
    hint="Parameters: weights of one output channel, times the output channels, plus biases. "
    "Multiply-adds: numbers in the output, times products for one of them. Field: which columns does the row see?",
    solution="""
        predictions = {
            "standard": 12 * (8 * 3 * 3) + 12,
            "standard_macs": (12 * 20 * 30) * (8 * 3 * 3),
            "pointwise_macs": (12 * 20 * 30) * 8,
            "pair": 12 * (8 * 5) + 12 + 12 * (12 * 5) + 12,
            "pair_field": 5,
        }
    """,
    because="""
        Each output channel has a small kernel for each of the 8 input channels, and one bias.
        The output has 12 · 20 · 30 numbers, and each is a sum of as many products as one output channel has weights.
        The column gets the 12 channels that the row gives. The row reaches over 5 columns, the column over 5 rows:
        together they see 5 × 5 pixels.
    """,
)
