"""Types: mypy finds nothing to say against those that the package gives, and whoever uses the package gets to see them.

What is checked, and how strictly, stands in pyproject.toml. mypy keeps what it has found out in .mypy_cache.
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_mypy_finds_no_error():
    done = subprocess.run([sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"python -m mypy says:\n{done.stdout}{done.stderr}"


def test_others_are_told_that_there_are_types():
    assert (ROOT / "convlab/py.typed").is_file(), "without this file, mypy and editors ignore the types of a package"
