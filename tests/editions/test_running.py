"""What is handed out runs: both notebooks from top to bottom, and the installation from a stick."""

import io
import os
import re
import subprocess
import venv
import zipfile

import pytest
import versions
from hygiene import tags, text_outputs
from stick import stick

from notebooks import execute

pytestmark = pytest.mark.slow


def checks(nb):
    return [" ".join(text_outputs(cell)) for cell in nb.cells if "check" in tags(cell)]


def test_the_learners_notebook_runs_with_its_placeholders(source, tmp_path):
    nb = versions.learner(source)
    execute(nb, tmp_path)
    assert len(checks(nb)) == len(source.exercises)
    assert all("not tried yet." in said for said in checks(nb))


def test_the_teachers_notebook_runs_and_every_check_passes(source, tmp_path):
    nb = versions.teacher(source)
    execute(nb, tmp_path)
    assert len(checks(nb)) == len(source.exercises)
    assert all("✓" in said and "passed." in said for said in checks(nb)), checks(nb)


def empty_wheel(folder, name):
    """A package with nothing in it, newer than anybody asks for."""
    stem = f"{re.sub('[-.]+', '_', name)}-9999"
    with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{stem}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 9999\n")
        wheel.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{stem}.dist-info/RECORD", "")


def test_the_stick_installs_without_a_network(tmp_path):
    """Word for word as START.html says; what the course needs is there as empty wheels."""
    (data,) = stick({"00.ipynb": b"{}"}, "1").values()
    zipfile.ZipFile(io.BytesIO(data)).extractall(tmp_path)
    folder = tmp_path / "convlab-1"
    (wheel,) = (folder / "wheels").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        described = archive.read(next(name for name in archive.namelist() if name.endswith("METADATA"))).decode()
    for name in re.findall(r"^Requires-Dist: ([\w.-]+)[^;\n]*$", described, re.M):
        empty_wheel(folder / "wheels", name)
    venv.create(folder / "env", with_pip=True)
    (line,) = re.findall(r"^env/bin/python -m pip .*?(?=<)", (folder / "START.html").read_text("utf-8"), re.M)
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHONPATH"))}
    own["PIP_CONFIG_FILE"] = os.devnull  # this machine's settings are not the room's
    done = subprocess.run(line.split(), cwd=folder, env=own, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    told = subprocess.run(
        ["env/bin/python", "-c", "import convlab; print(convlab.__file__)"],
        cwd=folder,
        env=own,
        capture_output=True,
        text=True,
    )
    assert "site-packages" in told.stdout
