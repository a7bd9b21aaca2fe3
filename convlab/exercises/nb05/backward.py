"""05-backward: the backward pass of a layer, by hand (capstone)."""

import torch
from torch.nn.functional import conv2d, conv_transpose2d, interpolate, pad
from torch.nn.grad import conv2d_input, conv2d_weight

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb05 import headings


def _unit(draw):
    C, h, w = draw.whole(1, 3, far=5), draw.whole(1, 4, far=5), draw.whole(1, 3, far=6)
    stride, rows, columns = draw.whole(1, 3, far=5), draw.whole(2, 5, far=11), draw.whole(2, 6, far=11)  # of Z
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
    where=headings.BACKWARD_PASS,
    minutes=20,
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
            where=headings.POOLING,
        ),
        Mistake(
            "the way back through the mean divides by 2",
            "A window has 2 × 2 pixels. Each of them enters the mean with the weight 1/4.",
            _pooling_by(lambda G, rows, columns: _enlarged(G, rows, columns) / 2),
            where=headings.POOLING,
        ),
        Mistake(
            "one pixel of each pooling window gets all",
            "All four pixels of a window enter the mean, each with the same weight.",
            _pooling_by(_stuffed),
            where=headings.POOLING,
        ),
        Mistake(
            "one pixel of each pooling window gets a quarter, the others nothing",
            "All four pixels of a window enter the mean, each with the weight 1/4.",
            _pooling_by(lambda G, rows, columns: _stuffed(G, rows, columns) / 4),
            where=headings.POOLING,
        ),
        Mistake(
            "pixels of Z that are in no pooling window get a share, too",
            "What was left over by the pooling plays no part in Y: its gradient is 0.",
            _pooling_by(lambda G, rows, columns: interpolate(G[None, None], size=(rows, columns))[0, 0] / 4),
            where=headings.POOLING,
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
            where=headings.TRANSPOSED_STORY,
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
    forbids=("autograd",),
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
)
