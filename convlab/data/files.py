"""The files that the pictures come from: where they lie and whether they are whole.

Two kinds of error, for bundled files and for the full MNIST alike: FileNotFoundError where a file is not there,
ValueError where it is there but damaged. Both name the file and what to do. Nothing here needs torch: the set-up check
uses it to say what is wrong with an installation that has none.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import os
import re
import zlib
from pathlib import Path

FOLDER = Path(__file__).parent
PHOTO = "photo/grace_hopper.png"
DIGITS = "digits/MNIST/raw/"
EMOJI = "emoji/"
MNIST_FILES = tuple(f"{s}-{kind}" for s in ("train", "t10k") for kind in ("images-idx3-ubyte", "labels-idx1-ubyte"))
MNIST_FOLDERS = ("MNIST/raw", "MNIST", "raw", ".", "mnist/raw", "mnist")  # the first is torchvision's
_LIKE_MNIST = re.compile(r"ubyte|mnist.*\.(csv|gz|pkl|parquet)$|\.(zip|tar|tgz|npz)\b", re.IGNORECASE)
_OTHERS = re.compile("fashion|kmnist|emnist", re.IGNORECASE)  # folders of other data sets, with files of the same names
_STARTS = {b"\x1f\x8b": "gzip", b"PK": "zip", b"<": "a web page", b"\0\0\x08\1": "labels", b"\0\0\x08\3": "images"}

SHA256 = {
    PHOTO: "f3556b1ca99075c69aba18a34c3423791bc61082fdfd6ca2994de1a0c337b6a9",
    DIGITS + "train-images-idx3-ubyte": "794f9121e0c4568b120f18aec9675843e7f304149134b2ecd059a38c36f91564",
    DIGITS + "train-labels-idx1-ubyte": "a5444bc9d636834cf1c12e5e038c6171c141feee0c3d47028b38b3fcd506106b",
    DIGITS + "t10k-images-idx3-ubyte": "820f5841d589f66a85d5eb75f1c9ca02f98a18cca701453a83d4d0d696fdbb52",
    DIGITS + "t10k-labels-idx1-ubyte": "24edacd25b66e28257e4fb46d1f2be06cf10686ea1d1815c62dbfd05be2d3a20",
    EMOJI + "noto.png": "80124f9461975d55208ede49840f69692bad0d5306ef313aa34d2b6c4c7ec079",
    EMOJI + "twemoji.png": "c1e6b0b5b2b2086aa92b6fb6996c377d891ced077c31dfc5b478914dd95faaba",
    EMOJI + "openmoji.png": "b35f93982f6ada1088c54983ec57542c92591f0ef9e5e67181d117dc8d376cbe",
    EMOJI + "emoji.csv": "9d12e31138ac2975fb24c2c0a77e6203fff75c9a98aa7a96e9310508e8efb550",
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
    root = Path(os.path.abspath(os.path.expanduser(root)))
    inside = root.parent if root.parts[-2:] == ("MNIST", "raw") else root  # one or two folders too deep
    return inside.parent if inside.name == "MNIST" and not (root / "MNIST").is_dir() else root


def mnist_files(root: Path) -> dict[str, Path]:
    """Where each of the four MNIST files is that are there: in `root`/MNIST/raw, or under other names that people have.

    They may lie in one of MNIST_FOLDERS, be called train-images.idx3-ubyte, or be packed (.gz). A whole one goes before
    a damaged one.
    """
    found, folders = {}, MNIST_FOLDERS[:1] if _OTHERS.search(str(Path(*root.parts[-2:]))) else MNIST_FOLDERS
    for name in MNIST_FILES:
        names = [each + end for end in ("", ".gz") for each in (name, name.replace("-idx", ".idx"))]
        there = [path for folder in folders for each in names if (path := root / folder / each).is_file()]
        if there:
            found[name] = next((path for path in there if not idx_fault(path)[0]), there[0])
    return found


def mnist_wanted(root: Path) -> list[str]:
    """Names of those that are not there, or damaged."""
    found = mnist_files(root)
    return [name for name in MNIST_FILES if name not in found or idx_fault(found[name])[0]]


def mnist_seen(root: Path) -> str:
    """What in `root` may be MNIST although it is not all read, and what is needed: the end of a sentence, or ''."""
    if root.is_file():
        return f"; {root} is a file, and root is a folder"
    paths = {path for folder in (*MNIST_FOLDERS, "*") for path in root.glob(f"{folder}/*") if path.is_file()}
    names = sorted(path.relative_to(root).as_posix() for path in paths if _LIKE_MNIST.search(path.name))
    listed = ", ".join(names[:8]) + ", ..." * (len(names) > 8)
    wanted = f"{', '.join(mnist_wanted(root))}, plain or .gz (what is in a .zip or .tar is not seen)"
    return f"; in {root} are {listed}, but missing or damaged are {wanted}" if names else ""


def check_mnist(root: Path) -> dict[str, int]:
    """The number of digits in each split, {"train": 60000, "test": 10000} for the real MNIST.

    Only the first bytes of each file and its length are looked at: enough to know a broken download.

    Raises:
        FileNotFoundError: one of the four files is missing.
        ValueError: a file is cut short, too long, or no MNIST file at all.
    """
    found = mnist_files(root)
    if missing := [name for name in MNIST_FILES if name not in found]:
        which = "no MNIST" if len(missing) == 4 else f"no {' and no '.join(missing)}"
        again = download_again(root, "downloads it")
        raise FileNotFoundError(f"there is {which} in {root / 'MNIST' / 'raw'}{mnist_seen(root)}; {again}")
    sizes = {}
    for name, path in found.items():
        fault, sizes[name] = idx_fault(path)
        if fault:
            raise ValueError(f"{path} is damaged: {fault}; {download_again(root, 'downloads it again')}")
    for split in ("train", "t10k"):
        n_images, n_labels = sizes[f"{split}-images-idx3-ubyte"], sizes[f"{split}-labels-idx1-ubyte"]
        if n_images != n_labels:
            fault = f"the {split} files do not belong together, {n_images} images and {n_labels} labels"
            again = download_again(root, "then downloads them again")
            raise ValueError(f"{root}: {fault}; delete both, and {again}")
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
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            header = file.read(start)
            actual = file.seek(0, os.SEEK_END) if path.suffix != ".gz" else len(header) + len(file.read())
    except (gzip.BadGzipFile, EOFError, zlib.error):
        return "it cannot be unpacked", 0
    sizes = tuple(int.from_bytes(header[i : i + 4], "big") for i in range(4, start, 4))
    if header[:4] != (own := bytes([0, 0, 8, len(sizes)])) or sizes[1:] != tail or sizes[0] == 0:
        what = "28 x 28 images" if tail else "labels"
        looks = [f" (it looks like {_STARTS[key]})" for key in _STARTS if header.startswith(key) and key != own]
        return f"it does not start as an MNIST file of {what} does{''.join(looks)}", 0
    expected = start + math.prod(sizes)
    if actual != expected:
        return f"it has {actual:,} bytes where {expected:,} are needed", 0
    return "", sizes[0]
