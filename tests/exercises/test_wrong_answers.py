"""Answers that were once accepted, or refused without the reason: each contradicts its prompt, and is told so."""

from functools import partial

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

import convlab.functional as C
from convlab.exercises import check, names
from convlab.exercises.engine import shrink
from convlab.exercises.engine.draw import draw_cases
from convlab.exercises.engine.exercise import find
from convlab.exercises.engine.trial import attempt

TRIED = [exercise for exercise in map(partial(find, "tests"), names()) if exercise.cases is not None]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The smallest counterexample is no matter here."""
    monkeypatch.setattr(shrink, "MOST_TRIES", 0)


class Layer(nn.Module):
    """A right answer to 03-layer."""

    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, *kernel_size))
        nn.init.kaiming_uniform_(self.weight, a=5**0.5)
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, self.stride, self.padding)


def layer(forward):
    return type("Conv", (Layer,), {"forward": forward})


def begun(start):
    """A layer whose weight begins in another way."""

    class Conv(Layer):
        def __init__(self, *settings):
            super().__init__(*settings)
            self.weight = nn.Parameter(start(self.weight.detach()))

    return Conv


class Fixed(Layer):
    def __init__(self, *settings):
        super().__init__(*settings)
        self.weight.requires_grad = False


class InAGlobal(Layer):
    settings = ()

    def __init__(self, *settings):
        super().__init__(*settings)
        InAGlobal.settings = settings[3:]

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, *InAGlobal.settings)


MADE = {}


class OneWeight(Layer):
    def __init__(self, *settings):
        super().__init__(*settings)
        self.weight = MADE.setdefault(tuple(self.weight.shape), self.weight)


@torch.no_grad()
def without_grad(self, x):
    return Layer.forward(self, x)


def data(self, x):
    return F.conv2d(x, self.weight.data, self.bias, self.stride, self.padding)


def made_anew(self, x):
    weight = torch.tensor(self.weight.tolist(), dtype=x.dtype)
    return F.conv2d(x, weight, self.bias, self.stride, self.padding)


def bias_detached(self, x):
    return F.conv2d(x, self.weight, None, self.stride, self.padding) + self.bias.detach()[:, None, None]


LAYERS = {
    "detach": (
        layer(lambda self, x: Layer.forward(self, x).detach()),
        "no gradient arrives at the weight and the bias",
    ),
    "numpy": (layer(lambda self, x: Layer.forward(self, x).detach().numpy()), "at the weight and the bias"),
    "no_grad": (layer(without_grad), "no gradient arrives at the weight and the bias"),
    ".data": (layer(data), "no gradient arrives at the weight."),
    "torch.tensor": (layer(made_anew), "no gradient arrives at the weight."),
    "requires_grad=False": (Fixed, "no gradient arrives at the weight."),
    "bias.detach()": (layer(bias_detached), "no gradient arrives at the bias."),
    "stride in a global": (InAGlobal, "keep stride and padding in `self`"),
    "one weight": (OneWeight, "have one weight together"),
    "nn.Conv2d": (nn.Conv2d, "nn.Conv2d"),
    "made from nn.Conv2d": (type("Conv", (nn.Conv2d,), {}), "nn.Conv2d"),
    "zeros": (begun(torch.zeros_like), "begins with zeros"),
    "ones": (begun(torch.ones_like), "kernels begin alike"),
    "one kernel for all": (begun(lambda weight: weight[:1].repeat(len(weight), 1, 1, 1)), "begin alike"),
    "never negative": (begun(torch.abs), "−1/√n to 1/√n is −0.060 to 0.060"),
    "all kernels count": (begun(lambda weight: weight / len(weight) ** 0.5), "of one kernel"),
    "normal": (begun(lambda weight: torch.randn_like(weight) / weight[0].numel() ** 0.5), "yours begin between"),
    "whatever was there": (begun(lambda weight: weight * float("nan")), "torch.empty does not set them"),
}


@pytest.mark.parametrize("case", LAYERS)
def test_a_layer_that_cannot_learn_or_is_not_ones_own_is_told_so(case):
    MADE.clear()
    answer, words = LAYERS[case]
    verdict = check("03-layer", answer)
    assert verdict.status == "tried" and words in verdict.message, verdict


def test_a_layer_is_right_wherever_check_is_called():
    with torch.no_grad():
        assert check("03-layer", Layer).passed
    with torch.inference_mode():
        assert check("03-layer", Layer).passed


class Net(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 2, 3), nn.Conv2d(2, 3, 2)
        self.fc = nn.Linear(3 * ((rows - 2) // 2 - 1) * ((columns - 2) // 2 - 1), 4)

    def maps(self, x):
        return F.relu(self.conv2(F.relu(F.max_pool2d(self.conv1(x), 2))))

    def forward(self, x):
        return self.fc(self.maps(x).flatten(1))


NETS = {
    "no_grad": (torch.no_grad()(Net.forward), "no gradient arrives at any layer"),
    "numpy": (lambda self, x: Net.forward(self, x).detach().numpy(), "no gradient arrives at any layer"),
    "detach": (lambda self, x: self.fc(self.maps(x).flatten(1).detach()), "no gradient arrives at the convolutions"),
    "detach early": (
        lambda self, x: self.fc(F.relu(self.conv2(F.relu(F.max_pool2d(self.conv1(x).detach(), 2)))).flatten(1)),
        "no gradient arrives at the first convolution",
    ),
    ".data": (lambda self, x: self.fc(self.maps(x).data.flatten(1)), "no gradient arrives at the convolutions"),
}


@pytest.mark.parametrize("case", NETS)
def test_a_network_that_cannot_learn_is_told_so(case):
    forward, words = NETS[case]
    verdict = check("06-net", type("AnyNet", (Net,), {"forward": forward}))
    assert verdict.mistake is not None and words in verdict.message, verdict


def epoch(model, batches, optimizer, begin=lambda model: None, keep=torch.Tensor.item):
    begin(model)
    losses = []
    for images, labels in batches:
        loss = F.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(keep(loss))
    return losses


def halved(model, batches, optimizer):
    losses = epoch(model, batches, optimizer)
    for group in optimizer.param_groups:
        group["lr"] *= 0.1
    return losses


def frozen(model, batches, optimizer):
    losses = epoch(model, batches, optimizer)
    model[1].weight.requires_grad = False
    return losses


EPOCHS = {
    "frozen": (frozen, "frozen at the end"),
    "eval": (partial(epoch, begin=nn.Module.eval), "trained in eval mode"),
    "lr": (halved, "the learning rate is changed"),
    "detach": (partial(epoch, keep=torch.Tensor.detach), "the losses are kept as tensors"),
    "graphs": (partial(epoch, keep=lambda loss: loss), "with their graphs"),
}


@pytest.mark.parametrize("case", EPOCHS)
def test_an_epoch_in_the_wrong_mode_or_with_traces_is_told_so(case):
    answer, words = EPOCHS[case]
    verdict = check("06-epoch", answer)
    assert verdict.mistake is not None and words in verdict.message, verdict


def test_right_epochs_pass():
    for keep in (float, lambda loss: np.float64(loss.item())):
        assert check("06-epoch", partial(epoch, begin=nn.Module.train, keep=keep)).passed
    assert check("06-epoch", lambda *given: np.array(epoch(*given))).passed


def picked(probabilities, labels):
    return -probabilities[range(len(labels)), labels].log().mean()


UNSHIFTED = (
    lambda s, t: picked(s.exp() / s.exp().sum(1, keepdim=True), t),
    lambda s, t: (s.exp().sum(1).log() - s[range(len(t)), t]).mean(),
    lambda s, t: torch.tensor(np.mean([np.log(np.exp(r).sum()) - r[k] for r, k in zip(s.numpy(), t, strict=True)])),
)


@pytest.mark.parametrize("answer", UNSHIFTED)
def test_an_exponential_that_overflows_is_named(answer):
    assert "without a shift" in check("06-loss", answer).message


def test_a_softmax_with_a_shift_passes_and_other_mistakes_keep_their_names():
    assert check("06-loss", lambda s, t: picked(s.softmax(1), t)).passed
    assert check("06-loss", lambda s, t: s.logsumexp(1).mean() - s[range(len(t)), t].mean()).passed
    verdict = check("06-loss", lambda s, t: picked(s.exp() / s.exp().sum(1, keepdim=True), t) * len(t))
    assert "added up" in verdict.message, verdict  # although it overflows, too
    verdict = check("06-loss", lambda s, t: picked((s - s.max()).softmax(0), t))
    assert "runs over the images" in verdict.message, verdict


# Grey images have one channel, and an accuracy does not notice every pixel.
NEVER_LARGE = {
    *((name, "images, axis 1") for name in ("06-net", "06-epoch", "06-fit")),
    *(("06-repair", f"{name}, axis 1") for name in ("X", "VX")),
    *(("06-fit", f"validation_images, axis {axis}") for axis in (1, 2, 3)),
    ("06-fit", "batch_size"),
    ("07-augment", "shifts, axis 1"),  # down and right
}

LIMITS = {
    "kernels are cropped to 4 x 4": ("01-convolve", lambda X, K: C.convolve2d(X, K[:4, :4])),
    "dilations above 2 are 2": ("02-world", lambda X, K, s, d: find("t", "02-world").right(X, K, s, min(d, 2))),
    "images behind the second are 0": (
        "03-conv2d",
        lambda x, *rest: find("t", "03-conv2d").right(torch.cat([x[:2], 0 * x[2:]]), *rest),
    ),
    "kernels of 4 rows are flipped": (
        "04-dilated",
        lambda X, K, d: find("t", "04-dilated").right(X, K.flip(1) if K.shape[1] == 4 else K, d),
    ),
}


@pytest.mark.parametrize("case", LIMITS)
def test_an_answer_that_holds_for_small_inputs_only_is_refused(case):
    name, answer = LIMITS[case]
    assert not check(name, answer).passed


def limits(exercise):
    """Yield (words, change, cases) for each size and number of the inputs: the change makes it small."""
    cases = draw_cases(exercise)
    for name, first in cases[0].items():
        for axis in range(first.ndim if isinstance(first, torch.Tensor) else 0):
            yield f"{name}, axis {axis}", partial(cut, name, axis), cases
        if isinstance(first, int) and not isinstance(first, bool):
            yield name, partial(capped, name), cases
        if isinstance(first, tuple):
            yield from ((f"{name}[{place}]", partial(capped, name, place=place), cases) for place in range(len(first)))


def cut(name, axis, case, most):
    """Put zeros in the place of all that lies behind the first ones."""
    tensor = case[name].clone()
    tensor.narrow(axis, min(most, tensor.shape[axis]), max(0, tensor.shape[axis] - most)).zero_()
    return {**case, name: tensor}


def capped(name, case, most, place=None):
    value = case[name]
    small = min(value, most) if place is None else (*value[:place], min(value[place], most), *value[place + 1 :])
    return {**case, name: small}


@pytest.mark.parametrize("most", [4, pytest.param(3, marks=pytest.mark.slow), pytest.param(2, marks=pytest.mark.slow)])
@pytest.mark.parametrize("exercise", TRIED, ids=lambda exercise: exercise.name)
def test_every_size_and_number_is_drawn_large_enough_to_tell(exercise, most):
    """In the answer's eyes, an axis ends after that many entries, or a number is never larger."""
    for words, change, cases in limits(exercise):
        if (exercise.name, words) in NEVER_LARGE:
            continue
        wrong = ((attempt(exercise, exercise.right, change(case, most)), case) for case in reversed(cases))
        assert any(not got.equals(attempt(exercise, exercise.right, case)) for got, case in wrong), words
