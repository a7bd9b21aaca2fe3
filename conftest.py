"""What pytest needs to run the notebooks: their kernels' environment, and a correction to nbval 0.11."""

import gc
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

# jsonschema, which checks notebooks, would make 38 parsers of web addresses: a second in each process, and no notebook
# has any. nbval imports it, too: therefore pyproject.toml leaves nbval to pytest_plugins, below.
sys.modules.setdefault("rfc3987_syntax", None)

import drawn  # tests/support
import pytest
from nbgrader_env import NEEDS, python311

import notebooks  # tools/course/notebooks.py, see pythonpath in pyproject.toml

# One thread for each worker and kernel: several run at a time, the tensors are small, and two kernels with two
# threads each on two cores took thirty times as long as with one.
os.environ.setdefault("OMP_NUM_THREADS", "1")

IN_CI = os.environ.get("CI", "false").lower() in ("true", "1")


collect_ignore = ["work"]  # the learner's answers
collect_ignore_glob = ["tests/exercises/bank_*"]  # answers in pieces, which test_bank.py reads
pytest_plugins = ["nbval.plugin", "run_report"]  # tests/support/run_report.py
BROWSER = Path(__file__).parent / "tests/browser"
WITHOUT_NODE = not shutil.which("node") and not IN_CI  # there, a missing Node is a failure
# Started in this order, then the other notebooks, then the rest: else one worker ends with what takes long while the
# other has nothing to do. The report at the end of a run says what takes long.
LONG = ["06_mnist_cnn", "test_lab", "test_again", "test_exercises", "test_regression_bites"]
LONG += ["test_package", "test_examples"]


def pytest_addoption(parser):
    """Add --all."""
    words = "also run what is marked slow; so does naming a test, a file or a folder, and -m says which exactly"
    parser.addoption("--all", action="store_true", help=words)


def pytest_ignore_collect(collection_path, config):
    """Import nothing for tests in a browser that are not going to run."""
    return True if collection_path == BROWSER and not config.option.all else None


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    """Give kernels the convlab of this tree and an IPython profile of their own; workers inherit both."""
    config.add_cleanup(gc.unfreeze)  # see pytest_collection
    named = config.args_source == config.ArgsSource.ARGS
    config.option.all = config.option.all or named or bool(config.option.markexpr)
    drawn.load_profile(IN_CI, config.option.all)
    if not hasattr(config, "workerinput"):
        folder = tempfile.TemporaryDirectory(prefix="convlab-", ignore_cleanup_errors=True)
        config.add_cleanup(folder.cleanup)
        os.environ.update(notebooks.kernel_environment(folder.name))
    if config.pluginmanager.hasplugin("nbval.plugin"):
        correct_nbval()
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell starts what runs in the background like this
        signal.signal(signal.SIGINT, signal.default_int_handler)  # and tests press Ctrl-C
    config.option.loadscopereorder = False  # xdist would start with the files that have the most tests


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Let the garbage collector pass over what is imported, and look less often: a tenth of the time was its."""
    gc.disable()
    result = yield
    gc.freeze()
    gc.enable()
    gc.set_threshold(10_000)
    return result


def pytest_collection_modifyitems(config, items):
    """Leave out what is slow unless it is asked for, and what needs Node without one; start first what takes long."""

    def out(item):
        slow = item.get_closest_marker("slow") and not config.option.all
        if slow or (WITHOUT_NODE and item.get_closest_marker("node")):
            return True
        return item.get_closest_marker("nbgrader") and not IN_CI and not python311()

    left_out = [item for item in items if out(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]

    def order(item):
        if item.path.stem in LONG:
            return 0, LONG.index(item.path.stem), ""
        return (1, -item.path.stat().st_size, str(item.path)) if item.path.suffix == ".ipynb" else (2, 0, "")

    items.sort(key=order)


def correct_nbval():
    """Make nbval take colours, addresses and temporary paths out of both sides, as they are from the stored files."""
    from nbval.plugin import IPyNbCell

    def sanitize(self, text):
        return notebooks.clean_text(notebooks.without_script(text)) if isinstance(text, str) else text

    IPyNbCell.sanitize = sanitize


def pytest_terminal_summary(terminalreporter, config):
    """Say what was left out, and how to get it."""
    if not config.option.all:
        terminalreporter.write_line("Left out: what is slow, and all in a browser. To run it, too: make test-all")
    if WITHOUT_NODE:
        what = "the arithmetic of the explorers' scripts (tests/explorers/test_arithmetic.py)"
        terminalreporter.write_line(f"Left out: {what}. It needs Node, 18 or newer, and there is none")
    if config.option.all and not IN_CI and not python311():
        terminalreporter.write_line(f"Left out: the way through nbgrader (tests/editions/test_nbgrader.py). {NEEDS}")


def pytest_report_header(config):
    """Say which tree the notebooks are tested against."""
    return f"notebooks import convlab from {Path(notebooks.ROOT)}"
