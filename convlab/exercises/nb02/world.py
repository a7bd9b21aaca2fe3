"""02-world: a map of the whole earth, which goes round from east to west (capstone)."""

from torch.nn.functional import pad

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb02 import headings
from convlab.exercises.nb02.conv import convolved


def _map_and_steps(draw):
    dilation, stride = draw.whole(1, 3, far=5), draw.whole(1, 3, far=6)
    wide, steps = (number if number > 3 else 0 for number in (dilation, stride))  # so that it makes a difference
    h, w = draw.whole(1, 4, far=7) + wide // 5, draw.whole(1, 4, far=5) + wide // 5
    H, W = draw.whole(1, 6, far=10) + wide + steps, max(1, dilation * (w - 1)) + draw.whole(0, 4, far=9)
    return {"X": draw.tensor(H, W), "K": draw.tensor(h, w), "stride": stride, "dilation": dilation}


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
        return convolved(_in_a_frame(X, rows, columns, modes), K, stride=stride, dilation=dilation)

    return world


_world = _world_by()


def _stride_before(X, K, stride, dilation):
    return _world(X[::stride, ::stride], K, 1, dilation)


def _only_columns(X, K, stride, dilation):
    return convolved(_in_a_frame(X, columns=_both_sides(K.shape[1], dilation)), K, stride=stride, dilation=dilation)


def _only_rows(X, K, stride, dilation):
    return convolved(_in_a_frame(X, rows=_both_sides(K.shape[0], dilation)), K, stride=stride, dilation=dilation)


def _swapped_sides(X, K, stride, dilation):
    rows, columns = (_both_sides(k, dilation) for k in K.shape[::-1])
    return convolved(_in_a_frame(X, rows, columns), K, stride=stride, dilation=dilation)


WORLD = Exercise(
    name="02-world",
    title="a map of the whole earth (capstone)",
    where=headings.MODES,
    minutes=15,
    kind="function",
    variable="world",
    prompt="""
        `X` is a map of the whole earth. From left to right it goes *round*: beside the last column lies the first one
        again. But above the north pole and below the south pole there is nothing, so put zeros there.

        Write `world(X, K, stride, dilation)`: the convolution of the map with one kernel, without a flip.
        With stride 1 the output is as large as `X`, for *every* kernel. If the two sides cannot have the same padding,
        put the extra line at the bottom and on the right, as PyTorch does with `"same"`. `stride` and `dilation` are
        whole numbers, for both directions. A stride above 1 keeps every second, third, ... row and column of that
        output, from the first one on.

        You may use everything from this notebook: `F.pad`, `F.conv2d`, loops. (For any mode but zeros, `F.pad` wants
        the channel in front: `X[None]` or `X[None, None]`.) No frame needs more columns than the map has.
    """,
    placeholder="""
        def world(X, K, stride, dilation):
            # your code
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
            where=headings.EVEN,
        ),
        Mistake(
            "the same padding on both sides, rounded down",
            "For an even kernel this is one line too few. The two sides cannot have the same.",
            _world_by(lambda k, d: (d * (k - 1) // 2,) * 2),
            where=headings.EVEN,
        ),
        Mistake(
            "half of the kernel's size on both sides",
            "For an even kernel this is one line too many. How many lines does the valid convolution lose?",
            _world_by(lambda k, d: (d * (k // 2),) * 2),
            where=headings.EVEN,
        ),
        Mistake(
            "the frame of a full convolution",
            "With stride 1 the output shall be as large as the map. Share the lines out between the two sides.",
            _world_by(lambda k, d: (d * (k - 1),) * 2),
            where=headings.FULL,
        ),
        Mistake(
            "the whole frame is put at the bottom and on the right",
            "Both sides get their share. Then the middle of an odd kernel lies on the pixel of the output.",
            _world_by(lambda k, d: (0, d * (k - 1))),
            where=headings.EVEN,
        ),
        Mistake(
            "the padding does not know about the dilation",
            "A dilated kernel reaches further, so it needs more lines to keep the size.",
            _world_by(lambda k, d: _both_sides(k, 1)),
            where=headings.DILATION,
        ),
        Mistake(
            "the dilation is forgotten",
            "The frame and the taps must fit: the taps have to be `dilation` pixels apart.",
            _world_by(lambda k, d: _both_sides(k, 1), steps=lambda stride, dilation: (stride, 1)),
            where=headings.DILATION,
        ),
        Mistake(
            "the frame knows about the dilation, the kernel does not",
            "The frame and the taps must fit: the taps have to be `dilation` pixels apart.",
            _world_by(steps=lambda stride, dilation: (stride, 1)),
            where=headings.DILATION,
        ),
        Mistake(
            "the stride is forgotten",
            "With a stride, only every second, third, ... row and column of the output is kept.",
            _world_by(steps=lambda stride, dilation: (1, dilation)),
            where=headings.STRIDE,
        ),
        Mistake(
            "the first rows and columns are skipped",
            "A stride of s keeps the outputs 0, s, 2s and so on: the first window stays.",
            lambda X, K, stride, dilation: _world(X, K, 1, dilation)[stride - 1 :: stride, stride - 1 :: stride],
            where=headings.STRIDE,
        ),
        Mistake(
            "the stride is used for the rows only",
            "One whole number counts for both directions.",
            _world_by(steps=lambda stride, dilation: ((stride, 1), dilation)),
            where=headings.STRIDE,
        ),
        Mistake(
            "stride and dilation have changed places",
            "The stride moves the whole window. The dilation moves the taps within one window.",
            lambda X, K, stride, dilation: _world(X, K, dilation, stride),
            where=headings.DILATION,
        ),
        Mistake(
            "stride and dilation have changed places behind the frame",
            "The stride moves the whole window. The dilation moves the taps within one window.",
            _world_by(steps=lambda stride, dilation: (dilation, stride)),
            where=headings.DILATION,
        ),
        Mistake(
            "the stride is applied to the map, not to the windows",
            "The window moves in larger steps. But within the window, all the pixels are still neighbours.",
            _stride_before,
            where=headings.STRIDE,
        ),
        Mistake(
            "there is no frame",
            "Without a frame the output is smaller than the map.",
            _world_by(lambda k, d: (0, 0)),
            where=headings.PADDING,
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
    hint="With K = torch.ones(1, 1) and stride 1 you must get X. To see the frame, take torch.tensor([[1.0, 0, 0]]), "
    "then its transpose.",
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
)
