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
    """Return the map, and whether it took more pieces than it must."""
    calls = []

    def layer(piece):
        piece = torch.as_tensor(piece)
        if max(piece.shape) > side:
            raise ValueError(f"a piece has at most {side} × {side} pixels, not {' × '.join(map(str, piece.shape))}")
        calls.append(piece.shape)
        return F.conv2d(piece[None, None], K[None, None].to(piece.dtype))[0, 0]

    Y = tiled(X, K, side, layer)
    if not (calls or Y is None or Y is ...):
        raise Refused("your function never calls `layer`; only `layer` is allowed to filter")
    down, right = (-(-n // (side - k + 1)) for n, k in zip(X.shape, K.shape, strict=True))
    return Y if Y is None or Y is ... else (Y, int(len(calls) > down * right))


def _mistaken(step=lambda side, h, w: (side - h + 1, side - w + 1), framed=True, alone=False, last=True):
    """Return the solution with other steps, without a frame, with a frame for each piece, ..."""

    def tiled(X, K, side, layer):
        h, w = K.shape
        frame = (w // 2, w // 2, h // 2, h // 2)
        whole = F.pad(X, frame) if framed else X
        Y = X.new_zeros(whole.shape[0] - h + 1, whole.shape[1] - w + 1)
        down, right = (max(1, n) for n in step(side, h, w))
        for i in range(0, Y.shape[0] if last else Y.shape[0] - down + 1, down):
            for j in range(0, Y.shape[1] if last else Y.shape[1] - right + 1, right):
                piece = F.pad(X[i : i + down, j : j + right], frame) if alone else whole[i : i + side, j : j + side]
                Y[i : i + down, j : j + right] = layer(piece)
        return Y

    return tiled


def _one_by_one(X, K, side, layer):
    h, w = K.shape
    windows = F.pad(X, (w // 2, w // 2, h // 2, h // 2)).unfold(0, h, 1).unfold(1, w, 1)
    return torch.stack([torch.cat([layer(window)[0] for window in line]) for line in windows])


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
    returns=("map", "too many calls"),
    valid=lambda X, K, side: K.shape[0] % 2 == K.shape[1] % 2 == 1 and side >= max(K.shape),
    mistakes=(
        Mistake(
            "each piece has a frame of its own",
            "Zeros belong around the whole map only. Between two pieces they are seen as a seam.",
            _mistaken(alone=True),
            where=headings.PADDING,
        ),
        Mistake(
            "the pieces do not overlap",
            "The windows that lie partly in one piece and partly in the next must have a place, too.",
            _mistaken(lambda side, h, w: (side, side)),
        ),
        Mistake(
            "the pieces overlap by half a kernel",
            "A piece makes fewer rows than it has: by how many, on both of its sides together?",
            _mistaken(lambda side, h, w: (side - h // 2, side - w // 2)),
        ),
        Mistake(
            "the frame is missing",
            "The map shall be as large as `X`: put zeros around `X` first.",
            _mistaken(framed=False),
        ),
        Mistake(
            "the last rows and columns are left out",
            "If the pieces do not fit, the last are smaller.",
            _mistaken(last=False),
        ),
        Mistake(
            "more pieces than needed",
            "Take pieces as large as `side`, and let them overlap by no more than they must.",
            _one_by_one,
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
