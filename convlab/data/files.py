"""The files that the pictures come from: where they lie and whether they are whole.

Two kinds of error, for bundled files and for the full MNIST alike: FileNotFoundError where a file is not there,
ValueError where it is there but damaged. Both name the file and what to do. Nothing here needs torch: the set-up check
uses it to say what is wrong with an installation that has none.
"""

from __future__ import annotations

import hashlib
import math
import os
from pathlib import Path

FOLDER = Path(__file__).parent
PHOTO = "photo/grace_hopper.png"
DIGITS = "digits/MNIST/raw/"
MNIST_FILES = tuple(f"{s}-{kind}" for s in ("train", "t10k") for kind in ("images-idx3-ubyte", "labels-idx1-ubyte"))

SHA256 = {
    PHOTO: "f3556b1ca99075c69aba18a34c3423791bc61082fdfd6ca2994de1a0c337b6a9",
    DIGITS + "train-images-idx3-ubyte": "794f9121e0c4568b120f18aec9675843e7f304149134b2ecd059a38c36f91564",
    DIGITS + "train-labels-idx1-ubyte": "a5444bc9d636834cf1c12e5e038c6171c141feee0c3d47028b38b3fcd506106b",
    DIGITS + "t10k-images-idx3-ubyte": "820f5841d589f66a85d5eb75f1c9ca02f98a18cca701453a83d4d0d696fdbb52",
    DIGITS + "t10k-labels-idx1-ubyte": "24edacd25b66e28257e4fb46d1f2be06cf10686ea1d1815c62dbfd05be2d3a20",
}


def check_bundled(prefix: str) -> Path:
    """The folder of this package, once every bundled file whose name starts with `prefix` is known to be whole.

    Raises:
        FileNotFoundError: a file is missing.
        ValueError: a file has changed, for example through a conversion of line endings.
    """
    for name, sha256 in SHA256.items():
        if not name.startswith(prefix):
            continue
        path = FOLDER / name
        fix = "bring it back with `git checkout -- convlab/data`, or install convlab-course again"
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing, a file that comes with convlab: {fix}")
        if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            raise ValueError(f"{path} is damaged: it is not the file that comes with convlab; {fix}")
    return FOLDER


def mnist_root(root: str | os.PathLike | None = None) -> Path:
    """The folder in which the full MNIST is looked for, whether it is there or not.

    `root` if given, else the environment variable CONVLAB_DATA, else ~/.cache/convlab (on every system, as torch does
    for its own downloads; XDG_CACHE_HOME moves it).
    """
    if root is None:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "convlab"
        root = os.environ.get("CONVLAB_DATA") or cache
    # Absolute, so that an error names a folder that can be found; notebooks run in their own folder.
    return Path(os.path.abspath(os.path.expanduser(root)))


def mnist_missing(root: Path) -> list[str]:
    """Names of those of the four MNIST files that are not in `root`/MNIST/raw: [] if all are there."""
    return [name for name in MNIST_FILES if not (root / "MNIST" / "raw" / name).is_file()]


def mnist_wanted(root: Path) -> list[str]:
    """Names of those that are not there, or damaged."""
    missing, raw = mnist_missing(root), root / "MNIST" / "raw"
    return [name for name in MNIST_FILES if name in missing or idx_fault(raw / name)[0]]


def check_mnist(root: Path) -> dict[str, int]:
    """The number of digits in each split, {"train": 60000, "test": 10000} for the real MNIST.

    Only the first bytes of each file and its length are looked at: enough to know a broken download.

    Raises:
        FileNotFoundError: one of the four files is missing.
        ValueError: a file is cut short, too long, or no MNIST file at all.
    """
    if missing := mnist_missing(root):
        which = "no MNIST" if len(missing) == 4 else f"no {' and no '.join(missing)}"
        again = download_again(root, "downloads it")
        raise FileNotFoundError(f"there is {which} in {root / 'MNIST' / 'raw'}; {again}")
    sizes = {}
    for name in MNIST_FILES:
        path = root / "MNIST" / "raw" / name
        fault, sizes[name] = idx_fault(path)
        if fault:
            raise ValueError(f"{path} is damaged: {fault}; {download_again(root, 'downloads it again')}")
    for split in ("train", "t10k"):
        n_images, n_labels = sizes[f"{split}-images-idx3-ubyte"], sizes[f"{split}-labels-idx1-ubyte"]
        if n_images != n_labels:
            fault = f"the {split} files do not belong together, {n_images} images and {n_labels} labels"
            again = download_again(root, "then downloads them again")
            raise ValueError(f"{root / 'MNIST' / 'raw'}: {fault}; delete both, and {again}")
    return {"train": sizes["train-labels-idx1-ubyte"], "test": sizes["t10k-labels-idx1-ubyte"]}


def download_again(root: Path, does: str) -> str:
    """The call of load_digits that fetches what is missing in `root`."""
    where = "" if root == mnist_root() else f", root={str(root)!r}"
    return f"load_digits('train', source='mnist'{where}) {does}"


def idx_fault(path: Path) -> tuple[str, int]:
    """What is wrong with an IDX file of 28 x 28 images or of labels ('' if nothing), and how many items it says it has.

    IDX: 0, 0, 8 (unsigned byte), number of sizes; each size in four bytes, the most significant first; the bytes.
    """
    tail = (28, 28) if "images" in path.name else ()
    start = 4 + 4 * (1 + len(tail))
    with path.open("rb") as file:
        header = file.read(start)
    sizes = tuple(int.from_bytes(header[i : i + 4], "big") for i in range(4, start, 4))
    if header[:4] != bytes([0, 0, 8, len(sizes)]) or sizes[1:] != tail or sizes[0] == 0:
        what = "28 x 28 images" if tail else "labels"
        return f"it does not start as an MNIST file of {what} does", 0
    expected, actual = start + math.prod(sizes), path.stat().st_size
    if actual != expected:
        return f"it has {actual:,} bytes where {expected:,} are needed", 0
    return "", sizes[0]
