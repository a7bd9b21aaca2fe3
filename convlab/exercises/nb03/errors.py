"""03-errors: what five error messages complain about."""

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb03 import headings

ERRORS = Exercise(
    name="03-errors",
    title="which number causes the error?",
    where=headings.CHANNELS,
    minutes=6,
    kind="predictions",
    variable="causes",
    prompt="""
        Five programs were to make 8 maps of each image, and stopped with these words of PyTorch. In each, one
        number is wrong:

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
    options=("A", "B", "C", "D", "E", "F"),
    slips="""
        the length of the bias is taken for right: The message says which one it *expected*: a number for each kernel, 8
            of them.
            = {"3": "E"}
        channels are taken for dimensions: `[2, 1, 20, 30]` has four dimensions, as it should. Its second number is not
            what the weight needs.
            = {"1": "C"}
        the grey image is said to have a wrong number of channels: `[20, 30]` has rows and columns only. A dimension for
            the channel, even for one, is missing.
            = {"5": "A"}
        the error is looked for in the kernels: `mat1` is what arrives, `mat2` the weight of an `nn.Linear`: there is no
            kernel in this line.
            = {"4": "E"}
        the number of kernels is blamed for the images: A message takes the layer as it is, and says what it `expected`.
            What came in its place?
            = {"1": "E", "5": "E"}
        the number of kernels is blamed for their size: `(5 x 5)` says how large a kernel is, not how many there are.
            = {"2": "E"}
        a bias is blamed where there is none: Only one of the five messages speaks of a bias.
            = {"1": "D", "2": "D", "4": "D", "5": "D"}
        a linear layer is blamed where there is none: It multiplies two matrices. Which message speaks of these?
            = {"1": "F", "2": "F", "3": "F", "5": "F"}
        the number of dimensions is blamed where it fits: Two numbers stand against two. Compare the numbers themselves.
            = {"2": "C", "4": "C"}
        the dimensions are blamed for the bias: `[3]` is 1-dimensional, as it should be. With how many elements?
            = {"3": "C"}
        images are blamed for the bias: There is no image in this line. `[3]` is the size of the tensor that was given
            as the bias. @KERNELS
            = {"3": "A"}
        rows are blamed where nobody counts them: The rows may be as many as they like here. What does the message
            count, by its own words?
            = {"1": "B", "3": "B"}
        the number of channels is blamed for their size: `per channel: (4 x 30)` are rows and columns. All channels have
            the same.
            = {"2": "A"}
        the rows are blamed where dimensions are missing: `[20, 30]` has 20 rows, and that is enough. How many numbers
            does a size need?
            = {"5": "B"}
        the rows are blamed for the linear layer: The size of the images plays a part. But nothing says that it is
            wrong. What was the layer behind them made for? Each letter is used once.
            = {"4": "B"}
        the channels are blamed for the linear layer: It knows no channels: it gets a row of numbers for each image. How
            long a row was it made for?
            = {"4": "A"}
    """,
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
