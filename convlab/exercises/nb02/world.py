"""02-world: a map of the whole earth, which goes round from east to west (capstone)."""

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb02 import headings


def _map_and_steps(draw):
    dilation, stride = draw.whole(1, 3, far=5), draw.whole(1, 3, far=6)
    wide, steps = (number if number > 3 else 0 for number in (dilation, stride))  # so that it makes a difference
    h, w = draw.whole(1, 4, far=7) + wide // 5, draw.whole(1, 4, far=5) + wide // 5
    H, W = draw.whole(1, 6, far=10) + wide + steps, max(1, dilation * (w - 1)) + draw.whole(0, 4, far=9)
    return {"X": draw.tensor(H, W), "K": draw.tensor(h, w), "stride": stride, "dilation": dilation}


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
    slips="""
        zeros on all sides: Go east, and you come back in the west. Which mode takes the pixels from the other side?
            , mode="circular" =>
        the map is rolled up in both directions: From the north pole no step leads to the south pole.
            top, bottom) => top, bottom), mode="circular"
        rows and columns of the frame have changed their modes: `F.pad` counts (left, right, top, bottom).
            , mode="circular" =>
            top, bottom) => top, bottom), mode="circular"
        the last column is repeated instead of going round: Which column comes after the last one?
            circular => replicate
        all borders are repeated: The columns go round, and above and below there are zeros.
            circular => replicate
            top, bottom) => top, bottom), mode="replicate"
        the columns are mirrored: *Reflect* turns back at the border. After the last column comes the first one.
            circular => reflect
        the rows at the poles are repeated: Above the north pole and below the south pole there is nothing: zeros.
            top, bottom) => top, bottom), mode="replicate"
        the rows at the poles are mirrored: Above the north pole and below the south pole there is nothing: zeros.
            top, bottom) => top, bottom), mode="reflect"
        zeros are put beside the columns, too: Is it `padding="same"`? It has a frame for both directions. @FULL
            (0, 0, top, bottom) => (left, right, top, bottom)
        the ends have changed places: The *last* columns lie on the left of the first one, and so on.
            F.pad(X[None, None], (left, right, 0, 0), mode="circular") => torch.cat(BOTH, 1)[None, None]
            BOTH => (X[:, :left], X, X[:, X.shape[1] - right :])
        `X[:, -0:]`: A kernel of one column needs no frame, but `X[:, -0:]` is the whole map. Count from the front.
            F.pad(X[None, None], (left, right, 0, 0), mode="circular") => torch.cat(BOTH, 1)[None, None]
            BOTH => (X[:, -left:], X, X[:, :right])
        the map is rolled to the wrong side: `roll` by 1 brings to each place the pixel from its *left*.
            K[None => K.flip(1)[None
            (left, right => (right, left
        the columns get two frames: Zeros belong above and below only. Beside the map lie its own columns, at once.
            F.pad(X[None, None], => F.pad(F.pad(X, (left, right, 0, 0))[None, None],
        the extra line is put at the top and on the left: PyTorch puts it at the bottom and on the right. @EVEN
            rows // 2, columns // 2 => rows - rows // 2, columns - columns // 2
        the extra column is put on the left: PyTorch puts it on the right. @EVEN
            columns // 2 => columns - columns // 2
        the extra row is put at the top: PyTorch puts it at the bottom. @EVEN
            rows // 2 => rows - rows // 2
        the same padding on both sides, rounded down: For an even kernel this is too few: the sides differ. @EVEN
            rows - top, columns - left => top, left
        the same padding on both sides, rounded up: For an even kernel this is too many: the sides differ. @EVEN
            rows // 2, columns // 2 => rows - rows // 2, columns - columns // 2
            rows - top, columns - left => top, left
        half of the kernel's size on both sides: How many lines does the valid convolution lose? @EVEN
            dilation * (k - 1) => 2 * dilation * (k // 2)
        half of dilation times size on both sides: Behind the last tap there is no space. @DILATION
            dilation * (k - 1) => 2 * (dilation * k // 2)
        half of the kernel's size on both sides, whatever the dilation: A dilated kernel reaches further. @DILATION
            dilation * (k - 1) => 2 * (k // 2)
        each half is rounded before it is multiplied by the dilation: First count both sides together. @EVEN
            rows // 2, columns // 2 => rows // dilation // 2 * dilation, columns // dilation // 2 * dilation
        each half is rounded down before the dilation, on both sides: For an even kernel this is too few. @EVEN
            dilation * (k - 1) => 2 * dilation * ((k - 1) // 2)
        the window is centred at k // 2: For an even kernel, the extra line then comes first, not last. @EVEN
            rows // 2, columns // 2 => K.shape[0] // 2 * dilation, K.shape[1] // 2 * dilation
        always a frame of one line: This fits a kernel of 3 × 3. Others lose more lines, or fewer. @FULL
            dilation * (k - 1) => 2
        the frame of a full convolution: The output shall be as large as the map. Share the lines out. @FULL
            dilation * (k - 1) => 2 * dilation * (k - 1)
        too much of the frame is at the bottom and on the right: The middle of an odd kernel lies on the pixel. @EVEN
            rows // 2, columns // 2 => 0, 0
        too much of the frame is at the top and on the left: The middle of an odd kernel lies on the pixel. @EVEN
            rows // 2, columns // 2 => rows, columns
        the padding does not know about the dilation: To keep the size, a dilated kernel needs more. @DILATION
            dilation * ( => (
        the dilation is forgotten: The taps have to be `dilation` pixels apart, and the frame must fit. @DILATION
            dilation * ( => (
            , dilation=dilation =>
        the frame knows about the dilation, the kernel does not: The taps have to be `dilation` pixels apart. @DILATION
            , dilation=dilation =>
        stride and dilation are not handed over: What `F.conv2d` is not told, it takes for 1. @DILATION
            , stride=stride, dilation=dilation =>
        the stride is forgotten: Only every second, third, ... row and column of the output is kept. @STRIDE
            stride=stride, =>
        the stride is used twice: What the first one leaves is the output. @STRIDE
            [0, 0] => [0, 0, ::stride, ::stride]
        the first rows and columns are skipped: A stride of s keeps the outputs 0, s, 2s and so on. @STRIDE
            stride=stride, =>
            [0, 0] => [0, 0, stride - 1 :: stride, stride - 1 :: stride]
        the stride is used for the rows only: One whole number counts for both directions. @STRIDE
            stride=stride => stride=(stride, 1)
        the stride is used for the columns only: One whole number counts for both directions. @STRIDE
            stride=stride => stride=(1, stride)
        the frame is made smaller for the stride: This is TensorFlow's way. Here the frame is that of stride 1. @SAME
            dilation * (k - 1) for k in K.shape => max(0, dilation * (k - 1) - (n - 1) % stride) for n, k in BOTH
            BOTH => zip(X.shape, K.shape)
        stride and dilation have changed places: The stride moves the window, the dilation the taps within it. @DILATION
            stride, dilation): => dilation, stride):
        stride and dilation have changed places behind the frame: The dilation moves the taps within a window. @DILATION
            stride=stride, dilation=dilation => stride=dilation, dilation=stride
        the stride is applied to the map, not to the windows: Within a window, the pixels are still neighbours. @STRIDE
            X[None, None] => X[None, None, ::stride, ::stride]
            stride=stride, =>
        there is no frame: Without a frame the output is smaller than the map. @PADDING
            dilation * (k - 1) => 0
        there is a frame on the left and on the right only: The rows must stay, too: they need zeros. @PADDING
            top, bottom) => 0, 0)
        there is a frame above and below only: The columns need a frame, too, one that goes round. @PADDING
            (left, right => (0, 0
        the kernel's rows decide about the columns of the frame: Its rows are lost above and below. @PER_SIDE
            rows, columns = => columns, rows =
        the kernel is taken for a square: Its columns may be more than its rows, or fewer. @PAIRS
            in K.shape => in K.shape[:1] * 2
        the kernel is flipped: PyTorch does not flip it: it computes a correlation, as in notebook 01. @OTHERS
            K[None => K.flip(0, 1)[None
        batch and channel are still there: A map goes in, and a map comes out: rows and columns, nothing else.
            [0, 0] =>
        the channel is still there: A map goes in, and a map comes out: rows and columns, nothing else.
            [0, 0] => [0]
        `F.pad` wants other dimensions: Four numbers need a channel in front, in any mode but zeros.
            X[None, None], => X,
    """,
    hint="With `K = torch.ones(1, 1)` and stride 1 you must get X. To see the frame, take "
    "`torch.tensor([[1.0, 0, 0]])`, then its transpose.",
    solution="""
        def world(X, K, stride, dilation):
            rows, columns = (dilation * (k - 1) for k in K.shape)
            top, left = rows // 2, columns // 2
            bottom, right = rows - top, columns - left
            strip = F.pad(X[None, None], (left, right, 0, 0), mode="circular")
            strip = F.pad(strip, (0, 0, top, bottom))
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
