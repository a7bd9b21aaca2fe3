"""The report at the end of a whole run: CPU seconds by notebook, and the ten slowest tests.

CPU seconds are counted because a busy machine makes a test longer, but hardly makes it compute more. They are those of
the test's own process, of the processes that it started and that have ended, and, for a cell, of the notebook's kernel.
A browser or a server that goes on running is not in them. (Windows does not tell what ended processes have used.)
"""

import os
from collections import Counter

import psutil
import pytest

CPU = "cpu_seconds"  # the property's name; it is in junit.xml, too
SHOWN = 10


def pytest_addoption(parser):
    """Add --report."""
    parser.addoption("--report", action="store_true", help="say what the tests took, also if they are not all")


def pytest_configure(config):
    """Workers measure; the process that started them reports."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Report(), "run_report.Report")


# --- measuring: in each worker --------------------------------------------------------------------------------------


def used(times) -> float:
    """Return what a process and its ended children have used, from os.times() or psutil's."""
    return times.user + times.system + times.children_user + times.children_system


def kernel_seconds(item) -> float:
    """Return what the kernel has used in which nbval runs the item, if it is a cell and the kernel lives."""
    kernel = getattr(item.parent, "kernel", None)
    pid = getattr(kernel.km.provisioner, "pid", None) if kernel else None
    try:
        return used(psutil.Process(pid).cpu_times()) if pid else 0.0
    except psutil.Error:
        return 0.0


def cpu_seconds(item) -> float:
    """Return what has been used until now by what runs the item."""
    return used(os.times()) + kernel_seconds(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Start the clock."""
    item.begin = cpu_seconds(item)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Stop it, before the kernel ends: the last report of an item carries its properties."""
    if call.when == "call":
        item.user_properties.append((CPU, round(cpu_seconds(item) - item.begin, 2)))
    return (yield)


# --- reporting: in the process that is asked ------------------------------------------------------------------------


class Report:
    """What all tests took."""

    def __init__(self):
        self.seconds, self.cpu = Counter(), Counter()

    def pytest_runtest_logreport(self, report):
        """Take down a part of a test: its setup, its call, its end."""
        self.seconds[report.nodeid] += report.duration
        if report.when == "teardown":
            self.cpu[report.nodeid] += dict(report.user_properties).get(CPU, 0.0)

    def pytest_terminal_summary(self, terminalreporter, config):
        """Print the report, if the run was a whole one or if it is asked for."""
        part = config.args_source == config.ArgsSource.ARGS or config.option.keyword
        if self.seconds and (config.option.report or not part):
            terminalreporter.section(f"{used(os.times()):.0f} CPU seconds")  # of the workers, too: they have ended
            terminalreporter.write_line("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """Return the report."""
        notebooks = Counter()
        for test, seconds in self.cpu.items():
            file = test.partition("::")[0]
            if file.endswith(".ipynb"):
                notebooks[file] += seconds
        tests = Counter({test: s for test, s in self.seconds.items() if test.partition("::")[0] not in notebooks})
        return [
            *["CPU seconds of each notebook:"] * bool(notebooks),
            *(f"  {seconds:6.1f}  {file}" for file, seconds in notebooks.most_common()),
            "The slowest tests, in seconds (and CPU seconds):",
            *(f"  {seconds:6.1f} {self.cpu[test]:6.1f}  {test}" for test, seconds in tests.most_common(SHOWN)),
        ]
