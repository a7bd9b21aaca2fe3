"""The bench runs and prints its table. No time is tested: a busy machine must not fail a test."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import bench_cures
import bench_gpu
import bench_operators
import bench_training
import cures
import pytest
import torch
from torch.utils.data import DataLoader

from convlab.data import load_digits, load_emoji

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


# --- cures of overfitting -------------------------------------------------------------------------------------------


@pytest.fixture
def few_emoji(monkeypatch):
    """Six concepts of each class: one is to be judged in each fold, at least."""
    images, labels, label_list, concepts = cures.pictures("cpu")
    pairs = sorted(set(zip(label_list, concepts, strict=True)))
    taken = {concept for label in range(6) for concept in [c for k, c in pairs if k == label][:6]}
    mine = [i for i, concept in enumerate(concepts) if concept in taken]
    few = images[mine], labels[mine], [label_list[i] for i in mine], [concepts[i] for i in mine]
    for module in (cures, bench_cures):
        monkeypatch.setattr(module, "pictures", lambda device: few)
    bench_cures.redrawn.cache_clear()
    yield few
    bench_cures.redrawn.cache_clear()


@pytest.mark.parametrize("by", ["concept", "picture"])
def test_each_picture_is_judged_once_and_no_concept_is_learned_and_judged(by):
    *_, labels, concepts = cures.pictures("cpu")
    judged = []
    for fold in range(cures.FOLDS):
        parts = cures.indices(by, fold, labels, concepts)
        assert sorted(i for part in parts.values() for i in part) == list(range(len(labels)))
        of = {name: {concepts[i] for i in part} for name, part in parts.items()}
        shared = of["train"] & of["test"] | of["train"] & of["val"] | of["val"] & of["test"]
        assert not shared if by == "concept" else len(shared) > 100
        assert {labels[i] for i in parts["test"]} == {labels[i] for i in parts["val"]} == set(range(6))
        judged += parts["test"]
    assert sorted(judged) == list(range(len(labels)))


def test_no_picture_of_the_test_set_is_touched():
    seen = {image.numpy().tobytes() for image in cures.pictures("cpu")[0]}
    assert len(seen) == 1242 and not seen & {image.numpy().tobytes() for image in load_emoji("test").images}


def test_a_difference_is_paired_and_says_how_sure_it_is():
    """The bootstrap beside its formula: of shares of K concepts drawn anew, the variance of a class's mean is v / K."""
    *_, labels, concepts = cures.pictures("cpu")
    labels, concepts = torch.tensor(labels), torch.tensor(concepts)
    bad = torch.zeros(1, len(labels))
    assert bench_cures.summary(bad + 1) == {"mean": 100.0, "plus or minus": 0.0, "seeds": [100.0]}
    good = (concepts % 2 == 0).float()[None]  # half of the concepts, all of each
    expected, variance = 0.0, 0.0
    for label in range(6):
        mine = concepts[labels == label]
        sizes = torch.stack([(mine == each).sum() for each in mine.unique()]).float()
        share = (good[0, labels == label]).mean()
        residuals = sizes * ((mine.unique() % 2 == 0).float() - share)
        expected += share / 6
        variance += (residuals**2).sum() / sizes.sum() ** 2 / 36  # of a ratio, to first order
    row = bench_cures.summary(good)
    assert row["mean"] == pytest.approx(100 * float(expected), abs=0.01)
    assert row["plus or minus"] == pytest.approx(196 * float(variance) ** 0.5, rel=0.1)
    assert bench_cures.summary(good, good) == {"mean": 0.0, "plus or minus": 0.0, "seeds": [0.0]}, "paired"
    assert bench_cures.summary(good, bad)["mean"] == row["mean"]
    seeds = bench_cures.summary(torch.cat([bad, bad + 1]))
    assert seeds["mean"] == 50 and seeds["plus or minus"] == 635.31, "two seeds, 0 and 100: 12.706 * 70.7 / root of 2"
    many = bench_cures.summary(torch.cat([good, good] * 30 + [bad]))  # nearly all of it comes from the concepts
    assert many["plus or minus"] == pytest.approx(row["plus or minus"], rel=0.05)


def test_the_bench_of_cures_stores_its_table(capsys, monkeypatch, few_emoji, tmp_path):
    monkeypatch.setattr(bench_cures, "ProcessPoolExecutor", lambda count, *_: ThreadPoolExecutor(count))
    monkeypatch.setattr(cures, "BATCH", 32)
    rows = ["early stopping", "all together", "4 layers in blocks with a sum"]
    out = tmp_path / "x.json"
    bench_cures.main(["--epochs", "2", "--seeds", "3", "--minutes", "0", "--rows", *rows, "--out", str(out)])
    stored = json.loads(out.read_text(encoding="utf-8"))
    assert stored["seeds"] == 1, "no seed begins that would end too late"
    assert set(stored["rows"]) == {"plain", *rows, "4 layers in blocks"} and stored["torch"] == torch.__version__
    assert stored["without training"]["most frequent class, by concept"]["mean"] == 16.67
    assert "difference to by concept" in stored["without training"]["nearest neighbour, by picture"]
    assert all(len(curve) == 2 for curve in stored["curves"]["plain"].values())
    assert stored["rows"]["plain"]["difference to plain"] is None
    assert "difference to no sum" in stored["rows"][rows[-1]] and len(stored["rows"][rows[0]]["epochs chosen"]) == 5
    assert "4 layers in blocks with a sum" in capsys.readouterr().out


def test_the_stored_table_is_whole():
    """What the notebook shows: rows with their uncertainty, and the machine that measured them."""
    stored = json.loads(bench_cures.STORED.read_text(encoding="utf-8"))
    assert set(stored["rows"]) <= set(cures.ROWS) and len(stored["rows"]) > 8
    assert all(row["balanced accuracy"]["plus or minus"] > 0 for row in stored["rows"].values())
    assert stored["device"] and stored["torch"] and stored["pictures"]["test"] > 200


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
