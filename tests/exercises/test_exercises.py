"""The exercises: every one is solvable, every listed mistake is named, and whatever is handed in gets a sentence."""

import _thread
import contextlib
import re
import signal
import subprocess
import sys
import threading
import time
import zlib
from dataclasses import replace
from functools import cache, partialmethod
from operator import methodcaller

import nbformat
import numpy as np
import pytest
import torch
from hygiene import NOTEBOOKS, exercise_cells, exercise_problems
from second_answers import ANSWERS
from torch import nn

import convlab.functional
from convlab.exercises import Counterexample, check, names, progress, solution
from convlab.exercises.engine import check as _check
from convlab.exercises.engine import progress as _progress
from convlab.exercises.engine import shrink
from convlab.exercises.engine.exercise import find
from convlab.exercises.engine.guard import time_limit
from convlab.exercises.engine.shrink import smallest
from convlab.exercises.engine.slips import build
from convlab.exercises.engine.trial import attempt

ALL = [find("tests", name) for name in names()]
MISTAKES = [(exercise, mistake) for exercise in ALL for mistake in exercise.mistakes]
LINES = {line.strip() for exercise in ALL for line in exercise.solution.splitlines() if len(line.strip()) > 12}
each = pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.name)


@pytest.fixture(autouse=True)
def new_session(monkeypatch):
    monkeypatch.setattr(_progress, "_session", {})


def solved(exercise):
    return build(exercise.solution, exercise.variable)


# --- every exercise -----------------------------------------------------------------------------------------------


@each
def test_the_placeholder_is_not_tried_yet(exercise):
    assert "..." in exercise.placeholder or exercise.faults
    verdict = check(exercise.name, build(exercise.placeholder, exercise.variable))
    assert not verdict.passed and "not tried yet" in verdict.message, verdict


@each
@pytest.mark.parametrize("which", ["solution", "also"])
def test_two_right_answers_pass(exercise, which):
    source = {"solution": exercise.solution, "also": ANSWERS[exercise.name]}[which]
    assert which == "solution" or source != exercise.solution
    verdict = check(exercise.name, build(source, exercise.variable))
    assert verdict.passed, verdict


@each
@pytest.mark.parametrize(
    "form", ["float", *(pytest.param(form, marks=pytest.mark.slow) for form in ("numpy", "tolist"))]
)
def test_the_solution_passes_in_other_forms(exercise, form):
    answer = solved(exercise)
    if exercise.kind != "function":
        return check_values(exercise, answer)
    assert check(exercise.name, lambda *given: converted(answer(*given), methodcaller(form))).passed


def check_values(exercise, answer):
    if exercise.kind == "tensor":
        assert check(exercise.name, torch.as_tensor(answer).float()).passed
        assert check(exercise.name, np.asarray(answer)).passed
    if exercise.kind == "shape":
        assert all(check(exercise.name, form(answer)).passed for form in (list, np.array, torch.Size, torch.tensor))


def converted(result, convert):
    if isinstance(result, tuple):
        return tuple(converted(part, convert) for part in result)
    if isinstance(result, list) and result and all(isinstance(part, float) for part in result):
        result = torch.tensor(result, dtype=torch.float64)
    return convert(result) if isinstance(result, torch.Tensor) else result


FEW = [(of, it) for of, it in MISTAKES if it is of.mistakes[0] or zlib.crc32(f"{of.name} {it.name}".encode()) % 20 == 0]


@pytest.mark.parametrize("exercise, mistake", FEW, ids=lambda item: item.name)
def test_some_mistakes_are_refused_and_named(exercise, mistake, monkeypatch):
    """All are in the slow part. The search for the smallest counterexample, which takes long, only for the first."""
    if mistake is not exercise.mistakes[0]:
        monkeypatch.setattr(shrink, "MOST_TRIES", 0)
        monkeypatch.setattr(_check.Trials, "attempt", partialmethod(remembered, mistake))
    assert_refused_and_named(exercise, mistake)


def remembered(trials, mistake, case):
    """What a mistake gives as an answer is known already, if others have been compared with it."""
    for index, drawn in enumerate(trials.cases):
        if drawn is case:
            return trials.reference.mistaken(mistake, index)
    return attempt(trials.exercise, trials.answer, case, trials.single)


@pytest.mark.slow
@pytest.mark.parametrize("exercise, mistake", MISTAKES, ids=lambda item: item.name)
def test_each_mistake_is_named_beside_the_smallest_counterexample(exercise, mistake):
    assert_refused_and_named(exercise, mistake)


def assert_refused_and_named(exercise, mistake):
    wrong = {**exercise.right, **mistake.wrong} if isinstance(exercise.right, dict) else mistake.wrong
    verdict = check(exercise.name, wrong)
    assert not verdict.passed
    assert verdict.mistake is mistake, verdict
    message = verdict.message
    assert mistake.name in message and mistake.says in message and 0 <= verdict.score < 1
    assert not [line for line in LINES if line in message]  # nothing of any solution
    assert (verdict.counterexample is None) == (exercise.cases is None)


@each
def test_the_description_is_complete(exercise):
    assert len(exercise.mistakes) >= 3
    assert len({mistake.name for mistake in exercise.mistakes}) == len(exercise.mistakes)
    assert re.fullmatch(r"\d\d-[a-z0-9-]+", exercise.name) and exercise.name[:2] == exercise.notebook
    assert exercise.variable in exercise.placeholder and exercise.prompt and exercise.because
    for mistake in exercise.mistakes:
        assert mistake.says.endswith((".", "?")) and not mistake.name.endswith("."), mistake.name


@cache
def headings_of(notebook):
    path = next(path for path in NOTEBOOKS if path.name.startswith(notebook))
    text = "\n".join(cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "markdown")
    return re.findall(r"^#+ (.+)$", text, re.M)


@each
def test_where_is_a_heading_of_the_notebook(exercise):
    headings = headings_of(exercise.notebook)
    for where in [exercise.where, *(mistake.where for mistake in exercise.mistakes if mistake.where)]:
        assert where in headings


@each
def test_the_inputs_are_varied(exercise):
    if exercise.cases is None:
        return
    known = _check.reference(exercise)
    assert not any(outcome.trouble for outcome in known.expected)
    tensors = [value for case in known.cases for value in case.values() if isinstance(value, torch.Tensor)]
    assert all(tensor.dtype == torch.float64 or not tensor.is_floating_point() for tensor in tensors)  # labels
    maps = [tensor for tensor in tensors if tensor.ndim >= 2]
    if maps:
        assert any(tensor.shape[-2] != tensor.shape[-1] for tensor in maps)
        assert any(side % 2 == 0 for tensor in maps for side in tensor.shape[-2:])
    assert any((tensor < 0).any() for tensor in tensors) and any((tensor % 1 != 0).any() for tensor in tensors)


def spoil(tensor):
    """Change one number, in large results only."""
    if tensor.numel() > 5 or 1.5 < tensor.abs().max() < 3 or tensor.numel() == 3:
        tensor = tensor.clone()
        tensor.view(-1)[-1] += 0.5
    return tensor


@each
@pytest.mark.parametrize("change", [spoil, pytest.param(torch.trunc, marks=pytest.mark.slow)])
def test_a_right_answer_that_is_spoilt_is_refused_without_a_wrong_name(exercise, change, monkeypatch):
    if exercise.kind != "function":
        return
    monkeypatch.setattr(shrink, "MOST_TRIES", 0)
    answer = solved(exercise)
    verdict = check(exercise.name, lambda *given: converted(answer(*given), change))
    assert not verdict.passed and verdict.mistake is None and verdict.counterexample is not None, verdict


# --- what a learner may hand in -----------------------------------------------------------------------------------


def right(X, K):
    return convlab.functional.correlate2d(X, K.flip(0, 1), mode="full")


def changing(X, K):
    X += 1
    return right(X - 1, K)


def endless(X, K):
    while True:
        with contextlib.suppress(Exception):
            time.sleep(0.01)


def printing(X, K):
    print(right(X, K))


def one_argument(X):
    return X


def unfinished(X, K):
    Y = ...
    return Y


def calls_itself(X, K):
    return calls_itself(X, K)


def wrong_line(X, K):
    Y = right(X, K)
    return Y + unknown  # noqa: F821


LEARNERS = {
    "changes its input": (changing, "changes its input X in place"),
    "prints": (printing, "It must be returned"),
    "one argument": (one_argument, "Look at the line with `def`"),
    "unfinished": (unfinished, "still a `...`"),
    "recursion": (calls_itself, "The function calls itself"),
    "error": (wrong_line, "return Y + unknown"),
    "random": (lambda X, K: right(X, K) + torch.rand(1), "different results for the same input"),
    "float32 meets float64": (lambda X, K: torch.ones(1, 9) @ torch.ones(9, 1).double(), "dtype=X.dtype"),
    "exit": (lambda X, K: sys.exit(), "Leave it out"),
    "text": (lambda X, K: "12", "It is text"),
    "function": (lambda X, K: right, "did you forget to call it"),
    "generator": (lambda X, K: (x for x in X), "a generator"),
    "ragged": (lambda X, K: [[1, 2], [3]], "different sizes"),
    "meta": (lambda X, K: right(X, K).to("meta"), "no numbers"),
    "called": (torch.ones(2, 2), "asks for a function"),
    "batch": (lambda X, K: right(X, K)[None, None], "dimensions of size 1"),
    "transposed": (lambda X, K: right(X, K).T, "rows and columns swapped"),
    "sign": (lambda X, K: -right(X, K), "sign of every number"),
    "factor": (lambda X, K: 3 * right(X, K), "3 times the right one"),
    "offset": (lambda X, K: right(X, K) + 1, "off by the same amount"),
    "cut off": (lambda X, K: right(X, K).int(), "whole numbers only"),
    "turned": (lambda X, K: right(X, K).flip(0), "upside down"),
    "relu": (lambda X, K: right(X, K).relu(), "Negative numbers have become 0"),
    "a row less": (lambda X, K: right(X, K)[:-1], "last rows or columns missing"),
    "infinite": (lambda X, K: right(X, K) / 0, "divided by 0"),
    "square only": (
        lambda X, K: right(X, K) + K.shape[0] - K.shape[1],
        "only where K has not as many rows as columns",
    ),
    "negative only": (lambda X, K: right(X, K) + int(K.min() < 0), "only where there are negative numbers in K"),
}


@pytest.mark.parametrize("case", LEARNERS)
def test_a_learners_answer_gets_a_sentence(case):
    answer, sentence = LEARNERS[case]
    verdict = check("01-convolve", answer)
    assert not verdict.passed and verdict.mistake is None
    assert sentence in verdict.message, verdict
    assert "<b>" in verdict._repr_html_()


def test_right_answers_of_every_type_pass():
    for convert in (torch.Tensor.requires_grad_, torch.Tensor.bfloat16, torch.Tensor.to_sparse, torch.Tensor.cfloat):
        good = convert is not torch.Tensor.bfloat16
        assert check("01-convolve", lambda X, K, c=convert: c(right(X, K))).passed or not good
    with torch.inference_mode():
        assert check("01-convolve", right).passed


def test_the_counterexample_is_small_and_shows_all_four():
    counterexample = check("01-convolve", lambda X, K: right(X, K.abs())).counterexample
    assert {name: value.tolist() for name, value in counterexample.inputs.items()} == {"X": [[1]], "K": [[-1]]}
    labels = [label.split(" ")[0] for label, _ in counterexample.tables()]
    assert labels == ["X", "K", "expected", "got", "difference"]


def test_pairs_in_the_counterexample_are_as_small_as_they_can_be():
    drawn = [{"stride": (1, 1), "padding": (0, 0)}, {"stride": (3, 3), "padding": (2, 1)}]
    found = smallest(lambda given: given["stride"][0] > 1, drawn[1], drawn)
    assert found == {"stride": (2, 1), "padding": (0, 0)}

    def framed(X, K, stride, padding, dilation):
        frame = (padding[1], padding[1], padding[0], padding[0])
        return nn.functional.conv2d(
            nn.functional.pad(X, frame, value=1)[None, None], K[None, None], stride=stride, dilation=dilation
        )[0, 0]

    verdict = check("02-conv", framed)
    assert sum(verdict.counterexample.inputs["padding"]) == 1 and "a number of padding is not 0" in verdict.message


@pytest.mark.parametrize(
    "change, sentence",
    [
        (lambda Y: Y.mT, "rows and columns swapped"),
        (lambda Y: Y.flip(-1), "left and right swapped"),
        (lambda Y: Y.transpose(0, 1), "first two dimensions swapped"),
        (lambda Y: Y[:, :1], "last channels or images missing"),
    ],
)
def test_what_was_done_to_all_maps_of_a_batch_is_said(change, sentence):
    exercise = replace(find("tests", "03-conv2d"), mistakes=())
    verdict = _check._judge(exercise, lambda *given: change(exercise.right(*given)))
    assert sentence in verdict.message and verdict.mistake is None, verdict


def test_a_result_without_images_is_shown_as_empty():
    verdict = check("03-conv2d", lambda *given: find("tests", "03-conv2d").right(*given)[:0])
    assert "(empty)" in verdict.message and "(empty)" in verdict._repr_html_()


def test_a_layer_is_told_what_is_wrong_with_its_parameters():
    class Turned(nn.Module):
        def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
            super().__init__()
            self.weight = nn.Parameter(torch.rand(in_channels, out_channels, *kernel_size))
            self.bias = nn.Parameter(torch.zeros(out_channels))
            self.settings = stride, padding

        def forward(self, x):
            return nn.functional.conv2d(x, self.weight, self.bias, *self.settings)

    class Plain(Turned):
        def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
            super().__init__(in_channels, out_channels, kernel_size, stride, padding)
            del self.weight
            self.weight = torch.zeros(out_channels, in_channels, *kernel_size)

    class Hidden(nn.Module):
        def __init__(self, *settings):
            super().__init__()
            self.conv = nn.Conv2d(*settings)

    message = check("03-layer", Turned).message
    assert "the kernels come first" in message and "?." not in message
    assert "nobody learns it" in check("03-layer", Plain).message
    assert "hides an nn.Conv2d" in check("03-layer", Hidden).message


class Forward(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 2, 3), nn.Conv2d(2, 3, 2)
        self.fc = nn.Linear(3 * ((rows - 2) // 2 - 1) * ((columns - 2) // 2 - 1), 4)


class Flat(Forward):
    def forward(self, x):
        return self.fc(x.flatten(1))


class Reversed(Forward):
    def __init__(self, rows, columns):
        super().__init__(rows, columns)
        self.conv1, self.conv2 = nn.Conv2d(1, 3, 3), nn.Conv2d(3, 3, 2)

    def forward(self, x):
        return self.fc(self.conv2(nn.functional.max_pool2d(self.conv1(x), 2)).flatten(1))


class Early(nn.Module):
    def __init__(self, rows, columns):
        self.fc = nn.Linear(rows * columns, 4)

    def forward(self, x):
        return self.fc(x)


MODULES = {
    "an object": (Flat(8, 8), "Give the class"),
    "a function": (right, "asks for a module"),
    "an error in forward": (Flat, "Rows of 36 numbers arrive at a linear layer that was made for 3."),
    "float32": (type("Net", (Flat,), {"forward": lambda self, x: self.conv1(x.half())}), "dtype=X.dtype"),
    "without super": (Early, "super().__init__()"),
    "other parameters": (Reversed, "Needed are, in this order"),
    "nothing": (nn.Identity, "have the shapes"),
    "no return": (type("Net", (Flat,), {"forward": lambda self, x: print(x.sum())}), "`forward` returns nothing"),
}


@pytest.mark.parametrize("case", MODULES)
def test_a_learners_module_gets_a_sentence(case):
    answer, sentence = MODULES[case]
    verdict = check("06-net", answer)
    assert verdict.status == "tried" and sentence in verdict.message, verdict


def test_a_learners_own_module_keeps_its_weights():
    def run(module, images):
        with torch.no_grad():
            module.weight.fill_(2.0)
        return module(images)

    exercise = replace(find("tests", "06-net"), kind="module", run=run, right=nn.Linear(1, 1, bias=False).double())
    exercise = replace(exercise, cases=lambda draw: {"X": draw.tensor(2, 1)}, mistakes=())
    answer = nn.Linear(1, 1, bias=False).double()
    before = answer.weight.clone()
    assert _check._judge(exercise, answer).passed and torch.equal(answer.weight, before)


def test_a_hint_holds_for_the_counterexample_below_it():
    """Wrong with three classes and more: in larger scores there are negative numbers, too, but they play no part."""
    verdict = check("06-loss", lambda s, t: nn.functional.cross_entropy(s, t) * s.shape[1] / 2)
    assert (verdict.counterexample.inputs["scores"] >= 0).all()
    assert "negative" not in verdict.message, verdict


def test_the_search_for_mistakes_does_not_use_up_the_learners_time():
    def fit(model, train, test, epochs, lr):
        return find("tests", "06-fit").right(model, train, test, epochs + 1, lr)

    verdict = check("06-fit", fit)
    assert "more numbers behind it" in verdict.message, verdict


def test_many_zeros_are_said_and_not_shown():
    message = check("06-net", Flat).message
    assert "1 × 1 × 6 × 6, all 0" in message and "0  0  0" not in message


def test_two_mistakes_in_two_results_are_both_named():
    def merge(K1, b1, K2, b2):
        return convlab.functional.correlate2d(K1, K2, mode="full"), b1 + b2

    verdict = check("01-merge", merge)
    assert "correlated, not convolved" in verdict.message and "biases are only added" in verdict.message
    swapped = check("01-merge", lambda *given: solved(find("tests", "01-merge"))(*given)[::-1])
    assert "not in the order" in swapped.message


def test_predictions_say_what_is_right_and_name_each_mistake():
    verdict = check("01-count", {"layers": 3, "weights": 30_500, "biases": 60, "window": 25})
    assert "Right: weights, biases. Not right: layers, window." in verdict.message
    assert "counted as a layer" in verdict.message and "bias of the window" in verdict.message
    assert "26" not in verdict.message
    verdict = check("01-count", {"layers": 2, "weights": 30_500, "biases": ..., "window": 25})
    assert "Right so far: layers, weights. Not right: window.\nStill open: biases." in verdict.message
    assert "bias of the window" in verdict.message and verdict.score == 0.5
    assert "'two'" not in check("01-count", {"layers": "two", "weights": 1, "biases": 1, "window": 1}).message


@pytest.mark.parametrize(
    "answer, sentence",
    [
        ((476, 639), "The number of rows is right; the number of columns is wrong."),
        ((1, 476, 638), "has: 3. The right one: 2"),
        (476, "one number"),
        ("(476, 638)", "is text"),
        (torch.zeros(476, 638), "Give its shape"),
        ((1.5, 2), "whole numbers"),
        (max, "asks for a shape"),
        ({"rows": 476}, "cannot be compared"),
    ],
)
def test_a_shape_that_is_off_is_told_in_words_without_the_right_one(answer, sentence):
    message = check("01-shape", answer).message
    assert sentence in message and "(476, 638)" not in message


def test_what_all_wrong_inputs_share_is_said_exactly():
    row = find("tests", "05-resize").right
    message = check(
        "05-resize", lambda x, size, aligned: row(x, size, aligned) + (torch.arange(size) if aligned else 0)
    )
    assert "only where align_corners is True" in message.message
    sums = torch.tensor([0.1 + 0.2, 1.0], dtype=torch.float64), torch.tensor([0.3, 2.0], dtype=torch.float64)
    *_, (label, rows) = Counterexample({}, {"": sums[0]}, {"": sums[1]}).tables()
    assert label.startswith("difference") and rows == [["0", "1"]]  # and not 5e-17
    plain, back = find("tests", "04-plain").right, find("tests", "05-backward").right
    twice = lambda *given: (plain(*given)[0] * (1 + (plain(*given)[0] < 0)), *plain(*given)[1:])  # noqa: E731
    assert "at the border" not in check("04-plain", twice).message  # an inside of stuffed zeros is always right
    quarters = check("05-backward", lambda *given: tuple(4 * part for part in back(*given)[:2]) + back(*given)[2:])
    assert "This looks like: the way back through the mean does not divide by 4 (at to_X, to_K)" in quarters.message


def test_html_never_holds_what_a_learner_writes_as_it_is():
    def f(X, K):
        raise ValueError("<script>alert(1)</script>")

    for answer in (f, lambda X, K: "<script>"):
        html = check("01-convolve", answer)._repr_html_()
        assert "<script" not in html and "&lt;script" in html


def test_an_unknown_name_is_refused_and_the_closest_named():
    with pytest.raises(ValueError, match="did you mean '01-convolve'"):
        check("01-convolv", ...)
    with pytest.raises(TypeError, match="name of an exercise is text"):
        check(..., "01-shape")
    with pytest.raises(ValueError, match="no exercises of notebook 77"):
        names(77)


def test_progress_remembers_the_best():
    check("01-shape", (1, 2))
    check("01-kernel", ...)
    assert {name: status for name, _, status in progress("01").rows}["01-shape"] == "tried"
    check("01-shape", (476, 638))
    check("01-shape", ...)
    table = progress(1)
    assert "✓ 01-shape" in repr(table) and "○ 01-kernel" in repr(table)
    assert table.headline == f"1 of {len(names(1))} passed" and table.headline in table._repr_html_()


def test_solution_shows_source_and_reasoning():
    shown = repr(solution("01-kernel"))
    assert find("tests", "01-kernel").solution in shown and "add up to 0" in shown


# --- the guard ----------------------------------------------------------------------------------------------------


def one_except(X, K):
    while True:
        try:  # noqa: SIM105
            time.sleep(1)
        except:  # noqa: E722
            pass


def two_excepts(X, K):
    while True:
        with contextlib.suppress(BaseException):
            while True:
                try:  # noqa: SIM105
                    one_except(X, K)
                except:  # noqa: E722
                    pass


class Swallows:
    def __enter__(self):
        return self

    def __exit__(self, *error):
        return True


def in_other_functions(X, K):
    while True:
        with Swallows():
            sorted(range(9), key=lambda number: one_except(X, K))


SWALLOWERS = [one_except, two_excepts, in_other_functions]


if hasattr(signal, "setitimer"):  # where the system has an alarm; the stop button, below, is there everywhere

    def test_an_endless_loop_is_stopped_and_the_signal_is_as_before(monkeypatch):
        monkeypatch.setattr(_check, "time_limit", lambda: time_limit(0.3))
        before = signal.getsignal(signal.SIGALRM)
        verdict = check("01-convolve", endless)
        assert "Does a loop never end?" in verdict.message and verdict.counterexample is not None
        assert signal.getsignal(signal.SIGALRM) is before and signal.getitimer(signal.ITIMER_REAL) == (0, 0)

    @pytest.mark.parametrize("answer", SWALLOWERS)
    def test_nothing_swallows_the_limit(answer, monkeypatch):
        """From the first ring on, every line raises: one except, two around each other, an object's __exit__."""
        monkeypatch.setattr(_check, "time_limit", lambda: time_limit(0.1))
        start, trace = time.monotonic(), sys.gettrace()
        assert "Does a loop never end?" in check("01-convolve", answer).message
        assert time.monotonic() - start < 3 and sys.gettrace() is trace

    @pytest.mark.parametrize("answer", [endless, *SWALLOWERS])
    def test_a_later_error_does_not_happen_during_the_limit(answer, monkeypatch):
        monkeypatch.setattr(_check, "time_limit", lambda: time_limit(0.1))
        check("01-convolve", answer)
        with pytest.raises(ValueError) as later:
            raise ValueError
        assert later.value.__context__ is None and sys.exc_info() == (None, None, None)

    def test_an_answer_may_run_out_of_what_it_asks_for():
        verdict = check("01-convolve", lambda X, K: next(iter([])))
        assert "StopIteration" in verdict.message

    def test_an_older_timer_goes_on():
        rung = []
        old = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        try:
            with time_limit(5):
                pass
            time.sleep(0.3)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, old)
        assert rung == [1]


def test_the_stop_button_ends_a_loop_where_there_is_no_alarm(monkeypatch):
    monkeypatch.delattr(signal, "setitimer", raising=False)  # as on Windows
    stdout, threads = sys.stdout, torch.get_num_threads()
    button = threading.Timer(0.3, _thread.interrupt_main)
    button.start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt) as pressed:
        check("01-convolve", in_other_functions)
    assert pressed.type is KeyboardInterrupt and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    button.join()
    assert time.monotonic() - start < 4 and sys.stdout is stdout and torch.get_num_threads() == threads


def test_in_another_thread_there_is_no_limit_and_no_error():
    verdicts = []
    thread = threading.Thread(target=lambda: verdicts.append(check("01-convolve", right)))
    thread.start()
    thread.join()
    assert verdicts[0].passed


def test_ctrl_c_passes_through_and_leaves_all_as_it_was():
    def pressed(X, K):
        signal.raise_signal(signal.SIGINT)

    alarm = getattr(signal, "SIGALRM", signal.SIGINT)
    before, stdout = signal.getsignal(alarm), sys.stdout
    with pytest.raises(KeyboardInterrupt):
        check("01-convolve", pressed)
    assert signal.getsignal(alarm) is before and sys.stdout is stdout


def test_check_leaves_random_numbers_and_grad_mode_and_threads_alone():
    threads = torch.get_num_threads()
    torch.set_num_threads(3)
    torch.manual_seed(0)
    wanted = torch.rand(1)
    torch.manual_seed(0)

    def answer(X, K):
        torch.manual_seed(7)
        torch.set_grad_enabled(False)
        return right(X, K)

    assert check("01-convolve", answer).passed
    assert torch.is_grad_enabled() and torch.equal(torch.rand(1), wanted) and torch.get_num_threads() == 3
    torch.set_num_threads(threads)


def test_importing_convlab_does_not_load_the_exercises():
    code = "import sys, convlab; print([name for name in sys.modules if 'exercises' in name or name == 'torch'])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


# --- the rule for notebooks ---------------------------------------------------------------------------------------


def notebook_of(exercises):
    cells = []
    for exercise in exercises:
        cells.append(nbformat.v4.new_markdown_cell(f"## {exercise.where}"))
        for kind, tag, source in exercise_cells(exercise):
            new = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
            cells.append(new(source, metadata={"tags": [tag]}))
    return nbformat.v4.new_notebook(cells=cells)


def test_a_title_that_asks_has_no_full_stop_behind_it():
    told = [exercise_cells(exercise)[0][2].split("**")[1] for exercise in ALL]
    assert [title for title in told if "?." in title] == [] and "Exercise: which number causes the error?" in told


def test_the_rule_for_notebooks_can_fail():
    exercises = [exercise for exercise in ALL if exercise.notebook == "01"]
    assert exercise_problems(notebook_of(exercises), exercises) == []
    for spoil in (
        lambda nb: nb.cells.pop(2),
        lambda nb: nb.cells[3].update(source="check('01-count', 3)"),
        lambda nb: nb.cells[4].update(source=nb.cells[4].source.replace("600 * 50", "500 * 50")),
        lambda nb: nb.cells[2].metadata.update(tags=["check"]),
        lambda nb: nb.cells[0].update(source="## Elsewhere"),
    ):
        nb = notebook_of(exercises)
        spoil(nb)
        assert exercise_problems(nb, exercises)
