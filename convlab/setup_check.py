"""The set-up check: is everything here that the course needs, and if not, what to do.

``python -m convlab`` prints it; in a notebook:

>>> from convlab.setup_check import check_setup
>>> report = check_setup()
>>> report.ok
True

It must work where nothing else does, so it needs nothing but Python itself: every package is looked up, not imported,
but for torch and torchvision, whose import is what goes wrong in practice.
"""

from __future__ import annotations

import platform
import re
import sys
import warnings
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from convlab.data import files
from convlab.vision import import_torchvision, one_line

__all__ = ["Report", "check_setup"]

_DISTRIBUTION = "convlab-course"
_Row = tuple[str, str, str]  # name, version or value, verdict


@dataclass(frozen=True, repr=False)
class Report:
    """What the set-up check found.

    Attributes:
        rows: what was looked at: (name, version or value, verdict).
        problems: a line for each thing to fix, with what to do about it.
    """

    rows: tuple[_Row, ...]
    problems: list[str]

    @property
    def ok(self) -> bool:
        """True if nothing has to be fixed."""
        return not self.problems

    def __str__(self) -> str:
        widths = [max(len(row[i]) for row in self.rows) for i in (0, 1)]
        lines = [f"{name:<{widths[0]}}  {value:<{widths[1]}}  {verdict}".rstrip() for name, value, verdict in self.rows]
        if self.ok:
            end = ["Everything the course needs is here."]
        else:
            things = "1 thing" if len(self.problems) == 1 else f"{len(self.problems)} things"
            end = [f"{things} to fix:", *(f"- {problem}" for problem in self.problems)]
        return "\n".join([*lines, "", *end])

    __repr__ = __str__  # a notebook shows the table


def check_setup() -> Report:
    """Look at Python, the packages, the device and the data; takes as long as importing torch and torchvision does.

    Never raises for what it finds: what is missing or damaged stands in the report. Versions are compared with the
    ranges that convlab-course itself asks for.

    Returns:
        A `Report`: .ok, .problems, and the table as its text.
    """
    python, requirements = _requirements()
    with warnings.catch_warnings():  # what torch and torchvision warn about while they load, the table says
        warnings.simplefilter("ignore")
        checked = [
            _check_python(python),
            *(_check_package(name, needed) for name, needed in requirements),
            _check_device(),
            _check_bundled("photo", files.PHOTO),
            _check_bundled("digits", files.DIGITS),
            _check_bundled("emoji", files.EMOJI),
            _check_mnist(),
        ]
    problems = [problem for _, problem in checked if problem]
    if not requirements:
        problems.append("convlab-course is not installed, which knows the packages: pip install -e . in its folder")
    return Report(tuple(row for row, _ in checked), problems)


def _requirements() -> tuple[str, list[tuple[str, str]]]:
    """What convlab-course asks of Python, and its packages as (name, range): (">=3.10", [("torch", ">=2.11"), ...])."""
    try:
        python = metadata.metadata(_DISTRIBUTION)["Requires-Python"] or ""
        listed = metadata.requires(_DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        # Not installed, but perhaps run from its own folder. Read by pattern: Python 3.10 has no TOML reader.
        pyproject = Path(__file__).parents[1] / "pyproject.toml"
        text = pyproject.read_text(encoding="utf-8") if pyproject.is_file() else ""
        python = "".join(re.findall(r'^requires-python = "(.*)"', text, re.MULTILINE))
        block = "".join(re.findall(r"^dependencies = \[(.*?)^\]", text, re.MULTILINE | re.DOTALL))
        listed = re.findall(r'^\s*"(.*?)"', block, re.MULTILINE)
    listed = [line.replace(" ", "") for line in listed if ";" not in line]  # a condition: of an extra such as "test"
    return python, [re.fullmatch(r"([\w.-]+)(?:\[.*\])?(.*)", line).groups() for line in listed]


# Each check returns its row of the table and the problem in one line, "" if there is none.


def _check_python(needed: str) -> tuple[_Row, str]:
    version = platform.python_version()
    if _satisfies(version, needed):
        return ("Python", version, "ok"), ""
    problem = f"Python {version} is too old, the course needs {needed}: install a newer one"
    return ("Python", version, "too old"), problem


def _check_package(name: str, needed: str) -> tuple[_Row, str]:
    install = f'pip install "{name}{needed}"'
    try:
        version = metadata.version(name) or "unknown"  # None: what an interrupted installation leaves
    except metadata.PackageNotFoundError:
        return (name, "-", "missing"), f"{name} is missing: {install}"
    if fault := _import_fault(name):
        return (name, version, "does not import"), fault
    version = str(getattr(sys.modules.get(name), "__version__", version))  # the module knows its build: 2.13.0+cpu
    if not _satisfies(version, needed):
        return (name, version, "too old"), f"{name} {version} is too old, the course needs {needed}: {install}"
    return (name, version, "ok"), ""


def _import_fault(name: str) -> str:
    """Why torch or torchvision does not import and what to do, "" if it does; the other packages are not imported."""
    try:
        if name == "torch":
            import torch  # noqa: F401
        elif name == "torchvision":
            import_torchvision()
    except Exception as error:
        if name == "torchvision":
            return str(error)
        return f"torch does not import ({one_line(error)}): pip install --force-reinstall torch torchvision"
    return ""


def _satisfies(version: str, needed: str) -> bool:
    try:
        from packaging.specifiers import SpecifierSet
    except ImportError:
        # It comes with jupyterlab and matplotlib; without it, lower bounds are all that is compared.
        bounds = re.findall(r">=([\d.]+)", needed)
        return all(_numbers(version) >= _numbers(bound) for bound in bounds)
    try:
        return SpecifierSet(needed).contains(version, prereleases=True)
    except ValueError:  # no version that can be read
        return False


def _numbers(version: str) -> list[int]:
    return [int(n) for n in re.findall(r"\d+", re.match(r"[\d.]*", version).group())]


def _check_device() -> tuple[_Row, str]:
    try:
        import torch

        if torch.cuda.is_available():
            return ("device", "cuda", torch.cuda.get_device_name()), ""
        if torch.backends.mps.is_available():
            return ("device", "mps", "the GPU of this Mac"), ""
        threads = torch.get_num_threads()
        return ("device", "cpu", f"{threads} thread{'s' * (threads != 1)}"), ""
    except Exception:  # the row of torch says why
        return ("device", "-", "not known without torch"), ""


def _check_bundled(name: str, prefix: str) -> tuple[_Row, str]:
    try:
        files.check_bundled(prefix)
    except (OSError, ValueError) as error:
        verdict = "missing" if isinstance(error, FileNotFoundError) else "damaged"
        return (name, "bundled", verdict), str(error)
    return (name, "bundled", "ok"), ""


def _check_mnist() -> tuple[_Row, str]:
    root = files.mnist_root()
    try:
        folder = f"~/{root.relative_to(Path.home()).as_posix()}"
    except (ValueError, RuntimeError):  # not in the home folder, or there is none
        folder = str(root)
    try:
        sizes = files.check_mnist(root)
    except FileNotFoundError:
        missing = [name for name in files.MNIST_FILES if name not in files.mnist_files(root)]
        what = f"not here{files.mnist_seen(root)}" if len(missing) == 4 else f"incomplete, no {', no '.join(missing)}"
        later = (
            "not needed; load_digits('train', source='mnist') fetches it, or set CONVLAB_DATA to the folder that holds "
            "MNIST/raw"
        )
        return ("full MNIST", "-", f"{what} ({folder}): {later}"), ""
    except (OSError, ValueError) as error:
        return ("full MNIST", "-", "damaged"), str(error)
    return ("full MNIST", f"{sizes['train']:,}", f"found in {folder}"), ""
