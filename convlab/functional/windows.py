"""Windows: every place where a kernel can lie on an image, without copying a pixel."""

from torch import Tensor


def windows2d(x: Tensor, kernel_size: tuple[int, int]) -> Tensor:
    """Return every window of an image, as a view of the same memory.

    ``windows[i, j]`` is the patch of ``x`` whose top left pixel is ``x[i, j]``. Neighbouring windows overlap, and they
    share the pixels of the overlap for real: nothing is copied. Only the *strides* of the tensor change, that is, how
    far it steps in memory from one entry to the next.

    Args:
        x: the image, shape (H, W).
        kernel_size: height and width of a window, (kH, kW), not larger than the image.

    Returns:
        Tensor of shape (H - kH + 1, W - kW + 1, kH, kW).

    >>> import torch
    >>> x = torch.arange(9).reshape(3, 3)
    >>> windows2d(x, (2, 2)).shape
    torch.Size([2, 2, 2, 2])
    >>> windows2d(x, (2, 2))[1, 0]
    tensor([[3, 4],
            [6, 7]])
    >>> windows2d(x, (2, 2)).data_ptr() == x.data_ptr()
    True
    """
    kernel_height, kernel_width = kernel_size
    return x.unfold(0, kernel_height, 1).unfold(1, kernel_width, 1)
