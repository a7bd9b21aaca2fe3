"""Find a Chromium for the tests of the explorers; with ``--install``, fetch one if there is none.

It looks for, in this order: the file that CHROMIUM names, a Chromium or Chrome of the system, playwright's own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CACHES = {"linux": "~/.cache/ms-playwright", "darwin": "~/Library/Caches/ms-playwright"}
WINDOWS = "~/AppData/Local/ms-playwright"


def find() -> str | None:
    """Return the path of a browser, "" for the one that playwright has fetched, or None."""
    if os.environ.get("CHROMIUM"):
        return os.environ["CHROMIUM"]
    system = next(filter(None, map(shutil.which, NAMES)), None)
    if system:
        return system
    cache = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or CACHES.get(sys.platform, WINDOWS)
    return "" if any(Path(cache).expanduser().glob("chromium*/**/*hrom*")) else None


def missing() -> str | None:
    """Say in a few words what a test in a browser lacks here, or return None."""
    if find_spec("playwright") is None:
        return "playwright is not installed"
    return "no Chromium was found" if find() is None else None


def install() -> int:
    """Fetch a Chromium: from the system's packages where this may be done, else playwright's."""
    if find() is not None:
        return 0
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root and shutil.which("apt-get"):
        print("Fetching Chromium with apt-get.", flush=True)
        quiet = {"check": False, "stdout": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update"], **quiet)
        subprocess.run(["apt-get", "install", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu"], **quiet)
        if find() is not None:
            return 0
    print("Fetching Chromium with playwright.", flush=True)
    command = [sys.executable, "-m", "playwright", "install", *(["--with-deps"] if root else []), "chromium"]
    if subprocess.run(command, check=False).returncode == 0 and find() is not None:
        return 0
    print(
        "No Chromium could be fetched. Install one (on Debian: sudo apt install chromium), or name it: CHROMIUM=/path"
    )
    return 1


if __name__ == "__main__":
    if "--install" in sys.argv:
        sys.exit(install())
    print(missing() or find() or "playwright's own")
