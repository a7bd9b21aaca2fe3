"""Execute the stored notebooks again, and write them so that a second run changes no line.

    python tools/course/notebooks.py                 every notebook in notebooks/
    python tools/course/notebooks.py FILE ...        these only
    python tools/course/notebooks.py --check         write nothing; exit 1 and name the cells if something would change
    python tools/course/notebooks.py --fresh         new outputs also for cells marked ``# NBVAL_IGNORE_OUTPUT``

Each notebook runs from a fresh kernel of the Python that runs this script, whatever its metadata says, with the
notebook's folder as working directory and the ``convlab`` that lies beside it. A file is replaced only after all
of its cells ran; if one fails, its number, its source and the error are printed and the stored file stays.

Cells marked ``# NBVAL_IGNORE_OUTPUT`` print what may differ from run to run (times, devices). Their stored
output stays while their source stays: a short hash of the source in the cell's metadata tells.

Pictures are stored small: ``pictures.py`` says how, ``weight.py`` holds the limits.

The normal form (:func:`normalise`) is also what the tests hold the stored files against.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import re
import sys
import tempfile
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from pictures import compact, keep_same  # tools/course/pictures.py

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
CELL_TIMEOUT = 120  # seconds

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE_INFO = {  # without the version: it would differ from machine to machine
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
CELL_METADATA = ("collapsed", "convlab", "jupyter", "slideshow", "tags")
JUPYTER_METADATA = ("outputs_hidden", "source_hidden")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


# --- the normal form ----------------------------------------------------------------------------------------

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
CELL_FILE = re.compile(r"(?<!\S)\S*\bipykernel_\d+[\\/]+\d+\.py")  # from the word's start: else base64 takes seconds
TEMPORARY = re.compile(
    re.escape(tempfile.gettempdir()) + r"[\\/][^\s'\",:;)\]>]+"
    r"|(?<![\w.])(?:/private)?/(?:tmp|var/folders/\w+/\w+/T)/[^\s'\",:;)\]>]+"
    r"|\b[A-Za-z]:\\(?:[^\\\n:*?\"<>|]+\\)*?Temp\\[^\s'\",:;)\]>]+"
)
TRACEBACK_FILE = re.compile(r"(File )((?:~|/|[A-Za-z]:\\)[^\n]*?)(:\d+| in )")


def clean_text(text: str) -> str:
    r"""Take out what differs from run to run: colours, addresses, temporary paths.

    >>> clean_text("\x1b[31m<Conv2d at 0x7f21c3a4b5d0>\x1b[0m")
    '<Conv2d at 0x...>'
    >>> clean_text("/tmp/ipykernel_812/3301.py:1: UserWarning: empty; see /tmp/tmpab12/log.txt")
    '<cell>:1: UserWarning: empty; see <temporary file>'
    """
    text = ANSI.sub("", text)
    text = ADDRESS.sub("at 0x...", text)
    text = CELL_FILE.sub("<cell>", text)
    return TEMPORARY.sub("<temporary file>", text)


EXPLORER = re.compile(r'<div class="convlab-stored".*?\bSTATE = ("(?:[^"\\]|\\.)*");.*?</script>\n?', re.S)
WEIGHTS = re.compile(r'(\\"weights\\":\{\\"base64\\":\\")[\w+/=]*')


def without_script(text: str) -> str:
    r"""Leave of an explorer's stored HTML only its state: picture and script are not for nbval to compare.

    Nor are the weights of a network: two processors train it to other last digits.

    >>> without_script('<div class="convlab-stored">...<script>const KEY = 1, STATE = "{}";\n...</script>\n')
    'explorer "{}"'
    >>> state = r'{\"unit\":[0],\"weights\":{\"base64\":\"Kx+/A=\"}}'
    >>> without_script(f'<div class="convlab-stored">...<script>const KEY = 1, STATE = "{state}";\n...</script>\n')
    'explorer "{\\"unit\\":[0],\\"weights\\":{\\"base64\\":\\"\\"}}"'
    """
    return EXPLORER.sub(lambda match: "explorer " + WEIGHTS.sub(r"\1", match[1]), text)


def is_explorer(output) -> bool:
    """Tell whether an output is an explorer, which describes its own picture."""
    return EXPLORER.search(output.get("data", {}).get("text/html", "")) is not None


def describes_itself(output) -> bool:
    """Tell whether an output, if it is an explorer, brings the alternative text of its picture."""
    return not is_explorer(output) or any("alt" in words for words in output.metadata.values())


def explorer_code(outputs) -> list[bytes]:
    """Return the scripts that the explorers in some outputs carry; packed anew they may have other bytes."""
    html = [output.get("data", {}).get("text/html", "") for output in outputs]
    packed = [code for text in html for code in re.findall(r'\bCODE = "([\w+/=]*)"', text)]
    return [zlib.decompress(base64.b64decode(code)) for code in packed]


def clean_traceback(line: str) -> str:
    """Clean a part of a traceback, and name files from their package on, not from the disk's root.

    >>> clean_traceback("File ~/lib/python3.12/site-packages/torch/nn/modules/conv.py:548, in forward")
    'File torch/nn/modules/conv.py:548, in forward'
    """

    def shorten(match):
        parts = re.split(r"[\\/]+", match[2])
        for anchor, skip in (("site-packages", 1), ("convlab", 0)):
            if anchor in parts[:-1]:
                return match[1] + "/".join(parts[parts.index(anchor) + skip :]) + match[3]
        return match[1] + parts[-1] + match[3]

    return clean_text(TRACEBACK_FILE.sub(shorten, ANSI.sub("", line)))


def normalise_output(output, execution_count) -> None:
    """Put one output into normal form, in place."""
    if output.output_type == "stream":
        output.text = clean_text(output.text)
    elif output.output_type == "error":
        output.evalue = clean_text(output.evalue)
        output.traceback = [clean_traceback(line) for line in output.traceback]
    else:
        # JupyterLab would look for the kernel's widget and find none; the other forms of the output stay.
        output.data.pop(WIDGET_VIEW, None)
        for mime, data in list(output.data.items()):
            if mime == "image/png":
                compact(output)
            elif isinstance(data, str) and (not mime.startswith("image/") or mime == "image/svg+xml"):
                output.data[mime] = clean_text(data)
        if output.output_type == "execute_result":
            output.execution_count = execution_count


def normalise_cell(cell, number: int) -> None:
    """Put one cell into normal form, in place; ``number`` counts the cells from 1."""
    cell.source = cell.source.rstrip()
    known = {key: cell.metadata[key] for key in CELL_METADATA if cell.metadata.get(key)}
    if "jupyter" in known:
        known["jupyter"] = {key: known["jupyter"][key] for key in JUPYTER_METADATA if key in known["jupyter"]}
    if "convlab" in known:
        kept = ["alt", "slide"] + ["source"] * (cell.cell_type == "code" and ignores_output(cell.source))
        known["convlab"] = {key: known["convlab"][key] for key in kept if known["convlab"].get(key)}
    cell.metadata = nbformat.from_dict({key: value for key, value in known.items() if value})
    if "id" not in cell:
        cell.id = f"cell-{number:03d}"
    if cell.cell_type == "code":
        for output in cell.outputs:
            normalise_output(output, cell.execution_count)
        describe_pictures(cell)


def describe_pictures(cell) -> None:
    """Give the pictures of a cell, in their order, the alternative texts that its metadata holds for them.

    They are written once, as ``metadata.convlab.alt`` of the cell, a list: a run makes new outputs, and would lose
    them there. Each goes to where editions of the course look for it: the output's ``metadata[<mime type>]["alt"]``.
    Explorers bring their own. A cell without the list leaves its outputs as they are.
    """
    written = cell.metadata.get("convlab", {}).get("alt", [])
    texts = iter(written)
    for output in cell.outputs if written else []:
        pictures = [] if is_explorer(output) else [mime for mime in output.get("data", {}) if mime.startswith("image/")]
        text = next(texts, None) if pictures else None
        for mime in pictures:  # forms of one picture
            described = {**output.metadata.get(mime, {}), "alt": text}
            output.metadata[mime] = nbformat.from_dict({key: value for key, value in described.items() if value})
            if not output.metadata[mime]:
                del output.metadata[mime]


def normalise(nb):
    """Return the notebook in normal form, without executing it. Doing it twice changes nothing."""
    nb.nbformat, nb.nbformat_minor = 4, 5
    for number, cell in enumerate(nb.cells, 1):
        normalise_cell(cell, number)
    nb.metadata = nbformat.from_dict({"kernelspec": KERNELSPEC, "language_info": LANGUAGE_INFO})
    return nb


def dumps(nb) -> str:
    """Return the notebook as text: keys sorted, indent 1, no escapes, one newline at the end."""
    return nbformat.writes(nb).rstrip("\n") + "\n"


def ignores_output(source: str) -> bool:
    """Tell whether nbval leaves the cell's output alone: the marker must be a line of its own."""
    return any(
        line.strip().lstrip("#").strip() == "NBVAL_IGNORE_OUTPUT" and line.strip().startswith("#")
        for line in source.splitlines()
    )


def source_hash(source: str) -> str:
    """Return a short hash that tells whether a cell's source is still the one that made its output."""
    return hashlib.sha256(source.rstrip().encode()).hexdigest()[:8]


# --- execution ----------------------------------------------------------------------------------------------


def kernel_environment(ipython_dir: str | Path) -> dict[str, str]:
    """Return what kernels need in their environment to do the same on every machine.

    They import the ``convlab`` of this tree, even if another copy is installed, and see an empty IPython profile:
    a reader's own start-up files and figure formats would change the outputs. The history stays out of it too. They
    look for garbage less often: of importing torch it was a sixth of the time.
    """
    profile = Path(ipython_dir) / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text(
        'c = get_config()\nc.HistoryManager.hist_file = ":memory:"\nc.IPKernelApp.log_level = "ERROR"\n'
        "import gc\ngc.set_threshold(10_000, 50, 50)\n",
        encoding="utf-8",
    )
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return {"IPYTHONDIR": str(ipython_dir), "PYTHONPATH": path}


class CellFailed(Exception):
    """A cell raised an error, or ran too long, or took the kernel with it."""


def execute(nb, folder: Path):
    """Run all cells of the notebook from a fresh kernel of this Python, in place."""
    # Imported here: normalising a file, which the tests do in every worker, needs no kernel.
    from ipykernel.kernelspec import RESOURCES, get_kernel_dict
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellControlSignal, DeadKernelError

    class ThisPython(AsyncKernelManager):
        @property
        def kernel_spec(self):
            return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())

    current = {}
    client = NotebookClient(
        nb,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        kernel_manager_class=ThisPython,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=lambda cell, cell_index: current.update(cell=cell, number=cell_index + 1),
    )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as ipython_dir:
        environment = {**os.environ, **kernel_environment(ipython_dir)}
        environment.setdefault("OMP_NUM_THREADS", "1")  # two notebooks run at a time
        try:
            client.execute(env=environment)
        except (CellControlSignal, DeadKernelError) as error:
            cell = current["cell"]
            errors = [output for output in cell.outputs if output.output_type == "error"]
            what = "\n".join(errors[-1].traceback) if errors else f"{type(error).__name__}: {error}"
            raise CellFailed(
                f"cell {current['number']} of {len(nb.cells)} failed:\n\n{indent(cell.source)}\n\n"
                f"{clean_traceback(what)}"
            ) from None


def rerun(path: Path, fresh: bool = False):
    """Return the stored notebook, executed and in normal form; the file is only read."""
    nb = nbformat.read(path, as_version=4)
    kept = {}
    stored = [cell.get("outputs", []) for cell in nb.cells]
    for number, cell in enumerate(nb.cells):
        if cell.cell_type == "code":
            stale = cell.metadata.get("convlab", {}).get("source") != source_hash(cell.source)
            if ignores_output(cell.source) and not (fresh or stale):
                kept[number] = cell.outputs
            cell.outputs, cell.execution_count = [], None
    execute(nb, path.parent)
    for number, cell in enumerate(nb.cells):
        if cell.cell_type == "code" and ignores_output(cell.source):
            old = kept.get(number, [])
            if explorer_code(old) == explorer_code(cell.outputs) and all(map(describes_itself, old)):
                cell.outputs = kept.get(number, cell.outputs)
            cell.metadata.setdefault("convlab", nbformat.from_dict({}))["source"] = source_hash(cell.source)
    nb = normalise(nb)
    for cell, outputs in zip(nb.cells, stored, strict=True):
        keep_same(cell.get("outputs", []), outputs)
    return nb


# --- command line -------------------------------------------------------------------------------------------


def indent(text: str) -> str:
    """Indent every line by four blanks."""
    return "\n".join("    " + line for line in text.splitlines())


def differences(old, new) -> str:
    """Say in a few words where two notebooks differ."""
    if len(old.cells) != len(new.cells):
        return f"{len(old.cells)} cells become {len(new.cells)}"
    found = []
    for number, (before, after) in enumerate(zip(old.cells, new.cells, strict=True), 1):
        keys = [key for key in sorted({*before, *after}) if before.get(key) != after.get(key)]
        if keys:
            found.append(f"cell {number} ({', '.join(keys)})")
    if old.metadata != new.metadata:
        found.append("notebook metadata")
    return "; ".join(found) or "layout of the file"


def process(path: Path, check: bool, fresh: bool) -> tuple[bool, str]:
    """Execute one notebook, write it unless ``check``; return success and a line for the terminal."""
    start = time.perf_counter()
    try:
        stored = path.read_text(encoding="utf-8")
        nb = rerun(path, fresh)
        nbformat.validate(nb)
    except (CellFailed, OSError, RuntimeError, nbformat.ValidationError, nbformat.reader.NotJSONError) as error:
        return False, f"{path.name}: {error}\n{path.name}: the stored file was left as it is"
    text = dumps(nb)
    if text == stored:
        verdict, good = "unchanged", True
    else:
        verb = "would change" if check else "changed"
        verdict, good = f"{verb}: {differences(nbformat.reads(stored, as_version=4), nb)}", not check
        if not check:
            write(path, text)
    return good, f"{path.name}: {verdict} ({time.perf_counter() - start:.1f} s)"


def write(path: Path, text: str) -> None:
    """Replace the file in one step, so that an interruption leaves the old one or the new one."""
    draft = path.with_name(f".{path.name}.new")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, help="notebooks; default: all in notebooks/")
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if something would change")
    parser.add_argument("--fresh", action="store_true", help="new outputs for NBVAL_IGNORE_OUTPUT cells, too")
    options = parser.parse_args(arguments)
    files = [path.resolve() for path in options.files] or sorted(NOTEBOOKS.glob("*.ipynb"))
    good = True
    with ThreadPoolExecutor(max_workers=2) as pool:  # threads wait here; the work is done in the kernels
        jobs = [pool.submit(process, path, options.check, options.fresh) for path in files]
        for job in jobs:
            success, line = job.result()
            print(line, flush=True)
            good &= success
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
