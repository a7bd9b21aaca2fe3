"""01-convolve: the true convolution."""

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb01 import headings
from convlab.functional import convolve2d


def _image_and_kernel(draw):
    X = draw.tensor(draw.whole(1, 5, far=9), draw.whole(1, 6, far=9))
    return {"X": X, "K": draw.tensor(draw.whole(1, 4, far=8), draw.whole(1, 5, far=8))}


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
    slips="""
        a correlation, not a convolution: A window needs the kernel flipped (not flipped: for stamps). @FLIP
            K.flip(0, 1) => K
        the kernel is only turned upside down: A turn by 180 degrees swaps left and right as well. @FLIP
            K.flip(0, 1) => K.flip(0)
        only left and right of the kernel are swapped: A turn by 180 degrees swaps top and bottom as well. @FLIP
            K.flip(0, 1) => K.flip(1)
        rows and columns of the kernel are swapped instead of a flip: The flip is a turn by 180 degrees. @FLIP
            K.shape => K.T.shape
            K.flip(0, 1) => K.T
        the kernel is mirrored along its diagonal: `K.T` has another shape. A turn by 180 degrees keeps it. @FLIP
            K.flip(0, 1) => K.T
        the kernel is turned by 90 degrees: The flip is a turn by 180 degrees: its shape stays as it is. @FLIP
            K.shape => K.T.shape
            K.flip(0, 1) => torch.rot90(K)
        the whole result is turned: Only the kernel is to be turned, neither the image nor the result. @FLIP
            F.pad(X, => F.pad(X.flip(0, 1),
            K.flip(0, 1) => K
        a correlation, turned as a whole: Only the kernel is to be turned, neither the image nor the result. @FLIP
            F.pad(X, => F.pad(X.flip(0, 1),
        the kernel stays inside the image (mode `valid`): In mode `full` every overlap counts, even of one pixel.
            corr2d(sheet, => corr2d(X,
        neither zeros nor a flip: Mode `full` needs zeros around the image. And a correlation is no convolution. @FLIP
            = corr2d
        the result is as large as the image (mode `same`): In mode `full` every overlap counts: it is larger.
            (w - 1, w - 1, h - 1, h - 1) => (w // 2, (w - 1) // 2, h // 2, (h - 1) // 2)
        mode `same`, even kernels one place off: In mode `full` every overlap counts: the result is larger.
            (w - 1, w - 1, h - 1, h - 1) => ((w - 1) // 2, w // 2, (h - 1) // 2, h // 2)
        zeros for half a kernel on each side: The first window shares *one* pixel with the image, not half of them.
            (w - 1, w - 1, h - 1, h - 1) => (w // 2, w // 2, h // 2, h // 2)
        one line of zeros too many on each side: The first window shares one pixel with the image. And the rest of it?
            (w - 1, w - 1, h - 1, h - 1) => (w, w, h, h)
        one line of zeros too few on each side: The first window shares *one* pixel with the image.
            (w - 1, w - 1, h - 1, h - 1) => (w - 2, w - 2, h - 2, h - 2)
        the zeros are put on the wrong sides: `F.pad` begins with the last dimension: left, right, then top, bottom.
            (w - 1, w - 1, h - 1, h - 1) => (h - 1, h - 1, w - 1, w - 1)
        the zeros differ on the left and on the right: `F.pad` wants left and right first, then top and bottom.
            (w - 1, w - 1, h - 1, h - 1) => (h - 1, w - 1, h - 1, w - 1)
        the kernel's height is used for both directions: What if the kernel is wider than it is high?
            (w - 1, w - 1, => (h - 1, h - 1,
        the kernel's width is used for both directions: What if the kernel is higher than it is wide?
            h - 1, h - 1) => w - 1, w - 1)
        one line of zeros on each side, for any kernel: How many of a kernel's rows may lie outside? Try 1 row, then 3.
            (w - 1, w - 1, h - 1, h - 1) => (1, 1, 1, 1)
        two lines of zeros on each side, for any kernel: How many of a kernel's rows may lie outside? Try 1 row, then 2.
            (w - 1, w - 1, h - 1, h - 1) => (2, 2, 2, 2)
        no room at the end, below and on the right: The last windows share one pixel with the image, as the first do.
            (w - 1, w - 1, h - 1, h - 1) => (w - 1, 0, h - 1, 0)
        a correlation, with no room at the end: The last windows share one pixel with the image, too. @FLIP
            (w - 1, w - 1, h - 1, h - 1) => (w - 1, 0, h - 1, 0)
            K.flip(0, 1) => K
        no room at the beginning, above and on the left: The first windows share one pixel with the image, too.
            (w - 1, w - 1, h - 1, h - 1) => (0, w - 1, 0, h - 1)
        the window leaves the image to the left and right only: Above and below every overlap counts, too.
            h - 1, h - 1) => 0, 0)
        the window leaves the image above and below only: To the left and right every overlap counts, too.
            (w - 1, w - 1, => (0, 0,
        the border is repeated: Around the image there are zeros: what is not there adds nothing.
            X, (w - 1, w - 1, h - 1, h - 1)) => X[None], (w - 1, w - 1, h - 1, h - 1), "replicate")[0]
        negative places count from the end: `X[-1]` is the *last* row. Where the image has no row, nothing is added.
            X, (w - 1, w - 1, h - 1, h - 1)) => X[None], (w - 1, 0, h - 1, 0), "circular")[0]
            corr2d(sheet => corr2d(F.pad(sheet, (0, w - 1, 0, h - 1))
        what leaves the image on one side comes back on the other: Outside there are zeros. The result needs more room.
            = lambda X, K: torch.fft.ifft2(torch.fft.fft2(X) * torch.fft.fft2(K, s=X.shape)).real
        a later stamp overwrites an earlier one: Where stamps overlap, they are added up. @FLIP
            X, (w - 1, w - 1, h - 1, h - 1)) => X[None], (0, w - 1, 0, h - 1), "replicate")[0]
            corr2d(sheet, K.flip(0, 1)) => sheet * F.pad(K[None], (X.shape[1] - 1, 0, len(X) - 1, 0), "replicate")[0]
        one row and one column too many: The first window shares one pixel with the image, and so does the last.
            K.flip(0, 1)) => F.pad(K.flip(0, 1), (1, 0, 1, 0)))
            (w - 1, w - 1, h - 1, h - 1) => (w, w, h, h)
        the last row and column are left out: `range(n)` ends with n - 1. Where does each loop have to end?
            corr2d(sheet, K.flip(0, 1)) => F.pad(corr2d(sheet, K.flip(0, 1))[:-1, :-1], (0, 1, 0, 1))
        the mean is taken, not the sum: All products are added up. There is no division.
            K.flip(0, 1)) => K.flip(0, 1)) / K.numel()
    """,
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
    hint="Try it with `X = torch.ones(1, 1)`: the map must be the kernel itself, as it is.",
)
