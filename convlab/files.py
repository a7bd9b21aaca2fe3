"""Files that are put in place whole: for learners' copies, and for what tools of the course make."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

__all__ = ["obstacle", "remove_empty", "write_whole"]


def write_whole(path: Path, data: bytes, before: Callable[[], None] | None = None) -> None:
    """Write a file in one step: at every moment there is the old one or the new one, whole.

    Args:
        path: the file; the folders that it needs are made.
        data: what it is to hold.
        before: called when all is written, and nothing is left to do but to put it in place.

    Raises:
        OSError: it cannot be written; then the old one is as it was, and no draft is left.
    """
    path.parent.mkdir(exist_ok=True, parents=True)
    draft = path.with_name(f".{path.name}.new")
    try:
        with open(draft, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if before is not None:
            before()
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def obstacle(path: Path, folder: Path) -> str:
    """What stands where a file should be and is none, "" if nothing does.

    Args:
        path: the file, below `folder`.
        folder: with all links followed.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as here:
    ...     folder = Path(here).resolve()
    ...     (folder / "a.txt").mkdir()
    ...     obstacle(folder / "a.txt", folder), obstacle(folder / "b.txt", folder)
    ('a.txt is no file', '')
    """
    inside = [place for place in path.parents if folder in place.parents]
    for place in (*inside, path):
        name = place.relative_to(folder).as_posix()
        if Path(os.path.realpath(place)) != place:
            return f"{name} is a link"
        if os.path.lexists(place) and not (place.is_file() if place == path else place.is_dir()):
            return f"{name} is no file" if place == path else f"{name} is no folder"
    return ""


def remove_empty(folders: Iterable[Path]) -> None:
    """Remove those of the folders that are empty, one after the other."""
    for folder in folders:
        with contextlib.suppress(OSError):
            folder.rmdir()
