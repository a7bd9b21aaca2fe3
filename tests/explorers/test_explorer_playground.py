"""KernelPlayground without a browser: results, ranks, padding modes, and bad input."""

import re

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from convlab import kernels
from convlab.explorers import KernelPlayground
from convlab.explorers.playground.widget import MODES

sizes = st.tuples(st.integers(1, 6), st.integers(1, 6))


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@given(sizes, st.tuples(st.integers(1, 5), st.integers(1, 5)), st.sampled_from(MODES), st.sampled_from([1, 3]))
def test_the_result_is_the_layers_or_the_settings_are_refused(size, kernel_size, mode, channels):
    image = torch.randint(0, 256, (channels, *size), dtype=torch.uint8)
    kernel = torch.randn(channels, *kernel_size, dtype=torch.float64)
    padding = {"padding": "valid"} if mode == "valid" else {"padding": "same", "padding_mode": mode}
    layer = nn.Conv2d(channels, 1, kernel_size, bias=False, dtype=torch.float64, **padding)
    layer.weight.data = kernel[None]
    try:
        expected = layer(image[None].double() / 255)[0, 0].detach()
    except RuntimeError:
        with pytest.raises(ValueError, match=r"KernelPlayground: padding_mode|conv2d: "):
            KernelPlayground(image, kernel, padding_mode=mode)
        return
    playground = KernelPlayground(image, kernel, padding_mode=mode)
    torch.testing.assert_close(playground.output, expected)


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 4))
def test_the_rank_is_the_number_of_products_that_were_added(rows, columns, count):
    generator = torch.Generator().manual_seed(rows * 100 + columns * 10 + count)
    draw = {"generator": generator, "dtype": torch.float64}
    kernel = sum((torch.randn(rows, 1, **draw) * torch.randn(1, columns, **draw) for _ in range(count)),
                 torch.zeros(rows, columns, dtype=torch.float64))  # fmt: skip
    assert KernelPlayground(torch.zeros(9, 9), kernel).rank == min(count, rows, columns)


def test_colour():
    image = torch.rand(3, 5, 7)
    each = KernelPlayground(image, [[0, 0, 0], [0, 1, 0], [0, 0, 0]])
    torch.testing.assert_close(each.output, each.image.double().mean(0) / 255)  # a third of each channel
    assert each.rank == (1, 1, 1) and "3x5x7" in repr(each)
    assert tuple(KernelPlayground(kernel=torch.ones(3, 2, 2)).image.shape) == (3, 70, 60)
    with pytest.raises(ValueError, match="conv2d: the input has 3 channels"):
        each.kernel = kernels.box()


def test_images_of_all_kinds():
    image = torch.randint(0, 256, (4, 5), dtype=torch.uint8)
    for given_image in (image, image.double() / 255, image.numpy(), image.tolist(), image[None], image.float() / 255):
        assert torch.equal(KernelPlayground(given_image).image, image[None])


def test_what_the_browser_sends_is_taken():
    playground = KernelPlayground(position=(100, 90))
    data = memoryview(bytes(range(12)))
    playground.set_state({"image": {"shape": [1, 3, 4], "data": data}, "position": [1, 2], "kernel": [[[0.5]]]})
    assert torch.equal(playground.image[0], torch.arange(12, dtype=torch.uint8).reshape(3, 4))
    assert playground.position == (1, 2)
    torch.testing.assert_close(playground.output, playground.image[0].double() / 510)


def test_what_is_wrong_raises_and_changes_nothing():
    playground = KernelPlayground(torch.rand(5, 6), kernels.box(3))
    for name, value, kind, words in [
        ("image", torch.rand(2, 5, 5), ValueError, "image must be (H, W), or (3, H, W)"),
        ("image", torch.rand(5), ValueError, "got shape (5,), float32"),
        ("image", torch.rand(500, 5), ValueError, "at most 320 a side"),
        ("image", torch.rand(5, 5) * 2, ValueError, "must be in [0, 1]"),
        ("image", torch.tensor([[300]]), ValueError, "from 0 to 255"),
        ("image", torch.rand(3, 5, 5), ValueError, "channels"),
        ("image", "photo.png", TypeError, "got 'photo.png'; a file is opened with PIL"),
        ("kernel", torch.ones(16, 1), ValueError, "at most 15"),
        ("kernel", torch.ones(2, 2, 2), ValueError, "channel"),
        ("kernel", [[float("inf")]], ValueError, "infinite or nan"),
        ("kernel", "sobel", TypeError, "kernel must be numbers"),
        ("padding_mode", "mirror", ValueError, "padding_mode is 'mirror'; it must be one of 'zeros', 'reflect'"),
        ("position", (5, 0), ValueError, "position is (5, 0), but the output is (5, 6)"),
    ]:
        with pytest.raises(kind, match=re.escape(words)):
            setattr(playground, name, value)
        assert repr(playground) == "KernelPlayground(image 5x6, kernel 3x3, padding zeros: result 5x6)"
    for arguments, words in [(("me.png",), "a file is opened with PIL"), ((None, "sobel"), "kernel must be numbers")]:
        with pytest.raises(TypeError, match=words):
            KernelPlayground(*arguments)
    with pytest.raises(ValueError, match=re.escape("padding_mode='reflect' needs padding < input along the height")):
        KernelPlayground(torch.rand(2, 9), torch.ones(5, 5), padding_mode="reflect")


def test_the_examples_are_those_of_the_course():
    for name, values in KernelPlayground().presets.items():
        assert torch.tensor(values).sum() == pytest.approx(
            1 if name in {"identity", "box", "gaussian", "sharpen", "emboss"} else 0, abs=1e-6
        )
        assert hasattr(kernels, name)
