"""Two operators to write in notebook 02: the convolution with all its settings, and one for a map of the world."""

from torch.nn.functional import conv2d, pad

from convlab.exercises._exercise import Exercise, Mistake

PADDING = "2 · Padding: a frame around the image"
PER_SIDE = "Padding in the formula"
EVEN = "Even kernels and 'same'"
STRIDE = "4 · Stride: larger steps"
REMAINDER = "What if the steps do not fit?"
DILATION = "5 · Dilation: taps with space between them"
FORMULA = "6 · The whole formula"
PAIRS = "7 · Two directions, two numbers"
MODES = "8 · What stands in the frame? Four padding modes"


def _conv(X, K, **how):
    """Convolve one image with one kernel."""
    return conv2d(X[None, None], K[None, None], **how)[0, 0]


# --- 02-conv: the whole operator ---------------------------------------------------------------------------------


def _image_and_pairs(draw):
    h, w = draw.whole(1, 3), draw.whole(1, 4)
    stride = draw.whole(1, 3), draw.whole(1, 3)
    padding = draw.whole(0, 2), draw.whole(0, 2)
    dilation = draw.whole(1, 3), draw.whole(1, 3)
    reach = dilation[0] * (h - 1) + 1, dilation[1] * (w - 1) + 1
    H, W = (max(1, reach[axis] - 2 * padding[axis] + draw.whole(0, 4)) for axis in (0, 1))
    return {"X": draw.tensor(H, W), "K": draw.tensor(h, w), "stride": stride, "padding": padding, "dilation": dilation}


def _right_conv(X, K, stride, padding, dilation):
    return _conv(X, K, stride=stride, padding=padding, dilation=dilation)


def _with(change):
    """Return the convolution after ``change(stride, padding, dilation)``."""

    def conv(X, K, stride, padding, dilation):
        return _right_conv(X, K, *change(stride, padding, dilation))

    return conv


def _pad_first(sides):
    """Return the convolution of an image in a frame of ``sides(p, q)``: left, right, top, bottom."""

    def conv(X, K, stride, padding, dilation):
        return _conv(pad(X, sides(*padding)), K, stride=stride, dilation=dilation)

    return conv


def _neighbours(X, K, stride, padding, dilation):
    """Return as many outputs as the stride leaves, but move the window by one pixel only."""
    rows, columns = _right_conv(X, K, stride, padding, dilation).shape
    return _right_conv(X, K, 1, padding, dilation)[:rows, :columns]


def _one_more_step(X, K, stride, padding, dilation):
    """Make the last step even if it does not fit, and read zeros there."""
    (p, q), (s, t) = padding, stride
    return _conv(pad(X, (q, q + t - 1, p, p + s - 1)), K, stride=stride, dilation=dilation)


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
    where=PAIRS,
    kind="function",
    variable="conv",
    prompt="""
        Write `conv(X, K, stride, padding, dilation)` for one image `X` (rows, columns) and one kernel `K`.
        It shall give the same numbers as PyTorch. Each setting is a pair, for example `stride = (2, 1)`.
        Write it without PyTorch's `F.conv2d` or `nn.Conv2d`. Loops, slices and `F.pad` are fine.
    """,
    placeholder="""
        def conv(X, K, stride, padding, dilation):
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
            "`F.pad(X, padding)`",
            "`F.pad` wants (left, right, top, bottom). Two numbers are left and right, and no row is added.",
            _pad_first(lambda p, q: (p, q, 0, 0)),
            where=MODES,
        ),
        Mistake(
            "the padding is put above and on the left only",
            "The padding counts for each side: above and below, left and right.",
            _pad_first(lambda p, q: (q, 0, p, 0)),
            where=PER_SIDE,
        ),
        Mistake(
            "there is no padding",
            "The frame of zeros comes first. Then the window slides over the strip, which is longer.",
            _pad_first(lambda p, q: (0, 0, 0, 0)),
            where=PADDING,
        ),
        Mistake(
            "the stride is forgotten",
            "The window moves by `stride` pixels, so there are fewer outputs.",
            _with(lambda s, p, d: (1, p, d)),
            where=STRIDE,
        ),
        Mistake(
            "the window moves by one pixel only",
            "The shape is right. But output i belongs to the window that starts at i times the stride.",
            _neighbours,
            where=STRIDE,
        ),
        Mistake(
            "a last step that does not fit is made",
            "Half a step is no step: the number of steps is cut down. The last rows may stay unread.",
            _one_more_step,
            where=REMAINDER,
        ),
        Mistake(
            "the + 1 is missing",
            "Besides the steps there is the window before the first step.",
            _places(lambda H, h, s, p, d: (H + 2 * p - d * (h - 1) - 1) // s),
            where=FORMULA,
        ),
        Mistake(
            "the dilated kernel is taken to reach over d · h rows",
            "Behind the last tap there is no space. Count the spaces *between* the taps, like fence posts.",
            _places(lambda H, h, s, p, d: (H + 2 * p - d * h) // s + 1),
            where=DILATION,
        ),
        Mistake(
            "the dilation is forgotten",
            "The dilation says how far apart two neighbouring taps are.",
            _with(lambda s, p, d: (s, p, 1)),
            where=DILATION,
        ),
        Mistake(
            "the dilation is taken as the number of pixels in between",
            "The dilation is the *distance* from tap to tap. With 1, the taps are neighbours.",
            _with(lambda s, p, d: (s, p, tuple(distance + 1 for distance in d))),
            where=DILATION,
        ),
        Mistake(
            "the kernel is flipped",
            "PyTorch does not flip the kernel: it computes a correlation, as in notebook 01.",
            lambda X, K, *how: _right_conv(X, K.flip(0, 1), *how),
        ),
    ),
    hint="Set the stride, the padding and the dilation to (1, 1), (0, 0) and (1, 1), and change one number at a time.",
    solution="""
        def conv(X, K, stride, padding, dilation):
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
    also="""
        def conv(X, K, stride, padding, dilation):
            strip = np.pad(X.numpy(), [(padding[0],) * 2, (padding[1],) * 2])
            (h, w), total = K.shape, 0
            rows = strip.shape[0] - dilation[0] * (h - 1)
            columns = strip.shape[1] - dilation[1] * (w - 1)
            for u in range(h):
                for v in range(w):
                    top, left = u * dilation[0], v * dilation[1]
                    seen = strip[top : top + rows : stride[0], left : left + columns : stride[1]]
                    total = total + K[u, v].item() * seen
            return total.astype("float32")
    """,
)

# --- 02-world: the capstone --------------------------------------------------------------------------------------


def _map_and_steps(draw):
    h, w, dilation = draw.whole(1, 4), draw.whole(1, 4), draw.whole(1, 2)
    X = draw.tensor(draw.whole(1, 6), max(1, dilation * (w - 1)) + draw.whole(0, 4))
    return {"X": X, "K": draw.tensor(h, w), "stride": draw.whole(1, 3), "dilation": dilation}


def _in_a_frame(X, rows=(0, 0), columns=(0, 0), modes=("constant", "circular")):
    """Put a frame around a map: (above, below) and (left, right), and what stands there."""
    X = pad(X[None, None], (0, 0, *rows), mode=modes[0])
    return pad(X, (*columns, 0, 0), mode=modes[1])[0, 0]


def _both_sides(k, dilation):
    """Return the padding for "same" on both sides: the extra line comes last."""
    total = dilation * (k - 1)
    return total // 2, total - total // 2


def _world_by(sides=_both_sides, modes=("constant", "circular"), steps=lambda stride, dilation: (stride, dilation)):
    """Return the convolution of a map of the world, with other padding, modes or steps."""

    def world(X, K, stride, dilation):
        rows, columns = (sides(k, dilation) for k in K.shape)
        stride, dilation = steps(stride, dilation)
        return _conv(_in_a_frame(X, rows, columns, modes), K, stride=stride, dilation=dilation)

    return world


_world = _world_by()


def _stride_before(X, K, stride, dilation):
    return _world(X[::stride, ::stride], K, 1, dilation)


def _only_columns(X, K, stride, dilation):
    return _conv(_in_a_frame(X, columns=_both_sides(K.shape[1], dilation)), K, stride=stride, dilation=dilation)


def _only_rows(X, K, stride, dilation):
    return _conv(_in_a_frame(X, rows=_both_sides(K.shape[0], dilation)), K, stride=stride, dilation=dilation)


def _swapped_sides(X, K, stride, dilation):
    rows, columns = (_both_sides(k, dilation) for k in K.shape[::-1])
    return _conv(_in_a_frame(X, rows, columns), K, stride=stride, dilation=dilation)


WORLD = Exercise(
    name="02-world",
    title="a map of the whole earth (capstone)",
    where=MODES,
    kind="function",
    variable="world",
    prompt="""
        `X` is a map of the whole earth. From left to right it goes *round*: beside the last column lies the first one
        again. But above the north pole and below the south pole there is nothing, so put zeros there.

        Write `world(X, K, stride, dilation)`: the convolution of the map with one kernel, without a flip.
        With stride 1 the output is as large as `X`, for *every* kernel. If the two sides cannot have the same padding,
        do as PyTorch does with `"same"`. `stride` and `dilation` are whole numbers, for both directions. A stride
        above 1 keeps every second, third, ... row and column of that output, from the first one on.

        You may use everything from this notebook: `F.pad`, `F.conv2d`, loops. (`F.pad` wants an image with all four
        dimensions, `X[None, None]`, for any mode but zeros.) No frame needs more columns than the map has.
    """,
    placeholder="""
        def world(X, K, stride, dilation):
            ...
    """,
    cases=_map_and_steps,
    right=_world,
    mistakes=(
        Mistake(
            "zeros on all sides",
            "On the earth, the way to the east ends in the west. Which mode takes the pixels from the other side?",
            _world_by(modes=("constant", "constant")),
        ),
        Mistake(
            "the map is rolled up in both directions",
            "Nobody gets from the north pole to the south pole in one step. Give each direction its own frame.",
            _world_by(modes=("circular", "circular")),
        ),
        Mistake(
            "rows and columns of the frame have changed their modes",
            "`F.pad` counts (left, right, top, bottom). The columns go round; the rows get zeros.",
            _world_by(modes=("circular", "constant")),
        ),
        Mistake(
            "the last column is repeated instead of going round",
            "*Replicate* draws out the border. On the earth, the first column comes after the last one.",
            _world_by(modes=("constant", "replicate")),
        ),
        Mistake(
            "the extra line is put at the top and on the left",
            "For an even kernel, PyTorch puts the extra line at the bottom and on the right.",
            _world_by(lambda k, d: _both_sides(k, d)[::-1]),
            where=EVEN,
        ),
        Mistake(
            "the same padding on both sides, rounded down",
            "For an even kernel this is one line too few. The two sides cannot have the same.",
            _world_by(lambda k, d: (d * (k - 1) // 2,) * 2),
            where=EVEN,
        ),
        Mistake(
            "half of the kernel's size on both sides",
            "For an even kernel this is one line too many. How many lines does the valid convolution lose?",
            _world_by(lambda k, d: (d * (k // 2),) * 2),
            where=EVEN,
        ),
        Mistake(
            "the padding does not know about the dilation",
            "A dilated kernel reaches further, so it needs more lines to keep the size.",
            _world_by(lambda k, d: _both_sides(k, 1)),
            where=DILATION,
        ),
        Mistake(
            "the dilation is forgotten",
            "The frame and the taps must fit: the taps have to be `dilation` pixels apart.",
            _world_by(lambda k, d: _both_sides(k, 1), steps=lambda stride, dilation: (stride, 1)),
            where=DILATION,
        ),
        Mistake(
            "the frame knows about the dilation, the kernel does not",
            "The frame and the taps must fit: the taps have to be `dilation` pixels apart.",
            _world_by(steps=lambda stride, dilation: (stride, 1)),
            where=DILATION,
        ),
        Mistake(
            "the stride is forgotten",
            "With a stride, only every second, third, ... row and column of the output is kept.",
            _world_by(steps=lambda stride, dilation: (1, dilation)),
            where=STRIDE,
        ),
        Mistake(
            "the stride is applied to the map, not to the windows",
            "The window moves in larger steps. But within the window, all the pixels are still neighbours.",
            _stride_before,
            where=STRIDE,
        ),
        Mistake(
            "there is no frame",
            "Without a frame the output is smaller than the map.",
            _world_by(lambda k, d: (0, 0)),
            where=PADDING,
        ),
        Mistake(
            "there is a frame on the left and on the right only",
            "The rows must stay, too: they need zeros above and below.",
            _only_columns,
        ),
        Mistake(
            "there is a frame above and below only",
            "The columns must stay, too: they need a frame that goes round.",
            _only_rows,
        ),
        Mistake(
            "the kernel's rows decide about the columns of the frame",
            "The kernel's rows are lost above and below, its columns on the left and on the right.",
            _swapped_sides,
        ),
        Mistake(
            "the kernel is flipped",
            "PyTorch does not flip the kernel: it computes a correlation, as in notebook 01.",
            lambda X, K, *how: _world(X, K.flip(0, 1), *how),
        ),
    ),
    hint="Look at the frame alone first: with K = torch.ones(1, 1), and then with a row or a column of ones.",
    solution="""
        def world(X, K, stride, dilation):
            rows, columns = dilation * (K.shape[0] - 1), dilation * (K.shape[1] - 1)
            top, left = rows // 2, columns // 2
            strip = F.pad(X[None, None], (left, columns - left, 0, 0), mode="circular")
            strip = F.pad(strip, (0, 0, top, rows - top))
            return F.conv2d(strip, K[None, None], stride=stride, dilation=dilation)[0, 0]
    """,
    because="""
        *How many lines?* The reach is $d\\,(h - 1) + 1$, so the valid convolution loses $d\\,(h - 1)$ rows: this is the
        padding of both sides together. Half of it, cut down, comes first. The rest, with the extra line, comes last.

        *What stands there?* Two frames, one after the other: *circular* for the columns, then zeros for the rows.
        (The order plays no part here: a row of zeros that goes round is a row of zeros.)

        *Stride* and *dilation* are left to `F.conv2d`. The first window starts at the first row of the strip,
        so the stride keeps the first row of the output, and then every $s$-th.
    """,
    also="""
        def world(X, K, stride, dilation):
            (H, W), (h, w) = X.shape, K.shape
            top, left = dilation * (h - 1) // 2, dilation * (w - 1) // 2
            Y = np.zeros((len(range(0, H, stride)), len(range(0, W, stride))), dtype="float32")
            for m, i in enumerate(range(0, H, stride)):
                for n, j in enumerate(range(0, W, stride)):
                    for u in range(h):
                        row = i - top + u * dilation
                        for v in range(w):
                            if 0 <= row < H:
                                Y[m, n] += (X[row, (j - left + v * dilation) % W] * K[u, v]).item()
            return Y
    """,
)
