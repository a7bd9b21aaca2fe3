"""02-frames: valid, padded, full, same."""

from convlab.exercises.engine.exercise import Exercise
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
    slips="""
        the + 1 is missing: Count the places of the window, not its moves. The first place is one, too. @VALID
            = {"valid": (23, 46), "padded": (25, 50), "full": (35, 52)}
        the + 1 is counted twice: The difference counts the moves. Add the first place, once. @VALID
            = {"valid": (25, 48), "padded": (27, 52)}
        the 1 has the wrong sign: Count the places of a small example: 5 pixels, a kernel of 3. @VALID
            = {"valid": (22, 45), "padded": (24, 49)}
        columns before rows: A shape begins with the rows (the height), then come the columns (the width). @VALID
            = {"valid": (47, 24), "padded": (51, 26), "full": (53, 36)}
        the kernel's rows and columns are swapped: A kernel's shape begins with its rows. @VALID
            = {"valid": (27, 44), "padded": (29, 48), "full": (33, 56)}
        the kernel is taken for 7 × 7: For the columns of the output, take the columns of the kernel. @VALID
            = {"valid": (24, 44), "padded": (26, 48), "full": (36, 56)}
        the kernel is taken for 4 × 4: For the rows of the output, take the rows of the kernel. @VALID
            = {"valid": (27, 47), "padded": (29, 51), "full": (33, 53)}
        the map is as large as the image and its frame: The window must stay inside the strip. @VALID
            = {"valid": (30, 50), "padded": (32, 54)}
        half of the kernel is lost: The last window begins a whole kernel before the end. @VALID
            = {"valid": (27, 48), "padded": (29, 52)}
        half of the kernel is lost on each side: This is right for odd kernels. For 4 columns, count the places. @VALID
            = {"valid": (24, 46), "padded": (26, 50)}
        the pixels are counted: A shape has two numbers, rows and columns. Do not multiply. @VALID
            = {"valid": 24 * 47, "padded": 26 * 51, "full": 36 * 53}
        valid and full have changed places: In *valid*, the kernel stays inside the image. @FULL
            = {"valid": (36, 53), "full": (24, 47)}
        the padding is counted once: It counts for each side: above and below, left and right. @PER_SIDE
            = {"padded": (25, 49)}
        padding (1, 2) is read as (horizontal, vertical): A pair is (vertical, horizontal), like a shape. @FRAME
            = {"padded": (28, 49)}
        padding (1, 2) is read as (left, right): Each number counts for two sides: the first one above and below. @FRAME
            = {"padded": (24, 50)}
        the 1 of the padding counts for both directions: The 2 counts for the columns, left and right. @FRAME
            = {"padded": (26, 49)}
        the 2 of the padding counts for both directions: The 1 counts for the rows, above and below. @FRAME
            = {"padded": (28, 51)}
        padding is taken for "same": Only the right amount keeps the size. Use the formula. @PER_SIDE
            = {"padded": (30, 50)}
        N1 − N2 − 1: A full convolution is larger than the image. Look at both signs of the formula again. @FULL
            = {"full": (22, 45)}
        the − 1 is missing: Every window shares at least one row with the image. @FULL
            = {"full": (37, 54)}
        the image and its frame are taken for the output: How many places has a window within? @FULL
            = {"full": (42, 56)}
        the frame of a full convolution is one line too wide: One row of the first window lies on the image. @FULL
            = {"full": (38, 55)}
        a full convolution is taken to have a frame of one line: All rows of the kernel but one stick out. @FULL
            = {"full": (26, 49)}
        the frame is put on one side only: Every overlap counts at both ends, top and bottom, left and right. @FULL
            = {"padded": (25, 49), "full": (30, 50)}
        the extra line is put on the left: PyTorch puts it at the bottom and on the right.
            = {"left_right": (2, 1)}
        all the padding is put on the right: Both sides get their share; what is left over goes to the right.
            = {"left_right": (0, 3)}
        all the padding is put on the left: Both sides get their share; a line that is left over goes to the other side.
            = {"left_right": (3, 0)}
        both sides are counted together: This many are needed in all. Share them out, left and right.
            = {"left_right": 3}
        half a column on each side: There are no half columns: one side gets more than the other.
            = {"left_right": (1.5, 1.5)}
        the same padding on both sides: An even kernel needs an odd number of lines in all.
            = {"left_right": (1, 1)}
        as many columns of zeros as the kernel has columns: How many does the valid convolution lose?
            = {"left_right": (2, 2)}
        the padding of 7 columns, or that of a full convolution: The kernel has 4 columns. How many do they need in all?
            = {"left_right": (3, 3)}
    """,
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
