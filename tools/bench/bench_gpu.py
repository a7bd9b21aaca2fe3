"""How long an epoch takes on a GPU, and on the CPU beside it. What was measured is stored in docs/gpu.json.

    python tools/bench/bench_gpu.py               5 turns
    python tools/bench/bench_gpu.py --turns 1     a first look

Where PyTorch finds no NVIDIA GPU (CUDA), it says so and stores nothing. Each way is tried once before anything is
measured, and the ways take turns. An epoch ends with a pass over the test digits, and the clock waits for the GPU: it
stops when the losses have arrived.
"""

import argparse
import json
import statistics
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench_operators import at_least_1, processor
from bench_training import tutorial_net

from convlab.data import load_digits
from convlab.training import fit, fit_fast

STORED = Path(__file__).resolve().parents[2] / "docs/gpu.json"
SETTINGS = {
    "fit, batches of 64": {"batch_size": 64},
    "fit, batches of 1024": {"batch_size": 1024},
    "fit, batches of 1024, channels_last": {"batch_size": 1024, "memory_format": torch.channels_last},
}


def epoch(name: str, device: str, seed: int) -> tuple[float, float]:
    """Train for two epochs; return the seconds of the second, and the accuracy after it."""
    digits = load_digits("train"), load_digits("test")
    how = {"epochs": 2, "device": device, "seed": seed, "progress": False}
    if name in SETTINGS:
        history = fit(tutorial_net(), *digits, **how, **SETTINGS[name])
    else:
        _, history = fit_fast(*digits, **how)
    return history.seconds[1], history.accuracy[1]


def measure(device: str, turns: int) -> dict:
    """Return for each way, on the GPU and on the CPU, the median seconds of an epoch and the mean accuracy."""
    found = {}
    for turn in range(turns + 1):
        for name in (*SETTINGS, "fit_fast"):
            for key, where in {"gpu": device, "cpu": "cpu"}.items():
                pair = epoch(name, where, seed=turn)
                if turn:  # the first round only warms up
                    found.setdefault(name, {}).setdefault(key, []).append(pair)
    return {
        name: {
            key: {
                "seconds": round(statistics.median(seconds for seconds, _ in pairs), 4),
                "accuracy": round(statistics.mean(accuracy for _, accuracy in pairs), 4),
            }
            for key, pairs in by_device.items()
        }
        for name, by_device in found.items()
    }


def gpu_name() -> str | None:
    """Return the name of the GPU, or None."""
    return torch.cuda.get_device_name() if torch.cuda.is_available() else None


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and store."""
    parser = argparse.ArgumentParser(description="Measure training on a GPU beside the CPU.")
    parser.add_argument("--turns", type=at_least_1, default=5, help="how often each way is measured, seeds too (5)")
    parser.add_argument("--threads", type=at_least_1, default=2, help="threads that torch may use on the CPU (2)")
    chosen = parser.parse_args(arguments)
    if gpu_name() is None:
        print("PyTorch finds no NVIDIA GPU (CUDA) here: training on one is not measured.")
        return
    torch.set_num_threads(chosen.threads)
    about = {
        "gpu": gpu_name(),
        "cpu": f"{processor()}, {chosen.threads} threads",
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "digits": load_digits("train").source,
        "turns": chosen.turns,
    }
    found = about | {"epoch": measure("cuda", chosen.turns)}
    print(", ".join(f"{name}: {value}" for name, value in about.items()))
    for name, row in found["epoch"].items():
        gpu, cpu = row["gpu"]["seconds"], row["cpu"]["seconds"]
        print(f"{name:<36}{gpu:8.3f} s an epoch, {cpu / gpu:5.1f} times as fast as on the CPU")
    STORED.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
