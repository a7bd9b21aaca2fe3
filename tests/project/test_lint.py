"""`make lint`: the same wherever it is called, with pinned tools, and biome's findings at their place."""

import json
import re
from pathlib import Path

import lint  # tools/lint/lint.py, see pythonpath in pyproject.toml
import pytest
import yaml

from convlab.explorers import base

ROOT = Path(__file__).resolve().parents[2]
EXPLORERS = {path.stem for path in lint.STATIC.glob("*.js")} - {"common", "controls", "pixels", "alone"}


def test_make_pre_commit_and_ci_run_the_same():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^lint: venv ## .*\n\t@\$\(PY\) tools/lint/lint.py\n\n", makefile, re.MULTILINE)
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert repository["repo"] == "local" and [hook["entry"] for hook in repository["hooks"]] == ["make lint"]
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    commands = [step["run"].split(" #")[0] for step in workflow["jobs"]["lint"]["steps"] if "run" in step]
    assert commands == ["python tools/lint/lint.py --install", "python tools/lint/lint.py"]


def test_the_tools_are_pinned():
    assert lint.ruff_pin().startswith("ruff==")
    wanted = json.loads((lint.HERE / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    locked = json.loads((lint.HERE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert locked[""]["devDependencies"] == wanted
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", pin) for pin in wanted.values())
    assert all("integrity" in package and "resolved" not in package for name, package in locked.items() if name)


def test_another_ruff_is_refused(monkeypatch, capsys):
    monkeypatch.setattr(lint, "version", lambda name: "0.0.1")
    assert lint.check_python() == 1
    assert f"lint: {lint.ruff_pin()} is needed, here is ruff==0.0.1: " in capsys.readouterr().out


def test_without_node_the_scripts_are_left_out_but_not_in_ci(monkeypatch, capsys):
    monkeypatch.setattr(lint.shutil, "which", lambda name: None)
    monkeypatch.delenv("CI", raising=False)
    assert lint.check_scripts() == 0
    monkeypatch.setenv("CI", "true")
    assert lint.check_scripts() == 1
    assert capsys.readouterr().out.count("Left out: the explorers' scripts") == 2


@pytest.mark.parametrize("name", sorted(EXPLORERS))
def test_biome_gets_what_the_browser_gets(name):
    text = "".join(file.read_text(encoding="utf-8") for file in lint.scripts()[f"{name}.js"])
    assert text == base.script(name)


def test_biome_gets_every_script():
    assert {file.name for files in lint.scripts().values() for file in files} == {
        p.name for p in lint.STATIC.glob("*.js")
    }


def finding(name, line, rule):
    location = {"path": f"/tmp/some/{name}", "range": {"start": {"line": line, "column": 7}}}
    return {"location": location, "code": {"value": rule}, "message": "words"}


def test_findings_are_reported_once_by_file_and_line(tmp_path):
    shared, one, two = tmp_path / "shared.js", tmp_path / "one.js", tmp_path / "two.js"
    for file, lines in {shared: 3, one: 5, two: 5}.items():
        file.write_text("// line\n" * lines, encoding="utf-8")
    wholes = {"one.js": [shared, one], "two.js": [shared, two]}
    found = lint.findings(
        [
            finding("one.js", 2, "lint/noUnusedVariables"),  # the other one uses it
            *(finding(name, 3, "lint/noUnusedVariables") for name in wholes),
            finding("one.js", 1, "lint/noUndeclaredVariables"),  # the other one declares it
            finding("two.js", 4, "lint/noUnusedVariables"),
            finding("two.js", 9, "parse"),  # behind the last line
        ],
        wholes,
    )
    assert [(file.name, line, rule.split("/")[-1]) for file, line, _, rule, _ in found] == [
        ("shared.js", 1, "noUndeclaredVariables"),
        ("shared.js", 3, "noUnusedVariables"),
        ("two.js", 1, "noUnusedVariables"),
        ("two.js", 5, "parse"),
    ]
