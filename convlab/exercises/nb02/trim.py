"""02-trim: what is never read."""

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb02 import headings


def _image_and_steps(draw):
    p = draw.whole(0, 3, far=6)
    h, w = max(p + 1, draw.whole(1, 4, far=7)), max(p + 1, draw.whole(1, 4, far=7))
    X = draw.tensor(h - p + draw.whole(0, 5, far=12), w - p + draw.whole(0, 6, far=12))
    return {"X": X, "h": h, "w": w, "s": draw.whole(1, 6, far=9) + draw.choice(0, p, p), "p": p}


TRIM = Exercise(
    name="02-trim",
    title="cut off what is never read",
    where=headings.STRIDE_AND_PADDING,
    minutes=10,
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
    valid=lambda X, h, w, s, p: p < min(h, w) and all(n + 2 * p >= k for n, k in zip(X.shape, (h, w), strict=True)),
    slips="""
        lines of padding are counted as lines of the image: What is left over is first padding, and only then image.
            + p - rest => - rest
        the padding plays no part: The strip is longer: the windows begin earlier, and end elsewhere.
            side + 2 * p - k => side - k
            + p - rest => - rest
        the padding is not counted in the strip: The strip is longer than the image, on both sides. @PER_SIDE
            side + 2 * p - k => side - k
        the windows are counted without the padding: The strip is longer than the image: more windows may fit. @PER_SIDE
            side + 2 * p - k => side - k
            + p - rest => - p - rest
        the padding is counted once: The padding is per side. How much longer is the whole strip? @PER_SIDE
            2 * p => p
        only the padding above and on the left is counted: At the end, one more window may fit. @PER_SIDE
            2 * p => p
            + p - rest => - rest
        up to p lines too many are kept: Only the padding at the *end* of the strip can be left over.
            + p - rest => + 2 * p - rest
        the whole strip is divided by the stride: Steps are made in the *room*: the strip without one window. @STRIDE
            + 2 * p - k => + 2 * p
        the room is one line too large: It is the strip without one window. The + 1 counts windows. @STRIDE
            - k) => - k + 1)
        the lines that a further step would need: Count the lines that are there, not those that are missing. @REMAINDER
            rest = ( => rest = -(
        the steps are counted, not what they leave over: How many lines does the last step not reach? @REMAINDER
            % s => // s
        one window too few: Do not forget the window before the first step. @STRIDE
            + p - rest => + p - rest - s
        cut where the last window begins: Where does it end? @STRIDE
            - rest => - rest - k
        the last line of the last window is cut off: A slice `X[:end]` stops *before* line `end`. @VALID
            - rest => - rest - 1
        one line too many is kept: A slice `X[:end]` stops *before* line `end`.
            - rest => - rest + 1
        as many lines are kept as the output has: A window reads several lines. Where does the last one end? @STRIDE
            side + p - rest => (side + 2 * p - k) // s + 1
        windows times stride: The last window is not as long as a step, but as the kernel. @STRIDE
            side + p - rest => ((side + 2 * p - k) // s + 1) * s
        the image is cut to a multiple of the stride: The steps are made in the *room*, not in the image. @STRIDE
            + p - rest => - side % s
        the last place of the window is left out: `range(n)` ends before n. @STRIDE
            side + p - rest => (side + 2 * p - k - 1) // s * s + k - p
        `%` comes before + and −: Python divides first, and adds then. Put the sum into brackets. @REMAINDER
            (side + 2 * p - k) % s => side + 2 * p - k % s
        the kernel's rows and columns are swapped: `h` belongs to the rows of the image, `w` to its columns. @VALID
            X.shape[0], h => X.shape[0], w
            X.shape[1], w => X.shape[1], h
        `h` is used for both directions: `w` belongs to the columns of the image. @VALID
            X.shape[1], w => X.shape[1], h
        `w` is used for both directions: `h` belongs to the rows of the image. @VALID
            X.shape[0], h => X.shape[0], w
        the image's rows and columns are swapped: Rows come first in a shape, then columns. @VALID
            X.shape[0], h), : kept(X.shape[1], w => X.shape[1], h), : kept(X.shape[0], w
        the rows are cut twice: `X[:a][:b]` cuts rows, and then rows again. One pair of brackets holds both directions.
            h), : => h)][:
        the image is taken for a square: It may have more columns than rows, or fewer. @VALID
            X.shape[1], w => X.shape[0], w
        `X[:-0]`: If no line is left over, it is `X[:0]`: nothing. Count from the front.
            side + p - rest => -max(0, rest - p)
        a negative number of lines is cut off: If less than the padding is left over, no line is lost.
            side + p => p
        `abs` of a negative number of lines: If less than the padding is left over, no line is lost.
            + p - rest => - abs(rest - p)
        nothing is cut off: A step that does not fit is not made. What it would read is never read. @REMAINDER
            + p - rest =>
        cut off at the beginning: The first window stands at the beginning. What is left over is at the end. @REMAINDER
            side + p - rest => max(0, rest - p)
            : kept(X.shape[0], h), : kept(X.shape[1], w) => kept(X.shape[0], h) :, kept(X.shape[1], w) :
        only rows are cut off: The columns have the same rule as the rows, with their own numbers.
            , : kept(X.shape[1], w) =>
        only columns are cut off: The rows have the same rule as the columns, with their own numbers.
            : kept(X.shape[0], h) => :
        columns are cut off only if no row is: Each direction has its own rule. Does an `elif` stand before the second?
            kept(X.shape[1], w) => kept(X.shape[1], w) if kept(X.shape[0], h) >= X.shape[0] else None
        the gaps between the windows are cut out, too: Only what lies *behind* the last window goes. @STRIDE
            side + p - rest => [i for i in range(min(side, side + p - rest)) if (i + p) % s < k]
            : kept(X.shape[0], h), : kept => kept(X.shape[0], h)][:, kept
        the image comes back with its frame: The frame is no part of the image. @PADDING
            + p - rest => + 2 * p - rest
            X[: kept => F.pad(X, (p, p, p, p))[: kept
        the shape comes back, not the image: Take that many rows and columns of `X`, and return them.
            side + p - rest => min(side, side + p - rest)
            X[: kept(X.shape[0], h), : kept(X.shape[1], w)] => kept(X.shape[0], h), kept(X.shape[1], w)
    """,
    hint="Draw one direction: `draw_windows(rows, kernel_size=h, stride=s, padding=p)`. Which cells are hatched?",
    solution="""
        def trim(X, h, w, s, p):
            def kept(side, k):
                rest = (side + 2 * p - k) % s
                return side + p - rest

            return X[: kept(X.shape[0], h), : kept(X.shape[1], w)]
    """,
    because="""
        One direction at a time. The room is $H + 2p - h$. The steps of $s$ that fit into it leave over what `%` gives:
        the remainder. These lines are at the end of the strip. The last $p$ of them are padding, the others are rows of
        the image. If the remainder is not larger than $p$, only padding is left over: the slice ends behind the image,
        and no row is lost.
    """,
)
