"""The exercises of notebook 01: one image, one kernel, no padding and no stride."""

from torch.nn.functional import pad

from convlab.exercises.engine.exercise import Exercise, Mistake, Refused
from convlab.exercises.engine.values import as_tensor
from convlab.exercises.nb01.merge import MERGE
from convlab.functional import convolve2d, corr2d, correlate2d

WINDOW = "1 · Why a small window?"
FORMULA = "The formula"
KERNELS = "4 · The kernel decides what comes out"
FLIP = "5 · Flip or no flip? Correlation and convolution"
MODES = "What is the flip good for?"

# --- 01-count: parameters of a fully connected network, and of a window ----------------------------------------

COUNT = Exercise(
    name="01-count",
    title="weights, and how few a window needs",
    where=WINDOW,
    kind="predictions",
    variable="predictions",
    prompt="""
        An image has 20 rows and 30 columns. A fully connected network for it has the sizes 600, 50, 10.
        How many layers has the network? How many weights, and how many biases?
        And how many parameters has *one* window of 5 × 5 that slides over the same image?
    """,
    placeholder="""
        predictions = {
            "layers": ...,
            "weights": ...,
            "biases": ...,
            "window": ...,
        }
    """,
    right={"layers": 2, "weights": 30_500, "biases": 60, "window": 26},
    mistakes=(
        Mistake(
            "the input is counted as a layer",
            "Layers are counted by their weights. The input has no weights, and no biases.",
            {"layers": 3, "biases": 660},
        ),
        Mistake(
            "weights and biases are counted together",
            "A weight multiplies an input; a bias is added once to a neuron. Together they are the parameters.",
            {"weights": 30_560},
        ),
        Mistake(
            "the sizes are multiplied all together",
            "Weights lie between two neighbouring sizes. Count each pair of neighbours, then add up.",
            {"weights": 600 * 50 * 10},
        ),
        Mistake(
            "the bias of the window is forgotten",
            "The window is a small neuron: besides its weights it has a bias, as every neuron has.",
            {"window": 25},
        ),
        Mistake(
            "new weights in every place",
            "The window moves, and takes its weights along: the same parameters serve in every place.",
            {"window": 16 * 26 * 26},
        ),
        Mistake(
            "a weight for each pixel of the image",
            "Only the pixels inside the window are multiplied. The size of the image plays no part.",
            {"window": 601},
        ),
    ),
    solution="""
        predictions = {
            "layers": 2,
            "weights": 600 * 50 + 50 * 10,
            "biases": 50 + 10,
            "window": 5 * 5 + 1,
        }
    """,
    because="""
        Between neighbouring sizes, each input has a weight for each neuron: 600 · 50 and 50 · 10.
        Each neuron has one bias.
        The window has a weight for each of its 25 pixels and one bias, however large the image is.
    """,
    also="""
        network = nn.Sequential(nn.Linear(600, 50), nn.Linear(50, 10))
        window = nn.Conv2d(1, 1, kernel_size=5)
        predictions = {
            "layers": len(network),
            "weights": sum(layer.weight.numel() for layer in network),
            "biases": torch.tensor(sum(layer.bias.numel() for layer in network)),
            "window": float(sum(p.numel() for p in window.parameters())),
        }
    """,
)

# --- 01-shape: how large is the map? ---------------------------------------------------------------------------

SHAPE = Exercise(
    name="01-shape",
    title="the shape of a map",
    where=FORMULA,
    kind="shape",
    variable="answer",
    prompt="""
        A photo has 480 rows and 640 columns. A kernel has 5 rows and 3 columns.
        What is the shape of the feature map? Answer without running a convolution: `(rows, columns)`.
    """,
    placeholder="answer = ...",
    right=(476, 638),
    mistakes=(
        Mistake(
            "the + 1 is missing",
            "The window also stands in its first place, before it has moved at all. Count the places, not the moves.",
            (475, 637),
        ),
        Mistake(
            "columns before rows",
            "In PyTorch a shape begins with the rows (the height), then come the columns (the width).",
            (638, 476),
        ),
        Mistake(
            "the kernel's rows and columns are swapped",
            "A 5 × 3 kernel has 5 rows and 3 columns: its rows belong to the rows of the image.",
            (478, 636),
        ),
        Mistake(
            "the map is taken to be as large as the image",
            "The window must stay inside the image, so it cannot begin in the last rows and columns.",
            (480, 640),
        ),
        Mistake(
            "the window sticks out of the image (mode `full`)",
            "Here every window lies inside the image. A map that is larger than the image needs zeros around it.",
            (484, 642),
            where=MODES,
        ),
    ),
    solution="answer = (480 - 5 + 1, 640 - 3 + 1)",
    because="""
        The top row of the window can be row 0, 1, and so on, up to row 480 − 5 = 475. These are 476 places.
        Across, the first column can be 0 to 637: 638 places.
    """,
    also="""
        P = torch.zeros(480, 640)
        K = torch.zeros(5, 3)
        answer = F.conv2d(P[None, None], K[None, None])[0, 0].shape
    """,
)

# --- 01-kernel: choose the weights -----------------------------------------------------------------------------

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
    where=KERNELS,
    kind="tensor",
    variable="K",
    prompt="""
        Write the 3 × 3 kernel `K` that compares rows. For each window, `corr2d(X, K)` shall give
        the *mean* of the three pixels in the bottom row **minus** the mean of the three pixels in the top row.
    """,
    placeholder="K = ...",
    cases=lambda draw: {"X": draw.tensor(draw.whole(3, 5), draw.whole(3, 6))},
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
    solution="K = torch.tensor([[-1.0, -1.0, -1.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]) / 3",
    because="""
        The mean of the bottom row is a third of each of its pixels: weights of 1/3. The top row is subtracted: −1/3.
        The middle row plays no part: 0. The weights add up to 0, so flat grey gives 0: the kernel sees only change.
    """,
    also="K = np.outer([-1, 0, 1], [1, 1, 1]) / 3",
)

# --- 01-convolve: the true convolution -------------------------------------------------------------------------


def _image_and_kernel(draw):
    X = draw.tensor(draw.whole(1, 5), draw.whole(1, 6))
    return {"X": X, "K": draw.tensor(draw.whole(1, 4), draw.whole(1, 3))}


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
    where=MODES,
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
            where=FLIP,
        ),
        Mistake(
            "the kernel is only turned upside down",
            "A turn by 180 degrees swaps top and bottom, and left and right as well.",
            lambda X, K: correlate2d(X, K.flip(0), mode="full"),
            where=FLIP,
        ),
        Mistake(
            "only left and right of the kernel are swapped",
            "A turn by 180 degrees swaps left and right, and top and bottom as well.",
            lambda X, K: correlate2d(X, K.flip(1), mode="full"),
            where=FLIP,
        ),
        Mistake(
            "rows and columns of the kernel are swapped instead of a flip",
            "`K.T` is a mirror image along the diagonal. The flip is a turn by 180 degrees.",
            lambda X, K: correlate2d(X, K.T, mode="full"),
            where=FLIP,
        ),
        Mistake(
            "the image is flipped as well",
            "Only one of the two is turned. If both are, the result is turned as a whole.",
            lambda X, K: convolve2d(X.flip(0, 1), K.flip(0, 1)),
            where=FLIP,
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
            where=FLIP,
        ),
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
    also="""
        def convolve(X, K):
            H, W = X.shape
            h, w = K.shape
            Y = np.zeros((H + h - 1, W + w - 1), dtype="float32")
            for i in range(H):
                for j in range(W):
                    Y[i : i + h, j : j + w] += (X[i, j] * K).numpy()
            return Y
    """,
)

EXERCISES = (COUNT, SHAPE, KERNEL, CONVOLVE, MERGE)
