"""Training: against a loop written out by hand, on bad input, interrupted, damaged files, and with two processes."""

import math
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.optim.lr_scheduler import OneCycleLR
from torch.utils.data import DataLoader, TensorDataset

from convlab.data import load_digits
from convlab.training import FastNet, History, best_device, evaluate, fit, loop
from convlab.training.devices import model_device
from convlab.training.pixels import of_images

ROOT = Path(__file__).parents[2]


def dataset(n=50, classes=3, seed=0, shape=(1, 6, 5)):
    generator = torch.Generator().manual_seed(seed)
    return SimpleNamespace(
        images=torch.randint(256, (n, *shape), generator=generator, dtype=torch.uint8),
        labels=torch.randint(classes, (n,), generator=generator),
    )


def small_net(*layers, classes=3, seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), *layers, nn.Flatten(), nn.Linear(48, classes))


def normalised(images):
    (mean,), (std,) = of_images([images])
    return (images.float() / 255 - mean) / std


def by_hand(model, train, epochs, batch_size, seed, lr=0.01, momentum=0.5, scheduler=None):
    """The tutorial's loop, with fit's order of the images."""
    images = normalised(train.images)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=momentum)
    steps = scheduler and scheduler(optimizer, epochs * math.ceil(len(images) / batch_size))
    order, losses = torch.Generator().manual_seed(seed), []
    model.train()
    for _ in range(epochs):
        for batch in torch.randperm(len(images), generator=order).split(batch_size):
            optimizer.zero_grad()
            loss = cross_entropy(model(images[batch]), train.labels[batch])
            loss.backward()
            optimizer.step()
            if steps:
                steps.step()
            losses.append(loss.item())
    return losses


def cycle(optimizer, total_steps):
    return OneCycleLR(optimizer, 0.1, total_steps=total_steps)


QUIET = {"device": "cpu", "progress": False}


@pytest.mark.parametrize("batch_size", [1, 7, 10, 50, 99])
@pytest.mark.parametrize("scheduler", [None, cycle])
def test_fit_is_the_loop_written_out(batch_size, scheduler):
    train, test = dataset(), dataset(31, seed=1)
    expected, model = small_net(), small_net()
    losses = by_hand(expected, train, 2, batch_size, seed=5, scheduler=scheduler)
    history = fit(model, train, test, epochs=2, batch_size=batch_size, scheduler=scheduler, seed=5, **QUIET)
    torch.testing.assert_close(history.step_loss, losses, atol=1e-5, rtol=1e-4)
    for ours, theirs in zip(model.parameters(), expected.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-4)
    sizes = [min(batch_size, 50 - start) for start in range(0, 50, batch_size)]  # the last batch may be smaller
    halves = losses[: len(sizes)], losses[len(sizes) :]
    per_epoch = [sum(n * loss for n, loss in zip(sizes, half, strict=True)) / 50 for half in halves]
    torch.testing.assert_close(history.loss, per_epoch, atol=1e-5, rtol=1e-4)
    assert len(history.seconds) == 2 and not history.interrupted
    assert history.accuracy[-1] == evaluate(model, test)


def test_evaluate_counts():
    test = dataset(2500, classes=3)
    model = small_net(nn.BatchNorm2d(4))
    with torch.no_grad():
        scores = model.eval()(((test.images.float() / 255) - 0.1307) / 0.3081)
    model.train()
    mean_before = model[2].running_mean.clone()
    assert evaluate(model, test) == pytest.approx((scores.argmax(1) == test.labels).float().mean().item())
    assert model.training and torch.equal(model[2].running_mean, mean_before)
    assert all(p.grad is None for p in model.parameters())


def test_a_part_in_eval_mode_stays_there_when_evaluated():
    model = small_net(nn.BatchNorm2d(4))
    model[2].eval()
    evaluate(model, dataset())
    assert model.training and not model[2].training


def test_float_images_stay_as_they_are():
    train = dataset()
    as_floats = SimpleNamespace(images=normalised(train.images), labels=train.labels)
    one, other = small_net(), small_net()
    fit(one, train, epochs=1, batch_size=8, seed=0, **QUIET)
    fit(other, as_floats, epochs=1, batch_size=8, seed=0, **QUIET)
    torch.testing.assert_close(one.state_dict(), other.state_dict(), atol=1e-6, rtol=1e-5)


def test_channels_last_learns_the_same():
    one, other = small_net(), small_net()
    fit(one, dataset(), epochs=2, batch_size=8, seed=0, **QUIET)
    fit(other, dataset(), epochs=2, batch_size=8, seed=0, memory_format=torch.channels_last, **QUIET)
    assert other[0].weight.is_contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(list(one.parameters()), list(other.parameters()), atol=1e-5, rtol=1e-4)


def test_a_seed_makes_all_of_it_repeatable_and_leaves_the_callers_random_numbers_alone():
    runs = []
    for _ in range(2):
        model = small_net(nn.Dropout(0.5))
        torch.manual_seed(len(runs))
        state = torch.get_rng_state()
        runs.append(fit(model, dataset(), epochs=2, batch_size=8, seed=3, **QUIET).step_loss)
        assert torch.equal(torch.get_rng_state(), state)
    assert runs[0] == runs[1]
    other = fit(small_net(nn.Dropout(0.5)), dataset(), epochs=2, batch_size=8, seed=4, **QUIET).step_loss
    assert other != runs[0]


def test_without_a_seed_the_callers_seed_counts():
    runs = []
    for seed in (1, 1, 2):
        model = small_net()
        torch.manual_seed(seed)
        runs.append(fit(model, dataset(), epochs=1, batch_size=8, **QUIET).step_loss)
    assert runs[0] == runs[1] != runs[2]


@pytest.mark.parametrize("n", [1, 2, 5])
def test_evaluate_reads_batches_of_any_size(n):
    few = dataset(n)
    model = small_net()
    with torch.no_grad():
        few.labels = model((few.images.float() / 255 - 0.1307) / 0.3081).argmax(1)
    few.labels[0] = (few.labels[0] + 1) % 3
    floats = TensorDataset((few.images.float() / 255 - 0.1307) / 0.3081, few.labels)
    assert evaluate(model, few) == evaluate(model, DataLoader(floats)) == 1 - 1 / n  # a loader gives one at a time


def test_images_are_brought_to_the_device_once(monkeypatch):
    names, old = [], loop._Run.on_device
    monkeypatch.setattr(loop._Run, "on_device", lambda run, name, *rest: names.append(name) or old(run, name, *rest))
    fit(small_net(), dataset(), dataset(9), epochs=2, batch_size=8, **QUIET)
    assert names == ["train", "validation"] * 2  # under a name they are kept


@pytest.mark.slow
def test_the_tutorials_setting_on_the_bundled_digits():
    train, test = load_digits("train", source="bundled"), load_digits("test", source="bundled")
    torch.manual_seed(0)
    conv = [nn.Conv2d(1, 10, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(10, 20, 5), nn.MaxPool2d(2), nn.ReLU()]
    model = nn.Sequential(*conv, nn.Flatten(), nn.Linear(320, 10))
    history = fit(model, train, test, epochs=1, batch_size=64, seed=0, **QUIET)
    assert 0.78 < history.accuracy[0] < 0.92 and len(history.step_loss) == 125


# Stopped on the way.


class Stops(nn.Module):
    """Presses Ctrl-C in the middle of a step."""

    def __init__(self, at):
        super().__init__()
        self.calls, self.at = 0, at

    def __deepcopy__(self, memo):
        return nn.Identity()  # the rehearsal's copy lets everything pass

    def forward(self, x):
        self.calls += self.training
        if self.training and self.calls == self.at:
            signal.raise_signal(signal.SIGINT)
        return x


@pytest.mark.parametrize("at", [1, 5, 8, 14])
def test_ctrl_c_keeps_the_model_and_the_history(at, capsys):
    model, expected = small_net(Stops(at)), small_net()
    history = fit(model, dataset(), dataset(9), epochs=3, batch_size=8, seed=0, **QUIET)
    losses = by_hand(expected, dataset(), 3, 8, seed=0)
    assert history.interrupted and f"interrupted in epoch {(at - 1) // 7 + 1}" in capsys.readouterr().out
    torch.testing.assert_close(history.step_loss, losses[: at - 1], atol=1e-5, rtol=1e-4)
    assert len(history.loss) == len(history.accuracy) == (at - 1) // 7
    again = fit(model, dataset(), epochs=1, batch_size=8, seed=0, **QUIET)
    assert not again.interrupted


def test_the_repr_says_it_in_a_line():
    assert repr(History()) == "History(no complete epoch, 0 steps)"
    assert repr(History([0.5, 0.25], [0.5, 0.9], [1, 1], [0.1] * 9)) == "History(2 epochs: loss 0.250, accuracy 0.900)"
    assert repr(History([0.5], [], [1], [0.1], True)) == "History(1 epoch: loss 0.500, interrupted)"


def test_a_loss_that_is_no_number_stops_it():
    message = r"^fit: the loss became .* in step \d+ of epoch \d.*learning rate"
    huge = {"optimizer": lambda parameters: torch.optim.SGD(parameters, 1e30)}
    with pytest.raises(FloatingPointError, match=message) as error:
        fit(small_net(), dataset(), epochs=50, batch_size=8, seed=0, **huge, **QUIET)
    assert error.value.history.step_loss and len(error.value.history.loss) < 50


def test_the_bar_shows_loss_and_accuracy(capsys):
    fit(small_net(), dataset(), dataset(9), epochs=1, batch_size=8, device="cpu", seed=0)
    shown = capsys.readouterr().err
    assert "loss=" in shown and "accuracy=" in shown and "7/7" in shown


# Bad input.


class Twice(nn.Module):
    def forward(self, x):
        return x, x


class HasPlainTensor(nn.Module):
    def __init__(self):
        super().__init__()
        self.line, self.plain = nn.Linear(30, 3), torch.ones(3, device="meta")

    def forward(self, x):
        return self.line(x.flatten(1)) + self.plain


def changed(**parts):
    return SimpleNamespace(**(vars(dataset()) | parts))


D = dataset()
BAD = {
    "no model": ({"model": 3}, TypeError, "the model must be an nn.Module, got int"),
    "a class": ({"model": FastNet}, TypeError, r"the model is the class FastNet; make one of it: FastNet\(\)"),
    "a number": ({"train": 3}, TypeError, "train must have .images and .labels.*got int.*TensorDataset"),
    "empty": ({"train": changed(images=D.images[:0], labels=D.labels[:0])}, ValueError, "train is empty"),
    "empty validation": (
        {"validation": changed(images=D.images[:0], labels=D.labels[:0])},
        ValueError,
        "validation is empty",
    ),
    "counts": ({"train": changed(labels=D.labels[:7])}, ValueError, r"images \(50, 1, 6, 5\) and labels \(7,\)"),
    "axes": ({"train": changed(images=D.images[:, 0])}, ValueError, r"needs images \(N, C, H, W\)"),
    "label 3": ({"train": changed(labels=D.labels + 1)}, ValueError, r"train has the label 3.* 3 scores.*0 to 2"),
    "label -1": ({"validation": changed(labels=D.labels - 1)}, ValueError, "validation has the label -1"),
    "label type": ({"train": changed(labels=D.labels.float())}, TypeError, r"labels must be int64.*labels.long\(\)"),
    "image type": ({"train": changed(images=D.images.long())}, TypeError, "images must be uint8 .* or floats"),
    "image size": (
        {"train": dataset(shape=(1, 9, 9))},
        ValueError,
        r"cannot take train's images of shape \(1, 1, 9",
    ),
    "validation size": (
        {"validation": dataset(shape=(1, 9, 9))},
        ValueError,
        r"cannot take validation's images of shape \(1, 1, 9",
    ),
    "channels": (
        {"train": dataset(shape=(3, 6, 5))},
        ValueError,
        r"cannot take train's images of shape \(1, 3, 6",
    ),
    "no scores": (
        {"model": nn.Conv2d(1, 3, 3)},
        ValueError,
        r"row of scores, .*; it returned \(1, 3, 4, 3\)",
    ),
    "a pair": ({"model": nn.Sequential(nn.Linear(5, 3), Twice())}, ValueError, "it returned tuple"),
    "elsewhere": (
        {"model": HasPlainTensor()},
        ValueError,
        r"the images are on 'cpu', but something .* elsewhere .*register_buffer",
    ),
    "epochs": ({"epochs": 0}, ValueError, "epochs is 0"),
    "half an epoch": ({"epochs": 0.5}, TypeError, "epochs must be a whole number"),
    "batch": ({"batch_size": -1}, ValueError, "batch_size is -1"),
    "device": ({"device": "gpu"}, ValueError, "'gpu' is no device"),
    "no such device": ({"device": "cuda:99"}, ValueError, "device 'cuda:99' cannot be used here"),
    "meta": ({"device": "meta"}, ValueError, "no numbers"),
    "optimizer": ({"optimizer": "sgd"}, TypeError, "optimizer must be a torch Optimizer or a function"),
    "no optimizer": ({"optimizer": lambda p: 3}, TypeError, "returned int, not an Optimizer"),
    "other's": (
        {"optimizer": torch.optim.SGD(small_net().parameters())},
        ValueError,
        "none of this model's",
    ),
    "scheduler": ({"scheduler": 3}, TypeError, "scheduler must be a function"),
    "no scheduler": ({"scheduler": lambda o, n: None}, TypeError, "has no .step"),
    "nothing to learn": ({"model": nn.Flatten()}, ValueError, "no parameter that can learn|no device|scores"),
    "seed": ({"seed": "x"}, TypeError, "seed must be a whole number"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_a_sentence_before_the_first_step(case):
    arguments, error, message = BAD[case]
    good = {"model": small_net(), "train": dataset(), "validation": dataset(9), "epochs": 1, "batch_size": 8, **QUIET}
    before = {name: tensor.clone() for name, tensor in good["model"].state_dict().items()}
    given = good | arguments
    model, train, validation = (given.pop(name) for name in ("model", "train", "validation"))
    with pytest.raises(error, match=rf"^fit: .*{message}"):
        fit(model, train, validation, **given)
    if model is good["model"]:
        torch.testing.assert_close(dict(model.state_dict()), before, atol=0, rtol=0)


def test_a_model_on_two_devices_is_refused_by_evaluate():
    model = small_net()
    model[-1].to("meta")
    with pytest.raises(ValueError, match=r"^evaluate: the model is on more than one device: 0.weight on 'cpu' and 3"):
        model_device("evaluate", model)


def test_view_after_channels_last_is_explained():
    class Viewed(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.line = nn.Conv2d(1, 4, 3), nn.Linear(48, 3)

        def forward(self, x):
            return self.line(self.conv(x).view(len(x), -1))

    with pytest.raises(ValueError, match=r"^fit: the model uses .view.*\.flatten\(1\)"):
        fit(Viewed(), dataset(), epochs=1, batch_size=8, memory_format=torch.channels_last, **QUIET)


@pytest.mark.parametrize("words", ["the stride is too large", "a view of a leaf was changed"])
def test_other_errors_are_not_explained_as_a_view(words):
    class Fails(nn.Module):
        def forward(self, x):
            raise RuntimeError(words)

    with pytest.raises(ValueError, match=rf"^evaluate: the model cannot take the data set's images .*: {words}$"):
        evaluate(Fails(), dataset())


def test_best_device_is_there():
    assert torch.ones(1, device=best_device()).sum() == 1


# Two processes.

SCRIPT = """
import sys, torch
sys.path.insert(0, {root!r})
from tests.training.test_training import cycle, dataset, small_net
from convlab.training import fit, save
model = small_net(seed=int(__import__("os").environ.get("RANK", 0)))
history = fit(model, dataset(), dataset(9, seed=1), epochs=3, batch_size=7, scheduler=cycle, device="cpu", seed=1)
if __import__("os").environ.get("RANK", "0") == "0":
    history.seconds = []
    torch.save((vars(history), model.state_dict()), sys.argv[1])
"""


@pytest.mark.slow
def test_two_processes_agree_with_one(tmp_path):
    """50 images in batches of 7: shares of 4 and 3, and a last batch of 1 image for both."""
    script = tmp_path / "train.py"
    script.write_text(SCRIPT.format(root=str(ROOT)))
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2", script]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run([*command, tmp_path / "two.pt"], env=environment, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    model = small_net()
    history = fit(model, dataset(), dataset(9, seed=1), epochs=3, batch_size=7, scheduler=cycle, seed=1, **QUIET)
    found = torch.load(tmp_path / "two.pt", weights_only=True)
    history.seconds = []
    expected = (vars(history), dict(model.state_dict()))
    torch.testing.assert_close((found[0], dict(found[1])), expected, atol=1e-5, rtol=1e-4)
