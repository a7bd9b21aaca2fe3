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
    slips="""
        the map has one row too few: Rows and columns are counted alike: besides the steps there is the start.
            H - h + 1 => H - h
        the map has one column too few: Rows and columns are counted alike: besides the steps there is the start.
            W - w + 1 => W - w
        the start of the window is taken off, not added: Take an image that is as large as the kernel. How many places?
            H - h + 1, W - w + 1 => H - h - 1, W - w - 1
        the loops end one row and one column early: The map has the right size. How many of its numbers are filled in?
            range(Y.shape[0]) => range(H - h)
            range(Y.shape[1]) => range(W - w)
        the last column is not filled in: The map has the right size. Count the places of the window from left to right.
            range(Y.shape[1]) => range(W - w)
        j runs over the columns of the image: j counts the columns of the *map*. How many places are there?
            range(Y.shape[1]) => range(W)
        only the first row is filled in: Does the loop reach the second row? Look where `return` stands.
            range(Y.shape[0]) => range(min(1, Y.shape[0]))
        only the first number is filled in: Does the loop reach the second place? Look where `return` stands.
            range(Y.shape[0]) => range(min(1, Y.shape[0]))
            range(Y.shape[1]) => range(min(1, Y.shape[1]))
        the map is as large as the image, with zeros at its end: Count the places of the window.
            torch.zeros(H - h + 1, W - w + 1, => torch.zeros(H, W,
            range(Y.shape[0]) => range(H - h + 1)
            range(Y.shape[1]) => range(W - w + 1)
        the ranges of i and j are exchanged: i counts the rows of the map, j its columns. Which of `Y.shape` is which?
            i in range(Y.shape[0]) => i in range(Y.shape[1])
            j in range(Y.shape[1]) => j in range(Y.shape[0])
        the window goes as often down as it goes to the right: i counts the rows of the map. Which of `Y.shape` is it?
            i in range(Y.shape[0]) => i in range(Y.shape[1])
        the kernel is turned upside down: A correlation takes the kernel as it is, in both directions. @FLIP
            * K) => * K.flip(0))
        left and right of the kernel are swapped: A correlation takes the kernel as it is, in both directions. @FLIP
            * K) => * K.flip(1))
        rows and columns of the kernel are swapped: A correlation takes the kernel as it is. `K.T` has another shape.
            * K) => * K.T)
        the kernel's height is taken for both sides of the window: The window is as wide as the kernel.
            j : j + w => j : j + h
        the kernel's width is taken for both sides of the window: The window is as high as the kernel.
            i : i + h => i : i + w
        height and width of the window are exchanged: The window has as many rows and columns as the kernel has.
            i : i + h, j : j + w => i : i + w, j : j + h
        rows and columns of the image are exchanged: i is the row of the window, j its column.
            X[i : i + h, j : j + w] => X[j : j + h, i : i + w]
        the matrix product is taken: Each pixel is multiplied by the weight that lies on it: that is `*`.
            * K) => @ K)
        the mean is taken, not the sum: The formula adds up all products, and divides by nothing.
            .sum() => .mean()
        the window jumps by its own size: The next window begins one pixel further. So the windows overlap.
            X[i : i + h, j : j + w] => X[i * h : i * h + h, j * w : j * w + w]
    """,
    forbids=("corr2d",),
    hint="Try `X = torch.arange(12.0).reshape(3, 4)` with a kernel of one row, then of one column.",
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
