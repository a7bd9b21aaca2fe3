"""05-decoder: transposed convolutions that lead back to an odd size."""

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb05 import headings

WAY = {"first": (4, 7, 2), "second": (7, 23, 3), "third": (23, 45, 2)}  # from, to, stride


def _size(name, settings):
    kernel, stride, padding, extra = settings
    return (WAY[name][0] - 1) * stride + kernel - 2 * padding + extra


def _demand(name, settings):
    """Return whether the settings of one layer lead back, and what they give."""
    kernel, stride, padding, extra = settings
    _, wanted, asked = WAY[name]
    if min(kernel, stride) < 1 or min(padding, extra) < 0:
        return False, f"{name}: kernel and stride are at least 1, the two paddings at least 0"
    if extra >= stride:
        return False, f"{name}: an output_padding of {extra} is refused; it must be smaller than the stride, {stride}"
    if stride != asked:
        return False, f"{name}: the stride is {stride}, asked for is that of the convolution, {asked}"
    size = max(_size(name, settings), 0)
    return size == wanted, f"{name}: {size} rows come out" + ("" if size == wanted else f", {wanted} are asked for")


def _accepts(chosen):
    kernel, stride = chosen["third"][:2]
    even = kernel >= 1 and stride >= 1 and kernel % stride == 0
    words = f"third: a kernel of {kernel} with stride {stride} stamps {'evenly' if even else 'in a checkerboard'}"
    return [*(_demand(name, chosen[name]) for name in WAY), (even, words)]


def _some(chosen, rule):
    """Tell whether a rule holds for the settings of some layer."""
    return any(rule(name, *chosen[name]) for name in WAY)


def _off(chosen, rule):
    """Tell whether a rule holds for all wrong sizes; its first number says what is missing."""
    missing = {name: WAY[name][1] - _size(name, chosen[name]) for name in WAY}
    return any(missing.values()) and all(rule(lack, *chosen[name]) for name, lack in missing.items() if lack)


DECODER = Exercise(
    name="05-decoder",
    title="back to an odd size",
    where=headings.CHECKERBOARD,
    minutes=10,
    kind="choice",
    variable="decoder",
    prompt="""
        Three convolutions make an image of 45 × 45 smaller. Their `(kernel_size, stride, padding)`: (3, 2, 1) makes
        23 × 23 of it, (5, 3, 1) makes 7 × 7, and (3, 2, 1) makes 4 × 4. Three transposed convolutions lead back, to
        exactly these sizes: `"first"` from 4 to 7, `"second"` from 7 to 23, `"third"` from 23 to 45.

        Choose `(kernel_size, stride, padding, output_padding)` of each, with the strides 2, 3 and 2. The third makes
        the picture: inside, each of its pixels gets the same number of stamps. There are several right answers.
    """,
    placeholder="""
        decoder = {"first": ..., "second": ..., "third": ...}
    """,
    accepts=_accepts,
    slips="""
        the settings of the convolutions, and no more: 21, 22 and 23 rows all become 7. The way back leads to the
            smallest, unless you ask for more lines. @EXTRA
            = {"second": (5, 3, 1, 0)}
        stride and padding are exchanged: The order is `(kernel_size, stride, padding, output_padding)`.
            = {"first": (3, 1, 2, 0), "second": (5, 1, 3, 2), "third": (4, 1, 2, 1)}
            ? _some(decoder, lambda name, k, s, p, e: s != p and _demand(name, (k, p, s, e))[0])
        another stride than that of the convolution: A step of the convolution must be a step back, too. @STAMPS
            = {"second": (11, 2, 0, 0)}
            ? _some(decoder, lambda name, kernel, stride, *_: stride != WAY[name][2])
        an output_padding as large as the stride: With stride 3, three sizes shrink to one: so from 0 to stride − 1
            lines may be missing. @EXTRA
            = {"second": (5, 3, 2, 4)}
            ? _some(decoder, lambda name, kernel, stride, padding, extra: extra >= stride)
        a negative number: `output_padding` only gives lines, and `padding` takes them off, on both sides. @EXTRA
            = {"third": (4, 2, 1, -1)}
            ? _some(decoder, lambda name, kernel, stride, *paddings: min(paddings) < 0)
        each map is made exactly two or three times as large: 7 is not 2 · 4, 23 is not 3 · 7, and 45 is not 2 · 23.
            Which settings add or cut off a single line? @EXTRA
            = {"first": (4, 2, 1, 0), "second": (3, 3, 0, 0), "third": (2, 2, 0, 0)}
            ? _off(decoder, lambda lack, k, s, *_: lack == (2 if s == 3 else -1))
        padding makes the map larger: Here padding has the opposite effect: it cuts lines off, on each side. @STAMPS
            = {"first": (1, 2, 0, 0), "second": (3, 3, 1, 0), "third": (1, 2, 0, 0)}
            ? _off(decoder, lambda lack, kernel, stride, padding, extra: lack == 4 * padding)
        a whole step is missing: Between H stamps there are H − 1 steps. The size of a stamp comes on top. @EXTRA
            = {"second": (4, 3, 1, 0)}
            ? _off(decoder, lambda lack, kernel, stride, *_: lack == stride)
        lines are missing that output_padding gives: `padding` takes off two lines at a time. What gives one? @EXTRA
            = {"third": (4, 2, 2, 0)}
            ? _off(decoder, lambda lack, k, s, p, extra: 0 < lack < s - extra)
        too little is cut off: All stamps together cover more. `padding` cuts lines off, on each side. @STAMPS
            = {"first": (3, 2, 0, 0)}
            ? _off(decoder, lambda lack, *_: lack < 0)
        an odd kernel with stride 2: Stamps with an odd number of rows, 2 apart: every second row gets one more. Which
            kernels fit the stride?
            = {"third": (3, 2, 1, 0)}
            ? decoder["third"][1] == 2 and decoder["third"][0] % 2 == 1
    """,
    hint="The size is (H − 1) · stride + kernel − 2 · padding + output_padding. Which of them are given?",
    solution="""
        decoder = {
            "first": (3, 2, 1, 0),
            "second": (5, 3, 1, 2),
            "third": (4, 2, 2, 1),
        }
    """,
    because="""
        *first*: 3 · 2 + 3 − 2 = 7. *second*: 6 · 3 + 5 − 2 = 21, and the last step of the convolution had left 2 rows
        over: `output_padding=2`; (5, 3, 0, 0) fits, too. *third*: the kernel must be a multiple of 2, so 44 + kernel −
        2 · padding is even, and 45 is odd: without `output_padding=1` no even kernel leads to an odd size.
    """,
)
