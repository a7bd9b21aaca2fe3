"""What pytest needs to run the notebooks: their kernels' environment, and two corrections to nbval 0.11."""

import os
import signal
import tempfile
from pathlib import Path

import chromium  # tools/browser/chromium.py, see pythonpath in pyproject.toml
import hypothesis
import pytest

import notebooks  # tools/course/notebooks.py

# One thread for each worker and kernel: several run at a time, the tensors are small, and two kernels with two
# threads each on two cores took thirty times as long as with one.
os.environ.setdefault("OMP_NUM_THREADS", "1")

hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI", "false").lower() in ("true", "1") else "local")


collect_ignore = ["work"]  # the learner's answers
BROWSER = Path(__file__).parent / "tests/browser"
LAB = BROWSER / "test_lab.py"


def pytest_addoption(parser):
    """Add --lab: the notebooks in JupyterLab take minutes."""
    parser.addoption("--lab", action="store_true", help="also open every notebook in JupyterLab, in a real browser")


def pytest_ignore_collect(collection_path, config):
    """Leave out what needs a browser where there is none; pytest_terminal_summary says so."""
    if collection_path == LAB and not config.option.lab:
        return True
    if collection_path == BROWSER and chromium.missing():
        return True
    return None


def pytest_terminal_summary(terminalreporter, config):
    """Say which tests were left out, and how to get them."""
    named = [argument for argument in config.args if "::" in argument or argument.endswith((".py", ".ipynb"))]
    lacks = chromium.missing()
    if named or (config.option.lab and not lacks):
        return
    left_out = f"the explorers in a browser ({lacks})" if lacks else "the notebooks in JupyterLab, in a browser"
    terminalreporter.write_line(f"Left out: {left_out}. To run them: make test-browser")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    """Give kernels the convlab of this tree and an IPython profile of their own; workers inherit both."""
    if not hasattr(config, "workerinput"):
        folder = tempfile.TemporaryDirectory(prefix="convlab-", ignore_cleanup_errors=True)
        config.add_cleanup(folder.cleanup)
        os.environ.update(notebooks.kernel_environment(folder.name))
    if config.pluginmanager.hasplugin("nbval"):
        correct_nbval()
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell starts what runs in the background like this
        signal.signal(signal.SIGINT, signal.default_int_handler)  # and tests press Ctrl-C
    config.option.loadscopereorder = False  # xdist would start with the files that have the most tests


def pytest_collection_modifyitems(items):
    """Start what takes long first: else one worker ends with it while the other has nothing to do."""

    def order(item):
        if item.path.suffix == ".ipynb":
            return 1, -item.path.stat().st_size, str(item.path)
        return (0 if item.path.stem in ("test_regression_bites", "test_exercises") else 2), 0, ""

    items.sort(key=order)


def correct_nbval():
    """Make nbval run and compare cells as JupyterLab shows them."""
    from nbval.kernel import RunningKernel
    from nbval.plugin import IPyNbCell

    # With history a trailing semicolon suppresses the output, as it does in JupyterLab.
    def execute_cell_input(self, source, allow_stdin=None):
        return self.kc.execute(source, allow_stdin=allow_stdin, stop_on_error=False)

    RunningKernel.execute_cell_input = execute_cell_input

    # Colours, addresses and temporary paths are taken out of both sides, as they are from the stored files.
    def sanitize(self, text):
        return notebooks.clean_text(notebooks.without_script(text)) if isinstance(text, str) else text

    IPyNbCell.sanitize = sanitize


def pytest_report_header(config):
    """Say which tree the notebooks are tested against."""
    return f"notebooks import convlab from {Path(notebooks.ROOT)}"
