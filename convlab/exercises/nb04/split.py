"""04-split: the best column and row for a kernel, and what is lost."""

import torch

from convlab.exercises.engine.exercise import Exercise, Refused
from convlab.exercises.nb04 import headings


def _clear(K):
    """Tell whether one product is clearly the strongest."""
    strengths = torch.linalg.svdvals(K)
    return bool(strengths[0] > 0.1) and bool((strengths[1:] < 0.8 * strengths[0]).all())


def _kernel(draw):
    h, w, mixed = draw.whole(1, 4, far=6), draw.whole(1, 4, far=6), draw.choice(0, 0.5, 1)
    while True:
        K = draw.tensor(h, 1) @ draw.tensor(1, w) + mixed * draw.tensor(h, w)
        if _clear(K):
            return {"K": K}


def _product(split, K):
    """Return column @ row, for each of them may have any factor, and the part that is lost."""
    answer = split(K)
    if answer is None or answer is ...:
        return answer
    if not isinstance(answer, (tuple, list)) or len(answer) != 3:
        raise Refused("three results are needed: column, row, lost")
    column, row = (torch.as_tensor(part, dtype=torch.float64) for part in answer[:2])
    if column.ndim == row.ndim == 2 and len(column) == row.shape[1] == 1:  # a row and a column
        return column.T @ row.T, answer[2]
    if column.ndim == row.ndim == 2 and column.shape[1] == row.shape[0]:  # several products: one behind the other
        several = column.T[:, :, None] * row[:, None]
        return several if len(several) > 1 else several[0], answer[2]
    given = f"{tuple(column.shape)} and {tuple(row.shape)}"
    raise Refused(f"needed are a column of shape (h, 1) and a row of shape (1, w); the shapes of yours are {given}")


SPLIT = Exercise(
    name="04-split",
    title="a kernel as a column and a row",
    where=headings.ASYMMETRIC,
    minutes=10,
    kind="function",
    variable="split",
    prompt="""
        Somebody's kernel `K`, of shape (h, w), shall be replaced by a column and a row. Write `split(K)`. It returns
        `column`, of shape (h, 1), `row`, of shape (1, w), and `lost`. If the rank of `K` is 1, `column @ row` is `K`.
        If not, it comes as near as one product can. `lost` says how near: the sum of the squares of
        `K - column @ row`, as a part of the sum of the squares of `K`. It is 0 where nothing is lost.

        `U, S, V = torch.linalg.svd(K, full_matrices=False)` gives all the products of the SVD: number n is the column
        `U[:, n]` times the row `V[n]` times the strength `S[n]`. The first is the strongest. (`K` is never all zeros.)
    """,
    placeholder="""
        def split(K):
            column = ...
            row = ...
            lost = ...
            return column, row, lost
    """,
    cases=_kernel,
    run=_product,
    returns=("column @ row", "lost"),
    valid=_clear,
    slips="""
        the strength is left out: How strong a product is, stands in `S` alone.
            * S[0] =>
        the strength is put into both, the column and the row: Then it counts twice in the product. Put it into one of
            them, or its root into both.
            V[:1] => V[:1] * S[0]
        the root of the strength is put into one of the two only: Put all of it into one, or the root into both.
            S[0] => S[0].sqrt()
        a column of `V` is taken for the row: In `V` the rows belong to the products, `V[n]`. Only in `U` it is the
            columns.
            V[:1] => V[:, :1].T
        a row of `U` is taken for the column: In `U` the columns belong to the products. Only in `V` it is the rows.
            U[:, :1] => U[:1].T
        row and column are swapped: The column comes first, then the row.
            return column, row => return row, column
        all products are handed in: One column and one row are asked for: the product that comes nearest to `K`.
            U[:, :1] * S[0] => U * S
            V[:1] => V
            ((K - column @ row) ** 2).sum() / (K**2).sum() => 1 - S[0] ** 2 / (S**2).sum()
        the weakest product is taken: The products are in the order of their strengths. Which one comes first?
            U[:, :1] * S[0] => U[:, -1:] * S[-1]
            V[:1] => V[-1:]
        the signs are taken away: The signs belong to the product: without them it is another one.
            U[:, :1] => U[:, :1].abs()
            V[:1] => V[:1].abs()
        a column and a row are cut out of the kernel: That is right for rank 1 only. Otherwise another product comes
            nearer to all numbers together.
            U[:, :1] * S[0] => K[:, :1]
            V[:1] => K[:1] / K[0, 0]
        the sums of the rows and of the columns are taken: That is right for rank 1 only, if they do not add up to 0.
            Otherwise another product comes nearer to all numbers together.
            U[:, :1] * S[0] => K.sum(1, keepdim=True)
            V[:1] => K.sum(0, keepdim=True) / K.sum()
        the kernel is taken to be square: K has h rows and w columns. They may differ.
            V[:1] => V[:1].reshape(1, len(K))
        the strengths are not squared: `lost` compares squares. The squares of all numbers of a kernel add up to the
            squares of its strengths.
            ((K - column @ row) ** 2).sum() / (K**2).sum() => 1 - S[0] / S.sum()
        only the second product is lost: All products but the first are lost. How many are there?
            ((K - column @ row) ** 2).sum() / (K**2).sum() => S[1] ** 2 / (S**2).sum()
        the kernel is taken to have three strengths: There are as many strengths as the shorter side of `K` has pixels.
            ((K - column @ row) ** 2).sum() / (K**2).sum() => (S[1] ** 2 + S[2] ** 2) / (S[:3] ** 2).sum()
        `lost` is what is kept: Where the rank is 1, nothing is lost: `lost` must be 0.
            lost = => lost = 1 -
        `lost` only tells whether the rank is 1: It also says how much is lost: a part, from 0 to 1.
            ((K - column @ row) ** 2).sum() / (K**2).sum() => float(torch.linalg.matrix_rank(K) > 1)
        `lost` is not compared with the kernel: Ten times the kernel loses the same *part*: divide by the sum of its
            squares.
            / (K**2).sum() =>
        `lost` is divided by the number of pixels: Ten times the kernel loses the same *part*. What is the whole?
            (K**2).sum() => K.numel()
        `lost` is compared with the product: It is a part of the whole kernel: divide by the sum of the squares of `K`.
            (K**2).sum() => ((column @ row) ** 2).sum()
        `lost` is a quotient of lengths: Squares are compared, without a root.
            lost = ((K - column @ row) ** 2).sum() / (K**2).sum() => lost = (K - column @ row).norm() / K.norm()
        absolute values are added in place of squares: `lost` compares squares, of the differences and of the kernel.
            ((K - column @ row) ** 2).sum() / (K**2).sum() => (K - column @ row).abs().sum() / K.abs().sum()
        the numbers are added without squares: Positive and negative differences cancel then. Square them first.
            ((K - column @ row) ** 2).sum() / (K**2).sum() => (K - column @ row).sum() / K.sum()
        the sum is squared, and not each number: First square each number, then add up.
            (K**2).sum() => K.sum() ** 2
    """,
    hint="Try `kernels.sobel_x()`, of which nothing is lost, and `torch.tensor([[2.0, 0], [0, 1]])`: 1 / 5 of it is.",
    solution="""
        def split(K):
            U, S, V = torch.linalg.svd(K, full_matrices=False)
            column = U[:, :1] * S[0]
            row = V[:1]
            lost = ((K - column @ row) ** 2).sum() / (K**2).sum()
            return column, row, lost
    """,
    because="""
        Of all products, the strongest comes nearest to the kernel. What is lost are the others: the squares of a
        kernel's numbers add up to the squares of its strengths. So `lost` is also `1 - S[0]**2 / (S**2).sum()`: 0 for
        `sobel_x`, 0.01 for the Laplacian, two thirds for the diagonal, which has three equal strengths.
    """,
)
