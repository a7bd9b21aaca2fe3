"""02-tiles: a large map, filtered in pieces that overlap."""

import torch
import torch.nn.functional as F

from convlab.exercises.engine.exercise import Exercise, Refused
from convlab.exercises.nb02 import headings


def _map_and_kernel(draw):
    h, w = (2 * draw.whole(0, 2) + 1 for _ in range(2))
    X = draw.tensor(draw.whole(2, 9, far=17) + draw.whole(0, 6), draw.whole(3, 9, far=16))
    return {"X": X, "K": draw.tensor(h, w), "side": max(h, w) + draw.whole(0, 4)}


WORDS = "as few as possible", "more than needed"


class TooLarge(ValueError):
    """A piece has more rows or columns than a layer takes."""


def _filtered(tiled, X, K, side):
    """Return the map, and whether it took more pieces than it must."""
    calls = []

    def layer(piece):
        piece = torch.as_tensor(piece)
        if max(piece.shape) > side:
            raise TooLarge(f"a piece has at most {side} × {side} pixels, not {' × '.join(map(str, piece.shape))}")
        calls.append(piece.shape)
        return F.conv2d(piece[None, None], K[None, None].to(piece.dtype))[0, 0]

    Y = tiled(X, K, side, layer)
    if not (calls or Y is None or Y is ...):
        raise Refused("your function never calls `layer`; only `layer` is allowed to filter")
    down, right = (-(-n // (side - k + 1)) for n, k in zip(X.shape, K.shape, strict=True))
    return Y if Y is None or Y is ... else (Y, WORDS[len(calls) > down * right])


TILES = Exercise(
    name="02-tiles",
    title="a large map in pieces",
    where=headings.FORMULA,
    minutes=12,
    kind="function",
    variable="tiled",
    prompt="""
        A map is too large for the memory, so it is filtered in pieces. The kernel `K` has an odd number of rows and of
        columns. Write `tiled(X, K, side, layer)`. `layer` is a function: `layer(piece)` is the *valid* convolution of
        a piece with `K`, and it takes at most `side` rows and `side` columns.

        Return the map that you would get from the whole `X` at once, with zeros around it: *same*, as large as `X`. No
        seam may be seen. Call `layer` as few times as possible. You will need `F.pad(X, (left, right, top, bottom))`.
        How many rows do two neighbouring pieces have in common?
    """,
    placeholder="""
        def tiled(X, K, side, layer):
            # your code
            ...
    """,
    cases=_map_and_kernel,
    run=_filtered,
    returns=("map", "number of calls"),
    valid=lambda X, K, side: K.shape[0] % 2 == K.shape[1] % 2 == 1 and side >= max(K.shape),
    slips="""
        more pieces than needed: Take pieces as large as `side`, and let them overlap by no more than they must.
            side - h + 1, side - w + 1 => 1, 1
        each piece has a frame of its own: Zeros belong around the whole map. Elsewhere they make a seam. @PADDING
            (framed[i : i + side, j : j + side] => (F.pad(X[i : i + down, j : j + right], (w // 2,) * 2 + (h // 2,) * 2)
        the pieces do not overlap: Windows that lie partly in one piece and partly in the next have no place.
            side - h + 1, side - w + 1 => side, side
        the pieces do not overlap, and are put side by side: The windows between two pieces are missing.
            side - h + 1, side - w + 1 => side, side
            return Y => Y = Y[[n for n in range(len(Y)) if n % down <= side - h]]; return Y
            return Y => return Y[:, [n for n in range(Y.shape[1]) if n % right <= side - w]]
        the pieces overlap by half a kernel: By how many rows does a piece get smaller, on both sides together?
            side - h + 1, side - w + 1 => side - h // 2, side - w // 2
        the pieces overlap by half a kernel, and are put side by side: By how many rows does a piece get smaller?
            side - h + 1, side - w + 1 => side - h // 2, side - w // 2
            return Y => Y = Y[[n for n in range(len(Y)) if n % down <= side - h]]; return Y
            return Y => return Y[:, [n for n in range(Y.shape[1]) if n % right <= side - w]]
        the pieces overlap by one line too few: As far apart as a piece makes rows, the next begins.
            side - h + 1, side - w + 1 => side - h + 2, side - w + 2
        the pieces overlap by 2, whatever the kernel: This is right for 3 × 3. What does a kernel of 5 × 5 take away?
            side - h + 1, side - w + 1 => side - 2, side - 2
        the step to the right is taken from the kernel's rows, too: Across, a piece loses the kernel's columns. @PAIRS
            side - h + 1, side - w + 1 => side - h + 1, side - h + 1
        the kernel's rows decide about the columns of a piece: Its rows are lost above and below. @PAIRS
            side - h + 1, side - w + 1 => side - w + 1, side - h + 1
        the frame is missing: The map shall be as large as `X`: put zeros around it. @PADDING
            F.pad(X, (w // 2, w // 2, h // 2, h // 2)) => X
            zeros_like(X) => zeros_like(framed)[h - 1 :, w - 1 :]
        the frame is missing, and the map ends in zeros: Put zeros around `X` *before* it is filtered. @PADDING
            F.pad(X, (w // 2, w // 2, h // 2, h // 2)) => X
            Y.shape[0], down => Y.shape[0] - h + 1, down
            Y.shape[1], right => Y.shape[1] - w + 1, right
        the frame has one line, whatever the kernel: This is right for 3 × 3. What does 5 × 5 take away? @FULL
            (w // 2, w // 2, h // 2, h // 2) => (1, 1, 1, 1)
        the frame of a full convolution: The map shall be as large as `X`. @FULL
            (w // 2, w // 2, h // 2, h // 2) => (w - 1, w - 1, h - 1, h - 1)
            zeros_like(X) => zeros_like(framed)[h - 1 :, w - 1 :]
        too many zeros stand above and on the left: Both sides get the same. @FULL
            (w // 2, w // 2, h // 2, h // 2) => (w - 1, 0, h - 1, 0)
        too many zeros stand below and on the right: Both sides get the same. @FULL
            (w // 2, w // 2, h // 2, h // 2) => (0, w - 1, 0, h - 1)
        the frame's rows and columns are swapped: `F.pad` counts (left, right, top, bottom). @EVEN
            (w // 2, w // 2, h // 2, h // 2) => (h // 2, h // 2, w // 2, w // 2)
        the frame is a mirror: *Same* means zeros around the map. @MODES
            F.pad(X, (w // 2, w // 2, h // 2, h // 2)) => F.pad(X[None], (w // 2, w // 2, h // 2, h // 2), "reflect")[0]
        the last rows and columns are left out: If the pieces do not fit, the last are smaller.
            Y.shape[0], down => Y.shape[0] - down + 1, down
            Y.shape[1], right => Y.shape[1] - right + 1, right
        there is a piece too many at the end: Behind the last row of `X` begins no window.
            Y.shape[0], down => framed.shape[0], down
            Y.shape[1], right => framed.shape[1], right
        the whole map goes to `layer` at once: `layer` takes `side` rows and columns. Cut the map into pieces.
            i + side, j : j + side => i + 999, j : j + 999
        only the rows are cut: A piece may be as wide as `side`, and no wider.
            , j : j + side] => , j:]
        only the columns are cut: A piece may be as high as `side`, and no higher.
            [i : i + side, j => [i:, j
        a piece makes `side` rows: `layer` takes no more than `side` rows, and makes fewer.
            side - h + 1, side - w + 1 => side, side
            i + side, j : j + side => i + side + h - 1, j : j + side + w - 1
        the kernel is taken for a square: It may have more rows than columns, or fewer. @PAIRS
            h, w = K.shape => h = w = K.shape[0]
        the map is taken for a square: It may have more rows than columns, or fewer. @PAIRS
            zeros_like(X) => zeros_like(X)[:, :1].expand(-1, len(X)).clone()
        rows and columns of the map are swapped: A line of pieces runs from left to right.
            return Y => return Y.T
        `layer` is called twice for each piece: Keep what it returns; its shape is there, too.
            Y[i : => piece = layer(framed[i : i + side, j : j + side]); Y[i :
    """,
    hint="Draw one direction: a row of 10 pixels, a kernel of 3, pieces of 5. Where does each piece begin?",
    solution="""
        def tiled(X, K, side, layer):
            h, w = K.shape
            framed = F.pad(X, (w // 2, w // 2, h // 2, h // 2))
            down, right = side - h + 1, side - w + 1
            Y = torch.zeros_like(X)
            for i in range(0, Y.shape[0], down):
                for j in range(0, Y.shape[1], right):
                    piece = layer(framed[i : i + side, j : j + side])
                    Y[i : i + piece.shape[0], j : j + piece.shape[1]] = piece
            return Y
    """,
    because="""
        A piece of `side` rows makes `side` − h + 1 rows of the map: so far apart the pieces begin. They have h − 1
        rows in common, and w − 1 columns. The frame is put around the whole map, once; a frame around each piece
        would put zeros where pixels are, and a dark seam would show.
    """,
)
