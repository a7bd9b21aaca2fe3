"""Run a learner's code so that it can do no harm to the session: a limit of time, no output, no state left behind."""

import contextlib
import io
import signal
import sys
import threading
import time

import torch

SECONDS = 5.0


class TimeUp(BaseException):
    """Raised in code that runs too long. Not an Exception, so that ``except Exception`` does not swallow it."""


@contextlib.contextmanager
def time_limit(seconds: float = SECONDS):
    """Stop the block with TimeUp after that many seconds, where the system can do it.

    It can on Linux and macOS in the main thread, by the signal SIGALRM. Elsewhere the block runs on until it ends or
    until somebody presses the stop button: KeyboardInterrupt always passes through. What was set up before for
    the signal, handler and timer, is there again afterwards.

    >>> with time_limit(0.5):
    ...     print("quick")
    quick
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    active, start = True, time.monotonic()

    def ring(*_):
        if active:  # a signal that is on its way while we leave must not ring
            raise TimeUp

    old_handler = signal.signal(signal.SIGALRM, ring)
    # It rings again and again: a bare "except:" in a loop catches it once, and the loop goes on.
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, 0.1)
    try:
        yield
    finally:
        active = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL if old_handler is None else old_handler)
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - start), 0.001), interval)


class Printed(io.TextIOBase):
    """Takes what is printed, and keeps the beginning."""

    def __init__(self, keep: int = 200):
        self.text, self._keep = "", keep

    def writable(self) -> bool:
        """Say that it may be printed to."""
        return True

    def write(self, text: str) -> int:
        """Keep the first characters."""
        self.text += text[: self._keep - len(self.text)]
        return len(text)


@contextlib.contextmanager
def quiet():
    r"""Collect what the block prints, and leave torch's grad mode and default type as they were.

    >>> with quiet() as printed:
    ...     print("hello")
    >>> printed.text
    'hello\n'
    """
    printed, grad, dtype = Printed(), torch.is_grad_enabled(), torch.get_default_dtype()
    stdout, stderr = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = printed
    try:
        yield printed
    finally:
        sys.stdout, sys.stderr = stdout, stderr
        torch.set_grad_enabled(grad)
        torch.set_default_dtype(dtype)


@contextlib.contextmanager
def one_thread():
    """Compute in one thread: the inputs are so small that several would mostly wait for each other, ten times as long.

    >>> with one_thread():
    ...     torch.get_num_threads()
    1
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
