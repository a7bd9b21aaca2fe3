"""05-gradient: the one wrong way back of five, found by a numeric gradient."""

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb05 import headings

LAYERS = """
        X = torch.randn(1, 1, 8, 8, dtype=torch.float64)
        K = torch.randn(1, 1, 3, 3, dtype=torch.float64)


        def strided(X):
            return F.conv2d(X, K, stride=2, padding=1)


        def doubled(X):
            return F.interpolate(X, scale_factor=2)


        def largest(X):
            return F.max_pool2d(X, 2)


        def stamped(X, **how):
            return F.conv_transpose2d(X, K, stride=2, **how)


        layers = {  # forward(X), and backward(X, G)
            "A": (lambda X: F.avg_pool2d(X, 2), lambda X, G: doubled(G) / 4),
            "B": (largest, lambda X, G: doubled(G) * (doubled(largest(X)) == X)),
            "C": (doubled, lambda X, G: 4 * F.avg_pool2d(G, 2)),
            "D": (strided, lambda X, G: F.pad(stamped(G, padding=1), (0, 1, 0, 1))),
            "E": (stamped, lambda X, G: F.conv2d(G, K, stride=2)),
        }
"""

GRADIENT = Exercise(
    name="05-gradient",
    title="the one wrong way back of five",
    where=headings.BACKWARD_PASS,
    minutes=12,
    kind="predictions",
    variable="found",
    prompt="""
        Five layers, and for each a `backward(X, G)` that somebody has written: from `G`, the gradient of the loss with
        respect to what comes out, to the gradient with respect to `X`. One of the five is wrong.

        Find it with a *numeric gradient*, which knows nothing of formulas. Let the loss be `(forward(X) * G).sum()`,
        with a random `G`. Move one pixel of `X` up by a tiny step, then down, and divide the difference of the two
        losses by two steps. Do so for each of the 64 pixels, and compare with `backward(X, G)`.

        Give the letter, and how many of the 64 entries are wrong there. (`G` needs float64, as `X` has it.)
    """,
    placeholder=LAYERS
    + """
        found = {"letter": ..., "entries": ...}
    """,
    right={"letter": "D", "entries": 15},
    options=("A", "B", "C", "D", "E"),
    slips="""
        A, with its division by 4, is taken for the wrong one: Each pixel enters the mean of its window with 1/4, so it
            gets a quarter of G.
            = {"letter": "A"}
        B, the way through a maximum, is taken for the wrong one: Only the largest pixel of a window reaches the result.
            In a random X no two are equal, and a tiny step leaves the largest the largest.
            = {"letter": "B"}
        C, with its factor 4, is taken for the wrong one: A pixel was copied to four places. What these send back adds
            up: four times the mean.
            = {"letter": "C"}
        E, where no kernel is turned, is taken for the wrong one: Pixel by pixel, the transposed convolution stamped K
            as it is: its way back is the plain convolution. @STAMPS
            = {"letter": "E"}
        the difference of the losses is divided by one step: From down to up it is two steps. Otherwise all five seem to
            be wrong, everywhere.
            = {"letter": "A", "entries": 64}
        only one row or one column is counted: The gradient is wrong in two directions: at the bottom, and on the right.
            = {"entries": 8}
        the corner is counted twice: A row and a column of 8 pixels have one pixel in common.
            = {"entries": 16}
        the corner is left out: The last row and the last column meet in a pixel, and it is wrong, too.
            = {"entries": 14}
        the whole frame is counted: Look at the map of the differences. Are all four sides wrong?
            = {"entries": 28}
        the fault is counted, and not what it spoils: In how many of the 64 places do the two gradients differ?
            = {"entries": 1}
        rows and columns are counted, and not their pixels: In how many of the 64 places do the two gradients differ?
            = {"entries": 2}
        the share is given, and not the number: In how many of the 64 places do the two gradients differ?
            = {"entries": 15 / 64}
        those that agree are counted: Asked for is the number of entries where the two gradients differ.
            = {"entries": 49}
        all entries are taken to differ: With a step, a gradient is never exact. Take float64, a step of about 1e-6, and
            call 1e-4 a difference. And is G in the loss?
            = {"entries": 64}
    """,
    hint="`up = X.clone(); up[0, 0, i, j] += 1e-6`, the same for `down`, in two loops. Look at the map of differences.",
    solution=LAYERS
    + """
        def numeric(forward, X, G, step=1e-6):
            gradient = torch.zeros_like(X)
            for i in range(X.shape[2]):
                for j in range(X.shape[3]):
                    up, down = X.clone(), X.clone()
                    up[0, 0, i, j] += step
                    down[0, 0, i, j] -= step
                    gradient[0, 0, i, j] = ((forward(up) - forward(down)) * G).sum() / (2 * step)
            return gradient

        for letter, (forward, backward) in layers.items():
            G = torch.randn_like(forward(X))
            wrong = (numeric(forward, X, G) - backward(X, G)).abs() > 1e-4
            print(letter, wrong.sum().item(), "entries are wrong")
        found = {"letter": "D", "entries": 15}
    """,
    because="""
        D is a convolution with stride 2 that reads all 8 rows. The transposed convolution gives 7, and the last row and
        the last column were filled up with zeros: 8 + 8 − 1 entries. But the padding had cut them off, and their pixels
        were read: `output_padding=1` gives them back. The shape was right, so only numbers could show it.
    """,
)
