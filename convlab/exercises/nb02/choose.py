"""02-choose: settings for wanted sizes."""

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb02 import headings

SIDE, WANTED = 40, {"halves": 20, "wide": 40, "exact": 12}


def _rows(k, s, p, d):
    return (SIDE + 2 * p - d * (k - 1) - 1) // s + 1 if min(k, s, d) > 0 <= p else 0


def _demand(name, k, s, p, d):
    """Return whether the settings of one layer do what is asked for, and what they give."""
    if min(k, s, d) < 1 or p < 0:
        return False, f"{name}: kernel, stride and dilation are at least 1, the padding at least 0"
    size, reach = _rows(k, s, p, d), d * (k - 1) + 1
    left = (SIDE + 2 * p - reach) % s
    if size != WANTED[name]:
        return False, f"{name}: {max(size, 0)} rows come out, {WANTED[name]} are asked for"
    if name == "halves" and not {s * i + d * tap - p for i in range(size) for tap in range(k)} >= set(range(SIDE)):
        return False, f"{name}: {size} rows, but some pixels lie in no window, or between its taps"
    if name == "wide" and (k > 3 or reach < 9):
        return False, f"{name}: {size} rows, but {k} taps that reach over {reach} pixels"
    if name == "exact" and s != 3:
        return False, f"{name}: {size} rows, but the stride is {s}"
    if name == "exact" and left:
        return False, f"{name}: {size} rows, but {left} {'row is' if left == 1 else 'rows are'} left over"
    return True, f"{name}: {size} rows"


def _right(*settings):
    return _demand(*settings)[0]


def _first(settings, rule):
    """Tell whether a rule holds for the first layer that fails."""
    name = next(name for name in WANTED if not _right(name, *settings[name]))
    return rule(name, *settings[name])


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
    accepts=lambda chosen: [_demand(name, *chosen[name]) for name in WANTED],
    slips="""
        the dilation is taken as the number of pixels in between: It is the distance: neighbouring taps have 1.
            @DILATION
            = {"halves": (2, 2, 0, 0)}
            ? _first(settings, lambda name, k, s, p, d: d == 0 and _right(name, k, s, p, 1))
        stride and padding have changed places: The order is kernel, stride, padding, dilation.
            = {"wide": (3, 4, 1, 4)}
            ? _first(settings, lambda name, k, s, p, d: _right(name, k, p, s, d))
        stride and dilation have changed places: The stride moves the window, the dilation the taps within it.
            @DILATION
            = {"wide": (3, 4, 4, 1)}
            ? _first(settings, lambda name, k, s, p, d: _right(name, k, d, p, s))
        some pixels are skipped: How far apart may two windows begin, and two taps, so that nothing lies between?
            @STRIDE
            = {"halves": (1, 2, 0, 1)}
            ? _first(settings, lambda name, *settings: name == "halves" and _rows(*settings) == WANTED[name])
        the padding is counted once: The padding stands on both sides: above and below. @PER_SIDE
            = {"wide": (3, 1, 8, 4)}
            ? _first(settings, lambda name, k, s, p, d: p % 2 == 0 and _right(name, k, s, p // 2, d))
        the dilation is not counted: A dilated kernel reaches over more rows than it has taps. @DILATION
            = {"wide": (3, 1, 1, 4)}
            ? _first(settings, lambda name, k, s, p, d: _rows(k, s, p, d) != WANTED[name] == _rows(k, s, p, 1))
        there is too much padding: Each line of it makes the strip longer by two: above and below. @PER_SIDE
            = {"halves": (2, 2, 1, 1)}
            ? _first(settings, lambda name, k, s, p, d:
                any(_right(name, k, s, other, d) for other in range(min(p, SIDE))))
        there is too little padding: It gives back what the kernel takes: how many lines are these for its reach?
            @PADDING
            = {"wide": (3, 1, 0, 4)}
            ? _first(settings, lambda name, k, s, p, d:
                any(_right(name, k, s, other, d) for other in range(max(p, 0), SIDE)))
        the + 1 is forgotten: Besides the steps of the window there is the place where it starts.
            = {"exact": (4, 3, 0, 1)}
            ? _first(settings, lambda name, k, s, p, d:
                _rows(k, s, p, d) == WANTED[name] + 1 and (2 * p - d * (k - 1)) % s == 0)
        the kernel has too many taps: How do few taps reach far? @DILATION
            = {"wide": (9, 1, 4, 1)}
            ? _first(settings, lambda name, k, s, p, d: name == "wide" and k > 3)
        the kernel does not reach far enough: Count the distances *between* the taps, like fence posts. @DILATION
            = {"wide": (3, 1, 4, 3)}
            ? _first(settings, lambda name, k, s, p, d: name == "wide" and d * (k - 1) < 8)
        another stride is needed: It divides the size, roughly; and for `"exact"` it is given. @STRIDE
            = {"exact": (29, 1, 0, 1)}
            ? _first(settings, lambda name, k, s, p, d:
                (name == "exact" and s != 3) or any(_right(name, k, step, p, d) for step in range(1, 9)))
        the steps do not fit: Kernel and padding must leave a room that 3 divides. @REMAINDER
            = {"exact": (5, 3, 0, 1)}
            ? _first(settings, lambda name, k, s, p, d: name == "exact" and (SIDE + 2 * p - d * (k - 1) - 1) % 3 > 0)
    """,
    hint="Write down (40 + 2p − reach) / s + 1 for each layer, with reach = d · (k − 1) + 1. Which numbers are free?",
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
