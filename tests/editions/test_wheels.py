"""The names of machines for `make wheels`, and what is asked of uv and pip; the network is not used."""

import subprocess

import pytest
import wheels
from wheels import machine


@pytest.mark.parametrize(
    ("name", "system", "tag"),
    [
        ("win_amd64-3.12", "x86_64-pc-windows-msvc", "win_amd64"),
        ("macosx_14_0_arm64-3.13", "aarch64-apple-darwin", "macosx_14_0_arm64"),
        ("manylinux-3.11", "x86_64-manylinux_2_28", "manylinux2014_x86_64"),
        ("manylinux_aarch64-3.11", "aarch64-manylinux_2_28", "manylinux_2_28_aarch64"),
    ],
)
def test_a_machine_has_a_name_for_uv_and_names_for_pip(name, system, tag):
    kind = machine(name)
    assert kind.system == system and tag in kind.tags and name.endswith(kind.python)


@pytest.mark.parametrize("name", ["", "windows", "win_amd64", "win_amd64-2.7", "amiga-3.12", "win_amd64-3.12 x"])
def test_another_name_is_refused_with_an_example(name, capsys):
    with pytest.raises(ValueError, match="names no machine; give a system and a Python, as in: make wheels FOR="):
        machine(name)
    assert wheels.main([name]) == 1 and "make wheels FOR=" in capsys.readouterr().err


@pytest.fixture
def calls(monkeypatch, tmp_path):
    """What would be run; pip downloads one wheel."""
    made = []

    def run(command, env=None, **_):
        made.append((command, env))
        if "download" in command:
            (wheels.Path(command[command.index("--dest") + 1]) / "a-1-py3-none-any.whl").write_bytes(b"wheel")
        return subprocess.CompletedProcess(command, 0, "torch==2\n", "")

    monkeypatch.setattr(wheels.subprocess, "run", run)
    monkeypatch.setattr(wheels, "FOLDER", tmp_path / "wheels")
    monkeypatch.setattr(wheels, "_constraints", lambda: ["limits.txt"])
    monkeypatch.setattr(wheels, "find_uv", lambda: ["uv"])
    monkeypatch.setattr(wheels, "course_wheel", lambda: ("convlab_course-1-py3-none-any.whl", b"course"))
    return made


def test_what_is_needed_there_is_fetched_and_the_course_with_it(calls, tmp_path, capsys):
    assert wheels.main(["macosx_14_0_arm64-3.13"]) == 0
    (uv, environment), (pip, _) = calls
    assert uv[uv.index("--python-platform") + 1] == "aarch64-apple-darwin"
    assert uv[uv.index("--constraint") + 1] == "limits.txt"
    assert environment["MACOSX_DEPLOYMENT_TARGET"] == "14.0"
    assert {"--no-deps", "--only-binary=:all:", "--platform=macosx_14_0_arm64", "--python-version=3.13"} <= set(pip)
    names = sorted(path.name for path in (tmp_path / "wheels").iterdir())
    assert names == ["a-1-py3-none-any.whl", "convlab_course-1-py3-none-any.whl"]
    assert "1 wheels, 0 MB; the largest is a-1-py3-none-any.whl" in capsys.readouterr().out


def test_without_uv_a_sentence(monkeypatch, capsys):
    monkeypatch.setattr(wheels.shutil, "which", lambda *_, **__: None)
    assert wheels.main(["win_amd64-3.12"]) == 1 and "uv is missing" in capsys.readouterr().err


def test_without_a_network_a_sentence(calls, monkeypatch, capsys):
    fault = subprocess.CompletedProcess([], 1, "", "error: no route to host")
    monkeypatch.setattr(wheels.subprocess, "run", lambda *_, **__: fault)
    assert wheels.main(["win_amd64-3.12"]) == 1
    said = capsys.readouterr().err
    assert "no set of wheels fits" in said and "this needs the network" in said and "no route to host" in said
