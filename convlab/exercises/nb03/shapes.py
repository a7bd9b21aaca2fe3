"""03-shapes: every shape of one layer."""

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb03 import headings

ALL_SHAPES = Exercise(
    name="03-shapes",
    title="every shape of one layer",
    where=headings.COSTS,
    minutes=5,
    kind="predictions",
    variable="predictions",
    prompt="""
        A batch of 4 colour images, 20 rows and 30 columns each, goes into a layer with 12 kernels. Each kernel has
        5 rows and 2 columns. There is a bias, no padding, and the stride is 1. Write down:

        * the shapes of one `"kernel"`, the whole `"weight"`, the `"bias"` and the `"output"`, as PyTorch has them;
        * how many `"products"` are added up for *one* number of the output;
        * how many `"parameters"` the layer has.
    """,
    placeholder="""
        predictions = {
            "kernel": ...,
            "weight": ...,
            "bias": ...,
            "output": ...,
            "products": ...,
            "parameters": ...,
        }
    """,
    right={
        "kernel": (3, 5, 2),
        "weight": (12, 3, 5, 2),
        "bias": (12,),
        "output": (4, 12, 16, 29),
        "products": 30,
        "parameters": 372,
    },
    mistakes=(
        Mistake(
            "a kernel is taken for a matrix, without slices",
            "A kernel has one slice for each channel of the input. All slices together are *one* kernel.",
            {"kernel": (5, 2), "weight": (12, 5, 2), "products": 10, "parameters": 132},
            where=headings.SLICES,
        ),
        Mistake(
            "one slice serves all channels",
            "Each channel has a slice of its own, with its own weights.",
            {"kernel": (1, 5, 2), "weight": (12, 1, 5, 2), "products": 10, "parameters": 132},
            where=headings.SLICES,
        ),
        Mistake(
            "a kernel is taken to have a slice for each map of the output",
            "The slices of a kernel belong to the channels of its *input*. A colour image has three.",
            {"kernel": (12, 5, 2), "weight": (12, 12, 5, 2), "products": 120, "parameters": 1452},
            where=headings.KERNELS,
        ),
        Mistake(
            "the weight is read as (in, out, rows, columns)",
            "The weight is a stack of kernels: the first number says how many there are.",
            {"weight": (3, 12, 5, 2)},
            where=headings.KERNELS,
        ),
        Mistake(
            "channels last",
            "PyTorch puts the channels before the rows and the columns, in images and in kernels.",
            {"kernel": (5, 2, 3), "weight": (12, 5, 2, 3), "output": (4, 16, 29, 12)},
            where=headings.PHOTO,
        ),
        Mistake(
            "the kernel's rows and columns are swapped",
            "Rows come before columns, in the kernel as in the image.",
            {"kernel": (3, 2, 5), "weight": (12, 3, 2, 5), "output": (4, 12, 19, 26)},
            where=headings.SHAPES,
        ),
        Mistake(
            "every image has kernels of its own",
            "All images of the batch go through the same kernels. The weight does not know how many images there are.",
            {"weight": (4, 12, 3, 5, 2), "bias": (4, 12), "products": 120, "parameters": 1488},
            where=headings.SHAPES,
        ),
        Mistake(
            "one bias for the whole layer",
            "Each kernel asks its own question, and has its own bias.",
            {"bias": (1,), "parameters": 361},
            where=headings.SHAPES,
        ),
        Mistake(
            "one bias for each channel of the input",
            "The bias is added after the channels have been added up: once for each map of the *output*.",
            {"bias": (3,), "parameters": 363},
            where=headings.SHAPES,
        ),
        Mistake(
            "one bias for each slice",
            "The bias is added once, after the maps of all slices have been added up.",
            {"bias": (12, 3), "parameters": 396},
            where=headings.SLICES,
        ),
        Mistake(
            "the biases are forgotten",
            "The parameters are all numbers that are learned: the weights and the biases.",
            {"parameters": 360},
        ),
        Mistake(
            "the bias is counted as a product",
            "The bias is added. It is multiplied with nothing.",
            {"products": 31},
            where=headings.SLICES,
        ),
        Mistake(
            "the products of all kernels are counted",
            "One number of the output belongs to one map, so one kernel makes it.",
            {"products": 360},
            where=headings.SHAPES,
        ),
        Mistake(
            "each kernel makes a map for each channel",
            "The maps of the three slices are added up. Each kernel makes *one* map.",
            {"output": (4, 36, 16, 29)},
            where=headings.KERNELS,
        ),
        Mistake(
            "the output is taken to have the channels of the input",
            "Each kernel makes one map, and each map is a channel of the output.",
            {"output": (4, 3, 16, 29)},
            where=headings.KERNELS,
        ),
        Mistake(
            "the maps of all kernels are added up",
            "The maps of the *slices* are added up. The maps of the kernels are stacked.",
            {"output": (4, 1, 16, 29)},
            where=headings.KERNELS,
        ),
        Mistake(
            "the batch is forgotten",
            "Four images go in, so four come out. The first number is the batch.",
            {"output": (12, 16, 29)},
            where=headings.SHAPES,
        ),
        Mistake(
            "the + 1 is missing",
            "Count the places of the window, as in notebook 02: it also stands in its first place.",
            {"output": (4, 12, 15, 28)},
            where=headings.SHAPES,
        ),
        Mistake(
            "the + 1 is counted twice",
            "The difference says how far the window can move. To these moves add the first place, once.",
            {"output": (4, 12, 17, 30)},
            where=headings.SHAPES,
        ),
        Mistake(
            "columns before rows",
            "A shape ends with the rows and the columns, in this order.",
            {"output": (4, 12, 29, 16)},
            where=headings.SHAPES,
        ),
        Mistake(
            "channels before images",
            "The first number is the batch: how many images there are. Then come the channels of each.",
            {"output": (12, 4, 16, 29)},
            where=headings.SHAPES,
        ),
        Mistake(
            "only one kernel is counted",
            "The layer has 12 kernels, each with its own weights and its own bias.",
            {"weight": (1, 3, 5, 2), "parameters": 31},
            where=headings.KERNELS,
        ),
        Mistake(
            "every slice is counted as a kernel",
            "The slices belong together: the maps of all three are added up. So the three are one kernel.",
            {"weight": (36, 5, 2), "parameters": 36 * 11},
            where=headings.KERNELS,
        ),
        Mistake(
            "the maps are taken to be as large as the image",
            "Without padding, the window stays inside the image: some rows and columns are lost.",
            {"output": (4, 12, 20, 30)},
            where=headings.SHAPES,
        ),
        Mistake(
            "new weights in every place",
            "The kernel moves, and takes its weights along. The size of the image plays no part.",
            {"parameters": 372 * 16 * 29},
        ),
    ),
    hint="Slices of each kernel = channels of the input. Number of kernels = channels of the output.",
    solution="""
        predictions = {
            "kernel": (3, 5, 2),
            "weight": (12, 3, 5, 2),
            "bias": (12,),
            "output": (4, 12, 20 - 5 + 1, 30 - 2 + 1),
            "products": 3 * 5 * 2,
            "parameters": (3 * 5 * 2 + 1) * 12,
        }
    """,
    because="""
        A kernel has one slice for each of the three colours. The 12 kernels are stacked: this is the weight.
        Each kernel has one bias, and makes one map, so the output has 12 channels. The batch stays.

        One number of the output: every weight of one kernel is multiplied once, and all 30 products are added up.
        With the bias, a kernel has 31 parameters.
    """,
)
