"""Stored pictures as WebP files: without loss, or with a loss that nobody sees, whichever is smaller."""

from __future__ import annotations

import base64
import html
import io
from pathlib import Path

from PIL import Image

QUALITY = 84  # of photos, which are stored as JPEG
FOLDER = "figures"


class Figures:
    """The figures of all pages: :meth:`add` takes them from notebooks, files lie in ``folder``."""

    def __init__(self, folder: Path):
        self.folder = folder / FOLDER
        self.folder.mkdir(parents=True, exist_ok=True)

    def add(self, name: str, data: str, alt: str, mime: str = "image/png") -> str:
        """Keep a picture under a name; return its HTML."""
        with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
            # Lines and letters suffer from loss, and most of a photo is in what one does not see.
            made = _webp(picture, lossless=mime != "image/jpeg")
            width, height = picture.size
        (self.folder / f"{name}.webp").write_bytes(made)
        return (
            f'<img class="cl-figure" src="{FOLDER}/{name}.webp" width="{width}" height="{height}" loading="lazy" '
            f'alt="{html.escape(alt, quote=True)}">'
        )


def _webp(picture: Image.Image, lossless: bool) -> bytes:
    rgb = picture if picture.mode in ("RGB", "RGBA") else picture.convert("RGBA" if _clear(picture) else "RGB")
    file = io.BytesIO()
    # To try harder saves a twentieth, and takes a hundred times as long.
    rgb.save(file, "WEBP", method=4, **({"lossless": True, "quality": 50} if lossless else {"quality": QUALITY}))
    return file.getvalue()


def _clear(picture: Image.Image) -> bool:
    return "transparency" in picture.info or picture.mode in ("LA", "PA")
