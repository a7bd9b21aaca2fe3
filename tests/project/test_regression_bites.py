"""The proof that the regression run bites: break the package in a copy of the tree, and nbval goes red.

The copy's notebook has cells of notebook 01 three times: with the sound package, then once for each break. So the
same cells, in the same kernel, must be green, red, red. The breaks are appended to the copy of
``convlab/functional/__init__.py`` and wrap its public functions: it does not matter how these are written.
"""

import os
import re
import shutil
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = "notebooks/01_corr2d_from_scratch.ipynb"  # the first that prints what convlab.functional computes
FURTHER_CELLS = 8  # code cells behind the first that calls it; the rest is left out, to save time

BREAKABLE = """

# --- appended by tests/project/test_regression_bites.py

import functools
import pathlib

BROKEN = "not at all"
pathlib.Path(__file__).with_name("imported").touch()


def _breakable(good):
    @functools.wraps(good)
    def function(x, kernel, *args, **kwargs):
        if BROKEN == "kernel flipped":
            kernel = kernel.flip(0, 1)
        result = good(x, kernel, *args, **kwargs)
        return result.roll(1, -1) if BROKEN == "window shifted by one" else result

    return function


for _name in ("corr2d", "correlate2d", "convolve2d"):
    globals()[_name] = _breakable(globals()[_name])
"""
STATES = ("not at all", "kernel flipped", "window shifted by one")


def cut(nb):
    """Return the code cells before the first that calls one of the functions, and some from there on."""
    cells = [cell for cell in nb.cells if cell.cell_type == "code"]
    calls = re.compile(r"\b(?:corr2d|correlate2d|convolve2d)\(")
    first = next(index for index, cell in enumerate(cells) if calls.search(cell.source))
    return cells[:first], cells[first : first + 1 + FURTHER_CELLS]


def repeated(before, cells):
    """Return a notebook with the cells once for each state of the package."""
    nb = nbformat.v4.new_notebook(cells=deepcopy(before))
    for state in STATES:
        switch = f"import convlab.functional\n\nconvlab.functional.BROKEN = {state!r}"
        nb.cells.append(nbformat.v4.new_code_cell(switch, execution_count=1))
        nb.cells += deepcopy(cells)
    for number, cell in enumerate(nb.cells):
        cell.id = f"cell-{number}"
    return nb


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """Run nbval on the copy; return its output, and for each state the outcomes of the cells."""
    tree = tmp_path_factory.mktemp("tree")
    for name in ("convlab", "tools", "tests/support"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tree / name)
    package = tree / "convlab" / "functional"
    with (package / "__init__.py").open("a", encoding="utf-8") as file:
        file.write(BREAKABLE)
    before, cells = cut(nbformat.read(ROOT / NOTEBOOK, as_version=4))
    (tree / NOTEBOOK).parent.mkdir()
    nbformat.write(repeated(before, cells), tree / NOTEBOOK)

    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "COV_"))}
    environment.update(PYTHONPATH=str(tree), PYTHONIOENCODING="utf-8")
    options = ["-n", "0", "-p", "no:cacheprovider", "-v", "--color=no"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, NOTEBOOK],
        cwd=tree,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    output = run.stdout + run.stderr
    assert (package / "imported").exists(), f"the kernel did not import the copy:\n{output}"
    assert run.returncode == pytest.ExitCode.TESTS_FAILED, output
    each = re.findall(r"Cell \d+ (PASSED|FAILED|ERROR)", output)
    for number in re.findall(r"Cell (\d+): Cell outputs differ", output):
        each[int(number)] = "DIFFERS"
    size = len(cells) + 1
    assert len(each) == len(before) + size * len(STATES), output
    starts = [len(before) + size * index for index in range(len(STATES))]
    first, *later = [each[start : start + size] for start in starts]
    return output, dict(zip(STATES, [each[: len(before)] + first, *later], strict=True))


def test_the_sound_copy_is_green(outcomes):
    output, cells = outcomes
    assert set(cells["not at all"]) == {"PASSED"}, output


@pytest.mark.parametrize("state", STATES[1:])
def test_the_broken_copy_is_red(outcomes, state):
    output, cells = outcomes
    assert "DIFFERS" in cells[state], f"no output differs: {state}\n{output}"
    assert cells[state][0] == "PASSED", f"the switch itself failed\n{output}"
