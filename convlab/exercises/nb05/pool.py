"""05-pool: sizes and corners."""

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb05 import headings

POOL = Exercise(
    name="05-pool",
    title="sizes and corners of pooling",
    where=headings.TRIPS,
    minutes=6,
    kind="predictions",
    variable="predictions",
    prompt="""
        `x` has the shape (1, 8, 11, 14). Predict three shapes, with all four numbers, `(N, C, rows, columns)`:

        * *plain*: `F.max_pool2d(x, 3)`;
        * *ceil*: `F.max_pool2d(x, 3, stride=2, ceil_mode=True)`;
        * *padded*: `F.max_pool2d(x, 2, padding=1, ceil_mode=True)`.

        And two numbers. `z = -6 * torch.ones(1, 1, 5, 5)` is −6 everywhere. What stands in the upper left corner of

        * *largest*: `F.max_pool2d(z, 3, stride=1, padding=1)`;
        * *mean*: `F.avg_pool2d(z, 3, stride=1, padding=1)`?
    """,
    placeholder="""
        predictions = {
            "plain": ...,
            "ceil": ...,
            "padded": ...,
            "largest": ...,
            "mean": ...,
        }
    """,
    absolute={"mean": 0.01},  # two decimals
    slips="""
        the window is taken to move by one pixel: For pooling, the stride is the window's size unless you say
            otherwise. @POOLING
            = {"plain": (1, 8, 9, 12), "padded": (1, 8, 12, 15)}
        rounded up where it must be rounded down: Without `ceil_mode`, what does not fill a window is left over.
            = {"plain": (1, 8, 4, 5)}
        the zeros of the padding win: Max pooling pads with minus infinity, so the padding never wins, not even against
            negative numbers.
            = {"largest": 0}
        pooling is taken to make fewer channels: Each channel is pooled by itself: the channels stay. Rows and columns
            become fewer. @POOLING
            = {"plain": (1, 2, 3, 4), "ceil": (1, 4, 5, 7), "padded": (1, 4, 6, 8)}
        the channels are taken to be pooled into one: Each channel is pooled by itself: the channels stay. @POOLING
            = {"plain": (1, 1, 3, 4), "ceil": (1, 1, 5, 7), "padded": (1, 1, 6, 8)}
        the stride is taken to be 2: For pooling, the stride is the window's size unless you say otherwise. @POOLING
            = {"plain": (1, 8, 5, 6)}
        the stride is taken to be the window, although it is given: `stride=2` says otherwise: the windows overlap.
            = {"ceil": (1, 8, 4, 5)}
        as if there were neither a stride nor `ceil_mode`: The windows move by 2, and the number of steps is rounded up.
            = {"ceil": (1, 8, 3, 4)}
        rounded down in spite of `ceil_mode`: It rounds the number of steps up: the last window may stick out.
            = {"ceil": (1, 8, 5, 6)}
        the size is divided by the stride: A step is counted from one window to the next: take the window off first.
            = {"ceil": (1, 8, 6, 7)}
        the + 1 is missing: Count the places of the window, not its steps: there is one place more.
            = {"plain": (1, 8, 2, 3), "ceil": (1, 8, 4, 6), "padded": (1, 8, 6, 7)}
        a window that begins in the padding is counted: Such a window would hold no pixel at all. PyTorch leaves it out,
            even with `ceil_mode`.
            = {"padded": (1, 8, 7, 8)}
        the padding is forgotten: `padding=1` is one line on *each* side: the map has two rows and two columns more.
            = {"padded": (1, 8, 6, 7)}
        rows and columns are exchanged: The last two numbers are rows and columns: `x` has 11 rows.
            = {"plain": (1, 8, 4, 3), "ceil": (1, 8, 7, 5), "padded": (1, 8, 8, 6)}
        images and channels are left out: The shape has four numbers; pooling leaves the first two as they are.
            = {"plain": (3, 4), "ceil": (5, 7), "padded": (6, 8)}
        the images are left out: The shape has four numbers; pooling leaves the first two as they are.
            = {"plain": (8, 3, 4), "ceil": (8, 5, 7), "padded": (8, 6, 8)}
        the minus is forgotten: `z` is −6 everywhere. No number that can come out is above 0.
            = {"largest": 6, "mean": 8 / 3}
        the padding does not count in the mean: By default it does: the zeros are added, and the sum is divided by the
            whole window.
            = {"mean": -6}
        six pixels are taken to lie inside, as at an edge: Draw the window around the *corner* pixel. How many of its
            nine places lie on the map?
            = {"mean": -4}
        three pixels are taken to lie inside: Draw the window around the corner pixel, and count again.
            = {"mean": -2}
        five pixels are taken to lie inside: Draw the window around the corner pixel, and count again.
            = {"mean": -10 / 3}
        the sum of the window, and not its mean: A mean is the sum, divided by the number of places.
            = {"mean": -24}
        rounded to a whole number: Two decimals are needed, or a fraction.
            = {"mean": -3}
        rounded to one decimal: Two decimals are needed, or a fraction.
            = {"mean": -2.7}
    """,
    hint="For a shape: steps = (size + 2 · padding − window) / stride, rounded; and one window more than steps. "
    "For a corner: draw the nine places of the window, and mark those that lie on the map.",
    solution="""
        predictions = {
            "plain": (1, 8, (11 - 3) // 3 + 1, (14 - 3) // 3 + 1),
            "ceil": (1, 8, 4 + 1, 6 + 1),  # 4 steps, and 5.5 rounded up
            "padded": (1, 8, 6, 8),
            "largest": -6,
            "mean": 4 * -6 / 9,
        }
    """,
    because="""
        *plain*: the stride is the window, 3. The steps are 8 / 3 and 11 / 3, rounded down 2 and 3; and one place more.
        *ceil*: 8 / 2 = 4 steps and 11 / 2 = 5.5 steps, rounded up 6.
        *padded*: the rows make (11 + 2 − 2) / 2 = 5.5 steps, rounded up 6: seven windows. But the seventh would begin
        at line 12 of the padded map, behind the padding above and 11 rows: in the padding below. It is left out.
        The columns make 14 / 2 = 7 steps: eight windows.
        *largest*: the padding is minus infinity. *mean*: four pixels of −6 and five zeros, divided by 9.
    """,
)
