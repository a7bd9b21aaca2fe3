"""The full MNIST under other names, packed, or one folder off: it is read, or what is there is named."""

import gzip
import warnings

import pytest
import torch
from tiny_mnist import FILES  # tests/support
from torchvision.datasets import MNIST

from convlab.data import digits_root, fetch, files, load_digits

FIRST, SECOND, *_ = FILES
DOTTED = {name.replace("-idx", ".idx"): content for name, content in FILES.items()}


def packed(contents):
    return {f"{name}.gz": gzip.compress(content) for name, content in contents.items()}


@pytest.fixture(autouse=True)
def no_network(monkeypatch, tmp_path):
    """No mirror answers, and nothing lies in the folder for downloads."""

    def no_mirror(mirrors, archive, *_):
        raise fetch.requests.ConnectionError

    monkeypatch.delenv("CONVLAB_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(fetch, "_fetch", no_mirror)


def put(folder, contents):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)


# Where the files are, how they are called, and what is given as root.
READ = [
    ("MNIST/raw", FILES, "."),
    ("MNIST/raw", FILES, "MNIST"),
    ("MNIST/raw", FILES, "MNIST/raw"),
    ("MNIST/MNIST/raw", FILES, "MNIST"),
    (".", FILES, "."),
    (".", DOTTED, "."),
    (".", packed(FILES), "."),
    ("raw", packed(DOTTED), "."),
    ("raw", FILES, "raw"),
    ("MNIST", DOTTED, "."),
    ("MNIST", FILES, "MNIST"),
    ("mnist", FILES, "."),
    ("mnist/raw", DOTTED, "."),
    ("fashion-course/MNIST/raw", FILES, "fashion-course"),
]


@pytest.mark.parametrize(("folder", "contents", "root"), READ)
def test_read_in_other_places(tmp_path, monkeypatch, folder, contents, root):
    put(tmp_path / "here" / folder, contents)
    for source in ("auto", "mnist"):
        digits = load_digits("train", source, root=tmp_path / "here" / root)
        assert (digits.source, digits.labels.tolist()) == ("mnist", [0, 1, 2, 3, 4, 5])
        assert digits.images.flatten()[[0, 1, 251, 252, -1]].tolist() == [0, 1, 0, 1, (6 * 784 - 1) % 251]
    assert len(load_digits("test", "mnist", root=tmp_path / "here" / root)) == 3
    monkeypatch.setenv("CONVLAB_DATA", str(tmp_path / "here" / root))
    if folder.endswith("MNIST/raw"):  # torchvision reads what digits_root gives, or digits_root says why not
        assert torch.equal(MNIST(digits_root("mnist")).data, digits.images[:, 0])
        assert digits_root("auto") == digits_root("mnist")
    else:
        for source in ("mnist", "auto"):
            with pytest.raises(ValueError, match=rf"torchvision needs .*MNIST.raw.{FIRST}, unpacked; .* is read by"):
                digits_root(source)


# What is not read: files, the root, and words of what is said.
NAMED = {
    "half": (dict(list(FILES.items())[:2]), ".", f"{FIRST}, {SECOND}, but missing or damaged are t10k-images-idx3"),
    "half, dotted": (dict(list(DOTTED.items())[2:]), ".", f"are t10k-.*, but .* are {FIRST}, {SECOND}, plain or .gz"),
    "zip": ({"archive.zip": b"PK"}, ".", "are archive.zip, but .*what is in a .zip or .tar is not seen"),
    "tar": ({"data.tar.gz": b""}, ".", "are data.tar.gz, but missing"),
    "keras": ({"mnist.npz": b"PK"}, ".", "are mnist.npz, but missing"),
    "table": ({"mnist_train.csv": b"5,0"}, ".", "are mnist_train.csv, but missing"),
    "eight": ({f"{n}.zip": b"" for n in range(8)}, ".", "are 0.zip, .*6.zip, 7.zip, but missing"),
    "nine": ({f"{n}.zip": b"" for n in range(9)}, ".", "are 0.zip, .*6.zip, 7.zip, ..., but missing"),
    "upper case": ({name.upper(): content for name, content in FILES.items()}, ".", "T10K-IMAGES-IDX3-UBYTE"),
    "a folder deeper": (DOTTED, "..", "are here/t10k-images.idx3-ubyte, here/.*but missing or damaged"),
    "a file": ({"mnist.npz": b"PK"}, "mnist.npz", "mnist.npz is a file, and root is a folder"),
}


@pytest.mark.parametrize("case", NAMED)
def test_named_where_it_is_not_read(tmp_path, case):
    contents, root, words = NAMED[case]
    put(tmp_path / "there" / "here", contents)
    root = (tmp_path / "there" / "here" / root).resolve()
    with pytest.warns(UserWarning, match=f"load_digits: these are the bundled digits; .*{words}") as warned:
        assert load_digits("test", root=root).source == "bundled"
    assert warned[0].filename == __file__
    if case != "a file":  # nothing can be stored there
        with pytest.raises(ConnectionError, match=f"is there a network.*{words}"):
            load_digits("test", "mnist", root=root)
    with pytest.raises(FileNotFoundError, match=f"there is no .*{words}.*load_digits.*downloads it"):
        files.check_mnist(root)


def test_nothing_is_said_of_what_has_nothing_to_do_with_it(tmp_path):
    put(tmp_path / "course", {"06_mnist_cnn.ipynb": b"", "notes.txt": b""})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_digits("test", root=tmp_path / "course").source == "bundled"
        assert load_digits("test", root=tmp_path / "nowhere").source == "bundled"
        put(tmp_path / "course", {"mnist.npz": b""})
        assert load_digits("test", source="bundled").source == "bundled"


@pytest.mark.parametrize("folder", ["FashionMNIST", "fashion-mnist", "KMNIST", "EMNIST"])
@pytest.mark.parametrize("deeper", [".", "raw"])
def test_other_data_sets_with_the_same_names_are_not_read(tmp_path, folder, deeper):
    put(tmp_path / folder / deeper, FILES)
    for root in {tmp_path / folder, tmp_path / folder / deeper}:
        with pytest.warns(UserWarning, match=f"in .*{folder}.* are .*{FIRST}, "):
            assert load_digits("test", root=root).source == "bundled"


DAMAGED = {
    "labels for images": ({FIRST: FILES[SECOND]}, r"28 x 28 images does \(it looks like labels\)"),
    "images for labels": ({SECOND: FILES[FIRST]}, r"labels does \(it looks like images\)"),
    "packed": ({FIRST: gzip.compress(FILES[FIRST])}, r"\(it looks like gzip\)"),
    "zipped": ({FIRST: b"PK\3\4"}, r"\(it looks like zip\)"),
    "a page": ({FIRST: b"<!doctype html>"}, r"\(it looks like a web page\)"),
    "empty": ({FIRST: b""}, "images does; load_digits"),
    "cut": ({FIRST: FILES[FIRST][:-1]}, "it has 4,719 bytes where 4,720 are needed"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_what_a_wrong_file_is(tmp_path, case):
    contents, words = DAMAGED[case]
    put(tmp_path / "here", FILES | contents)
    with pytest.raises(ValueError, match=f"{next(iter(contents))} is damaged: .*{words}"):
        load_digits("train", root=tmp_path / "here")
    with pytest.raises(ConnectionError, match=f"but missing or damaged are {next(iter(contents))}, plain"):
        load_digits("train", "mnist", root=tmp_path / "here")


@pytest.mark.parametrize("damage", [lambda b: b[:-9], lambda b: b[:12] + b"junk" + b[16:], lambda b: b"no archive"])
def test_damaged_archives_and_a_whole_file_beside_them(tmp_path, damage):
    archives = packed(FILES)
    put(tmp_path / "here", archives | {f"{FIRST}.gz": damage(archives[f"{FIRST}.gz"])})
    with pytest.raises(ValueError, match=f"{FIRST}.gz is damaged: it cannot be unpacked"):
        load_digits("train", root=tmp_path / "here")
    put(tmp_path / "here" / "MNIST" / "raw", {FIRST: b"too"})
    with pytest.raises(ValueError, match=f"MNIST.raw.{FIRST} is damaged"):  # of several, torchvision's
        load_digits("train", root=tmp_path / "here")
    put(tmp_path / "here" / "MNIST", {FIRST: FILES[FIRST]})
    assert len(load_digits("train", "mnist", root=tmp_path / "here")) == 6, "a whole one goes before a damaged one"


def test_an_archive_that_holds_too_much_or_too_little(tmp_path):
    put(tmp_path / "here", packed(FILES | {FIRST: FILES[FIRST] + b"\n"}))
    with pytest.raises(ValueError, match=f"{FIRST}.gz is damaged: it has 4,721 bytes where 4,720 are needed"):
        load_digits("train", root=tmp_path / "here")
