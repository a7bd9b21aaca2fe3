"""tools/course/pictures.py: what becomes of a drawn picture, and that it stays as it is from then on."""

import base64
import io

import nbformat
import numpy as np
import pictures
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

import notebooks

PURPLE, ORANGE, RED = (45, 0, 75), (127, 59, 8), (200, 0, 0)


def drawn(array, mode="RGBA", **options):
    """Return an array (H, W, 3) as the PNG that matplotlib would write."""
    return pictures.saved(Image.fromarray(np.asarray(array, dtype=np.uint8)).convert(mode), format="png", **options)


def opened(picture):
    return Image.open(io.BytesIO(picture))


def rgb(picture):
    return np.asarray(opened(picture).convert("RGB")).astype(int)


def diagram():
    """Even areas and thin lines; above them what stands for the edges of letters."""
    picture = np.full((150, 200, 3), 240)
    picture[75:125, 25:100] = 230, 159, 3
    picture[130:140, 150], picture[130:140, 152] = PURPLE, RED
    picture[:40] = np.where(np.random.default_rng(0).random((40, 200, 1)) < 0.5, 0, 240)
    return picture


def colourful_diagram():
    """The same, with 2,700 colours near to that of the ground."""
    picture = diagram()
    picture[40:60] += np.random.default_rng(1).integers(-8, 9, (20, 200, 3))
    return picture


def photo(height=150, width=200):
    """A slope with soft noise: over ten thousand colours."""
    y, x = np.mgrid[:height, :width]
    slope = np.stack([255 * x / width, 255 * y / height, 255 - 200 * x / width], 2)
    return (slope + np.random.default_rng(0).normal(0, 4, slope.shape)).clip(0, 255)


def test_a_diagram_of_few_colours_keeps_every_pixel():
    picture = drawn(diagram(), dpi=(100, 100))
    mime, stored = pictures.smaller(picture)
    assert (mime, opened(stored).mode) == ("image/png", "P")
    assert (rgb(stored) == rgb(picture)).all()
    assert len(stored) < len(picture)
    assert round(opened(stored).info["dpi"][0]) == 100, "its size on paper"


def test_a_diagram_of_many_colours_keeps_its_areas_and_thin_lines():
    picture = drawn(colourful_diagram())
    assert len(opened(picture).getcolors(5000)) > 2500
    mime, stored = pictures.smaller(picture)
    error = np.abs(rgb(stored) - rgb(picture))
    assert mime == "image/png" and error.max() <= 3
    assert not error[60:].any(), "without k-means even areas get a tint; with medians red and purple are one"


@pytest.mark.parametrize("grey", [False, True])
def test_a_photo_becomes_a_jpeg(grey):
    picture = drawn(photo()[..., 1:2].repeat(3, axis=2) if grey else photo(), dpi=(100, 100))
    mime, stored = pictures.smaller(picture)
    assert (mime, opened(stored).format) == ("image/jpeg", "JPEG")
    assert len(stored) < len(picture) / 2
    assert np.abs(rgb(stored) - rgb(picture)).mean() < 4, "the noise itself is 4"
    assert opened(stored).info["dpi"] == (100, 100)


def test_a_slope_gets_no_steps():
    y, x = np.mgrid[:40, :200]
    picture = diagram()
    picture[75:115] = np.stack([x * 1.2, 255 - x, y * 6], 2)
    picture[:40] = 240
    mime, stored = pictures.smaller(drawn(picture))
    few = Image.fromarray(picture.astype(np.uint8)).quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=1)
    assert len(pictures.saved(few, format="png", optimize=True)) < len(stored), "it is not for its size"
    assert mime == "image/jpeg"
    assert np.abs(rgb(stored) - picture)[80:110].max() <= pictures.LARGEST_STEP


def test_a_jpeg_keeps_the_colour_of_thin_lines():
    picture = photo()
    picture[:, 100], picture[:, 101], picture[75] = PURPLE, ORANGE, ORANGE
    mime, stored = pictures.smaller(drawn(picture))
    assert mime == "image/jpeg"
    assert np.abs(rgb(stored) - picture)[:, 100:102].mean() < 6, "with colours at half the resolution it is 31"


def test_noise_is_stored_too():
    noise = np.random.default_rng(0).integers(0, 256, (400, 400, 3))
    mime, stored = pictures.smaller(drawn(noise))
    assert mime == "image/jpeg"
    assert len(stored) > 400 * 400, "over a byte per pixel: Pillow by itself has no room for it"


def transparent():
    picture = Image.fromarray(photo().astype(np.uint8)).convert("RGBA")
    picture.putpixel((0, 0), (0, 0, 0, 254))
    return pictures.saved(picture, format="png")


def animated():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    return pictures.saved(frames[0], format="png", save_all=True, append_images=frames[1:])


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(transparent(), id="transparent"),
        pytest.param(animated(), id="animated"),
        pytest.param(drawn(photo(), "P"), id="palette"),
        pytest.param(pictures.saved(Image.new("I;16", (20, 20), 999), format="png"), id="16 bits"),
    ],
)
def test_what_is_left_alone(picture):
    assert pictures.smaller(picture) == ("image/png", picture)


def output(png, **metadata):
    data = {"image/png": base64.b64encode(png).decode(), "text/plain": "<Figure>"}
    return new_output("display_data", data, metadata={"image/png": metadata} if metadata else {})


def stored(*outputs):
    """Return the outputs in the normal form of a notebook."""
    return notebooks.normalise(new_notebook(cells=[new_code_cell("draw()", outputs=list(outputs))])).cells[0].outputs


@pytest.mark.parametrize(("picture", "mime"), [(diagram(), "image/png"), (photo(), "image/jpeg")])
def test_the_normal_form(picture, mime):
    (once,) = stored(output(drawn(picture), width=400, alt="a figure"))
    assert set(once.data) == {mime, "text/plain"}
    assert once.metadata == {mime: {"width": 400, "alt": "a figure"}}
    assert stored(output(drawn(picture), width=400, alt="a figure")) == [once], "the same pixels, the same bytes"
    before = nbformat.from_dict(once)
    assert stored(once) == [before], "a second time changes nothing"


def test_base64_is_no_text():
    data = {"image/jpeg": "+/tmp/abc+at 0x1234567", "image/svg+xml": "<g id='at 0x1234567'/>"}
    (kept,) = stored(new_output("display_data", data))
    assert kept.data == {"image/jpeg": data["image/jpeg"], "image/svg+xml": "<g id='at 0x...'/>"}


def rerun(tmp_path, monkeypatch, before, now):
    """Store a picture, then run its cell, which draws ``now``; return the base64 stored then."""
    monkeypatch.setattr(notebooks, "execute", lambda nb, folder: nb.cells[0].outputs.append(output(now)))
    nbformat.write(new_notebook(cells=[new_code_cell("draw()", outputs=[output(before)])]), tmp_path / "01.ipynb")
    return base64.b64decode(notebooks.rerun(tmp_path / "01.ipynb").cells[0].outputs[0].data["image/png"])


def test_a_run_keeps_the_stored_bytes_of_the_same_picture(tmp_path, monkeypatch):
    picture = drawn(diagram())
    few = opened(pictures.smaller(picture)[1])
    other_pillow = pictures.saved(few, format="png", compress_level=1)
    assert rerun(tmp_path, monkeypatch, other_pillow, picture) == other_pillow
    changed = diagram()
    changed[0, 0] = 0
    assert rerun(tmp_path, monkeypatch, other_pillow, drawn(changed)) == pictures.smaller(drawn(changed))[1]
    assert rerun(tmp_path, monkeypatch, picture, picture) == pictures.smaller(picture)[1], "not as it was drawn"
