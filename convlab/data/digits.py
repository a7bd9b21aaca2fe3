"""Handwritten digits: the bundled 10,000 or the full MNIST."""

from __future__ import annotations

import gzip
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from convlab.data import files
from convlab.data.pairs import Pairs, check_choice

if TYPE_CHECKING:  # torch comes at the first use
    from torch import Tensor

_SPLITS = ("train", "test")
_SOURCES = ("auto", "bundled", "mnist")


@dataclass(frozen=True, eq=False, repr=False)
class Digits(Pairs):
    """Digits with their labels, as `load_digits` returns them.

    ``digits[i]`` is one pair (image, label) of a (1, 28, 28) uint8 tensor and an int, which is what a
    ``torch.utils.data.DataLoader`` needs; ``digits.images`` and ``digits.labels`` are everything at once.

    Attributes:
        images: (N, 1, 28, 28) uint8, 0 for paper, 255 for full ink.
        labels: (N,) int64, 0 to 9.
        split: "train" or "test".
        source: "bundled" or "mnist": the data set that was really read.
    """

    called: ClassVar[str] = "digits"
    split: str
    source: str

    def __repr__(self) -> str:
        return (
            f"Digits(split={self.split!r}, source={self.source!r}: "
            f"images {tuple(self.images.shape)} uint8, labels {tuple(self.labels.shape)} int64)"
        )


def load_digits(split: str, source: str = "auto", root: str | os.PathLike | None = None) -> Digits:
    """Handwritten digits of 28 x 28 pixels with their labels.

    Two data sets, and `.source` of the result says which one was read:

    * "bundled" comes with the package: the first 10,000 MNIST training digits, 8,000 to train and 2,000 to test;
    * "mnist" is the full MNIST, 60,000 and 10,000. What is not on disk yet, or damaged, is downloaded from the mirrors
      that torchvision knows (12 MB, 55 MB on disk), with a bar for each file.

    Args:
        split: "train" or "test".
        source: "bundled", "mnist", or "auto": the full MNIST if its four files are on disk, else the bundled digits.
            Only "mnist" downloads.
        root: the folder with the full MNIST; without it the folder that the environment variable CONVLAB_DATA names,
            else ~/.cache/convlab. Its four files may lie in it, in MNIST, in raw, or in MNIST/raw, plain or packed
            (.gz), as train-images-idx3-ubyte or train-images.idx3-ubyte.

    Returns:
        A `Digits` with .images (N, 1, 28, 28) uint8, .labels (N,) int64, .split and .source.

    Raises:
        TypeError, ValueError: an argument is none of the above.
        FileNotFoundError, ValueError: a file is missing or damaged; the message names it and what to do.
        ConnectionError: no mirror sent the full MNIST; the message says what each did and what to do.
        OSError: the full MNIST cannot be stored.

    Source: Y. LeCun, C. Cortes, C. Burges, *The MNIST database of handwritten digits*; CC BY-SA 3.0; see
    ``convlab/data/digits/PROVENANCE.md``.

    >>> digits = load_digits("test", source="bundled")
    >>> digits
    Digits(split='test', source='bundled': images (2000, 1, 28, 28) uint8, labels (2000,) int64)
    >>> image, label = digits[0]
    >>> image.shape, label
    (torch.Size([1, 28, 28]), 3)
    """
    check_choice("load_digits", "split", split, _SPLITS)
    check_choice("load_digits", "source", source, _SOURCES)
    if root is not None and not isinstance(root, str | os.PathLike):
        raise TypeError(f"load_digits: root must be the name of a folder, not {root!r}")
    if root is not None and source == "bundled":
        raise ValueError("load_digits: root is the folder of the full MNIST; source='bundled' does not use it")

    full = files.mnist_root(root)
    if source == "mnist" and files.mnist_wanted(full):
        from convlab.data.fetch import download_mnist  # pooch comes only when needed

        download_mnist(full)
    if source == "mnist" or (source == "auto" and len(files.mnist_files(full)) == 4):
        source, folder = "mnist", full
        files.check_mnist(folder)
    else:
        if source == "auto" and (seen := files.mnist_seen(full)):
            warnings.warn(f"load_digits: these are the bundled digits{seen}", stacklevel=2)
        source, folder = "bundled", digits_root("bundled")

    paths, name = files.mnist_files(folder), "train" if split == "train" else "t10k"
    images = _read_bytes(paths[f"{name}-images-idx3-ubyte"], header=16).reshape(-1, 1, 28, 28)
    labels = _read_bytes(paths[f"{name}-labels-idx1-ubyte"], header=8).long()
    if labels.max() > 9:
        raise ValueError(f"the file of {split} labels in {folder} is damaged: a label is {labels.max()}, above 9")
    return Digits(images, labels, split, source)


def _read_bytes(path: Path, header: int) -> Tensor:
    """Everything after the header of an IDX file that is known to be whole; importing torchvision takes far longer."""
    import torch

    content = path.read_bytes()
    content = bytearray(gzip.decompress(content) if path.suffix == ".gz" else content)
    return torch.frombuffer(content, dtype=torch.uint8, offset=header)


def digits_root(source: str) -> Path:
    """The folder to give to ``torchvision.datasets.MNIST(root, ...)``.

    Args:
        source: "bundled" for the digits that come with the package; "mnist" for the folder in which the full MNIST is
            looked for (CONVLAB_DATA, else ~/.cache/convlab), whether it is there yet or not: nothing is downloaded;
            "auto" for the one that ``load_digits(..., source="auto")`` reads.

    Raises:
        TypeError, ValueError: source is none of these.
        FileNotFoundError, ValueError: a bundled file is missing or damaged.
        ValueError: the full MNIST is there, but under other names than torchvision's, which `load_digits` alone reads.

    >>> digits_root("bundled").name
    'digits'
    """
    check_choice("digits_root", "source", source, _SOURCES)
    root = files.mnist_root()
    found = files.mnist_files(root)
    if source == "bundled" or (source == "auto" and len(found) < 4):
        return files.check_bundled(files.DIGITS) / "digits"
    for name, path in found.items() if len(found) == 4 else ():
        if path != (there := root / "MNIST" / "raw" / name):
            raise ValueError(f"digits_root: torchvision needs {there}, unpacked; {path} is read by load_digits alone")
    return root
