"""The report at the end of a run: what it says, and what it counts."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
import run_report  # tests/support/run_report.py, see pythonpath in pyproject.toml


def part(nodeid, when, duration, cpu=0.0):
    properties = [(run_report.CPU, cpu)] if when == "teardown" else []
    return SimpleNamespace(nodeid=nodeid, when=when, duration=duration, user_properties=properties)


def test_notebooks_by_cpu_seconds_and_the_slowest_tests():
    report = run_report.Report()
    for name, cpu in [
        ("notebooks/02.ipynb::Cell 0", 1.5),
        ("notebooks/01.ipynb::Cell 0", 4),
        ("notebooks/01.ipynb::Cell 1", 3),
    ]:
        report.pytest_runtest_logreport(part(name, "call", 60))
        report.pytest_runtest_logreport(part(name, "teardown", 0, cpu))
    for number in range(20):
        for when in ("setup", "call", "teardown"):
            report.pytest_runtest_logreport(part(f"tests/test_a.py::test_{number}", when, number, number / 2))
    head, first, second, middle, slowest, *others = report.lines()
    assert (head, first.split(), second.split()) == (
        "CPU seconds of each notebook:",
        ["7.0", "notebooks/01.ipynb"],
        ["1.5", "notebooks/02.ipynb"],
    )
    assert middle.startswith("The slowest tests") and len(others) == 9
    assert slowest.split() == ["57.0", "9.5", "tests/test_a.py::test_19"]


def cell(pid):
    return SimpleNamespace(
        parent=SimpleNamespace(kernel=SimpleNamespace(km=SimpleNamespace(provisioner=SimpleNamespace(pid=pid))))
    )


def test_a_cell_counts_its_kernel_and_a_test_what_it_started():
    test = SimpleNamespace(parent=None)
    assert run_report.cpu_seconds(cell(os.getpid())) == pytest.approx(2 * run_report.cpu_seconds(test), rel=0.2)
    assert run_report.kernel_seconds(cell(None)) == run_report.kernel_seconds(test) == 0
    before = run_report.cpu_seconds(test)
    done = subprocess.Popen([sys.executable, "-c", "import time\nwhile time.process_time() < 0.3: pass"])
    done.wait()
    assert run_report.kernel_seconds(cell(done.pid)) == 0, "the kernel has died"
    if os.name != "nt":
        assert run_report.cpu_seconds(test) - before > 0.29
