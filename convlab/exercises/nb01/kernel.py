"""01-kernel: choose the weights."""

from convlab.exercises.engine.exercise import Exercise, Refused
from convlab.exercises.engine.values import as_tensor
from convlab.exercises.nb01 import headings
from convlab.functional import corr2d


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
    right=[[-1 / 3] * 3, [0] * 3, [1 / 3] * 3],
    slips="""
        top row minus bottom row: What is subtracted needs the negative weights. The kernel lies as you write it.
            ]]) / 3 => ]]) / -3
        columns are compared, not rows: The kernel's first row lies on the window's top row: its weights must be alike.
            ]]) / 3 => ]]).T / 3
        sums are compared, not means: The mean of three pixels is their sum divided by their number.
            ]]) / 3 => ]])
        columns are compared, left minus right: The kernel's first row lies on the top row of the window.
            ]]) / 3 => ]]).T / -3
        sums are compared, top row minus bottom row: What is subtracted needs the minus. And a mean?
            ]]) / 3 => ]]) * -1
        sums of columns are compared: The kernel's first row lies on the top row of the window. And a mean?
            ]]) / 3 => ]]).T
        divided by the nine pixels of the window: Each mean is taken over the pixels of one row only.
            ]]) / 3 => ]]) / 9
        divided by the six pixels of both rows: Each mean is taken over the pixels of *one* row.
            ]]) / 3 => ]]) / 6
        the pixel in the middle counts twice (sobel_y): In a mean, every pixel of the row counts the same.
            ]]) / 3 => ]]) * torch.tensor([1, 2, 1])
        the pixel in the middle counts twice: In a mean, every pixel of the row counts the same.
            ]]) / 3 => ]]) * torch.tensor([1, 2, 1]) / 4
        only the pixel in the middle of a row counts: In a mean, every pixel of the row counts, and all the same.
            ]]) / 3 => ]]) * torch.tensor([0, 1, 0])
        the middle row counts, too: A row that plays no part gets the weight 0.
            [0.0, 0.0, 0.0] => [1.0, 1.0, 1.0]
        bottom row minus middle row: The *top* row is subtracted. A row that plays no part gets the weight 0.
            [-1.0, -1.0, -1.0], [0.0, 0.0, 0.0] => [0.0, 0.0, 0.0], [-1.0, -1.0, -1.0]
        middle row minus top row: The *bottom* row comes with a plus. A row that plays no part gets the weight 0.
            [0.0, 0.0, 0.0], [1.0, 1.0, 1.0] => [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]
        the two rows are added: To subtract the mean of a row, its weights must be negative.
            [-1.0, -1.0, -1.0] => [1.0, 1.0, 1.0]
        the top row does not count: Its mean is subtracted. Which weights do that?
            [-1.0, -1.0, -1.0] => [0.0, 0.0, 0.0]
        the bottom row does not count: Its mean is added. Which weights do that?
            [1.0, 1.0, 1.0] => [0.0, 0.0, 0.0]
        only the bottom row is a mean: *Both* means are sums divided by the number of pixels.
            [-1.0, -1.0, -1.0] => [-3.0, -3.0, -3.0]
        only the top row is a mean: *Both* means are sums divided by the number of pixels.
            [1.0, 1.0, 1.0] => [3.0, 3.0, 3.0]
        the mean of the whole window is subtracted: Only the three pixels of the top row are subtracted.
            = torch.tensor([[-1.0, -1.0, -1.0], [-1.0, -1.0, -1.0], [2.0, 2.0, 2.0]]) / 9
        the weights are divided without a rest: `//` rounds down. A weight need not be a whole number: use `/`.
            ]]) / 3 => ]]) // 3
        a third is written as 0.33: Write 1 / 3: the computer takes all the digits that it has.
            ]]) / 3 => ]]) * 0.33
        a third is written as 0.333: Write 1 / 3: the computer takes all the digits that it has.
            ]]) / 3 => ]]) * 0.333
    """,
    hint="Put the kernel on the input below by hand: which pixels should count, and how much?",
    solution="""
        compare_rows = torch.tensor([[-1.0, -1.0, -1.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]) / 3
    """,
    because="""
        The mean of the bottom row is a third of each of its pixels: weights of 1/3. The top row is subtracted: −1/3.
        The middle row plays no part: 0. The weights add up to 0, so flat grey gives 0: the kernel sees only change.
    """,
)
