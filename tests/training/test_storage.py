"""Weights in files: damaged, of another model, from inside a wrapper; the normalisation goes along."""

import io
import os
from copy import deepcopy

import pytest
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel

from convlab.training import FastNet, evaluate, fit, load, save
from convlab.training.pixels import remembered
from tests.training.test_training import QUIET, dataset, small_net


def test_what_is_saved_is_what_is_loaded(tmp_path):
    model, other = small_net(nn.BatchNorm2d(4), seed=1), small_net(nn.BatchNorm2d(4), seed=2)
    path = save(model, tmp_path / "net.pt")
    assert load(other, path) is other and list(tmp_path.iterdir()) == [path]
    assert all(torch.equal(a, b) for a, b in zip(model.state_dict().values(), other.state_dict().values(), strict=True))


class Evil:
    def __reduce__(self):
        return os.system, ("echo evil",)


def damaged():
    file = io.BytesIO()
    torch.save(small_net().state_dict(), file)
    whole = file.getvalue()
    return {
        "empty": b"",
        "text": b"hello, I am no model",
        "cut short": whole[: len(whole) // 2],
        "a bit flipped": whole[:700] + bytes([whole[700] ^ 255]) + whole[701:],
        "the end missing": whole[:-30],
    }


@pytest.mark.parametrize("how", ["empty", "text", "cut short", "the end missing"])
def test_a_damaged_file_is_named_and_the_model_keeps_its_weights(how, tmp_path):
    (tmp_path / "net.pt").write_bytes(damaged()[how])
    model = small_net()
    with pytest.raises(ValueError, match=r"^load: .*net\.pt is damaged, or no file of weights"):
        load(model, tmp_path / "net.pt")
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), small_net().parameters(), strict=True))


def test_a_file_cannot_run_code(tmp_path, capfd):
    torch.save({"weight": Evil()}, tmp_path / "net.pt")
    with pytest.raises(ValueError, match=r"^load: "):
        load(small_net(), tmp_path / "net.pt")
    assert "evil" not in capfd.readouterr().out


def test_another_models_file_is_refused(tmp_path):
    save(small_net(), tmp_path / "net.pt")
    with pytest.raises(ValueError, match=r"^load: .*model: 3\.weight is \(3, 48\) in the file, \(5, 48\)"):
        load(small_net(classes=5), tmp_path / "net.pt")
    with pytest.raises(ValueError, match=r"^load: .*model: [^;]*; [^;]*; [^;]* and 13 more$"):
        load(FastNet(), tmp_path / "net.pt")
    line = nn.Linear(2, 1)
    for n, end in ((1, "bias is missing in the file$"), (3, "; b is not in the model$"), (4, "; b is .* and 1 more$")):
        torch.save({"weight": line.weight, **dict.fromkeys("abc"[: n - 1], torch.ones(1))}, tmp_path / "more.pt")
        with pytest.raises(ValueError, match=end):
            load(line, tmp_path / "more.pt")
    torch.save([1, 2], tmp_path / "list.pt")
    with pytest.raises(ValueError, match="holds list"):
        load(small_net(), tmp_path / "list.pt")
    with pytest.raises(FileNotFoundError, match=r"^load: there is no file .*none\.pt"):
        load(small_net(), tmp_path / "none.pt")


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path):
    with pytest.raises(OSError, match=r"^save: .* cannot be written"):
        save(small_net(), tmp_path / "no folder" / "net.pt")
    assert list(tmp_path.iterdir()) == []


class Compiled(nn.Module):
    """What torch.compile makes of a model, as far as names go; the real one takes seconds to import."""

    def __init__(self, model):
        super().__init__()
        self._orig_mod = model


def parallel(model):
    """Wrap a model; where a GPU is, DataParallel takes it there, and these tests compare on the CPU."""
    return nn.DataParallel(model).cpu()


WRAPPERS = {"plain": lambda model: model, "compiled": Compiled, "parallel": parallel}
SLOW = {"really compiled": torch.compile}
BOTH = [*WRAPPERS, *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW)]


@pytest.mark.parametrize("saved", BOTH)
@pytest.mark.parametrize("loaded", BOTH)
def test_only_the_prefix_of_a_wrapper_differs(saved, loaded, tmp_path):
    model, other = small_net(nn.BatchNorm2d(4), seed=1), small_net(nn.BatchNorm2d(4), seed=2)
    file = save((WRAPPERS | SLOW)[saved](model), tmp_path / "net.pt")
    load((WRAPPERS | SLOW)[loaded](other), file)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), other.parameters(), strict=True))


def test_a_wrapped_part_and_a_file_that_torch_wrote_are_read_too(tmp_path):
    model, other, averaged = small_net(seed=1), small_net(seed=2), AveragedModel(small_net(seed=3))
    torch.save(parallel(model).state_dict(), tmp_path / "net.pt")
    other[0] = Compiled(other[0])
    load(other, tmp_path / "net.pt")
    assert torch.equal(model[0].weight, other[0]._orig_mod.weight)
    averaged.n_averaged += 5
    assert load(AveragedModel(model), save(averaged, tmp_path / "mean.pt")).n_averaged == 5


def test_a_layer_that_is_called_module_keeps_its_name(tmp_path):
    def named(seed):
        torch.manual_seed(seed)
        return nn.ModuleDict({"module": nn.Linear(2, 1), "line": nn.Linear(2, 1)})

    class Clashing(nn.Module):
        def __init__(self, seed):
            super().__init__()
            torch.manual_seed(seed)
            self.module, self.weight = nn.Linear(2, 1), nn.Parameter(torch.randn(1))
            self.bias = nn.Parameter(torch.randn(1))

    for build in (named, Clashing):
        one, other = build(1), build(2)
        load(other, save(one, tmp_path / "net.pt"))
        torch.testing.assert_close(dict(one.state_dict()), dict(other.state_dict()), atol=0, rtol=0)


@pytest.mark.parametrize("function", [save, load])
def test_a_lazy_model_and_one_without_numbers_get_a_sentence(function, tmp_path):
    save(nn.Linear(2, 3), tmp_path / "net.pt")
    with pytest.raises(ValueError, match=r"^(save|load): weight has no shape yet; show the lazy model an image"):
        function(nn.LazyLinear(3), tmp_path / "net.pt")
    with pytest.raises(ValueError, match=r"^(save|load): weight is on 'meta', with a shape but no numbers"):
        function(nn.Linear(2, 3, device="meta"), tmp_path / "net.pt")


def test_the_normalisation_is_in_the_file_and_the_file_is_still_a_state_dict(tmp_path):
    model, train = small_net(), dataset()
    fit(model, train, epochs=1, batch_size=8, normalisation=(0.25, 0.125), **QUIET)
    file = save(Compiled(model), tmp_path / "net.pt")
    same = load(small_net(), file)
    assert remembered(same) == remembered(model) == ((0.25,), (0.125,)) == remembered(deepcopy(nn.DataParallel(model)))
    assert evaluate(same, train) == evaluate(model, train)
    plain = small_net()
    assert str(plain.load_state_dict(torch.load(file, weights_only=True))) == "<All keys matched successfully>"
    assert remembered(plain) is None and list(model.state_dict()) == list(small_net().state_dict())


def test_a_file_without_a_normalisation_takes_away_the_models(tmp_path):
    """The numbers belong to the weights: other weights, other numbers."""
    model = small_net()
    fit(model, dataset(), epochs=1, batch_size=8, normalisation=(0.25, 0.125), **QUIET)
    torch.save(dict(small_net(seed=1).state_dict()), tmp_path / "old.pt")
    assert remembered(load(model, tmp_path / "old.pt")) is None
    torch.save(small_net(classes=5).state_dict(), tmp_path / "other.pt")
    fit(model, dataset(), epochs=1, batch_size=8, normalisation=(0.25, 0.125), **QUIET)
    with pytest.raises(ValueError, match="another model"):
        load(model, tmp_path / "other.pt")
    assert remembered(model) == ((0.25,), (0.125,))
