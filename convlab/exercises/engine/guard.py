"""Run a learner's code so that it can do no harm to the session: a limit of time, no output, no state left behind."""

import builtins
import contextlib
import getpass
import io
import logging
import os
import signal
import sys
import sysconfig
import threading
import time
from pathlib import Path

import torch

SECONDS = 5.0
LIBRARIES = tuple(
    {str(Path(__file__).resolve().parents[2]), *map(sysconfig.get_path, ("stdlib", "purelib", "platlib")), "<frozen"}
)


class _Now(threading.local):
    """What goes on in this thread: calls of guarded, what stops the learner's code, whether the button is watched."""

    depth = 0
    struck: type[BaseException] | None = None
    button = False


_now = _Now()
_alone = threading.Lock()


class TimeUp(BaseException):
    """Raised in code that runs too long. Not an Exception, so that ``except Exception`` does not swallow it."""

    def __del__(self):
        _insist(sys._getframe(1))  # something has caught it, and Python switches off a trace that has raised


class Stopped(KeyboardInterrupt):
    """Raised in a learner's code when the stop button was pressed."""

    __del__ = TimeUp.__del__


def guarded(function, *arguments):
    """Call a function that runs a learner's code: in here, and only in here, TimeUp and Stopped are raised.

    A ``try`` around a loop's body may catch them. So from the first one on, every line of the learner's own code (not
    of libraries, which may hold a lock) raises it again, by Python's trace, until the code has ended.
    """
    trace = sys.gettrace()
    _now.depth += 1
    try:
        if _now.struck is not None:  # since the last call
            raise _now.struck
        result, ended = next(_apart(function, arguments))
        if ended is not None:
            raise ended
        return result
    finally:
        _now.depth -= 1
        _now.struck = None
        if sys.gettrace() is not trace:
            sys.settrace(trace)


def _apart(function, arguments):
    """Call a function in a generator: it has an own state of what is being handled, which ends with it.

    A trace that raises where an ``except`` is about to end leaves its error behind as "being handled", and every later
    error of the session would be said to happen during it.
    """
    try:
        yield function(*arguments), None
    except StopIteration as ended:  # which a generator may not raise
        yield None, ended


def inside() -> bool:
    """Tell whether a learner's code is being run in this thread."""
    return _now.depth > 0


def must_pass(error: BaseException) -> bool:
    """Tell whether an error comes from the time limit or the stop button, and not from the learner's code."""
    return isinstance(error, (TimeUp, Stopped)) or (isinstance(error, KeyboardInterrupt) and not _now.button)


def _raise_again(frame, event, _):
    if frame.f_code.co_filename.startswith(LIBRARIES):
        return None
    if event in ("call", "line") and _now.struck is not None:
        raise _now.struck
    return _raise_again


def _insist(frame) -> bool:
    """Let each line of the learner's code that still runs raise; return False if this frame is not within guarded."""
    frames = []
    while frame is not None and frame.f_code is not guarded.__code__:
        frames.append(frame)
        frame = frame.f_back
    if frame is None or _now.struck is None:
        return False
    for its in frames:
        its.f_trace = _raise_again
    sys.settrace(_raise_again)
    return True


def _strike(error: type[BaseException], frame) -> None:
    """Stop the learner's code; if none is running just now, the next call of guarded raises."""
    _now.struck = _now.struck if _now.struck is Stopped else error
    if _insist(frame):
        raise _now.struck


@contextlib.contextmanager
def time_limit(seconds: float = SECONDS):
    """Stop what runs in ``guarded`` within the block, with TimeUp, after that many seconds, where the system can do it.

    It can on Linux and macOS in the main thread, by the signal SIGALRM. On Windows, and in other threads, the block
    runs on until it ends or until somebody presses the stop button. Nothing stops a call that never comes back from C.
    What was set up before for the signal, handler and timer, is there again afterwards.

    >>> with time_limit(0.5):
    ...     print("quick")
    quick
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    active, start = True, time.monotonic()

    def ring(_, frame):
        if active:  # a signal that is on its way while we leave must not ring
            _strike(TimeUp, frame)

    old_handler = signal.signal(signal.SIGALRM, ring)
    # It rings again and again, in case a library swallows it.
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, 0.1)
    try:
        yield
    finally:
        active = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL if old_handler is None else old_handler)
        _now.struck = None if _now.struck is TimeUp else _now.struck
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - start), 0.001), interval)


@contextlib.contextmanager
def stop_button():
    """Let the stop button, or Ctrl-C, end the learner's code as the time limit does; then raise KeyboardInterrupt."""
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, lambda _, frame: _strike(Stopped, frame))
    _now.button = True
    try:
        yield
        if _now.struck is Stopped:  # pressed when nothing was left to be stopped
            raise Stopped
    except Stopped:
        raise KeyboardInterrupt from None
    finally:
        _now.button, _now.struck = False, None
        signal.signal(signal.SIGINT, signal.default_int_handler)


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


class Keyboard(io.TextIOBase):
    """A keyboard at which nobody sits. Python's own ``exit()`` closes it, and not the real one."""

    def readline(self, *_):
        """Say that nobody types."""
        raise EOFError("nobody can type while an answer is checked; its arguments are all that it gets")

    read = readline


@contextlib.contextmanager
def quiet():
    r"""Collect what the block prints; leave torch's grad mode and default type as they were, and no figure open.

    >>> with quiet() as printed:
    ...     print("hello")
    >>> printed.text
    'hello\n'
    """
    printed, grad, dtype = Printed(), torch.is_grad_enabled(), torch.get_default_dtype()
    stdout, stderr, open_before = sys.stdout, sys.stderr, set(_figures())
    sys.stdout = sys.stderr = printed
    try:
        yield printed
    finally:
        sys.stdout, sys.stderr = stdout, stderr
        torch.set_grad_enabled(grad)
        torch.set_default_dtype(dtype)
        for number in set(_figures()) - open_before:
            sys.modules["matplotlib.pyplot"].close(number)


def _figures() -> dict:
    """Return the figures that pyplot keeps open, by number."""
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    return helpers.Gcf.figs if helpers else {}


@contextlib.contextmanager
def set_apart():
    """Keep what is done within the block: nothing is shown or asked, nothing ends the session, settings stay.

    This is for a whole check, ``quiet`` for each trial. Of checks in several threads, only the first has all of it.
    Torch has one thread: the inputs are so small that several would mostly wait for each other, ten times as long.
    """
    with contextlib.ExitStack() as stack:
        stack.callback(torch.set_num_threads, torch.get_num_threads())
        torch.set_num_threads(1)
        stack.enter_context(torch.random.fork_rng(devices=[]))
        stack.enter_context(torch.inference_mode(False))  # with gradients, whatever check is called in
        if _alone.acquire(blocking=False):
            stack.callback(_alone.release)
            _silence(stack)
            for owner, name, value in _replacements():
                stack.callback(setattr, owner, name, getattr(owner, name))
                setattr(owner, name, value)
        yield


def _replacements():
    """Yield (owner, name, value): what ends the session, waits for somebody or shows something is replaced."""
    ours = os.getpid()

    def ends(real, aimed=False):
        def end(*arguments):
            if os.getpid() != ours or (aimed and arguments[0] != ours):  # another process, which this one has started
                return real(*arguments)
            raise SystemExit

        return end

    yield from ((os, "_exit", ends(os._exit)), (os, "abort", ends(os.abort)), (os, "kill", ends(os.kill, aimed=True)))
    nobody = Keyboard()
    yield from ((sys, "stdin", nobody), (builtins, "input", nobody.readline), (getpass, "getpass", nobody.readline))
    yield logging.root.manager, "disable", sys.maxsize
    yield logging.root, "handlers", list(logging.root.handlers)  # logging.info() adds one, with the present sys.stderr
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        from IPython.core.displaypub import CapturingDisplayPublisher

        yield shell, "display_pub", CapturingDisplayPublisher()
        yield shell, "ask_exit", ends(None)  # exit() and quit() call it, and raise nothing
    if "matplotlib.pyplot" in sys.modules:
        yield sys.modules["matplotlib.pyplot"], "show", lambda *_, **__: None
        yield sys.modules["matplotlib._pylab_helpers"].Gcf, "figs", type(_figures())()  # what is open now stays so


def _silence(stack: contextlib.ExitStack) -> None:
    """Let nothing out that goes round sys.stdout: from programs that are started, and from C."""

    def flush():
        for stream in (sys.__stdout__, sys.__stderr__):
            with contextlib.suppress(ValueError, OSError):
                if stream is not None:
                    stream.flush()

    flush()
    with contextlib.suppress(OSError):  # there may be nowhere to print to
        nowhere = os.open(os.devnull, os.O_WRONLY)
        stack.callback(os.close, nowhere)
        for descriptor in (1, 2):
            stack.callback(os.close, kept := os.dup(descriptor))
            stack.callback(os.dup2, kept, descriptor)
            os.dup2(nowhere, descriptor)
    stack.callback(flush)
