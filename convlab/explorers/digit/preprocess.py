"""From strokes to what the network sees: the steps that made MNIST, each of them a small computation.

LeCun, Bottou, Bengio, Haffner, *Gradient-based learning applied to document recognition*, 1998, section III.A: digits
were scaled to fit into 20 x 20 pixels, which made their edges grey, and their centre of mass was put in the middle of
28 x 28. ``math.js`` does the same in the browser; a test holds both together.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from convlab.functional import conv2d

BOARD = 112  # pixels of the side of the drawing: 4 for each of the image's
SIDE, BOX = 28, 20  # pixels of the image, and of the box into which the digit is scaled
PEN = 4.5  # radius of the pen, in pixels of the board


def rasterise(strokes) -> Tensor:
    """Return strokes as a picture (BOARD, BOARD), float64 in [0, 1].

    Each stroke is a list of points (x, y) from 0 to 1, joined by lines. A pixel is as dark as the pen covers it, judged
    by the distance from its centre to the line.
    """
    board = np.zeros((BOARD, BOARD))
    for stroke in strokes:
        board = np.maximum(board, _ink(tuple((x, y) for x, y in stroke)))
    return torch.from_numpy(board)


@lru_cache(maxsize=256)  # a new stroke comes to old ones, and the answer is waited for
def _ink(stroke: tuple[tuple[float, float], ...]) -> np.ndarray:
    """Return one stroke as `rasterise` does; not to be written to."""
    board, points = np.zeros((BOARD, BOARD)), np.array(stroke, dtype=np.float64) * BOARD
    for (x0, y0), (x1, y1) in zip(points, points[1:] if len(points) > 1 else points, strict=False):
        (left, right), (top, bottom) = _near(x0, x1), _near(y0, y1)
        x, y = np.arange(left, right) + 0.5 - x0, (np.arange(top, bottom) + 0.5 - y0)[:, None]
        dx, dy = x1 - x0, y1 - y0
        t = ((x * dx + y * dy) / max(dx * dx + dy * dy, 1e-12)).clip(0, 1)  # the nearest point of the line
        far = np.sqrt((x - t * dx) ** 2 + (y - t * dy) ** 2)
        part = board[top:bottom, left:right]
        np.maximum(part, (PEN + 0.5 - far).clip(0, 1), out=part)
    return board


def _near(a: float, b: float) -> tuple[int, int]:
    """Return the first pixel, and the one behind the last, that a pen on its way from a to b can reach."""
    return max(0, int(min(a, b) - PEN - 1)), min(BOARD, int(max(a, b) + PEN + 2))


def shares(size: int, out_size: int) -> Tensor:
    """Return the matrix (out_size, size) that averages: each new pixel is the mean of what it covers.

    >>> shares(4, 2)
    tensor([[0.5000, 0.5000, 0.0000, 0.0000],
            [0.0000, 0.0000, 0.5000, 0.5000]], dtype=torch.float64)
    """
    step = size / out_size
    first = torch.arange(out_size, dtype=torch.float64)[:, None] * step
    pixel = torch.arange(size, dtype=torch.float64)
    return (torch.minimum(first + step, pixel + 1) - torch.maximum(first, pixel)).clamp(min=0) / step


def preprocess(board: Tensor, resize: bool = True, centre: bool = True, blur: bool = True) -> Tensor:
    """Return what the network sees: (28, 28), uint8.

    Args:
        board: the drawing, (BOARD, BOARD) in [0, 1].
        resize: scale the digit so that its longer side has 20 pixels; otherwise the whole board becomes 28 x 28.
        centre: put the centre of mass in the middle, by whole pixels.
        blur: smooth the edges with the kernel [1, 2, 1] / 4, down and across.
    """
    image = torch.zeros(SIDE, SIDE, dtype=torch.float64)
    rows, columns = (board.amax(dim).nonzero().flatten() for dim in (1, 0))
    if len(rows) == 0:
        return image.to(torch.uint8)
    if resize:
        digit = board[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        longest = max(digit.shape)
        height, width = (max(1, int(BOX * n / longest + 0.5)) for n in digit.shape)
        digit = shares(digit.shape[0], height) @ digit @ shares(digit.shape[1], width).T
        top, left = (SIDE - height) // 2, (SIDE - width) // 2
        image[top : top + height, left : left + width] = digit
    else:
        image = shares(BOARD, SIDE) @ board @ shares(BOARD, SIDE).T
    if centre:
        image = shifted(image, *(int(torch.floor((SIDE - 1) / 2 - c + 0.5)) for c in centre_of_mass(image)))
    if blur:
        line = torch.tensor([1.0, 2, 1], dtype=torch.float64) / 4
        image = conv2d(image[None, None], (line[:, None] * line)[None, None], padding=1)[0, 0]
    return (image * 255 + 0.5).floor().to(torch.uint8)


def centre_of_mass(image: Tensor) -> tuple[Tensor, Tensor]:
    """Return (row, column), each the mean place of the ink."""
    place = torch.arange(SIDE, dtype=torch.float64)
    return (image.sum(1) @ place) / image.sum(), (image.sum(0) @ place) / image.sum()


def shifted(image: Tensor, down: int, right: int) -> Tensor:
    """Move the image by whole pixels; what leaves it is lost, and zeros come in."""
    result = torch.zeros_like(image)
    height, width = image.shape[0] - abs(down), image.shape[1] - abs(right)
    if height <= 0 or width <= 0:
        return result
    source = image[max(-down, 0) : max(-down, 0) + height, max(-right, 0) : max(-right, 0) + width]
    result[max(down, 0) : max(down, 0) + height, max(right, 0) : max(right, 0) + width] = source
    return result
