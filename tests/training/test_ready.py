"""The network that comes with the package."""

from types import SimpleNamespace

import numpy as np
import torch

from convlab.data import load_digits
from convlab.training import FastNet, evaluate, load, pretrained, save
from convlab.training.pixels import remembered
from convlab.training.ready import FILE, TRAINED_WITH, kept


def test_it_reads_the_test_digits_as_well_as_it_says():
    model, test = pretrained(), load_digits("test", source="bundled")
    accuracy = evaluate(model, test)
    assert f"it reads {accuracy:.2%}".replace("%", " %") in pretrained.__doc__.replace("\n    ", " ")
    for digit in range(10):  # none is left behind
        these = test.labels == digit
        assert evaluate(model, SimpleNamespace(images=test.images[these], labels=test.labels[these])) > 0.96, digit


def test_its_file_is_small_and_holds_numbers_only():
    numbers = np.load(FILE, allow_pickle=False)
    assert numbers.dtype == np.float16 and FILE.stat().st_size < 30_000
    assert len(numbers) == sum(weight.numel() for weight in kept(FastNet()))


def test_each_call_returns_a_network_of_its_own(tmp_path):
    model = pretrained()
    assert isinstance(model, FastNet) and not model.training and remembered(model) == TRAINED_WITH
    torch.nn.init.zeros_(model[0].weight)
    assert pretrained()[0].weight.abs().sum() > 0
    assert all(weight.requires_grad for weight in model.parameters())  # it may learn more
    copy = load(FastNet(), save(pretrained(), tmp_path / "digits.pt"))
    assert remembered(copy) == TRAINED_WITH
