"""`make lint`: the same wherever it is called, with pinned tools; and what scripts share."""

import json
import re
from pathlib import Path

import lint  # tools/lint/lint.py, see pythonpath in pyproject.toml
import yaml

ROOT = Path(__file__).resolve().parents[2]
EXPORT = r"^export (?:async )?(?:const|function|class) (\w+)"


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


def test_scripts_share_what_they_export_and_nothing_else():
    """Biome looks at one file at a time: it sees no export that nobody needs, no import that is not there."""
    files = {file: file.read_text(encoding="utf-8") for file in lint.EXPLORERS.rglob("*.js")}
    tested = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests/explorers").glob("*.mjs"))
    exported = {(file, name) for file, text in files.items() for name in re.findall(EXPORT, text, re.MULTILINE)}
    imported = {
        ((file.parent / path).resolve(), name.strip())
        for file, text in files.items()
        for names, path in re.findall(r'^import \{([^}]*)\} from "([^"]+)";$', text, re.MULTILINE)
        for name in names.split(",")
    }
    unused = [(file.name, name) for file, name in exported - imported if not re.search(rf"\b{name}\b", tested)]
    assert len(exported) > 80 and imported <= exported and unused == []
