"""The exercises of notebook 05 on the way back: the transposed convolution, and the backward pass (the capstone)."""

import torch
from torch.nn.functional import conv2d, conv_transpose2d, interpolate, pad
from torch.nn.grad import conv2d_input, conv2d_weight

from convlab.exercises.engine.exercise import Exercise, Mistake

POOLING = "1 · Pooling: one number for each window"
TRANSPOSED_STORY = "6 · Transposed convolution: an upsampling that learns"
EXTRA = "The size, and why there is `output_padding`"
BACKWARD_PASS = "7 · The backward pass, by hand"

# --- 05-transposed: stamps ---------------------------------------------------------------------------------------


def _stamp_case(draw):
    h, w, stride = draw.whole(1, 4), draw.whole(1, 3), draw.whole(1, 3)
    X, K = draw.tensor(draw.whole(1, 4), draw.whole(1, 3)), draw.tensor(h, w)
    covers = min((X.shape[0] - 1) * stride + h, (X.shape[1] - 1) * stride + w)
    padding = draw.whole(0, min(2, (covers - 1) // 2))
    return {"X": X, "K": K, "stride": stride, "padding": padding, "extra": draw.whole(0, stride - 1)}


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
    where=EXTRA,
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
            where=TRANSPOSED_STORY,
        ),
        Mistake(
            "rows and columns of the kernel are swapped",
            "Transposed is the matrix of the convolution, not the kernel.",
            lambda X, K, *rest: _transpose(X, K.T, *rest),
            where=TRANSPOSED_STORY,
        ),
        Mistake(
            "a later stamp overwrites an earlier one",
            "Where stamps overlap, they are added up.",
            _overwritten,
            where=TRANSPOSED_STORY,
        ),
        Mistake(
            "the stride is not used",
            "Neighbouring stamps are `stride` pixels apart.",
            lambda X, K, stride, padding, extra: pad(_cut(_uncut(X, K, 1), padding, padding), (0, extra, 0, extra)),
            where=TRANSPOSED_STORY,
        ),
        Mistake(
            "one zero too many between the pixels",
            "Neighbouring stamps are `stride` pixels apart: there are stride − 1 zeros between two pixels.",
            lambda X, K, stride, padding, extra: _transpose(X, K, stride + 1, padding, extra),
            where=TRANSPOSED_STORY,
        ),
        Mistake(
            "padding makes the result larger",
            "Here padding has the opposite effect: it cuts lines off.",
            lambda X, K, stride, padding, extra: pad(
                _uncut(X, K, stride), (padding, padding + extra, padding, padding + extra)
            ),
            where=TRANSPOSED_STORY,
        ),
        Mistake(
            "the padding is not used",
            "`padding` cuts lines off, on each side.",
            lambda X, K, stride, padding, extra: _transpose(X, K, stride, 0, extra),
            where=TRANSPOSED_STORY,
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
    also="""
        def transposed(X, K, stride, padding, extra):
            (H, W), (h, w) = X.shape, K.shape
            stuffed = torch.zeros((H - 1) * stride + 1 + extra, (W - 1) * stride + 1 + extra)
            stuffed[: (H - 1) * stride + 1 : stride, : (W - 1) * stride + 1 : stride] = X
            Y = corr2d(F.pad(stuffed, (w - 1, w - 1, h - 1, h - 1)), K.flip(0, 1).float())
            return Y[padding : len(Y) - padding, padding : Y.shape[1] - padding].numpy()
    """,
)

# --- 05-backward: the capstone -----------------------------------------------------------------------------------


def _unit(draw):
    C, h, w, stride = draw.whole(1, 2), draw.whole(1, 3), draw.whole(1, 2), draw.whole(1, 3)
    rows, columns = draw.whole(2, 5), draw.whole(2, 6)  # of the map between the two layers
    H = (rows - 1) * stride + h + draw.whole(0, stride - 1)
    W = (columns - 1) * stride + w + draw.whole(0, stride - 1)
    G = draw.tensor(rows // 2, columns // 2)
    return {"X": draw.tensor(C, H, W), "K": draw.tensor(C, h, w), "stride": stride, "G": G}


def _between(X, K, stride):
    """Return rows and columns of the map between the two layers."""
    return [(length - side) // stride + 1 for length, side in zip(X.shape[1:], K.shape[1:], strict=True)]


def _enlarged(G, rows, columns):
    """Give every pixel of a window what its mean got; what lies in no window got nothing."""
    large = interpolate(G[None, None], scale_factor=2)[0, 0]
    return pad(large, (0, columns - large.shape[1], 0, rows - large.shape[0]))


def _through_pooling(X, K, stride, G):
    rows, columns = _between(X, K, stride)
    if G.shape != (rows // 2, columns // 2):
        raise ValueError("G does not fit")
    return _enlarged(G, rows, columns) / 4


def _to_X(X, K, stride, Z):
    return conv2d_input(X[None].shape, K[None], Z[None, None], stride=stride)[0]


def _to_K(X, K, stride, Z):
    return conv2d_weight(X[None], K[None].shape, Z[None, None], stride=stride)[0]


def _backward(X, K, stride, G):
    Z = _through_pooling(X, K, stride, G)
    return _to_X(X, K, stride, Z), _to_K(X, K, stride, Z), Z.sum()


def _pooling_by(formula):
    """Return an answer that goes another way back through the pooling; the rest is right."""

    def wrong(X, K, stride, G):
        Z = formula(G, *_between(X, K, stride))
        return _to_X(X, K, stride, Z), _to_K(X, K, stride, Z), Z.sum()

    return wrong


def _image_by(formula):
    """Return an answer with another gradient for X; the rest is right."""

    def wrong(X, K, stride, G):
        _, to_K, to_b = _backward(X, K, stride, G)
        return formula(X, K, stride, _through_pooling(X, K, stride, G)), to_K, to_b

    return wrong


def _kernel_by(formula):
    """Return an answer with another gradient for K; the rest is right."""

    def wrong(X, K, stride, G):
        to_X, _, to_b = _backward(X, K, stride, G)
        return to_X, formula(X, K, stride, _through_pooling(X, K, stride, G)), to_b

    return wrong


def _bias_by(formula):
    """Return an answer with another gradient for b; the rest is right."""
    return lambda X, K, stride, G: (*_backward(X, K, stride, G)[:2], formula(G, _through_pooling(X, K, stride, G)))


def _stamps(X, K, stride, Z):
    """Stamp Z; lines of X that no stamp reaches are missing."""
    return conv_transpose2d(Z[None, None], K[None], stride=stride)[0]


def _filled(part, X):
    return pad(part, (0, X.shape[2] - part.shape[2], 0, X.shape[1] - part.shape[1]))


def _windows(X, Z, **options):
    """Correlate each channel of X with Z."""
    return conv2d(X[:, None], Z[None, None], **options)[:, 0]


def _stuffed(G, rows, columns):
    """Give all to the upper left pixel of each window."""
    Z = G.new_zeros(rows, columns)
    Z[: 2 * G.shape[0] : 2, : 2 * G.shape[1] : 2] = G
    return Z


BACKWARD = Exercise(
    name="05-backward",
    title="the whole way back (capstone)",
    where=BACKWARD_PASS,
    kind="function",
    variable="backward",
    prompt="""
        A convolution with one output channel, then average pooling with windows of 2 × 2:

        `Z = F.conv2d(X[None], K[None], stride=stride)[0, 0] + b`, then `Y = F.avg_pool2d(Z[None, None], 2)[0, 0]`.

        The image `X` has the shape (C, H, W), the kernel `K` (C, h, w); `b` is a number. You are given `G`,
        the gradient of the loss with respect to `Y`. Write `backward(X, K, stride, G)`. It returns the three gradients
        `(to_X, to_K, to_b)`, each with the shape of what it belongs to. Everything from this notebook is allowed,
        but do it by hand: no autograd. (The imports: `F` and `torch`, and `conv_transpose2d` and others
        from `convlab.functional`.)

        Go back layer by layer: what is the gradient with respect to `Z`? Some pixels of `Z` may lie in no window
        of the pooling, and some pixels of `X` in no window of the convolution.
    """,
    placeholder="""
        def backward(X, K, stride, G):
            to_X = ...
            to_K = ...
            to_b = ...
            return to_X, to_K, to_b
    """,
    cases=_unit,
    returns=("to_X", "to_K", "to_b"),
    right=_backward,
    mistakes=(
        Mistake(
            "the way back through the mean does not divide by 4",
            "A pixel of Z enters the mean with the weight 1/4, so it gets a quarter of G.",
            _pooling_by(_enlarged),
            where=POOLING,
        ),
        Mistake(
            "the way back through the mean divides by 2",
            "A window has 2 × 2 pixels. Each of them enters the mean with the weight 1/4.",
            _pooling_by(lambda G, rows, columns: _enlarged(G, rows, columns) / 2),
            where=POOLING,
        ),
        Mistake(
            "one pixel of each pooling window gets all",
            "All four pixels of a window enter the mean, each with the same weight.",
            _pooling_by(_stuffed),
            where=POOLING,
        ),
        Mistake(
            "one pixel of each pooling window gets a quarter, the others nothing",
            "All four pixels of a window enter the mean, each with the weight 1/4.",
            _pooling_by(lambda G, rows, columns: _stuffed(G, rows, columns) / 4),
            where=POOLING,
        ),
        Mistake(
            "pixels of Z that are in no pooling window get a share, too",
            "What was left over by the pooling plays no part in Y: its gradient is 0.",
            _pooling_by(lambda G, rows, columns: interpolate(G[None, None], size=(rows, columns))[0, 0] / 4),
            where=POOLING,
        ),
        Mistake(
            "the kernel is turned in the gradient for X",
            "Each number stamps the kernel *as it is* onto the window where it came from. "
            "Only if you correlate instead, it must be turned.",
            _image_by(lambda X, K, stride, Z: _to_X(X, K.flip(1, 2), stride, Z)),
        ),
        Mistake(
            "the gradient for X is stamped without the stride",
            "The windows were `stride` pixels apart. So are the stamps.",
            _image_by(lambda X, K, stride, Z: _filled(_stamps(X, K, 1, Z), X)),
            where=TRANSPOSED_STORY,
        ),
        Mistake(
            "the lines of X that no window reads are missing in to_X",
            "A gradient has the shape of what it belongs to. Pixels that were never read get 0.",
            _image_by(_stamps),
        ),
        Mistake(
            "in the gradient for X the channels are added up",
            "Each channel of X met its own slice of K, so each gets a gradient of its own.",
            _image_by(lambda X, K, stride, Z: _to_X(X, K, stride, Z).sum(0, keepdim=True).expand_as(X)),
        ),
        Mistake(
            "the gradient for K is turned by 180 degrees",
            "K[c, a, b] met the pixel X[c, i · stride + a, j · stride + b]: a correlation, nothing is turned.",
            _kernel_by(lambda X, K, stride, Z: _to_K(X, K, stride, Z).flip(1, 2)),
        ),
        Mistake(
            "in the gradient for K the stride is not used",
            "The pixels that one weight has met are `stride` apart: a kernel with gaps.",
            _kernel_by(lambda X, K, stride, Z: _windows(X, Z)[:, : K.shape[1], : K.shape[2]]),
        ),
        Mistake(
            "in the gradient for K the stride is not used, and there are entries too many",
            "The pixels that one weight has met are `stride` apart: a kernel with gaps.",
            _kernel_by(lambda X, K, stride, Z: _windows(X, Z)),
        ),
        Mistake(
            "in the gradient for K the stride is used as a stride",
            "The pixels that one weight has met are `stride` apart: a kernel with gaps, a *dilated* one.",
            _kernel_by(lambda X, K, stride, Z: _windows(X, Z, stride=stride)),
        ),
        Mistake(
            "the gradient for K has entries too many",
            "If the last lines of X were never read, the correlation has places that belong to no weight. Cut these.",
            _kernel_by(lambda X, K, stride, Z: _windows(X, Z, dilation=stride)),
        ),
        Mistake(
            "in the gradient for K the channels are added up",
            "Each channel of K met its own channel of X, so each gets a gradient of its own.",
            _kernel_by(lambda X, K, stride, Z: _to_K(X, K, stride, Z).sum(0, keepdim=True).expand_as(K)),
        ),
        Mistake(
            "the gradient for b is a mean",
            "b was added to every pixel of Z, and each of them sends something back: add up.",
            _bias_by(lambda G, Z: G.mean()),
        ),
        Mistake(
            "the gradient for b is 1",
            "Each pixel of Y grows as fast as b. But how fast does the loss grow with it? G says so.",
            _bias_by(lambda G, Z: torch.ones(())),
        ),
        Mistake(
            "the gradient for b is the number of pixels",
            "Each pixel of Y grows as fast as b. But how fast does the loss grow with it? G says so.",
            _bias_by(lambda G, Z: torch.tensor(G.numel())),
        ),
        Mistake(
            "the gradient for b is divided by 4",
            "b is in all four pixels of a window, and four quarters are a whole.",
            _bias_by(lambda G, Z: G.sum() / 4),
        ),
    ),
    hint="Let G be 1 in one place and 0 elsewhere. Which four pixels of Z does it reach, and which windows of X?",
    solution="""
        def backward(X, K, stride, G):
            (C, H, W), (_, h, w) = X.shape, K.shape
            rows, columns = (H - h) // stride + 1, (W - w) // stride + 1
            to_Z = F.interpolate(G[None, None], scale_factor=2) / 4
            to_Z = F.pad(to_Z, (0, columns - to_Z.shape[3], 0, rows - to_Z.shape[2]))
            stamps = F.conv_transpose2d(to_Z, K[None], stride=stride)[0]
            to_X = F.pad(stamps, (0, W - stamps.shape[2], 0, H - stamps.shape[1]))
            to_K = F.conv2d(X[:, None], to_Z, dilation=stride)[:, 0, :h, :w]
            return to_X, to_K, to_Z.sum()
    """,
    because="""
        *Pooling.* Each of the four pixels of a window enters the mean with 1/4. So G is made larger, each number
        a block of four, and divided by 4. That is `nearest`. Pixels of Z that are in no window get 0.

        *For X* each number stamps the kernel where its window was: a transposed convolution with the same stride.
        Pixels that were never read get 0.

        *For K* each channel of X is correlated with the gradient, whose numbers are `stride` pixels apart: a dilation.
        Places beyond h × w belong to no weight.

        *For b* all numbers are added up, because b is added to every pixel of Z.
    """,
    also="""
        def backward(X, K, stride, G):
            (C, h, w) = K.shape
            to_X, to_K, to_b = np.zeros(X.shape), np.zeros(K.shape), 0.0
            for i in range(2 * G.shape[0]):
                for j in range(2 * G.shape[1]):
                    g = G[i // 2, j // 2].item() / 4
                    window = (slice(None), slice(i * stride, i * stride + h), slice(j * stride, j * stride + w))
                    to_X[window] += g * K.numpy()
                    to_K += g * X[window].numpy()
                    to_b += g
            return to_X, to_K, to_b
    """,
)
