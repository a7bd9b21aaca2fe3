"""04-holes: dilations with a wide field and no holes."""

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb04 import headings

FIELD, LAYERS = 25, 3


def _touched(dilations):
    """Return how many pixels one output touches in one direction."""
    places = 1  # bit n: the pixel n steps behind the first one
    for d in dilations:
        places |= places << d | places << 2 * d
    return places.bit_count()


def _demands(dilations):
    if not dilations or min(dilations) < 1 or sum(dilations) > 1000:
        return "Give a list with a whole number for each layer: 1 or more, and together not above 1000."
    field, seen, many = 1 + 2 * sum(dilations), _touched(dilations), len(dilations)
    return [
        (field >= FIELD, f"receptive field {field}: at least {FIELD}"),
        (seen == field, f"touched {seen**2:,} of {field**2:,} pixels"),
        (many <= LAYERS, f"layers: {many}{'' if many <= LAYERS else ', and fewer will do'}"),
    ]


HOLES = Exercise(
    name="04-holes",
    title="a wide field without holes",
    where=headings.GRIDDING,
    minutes=7,
    kind="choice",
    variable="dilations",
    prompt="""
        3 × 3 layers with one channel follow each other, as in `stack` above. Choose their dilations, a list with one
        whole number for each layer:

        * one output sees a field of at least 25 × 25 pixels;
        * it touches every pixel of it: there are no holes;
        * there are as few layers as possible.

        There are several right answers; any of them passes.
    """,
    placeholder="""
        dilations = ...
    """,
    right=[1, 3, 9],
    accepts=_demands,
    slips="""
        the dilation is taken for the number of zeros in a gap: Dilation 1 is the ordinary kernel, without gaps: there
            are d − 1 zeros between two taps. @DILATED_TAPS
            = [0, 2, 8]
            ? 0 in dilations
        one layer only: A layer of 3 × 3 touches 9 pixels, however far they are apart. Give the dilation of *each*
            layer.
            = [12]
            ? len(dilations) == 1
        all layers skip in the same rhythm: If all dilations are multiples of one number, so are all steps. The pixels
            in between are missed.
            = [4, 4, 4]
            ? np.gcd.reduce(dilations) > 1
        no layer has dilation 1: No common factor is not enough. Which layer reaches the pixel beside the corner of the
            field?
            = [3, 4, 5]
            ? min(dilations) > 1
        a dilation is larger than the field of the layers before it: The layer puts copies of that field d pixels apart.
            Where d is larger, a gap is left between two copies.
            = [1, 2, 9]
            ? not _demands(dilations)[1][0]
        the windows of all layers are added: A layer adds 2 · d to the field, and not 2 · d + 1: the middle counts once
            for the whole stack.
            = [1, 3, 7]
            ? not _demands(dilations)[0][0] and sum(2 * d + 1 for d in dilations) == FIELD
        the field is too small: There are no holes. But each layer may step as far as the layers before it see.
            = [1, 2, 3]
            ? not _demands(dilations)[0][0]
        more layers than needed: There are no holes. But each layer may step as far as the layers before it see.
            = [1, 2, 3, 6]
            ? not _demands(dilations)[2][0]
    """,
    hint="Each layer adds 2 · d to the field. And how large may d be at most, if the layers before it see f pixels?",
    solution="""
        dilations = [1, 3, 9]
    """,
    because="""
        The first layer sees 3 pixels. So the next dilation may be 3: three copies of 3 pixels, side by side, are 9. The
        next may be 9, and the field is 27. Two layers see at most 9, so three are the fewest. 25 pixels need
        2 · (1 + 3 + d) + 1, so d = 8 does, too. For what the whole stack touches, the order does not matter.
    """,
)
