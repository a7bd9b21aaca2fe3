"""What `History` keeps, and how `fit` ends: whatever happens, with complete epochs and in eval mode."""

from functools import partial
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from convlab.training import evaluate, fit, fit_fast, loop
from convlab.training.devices import Team
from convlab.training.pixels import prepare, remembered
from convlab.training.sources import Kept
from tests.training.test_training import QUIET, Stops, dataset, small_net

TRAIN, VALIDATION = dataset(50), dataset(9, seed=1)
HOW = {"epochs": 3, "batch_size": 8, "seed": 0, **QUIET}


@pytest.mark.parametrize("function", [fit, fit_fast])
def test_there_is_no_test_while_training(function):
    with pytest.raises(TypeError, match=rf"^{function.__name__}: there is no test=; .*validation=.*evaluate"):
        function(small_net(), TRAIN, test=VALIDATION, epochs=1, batch_size=8)


def test_loss_and_accuracy_of_both_sets():
    model = small_net()
    history = fit(model, TRAIN, VALIDATION, **HOW)
    with torch.no_grad():
        scores = model(prepare("test", model, VALIDATION.images, torch.device("cpu"), remembered(model)))
    assert history.validation_loss[-1] == pytest.approx(cross_entropy(scores, VALIDATION.labels).item())
    assert history.accuracy[-1] == evaluate(model, VALIDATION)
    lengths = {name: len(values) for name, values in vars(history).items() if isinstance(values, list)}
    assert lengths == {**dict.fromkeys(lengths, 3), "step_loss": 21}
    alone = fit(small_net(), TRAIN, **HOW)
    assert alone.accuracy == alone.validation_loss == [] and alone.train_accuracy == history.train_accuracy


def test_accuracy_of_the_training_images_as_they_were_met():
    """With a learning rate of 0 nothing moves, so each image is met as the model was in the beginning."""
    still = {"optimizer": lambda parameters: torch.optim.SGD(parameters, lr=0)}
    model = small_net()
    history = fit(model, TRAIN, TRAIN, **still, **HOW)
    assert history.train_accuracy == history.accuracy == [pytest.approx(evaluate(model, TRAIN))] * 3
    assert history.loss == pytest.approx(history.validation_loss) == [pytest.approx(history.loss[0])] * 3
    assert history.loss[0] != pytest.approx(sum(history.step_loss[:7]) / 7, abs=1e-4)  # the last batch has 2 images


class Fails(Stops):
    def forward(self, x):
        self.calls += 1
        if self.calls == self.at:
            raise RuntimeError("the disk is full")
        return x


class StopsWatching(nn.Module):
    """Presses Ctrl-C, or fails, while the validation images are looked at."""

    def __init__(self, error):
        super().__init__()
        self.calls, self.error = 0, error

    def forward(self, x):
        self.calls += not self.training and len(x) == len(VALIDATION.images)
        if self.calls == 2:
            self.calls = 3
            raise self.error
        return x


def test_stopped_while_watching_keeps_finished_epochs_only(capsys):
    model = small_net(StopsWatching(KeyboardInterrupt()))
    history = fit(model, TRAIN, VALIDATION, **HOW)
    assert history.interrupted and "interrupted in epoch 2" in capsys.readouterr().out
    lengths = {name: len(values) for name, values in vars(history).items() if isinstance(values, list)}
    assert lengths == {**dict.fromkeys(lengths, 1), "step_loss": 14}  # the steps were made
    assert not model.training


def test_an_error_on_the_way_brings_the_history():
    for layer, epochs, steps in ((StopsWatching(RuntimeError("full")), 1, 14), (Fails(5), 0, 2)):
        model = small_net(layer)
        with pytest.raises(RuntimeError, match="full") as error:
            fit(model, TRAIN, VALIDATION, **HOW)
        history = error.value.history
        assert len(history.loss) == len(history.accuracy) == len(history.seconds) == epochs
        assert len(history.step_loss) >= steps and not model.training


@pytest.mark.parametrize("validation", [None, VALIDATION])
@pytest.mark.parametrize("before", [True, False])
def test_the_mode_is_always_the_same_afterwards(validation, before, capsys):
    for layer in (nn.Dropout(0.5), Stops(3), Stops(9)):
        model = small_net(layer).train(before)
        fit(model, TRAIN, validation, **HOW)
        assert not any(module.training for module in model.modules())


def test_the_bar_is_told_the_mean_of_the_last_steps_and_is_not_drawn_anew(monkeypatch):
    told = []

    class Bar:
        def __init__(self, total, disable, unit):
            assert (total, disable, unit) == (60, False, "step")

        def set_postfix(self, shown, refresh):
            told.append((shown, refresh))

        def update(self):
            pass

        def close(self):
            pass

    monkeypatch.setattr(loop, "tqdm", Bar)
    monkeypatch.setattr(loop, "PAUSE", 0)
    train = dataset(30)
    history = fit(small_net(), train, VALIDATION, epochs=2, batch_size=1, device="cpu", seed=0)
    assert [refresh for _, refresh in told] == [False] * 62
    last = told[-2][0]
    assert last["loss"] == f"{sum(history.step_loss[-25:]) / 25:.3f}"
    assert last["accuracy"] == f"{history.accuracy[0]:.1%}" and "accuracy" not in told[0][0]
    assert told[-1][0] == {"loss": f"{history.loss[1]:.3f}", "accuracy": f"{history.accuracy[1]:.1%}"}


def test_the_random_numbers_of_one_gpu_are_kept_and_of_the_cpu_always(monkeypatch):
    """Asked of fork_rng, as no GPU is needed to ask."""
    asked = []
    monkeypatch.setattr(torch.random, "fork_rng", lambda **given: asked.append(given))
    for device in ("cpu", "cuda", "cuda:1", "mps"):
        loop.forked(torch.device(device))
    assert asked == [
        {"devices": []},
        {"devices": [0], "device_type": "cuda"},
        {"devices": [1], "device_type": "cuda"},
        {"devices": [0], "device_type": "mps"},
    ]


def test_processes_share_a_batch_and_its_mean():
    for count in (1, 2, 3, 7):
        shares = [Team(rank, 3).share(torch.arange(count)) for rank in range(3)]
        sums = [Team(rank, 3).scale(count) * float(share.sum()) for rank, share in enumerate(shares)]
        assert sum(sums) / 3 == pytest.approx(sum(range(count)) / count)


def test_a_process_brings_only_its_own_images_to_its_device():
    """Batches of 4, 4 and 3 images: two processes have of each what one has alone, and together all of it."""
    train = Kept("", *vars(dataset(11)).values(), None)

    def batches(rank, size):
        brought = []
        run = SimpleNamespace(us=Team(rank, size), batch_size=4, device=torch.device("cpu"), ready=torch.Tensor.float)
        run.shuffler = torch.Generator().manual_seed(1)
        run.on_device = lambda name, images, labels: brought.append((name, len(labels))) or (images, labels)
        return list(loop._Run.parts(run, train)), brought

    whole, brought = batches(0, 1)
    assert brought == [("train", 11)] and [size for _, _, size, _ in whole] == [4, 4, 3]
    (ones, own), (others, rest) = batches(0, 2), batches(1, 2)
    assert (own, rest) == ([("", 6)], [("", 5)])  # without a name: not kept, the next epoch has others
    for batch, one, other in zip(whole, ones, others, strict=True):
        for part in (0, 1):
            assert torch.equal(torch.cat([one[part], other[part]]), batch[part])
        assert one[2:] == other[2:] == (batch[2], 2 / batch[2])


def test_two_processes_share_their_gradients_and_one_does_without(monkeypatch):
    monkeypatch.setattr(loop, "DistributedDataParallel", lambda model, device_ids: ("shared", model, device_ids))
    for device, ids in (("cpu", None), ("cuda:1", [torch.device("cuda:1")])):
        ready = partial(prepare, device=torch.device(device))
        nets = [loop._Run("model", None, ready, 8, None, 3, Team(0, size), None).net for size in (1, 2)]
        assert nets == ["model", ("shared", "model", ids)]
