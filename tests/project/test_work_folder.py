"""The folder work/ is the learner's: every way into the course opens it, and nothing else touches it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIRST = "work/00_start_here.ipynb"
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
WAYS = [block for block in re.findall(r"```\w+\n(.*?)```", README, re.DOTALL) if "-m jupyterlab" in block]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_in_the_readme_makes_the_copy_and_opens_it(way):
    *_, copy, opens = way.splitlines()
    assert copy.endswith("python -m convlab copy work")
    assert opens == copy.replace("convlab copy work", f"jupyterlab {FIRST}")


def test_the_readme_has_the_ways_by_pip_windows_conda_and_wheel():
    assert len(WAYS) == 4
    assert ["venv" in way for way in WAYS] == [True, True, False, False]
    assert "py -m venv" in WAYS[1] and "conda activate" in WAYS[2] and ".whl" in WAYS[3]
    assert f"`/lab/tree/{FIRST}`" in README, "Binder"


def recipe(target):
    return re.search(rf"^{target}:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)[1]


def test_make_lab_makes_the_copy_and_opens_it():
    lab = recipe("lab")
    assert lab.index("-m convlab copy work\n") < lab.index(f"-m jupyterlab --LabApp.default_url=/lab/tree/{FIRST} ")
    assert "notebooks/" not in lab


def test_binder_makes_the_copy():
    script = ROOT / "postBuild"
    shebang, *_, last = script.read_text(encoding="utf-8").splitlines()
    assert shebang == "#!/bin/bash" and last == "python -m convlab copy work"
    if os.name != "nt":
        assert os.access(script, os.X_OK)


@pytest.mark.skipif(sys.platform == "win32", reason="make clean is for Linux and macOS")
def test_make_clean_keeps_the_work(tmp_path):
    for name in (FIRST, "work/.ipynb_checkpoints/x.ipynb", "work/__pycache__/x.pyc", ".venv/x", "build/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    for name in ("convlab", "notebooks", "tests", "tools"):
        (tmp_path / name).mkdir()
    commands = "".join(line.removeprefix("\t").lstrip("@") + "\n" for line in recipe("clean").splitlines())
    subprocess.run(["sh", "-e", "-c", commands], cwd=tmp_path, check=True, capture_output=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["convlab", "notebooks", "tests", "tools", "work"]
    assert len([path for path in (tmp_path / "work").rglob("*") if path.is_file()]) == 3


def test_git_does_not_see_the_work():
    assert "/work/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_pytest_and_ruff_do_not_look_into_the_work(tmp_path):
    assert 'collect_ignore = ["work"]' in (ROOT / "conftest.py").read_text(encoding="utf-8")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "work").mkdir()
    answer = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "source": ["import os,sys"]}
    notebook = {"cells": [answer], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    for name in ("seen.ipynb", "work/unseen.ipynb"):
        (tmp_path / name).write_text(json.dumps(notebook), encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--show-files", "."]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True).stdout
    assert "seen.ipynb" in shown and "unseen" not in shown
