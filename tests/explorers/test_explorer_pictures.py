"""Matrices and pictures in all forms that people have: explorers take them, or refuse them in words."""

import re
from fractions import Fraction

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn
from traitlets import TraitError

from convlab.explorers import ConvExplorer, DigitInspector, KernelPlayground, TransposedConvExplorer
from convlab.pictures import as_picture

X, K = torch.arange(30.0).reshape(5, 6), torch.tensor([[1.0, 0], [2, -1]])
NETWORK = nn.Sequential(nn.Flatten(), nn.Linear(784, 3))
MAKE = {
    "conv": lambda: ConvExplorer(X, K),
    "transposed": lambda: TransposedConvExplorer(X, K),
    "playground": lambda: KernelPlayground(X / 30, K),
    "digit": lambda: DigitInspector(NETWORK),
}


def refuses(explorer, kind, words, name, value):
    """Check that a value is refused in these words, and that the explorer is as it was."""
    before = explorer.get_state()
    with pytest.raises(kind, match=f"{type(explorer).__name__}: {name}.*{words}") as caught:
        setattr(explorer, name, value)
    assert explorer.get_state() == before and isinstance(caught.value, TraitError)


# Matrices.

WHOLE = X.int()
MATRICES = {
    "uint16": WHOLE.to(torch.uint16),
    "uint64": WHOLE.to(torch.uint64),
    "float16": X.half(),
    "bfloat16": X.bfloat16(),
    "needs gradients": X.clone().requires_grad_(),
    "a batch of one": X[None, None],
    "negative strides": X.flip(0, 1).numpy()[::-1, ::-1],
    "read-only": np.broadcast_to(X.numpy(), X.shape),
    "big-endian": WHOLE.numpy().astype(">i4"),
    "long double": X.numpy().astype(np.longdouble),
    "fractions": [[Fraction(int(v)) for v in row] for row in WHOLE],
    "rows": list(X),
    "numbers of torch": [list(row) for row in X],
    "PIL": Image.fromarray(WHOLE.numpy().astype(np.uint8)),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", MATRICES.values(), ids=MATRICES)
def test_matrices_are_taken(value):
    for explorer in (ConvExplorer(value, K), TransposedConvExplorer(value, K)):
        assert torch.equal(explorer.x, X.double())
    assert torch.equal(KernelPlayground(X / 30, value).kernel[0], X.double())


def test_bools_are_numbers_in_a_matrix_and_decimals_stay_exact():
    assert ConvExplorer(X > 3, [[True]]).output.sum() == 26
    assert ConvExplorer([[0.1, 1 / 3]], [[1]]).x.tolist() == [[0.1, 1 / 3]]
    explorer = ConvExplorer(X, K)
    explorer.set_state({"kernel": [[0.1, 0.7]]})  # as the browser sends it
    assert explorer.kernel.tolist() == [[0.1, 0.7]]


NO_MATRICES = [
    ("text", TypeError, "must be .*got str"),
    (b"text", TypeError, "got bytes"),
    (None, TypeError, "got NoneType"),
    ({1: 2}, TypeError, "got dict"),
    ([["1", "2"]], TypeError, "got list"),
    ([[1, None]], TypeError, "got list"),
    (np.array(["2020-01-01"], dtype="M8[D]"), TypeError, "ndarray of datetime64"),
    ([[1, 2], [3]], TypeError, "its rows have different lengths"),
    (K + 1j, TypeError, "it is complex64; take .real, .imag or .abs"),
    ([[1j, 2]], TypeError, "it is complex128"),
    ([[Fraction(1, 3), 2j]], TypeError, "it is complex128"),
    (K.to_sparse(), TypeError, "ordinary .dense. tensor.*to_dense"),
    (torch.empty(2, 2, device="meta"), TypeError, "ordinary .dense. tensor"),
    ([[K.to_sparse()]], TypeError, "but can't convert Sparse .* to numpy"),
    (torch.full((2, 2), torch.inf), ValueError, "infinite or nan"),
    ([], ValueError, r"\(0,\)"),
    (np.zeros((0, 3)), ValueError, r"\(0, 3\)"),
    (torch.zeros(2, 2, 2, 2), ValueError, r"\(2, 2, 2, 2\)"),
    (Image.new("RGBA", (2, 2)), ValueError, r"transparent in places; image.convert\('RGB'\)"),
    (Image.new("CMYK", (2, 2)), TypeError, r"image.convert\('RGB'\)"),
]


@pytest.mark.parametrize(("value", "error", "words"), NO_MATRICES, ids=[words for *_, words in NO_MATRICES])
def test_what_is_no_matrix_is_refused(value, error, words):
    for of in ("conv.x", "conv.kernel", "transposed.x", "transposed.kernel", "playground.kernel"):
        kind, name = of.split(".")
        refuses(MAKE[kind](), error, words, name, value)


# Pictures.

GRAY = np.arange(784, dtype=np.uint8).reshape(28, 28)
COLOUR = np.stack([GRAY, 255 - GRAY, GRAY.T])
PIL, FLOAT, TENSOR = Image.fromarray(GRAY), GRAY / 255, torch.from_numpy(GRAY)
RGB = Image.fromarray(np.ascontiguousarray(COLOUR.transpose(1, 2, 0)))
WHOLES = (torch.uint8, torch.int16, torch.uint16, torch.uint32, torch.int64, torch.uint64)
PICTURES = {
    **{str(kind): TENSOR.to(kind) for kind in WHOLES},
    **{str(kind): torch.from_numpy(FLOAT).to(kind) for kind in (torch.float32, torch.float64)},
    **{f"numpy {kind}": GRAY.astype(kind) for kind in ("uint8", ">u2", "int32")},
    "long double": FLOAT.astype(np.longdouble),
    "(1, H, W)": GRAY[None],
    "(1, 1, H, W)": TENSOR[None, None],
    "lists": GRAY.tolist(),
    "lists of floats": FLOAT.tolist(),
    "needs gradients": torch.from_numpy(FLOAT).requires_grad_(),
    "read-only": np.broadcast_to(GRAY, (28, 28)),
    "negative strides": np.ascontiguousarray(GRAY[::-1, ::-1])[::-1, ::-1],
    "PIL L": PIL,
    "PIL LA": PIL.convert("LA"),
    "PIL I": PIL.convert("I"),
    "PIL I;16": Image.fromarray(GRAY.astype(np.uint16)),
    "PIL F": Image.fromarray(FLOAT.astype(np.float32)),
}
COLOURED = {
    "(3, H, W)": COLOUR,
    "(1, 3, H, W)": torch.from_numpy(COLOUR)[None],
    "PIL RGB": RGB,
    "PIL RGBA": RGB.convert("RGBA"),
    "PIL RGBX": RGB.convert("RGBX"),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", PICTURES.values(), ids=PICTURES)
def test_gray_pictures_are_taken(value):
    assert torch.equal(KernelPlayground(value).image, TENSOR[None])
    assert DigitInspector(NETWORK, value).image == GRAY.tolist()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", COLOURED.values(), ids=COLOURED)
def test_coloured_pictures_are_taken(value):
    assert torch.equal(KernelPlayground(value).image, torch.from_numpy(COLOUR))
    words = r"must be of shape \(28, 28\).*got \(3, 28, 28\); grey is .mean"
    refuses(MAKE["digit"](), ValueError, words, "image", value)


def test_pictures_of_two_shades_and_of_few_bits():
    black = GRAY > 100
    for value in (black, torch.from_numpy(black), black.tolist(), Image.fromarray(black)):
        assert torch.equal(as_picture("", value)[0], 255 * torch.from_numpy(black).to(torch.uint8))
    for kind in (torch.float16, torch.bfloat16):
        error = as_picture("", torch.from_numpy(FLOAT).to(kind))[0].int() - TENSOR
        assert error.abs().max() <= 1
    palette = RGB.quantize(4)
    assert torch.equal(as_picture("", palette), as_picture("", palette.convert("RGB")))


NO_PICTURES = [
    (torch.rand(5, 6, 3), ValueError, r"got shape \(5, 6, 3\), float32. .*channels first: image.permute\(2, 0, 1\)"),
    (np.zeros((5, 6, 3)), ValueError, r"float64. .*image.transpose\(2, 0, 1\)"),
    (np.zeros((5, 6, 3)).tolist(), ValueError, r"torch.tensor\(image\).permute\(2, 0, 1\)"),
    (np.zeros((5, 6, 4)), ValueError, r"image\[..., :3\].transpose\(2, 0, 1\)"),
    (torch.zeros(5, 6, 1), ValueError, r"image\[..., 0\]"),
    (torch.zeros(4, 5, 6), ValueError, r"image\[:3\]"),
    (torch.zeros(2, 5, 6), ValueError, r"image\[0\]"),
    (torch.zeros(5, 1, 28, 28), ValueError, r"One image of the batch is image\[0\]"),
    (torch.zeros(1, 1, 1, 5, 6), ValueError, r"got shape \(1, 1, 1, 5, 6\), float32$"),
    (torch.zeros(7), ValueError, r"got shape \(7,\), float32$"),
    (torch.tensor(0.5), ValueError, r"got shape \(\), float32$"),
    (torch.zeros(5, 6, 2), ValueError, r"got shape \(5, 6, 2\), float32$"),
    (np.zeros((0, 3)), ValueError, "It has no pixels"),
    (torch.full((28, 28), torch.nan), ValueError, r"float image must be in \[0, 1\]; got nan to nan, float32$"),
    (torch.full((28, 28), torch.inf), ValueError, "got inf to inf, float32$"),
    (torch.full((28, 28), 255.0), ValueError, "float32; image / 255 is"),
    (torch.full((28, 28), -0.4), ValueError, "got -0.40 to -0.40, float32$"),
    (torch.full((28, 28), 255.5), ValueError, "got 255.50 to 255.50, float32$"),
    (torch.full((28, 28), 65536), ValueError, "got 65536 to 65536, int64$"),
    (torch.full((28, 28), 65535), ValueError, "int64; if 65535 is white, give image / 65535$"),
    (torch.full((28, 28), 40000, dtype=torch.uint16), ValueError, "got 40000 to 40000, uint16.*image / 65535"),
    (Image.fromarray(np.full((28, 28), 40000, dtype=np.uint16)), ValueError, r"np.asarray\(image\) / 65535"),
    (torch.full((28, 28), -3), ValueError, "got -3 to -3, int64$"),
    (torch.zeros(28, 28, dtype=torch.complex64), TypeError, "it is complex64"),
    (torch.eye(28).to_sparse(), TypeError, "to_dense"),
    ("photo.png", TypeError, "got 'photo.png'; a file is opened with PIL.Image.open"),
    (b"GIF", TypeError, "PIL.Image.open"),
    ([["a"]], TypeError, "got list"),
    ([[1, 2], [3]], TypeError, "different lengths"),
    (7j, TypeError, "it is complex128"),
    *((Image.new(m, (28, 28)), ValueError, rf"'{m}'.*in places; image.convert\('") for m in ("LA", "PA", "RGBA")),
    *((Image.new(m, (28, 28)), TypeError, rf"'{m}'.*image.convert\('RGB'\)") for m in ("CMYK", "YCbCr", "HSV", "LAB")),
]


@pytest.mark.parametrize(("value", "error", "words"), NO_PICTURES, ids=[words for *_, words in NO_PICTURES])
def test_other_pictures_are_refused_in_words(value, error, words):
    for kind in ("playground", "digit"):
        refuses(MAKE[kind](), error, words, "image", value)


def test_large_pictures():
    words = (
        "700 x 300 pixels; at most 320 a side are redrawn at once. Make it smaller, for example image[..., ::3, ::3]"
    )
    with pytest.raises(ValueError, match=re.escape(words)):
        KernelPlayground(torch.zeros(700, 300))
    with pytest.raises(ValueError, match=re.escape("image.resize((250, 125))")):
        KernelPlayground(Image.new("L", (1000, 500)))
