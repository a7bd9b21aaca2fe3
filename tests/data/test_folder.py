"""Pictures of one's own: every kind that people have, and every fault."""

import dataclasses
import os
import re
import struct
import warnings
import zlib

import numpy as np
import pytest
import torch
from PIL import Image

from convlab.data import load_emoji, load_folder
from convlab.data.folder import MOST, SHOWN, read_picture

RED, BLUE = (200, 30, 40), (20, 60, 220)


@pytest.fixture
def pets(tmp_path):
    """Two classes with two pictures each."""
    for label, colour in (("cat", RED), ("dog", BLUE)):
        (tmp_path / "pets" / label).mkdir(parents=True)
        for i, extension in enumerate(("jpg", "png")):
            Image.new("RGB", (60 + i, 40), tuple(c + i for c in colour)).save(
                tmp_path / "pets" / label / f"{i}.{extension}"
            )
    return tmp_path / "pets"


def left_out(folder, **how):
    """What load_folder leaves out; its one warning names the first of them."""
    with pytest.warns(UserWarning, match="load_folder: ") as caught:
        pictures = load_folder(folder, **how)
    assert len(caught) == 1 and all(
        f"{name} {why}" in str(caught[0].message) for name, why in list(pictures.left_out.items())[:SHOWN]
    )
    return pictures.left_out


def colour(picture):
    """The colour of a picture of one colour."""
    pixels = np.asarray(picture).reshape(-1, 3)
    assert np.ptp(pixels, axis=0).max() <= 2
    return pixels[0].tolist()


def test_a_folder_is_a_class(pets):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pictures = load_folder(pets)
    assert pictures.images.shape == (4, 3, 32, 32) and pictures.images.dtype == torch.float32
    assert pictures.classes == ("cat", "dog") and pictures.labels.tolist() == [0, 0, 1, 1]
    assert pictures.names == ("cat/0.jpg", "cat/1.png", "dog/0.jpg", "dog/1.png") and pictures.left_out == {}
    expected = torch.tensor(RED) + 1
    assert torch.equal(pictures.images[1], (expected / 255).reshape(3, 1, 1).expand(3, 32, 32))
    assert repr(pictures) == "Folder(pets: images (4, 3, 32, 32) float32, 2 classes)"
    assert load_folder(str(pets), size=8).images.shape == (4, 3, 8, 8)


def test_hidden_files_are_nobodys_business_and_deep_ones_belong_to_their_class(pets):
    for name in (".DS_Store", "cat/Thumbs.db", "cat/.hidden.png", "__MACOSX/cat/x.png", ".git/y.png"):
        (pets / name).parent.mkdir(parents=True, exist_ok=True)
        (pets / name).write_bytes(b"?")
    (pets / "dog" / "summer" / "old").mkdir(parents=True)
    Image.new("RGB", (9, 9), "green").save(pets / "dog" / "summer" / "old" / "z.png")
    pictures = load_folder(pets)
    assert pictures.names[-1] == "dog/summer/old/z.png" and pictures.labels[-1] == 1 and pictures.left_out == {}


GREY = np.full((20, 20), 120, np.uint8)
MODES = {
    "L": (Image.fromarray(GREY), "png", [120] * 3),
    "1": (Image.new("1", (20, 20), 1), "png", [255] * 3),
    "P": (Image.new("RGB", (20, 20), RED).quantize(4), "png", list(RED)),
    "LA": (Image.merge("LA", (Image.fromarray(GREY), Image.new("L", (20, 20), 0))), "png", [255] * 3),
    "RGBA": (Image.new("RGBA", (20, 20), (*BLUE, 0)), "png", [255] * 3),
    "half": (Image.new("RGBA", (20, 20), (0, 0, 0, 51)), "png", [204] * 3),
    "CMYK": (Image.new("CMYK", (20, 20), (0, 255, 255, 0)), "jpg", [255, 0, 0]),
    "YCbCr": (Image.new("YCbCr", (20, 20), (100, 128, 128)), "jpg", [100] * 3),
    "16 bit": (Image.fromarray(np.full((20, 20), 120 * 257, np.uint16)), "png", [120] * 3),
    "16 bit tiff": (Image.fromarray(np.full((20, 20), 120 * 257, np.uint16)), "tiff", [120] * 3),
    "gif": (Image.new("RGB", (20, 20), RED).quantize(4), "gif", list(RED)),
    "webp": (Image.new("RGB", (20, 20), RED), "webp", list(RED)),
    "bmp": (Image.new("RGB", (20, 20), RED), "bmp", list(RED)),
}


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_becomes_colour_on_white(tmp_path, mode):
    image, extension, expected = MODES[mode]
    how = {"lossless": True} if extension == "webp" else {"quality": 100} if extension == "jpg" else {}
    image.save(tmp_path / f"x.{extension}", **how)
    found = colour(read_picture(tmp_path / f"x.{extension}", 16))
    assert np.abs(np.subtract(found, expected)).max() <= (3 if extension == "jpg" else 0), found


def test_a_palette_with_a_colour_that_is_transparent(tmp_path):
    image = Image.new("P", (20, 20), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])
    image.save(tmp_path / "x.gif", transparency=0)
    assert colour(read_picture(tmp_path / "x.gif", 16)) == [255, 255, 255]


def test_16_bits_with_a_level_that_is_transparent(tmp_path):
    Image.fromarray(np.full((20, 20), 120 * 257, np.uint16)).save(tmp_path / "x.png")
    chunk = b"tRNS" + struct.pack(">H", 60_000)  # by hand: Pillow 10.0 reads such pictures, but does not write them
    chunk = struct.pack(">I", 2) + chunk + struct.pack(">I", zlib.crc32(chunk))
    before, data = (tmp_path / "x.png").read_bytes().split(b"IDAT", 1)
    (tmp_path / "x.png").write_bytes(before[:-4] + chunk + before[-4:] + b"IDAT" + data)
    assert Image.open(tmp_path / "x.png").info["transparency"] == 60_000
    assert colour(read_picture(tmp_path / "x.png", 16)) == [120] * 3


def test_a_picture_is_turned_as_its_camera_says(tmp_path):
    image = Image.new("RGB", (40, 40), "white")
    image.paste("black", (0, 0, 40, 20))  # above
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise by a quarter: what was above is on the right
    image.save(tmp_path / "x.png", exif=exif)
    pixels = np.asarray(read_picture(tmp_path / "x.png", 8))
    assert pixels[:, :3].min() == 255 and pixels[:, 5:].max() == 0


def test_the_square_in_the_middle_is_kept_and_nothing_is_squeezed(tmp_path):
    wide = np.full((10, 30, 3), 255, np.uint8)
    wide[:, 10:20] = 0
    Image.fromarray(wide).save(tmp_path / "wide.png")
    assert colour(read_picture(tmp_path / "wide.png", 10)) == [0, 0, 0]
    Image.fromarray(wide.transpose(1, 0, 2).copy()).save(tmp_path / "high.png")
    assert colour(read_picture(tmp_path / "high.png", 10)) == [0, 0, 0]
    Image.new("RGB", (1, 1), RED).save(tmp_path / "dot.png")
    assert colour(read_picture(tmp_path / "dot.png", 32)) == list(RED)
    Image.new("RGB", (1, 700), RED).save(tmp_path / "line.png")
    assert colour(read_picture(tmp_path / "line.png", 32)) == list(RED)


def huge(width, height):
    """A PNG that says it has so many pixels, and holds none."""

    def part(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + part(b"IDAT", zlib.compress(b"")) + part(b"IEND", b"")


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(pets):
    whole = (pets / "cat/0.jpg").read_bytes()
    noise = np.random.default_rng(0).integers(0, 256, (90, 90, 3), dtype=np.uint8)
    Image.fromarray(noise).save(pets / "dog/whole.png")
    png = (pets / "dog/whole.png").read_bytes()
    (pets / "dog/whole.png").unlink()
    contents = {
        "cat/notes.txt": b"two cats",
        "cat/empty.png": b"",
        "cat/half.jpg": whole[: len(whole) // 2],
        "cat/half.png": png[: len(png) // 2],
        "cat/photo.HEIC": b"\0\0\0\x18ftypheic",
        "cat/print.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        "cat/web.jpg": b"<html>404 not found</html>",
        "dog/large.png": huge(10_000, 10_000),
        "dog/larger.png": huge(100_000, 100_000),
        "lost.png": png,
    }
    for name, content in contents.items():
        (pets / name).write_bytes(content)
    Image.fromarray(np.zeros((9, 9), np.float32)).save(pets / "dog/numbers.tiff")
    (pets / "mouse").mkdir()
    found = left_out(pets)
    assert found.pop("cat/half.jpg").startswith("is damaged (") and found.pop("cat/half.png").startswith("is damaged (")
    assert found == {
        "lost.png": "lies beside the classes' folders",
        "cat/empty.png": "is empty",
        "cat/notes.txt": "is no picture",
        "cat/photo.HEIC": "is of a kind that is not read (HEIC); save it as JPEG or PNG",
        "cat/print.eps": "is of a kind that is not read (EPS); save it as JPEG or PNG",
        "cat/web.jpg": "is no picture",
        "dog/large.png": "has 10,000 x 10,000 pixels; at most 64 million are read",
        "dog/larger.png": "has far more than 64 million pixels, the most that are read",
        "dog/numbers.tiff": "has decimal numbers as pixels (mode F), and nobody knows which of them is white",
        "mouse/": "holds no picture that can be used",
    }
    with pytest.warns(UserWarning, match=r"12 left out of .*; and 2 more, in \.left_out"):
        pictures = load_folder(pets)
    assert pictures.classes == ("cat", "dog") and len(pictures) == 4


def test_a_copy_is_left_out(pets):
    (pets / "dog/a copy.png").write_bytes((pets / "cat/1.png").read_bytes())
    assert left_out(pets) == {"dog/a copy.png": "is the same picture as cat/1.png"}


def test_a_file_that_may_not_be_read(pets, monkeypatch):
    def refuse(file):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(
        Image, "open", lambda file, real=Image.open: refuse(file) if file.name == "0.jpg" else real(file)
    )
    assert left_out(pets) == dict.fromkeys(("cat/0.jpg", "dog/0.jpg"), "may not be read: its permissions forbid it")


def test_one_class_is_said(pets):
    for file in (pets / "dog").iterdir():
        file.unlink()
    with pytest.warns(UserWarning, match="only one class, cat: a network would learn to say cat of everything"):
        assert load_folder(pets).classes == ("cat",)


def test_a_folder_too_high_is_said(pets):
    with pytest.warns(UserWarning, match=r"one class, pets: .*classes \(cat, dog\): load_folder\('.*pets'\)") as caught:
        assert load_folder(pets.parent).classes == ("pets",)
    assert len(caught) == 1


def test_classes_that_differ_in_case_are_said(pets):
    (pets / "Cat").mkdir()
    if (pets / "Cat").samefile(pets / "cat"):
        return  # this system knows no two such folders
    Image.new("RGB", (9, 9), "green").save(pets / "Cat/0.png")
    with pytest.warns(UserWarning, match="Cat and cat are two classes, for upper and lower case differ"):
        assert load_folder(pets).classes == ("Cat", "cat", "dog")


def test_folders_that_may_not_be_read(pets, monkeypatch):
    closed = {"dog"}
    monkeypatch.setattr(os, "access", lambda path, mode: path.name not in closed)
    for file in (pets / "dog").iterdir():  # as its files cannot be listed
        file.unlink()
    assert left_out(pets) == {"dog/": "may not be read: its permissions forbid it"}
    closed.add("pets")
    with pytest.raises(PermissionError, match=r"load_folder: .*pets may not be read: its permissions forbid it"):
        load_folder(pets)


def test_where_nothing_is_found(tmp_path, pets):
    with pytest.raises(FileNotFoundError, match=r"load_folder: there is no folder .*nowhere"):
        load_folder(tmp_path / "nowhere")
    with pytest.raises(NotADirectoryError, match=r"0\.jpg is a file; give the folder that holds"):
        load_folder(pets / "cat/0.jpg")
    with pytest.raises(ValueError, match=r"there are no folders in .*cat, but 2 files. Make a folder for each class"):
        load_folder(pets / "cat")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=r"there are no folders in .*empty, and nothing else"):
        load_folder(tmp_path / "empty")
    (tmp_path / "empty/cat").mkdir()
    with pytest.raises(ValueError, match=r"no picture in .*empty can be used: cat/ holds no picture that can be used"):
        load_folder(tmp_path / "empty")
    (tmp_path / "split").mkdir()
    for name in ("train", "Val"):
        os.rename(pets / ("cat" if name == "train" else "dog"), tmp_path / "split" / name)
    with pytest.raises(
        ValueError, match=r"are train, val: that is a split, and no classes; .*load_folder\('.*split.*'\)"
    ):
        load_folder(tmp_path / "split")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((None,), TypeError, "load_folder: path must be the name of a folder, not None"),
        (("",), TypeError, "load_folder: path must be the name of a folder, not ''"),
        ((".", 2.5), TypeError, "load_folder: size must be a whole number, got 2.5"),
        ((".", 0), ValueError, "load_folder: size is 0; it must be at least 1"),
    ],
)
def test_wrong_arguments(arguments, error, message):
    with pytest.raises(error, match=re.escape(message)):
        load_folder(*arguments)


def test_the_limit_is_above_a_phones_largest_photo():
    assert 50_000_000 < MOST < 10_000**2


def test_a_split_keeps_groups_whole_and_has_every_class_in_every_part():
    emoji = load_emoji("train")
    parts = emoji.split(0.6, 0.2, 0.2, seed=3, groups=emoji.concepts)
    assert sorted(sum((part.names for part in parts), ())) == sorted(emoji.names)
    assert all(part.labels.unique().tolist() == [0, 1, 2, 3, 4, 5] for part in parts)
    shown = [set(part.concepts.tolist()) for part in parts]
    assert sum(map(len, shown)) == len(set.union(*shown))
    again, other = (emoji.split(0.6, 0.2, 0.2, seed=seed, groups=emoji.concepts)[0].names for seed in (3, 4))
    assert parts[0].names == again != other
    for part in parts:  # each picture keeps its name and its label
        places = [emoji.names.index(name) for name in part.names]
        assert part.labels.tolist() == emoji.labels[places].tolist() and len(part.images) == len(part.names)


@pytest.mark.parametrize(
    ("shares", "how", "message"),
    [
        ((3, 1, 1), {}, "split: cat has 2 picture(s): too few for 3 parts; 30 will do"),
        (
            (1, 1),
            {"groups": [0, 0, 1, 2]},
            "split: cat has 1 group(s) (a group stays whole, and shows one class): too few for 2 parts; 30 will do",
        ),
        (
            (1, 1),
            {"groups": [0, 1, 0, 1]},
            "split: cat has 0 group(s) (a group stays whole, and shows one class): too few for 2 parts; 30 will do",
        ),
        ((1, 1), {"groups": ["a", "b"]}, "split: groups must be 4 names or numbers, one for each picture; got 2"),
        ((1, 1), {"groups": 5}, "split: groups must be 4 names or numbers, one for each picture; got 0"),
        (
            (1, 1),
            {"groups": torch.zeros(4, 1)},
            "split: groups must be 4 names or numbers, one for each picture; got 0",
        ),
        ((1.2, -0.2), {}, "split: each share, as in split(0.6, 0.2, 0.2), is -0.2; it must be a number above 0"),
        ((0, 0), {}, "split: each share, as in split(0.6, 0.2, 0.2), is 0; it must be a number above 0"),
        (([0.6, 0.4],), {}, "must be a number above 0, got [0.6, 0.4]"),
        ((), {}, "split: each share, as in split(0.6, 0.2, 0.2), must be a number above 0, got None"),
    ],
)
def test_what_cannot_be_split_is_said(pets, shares, how, message):
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        load_folder(pets).split(*shares, **how)


def test_one_class_is_not_split_and_shares_need_no_sum(pets):
    with pytest.raises(ValueError, match=r"^split needs two classes, and there is only cat$"):
        dataclasses.replace(load_folder(pets), classes=("cat",)).split(0.6, 0.2, 0.2)
    assert [len(part) for part in load_emoji("val").split(60, 20)] == [
        len(part) for part in load_emoji("val").split(3, 1)
    ]
