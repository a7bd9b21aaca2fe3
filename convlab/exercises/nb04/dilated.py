"""04-dilated: taps with gaps."""

import torch
from torch.nn.functional import conv2d

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb04 import headings


def _with_gaps(draw):
    C, d = draw.whole(1, 3, far=6), draw.whole(1, 3, far=6)
    h, w = draw.whole(1, 4, far=5) + (d > 3), draw.whole(1, 4, far=5) + (d > 3)
    H, W = (max((d + 1) * (side - 1) + 1, d * side) + draw.whole(0, 2) for side in (h, w))  # gaps too wide fit, too
    return {"X": draw.tensor(C, H, W), "K": draw.tensor(C, h, w), "d": d}


def _windows(taps, width):
    """Loop over windows; taps says which lines of the image one reads, width how many it covers."""

    def dilated(X, K, d):
        _, h, w = K.shape
        down, across = (range(X.shape[n] - width(K.shape[n], d) + 1) for n in (1, 2))
        rows = [[(X[:, taps(i, h, d)][..., taps(j, w, d)] * K).sum() for j in across] for i in down]
        return torch.stack([torch.stack(row) for row in rows])

    return dilated


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
    right=lambda X, K, d: conv2d(X, K[None], dilation=d)[0],
    slips="""
        the dilation is counted from zero: Dilation 1 is the ordinary kernel, without gaps: there are d − 1 zeros
            between two taps, not d.
            C, h, w = K.shape => (C, h, w), d = K.shape, d + 1
        the dilation is not used: The taps must move apart: from one to the next it is d pixels.
            C, h, w = K.shape => (C, h, w), d = K.shape, 1
        zeros behind the last tap: Zeros stand only *between* the taps. The dilated kernel ends with its last tap.
            d * (h - 1) + 1, d * (w - 1) + 1 => d * h, d * w
        zeros before the first tap: Zeros stand only *between* the taps. The dilated kernel begins with its first tap.
            d * (h - 1) + 1, d * (w - 1) + 1 => d * h, d * w
            ::d, ::d => d - 1 :: d, d - 1 :: d
        each tap is repeated in a block: Dilation leaves gaps between the taps. The number of pixels that are multiplied
            stays the same.
            = lambda X, K, d: F.conv2d(X, K.repeat_interleave(d, 1).repeat_interleave(d, 2)[None])[0]
        every d-th tap of the kernel is used: All taps take part. They move apart: the next one is d pixels further.
            ::d, ::d] = K => :h:d, :w:d] = K[:, ::d, ::d]
        only the last tap counts: The products of all taps are added up. Does each one overwrite the one before?
            ::d, ::d] = K => -1, -1] = K[:, -1, -1]
        the window moves by d (a stride, not a dilation): The window still moves by one pixel. The gaps are inside the
            window.
            = lambda X, K, d: F.conv2d(X, K[None], stride=d)[0]
        only every d-th window is there: The window still moves by one pixel: the next one reads the pixels in the gaps.
            for c in range(C)) => for c in range(C))[::d, ::d]
        gaps between the rows only: The taps move apart in both directions, down and across.
            d * (w - 1) + 1 => w
            ::d, ::d => ::d
        gaps between the columns only: The taps move apart in both directions, down and across.
            d * (h - 1) + 1 => h
            ::d, ::d => :, ::d
        the map is taken to be as large as without dilation: With gaps the window is larger, so it has fewer places: the
            whole dilated kernel must stay inside the image.
            corr2d(X[c], => corr2d(F.pad(X[c], (0, columns - w, 0, rows - h)),
        the + 1 of the size is missing: Besides the steps of the window there is the window before the first step.
            for c in range(C)) => for c in range(C))[:-1, :-1]
        the kernel is taken to be square: K has h rows and w columns. They may differ.
            C, h, w = K.shape => C, h, w, K = *K.shape[:2], K.shape[1], K[:, :, : K.shape[1]]
        the map is padded to the size of the image: There is no padding here: the whole dilated kernel must stay inside
            the image.
            corr2d(X[c], => corr2d(F.pad(X[c], ((columns - 1) // 2, columns // 2, (rows - 1) // 2, rows // 2)),
        the image is padded by half the dilated kernel: There is no padding: the dilated kernel stays inside the image.
            corr2d(X[c], => corr2d(F.pad(X[c], [(columns - 1) // 2] * 2 + [(rows - 1) // 2] * 2),
        the image is padded by d on each side: There is no padding here: the whole dilated kernel must stay inside the
            image.
            = lambda X, K, d: F.conv2d(X, K[None], dilation=d, padding=d)[0]
        the kernel is flipped: Layers compute a correlation: the kernel lies on the image as it is.
            ::d] = K => ::d] = K.flip(1, 2)
        the channels are averaged: The channels are added up. Nothing is divided by their number.
            for c in range(C)) => for c in range(C)) / C
        only the first channel is used: The map is a sum over all channels: each has a slice of the kernel of its own.
            range(C) => range(1)
        only the last channel is used: The map is a sum over all channels. Does each one overwrite the one before?
            range(C) => [C - 1]
        the same slice is used for each channel: Each channel has a slice of the kernel of its own.
            stuffed[c] => stuffed[0]
        the channels are added up too early: First each channel with its own slice of the kernel. Then add the maps.
            X[c], stuffed[c] => X.sum(0) / C, stuffed.sum(0)
        the channels are kept apart: The formula has a sum over the channels: *one* map comes out. Separate maps are
            another kind of layer. @DEPTHWISE
            sum(corr2d(X[c], stuffed[c]) for c in range(C)) => torch.stack([corr2d(*pair) for pair in zip(X, stuffed)])
        the map has dimensions for a batch and a channel: One map is asked for: rows and columns.
            for c in range(C)) => for c in range(C))[None, None]
    """,
    mistakes=(
        Mistake(
            "the loops end where they would without dilation",
            "With gaps the window is larger, so it has fewer places. Which is the last one?",
            _windows(lambda i, side, d: [i + d * a for a in range(side)], lambda side, d: side),
        ),
        Mistake(
            "the last windows reach beyond the image",
            "With gaps the window is larger, so it has fewer places. Which is the last one?",
            _windows(lambda i, side, d: slice(i, i + d * side, d), lambda side, d: side),
        ),
        Mistake(
            "a slice with gaps ends too early",
            "The window is as wide as the dilated kernel, not as the kernel. Only then do all taps lie in it.",
            _windows(lambda i, side, d: slice(i, i + side, d), lambda side, d: d * (side - 1) + 1),
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
