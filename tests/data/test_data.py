"""The bundled photo and digits, the full MNIST where there is one, and what is said where a file is wrong."""

import hashlib
import io
import json
import re
import runpy
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest
import tiny_mnist  # tests/support
import torch
from PIL import Image
from tiny_mnist import idx_header

from convlab import data
from convlab.data import digits_root, fetch, files, load_digits, photo
from convlab.data.digits import Digits

ROOT = Path(__file__).parents[2]
COUNTS = {
    "train": [805, 896, 797, 811, 789, 695, 805, 859, 767, 776],
    "test": [196, 231, 194, 221, 191, 168, 209, 211, 177, 202],
}


@pytest.fixture(autouse=True)
def no_mnist_on_this_machine(monkeypatch, tmp_path):
    """The tests mean the same on a machine with the full MNIST as on one without."""
    monkeypatch.delenv("CONVLAB_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def bundle(monkeypatch, tmp_path):
    """A copy of the bundled files that a test may damage."""
    folder = tmp_path / "bundle"
    for name in files.SHA256:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(files.FOLDER / name, folder / name)
    monkeypatch.setattr(files, "FOLDER", folder)
    return folder


@pytest.fixture
def mnist(tmp_path):
    """A folder to give as root, with the tiny data set."""
    raw = tmp_path / "full" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name, content in tiny_mnist.FILES.items():
        (raw / name).write_bytes(content)
    return tmp_path / "full"


# --- the photo ---


def test_photo_is_the_bundled_pixels_in_colour():
    image = photo()
    assert image.shape == (3, 300, 256) and image.dtype == torch.float32 and image.is_contiguous()
    assert image.min() == 0 and image.max() == 1
    pixels = np.asarray(Image.open(files.FOLDER / files.PHOTO))
    assert torch.equal(image, torch.tensor(pixels.transpose(2, 0, 1)).float() / 255)
    assert image[:, 100, 250].argmax() == 2, "the background to the right of the portrait is blue: channels are R, G, B"


def test_grey_photo_is_the_rounded_luma():
    grey = photo(gray=True)
    assert grey.shape == (300, 256) and grey.dtype == torch.float32
    levels = (255 * grey.double()).round()
    assert torch.equal(grey, levels.float() / 255), "each value is a level divided by 255"
    luma = torch.einsum("chw,c->hw", photo().double() * 255, torch.tensor([0.299, 0.587, 0.114]).double())
    assert (levels - luma).abs().max() <= 0.5 + 1e-4


def test_photo_is_new_at_each_call():
    photo().zero_()
    assert photo().max() == 1


@pytest.mark.parametrize("gray", ["gray", 1, None])
def test_photo_wants_true_or_false(gray):
    with pytest.raises(TypeError, match="photo: gray must be True or False, got "):
        photo(gray)


def test_missing_photo(bundle):
    (bundle / files.PHOTO).unlink()
    with pytest.raises(FileNotFoundError, match=r"grace_hopper\.png is missing.*git checkout -- convlab/data"):
        photo()


def test_damaged_photo(bundle):
    path = bundle / files.PHOTO
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))  # what a conversion of line endings does to a PNG
    with pytest.raises(ValueError, match=r"grace_hopper\.png is damaged.*git checkout -- convlab/data"):
        photo()


# --- the bundled digits ---


@pytest.mark.parametrize("split", ["train", "test"])
def test_bundled_digits(split):
    digits = load_digits(split)
    n = sum(COUNTS[split])
    assert digits.source == "bundled" and len(digits) == n
    assert digits.images.shape == (n, 1, 28, 28) and digits.images.dtype == torch.uint8
    assert digits.labels.shape == (n,) and digits.labels.dtype == torch.int64
    assert torch.bincount(digits.labels).tolist() == COUNTS[split]
    text = f"Digits(split='{split}', source='bundled': images ({n}, 1, 28, 28) uint8, labels ({n},) int64)"
    assert repr(digits) == text


def test_digits_are_pairs_of_image_and_label():
    digits = load_digits("test", "bundled")
    image, label = digits[5]
    assert torch.equal(image, digits.images[5]) and label == digits.labels[5] and type(label) is int
    assert torch.equal(digits[-1][0], digits.images[1999])
    assert sum(1 for _ in digits) == 2000, "a loop over the digits ends"
    images, labels = next(iter(torch.utils.data.DataLoader(digits, batch_size=4)))
    assert torch.equal(images, digits.images[:4]) and torch.equal(labels, digits.labels[:4])
    with pytest.raises(IndexError, match=r"digits\[2000\]: there are 2000 digits, numbered 0 to 1999"):
        digits[2000]
    with pytest.raises(TypeError, match=r"for several at once take digits.images"):
        digits[:4]


def test_torchvision_reads_the_bundle():
    from torchvision.datasets import MNIST

    for split in COUNTS:
        theirs, ours = MNIST(digits_root("bundled"), train=split == "train"), load_digits(split, "bundled")
        assert torch.equal(theirs.data, ours.images[:, 0]) and torch.equal(theirs.targets, ours.labels)


@pytest.mark.parametrize("name", [name for name in files.SHA256 if name.startswith(files.DIGITS)])
def test_wrong_bundled_digits(bundle, name):
    path = bundle / name
    whole = path.read_bytes()
    for damaged in (whole[:-1], b"", whole[:-1] + bytes([whole[-1] ^ 1])):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=rf"{path.name} is damaged.*git checkout -- convlab/data"):
            load_digits("test", "bundled")
    path.unlink()
    for read in (lambda: load_digits("train"), lambda: digits_root("bundled")):
        with pytest.raises(FileNotFoundError, match=rf"{path.name} is missing.*git checkout -- convlab/data"):
            read()


# --- the full MNIST ---


def test_auto_takes_the_full_mnist_where_it_is(mnist, monkeypatch):
    assert load_digits("train").source == "bundled"
    assert load_digits("train", root=mnist).source == "mnist"
    monkeypatch.setenv("CONVLAB_DATA", str(mnist))
    digits = load_digits("test")
    assert (digits.source, len(digits), digits.labels.tolist()) == ("mnist", 3, [0, 1, 2])
    assert digits.images[0, 0, 0, :3].tolist() == [0, 1, 2]
    assert load_digits("train", "mnist").images.shape == (6, 1, 28, 28)
    assert load_digits("train", "bundled").source == "bundled"


def test_folder_of_the_full_mnist(mnist, monkeypatch, tmp_path):
    assert digits_root("mnist") == tmp_path / "cache" / "convlab"
    assert digits_root("auto") == digits_root("bundled") == files.FOLDER / "digits"
    monkeypatch.setenv("CONVLAB_DATA", "")
    assert digits_root("mnist") == tmp_path / "cache" / "convlab", "set to nothing is not set"
    monkeypatch.setenv("CONVLAB_DATA", str(mnist))
    assert digits_root("mnist") == digits_root("auto") == mnist
    monkeypatch.setenv("CONVLAB_DATA", "~/data")
    assert digits_root("mnist") == Path.home() / "data"
    monkeypatch.delenv("CONVLAB_DATA")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert digits_root("mnist") == Path.home() / ".cache" / "convlab"


def test_root_goes_before_the_environment(mnist, monkeypatch, tmp_path):
    monkeypatch.setenv("CONVLAB_DATA", str(tmp_path / "nothing here"))
    assert len(load_digits("test", "mnist", root=str(mnist))) == 3


def test_only_mnist_downloads(mnist, monkeypatch):
    asked = []
    monkeypatch.setattr(fetch, "download_mnist", asked.append)
    assert len(load_digits("test", "mnist", root=mnist)) == 3 and asked == [], "all is there"
    (mnist / "MNIST/raw/t10k-labels-idx1-ubyte").unlink()
    with pytest.warns(
        UserWarning, match="these are the bundled digits; .* missing or damaged are t10k-labels-idx1-ubyte"
    ):
        assert load_digits("train", root=mnist).source == "bundled"
    assert digits_root("mnist") and digits_root("auto") and load_digits("train", "bundled") and asked == []
    with pytest.raises(FileNotFoundError) as caught:
        load_digits("train", "mnist", root=mnist)
    assert asked == [mnist]
    call = f"load_digits('train', source='mnist', root={str(mnist)!r}) downloads it"
    assert str(caught.value).startswith(f"there is no t10k-labels-idx1-ubyte in {mnist / 'MNIST' / 'raw'}; in {mnist} ")
    assert str(caught.value).endswith(f"; {call}")


@pytest.mark.parametrize(
    ("name", "damage", "fault"),
    [
        ("train-images-idx3-ubyte", lambda b: b[:-100], "it has 4,620 bytes where 4,720 are needed"),
        ("t10k-images-idx3-ubyte", lambda b: b + b"\n", "it has 2,369 bytes where 2,368 are needed"),
        ("train-images-idx3-ubyte", lambda b: b"", "it does not start as an MNIST file of 28 x 28 images does"),
        ("t10k-labels-idx1-ubyte", lambda b: b[:6], "it does not start as an MNIST file of labels does"),
        ("train-images-idx3-ubyte", lambda b: b"<html>404 not found</html>", "it does not start as"),
        ("train-images-idx3-ubyte", lambda b: idx_header(6, 28, 27) + b[16:], "it does not start as"),
        ("train-labels-idx1-ubyte", lambda b: idx_header(0), "it does not start as"),
    ],
)
def test_damaged_mnist(mnist, monkeypatch, name, damage, fault):
    path = mnist / "MNIST" / "raw" / name
    path.write_bytes(damage(path.read_bytes()))
    asked = []
    monkeypatch.setattr(fetch, "download_mnist", asked.append)
    for source, root in (("auto", []), ("mnist", [mnist])):
        with pytest.raises(
            ValueError, match=f"{name} is damaged: {fault}.*; load_digits.*='mnist'.* downloads it again"
        ):
            load_digits("train", source, root=mnist)
        assert asked == root


def test_mnist_files_that_do_not_belong_together(mnist):
    raw = mnist / "MNIST" / "raw"
    (raw / "train-labels-idx1-ubyte").write_bytes(idx_header(5) + bytes(5))
    with pytest.raises(ValueError, match="the train files do not belong together, 6 images and 5 labels"):
        load_digits("train", "mnist", root=mnist)
    (raw / "train-labels-idx1-ubyte").write_bytes(idx_header(6) + bytes([0, 1, 2, 3, 4, 10]))
    with pytest.raises(ValueError, match="is damaged: a label is 10, above 9"):
        load_digits("train", "mnist", root=mnist)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("validation",), ValueError, "load_digits: split must be 'train' or 'test', not 'validation'"),
        ((True,), TypeError, "load_digits: split must be 'train' or 'test', not True"),
        ((np.zeros(2),), TypeError, "load_digits: split must be 'train' or 'test'"),
        (("train", "full"), ValueError, "source must be 'auto' or 'bundled' or 'mnist', not 'full'"),
        (("train", None), TypeError, "source must be 'auto' or 'bundled' or 'mnist', not None"),
        (("train", "mnist", 3), TypeError, "root must be the name of a folder, not 3"),
        (("train", "bundled", "."), ValueError, "source='bundled' does not use it"),
    ],
)
def test_wrong_arguments(arguments, error, message):
    with pytest.raises(error, match=re.escape(message)):
        load_digits(*arguments)


def test_digits_root_wants_a_source():
    with pytest.raises(ValueError, match="digits_root: source must be 'auto' or 'bundled' or 'mnist', not 'train'"):
        digits_root("train")


# --- where they come from ---


def test_provenance_names_the_files_that_are_here():
    """The sha256 in the code, in PROVENANCE.md and of the file are one; so are the class counts."""
    for name, sha256 in files.SHA256.items():
        assert hashlib.sha256((files.FOLDER / name).read_bytes()).hexdigest() == sha256, name
        provenance = files.FOLDER / name.split("/")[0] / "PROVENANCE.md"
        assert f"| `{sha256}` | `{name.split('/')[-1]}` |" in provenance.read_text(encoding="utf-8"), name
    table = (files.FOLDER / "digits/PROVENANCE.md").read_text(encoding="utf-8")
    for split, counts in COUNTS.items():
        pixels = load_digits(split, "bundled").images.double() / 255
        row = [*counts, sum(counts), f"{pixels.mean():.4f}", f"{pixels.std():.4f}"]
        assert f"| {split} | {' | '.join(map(str, row))} |" in table
    pixels = np.asarray(Image.open(files.FOLDER / files.PHOTO)).tobytes()
    assert hashlib.sha256(pixels).hexdigest() in (files.FOLDER / "photo/PROVENANCE.md").read_text(encoding="utf-8")


def test_make_digits_on_a_small_package(tmp_path, capsys):
    """Two digits of each class: the bytes come back exactly, split and shuffled the same way each time."""
    images = np.random.RandomState(1).randint(0, 256, (20, 28, 28), dtype=np.uint8)
    tarball = tmp_path / "small.tgz"
    with tarfile.open(tarball, "w:gz") as archive:
        for label in range(10):
            values = np.round(images[2 * label : 2 * label + 2] / 255, 3).ravel().tolist()
            text = json.dumps({"data": values}).encode()
            member = tarfile.TarInfo(f"package/src/digits/{label}.json")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))

    script = runpy.run_path(str(ROOT / "tools" / "assets" / "make_digits.py"))
    settings = script["make"].__globals__
    with pytest.raises(SystemExit, match=r"is not mnist-1\.1\.0\.tgz"):
        script["make"](tarball, tmp_path)
    settings["TARBALL_SHA256"] = hashlib.sha256(tarball.read_bytes()).hexdigest()
    with pytest.raises(SystemExit, match=r"the package holds \(2, 2, 2"):
        script["make"](tarball, tmp_path)
    settings |= {"CLASS_COUNTS": (2,) * 10, "N_TRAIN": 15}

    raw = tmp_path / "made" / "MNIST" / "raw"
    script["make"](tarball, raw)
    assert "train: 15 digits" in capsys.readouterr().out
    # RandomState(0)'s stream, written down: a numpy that broke its promise would be seen here.
    order = [18, 1, 19, 8, 10, 17, 6, 13, 4, 2, 5, 14, 9, 7, 16, 11, 3, 0, 15, 12]
    for split, part in (("train", order[:15]), ("test", order[15:])):
        digits = load_digits(split, "mnist", root=tmp_path / "made")
        assert digits.labels.tolist() == [i // 2 for i in part]
        assert np.array_equal(digits.images[:, 0].numpy(), images[part])
    with pytest.raises(SystemExit, match="a pixel is not a byte"):
        script["to_bytes"]([0.5 / 255])


def test_make_photo_halves_and_loses_nothing(tmp_path):
    script = runpy.run_path(str(ROOT / "tools" / "assets" / "make_photo.py"))
    blocks = np.array([[[0, 255], [255, 255]], [[1, 1], [2, 2]], [[7, 7], [7, 8]]], dtype=np.uint8)
    pixels = np.concatenate(list(blocks), axis=1)[..., None].repeat(3, axis=2)  # three blocks side by side
    assert script["halve"](pixels)[0, :, 0].tolist() == [191, 2, 7], "765/4, 6/4 with the half rounded up, 29/4"
    Image.fromarray(pixels).save(tmp_path / "source.png")
    script["make"](tmp_path / "source.png", tmp_path / "made" / "small.png")
    assert np.array_equal(np.asarray(Image.open(tmp_path / "made" / "small.png")), script["halve"](pixels))


# --- what an import costs, and a torchvision that does not import ---


def run_python(code, *options):
    command = [sys.executable, *options, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_imports_are_light():
    code = """
def loaded(*names):
    return [name for name in names if name in sys.modules]
import convlab
print(loaded("torch", "numpy", "torchvision", "matplotlib", "scipy", "ipywidgets", "PIL", "pooch", "requests"))
import convlab.data
print(loaded("torch", "torchvision", "matplotlib", "scipy", "ipywidgets", "pooch", "requests"))
"""
    assert run_python(code) == "[]\n[]\n"


def test_torchvision_beside_another_torch(tmp_path):
    """What a torchvision for CUDA does beside a torch for the CPU, and a second time in the same session."""
    (tmp_path / "torchvision").mkdir()
    text = "raise RuntimeError('operator torchvision::nms does not exist')"
    (tmp_path / "torchvision" / "__init__.py").write_text(text)
    for name, version in (("torch", "2.13.0+cpu"), ("torchvision", "0.28.0")):
        info = tmp_path / f"{name}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    code = f"""
sys.path.insert(0, {str(tmp_path)!r})
from convlab.vision import import_torchvision
for _ in range(2):
    try:
        import_torchvision()
    except ImportError as error:
        print(error, error.__cause__)
"""
    sentence = (
        "torchvision 0.28.0 does not work with torch 2.13.0+cpu: they were built apart (operator torchvision::nms "
        "does not exist); install both from the same place: pip install --force-reinstall torch torchvision None\n"
    )
    assert run_python(code, "-S") == 2 * sentence  # -S: a Python without any installed package
    (tmp_path / "torchvision" / "__init__.py").write_text("raise OSError('libcudart.so.13: cannot open')")
    assert "with torch 2.13.0+cpu (OSError: libcudart.so.13: cannot open); install both again" in run_python(code, "-S")
    (tmp_path / "torchvision" / "__init__.py").write_text("import numpy")
    assert "numpy, which torchvision needs, is not installed: pip install numpy" in run_python(code, "-S")
    shutil.rmtree(tmp_path / "torchvision")
    assert run_python(code, "-S").startswith("torchvision is not installed: pip install torchvision")


def test_the_public_names():
    assert data.__all__ == ["digits_root", "load_cifar10", "load_digits", "load_emoji", "load_folder", "photo"]
    with pytest.raises(AttributeError):
        load_digits("test", "bundled").source = "mnist"
    assert Digits.__doc__
