"""What an NVIDIA GPU computes is what the CPU computes. `make test-gpu` runs this where one is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

import convlab.functional as C
from convlab import setup_check
from convlab.data import load_digits
from convlab.explorers import DigitInspector
from convlab.functional.algorithms import ALGORITHMS
from convlab.geometry import count_macs, receptive_field
from convlab.training import FastNet, best_device, evaluate, fit, fit_fast, load, save
from tests.training.test_training import cycle, dataset, small_net

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.slow,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="PyTorch finds no NVIDIA GPU (CUDA) here"),
]
ROOT = Path(__file__).parents[1]
GPU = "cuda"


@pytest.fixture(autouse=True)
def all_digits(monkeypatch):
    """By default cuDNN rounds float32 to 10 bits; here what is compared is not the rounding."""
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)


def both(call, *tensors):
    """Return what a call gives on the GPU and on the CPU; the first must have stayed there."""
    there = call(*(tensor.to(GPU) for tensor in tensors))
    assert there.device.type == GPU
    return there.cpu(), call(*tensors)


def drawn(*shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


# --- operators ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm_of_conv2d(algorithm):
    how = {"stride": (1, 2), "padding": 1, "dilation": (2, 1), "groups": 2, "algorithm": algorithm}
    ours, expected = both(lambda *t: C.conv2d(*t, **how), drawn(2, 4, 7, 8), drawn(6, 2, 3, 2), drawn(6))
    torch.testing.assert_close(ours, expected)


OPERATORS = {
    "conv1d": lambda x: C.conv1d(x[0], x[0, :, :, :3], padding=1),
    "conv3d": lambda x: C.conv3d(x[None], x[None, :, :, :2, :2]),
    "conv_transpose2d": lambda x: C.conv_transpose2d(x, x[:3, :, :3, :3].transpose(0, 1), stride=2, output_padding=1),
    "fold": lambda x: C.fold(C.unfold(x, (2, 3), padding=1), x.shape[2:], (2, 3), padding=1),
    "correlate2d": lambda x: C.correlate2d(x[0, 0], x[1, 0, :2, :3], "full"),
    "max_pool2d": lambda x: C.max_pool2d(x, 3, 2, 1),
    "max_pool2d, indices": lambda x: C.max_pool2d(x, 2, return_indices=True)[1],
    "avg_pool2d": lambda x: C.avg_pool2d(x, 3, 2, 1, divisor_override=5),
    "interpolate, nearest": lambda x: C.interpolate(x, scale_factor=1.7),
    "interpolate, bilinear": lambda x: C.interpolate(x, (11, 3), mode="bilinear"),
}


@pytest.mark.parametrize("name", OPERATORS)
def test_an_operator(name):
    ours, expected = both(OPERATORS[name], drawn(3, 3, 6, 5))
    torch.testing.assert_close(ours, expected)


def test_gradients():
    def gradient(x, weight):
        x = x.detach().requires_grad_()
        C.max_pool2d(C.conv2d(x, weight, padding="same"), 2).square().sum().backward()
        return x.grad

    torch.testing.assert_close(*both(gradient, drawn(2, 3, 6, 6), drawn(4, 3, 3, 3)))


def test_two_devices_are_refused_in_words():
    with pytest.raises(ValueError, match=r"^conv2d: .*cuda"):
        C.conv2d(drawn(1, 1, 4, 4).to(GPU), drawn(1, 1, 2, 2))


# --- training -------------------------------------------------------------------------------------------------


def trained(device, **options):
    """Train a small net; return its history and its weights."""
    model = small_net(nn.BatchNorm2d(4))
    how = {"epochs": 3, "batch_size": 7, "scheduler": cycle, "seed": 1, "progress": False}
    history = fit(model, dataset(), dataset(9, seed=1), device=device, **{**how, **options})
    assert next(model.parameters()).device.type == torch.device(device or best_device()).type
    return history, [parameter.detach().cpu() for parameter in model.parameters()]


def assert_same_training(one, other):
    close = {"atol": 1e-3, "rtol": 1e-3}
    torch.testing.assert_close(one[0].step_loss, other[0].step_loss, **close)
    torch.testing.assert_close(one[1], other[1], **close)


def test_the_gpu_is_the_best_device_and_the_setup_check_names_it():
    assert best_device().type == GPU
    assert setup_check._check_device() == (("device", GPU, torch.cuda.get_device_name()), "")


@pytest.mark.parametrize("device", [None, GPU, f"{GPU}:0", 0])
def test_training_on_the_gpu_is_training_on_the_cpu(device):
    assert_same_training(trained(device), trained("cpu"))


def test_channels_last():
    assert_same_training(trained(GPU, memory_format=torch.channels_last), trained("cpu"))


def test_a_seed_repeats_dropout_and_leaves_the_random_numbers_of_the_gpu_alone():
    models = [small_net(nn.Dropout(0.5)) for _ in range(2)]  # their start sets the seed of all devices
    torch.cuda.manual_seed(7)
    before = torch.cuda.get_rng_state()
    first, second = (
        fit(model, dataset(), epochs=2, batch_size=10, device=GPU, seed=3, progress=False) for model in models
    )
    torch.testing.assert_close(first.step_loss, second.step_loss, atol=1e-4, rtol=1e-4)
    assert torch.equal(torch.cuda.get_rng_state(), before)


def test_a_gpu_that_is_not_there_is_refused_in_words():
    with pytest.raises(ValueError, match=r"^fit: device 'cuda:99' cannot be used here .*best is 'cuda'"):
        fit(small_net(), dataset(), epochs=1, batch_size=8, device="cuda:99", progress=False)


def test_the_fast_recipe_and_a_file_from_one_device_to_the_other(tmp_path):
    train, test = load_digits("train", source="bundled"), load_digits("test", source="bundled")
    model, history = fit_fast(train, test, epochs=4, seed=0, progress=False)
    assert 0.96 < history.accuracy[-1] < 0.995
    assert evaluate(model, test) == history.accuracy[-1]
    path = save(model, tmp_path / "net.pt")
    here, there = load(FastNet(), path), load(FastNet().to(GPU), path)
    assert abs(evaluate(here, test) - history.accuracy[-1]) < 0.002
    assert evaluate(there, test) == history.accuracy[-1]


SCRIPT = """
import os, sys, torch
sys.path.insert(0, {root!r})
from tests.training.test_training import cycle, dataset, small_net
from convlab.training import fit
torch.backends.cudnn.allow_tf32 = False
model = small_net()
history = fit(model, dataset(), dataset(9, seed=1), epochs=3, batch_size=7, scheduler=cycle, seed=1, progress=False)
assert next(model.parameters()).device == torch.device("cuda", int(os.environ["LOCAL_RANK"]))
if os.environ["RANK"] == "0":
    torch.save((history.step_loss, history.accuracy), sys.argv[1])
"""


@pytest.mark.parametrize("processes", [1, 2])
def test_torchrun_gives_each_process_a_gpu(processes, tmp_path):
    if processes > torch.cuda.device_count():
        pytest.skip(f"{processes} GPUs are needed, here is {torch.cuda.device_count()}")
    script = tmp_path / "train.py"
    script.write_text(SCRIPT.format(root=str(ROOT)), encoding="utf-8")
    command = ["-m", "torch.distributed.run", "--standalone", f"--nproc_per_node={processes}", script]
    run = [sys.executable, *command, tmp_path / "found.pt"]
    done = subprocess.run(run, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    alone = fit(
        small_net(), dataset(), dataset(9, seed=1), epochs=3, batch_size=7, scheduler=cycle, seed=1, progress=False
    )
    found = torch.load(tmp_path / "found.pt", weights_only=True)
    torch.testing.assert_close(found, (alone.step_loss, alone.accuracy), atol=1e-3, rtol=1e-3)


# --- what looks at a model --------------------------------------------------------------------------------------


def test_a_model_on_the_gpu_is_counted_and_stays_there():
    model = nn.Sequential(nn.Conv2d(1, 4, 3, stride=2), nn.ReLU(), nn.Conv2d(4, 2, 3))
    expected = count_macs(model, (1, 1, 28, 28)), receptive_field(model)
    model.to(GPU)
    assert (count_macs(model, (1, 1, 28, 28)), receptive_field(model)) == expected
    assert next(model.parameters()).device.type == GPU


def test_the_inspector_asks_a_model_on_the_gpu():
    torch.manual_seed(0)
    model, digit = FastNet().eval(), load_digits("test", source="bundled").images[0]
    here = DigitInspector(model, digit).scores
    torch.testing.assert_close(DigitInspector(model.to(GPU), digit).scores.cpu(), here, atol=1e-3, rtol=1e-3)
