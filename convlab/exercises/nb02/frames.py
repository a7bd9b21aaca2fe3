"""02-frames: valid, padded, full, same."""

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb02 import headings

FRAMES = Exercise(
    name="02-frames",
    title="how large with which frame",
    where=headings.EVEN,
    minutes=8,
    kind="predictions",
    variable="predictions",
    prompt="""
        An image has 30 rows and 50 columns. A kernel has 7 rows and **4** columns. The stride is 1.
        Write down, without running a convolution:

        * `"valid"`: the shape of the output without padding, `(rows, columns)`;
        * `"padded"`: the shape with `padding=(1, 2)`;
        * `"full"`: the shape if every overlap counts, even of one pixel;
        * `"left_right"`: with `padding="same"`, how many columns of zeros stand on the left and how many on the
          right? Give `(left, right)`.
    """,
    placeholder="""
        predictions = {
            "valid": ...,
            "padded": ...,
            "full": ...,
            "left_right": ...,
        }
    """,
    right={"valid": (24, 47), "padded": (26, 51), "full": (36, 53), "left_right": (1, 2)},
    mistakes=(
        Mistake(
            "the + 1 is missing",
            "Count the places of the window, not its moves: it also stands in its first place.",
            {"valid": (23, 46), "padded": (25, 50), "full": (35, 52)},
            where=headings.VALID,
        ),
        Mistake(
            "the + 1 is counted twice",
            "The difference says how far the window can move. To these moves add the first place, once.",
            {"valid": (25, 48), "padded": (27, 52)},
            where=headings.VALID,
        ),
        Mistake(
            "columns before rows",
            "A shape begins with the rows (the height), then come the columns (the width).",
            {"valid": (47, 24), "padded": (51, 26), "full": (53, 36)},
            where=headings.VALID,
        ),
        Mistake(
            "the kernel's rows and columns are swapped",
            "The first number of a kernel's shape is its rows. They slide over the rows of the image.",
            {"valid": (27, 44), "padded": (29, 48), "full": (33, 56), "left_right": (3, 3)},
            where=headings.VALID,
        ),
        Mistake(
            "the map is as large as the image and its frame",
            "The window must stay inside the strip, so it cannot begin in the last rows and columns.",
            {"valid": (30, 50), "padded": (32, 54)},
            where=headings.VALID,
        ),
        Mistake(
            "the padding is counted once",
            "PyTorch's padding counts for each side: above and below, left and right.",
            {"padded": (25, 49)},
            where=headings.PER_SIDE,
        ),
        Mistake(
            "padding (1, 2) is read as (horizontal, vertical)",
            "A pair is (vertical, horizontal), as a shape is (rows, columns).",
            {"padded": (28, 49)},
            where="See the frame itself",
        ),
        Mistake(
            "N1 − N2 − 1",
            "A full convolution is larger than the image. Look at both signs of the formula again.",
            {"full": (22, 45)},
            where=headings.FULL,
        ),
        Mistake(
            "the − 1 is missing",
            "The first and the last window share a row with the image: do not count it twice.",
            {"full": (37, 54)},
            where=headings.FULL,
        ),
        Mistake(
            "the image and its frame are taken for the output",
            "This is the strip. The window has to stay inside it: how many places are there?",
            {"full": (42, 56)},
            where=headings.FULL,
        ),
        Mistake(
            "the frame of a full convolution is one line too wide",
            "The first window still shares one row with the image. The other rows of the kernel stick out.",
            {"full": (38, 55)},
            where=headings.FULL,
        ),
        Mistake(
            "the frame is put on one side only",
            "Every overlap counts at both ends: at the top and at the bottom, on the left and on the right.",
            {"padded": (25, 49), "full": (30, 50)},
            where=headings.FULL,
        ),
        Mistake(
            "the extra line is put on the left",
            "PyTorch puts the extra line of an even kernel at the bottom and on the right.",
            {"left_right": (2, 1)},
        ),
        Mistake(
            "all the padding is put on the right",
            "Both sides get their share; only a line that is left over goes to the right.",
            {"left_right": (0, 3)},
        ),
        Mistake(
            "all the padding is put on the left",
            "Both sides get their share; a line that is left over goes to the other side.",
            {"left_right": (3, 0)},
        ),
        Mistake(
            "both sides are counted together",
            "This many columns are needed in all. Now share them out: how many on the left, how many on the right?",
            {"left_right": 3},
        ),
        Mistake(
            "the same padding on both sides",
            "An even kernel needs an odd number of lines in all. So the two sides cannot have the same.",
            {"left_right": (1, 1)},
        ),
        Mistake(
            "as many columns of zeros as the kernel has columns",
            "Ask how many columns the valid convolution loses: so many have to be added.",
            {"left_right": (2, 2)},
        ),
    ),
    hint="Take one direction at a time: H + 2p − h + 1 for the rows, W + 2p − w + 1 for the columns.",
    solution="""
        predictions = {
            "valid": (30 - 7 + 1, 50 - 4 + 1),
            "padded": (30 + 2 * 1 - 7 + 1, 50 + 2 * 2 - 4 + 1),
            "full": (30 + 7 - 1, 50 + 4 - 1),
            "left_right": (1, 2),
        }
    """,
    because="""
        One direction at a time: $H + 2p - h + 1$ for the rows, $W + 2p - w + 1$ for the columns. The 1 of the padding
        belongs to the rows, the 2 to the columns, and both count for each side. For *full*, put $p = h - 1$ and
        $p = w - 1$ into the formulas.

        For *same*, the columns need 4 − 1 = 3 lines in all. Half of it is no whole number:
        one goes to the left, and two to the right.
    """,
)
