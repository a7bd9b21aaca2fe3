"""07-augment: mirror and shift pictures, each in its own way."""

import torch

from convlab.exercises.engine.exercise import Exercise
from convlab.exercises.nb07 import headings


def _batch(draw):
    """Draw pictures, and for each of them whether it is mirrored and how far it moves: less than its sides."""
    N, C, H, W = draw.whole(1, 3, far=6), draw.whole(1, 3, far=5), draw.whole(1, 4, far=7), draw.whole(2, 4, far=8)
    N += draw.size > 0
    moves = [[draw.choice(*range(1 - side, side)) for side in (H, W)] for _ in range(N)]
    flips = torch.tensor([draw.choice(0, 1) for _ in range(N)])
    return {"images": draw.tensor(N, C, H, W), "flips": flips, "shifts": torch.tensor(moves)}


def _fits(images, flips, shifts):
    """Tell whether there is a flip and a shift for each picture, and no picture is moved out of sight."""
    return len(images) == len(flips) == len(shifts) and bool((shifts.abs() < torch.tensor(images.shape[2:])).all())


AUGMENT = Exercise(
    name="07-augment",
    title="an augmentation that keeps labels",
    where=headings.AUGMENTATION,
    minutes=10,
    kind="function",
    variable="augment",
    prompt="""
        A mirrored house is a house, and so is one that stands further to the left: the labels stay. Write
        `augment(images, flips, shifts)` for a batch (N, channels, rows, columns); each picture has draws of its own.

        * `flips`, (N,), is True where a picture is mirrored: left and right are swapped.
        * `shifts`, (N, 2), are whole numbers: then the picture moves down by so many rows, and to the right by so many
          columns; if they are negative, up and to the left. They are smaller than the picture.

        What leaves the picture is lost. What comes in is white, 1.0. The result has the shape of `images`; these must
        not be changed. (The check takes any numbers for images.)
    """,
    placeholder="""
        def augment(images, flips, shifts):
            # your code
            ...
    """,
    cases=_batch,
    run=lambda augment, images, flips, shifts: augment(images, flips.bool(), shifts),
    valid=_fits,
    slips="""
        what leaves on one side comes in on the other: That is what `roll` does. Here it is lost, and white comes in.
            F.pad(picture, (right, -right, down, -down), value=1.0) => picture.roll((down, right), (-2, -1))
        the border is black: Around the things the pictures are white, and what comes in shall look like that.
            , value=1.0 =>
        white is taken to be 255: In these pictures it is 1.0, as the task says.
            value=1.0 => value=255.0
        what comes in is what stood there before: A copy of the picture lies below the one that moves. White comes in.
            moved = F.pad(picture, (right, -right, down, -down), value=1.0) => moved = F.pad(picture, P) + BELOW
            BELOW => images[len(pictures)] * (1 - F.pad(torch.ones_like(picture), P))
            P) => (right, -right, down, -down))
        a slice to -0 is empty: `x[:-0]` is `x[:0]`, nothing at all. How far reaches a picture that stays where it is?
            append(moved) => append(moved if down and right else picture[:, :0].expand_as(picture))
        a slice that begins below 0: `x[-1:]` is the last line alone. What is left of a picture that moves up or left?
            append(moved) => append(moved if min(down, right) >= 0 else picture[:, :0].expand_as(picture))
        the border repeats the edge of the picture: What comes in is white, whatever the picture shows at its edge.
            F.pad(picture, (right, -right, down, -down), value=1.0) => picture[:, PLACES[0]][..., PLACES[1]]
            PLACES[0] => (torch.arange(picture.shape[1]) - down).clamp(0, picture.shape[1] - 1)
            PLACES[1] => (torch.arange(picture.shape[2]) - right).clamp(0, picture.shape[2] - 1)
        all pictures are moved as the first one is: Each has a row of `shifts` of its own.
            shifts.tolist() => shifts[:1].tolist() * len(images)
        all pictures are mirrored, or none, as the first one: Each has an entry of `flips` of its own.
            zip(images, flips, => zip(images, flips[:1].expand(len(images)),
        all pictures are treated as the first one: Each has a flip and a shift of its own. Else a batch is one draw.
            zip(images, flips, => zip(images, flips[:1].expand(len(images)),
            shifts.tolist() => shifts[:1].tolist() * len(images)
        one flip mirrors the whole batch: Only the pictures are mirrored for which `flips` is True.
            zip(images, flips, => zip(images, flips.any().expand(len(images)),
        rows and columns of the shift have changed places: First comes the way down, then the way to the right.
            right, -right, down, -down => down, -down, right, -right
        the pictures move in the opposite direction: Where does the white come in, if a picture moves down?
            right, -right, down, -down => -right, right, -down, down
        they move left for right: A picture that moves to the right has its white on the left.
            right, -right, => -right, right,
        they move up for down: A picture that moves down has its white at the top.
            down, -down) => -down, down)
        the rows never move: The first number of a shift says how many rows the picture moves down.
            down, -down) => 0, 0)
        the columns never move: The second number of a shift says how many columns it moves to the right.
            right, -right, => 0, 0,
        nothing is moved: Each picture is moved by its row of `shifts`.
            append(moved) => append(picture)
        the images come back as they were: What is made of a picture must get into the result. Where is it kept?
            torch.stack(pictures) => images.clone()
        negative shifts are not made: They move up and left. Which sides get the white then?
            shifts.tolist() => shifts.clamp(min=0).tolist()
        the signs of the shifts are lost: Negative ones move up and left.
            shifts.tolist() => shifts.abs().tolist()
        the pictures are turned upside down: That is no house any more. Left and right are the columns, the last axis.
            .flip(-1) => .flip(-2)
        the pictures are turned by half a turn: A mirror swaps left and right only: one axis.
            .flip(-1) => .flip(-2, -1)
        the channels are swapped: Red becomes blue. Left and right are the columns, the last axis.
            .flip(-1) => .flip(0)
        the batch is mirrored, not the pictures: Another picture stands in its place, and the label no longer fits.
            picture.flip(-1) => images.flip(0)[len(pictures)]
        first moved, then mirrored: Then right has become left. First the mirror, then the shift.
            right, -right, => -right if flip else right, right if flip else -right,
        those that should stay are mirrored: Where `flips` is True, the picture is mirrored.
            if flip: => if not flip:
        nothing is mirrored: Where `flips` is True, left and right are swapped. `flip` makes a new tensor: is it used?
            if flip: => if False:
        all pictures are mirrored: Only where `flips` is True.
            if flip: => if True:
        a mirrored picture is not moved: Each picture is moved, mirrored or not.
            append(moved) => append(picture if flip else moved)
        only mirrored pictures are moved: Each picture is moved, mirrored or not.
            append(moved) => append(moved if flip else picture)
    """,
    hint="Begin with one picture that moves right by 1: print it before and after. Then 1 to the left, then down.",
    solution="""
        def augment(images, flips, shifts):
            pictures = []
            for picture, flip, (down, right) in zip(images, flips, shifts.tolist()):
                if flip:
                    picture = picture.flip(-1)
                moved = F.pad(picture, (right, -right, down, -down), value=1.0)
                pictures.append(moved)
            return torch.stack(pictures)
    """,
    because="""
        `F.pad` with a negative number cuts off: two columns more on the left and two less on the right are a move to
        the right. The white is the one of the pictures: a black border would be something to learn. Each picture has
        its own draws, or a batch would learn from one view only. No house is turned upside down.
    """,
)
