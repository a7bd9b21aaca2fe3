"""Which tests run when: what is slow is left out unless it is named or asked for, and CI leaves out nothing."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CI = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))["jobs"]["test"]
NEEDED = [
    "conftest.py",
    "pyproject.toml",
    "tests/support/drawn.py",
    "tests/support/nbgrader_env.py",
    "tests/support/run_report.py",
    "tools/course/notebooks.py",
]
TESTS = """
import pytest

def test_quick(): pass

@pytest.mark.slow
def test_slow(): pass
"""
BROWSER_CONFTEST = (ROOT / "tests/browser/conftest.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A project with our conftest.py and settings, and few tests of its own."""
    tree = tmp_path_factory.mktemp("tree")
    for name in [*NEEDED, *(path.relative_to(ROOT) for path in (ROOT / "tools/course").glob("*.py"))]:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tree / name)
    marks = re.search(r"def pytest_itemcollected.*?\n\n\n", BROWSER_CONFTEST, re.S)[0]
    for file, text in {"tests/test_a.py": TESTS, "tests/browser/test_b.py": "def test_browser(): pass\n",
                       "tests/browser/conftest.py": marks}.items():  # fmt: skip
        (tree / file).parent.mkdir(exist_ok=True)
        (tree / file).write_text(text, encoding="utf-8")
    for folder in ("convlab", "notebooks"):
        (tree / folder).mkdir()
    return tree


def run(tree, *arguments):
    """Run pytest there; return the names of the tests that ran, and what it said."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-v", "--color=no", *arguments]
    done = subprocess.run(command, cwd=tree, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return sorted(re.findall(r"PASSED .*::test_(\w+)", done.stdout)), done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments, expected",
    [
        ("", "quick"),
        ("--all", "browser quick slow"),
        ("-m slow", "browser slow"),
        ("-m 'not browser'", "quick slow"),
        ("tests/test_a.py::test_slow", "slow"),
        ("tests/test_a.py", "quick slow"),
        ("tests/browser", "browser"),
    ],
)
def test_what_runs(tree, arguments, expected):
    names, said = run(tree, "-n", "1", *shlex.split(arguments))
    assert names == expected.split()
    assert ("Left out: " in said) == (arguments == "")
    assert ("The slowest tests" in said) == (not arguments.startswith("tests"))  # of a whole run


# --- who runs what ----------------------------------------------------------------------------------------------


def test_ci_run_is_test_all_in_two_parts():
    commands = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()[-2:]
    assert commands == ["make test", "exec make test-all PYTEST_ARGS='-m \"slow or hypothesis\"'"]


def test_every_job_runs_what_make_test_runs_and_linux_everything():
    runs = {step["if"].split("'")[1]: step["run"] for step in CI["steps"] if step.get("name", "").startswith("Test")}
    assert list(runs) == ["Linux", "macOS", "Windows"]
    assert runs["Linux"].startswith("make test-all PYTHON=python ")
    assert runs["macOS"].startswith("make test PYTHON=python PYTEST_ARGS='${{ matrix.select }} ")
    assert runs["Windows"].startswith("python -m pytest ${{ matrix.select }} ")
    oldest, newest = CI["strategy"]["matrix"]["include"]
    assert (oldest["select"], newest["select"]) == ("", '-m "not browser and not editions and not nbgrader"')


def test_test_all_fetches_a_chromium_and_leaves_nothing_out():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    lines = re.search(r"^test-all:.*\n((?:\t.*\n)+)", makefile, re.M)[1].splitlines()
    assert "chromium.py --install" in lines[0] and lines[-1] == "\t@$(PY) -m pytest --all $(PYTEST_ARGS)"
