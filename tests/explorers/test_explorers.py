"""Explorers without a browser: their traits, what they refuse, and what a notebook stores of them."""

import functools
import html
import json
import re
import subprocess
import sys

import ipywidgets
import nbformat
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from traitlets import TraitError, link

import convlab.explorers
import convlab.functional as C
import notebooks  # tools/course/notebooks.py
from convlab.explorers import ChannelExplorer, ConvExplorer, DigitInspector, KernelPlayground, TransposedConvExplorer
from convlab.explorers.shared import base
from convlab.plotting.canvas import as_text
from convlab.training import FastNet

X = torch.tensor([[1.0, -2, 3, 0, 2], [0, 4, -1, 2, 1], [2, 1, 0, -3, 5], [1, 1, 2, 2, -4]])
KERNEL = torch.tensor([[1.0, 0, -1], [2, 0, -2]])
EXPLORERS = {
    "conv": lambda: ConvExplorer(X, KERNEL, stride=2, padding=1),
    "channels": lambda: ChannelExplorer(X[None].repeat(4, 1, 1), torch.ones(4, 2, 2, 2), groups=2),
    "transposed": lambda: TransposedConvExplorer(X, KERNEL, stride=2, padding=1, output_padding=1),
    "playground": lambda: KernelPlayground(),
    "playground, colour": lambda: KernelPlayground(kernel=torch.ones(3, 3, 3), padding_mode="reflect"),
    "digit": lambda: DigitInspector(torch.manual_seed(0) and FastNet(), unit=[2, 3, 4, 4]),
}
bundle = functools.cache(lambda make: make()._repr_mimebundle_())  # drawn once for several tests
every = pytest.mark.parametrize("make", EXPLORERS.values(), ids=EXPLORERS)
some = [each if name == "conv" else pytest.param(each, marks=pytest.mark.slow) for name, each in EXPLORERS.items()]


# All explorers.


@pytest.mark.slow
@every
def test_a_notebook_stores_little(make):
    explorer, (data, _) = make(), bundle(make)
    size = sum(len(value) for value in data.values() if isinstance(value, str))
    weights = explorer._plain_state().get("weights", {"base64": ""})["base64"]
    assert len(weights) < 60_000 and size - len(weights) < 90_000, (size, len(weights))
    assert len(base.packed(explorer._name)) < 26_000
    assert data["text/plain"] == repr(explorer) and data["image/png"]


@every
def test_a_picture_describes_itself(make):
    explorer, (data, metadata) = make(), bundle(make)
    alt = metadata["image/png"]["alt"]
    assert alt.startswith(f"{type(explorer).__name__}: ") and 80 < len(alt) <= base.LONGEST_ALT
    assert not re.search(r"\d[x×]\d|[_={}\[\]]|tensor|None", alt), "plain words"
    assert html.escape(alt) in data["text/html"]
    nbformat.validate(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[
        nbformat.v4.new_output("display_data", {"image/png": ""}, metadata=metadata)
    ])]))  # fmt: skip


@pytest.mark.parametrize("name", ["conv", "channels", "transposed", "playground"])
def test_a_description_follows_the_state(name):
    explorer = EXPLORERS[name]()
    before = explorer._alt()
    explorer.position = (*explorer.position[:-1], 1)
    place = tuple(explorer.position)
    assert explorer._alt() != before and f"{place} is {as_text(explorer.output[place])}" in explorer._alt()


def test_a_description_of_long_names_is_cut():
    names = [f"wave length {n} in the infrared of a satellite, as the makers call it" for n in range(6)]
    alt = ChannelExplorer(torch.ones(6, 3, 3), torch.ones(1, 6, 2, 2), names=names)._alt()
    assert len(alt) <= base.LONGEST_ALT and alt.endswith("…")


def test_a_digit_without_an_answer_is_described():
    assert "no answer: the board is empty" in DigitInspector(FastNet(), strokes=[])._alt()


@every
def test_script_and_style_fetch_nothing_and_make_no_html(make):
    code = base.script(make()._name) + base.style(make()._name)
    assert not re.search(r"innerHTML|outerHTML\s*=|insertAdjacentHTML|document\.write|\beval\(|fetch\(|XMLHttp", code)
    assert set(re.findall(r"https?://[^\"'` ]*", code)) <= {"http://www.w3.org/2000/svg"}
    depth = 0
    for line in re.sub(r"(?s)/\*.*?\*/\n", "", base.style(make()._name)).splitlines():
        assert depth or ".convlab-x" in line, line  # nothing else on the page is touched
        depth += line.count("{") - line.count("}")


@every
def test_what_is_stored_is_the_script_without_its_comments(make):
    name = make()._name
    (code,) = notebooks.explorer_code([{"data": {"text/html": f'const CODE = "{base.packed(name)}";'}}])
    kept, lines = code.decode().splitlines(), [line.strip() for line in base.script(name).splitlines()]
    assert kept[:-1] == [line.split(" // ")[0] for line in lines if line and not line.startswith("//")]
    rules = json.loads(kept[-1].removeprefix("export const STYLE = ").rstrip(";"))
    bare = re.sub(r"(?s)/\*.*?\*/", "", base.style(name))
    assert rules.split() == bare.split() and "/*" not in rules


@every
def test_what_both_sides_need_stands_in_python_and_is_sent(make):
    explorer = make()
    code, names = base.script(explorer._name), set(explorer.constants)
    assert {name for name in names if re.search(rf"\b{name}\b", code)} == names and "constants" in explorer._state_names
    assert names >= set(re.findall(r"\bc\.([a-z]\w*)", code))
    explorer.constants.clear()  # a copy
    assert explorer.constants
    with pytest.raises(TraitError, match="read-only"):
        explorer.constants = {}


@every
def test_the_picture_is_drawn_without_pyplot_keeping_it(make):
    import matplotlib.pyplot as plt

    figure = make().figure()
    assert figure.get_size_inches()[0] <= 11 and plt.get_fignums() == []


@every
def test_text_in_the_state_cannot_leave_its_script(make):
    text = bundle(make)[0]["text/html"]
    assert text.count("<script") == text.count("</script>") == 1
    assert len(re.findall(r'data-convlab="(\w+)"', text)) == 1


@pytest.mark.parametrize("make", some, ids=EXPLORERS)
def test_the_same_state_makes_the_same_html(make):
    assert make().to_html() == bundle(make)[0]["text/html"]


def test_importing_convlab_loads_no_widgets():
    code = (
        "import sys, convlab; print([m for m in ('ipywidgets', 'anywidget', 'matplotlib', 'PIL') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


# ConvExplorer.

sizes = st.tuples(st.integers(1, 7), st.integers(1, 7))
small = st.tuples(st.integers(1, 4), st.integers(1, 4))


@given(sizes, small, small, st.tuples(st.integers(0, 3), st.integers(0, 3)), small, st.booleans())
def test_output_is_torchs_or_the_error_is_ours(size, kernel_size, stride, padding, dilation, convolution):
    x, kernel = torch.randn(size, dtype=torch.float64), torch.randn(kernel_size, dtype=torch.float64)
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    try:
        C.conv2d(x[None, None], kernel[None, None], **options)
    except ValueError as error:
        with pytest.raises(ValueError, match=re.escape(str(error))):
            ConvExplorer(x, kernel, **options)
        return
    explorer = ConvExplorer(x, kernel, **options, convolution=convolution)
    weight = kernel.flip(0, 1) if convolution else kernel
    torch.testing.assert_close(explorer.output, F.conv2d(x[None, None], weight[None, None], **options)[0, 0])
    assert str(tuple(explorer.output.shape)).strip("()").replace(", ", "x") in repr(explorer)


def test_lists_arrays_and_tensors_are_taken():
    for x in (X, X.numpy(), X.tolist(), X.int(), np.asfortranarray(X), X.requires_grad_(False)):
        assert torch.equal(ConvExplorer(x, KERNEL).x, X.double())
    x = X.clone()
    explorer = ConvExplorer(x, KERNEL)
    x.zero_()
    assert torch.equal(explorer.x, X.double())  # a tensor of its own


def test_what_is_wrong_raises_and_changes_nothing():
    explorer = ConvExplorer(X, KERNEL, stride=2, position=(1, 1))
    for name, value, kind, words in [
        ("stride", 0, ValueError, "conv2d: stride is 0; each entry must be at least 1"),
        ("stride", 1.5, TypeError, "conv2d: stride must be a whole number"),
        ("stride", (1, 2, 3), ValueError, "it needs one number or 2"),
        ("padding", -1, ValueError, "conv2d: padding is -1; negative"),
        ("padding", 20, ValueError, "at most 32 rows"),
        ("padding", "same", ValueError, "padding='same' asks for stride 1"),
        ("padding", "some", ValueError, "'valid' or 'same'"),
        ("dilation", 9, ValueError, "conv2d: "),
        ("kernel", torch.ones(9, 9), ValueError, "conv2d: "),
        ("kernel", torch.ones(3), ValueError, r"two dimensions \(height, width\), got shape \(3,\)"),
        ("kernel", [[1, 2], [3]], TypeError, "must be a matrix of numbers"),
        ("x", "text", TypeError, "must be a matrix of numbers"),
        ("x", [[float("nan")]], ValueError, "infinite or nan"),
        ("x", torch.zeros(0, 3), ValueError, "two dimensions"),
        ("x", torch.zeros(40, 40), ValueError, r"Take a part"),
        ("position", (2, 0), ValueError, r"position is \(2, 0\), but the output is \(2, 2\)"),
    ]:
        before = repr(explorer), explorer.position
        with pytest.raises(kind, match=words) as error:
            setattr(explorer, name, value)
        assert isinstance(error.value, TraitError)
        assert (repr(explorer), explorer.position) == before, name


def test_several_at_once_go_together_or_not_at_all():
    explorer = ConvExplorer(X, KERNEL)
    with explorer.hold_trait_notifications():
        explorer.kernel, explorer.padding = torch.ones(6, 6), 2
    assert tuple(explorer.output.shape) == (3, 4)
    with pytest.raises(ValueError, match="conv2d"), explorer.hold_trait_notifications():
        explorer.stride, explorer.padding = 3, 0
    assert (explorer.stride, explorer.padding) == ((1, 1), (2, 2))


def test_the_position_stays_inside_when_the_output_shrinks():
    explorer = ConvExplorer(X, KERNEL, position=(2, 2))
    explorer.stride = 2
    assert explorer.position == (1, 1)


def test_same_padding():
    assert ConvExplorer(X, torch.ones(3, 5), padding="same").padding == (1, 2)
    assert ConvExplorer(X, KERNEL, padding="valid").padding == (0, 0)
    with pytest.raises(ValueError, match="cannot be the same on both sides"):
        ConvExplorer(X, KERNEL, padding="same")


def test_traits_can_be_observed_and_linked():
    explorer, slider, other = ConvExplorer(X, KERNEL), ipywidgets.IntSlider(max=9), ConvExplorer(X, KERNEL)
    seen = []
    explorer.observe(lambda change: seen.append(change.new), "position")
    link((explorer, "interval"), (slider, "value"), (lambda v: v // 100, lambda v: v * 100))
    link((explorer, "position"), (other, "position"))
    slider.value = 7
    explorer.position = (1, 2)
    assert explorer.interval == 700 and seen == [(1, 2)] and other.position == (1, 2)


def test_what_the_browser_sends_is_taken():
    explorer = ConvExplorer(X, KERNEL, position=(2, 2))
    explorer.set_state({"x": X.tolist(), "kernel": [[1, 0]], "stride": [2, 2], "position": [0, 1]})
    assert explorer.stride == (2, 2) and explorer.position == (0, 1)
    assert torch.equal(explorer.kernel, torch.tensor([[1.0, 0]], dtype=torch.float64))


# What the notebooks store.


def stored_explorers():
    for path in sorted(notebooks.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                if "convlab-stored" in output.get("data", {}).get("text/html", ""):
                    yield path.stem, output.data


def test_stored_explorers_are_todays_and_small():
    seen = set()
    for notebook, data in stored_explorers():
        kind = re.match(r"\w+", data["text/plain"])[0]
        explorer = getattr(convlab.explorers, kind)
        seen.add((notebook[:2], kind))
        (today,) = notebooks.explorer_code([{"data": {"text/html": f'const CODE = "{base.packed(explorer._name)}";'}}])
        assert notebooks.explorer_code([{"data": data}]) == [today], f"{notebook}: run make notebooks"
        assert base._text("shared/alone.js") in data["text/html"], f"{notebook}: run make notebooks"
        weights = sum(map(len, re.findall(r'"weights\\":\{\\"base64\\":\\"([\w+/=]*)', data["text/html"])))
        assert weights < 60_000 and sum(map(len, data.values())) - weights < 90_000 and data["image/png"], notebook
        assert notebooks.WIDGET_VIEW not in data
    assert {
        ("01", "ConvExplorer"),
        ("02", "ConvExplorer"),
        ("01", "KernelPlayground"),
        ("03", "KernelPlayground"),
        ("05", "TransposedConvExplorer"),
        ("06", "DigitInspector"),
    } <= seen


@pytest.mark.parametrize(
    ("make", "news"),
    [
        (lambda: ConvExplorer(torch.ones(3, 3), torch.ones(2, 2)), {"kernel": [[0, 1], [2, 3]], "stride": [2, 2]}),
        (lambda: TransposedConvExplorer(torch.ones(2, 2), torch.ones(2, 2)), {"kernel": [[0, 1], [2, 3]]}),
        (lambda: KernelPlayground(torch.rand(8, 8)), {"kernel": [[0, 1, 2]] * 3}),
        (lambda: DigitInspector(FastNet()), {"strokes": [[[0.5, 0.5]]], "unit": [0, 0, 1, 1]}),
        (lambda: ChannelExplorer(torch.ones(2, 3, 3), torch.ones(1, 2, 2, 2)), {"bias": [3]}),
    ],
)
def test_what_the_browser_sets_is_not_sent_back(make, news):
    """An echo would undo what has been set in the browser since, and not yet sent: fast typing, a busy machine."""
    explorer, sent = make(), []
    explorer._send = lambda message, buffers=None: sent.append(message["method"])
    explorer.set_state(news)
    assert "echo_update" not in sent
