"""CIFAR-10 from a small copy in its own format: five batches to train, one to test, and the names of the classes."""

import hashlib
import http.server
import io
import pickle
import re
import tarfile
import threading
from unittest.mock import Mock

import numpy as np
import pytest
import torch
from torchvision.datasets import CIFAR10

from convlab.data import fetch, load_cifar10

NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
BATCHES = [f"data_batch_{i}" for i in range(1, 6)]


def batch(seed):
    """Two pictures as in a file of CIFAR-10: a row each, first all red, then all green, then all blue."""
    pixels = np.random.RandomState(seed).randint(0, 256, (2, 3072), dtype=np.uint8)
    return pickle.dumps({"data": pixels, "labels": [seed, 9 - seed], "batch_label": "", "filenames": ["a", "b"]})


FILES = {name: batch(seed) for seed, name in enumerate([*BATCHES, "test_batch"])}
FILES["batches.meta"] = pickle.dumps({"label_names": NAMES})
MD5 = {name: hashlib.md5(content).hexdigest() for name, content in FILES.items()}


@pytest.fixture(autouse=True)
def small(monkeypatch, tmp_path):
    """torchvision checks the md5 of each file: here those of the small copy."""
    monkeypatch.setattr(CIFAR10, "train_list", [[name, MD5[name]] for name in BATCHES])
    monkeypatch.setattr(CIFAR10, "test_list", [["test_batch", MD5["test_batch"]]])
    monkeypatch.setattr(CIFAR10, "meta", CIFAR10.meta | {"md5": MD5["batches.meta"]})
    monkeypatch.setenv("CONVLAB_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def cifar(small):
    folder = small / "cifar-10-batches-py"
    folder.mkdir(parents=True)
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    return folder


def test_both_splits(cifar):
    train, test = load_cifar10("train"), load_cifar10("test")
    assert train.images.shape == (10, 3, 32, 32) and test.images.shape == (2, 3, 32, 32)
    assert train.labels.tolist() == [0, 9, 1, 8, 2, 7, 3, 6, 4, 5] and train.labels.dtype == torch.int64
    assert train.classes == tuple(NAMES) and train.names[:2] == ("airplane", "truck")
    pixels = pickle.loads(FILES["test_batch"])["data"].reshape(2, 3, 32, 32)
    assert torch.equal(test.images, torch.tensor(pixels).float() / 255) and test.images.is_contiguous()
    assert repr(test) == "Pictures(CIFAR-10, test: images (2, 3, 32, 32) float32, 10 classes)"
    assert len(load_cifar10("test", root=cifar)) == len(load_cifar10("test", root=str(cifar.parent))) == 2


def test_where_it_is_not(small, cifar):
    (cifar / "data_batch_3").write_bytes(b"half")
    (cifar / "batches.meta").unlink()
    with pytest.raises(
        ValueError, match=r"is damaged: missing or changed are data_batch_3, batches\.meta; load_cifar10"
    ):
        load_cifar10("test")
    with pytest.raises(
        FileNotFoundError, match=r"there is no CIFAR-10 in .*nowhere.*; load_cifar10\('test', .*download=True\)"
    ):
        load_cifar10("test", root=small / "nowhere")


def archive():
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in FILES.items():
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


@pytest.fixture
def server(monkeypatch):
    """Serves the archive under /good/ and half of it under /half/; counts what was asked."""

    class Handler(http.server.BaseHTTPRequestHandler):
        log_message = Mock()

        def do_GET(self):
            served.asked.append(self.path)
            content = served.content if "good" in self.path else served.content[:99]
            self.send_response(404 if "none" in self.path else 200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.content, served.asked = archive(), []
    threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(CIFAR10, "tgz_md5", hashlib.md5(served.content).hexdigest())
    served.use = lambda how: monkeypatch.setattr(
        CIFAR10, "url", f"http://127.0.0.1:{served.server_port}/{how}/cifar-10-python.tar.gz"
    )
    served.use("good")
    yield served
    served.shutdown()
    served.server_close()


def test_it_is_fetched_only_when_asked_and_only_once(small, server, capsys):
    with pytest.raises(FileNotFoundError):
        load_cifar10("train")
    assert server.asked == []
    assert len(load_cifar10("train", download=True)) == 10 and len(load_cifar10("test", download=True)) == 2
    assert len(server.asked) == 1 and "Downloading CIFAR-10 into" in capsys.readouterr().err
    assert [path.name for path in small.iterdir()] == ["cifar-10-batches-py"], "no archive and no other folder stays"


def test_what_is_damaged_is_replaced(cifar, server):
    (cifar / "test_batch").write_bytes(b"half")
    assert len(load_cifar10("test", download=True)) == 2


@pytest.mark.parametrize(("how", "why"), [("none", "it answered 404"), ("half", "its md5 is wrong")])
def test_a_download_that_fails_changes_nothing(cifar, server, how, why):
    (cifar / "test_batch").write_bytes(b"half")
    server.use(how)
    with pytest.raises(ConnectionError, match=rf"CIFAR-10 could not be downloaded into .*{why}.*set CONVLAB_DATA"):
        load_cifar10("test", download=True)
    assert (cifar / "test_batch").read_bytes() == b"half" and [path.name for path in cifar.parent.iterdir()] == [
        cifar.name
    ]


def test_a_disk_that_takes_nothing(small, server, monkeypatch):
    monkeypatch.setattr(fetch.os, "replace", Mock(side_effect=OSError(28, "No space left on device")))
    with pytest.raises(OSError, match=r"CIFAR-10 .* cannot be stored in .*: No space left on device. Make room or set"):
        load_cifar10("test", download=True)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("val",), ValueError, "load_cifar10: split must be 'train' or 'test', not 'val'"),
        (("train", 3), TypeError, "load_cifar10: root must be the name of a folder, not 3"),
        (("train", None, "yes"), TypeError, "load_cifar10: download must be True or False, got 'yes'"),
    ],
)
def test_wrong_arguments(arguments, error, message):
    with pytest.raises(error, match=re.escape(message)):
        load_cifar10(*arguments)
