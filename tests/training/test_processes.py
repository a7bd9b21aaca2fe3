"""Devices, and several processes, played in one: the real two are slow, a GPU is not everywhere."""

from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace

import pytest
import torch
from torch import distributed, nn
from torch.utils.data import DataLoader, TensorDataset

from convlab.training import best_device, fit, loop
from convlab.training.devices import Team, own_device, team
from convlab.training.evaluation import measure
from convlab.training.pixels import prepare
from convlab.training.sources import as_source
from tests.training.test_training import QUIET, dataset, small_net

CPU = torch.device("cpu")


def test_the_best_device(monkeypatch):
    checked = []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert best_device() == torch.device("cuda")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    for other, best in ((torch.device("mps"), "mps"), (None, "cpu")):
        found = lambda check_available, other=other: checked.append(check_available) or other  # noqa: E731
        monkeypatch.setattr(torch.accelerator, "current_accelerator", found)
        assert best_device() == torch.device(best)
    assert checked == [True, True]


def test_each_process_has_its_own_gpu(monkeypatch):
    """Torchrun tells each process its number."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.delenv("LOCAL_RANK", raising=False)
    assert (own_device(None), own_device("cuda")) == (None, "cuda")
    monkeypatch.setenv("LOCAL_RANK", "1")
    assert own_device(None) == own_device("cuda") == torch.device("cuda:1")
    assert (own_device("cpu"), own_device("cuda:0")) == ("cpu", "cuda:0")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert own_device(None) is None


@pytest.mark.parametrize("device, backend", [("cpu", "gloo"), ("cuda", "nccl")])
def test_who_joins_the_others_leaves_them_too(device, backend, monkeypatch):
    done, there = [], []
    monkeypatch.setattr(distributed, "is_initialized", lambda: bool(there))
    monkeypatch.setattr(distributed, "init_process_group", done.append)
    monkeypatch.setattr(distributed, "destroy_process_group", lambda: done.append("left"))
    monkeypatch.setattr(distributed, "get_rank", lambda: 1)
    monkeypatch.setattr(distributed, "get_world_size", lambda: 3)
    monkeypatch.delenv("TORCHELASTIC_RUN_ID", raising=False)
    with team(torch.device(device)) as us:
        assert us == (0, 1) and not done
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "none")
    with pytest.raises(OSError), team(torch.device(device)) as us:
        assert us == (1, 3) and done == [backend]
        raise OSError
    assert done == [backend, "left"]
    there.append("somebody else's")
    with team(torch.device(device)) as us:
        assert us == (1, 3)
    assert done == [backend, "left"]
    monkeypatch.setattr(distributed, "is_available", lambda: False)
    with team(torch.device(device)) as us:
        assert us == (0, 1)


def test_numbers_are_added_up_where_there_are_several(monkeypatch):
    monkeypatch.setattr(distributed, "all_reduce", lambda numbers: numbers.mul_(2))
    assert [Team(0, size).add_up(torch.ones(1)).item() for size in (1, 2, 3)] == [1, 2, 2]


def test_processes_share_a_batch_and_its_mean():
    for count in (1, 2, 3, 7):
        shares = [Team(rank, 3).share(torch.arange(count)) for rank in range(3)]
        sums = [Team(rank, 3).scale(count) * float(share.sum()) for rank, share in enumerate(shares)]
        assert sum(sums) / 3 == pytest.approx(sum(range(count)) / count)


@pytest.mark.parametrize("kind", ["train", "validation"])
def test_under_torchrun_a_loader_is_refused(kind, monkeypatch):
    monkeypatch.setattr(loop, "team", lambda device: nullcontext(Team(0, 2)))
    floats = TensorDataset(dataset().images / 255, dataset().labels)
    given = {"train": DataLoader(floats)} if kind == "train" else {"train": dataset(), "batch_size": 8}
    given |= QUIET
    with pytest.raises(TypeError, match=r"^fit: under torchrun give the DataLoader's Dataset"):
        fit(small_net(), validation=DataLoader(floats) if kind == "validation" else None, epochs=1, seed=0, **given)


@pytest.mark.parametrize("rank, progress, hidden", [(0, True, False), (1, True, True), (0, False, True)])
def test_the_first_process_draws_the_bar(rank, progress, hidden, monkeypatch):
    def bar(total, disable, unit):
        raise InterruptedError(f"{total} {disable}")

    monkeypatch.setattr(loop, "team", lambda device: nullcontext(Team(rank, 2)))
    monkeypatch.setattr(loop, "tqdm", bar)
    with pytest.raises(InterruptedError, match=f"^21 {hidden}$"):
        fit(small_net(), dataset(), epochs=3, batch_size=8, seed=0, device="cpu", progress=progress)


def test_two_processes_share_their_gradients_and_one_does_without(monkeypatch):
    monkeypatch.setattr(loop, "DistributedDataParallel", lambda model, device_ids: ("shared", model, device_ids))
    for device, ids in (("cpu", None), ("cuda:1", [torch.device("cuda:1")])):
        ready = partial(prepare, device=torch.device(device))
        nets = [loop._Run("model", None, ready, 8, None, 3, Team(0, size), None).net for size in (1, 2)]
        assert nets == ["model", ("shared", "model", ids)]


def test_a_process_brings_only_its_own_images_to_its_device():
    """Batches of 4, 4 and 3 images: two processes have of each what one has alone, and together all of it."""
    train = as_source("fit", "train", dataset(11))

    def batches(rank, size):
        brought = []
        run = SimpleNamespace(us=Team(rank, size), batch_size=4, device=CPU, ready=torch.Tensor.float)
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


@pytest.mark.parametrize("kind", ["kept", "read"])
def test_processes_share_the_validation_images(kind, monkeypatch):
    sent = []
    monkeypatch.setattr(distributed, "broadcast", lambda buffer, source: sent.append((buffer, source)))
    monkeypatch.setattr(distributed, "all_reduce", lambda numbers: None)
    model, five = small_net(nn.BatchNorm2d(4)).eval(), dataset(5)
    floats = TensorDataset(five.images / 255, five.labels)
    source = as_source("fit", "validation", floats if kind == "kept" else DataLoader(floats, 5))

    def validate(rank, size):
        run = SimpleNamespace(us=Team(rank, size), model=model, ready=torch.Tensor.float, classes=3)
        run.on_device = lambda name, images, labels: (images, labels)
        return torch.tensor(loop._Run.validate(run, source))

    alone = validate(0, 1)
    assert not sent
    torch.testing.assert_close((3 * validate(0, 2) + 2 * validate(1, 2)) / 5, alone)
    assert sent == [(buffer, 0) for buffer in model.buffers()] * 2


def test_a_process_without_images_adds_nothing():
    model, images, labels = small_net(), dataset(5).images / 255, dataset(5).labels
    empty = images[:0], labels[:0]
    assert torch.equal(measure(model, [(images, labels), empty]), measure(model, [(images, labels)]))
    assert measure(model, [empty]).tolist() == [0, 0, 0]


def test_the_order_is_the_same_in_all_processes_and_dropout_is_not(monkeypatch):
    sent = []
    monkeypatch.setattr(distributed, "broadcast", lambda drawn, source: sent.append((int(drawn), source)))
    shuffler = torch.Generator()
    with loop.seeded(3, Team(1, 2), CPU, shuffler):
        assert (shuffler.initial_seed(), torch.initial_seed()) == (3, 4)
    with loop.seeded(None, Team(0, 1), CPU, shuffler):
        assert not sent
    with loop.seeded(None, Team(1, 2), CPU, shuffler):
        assert sent == [(shuffler.initial_seed(), 0)]
