"""02-choose: settings for wanted sizes."""

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb02 import headings

SIDE, WANTED = 40, {"halves": 20, "wide": 40, "exact": 12}


def _reach(kernel, dilation):
    return dilation * (kernel - 1) + 1


def _size(kernel, stride, padding, dilation):
    return (SIDE + 2 * padding - _reach(kernel, dilation)) // stride + 1


def _demand(name, settings):
    """Return whether the settings of one layer do what is asked for, and what they give."""
    kernel, stride, padding, dilation = settings
    if min(kernel, stride, dilation) < 1 or padding < 0:
        return False, f"{name}: kernel, stride and dilation are at least 1, the padding at least 0"
    size, reach = _size(*settings), _reach(kernel, dilation)
    if size != WANTED[name]:
        return False, f"{name}: {max(size, 0)} rows come out, {WANTED[name]} are asked for"
    if name == "halves" and (dilation > 1 or stride > kernel):
        return False, f"{name}: {size} rows, but some pixels lie in no window"
    if name == "wide" and (kernel > 3 or reach < 9):
        return False, f"{name}: {size} rows, but a kernel of {kernel} that reaches over {reach} pixels"
    left = (SIDE + 2 * padding - reach) % stride
    if name == "exact" and (stride != 3 or left):
        return False, f"{name}: {size} rows, but the stride is {stride}, and {left} rows are left over"
    return True, f"{name}: {size} rows"


def _slip(name, says, size, wrong):
    """Return the mistake of whoever reckons with another formula: each layer that fails has the size that it says."""

    def when(chosen):
        failed = [key for key in WANTED if _size(*chosen[key]) != WANTED[key]]
        return bool(failed) and all(size(*chosen[key]) == WANTED[key] for key in failed)

    return Mistake(name, says, wrong, when=when)


CHOOSE = Exercise(
    name="02-choose",
    title="settings for wanted sizes",
    where=headings.FORMULA,
    minutes=8,
    kind="choice",
    variable="settings",
    prompt="""
        An image has 40 rows and 40 columns. Choose the settings of three layers, each as
        `(kernel_size, stride, padding, dilation)`, whole numbers for both directions:

        * `"halves"`: 20 rows come out, and each pixel lies in at least one window;
        * `"wide"`: 40 rows come out; the kernel has at most 3 × 3 taps, and reaches over at least 9 rows;
        * `"exact"`: 12 rows come out, with stride 3, and the last window ends where the frame ends: nothing is left
          over.

        There are several right answers; any of them passes.
    """,
    placeholder="""
        settings = {
            "halves": ...,
            "wide": ...,
            "exact": ...,
        }
    """,
    right={"halves": (2, 2, 0, 1), "wide": (3, 1, 4, 4), "exact": (7, 3, 0, 1)},
    accepts=lambda chosen: [_demand(name, chosen[name]) for name in WANTED],
    mistakes=(
        _slip(
            "the padding is counted once",
            "The padding stands on both sides: above and below.",
            lambda k, s, p, d: (SIDE + p - _reach(k, d)) // s + 1,
            {"wide": (3, 1, 8, 4)},
        ),
        _slip(
            "the dilation is not counted",
            "Between two taps lie d − 1 pixels: a dilated kernel reaches over more rows than it has taps.",
            lambda k, s, p, d: (SIDE + 2 * p - k) // s + 1,
            {"wide": (3, 1, 1, 4)},
        ),
        _slip(
            "the + 1 is forgotten",
            "Besides the steps of the window there is the place where it starts.",
            lambda k, s, p, d: (SIDE + 2 * p - _reach(k, d)) // s,
            {"exact": (4, 3, 0, 1)},
        ),
    ),
    hint="Write down (40 + 2p − reach) / s + 1 for each layer, with reach = d · (k − 1) + 1. Which of them are free?",
    solution="""
        settings = {
            "halves": (2, 2, 0, 1),
            "wide": (3, 1, 4, 4),
            "exact": (7, 3, 0, 1),
        }
    """,
    because="""
        *halves*: 19 steps of 2 are 38 pixels, so the window and the frame must fit into 40 + 2p: (2, 2, 0, 1), (3, 2,
        1, 1) and (4, 2, 1, 1) do. *wide*: the size stays if 2p is the reach minus 1; three taps with dilation 4 reach
        over 9. *exact*: 11 steps of 3 are 33, so the reach is 7 + 2p: seven taps side by side, or four with dilation 2.
    """,
)
