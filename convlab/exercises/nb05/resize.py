"""05-resize: where an output pixel looks."""

import torch
from torch.nn.functional import interpolate, pad

from convlab.exercises.engine.exercise import Exercise, Mistake
from convlab.exercises.nb05 import headings


def _row_and_size(draw):
    align_corners = draw.choice(False, True)
    x, size = draw.tensor(draw.whole(2, 6, far=20)), draw.whole(2, 9, far=25)
    return {"x": x, "size": size, "align_corners": align_corners}


def _linear(x, size, align_corners):
    return interpolate(x[None, None], size=size, mode="linear", align_corners=align_corners)[0, 0]


def _look(x, places, clamp=True):
    """Mix the two neighbours of each place; without clamp, the line through them goes on outside."""
    places = places.clamp(0, len(x) - 1) if clamp else places
    left = places.floor().clamp(0, len(x) - 2).long()
    share = places - left
    return (1 - share) * x[left] + share * x[left + 1]


def _places(x, size, align_corners):
    i = torch.arange(size, dtype=x.dtype)
    return i * (len(x) - 1) / (size - 1) if align_corners else (i + 0.5) * len(x) / size - 0.5


def _shares_swapped(x, size, align_corners):
    places = _places(x, size, align_corners).clamp(0, len(x) - 1)
    left = places.floor().clamp(0, len(x) - 2)
    return _look(x, 2 * left + 1 - places)


def _unless_aligned(wrong):
    """Return a mistake that is made with align_corners=False only."""
    return lambda x, size, align_corners: _linear(x, size, True) if align_corners else wrong(x, size)


RESIZE = Exercise(
    name="05-resize",
    title="where an output pixel looks",
    where=headings.CORNERS,
    minutes=10,
    kind="function",
    variable="resize",
    prompt="""
        Write `resize(x, size, align_corners)`. The row `x` has W pixels (2 or more). Return a row of `size` pixels
        (2 or more), larger or smaller: what `F.interpolate(..., mode="linear")` gives.

        `align_corners` is `True` or `False`. In both cases, find first *where* output pixel `i` looks.
        Then mix the two pixels on the left and on the right of this place. Do not use `F.interpolate`.
    """,
    placeholder="""
        def resize(x, size, align_corners):
            # your code
            ...
    """,
    cases=_row_and_size,
    right=_linear,
    mistakes=(
        Mistake(
            "the two meanings of align_corners are exchanged",
            "`True`: the centres of the corner pixels lie on each other. `False`: the corners of the images do.",
            lambda x, size, align_corners: _linear(x, size, not align_corners),
        ),
        Mistake(
            "always as with align_corners=False",
            "With `True` the first and the last output pixel look exactly at the first and the last pixel of x.",
            lambda x, size, align_corners: _linear(x, size, False),
        ),
        Mistake(
            "always as with align_corners=True",
            "With `False` pixels are little squares: the two *rows* begin and end together, not the centres.",
            lambda x, size, align_corners: _linear(x, size, True),
        ),
        Mistake(
            "the half pixel is forgotten",
            "The centre of output pixel i is at i + 0.5. Scale this, and subtract the half pixel again.",
            _unless_aligned(lambda x, size: _look(x, torch.arange(size) * (len(x) / size))),
        ),
        Mistake(
            "the half pixel is added but not subtracted again",
            "A place of 0.5 on the scale of squares is the *centre* of pixel 0. Subtract the half pixel at the end.",
            _unless_aligned(lambda x, size: _look(x, (torch.arange(size) + 0.5) * (len(x) / size))),
        ),
        Mistake(
            "the line goes on outside the row",
            "Left of the first pixel there is nothing to mix with: the border pixel is repeated.",
            lambda x, size, align_corners: _look(x, _places(x, size, align_corners), clamp=False),
        ),
        Mistake(
            "places on the left of the first pixel are not moved to it",
            "Left of the first pixel there is nothing to mix with: the border pixel is repeated, as at the other end.",
            lambda x, size, align_corners: _look(x, _places(x, size, align_corners).clamp(max=len(x) - 1), clamp=False),
        ),
        Mistake(
            "outside the row there are zeros",
            "Left of the first pixel there is nothing to mix with: the border pixel is repeated.",
            lambda x, size, align_corners: _look(pad(x, (1, 1)), _places(x, size, align_corners) + 1),
        ),
        Mistake(
            "the two shares are swapped",
            "The *nearer* pixel counts more. At place 0.25, pixel 0 gets 0.75 and pixel 1 gets 0.25.",
            _shares_swapped,
        ),
        Mistake(
            "the nearest pixel is copied",
            "That is the mode `nearest`. Here the pixels on both sides are mixed.",
            lambda x, size, align_corners: x[_places(x, size, align_corners).round().clamp(0, len(x) - 1).long()],
            where=headings.LARGER,
        ),
        Mistake(
            "the pixel on the left is copied",
            "Rounding down forgets the pixel on the right. Mix the two.",
            lambda x, size, align_corners: x[_places(x, size, align_corners).clamp(0, len(x) - 1).long()],
            where=headings.LARGER,
        ),
        Mistake(
            "mode `nearest`, and align_corners plays no part",
            "Here the pixels on both sides are mixed, and align_corners says where to look.",
            lambda x, size, align_corners: x[torch.arange(size) * len(x) // size],
            where=headings.LARGER,
        ),
        Mistake(
            "output i looks at i · W / size, whatever align_corners is",
            "That is neither of the two. What lies on each other: the first and last pixels, or the ends of the rows?",
            lambda x, size, align_corners: _look(x, torch.arange(size) * (len(x) / size)),
        ),
        Mistake(
            "the places are multiplied by size / W instead of W / size",
            "The places lie in x. In a row that is made larger, they are closer together than the pixels of x.",
            lambda x, size, align_corners: _look(
                x,
                torch.arange(size) * ((size - 1) / (len(x) - 1))
                if align_corners
                else (torch.arange(size) + 0.5) * (size / len(x)) - 0.5,
            ),
        ),
        Mistake(
            "with align_corners=True the step is (W − 1) / size",
            "The first output looks at the first pixel and the last at the last: size − 1 steps, not size.",
            lambda x, size, align_corners: (
                _look(x, torch.arange(size) * ((len(x) - 1) / size)) if align_corners else _linear(x, size, False)
            ),
        ),
        Mistake(
            "with align_corners=True the step is W / size",
            "From the first to the last pixel there are W − 1 steps in x, and size − 1 steps in the output.",
            lambda x, size, align_corners: (
                _look(x, torch.arange(size) * (len(x) / size)) if align_corners else _linear(x, size, False)
            ),
        ),
    ),
    hint="Take x = (0, 1, 2, ...): then the result is the row of places. Compare it with the figure in the notebook.",
    forbids=("F.interpolate", "interpolate"),
    solution="""
        def resize(x, size, align_corners):
            W = len(x)
            y = []
            for i in range(size):
                if align_corners:
                    place = i * (W - 1) / (size - 1)
                else:
                    place = (i + 0.5) * W / size - 0.5
                place = min(max(place, 0), W - 1)
                left = min(int(place), W - 2)
                share = place - left
                y.append((1 - share) * x[left] + share * x[left + 1])
            return torch.stack(y)
    """,
    because="""
        *Points* (`True`): output 0 looks at 0, and the last output at W − 1. Between them are size − 1 equal steps.

        *Squares* (`False`): output pixel i is a square with its centre at i + 0.5. The rows begin and end together,
        so all lengths are scaled by W / size. Then subtract 0.5, because the centre of pixel 0 is at 0.5, too.
        Places outside are moved to the border pixel. For smaller rows, nothing changes in these formulas.
    """,
)
