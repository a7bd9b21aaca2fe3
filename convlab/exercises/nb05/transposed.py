"""05-transposed: stamps that add up."""

from torch.nn.functional import conv_transpose2d

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb05 import headings


def _stamp_case(draw):
    h, w, stride = draw.whole(1, 4, far=7), draw.whole(1, 4, far=7), draw.whole(1, 3, far=6)
    more = 2 if stride > 3 else 0  # then there is enough for a large padding
    X, K = draw.tensor(draw.whole(1, 4, far=8) + more, draw.whole(1, 4, far=8) + more), draw.tensor(h, w)
    covers = min((X.shape[0] - 1) * stride + h, (X.shape[1] - 1) * stride + w)
    most = (covers - 1) // 2
    padding, extra = draw.whole(0, min(2, most)) if most < 5 else 5, draw.whole(0, stride - 1) if stride < 4 else 5
    return {"X": X, "K": K, "stride": stride, "padding": padding, "extra": extra}


def _transpose(X, K, stride, padding, extra):
    Y = conv_transpose2d(X[None, None], K[None, None], stride=stride, padding=padding, output_padding=extra)
    return Y[0, 0]


TRANSPOSED = Exercise(
    name="05-transposed",
    title="stamps that overlap",
    where=headings.EXTRA,
    minutes=10,
    kind="function",
    variable="transposed",
    prompt="""
        Write `transposed(X, K, stride, padding, extra)`: the transposed convolution of one map `X` (H, W) with one
        kernel `K` (h, w). `padding` is the number of lines per side, as for `F.conv_transpose2d`, and `extra` is its
        `output_padding` (it is always smaller than the stride).

        Use one of the three views. Do not use `F.conv_transpose2d`.
        First think about the size. Which lines does `padding` cut off, and what stands in the extra line?
    """,
    placeholder="""
        def transposed(X, K, stride, padding, extra):
            # your code
            ...
    """,
    cases=_stamp_case,
    right=_transpose,
    slips="""
        the stamps are turned by 180 degrees: A stamp is the kernel as it is. Only if you stuff zeros in and slide a
            window, the kernel must be turned. @STAMPS
            * K => * K.flip(0, 1)
        a later stamp overwrites an earlier one: Where stamps overlap, they are added up. @STAMPS
            += => =
        rows and columns of the kernel are swapped: Transposed is the matrix of the convolution, not the kernel. @STAMPS
            (H, W), (h, w) => K = K.T; (H, W), (h, w)
        the kernel is transposed, and not turned: Transposed is the matrix of the convolution. A kernel that slides is
            turned by 180 degrees. @STAMPS
            * K => * K.T.flip(0, 1)
        the stamps have left and right swapped: Only a kernel that slides must be turned, in both directions. @STAMPS
            * K => * K.flip(1)
        the stamps are upside down: Only a kernel that slides must be turned, and then in both directions. @STAMPS
            * K => * K.flip(0)
        the stamps are not multiplied by the pixels: Every stamp has the weight of its pixel. @STAMPS
            X[i, j] * K => K
        an ordinary convolution: That makes a map smaller. Here each pixel of X becomes a whole stamp. @STAMPS
            = lambda X, K, stride, p, extra: F.conv2d(X[None, None], K[None, None], stride=stride, padding=p)[0, 0]
        the stride is not used: Neighbouring stamps are `stride` pixels apart. @STAMPS
            (H, W), (h, w) => stride = 1; (H, W), (h, w)
        the stride is used for the size only: Neighbouring stamps are `stride` pixels apart. @STAMPS
            i * stride => i
            j * stride => j
        one zero too many between the pixels: Neighbouring stamps are `stride` pixels apart: there are stride − 1 zeros
            between two pixels. @STAMPS
            (H, W), (h, w) => stride = stride + 1; (H, W), (h, w)
        there are zeros behind the last pixel: The stride − 1 zeros stand *between* two pixels. @STAMPS
            + extra => + extra + stride - 1
        the size has one step too many: Between H stamps there are H − 1 steps; the last stamp has h rows.
            (H - 1) => H
            (W - 1) => W
        the size is H · stride: The last stamp begins after H − 1 steps, and it has h rows.
            (H - 1) * stride + h => H * stride
            (W - 1) * stride + w => W * stride
        padding makes the result larger: Here padding has the opposite effect: it cuts lines off. @STAMPS
            return Y[padding : rows - padding, padding : columns - padding] => return F.pad(Y, [padding] * 4)
        the padding is not used: `padding` cuts lines off, on each side. @STAMPS
            [padding : rows - padding, padding : columns - padding] =>
        padding and extra are not used: `padding` cuts lines off on each side. `output_padding` makes the result larger.
            + extra =>
            [padding : rows - padding, padding : columns - padding] =>
        the padding is cut off X: The lines are cut off where all stamps have been added up.
            (H, W), (h, w) => X = X[padding : len(X) - padding, padding : X.shape[1] - padding]; (H, W), (h, w)
            [padding : rows - padding, padding : columns - padding] =>
        the padding is cut off on one side only: `padding` lines are cut off on *each* side.
            [padding : rows - padding, padding : columns - padding] => [padding:, padding:]
        the padding is cut off below and on the right only: `padding` lines are cut off on *each* side.
            [padding : rows - padding, padding : columns - padding] => [: rows - 2 * padding, : columns - 2 * padding]
        the padding is cut off once, below and on the right: `padding` lines are cut off on *each* side.
            [padding : rows - padding, padding : columns - padding] => [: rows - padding, : columns - padding]
        the padding is cut off above and below only: `padding` lines are cut off on each side: left and right, too.
            , padding : columns - padding =>
        nothing is left where padding is 0: −0 is 0, so `Y[0:-0]` ends before it begins. Count the end from the front.
            rows - padding => -padding
            columns - padding => -padding
        padding is the frame of zeros: The frame has h − 1 zeros, and `padding` makes it *smaller*. @STAMPS
            return Y[padding : rows - padding, padding : columns - padding] => return F.pad(Y, (a, a, b, b))
            rows = => a, b = padding + 1 - w, padding + 1 - h; rows =
        there is no frame of zeros: A stamp reaches h − 1 lines further than its pixel. @STAMPS
            return Y[padding : rows - padding, padding : columns - padding] => return F.pad(Y, (a, a, b, b))
            rows = => a, b = 1 - w - padding, 1 - h - padding; rows =
        height and width of the frame of zeros are exchanged: `F.pad` begins on the left, and ends at the bottom.
            return Y[padding : rows - padding, padding : columns - padding] => return F.pad(Y, (a, a, b, b))
            rows = => a, b = h - w - padding, w - h - padding; rows =
        the extra lines are zeros, put on at the end: All stamps together may reach further. The extra lines are lines
            that `padding` would have cut off.
            + extra =>
            return Y => return F.pad(Y
            columns - padding] => columns - padding], (0, extra, 0, extra))
        the extra lines are above and on the left: `output_padding` gives lines at the bottom and on the right.
            Y[i => Y[extra:, extra:][i
        the extra lines are not used: `output_padding` gives more lines, at the bottom and on the right.
            + extra =>
        the extra lines are below only: `output_padding` gives lines at the bottom *and* on the right.
            + w + extra => + w
        the extra lines are on the right only: `output_padding` gives lines at the bottom *and* on the right.
            + h + extra => + h
        the extra lines are put on all four sides: `output_padding` gives lines at the bottom and on the right only.
            + extra => + 2 * extra
            Y[i => Y[extra:, extra:][i
    """,
    hint="Let one pixel of X be 1 and the others 0. Where does its stamp begin? How many lines do all stamps cover? "
    "Only then take away what `padding` cuts off.",
    forbids=("F.conv_transpose2d", "conv_transpose2d"),
    solution="""
        def transposed(X, K, stride, padding, extra):
            (H, W), (h, w) = X.shape, K.shape
            rows = (H - 1) * stride + h + extra
            columns = (W - 1) * stride + w + extra
            Y = torch.zeros(rows, columns, dtype=X.dtype)
            for i in range(H):
                for j in range(W):
                    Y[i * stride : i * stride + h, j * stride : j * stride + w] += X[i, j] * K
            return Y[padding : rows - padding, padding : columns - padding]
    """,
    because="""
        All stamps together cover $(H - 1) s + h$ rows. The extra lines lie below and on the right of them.
        Then `padding` lines are cut off on each side. So an extra line is a line that would have been cut off;
        only if there is nothing to cut is it a line of zeros.

        The other way: write stride − 1 zeros between the pixels, put a frame of $h - 1$ zeros around,
        and slide the turned kernel.
    """,
)
