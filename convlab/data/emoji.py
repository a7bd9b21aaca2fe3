"""Emoji in six classes, by three designers: small colour pictures that come with the package."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convlab.data.files import EMOJI, check_bundled
from convlab.data.pairs import Pictures, check_choice

if TYPE_CHECKING:  # torch comes at the first use
    from torch import Tensor

_SIZE, _COLUMNS = 32, 32  # of a picture, in pixels; of a sheet, in pictures


@dataclass(frozen=True, eq=False, repr=False)
class Emoji(Pictures):
    """Emoji, as `load_emoji` returns them: pictures that also know their concept and their designer.

    Attributes:
        concepts: (N,) int64: the place of the picture's concept in `concept_names`.
        concept_names: the concepts of all splits; what is one thing, such as a dog and a dog's face, is one concept.
        designers: (N,) int64: the place of the picture's designer in `designer_names`.
        designer_names: ("Noto", "Twemoji", "OpenMoji").
    """

    concepts: Tensor
    concept_names: tuple[str, ...]
    designers: Tensor
    designer_names: tuple[str, ...]


def load_emoji(split: str, by: str = "concept") -> Emoji:
    """Small colour pictures of six classes: face, animal, food, vehicle, building, clothing.

    1,515 emoji of 32 x 32 pixels on white: each of 505 drawn by three designers. About 66 % are to train, 16 % to
    validate, 18 % to test, in each class.

    Args:
        split: "train", "val" or "test"; "all" is the three together, for one's own way to split.
        by: "concept": all pictures of one thing are in one split, whoever drew it, so that test pictures show what is
            new. "picture": each picture goes its own way; then most test pictures have a sibling in training, by
            another designer or of another skin tone, and an accuracy says less than it seems to.

    Returns:
        An `Emoji` with .images (N, 3, 32, 32) float32 in [0, 1], .labels, .classes, .names, .concepts, .designers.

    Raises:
        TypeError, ValueError: an argument is none of the above.
        FileNotFoundError, ValueError: a bundled file is missing or damaged; the message says how to bring it back.

    Source: Noto Emoji (Apache 2.0), Twemoji (CC BY 4.0), OpenMoji (CC BY-SA 4.0); see
    ``convlab/data/emoji/PROVENANCE.md``.

    >>> emoji = load_emoji("test")
    >>> emoji
    Emoji(test, split by concept: images (273, 3, 32, 32) float32, 6 classes)
    >>> image, label = emoji[0]
    >>> image.shape, emoji.classes[label], emoji.names[0]
    (torch.Size([3, 32, 32]), 'face', 'smiling face with smiling eyes and three hearts')
    """
    import torch

    check_choice("load_emoji", "split", split, ("train", "val", "test", "all"))
    check_choice("load_emoji", "by", by, ("concept", "picture"))
    folder = check_bundled(EMOJI) / EMOJI
    with (folder / "emoji.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {key: tuple(dict.fromkeys(row[key] for row in rows)) for key in ("class", "concept", "designer")}
    levels = torch.cat([_read_sheet(folder / f"{name}.png", rows, name) for name in found["designer"]])
    chosen = [i for i, row in enumerate(rows) if split in ("all", row[f"by_{by}"])]
    places = {key: {name: i for i, name in enumerate(names)} for key, names in found.items()}
    labels, concepts, designers = (
        torch.tensor([places[key][rows[i][key]] for i in chosen]) for key in ("class", "concept", "designer")
    )
    return Emoji(
        images=levels[chosen].float() / 255,
        labels=labels,
        classes=found["class"],
        names=tuple(rows[i]["name"] for i in chosen),
        source="all" if split == "all" else f"{split}, split by {by}",
        concepts=concepts,
        concept_names=found["concept"],
        designers=designers,
        designer_names=tuple(
            {"noto": "Noto", "twemoji": "Twemoji", "openmoji": "OpenMoji"}[n] for n in found["designer"]
        ),
    )


def _read_sheet(path, rows: list[dict[str, str]], designer: str) -> Tensor:
    """The pictures of one designer, (N, 3, 32, 32) uint8, in the order of the table."""
    import torch
    from PIL import Image

    with Image.open(path) as sheet:
        pixels = torch.frombuffer(bytearray(sheet.tobytes()), dtype=torch.uint8)
    pixels = pixels.reshape(-1, _SIZE, _COLUMNS, _SIZE, 3).permute(0, 2, 4, 1, 3).flatten(0, 1)
    return pixels[: sum(row["designer"] == designer for row in rows)]
