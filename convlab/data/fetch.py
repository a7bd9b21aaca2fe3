"""The full MNIST from torchvision's mirrors, and CIFAR-10: all of it or nothing.

The addresses and the md5 of each file are those of ``torchvision.datasets``; pooch transfers, checks and unpacks.
torchvision's own download waits without limit for a mirror that hangs, and leaves half a file when it is interrupted.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import copy2, rmtree
from urllib.parse import urlsplit

import pooch
import requests

from convlab.data.files import mnist_seen, mnist_wanted
from convlab.vision import import_torchvision, one_line

TIMEOUT = 20.0  # seconds of silence after which a mirror is given up
_TEMPORARY = ".convlab-mnist-"


def download_mnist(root: Path) -> None:
    """Download those of the four MNIST files that are missing or damaged in `root`/MNIST/raw; the others stay.

    Everything is fetched and checked in a temporary folder first. However it ends, also by Ctrl-C, either all four
    files are there or none has changed.

    Raises:
        ConnectionError: no mirror sent a whole file. The message says what each did.
        OSError: the files cannot be stored.
        ImportError: torchvision does not import.
    """
    wanted = mnist_wanted(root)
    if not wanted:
        return
    mirrors, archives = _addresses()
    raw = root / "MNIST" / "raw"
    print(f"Downloading the full MNIST into {raw}", file=sys.stderr)
    try:
        with _folder_near(raw) as folder:
            new, old = folder / "new", folder / "old"
            for name in wanted:
                _from_any_mirror(mirrors, *archives[name], new, raw)
            raw.mkdir(parents=True, exist_ok=True)
            old.mkdir()
            _move([name for name in wanted if name in mnist_wanted(root)], new, raw, old)
    except ConnectionError:
        raise
    except OSError as error:
        if not mnist_wanted(root):  # another process was faster; on Windows its files cannot be replaced while in use
            return
        raise type(error)(
            f"the full MNIST (55 MB) cannot be stored in {raw}: {error.strerror or one_line(error)}. "
            "Make room or set CONVLAB_DATA to a folder that you may write, or use source='bundled'"
        ) from None


def download_cifar10(root: Path) -> None:
    """Download CIFAR-10 into `root`/cifar-10-batches-py; what is there is replaced once the new one is whole.

    Raises:
        ConnectionError: no whole archive came. OSError: the files cannot be stored.
        ImportError: torchvision does not import.
    """
    import_torchvision()
    from torchvision.datasets import CIFAR10

    name = CIFAR10.base_folder
    print(f"Downloading CIFAR-10 into {root / name}", file=sys.stderr)
    try:
        with _folder_near(root) as temporary:
            _fetch(CIFAR10.url, CIFAR10.tgz_md5, temporary)
            root.mkdir(parents=True, exist_ok=True)
            if (root / name).exists():
                os.replace(root / name, temporary / "old")
            os.replace(temporary / name, root / name)
    except (requests.RequestException, ValueError) as error:
        host = urlsplit(CIFAR10.url).netloc
        raise ConnectionError(
            f"CIFAR-10 could not be downloaded into {root}: no whole {CIFAR10.filename} came ({host}: "
            f"{_in_words(error)}). Try again later, or set CONVLAB_DATA to a folder that holds {name}"
        ) from None
    except OSError as error:
        raise type(error)(
            f"CIFAR-10 (180 MB) cannot be stored in {root}: {error.strerror or one_line(error)}. "
            "Make room or set CONVLAB_DATA to a folder that you may write"
        ) from None


def _addresses() -> tuple[list[str], dict[str, tuple[str, str]]]:
    """The mirrors of torchvision, and for each of the four files the name of its archive and its md5."""
    import_torchvision()
    from torchvision.datasets import MNIST

    return list(MNIST.mirrors), {archive.removesuffix(".gz"): (archive, md5) for archive, md5 in MNIST.resources}


def _from_any_mirror(mirrors: list[str], archive: str, md5: str, new: Path, raw: Path) -> None:
    """Fetch one file from the first mirror that sends it whole; the next file is then asked of that mirror first."""
    tried = []
    for _ in range(len(mirrors)):
        host = urlsplit(mirrors[0]).netloc
        print(f"{archive} from {host}", file=sys.stderr)
        try:
            return _fetch(mirrors[0] + archive, md5, new)
        except (requests.RequestException, ValueError) as error:
            tried.append(f"{host}: {_in_words(error)}")
            mirrors.append(mirrors.pop(0))
    raise ConnectionError(
        f"the full MNIST could not be downloaded into {raw}: no whole {archive} came ({'; '.join(tried)}). "
        "Try again later, use source='bundled', or set CONVLAB_DATA to a folder that holds MNIST/raw"
        f"{mnist_seen(raw.parents[1])}"
    )


def _fetch(url: str, md5: str, new: Path) -> None:
    """Put the archive at `url` into the folder `new`, and what is in it beside it."""
    archive = url.rsplit("/", 1)[-1]
    tar, name = archive.endswith(".tar.gz"), archive.removesuffix(".gz")
    unpack = pooch.Untar(extract_dir=".") if tar else pooch.Decompress(method="gzip", name=name)
    transfer = pooch.HTTPDownloader(progressbar=True, timeout=TIMEOUT, headers={"User-Agent": "pytorch/vision"})
    log = pooch.get_logger()
    level = log.level
    log.setLevel("WARNING")  # it would name the temporary folder
    try:
        pooch.retrieve(url, f"md5:{md5}", archive, new, processor=unpack, downloader=transfer)
    except requests.exceptions.SSLError:
        if not url.startswith("https:"):
            raise
        # As in torchvision; a network that reads along is no reason to fail. The md5 tells a wrong file all the same.
        _fetch(url.replace("https:", "http:", 1), md5, new)
    finally:
        log.setLevel(level)


def _in_words(error: Exception) -> str:
    """What a mirror did wrong."""
    if isinstance(error, requests.HTTPError):
        return f"it answered {error.response.status_code} {error.response.reason}".rstrip()
    for kind, words in (
        (requests.Timeout, f"no answer in {TIMEOUT:g} s"),
        (requests.exceptions.SSLError, "no secure connection"),
        (requests.ConnectionError, "the connection failed: is there a network?"),
        (requests.exceptions.ChunkedEncodingError, "it broke off"),
        (requests.RequestException, one_line(error)),
    ):
        if isinstance(error, kind):
            return words
    return "it sent another file (its md5 is wrong): does this network ask for a login?"


@contextlib.contextmanager
def _folder_near(raw: Path) -> Iterator[Path]:
    """A temporary folder on the disk of `raw`: inside it, or in the first folder above that is there."""
    near = next(folder for folder in (raw, *raw.parents) if folder.exists())
    for left in near.glob(f"{_TEMPORARY}*"):  # by a process that was killed; a young one may be at work
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > 86_400:
                rmtree(left)
    with tempfile.TemporaryDirectory(prefix=_TEMPORARY, dir=near, ignore_cleanup_errors=True) as temporary:
        yield Path(temporary)


def _move(names: list[str], new: Path, raw: Path, old: Path) -> None:
    """Move files from `new` to `raw`; all is as before if anything comes between. No file is missing at any time."""
    try:
        for name in names:
            if (raw / name).exists():
                copy2(raw / name, old / name)  # not moved: another process may be about to read it
            os.replace(new / name, raw / name)
    except BaseException:
        for name in names:
            moved = not (new / name).exists()  # else what `old` has of it may be half a copy
            if moved and (old / name).exists():
                os.replace(old / name, raw / name)
            elif moved:
                (raw / name).unlink()
        raise
