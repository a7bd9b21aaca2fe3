"""04-split: the best column and row for a kernel, and what is lost."""

import torch

from convlab.exercises.engine.exercise import Exercise, Mistake, Refused
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
    if any(part is ... for part in answer):
        return ...
    column, row = (torch.as_tensor(part, dtype=torch.float64) for part in answer[:2])
    if column.ndim != 2 or row.ndim != 2 or column.shape[1] != 1 or row.shape[0] != 1:
        raise Refused(f"needed are a column (h, 1) and a row (1, w); yours are {[*column.shape]} and {[*row.shape]}")
    return column @ row, answer[2]


def _mistaken(strength=lambda S: S[0], row=lambda V: V[:1], lost=lambda S: 1 - S[0] ** 2 / (S**2).sum()):
    """Return a split that reads the parts of the SVD, or what is lost, in another way."""

    def split(K):
        U, S, V = torch.linalg.svd(K, full_matrices=False)
        return U[:, :1] * strength(S), row(V), lost(S)

    return split


def _cut_out(K):
    """Take the first column and row of the kernel itself."""
    column, row = K[:, :1], K[:1] / K[0, 0]
    return column, row, ((K - column @ row) ** 2).sum() / (K**2).sum()


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
    mistakes=(
        Mistake("the strength is left out", "How strong a product is, stands in `S` alone.", _mistaken(lambda S: 1.0)),
        Mistake(
            "the strength is put into both, the column and the row",
            "Then it counts twice in the product. Put it into one of them, or its root into both.",
            _mistaken(lambda S: S[0] ** 2),
        ),
        Mistake(
            "a column of `V` is taken for the row",
            "In `V` the rows belong to the products, `V[n]`. Only in `U` it is the columns.",
            _mistaken(row=lambda V: V[:, :1].T),
        ),
        Mistake(
            "a column and a row are cut out of the kernel",
            "That is right for rank 1 only. Otherwise another product comes nearer to all numbers together.",
            _cut_out,
        ),
        Mistake(
            "the strengths are not squared",
            "`lost` compares squares. The squares of all numbers of a kernel add up to the squares of its strengths.",
            _mistaken(lost=lambda S: 1 - S[0] / S.sum()),
        ),
        Mistake(
            "`lost` is what is kept",
            "Where the rank is 1, nothing is lost: `lost` must be 0.",
            _mistaken(lost=lambda S: S[0] ** 2 / (S**2).sum()),
        ),
        Mistake(
            "`lost` is not compared with the kernel",
            "Ten times the kernel loses the same *part*: divide by the sum of its squares.",
            _mistaken(lost=lambda S: (S[1:] ** 2).sum()),
        ),
    ),
    hint="Try kernels.sobel_x(), of which nothing is lost, and torch.tensor([[2.0, 0], [0, 1]]): 1 / 5 of it is.",
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
