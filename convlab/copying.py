"""The learner's copy of the course: ``python -m convlab copy DIR`` makes it, and brings it up to date.

A file that its owner changed is never overwritten; everything else becomes as it is in the course. What was copied is
recorded in DIR/.convlab-copy.json, with fingerprints. *Changed* means that a cell's source or type, or the list of
cells, is not what was copied; outputs, execution counts and metadata may differ. If a file that is replaced was run,
it stays beside the new one under another name.

A learner gets the notebooks without the answers to their questions: see `learners_notebook`.

Nothing is needed here but Python itself. An interruption at any point loses nothing, and the next call goes on: every
file is replaced in one step, and a file that is already as in the course counts as copied, recorded or not.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import sys
from dataclasses import dataclass
from importlib import metadata
from itertools import count, product
from pathlib import Path
from typing import NamedTuple

from convlab.editions import without_answers, without_hidden, without_notes
from convlab.files import obstacle, remove_empty, write_whole
from convlab.fingerprints import Prints, fingerprints

__all__ = ["Copied", "copy_course", "learners_notebook"]

RECORD = ".convlab-copy.json"
_DISTRIBUTION = "convlab-course"
_OF_THE_COURSE = ("notebooks", "examples", "convlab", "tests")  # folders that a copy may not be made in

_BACK = "back again: it had been deleted or renamed"
_UPDATED = "brought up to date"
_CHANGED = "left alone: you changed it"
_DIFFERS = "left alone: it is not as in the course"
_BROKEN = "left alone: it cannot be read as a notebook"
_NEWER = "; there is a newer edition"
_GONE = "no longer in the course: yours to keep or to delete"


@dataclass(frozen=True)
class Copied:
    """What `copy_course` did; its text says it.

    Attributes:
        folder: the copy, as it was named.
        said: (name, what happened) of each file but those that were up to date.
        current: how many files were up to date.
        problem: what went wrong, "" if nothing did.
    """

    folder: str
    said: tuple[tuple[str, str], ...]
    current: int
    problem: str

    @property
    def ok(self) -> bool:
        """True if nothing went wrong; a file that was left alone is nothing wrong."""
        return not self.problem

    def __str__(self) -> str:
        width = max((len(name) for name, _ in self.said), default=0)
        lines = [f"  {name:<{width}}  {what}" for name, what in self.said]
        if lines:
            lines.insert(0, f"The course in {self.folder}:")
            if self.current:
                lines.append(f"  {'1 file' if self.current == 1 else f'{self.current} files'} up to date")
            if any(what.startswith((_DIFFERS, _BROKEN)) or what.endswith(_NEWER) for _, what in self.said):
                lines.append("To have the course's own as well, rename yours and copy again.")
        elif self.ok:
            lines = [f"The course in {self.folder} is up to date."]
        return "\n".join([*lines, *([self.problem] if self.problem else [])])


def copy_course(folder: str | os.PathLike, course: str | os.PathLike | None = None) -> Copied:
    """Copy the notebooks and examples of the course into a folder to work in, or bring that copy up to date.

    A file that its owner changed is left alone, and one that was deleted comes back.

    Args:
        folder: where the copy is or will be; the folder is made if it is missing.
        course: the folder that holds notebooks/ and examples/; found by itself if not given.

    Returns:
        What was done, file by file. If writing fails on the way (a full disk, a file that another program holds), its
        `problem` says so; what was copied before is whole.

    Raises:
        ValueError: `folder` is none in which a copy can be made: a file, or a folder of the course itself.
        FileNotFoundError: there are no notebooks to copy.
        OSError: the folder cannot be made.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as here:
    ...     first = copy_course(f"{here}/work")
    ...     again = copy_course(f"{here}/work")
    >>> first.said[0], again.said
    (('00_start_here.ipynb', 'new'), ())
    """
    course = _find_course() if course is None else Path(os.path.realpath(course))
    files = _course_files(course)
    named, folder = os.fspath(folder), _checked_folder(os.fspath(folder), course)
    missing = [place for place in (folder, *folder.parents) if not os.path.exists(place)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        remove_empty(missing)
        raise OSError(f"{named} cannot be made: {error.strerror or error}") from None
    record = _read_record(folder)
    said, current, problem = [], 0, ""
    try:
        for file in files:
            what, entry = _bring(folder, file, record.get(file.name))
            if what:
                said.append((file.name, what))
            else:
                current += 1
            if entry != record.get(file.name):
                record[file.name] = entry
                _write_record(folder, record)
        said += [(name, _GONE) for name in _gone(folder, files, record)]
    except OSError as error:
        at = f"{file.name} in {named}: {error.strerror or error}"
        problem = f"Stopped at {at}. What was copied before is whole; when this is put right, copy again."
        remove_empty(missing)
    return Copied(named, tuple(said), current, problem)


# --- what is copied -----------------------------------------------------------------------------------------


class _File(NamedTuple):
    name: str  # below the copy's folder, with / on every system
    data: bytes
    prints: Prints
    stored: Prints  # of the course's own file, as somebody may have copied it by hand


def learners_notebook(notebook: dict) -> dict:
    """The notebook as a learner gets it: the one place that says what differs from the course's own.

    What answers a question before it was asked is left out, what only the course's own tests need, and the speaker's
    notes. JupyterLab must not count it as changed when it is opened, so it has this Python's version, as ipykernel
    will report it.
    """
    notebook = without_answers(without_hidden(without_notes(notebook)))
    metadata = notebook.get("metadata", {})
    language = {**metadata.get("language_info", {}), "version": _this_python()}
    return {**notebook, "metadata": {**metadata, "language_info": language}}


def _this_python() -> str:
    return sys.version.split()[0]


def _course_files(course: Path) -> list[_File]:
    """The learner's copy of each file of the course, notebooks first."""
    notebooks = sorted((course / "notebooks").glob("*.ipynb"))
    if not notebooks:
        raise FileNotFoundError(f"no notebooks found in {course / 'notebooks'}: get the course anew")
    examples = [path.relative_to(course) for path in sorted((course / "examples").rglob("*")) if path.is_file()]
    examples = [name for name in examples if not any(part.startswith((".", "__")) for part in name.parts)]
    named = [(path.name, path) for path in notebooks] + [(name.as_posix(), course / name) for name in examples]
    return [_course_file(name, path) for name, path in named]


def _course_file(name: str, path: Path) -> _File:
    data = path.read_bytes()
    stored = fingerprints(data, path.suffix)
    if path.suffix == ".ipynb":
        if stored is None:
            raise ValueError(f"{path}, a file of the course, cannot be read as a notebook: get it anew")
        notebook = learners_notebook(json.loads(data))
        data = (json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()  # as nbformat
    return _File(name, data, fingerprints(data, path.suffix), stored)


def _find_course() -> Path:
    """The folder that holds notebooks/ and examples/: the checkout, or what an installed wheel has brought along."""
    package = Path(__file__).resolve().parent
    project = package.parent / "pyproject.toml"
    if project.is_file() and f'name = "{_DISTRIBUTION}"' in project.read_text(encoding="utf-8"):
        return package.parent
    found = [package.parent / "share" / "convlab"]  # pip install --target puts it here, and records another place
    for distribution in metadata.distributions(name=_DISTRIBUTION):
        for file in distribution.files or ():
            if file.as_posix().endswith(".ipynb") and "share/convlab/notebooks" in file.as_posix():
                found.append(Path(distribution.locate_file(file)).resolve().parents[1])
                break
    for folder in found:
        if (folder / "notebooks").is_dir():
            return folder
    raise FileNotFoundError(
        f"convlab is in {package}, but the notebooks that belong to it are not installed: "
        "install the wheel of convlab-course again, or take a checkout of the course"
    )


# --- the copy -----------------------------------------------------------------------------------------------


def _checked_folder(named: str, course: Path) -> Path:
    """The folder with all links followed, if a copy may be made there."""
    if not named.strip():
        raise ValueError("the folder to copy to has no name; give one, for example: work")
    folder = Path(os.path.realpath(os.path.expanduser(named)))
    for place in (folder, *folder.parents):
        if os.path.exists(place) and not os.path.isdir(place):
            raise ValueError(f"{place} is a file; the copy needs a folder, for example: work")
    pairs = [(folder, course), *product((folder, *folder.parents), (course / name for name in _OF_THE_COURSE))]
    # samefile: where case does not count, Notebooks is notebooks
    if any(os.path.samefile(*pair) for pair in pairs if all(map(os.path.exists, pair))):
        raise ValueError(f"{folder} is the course itself; choose another folder for the copy, for example: work")
    return folder


def _bring(folder: Path, file: _File, base: Prints | None) -> tuple[str, Prints | None]:
    """Bring one file up to date if it is not changed.

    Args:
        folder: the copy.
        file: the file as it is in the course.
        base: the fingerprints of what was copied before, None if nothing was.

    Returns:
        What happened ("" if nothing had to), and the fingerprints to record.
    """
    path = folder / file.name
    now = file.prints
    if stands := obstacle(path, folder):
        return f"left alone: {stands}", base
    if not os.path.lexists(path):
        _write(path, file.data)
        return "new" if base is None else _BACK, now
    data = path.read_bytes()
    there = fingerprints(data, path.suffix)
    if there and (base is None or there.source != base.source):  # it came here in another way, or was not recorded
        base = next((prints for prints in (file.stored, now) if there.source == prints.source), base)
    if there is None:
        return _BROKEN, base
    if base is None:
        return _DIFFERS, None
    newer = base.edition != now.edition
    if there.source != base.source:
        return _CHANGED + _NEWER * newer, base
    was_run = there.outputs not in (base.outputs, now.outputs)
    read_only = not path.stat().st_mode & stat.S_IWRITE
    if newer and read_only:
        return "left alone: it is read-only" + _NEWER, base
    as_it_was = there.outputs == now.outputs and not _other_python(data, path.suffix)
    if not newer and (was_run or read_only or as_it_was):
        return "", now if as_it_was else base
    kept = _write(path, file.data, keep=was_run)
    return _UPDATED + (f"; what you ran is kept: {kept}" if kept else ""), now


def _other_python(data: bytes, suffix: str) -> bool:
    """Whether JupyterLab would change this notebook just by opening it."""
    if suffix != ".ipynb":
        return False
    return json.loads(data).get("metadata", {}).get("language_info", {}).get("version") != _this_python()


def _write(path: Path, data: bytes, keep: bool = False) -> str:
    """Write a file in one step; if asked to, keep the old one, and return its new name."""
    kept: list[str] = []
    write_whole(path, data, before=(lambda: kept.append(_keep(path))) if keep else None)
    return "".join(kept)


def _keep(path: Path) -> str:
    """Rename what was run, never over another file; return the new name."""
    for number in count(1):
        kept = path.with_name(f"{path.stem}_my_run{'' if number == 1 else f'_{number}'}{path.suffix}")
        try:
            open(kept, "x").close()  # the name is ours
        except FileExistsError:
            continue
        try:
            os.replace(path, kept)
        except OSError:
            kept.unlink()
            raise
        return kept.name


# --- the record ---------------------------------------------------------------------------------------------


def _read_record(folder: Path) -> dict[str, Prints]:
    """What was copied: fingerprints by name. What cannot be read counts as not recorded."""
    try:
        record = json.loads((folder / RECORD).read_bytes())
        files = record["files"].items() if record["format"] == 1 else ()
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}
    prints = {}
    for name, entry in files:
        with contextlib.suppress(TypeError):
            prints[name] = Prints(**entry)
    return prints


def _write_record(folder: Path, record: dict[str, Prints]) -> None:
    about = "What `python -m convlab copy` put here: so it knows what you have changed. Leave this file in its place."
    files = {name: prints._asdict() for name, prints in sorted(record.items())}
    _write(folder / RECORD, (json.dumps({"about": about, "format": 1, "files": files}, indent=1) + "\n").encode())


def _gone(folder: Path, files: list[_File], record: dict[str, Prints]) -> list[str]:
    """The files of an earlier edition that this one does not have, as long as they are there."""
    names = record.keys() - {file.name for file in files}
    return sorted(name for name in names if (folder / name).is_file())
