"""Pictures to convolve: a photo, 10,000 digits and 1,515 emoji, bundled; larger sets and your own on demand.

====================  ===================================================================
``photo()``           a colour portrait, (3, 300, 256), or grey, (300, 256)
``load_digits()``     digits with their labels: the bundled ones or the full MNIST
``digits_root()``     the same digits as a folder for ``torchvision.datasets.MNIST``
``load_emoji()``      small colour pictures of six classes, by three designers
``load_folder()``     pictures of your own: a folder for each class
``load_cifar10()``    60,000 photos of ten classes, where they are on disk
====================  ===================================================================

Only ``load_digits(..., source="mnist")`` and ``load_cifar10(..., download=True)`` download, and only what is not on
disk yet or damaged. Where the bundled pictures come from stands beside them, in ``photo/PROVENANCE.md``,
``digits/PROVENANCE.md`` and ``emoji/PROVENANCE.md``.
"""

from convlab.data.cifar import load_cifar10
from convlab.data.digits import digits_root, load_digits
from convlab.data.emoji import load_emoji
from convlab.data.folder import load_folder
from convlab.data.photo import photo

__all__ = ["digits_root", "load_cifar10", "load_digits", "load_emoji", "load_folder", "photo"]
