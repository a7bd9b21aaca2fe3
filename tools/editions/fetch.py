"""Fetch what slides and pages need, pinned and checked: reveal.js and KaTeX from npm.

`make editions-setup` runs this once, with a network; afterwards slides and pages are made without one.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def there(name: str, version: str) -> bool:
    """Whether an npm package is in node_modules, in this version."""
    file = HERE / "node_modules" / name / "package.json"
    return file.is_file() and json.loads(file.read_text("utf-8"))["version"] == version


def packages() -> int:
    """Fetch package.json's packages as package-lock.json has them, checksums included, unless they are there."""
    wanted = json.loads((HERE / "package.json").read_text("utf-8"))["devDependencies"]
    if all(there(*pair) for pair in wanted.items()):
        return 0
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        print("editions-setup: Node or npm is missing; install Node 18 or newer, npm comes with it", file=sys.stderr)
        return 1
    print("Fetching reveal.js and KaTeX into tools/editions/node_modules (11 MB).", flush=True)
    command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    return subprocess.run(command, cwd=HERE, check=False).returncode


if __name__ == "__main__":
    sys.exit(packages())
