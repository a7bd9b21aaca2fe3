"""The bench runs and prints its table. No time is tested: a busy machine must not fail a test."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import bench_gpu
import bench_operators
import bench_training
import pytest
import torch
from torch.utils.data import DataLoader

from convlab.data import load_digits

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def threads_as_before():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def test_the_table_names_the_machine_and_every_algorithm(capsys, tmp_path):
    bench_operators.main(["--tiny", "--repeats", "1", "--plot", str(tmp_path / "bench.png")])
    text = capsys.readouterr().out
    for word in (
        torch.__version__,
        "loops",
        "windows",
        "taps",
        "im2col",
        "fft",
        "auto",
        bench_operators.TINY[0].name,
        "DynamicConv2d",
    ):
        assert word in text
    assert (tmp_path / "bench.png").stat().st_size > 1000


@pytest.mark.parametrize("arguments", [["--repeats", "0"], ["--threads", "two"], ["--plot", "nowhere/bench.png"]])
def test_bad_arguments_are_refused(arguments, capsys):
    with pytest.raises(SystemExit):
        bench_operators.main(arguments)
    assert arguments[0] in capsys.readouterr().err


@pytest.fixture
def few():
    """Few digits, to train on and to test with."""
    few = {}
    for split in ("train", "test"):
        digits = load_digits(split, source="bundled")
        few[split] = replace(digits, images=digits.images[:300], labels=digits.labels[:300])
    return few


class Here(ThreadPoolExecutor):
    """Instead of a process of its own for each way: only so does it see the few digits."""

    def __init__(self, threads):
        super().__init__(1)


def test_the_bench_of_training_prints_its_ratios(capsys, monkeypatch, few):
    loaders = [DataLoader(prepared(digits), batch_size=64) for digits in few.values()]
    monkeypatch.setattr(bench_training, "digits", lambda: tuple(few.values()))
    monkeypatch.setattr(bench_training, "loaders", lambda: loaders)
    monkeypatch.setattr(bench_training, "own_process", Here)
    bench_training.main(["--turns", "1", "--threads", "1"])
    text = capsys.readouterr().out
    for words in ("bundled digits", "fit, channels_last, same net and batch", "times as fast", "seeds: 2", "published"):
        assert words in text


def test_each_way_has_a_process_of_its_own():
    with bench_training.own_process(1) as process:
        assert process.submit(os.getpid).result() != os.getpid()


def test_the_bench_of_a_gpu_stores_what_it_measured(capsys, monkeypatch, few, tmp_path):
    """Here the CPU stands in for the GPU."""
    measure = bench_gpu.measure
    monkeypatch.setattr(bench_gpu, "STORED", tmp_path / "gpu.json")
    monkeypatch.setattr(bench_gpu, "load_digits", few.get)
    monkeypatch.setattr(bench_gpu, "measure", lambda device, turns: measure("cpu", turns))
    monkeypatch.setattr(bench_gpu, "gpu_name", lambda: None)
    bench_gpu.main([])
    assert "not measured" in capsys.readouterr().out and list(tmp_path.iterdir()) == []
    monkeypatch.setattr(bench_gpu, "gpu_name", lambda: "a GPU")
    bench_gpu.main(["--turns", "1", "--threads", "1"])
    stored = json.loads((tmp_path / "gpu.json").read_text(encoding="utf-8"))
    assert (stored["gpu"], stored["torch"], stored["digits"]) == ("a GPU", torch.__version__, "bundled")
    assert {"gpu", "cpu"} == set(stored["epoch"]["fit_fast"]) and len(stored["epoch"]) == 4
    assert all(row[where]["seconds"] > 0 for row in stored["epoch"].values() for where in row)
    assert capsys.readouterr().out.count("times as fast as on the CPU") == 4


def prepared(digits):
    return [(image.float() / 255, label) for image, label in zip(digits.images, digits.labels, strict=True)]


def test_what_is_told_of_a_gpu_is_what_was_measured():
    root = bench_gpu.STORED.parents[1]
    stored = json.loads(bench_gpu.STORED.read_text(encoding="utf-8"))
    times = {way: found["cpu"]["seconds"] / found["gpu"]["seconds"] for way, found in stored["epoch"].items()}
    small, large, last, fast = times.values()
    told = (root / "docs/performance.md").read_text(encoding="utf-8")
    for row in (
        f"64 | {small:.1f} times",
        f"1024 | {large:.0f} times",
        f"| {last:.0f} times",
        f"`fit_fast` | {fast:.1f} times",
    ):
        assert row in told
    book = (root / "notebooks/06_mnist_cnn.ipynb").read_text(encoding="utf-8")
    assert f"64: **{small:.0f} times**" in book and f"1,024: **{large:.0f} times**" in book
    right = [100 * found["gpu"]["accuracy"] for found in stored["epoch"].values()]
    assert f"had {right[0]:.0f} % of the test digits right, the large ones {right[1]:.0f} %" in book
