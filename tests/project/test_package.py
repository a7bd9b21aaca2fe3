"""The course as others get it: sdist, wheel and settings, built and used away from the checkout, without network."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from convlab.copying import copy_course

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = "etc/jupyter/jupyter_server_config.d/convlab.json"

USE = """
import json
import convlab
from convlab.data import load_digits, photo
from convlab.explorers import (
    ChannelExplorer, ConvExplorer, DigitInspector, KernelPlayground, TransposedConvExplorer,
)
from convlab.training import FastNet

explorers = [
    ChannelExplorer(),
    ConvExplorer([[1, 2], [3, 4]], [[1]]),
    KernelPlayground(),
    TransposedConvExplorer([[1, 2], [3, 4]], [[1, 0], [0, 1]]),
    DigitInspector(FastNet()),
]
html = [explorer.to_html() for explorer in explorers]
assert all("CODE =" in text and "data:image/png" in text for text in html)
print(json.dumps([convlab.__file__, len(load_digits("train")), list(photo().shape)]))
"""


def run(*command, **options):
    """Run a command that must succeed; the checkout is not on its path."""
    left_out = ("PYTHONPATH", "VIRTUAL_ENV", "PIP_", "UV_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    env |= {"PIP_NO_INDEX": "1", "UV_OFFLINE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(list(map(str, command)), env=env, capture_output=True, text=True, timeout=300, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def files_of_the_course():
    """What the checkout has of it: what git would leave out is no part of it."""
    packed = {}
    for folder in ("convlab", "notebooks", "examples"):
        for path in (ROOT / folder).rglob("*"):
            name = path.relative_to(ROOT)
            if path.is_file() and not any(part.startswith((".", "__pycache__")) for part in name.parts):
                packed[name.as_posix()] = path.read_bytes()
    return packed


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel that is built from the unpacked sdist."""
    folder = tmp_path_factory.mktemp("built")
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, cwd=ROOT)
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        archive.extractall(folder / "unpacked", **safe)
    (source,) = (folder / "unpacked").iterdir()
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=source)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The Python of a fresh environment that has the wheel, and from here all that the wheel needs."""
    folder = tmp_path_factory.mktemp("environment") / "with a space"
    venv.create(folder, symlinks=os.name != "nt", with_pip=False)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if find_spec("pip"):
        run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", wheel)
    else:
        run("uv", "pip", "install", "--quiet", "--no-deps", "--python", python, wheel)
    (site,) = {path.parent for path in folder.rglob("convlab_course-*.dist-info")}
    # pip's own .pth files are not read from there: so the convlab that is worked on here stays out.
    here = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    (site / "needed.pth").write_text("\n".join(here) + "\n", encoding="utf-8")
    return python


@pytest.mark.slow
def test_the_wheel_has_the_whole_course_and_nothing_else(wheel):
    packed = {}
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            packed[re.sub(r"^convlab_course-[\d.]+\.data/data/", "", name)] = archive.read(name)
    expected = {
        name if name.startswith("convlab/") else f"share/convlab/{name}": content
        for name, content in files_of_the_course().items()
    }
    expected[SETTINGS] = (ROOT / "jupyter-config/server.json").read_bytes()
    about = {name for name in packed if ".dist-info/" in name}
    assert {re.sub(".*dist-info/", "", name) for name in about} == {"METADATA", "WHEEL", "RECORD", "licenses/LICENSE"}
    assert sorted(packed.keys() - about) == sorted(expected)
    assert {name for name in expected if packed[name] != expected[name]} == set()


@pytest.mark.slow
def test_an_installed_wheel_copies_the_course(installed, tmp_path):
    said = run(installed, "-m", "convlab", "copy", "work", cwd=tmp_path)
    assert said.startswith("The course in work:\n")
    copy_course(tmp_path / "from the checkout")
    copies = [tmp_path / name for name in ("work", "from the checkout")]
    found, expected = ({p.relative_to(c): p.read_bytes() for p in c.rglob("*") if p.is_file()} for c in copies)
    assert found == expected
    assert run(installed, "-m", "convlab", "copy", "work", cwd=tmp_path) == "The course in work is up to date.\n"


@pytest.mark.slow
def test_an_installed_wheel_has_what_the_notebooks_need(installed, tmp_path):
    where, digits, photo = json.loads(run(installed, "-c", USE, cwd=tmp_path))
    assert Path(where).is_relative_to(installed.parents[1]), "it is not the wheel that is tested"
    assert digits == 8000 and photo == [3, 300, 256]


@pytest.mark.slow
def test_an_installed_wheel_switches_on_what_saves_explorers(installed, tmp_path):
    """The server of that environment finds the extension, and its notebooks are saved without views."""
    listed = run(installed, "-m", "jupyter_server.extension.serverextension", "list", cwd=tmp_path)
    assert re.search(r"convlab\.saving .*enabled", listed), listed


@pytest.mark.slow
def test_a_wheel_that_lies_in_any_folder_finds_its_notebooks(wheel, tmp_path):
    """As pip install --target leaves it: its record then names other places."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    (data,) = tmp_path.glob("*.data")
    shutil.move(data / "data/share", tmp_path)
    find = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from convlab.copying import _find_course"
    found = run(sys.executable, "-S", "-c", f"{find}; print(_find_course())", cwd=tmp_path).strip()
    assert Path(found) == tmp_path.resolve() / "share/convlab"
