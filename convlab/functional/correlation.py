"""Cross-correlation and convolution of one image with one kernel (no channels, no batch)."""

import torch
from torch import Tensor
from torch.nn.functional import pad

from convlab.arguments import COMPLEX, FLOATS, INTEGERS, check_one_device, check_tensor
from convlab.functional.windows import windows

MODES = ("valid", "same", "full")


def corr2d(x: Tensor, kernel: Tensor) -> Tensor:
    """Slide the kernel over the image; at each place multiply and add up. This is what ``nn.Conv2d`` computes.

    ``out[i, j] = sum over a, b of x[i + a, j + b] * kernel[a, b]``

    The kernel stays inside the image, and it is not flipped. So the exact name of this is *cross-correlation*;
    deep learning says convolution. For the flip, see :func:`convolve2d`.

    Args:
        x: the image, shape (H, W).
        kernel: shape (kH, kW), with kH <= H and kW <= W.

    Returns:
        The feature map, shape (H - kH + 1, W - kW + 1). Integer tensors are added up exactly, as int64, so that 8-bit
        images cannot overflow; all other types follow torch's rules of type promotion. Complex kernels
        are used as they are, as in ``torch.nn.functional.conv2d`` (:func:`correlate2d` conjugates them).

    Raises:
        TypeError: x or kernel is not a tensor, or has a type that cannot be added up.
        ValueError: not two dimensions, no entries, two devices, or a kernel larger than the image.

    Source: A. Zhang, Z. Lipton, M. Li, A. Smola, *Dive into Deep Learning*, section 7.2.

    >>> x = torch.arange(9).reshape(3, 3)
    >>> kernel = torch.arange(4).reshape(2, 2)
    >>> corr2d(x, kernel)
    tensor([[19, 25],
            [37, 43]])
    """
    x, kernel = _checked("corr2d", x, kernel)
    return _correlate("corr2d", x, kernel, "valid")


def correlate2d(x: Tensor, kernel: Tensor, mode: str = "valid") -> Tensor:
    """Cross-correlation with the modes of ``scipy.signal.correlate2d``.

    Args:
        x: the image, shape (H, W).
        kernel: shape (kH, kW). As in scipy, complex kernels are conjugated.
        mode: how far the kernel may stick out of the image; outside, the image counts as zero.

            * ``"valid"``: not at all. Output (H - kH + 1, W - kW + 1).
            * ``"same"``: as far as gives an output of the input's shape, (H, W).
            * ``"full"``: as long as they share one pixel. Output (H + kH - 1, W + kW - 1).

    Returns:
        The feature map, in the shape given above; types as for :func:`corr2d`.

    Raises:
        TypeError, ValueError: as for :func:`corr2d`; an unknown mode; with ``"valid"``, a kernel larger than the image.

    Differences to know:

    * scipy's default mode is ``"full"``; here it is ``"valid"``, as in a layer without padding.
    * For a kernel with an even side, ``"same"`` needs one extra line of zeros. It is put at the bottom and on the
      right, by scipy's ``correlate2d`` as by torch's ``padding="same"``. :func:`convolve2d` puts it first.
    * In mode ``"valid"``, scipy swaps the two arguments if the kernel is the larger one. Here that is an error.

    >>> x, kernel = torch.eye(3), torch.tensor([[1.0, 2.0]])
    >>> correlate2d(x, kernel, mode="full").shape
    torch.Size([3, 4])
    >>> correlate2d(x, kernel, mode="same")
    tensor([[1., 0., 0.],
            [2., 1., 0.],
            [0., 2., 1.]])
    """
    x, kernel = _checked("correlate2d", x, kernel)
    return _correlate("correlate2d", x, kernel.conj(), mode)


def convolve2d(x: Tensor, kernel: Tensor, mode: str = "full") -> Tensor:
    """Convolution in the sense of mathematics: turn the kernel by 180 degrees, then cross-correlate.

    ``out[i, j] = sum over a, b of x[i - a, j - b] * kernel[a, b]``

    The flip is what makes it commutative: in mode ``"full"``, ``convolve2d(x, k)`` equals ``convolve2d(k, x)``.

    For a kernel with an even side, mode ``"same"`` needs one extra line of zeros. Here it is put at the top and on the
    left, as scipy's ``convolve2d`` does: the turned kernel has its middle on the other side. So in this one case the
    result is not ``correlate2d`` of the turned kernel, and not torch's ``padding="same"``.

    Args:
        x: the image, shape (H, W).
        kernel: shape (kH, kW).
        mode: ``"full"``, ``"same"`` or ``"valid"``, with the shapes of :func:`correlate2d`. The default is scipy's.

    Returns:
        The result of ``scipy.signal.convolve2d``; types as for :func:`corr2d`.

    Raises:
        TypeError, ValueError: as for :func:`correlate2d`.

    (1 + 2z)(3 + 4z) = 3 + 10z + 8z^2, for polynomials multiply by convolution:

    >>> convolve2d(torch.tensor([[1, 2]]), torch.tensor([[3, 4]]))
    tensor([[ 3, 10,  8]])
    """
    x, kernel = _checked("convolve2d", x, kernel)
    return _correlate("convolve2d", x, kernel.flip(0, 1), mode, extra_zero_first=True)


def _correlate(name: str, x: Tensor, kernel: Tensor, mode: str, extra_zero_first: bool = False) -> Tensor:
    """Add zeros around x as the mode asks, then multiply every window with the kernel and add up."""
    if mode not in MODES:
        raise ValueError(f"{name}: mode is {mode!r}; it must be one of {', '.join(map(repr, MODES))}")
    height, width = kernel.shape
    if mode == "valid" and (height > x.shape[0] or width > x.shape[1]):
        raise ValueError(
            f"{name}: the kernel {tuple(kernel.shape)} is larger than the image {tuple(x.shape)}, so it fits nowhere; "
            f"each side of the kernel must be at most the same side of the image"
        )
    if mode != "valid":
        top, bottom = _zeros(mode, height, extra_zero_first)
        left, right = _zeros(mode, width, extra_zero_first)
        x = pad(x, (left, right, top, bottom))
    if x.is_meta:  # no numbers, only shapes: as a product, so that it counts as one
        return windows(x, (height, width)).flatten(2) @ kernel.flatten()
    return (windows(x, (height, width)) * kernel).sum(dim=(-2, -1))


def _zeros(mode: str, side: int, extra_zero_first: bool) -> tuple[int, int]:
    """Return how many zeros go before and after the pixels, along one side of the kernel."""
    if mode == "full":
        return side - 1, side - 1
    less, more = (side - 1) // 2, side // 2  # they differ for even sides only
    return (more, less) if extra_zero_first else (less, more)


def _checked(name: str, x: Tensor, kernel: Tensor) -> tuple[Tensor, Tensor]:
    """Return x and kernel in one type that can be added up; refuse, in words, what cannot be correlated."""
    _check_matrix(name, "the image x", x)
    _check_matrix(name, "the kernel", kernel)
    check_one_device(name, x=x, kernel=kernel)
    # Integers are added up as int64: in uint8, 200 + 100 would silently be 44.
    kinds = [torch.int64 if each.dtype in (torch.bool, *INTEGERS) else each.dtype for each in (x, kernel)]
    dtype = torch.promote_types(*kinds)
    return x.to(dtype), kernel.to(dtype)


def _check_matrix(name: str, role: str, tensor: Tensor) -> None:
    """Refuse whatever is not a 2-D tensor with entries."""
    check_tensor(name, role, tensor, (torch.bool, *INTEGERS, *FLOATS, *COMPLEX))
    shape = tuple(tensor.shape)
    if tensor.ndim != 2:
        hint = "; take one channel, for example x[0]" if tensor.ndim > 2 else ""
        raise ValueError(f"{name}: {role} must have 2 dimensions (height, width), got {tensor.ndim}: {shape}{hint}")
    if tensor.numel() == 0:
        raise ValueError(f"{name}: {role} is empty: its shape {shape} has a side of 0; each must be at least 1")
