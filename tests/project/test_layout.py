"""The package stays small: few lines in all, and no long module."""

from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "convlab"
MODULES = [file for file in PACKAGE.rglob("*") if file.suffix in (".py", ".js")]
CORE = ("functional", "geometry", "kernels.py", "layers.py", "data", "training", "plotting")
BUDGETS = {CORE: 6_000, ("exercises",): 8_000, ("explorers",): 4_500}


def lines(files):
    return sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)


def files_of(part):
    return (
        [PACKAGE / part] if part.endswith(".py") else [*(PACKAGE / part).rglob("*.py"), *(PACKAGE / part).rglob("*.js")]
    )


@pytest.mark.parametrize("parts", BUDGETS, ids=" ".join)
def test_the_package_stays_small(parts):
    assert 500 < lines(file for part in parts for file in files_of(part)) <= BUDGETS[parts]


def test_no_module_is_long():
    assert len(MODULES) > 80
    assert [str(file.relative_to(PACKAGE)) for file in MODULES if lines([file]) > 400] == []
