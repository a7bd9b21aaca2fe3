"""DigitInspector without a browser: preprocessing, the look into the network, exact sums, and bad input."""

import re

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from convlab.data import load_digits
from convlab.explorers import DigitInspector
from convlab.explorers._digit import BOARD, centre_of_mass, preprocess, rasterise, shares
from convlab.explorers._watch import explain, run
from convlab.training import FastNet, checks, evaluate, fit_fast

SIDEWAYS = [[(0.3, 0.2), (0.6, 0.7)], [(0.1, 0.5)]]


class Odd(nn.Module):
    """Everything that the sums are told for, in unusual forms: functions, groups, dilation, in-place."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, (3, 5), stride=(1, 2), padding=(2, 1))
        self.conv2 = nn.Conv2d(6, 4, 3, groups=2, dilation=2, padding="same", bias=False)
        self.conv3 = nn.Conv2d(4, 4, (2, 4), padding="same")
        self.norm = nn.BatchNorm2d(4, affine=False)
        self.pool = nn.MaxPool2d(3, stride=2, padding=1)
        self.fc = nn.Linear(4 * 8 * 4, 7)
        with torch.no_grad():
            self.norm.running_mean.normal_()
            self.norm.running_var.uniform_(0.5, 2)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x), inplace=True))
        x = self.norm(self.conv3(self.conv2(x))).tanh()
        x = F.avg_pool2d(x, (2, 3), stride=(2, 2), padding=(1, 1), count_include_pad=False)
        return self.fc(F.dropout(x, training=self.training).flatten(1)).sigmoid() + 0


@pytest.fixture(scope="module")
def odd():
    torch.manual_seed(3)
    return Odd()


@pytest.fixture(scope="module")
def trained():
    model, _ = fit_fast(load_digits("train", source="bundled"), epochs=3, device="cpu", seed=0, progress=False)
    return model


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning")
@given(st.data())
def test_every_told_sum_is_the_networks_number(odd, data):
    torch.manual_seed(data.draw(st.integers(0, 99)))
    scores, steps = run(odd, torch.randn(1, 1, 28, 28))
    torch.testing.assert_close(steps[-1].output.flatten(), scores)
    step = data.draw(st.sampled_from(steps))
    unit = tuple(data.draw(st.integers(0, n - 1)) for n in step.output.shape)
    told = explain(step, unit)
    assert told["value"] == step.output[unit]
    if "total" in told:
        assert told["total"] == pytest.approx(told["value"], abs=2e-5)
    if told["parts"] and told["parts"][0]["weights"]:
        sums = [
            sum(v * w for vs, ws in zip(p["values"], p["weights"], strict=True) for v, w in zip(vs, ws, strict=True))
            for p in told["parts"]
        ]
        assert sum(sums) + (told["bias"] or 0) == pytest.approx(told["total"], abs=1e-9)
    kinds = {s.operation: "total" in explain(s, (0, 0, 0)) for s in steps}
    assert kinds == {"conv2d": True, "relu": False, "max_pool2d": True, "batch_norm": True, "tanh": False,
                     "avg_pool2d": True, "linear": True, "sigmoid": False, "add": False}  # fmt: skip


def test_looking_changes_nothing(odd):
    before = {name: value.clone() for name, value in odd.state_dict().items()}
    odd.train()
    odd.conv2.eval()
    hooks = sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in odd.modules())
    inspector = DigitInspector(odd)
    inspector.strokes = SIDEWAYS
    assert odd.training and odd.conv1.training and not odd.conv2.training
    assert all(torch.equal(value, before[name]) for name, value in odd.state_dict().items())
    assert sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in odd.modules()) == hooks == 0


def test_it_asks_the_live_model():
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 3))
    inspector = DigitInspector(model, labels=["a", "<b>", "c"])
    before = inspector.probabilities
    with torch.no_grad():
        model[1].bias += torch.tensor([0.0, 50.0, 0.0])
    assert torch.equal(inspector.probabilities, before)
    inspector.strokes = SIDEWAYS
    assert inspector.probabilities.argmax() == 1 and "<b>" in repr(inspector)
    assert "<b>" not in inspector.to_html()


def test_the_answer_is_the_models(trained):
    digits = load_digits("test", source="bundled")
    inspector = DigitInspector(trained)
    trained.eval()
    right = 0
    for image, label in zip(digits.images[:40], digits.labels[:40], strict=True):
        inspector.image = image
        assert torch.equal(inspector.input, image[0])
        expected = trained(checks.prepare(image[None], torch.device("cpu"), None))[0]
        torch.testing.assert_close(inspector.scores, expected)
        torch.testing.assert_close(inspector.probabilities, expected.double().softmax(0))
        right += int(inspector.probabilities.argmax() == label)
    assert right >= 35


def test_redrawn_digits_are_still_read(trained):
    """Digits scaled to the whole board, moved and stretched come back to where MNIST has them."""
    digits = load_digits("test", source="bundled")
    big = F.interpolate(digits.images[:200].double() / 255, scale_factor=3, mode="nearest")
    board = F.pad(big, (20, BOARD - 84 - 20, 5, BOARD - 84 - 5))
    again = torch.stack([preprocess(image[0], blur=False) for image in board])[:, None]
    plain = torch.stack([preprocess(image[0], False, False, False) for image in board])[:, None]

    class Set:
        images, labels = again, digits.labels[:200]

    assert evaluate(trained, Set) > 0.9
    Set.images = plain
    assert evaluate(trained, Set) < 0.8  # not centred, not scaled: the steps are worth having


def test_a_drawing_becomes_what_mnist_looks_like():
    image = preprocess(rasterise(SIDEWAYS), blur=False)
    rows, columns = image.amax(1).nonzero().flatten(), image.amax(0).nonzero().flatten()
    assert max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1 == 20
    assert all(abs(c - 13.5) <= 0.5 for c in centre_of_mass(image.double()))
    assert image.max() == 255 and image.dtype == torch.uint8
    blurred = preprocess(rasterise(SIDEWAYS))
    assert abs(int(blurred.sum()) - int(image.sum())) < 300 and blurred.max() <= 255
    assert torch.equal(preprocess(torch.zeros(BOARD, BOARD)), torch.zeros(28, 28, dtype=torch.uint8))


@given(st.integers(1, 40), st.integers(1, 40))
def test_shares_average(size, out_size):
    matrix = shares(size, out_size)
    torch.testing.assert_close(matrix.sum(1), torch.ones(out_size, dtype=torch.float64))
    if size % out_size == 0:
        x = torch.randn(1, size, dtype=torch.float64)
        torch.testing.assert_close(matrix @ x[0], F.avg_pool1d(x, size // out_size)[0])


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_the_pen_covers_what_is_nearer_than_its_radius(ends):
    x0, y0, x1, y1 = ends
    board = rasterise([[(x0, y0), (x1, y1)]])
    i, j = int(min(y0 * BOARD, BOARD - 1)), int(min(x0 * BOARD, BOARD - 1))
    assert board[i, j] == 1 and board.min() >= 0 and board.max() == 1
    assert (
        torch.equal(board, rasterise([[(x1, y1), (x0, y0)]]))
        or (board - rasterise([[(x1, y1), (x0, y0)]])).abs().max() < 1e-9
    )


def test_drawing_drops_the_image_and_back(trained):
    image = load_digits("test", source="bundled").images[3]
    inspector = DigitInspector(trained, image)
    assert torch.equal(inspector.input, image[0]) and "an image" in repr(inspector)
    inspector.strokes = SIDEWAYS
    assert inspector.image is None and "2 strokes" in repr(inspector)
    inspector.image = image[0].double() / 255
    assert torch.equal(inspector.input, image[0])


def test_units(trained):
    inspector = DigitInspector(trained, unit=[2, 15, 9, 9])
    assert inspector.explanation["unit"] == [2, 15, 9, 9] == inspector.result["explanation"]["unit"]
    inspector.unit = [0, 0, 1, 2]
    assert inspector.result["explanation"]["unit"] == [0, 0, 1, 2]
    for unit in ([0, 8, 0, 0], [99, 0, 0, 0], [0, 0, -1, 0], [0, 0, 0], [0, 0, 0, 0.5]):
        with pytest.raises(ValueError, match=r"unit is .*needs \[step, channel, row, column\]"):
            inspector.unit = unit
        assert inspector.unit == [0, 0, 1, 2]


def test_what_the_browser_gets_fits_together(trained):
    inspector = DigitInspector(trained)
    steps = inspector.result["steps"]
    assert sum(s["shown"] * s["shape"][1] * s["shape"][2] for s in steps) == len(inspector.maps)
    start = 0
    for step, row in zip(inspector.steps, steps, strict=True):
        count = row["shown"] * row["shape"][1] * row["shape"][2]
        found = torch.tensor(list(inspector.maps[start : start + count]), dtype=torch.float64)
        found = (found - 128) / 127 * row["scale"]
        real = step.output[: row["shown"]].flatten().double()
        assert (found - real).abs().max() <= row["scale"] / 127
        start += count


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        ((nn.Linear,), TypeError, "make one of it"),
        (("model",), TypeError, "must be an nn.Module"),
        ((nn.Linear(3, 2),), ValueError, "cannot take a drawing's images of shape (1, 1, 28, 28)"),
        ((nn.Conv2d(1, 1, 3),), ValueError, "must return one row of scores"),
        (
            (FastNet(), torch.zeros(3, 28, 28)),
            ValueError,
            "of shape (28, 28) or (1, 28, 28), got (3, 28, 28); grey",
        ),
        ((FastNet(), torch.full((28, 28), 2.5)), ValueError, "a float image must be in [0, 1]"),
        ((FastNet(), torch.full((28, 28), 300)), ValueError, "values from 0 to 255"),
        ((FastNet(), "seven"), TypeError, "got 'seven'; a file is opened with PIL"),
    ],
)
def test_bad_input(arguments, kind, words):
    with pytest.raises(kind, match=re.escape(words)):
        DigitInspector(*arguments)


def test_bad_strokes_and_labels():
    inspector = DigitInspector(FastNet())
    for strokes, kind in [([[(0.5, 1.5)]], ValueError), ([[0.5, 0.5]], TypeError), ("text", TypeError), (5, TypeError),
                          ([[(float("nan"), 0)]], ValueError)]:  # fmt: skip
        with pytest.raises(kind, match="DigitInspector: "):
            inspector.strokes = strokes
    with pytest.raises(ValueError, match="10 scores, but there are 2 labels"):
        DigitInspector(FastNet(), labels=["a", "b"])
    inspector.strokes = []
    assert inspector.input.sum() == 0


def test_a_model_that_breaks_later_is_told_and_comes_back():
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    inspector = DigitInspector(model)
    good, model[1] = model[1], nn.Linear(5, 10)
    inspector.strokes = SIDEWAYS
    assert "RuntimeError" in inspector.result["error"]
    model[1] = good
    inspector.strokes = SIDEWAYS[:1]
    assert "error" not in inspector.result
