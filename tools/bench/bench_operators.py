"""How long each algorithm of conv2d takes, as a ratio to torch.nn.functional.conv2d measured in the same run.

    python tools/bench/bench_operators.py                   the table
    python tools/bench/bench_operators.py --plot bench.png  and a bar chart
    python tools/bench/bench_operators.py --quick           few repeats, for a first look

Each way takes turns with torch (torch, taps, torch, taps, ...), so that a busy moment meets both alike, and no way has
to work in the caches that a third one has just filled.
A benchmark measures; it is no test, and nothing fails because a number is high.
"""

import argparse
import platform
import statistics
import sys
import time
from pathlib import Path
from typing import NamedTuple

import torch
from torch.nn.functional import conv2d as torch_conv2d

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from convlab.functional import conv2d
from convlab.functional.algorithms import ALGORITHMS, choose
from convlab.layers import DynamicConv2d

LOOPS_UP_TO = 1000  # windows: above, a loop over them takes too long to be measured
WINDOWS_UP_TO = 2**25  # entries of the copied windows: above, they fill the memory


class Case(NamedTuple):
    """One setting: the input's shape, the weight's shape, and how the kernels move."""

    name: str
    input: tuple[int, ...]
    weight: tuple[int, ...]
    stride: int = 1
    padding: int = 0
    groups: int = 1


CASES = [
    Case("8x64x56x56, 3x3 to 64", (8, 64, 56, 56), (64, 64, 3, 3), padding=1),
    Case("8x256x14x14, 3x3 to 256", (8, 256, 14, 14), (256, 256, 3, 3), padding=1),
    Case("8x3x224x224, 7x7 / 2 to 64", (8, 3, 224, 224), (64, 3, 7, 7), stride=2, padding=3),
    Case("64x1x28x28, 5x5 to 10", (64, 1, 28, 28), (10, 1, 5, 5)),
    Case("1x16x64x64, 31x31 to 16", (1, 16, 64, 64), (16, 16, 31, 31), padding=15),
    Case("8x64x56x56, depthwise 3x3", (8, 64, 56, 56), (64, 1, 3, 3), padding=1, groups=64),
]
TINY = [Case("1x2x8x8, 3x3 to 2", (1, 2, 8, 8), (2, 2, 3, 3), padding=1)]


def ways(case: Case) -> dict:
    """Return the functions to be measured, without the ones that this case is too large for."""
    x, weight = torch.randn(case.input), torch.randn(case.weight)
    how = {"stride": case.stride, "padding": case.padding, "groups": case.groups}
    out = torch_conv2d(x, weight, **how)
    positions = out[:, 0].numel()
    too_large = {
        "loops": positions > LOOPS_UP_TO,
        "windows": positions * case.input[1] * case.weight[2] * case.weight[3] > WINDOWS_UP_TO,
    }
    found = {"torch": lambda: torch_conv2d(x, weight, **how)}
    for name in [*ALGORITHMS, "auto"]:
        if not too_large.get(name):
            found[name] = lambda name=name: conv2d(x, weight, **how, algorithm=name)
    return found


def measure(case: Case, repeats: int) -> tuple[str, float, dict[str, float]]:
    """Return auto's choice, torch's median seconds, and for each way the ratio of medians, measured in turns."""
    functions = ways(case)
    reference = functions.pop("torch")
    ratios, all_of_torch = {}, []
    for name, function in functions.items():
        seconds = {reference: [], function: []}
        for turn in range(repeats + 1):
            for either, found in seconds.items():
                start = time.perf_counter()
                either()
                if turn:  # the first round only warms up
                    found.append(time.perf_counter() - start)
        ratios[name] = statistics.median(seconds[function]) / statistics.median(seconds[reference])
        all_of_torch += seconds[reference]
    grouped = torch.empty(case.weight).unflatten(0, (case.groups, -1))
    return choose(grouped), statistics.median(all_of_torch), ratios


def measure_dynamic(input: tuple[int, ...], out_channels: int, repeats: int) -> float:
    """Return the time of a DynamicConv2d as a multiple of the grouped convolution that it ends in, in turns."""
    n, channels, *size = input
    layer, x = DynamicConv2d(channels, out_channels), torch.randn(input)
    weight, bias = torch.randn(n * out_channels, channels, 3, 3), torch.randn(n * out_channels)
    side_by_side = x.reshape(1, n * channels, *size)
    seconds = {"grouped": [], "dynamic": []}
    for turn in range(repeats + 1):
        start = time.perf_counter()
        torch_conv2d(side_by_side, weight, bias, padding=1, groups=n)
        middle = time.perf_counter()
        layer(x)
        end = time.perf_counter()
        if turn:
            seconds["grouped"].append(middle - start)
            seconds["dynamic"].append(end - middle)
    return statistics.median(seconds["dynamic"]) / statistics.median(seconds["grouped"])


def processor() -> str:
    """Return the processor's name as the system gives it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def row(case: Case, chosen: str, torch_seconds: float, ratios: dict[str, float]) -> str:
    """Return one line of the table."""
    shown = [f"{ratios[n]:.2f}" if n in ratios else "-" for n in [*ALGORITHMS, "auto"]]
    return f"{case.name:<28}{torch_seconds * 1e3:>9.2f}  " + "".join(f"{r:>9}" for r in shown) + f"  {chosen}"


def plot(results: list, file: Path) -> None:
    """Save the ratios as bars; the line is torch."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    colours = dict(
        zip([*ALGORITHMS, "auto"], plt.style.library["tableau-colorblind10"]["axes.prop_cycle"], strict=False)
    )
    figure, axes = plt.subplots(figsize=(11, 5), layout="constrained")
    for k, (name, style) in enumerate(colours.items()):
        found = [(i, ratios[name]) for i, (*_, ratios) in enumerate(results) if name in ratios]
        axes.bar([i + (k - 2.5) * 0.14 for i, _ in found], [r for _, r in found], 0.14, label=name, **style)
    axes.axhline(1, color="black", linewidth=1)
    axes.set(yscale="log", ylabel="time as a multiple of torch's")
    axes.set_xticks(range(len(results)), [case.name.replace(", ", "\n") for case, *_ in results])
    axes.legend(ncols=6, loc="upper center", bbox_to_anchor=(0.5, 1.1), frameon=False)
    figure.savefig(file, dpi=120)
    plt.close(figure)


def at_least_1(text: str) -> int:
    """Read a whole number from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 on, got {text!r}")
    return int(text)


def main(arguments: list[str] | None = None) -> None:
    """Measure, print the table, and draw it if asked."""
    parser = argparse.ArgumentParser(description="Compare the algorithms of conv2d with torch's own.")
    parser.add_argument("--repeats", type=at_least_1, default=15, help="measurements of each way (15)")
    parser.add_argument("--threads", type=at_least_1, default=2, help="threads that torch may use (2)")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="save a bar chart, for example bench.png")
    parser.add_argument("--quick", action="store_true", help="3 repeats instead")
    parser.add_argument("--tiny", action="store_true", help="one tiny setting only: a trial of the bench itself")
    chosen = parser.parse_args(arguments)
    if chosen.plot and (chosen.plot.suffix not in {".png", ".svg", ".pdf"} or not chosen.plot.parent.is_dir()):
        parser.error(f"--plot {chosen.plot}: give a .png, .svg or .pdf file in a folder that exists")
    repeats = 3 if chosen.quick else chosen.repeats
    torch.set_num_threads(chosen.threads)
    torch.manual_seed(0)
    print(f"{processor()}, {chosen.threads} threads, torch {torch.__version__}, float32, median of {repeats}")
    print("torch in milliseconds; the others as multiples of torch's time; - where it would take too long")
    print(f"{'':<28}{'torch ms':>9}  " + "".join(f"{n:>9}" for n in [*ALGORITHMS, "auto"]) + "  auto takes")
    results = []
    for case in TINY if chosen.tiny else CASES:
        results.append((case, *measure(case, repeats)))
        print(row(*results[-1]), flush=True)
    for input, out_channels in [((1, 2, 8, 8), 2)] if chosen.tiny else [((8, 64, 32, 32), 64), ((4, 128, 28, 28), 128)]:
        shape = "x".join(map(str, input))
        ratio = measure_dynamic(input, out_channels, repeats)
        print(f"DynamicConv2d {shape}, 3x3 to {out_channels}: {ratio:.2f} of the grouped conv2d that it ends in")
    if chosen.plot:
        plot(results, chosen.plot)


if __name__ == "__main__":
    with torch.no_grad():
        main()
