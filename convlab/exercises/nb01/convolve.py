"""01-convolve: the true convolution."""

from torch.nn.functional import pad

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb01 import headings
from convlab.functional import convolve2d, corr2d, correlate2d


def _image_and_kernel(draw):
    X = draw.tensor(draw.whole(1, 5, far=9), draw.whole(1, 6, far=9))
    return {"X": X, "K": draw.tensor(draw.whole(1, 4, far=8), draw.whole(1, 5, far=8))}


def _with_zeros(X, rows, columns):
    return pad(X, (columns, columns, rows, rows))


def _stamped_over(X, K):
    """Stamp the kernel on every pixel, but write instead of adding."""
    h, w = K.shape
    Y = X.new_zeros(X.shape[0] + h - 1, X.shape[1] + w - 1)
    for i in range(X.shape[0]):
        for j in range(X.shape[1]):
            Y[i : i + h, j : j + w] = X[i, j] * K
    return Y


CONVOLVE = Exercise(
    name="01-convolve",
    title="the true convolution",
    where=headings.MODES,
    minutes=10,
    kind="function",
    variable="convolve",
    prompt="""
        Write `convolve(X, K)`: the true convolution of an image and a kernel, in mode `full`.
        Use loops, `corr2d` or `F.pad`, as you like, but not `convolve2d`.
    """,
    placeholder="""
        def convolve(X, K):
            # your code
            ...
    """,
    cases=_image_and_kernel,
    right=convolve2d,
    mistakes=(
        Mistake(
            "the kernel is not flipped",
            "Without the flip it is a correlation. True convolution turns the kernel by 180 degrees first.",
            lambda X, K: correlate2d(X, K, mode="full"),
            where=headings.FLIP,
        ),
        Mistake(
            "the kernel is only turned upside down",
            "A turn by 180 degrees swaps top and bottom, and left and right as well.",
            lambda X, K: correlate2d(X, K.flip(0), mode="full"),
            where=headings.FLIP,
        ),
        Mistake(
            "only left and right of the kernel are swapped",
            "A turn by 180 degrees swaps left and right, and top and bottom as well.",
            lambda X, K: correlate2d(X, K.flip(1), mode="full"),
            where=headings.FLIP,
        ),
        Mistake(
            "rows and columns of the kernel are swapped instead of a flip",
            "`K.T` is a mirror image along the diagonal. The flip is a turn by 180 degrees.",
            lambda X, K: correlate2d(X, K.T, mode="full"),
            where=headings.FLIP,
        ),
        Mistake(
            "the image is flipped as well",
            "Only one of the two is turned. If both are, the result is turned as a whole.",
            lambda X, K: convolve2d(X.flip(0, 1), K.flip(0, 1)),
            where=headings.FLIP,
        ),
        Mistake(
            "mode `valid`: the kernel stays inside the image",
            "In mode `full` every overlap counts, even of one pixel. So the result is larger than the image.",
            lambda X, K: corr2d(X, K.flip(0, 1)),
        ),
        Mistake(
            "mode `same`: the result is as large as the image",
            "In mode `full` every overlap counts, even of one pixel. So the result is larger than the image.",
            lambda X, K: convolve2d(X, K, mode="same"),
        ),
        Mistake(
            "one line of zeros too many on each side",
            "The first window shares one pixel with the image. How many of the kernel's rows lie outside then?",
            lambda X, K: corr2d(_with_zeros(X, *K.shape), K.flip(0, 1)),
        ),
        Mistake(
            "the zeros are put on the wrong sides",
            "`F.pad` begins with the last dimension: left, right, then top, bottom.",
            lambda X, K: corr2d(_with_zeros(X, K.shape[1] - 1, K.shape[0] - 1), K.flip(0, 1)),
        ),
        Mistake(
            "a later stamp overwrites an earlier one",
            "Where stamps overlap, they are added up.",
            _stamped_over,
            where=headings.FLIP,
        ),
    ),
    forbids=(
        "convolve2d",
        "scipy.signal.convolve2d",
        "scipy.signal.fftconvolve",
        "scipy.signal.convolve",
        "scipy.ndimage.convolve",
    ),
    solution="""
        def convolve(X, K):
            h, w = K.shape
            sheet = F.pad(X, (w - 1, w - 1, h - 1, h - 1))
            return corr2d(sheet, K.flip(0, 1))
    """,
    because="""
        The first window shares one pixel with the image, so $h - 1$ of its rows and $w - 1$ of its columns lie outside:
        that many zeros are needed on each side. `F.pad` wants left and right first. Then the kernel is turned.
        The other way is to stamp: every pixel adds the kernel, as it is, times its brightness.
    """,
    hint="Try it with X = torch.ones(1, 1): the map must be the kernel itself, as it is.",
)
