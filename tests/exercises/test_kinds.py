"""Kinds of exercises: repair, choose, diagnose, design, measure, write the test; the score; forbidden tools."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from convlab.exercises import check
from convlab.exercises.engine import check as engine
from convlab.exercises.engine.exercise import Mistake, find
from convlab.exercises.engine.predictions import judge_predictions
from convlab.exercises.engine.slips import build
from convlab.exercises.engine.tools import watched
from convlab.functional import conv2d, convolve2d, corr2d, correlate2d


def repaired(*left):
    """Return the code of 01-repair with some of its faults left in."""
    exercise = find("tests", "01-repair")
    return build(exercise._with_faults([exercise.faults[number] for number in left]), "repaired")


def test_a_repair_counts_what_is_mended_and_names_one_that_is_left():
    verdict = check("01-repair", repaired(0, 2))
    first, other = (find("tests", "01-repair").faults[number] for number in (0, 2))
    assert verdict.sentences == ["1 of 3 faults is mended.", f"One that is still there: {first.name}. {first.says}"]
    assert other.name not in verdict._repr_html_()
    assert "2 of 3 faults are mended.\nStill there: the kernel is turned. " in check("01-repair", repaired(2)).message
    assert verdict.score == pytest.approx(1 / 3) and check("01-repair", repaired(1)).score == pytest.approx(2 / 3)
    assert check("01-repair", repaired()).score == 1


def test_a_repair_that_has_not_begun_names_no_fault():
    exercise = find("tests", "01-repair")
    assert "is as it was" in check("01-repair", repaired(0, 1, 2)).message
    changed = build(exercise.placeholder.replace("H, W = X.shape", "H, W = X.shape[0], X.shape[1]"), "repaired")
    verdict = check("01-repair", changed)
    assert "None of the 3 faults is mended yet." in verdict.message and "Still there" not in verdict.message
    assert verdict.score == 0 and verdict.counterexample is not None


def test_a_repair_says_whether_something_else_is_wrong_and_gives_no_place_away():
    exercise = find("tests", "03-repair")
    verdict = check("03-repair", build(exercise.solution.replace("1, kernel_size=1", "channels, 1"), "Repaired"))
    assert "All 4 faults are mended, but something else is wrong now." in verdict.sentences and verdict.where == ""
    verdict = check("03-repair", build(exercise.solution.replace("layer(x).relu()", "layer(x)"), "Repaired"))
    assert "mended" not in verdict.message and verdict.mistake.name == "the ReLU is gone"  # where a fault was
    none = exercise._with_faults(exercise.faults).replace("for layer in self.layers", "for layer in [*self.layers]")
    assert check("03-repair", build(none, "Repaired")).where == ""


def test_a_repair_with_an_unknown_fault_is_not_counted():
    exercise = find("tests", "06-repair")
    own = exercise.solution.replace("VX = (VX - mean) / deviation", "VX = (VX - mean) / VX.std()")
    verdict = check("06-repair", build(own, "retrain"))
    assert verdict.sentences[0] == "How many faults are mended cannot be told: no known fault gives these results."
    assert verdict.sentences[1] == "Right: weights." and verdict.mistake is None and verdict.score == 0.5


def test_another_fault_has_a_counterexample_and_no_name():
    verdict = check("01-repair", lambda X, K: repaired()(X, K) * 2)
    assert verdict.mistake is None and "2 times the right one" in verdict.message and verdict.score == 0


def test_an_answer_that_cannot_be_used_may_have_a_known_reason():
    flat = Mistake("flat ones", "Keep both dimensions.", lambda K: (K[:, 0], K[0], K.sum()))
    split = replace(find("tests", "04-split"), mistakes=(flat,))
    verdict = engine._judge(split, lambda K: (K[:, -1], K[-1], K.sum()))
    assert verdict.mistake is flat and "This looks like: flat ones." in verdict.sentences
    assert engine._judge(split, lambda K: (K[:, 0], K, K.sum())).mistake is None


def test_the_same_error_on_other_inputs_is_another_mistake():
    def grouped(X, K, groups):
        s, n = K.shape[1], len(K) // groups
        return torch.cat([F.conv2d(X[g : g * s + s], K[g * n : g * n + n]) for g in range(groups)])

    assert check("04-grouped", grouped).mistake is None
    assert check("04-grouped", lambda X, K, groups: F.conv2d(X, K)).mistake.name == "X is not cut into groups"


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"exact": (4, 3, 0, 1)}, "exact: 13 rows come out, 12 are asked for"),
        ({"halves": (1, 2, 0, 1)}, "some pixels lie in no window"),
        ({"wide": (3.5, 1, 4, 4)}, "whole numbers are needed"),
        ({"wide": (3, 1, 4)}, "must be 4 numbers"),
        ({"wide": 40}, "`wide` must be 4 numbers, got 40"),
        ({"wide": "3, 1, 4, 4"}, "is text"),
        ({"wide": (3, 0, 4, 4)}, "at least 1"),
        ({"wide": ...}, "Still open: wide"),
    ],
)
def test_a_choice_is_told_what_it_gives(change, sentence):
    verdict = check("02-choose", {"halves": (2, 2, 0, 1), "wide": (3, 1, 4, 4), "exact": (7, 3, 0, 1), **change})
    assert not verdict.passed and sentence in verdict.message, verdict


def test_pairs_are_no_numbers():
    verdict = check("04-holes", [(1, 1), (3, 3), (9, 9)])
    assert "must be a list of single numbers, got [(1, 1)" in verdict.message and check("04-holes", [1, 3, 9]).passed


def test_half_of_a_choice_is_told_what_it_gives():
    some = {"halves": (2, 2, 0, 1), "wide": ...}
    verdict = check("02-choose", {**some, "exact": (4, 3, 0, 1)})
    assert verdict.sentences[:3] == [
        "✓ halves: 20 rows",
        "✗ exact: 13 rows come out, 12 are asked for",
        "Still open: wide.",
    ]
    assert verdict.mistake.name == "the + 1 is forgotten" and verdict.score == pytest.approx(1 / 3)
    verdict = check("02-choose", {**some, "exact": ...})
    assert verdict.sentences == ["✓ halves: 20 rows", "Still open: wide, exact."] and verdict.mistake is None
    assert check("02-choose", dict.fromkeys(("halves", "wide", "exact"), ...)).status == "not tried"


def test_numbers_name_the_entries_as_well_as_texts():
    right = {1: "A", 2: " b ", 3: "D", 4: "F", 5: "C"}
    assert check("03-errors", right).passed and check("03-errors", {**right, "3": "E"}).score == 0.8
    assert check("03-errors", dict.fromkeys(right, ...)).status == "not tried"


def test_mistakes_come_in_the_order_of_the_predictions():
    first, last = Mistake("the first", "", {"a": 2}), Mistake("the others", "", {"b": 2, "c": 2})
    exercise = replace(find("tests", "03-errors"), options=(), right=dict.fromkeys("abc", 1), mistakes=(last, first))
    verdict = judge_predictions(exercise, dict.fromkeys("abc", 2))
    said = [words.partition(": ")[2] for words in verdict.sentences if "looks" in words]
    assert said == ["the first (at a).", "the others (at b, c)."]
    assert verdict.mistake is last  # it explains most


def test_of_the_mistakes_behind_a_part_the_one_behind_most_parts_is_named():
    def choose(losses, patience):
        kept, loss, waited, trained = 0, 1.0, 0, 0  # a lowest loss of 0 gives the same number of epochs
        for value in losses:
            trained += 1
            kept, loss, waited = (trained, value, 0) if value < loss else (kept, loss, waited + 1)
            if waited == patience:
                break
        return kept, trained, loss

    said = [words for words in check("07-epoch", choose).sentences if "looks like" in words]
    assert said == ["This looks like: the lowest loss begins with 1 (at trained, loss)."]


def test_letters_outside_the_list_and_swapped_ones_are_told():
    right = {"1": "A", "2": "B", "3": "D", "4": "F", "5": "C"}
    swapped = check("03-errors", {**right, "1": "B", "2": "a"})
    assert swapped.sentences[1] == "1 and 2 are swapped." and swapped.mistake and swapped.score == 0.6
    said = [check("03-errors", {**right, "5": given}).sentences for given in ("channels", 3)]
    assert said == [[f"Your answer '{given}' to '5' is none of A, B, C, D, E, F."] for given in ("channels", 3)]
    numbers = replace(find("tests", "03-errors"), options=(1, 2, 3), right={"one": 1}, mistakes=())
    assert "Your answer 'first' to 'one' is none of 1, 2, 3." in judge_predictions(numbers, {"one": "first"}).message


class Gate(nn.Module):
    """Weighs each map by what all maps are on average."""

    def __init__(self, channels):
        super().__init__()
        self.weigh = nn.Linear(channels, channels)

    def forward(self, x):
        return x * torch.sigmoid(self.weigh(x.mean((2, 3))))[:, :, None, None]


@pytest.mark.parametrize(
    "answer, sentence",
    [
        ([nn.Conv2d(3, 16, 3, 4, 1)], "✗ receptive field 3: at least 31"),
        ([nn.Conv2d(3, 16, (31, 1), 4, (15, 0))], "✗ receptive field 31 × 1: at least 31"),
        ([nn.AdaptiveAvgPool2d(16), nn.Conv2d(3, 8, 9, padding=4)], "✓ receptive field 36: at least 31"),
        ([nn.Conv2d(3, 16, 31, 4, 15), nn.Upsample(size=16), nn.AvgPool2d(2, 1, 1)], "✓ receptive field 35"),
        ([nn.Conv2d(3, 9, 2, 8), nn.MaxPool2d(2, 1), nn.Upsample(scale_factor=2)], "✗ receptive field 10: at"),
        ([nn.Conv2d(3, 16, 4, 4), nn.AdaptiveAvgPool2d(1), nn.Upsample(scale_factor=16)], "✗ receptive field 4: at"),
        ([nn.Conv2d(3, 8, 3, 2, 1), nn.GroupNorm(1, 8), nn.Conv2d(8, 16, 3, 2, 1)], "✗ receptive field 7: at least"),
        ([nn.Conv2d(3, 8, 3, 2, 1), Gate(8), nn.Conv2d(8, 16, 3, 2, 1)], "✗ receptive field 7: at least 31"),
        ([nn.Conv2d(3, 16, 4, 4), nn.Linear(16, 16)], "✗ receptive field 4 × 64"),
        ([nn.Conv2d(1, 16, 3)], "stops with an error"),
        ([nn.Conv2d(3, 16, 3), F.relu], "entry 1 of your list is the function relu"),
        (16, "asks for a network"),
        (nn.Sequential(nn.Conv2d(3, 16, 3, 4, 1), nn.Linear(16, 16)), "✓ output"),
    ],
)
def test_a_design_is_measured(answer, sentence):
    verdict = check("04-budget", answer)
    assert not verdict.passed and sentence in verdict.message, verdict


@pytest.mark.parametrize(
    "layers, size",
    [
        ([nn.Upsample(scale_factor=2), nn.Conv2d(8, 8, 5, 2, 2), nn.Conv2d(8, 6, 5, 1, 2)], 15),
        ([Gate(8), nn.ReLU(), nn.Conv2d(8, 6, 3, 2, 1)], 7),
        ([nn.InstanceNorm2d(8), nn.AdaptiveAvgPool2d(8), nn.Conv2d(8, 6, 3, padding=1)], 13),
        ([nn.Conv2d(8, 6, 15, padding=7)], 31),
    ],
)
def test_in_front_of_a_global_pooling_the_last_maps_are_measured(layers, size):
    net = [nn.Conv2d(3, 8, 3, 2, 1), *layers, nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    assert f"receptive field {size}: at least 31" in check("07-budget", net).message


def test_a_measure_may_be_off_by_its_margin():
    right = {"averaged": 1 / 3, "largest": 1.0294, "reached": 0.25}
    assert check("05-noise", {**right, "averaged": 0.329}).passed
    assert not check("05-noise", {**right, "averaged": 0.32}).passed
    assert "the variance" in check("05-noise", {**right, "averaged": 0.1125}).message


@pytest.mark.parametrize(
    "test, sentence",
    [
        (lambda candidate: True, "It refuses none."),
        (lambda candidate: candidate, "it returns the function"),
        (lambda candidate: False, "It refuses a right function"),
        (lambda candidate: candidate(1), "stops with an error"),
        (corr2d, "It refuses a right function"),
    ],
)
def test_a_test_that_is_no_test_is_refused(test, sentence):
    verdict = check("01-test", test)
    assert verdict.score == 0 and sentence in verdict.message, verdict


def of_pytorch(X, K):
    return F.conv2d(X[None, None], K[None, None].flip(2, 3), padding=(K.shape[0] - 1, K.shape[1] - 1))[0, 0]


def test_a_forbidden_tool_does_not_pass():
    verdict = check("01-convolve", lambda X, K: convolve2d(X, K))
    assert "The values are right, but your code uses `convolve2d`." in verdict.message and verdict.score == 0.5
    assert not verdict.passed and not check("01-convolve", convolve2d).passed
    assert check("01-convolve", of_pytorch).passed  # this one is not forbidden
    assert check("01-convolve", lambda X, K: correlate2d(X, K.flip(0, 1), mode="full")).passed  # made of others inside


X, K = torch.ones(1, 2, 5, 5), torch.ones(2, 1, 2, 2)
USED = [
    (lambda: F.conv2d(X, K, groups=2), "groups="),
    (lambda: nn.Conv2d(2, 2, 1, dilation=2)(X), "dilation="),
    (lambda: nn.Conv2d(2, 2, 1)(X), "F.conv2d"),
    (lambda: conv2d(X, K, groups=2), "conv2d"),
    (lambda: nn.Upsample(3)(X), "F.interpolate"),
    (lambda: nn.CrossEntropyLoss()(X[0, 0], torch.zeros(5).long()), "F.cross_entropy"),
    (lambda: torch.ones(2, requires_grad=True).sum().backward(), "autograd"),
]


@pytest.mark.parametrize("answer, tool", USED)
def test_tools_are_seen_and_work_as_ever(answer, tool):
    with watched((tool,), answer) as used:
        answer()
    others = tuple(other for _, other in USED if other != tool and "F.conv2d" not in (tool, other))
    with watched(others, answer) as none:
        answer()
    assert used and set(used) == {tool} and not none
