"""02-trim: what is never read."""

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb02 import headings


def _image_and_steps(draw):
    p = draw.whole(0, 3, far=6)
    h, w = max(p + 1, draw.whole(1, 4, far=7)), max(p + 1, draw.whole(1, 4, far=7))
    X = draw.tensor(h - p + draw.whole(0, 5, far=12), w - p + draw.whole(0, 6, far=12))
    return {"X": X, "h": h, "w": w, "s": draw.whole(1, 4, far=9) + (p if p > 3 else 0), "p": p}


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
            where=headings.PER_SIDE,
        ),
        Mistake(
            "only the padding above and on the left is counted",
            "There is padding at the end, too. With it, one more window may fit.",
            _trim_by(lambda H, h, s, p: (H + p - h) % s),
            where=headings.PER_SIDE,
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
            where=headings.STRIDE,
        ),
        Mistake(
            "the lines that a further step would need",
            "A step that does not fit is not made. Count the lines that are there, not those that are missing.",
            _trim_by(lambda H, h, s, p: -(H + 2 * p - h) % s - p),
            where=headings.REMAINDER,
        ),
        Mistake(
            "one window too few",
            "Do not forget the window before the first step: the + 1 of the formula.",
            _trim_by(lambda H, h, s, p: min(H, (H + 2 * p - h) % s + s - p)),
            where=headings.STRIDE,
        ),
        Mistake(
            "the kernel's rows and columns are swapped",
            "`h` are the rows of the kernel: they belong to the rows of the image. `w` are its columns.",
            lambda X, h, w, s, p: _trim(X, w, h, s, p),
            where=headings.VALID,
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
            where=headings.REMAINDER,
        ),
        Mistake(
            "the image is cut to a multiple of the stride",
            "The steps are made in the *room*, not in the whole image: the first window needs no step.",
            _trim_by(lambda H, h, s, p: H % s),
            where=headings.STRIDE,
        ),
        Mistake(
            "as many lines are kept as the output has",
            "A window reads several lines. Ask where the last window ends, not how many windows there are.",
            _trim_by(lambda H, h, s, p: H - ((H + 2 * p - h) // s + 1)),
            where=headings.STRIDE,
        ),
        Mistake(
            "cut off at the beginning",
            "The first window starts at the very beginning of the strip. What is left over is at the end.",
            _from_the_top,
            where=headings.REMAINDER,
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
)
