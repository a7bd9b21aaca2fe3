"""01-merge: two layers in one (capstone)."""

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb01 import headings
from convlab.functional import convolve2d


def _two_layers(draw):
    K1 = draw.tensor(draw.whole(1, 3, far=8), draw.whole(1, 4, far=8))
    K2 = draw.tensor(draw.whole(1, 4, far=8), draw.whole(1, 3, far=8))
    return {"K1": K1, "b1": draw.number(), "K2": K2, "b2": draw.number()}


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
    right=lambda K1, b1, K2, b2: (convolve2d(K1, K2), b1 * K2.sum() + b2),
    slips="""
        the kernels are correlated, not convolved: K1[a, b] and K2[c, d] meet at the pixel (a + c, b + d). Which
            operation adds up what meets in one place? @FLIP
            K2.flip(0, 1) => K2
        the merged kernel is only as large as K1 (mode `same`): K sees what two layers see: it is larger.
            corr2d(sheet, K2.flip(0, 1)) => convolve2d(K1, K2, mode="same")
        the merged kernel is only as large as K2 (mode `same`): K sees what two layers see: it is larger.
            corr2d(sheet, K2.flip(0, 1)) => convolve2d(K2, K1, mode="same")
        the biases are only added: The second layer works on a flat map of b1, too, with all its weights. @LAYER
            b1 * K2.sum() + b2 => b1 + b2
        the kernels are correlated, in the other order: Which operation does not care about the order? @FLIP
            corr2d(sheet, K2.flip(0, 1)) => corr2d(sheet, K2).flip(0, 1)
        the merged kernel is turned by 180 degrees: Try it with a K2 of 1 × 1 that holds a 1: then K must be K1. @FLIP
            corr2d(sheet, K2.flip(0, 1)) => corr2d(sheet, K2.flip(0, 1)).flip(0, 1)
        one kernel is turned upside down only: A turn by 180 degrees swaps left and right as well. @FLIP
            K2.flip(0, 1) => K2.flip(0)
        left and right of one kernel are swapped only: A turn by 180 degrees swaps top and bottom as well. @FLIP
            K2.flip(0, 1) => K2.flip(1)
        the kernels are multiplied as matrices: A kernel slides over the other's map: they meet in all places.
            corr2d(sheet, K2.flip(0, 1)) => K1 @ K2
        the kernels are multiplied number by number: Every weight of K1 meets *every* weight of K2.
            corr2d(sheet, K2.flip(0, 1)) => K1 * K2
        the kernels are added: The second layer *multiplies* what comes out of the first.
            corr2d(sheet, K2.flip(0, 1)) => K1 + K2
        the second kernel stays inside the first (mode `valid`): K sees what two layers see.
            corr2d(sheet, K2 => corr2d(K1, K2
        the second kernel stays inside the first, and is not flipped: K sees what two layers see. @FLIP
            = lambda K1, b1, K2, b2: (corr2d(K1, K2), b1 * K2.sum() + b2)
        the zeros are put on the wrong sides: `F.pad` begins with the last dimension: left, right, then top, bottom.
            (w - 1, w - 1, h - 1, h - 1) => (h - 1, h - 1, w - 1, w - 1)
        the zeros are counted by the kernel that they surround: How far does the *other* one stick out?
            K2.shape => K1.shape
        one line of zeros too many on each side: The two kernels share one weight at least. How many rows lie outside?
            (w - 1, w - 1, h - 1, h - 1) => (w, w, h, h)
        one row and one column too many: How many rows of the image do two rows of the first map see?
            (w - 1, w - 1, h - 1, h - 1) => (w - 1, w, h - 1, h)
        products overwrite each other, K2 in the outer loop: What falls on the same place of K is added up.
            K1, (w - 1, w - 1, h - 1, h - 1)) => K1[None], (w - 1, 0, h - 1, 0), "replicate")[0]
            corr2d(sheet, K2.flip(0, 1)) => sheet * F.pad(K2[None], ENDS, "replicate")[0]
            ENDS => (0, K1.shape[1] - 1, 0, len(K1) - 1)
        products overwrite each other, K1 in the outer loop: What falls on the same place of K is added up.
            K1, (w - 1, w - 1, h - 1, h - 1)) => K1[None], (0, w - 1, 0, h - 1), "replicate")[0]
            corr2d(sheet, K2.flip(0, 1)) => sheet * F.pad(K2[None], ENDS, "replicate")[0]
            ENDS => (K1.shape[1] - 1, 0, len(K1) - 1, 0)
        the first bias is put into the kernel: A kernel is multiplied by the pixels, a bias is not. @LAYER
            F.pad(K1, => F.pad(K1 + b1,
            b1 * K2.sum() + b2 => b2
        every weight of K2 counts as 1 for the bias: A flat map comes out times their sum, not their number. @KERNELS
            K2.sum() => K2.numel()
        the mean of K2 is taken for the bias: The second layer adds up its products. There is no division. @KERNELS
            K2.sum() => K2.mean()
        negative weights of K2 count as positive for the bias: A negative weight takes away from the sum. @KERNELS
            K2.sum() => K2.abs().sum()
        the first bias is multiplied by the weights of K1: b1 is added after K1 has done its work. @LAYER
            K2.sum() => K1.sum()
        the first bias is multiplied by the weights of both kernels: Which layer still works on b1? @LAYER
            K2.sum() => K2.sum() * K1.sum()
        both biases are multiplied by the weights of K2: b2 is added at the very end: nothing works on it. @LAYER
            b1 * K2.sum() + b2 => (b1 + b2) * K2.sum()
        each bias is multiplied by the weights of its own layer: Which layer still works on b2? @LAYER
            b1 * K2.sum() + b2 => b1 * K1.sum() + b2 * K2.sum()
        each bias goes through its own layer as well: A bias is added *behind* the kernel of its layer. @LAYER
            b1 * K2.sum() + b2 => (b1 * K1.sum() + b2) * K2.sum()
        the two biases have changed places: Which of the two goes through the second layer? @LAYER
            b1 * K2.sum() + b2 => b2 * K2.sum() + b1
        the biases are multiplied: b2 is *added* at the very end, whatever b1 is. @LAYER
            b1 * K2.sum() + b2 => b1 * b2
        a bias for each weight: A layer has one bias. What does a flat map of b1 become, in *one* place? @LAYER
            K2.sum() => K2
        the first bias is forgotten: The first layer adds b1 to its whole map, and the second sees it. @LAYER
            b1 * K2.sum() + b2 => b2
        the second bias is forgotten: The second layer adds b2 to every entry of the last map. @LAYER
            b1 * K2.sum() + b2 => b1 * K2.sum()
    """,
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
