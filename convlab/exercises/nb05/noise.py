"""05-noise: what pooling does to noise, measured."""

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb05 import headings

NOISE = Exercise(
    name="05-noise",
    title="what pooling does to noise, measured",
    where=headings.POOLING,
    minutes=8,
    kind="predictions",
    variable="measured",
    prompt="""
        Make noise, `x = torch.randn(1, 1, 600, 600)`: its mean is 0, and its standard deviation 1. Measure:

        * `"averaged"`: the standard deviation of what `F.avg_pool2d(x, 3)` gives;
        * `"largest"`: the mean of what `F.max_pool2d(x, 2)` gives;
        * `"reached"`: which share of the pixels of `x` has a gradient other than 0, after
          `F.max_pool2d(x, 2).sum().backward()`. (`x` needs `requires_grad=True`.)

        What you measure may be off by 2 %. Can you say why each of them comes out as it does?
    """,
    placeholder="""
        measured = {
            "averaged": ...,
            "largest": ...,
            "reached": ...,
        }
    """,
    right={"averaged": 1 / 3, "largest": 1.0294, "reached": 0.25},
    relative=0.02,
    mistakes=(
        Mistake(
            "the variance, and not the standard deviation",
            "`var` is the square of `std`.",
            {"averaged": 1 / 9},
        ),
        Mistake(
            "uniform noise",
            "`torch.rand` draws from 0 to 1, all numbers alike. `torch.randn` draws around 0.",
            {"averaged": 1 / 12**0.5 / 3, "largest": 0.8},
        ),
        Mistake(
            "the sum of the window, and not its mean",
            "`F.avg_pool2d` divides by the number of pixels in the window.",
            {"averaged": 3.0},
        ),
        Mistake(
            "the largest number of the whole map, or windows of another size",
            "Each window of 2 × 2 gives its largest number. Take the *mean* of all these.",
            {"largest": 1.485},
        ),
        Mistake(
            "the pixels without a gradient are counted",
            "Count the entries of `x.grad` that are *not* 0.",
            {"reached": 0.75},
        ),
        Mistake(
            "the gradient of a mean pooling",
            "A mean reaches every pixel of its window. Through a maximum, only the largest pixel is reached.",
            {"reached": 1.0},
        ),
    ),
    hint="Use `.std()`, `.mean()` and `(x.grad != 0)`, on the whole map. A smaller map would be off by more.",
    solution="""
        x = torch.randn(1, 1, 600, 600, requires_grad=True)
        largest = F.max_pool2d(x, 2)
        largest.sum().backward()
        measured = {
            "averaged": F.avg_pool2d(x, 3).std().item(),
            "largest": largest.mean().item(),
            "reached": (x.grad != 0).double().mean().item(),
        }
    """,
    because="""
        The mean of nine independent numbers has a standard deviation of 1/√9. The largest of four is above 0, by about
        one standard deviation: max pooling makes noise brighter. And one of four pixels is the largest of its window,
        the only one that the gradient reaches.
    """,
)
