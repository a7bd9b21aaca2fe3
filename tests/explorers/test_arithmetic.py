"""The explorers' arithmetic in the browser, `math.js`, against torch over whole grids of settings; in Node."""

import base64
import itertools
import json
import math
import os
import random
import subprocess
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from convlab.explorers import ChannelExplorer, ConvExplorer, DigitInspector, KernelPlayground, TransposedConvExplorer
from convlab.explorers.digit.preprocess import preprocess, rasterise
from convlab.explorers.playground.widget import MODES, PRESETS
from convlab.explorers.shared import base

HERE = Path(__file__).parent
pytestmark = pytest.mark.node


def run(name, tmp_path, explorer, **cases):
    """Run `name.test.mjs` on cases that hold what torch computed."""
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"constants": explorer.constants.default_value, **cases}), encoding="utf-8")
    command = ["node", "--test", "--test-reporter=spec", str(HERE / f"{name}.test.mjs")]
    env = {**os.environ, "CASES": str(file)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        pytest.fail(done.stdout[done.stdout.rfind("failing tests:") :] + done.stderr, pytrace=False)


def either(function, *arguments, **options):
    """Return a result as lists; None where torch refuses."""
    try:
        return function(*arguments, **options)[0, 0].tolist()
    except RuntimeError:
        return None


def far_pairs(axis, jumps, names):
    """Yield sizes, kernel sizes and options: every setting of the height, with far-away ones of the width."""
    for number, first in enumerate(axis):
        for jump in jumps:
            pairs = list(zip(first, axis[(number * 131 + jump) % len(axis)], strict=True))
            yield pairs[0], pairs[1], dict(zip(names, pairs[2:], strict=True))


def drawn(axis, jumps, names):
    """Yield random images and kernels of these sizes, with the options."""
    generator = torch.Generator().manual_seed(0)
    for size, kernel_size, options in far_pairs(axis, jumps, names):
        yield *(torch.randn(*n, generator=generator, dtype=torch.float64) for n in (size, kernel_size)), options


def both_kinds(cases, least):
    """Return the cases, of which enough work and enough do not."""
    refused = sum(case["expected"] is None for case in cases)
    assert min(refused, len(cases) - refused) > least
    return cases


def test_conv(tmp_path):
    axis = list(itertools.product((1, 2, 3, 5), (1, 2, 3, 4), (1, 2, 3), (0, 1, 3), (1, 2, 3)))
    cases = []
    for x, kernel, options in drawn(axis, (77, 200, 331, 409), ("stride", "padding", "dilation")):
        turned = len(cases) % 2 == 1
        expected = either(F.conv2d, x[None, None], (kernel.flip(0, 1) if turned else kernel)[None, None], **options)
        case = {"x": x.tolist(), "kernel": kernel.tolist(), **options, "convolution": turned}
        cases.append({**case, "expected": expected})
    run("conv", tmp_path, ConvExplorer, cases=both_kinds(cases, 400), gradients=gradients(), skipped=skipped())


def gradients():
    """Return for each pixel of an image the weights with which the outputs use it: their gradients."""
    x = torch.randn(4, 5, dtype=torch.float64, requires_grad=True)
    kernel = torch.tensor([[1.0, 0, -1], [2, 0, -2]], dtype=torch.float64)
    settings = {"stride": (2, 1), "padding": (1, 2), "dilation": (1, 2)}
    out = F.conv2d(x[None, None], kernel[None, None], **settings)[0, 0]
    of = torch.stack([torch.autograd.grad(v, x, retain_graph=True)[0] for v in out.flatten()]).reshape(*out.shape, 4, 5)
    settings |= {"x": x.tolist(), "kernel": kernel.tolist(), "convolution": False}
    return [
        {"settings": settings, "pixel": [i + 1, j + 2], "size": out.shape, "expected": of[:, :, i, j].tolist()}
        for i, j in itertools.product(range(4), range(5))
    ]


def skipped():
    """Return for many settings why each pixel of a line is skipped, by looking at all windows; "" if it is read."""

    def why(line, windows, s, d):
        if any(line in window for window in windows):
            return ""
        if line > max(max(window) for window in windows):
            return f"behind the last window, and one more step (stride {s}) would leave the input"
        inside = any(min(window) < line < max(window) for window in windows)
        return f"dilation {d}" if inside else f"between two windows: stride {s}"

    found = []
    for n, k, s, d in itertools.product(range(1, 12), range(1, 5), range(1, 6), range(1, 5)):
        if d * (k - 1) + 1 <= n:
            windows = [set(range(i, i + d * (k - 1) + 1, d)) for i in range(0, n - d * (k - 1), s)]
            expected = [why(line, windows, s, d) for line in range(n)]
            found.append({"n": n, "kernel": k, "stride": s, "dilation": d, "expected": expected})
    return found


def test_channels(tmp_path):
    generator = torch.Generator().manual_seed(2)
    options = {"generator": generator, "dtype": torch.float64}
    cases = []
    sizes = itertools.product((1, 2, 3, 6), (1, 2, 4, 6), ((1, 1), (1, 5), (4, 3), (5, 6)), ((1, 1), (1, 2), (3, 3)))
    for ins, outs, size, kernel in sizes:
        for groups in (g for g in range(1, 7) if ins % g == outs % g == 0 and kernel <= size and kernel[1] <= size[1]):
            x, layer = torch.randn(ins, *size, **options), nn.Conv2d(ins, outs, kernel, groups=groups).double()
            case = {"x": x.tolist(), "weight": layer.weight.tolist(), "bias": layer.bias.tolist(), "groups": groups}
            out, parameters = layer(x), sum(p.numel() for p in layer.parameters())
            macs = layer.weight.numel() * out[0].numel()
            cases.append({**case, "expected": out.tolist(), "parameters": parameters, "macs": macs})
    run("channels", tmp_path, ChannelExplorer, cases=cases, gradients=channel_gradients(options), counts=counts())


def channel_gradients(options):
    """Return for each pixel of several channels the weights with which the numbers of all maps use it."""
    x, weight = torch.randn(4, 3, 4, **options).requires_grad_(), torch.randn(2, 2, 2, 3, **options)
    out = F.conv2d(x, weight, groups=2)
    of = torch.stack([torch.autograd.grad(v, x, retain_graph=True)[0] for v in out.flatten()]).reshape(
        *out.shape, 4, 3, 4
    )
    settings = {"x": x.tolist(), "weight": weight.tolist(), "bias": [0, 0], "groups": 2}
    pixels = itertools.product(range(4), range(3), range(4))
    return [{"settings": settings, "pixel": p, "expected": of[(..., *p)].tolist()} for p in pixels]


def counts():
    """Return numbers of channels and groups, and sizes, with whether torch takes them."""
    found = []
    for ins, outs, groups in itertools.product(range(1, 7), repeat=3):
        for size, kernel in (((3, 4), (2, 2)), ((3, 4), (4, 1)), ((2, 2), (3, 3))):
            try:
                nn.Conv2d(ins, outs, kernel, groups=groups)(torch.zeros(1, ins, *size))
                expected = True
            except (RuntimeError, ValueError):
                expected = False
            case = {"ins": ins, "outs": outs, "groups": groups, "size": size, "kernel": kernel}
            found.append({**case, "expected": expected})
    return found


@pytest.mark.slow
def test_transposed(tmp_path):
    axis = list(itertools.product((1, 2, 4), (1, 2, 3, 4), (1, 2, 3), (0, 1, 2, 5), (0, 1, 2), (1, 2, 3)))
    cases = [
        {"x": x.tolist(), "kernel": kernel.tolist(), **options,
         "expected": either(F.conv_transpose2d, x[None, None], kernel[None, None], **options)}
        for x, kernel, options in drawn(axis, (77, 331), ("stride", "padding", "output_padding", "dilation"))
    ]  # fmt: skip
    run("transposed", tmp_path, TransposedConvExplorer, cases=both_kinds(cases, 400))


@pytest.mark.filterwarnings("ignore:Using padding='same'")
def test_playground(tmp_path):
    options = {"generator": torch.Generator().manual_seed(1), "dtype": torch.float64}
    cases = []
    for H, W, h, w, mode in itertools.product((1, 2, 3, 5), (1, 4, 6), (1, 2, 3, 4, 5), (1, 2, 3, 4, 5), MODES):
        channels = 1 + 2 * (len(cases) % 2)
        planes, kernel = torch.rand(channels, H * W, **options), torch.randn(channels, h, w, **options)
        padding = {"padding": "valid"} if mode == "valid" else {"padding": "same", "padding_mode": mode}
        layer = nn.Conv2d(channels, 1, (h, w), bias=False, dtype=torch.float64, **padding)
        layer.weight.data = kernel[None]
        expected = either(layer, planes.reshape(1, channels, H, W))
        case = {"planes": planes.tolist(), "size": [H, W], "kernel": kernel.tolist(), "padding_mode": mode}
        cases.append({**case, "expected": expected})
    run("playground", tmp_path, KernelPlayground, cases=both_kinds(cases, 200), kernels=list(ranks(options)))


def ranks(options):
    """Yield kernels with their ranks: sums of products of a column and a row, and the examples, made in float32."""
    image = torch.zeros(9, 9)
    known = {**dict.fromkeys(PRESETS, 1), "sharpen": 2, "emboss": 3, "laplacian": 2}
    assert known == {name: KernelPlayground(image, kernel).rank for name, kernel in PRESETS.items()}
    for seed in range(60):
        rows, columns, count = 1 + seed % 6, 1 + seed // 6 % 6, 1 + seed % 5
        products = torch.randn(count, rows, 1, **options) * torch.randn(count, 1, columns, **options)
        yield {"kernel": products.sum(0).tolist(), "expected": min(count, rows, columns)}
    for name, rank in known.items():
        yield {"kernel": PRESETS[name].double().tolist(), "expected": rank}


@pytest.mark.slow
def test_digit(tmp_path):
    found = []
    for strokes in drawings():
        board = rasterise(strokes)
        images = []
        for bits in range(8):
            options = {"resize": bool(bits & 1), "centre": bool(bits & 2), "blur": bool(bits & 4)}
            images.append({"options": options, "expected": preprocess(board, **options).flatten().tolist()})
        text = base64.b64encode(board.numpy().tobytes()).decode("ascii")
        found.append({"strokes": strokes, "board": text, "images": images})
    run("digit", tmp_path, DigitInspector, drawings=found)


def drawings():
    """Yield strokes of all kinds: points, lines, spirals, at the edge, tiny and empty."""
    draw = random.Random(0)
    yield []
    yield [[[0.5, 0.5]]]
    yield [[[0, 0], [1, 1]], [[1, 0]]]
    for turns in (1, 2, 3):
        angles = [(t, t * turns / 6) for t in range(45)]
        yield [[[round(0.5 + 0.01 * t * f(a), 3) for f in (math.cos, math.sin)] for t, a in angles]]
    for _ in range(60):
        lengths = [draw.randint(1, 6) for _ in range(draw.randint(1, 4))]
        yield [[[round(draw.random(), 3), round(draw.random(), 3)] for _ in range(n)] for n in lengths]


def test_all_files_of_a_script_make_one_module(tmp_path):
    """As a page gets it: nothing is declared twice, nothing imported, and what is exported is the widget."""
    for name in ("conv", "channels", "transposed", "playground", "digit"):
        (tmp_path / f"{name}.mjs").write_text(base.script(name), encoding="utf-8")
        say = f"import('./{name}.mjs').then((all) => console.log(Object.keys(all), typeof all.default.render))"
        done = subprocess.run(["node", "-e", say], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.stdout == "[ 'default' ] function\n", done.stderr
