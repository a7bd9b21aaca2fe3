"""The full MNIST from a fake mirror on this machine: one that works, and ones that fail in every way."""

import _thread
import contextlib
import errno
import gzip
import hashlib
import http.server
import os
import re
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import torchvision
from torchvision.datasets import MNIST

from convlab.data import fetch as _download
from convlab.data import files as _files
from convlab.data import load_digits
from convlab.data.fetch import Limits

ROOT = Path(__file__).parents[2]


def idx(*sizes, start=0):
    header = bytes([0, 0, 8, len(sizes)]) + b"".join(n.to_bytes(4, "big") for n in sizes)
    n = sizes[0] * (784 if len(sizes) == 3 else 1)
    return header + bytes((start + i) % (251 if len(sizes) == 3 else 10) for i in range(n))


WHOLE = {
    "train-images-idx3-ubyte": idx(6, 28, 28),
    "train-labels-idx1-ubyte": idx(6),
    "t10k-images-idx3-ubyte": idx(3, 28, 28),
    "t10k-labels-idx1-ubyte": idx(3, start=4),
}
ARCHIVES = {f"{name}.gz": gzip.compress(content, mtime=0) for name, content in WHOLE.items()}
PAGE = b"\n<!DOCTYPE html><html>Please log in</html>"


class Mirror(http.server.ThreadingHTTPServer):
    """Serves /FAILURE/NAME.gz: without fault under /good/, and with FAILURE under any other name."""

    daemon_threads = True
    block_on_close = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked, self.over = [], threading.Event()
        self.slow_ones = threading.Event()

    def handle_error(self, request, client_address):
        """Say nothing: that the other side hangs up is what many tests do."""

    def url(self, failure="good", scheme="http"):
        return f"{scheme}://127.0.0.1:{self.server_port}/{failure}/"


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def answer(self, content, length=None, status=200, **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def do_GET(self):
        failure, _, name = self.path.strip("/").partition("/")
        self.server.asked.append((failure, name))
        content, over = ARCHIVES.get(name, PAGE), self.server.over
        if failure.isdigit():
            self.answer(PAGE, status=int(failure))
        elif failure == "hang":
            over.wait(20)
        elif failure == "late":
            self.server.slow_ones.wait(20)
            self.answer(content)
        elif failure == "middle":
            self.answer(content[:30], len(content))
            over.wait(20)
        elif failure == "drip":
            self.answer(b"", len(content))
            for byte in content:
                self.wfile.write(bytes([byte]))
                if over.wait(0.02):
                    break
        elif failure == "dripping-head":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while not over.wait(0.02):
                self.wfile.write(b"a")
        elif failure == "half":
            self.answer(content[: len(content) // 2], len(content))
        elif failure == "half-unsaid":  # without the length
            self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n" + content[: len(content) // 2])
        elif failure == "half-chunk":
            self.wfile.write(
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(content) + content[:9]
            )
        elif failure == "drop":
            self.connection.shutdown(socket.SHUT_RDWR)
        elif failure == "wrong":
            self.answer(content[:-1] + bytes([content[-1] ^ 1]))
        elif failure == "empty":
            self.answer(b"")
        elif failure == "page":
            self.answer(PAGE)
        elif failure == "login":
            self.answer(b"", status=302, Location="/page/login.html")
        elif failure == "loop":
            self.answer(b"", status=302, Location=self.path)
        elif failure == "moved":
            self.answer(b"", status=302, Location=f"/good/{name}")
        elif failure == "nonsense":
            self.wfile.write(b"220 mail server ready\r\n")
        elif failure == "endless":
            self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
            while not over.is_set():
                self.wfile.write(bytes(1000))
        else:
            self.answer(content)


@pytest.fixture
def mirror(monkeypatch):
    server = Mirror()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(MNIST, "resources", [(n, hashlib.md5(c).hexdigest()) for n, c in ARCHIVES.items()])
    monkeypatch.setattr(MNIST, "mirrors", [server.url()])
    monkeypatch.setattr(_download, "LIMITS", Limits(stall=0.3, slow=200, total=5, most=20_000))
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("CONVLAB_DATA", str(tmp_path / "new" / "data"))
    return tmp_path / "new" / "data"


def raw_files(root):
    return {path.name: path.read_bytes() for path in (root / "MNIST" / "raw").iterdir()}


def in_all(root):
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))


def load():
    return load_digits("train", source="mnist")


def test_the_addresses_are_those_of_torchvision():
    mirrors, archives = _download._addresses()
    assert mirrors == MNIST.mirrors and mirrors is not MNIST.mirrors and len(mirrors) >= 1
    assert set(archives) == set(_files.MNIST_FILES), "the four files, as torchvision names them"
    assert list(archives.values()) == MNIST.resources


def test_download(mirror, root, capsys):
    digits = load()
    assert (digits.source, len(digits), digits.labels.tolist()) == ("mnist", 6, [0, 1, 2, 3, 4, 5])
    assert raw_files(root) == WHOLE
    assert in_all(root.parent)[:3] == ["data", "data/MNIST", "data/MNIST/raw"] and len(in_all(root.parent)) == 7
    seen = capsys.readouterr()
    assert seen.out == "" and f"Downloading the full MNIST into {root / 'MNIST' / 'raw'}\n" in seen.err
    size = f"{len(ARCHIVES['train-images-idx3-ubyte.gz']) / 1e6:.2f}"
    line = f"  train-images-idx3-ubyte.gz from 127.0.0.1:{mirror.server_port}: {size} of {size} MB\n"
    assert line in seen.err
    assert load_digits("test", source="mnist").labels.tolist() == [4, 5, 6]
    assert load_digits("train").source == "mnist", "from now on auto takes it"
    assert len(mirror.asked) == 4 and capsys.readouterr().err == "", "each file is fetched once"
    assert len(MNIST(root, train=True)) == 6, "torchvision reads it too"


def test_only_what_is_missing_is_fetched(mirror, root):
    load()
    path = root / "MNIST" / "raw" / "train-labels-idx1-ubyte"
    others = {p: p.stat().st_mtime_ns for p in path.parent.iterdir() if p != path}
    path.unlink()
    mirror.asked.clear()
    assert len(load()) == 6 and mirror.asked == [("good", "train-labels-idx1-ubyte.gz")]
    assert {p: p.stat().st_mtime_ns for p in path.parent.iterdir() if p != path} == others


FAILURES = {
    "403": "it answered 403 (Forbidden)",
    "404": "it answered 404 (Not Found)",
    "500": "it answered 500 (Internal Server Error)",
    "599": "it answered 599",
    "hang": "nothing came in 0.3 s",
    "middle": "only 30 bytes came in 0.3 s",
    "drip": "only ",
    "dripping-head": "nothing came in 0.3 s",
    "half": "it sent 242 of 484 bytes",
    "half-unsaid": "it sent another file (its md5 is wrong)",
    "half-chunk": "it broke off",
    "drop": "it broke off the connection",
    "wrong": "it sent another file (its md5 is wrong)",
    "empty": "it sent another file (its md5 is wrong)",
    "page": "it sent a web page: does this network ask for a login?",
    "login": "it sent a web page: does this network ask for a login?",
    "loop": "it answered 302 (Found)",
    "nonsense": "it broke off, or is no web server",
    "endless": "it sent more than 20,000 bytes",
}


@pytest.mark.parametrize("failure", FAILURES)
def test_mirror_that_fails(mirror, root, monkeypatch, failure):
    """Alone it gives one sentence and leaves nothing; before a good mirror it is passed over, once for all files."""
    words = FAILURES[failure]
    if failure == "half":
        n = len(ARCHIVES["train-images-idx3-ubyte.gz"])
        words = f"it sent {n // 2:,} of {n:,} bytes"
    monkeypatch.setattr(MNIST, "mirrors", [mirror.url(failure)])
    start = time.monotonic()
    with pytest.raises(ConnectionError) as caught:
        load()
    assert time.monotonic() - start < 1.5
    message, host = str(caught.value), f"127.0.0.1:{mirror.server_port}"
    assert message.startswith(
        f"the full MNIST could not be downloaded into {root / 'MNIST' / 'raw'}: "
        f"no whole train-images-idx3-ubyte.gz came ({host}: {words}"
    )
    assert message.endswith(
        "Try again later, use source='bundled', or set CONVLAB_DATA to a folder that holds MNIST/raw"
    )
    assert "\n" not in message and caught.value.__cause__ is None and caught.value.__suppress_context__
    assert not root.parent.exists(), "nothing is left, not even the folders"
    assert load_digits("train").source == "bundled"

    monkeypatch.setattr(MNIST, "mirrors", [mirror.url(failure), mirror.url()])
    mirror.asked.clear()
    assert len(load()) == 6 and raw_files(root) == WHOLE
    assert [name for what, name in mirror.asked if what == failure] in (
        ["train-images-idx3-ubyte.gz"],
        11 * ["train-images-idx3-ubyte.gz"],  # loop: as often as urllib follows
        5 * ["train-images-idx3-ubyte.gz"],
    )


def test_what_each_mirror_did_is_said(mirror, root, monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound, but nobody listens
        monkeypatch.setattr(
            MNIST,
            "mirrors",
            [f"http://127.0.0.1:{closed.getsockname()[1]}/", "http://no.such.invalid/", mirror.url("403")],
        )

        def lookup(host, *rest, _real=socket.getaddrinfo, **named):  # no question leaves this machine
            if host == "no.such.invalid":
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            return _real(host, *rest, **named)

        monkeypatch.setattr(socket, "getaddrinfo", lookup)
        with pytest.raises(ConnectionError) as caught:
            load()
    tried = re.search(r"came \((.*)\)\. Try", str(caught.value))[1].split("; ")
    assert [re.sub(r":\d+: ", ": ", words) for words in tried] == [
        "127.0.0.1: it refused the connection",
        "no.such.invalid: its address was not found: is there a network?",
        "127.0.0.1: it answered 403 (Forbidden)",
    ]


def test_search_for_an_address_that_hangs(mirror, root, monkeypatch):
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *rest, **named: over.wait(20) and [])
    with pytest.raises(ConnectionError, match=r"nothing came in 0\.3 s"):
        load()
    over.set()


def test_without_encryption_where_that_fails(mirror, root, monkeypatch):
    monkeypatch.setattr(MNIST, "mirrors", [mirror.url(scheme="https")])  # the mirror speaks http only
    assert len(load()) == 6 and raw_files(root) == WHOLE


def test_mirror_that_moved(mirror, root, monkeypatch):
    monkeypatch.setattr(MNIST, "mirrors", [mirror.url("moved")])
    assert len(load()) == 6


def test_time_for_everything(mirror, root, monkeypatch):
    """A mirror above the slowest rate still has an end, and then no other is asked."""
    monkeypatch.setattr(MNIST, "mirrors", [mirror.url("drip"), mirror.url()])
    monkeypatch.setattr(_download, "LIMITS", Limits(stall=0.2, slow=1, total=0.6))
    with pytest.raises(ConnectionError, match=r"not complete when the 0\.6 s for all files were over\)"):
        load()
    assert len(mirror.asked) == 1 and not root.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (PAGE, "it sent a web page"),
        (b"no gzip", "it sent no gzip file"),
        (ARCHIVES["train-images-idx3-ubyte.gz"][:-9], "it sent no gzip file"),
        (
            gzip.compress(WHOLE["train-images-idx3-ubyte"][:-1], mtime=0),
            "damaged file: it has 4,719 bytes where 4,720 are needed",
        ),
        (
            gzip.compress(WHOLE["train-labels-idx1-ubyte"], mtime=0),
            "damaged file: it does not start as an MNIST file of 28 x 28",
        ),
    ],
)
def test_archive_whose_md5_is_right_but_not_its_content(mirror, root, monkeypatch, content, words):
    name = "train-images-idx3-ubyte.gz"
    md5 = "0" if content == PAGE else hashlib.md5(content).hexdigest()
    monkeypatch.setitem(ARCHIVES, name, content)
    monkeypatch.setattr(MNIST, "resources", [(name, md5), *MNIST.resources[1:]])
    with pytest.raises(ConnectionError, match=words):
        load()
    assert not root.parent.exists()


# --- what is on disk already ---

DAMAGES = {
    "cut": lambda b: b[:-1],
    "longer": lambda b: b + b"\n",
    "empty": lambda b: b"",
    "head only": lambda b: b[:6],
    "page": lambda b: PAGE,
    "still packed": gzip.compress,
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", WHOLE)
def test_damaged_file_is_named_and_stays(mirror, root, name, damage):
    """Beside a missing file and beside none: nothing is fetched, nothing is changed."""
    raw = root / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for other, content in WHOLE.items():
        (raw / other).write_bytes(content)
    (raw / name).write_bytes(DAMAGES[damage](WHOLE[name]))
    for _ in range(2):
        before = raw_files(root)
        with pytest.raises(
            ValueError, match=rf"{name} is damaged: it .*delete it, and load_digits.*downloads it again"
        ):
            load()
        assert raw_files(root) == before and mirror.asked == []
        next(path for path in raw.iterdir() if path.name != name).unlink()
    (raw / name).unlink()
    assert len(load()) == 6 and raw_files(root) == WHOLE, "as the message says"


def test_file_of_another_data_set(mirror, root):
    raw = root / "MNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / "train-labels-idx1-ubyte").write_bytes(idx(5))
    with pytest.raises(
        ValueError, match=r"train-labels-idx1-ubyte: not from the data set.*6 images and 5 labels; delete"
    ):
        load()
    assert raw_files(root) == {"train-labels-idx1-ubyte": idx(5)} and len(in_all(root)) == 3


def test_half_a_file_of_torchvisions_own_download(mirror, root):
    """What its download leaves, NAME.gz cut short, changes nothing here and stays for its owner."""
    raw = root / "MNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / "train-images-idx3-ubyte.gz").write_bytes(b"half")
    assert len(load()) == 6
    assert raw_files(root) == {**WHOLE, "train-images-idx3-ubyte.gz": b"half"}


def test_folder_left_by_a_killed_process(mirror, root):
    old, young = (root / "MNIST" / f"{_download._TEMPORARY}{name}" for name in ("old", "young"))
    for folder in (old, young):
        folder.mkdir(parents=True)
        (folder / "train-images-idx3-ubyte").write_bytes(b"half")
    os.utime(old, (1, 1))
    assert len(load()) == 6
    assert not old.exists() and young.exists(), "a young one may belong to a process that is at work"


@pytest.mark.parametrize("after", [0, 1, 3])
def test_interrupt(mirror, root, monkeypatch, after):
    """Ctrl-C before the first file is complete, between two, and in the last."""

    def receive(url, deadline, _real=_download._receive):
        if len(mirror.asked) == after:
            raise KeyboardInterrupt
        return _real(url, deadline)

    monkeypatch.setattr(_download, "_receive", receive)
    with pytest.raises(KeyboardInterrupt):
        load()
    assert not root.parent.exists()


def test_ctrl_c_while_a_mirror_hangs(mirror, root, monkeypatch):
    monkeypatch.setattr(MNIST, "mirrors", [mirror.url("hang")])
    monkeypatch.setattr(_download, "LIMITS", Limits(stall=20))
    threading.Timer(0.2, _thread.interrupt_main).start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        load()
    assert time.monotonic() - start < 2 and not root.parent.exists()


def full_disk(*rest, **named):
    raise OSError(errno.ENOSPC, "No space left on device")


def read_only(*rest, **named):
    raise PermissionError(errno.EACCES, "Permission denied")


@pytest.mark.parametrize(
    ("where", "what", "how"),
    [
        (Path, "mkdir", read_only),
        (_download.tempfile, "mkdtemp", read_only),
        (_download.tempfile, "TemporaryFile", read_only),
        (Path, "write_bytes", full_disk),
        (_download.os, "replace", full_disk),
    ],
)
def test_disk_that_is_full_or_read_only(mirror, root, monkeypatch, where, what, how):
    with monkeypatch.context() as patch:
        patch.setattr(where, what, how)
        with pytest.raises(PermissionError if how is read_only else OSError) as caught:
            load()
    reason = "Permission denied" if how is read_only else "No space left on device"
    raw = root / "MNIST" / "raw"
    assert str(caught.value).startswith(
        f"the full MNIST (55 MB) cannot be stored in {raw}: {reason}. Make room or set "
    )
    assert caught.value.__cause__ is None and caught.value.__suppress_context__
    assert not root.parent.exists()
    if how is read_only:
        assert mirror.asked == [], "known before anything is downloaded"
    assert len(load()) == 6, "no later run suffers"


def test_root_that_is_a_file(mirror, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=r"cannot be stored in .*CONVLAB_DATA to a folder that you may write"):
        load_digits("train", "mnist", root=tmp_path / "file")


def test_torchvision_that_does_not_import(mirror, root, monkeypatch):
    def fail():
        raise ImportError("torchvision is not installed: pip install torchvision")

    monkeypatch.setattr(_download, "import_torchvision", fail)
    with pytest.raises(ImportError, match="pip install torchvision"):
        load()
    assert not root.parent.exists() and torchvision


# --- several processes ---


def start(mirror, root, failure="good", **limits):
    """A process that downloads into `root`, with the addresses of the fake mirror and without torch: it starts fast."""
    archives = {name.removesuffix(".gz"): (name, hashlib.md5(c).hexdigest()) for name, c in ARCHIVES.items()}
    code = f"""
import pathlib
from convlab.data import fetch as _download
_download._addresses = lambda: ([{mirror.url(failure)!r}], {archives!r})
_download.LIMITS = _download.Limits(**{limits!r})
_download.download_mnist(pathlib.Path({str(root)!r}))
"""
    path = {"PYTHONPATH": str(ROOT), "no_proxy": "*"}
    return subprocess.Popen([sys.executable, "-c", code], env=os.environ | path, stderr=subprocess.PIPE)


def wait_until(true, seconds=10):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    assert true()


def test_processes_at_once(mirror, root):
    processes = [start(mirror, root) for _ in range(3)]
    for process in processes:
        assert process.communicate(timeout=20)[1].count(b"\n") in (0, 5) and process.returncode == 0
    assert raw_files(root) == WHOLE and len(in_all(root)) == 6, "and no temporary folder"
    assert len(load()) == 6


def test_file_that_another_process_brought_meanwhile_stays(mirror, root, monkeypatch):
    name = "t10k-labels-idx1-ubyte"

    def receive(url, deadline, _real=_download._receive):
        (root / "MNIST" / "raw" / name).write_bytes(idx(3, start=7))
        return _real(url, deadline)

    monkeypatch.setattr(_download, "_receive", receive)
    assert len(load()) == 6 and raw_files(root) == {**WHOLE, name: idx(3, start=7)}


def test_process_that_fails_beside_one_that_works(mirror, root):
    """The one that fails takes away what it made, but not what the other needs."""
    process = start(mirror, root, "late")
    wait_until(lambda: mirror.asked)
    with contextlib.ExitStack() as stack:
        stack.callback(process.kill)
        (root / "MNIST" / "raw").rmdir()  # what the end of the other does while raw is empty
        mirror.slow_ones.set()
        process.communicate(timeout=20)
    assert process.returncode == 0 and raw_files(root) == WHOLE and len(in_all(root)) == 6


def test_killed_process(mirror, root):
    process = start(mirror, root, "middle", stall=20)
    wait_until(lambda: mirror.asked)
    process.kill()
    process.communicate()
    left = in_all(root)
    assert len(left) == 3 and _download._TEMPORARY in left[1], "only a temporary folder"
    assert load_digits("train").source == "bundled"
    assert len(load()) == 6 and raw_files(root) == WHOLE
    os.utime(root / left[1], (1, 1))
    (root / "MNIST/raw/t10k-labels-idx1-ubyte").unlink()
    assert len(load()) == 6 and len(in_all(root)) == 6, "a later download removes it"
