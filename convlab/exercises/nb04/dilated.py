"""04-dilated: taps with gaps."""

from torch.nn.functional import conv2d, pad

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb04 import headings


def _with_gaps(draw):
    C, d = draw.whole(1, 3, far=6), draw.whole(1, 3, far=6)
    h, w = draw.whole(1, 4, far=5) + (d > 3), draw.whole(1, 4, far=5) + (d > 3)
    H, W = (max((d + 1) * (side - 1) + 1, d * side) + draw.whole(0, 2) for side in (h, w))  # gaps too wide fit, too
    return {"X": draw.tensor(C, H, W), "K": draw.tensor(C, h, w), "d": d}


def _layer(X, K, **options):
    """One output channel: all channels of the image and of the kernel, added up."""
    return conv2d(X, K[None], **options)[0]


def _stuffed_behind(X, K, d):
    """Write zeros behind every tap, behind the last one, too."""
    K = K.contiguous()
    wide = K.new_zeros(K.shape[0], d * K.shape[1], d * K.shape[2])
    wide[:, ::d, ::d] = K
    return _layer(X, wide)


def _framed(X, K, d):
    """Put zeros around, so that the map is as large as the image; an odd line goes to the right and the bottom."""
    rows, columns = (d * (side - 1) for side in K.shape[1:])
    return pad(X, (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2))


DILATED = Exercise(
    name="04-dilated",
    title="taps with gaps",
    where=headings.DILATED_TAPS,
    minutes=10,
    kind="function",
    variable="dilated",
    prompt="""
        Write `dilated(X, K, d)`. The image `X` has the shape (C, H, W), the kernel `K` the shape (C, h, w).
        The dilation `d` is a whole number: 1, 2 or more. Return *one* map: the dilated convolution, summed over
        the channels, as in the formula of section 4. No padding, no bias, stride 1.

        Use loops, slices or `corr2d`, as you like, but not the `dilation` of `F.conv2d`. How large is the map?
    """,
    placeholder="""
        def dilated(X, K, d):
            # your code
            ...
    """,
    cases=_with_gaps,
    right=lambda X, K, d: _layer(X, K, dilation=d),
    mistakes=(
        Mistake(
            "the dilation is counted from zero",
            "Dilation 1 is the ordinary kernel, without gaps: there are d − 1 zeros between two taps, not d.",
            lambda X, K, d: _layer(X, K, dilation=d + 1),
        ),
        Mistake(
            "the dilation is not used",
            "The taps must move apart: from one to the next it is d pixels.",
            lambda X, K, d: _layer(X, K),
        ),
        Mistake(
            "zeros behind the last tap",
            "Zeros stand only *between* the taps. The dilated kernel ends with its last tap.",
            _stuffed_behind,
        ),
        Mistake(
            "each tap is repeated in a block",
            "Dilation leaves gaps between the taps. The number of pixels that are multiplied stays the same.",
            lambda X, K, d: _layer(X, K.repeat_interleave(d, 1).repeat_interleave(d, 2)),
        ),
        Mistake(
            "the window moves by d (a stride, not a dilation)",
            "The window still moves by one pixel. The gaps are inside the window.",
            lambda X, K, d: _layer(X, K, stride=d),
        ),
        Mistake(
            "gaps between the rows only",
            "The taps move apart in both directions, down and across.",
            lambda X, K, d: _layer(X, K, dilation=(d, 1)),
        ),
        Mistake(
            "gaps between the columns only",
            "The taps move apart in both directions, down and across.",
            lambda X, K, d: _layer(X, K, dilation=(1, d)),
        ),
        Mistake(
            "the kernel is flipped",
            "Layers compute a correlation: the kernel lies on the image as it is.",
            lambda X, K, d: _layer(X, K.flip(1, 2), dilation=d),
        ),
        Mistake(
            "the channels are averaged",
            "The channels are added up. Nothing is divided by their number.",
            lambda X, K, d: _layer(X, K, dilation=d) / len(X),
        ),
        Mistake(
            "only the first channel is used",
            "The map is a sum over all channels: each has a slice of the kernel of its own.",
            lambda X, K, d: _layer(X[:1], K[:1], dilation=d),
        ),
        Mistake(
            "the channels are kept apart",
            "The formula has a sum over the channels: *one* map comes out. Separate maps are another kind of layer.",
            lambda X, K, d: conv2d(X, K[:, None], dilation=d, groups=len(X)),
            where=headings.DEPTHWISE,
        ),
        Mistake(
            "the map is padded to the size of the image",
            "There is no padding here: the whole dilated kernel must stay inside the image.",
            lambda X, K, d: _layer(_framed(X, K, d), K, dilation=d),
        ),
        Mistake(
            "the image is padded by d on each side",
            "There is no padding here: the whole dilated kernel must stay inside the image.",
            lambda X, K, d: _layer(X, K, dilation=d, padding=d),
        ),
    ),
    hint="The upper left output multiplies K[c, u, v] with X[c, d·u, d·v]. Compute it by hand for the input below.",
    forbids=("dilation=",),
    solution="""
        def dilated(X, K, d):
            C, h, w = K.shape
            rows, columns = d * (h - 1) + 1, d * (w - 1) + 1
            stuffed = torch.zeros(C, rows, columns, dtype=K.dtype)
            stuffed[:, ::d, ::d] = K
            return sum(corr2d(X[c], stuffed[c]) for c in range(C))
    """,
    because="""
        From the first tap to the last there are $h - 1$ steps of $d$ pixels: the dilated kernel has
        $d(h - 1) + 1$ rows. It is a larger kernel with zeros stuffed in.
        So the map has $H - d(h - 1)$ rows and $W - d(w - 1)$ columns.

        The other way: fix one tap and look at all windows at once. The pixels under this tap are a piece of the image
        as large as the map, and it begins at row $d \\cdot a$ and column $d \\cdot b$.
    """,
)
