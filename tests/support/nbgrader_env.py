"""An environment of nbgrader's own, for the tests that grade. Its cells are run by the course's Python."""

import functools
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "tools/editions/nbgrader-requirements.txt"
NEEDS = "It needs a Python 3.11: install one (uv python install 3.11), or name it: NBGRADER_PYTHON=/path/to/python3.11"


@functools.cache
def python311() -> str:
    """Return a Python 3.11 that runs, "" if there is none. (A pyenv shim can be there and run nothing.)"""
    found = [os.environ.get("NBGRADER_PYTHON"), sys.executable, shutil.which("python3.11"), _of_uv()]
    look = "import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))"
    for python in filter(None, found):
        try:
            if subprocess.run([python, "-c", look], capture_output=True, timeout=60).returncode == 0:
                return python
        except (OSError, subprocess.TimeoutExpired):
            continue
    return ""


def _of_uv() -> str:
    if not shutil.which("uv"):
        return ""
    return subprocess.run(["uv", "python", "find", "3.11"], capture_output=True, text=True).stdout.strip()


def environment() -> Path:
    """Return the folder of the environment; it is made once, in build/, and anew when the requirements change."""
    folder = ROOT / "build/nbgrader-env"
    mark = folder / "complete"
    print_ = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if mark.is_file() and mark.read_text() == print_:
        return folder
    if not python311():
        raise AssertionError(NEEDS)
    shutil.rmtree(folder, ignore_errors=True)
    run([python311(), "-m", "venv", str(folder)])
    pip = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "--only-binary=:all:", "-r", str(REQUIREMENTS)])
    _course_kernel(folder)
    mark.write_text(print_)
    return folder


def _course_kernel(folder: Path) -> None:
    """Let its kernel `python3` be the course's Python: nbgrader needs no PyTorch."""
    from ipykernel.kernelspec import get_kernel_dict  # here: conftest.py imports this module for every run

    kernel = folder / "share/jupyter/kernels/python3"
    kernel.mkdir(parents=True, exist_ok=True)
    (kernel / "kernel.json").write_text(json.dumps(get_kernel_dict()), encoding="utf-8")


def run(command: list[str], where: Path = ROOT) -> str:
    """Run a command to its end, with its own programs found first; return what it said."""
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ["PATH"]])  # nbgrader calls alembic
    environ = {name: value for name, value in os.environ.items() if not name.endswith("_CONSTRAINT")}  # the course's
    environ |= {"PYTHONPATH": str(ROOT), "PATH": path}
    done = subprocess.run(command, cwd=where, capture_output=True, text=True, env=environ, check=False)
    if done.returncode:
        raise AssertionError(f"{' '.join(map(str, command))} failed:\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout + done.stderr
