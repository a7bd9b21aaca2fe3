"""The full MNIST from torchvision's mirrors, all of it or nothing.

The addresses and the md5 of each file are those of ``torchvision.datasets.MNIST``. Its own download waits without limit
for a mirror that hangs, writes half a file where the next run finds it, and does not ask the second mirror when the
first sent something wrong; hence the one here. The network is read by a thread that is left to itself when its time
is up: a timeout of the socket alone bounds neither the search for an address nor a mirror that sends byte by byte.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import http
import http.client
import os
import queue
import socket
import ssl
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from convlab.data.files import MNIST_FILES, idx_fault, mnist_missing, mnist_sizes, pair_fault
from convlab.vision import import_torchvision, one_line

_TEMPORARY = ".convlab-mnist-"


@dataclass(frozen=True)
class Limits:
    """When a mirror is given up.

    Attributes:
        stall: seconds in which at least `slow` bytes must come.
        slow: bytes. A file that is complete earlier may be shorter.
        total: seconds for everything.
        most: bytes of the longest file that is taken.
    """

    stall: float = 20.0
    slow: int = 20_000
    total: float = 900.0
    most: int = 50_000_000


LIMITS = Limits()


class _Fault(Exception):
    """What a mirror did wrong, in words."""


class _TimeIsUp(_Fault):
    """No time is left for the other mirrors either."""


def download_mnist(root: Path) -> None:
    """Download those of the four MNIST files that are not in `root`/MNIST/raw; the others stay as they are.

    Everything is checked in a temporary folder first, then moved: however it ends, there is no damaged file in raw.

    Raises:
        ValueError: a file that is there already is damaged, or does not belong to what was downloaded.
        ConnectionError: no mirror sent a whole file. The message says what each did.
        OSError: the files cannot be stored.
        ImportError: torchvision does not import.
    """
    raw = root / "MNIST" / "raw"
    missing = mnist_missing(root)
    sizes = mnist_sizes(root, [name for name in MNIST_FILES if name not in missing])
    if not missing:
        return
    mirrors, archives = _addresses()
    deadline = time.monotonic() + LIMITS.total
    with _folder_beside(raw) as folder:
        _say(f"Downloading the full MNIST into {raw}\n")
        for name in missing:
            archive, md5 = archives[name]
            content = _from_any_mirror(mirrors, archive, md5, deadline, raw)
            with _storing(raw):
                (folder / name).write_bytes(content)
            sizes[name] = idx_fault(folder / name)[1]
        if fault := pair_fault(sizes):
            there = " and ".join(str(raw / name) for name in MNIST_FILES if name not in missing)
            raise ValueError(f"{there}: not from the data set that was downloaded, {fault}; delete it and try again")
        with _storing(raw):
            raw.mkdir(exist_ok=True)  # another process that failed may have removed the empty folder
            for name in missing:
                if not (raw / name).exists():  # another process may have been faster
                    os.replace(folder / name, raw / name)


def _addresses() -> tuple[list[str], dict[str, tuple[str, str]]]:
    """The mirrors of torchvision, and for each of the four files the name of its archive and its md5."""
    import_torchvision()
    from torchvision.datasets import MNIST

    return list(MNIST.mirrors), {archive.removesuffix(".gz"): (archive, md5) for archive, md5 in MNIST.resources}


# --- one file ---


def _from_any_mirror(mirrors: list[str], archive: str, md5: str, deadline: float, raw: Path) -> bytes:
    """The unpacked file from the first mirror that sends it whole; that mirror goes to the front of `mirrors`."""
    tried = []
    for mirror in list(mirrors):
        try:
            content = _unpack(_secure_or_not(mirror + archive, deadline), archive, md5)
        except _Fault as fault:
            _say("\n")
            tried.append(f"{urllib.parse.urlsplit(mirror).netloc}: {fault}")
            if isinstance(fault, _TimeIsUp):
                break
            continue
        mirrors.remove(mirror)
        mirrors.insert(0, mirror)
        return content
    raise ConnectionError(
        f"the full MNIST could not be downloaded into {raw}: no whole {archive} came ({'; '.join(tried)}). "
        "Try again later, use source='bundled', or set CONVLAB_DATA to a folder that holds MNIST/raw"
    ) from None


def _secure_or_not(url: str, deadline: float) -> bytes:
    """What is at `url`; without encryption if that fails, as in torchvision: the md5 tells a wrong file all the same.

    A Python without certificates is common on a Mac.
    """
    try:
        return _receive(url, deadline)
    except ssl.SSLError as error:
        try:
            return _receive(url.replace("https:", "http:", 1), deadline)
        except ssl.SSLError:
            raise _Fault(f"no secure connection ({one_line(error)})") from None


def _unpack(content: bytes, archive: str, md5: str) -> bytes:
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != md5:
        page = content.lstrip()[:1] == b"<"
        what = "a web page: does this network ask for a login?" if page else "another file (its md5 is wrong)"
        raise _Fault(f"it sent {what}")
    try:
        unpacked = gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        raise _Fault("it sent no gzip file") from None
    if fault := idx_fault(archive.removesuffix(".gz"), unpacked)[0]:
        raise _Fault(f"it sent a damaged file: {fault}")
    return unpacked


def _receive(url: str, deadline: float) -> bytes:
    """Everything that is at `url`.

    Raises:
        _Fault: it did not come, or too slowly.
        ssl.SSLError: there is no secure connection.
    """
    pieces, stop = queue.Queue(), threading.Event()
    arguments = (url, 2 * LIMITS.stall, pieces, stop)  # of the two clocks the one below, which has better words, wins
    threading.Thread(target=_read, args=arguments, daemon=True).start()
    content, progress = bytearray(), _Progress(url)
    checked, next_check = 0, time.monotonic() + LIMITS.stall
    try:
        while True:
            # Short waits: on Windows Ctrl-C is seen only between two of them.
            with contextlib.suppress(queue.Empty):
                piece, expected = pieces.get(timeout=min(0.1, LIMITS.stall / 4))
                if isinstance(piece, Exception):
                    raise _in_words(piece) from None
                if not piece:
                    break
                content += piece
                progress.show(len(content), expected)
            now = time.monotonic()
            if now >= deadline:
                raise _TimeIsUp(f"not complete when the {LIMITS.total:g} s for all files were over")
            if now >= next_check:
                if len(content) - checked < LIMITS.slow:
                    came = f"only {len(content) - checked:,} bytes" if content else "nothing"
                    raise _Fault(f"{came} came in {LIMITS.stall:g} s")
                checked, next_check = len(content), now + LIMITS.stall
            if len(content) > LIMITS.most:
                raise _Fault(f"it sent more than {LIMITS.most:,} bytes")
    finally:
        stop.set()
    if expected is not None and len(content) != expected:
        raise _Fault(f"it sent {len(content):,} of {expected:,} bytes")
    progress.show(len(content), expected, end="\n")
    return bytes(content)


def _read(url: str, timeout: float, pieces: queue.Queue, stop: threading.Event) -> None:
    """In the thread: put what comes as (bytes, full length or None), at the end (b"", ...) or (exception, None)."""
    try:
        request = urllib.request.Request(url, headers={"User-Agent": "pytorch/vision"})  # as torchvision asks
        with urllib.request.urlopen(request, timeout=timeout) as response:
            expected = response.length
            while not stop.is_set():
                piece = response.read1(1 << 16)
                pieces.put((piece, expected))
                if not piece:
                    return
    except Exception as error:
        pieces.put((error, None))


def _in_words(error: Exception) -> Exception:
    if isinstance(error, urllib.error.HTTPError):
        error.close()
        try:
            return _Fault(f"it answered {error.code} ({http.HTTPStatus(error.code).phrase})")
        except ValueError:
            return _Fault(f"it answered {error.code}")
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, Exception):
        error = error.reason
    if isinstance(error, ssl.SSLError):
        return error
    for kind, words in (
        (socket.gaierror, "its address was not found: is there a network?"),
        (TimeoutError, "no answer in time"),
        (ConnectionRefusedError, "it refused the connection"),
        (ConnectionError, "it broke off the connection"),
        (http.client.HTTPException, "it broke off, or is no web server"),
    ):
        if isinstance(error, kind):
            return _Fault(words)
    return _Fault(one_line(error))


# --- the disk ---


@contextlib.contextmanager
def _folder_beside(raw: Path) -> Iterator[Path]:
    """A temporary folder on the same disk as `raw`, which is made too; afterwards what is still empty is gone again."""
    new = [folder for folder in (raw, *raw.parents) if not folder.exists()]
    try:
        with _storing(raw):
            raw.mkdir(parents=True, exist_ok=True)
            _remove_old(raw.parent)
            temporary = tempfile.mkdtemp(prefix=_TEMPORARY, dir=raw.parent)
        try:
            with _storing(raw):  # moving a file into raw needs the right to write there: known before the download
                tempfile.TemporaryFile(dir=raw).close()
            yield Path(temporary)
        finally:
            rmtree(temporary, ignore_errors=True)
    finally:
        for folder in new:
            with contextlib.suppress(OSError):  # it was not made, or it is not empty
                folder.rmdir()


def _remove_old(folder: Path) -> None:
    """Remove what killed processes have left; a younger folder may belong to one that is at work."""
    for left in folder.glob(f"{_TEMPORARY}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > 4 * LIMITS.total:
                rmtree(left, ignore_errors=True)


@contextlib.contextmanager
def _storing(raw: Path) -> Iterator[None]:
    """Say in a sentence what the system says about a disk that is full or must not be written."""
    try:
        yield
    except OSError as error:
        raise type(error)(
            f"the full MNIST (55 MB) cannot be stored in {raw}: {error.strerror or one_line(error)}. "
            "Make room or set CONVLAB_DATA to a folder that you may write, or use source='bundled'"
        ) from None


# --- what is seen meanwhile ---


class _Progress:
    """One line that counts, renewed twice a second."""

    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        self.head = f"  {parts.path.rsplit('/', 1)[-1]} from {parts.netloc}"
        self.shown = time.monotonic()
        _say(self.head)

    def show(self, received: int, expected: int | None, end: str = "") -> None:
        now = time.monotonic()
        if end or now - self.shown > 0.5:
            of = f" of {expected / 1e6:.2f}" if expected else ""
            _say(f"\r{self.head}: {received / 1e6:.2f}{of} MB{end}")
            self.shown = now


def _say(text: str) -> None:
    print(text, end="", file=sys.stderr, flush=True)
