"""03-shapes: every shape of one layer."""

from convlab.exercises.engine.exercise import Exercise
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
    slips="""
        a kernel is taken for a matrix, without slices: A kernel has one slice for each channel of the input. All
            slices together are *one* kernel. @SLICES
            = {"kernel": (5, 2), "weight": (12, 5, 2), "products": 10, "parameters": 132}
        one slice serves all channels: Each channel has a slice of its own, with its own weights. @SLICES
            = {"kernel": (1, 5, 2), "weight": (12, 1, 5, 2), "products": 10, "parameters": 132}
        a kernel is taken to have a slice for each map of the output: The slices of a kernel belong to the channels of
            its *input*. A colour image has three. @KERNELS
            = {"kernel": (12, 5, 2), "weight": (12, 12, 5, 2), "products": 120, "parameters": 1452}
        the whole weight is taken for one kernel: The weight is a stack of kernels, and each of them makes one map.
            What does *one* look like? @KERNELS
            = {"kernel": (12, 3, 5, 2)}
        the kernel has one dimension too many: Taken out of the stack, a kernel has slices, rows and columns. @KERNELS
            = {"kernel": (1, 3, 5, 2)}
        the weight is read as (in, out, rows, columns): The weight is a stack of kernels: the first number says how
            many there are. @KERNELS
            = {"weight": (3, 12, 5, 2)}
        channels last: PyTorch puts the channels before the rows and the columns, in images and in kernels. @PHOTO
            = {"kernel": (5, 2, 3), "weight": (12, 5, 2, 3), "output": (4, 16, 29, 12)}
        the weight is in the order of other libraries: In PyTorch, the kernels come first, then their slices. @KERNELS
            = {"weight": (5, 2, 3, 12)}
        the kernel's rows and columns are swapped: Rows come before columns, in the kernel as in the image. @SHAPES
            = {"kernel": (3, 2, 5), "weight": (12, 3, 2, 5), "output": (4, 12, 19, 26)}
        every image has kernels of its own: All images of the batch go through the same kernels. The weight does not
            know how many images there are. @SHAPES
            = {"weight": (4, 12, 3, 5, 2), "bias": (4, 12), "products": 120, "parameters": 1488}
        the images of the batch are taken for the kernels: The number of images is no part of the layer. How many
            kernels has it? @SHAPES
            = {"weight": (4, 3, 5, 2), "bias": (4,), "parameters": 124}
        one bias for the whole layer: Each kernel asks its own question, and has its own bias. @SHAPES
            = {"bias": (1,), "parameters": 361}
        one bias for each channel of the input: The bias is added after the channels have been added up: once for each
            map of the *output*. @SHAPES
            = {"bias": (3,), "parameters": 363}
        one bias for each slice: The bias is added once, after the maps of all slices have been added up. @SLICES
            = {"bias": (12, 3), "parameters": 396}
        one bias for each place of the output: A kernel adds the same bias in every place of its map. @SLICES
            = {"bias": (12, 16, 29), "parameters": 5928}
        the bias is a column: It is a plain row of numbers, one for each kernel, and has one dimension. @SHAPES
            = {"bias": (12, 1)}
        the bias has rows and columns: It is a plain row of numbers, one for each kernel. @SHAPES
            = {"bias": (12, 1, 1)}
        the biases are forgotten: The parameters are all numbers that are learned: the weights and the biases.
            = {"parameters": 360}
        the bias is counted as a product: The bias is added. It is multiplied with nothing. @SLICES
            = {"products": 31}
        the additions are counted: Every weight of the kernel makes one product; between them are the plus signs.
            = {"products": 29}
        more products than one kernel has weights: One number of the output comes from *one* kernel, in one place of one
            image. How many weights does it have? @SLICES
            = {"products": 120}
        the products of all kernels are counted: One number of the output is made by one kernel. @SHAPES
            = {"products": 360}
        the products of a whole map are counted: The kernel makes so many in all places together. How many does it make
            in one place? @SLICES
            = {"products": 13920}
        the products of the whole output are counted: These are the multiply-adds of the layer. How many are there for
            *one* number? @SLICES
            = {"products": 668160}
        each kernel makes a map for each channel: The maps of the three slices are added up. Each kernel makes *one*
            map. @KERNELS
            = {"output": (4, 36, 16, 29)}
        the output is taken to have the channels of the input: Each kernel makes one map, and each map is a channel of
            the output. @KERNELS
            = {"output": (4, 3, 16, 29)}
        the maps of all kernels are added up: The maps of the *slices* are added up. The maps of the kernels are
            stacked. @KERNELS
            = {"output": (4, 1, 16, 29)}
        the batch is forgotten: Four images go in, so four come out. The first number is the batch. @SHAPES
            = {"output": (12, 16, 29)}
        only one image is counted: Four images go in, so four come out. @SHAPES
            = {"output": (1, 12, 16, 29)}
        the + 1 is missing: Count the places of the window, as in notebook 02: the first one counts, too. @SHAPES
            = {"output": (4, 12, 15, 28)}
        the + 1 is counted twice: To the moves of the window add its first place, once. @SHAPES
            = {"output": (4, 12, 17, 30)}
        columns before rows: A shape ends with the rows and the columns, in this order. @SHAPES
            = {"output": (4, 12, 29, 16)}
        channels before images: The first number is the batch: how many images there are. @SHAPES
            = {"output": (12, 4, 16, 29)}
        only one kernel is counted: The layer has 12 kernels, each with its own weights and its own bias. @KERNELS
            = {"weight": (1, 3, 5, 2), "parameters": 31}
        the weights of only one kernel are counted: Each kernel has weights of its own, not only a bias. @KERNELS
            = {"parameters": 42}
        every slice is counted as a kernel: The slices belong together: the maps of all three are added up. So the three
            are one kernel. @KERNELS
            = {"weight": (36, 5, 2), "parameters": 396}
        the maps are taken to be as large as the image: Without padding, the window stays inside the image: some rows
            and columns are lost. @SHAPES
            = {"output": (4, 12, 20, 30)}
        the maps are taken to be larger than the image: Without padding, the window stays inside the image: some rows
            and columns are lost. @SHAPES
            = {"output": (4, 12, 24, 31)}
        new weights in every place: The kernel moves, and takes its weights along. The size of the image plays no part.
            = {"parameters": 172608}
    """,
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
