"""03-errors: what five error messages complain about."""

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb03 import headings

ERRORS = Exercise(
    name="03-errors",
    title="which number causes the error?",
    where=headings.CHANNELS,
    minutes=6,
    kind="predictions",
    variable="causes",
    prompt="""
        Five programs stopped with these words of PyTorch. In each, one number is wrong:

        1. `Given groups=1, weight of size [8, 3, 5, 5], expected input[2, 1, 20, 30] to have 3 channels, but got 1
           channels instead`
        2. `Calculated padded input size per channel: (4 x 30). Kernel size: (5 x 5). Kernel size can't be greater than
           actual input size`
        3. `Given weight of size [8, 3, 5, 5], expected bias to be 1-dimensional with 8 elements, but got bias of size
           [3] instead`
        4. `mat1 and mat2 shapes cannot be multiplied (2x3328 and 416x10)`
        5. `Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size: [20, 30]`

        Which number is it? **A** the channels of the images, **B** the rows of the images, **C** the number of
        dimensions of the images, **D** the length of the bias, **E** the number of kernels, **F** the inputs of the
        linear layer. One letter for each error; one of them is left over.
    """,
    placeholder="""
        causes = {"1": ..., "2": ..., "3": ..., "4": ..., "5": ...}
    """,
    right={"1": "A", "2": "B", "3": "D", "4": "F", "5": "C"},
    options=("A", "B", "C", "D", "E", "F"),
    mistakes=(
        Mistake(
            "the length of the bias is taken for right",
            "The message says which one it *expected*: a number for each kernel, 8 of them.",
            {"3": "E"},
        ),
        Mistake(
            "channels are taken for dimensions",
            "`[2, 1, 20, 30]` has four dimensions, as it should. Its second number is not what the weight needs.",
            {"1": "C"},
        ),
        Mistake(
            "the grey image is said to have a wrong number of channels",
            "`[20, 30]` has rows and columns only. A dimension for the channel, even for one, is missing.",
            {"5": "A"},
        ),
        Mistake(
            "the error is looked for in the kernels",
            "`mat1` is what arrives, `mat2` the weight of an `nn.Linear`: there is no kernel in this line.",
            {"4": "E"},
        ),
    ),
    hint="In each message, look for the two numbers that do not fit together. Which tensor does each belong to?",
    solution="""
        causes = {"1": "A", "2": "B", "3": "D", "4": "F", "5": "C"}
    """,
    because="""
        A message about a shape names what was expected and what came. 1: the weight has slices for 3 channels, the
        images have 1. 2: the kernel has 5 rows, the images 4. 3: 8 kernels need 8 numbers. 4: 3328 numbers arrive for
        each image, the layer was made for 416. 5: two dimensions are too few, even for one image.
    """,
)
