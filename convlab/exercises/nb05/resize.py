"""05-resize: where an output pixel looks."""

from torch.nn.functional import interpolate

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb05 import headings


def _row_and_size(draw):
    align_corners = draw.choice(False, True)
    x, size = draw.tensor(draw.whole(2, 6, far=20)), draw.whole(2, 9, far=25)
    return {"x": x, "size": size, "align_corners": align_corners}


def _linear(x, size, align_corners):
    return interpolate(x[None, None], size=size, mode="linear", align_corners=align_corners)[0, 0]


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
    slips="""
        the two meanings of align_corners are exchanged: `True`: the centres of the corner pixels lie on each other.
            `False`: the corners of the images do.
            if align_corners: => if not align_corners:
        always as with align_corners=False: With `True` the first and the last output pixel look exactly at the first
            and the last pixel of x.
            if align_corners: => if False:
        always as with align_corners=True: With `False` pixels are little squares: the two *rows* begin and end
            together, not the centres.
            if align_corners: => if True:
        the half pixel is forgotten: The centre of output pixel i is at i + 0.5. Scale this, then subtract the half.
            (i + 0.5) * W / size - 0.5 => i * W / size
            int(place) => int(place) if align_corners or place < W - 1 else W
        the half pixel is added but not subtracted again: A place of 0.5 on the scale of squares is the *centre* of
            pixel 0. Subtract the half pixel at the end.
            / size - 0.5 => / size
        the half pixel is subtracted but was not added: The centre of output pixel i is at i + 0.5. Scale *this*.
            (i + 0.5) * => i *
        only the half pixel is scaled: The whole place of the centre, i + 0.5, is scaled. Is a bracket missing?
            (i + 0.5) => i + 0.5
        a whole pixel is taken for the half: The centre of a pixel is half a pixel from its side, in both rows.
            (i + 0.5) * W / size - 0.5 => (i + 1) * W / size - 1
        the line goes on outside the row: There is nothing to mix with. The border pixel is repeated.
            place = min(max(place, 0), W - 1) =>
            left = int(place) => left = min(int(place), W - 2)
        places on the left of the first pixel are not moved to it: Left of the first pixel there is nothing to mix with:
            the border pixel is repeated, as at the other end.
            max(place, 0) => place
        on the left of the first pixel, the last one is read: x[-1] is the *last* pixel. The border pixel is repeated.
            max(place, 0) => place
            int(place) => int(place // 1)
        on the right of the last pixel, one more is read: There is none. The border pixel is repeated.
            min(left + 1, W - 1) => left + 1
        outside the row there are zeros: There is nothing to mix with. The border pixel is repeated.
            W = len(x) => W, x = len(x), F.pad(x, (1, 1))
            min(max(place, 0), W - 1) => place + 1
            min(left + 1, W - 1) => left + 1
        the two shares are swapped: The *nearer* pixel counts more. At place 0.25, pixel 0 gets 0.75, pixel 1 gets 0.25.
            (1 - share) * x[left] + share * x[right] => share * x[left] + (1 - share) * x[right]
            int(place) => int(place) if place < W - 1 else W
        each of the two pixels counts half: The *nearer* pixel counts more: how far is the place from each of them?
            (1 - share) * x[left] + share * x[right] => (x[left] + x[right]) / 2
        the pixel on the left is found by rounding to the nearest: The place may lie on the *left* of that one.
            int(place) => round(place)
        the nearest pixel is copied: That is the mode `nearest`. Here the pixels on both sides are mixed. @LARGER
            (1 - share) * x[left] + share * x[right] => x[round(place) + W * (place % 1 == 0.5)]
        the pixel on the left is copied: Rounding down forgets the pixel on the right. Mix the two. @LARGER
            (1 - share) * x[left] + share * x[right] => x[left]
        the pixel on the right is copied: Rounding up forgets the pixel on the left. Mix the two. @LARGER
            (1 - share) * x[left] + share * x[right] => x[int(-(-place // 1))]
        the places are whole numbers: `//` throws away what lies between two pixels. That is what you need for the mix.
            * (W - 1) / => * (W - 1) //
            * W / => * W //
        mode `nearest`, and align_corners plays no part: Here the pixels on both sides are mixed, and align_corners says
            where to look. @LARGER
            (1 - share) * x[left] + share * x[right] => x[i * W // size]
        output i looks at i · W / size, whatever align_corners is: That is neither of the two. What lies on each other?
            i * (W - 1) / (size - 1) => i * W / size
            (i + 0.5) * W / size - 0.5 => i * W / size
            int(place) => int(place) if place < W - 1 else W
        the places are multiplied by size / W instead of W / size: The places lie in x. In a row that is made larger,
            they are closer together than the pixels of x.
            (W - 1) / (size - 1) => (size - 1) / (W - 1)
            W / size => size / W
        with align_corners=True the step is (W − 1) / size: From the first output to the last, there are size − 1 steps.
            (W - 1) / (size - 1) => (W - 1) / size
        with align_corners=True the step is W / size: From the first to the last pixel there are W − 1 steps in x, and
            size − 1 steps in the output.
            (W - 1) / (size - 1) => W / size
        with align_corners=True the step is W / (size − 1): From the first to the last pixel there are W − 1 steps in x.
            (W - 1) / (size - 1) => W / (size - 1)
        with align_corners=False the step is (W − 1) / (size − 1): As squares, the rows have W and `size` pixels.
            W / size => (W - 1) / (size - 1)
        a smaller row takes every n-th pixel: For smaller rows nothing changes: find the place, and mix. @LARGER
            torch.stack(y) => x[:: W // size][:size] if size < W else torch.stack(y)
        size is taken for a factor: `size` is the number of pixels that come out.
            W = len(x) => W, size = len(x), size * len(x)
        the places are returned: They are the first half of the way. Mix the two pixels beside each place.
            (1 - share) * x[left] + share * x[right] => x.new_tensor(place)
    """,
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
                left = int(place)
                right = min(left + 1, W - 1)
                share = place - left
                y.append((1 - share) * x[left] + share * x[right])
            return torch.stack(y)
    """,
    because="""
        *Points* (`True`): output 0 looks at 0, and the last output at W − 1. Between them are size − 1 equal steps.

        *Squares* (`False`): output pixel i is a square with its centre at i + 0.5. The rows begin and end together,
        so all lengths are scaled by W / size. Then subtract 0.5, because the centre of pixel 0 is at 0.5, too.
        Places outside are moved to the border pixel. For smaller rows, nothing changes in these formulas.
    """,
)
