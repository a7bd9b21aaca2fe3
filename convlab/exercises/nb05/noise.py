"""05-noise: what pooling does to noise, measured."""

from convlab.exercises.engine.exercise import Exercise
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
    relative={"largest": 0.02, "reached": 0.02},
    absolute={"averaged": 0.0067},  # 2 % of the right one; a mistake that measures 0 may be off as much
    slips="""
        the variance, and not the standard deviation: `var` is the square of `std`.
            = {"averaged": 1 / 9}
        uniform noise: `torch.rand` draws from 0 to 1, all numbers alike. `torch.randn` draws around 0.
            = {"averaged": 1 / 12**0.5 / 3, "largest": 0.8}
        windows of another size: For the averages the windows have 3 × 3 pixels, for the maxima 2 × 2.
            = {"averaged": 1 / 2, "largest": 1.485, "reached": 1 / 9}
        the windows are taken to overlap: Without `stride=`, a window begins where the one before ends.
            = {"reached": 0.436}
        the noise has lost its minus signs: `torch.randn` draws around 0, and so half of the numbers are negative.
            = {"averaged": 0.201, "largest": 1.465}
        the sum of the window, and not its mean: `F.avg_pool2d` divides by the number of pixels in the window.
            = {"averaged": 3.0}
        noise is taken to stay as it is: In a mean of nine numbers, what is above 0 and what is below partly cancel out.
            = {"averaged": 1.0}
        a window of three pixels is taken for one of nine: 3 × 3 pixels are averaged.
            = {"averaged": 1 / 3**0.5}
        a mean, and not the standard deviation: `std` says how far the numbers lie from their mean. That is 0.
            = {"averaged": 0.0}
        the mean is taken to stay 0: Of four numbers, the *largest* is rarely below 0.
            = {"largest": 0.0}
        the standard deviation, and not the mean: Only of the averages it is the deviation that is asked for.
            = {"largest": 0.701}
        rounded too far: 2 % of 1 is 0.02. Give two decimals, or more.
            = {"averaged": 0.3, "largest": 1.0}
        two entries are exchanged: The average has the standard deviation, the maximum the mean.
            = {"averaged": 1.0294, "largest": 1 / 3}
        the pixels without a gradient are counted: Count the entries of `x.grad` that are *not* 0.
            = {"reached": 0.75}
        the number of pixels, and not their share: Divide by the number of pixels that `x` has.
            = {"reached": 90_000}
        the share in per cent: A share lies between 0 and 1.
            = {"reached": 25}
        one of two pixels is taken to be reached: How many pixels has a window, and how many of them are the largest?
            = {"reached": 0.5}
        the gradient of a mean pooling: A mean reaches every pixel of its window. Through a maximum, only the largest
            pixel is reached.
            = {"reached": 1.0}
    """,
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
