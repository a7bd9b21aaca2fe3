"""Look for mistakes: in Python and notebooks with ruff, style and format too; in the explorers' scripts with biome.

`make lint`, pre-commit and CI run this file. It needs ruff, in the version that pyproject.toml pins, and for the
scripts Node; it does not need PyTorch. With ``--install`` it fetches ruff and biome, and looks at nothing.

An explorer's script is several files, one after the other, and only together they declare what they use. So biome gets
them together, as the browser does, and what it finds is reported by file and line.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
STATIC = ROOT / "convlab/explorers/static"
BIOME = HERE / "node_modules/@biomejs/biome"


def main(arguments: list[str]) -> int:
    """Check everything, or install what that needs; return 0 if all is well."""
    if arguments == ["--install"]:
        return run([sys.executable, "-m", "pip", "install", "--quiet", ruff_pin()]) or install_biome()
    if arguments:
        print("lint: the one option is --install")
        return 2
    return max(check_python(), check_scripts())


def run(command: list[str], where: Path = ROOT) -> int:
    """Run a command; return its exit code."""
    return subprocess.run(command, cwd=where, check=False).returncode


# --- Python and notebooks -----------------------------------------------------------------------------------


def ruff_pin() -> str:
    """Return which ruff is meant, "ruff==1.2.3", from its one place, pyproject.toml."""
    (pin,) = re.findall(r'"(ruff==[\d.]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return pin


def check_python() -> int:
    """Run ruff over everything; another version would find other things."""
    print("Checking Python and notebooks with ruff.", flush=True)
    try:
        found = f"ruff=={version('ruff')}"
    except PackageNotFoundError:
        found = "no ruff"
    if found != ruff_pin():
        print(f"lint: {ruff_pin()} is needed, here is {found}: {sys.executable} -m pip install {ruff_pin()}")
        return 1
    ruff = [sys.executable, "-m", "ruff"]
    return max(run([*ruff, "check", "."]), run([*ruff, "format", "--check", "."]))


# --- scripts and styles -------------------------------------------------------------------------------------


def install_biome() -> int:
    """Fetch biome as package-lock.json has it, checksums included, unless it is there."""
    wanted = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["devDependencies"]["@biomejs/biome"]
    there = BIOME / "package.json"
    if there.is_file() and json.loads(there.read_text(encoding="utf-8"))["version"] == wanted:
        return 0
    npm = shutil.which("npm")
    if npm is None:
        print("lint: npm is missing; it comes with Node, and fetches biome")
        return 1
    print("Fetching biome into tools/lint/node_modules (100 MB).", flush=True)
    return run([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], HERE)


def scripts() -> dict[str, list[Path]]:
    """Return the files that make each script, in their order, as convlab.explorers.base.script puts them together."""
    pixels = {"conv": [], "transposed": [], "playground": ["pixels.js"], "digit": ["pixels.js"]}
    parts = {f"{name}.js": ["common.js", "controls.js", *between, f"{name}.js"] for name, between in pixels.items()}
    return {name: [STATIC / file for file in files] for name, files in {**parts, "alone.js": ["alone.js"]}.items()}


def check_scripts() -> int:
    """Run biome over the explorers' scripts and styles, where Node is."""
    if not shutil.which("node"):
        print("Left out: the explorers' scripts, for biome needs Node, and it is not here.")
        return int(os.environ.get("CI", "false").lower() in ("true", "1"))
    print("Checking the explorers' scripts with biome.", flush=True)
    if install_biome():
        return 1
    wholes = {**scripts(), **{path.name: [path] for path in STATIC.glob("*.css")}}
    with tempfile.TemporaryDirectory(prefix="convlab-lint-") as folder:
        for name, files in wholes.items():
            text = "".join(file.read_text(encoding="utf-8") for file in files)
            (Path(folder) / name).write_text(text, encoding="utf-8")
        options = ["--reporter=rdjson", "--max-diagnostics=none", f"--config-path={HERE / 'biome.jsonc'}"]
        command = ["node", str(BIOME / "bin/biome"), "lint", *options, folder]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    try:
        diagnostics = json.loads(done.stdout)["diagnostics"]
    except ValueError:
        diagnostics = None
    if diagnostics is None or (done.returncode and not diagnostics):
        print(f"lint: biome did not do its work:\n{done.stdout}{done.stderr}")
        return 1
    found = findings(diagnostics, wholes)
    for file, line, column, rule, message in found:
        print(f"{file.relative_to(ROOT)}:{line}:{column}: {message} ({rule})")
    print(f"Found {len(found)}." if found else "All checks passed!")
    return int(bool(found))


def findings(diagnostics: list[dict], wholes: dict[str, list[Path]]) -> list[tuple[Path, int, int, str, str]]:
    """Return what biome found as (file, line, column, rule, message), each once.

    What scripts share is unused only if none of them uses it.
    """
    found: dict[tuple[Path, int, int, str, str], set[str]] = {}
    for diagnostic in diagnostics:
        name, start = Path(diagnostic["location"]["path"]).name, diagnostic["location"]["range"]["start"]
        file, line = place(wholes[name], start["line"])
        finding = file, line, start["column"], diagnostic["code"]["value"], diagnostic["message"]
        found.setdefault(finding, set()).add(name)
    users = {file: {name for name, files in wholes.items() if file in files} for file, *_ in found}
    return sorted(f for f, names in found.items() if names == users[f[0]] or "noUnused" not in f[3])


def place(files: list[Path], line: int) -> tuple[Path, int]:
    """Return in which of the files, one after the other, a line stands, and its number there."""
    for file in files:
        length = file.read_text(encoding="utf-8").count("\n")
        if line <= length:
            return file, line
        line -= length
    return files[-1], length  # where the last one ends


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
