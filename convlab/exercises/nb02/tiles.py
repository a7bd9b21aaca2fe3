"""02-tiles: a large map, filtered in pieces that overlap."""

import torch
import torch.nn.functional as F

from convlab.exercises.engine.exercise import Exercise, Mistake, Refused
from convlab.exercises.nb02 import headings


def _map_and_kernel(draw):
    h, w = (2 * draw.whole(0, 2) + 1 for _ in range(2))
    X = draw.tensor(draw.whole(2, 9, far=17) + draw.whole(0, 6), draw.whole(3, 9, far=16))
    return {"X": X, "K": draw.tensor(h, w), "side": max(h, w) + draw.whole(0, 4)}


def _filtered(tiled, X, K, side):
    """Return the map, and in how many pieces it was made."""
    calls = []

    def layer(piece):
        piece = torch.as_tensor(piece)
        if max(piece.shape) > side:
            raise ValueError(f"layer takes at most {side} × {side} pixels, got {' × '.join(map(str, piece.shape))}")
        calls.append(piece.shape)
        return F.conv2d(piece[None, None], K[None, None].to(piece.dtype))[0, 0]

    Y = tiled(X, K, side, layer)
    if not (Y is None or Y is ... or calls):
        raise Refused("your function never calls `layer`; only `layer` is allowed to filter")
    return Y if Y is None or Y is ... else (Y, len(calls))


def _pieced(overlap=lambda h, w: (h - 1, w - 1), once=True, alone=False):
    """Return how somebody puts pieces side by side: framed once, or each alone, or not at all."""

    def tiled(X, K, side, layer):
        frame = [n for k in reversed(K.shape) for n in (k // 2, k // 2)]
        down, right = (max(1, side - both) for both in overlap(*K.shape))
        whole = F.pad(X, frame) if once else X
        size = (down, right) if alone else (side, side)
        rows, columns = ((n if alone else n - k + 1) for n, k in zip(whole.shape, K.shape, strict=True))
        pieces = [[whole[i : i + size[0], j : j + size[1]] for j in range(0, columns, right)]
                  for i in range(0, rows, down)]  # fmt: skip
        maps = [[layer(F.pad(piece, frame) if alone else piece) for piece in line] for line in pieces]
        return torch.cat([torch.cat(line, 1) for line in maps])

    return tiled


def _written(grow=0, whole_steps=False):
    """Return how somebody writes pieces into a map of zeros: overlapping more, or without the last ones."""

    def tiled(X, K, side, layer):
        (h, w), Y = K.shape, torch.zeros_like(X)
        framed = F.pad(X, (w // 2, w // 2, h // 2, h // 2))
        down, right = max(1, side - h + 1 - grow), max(1, side - w + 1 - grow)
        H, W = (n // step * step if whole_steps else n for n, step in zip(X.shape, (down, right), strict=True))
        for i in range(0, H, down):
            for j in range(0, W, right):
                Y[i : i + down, j : j + right] = layer(framed[i : i + down + h - 1, j : j + right + w - 1])
        return Y

    return tiled


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
    returns=("map", "number of pieces"),
    valid=lambda X, K, side: K.shape[0] % 2 == K.shape[1] % 2 == 1 and side >= max(K.shape),
    mistakes=(
        Mistake(
            "each piece has a frame of its own",
            "Zeros belong around the whole map only. Inside it, a piece needs its neighbours' pixels: else a seam shows.",
            _pieced(once=False, alone=True),
            where=headings.PADDING,
        ),
        Mistake(
            "the pieces do not overlap",
            "The windows that lie partly in one piece and partly in the next must have a place, too.",
            _pieced(lambda h, w: (0, 0)),
        ),
        Mistake(
            "the pieces overlap by half a kernel",
            "A piece makes fewer rows than it has: by how many, on both of its sides together?",
            _pieced(lambda h, w: (h // 2, w // 2)),
            where=headings.VALID,
        ),
        Mistake(
            "the pieces overlap by one line too much, and it comes twice",
            "From n rows come n − h + 1. The next piece must begin so many rows further down.",
            _pieced(lambda h, w: (h, w)),
            where=headings.VALID,
        ),
        Mistake(
            "rows and columns are mixed up in the overlap",
            "Pieces above each other overlap by the kernel's rows, pieces side by side by its columns.",
            _pieced(lambda h, w: (w - 1, h - 1)),
        ),
        Mistake(
            "the frame is missing",
            "The map shall be as large as `X`: *same*. Put the zeros around `X` before you cut it.",
            _pieced(once=False),
            where=headings.FULL,
        ),
        Mistake(
            "the last rows and columns are left out",
            "If the pieces do not fit, the last ones are smaller. No pixel may be lost.",
            _written(whole_steps=True),
            where=headings.REMAINDER,
        ),
        Mistake(
            "the pieces overlap by more than they must",
            "From n rows come n − h + 1. If the next piece begins so many rows further down, nothing is made twice.",
            _written(grow=1),
        ),
        Mistake(
            "a piece for each number",
            "The map is right. But a piece may be as large as `side`, and then makes many numbers in one call.",
            _written(grow=10**6),
        ),
    ),
    hint="Draw one direction: a row of 10 pixels, a kernel of 3, pieces of 5. Where does each piece begin?",
    solution="""
        def tiled(X, K, side, layer):
            h, w = K.shape
            framed = F.pad(X, (w // 2, w // 2, h // 2, h // 2))
            down, right = side - h + 1, side - w + 1
            Y = torch.zeros_like(X)
            for i in range(0, X.shape[0], down):
                for j in range(0, X.shape[1], right):
                    Y[i : i + down, j : j + right] = layer(framed[i : i + side, j : j + side])
            return Y
    """,
    because="""
        A piece of `side` rows makes `side` − h + 1 rows of the map: so far apart the pieces begin. They have h − 1 rows
        in common, and w − 1 columns. The frame is put around the whole map, once; a frame around each piece
        would put zeros where pixels are, and a dark seam would show.
    """,
)
