"""Fetch what slides and pages need, pinned and checked: reveal.js and KaTeX from npm, Sphinx and its friends from PyPI.

`make editions-setup` runs this once, with a network; afterwards slides and pages are made without one. What it fetches
stands in package-lock.json and requirements.txt, with checksums; requirements.txt leaves out what `.[test]` brings.

With --renew it pins anew what requirements.in names (this needs uv). For npm: change package.json, `npm install` here.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PINS = HERE / "requirements.txt"
HEAD = "# Pinned by `python tools/editions/fetch.py --renew`: requirements.in, without what `.[test]` brings.\n"
COMPILE = ["uv", "pip", "compile", "--quiet", "--universal", "--python-version=3.10", "--no-header", "--no-annotate"]


def main(arguments: list[str]) -> int:
    """Fetch what is missing, or pin anew; return 0 if all is well."""
    if arguments == ["--renew"]:
        return renew()
    if arguments:
        print("editions-setup: the one option is --renew", file=sys.stderr)
        return 2
    done = scripts() or packages()
    if done:
        print("editions-setup: not everything could be fetched; it needs a network. Call it again.", file=sys.stderr)
    else:
        print("Slides and pages can be made now, without a network too.")
    return done


def scripts() -> int:
    """Fetch package.json's packages as package-lock.json has them, checksums included, unless they are there."""

    def there(name: str, version: str) -> bool:
        file = HERE / "node_modules" / name / "package.json"
        return file.is_file() and json.loads(file.read_text("utf-8"))["version"] == version

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


def pins() -> dict[str, str]:
    """Return what requirements.txt pins for this Python: names and versions."""
    from packaging.requirements import Requirement

    lines = re.findall(r"^[a-z0-9].*?(?= \\|$)", PINS.read_text("utf-8"), re.M)
    pinned = [pin for pin in map(Requirement, lines) if pin.marker is None or pin.marker.evaluate()]
    return {pin.name: str(pin.specifier).removeprefix("==") for pin in pinned}


def packages() -> int:
    """Install requirements.txt beside the course, checksums compared, unless all of it is there."""
    found = {}
    for name in pins():
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    if found == pins():
        return 0
    print("Fetching Sphinx and what its pages need, beside the course's packages (30 MB).", flush=True)
    command = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    return subprocess.run([*command, "--require-hashes", "--no-deps", "-r", str(PINS)], check=False).returncode


def renew() -> int:
    """Write requirements.txt anew."""

    def compiled(*options: str) -> list[str]:
        text = subprocess.run([*COMPILE, *options], cwd=ROOT, check=True, capture_output=True, text=True).stdout
        return re.findall(r"^[a-z0-9].*(?:\n .*)*", text, re.M)

    def name(entry: str) -> str:
        return entry.partition("==")[0]

    brought = {name(entry) for entry in compiled("--extra=test", "pyproject.toml")}
    wanted = compiled("--generate-hashes", str(HERE / "requirements.in"))
    PINS.write_text(HEAD + "\n".join(entry for entry in wanted if name(entry) not in brought) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
