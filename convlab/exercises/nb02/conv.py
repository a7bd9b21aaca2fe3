"""02-conv: the convolution of one image, with stride, padding and dilation as pairs."""

from torch.nn.functional import conv2d

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb02 import headings


def _image_and_pairs(draw):
    h, w = draw.whole(1, 4, far=7), draw.whole(1, 4, far=7)
    stride, padding, dilation = (
        (draw.whole(a, b, far=5), draw.whole(a, b, far=5)) for a, b in [(1, 3), (0, 2), (1, 3)]
    )
    reach = dilation[0] * (h - 1) + 1, dilation[1] * (w - 1) + 1
    room = [draw.whole(0, 4) + (step if step > 3 else 0) for step in stride]  # large steps shall fit
    H, W = (max(1, r - 2 * p + more) for r, p, more in zip(reach, padding, room, strict=True))
    X = draw.tensor(H, W) * (1.1 if draw.size > 4 else 1)  # quarters fit into half floats; these do not
    return {"X": X, "K": draw.tensor(h, w), "stride": stride, "padding": padding, "dilation": dilation}


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
    right=lambda X, K, *how: conv2d(X[None, None], K[None, None], None, *how)[0, 0],
    slips="""
        all pairs are read as (horizontal, vertical): A pair is (vertical, horizontal), in the order of a shape.
            e) = stride, padding, dilation => e) = stride[::-1], padding[::-1], dilation[::-1]
        the stride is read as (horizontal, vertical): The stride's first number is the step downwards, from row to row.
            e) = stride, => e) = stride[::-1],
        the padding is put on the wrong sides: Its first number is for above and below. `F.pad` begins with left.
            (q, q, p, p) => (p, p, q, q)
        the padding is read as (left, right), and again as (top, bottom): Its first number is for top *and* bottom.
            (q, q, p, p) => (p, q, p, q)
        the dilation is read as (horizontal, vertical): Its first number is the distance of two rows of taps.
            e) = stride, padding, dilation => e) = stride, padding, dilation[::-1]
        one number of each pair is used for both directions: The first is vertical, the second horizontal.
            e) = stride, padding, dilation => e) = stride[:1] * 2, padding[:1] * 2, dilation[:1] * 2
        one number of the stride is used for both directions: The second one is the step to the right.
            e) = stride, => e) = stride[:1] * 2,
        one number of the padding is used for all four sides: The second one is for left and right.
            q, q, p, p => p, p, p, p
        one number of the dilation is used for both directions: The second one is for the columns of taps.
            e) = stride, padding, dilation => e) = stride, padding, dilation[:1] * 2
        `F.pad(X, padding)`: Two numbers are left and right, and no row is added. `F.pad` wants four. @EVEN
            (q, q, p, p) => padding
        the padding is put left and right only: There are rows of zeros, too: above and below. @PADDING
            q, q, p, p => q, q, 0, 0
        the padding is put above and below only: There are columns of zeros, too: left and right. @PADDING
            q, q, p, p => 0, 0, p, p
        the padding is counted once: It counts for each side: above and below, left and right. @PER_SIDE
            q, q, p, p => q, 0, p, 0
        there is no padding: The frame of zeros comes first. The window slides over the longer strip. @PADDING
            q, q, p, p => 0, 0, 0, 0
        the zeros are put around the output: The frame goes around the *image*: the window reads the zeros. @PADDING
            q, q, p, p => 0, 0, 0, 0
            return Y => return F.pad(Y, (q, q, p, p))
        the size of the output does not know about the padding: The window slides over the frame, too. @PER_SIDE
            (strip.shape[0] - => (X.shape[0] -
            (strip.shape[1] - => (X.shape[1] -
        the stride is forgotten: The window moves by `stride` pixels, so there are fewer outputs. @STRIDE
            e) = stride, => e) = (1, 1),
        the size of the output does not know about the stride: Behind the outputs stand zeros. @STRIDE
            return Y => return F.pad(Y, (0, strip.size(1) - w + 1 - Y.size(1), 0, strip.size(0) - h + 1 - Y.size(0)))
        the window moves by one pixel only: The shape is right. But window i starts at i times the stride. @STRIDE
            s * i => i
            t * j => j
        the outputs stand as far apart as the windows: Output 1 stands beside output 0, wherever it was read. @STRIDE
            X.new_zeros((strip.shape[0] - h) // s + 1, (strip.shape[1] - w) // t + 1) => X.new_zeros(SIZE)
            SIZE => strip.shape[0] - h + 1, strip.shape[1] - w + 1
            (Y.shape[0]) => (0, Y.shape[0], s)
            (Y.shape[1]) => (0, Y.shape[1], t)
            s * i => i
            t * j => j
        a last step that does not fit is made: Half a step is no step. The last rows may stay unread. @REMAINDER
            (q, q, p, p) => (q, q + t - 1, p, p + s - 1)
        the + 1 is missing: Besides the steps there is the window before the first step. @FORMULA
            // s + 1 => // s
            // t + 1 => // t
        the + 1 is divided by the stride, too: The division counts the *steps*. The first window comes on top. @FORMULA
            - h) // s + 1 => - h + 1) // s
            - w) // t + 1 => - w + 1) // t
        the last place of the window is left out: `range(n)` ends before n. @FORMULA
            - h) // s + 1 => - h + s - 1) // s
            - w) // t + 1 => - w + t - 1) // t
        the dilated kernel is taken to reach over d · h rows: Count the spaces *between* the taps. @DILATION
            (K.shape[0] - 1) + 1 => K.shape[0]
            (K.shape[1] - 1) + 1 => K.shape[1]
        the dilated kernel is taken to reach over d · (h − 1) rows: And the pixel under the first tap? @DILATION
            - 1) + 1 => - 1)
        the size of the output does not know about the dilation: A dilated kernel has fewer places. @FORMULA
            - h) => - K.shape[0])
            - w) => - K.shape[1])
        the size of the output knows about the dilation, the taps do not: The shape is right, what is read is not.
            @DILATION
            i + h : d => i + K.shape[0]
            j + w : e => j + K.shape[1]
        a window has as many rows as the kernel, whatever the dilation: Its reach is larger. @DILATION
            i + h => i + K.shape[0]
            j + w => j + K.shape[1]
        the dilation is forgotten: The dilation says how far apart two neighbouring taps are. @DILATION
            e) = stride, padding, dilation => e) = stride, padding, (1, 1)
        the dilation is taken as the number of pixels in between: It is their distance. Neighbours have 1. @DILATION
            e) = stride, padding, dilation => e) = stride, padding, [n + 1 for n in dilation]
        the image is made thinner: The taps are `dilation` apart, but a window may start at every pixel. @DILATION
            strip = F.pad(X, (q, q, p, p)) => strip, d, e = F.pad(X, (q, q, p, p))[::d, ::e], 1, 1
        stride and dilation have changed places: The stride moves the window, the dilation the taps within it. @DILATION
            e) = stride, padding, dilation => e) = dilation, padding, stride
        the frame is not made of zeros (replicate): PyTorch's padding is zeros, unless you ask for another mode. @MODES
            F.pad(X, (q, q, p, p)) => F.pad(X[None, None], (q, q, p, p), mode="replicate")[0, 0]
        the kernel's rows and columns are swapped: Its rows belong to the rows of the image. @PAIRS
            h, w = => w, h =
        the image is taken for a square: Count rows and columns separately. @PAIRS
            strip.shape[1] => strip.shape[0]
        the kernel is taken for a square: It may have more rows than columns, or fewer. @PAIRS
            e * (K.shape[1] => e * (K.shape[0]
        the kernel is flipped: PyTorch does not flip it: it computes a correlation, as in notebook 01. @OTHERS
            * K => * K.flip(0, 1)
        the mean is taken, not the sum: The products are added up. Nothing divides the sum. @VALID
            .sum() => .mean()
        only the last product is kept: All products of a window are added up. @VALID
            (window * K).sum() => window[-1, -1] * K[-1, -1]
        rows and columns of the output are swapped: The rows of the output belong to the rows of the image. @PAIRS
            return Y => return Y.T
        `return` stands within the loop: `return` ends the function at once. Here, after the first row.
            range(Y.shape[0]) => range(1)
        `return` stands within both loops: `return` ends the function at once. Here, after the first number.
            range(Y.shape[0]) => range(1)
            range(Y.shape[1]) => range(1)
    """,
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
