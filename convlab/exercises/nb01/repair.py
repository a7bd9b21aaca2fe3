"""01-repair: a corr2d with three faults."""

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb01 import headings
from convlab.functional import corr2d


def _image_and_kernel(draw):
    h, w = draw.whole(1, 4, far=6), draw.whole(1, 4, far=6)
    X = draw.tensor(h + draw.whole(0, 3, far=7), w + draw.whole(0, 3, far=7))
    return {"X": X, "K": draw.tensor(h, w)}


REPAIR = Exercise(
    name="01-repair",
    title="a correlation with three faults",
    where=headings.FORMULA,
    minutes=8,
    kind="function",
    variable="repaired",
    prompt="""
        Somebody has written `corr2d` from memory, and made three faults. It runs, and for some inputs it is even right.
        Repair it: for every image `X` and kernel `K`, it shall give what `corr2d(X, K)` gives. Try small inputs on
        which you know what must come out. Do not call `corr2d` itself.
    """,
    cases=_image_and_kernel,
    right=corr2d,
    faults="""
        the map has one row and one column too few: Besides the steps of the window there is the place where it starts.
            torch.zeros(H - h + 1, W - w + 1, dtype=X.dtype) => torch.zeros(H - h, W - w, dtype=X.dtype)
        the window goes as often to the right as it goes down: A map may be wider than it is high, or the other way
            round. Try an image that is not square.
            for j in range(Y.shape[1]): => for j in range(Y.shape[0]):
        the kernel is turned: A correlation takes the kernel as it is. Which operation turns it? @FLIP
            * K) => * K.flip(0, 1))
    """,
    forbids=("corr2d",),
    hint="Try X = torch.arange(12.0).reshape(3, 4) with a kernel of one row, then of one column.",
    solution="""
        def repaired(X, K):
            H, W = X.shape
            h, w = K.shape
            Y = torch.zeros(H - h + 1, W - w + 1, dtype=X.dtype)
            for i in range(Y.shape[0]):
                for j in range(Y.shape[1]):
                    Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
            return Y
    """,
    because="""
        A kernel as large as the image must give one number: so the + 1 is found. An image that is not square finds the
        second fault, and a kernel that is not symmetric finds the third. Inputs that are all ones, or all square, find
        neither: for a test, take numbers that differ, and sides that differ.
    """,
)
