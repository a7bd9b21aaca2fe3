"""02-conv: the convolution of one image, with stride, padding and dilation as pairs."""

from itertools import product

from torch.nn.functional import conv2d, pad

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb02 import headings


def convolved(X, K, **how):
    """Convolve one image with one kernel."""
    return conv2d(X[None, None], K[None, None], **how)[0, 0]


def _room(stride):
    """Return how much larger an image is, so that large steps fit into it."""
    return stride if stride > 3 else 0


def _image_and_pairs(draw):
    h, w = draw.whole(1, 4, far=7), draw.whole(1, 4, far=7)
    stride = draw.whole(1, 3, far=5), draw.whole(1, 3, far=5)
    padding = draw.whole(0, 2, far=5), draw.whole(0, 2, far=5)
    dilation = draw.whole(1, 3, far=5), draw.whole(1, 3, far=5)
    reach = dilation[0] * (h - 1) + 1, dilation[1] * (w - 1) + 1
    H, W = (max(1, reach[axis] - 2 * padding[axis] + draw.whole(0, 4) + _room(stride[axis])) for axis in (0, 1))
    X = draw.tensor(H, W) * (1.1 if draw.size > 4 else 1)  # quarters fit into half floats; these do not
    return {"X": X, "K": draw.tensor(h, w), "stride": stride, "padding": padding, "dilation": dilation}


def _right_conv(X, K, stride, padding, dilation):
    return convolved(X, K, stride=stride, padding=padding, dilation=dilation)


def _with(change):
    """Return the convolution after ``change(stride, padding, dilation)``."""

    def conv(X, K, stride, padding, dilation):
        return _right_conv(X, K, *change(stride, padding, dilation))

    return conv


def _pad_first(sides):
    """Return the convolution of an image in a frame of ``sides(p, q)``: left, right, top, bottom."""

    def conv(X, K, stride, padding, dilation):
        return convolved(pad(X, sides(*padding)), K, stride=stride, dilation=dilation)

    return conv


def _neighbours(X, K, stride, padding, dilation):
    """Return as many outputs as the stride leaves, but move the window by one pixel only."""
    rows, columns = _right_conv(X, K, stride, padding, dilation).shape
    return _right_conv(X, K, 1, padding, dilation)[:rows, :columns]


def _one_more_step(X, K, stride, padding, dilation):
    """Make the last step even if it does not fit, and read zeros there."""
    (p, q), (s, t) = padding, stride
    return convolved(pad(X, (q, q + t - 1, p, p + s - 1)), K, stride=stride, dilation=dilation)


def _slices(size_knows, taps_know):
    """Return a convolution by loops whose size or whose windows do not know about the dilation."""

    def conv(X, K, stride, padding, dilation):
        (s, t), (p, q), (d, e) = stride, padding, dilation
        h, w = K.shape
        strip, reach = pad(X, (q, q, p, p)), (d * (h - 1) + 1, e * (w - 1) + 1)
        high, wide = reach if size_knows else (h, w)
        Y = X.new_zeros((strip.shape[0] - high) // s + 1, (strip.shape[1] - wide) // t + 1)
        high, wide, d, e = (*reach, d, e) if taps_know else (h, w, 1, 1)
        for i, j in product(range(Y.shape[0]), range(Y.shape[1])):
            Y[i, j] = (strip[s * i : s * i + high : d, t * j : t * j + wide : e] * K).sum()
        return Y

    return conv


def _places(count):
    """Return a convolution that counts ``count(H, h, s, p, d)`` places; only those that exist can be computed."""

    def conv(X, K, stride, padding, dilation):
        Y = _right_conv(X, K, stride, padding, dilation)
        sides = zip(X.shape, K.shape, stride, padding, dilation, strict=True)
        rows, columns = (max(0, count(*numbers)) for numbers in sides)
        return Y[:rows, :columns]

    return conv


CONV = Exercise(
    name="02-conv",
    title="stride, padding and dilation by hand",
    where=headings.PAIRS,
    minutes=10,
    kind="function",
    variable="convolve",
    prompt="""
        Write `convolve(X, K, stride, padding, dilation)` for one image `X` (rows, columns) and one kernel `K`.
        It shall give the same numbers as PyTorch. Each setting is a pair, for example `stride = (2, 1)`.
        Write it without PyTorch's `F.conv2d` or `nn.Conv2d`. Loops, slices and
        `F.pad(X, (left, right, top, bottom))` are fine.
    """,
    placeholder="""
        def convolve(X, K, stride, padding, dilation):
            # your code
            ...
    """,
    cases=_image_and_pairs,
    right=_right_conv,
    mistakes=(
        Mistake(
            "all pairs are read as (horizontal, vertical)",
            "A pair is (vertical, horizontal), in the order of a shape: rows first.",
            _with(lambda s, p, d: (s[::-1], p[::-1], d[::-1])),
        ),
        Mistake(
            "the stride is read as (horizontal, vertical)",
            "The first number of the stride is the step downwards, from row to row.",
            _with(lambda s, p, d: (s[::-1], p, d)),
        ),
        Mistake(
            "the padding is put on the wrong sides",
            "The first number of the padding is for above and below. But `F.pad` begins with left and right.",
            _with(lambda s, p, d: (s, p[::-1], d)),
        ),
        Mistake(
            "the dilation is read as (horizontal, vertical)",
            "The first number of the dilation is the distance between two rows of taps.",
            _with(lambda s, p, d: (s, p, d[::-1])),
        ),
        Mistake(
            "one number of the stride is used for both directions",
            "A pair has a number for each direction. The second one is the step to the right.",
            _with(lambda s, p, d: (s[0], p, d)),
        ),
        Mistake(
            "one number of the padding is used for all four sides",
            "A pair has a number for each direction. The second one is for the left and the right.",
            _with(lambda s, p, d: (s, p[0], d)),
        ),
        Mistake(
            "one number of the dilation is used for both directions",
            "A pair has a number for each direction. The second one is the distance between two columns of taps.",
            _with(lambda s, p, d: (s, p, d[0])),
        ),
        Mistake(
            "`F.pad(X, padding)`",
            "`F.pad` wants (left, right, top, bottom). Two numbers are left and right, and no row is added.",
            _pad_first(lambda p, q: (p, q, 0, 0)),
            where=headings.EVEN,
        ),
        Mistake(
            "the padding is put above and on the left only",
            "The padding counts for each side: above and below, left and right.",
            _pad_first(lambda p, q: (q, 0, p, 0)),
            where=headings.PER_SIDE,
        ),
        Mistake(
            "there is no padding",
            "The frame of zeros comes first. Then the window slides over the strip, which is longer.",
            _pad_first(lambda p, q: (0, 0, 0, 0)),
            where=headings.PADDING,
        ),
        Mistake(
            "the stride is forgotten",
            "The window moves by `stride` pixels, so there are fewer outputs.",
            _with(lambda s, p, d: (1, p, d)),
            where=headings.STRIDE,
        ),
        Mistake(
            "the window moves by one pixel only",
            "The shape is right. But output i belongs to the window that starts at i times the stride.",
            _neighbours,
            where=headings.STRIDE,
        ),
        Mistake(
            "a last step that does not fit is made",
            "Half a step is no step: the number of steps is cut down. The last rows may stay unread.",
            _one_more_step,
            where=headings.REMAINDER,
        ),
        Mistake(
            "the + 1 is missing",
            "Besides the steps there is the window before the first step.",
            _places(lambda H, h, s, p, d: (H + 2 * p - d * (h - 1) - 1) // s),
            where=headings.FORMULA,
        ),
        Mistake(
            "the dilated kernel is taken to reach over d · h rows",
            "Behind the last tap there is no space. Count the spaces *between* the taps, like fence posts.",
            _places(lambda H, h, s, p, d: (H + 2 * p - d * h) // s + 1),
            where=headings.DILATION,
        ),
        Mistake(
            "the size of the output does not know about the dilation",
            "A dilated kernel reaches further, so it has fewer places. Use its reach instead of its number of rows.",
            _slices(size_knows=False, taps_know=True),
            where=headings.FORMULA,
        ),
        Mistake(
            "the size of the output knows about the dilation, the taps do not",
            "The shape is right. But within a window, the taps have to be as far apart as the dilation says.",
            _slices(size_knows=True, taps_know=False),
            where=headings.DILATION,
        ),
        Mistake(
            "the dilation is forgotten",
            "The dilation says how far apart two neighbouring taps are.",
            _with(lambda s, p, d: (s, p, 1)),
            where=headings.DILATION,
        ),
        Mistake(
            "the dilation is taken as the number of pixels in between",
            "The dilation is the *distance* from tap to tap. With 1, the taps are neighbours.",
            _with(lambda s, p, d: (s, p, tuple(distance + 1 for distance in d))),
            where=headings.DILATION,
        ),
        Mistake(
            "stride and dilation have changed places",
            "The stride moves the whole window. The dilation moves the taps within one window.",
            _with(lambda s, p, d: (d, p, s)),
            where=headings.DILATION,
        ),
        Mistake(
            "the frame is not made of zeros (replicate)",
            "PyTorch's padding is made of zeros, unless you ask for another mode.",
            lambda X, K, s, p, d: convolved(
                pad(X[None, None], (p[1], p[1], p[0], p[0]), mode="replicate")[0, 0], K, stride=s, dilation=d
            ),
            where=headings.MODES,
        ),
        Mistake(
            "the kernel is flipped",
            "PyTorch does not flip the kernel: it computes a correlation, as in notebook 01.",
            lambda X, K, *how: _right_conv(X, K.flip(0, 1), *how),
        ),
    ),
    hint="Begin with stride (1, 1), padding (0, 0) and dilation (1, 1). Then change one number at a time.",
    forbids=("F.conv2d", "conv2d"),
    solution="""
        def convolve(X, K, stride, padding, dilation):
            (s, t), (p, q), (d, e) = stride, padding, dilation
            strip = F.pad(X, (q, q, p, p))
            h, w = d * (K.shape[0] - 1) + 1, e * (K.shape[1] - 1) + 1
            Y = X.new_zeros((strip.shape[0] - h) // s + 1, (strip.shape[1] - w) // t + 1)
            for i in range(Y.shape[0]):
                for j in range(Y.shape[1]):
                    window = strip[s * i : s * i + h : d, t * j : t * j + w : e]
                    Y[i, j] = (window * K).sum()
            return Y
    """,
    because="""
        *Strip, reach, room, steps*, once for the rows and once for the columns. The strip is the image with its frame:
        `F.pad` wants left and right first. The reach of the kernel is $d\\,(h - 1) + 1$. Output $i$ belongs to the
        window that starts at row $s \\cdot i$. A slice with a step, `[start : end : d]`, takes every $d$-th row.
    """,
)
