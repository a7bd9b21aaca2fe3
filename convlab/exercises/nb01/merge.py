"""01-merge: two layers in one (capstone)."""

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb01 import headings
from convlab.functional import convolve2d, correlate2d


def _two_layers(draw):
    K1 = draw.tensor(draw.whole(1, 3, far=8), draw.whole(1, 4, far=8))
    K2 = draw.tensor(draw.whole(1, 4, far=8), draw.whole(1, 3, far=8))
    return {"K1": K1, "b1": draw.number(), "K2": K2, "b2": draw.number()}


def _merge(K1, b1, K2, b2):
    return convolve2d(K1, K2), b1 * K2.sum() + b2


def _kernel_by(operation):
    """Return a merge with another kernel, and the right bias."""
    return lambda K1, b1, K2, b2: (operation(K1, K2), b1 * K2.sum() + b2)


def _bias_by(formula):
    """Return a merge with another bias, and the right kernel."""
    return lambda K1, b1, K2, b2: (convolve2d(K1, K2), formula(K1, b1, K2, b2))


MERGE = Exercise(
    name="01-merge",
    title="two layers in one (capstone)",
    where=headings.COLLAPSE,
    minutes=15,
    kind="function",
    variable="merge",
    prompt="""
        Two layers lie on top of each other: `Y = corr2d(corr2d(X, K1) + b1, K2) + b2`.
        Without an activation between them, *one* layer can do the same. Write `merge(K1, b1, K2, b2)`.
        It returns the kernel and the bias of this layer,
        `(K, b)`: then `corr2d(X, K) + b` is equal to `Y` for every image `X` that is large enough.
        You may use everything from this notebook.

        How large must `K` be? And what does the second layer do to a flat map of `b1`?
    """,
    placeholder="""
        def merge(K1, b1, K2, b2):
            K = ...
            b = ...
            return K, b
    """,
    cases=_two_layers,
    returns=("K", "b"),
    right=_merge,
    mistakes=(
        Mistake(
            "the kernels are correlated, not convolved",
            "K1[a, b] and K2[c, d] meet at the pixel (a + c, b + d). Which operation adds up what meets in one place?",
            _kernel_by(lambda K1, K2: correlate2d(K1, K2, mode="full")),
            where=headings.FLIP,
        ),
        Mistake(
            "the kernels are correlated, in the other order",
            "If swapping the two kernels changes your result, it is a correlation. Which operation does not care?",
            _kernel_by(lambda K1, K2: correlate2d(K2, K1, mode="full")),
            where=headings.FLIP,
        ),
        Mistake(
            "the kernels are multiplied as matrices",
            "`@` is the matrix product. But a kernel slides over the map of the other: the two meet in all places.",
            _kernel_by(lambda K1, K2: K1 @ K2),
        ),
        Mistake(
            "the merged kernel is only as large as K1 (mode `same`)",
            "One output of two layers sees more than one output of the first: K is as large as the receptive field.",
            _kernel_by(lambda K1, K2: convolve2d(K1, K2, mode="same")),
        ),
        Mistake(
            "the biases are only added",
            "The second layer works on the first bias, too: it multiplies a flat map of b1 with all its weights.",
            _bias_by(lambda K1, b1, K2, b2: b1 + b2),
            where=headings.LAYER,
        ),
        Mistake(
            "every weight of K2 counts as 1 for the bias",
            "A flat map comes out times the sum of the weights, not times their number.",
            _bias_by(lambda K1, b1, K2, b2: b1 * K2.numel() + b2),
            where=headings.KERNELS,
        ),
        Mistake(
            "the first bias is multiplied by the weights of K1",
            "b1 is added after K1 has done its work. Only the second layer still works on it.",
            _bias_by(lambda K1, b1, K2, b2: b1 * K1.sum() + b2),
            where=headings.LAYER,
        ),
        Mistake(
            "both biases are multiplied by the weights of K2",
            "b2 is added at the very end: nothing works on it any more.",
            _bias_by(lambda K1, b1, K2, b2: (b1 + b2) * K2.sum()),
            where=headings.LAYER,
        ),
        Mistake(
            "the first bias is forgotten",
            "The first layer adds b1 to every entry of its map, and the second layer sees it.",
            _bias_by(lambda K1, b1, K2, b2: b2),
            where=headings.LAYER,
        ),
    ),
    hint="Try your K and b on a small image: compare corr2d(X, K) + b with the two layers, first with both biases 0.",
    solution="""
        def merge(K1, b1, K2, b2):
            h, w = K2.shape
            sheet = F.pad(K1, (w - 1, w - 1, h - 1, h - 1))
            K = corr2d(sheet, K2.flip(0, 1))
            b = b1 * K2.sum() + b2
            return K, b
    """,
    because="""
        *Size.* One entry of the second map sees $h_2$ rows of the first map, and these see $h_1 + h_2 - 1$ rows
        of the image. So $K$ is as large as the result in mode `full`.

        *Kernel.* The output adds up X[i + a + c, j + b + d] · K1[a, b] · K2[c, d]. The weight of the pixel at $(m, n)$
        collects all products with $a + c = m$ and $b + d = n$. As in a product of polynomials, this is the true
        convolution of the two kernels.

        *Bias.* A flat map of b1 comes out times the sum of the weights of K2. Then b2 is added.
    """,
)
