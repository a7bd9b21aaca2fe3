"""Make the bundled photo, ``convlab/data/photo/grace_hopper.png``, from the portrait in matplotlib's sample data.

    python tools/assets/make_photo.py

512 x 600 pixels become 256 x 300: each new pixel is the mean of a 2 x 2 block. The result is a PNG because JPEG
decoders differ by one level from machine to machine, and notebooks whose outputs are compared need equal pixels.
For the same reason another JPEG decoder may give another picture by one level here: the committed file is the photo.
"""

import hashlib
from pathlib import Path

import numpy as np
from PIL import Image

SOURCE_SHA256 = "a8ca6d734765703b09728ab47fe59f473d93ae3967fc24c7c0288c3c7adb7130"
OUT = Path(__file__).parents[2] / "convlab" / "data" / "photo" / "grace_hopper.png"


def find_source():
    """The file in matplotlib's sample data; stops if it is not the one this was written for."""
    from matplotlib.cbook import get_sample_data

    path = Path(get_sample_data("grace_hopper.jpg", asfileobj=False))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != SOURCE_SHA256:
        raise SystemExit(f"{path} has changed: its sha256 is {digest}, not {SOURCE_SHA256}")
    return path


def halve(pixels):
    """The mean of each 2 x 2 block, (2H, 2W, C) uint8 to (H, W, C) uint8, halves rounded up."""
    height, width, channels = pixels.shape
    blocks = pixels.astype(np.uint16).reshape(height // 2, 2, width // 2, 2, channels)
    return ((blocks.sum(axis=(1, 3)) + 2) // 4).astype(np.uint8)


def make(source, out):
    """Write the PNG and print the sha256 of its pixels (row by row, RGB) and of the file."""
    pixels = halve(np.asarray(Image.open(source).convert("RGB")))
    out.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(out, optimize=True)
    print(f"{pixels.shape[1]} x {pixels.shape[0]}")
    print(f"  {hashlib.sha256(pixels.tobytes()).hexdigest()}  pixels")
    print(f"  {hashlib.sha256(out.read_bytes()).hexdigest()}  {out.name}")


if __name__ == "__main__":
    make(find_source(), OUT)
