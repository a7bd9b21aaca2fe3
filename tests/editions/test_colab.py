"""The Colab edition: its first cell, run with stand-ins for Colab, pip and torch; and what the notebooks leave out."""

import importlib.metadata
import importlib.util
import json
import sys
import types
from pathlib import Path

import colab  # tools/editions
import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = {
    "name": "convlab-course",
    "dependencies": ["torch>=2.11", "torchvision>=0.26"],
    "urls": {"Repository": "https://forge.test/convlab"},
}


def run(monkeypatch, capsys, torch="2.11.0+cpu", installed=False, in_colab=True):
    """Run the first cell; return what it prints, what pip was asked for, and whether widgets were switched on."""
    asked, switched = [], []

    def version(name):
        if name == "torch":
            return torch
        if name != PROJECT["name"] or not installed:
            raise importlib.metadata.PackageNotFoundError(name)
        return "0.1.0"

    output = types.SimpleNamespace(enable_custom_widget_manager=lambda: switched.append(True))
    google, inside = types.ModuleType("google"), types.ModuleType("google.colab")
    inside.output = output
    monkeypatch.setitem(sys.modules, "google", google)
    monkeypatch.setitem(sys.modules, "google.colab", inside)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: in_colab)
    monkeypatch.setattr(importlib.metadata, "version", version)
    shell = types.SimpleNamespace(run_line_magic=lambda *line: asked.append(line))
    exec(compile(colab.first_cell(PROJECT), "cell", "exec"), {"get_ipython": lambda: shell})
    return capsys.readouterr().out, asked, switched


def test_it_installs_what_is_missing_from_the_full_address(monkeypatch, capsys):
    said, asked, switched = run(monkeypatch, capsys)
    assert asked == [("pip", "install --quiet 'convlab-course @ git+https://forge.test/convlab'")]
    assert said == "Ready.\n" and switched == [True]


@pytest.mark.parametrize("in_colab", [False, True])
def test_it_changes_nothing_where_the_package_is_there(monkeypatch, capsys, in_colab):
    said, asked, switched = run(monkeypatch, capsys, torch="3.0.1", installed=True, in_colab=in_colab)
    assert asked == [] and said == "Ready.\n" and switched == [True] * in_colab


@pytest.mark.parametrize("old", ["2.10.3", "2.9.0+cu126", "1.13.1"])
def test_an_old_torch_is_named_and_nothing_is_installed(monkeypatch, capsys, old):
    said, asked, _ = run(monkeypatch, capsys, torch=old)
    assert asked == [] and "needs 2.11 or newer" in said and ".".join(old.split(".")[:2]) in said
    assert "%pip install 'torch>=2.11' 'torchvision>=0.26'" in said


def test_without_an_address_it_is_not_made(tmp_path):
    assert colab.first_cell({**PROJECT, "urls": {}}) == ""
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\ndependencies = ['torch>=2.11']\n")
    assert colab.write(tmp_path, tmp_path / "colab") == 0 and not (tmp_path / "colab").exists()


def test_the_notebooks_are_the_learners_with_the_cell_in_front(tmp_path):
    toml = '[project]\nname = "x"\ndependencies = ["torch>=2.11", "torchvision>=0.26"]\n'
    (tmp_path / "pyproject.toml").write_text(toml + '[project.urls]\nRepository = "https://forge.test/x"\n')
    (tmp_path / "notebooks").mkdir()
    cells = [
        {"cell_type": "code", "source": "1", "metadata": {"tags": [tag]}, "outputs": ["6"]}
        for tag in ("hide", "predict")
    ]
    (tmp_path / "notebooks/01_a.ipynb").write_text(json.dumps({"cells": cells}))
    assert colab.write(tmp_path, tmp_path / "colab") == 1
    made = json.loads((tmp_path / "colab/01_a.ipynb").read_text())["cells"]
    assert len(made) == 2 and "git+https://forge.test/x" in made[0]["source"] and made[1]["outputs"] == []
