"""The exercises of notebook 02: padding, stride and dilation, for one image with one channel."""

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb02.conv import CONV
from convlab.exercises.nb02.world import WORLD

VALID = "1 · Count the places"
PER_SIDE = "Padding in the formula"
FULL = "3 · Valid, same, full"
EVEN = "Even kernels and 'same'"
STRIDE = "4 · Stride: larger steps"
REMAINDER = "What if the steps do not fit?"
STRIDE_AND_PADDING = "Stride and padding together"


# --- 02-frames: valid, padded, full, same ----------------------------------------------------------------------

FRAMES = Exercise(
    name="02-frames",
    title="how large with which frame",
    where=EVEN,
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
            where=VALID,
        ),
        Mistake(
            "the + 1 is counted twice",
            "The difference says how far the window can move. To these moves add the first place, once.",
            {"valid": (25, 48), "padded": (27, 52)},
            where=VALID,
        ),
        Mistake(
            "columns before rows",
            "A shape begins with the rows (the height), then come the columns (the width).",
            {"valid": (47, 24), "padded": (51, 26), "full": (53, 36)},
            where=VALID,
        ),
        Mistake(
            "the kernel's rows and columns are swapped",
            "The first number of a kernel's shape is its rows. They slide over the rows of the image.",
            {"valid": (27, 44), "padded": (29, 48), "full": (33, 56), "left_right": (3, 3)},
            where=VALID,
        ),
        Mistake(
            "the map is as large as the image and its frame",
            "The window must stay inside the strip, so it cannot begin in the last rows and columns.",
            {"valid": (30, 50), "padded": (32, 54)},
            where=VALID,
        ),
        Mistake(
            "the padding is counted once",
            "PyTorch's padding counts for each side: above and below, left and right.",
            {"padded": (25, 49)},
            where=PER_SIDE,
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
            where=FULL,
        ),
        Mistake(
            "the − 1 is missing",
            "The first and the last window share a row with the image: do not count it twice.",
            {"full": (37, 54)},
            where=FULL,
        ),
        Mistake(
            "the image and its frame are taken for the output",
            "This is the strip. The window has to stay inside it: how many places are there?",
            {"full": (42, 56)},
            where=FULL,
        ),
        Mistake(
            "the frame of a full convolution is one line too wide",
            "The first window still shares one row with the image. The other rows of the kernel stick out.",
            {"full": (38, 55)},
            where=FULL,
        ),
        Mistake(
            "the frame is put on one side only",
            "Every overlap counts at both ends: at the top and at the bottom, on the left and on the right.",
            {"padded": (25, 49), "full": (30, 50)},
            where=FULL,
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
    hint="Take one direction at a time, and put its numbers into H + 2p − h + 1.",
    solution="""
        predictions = {
            "valid": (30 - 7 + 1, 50 - 4 + 1),
            "padded": (30 + 2 * 1 - 7 + 1, 50 + 2 * 2 - 4 + 1),
            "full": (30 + 7 - 1, 50 + 4 - 1),
            "left_right": (1, 2),
        }
    """,
    because="""
        One direction at a time: $H + 2p - h + 1$. The 1 of the padding belongs to the rows, the 2 to the columns,
        and both count for each side. For *full*, put $p = h - 1$ into the formula.

        For *same*, the columns need 4 − 1 = 3 lines in all. Half of it is no whole number:
        one goes to the left, and two to the right.
    """,
    also="""
        X, K = torch.zeros(1, 1, 30, 50), torch.zeros(1, 1, 7, 4)
        predictions = {
            "valid": F.conv2d(X, K).shape[2:],
            "padded": np.array(F.conv2d(X, K, padding=(1, 2)).shape[2:]),
            "full": list(F.conv2d(X, K, padding=(6, 3)).shape[2:]),
            "left_right": torch.tensor([3 // 2, 3 - 3 // 2]),
        }
    """,
)

# --- 02-trim: what is never read --------------------------------------------------------------------------------


def _image_and_steps(draw):
    h, w = draw.whole(1, 4), draw.whole(1, 4)
    p = draw.whole(0, min(h, w) - 1)
    X = draw.tensor(h - p + draw.whole(0, 5), w - p + draw.whole(0, 6))
    return {"X": X, "h": h, "w": w, "s": draw.whole(1, 4), "p": p}


def _trim_by(rows_lost):
    """Return a trim that cuts off ``rows_lost(H, h, s, p)`` rows, and as many columns by the same rule."""

    def trim(X, h, w, s, p):
        (H, W) = X.shape
        if min(H + 2 * p - h, W + 2 * p - w) < 0:
            raise ValueError("the window does not fit")
        return X[: H - max(0, rows_lost(H, h, s, p)), : W - max(0, rows_lost(W, w, s, p))]

    return trim


def _left_over(H, h, s, p):
    return (H + 2 * p - h) % s - p


_trim = _trim_by(_left_over)


def _minus_zero(X, h, w, s, p):
    """Cut off the right number of lines with ``X[:-lines]``, which fails for 0 lines."""
    rows, columns = (max(0, _left_over(side, k, s, p)) for side, k in zip(X.shape, (h, w), strict=True))
    return X[:-rows, :-columns]


def _from_the_top(X, h, w, s, p):
    kept = _trim(X, h, w, s, p).shape
    return X[X.shape[0] - kept[0] :, X.shape[1] - kept[1] :]


TRIM = Exercise(
    name="02-trim",
    title="cut off what is never read",
    where=STRIDE_AND_PADDING,
    kind="function",
    variable="trim",
    prompt="""
        A convolution has a kernel of `h` rows and `w` columns, the stride `s` and the padding `p` (the same numbers for
        both directions). Often the last window ends before the image does. Write `trim(X, h, w, s, p)`. It returns
        the image `X` without the last rows and the last columns that lie *behind* the last window. (Nothing else is
        cut off, even if there are gaps between the windows.)

        You may trust that `p` is smaller than `h` and `w`, and that at least one window fits.
    """,
    placeholder="""
        def trim(X, h, w, s, p):
            # your code
            ...
    """,
    cases=_image_and_steps,
    right=_trim,
    valid=lambda X, h, w, s, p: p < min(h, w),
    mistakes=(
        Mistake(
            "lines of padding are counted as lines of the image",
            "The strip ends with padding. What the last window leaves over is first the padding, and only then image.",
            _trim_by(lambda H, h, s, p: (H + 2 * p - h) % s),
        ),
        Mistake(
            "the padding plays no part",
            "The padding makes the strip longer, so the windows begin earlier and end elsewhere.",
            _trim_by(lambda H, h, s, p: (H - h) % s),
        ),
        Mistake(
            "the padding is counted once",
            "The padding is per side. How much longer is the whole strip?",
            _trim_by(lambda H, h, s, p: (H + p - h) % s - p),
            where=PER_SIDE,
        ),
        Mistake(
            "only the padding above and on the left is counted",
            "There is padding at the end, too. With it, one more window may fit.",
            _trim_by(lambda H, h, s, p: (H + p - h) % s),
            where=PER_SIDE,
        ),
        Mistake(
            "the padding of both sides is taken off",
            "Only the padding at the *end* can lie behind the last window. The other side is at the beginning.",
            _trim_by(lambda H, h, s, p: (H + 2 * p - h) % s - 2 * p),
        ),
        Mistake(
            "the whole strip is divided by the stride",
            "The steps are made in the *room*: the strip without the window itself.",
            _trim_by(lambda H, h, s, p: (H + 2 * p) % s - p),
            where=STRIDE,
        ),
        Mistake(
            "the lines that a further step would need",
            "A step that does not fit is not made. Count the lines that are there, not those that are missing.",
            _trim_by(lambda H, h, s, p: -(H + 2 * p - h) % s - p),
            where=REMAINDER,
        ),
        Mistake(
            "one window too few",
            "Do not forget the window before the first step: the + 1 of the formula.",
            _trim_by(lambda H, h, s, p: min(H, (H + 2 * p - h) % s + s - p)),
            where=STRIDE,
        ),
        Mistake(
            "the kernel's rows and columns are swapped",
            "`h` are the rows of the kernel: they belong to the rows of the image. `w` are its columns.",
            lambda X, h, w, s, p: _trim(X, w, h, s, p),
            where=VALID,
        ),
        Mistake(
            "`X[:-0]`",
            "If no line is left over, `X[:-0]` is the same as `X[:0]`: nothing. Count from the front.",
            _minus_zero,
        ),
        Mistake(
            "a negative number of lines is cut off",
            "If less is left over than the padding, no line of the image is lost. `X[:-lines]` needs a number above 0.",
            lambda X, h, w, s, p: X[: -_left_over(X.shape[0], h, s, p), : -_left_over(X.shape[1], w, s, p)],
        ),
        Mistake(
            "nothing is cut off",
            "A step that does not fit is not made. The lines that it would have read are never read.",
            lambda X, h, w, s, p: X,
            where=REMAINDER,
        ),
        Mistake(
            "the image is cut to a multiple of the stride",
            "The steps are made in the *room*, not in the whole image: the first window needs no step.",
            _trim_by(lambda H, h, s, p: H % s),
            where=STRIDE,
        ),
        Mistake(
            "as many lines are kept as the output has",
            "A window reads several lines. Ask where the last window ends, not how many windows there are.",
            _trim_by(lambda H, h, s, p: H - ((H + 2 * p - h) // s + 1)),
            where=STRIDE,
        ),
        Mistake(
            "cut off at the beginning",
            "The first window starts at the very beginning of the strip. What is left over is at the end.",
            _from_the_top,
            where=REMAINDER,
        ),
        Mistake(
            "only rows are cut off",
            "The columns have the same rule as the rows, with their own numbers.",
            lambda X, h, w, s, p: X[: len(_trim(X, h, w, s, p))],
        ),
        Mistake(
            "only columns are cut off",
            "The rows have the same rule as the columns, with their own numbers.",
            lambda X, h, w, s, p: X[:, : _trim(X, h, w, s, p).shape[1]],
        ),
    ),
    hint="Draw one direction: `draw_windows(rows, kernel_size=h, stride=s, padding=p)`. Which cells are hatched?",
    solution="""
        def trim(X, h, w, s, p):
            H, W = X.shape
            rows = (H + 2 * p - h) % s - p
            columns = (W + 2 * p - w) % s - p
            return X[: H - max(0, rows), : W - max(0, columns)]
    """,
    because="""
        The room is $H + 2p - h$. The steps of $s$ that fit into it leave over what `%` gives: the remainder.
        These lines are at the end of the strip. The last $p$ of them are padding, the others are rows of the image.
        If the remainder is not larger than $p$, only padding is left over: no row is lost.
    """,
    also="""
        def trim(X, h, w, s, p):
            def end(side, k):
                last = 0
                while last + s + k <= side + 2 * p:
                    last += s
                return min(side, last + k - p)

            return np.array([[entry.item() for entry in row[: end(X.shape[1], w)]] for row in X[: end(X.shape[0], h)]])
    """,
)

EXERCISES = (FRAMES, TRIM, CONV, WORLD)
