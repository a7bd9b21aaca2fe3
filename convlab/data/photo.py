"""The photo of the course."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlab.data.files import PHOTO, check_bundled

if TYPE_CHECKING:  # torch comes at the first use
    from torch import Tensor


def photo(gray: bool = False) -> Tensor:
    """A portrait of Grace Hopper, 256 pixels wide and 300 high: float32 in [0, 1].

    Every value is one of the 256 levels 0/255, 1/255, ..., 255/255, the same on every machine.

    Args:
        gray: False for colour, shape (3, 300, 256), channels red, green, blue; True for grey, shape (300, 256): the
            luma Y = 0.299 R + 0.587 G + 0.114 B of Rec. ITU-R BT.601, rounded to the nearest level.

    Returns:
        A new tensor: change it as you like.

    Raises:
        TypeError: gray is neither True nor False.
        FileNotFoundError, ValueError: the bundled file is missing or damaged; the message says how to bring it back.

    Source: photo by James S. Davis, U.S. Navy, 1984, public domain; see ``convlab/data/photo/PROVENANCE.md``.

    >>> photo().shape
    torch.Size([3, 300, 256])
    >>> photo(gray=True).shape
    torch.Size([300, 256])
    """
    import torch
    from PIL import Image

    from convlab.arguments import check_flag

    check_flag("photo", "gray", gray)
    path = check_bundled(PHOTO) / PHOTO
    with Image.open(path) as image:
        width, height = image.size
        levels = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8)
    levels = levels.reshape(height, width, 3).permute(2, 0, 1)
    if gray:
        # In whole numbers, so that no machine rounds differently.
        red, green, blue = levels.to(torch.int32)
        levels = (299 * red + 587 * green + 114 * blue + 500) // 1000
    return levels.to(torch.float32).contiguous() / 255
