"""Progress that is kept from one day to the next: a file in the learner's copy of the course.

Kept is, for each exercise, when it was first tried and when it passed, the attempts until then, the best score, and the
mistakes that were named, the last one at the end. Only a folder that ``convlab copy`` has made has such a file.
"""

import contextlib
import json
import os
import re
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path

from convlab.copying import RECORD
from convlab.files import write_whole

__all__ = ["FILE", "attempt", "backup", "changing", "find_file", "merged", "read"]

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

FILE = "convlab-progress.json"
PATIENCE = 2.0  # seconds to wait while another notebook writes
_ABOUT = "Your progress in the exercises. Leave this file in its place; it is what you hand in, if you are asked to."
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"


def find_file() -> Path | None:
    """Return the progress file that belongs to the working directory: in the copy that holds it; None outside."""
    with contextlib.suppress(OSError):  # the working directory may be gone
        here = Path.cwd()
        for folder in (here, *here.parents):
            if os.path.isfile(folder / RECORD):
                return folder / FILE
    return None


def attempt(status: str, score: float, mistake: str = "") -> dict:
    """Return what one attempt adds.

    >>> attempt("tried", 0.5, "no flip")["mistakes"]
    {'no flip': 1}
    """
    now, mistakes = datetime.now().isoformat(timespec="seconds"), {mistake: 1} if mistake else {}
    passed = now if status == "passed" else None
    return {"tried": now, "passed": passed, "attempts": 1, "score": score, "mistakes": mistakes}


def merged(old: dict, new: dict) -> dict:
    """Return what is kept of all exercises, with what came later added; both stay as they are.

    >>> again = merged({"01-shape": attempt("tried", 0, "no flip")}, {"01-shape": attempt("passed", 1)})
    >>> again["01-shape"]["attempts"], again["01-shape"]["score"], again["01-shape"]["mistakes"]
    (2, 1, {'no flip': 1})
    """
    both = dict(old)
    for name, late in new.items():
        early = old.get(name, {**late, "attempts": 0, "mistakes": {}})
        mistakes = dict(early["mistakes"])
        for mistake, times in late["mistakes"].items():  # what comes last stands last
            mistakes[mistake] = mistakes.pop(mistake, 0) + times
        both[name] = {
            "tried": min(early["tried"], late["tried"]),
            "passed": min(filter(None, (early["passed"], late["passed"])), default=None),
            "attempts": early["attempts"] + late["attempts"],
            "score": max(early["score"], late["score"]),
            "mistakes": mistakes,
        }
    return both


def read(path: Path) -> dict:
    """Return what is kept in a file, by the exercises' names; nothing if there is no file.

    Raises:
        ValueError: it is no progress file, or a broken one; the message says so, without its name.
        OSError: it cannot be read.
    """
    try:
        kept = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError):
        raise ValueError("is broken") from None
    exercises = kept.get("exercises") if isinstance(kept, dict) and kept.get("format") == 1 else None
    if not isinstance(exercises, dict) or not all(_sound(*item) for item in exercises.items()):
        raise ValueError("holds something else, or comes from a newer edition of the course")
    return exercises


def _sound(name: str, kept) -> bool:
    """Tell whether an entry is as `attempt` makes it: somebody may have edited it, and a class's report shows it."""
    if not isinstance(kept, dict) or kept.keys() != attempt("", 0).keys():
        return False
    tried, passed, attempts, score, mistakes = (kept[key] for key in attempt("", 0))
    times = [tried] if passed is None else [tried, passed]
    return (
        re.fullmatch(r"\d\d-[\w-]{1,40}", name) is not None
        and all(isinstance(moment, str) and re.fullmatch(_TIME, moment) for moment in times)
        and isinstance(score, (int, float))
        and 0 <= score <= 1
        and isinstance(mistakes, dict)
        and all(len(mistake) < 500 and mistake.isprintable() for mistake in mistakes)
        and all(type(number) is int and 0 <= number < 10**9 for number in (attempts, *mistakes.values()))
    )


@contextlib.contextmanager
def changing(path: Path) -> Iterator[tuple[dict, list[str]]]:
    """Yield what is kept, to be changed, and a list for what there is to say; then write it. One at a time does this.

    A file that cannot be read as progress is set aside, under a name of its own.

    Raises:
        OSError: it cannot be read or written, or somebody else is at it for too long.
    """
    said: list[str] = []
    with _alone(path):
        try:
            kept = read(path)
        except ValueError as reason:
            kept, aside = {}, _free_name(path, "broken")
            os.replace(path, aside)
            said.append(f"{path.name} {reason}. It is now {aside.name}, and your progress begins anew.")
        before = json.dumps(kept)
        yield kept, said
        if json.dumps(kept) != before:
            whole = {"about": _ABOUT, "format": 1, "exercises": dict(sorted(kept.items()))}
            write_whole(path, (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode())


def backup(path: Path) -> str:
    """Keep what a file holds under another name, which is returned. Only within `changing`."""
    kept = _free_name(path, "backup")
    write_whole(kept, path.read_bytes())
    return kept.name


def _free_name(path: Path, why: str) -> Path:
    return next(new for number in count(1) if not os.path.lexists(new := path.with_suffix(f".{why}{number}")))


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Wait until nobody else changes the file. The system lets go of this lock when a kernel dies."""
    with open(path.with_name(f".{path.name}.lock"), "ab") as file:
        late = time.monotonic() + PATIENCE
        while not _locked(file):
            if time.monotonic() > late:
                raise TimeoutError(None, "another notebook is writing it")
            time.sleep(0.02)
        try:
            yield
        finally:
            if sys.platform == "win32":
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)


def _locked(file) -> bool:
    """Lock a file, if nobody has; where the disk knows no locks, as some on a network, go on without."""
    try:
        if sys.platform == "win32":
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        pass
    return True
