"""The learner's network in the browser: which networks go there, and whether they compute there what torch does."""

import base64
import itertools
import re

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from convlab.data import load_digits
from convlab.explorers import DigitInspector
from convlab.explorers.digit import program
from convlab.explorers.digit.verdict import verdict
from convlab.explorers.digit.watch import explain
from convlab.explorers.digit.watch import run as look
from convlab.layers import SeparableConv2d, StandardConv2d
from convlab.training import FastNet, fit_fast, pixels, pretrained

from .test_arithmetic import run


class Net(nn.Module):
    """Notebook 06's."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 10, 5), nn.Conv2d(10, 20, 5)
        self.pooling, self.fc = nn.MaxPool2d(2), nn.Linear(320, 10)

    def forward(self, x):
        x = F.relu(self.pooling(self.conv1(x)))
        x = F.relu(self.pooling(self.conv2(x)))
        return self.fc(x.view(x.size(0), -1))


class Tutorial(nn.Module):
    """PyTorch's example for MNIST."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 32, 3, 1), nn.Conv2d(32, 64, 3, 1)
        self.dropout1, self.dropout2 = nn.Dropout(0.25), nn.Dropout(0.5)
        self.fc1, self.fc2 = nn.Linear(9216, 128), nn.Linear(128, 10)

    def forward(self, x):
        x = F.relu(self.conv2(F.relu(self.conv1(x))))
        x = torch.flatten(self.dropout1(F.max_pool2d(x, 2)), 1)
        return F.log_softmax(self.fc2(self.dropout2(F.relu(self.fc1(x)))), dim=1)


class Call(nn.Module):
    """A function as a layer."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


def ready(model):
    """Return the model in eval mode, with weights that float16 holds and batch norms that have seen something."""
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
    return model.half().float().eval()


def sent(model, images):
    """Return what the browser gets, and torch's probabilities for images of bytes."""
    prepare = pixels.prepare("test", model, images, torch.device("cpu"), pixels.remembered(model))
    _, _, (steps, weights) = look(model, prepare[:1])
    assert "steps" in steps, steps
    with torch.no_grad():
        expected = torch.cat([model(part) for part in prepare.split(250)]).double().softmax(1).tolist()
    return {"program": steps, "weights": base64.b64encode(weights).decode("ascii"), "probabilities": expected,
            "images": base64.b64encode(images.numpy().tobytes()).decode("ascii")}  # fmt: skip


def zoo():
    """Yield small networks: each operation in many settings."""
    pairs = [1, 2, (1, 2), (3, 1)]
    for n, (kernel, stride, dilation) in enumerate(itertools.product([1, 2, 3, (2, 5)], pairs, [1, 2, (3, 1)])):
        padding = [0, 1, (1, 0), (0, 2)][n % 4]
        groups = [1, 2, 4][n % 3]
        yield [
            nn.Conv2d(1, 4, 3, stride=2),
            nn.Conv2d(4, 4 * (1 + n % 2), kernel, stride, padding, dilation, groups, n % 5 > 0),
        ]
    for mode, padding in itertools.product(("zeros", "reflect", "replicate", "circular"), (2, (1, 3), "same", "valid")):
        yield [nn.Conv2d(1, 3, (4, 3), padding=padding, padding_mode=mode, dilation=(1, 2))]
    for kernel, stride, padding, ceil in itertools.product([2, 3, (3, 5)], [None, 2, (1, 3)], [0, 1], [False, True]):
        yield [nn.Conv2d(1, 2, 4), nn.MaxPool2d(kernel, stride, padding, dilation=2 if ceil else 1, ceil_mode=ceil)]
        options = {"ceil_mode": ceil, "count_include_pad": padding == 0 or ceil}
        yield [nn.AvgPool2d(kernel, stride, padding, **options, divisor_override=3 if stride == 2 else None)]
    for size in (1, 3, (5, 2), (None, 7), 40):
        yield [nn.AdaptiveAvgPool2d(size)]
        yield [nn.Conv2d(1, 2, 3), nn.AdaptiveMaxPool2d(size)]
    for function in (nn.ReLU(), nn.ReLU(inplace=True), nn.ReLU6(), nn.LeakyReLU(0.2), nn.ELU(0.7), nn.SELU(), nn.GELU(),
                     nn.GELU(approximate="tanh"), nn.SiLU(), nn.Mish(), nn.Sigmoid(), nn.Tanh(), nn.Hardswish(),
                     nn.Hardsigmoid(), nn.Softplus(2, 1), nn.Hardtanh(-0.5, 2)):  # fmt: skip
        yield [nn.Conv2d(1, 2, 5), function, nn.Dropout2d()]
    for pad in (
        nn.ZeroPad2d((1, 2, 3, 0)),
        nn.ConstantPad2d(1, 0.5),
        nn.ReflectionPad2d(2),
        nn.ReplicationPad2d((0, 2, 1, 3)),
    ):
        yield [pad, nn.BatchNorm2d(1, affine=False)]
    yield [nn.Conv2d(1, 3, 5), nn.BatchNorm2d(3, eps=0.1), nn.Flatten(), nn.Linear(3 * 24 * 24, 20), nn.BatchNorm1d(20)]
    yield [nn.Conv2d(1, 4, 5), nn.Unflatten(1, (2, 2)), nn.Flatten(1, 2)]
    for function in (F.relu6, torch.relu, torch.sigmoid, lambda x: x.tanh_(), lambda x: F.leaky_relu(x, 0.3, True),
                     lambda x: F.max_pool2d(x, 3, 2, 1), lambda x: F.avg_pool2d(x, (2, 3), (1, 2), 1, True, False),
                     lambda x: F.adaptive_avg_pool2d(x, 2).relu_(), lambda x: F.pad(x, (1, 2, 0, 1), value=2.0),
                     lambda x: F.pad(x, (2, 1))):  # fmt: skip
        yield [nn.Conv2d(1, 2, 5), Call(function)]
    yield [StandardConv2d(1, 4, 3), SeparableConv2d(4, 6, 3)]


def case(layers, n):
    """Return a network of these layers as the browser gets it, with all that torch computes in it."""
    image = (torch.rand(1, 1, 28, 28) * 256).to(torch.uint8)
    with torch.no_grad():
        size = nn.Sequential(*layers).eval()(torch.zeros(1, 1, 28, 28)).numel()
    ends = [[], [nn.Softmax(1)], [nn.LogSoftmax(dim=-1)]]
    model = ready(nn.Sequential(*layers, nn.Flatten(), nn.Linear(size, 5, bias=n % 2 > 0), *ends[n % 3]))
    found = sent(model, image)
    _, steps, _ = look(model, pixels.prepare("test", model, image, torch.device("cpu"), None))
    assert [step.title for step in steps] == [step["title"] for step in found["program"]["steps"]]
    units = [(k, *(int(torch.randint(size, ())) for size in step.output.shape)) for k, step in enumerate(steps)]
    told = [{**explain(steps[k], tuple(place)), "unit": [k, *place]} for k, *place in units for _ in range(2)]
    outputs = [step.output.flatten().tolist() for step in steps]
    return {**found, "probabilities": found["probabilities"][0], "image": image.flatten().tolist(), "outputs": outputs,
            "told": told}  # fmt: skip


def verdicts():
    """Return probabilities of all kinds, and what Python says to them."""
    torch.manual_seed(0)
    rows = [torch.randn(n % 11 + 1).mul(n % 7 / 2).softmax(0) for n in range(150)]
    rows += [torch.tensor(row) for row in ([0.5, 0.5], [0.5, 0.25, 0.25], [0.25] * 4, [0.4, 0.1, 0.1, 0.4])]
    rows = [(row.double(), [f"<{n}>" for n in range(len(row))]) for row in rows]
    return [{"probabilities": row.tolist(), "labels": labels, "expected": verdict(row, labels)} for row, labels in rows]


@pytest.mark.node
@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning")
def test_the_browser_computes_what_torch_does(tmp_path):
    torch.manual_seed(0)
    digits = load_digits("test", source="bundled").images
    networks = [sent(ready(pretrained()), digits[:100]), sent(ready(Net()), digits[:20])]
    cases = [case(layers, n) for n, layers in list(enumerate(zoo()))[::9]]
    run("network", tmp_path, DigitInspector, networks=networks, tolerance=1e-5, verdicts=verdicts(), zoo=cases)


@pytest.mark.node
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning")
def test_all_operations_in_all_settings_and_all_digits(tmp_path):
    torch.manual_seed(1)
    digits = load_digits("test", source="bundled").images
    trained, _ = fit_fast(load_digits("train", source="bundled"), epochs=1, device="cpu", seed=0, progress=False)
    networks = [sent(ready(model), digits) for model in (pretrained(), trained, Net(), Tutorial())]
    cases = [case(layers, n) for n, layers in enumerate(zoo())]
    ops = {step["op"] for c in cases for step in c["program"]["steps"]}
    assert ops == set(program.OPERATIONS)
    run("network", tmp_path, DigitInspector, networks=networks, tolerance=1e-4, verdicts=verdicts(), zoo=cases)


# Which networks go to the browser.


class Does(nn.Module):
    """A small network that does something with the maps of its convolution."""

    def __init__(self, do, size=2 * 24 * 24):
        super().__init__()
        self.conv, self.fc, self.do = nn.Conv2d(1, 2, 5), nn.LazyLinear(3), do

    def forward(self, x):
        return self.fc(self.do(self.conv(x)).flatten(1))


def branch(x):
    return x.relu() if x.mean() > 0 else x


REASONS = {
    "a residual": (lambda x: x + x.relu(), "add reads something else than the step before it"),
    "two branches": (lambda x: torch.cat([x.relu(), x.tanh()], 1), "tanh reads something else"),
    "a result that is dropped": (lambda x: (x.relu(), x)[1], "flatten reads something else"),
    "a factor": (lambda x: x * 2, "mul is not one of the operations that the browser knows"),
    "a choice": (branch, "mean is not one of"),
    "a transposition": (lambda x: x.transpose(2, 3), "transpose is not one of"),
    "dropout at work": (F.dropout, "dropout is at work, so its answers are random"),
    "noise": (lambda x: x + torch.randn(1, 1, 1, 1), "add is not one of|randn reads something else"),
    "norm of the image": (nn.InstanceNorm2d(2), "instance_norm is not one of"),
    "no statistics": (nn.BatchNorm2d(2, track_running_stats=False), "uses the statistics of the image itself"),
    "line by line": (nn.Linear(24, 4), "is applied to maps, line by line"),
    "softmax of maps": (nn.Softmax2d(), "is not taken over the classes"),
    "numbers in Python": (lambda x: torch.tensor(x.tolist()), "tolist is not one of"),
    "indices": (lambda x: F.max_pool2d(x, 2, return_indices=True)[0], "is not one of"),
    "other numbers": (lambda x: x.double().float(), "double is not one of"),
}


@pytest.mark.parametrize("name", REASONS)
def test_other_networks_answer_in_python_and_say_why(name):
    do, words = REASONS[name]
    model = Does(do)
    model(torch.zeros(1, 1, 28, 28))
    inspector = DigitInspector(model)
    assert re.search(words, inspector.program["reason"]) and inspector.weights == b""
    assert set(inspector.result) == {"probabilities", "steps", "explanation"} and inspector.maps


def test_what_is_asked_of_shapes_or_made_of_weights_is_no_hindrance():
    def do(x):
        assert x.shape[1] == 2 and len(x) == 1 and x.is_floating_point()
        return F.dropout(x.contiguous().view(x.size(0), -1), 0.5, training=False)

    model = Does(do)
    model(torch.zeros(1, 1, 28, 28))
    nn.utils.parametrizations.weight_norm(model.conv)
    assert [s["op"] for s in DigitInspector(model).program["steps"]] == ["conv2d", "linear"]


def test_too_large_or_too_big_numbers():
    wide = nn.Sequential(nn.Flatten(), nn.Linear(784, 6000), nn.Linear(6000, 2))
    assert "it is too large: 5 million multiply-adds, 9.4 MB" in DigitInspector(wide).program["reason"]
    deep = nn.Sequential(nn.Conv2d(1, 200, 3), nn.Conv2d(200, 60, 3), nn.Flatten(), nn.Linear(60 * 24 * 24, 2))
    assert re.search("it is too large: 6. million multiply-adds", DigitInspector(deep).program["reason"])
    model = FastNet()
    with torch.no_grad():
        model[0].bias[0] = 1e5
    assert "too large for float16" in DigitInspector(model).program["reason"]


def test_weights_are_sent_once_and_anew_when_they_have_changed():
    model = Net()
    inspector = DigitInspector(model)
    news = []
    inspector.observe(lambda change: news.append(change.name), ["program", "weights", "maps", "result"])
    inspector.strokes = [[(0.2, 0.2), (0.5, 0.7)]]
    inspector.look()
    assert news == []
    optimizer = torch.optim.AdamW(model.parameters(), fused=True)  # leaves the tensors' versions
    model(torch.rand(2, 1, 28, 28)).sum().backward()
    optimizer.step()
    inspector.look()
    assert news == ["weights"]
    model.pooling.stride = 1
    model.fc = nn.Linear(20 * 18 * 18, 10)
    inspector.look()
    assert news[1:] == ["program", "weights"]
    model.pooling = nn.LPPool2d(2, 2)
    model.fc = nn.Linear(320, 10)
    inspector.look()
    assert set(news[3:]) == {"program", "weights", "maps", "result"} and "reason" in inspector.program


def test_a_cell_that_trains_is_seen_after_it():
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    try:
        shell.run_cell("from convlab.explorers import DigitInspector\nfrom convlab.training import pretrained\n"
                       "model = pretrained(); one, two = DigitInspector(model), DigitInspector()")  # fmt: skip
        one, before = shell.user_ns["one"], [shell.user_ns[name].weights for name in ("one", "two")]
        shell.run_cell("1 + 1")
        assert one.weights == before[0]
        shell.run_cell("model[-1].bias.data[3] += 50")
        assert one.weights != before[0] and one.probabilities.argmax() == 3
        assert shell.user_ns["two"].weights == before[1]
    finally:
        InteractiveShell.clear_instance()


def test_a_large_network_is_not_stored_but_its_answer_is():
    inspector = DigitInspector(Tutorial())
    assert len(inspector.weights) > 2_000_000 and inspector.maps == b"" and inspector.result == {}
    state = inspector._plain_state()
    assert re.search(r"too large to be stored, 3,200 KB instead of 60", state["program"]["reason"])
    assert state["weights"] == {"base64": ""} and len(state["result"]["steps"]) == 9 and state["maps"]["base64"]
    assert sum(len(value) for value in inspector._repr_mimebundle_()[0].values() if isinstance(value, str)) < 90_000


# What it says.


def test_an_empty_board_has_no_answer():
    inspector = DigitInspector()
    before = inspector.weights
    for change in ({"strokes": []}, {"image": torch.zeros(28, 28)}):
        inspector.set_trait(*next(iter(change.items())))
        assert inspector.scores is None and inspector.result == {} and inspector.weights == before
        assert "draw a digit" in repr(inspector)
        with pytest.raises(RuntimeError, match="no answer: the board is empty: draw a digit"):
            _ = inspector.probabilities
        (text,) = [text.get_text() for axes in inspector.figure().axes for text in axes.texts]
        assert text.replace("\n", " ") == "the board is empty: draw a digit"
    inspector.strokes = [[(0.5, 0.2), (0.5, 0.8)]]
    assert repr(inspector).endswith("1 strokes: 1, with probability 1.00)")


def test_an_uncertain_answer_looks_uncertain():
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    with torch.no_grad():
        model[1].weight.zero_()
        model[1].bias.copy_(torch.tensor([0.0, 0, 0, 5, 0, 0, 0, 0, 5.2, 0]))
    inspector = DigitInspector(model)
    assert re.search(r"unsure: 8 or 3, with probabilities 0.5\d and 0.4\d\)", repr(inspector))
    bars = inspector.figure().axes[2]
    assert bars.get_title() == "unsure: 8 or 3" and bars.patches[0].get_alpha() == 0.45
    assert "The answer is unsure: 8 or 3, with probabilities 0.5" in inspector.to_html()


def test_without_a_model_it_is_the_one_that_comes_along():
    digits = load_digits("test", source="bundled")
    inspector, model = DigitInspector(image=digits.images[0]), pretrained()
    assert inspector.probabilities.argmax() == digits.labels[0] and not inspector.model.training
    for a, b in zip(inspector.model.state_dict().values(), model.state_dict().values(), strict=True):
        assert torch.equal(a, b)
