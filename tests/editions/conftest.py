"""The notebooks, read once for all tests of editions."""

import pytest
from hygiene import NOTEBOOKS
from sources import read_all


@pytest.fixture(scope="session")
def sources():
    return read_all(NOTEBOOKS[0].parent)


@pytest.fixture(scope="session", params=[path.name[:2] for path in NOTEBOOKS])
def source(request, sources):
    """Each notebook."""
    return next(source for source in sources if source.name.startswith(request.param))


@pytest.fixture(scope="session", params=[path.name[:2] for path in NOTEBOOKS[1:]])
def exercised(request, sources):
    """Each notebook that has exercises."""
    return next(source for source in sources if source.name.startswith(request.param))
