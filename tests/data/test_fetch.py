"""The full MNIST from a small mirror on this machine: one that works, and ones that fail."""

import _thread
import errno
import gzip
import hashlib
import http.server
import itertools
import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import Mock

import pooch
import pytest
from tiny_mnist import FILES, idx_header  # tests/support
from torchvision.datasets import MNIST

from convlab.data import fetch, files, load_digits

FIRST, *_, LAST = FILES
ARCHIVES = {f"{name}.gz": gzip.compress(content, mtime=0) for name, content in FILES.items()}


class Mirror(http.server.ThreadingHTTPServer):
    """Serves /FAILURE/NAME.gz: without fault under /good/. Before it answers it calls `hook` with NAME."""

    handle_error = Mock()  # that the other side hangs up is what some tests do

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked, self.over, self.hook = [], threading.Event(), Mock()
        self.host = f"127.0.0.1:{self.server_port}"

    def url(self, failure="good"):
        return f"http://{self.host}/{failure}/"


class Handler(http.server.BaseHTTPRequestHandler):
    log_message = Mock()

    def do_GET(self):
        _, failure, archive = self.path.split("/")
        self.server.asked.append((failure, archive.removesuffix(".gz")))
        self.server.hook(archive.removesuffix(".gz"))
        if failure == "hang":
            self.server.over.wait(60)
        if failure in ("hang", "drop"):
            return
        content = ARCHIVES[archive]
        self.send_response(int(failure) if failure.isdigit() else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        damaged = {"half": content[:99], "wrong": content[:-1] + bytes([content[-1] ^ 1])}
        self.wfile.write(damaged.get(failure, content))


@pytest.fixture
def mirror(monkeypatch):
    server = Mirror()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(MNIST, "resources", [(name, hashlib.md5(c).hexdigest()) for name, c in ARCHIVES.items()])
    monkeypatch.setattr(MNIST, "mirrors", [server.url()])
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("CONVLAB_DATA", str(tmp_path / "new" / "data"))
    return tmp_path / "new" / "data"


def put(root, contents):
    for name, content in contents.items():
        (root / "MNIST" / "raw").mkdir(parents=True, exist_ok=True)
        (root / "MNIST" / "raw" / name).write_bytes(content)
    return state(root)


def state(root):
    """All files below `root` by their names: content, and time of the last change."""
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in root.rglob("*") if path.is_file()}


def load():
    return load_digits("train", source="mnist")


def assert_all_is_there(root):
    assert len(load()) == 6 and {path.name: path.read_bytes() for path in (root / "MNIST/raw").iterdir()} == FILES


def test_the_addresses_are_those_of_torchvision():
    mirrors, archives = fetch._addresses()
    assert mirrors == MNIST.mirrors and mirrors is not MNIST.mirrors and len(mirrors) >= 1
    assert list(archives.values()) == MNIST.resources and set(archives) == set(files.MNIST_FILES)


def test_download(mirror, root, tmp_path, capsys, monkeypatch):
    meanwhile, logged = [], Mock()
    mirror.hook = lambda name: meanwhile.extend(path.name for path in tmp_path.iterdir())
    monkeypatch.setattr(pooch.get_logger(), "handle", logged)
    assert load().labels.tolist() == [0, 1, 2, 3, 4, 5]
    assert len(meanwhile) == 4 and all(name.startswith(fetch._TEMPORARY) for name in meanwhile), "nothing half done"
    assert list(tmp_path.iterdir()) == [root.parent], "the temporary folder is gone"
    seen = capsys.readouterr()
    assert seen.out == "" and f"Downloading the full MNIST into {root / 'MNIST' / 'raw'}\n" in seen.err
    assert f"{FIRST}.gz from {mirror.host}\n" in seen.err and seen.err.count("100%") >= 4
    assert not logged.called and pooch.get_logger().level == 0, "pooch's own words name the temporary folder"
    assert_all_is_there(root)
    assert load_digits("test").labels.tolist() == [0, 1, 2], "from now on auto takes it"
    assert len(mirror.asked) == 4 and capsys.readouterr().err == "", "each file is fetched once"
    assert len(MNIST(root, train=True)) == 6, "torchvision reads it too"


FAILURES = {
    "403": "it answered 403 Forbidden",
    "599": "it answered 599",
    "drop": "the connection failed: is there a network?",
    "half": "it broke off",
    "wrong": "it sent another file (its md5 is wrong): does this network ask for a login?",
}


@pytest.mark.parametrize("failure", FAILURES)
def test_mirror_that_fails(mirror, root, tmp_path, monkeypatch, failure):
    """Where none works, a sentence says what each did; before a good mirror it is passed over, once for all files."""
    with monkeypatch.context() as patch, pytest.raises(ConnectionError) as caught:
        patch.setattr(MNIST, "mirrors", [mirror.url(failure), mirror.url("404")])
        load()
    assert str(caught.value) == (
        f"the full MNIST could not be downloaded into {root / 'MNIST' / 'raw'}: "
        f"no whole {FIRST}.gz came ({mirror.host}: {FAILURES[failure]}; {mirror.host}: it answered 404 Not Found). "
        "Try again later, use source='bundled', or set CONVLAB_DATA to a folder that holds MNIST/raw"
    )
    assert caught.value.__context__ is None, "no traceback from inside the libraries"
    assert list(tmp_path.iterdir()) == [], "nothing is left, not even a folder"
    assert load_digits("train").source == "bundled"
    monkeypatch.setattr(MNIST, "mirrors", [mirror.url(failure), mirror.url()])
    assert_all_is_there(root)
    assert mirror.asked[2:] == [(failure, FIRST), *(("good", name) for name in FILES)]


def test_mirror_that_hangs(mirror, root, monkeypatch):
    monkeypatch.setattr(MNIST, "mirrors", [mirror.url("hang")])
    monkeypatch.setattr(fetch, "TIMEOUT", 0.01)
    with pytest.raises(ConnectionError, match=r"\(127.*: no answer in 0\.01 s\)"):
        load()


def test_without_encryption_where_that_fails(mirror, root, monkeypatch):
    monkeypatch.setattr(MNIST, "mirrors", [mirror.url().replace("http", "https")])  # the mirror speaks http only
    assert_all_is_there(root)


DAMAGES = {"cut": lambda b: b[:-1], "page": lambda b: b"<html>", "still packed": gzip.compress, "gone": None}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", [FIRST, LAST])
def test_only_what_is_missing_or_damaged_is_fetched(mirror, root, monkeypatch, name, damage):
    put(root, {**FILES, f"{FIRST}.gz": b"half, as torchvision's own download leaves it"})
    next(root.rglob(name)).unlink()
    before = put(root, {name: DAMAGES[damage](FILES[name])} if damage != "gone" else {})
    with monkeypatch.context() as patch, pytest.raises(ConnectionError):
        patch.setattr(MNIST, "mirrors", [mirror.url("404")])
        load()
    assert state(root) == before
    assert len(load()) == 6 and mirror.asked == [("404", name), ("good", name)]
    after = state(root)
    assert after.pop(name)[0] == FILES[name] and {**before, **after} == before


def test_file_of_another_data_set(mirror, root):
    put(root, {FIRST: idx_header(5, 28, 28) + bytes(5 * 784)})
    with pytest.raises(ValueError, match=r"the train files do not belong together, 5 images and 6 .*; delete both"):
        load()


def test_folder_left_by_a_killed_process(mirror, root, tmp_path):
    old, young = (tmp_path / f"{fetch._TEMPORARY}{age}" for age in ("old", "young"))
    for folder in (old, young):
        put(folder, {f"{FIRST}.gz": b"half"})
    os.utime(old, (1, 1))
    assert_all_is_there(root)
    assert not old.exists() and young.exists(), "a young one may belong to a process that is at work"


@pytest.mark.parametrize("name", [FIRST, LAST])
def test_ctrl_c_while_a_file_comes(mirror, root, tmp_path, name):
    mirror.hook = lambda asked: asked == name and _thread.interrupt_main()
    with pytest.raises(KeyboardInterrupt):
        load()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, PermissionError])
def test_the_files_are_moved_all_or_none(mirror, root, monkeypatch, error):
    """Something comes before each of five steps: a damaged file is copied, four new ones are moved in."""
    before = put(root, {FIRST: b"damaged", f"{FIRST}.gz": b"of torchvision"})
    for n in range(5):
        steps = itertools.count()

        def stopped(function, n=n, steps=steps):
            def step(*paths):
                if next(steps) == n:
                    if function is shutil.copy2:
                        paths[1].write_bytes(b"dam")
                    raise error
                return function(*paths)

            return step

        with monkeypatch.context() as patch, pytest.raises(error):
            patch.setattr(os, "replace", stopped(os.replace))
            patch.setattr(fetch, "copy2", stopped(shutil.copy2))
            load()
        assert next(steps) > n and state(root) == before
    assert len(load()) == 6


@pytest.mark.parametrize(("where", "what"), [(fetch.tempfile, "mkdtemp"), (pooch, "retrieve"), (Path, "mkdir")])
def test_disk_that_is_full_or_read_only(mirror, root, tmp_path, monkeypatch, where, what):
    with monkeypatch.context() as patch, pytest.raises(OSError) as caught:
        patch.setattr(where, what, Mock(side_effect=OSError(errno.ENOSPC, "No space left on device")))
        load()
    assert str(caught.value) == (
        f"the full MNIST (55 MB) cannot be stored in {root / 'MNIST' / 'raw'}: No space left on device. Make room or "
        "set CONVLAB_DATA to a folder that you may write, or use source='bundled'"
    )
    assert caught.value.__suppress_context__ and list(tmp_path.iterdir()) == []
    assert_all_is_there(root)


def test_root_that_is_a_file(mirror, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=r"cannot be stored in .*CONVLAB_DATA to a folder that you may write"):
        load_digits("train", "mnist", root=tmp_path / "file")
    assert mirror.asked == [], "known before anything is downloaded"


def test_two_at_once(mirror, root, monkeypatch):
    """Two threads, for two processes: both have begun before either gets the last file, and end with all four."""
    monkeypatch.setattr(pooch.get_logger(), "setLevel", Mock())  # processes have a logger each
    both = threading.Barrier(2, timeout=60)
    mirror.hook = lambda name: name == LAST and both.wait()
    with ThreadPoolExecutor(2) as pool:
        assert [len(digits) for digits in pool.map(lambda _: load(), range(2))] == [6, 6]
    assert len(mirror.asked) == 8
    assert_all_is_there(root)


def test_a_file_that_is_replaced_is_never_missing(mirror, root, monkeypatch):
    """Another process may have brought it a moment ago, and read it now."""
    put(root, {FIRST: b"damaged", LAST: b"damaged"})
    replace, there = os.replace, []

    def watched(*paths):
        replace(*paths)
        there.append({path.name for path in (root / "MNIST/raw").iterdir()} >= {FIRST, LAST})

    monkeypatch.setattr(os, "replace", watched)
    assert_all_is_there(root)
    assert len(there) >= 4 and all(there)


def test_what_another_process_brings_meanwhile_stays(mirror, root, monkeypatch):
    """On Windows a file that is in use cannot be replaced."""
    brought = {}
    mirror.hook = lambda name: name == LAST and brought.update(put(root, {FIRST: FILES[FIRST]}))
    assert_all_is_there(root)
    assert brought.items() <= state(root).items()
    mirror.hook = Mock()
    next(root.rglob(LAST)).unlink()

    def replace(*paths):
        put(root, {LAST: FILES[LAST]})
        raise PermissionError

    monkeypatch.setattr(os, "replace", replace)
    assert_all_is_there(root)
