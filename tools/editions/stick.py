"""What a room without a network needs, as one zip for a stick: notebooks, examples, the course's wheel, and how."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

TEMPLATES = Path(__file__).with_name("templates")
ROOT = Path(__file__).resolve().parents[2]
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # so that the same files make the same zip


def stick(learners: dict[str, bytes], version: str) -> dict[str, bytes]:
    """Return the zip, under its name.

    Args:
        learners: the learner's notebooks and examples, by name.
        version: the course's.
    """
    name, wheel = course_wheel()
    start = (TEMPLATES / "start.html").read_text(encoding="utf-8").replace("{{VERSION}}", version)
    files = {f"notebooks/{name}": data for name, data in learners.items()}
    files |= {"START.html": start.encode(), f"wheels/{name}": wheel}
    folder = f"convlab-{version}"
    return {f"stick/{folder}-stick.zip": zipped({f"{folder}/{name}": data for name, data in sorted(files.items())})}


def course_wheel() -> tuple[str, bytes]:
    """Build the wheel of this checkout, without a network; return its name and what is in it."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        wheels = list(Path(folder).glob("*.whl"))
        if built.returncode or len(wheels) != 1:
            raise RuntimeError(f"the course's wheel cannot be built:\n{built.stdout}{built.stderr}")
        return wheels[0].name, wheels[0].read_bytes()


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a zip of the files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, LONG_AGO)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_STORED if name.endswith(".whl") else zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return buffer.getvalue()
