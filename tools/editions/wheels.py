"""Fetch what a room without a network installs the course from: wheels for its machines, into build/wheels.

    python tools/editions/wheels.py win_amd64-3.12 macosx_14_0_arm64-3.13 manylinux-3.11

Each name is a system and a Python. This is the one tool of the course that needs the network when it is used. uv
finds out which packages a machine of that kind needs, and pip fetches exactly these, as wheels; the course's own is
built here. What is there already is not fetched again.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from stick import ROOT, course_wheel

FOLDER = ROOT / "build/wheels"
EXAMPLE = 'make wheels FOR="win_amd64-3.12 macosx_14_0_arm64-3.13 manylinux-3.11"'
# What uv calls a system, by the beginning of its name in a wheel.
SYSTEMS = {
    r"win_amd64": "x86_64-pc-windows-msvc",
    r"win_arm64": "aarch64-pc-windows-msvc",
    r"macosx_\d+_\d+_arm64": "aarch64-apple-darwin",
    r"macosx_\d+_\d+_x86_64": "x86_64-apple-darwin",
    r"manylinux": "x86_64-manylinux_2_28",
    r"manylinux_aarch64": "aarch64-manylinux_2_28",
}


class Machine(NamedTuple):
    """A kind of machine.

    Attributes:
        system: its name for uv.
        tags: its names in wheels, for pip.
        python: the version, "3.12".
    """

    system: str
    tags: tuple[str, ...]
    python: str


def machine(name: str) -> Machine:
    """Return what a name such as win_amd64-3.12 means.

    Raises:
        ValueError: it is none.
    """
    found = re.fullmatch(r"(\w+)-(3\.\d+)", name)
    system = next((system for tag, system in SYSTEMS.items() if found and re.fullmatch(tag, found[1])), None)
    if system is None:
        raise ValueError(f"{name!r} names no machine; give a system and a Python, as in: {EXAMPLE}")
    if found[1].startswith("manylinux"):
        processor = system.split("-")[0]
        glibc = [f"manylinux_2_{minor}_{processor}" for minor in (28, 27, 26, 24, 17, 12, 5)]
        return Machine(system, (*glibc, f"manylinux2014_{processor}", f"linux_{processor}"), found[2])
    return Machine(system, (found[1],), found[2])


def needed(kind: Machine, uv: list[str]) -> str:
    """Return the packages that the course needs on such a machine, one a line with its version."""
    wanted = [*uv, "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--only-binary", ":all:"]
    wanted += ["--python-platform", kind.system, "--python-version", kind.python, str(ROOT / "pyproject.toml")]
    for limits in _constraints():
        wanted += ["--constraint", limits]
    macos = re.match(r"macosx_(\d+)_(\d+)", kind.tags[0])
    oldest = {"MACOSX_DEPLOYMENT_TARGET": ".".join(macos.groups())} if macos else {}
    return _run(wanted, f"no set of wheels fits {kind.system} with Python {kind.python}", oldest)


def _constraints() -> list[str]:
    """Return the files of constraints that pip is told to heed on this machine: uv does not read pip's settings."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.findall(r"^[^\n.]*\.constraint='([^'\n]*)'$", told.stdout, re.M)
    return list(dict.fromkeys(path for words in found for path in words.split()))


def fetch(kind: Machine, uv: list[str], folder: Path) -> list[Path]:
    """Fetch the wheels for one kind of machine; return them."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        listed = Path(place) / "needed.txt"
        listed.write_text(needed(kind, uv), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--only-binary=:all:", "--implementation=cp", f"--python-version={kind.python}"]
        command += [f"--platform={tag}" for tag in kind.tags] + ["--dest", place, "--find-links", str(folder)]
        _run([*command, "-r", str(listed)], "the wheels cannot be fetched")
        wheels = sorted(Path(place).glob("*.whl"))
        return [Path(shutil.move(wheel, folder / wheel.name)) for wheel in wheels]


def _run(command: list[str], trouble: str, more: dict[str, str] | None = None) -> str:
    environment = os.environ | (more or {})
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        last = "\n".join(f"  {line}" for line in done.stderr.strip().splitlines()[-8:])
        raise RuntimeError(f"{trouble} (this needs the network):\n{last}")
    return done.stdout


def find_uv() -> list[str]:
    """Return how uv is called.

    Raises:
        RuntimeError: there is none.
    """
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    uv = shutil.which("uv", path=places)
    if uv is None:
        cure = f"{sys.executable} -m pip install uv"
        raise RuntimeError(f"uv is missing, which finds out what other systems need: {cure}")
    return [uv]


def main(names: list[str]) -> int:
    """Fetch the wheels for these machines; return 0 if all is well."""
    try:
        kinds = {name: machine(name) for name in names}
        if not kinds:
            raise ValueError(f"name the room's machines, each a system and a Python: {EXAMPLE}")
        uv = find_uv()
        for name, kind in kinds.items():
            wheels = fetch(kind, uv, FOLDER)
            largest = max(wheels, key=lambda wheel: wheel.stat().st_size)
            print(f"{name}: {len(wheels)} wheels, {_megabytes(wheels)}; the largest is {largest.name}", flush=True)
        name, wheel = course_wheel()
        (FOLDER / name).write_bytes(wheel)
    except (ValueError, RuntimeError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{FOLDER}: {_megabytes(FOLDER.glob('*.whl'))} in all. Copy what is in it into the stick's folder wheels.")
    return 0


def _megabytes(wheels) -> str:
    return f"{sum(wheel.stat().st_size for wheel in wheels) / 1e6:,.0f} MB"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(sys.argv[1:]))
