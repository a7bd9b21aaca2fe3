"""Put what was made into a folder of build/, and never over a file that somebody changed.

    report = put(Path("build/handouts"), {"learner/01.ipynb": b"...", ...})
    print(report)
    sys.exit(0 if report.ok else 1)

All files are made before, in memory. They are first written to a folder beside; only when this holds all of them, each
is put in its place in one step. So a full disk or a folder that is not writable leaves everything as it was.

A record, ``.made.json``, holds the SHA-256 of what was put there. A file that is not as it was made is somebody's own:
it is left alone, and said. Files of an earlier run that are no longer made go, if they are still as they were made.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from convlab.files import obstacle, remove_empty, write_whole

RECORD = ".made.json"
_ABOUT = "What was made here, with SHA-256: so what you changed is not overwritten. Leave this file in its place."


@dataclass(frozen=True)
class Report:
    """What `put` did; its text says it.

    Attributes:
        folder: where.
        made: the names of files that are new or changed.
        current: how many files were as they are made already.
        kept: the names of files that were left alone, because somebody changed them.
        gone: the names of files of an earlier run that were removed.
        problem: what went wrong, "" if nothing did. Then nothing was put there, or what is there is whole.
    """

    folder: Path
    made: tuple[str, ...] = ()
    current: int = 0
    kept: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    problem: str = ""

    @property
    def ok(self) -> bool:
        """True if nothing went wrong; a file that was left alone is nothing wrong."""
        return not self.problem

    def __str__(self) -> str:
        if self.problem:
            return self.problem
        lines = [f"{self.folder}: {len(self.made)} files made, {self.current} up to date, {len(self.gone)} removed"]
        lines += [f"  left alone: {name}; you changed it" for name in self.kept]
        if self.kept:
            lines.append("  To have the new one as well, rename yours and call this again.")
        return "\n".join(lines)


def put(folder: Path, files: dict[str, bytes], part: bool = False) -> Report:
    """Bring a folder up to date.

    Args:
        folder: a folder below build/; it is made if it is missing. What else is in it stays.
        files: everything that belongs there, by its name below the folder, with ``/``.
        part: more belongs there than these files, so nothing of an earlier run goes.

    Returns:
        What was done. It never raises for what the disk or somebody's files do: its ``problem`` says it.
    """
    folder = Path(os.path.abspath(folder))
    missing = [place for place in (folder, *folder.parents) if not os.path.lexists(place)]
    stage = None
    try:
        if stands := _in_the_way(folder, files):
            return Report(folder, problem=f"Nothing was made: {stands}. Rename or remove that, and call this again.")
        record = _read(folder)
        kept, todo, current = _sorted(folder, files, record)
        folder.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        for name in todo:
            write_whole(stage / name, files[name])
        folder.mkdir(exist_ok=True)
        earlier = [] if part else sorted(record.keys() - files.keys())
        gone = [name for name in earlier if _digest_at(folder / name) in record[name]]
        ours = {name: [_digest(data)] for name, data in files.items() if name not in kept}
        ours |= {name: record[name] for name in kept if name in record}
        both = {name: [*record.get(name, ()), *ours.get(name, ())] for name in record.keys() | ours.keys()}
        _write(folder, both)  # an interruption here or below leaves files that are all known as ours
        for name in todo:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(stage / name, folder / name)
        for name in gone:
            (folder / name).unlink()
            remove_empty(place for place in (folder / name).parents if folder in place.parents)
        changed = {name: record[name] for name in record.keys() - files.keys() - set(gone)}
        _write(folder, ours | {name: prints for name, prints in changed.items() if (folder / name).exists()})
    except OSError as error:
        reason = error.strerror or str(error)
        at = f"{error.filename}: {reason}" if error.filename else reason
        cure = "make room or make the folder writable, and call this again; what was there is whole"
        return Report(folder, problem=f"Stopped, {folder} cannot be brought up to date ({at}). Cure: {cure}.")
    finally:
        if stage is not None:
            shutil.rmtree(stage, ignore_errors=True)
        remove_empty(missing)
    return Report(folder, tuple(todo), current, tuple(kept), tuple(gone))


def _in_the_way(folder: Path, files: dict[str, bytes]) -> str:
    """What stands where the folder, or one of its files, is to be."""
    for place in (folder, *folder.parents):
        if os.path.lexists(place) and not place.is_dir():
            return f"{place} is a {'broken link' if place.is_symlink() else 'file'}, and a folder is needed there"
    if folder.is_symlink():
        return f"{folder} is a link, and what it leads to may be somebody's own"
    real = Path(os.path.realpath(folder))
    found = (obstacle(real / name, real) for name in (*files, RECORD))
    return next((f"in {folder}, {stands}" for stands in found if stands), "")


def _sorted(folder: Path, files: dict[str, bytes], record: dict[str, list[str]]) -> tuple[list[str], list[str], int]:
    """Return the names of files to leave alone, of files to put there, and how many need nothing."""
    kept, todo, current = [], [], 0
    for name, data in files.items():
        there = _digest_at(folder / name)
        if there == _digest(data):
            current += 1
        elif there and there not in record.get(name, ()):
            kept.append(name)
        else:
            todo.append(name)
    return kept, todo, current


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _digest_at(path: Path) -> str:
    """Return the SHA-256 of a file, "" if there is none."""
    return _digest(path.read_bytes()) if path.is_file() else ""


def _read(folder: Path) -> dict[str, list[str]]:
    """What was put there. What cannot be read counts as not recorded: then nothing that differs is overwritten."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        files = json.loads((folder / RECORD).read_bytes())["files"]
        return {str(name): [str(digest) for digest in digests] for name, digests in files.items()}
    return {}


def _write(folder: Path, files: dict[str, list[str]]) -> None:
    record = {"about": _ABOUT, "files": dict(sorted(files.items()))}
    write_whole(folder / RECORD, (json.dumps(record, indent=1) + "\n").encode())
