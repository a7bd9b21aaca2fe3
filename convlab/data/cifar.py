"""CIFAR-10: 60,000 photos of 32 x 32 pixels in ten classes, where they are on disk or may be fetched."""

from __future__ import annotations

import os
from pathlib import Path

from convlab.data.files import mnist_root
from convlab.data.pairs import Pictures, check_choice


def load_cifar10(split: str, root: str | os.PathLike | None = None, download: bool = False) -> Pictures:
    """Photos of ten classes, from airplane to truck: 50,000 to train and 10,000 to test.

    torchvision reads the files and knows their checksums. As float32 the 50,000 take 614 MB of memory.

    Args:
        split: "train" or "test".
        root: the folder that holds cifar-10-batches-py; without it the folder that the environment variable
            CONVLAB_DATA names, else ~/.cache/convlab.
        download: True fetches what is not there or damaged: 170 MB, and 180 MB on disk. Nothing else downloads.

    Returns:
        A `Pictures` with .images (N, 3, 32, 32) float32 in [0, 1], .labels, .classes and .names.

    Raises:
        TypeError, ValueError: an argument is none of the above.
        FileNotFoundError: it is not there. ValueError: a file is damaged. Both messages say what to do.
        ConnectionError: it could not be fetched.
        OSError: it cannot be stored.

    Source: A. Krizhevsky, *Learning Multiple Layers of Features from Tiny Images*, 2009.

    >>> load_cifar10("validation")
    Traceback (most recent call last):
        ...
    ValueError: load_cifar10: split must be 'train' or 'test', not 'validation'
    """
    import torch

    from convlab.arguments import check_flag
    from convlab.vision import import_torchvision

    check_choice("load_cifar10", "split", split, ("train", "test"))
    check_flag("load_cifar10", "download", download)
    if root is not None and not isinstance(root, str | os.PathLike):
        raise TypeError(f"load_cifar10: root must be the name of a folder, not {root!r}")
    import_torchvision()
    from torchvision.datasets import CIFAR10

    folder = mnist_root(root)
    folder = folder.parent if folder.name == CIFAR10.base_folder else folder
    data = _read(folder, split)
    if isinstance(data, str) and download:
        from convlab.data.fetch import download_cifar10  # pooch comes only when needed

        download_cifar10(folder)
        data = _read(folder, split)
    if isinstance(data, str):
        error = ValueError if (folder / CIFAR10.base_folder).is_dir() else FileNotFoundError
        how = f"load_cifar10({split!r}, ..., download=True) fetches it (170 MB), or copy the folder there"
        raise error(f"load_cifar10: {data}; {how}")
    labels, classes = torch.tensor(data.targets), tuple(data.classes)
    images = torch.from_numpy(data.data).permute(0, 3, 1, 2).float().div_(255).contiguous()
    return Pictures(images, labels, classes, tuple(classes[label] for label in data.targets), f"CIFAR-10, {split}")


def _read(root: Path, split: str):
    """The data set of torchvision, or what is wrong with the files."""
    from torchvision.datasets import CIFAR10
    from torchvision.datasets.utils import check_integrity

    folder = root / CIFAR10.base_folder
    if not folder.is_dir():
        return f"there is no CIFAR-10 in {folder}"
    files = [*CIFAR10.train_list, *CIFAR10.test_list, (CIFAR10.meta["filename"], CIFAR10.meta["md5"])]
    wrong = [name for name, md5 in files if not check_integrity(folder / name, md5)]
    if wrong:
        return f"CIFAR-10 in {folder} is damaged: missing or changed are {', '.join(wrong)}"
    return CIFAR10(root, train=split == "train")
