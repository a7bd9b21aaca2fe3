"""ChannelExplorer without a browser: its traits, what it refuses, its picture."""

import pytest
import torch
import torch.nn.functional as F
from traitlets import TraitError

from convlab.explorers import ChannelExplorer
from convlab.explorers.channels.widget import EXAMPLES

X = torch.arange(64.0).reshape(4, 4, 4) % 7 - 2
WEIGHT = torch.arange(32.0).reshape(4, 2, 2, 2) % 5 - 2


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_output_is_torchs(groups):
    weight, bias = WEIGHT.repeat(1, 2, 1, 1)[:, : 4 // groups], torch.tensor([1.0, 0, -1, 2])
    explorer = ChannelExplorer(X, weight, bias, groups)
    expected = F.conv2d(X.double(), weight.double(), bias.double(), groups=groups)
    torch.testing.assert_close(explorer.output, expected)
    assert f"groups {groups}: output 4x3x3" in repr(explorer)


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_work_and_are_what_their_name_says(name):
    *settings, names = EXAMPLES[name]
    explorer = ChannelExplorer(*settings, names=names)
    assert len(explorer.names) == len(explorer.x) and len(explorer.figure().axes) == 1
    x, out = explorer.x, explorer.output
    if name == "shuffle":
        assert torch.equal(out, x[[2, 0, 1]])
    if name == "grey":
        torch.testing.assert_close(out[0], x.mean(0))
    if name == "colour edge":
        assert out[0].tolist() == [[0, 36, 0]] * 3 and not out[1].any()
    if name == "a sound":
        assert torch.equal(out[:, 0], F.conv1d(x[:, 0], explorer.weight[:, :, 0]))


def test_a_sound_has_one_row():
    explorer = ChannelExplorer([[1, 2, 3], [4, 5, 6]], [[[1, 1], [0, 2]]])
    assert (explorer.x.shape, explorer.weight.shape, explorer.output.tolist()) == (
        (2, 1, 3),
        (1, 2, 1, 2),
        [[[13, 17]]],
    )


def test_what_is_wrong_raises_and_changes_nothing():
    explorer = ChannelExplorer(X, WEIGHT, groups=2, position=(3, 2, 2))
    for name, value, kind, words in [
        ("groups", 3, ValueError, "conv2d: .*with groups=3 the input must have 3 x 2 = 6 channels"),
        ("groups", 0, ValueError, "conv2d: groups is 0; it must be at least 1"),
        ("groups", 1.5, TypeError, "groups must be a whole number"),
        ("groups", None, ValueError, "each kernel spans 2"),
        ("weight", torch.ones(4, 2, 9, 9), ValueError, r"weight is \(4, 2, 9, 9\); at most \(6, 6, 5, 5\)"),
        ("weight", torch.ones(4, 2, 5, 5), ValueError, "larger than the padded input"),
        ("weight", torch.ones(2, 2), ValueError, r"must be \(C_out, C_in / groups, kH, kW\)"),
        ("x", torch.ones(3, 4, 4), ValueError, "3 channels"),
        ("x", torch.ones(8, 4, 4), ValueError, "at most .6, 8, 8. can be drawn"),
        ("bias", [1, 2], ValueError, r"the bias must be \(4,\)"),
        ("names", "red", TypeError, "a list of words"),
        ("position", (4, 0, 0), ValueError, r"position is \(4, 0, 0\), but the output is \(4, 3, 3\)"),
    ]:
        before = explorer.get_state()
        with pytest.raises(kind, match=words) as error:
            setattr(explorer, name, value)
        assert isinstance(error.value, TraitError) and explorer.get_state() == before, name
    with pytest.raises(TypeError, match="no argument 'group'; did you mean 'groups'"):
        ChannelExplorer(X, WEIGHT, group=2)


def test_what_the_browser_sends_is_taken_together():
    explorer = ChannelExplorer(X, WEIGHT, groups=2, position=(3, 2, 2))
    explorer.set_state({"x": X[:3].tolist(), "weight": WEIGHT[:3, :1, :, :1].tolist(), "bias": [0, 0, 1], "groups": 3})
    assert explorer.output.shape == (3, 3, 4) and explorer.position == (2, 2, 2)
    assert ChannelExplorer(X[:2], WEIGHT, groups=None).groups is None


def test_the_picture_shows_each_slice_and_the_sum():
    texts = [text.get_text() for text in ChannelExplorer().figure().axes[0].texts]
    assert {"sum 2", "sum 1", "sum 3", "2 + 1 + 3 + 1", "= 7", "kernel 0", "map 0"} <= set(texts)
    assert texts.count("· green") == 1
    grouped = [text.get_text() for text in ChannelExplorer(X, WEIGHT, groups=2).figure().axes[0].texts]
    assert grouped.count("· channel 0") == 2  # of four kernels
