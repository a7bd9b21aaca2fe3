"""01-kernel: choose the weights."""

from convlab.exercises.engine.exercise import Exercise, Mistake, Refused
from convlab.exercises.engine.values import as_tensor
from convlab.exercises.nb01 import headings
from convlab.functional import corr2d

THIRD = 1 / 3


def _filter_with(K, X):
    """Use the learner's kernel; it has to be 3 × 3."""
    K = as_tensor(K)
    if tuple(K.shape) != (3, 3):
        raise Refused(f"your kernel has the shape {tuple(K.shape)}; this exercise asks for 3 rows and 3 columns")
    return corr2d(X, K)


KERNEL = Exercise(
    name="01-kernel",
    title="a kernel that compares rows",
    where=headings.KERNELS,
    minutes=5,
    kind="tensor",
    variable="compare_rows",
    prompt="""
        Write the 3 × 3 kernel `compare_rows`. For each window, `corr2d(X, compare_rows)` shall give
        the *mean* of the three pixels in the bottom row **minus** the mean of the three pixels in the top row.
    """,
    placeholder="compare_rows = ...",
    cases=lambda draw: {"X": draw.tensor(draw.whole(3, 5, far=9), draw.whole(3, 6, far=9))},
    run=_filter_with,
    right=[[-THIRD] * 3, [0] * 3, [THIRD] * 3],
    mistakes=(
        Mistake(
            "top row minus bottom row",
            "What is subtracted needs the negative weights. The kernel lies on the image as you write it.",
            [[THIRD] * 3, [0] * 3, [-THIRD] * 3],
        ),
        Mistake(
            "columns are compared, not rows",
            "The first row of the kernel lies on the top row of the window. Here all weights of one row must be alike.",
            [[-THIRD, 0, THIRD]] * 3,
        ),
        Mistake(
            "sums are compared, not means",
            "The mean of three pixels is their sum divided by their number.",
            [[-1] * 3, [0] * 3, [1] * 3],
        ),
        Mistake(
            "divided by the nine pixels of the window",
            "Each mean is taken over the pixels of one row only, not over the whole window.",
            [[-1 / 9] * 3, [0] * 3, [1 / 9] * 3],
        ),
        Mistake(
            "the pixel in the middle counts twice (sobel_y)",
            "In a mean, every pixel counts the same: the weights within a row are equal.",
            [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
        ),
        Mistake(
            "the middle row counts, too",
            "A row that plays no part gets the weight 0.",
            [[-THIRD] * 3, [THIRD] * 3, [THIRD] * 3],
        ),
    ),
    hint="Put the kernel on the input below by hand: which pixels should count, and how much?",
    solution="""
        compare_rows = torch.tensor([[-1.0, -1.0, -1.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]) / 3
    """,
    because="""
        The mean of the bottom row is a third of each of its pixels: weights of 1/3. The top row is subtracted: −1/3.
        The middle row plays no part: 0. The weights add up to 0, so flat grey gives 0: the kernel sees only change.
    """,
)
