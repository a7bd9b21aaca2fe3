"""05-transposed: stamps that add up."""

from torch.nn.functional import conv_transpose2d, pad

from convlab.exercises.engine.exercise import Exercise, Mistake
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


def _uncut(X, K, stride):
    return _transpose(X, K, stride, 0, 0)


def _cut(Y, top, bottom):
    return Y[top : len(Y) - bottom, top : Y.shape[1] - bottom]


def _overwritten(X, K, stride, padding, extra):
    """Stamp, but write instead of adding; then cut as it should be."""
    (H, W), (h, w) = X.shape, K.shape
    Y = X.new_zeros((H - 1) * stride + h + extra, (W - 1) * stride + w + extra)
    for i in range(H):
        for j in range(W):
            Y[i * stride : i * stride + h, j * stride : j * stride + w] = X[i, j] * K
    return _cut(Y, padding, padding)


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
    mistakes=(
        Mistake(
            "the kernel is turned",
            "A stamp is the kernel as it is. Only if you stuff zeros in and slide a window, it must be turned.",
            lambda X, K, *rest: _transpose(X, K.flip(0, 1), *rest),
            where=headings.TRANSPOSED_STORY,
        ),
        Mistake(
            "rows and columns of the kernel are swapped",
            "Transposed is the matrix of the convolution, not the kernel.",
            lambda X, K, *rest: _transpose(X, K.T, *rest),
            where=headings.TRANSPOSED_STORY,
        ),
        Mistake(
            "a later stamp overwrites an earlier one",
            "Where stamps overlap, they are added up.",
            _overwritten,
            where=headings.TRANSPOSED_STORY,
        ),
        Mistake(
            "the stride is not used",
            "Neighbouring stamps are `stride` pixels apart.",
            lambda X, K, stride, padding, extra: pad(_cut(_uncut(X, K, 1), padding, padding), (0, extra, 0, extra)),
            where=headings.TRANSPOSED_STORY,
        ),
        Mistake(
            "one zero too many between the pixels",
            "Neighbouring stamps are `stride` pixels apart: there are stride − 1 zeros between two pixels.",
            lambda X, K, stride, padding, extra: _transpose(X, K, stride + 1, padding, extra),
            where=headings.TRANSPOSED_STORY,
        ),
        Mistake(
            "padding makes the result larger",
            "Here padding has the opposite effect: it cuts lines off.",
            lambda X, K, stride, padding, extra: pad(
                _uncut(X, K, stride), (padding, padding + extra, padding, padding + extra)
            ),
            where=headings.TRANSPOSED_STORY,
        ),
        Mistake(
            "the padding is not used",
            "`padding` cuts lines off, on each side.",
            lambda X, K, stride, padding, extra: _transpose(X, K, stride, 0, extra),
            where=headings.TRANSPOSED_STORY,
        ),
        Mistake(
            "the padding is cut off on one side only",
            "`padding` lines are cut off on *each* side.",
            lambda X, K, stride, padding, extra: _cut(_transpose(X, K, stride, 0, extra), padding, 0),
        ),
        Mistake(
            "the padding is cut off below and on the right only",
            "`padding` lines are cut off on *each* side.",
            lambda X, K, stride, padding, extra: _cut(_transpose(X, K, stride, 0, extra), 0, 2 * padding),
        ),
        Mistake(
            "the extra lines are zeros, put on at the end",
            "All stamps together may reach further. The extra lines are lines that `padding` would have cut off.",
            lambda X, K, stride, padding, extra: pad(_transpose(X, K, stride, padding, 0), (0, extra, 0, extra)),
        ),
        Mistake(
            "the extra lines are above and on the left",
            "`output_padding` gives lines at the bottom and on the right.",
            lambda X, K, stride, padding, extra: _cut(
                pad(_uncut(X, K, stride), (extra, 0, extra, 0)), padding, padding
            ),
        ),
        Mistake(
            "the extra lines are not used",
            "`output_padding` makes the result larger: more lines at the bottom and on the right.",
            lambda X, K, stride, padding, extra: _transpose(X, K, stride, padding, 0),
        ),
        Mistake(
            "the extra lines are put on all four sides",
            "`output_padding` gives lines at the bottom and on the right only.",
            lambda X, K, stride, padding, extra: _cut(
                pad(_uncut(X, K, stride), (extra, extra, extra, extra)), padding, padding
            ),
        ),
    ),
    hint="Begin with stride 1, padding 0 and extra 0. Let one pixel of X be 1 and the others 0: what must come out?",
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
