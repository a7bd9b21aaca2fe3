"""What helps against overfitting: each cure on the emoji, by five folds over concepts. Stored beside them.

    python tools/bench/bench_cures.py --quick                 one seed, few epochs: a first look
    python tools/bench/bench_cures.py --device cuda           all of it; on a large GPU some minutes
    python tools/bench/bench_cures.py --minutes 4 --out FILE  stops after the last seed that fits

Only the pictures of the splits train and val are used: the test set stays closed. Their concepts are dealt into five
folds, class by class. Each fold in turn is what a network is judged by; a sixth of the concepts of the other four is
for validation, and the network learns from the rest. The row "split by picture" deals pictures instead.

Every network learns for the same number of epochs, with the same batches and AdamW at one rate, unless its row says
otherwise, and is judged as it is after the last one; early stopping takes the epoch with the lowest loss on the
validation pictures. A score is the balanced accuracy: the mean, over six classes, of the share of a class's pictures
that are right. Over the five folds each picture is judged once by each seed, so a difference of two rows is paired,
picture by picture. How sure it is: what if other things had been in the set? Concepts are drawn anew, class by class,
2,000 times (the bootstrap); to the variance of the difference comes that of the mean of the seeds. Plus or minus is
the root of both times the quantile of Student's t for 95 %: 1.96 where the concepts decide, more where few seeds do
(degrees of freedom as of Welch and Satterthwaite).
"""

import argparse
import json
import math
import statistics
import sys
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import torch
from bench_operators import at_least_1, processor
from cures import BATCH, CLASSES, DEPTHS, FOLDS, RATE, ROWS, Row, network, pictures, train, without_training
from scipy.stats import t as student
from torch import Tensor

STORED = Path(__file__).resolve().parents[2] / "convlab/data/emoji/cures.json"
DRAWS = 2000  # of the bootstrap
CURVES = ("plain", "augmentation", "dropout", "global average pooling", "all together")


# --- the table ------------------------------------------------------------------------------------------------------


@cache
def redrawn() -> tuple[Tensor, Tensor, Tensor]:
    """Return the concept of each picture, the class of each concept, and how often each draw has a concept."""
    _, _, labels, concepts = pictures("cpu")
    names = sorted(set(concepts))
    of = torch.tensor([names.index(concept) for concept in concepts])
    label = torch.zeros(len(names), dtype=torch.long).index_put((of,), torch.tensor(labels))
    weights, generator = torch.zeros(DRAWS, len(names)), torch.Generator().manual_seed(0)
    for each in range(CLASSES):
        mine = (label == each).nonzero().flatten()
        drawn = mine[torch.randint(len(mine), (DRAWS, len(mine)), generator=generator)]
        weights.scatter_add_(1, drawn, torch.ones(drawn.shape))
    return of, label, weights


def balanced(right: Tensor, weights: Tensor) -> Tensor:
    """Return the balanced accuracy for each row of weights: (pictures,), (draws, concepts) -> (draws,)."""
    of, label, _ = redrawn()
    zeros = torch.zeros(len(label))
    sums, sizes = zeros.index_add(0, of, right), zeros.index_add(0, of, torch.ones(len(of)))
    shares = []
    for each in range(CLASSES):
        mine = label == each
        shares.append((weights[:, mine] @ sums[mine]) / (weights[:, mine] @ sizes[mine]))
    return torch.stack(shares).mean(0)


def summary(right: Tensor, other: Tensor | None = None) -> dict:
    """Return the balanced accuracy in points, or its difference to another row: (seeds, pictures), 1 where right."""
    weights = redrawn()[2]
    once = torch.ones(1, weights.shape[1])
    draws = balanced(right.mean(0), weights)
    seeds = torch.cat([balanced(each, once) for each in right])
    if other is not None:
        draws = draws - balanced(other.mean(0), weights)
        seeds = seeds - torch.cat([balanced(each, once) for each in other])
    concepts, chance = float(draws.var()), float(seeds.var()) / len(seeds) if len(seeds) > 1 else 0.0
    freedom = (len(seeds) - 1) * ((concepts + chance) / chance) ** 2 if chance else math.inf
    return {
        "mean": round(100 * float(seeds.mean()), 2),
        "plus or minus": round(100 * float(student.ppf(0.975, freedom)) * (concepts + chance) ** 0.5, 2),
        "seeds": [round(100 * each, 2) for each in seeds.tolist()],
    }


def verdicts(runs: dict, key: str) -> Tensor:
    """Return which pictures were right, (seeds, pictures), from the runs of all folds."""
    seeds = max(seed for _, seed in runs) + 1
    right = torch.zeros(seeds, sum(len(run["judged"]) for (_, seed), run in runs.items() if seed == 0))
    for (_, seed), run in runs.items():
        right[seed, run["judged"]] = run[key]
    return right


def measure(device: str, epochs: int, seeds: int, processes: int, minutes: float, rows: dict[str, Row]):
    """Yield, seed by seed, how many are done, and the runs of each way to train so far: {row: {(fold, seed): run}}."""
    start, found = time.monotonic(), defaultdict(dict)
    ways = list(dict.fromkeys(replace(row, stop=False) for row in rows.values()))
    ways.sort(key=lambda way: -way.blocks - 20 * way.times)  # the longest first
    with ProcessPoolExecutor(
        processes, get_context("spawn"), torch.set_num_threads, (1 if processes > 1 else 2,)
    ) as pool:
        for seed in range(seeds):
            begun = time.monotonic()
            keys = [(way, fold) for way in ways for fold in range(FOLDS)]
            runs = [pool.submit(train, way, fold, seed, epochs, device) for way, fold in keys]
            for (way, fold), run in zip(keys, runs, strict=True):
                found[way][fold, seed] = run.result()
            now = time.monotonic()
            print(f"seed {seed}: {now - begun:.1f} s", flush=True)
            yield seed + 1, found
            if (now - start + now - begun) / 60 > minutes:
                break


def table(found: dict, rows: dict[str, Row]) -> dict:
    """Return the rows of the table."""
    right = {
        name: verdicts(found[replace(row, stop=False)], "chosen" if row.stop else "last") for name, row in rows.items()
    }
    table = {}
    for name, row in rows.items():
        runs = found[replace(row, stop=False)].values()
        table[name] = {
            "settings": asdict(row),
            "parameters": sum(p.numel() for p in network(row).parameters()),
            "accuracy": round(100 * float(right[name].mean()), 2),
            "balanced accuracy": summary(right[name]),
            "difference to plain": summary(right[name], right["plain"]) if name != "plain" else None,
            "training accuracy": round(100 * statistics.mean(r["curves"]["training accuracy"][-1] for r in runs), 2),
            "training loss": round(statistics.mean(r["curves"]["training loss"][-1] for r in runs), 4),
        }
        if row.stop:
            table[name]["epochs chosen"] = sorted(run["epoch"] for run in runs)
        if name.endswith(" with a sum"):
            without = right[name.removesuffix(" with a sum")]
            table[name]["difference to no sum"] = summary(right[name], without)
    return table


def curves(found: dict, rows: dict[str, Row]) -> dict:
    """Return the mean curves of some rows, a number for each epoch."""
    deepest = [f"{2 * DEPTHS[-1]} layers in blocks{end}" for end in ("", " with a sum")]
    means = {}
    for name in (*CURVES, *deepest):
        if name in rows:
            runs = [run["curves"] for run in found[replace(rows[name], stop=False)].values()]
            means[name] = {
                key: [round(statistics.mean(each), 3) for each in zip(*(run[key] for run in runs), strict=True)]
                for key in runs[0]
            }
    return means


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and store."""
    parser = argparse.ArgumentParser(description="Measure cures of overfitting on the emoji.")
    parser.add_argument("--device", default="cpu", help="cpu or cuda (cpu)")
    parser.add_argument("--epochs", type=at_least_1, default=50, help="of each training (50)")
    parser.add_argument("--seeds", type=at_least_1, default=5, help="trainings of each row and fold (5)")
    parser.add_argument("--processes", type=at_least_1, default=1, help="trainings at the same time (1)")
    parser.add_argument("--minutes", type=float, default=1e9, help="begin no seed that would end later")
    parser.add_argument("--rows", nargs="+", choices=list(ROWS), help="these and the plain network only")
    parser.add_argument("--quick", action="store_true", help="one seed of five epochs instead")
    parser.add_argument("--out", type=Path, default=STORED, help="file to store (convlab/data/emoji/cures.json)")
    chosen = parser.parse_args(arguments)
    epochs, seeds = (5, 1) if chosen.quick else (chosen.epochs, chosen.seeds)
    wanted = ["plain", *(chosen.rows or ROWS)]
    wanted += [name.removesuffix(" with a sum") for name in wanted]  # what the sum is compared with
    rows = {name: row for name, row in ROWS.items() if name in wanted}
    start = time.monotonic()
    right = {by: without_training(by) for by in ("concept", "picture")}
    baselines = {f"{name}, by {by}": summary(right[by][name]) for name in right["concept"] for by in right}
    for name in right["concept"]:
        baselines[f"{name}, by picture"]["difference to by concept"] = summary(
            *(right[by][name] for by in ("picture", "concept"))
        )
    about = {
        "device": torch.cuda.get_device_name() if chosen.device == "cuda" else f"{processor()} (CPU)",
        "torch": torch.__version__,
        "cuda": torch.version.cuda if chosen.device == "cuda" else None,
        "python": sys.version.split()[0],
        "data": "emoji, splits train and val",
        "folds": FOLDS,
        "epochs": epochs,
        "batch": BATCH,
        "optimizer": f"AdamW, learning rate {RATE}",
        "score": "balanced accuracy, in points; differences are paired; plus or minus: 95 %, bootstrap over concepts",
    }
    for done, found in measure(chosen.device, epochs, seeds, chosen.processes, chosen.minutes, rows):
        about["pictures"] = found[ROWS["plain"]][0, 0]["sizes"]
        about |= {"seeds": done, "seconds": round(time.monotonic() - start, 1)}
        stored = about | {"without training": baselines, "rows": table(found, rows), "curves": curves(found, rows)}
        chosen.out.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")  # what is done is kept
    report(stored)


def report(stored: dict) -> None:
    """Print the table."""
    for name, row in stored["without training"].items():
        print(f"{name:<36}{row['mean']:6.1f}")
    for name, row in stored["rows"].items():
        score, gap, more = row["balanced accuracy"], row["difference to plain"], row.get("difference to no sum")
        text = f"{gap['mean']:+6.1f} +- {gap['plus or minus']:4.1f}" if gap else ""
        text += f"   the sum: {more['mean']:+.1f} +- {more['plus or minus']:.1f}" if more else ""
        print(f"{name:<36}{score['mean']:6.1f}  training {row['training accuracy']:6.1f}  {text}")


if __name__ == "__main__":
    main()
