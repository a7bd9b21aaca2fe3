"""06-path: the shapes on the way, and what the network costs."""

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb06 import headings

PATH = Exercise(
    name="06-path",
    title="the path of an image that is not square",
    where=headings.NETWORK,
    minutes=5,
    kind="predictions",
    variable="predictions",
    prompt="""
        The tensor `batch` has the shape (16, 1, 30, 44). It goes through this network:

        ```python
        nn.Sequential(
            nn.Conv2d(1, 6, kernel_size=5), nn.MaxPool2d(2), nn.ReLU(),
            nn.Conv2d(6, 12, kernel_size=4), nn.MaxPool2d(2), nn.ReLU(),
            nn.Flatten(), nn.Linear(..., 10),
        )
        ```

        What is the shape of *one* image before `Flatten`, as `(channels, rows, columns)`? How many inputs does the
        linear layer need, in the place of `...`? What is the shape of the result for the whole batch?
        And how many parameters has the network?
    """,
    placeholder="""
        batch = torch.zeros(16, 1, 30, 44)  # to test your answer afterwards, if you like
        predictions = {
            "maps": ...,
            "inputs": ...,
            "result": ...,
            "parameters": ...,
        }
    """,
    right={"maps": (12, 5, 8), "inputs": 480, "result": (16, 10), "parameters": 6_130},
    mistakes=(
        Mistake(
            "a pooling that rounds up",
            "A window that sticks out of the map is left out: half of 17 columns is 8.",
            {"maps": (12, 5, 9), "inputs": 540, "parameters": 6_730},
        ),
        Mistake(
            "the second pooling is forgotten",
            "Each of the two poolings halves the rows and the columns.",
            {"maps": (12, 10, 17), "inputs": 2_040, "parameters": 21_730},
        ),
        Mistake(
            "a convolution that keeps the size",
            "Without padding, a kernel of 5 rows takes 4 from the rows, and one of 4 rows takes 3.",
            {"maps": (12, 7, 11), "inputs": 924, "parameters": 10_570},
        ),
        Mistake(
            "columns before rows",
            "A shape is (N, C, H, W): the rows come before the columns.",
            {"maps": (12, 8, 5)},
        ),
        Mistake(
            "the channels come last",
            "PyTorch puts the channels in front of rows and columns.",
            {"maps": (5, 8, 12)},
        ),
        Mistake(
            "one map is counted, not all of them",
            "Flattening writes the maps of all channels in one row.",
            {"inputs": 40, "parameters": 1_730},
        ),
        Mistake(
            "the size of the image is taken",
            "The linear layer sees the last maps, and no longer the image.",
            {"inputs": 1_320, "parameters": 14_530},
            where=headings.NET,
        ),
        Mistake(
            "the batch is flattened, too",
            "Each image is a row of its own: the batch is not part of the flattening.",
            {"inputs": 7_680, "result": (1, 10)},
            where=headings.NET,
        ),
        Mistake(
            "the result of one image",
            "The whole batch goes through the network: each image has its own ten scores.",
            {"result": (10,)},
        ),
        Mistake(
            "the classes come first",
            "In a batch, the images come first: a row of scores for each of them.",
            {"result": (10, 16)},
        ),
        Mistake(
            "the channels that come in, not those that go out",
            "A layer with 12 kernels makes 12 maps, however many come in.",
            {"maps": (6, 5, 8), "inputs": 240, "parameters": 3_730},
        ),
        Mistake(
            "the second kernels have one channel",
            "Each kernel of a layer has weights for all channels that come in: here, for six.",
            {"parameters": 5_170},
        ),
        Mistake(
            "the biases are forgotten",
            "Each kernel has a bias, and so has each of the ten outputs.",
            {"parameters": 6_102},
        ),
    ),
    solution="""
        predictions = {
            "maps": (12, 5, 8),
            "inputs": 12 * 5 * 8,
            "result": (16, 10),
            "parameters": (6 * 5 * 5 + 6) + (12 * 6 * 4 * 4 + 12) + (480 * 10 + 10),
        }
    """,
    because="""
        *Rows:* 30 − 5 + 1 = 26. The pooling halves them. The second convolution takes 3: 10 are left, and half is 5.
        *Columns:* 44 − 5 + 1 = 40, half is 20, then 20 − 4 + 1 = 17, and half of it, rounded down, is 8.
        The second convolution has 12 kernels, so there are 12 maps.
        The batch stays as it is from the beginning to the end. Poolings and ReLU have no parameters.
    """,
    hint="Write the shape down after each layer, rows and columns apart; each layer sees only the shape before it.",
)
