"""06-path: the shapes on the way, and what the network costs."""

from convlab.exercises.engine.exercise import Exercise
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
    slips="""
        a pooling that rounds up: A window that sticks out of the map is left out: half of 17 columns is 8.
            = {"maps": (12, 5, 9), "inputs": 540, "parameters": 6_730}
        the second pooling is forgotten: Each of the two poolings halves the rows and the columns.
            = {"maps": (12, 10, 17), "inputs": 2_040, "parameters": 21_730}
        the first pooling is forgotten: Each of the two poolings halves the rows and the columns.
            = {"maps": (12, 11, 18), "inputs": 2_376, "parameters": 25_090}
        both poolings are forgotten: Each of them halves the rows and the columns.
            = {"maps": (12, 23, 37), "inputs": 10_212, "parameters": 103_450}
        a convolution that keeps the size: Without padding, a kernel of 5 rows takes 4 from the rows, and one of 4 rows
            takes 3.
            = {"maps": (12, 7, 11), "inputs": 924, "parameters": 10_570}
        a convolution that takes off all rows of its kernel: The window before the first step counts, too: a kernel of 5
            rows takes 4 from the rows.
            = {"maps": (12, 4, 7), "inputs": 336, "parameters": 4_690}
        the second convolution takes off as much as the first: Its kernels are smaller: 4 × 4.
            = {"maps": (12, 4, 8), "inputs": 384, "parameters": 5_170}
        the second kernels are taken as 5 × 5: They are smaller: 4 × 4.
            = {"maps": (12, 4, 8), "inputs": 384, "parameters": 5_818}
        the image is taken to be square: It has 30 rows and 44 columns: reckon with each of them by itself.
            = {"maps": (12, 5, 5), "inputs": 300, "parameters": 4_330}
        the image is taken to be square, with 44 rows: It has 30 rows and 44 columns: reckon with each by itself.
            = {"maps": (12, 8, 8), "inputs": 768, "parameters": 9_010}
        columns before rows: A shape is (N, C, H, W): the rows come before the columns.
            = {"maps": (12, 8, 5)}
        the channels come last: PyTorch puts the channels in front of rows and columns.
            = {"maps": (5, 8, 12)}
        the shape of the whole batch: *One* image is asked for: its channels, rows and columns.
            = {"maps": (16, 12, 5, 8)}
        one map is counted, not all of them: Flattening writes the maps of all channels in one row.
            = {"inputs": 40, "parameters": 1_730}
        the size of the image is taken: The linear layer sees the last maps, and no longer the image. @NET
            = {"inputs": 1_320, "parameters": 14_530}
        the batch is flattened, too: Each image is a row of its own: the batch is not part of the flattening. @NET
            = {"inputs": 7_680, "result": (1, 10), "parameters": 78_130}
        the result of one image: The whole batch goes through the network: each image has its own ten scores.
            = {"result": (10,)}
        the class of each image: The result is scores, ten for each image. Which one is the largest is not asked yet.
            = {"result": (16,)}
        the classes come first: In a batch, the images come first: a row of scores for each of them.
            = {"result": (10, 16)}
        what arrives at the linear layer: The result is what leaves it. @NET
            = {"result": (16, 480)}
        the channels that come in, not those that go out: A layer with 12 kernels makes 12 maps, however many come in.
            = {"maps": (6, 5, 8), "inputs": 240, "parameters": 3_730}
        the channels are multiplied: A kernel reads all maps that come in, and makes *one* map.
            = {"maps": (72, 5, 8), "inputs": 2_880, "parameters": 30_130}
        the second kernels have one channel: Each kernel of a layer has weights for all channels that come in: here, for
            six.
            = {"parameters": 5_170}
        a kernel has as many weights as rows: A kernel of 5 × 5 has 25 weights for each channel.
            = {"parameters": 5_146}
        a bias for each slice: A kernel has *one* bias, however many slices it has.
            = {"parameters": 6_190}
        the biases are forgotten: Each kernel has a bias, and so has each of the ten outputs.
            = {"parameters": 6_102}
        the biases of the linear layer are forgotten: Each of its ten outputs has one.
            = {"parameters": 6_120}
        the biases of the convolutions are forgotten: Each of their kernels has one.
            = {"parameters": 6_112}
        the linear layer is forgotten: It belongs to the network: each output has a weight for each input.
            = {"parameters": 1_320}
    """,
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
