"""Whatever an answer does, the session lives, nothing is shown, and check answers."""

import builtins
import getpass
import logging
import os
import subprocess
import sys
import warnings
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch

from convlab.exercises import check
from convlab.functional import corr2d, correlate2d


def right(X, K):
    return correlate2d(X, K.flip(0, 1), mode="full")


def calls(function, *arguments):
    def answer(X, K):
        function(*arguments)
        return right(X, K)

    return answer


def raises(error):
    def answer(X, K):
        raise error

    return answer


ENDS = {
    "sys.exit": (calls(sys.exit, 3), "calls `exit()`"),
    "exit of site": (calls(lambda: builtins.quit()), "calls `exit()`"),
    "SystemExit": (raises(SystemExit), "calls `exit()`"),
    "os._exit": (calls(lambda: os._exit(3)), "calls `exit()`"),
    "os.abort": (calls(lambda: os.abort()), "calls `exit()`"),
    "os.kill": (calls(lambda: os.kill(os.getpid(), 9)), "calls `exit()`"),
    "KeyboardInterrupt": (raises(KeyboardInterrupt), "an error: KeyboardInterrupt"),
    "GeneratorExit": (raises(GeneratorExit), "an error: GeneratorExit"),
    "input": (calls(lambda: input("X? ")), "nobody can type"),
    "stdin": (calls(lambda: sys.stdin.readline()), "nobody can type"),
    "stdin read": (calls(lambda: sys.stdin.read()), "nobody can type"),
    "stdin in a loop": (calls(lambda: list(sys.stdin)), "nobody can type"),
    "getpass": (calls(lambda: getpass.getpass()), "nobody can type"),
    "check": (lambda X, K: check("01-convolve", right), "must not call check"),
}


@pytest.mark.parametrize("case", ENDS)
def test_what_would_end_the_session_or_wait_is_said(case, monkeypatch):
    monkeypatch.setattr(builtins, "input", lambda *_: "typed")  # a kernel puts functions of its own in their places
    monkeypatch.setattr(getpass, "getpass", lambda *_: "typed")
    stdin = sys.stdin
    answer, words = ENDS[case]
    verdict = check("01-convolve", answer)
    said = [line for line in verdict.message.splitlines() if not line.startswith("  line")]  # that is the code above
    assert verdict.status == "tried" and words in " ".join(said), verdict
    assert sys.stdin is stdin and not stdin.closed and input() == getpass.getpass() == "typed"


def draws():
    import matplotlib.pyplot as plt

    plt.close("all")
    plt.figure(1).suptitle("an answer's")
    plt.show()


SHOWS = {
    "print": calls(print, "hello"),
    "the real stdout": calls(lambda: print("hello", file=sys.__stdout__)),
    "file descriptor": calls(lambda: os.write(1, b"hello") + os.write(2, b"hello")),
    "another program": calls(lambda: subprocess.run([sys.executable, "-S", "-c", "print('hello')"], check=True)),
    "logging": calls(lambda: (logging.warning("hello"), logging.getLogger("a").error("hello"))),
    "warnings": calls(lambda: warnings.warn("hello", stacklevel=1)),
    "figures": calls(draws),
}


@pytest.mark.parametrize("case", SHOWS)
def test_nothing_is_shown_and_what_was_there_stays(case, capfd, monkeypatch):
    import matplotlib.pyplot as plt

    mine, handler = plt.figure(1), logging.StreamHandler(sys.stderr)
    monkeypatch.setattr(logging.root, "handlers", [])
    logging.getLogger("a").addHandler(handler)
    once = iter([SHOWS[case]])  # some take their time
    verdict = check("01-convolve", lambda X, K: next(once, right)(X, K))
    print("after")
    os.write(2, b"after")
    logging.getLogger("a").removeHandler(handler)
    assert verdict.passed and capfd.readouterr() == ("after\n", "after")
    assert not logging.root.handlers and logging.root.manager.disable == 0
    assert plt.get_fignums() == [1] and plt.figure(1) is mine and not mine.get_suptitle()
    plt.close(mine)


class Odd(torch.Tensor):
    """A tensor on which nothing works."""

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        raise RuntimeError("odd")


class Hostile:
    """Fails at whatever it is asked."""

    def fail(self, *_):
        raise ValueError("no")

    __eq__ = __repr__ = __str__ = __len__ = __iter__ = __array__ = __bool__ = __getattr__ = fail
    __hash__ = None


class Unspeakable(Exception):
    def __str__(self):
        raise ValueError


def endless():
    numbers = []
    numbers.append(numbers)
    return numbers


def deep():
    numbers = 1
    for _ in range(5000):
        numbers = [numbers]
    return numbers


def odd_shape():
    """Text that says it is an array."""
    return type("Numbers", (np.ndarray,), {"shape": property(lambda self: 1 / 0)})((2,))


ODD = {
    "a list in itself": endless,
    "a deep list": deep,
    "hostile": Hostile,
    "a list of it": lambda: [Hostile()],
    "an odd shape": odd_shape,
    "objects": lambda: np.array([object()]),
    "nan": lambda: float("nan"),
    "nan tensor": lambda: torch.full((2, 2), float("nan")),
    "complex": lambda: torch.ones(2, 2) * 1j,
    "sparse": lambda: torch.eye(2).to_sparse(),
    "meta": lambda: torch.ones(2, 2, device="meta"),
    "nested": lambda: torch.nested.nested_tensor([torch.ones(2), torch.ones(3)], layout=torch.jagged),
    "quantised": lambda: torch.quantize_per_tensor(torch.ones(2, 2), 0.1, 0, torch.qint8),
    "generator": lambda: (number for number in range(3)),
    "a set": lambda: {1, 2},
    "bytes": lambda: b"12",
    "huge": lambda: 10**400,
    "empty": lambda: torch.zeros(0, 3),
}


@pytest.mark.parametrize("case", ODD)
def test_odd_results_and_odd_answers_get_a_verdict(case):
    for name, answer in (
        ("01-convolve", lambda X, K: ODD[case]()),
        ("01-kernel", ODD[case]()),
        ("01-shape", ODD[case]()),
        ("01-count", {"layers": ODD[case](), "weights": 1, "biases": 1, "window": 1}),
        ("01-merge", lambda *_: (ODD[case](), ODD[case]())),
        ("03-layer", ODD[case]()),
    ):
        verdict = check(name, answer)
        assert verdict.status == "tried" and verdict.message and verdict._repr_html_()


def test_errors_that_cannot_be_told_are_named():
    assert "an error: Unspeakable" in check("01-convolve", raises(Unspeakable)).message
    assert "without end" in check("01-convolve", lambda X, K: endless()).message
    hostile = check("01-convolve", lambda X, K: Hostile())
    assert "it is a Hostile" in hostile.message or "reading it fails" in hostile.message


def test_an_odd_tensor_is_read_as_the_numbers_that_it_holds():
    assert check("01-convolve", lambda X, K: torch.Tensor._make_subclass(Odd, right(X, K))).passed
    thirds = [[Fraction(-1, 3)] * 3, [0] * 3, [Decimal(1) / Decimal(3)] * 3]
    assert check("01-kernel", thirds).passed and check("01-kernel", np.array(thirds, dtype=object)).passed


FLOAT32 = {
    "zeros": lambda X, K: sum_of_stamps(X, K, torch.zeros(X.shape[0] + K.shape[0] - 1, X.shape[1] + K.shape[1] - 1)),
    "matrix": lambda X, K: torch.eye(right(X, K).shape[0]) @ right(X, K),
    "layer": lambda X, K: layer_with(K)(X),
}


def sum_of_stamps(X, K, Y):
    for i in range(X.shape[0]):
        Y[i : i + K.shape[0]] += torch.eye(K.shape[0]) @ right(X[i : i + 1], K)
    return Y


def layer_with(K):
    layer = torch.nn.Conv2d(1, 1, tuple(K.shape), padding=(K.shape[0] - 1, K.shape[1] - 1), bias=False)
    layer.weight.data[:] = K.flip(0, 1)
    return lambda X: layer(X[None, None])[0, 0]


@pytest.mark.parametrize("case", FLOAT32)
def test_an_answer_that_is_right_in_float32_passes_and_a_wrong_one_is_named(case):
    assert check("01-convolve", FLOAT32[case]).passed
    verdict = check("01-convolve", lambda X, K: FLOAT32[case](X, K.flip(0, 1)))
    assert verdict.mistake is not None and "not flipped" in verdict.message, verdict
    assert not check("01-convolve", lambda X, K: FLOAT32[case](X, K) + 1e-2).passed


def test_an_answer_that_stops_only_once_does_not_pass():
    first = [1]

    def answer(X, K):
        return right(X, K) if not first else first.pop() / 0

    assert "different results for the same input" in check("01-convolve", answer).message


def test_a_mistake_is_named_although_the_code_stops_for_some_inputs():
    def unflipped(X, K):
        if min(K.shape) == 1:
            raise ValueError("too small")
        return corr2d(torch.nn.functional.pad(X, (K.shape[1] - 1,) * 2 + (K.shape[0] - 1,) * 2), K)

    verdict = check("01-convolve", unflipped)
    assert verdict.mistake is not None and "not flipped" in verdict.message, verdict

    def too_seldom(X, K):
        if max(*X.shape, *K.shape) < 8:
            raise ValueError
        return unflipped(X, K)

    assert check("01-convolve", too_seldom).mistake is None  # four inputs are too few to tell


@pytest.mark.slow
def test_a_real_kernel_lives_and_shows_nothing():
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel()
    try:

        def shown(body, once=True):
            begin = f"    if first:\n        {'first.clear()' * once}\n        {body}\n"  # some take their time
            answer = f"first = [1]\ndef convolve(X, K):\n{begin}    return correlate2d(X, K.flip(0, 1), mode='full')\n"
            cell = f"{answer}print(check('01-convolve', convolve))"
            number, texts = client.execute(cell), []
            while True:
                message = client.get_iopub_msg(timeout=60)
                if message["parent_header"].get("msg_id") != number:
                    continue
                content = message["content"]
                if content.get("execution_state") == "idle":
                    assert not client.get_shell_msg(timeout=60)["content"].get("payload") and manager.is_alive()
                    return "".join(texts)
                if message["msg_type"] not in ("status", "execute_input"):
                    texts.append(content.get("text", message["msg_type"]))

        client.execute(
            "from convlab.exercises import check; from convlab.functional import correlate2d\n"
            "import matplotlib.pyplot as plt, os",
            reply=True,
            timeout=60,
        )
        for ends in ("exit()", "quit()", "get_ipython().ask_exit()", "os._exit(1)"):
            text = shown(ends, once=False)
            assert "calls `exit()`" in text
        for shows in ("display(X)", "plt.figure(); plt.show()", "plt.plot([1])", "os.system('echo hello')"):
            text = shown(shows)
            assert text.startswith("✓ 01-convolve: passed.") and "hello" not in text and "_data" not in text, shows
        text = shown("input()", once=False)
        assert "nobody can type" in text
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
