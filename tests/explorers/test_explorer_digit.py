"""DigitInspector without a browser: preprocessing, the look into the network, exact sums, and bad input."""

import json
import re

import pytest
import torch
import torch.nn.functional as F
from drawn import settings  # tests/support
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from convlab.data import load_digits
from convlab.explorers import DigitInspector
from convlab.explorers.digit.preprocess import BOARD, centre_of_mass, preprocess, rasterise, shares
from convlab.explorers.digit.watch import explain, run
from convlab.training import FastNet, evaluate, fit_fast, pixels
from notebooks import without_script  # tools/course/notebooks.py

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
    scores, steps, _ = run(odd, torch.randn(1, 1, 28, 28))
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
        expected = trained(pixels.prepare("test", trained, image[None], torch.device("cpu"), pixels.MNIST))[0]
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
    inspector = DigitInspector(trained, unit=[2, 15, 4, 4])
    assert inspector.explanation["unit"] == [2, 15, 4, 4] and inspector.result == {}
    inspector.unit = [0, 0, 1, 2]
    assert inspector.explanation["unit"] == [0, 0, 1, 2]
    for unit in ([0, 8, 0, 0], [99, 0, 0, 0], [0, 0, -1, 0], [0, 0, 0], [0, 0, 0, 0.5]):
        with pytest.raises(ValueError, match=r"unit is .*needs \[step, channel, row, column\]"):
            inspector.unit = unit
        assert inspector.unit == [0, 0, 1, 2]


def test_what_the_browser_gets_fits_together(odd):
    inspector = DigitInspector(odd, unit=[2, 3, 4, 4])
    inspector.unit = [1, 5, 2, 3]
    assert inspector.result["explanation"]["unit"] == [1, 5, 2, 3]
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


# When there is no answer.


class Spoilt(nn.Module):
    """A network in which one number of a map, and one of the scores, can be replaced."""

    def __init__(self, kind=torch.float32):
        super().__init__()
        self.conv, self.fc, self.in_map, self.in_scores = nn.Conv2d(1, 2, 5), nn.Linear(1152, 3), None, None
        self.to(kind)

    def forward(self, x):
        x = self.conv(x)
        if self.in_map is not None:
            x = torch.where(x == x[0, 1, 2, 3], self.in_map, x)
        scores = self.fc(torch.nan_to_num(x, 0, 0, 0).flatten(1))
        if self.in_scores is not None:
            scores = torch.where(torch.arange(3) == 1, self.in_scores, scores)
        return scores


def stored(inspector):
    """Return the state as a page gets it."""
    return json.loads(json.dumps(inspector._plain_state(), allow_nan=False))


KINDS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
ODD_NUMBERS = st.sampled_from([None, 0.5, torch.nan, torch.inf, -torch.inf])


@settings(max_examples=25)
@given(st.sampled_from(KINDS), ODD_NUMBERS, ODD_NUMBERS)
def test_odd_numbers_anywhere_leave_an_answer_or_a_reason(kind, in_map, in_scores):
    model = Spoilt(kind)
    inspector = DigitInspector(model)
    good = stored(inspector)
    model.in_map, model.in_scores = in_map, in_scores
    inspector.look()
    state = stored(inspector)
    assert state["strokes"] == good["strokes"] and inspector.result == state["result"]
    if in_scores is not None and not in_scores < torch.inf:  # minus infinity only says: never
        assert set(state["result"]) == {"error"} and inspector.steps == []
        assert re.match("the scores hold (nan|inf): .*training diverged", state["result"]["error"])
        assert state["result"]["error"] in repr(inspector)
        for name in ("probabilities", "explanation"):
            with pytest.raises(RuntimeError, match="DigitInspector: there is no answer: the scores hold"):
                getattr(inspector, name)
        inspector.unit = [1, 2, 3, 4]  # nobody knows yet which there are
        inspector.strokes = SIDEWAYS
        assert set(inspector.result) == {"error"}
    else:
        assert set(state["result"]) == {"probabilities", "steps", "explanation"}
        assert sum(state["result"]["probabilities"]) == pytest.approx(1, abs=1e-6)
        assert all(0 < step["scale"] < 1e30 for step in state["result"]["steps"])
        inspector.unit = [0 if in_map is None else 1, 1, 2, 3]
        assert stored(inspector)["result"]["explanation"]["unit"] == inspector.unit
    model.in_map = model.in_scores = None
    inspector.set_trait("strokes", good["strokes"])
    inspector.unit = good["unit"]
    inspector.look()
    assert stored(inspector) == good


def test_maps_that_are_not_finite_keep_their_finite_numbers():
    model = Spoilt()
    model.in_map = torch.inf
    inspector = DigitInspector(model, unit=[1, 1, 2, 3])
    numbers = 2 * 24 * 24
    places = torch.frombuffer(bytearray(inspector.maps), dtype=torch.uint8)[numbers : 2 * numbers].reshape(2, 24, 24)
    assert places[1, 2, 3] == 255 and inspector.result["explanation"]["value"] is None
    real, scale = inspector.steps[1].output, inspector.result["steps"][1]["scale"]
    finite = real.isfinite()
    assert scale == pytest.approx(real[finite].abs().max().item())
    assert ((places[finite].double() - 128) / 127 * scale - real[finite]).abs().max() <= scale / 127
    inspector.figure().draw_without_rendering()
    assert "NaN" not in without_script(inspector.to_html())


@pytest.mark.parametrize(("kernels", "drawn"), [(4, 4), (10, 10), (12, 10)])
def test_the_picture_shows_all_maps_of_a_step_up_to_ten(kernels, drawn):
    model = nn.Sequential(nn.Conv2d(1, kernels, 5), nn.Flatten(), nn.Linear(kernels * 24 * 24, 10))
    assert len(DigitInspector(model).figure().axes) == 3 + drawn


def test_the_reason_names_what_is_not_finite():
    model = FastNet()
    with torch.no_grad():
        model[2].weight[3] = torch.nan
    inspector = DigitInspector(model)
    assert inspector.result == {
        "error": "the scores hold nan: 2.weight is not finite either. Has training diverged? Lower the learning rate, "
        "train again"
    }
    (reason,) = [text.get_text() for axes in inspector.figure().axes for text in axes.texts]
    assert reason.replace("\n", " ") == f"no answer: {inspector.result['error']}"
    assert inspector.result["error"] in inspector.to_html()
    model = Spoilt()
    model.in_scores = torch.inf
    error = DigitInspector(model).result["error"]
    assert error.startswith("the scores hold inf: the first that is not finite is in where.")


def test_a_model_that_breaks_later_is_told_and_comes_back():
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    inspector = DigitInspector(model)
    good, before = model[1], stored(inspector)
    first, second = nn.Identity(), nn.Sequential(nn.Linear(784, 10), nn.Softmax(0))
    second.forward = lambda x: (second[0](x), x)
    for part, words in [
        (nn.Linear(5, 10), "RuntimeError: .*mat1 and mat2.*"),
        (first, "the model now has 784 scores, but there are 10 labels"),
        (second, "the model must return one row of real scores, .*; it returned tuple"),
        (nn.Unflatten(1, (28, 28)), r"the model must return one row.*; it returned torch.float32 \(1, 28, 28\)"),
        (None, "TypeError: .*"),
    ]:
        model[1] = part
        inspector.strokes = [*inspector.strokes, *SIDEWAYS]
        assert set(inspector.result) == {"error"} and re.fullmatch(words, inspector.result["error"])
        assert stored(inspector)["result"] == inspector.result and inspector.scores is None
    model[1] = good
    inspector.strokes = before["strokes"]
    assert stored(inspector) == before


def test_another_model_may_be_looked_at():
    inspector = DigitInspector(nn.Sequential(nn.Flatten(), nn.Linear(784, 10)), unit=[0, 7, 0, 0])
    inspector.model = FastNet()
    inspector.look()
    assert len(inspector.steps) > 5 and inspector.unit == [0, 7, 0, 0]
    inspector.model = "FastNet"
    inspector.look()
    assert inspector.result["error"] == "TypeError: DigitInspector: the model must be an nn.Module, got str"


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_networks_of_all_types_are_asked_in_their_own(kind):
    inspector = DigitInspector(FastNet().to(kind))
    assert inspector.scores.dtype == kind and inspector.probabilities.dtype == torch.float64
    assert inspector.probabilities.sum() == pytest.approx(1)


def test_scores_of_other_forms():
    class Returns(nn.Module):
        def __init__(self, returned):
            super().__init__()
            self.returned = returned

        def forward(self, x):
            return self.returned

    for returned, words in [
        ((torch.zeros(1, 3), 1), "must return one row of scores.* returned tuple"),
        (torch.zeros(3), r"must return one row of scores.* returned \(3,\)"),
        (torch.zeros(1, 3) * 1j, r"one row of real scores.* returned torch.complex64 \(1, 3\)"),
        (torch.zeros(1, 0), "0 scores"),
        (None, "returned NoneType"),
    ]:
        with pytest.raises(ValueError, match=words):
            DigitInspector(Returns(returned))
    inspector = DigitInspector(Returns(torch.tensor([[1, 5, 2]])), labels=["$a", "b$", "$a"])
    assert inspector.probabilities.argmax() == 1 and inspector.result["steps"] == [] and stored(inspector)
