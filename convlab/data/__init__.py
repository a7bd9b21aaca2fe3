"""Pictures to convolve: one photo and 10,000 handwritten digits, bundled; the full MNIST on demand.

====================  ===================================================================
``photo()``           a colour portrait, (3, 300, 256), or grey, (300, 256)
``load_digits()``     digits with their labels: the bundled ones or the full MNIST
``digits_root()``     the same digits as a folder for ``torchvision.datasets.MNIST``
====================  ===================================================================

Only ``load_digits(..., source="mnist")`` downloads, and only what is not on disk yet or damaged. Where the pictures
come from stands beside them, in ``photo/PROVENANCE.md`` and ``digits/PROVENANCE.md``.
"""

from convlab.data.digits import digits_root, load_digits
from convlab.data.photo import photo

__all__ = ["digits_root", "load_digits", "photo"]
