"""The fast recipe: written out by hand, its seed, and how well it learns."""

import pytest
import torch
from torch.optim.lr_scheduler import OneCycleLR

from convlab.data import load_digits
from convlab.training import FastNet, evaluate, fit, fit_fast, recipe
from tests.training.test_training import QUIET, dataset


def test_the_fast_recipe_written_out():
    """All that its docstring says, by hand; the seed makes the first weights too, and the caller's stay as they are."""
    train = dataset(300, classes=10, shape=(1, 28, 28))
    state = torch.get_rng_state()
    model, history = fit_fast(train, seed=3, **QUIET)
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(3)
    expected = FastNet()
    by_hand = fit(
        expected,
        train,
        epochs=2,
        batch_size=256,
        optimizer=lambda parameters: torch.optim.AdamW(parameters, lr=0.01, betas=(0.7, 0.9)),
        scheduler=lambda o, n: OneCycleLR(o, 0.01, total_steps=n, cycle_momentum=False),
        seed=3,
        **QUIET,
    )
    torch.testing.assert_close(history.step_loss, by_hand.step_loss, atol=1e-4, rtol=1e-3)
    assert len(history.step_loss) == 4 and model[0].weight.is_contiguous(memory_format=torch.channels_last)


def test_without_a_seed_the_fast_recipe_begins_elsewhere_each_time():
    train = dataset(4, classes=10, shape=(1, 28, 28))
    one, other = (fit_fast(train, epochs=1, batch_size=4, **QUIET)[1] for _ in range(2))
    assert one.step_loss != other.step_loss


def test_all_weights_make_their_step_at_once_where_torch_can(monkeypatch):
    def fused(*_, optimizer, **__):
        return [optimizer([torch.ones(1, device=device)]).defaults["fused"] for device in ("cpu", "meta")]

    monkeypatch.setattr(recipe, "fit", fused)
    assert fit_fast(None)[1] == [True, False]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_the_fast_recipe_on_the_bundled_digits(seed):
    train, test = load_digits("train", source="bundled"), load_digits("test", source="bundled")
    model, history = fit_fast(train, test, epochs=4, seed=seed, device="cpu", progress=False)
    assert 0.96 < history.accuracy[-1] < 0.995
    assert history.accuracy[-1] == evaluate(model, test)
    assert history.loss[0] > history.loss[-1]
