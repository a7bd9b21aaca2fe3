"""Pictures as notebooks store them: the smaller of a PNG with 256 colours and a JPEG, without visible loss.

matplotlib draws PNGs with 16 million colours. A diagram has a few hundred, most of them the grey edges of its letters;
with a palette it has a third of the bytes, and with up to 256 colours every pixel stays as it is. What has very many
colours, a photo or the map of one, is a JPEG: it is smaller, or a palette would make steps of its slopes.

The settings were chosen by looking at every figure of the course, at its own size and twice that:

- The palette is the one with the smallest largest error, corrected by means (k-means). Without the correction, large
  even areas get a tint; a palette by medians makes rare colours grey, and a thin red line is one.
- JPEG at quality 85, and never with its colours at half the resolution: that makes thin coloured lines pale.

A picture that has a palette, a JPEG, and a transparent picture are left alone. So what is stored stays: the same pixels
give the same bytes with the same Pillow. Another Pillow packs them in other bytes; see :func:`keep_same`.
"""

from __future__ import annotations

import base64
import io
import struct

JPEG_QUALITY = 85
PNG, JPEG = "image/png", "image/jpeg"
PALETTE = 3  # the colour type in a PNG's header
MANY_COLOURS = 10_000  # with more, 256 were never enough, and to find them takes seconds
LARGEST_STEP = 7  # of 255: with a pixel further off, colour bars were seen to have steps


def compact(output) -> None:
    """Store the PNG of an output as the smaller picture, in place; its metadata (size, alt text) go with it."""
    mime, picture = smaller(base64.b64decode(output.data.pop(PNG)))
    output.data[mime] = base64.b64encode(picture).decode("ascii")
    if PNG in output.metadata:
        output.metadata[mime] = output.metadata.pop(PNG)


def smaller(png: bytes) -> tuple[str, bytes]:
    """Return a drawn PNG as (mime type, bytes) of what is stored."""
    png = plain_png(png)
    if png[25] == PALETTE:
        return PNG, png
    # Imported here: the stored notebooks, which the tests read in every worker, have nothing left to do.
    from PIL import Image, ImageChops, ImageFile

    with Image.open(io.BytesIO(png)) as drawn:
        opaque = drawn.convert("RGBA").getextrema()[3][0] == 255
        if drawn.mode not in ("RGB", "RGBA", "L") or drawn.is_animated or not opaque:
            return PNG, png
        paper = {"dpi": drawn.info["dpi"]} if "dpi" in drawn.info else {}  # its size in print
        picture = drawn.convert("RGB")
    ImageFile.MAXBLOCK = max(ImageFile.MAXBLOCK, 4 * picture.width * picture.height)  # a JPEG of noise needs the room
    jpeg = saved(picture, format="jpeg", quality=JPEG_QUALITY, subsampling="4:4:4", progressive=True, **paper)
    if picture.getcolors(MANY_COLOURS) is None:
        return JPEG, jpeg
    few = picture.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=1)
    small = saved(few, format="png", optimize=True, **paper)
    step = max(high for _, high in ImageChops.difference(picture, few.convert("RGB")).getextrema())
    return (PNG, small) if len(small) <= len(jpeg) and step <= LARGEST_STEP else (JPEG, jpeg)


def saved(picture, **options) -> bytes:
    """Return a picture as the bytes of a file."""
    file = io.BytesIO()
    picture.save(file, **options)
    return file.getvalue()


def plain_png(png: bytes) -> bytes:
    """Drop the text chunks of a PNG (they name the matplotlib that drew it); the pixels stay untouched."""
    kept, position = [png[:8]], 8
    while position < len(png):
        (length,) = struct.unpack(">I", png[position : position + 4])
        end = position + 12 + length
        if png[position + 4 : position + 8] not in (b"tEXt", b"zTXt", b"iTXt", b"tIME"):
            kept.append(png[position:end])
        position = end
    return b"".join(kept)


def keep_same(outputs, stored) -> None:
    """Put the stored bytes of a picture in place of new ones that show the same, pixel by pixel.

    Pillow's PNG files differ between versions and machines: they bring along different zlibs. With this, a figure
    that did not change is not stored again. Where matplotlib draws other pixels, the picture is a new one.
    """
    for new, old in zip(outputs, stored, strict=False):
        for mime in (PNG, JPEG):
            before, now = (output.get("data", {}).get(mime) for output in (old, new))
            if before and now and before != now and is_stored_form(mime, before) and pixels(before) == pixels(now):
                new.data[mime] = before


def is_stored_form(mime: str, encoded: str) -> bool:
    """Tell whether a picture, in base64, is what would be stored for it."""
    picture = base64.b64decode(encoded)
    return mime == JPEG or smaller(picture) == (PNG, picture)


def pixels(encoded: str):
    """Return the size and the pixels of a picture in base64."""
    from PIL import Image

    with Image.open(io.BytesIO(base64.b64decode(encoded))) as picture:
        return picture.size, picture.convert("RGBA").tobytes()
