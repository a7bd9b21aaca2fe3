"""The set-up check: right where all is well, and in words where nothing is."""

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from convlab import __main__, setup_check
from convlab.data import files
from convlab.setup_check import check_setup

ROOT = Path(__file__).parents[1]
PACKAGES = re.findall(r'^    "([\w-]+)>=([\d.]+)",$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.M)
NEEDED = PACKAGES[: next(i for i, (name, _) in enumerate(PACKAGES) if name == "pytest")]


@pytest.fixture(autouse=True)
def no_mnist_on_this_machine(monkeypatch, tmp_path):
    monkeypatch.delenv("CONVLAB_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def rows(report):
    return {name: (value, verdict) for name, value, verdict in report.rows}


def test_all_is_well_here(capsys):
    assert __main__.main([]) == 0
    text = capsys.readouterr().out
    report = check_setup()
    assert text == f"{report}\n" == f"{report!r}\n"
    assert report.ok and report.problems == []
    assert text.endswith("\n\nEverything the course needs is here.\n")
    found = rows(report)
    assert [found[name][1] for name, _ in NEEDED] == ["ok"] * len(NEEDED)
    assert found["Python"] == (platform.python_version(), "ok")
    import torch

    assert found["torch"][0] == str(torch.__version__)
    assert found["photo"][1] == found["digits"][1] == found["emoji"][1] == "ok"
    assert found["full MNIST"][1].startswith("not here (") and "CONVLAB_DATA" in found["full MNIST"][1]
    starts = {line.index(verdict) for line, (_, _, verdict) in zip(text.splitlines(), report.rows, strict=False)}
    assert len(starts) == 1, "the verdicts stand in one column"


def test_ranges_come_from_what_is_installed(monkeypatch):
    listed = ["numpy>=1.26", "pillow >= 999", "x; extra == 'test'"]
    monkeypatch.setattr(setup_check.metadata, "requires", lambda name: listed)
    report = check_setup()
    assert list(rows(report))[1:3] == ["numpy", "pillow"] and "x" not in rows(report)
    assert rows(report)["pillow"][1] == "too old" and rows(report)["numpy"][1] == "ok"
    assert len(report.problems) == 1
    problem = r'pillow [\d.]+ is too old, the course needs >=999: pip install "pillow>=999"'
    assert re.fullmatch(problem, report.problems[0])
    assert str(report).endswith(f"\n\n1 thing to fix:\n- {report.problems[0]}")


@pytest.mark.parametrize("packaging", [True, False])
def test_versions_are_compared_as_numbers(monkeypatch, packaging):
    if not packaging:
        monkeypatch.setitem(sys.modules, "packaging.specifiers", None)
    for version, fits in (("2.9.1", False), ("2.11", True), ("2.11.0+cpu", True), ("3.0", True), ("10.0", True)):
        assert setup_check._satisfies(version, ">=2.11") is fits, version
    assert setup_check._satisfies("2.12.0a0+git123", ">=2.11"), "a build of the day counts"
    assert not setup_check._satisfies("unknown", ">=2.11")


def test_data_that_is_wrong(monkeypatch, tmp_path):
    monkeypatch.setattr(setup_check.metadata, "requires", lambda name: ["numpy>=1.26"])
    folder = tmp_path / "bundle"
    shutil.copytree(files.FOLDER / "digits", folder / "digits")
    (folder / "digits/MNIST/raw/t10k-labels-idx1-ubyte").write_bytes(b"\x00")
    monkeypatch.setattr(files, "FOLDER", folder)
    report = check_setup()
    assert rows(report)["photo"] == ("bundled", "missing") and rows(report)["digits"] == ("bundled", "damaged")
    assert rows(report)["emoji"] == ("bundled", "missing")
    assert not report.ok and "3 things to fix:" in str(report)
    assert all("git checkout -- convlab/data" in problem for problem in report.problems)
    assert "grace_hopper.png is missing" in report.problems[0] and "t10k-labels" in report.problems[1]


def test_the_full_mnist(monkeypatch, tmp_path):
    monkeypatch.setattr(setup_check.metadata, "requires", lambda name: ["numpy>=1.26"])
    raw = tmp_path / "MNIST" / "raw"
    shutil.copytree(files.FOLDER / "digits" / "MNIST" / "raw", raw)  # any four whole files will do
    monkeypatch.setenv("CONVLAB_DATA", str(tmp_path))
    assert rows(check_setup())["full MNIST"] == ("8,000", f"found in {tmp_path}")
    monkeypatch.setenv("HOME", str(tmp_path.parent))
    monkeypatch.setenv("USERPROFILE", str(tmp_path.parent))
    assert rows(check_setup())["full MNIST"] == ("8,000", f"found in ~/{tmp_path.name}")

    (raw / "train-images-idx3-ubyte").write_bytes(b"<html>")
    report = check_setup()
    assert rows(report)["full MNIST"] == ("-", "damaged") and not report.ok
    assert "train-images-idx3-ubyte is damaged" in report.problems[0] and "downloads it again" in report.problems[0]

    (raw / "train-images-idx3-ubyte").unlink()
    report = check_setup()
    assert report.ok and rows(report)["full MNIST"][1].startswith("incomplete, no train-images-idx3-ubyte (")


def test_an_archive_in_the_folder_of_the_full_mnist_is_named(tmp_path, monkeypatch):
    (tmp_path / "mnist.npz").touch()
    monkeypatch.setenv("CONVLAB_DATA", str(tmp_path))
    report = check_setup()
    assert report.ok and rows(report)["full MNIST"][1].startswith(f"not here; in {tmp_path} are mnist.npz, but missing")


def run_bare(*folders):
    """`python -m convlab` in a Python without any installed package (-S), with `folders` in front of the course's."""
    path = os.pathsep.join(map(str, [*folders, ROOT]))
    command = [sys.executable, "-S", "-m", "convlab"]
    return subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True)


def test_a_python_with_nothing_in_it():
    result = run_bare()
    assert result.returncode == 1 and result.stderr == ""
    for name, needed in NEEDED:
        assert re.search(rf"^{name} +- +missing$", result.stdout, re.M), name
        assert f'- {name} is missing: pip install "{name}>={needed}"\n' in result.stdout
    assert re.search(r"^device +- +not known without torch$", result.stdout, re.M)
    assert re.search(r"^digits +bundled +ok$", result.stdout, re.M)
    assert f"\n\n{len(NEEDED)} things to fix:\n" in result.stdout


def fake(folder, name, version, code):
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").write_text(code)
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


def test_torchvision_beside_another_torch_with_a_gpu(tmp_path):
    code = """
__version__ = "2.13.0+cpu"
class cuda:
    is_available = staticmethod(lambda: True)
    get_device_name = staticmethod(lambda: "A GPU")
"""
    fake(tmp_path, "torch", "2.13.0+cpu", code)
    fake(tmp_path, "torchvision", "0.28.0", "raise RuntimeError('operator torchvision::nms does not exist')")
    result = run_bare(tmp_path)
    assert result.returncode == 1 and result.stderr == ""
    assert re.search(r"^torch +2\.13\.0\+cpu +ok$", result.stdout, re.M)
    assert re.search(r"^torchvision +0\.28\.0 +does not import$", result.stdout, re.M)
    assert "- torchvision 0.28.0 does not work with torch 2.13.0+cpu: they were built apart" in result.stdout
    assert re.search(r"^device +cuda +A GPU$", result.stdout, re.M)
    assert f"\n\n{len(NEEDED) - 1} things to fix:\n" in result.stdout


def test_a_torch_that_does_not_load(tmp_path):
    fake(tmp_path, "torch", "2.9.0", "raise OSError('libtorch.so: cannot open')")
    result = run_bare(tmp_path)
    assert result.returncode == 1 and result.stderr == ""
    assert re.search(r"^torch +2\.9\.0 +does not import$", result.stdout, re.M)
    assert "- torch does not import (OSError: libtorch.so: cannot open): pip install --force-reinstall" in result.stdout
