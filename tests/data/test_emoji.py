"""The bundled emoji: their classes, their concepts, both ways to split, and how they are made."""

import hashlib
import re
import runpy
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from convlab.data import files, load_emoji
from convlab.training import evaluate, fit

ROOT = Path(__file__).parents[2]
CLASSES = ("face", "animal", "food", "vehicle", "building", "clothing")
SPLITS = ("train", "val", "test")


@pytest.fixture(scope="module")
def everything():
    return load_emoji("all")


@pytest.fixture(scope="module")
def script():
    return runpy.run_path(str(ROOT / "tools" / "assets" / "make_emoji.py"))


def test_the_pictures_are_those_of_the_sheets(everything):
    assert everything.images.shape == (1515, 3, 32, 32) and everything.images.dtype == torch.float32
    assert everything.images.is_contiguous() and everything.images.min() == 0 and everything.images.max() == 1
    assert everything.classes == CLASSES and everything.designer_names == ("Noto", "Twemoji", "OpenMoji")
    for name, i, place in (("grinning face", 0, 0), ("taxi", 505, 0), ("rescue worker's helmet", 1010, 0)):
        i = everything.names.index(name, i)
        sheet = Image.open(
            files.FOLDER / files.EMOJI / f"{('noto', 'twemoji', 'openmoji')[everything.designers[i]]}.png"
        )
        row, column = divmod(i % 505, 32)
        pixels = np.asarray(sheet)[32 * row : 32 * row + 32, 32 * column : 32 * column + 32]
        assert np.array_equal((everything.images[i] * 255).round().byte().permute(1, 2, 0).numpy(), pixels), (
            name,
            place,
        )


def test_each_emoji_is_there_once_by_each_designer(everything):
    assert set(Counter(everything.names).values()) == {3}
    assert torch.bincount(everything.designers).tolist() == [505, 505, 505]
    assert len({image.numpy().tobytes() for image in everything.images}) == 1515, "no picture is there twice"
    for name in set(everything.names):
        mine = [i for i, other in enumerate(everything.names) if other == name]
        assert len(set(everything.labels[mine].tolist())) == len(set(everything.concepts[mine].tolist())) == 1
    assert all(len(set(everything.labels[everything.concepts == c].tolist())) == 1 for c in range(321))


@pytest.mark.parametrize("by", ["concept", "picture"])
def test_three_splits_hold_each_picture_once_and_each_class_in_its_share(everything, by):
    parts = {split: load_emoji(split, by=by) for split in SPLITS}
    seen = Counter(image.numpy().tobytes() for part in parts.values() for image in part.images)
    assert set(seen.values()) == {1} and len(seen) == 1515
    for label, total in enumerate(torch.bincount(everything.labels).tolist()):
        for split, share in (("val", 0.16), ("test", 0.18)):
            assert abs(int((parts[split].labels == label).sum()) - share * total) <= 6
    assert repr(parts["test"]) == f"Emoji(test, split by {by}: images (273, 3, 32, 32) float32, 6 classes)"
    assert {part.concept_names for part in parts.values()} == {everything.concept_names}


def test_a_concept_is_in_one_split_and_a_picture_leaves_its_siblings_behind():
    for by, shared in (("concept", 0), ("picture", 150)):
        train, test = (set(load_emoji(split, by).concepts.tolist()) for split in ("train", "test"))
        assert len(train & test) >= shared and (shared or not train & test)


def test_names_of_what_is_one_concept(everything):
    of = dict(zip(everything.names, everything.concepts.tolist(), strict=True))
    for names in (
        ("dog face", "dog", "poodle"),
        ("man", "woman", "adult"),
        ("taxi", "oncoming police car", "automobile"),
    ):
        assert len({of[name] for name in names}) == 1
    assert of["wolf face"] != of["dog face"] and everything.concept_names[of["poodle"]] == "dog"


def test_pairs_and_what_fit_takes():
    test = load_emoji("test")
    image, label = test[-1]
    assert torch.equal(image, test.images[272]) and type(label) is int
    with pytest.raises(IndexError, match=r"pictures\[273\]: there are 273 pictures"):
        test[273]
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(3072, 6))
    fit(model, test, epochs=8, batch_size=64, optimizer=torch.optim.Adam, seed=0, device="cpu", progress=False)
    assert evaluate(model, test) > 0.4


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            ("validation",),
            ValueError,
            "load_emoji: split must be 'train' or 'val' or 'test' or 'all', not 'validation'",
        ),
        (("train", "designer"), ValueError, "load_emoji: by must be 'concept' or 'picture', not 'designer'"),
        (("train", None), TypeError, "load_emoji: by must be"),
    ],
)
def test_wrong_arguments(arguments, error, message):
    with pytest.raises(error, match=re.escape(message)):
        load_emoji(*arguments)


@pytest.mark.parametrize("name", [name for name in files.SHA256 if name.startswith(files.EMOJI)])
def test_damaged_emoji(monkeypatch, tmp_path, name):
    shutil.copytree(files.FOLDER / "emoji", tmp_path / "emoji")
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-1])
    monkeypatch.setattr(files, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=rf"{Path(name).name} is damaged.*git checkout -- convlab/data"):
        load_emoji("train")


def test_provenance_tells_the_counts_the_pixels_and_the_licences(everything):
    text = (files.FOLDER / "emoji/PROVENANCE.md").read_text(encoding="utf-8")
    for by in ("concept", "picture"):
        for split in SPLITS:
            part = load_emoji(split, by)
            counts = [*torch.bincount(part.labels).tolist(), len(part), len(set(part.concepts.tolist()))]
            assert f"| by {by} | {split} | {' | '.join(map(str, counts))} |" in text
    assert f"up to {torch.bincount(everything.concepts).max()}." in text
    for designer in ("noto", "twemoji", "openmoji"):
        pixels = np.asarray(Image.open(files.FOLDER / f"emoji/{designer}.png")).tobytes()
        assert f"| `{hashlib.sha256(pixels).hexdigest()}` | the pixels of `{designer}.png`" in text
    licences = (ROOT / "LICENSE").read_text(encoding="utf-8")
    for words in ("Apache License 2.0", "CC BY 4.0", "CC BY-SA 4.0"):
        assert words in re.sub(r"Apache\s+License", "Apache License", licences) and words in text
    assert 'AND CC-BY-SA-4.0 AND Apache-2.0"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in (files.FOLDER / "emoji").iterdir()) < 3_000_000


# --- how they are made ---


def test_the_table_comes_from_the_script(script, everything):
    """From classes, concepts and names alone, the script deals the splits that the table has."""
    by = {key: {split: load_emoji(split, key) for split in SPLITS} for key in ("concept", "picture")}
    rows = [
        {"class": CLASSES[everything.labels[i]], "concept": everything.concept_names[everything.concepts[i]], "name": n}
        for i, n in enumerate(everything.names[:505])
    ]
    table = script["table"](rows)
    for column, parts in ((4, by["concept"]), (5, by["picture"])):
        for split, part in parts.items():
            mine = [(row[0], row[3]) for row in table if row[column] == split]
            designers = [part.designer_names[d].lower() for d in part.designers]
            assert mine == list(zip(designers, part.names, strict=True))


def test_small_pictures_are_on_white_and_rounded(script):
    large = np.zeros((64, 64, 4), np.uint8)
    large[:2, :2] = [[(10, 20, 30, 255), (10, 20, 30, 255)], [(10, 20, 30, 255), (11, 22, 30, 255)]]
    large[:2, 2:4] = (100, 0, 200, 128)
    small = script["halve"](Image.fromarray(large))
    assert small[0, 0].tolist() == [10, 21, 30] and small[5, 5].tolist() == [255, 255, 255]
    assert small[0, 1].tolist() == [177, 127, 227], "(100 * 128 + 255 * 127) / 255, and so on"
    with pytest.raises(SystemExit, match="a picture has the shape"):
        script["halve"](Image.new("RGBA", (32, 32)))


def test_what_the_script_refuses(script, tmp_path):
    (tmp_path / "openmoji-17.0.0.tgz").write_bytes(b"another")
    with pytest.raises(SystemExit, match=r"openmoji-17\.0\.0\.tgz is not the package that was meant"):
        script["open_package"](tmp_path, "openmoji")
    names = set((script["LEFT_OUT"] + script["TWINS"]).split())
    entries = [{"short_name": name, "subcategory": "", "sort_order": i} for i, name in enumerate(sorted(names))]
    assert script["choose"](entries) == []
    with pytest.raises(SystemExit, match=re.escape(f"no such emoji: ['{min(names)}']")):
        script["choose"](entries[1:])
    own = {"name": "CAT", "unified": "1F408", "image": "1f408.png", "has_img_google": True, "has_img_twitter": True}
    entry = {**own, "short_name": "cat2", "subcategory": "animal-mammal", "sort_order": 0}
    (row,) = script["choose"]([entry, *(each for each in entries if each["short_name"] != "cat2")])
    assert row == {"class": "animal", "concept": "cat", "name": "cat", "unified": "1F408", "image": "1f408.png"}
    with pytest.raises(SystemExit, match="cat2: a picture is missing"):
        script["choose"]([entry | {"has_img_twitter": False}, *entries])
