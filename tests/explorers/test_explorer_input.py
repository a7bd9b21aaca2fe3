"""What people give to explorers: misspelt names, values of other types, links. Taken, or refused in words."""

import copy
import io
import json
import pickle
import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from traitlets import Any, HasTraits, Int, TraitError, dlink, link

from convlab.explorers import ConvExplorer, DigitInspector, KernelPlayground, TransposedConvExplorer
from convlab.explorers.shared import base

X, K = torch.arange(30.0).reshape(5, 6), torch.tensor([[1.0, 0], [2, -1]])
PIXELS = torch.arange(784, dtype=torch.uint8).reshape(28, 28)
NETWORK = nn.Sequential(nn.Flatten(), nn.Linear(784, 3))
MAKE = {
    "conv": lambda **named: ConvExplorer(X, K, **named),
    "transposed": lambda **named: TransposedConvExplorer(X, K, **named),
    "playground": lambda **named: KernelPlayground(X / 30, K, **named),
    "digit": lambda **named: DigitInspector(NETWORK, **named),
}
every = pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)


def refuses(explorer, kind, words, act):
    """Check that an act is refused in these words, and that the explorer is as it was."""
    before = explorer.get_state()
    with pytest.raises(kind, match=words) as caught:
        act(explorer)
    assert explorer.get_state() == before
    return caught.value


# Names.


@given(st.sampled_from(sorted(MAKE)), st.data())
def test_misspelt_names_are_refused_and_the_right_one_is_told(kind, data):
    explorer = MAKE[kind]()
    name = data.draw(st.sampled_from(base._arguments(type(explorer))))
    at = data.draw(st.integers(0, len(name)))
    wrong = name[:at] + data.draw(st.sampled_from(["", "s", "e", "ss"])) + name[at + data.draw(st.integers(0, 1)) :]
    if hasattr(type(explorer), wrong) or wrong.startswith("_"):
        return
    words = rf"{type(explorer).__name__}: there is no {{}} '{wrong}'(; did you mean '\w+'\?|\.) It {{}} .*\b{name}\b"
    with pytest.raises(TypeError, match=words.format("argument", "takes")):
        MAKE[kind](**{wrong: 1})
    refuses(explorer, AttributeError, words.format("attribute", "has"), lambda e: setattr(e, wrong, 1))
    assert not hasattr(explorer, wrong)


@pytest.mark.parametrize(
    ("kind", "wrong", "right"),
    [("conv", "strides", "stride"), ("conv", "kernels", "kernel"), ("transposed", "outputpadding", "output_padding"),
     ("transposed", "views", "view"), ("playground", "padding", "padding_mode"), ("digit", "center", "centre"),
     ("digit", "label", "labels"), ("conv", "layouts", "layout")],
)  # fmt: skip
def test_the_near_name_is_told(kind, wrong, right):
    with pytest.raises(TypeError, match=f"no argument '{wrong}'; did you mean '{right}'"):
        MAKE[kind](**{wrong: 1})


@every
def test_what_widgets_take_is_taken(make):
    explorer = make(layout={"width": "50%"}, tooltip="look", tabbable=True)
    assert explorer.layout.width == "50%" and explorer.tooltip == "look"
    explorer.layout.width, explorer._own = "40%", 3
    explorer.add_traits(more=Int(2))
    explorer.more = 5
    explorer.add_class("wide")
    explorer.close()
    assert (explorer._own, explorer.more) == (3, 5)


def test_a_subclass_may_keep_what_it_likes():
    class Mine(ConvExplorer):
        extra = Int(1).tag(sync=True)

        def __init__(self, size, **named):
            super().__init__(torch.eye(size), K, **named)
            self.note = "mine"

    assert (Mine(4, extra=3, stride=2).extra, Mine(4).note) == (3, "mine")
    with pytest.raises(TypeError, match="Mine: there is no argument 'strides'; did you mean 'stride'"):
        Mine(4, strides=2)


def test_the_count_of_arguments():
    with pytest.raises(TypeError, match=r"ConvExplorer: too many positional.* It takes x, kernel, stride"):
        ConvExplorer(X, K, 1, 0, 1, True)
    with pytest.raises(TypeError, match=r"TransposedConvExplorer: missing a required argument: 'kernel'. It takes x"):
        TransposedConvExplorer(X)
    with pytest.raises(TypeError, match=r"DigitInspector: too many positional.* It takes model, image, labels"):
        DigitInspector(NETWORK, PIXELS, ["a", "b", "c"])


# Values of other types.

WRONG = {  # explorers and name: what is said, of which kind it is, for which values
    ("conv.convolution", "transposed.show_overlaps", "digit.resize", "digit.centre", "digit.blur"): [
        (": NAME must be True or False, got", TypeError, ["yes", 1, None]),
    ],
    ("conv.interval", "transposed.interval"): [
        (": NAME must be a whole number, got", TypeError, ["fast", 99.5, None, True]),
        (": NAME is 10; it needs at least 50 milliseconds", ValueError, [10, np.int64(10)]),
    ],
    ("conv.position", "transposed.position", "playground.position"): [
        (": NAME must be a whole number or a tuple of 2", TypeError, ["middle", 0.5, None, (0, 1.5)]),
        (": NAME is .*it needs one number or 2", ValueError, [(0, 1, 0)]),
        (": NAME is -1; negative", ValueError, [-1]),
        (r": NAME is \(40, 40\), but the output is \(\d, \d\)", ValueError, [40]),
    ],
    ("transposed.view",): [(": NAME is .*one of 'all', 'stamps', 'zeros'", ValueError, ["stamp", 3, None, ["all"]])],
    ("playground.padding_mode",): [(": NAME is .*one of 'zeros', 'reflect'", ValueError, ["same", 0, None, []])],
    ("playground.presets",): [
        (": NAME must be a dict of kernels by name", TypeError, [[], None, "box"]),
        (r": NAME\['mine'\] has entries", ValueError, [{"mine": [[float("nan")]]}]),
    ],
    ("digit.unit",): [
        (r": NAME is .*it needs \[step, channel, row, column\]", ValueError,
         ["first", 3, [0, 0, 0], [0, 0, 0, 0.5], [0, -1, 0, 0], [True] * 4, [0, 3, 0, 0], ["0"] * 4]),
    ],
    ("digit.labels",): [
        (": NAME must be a list of names", TypeError, [5]),
        (": the model has 3 scores, but there are 2 labels", ValueError, [["a", "b"], "ab"]),
    ],
    ("digit.strokes",): [
        (": NAME must be a list of strokes", TypeError,
         [None, 5, ["01"], [["01"]], [[("0", "1")]], [[(0, 1), (1,)]], [[(0, 1, 1)]], [[(1j, 0)]]]),
        (": NAME: each x and y must be from 0", ValueError, [[[(0, 1.5)]], [[(float("nan"), 0)]]]),
    ],
    ("digit.result", "digit.maps", "digit.program", "digit.weights"): [("trait is read-only", TraitError, [{}])],
}  # fmt: skip
CASES = [
    pytest.param(*of.split("."), value, error, words, id=f"{of} {value}")
    for several, rules in WRONG.items() for of in several for words, error, values in rules for value in values
]  # fmt: skip


@pytest.mark.parametrize(("kind", "name", "value", "error", "words"), CASES)
def test_wrong_values_are_refused_in_words_and_change_nothing(kind, name, value, error, words):
    explorer, words = MAKE[kind](), words.replace("NAME", name)
    words = f"{type(explorer).__name__}{words}" if words.startswith(":") else words
    assert isinstance(refuses(explorer, error, words, lambda e: setattr(e, name, value)), TraitError)
    if error is not TraitError:
        refuses(explorer, error, words, lambda e: e.set_trait(name, value))
    with pytest.raises(error, match=words):
        MAKE[kind](**{name: value})


def test_numbers_of_numpy_and_torch_are_taken():
    for one in (np.int64(1), np.uint8(1), torch.tensor(1), np.array([1, 1]), torch.tensor([1, 1], dtype=torch.int16)):
        explorer = ConvExplorer(X, K, stride=one, padding=one, position=one, convolution=np.True_)
        assert (explorer.stride, explorer.padding, explorer.position) == ((1, 1),) * 3 and explorer.convolution is True
    assert ConvExplorer(X, K, interval=np.int32(300)).interval == 300
    for unit in (np.array([1, 2, 0, 0]), torch.tensor([1, 2, 0, 0]), (1, np.int64(2), 0, 0)):
        assert DigitInspector(nn.Sequential(nn.Flatten(), nn.Linear(784, 3), nn.ReLU()), unit=unit).unit == [1, 2, 0, 0]
    for labels in (range(3), np.arange(3), torch.arange(3), "012", (0, np.int64(1), torch.tensor(2))):
        assert MAKE["digit"](labels=labels).labels == ["0", "1", "2"]


def test_same_padding_every_way_in():
    wide = torch.ones(3, 5)
    assert ConvExplorer(X, wide, padding="same", dilation=(2, 1)).padding == (2, 2)
    explorer = ConvExplorer(X, K)
    with explorer.hold_trait_notifications():
        explorer.padding, explorer.kernel = "same", wide
    assert explorer.padding == (1, 2) and explorer.get_state("padding") == {"padding": (1, 2)}
    explorer.set_trait("padding", "valid")
    assert explorer.padding == (0, 0)
    explorer.set_trait("padding", "same")
    assert explorer.padding == (1, 2) and explorer.output.shape == X.shape

    def two(explorer):
        with explorer.hold_trait_notifications():
            explorer.padding, explorer.stride = "same", 2

    refuses(explorer, ValueError, "padding='same' asks for stride 1, got 2", two)
    refuses(explorer, ValueError, "'valid' or 'same', got 'full'", lambda e: e.set_trait("padding", "full"))
    with pytest.raises(ValueError, match="'valid' or 'same', got 'full'"):
        ConvExplorer(X, K, padding="full")
    with pytest.raises(ValueError, match="padding='same' asks for stride 1, got 2"):
        ConvExplorer(X, K, 2, "same")


# Links.

TENSORS = {
    "conv": {"x": (X, X.flip(0)), "kernel": (K, 2 * K)},
    "transposed": {"x": (X, X.flip(0)), "kernel": (K, 2 * K)},
    "playground": {"image": (X / 30, X.flip(1) / 30), "kernel": (K, 2 * K)},
    "digit": {"image": (PIXELS, 255 - PIXELS), "strokes": ([[(0, 0.5)]], [[(0.1, 0.2), (0.3, 0.4)], [(1, 1)]])},
}
LINKS = [(kind, name, kind, name, *values) for kind, traits in TENSORS.items() for name, values in traits.items()]
LINKS += [
    ("conv", "kernel", "transposed", "kernel", K, 2 * K),
    ("conv", "kernel", "playground", "kernel", K, 2 * K),
    ("transposed", "x", "conv", "x", X, X + 1),
    ("playground", "image", "digit", "image", PIXELS, 255 - PIXELS),
]


def plain(explorer, name):
    value = getattr(explorer, name)
    return torch.as_tensor(value).squeeze().tolist() if name != "strokes" else value


@pytest.mark.parametrize("case", LINKS, ids=lambda case: " ".join(case[:4]))
def test_linked_traits_follow_each_other(case):
    kind, name, other_kind, other_name, first, second = case
    a, b, told = MAKE[kind](), MAKE[other_kind](), []
    setattr(a, name, first)
    before, joined = plain(a, name), link((a, name), (b, other_name))
    assert plain(b, other_name) == before
    for explorer, of in ((a, name), (b, other_name)):
        explorer.observe(lambda change: told.append(change.owner), of)
    setattr(a, name, second)
    assert plain(b, other_name) == plain(a, name) != before
    setattr(b, other_name, first)
    assert plain(b, other_name) == plain(a, name) == before and len(told) == 4
    setattr(a, name, copy.deepcopy(first))  # the same again
    setattr(b, other_name, getattr(b, other_name))
    assert len(told) == 4
    joined.unlink()
    dlink((b, other_name), (a, name))
    setattr(b, other_name, second)
    assert plain(b, other_name) == plain(a, name) != before


def test_a_ring_of_links_ends_and_so_does_a_bad_value():
    ring = [ConvExplorer(X, K), TransposedConvExplorer(X, K), KernelPlayground(X / 30, K)]
    told = []
    for n, explorer in enumerate(ring):
        link((explorer, "kernel"), (ring[n - 1], "kernel"))
        explorer.observe(lambda change: told.append(change.owner), "kernel")
    ring[1].kernel = 3 * K
    assert all(plain(explorer, "kernel") == (3 * K).tolist() for explorer in ring) and len(told) == 3
    refuses(ring[0], TypeError, "ConvExplorer: kernel must be", lambda e: setattr(e, "kernel", "sobel"))


def test_a_link_to_somebody_elses_trait():
    class Box(HasTraits):
        value = Any()

    box, explorer = Box(), ConvExplorer(X, K)
    link((explorer, "kernel"), (box, "value"))
    explorer.kernel = 2 * K
    assert torch.equal(torch.as_tensor(box.value), 2 * K.double())
    box.value = [[5, 5]]
    assert explorer.kernel.tolist() == [[5, 5]]


# What is read.


def test_values_are_plain_tensors_and_copies():
    explorer, seen = ConvExplorer(X, K), []
    explorer.observe(lambda change: seen.append(change.new), "kernel")
    explorer.kernel = K + 1
    kernel = explorer.kernel
    assert type(kernel) is torch.Tensor and torch.equal(kernel, (K + 1).double()) and nn.Parameter(kernel).requires_grad
    kernel[0, 0] = float("nan")
    assert explorer.kernel[0, 0] == 2
    explorer.kernel *= 2
    assert torch.equal(explorer.kernel, (K + 1).double() * 2) and len(seen) == 2
    new, text = seen[1], repr(explorer.kernel)
    assert repr(new) == str(new) == f"{new}" == text and text.startswith("tensor(")
    assert type(new + 1) is type(new[0]) is type(new.clone()) is torch.Tensor and torch.equal(new, explorer.kernel)
    for twin in (pickle.loads(pickle.dumps(new)), copy.copy(new), copy.deepcopy(new)):
        assert type(twin) is torch.Tensor and torch.equal(twin, explorer.kernel)
    file = io.BytesIO()
    torch.save(new, file)
    file.seek(0)
    assert torch.equal(torch.load(file, weights_only=True), torch.from_numpy(new.numpy()))
    assert (new == explorer.kernel) is (new != K) is (new != torch.ones(3)) is True is not (new != explorer.kernel)
    assert len({new}) == 1
    inspector = MAKE["digit"](image=PIXELS)
    inspector.image[0][0] = inspector.strokes[0][0][0] = inspector.unit[0] = 7
    assert inspector.image[0][0] == 0 and inspector.strokes[0][0][0] < 1 and inspector.unit == [0, 0, 0, 0]


# What is stored.


@every
def test_stored_state_is_json_and_says_what_to_do(make):
    explorer = make()
    html = explorer._to_html(png=b"")  # the picture takes longer than all the rest
    assert re.match(
        r'<div class="convlab-stored" data-convlab="\w+"><img [^>]*><p>Run this cell \(Shift \+ Enter\)', html
    )
    (state,) = re.findall(r"STATE = (.*);\n", html)
    found = json.loads(json.loads(state), parse_constant=pytest.fail)
    assert found == explorer._plain_state() and set(found) == set(explorer._state_names)


def test_no_text_in_a_script_runs_over_lines():
    """A line that begins with // is then a comment, as is all behind " // ": `packed` leaves them out."""
    for path in base.HOME.rglob("*.js"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert line.count("`") % 2 == 0 and "/*" not in line.replace('"image/*"', ""), (path.name, line)
            code, _, comment = line.partition(" // ")
            assert not comment or all(code.count(quote) % 2 == 0 for quote in '`"'), (path.name, line)
