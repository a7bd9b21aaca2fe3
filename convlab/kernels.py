"""Image kernels with a name, written as *correlation* weights: as a layer uses them, without a flip.

Each function returns a new float32 tensor of shape (kH, kW). Results are pictures: bright where the kernel and the
window look alike. Two families:

* weights that add up to 1 keep flat regions as they are: ``identity``, ``box``, ``gaussian``, ``sharpen``, ``emboss``;
* weights that add up to 0 make flat regions vanish, so that only change is left: ``sobel_x``, ``sobel_y``,
  ``prewitt_x``, ``prewitt_y``, ``laplacian``.

Source: R. Gonzalez, R. Woods, *Digital Image Processing*, 4th edition, chapters 3 and 10.
"""

import torch
from torch import Tensor

from convlab.arguments import as_whole, check_positive

__all__ = [
    "box", "emboss", "gaussian", "identity", "laplacian", "prewitt_x", "prewitt_y", "sharpen", "sobel_x", "sobel_y",
]  # fmt: skip


def identity(size: int = 3) -> Tensor:
    """One in the middle, zeros around: the image comes out as it went in.

    Args:
        size: side of the kernel in pixels, odd.

    Raises:
        TypeError, ValueError: size is not an odd whole number, or below 1.

    >>> identity()
    tensor([[0., 0., 0.],
            [0., 1., 0.],
            [0., 0., 0.]])
    """
    size = _odd("identity", size)
    kernel = torch.zeros(size, size)
    kernel[size // 2, size // 2] = 1
    return kernel


def box(size: int = 3) -> Tensor:
    """The mean of the window: blurs.

    Args:
        size: side of the kernel in pixels, at least 1.

    Raises:
        TypeError, ValueError: size is not a whole number, or below 1.

    >>> box(2)
    tensor([[0.2500, 0.2500],
            [0.2500, 0.2500]])
    """
    size = as_whole("box", "size", size, minimum=1)
    return torch.full((size, size), 1 / size**2)


def gaussian(size: int = 5, sigma: float = 1.0) -> Tensor:
    """A mean in which near pixels count more than far ones: blurs without the box's square marks.

    ``exp(-(a^2 + b^2) / (2 sigma^2))`` at a rows and b columns from the middle, divided by the total.

    Args:
        size: side of the kernel in pixels, odd.
        sigma: standard deviation in pixels, above 0. A side of about 6 sigma holds nearly all of the weight.

    Raises:
        TypeError, ValueError: size is not an odd whole number or below 1; sigma is not above 0.

    >>> gaussian(3, sigma=1.0)
    tensor([[0.0751, 0.1238, 0.0751],
            [0.1238, 0.2042, 0.1238],
            [0.0751, 0.1238, 0.0751]])
    """
    size = _odd("gaussian", size)
    check_positive("gaussian", "sigma", sigma)
    distance = torch.arange(size, dtype=torch.float64) - size // 2
    profile = torch.softmax(-((distance / sigma) ** 2) / 2, dim=0)  # stays finite for the smallest sigma
    return torch.outer(profile, profile).float()


def sharpen() -> Tensor:
    """The pixel, plus its difference from its four neighbours: fine detail stands out.

    >>> sharpen()
    tensor([[ 0., -1.,  0.],
            [-1.,  5., -1.],
            [ 0., -1.,  0.]])
    """
    return torch.tensor([[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]])


def emboss() -> Tensor:
    """Dark minus on the upper left, plus on the lower right: edges look like a relief lit from one side.

    >>> emboss()
    tensor([[-2., -1.,  0.],
            [-1.,  1.,  1.],
            [ 0.,  1.,  2.]])
    """
    return torch.tensor([[-2.0, -1.0, 0.0], [-1.0, 1.0, 1.0], [0.0, 1.0, 2.0]])


def laplacian() -> Tensor:
    """Neighbours minus four times the pixel: the second derivative, near 0 unless brightness bends.

    >>> laplacian()
    tensor([[ 0.,  1.,  0.],
            [ 1., -4.,  1.],
            [ 0.,  1.,  0.]])
    """
    return torch.tensor([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])


def sobel_x() -> Tensor:
    """Right minus left: positive where the image gets brighter towards the right, so it finds vertical edges.

    >>> sobel_x()
    tensor([[-1.,  0.,  1.],
            [-2.,  0.,  2.],
            [-1.,  0.,  1.]])
    """
    return torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])


def sobel_y() -> Tensor:
    """Bottom minus top: positive where the image gets brighter downwards, so it finds horizontal edges.

    >>> sobel_y()
    tensor([[-1., -2., -1.],
            [ 0.,  0.,  0.],
            [ 1.,  2.,  1.]])
    """
    return sobel_x().T.contiguous()


def prewitt_x() -> Tensor:
    """As :func:`sobel_x`, with all three rows counting the same.

    >>> prewitt_x()
    tensor([[-1.,  0.,  1.],
            [-1.,  0.,  1.],
            [-1.,  0.,  1.]])
    """
    return torch.tensor([[-1.0, 0.0, 1.0]] * 3)


def prewitt_y() -> Tensor:
    """As :func:`sobel_y`, with all three columns counting the same.

    >>> prewitt_y()
    tensor([[-1., -1., -1.],
            [ 0.,  0.,  0.],
            [ 1.,  1.,  1.]])
    """
    return prewitt_x().T.contiguous()


def _odd(name: str, size: int) -> int:
    """Return the side of a kernel that has a middle pixel; refuse any other."""
    size = as_whole(name, "size", size, minimum=1)
    if size % 2 == 0:
        raise ValueError(f"{name}: size is {size}; it must be odd, to have a middle pixel: {size - 1} or {size + 1}")
    return size
