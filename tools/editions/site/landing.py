"""The pages around the notebooks: the first one, with the map of the course, and the instructor's."""

from __future__ import annotations

import base64
import html
import json
import re
from pathlib import Path

import addresses
import alive
import exercises
from faults import SiteError
from figures import Figures
from pages import FENCE, PICTURES, page_link

from convlab import kernels
from convlab.data import load_digits
from convlab.explorers import DigitInspector
from convlab.training import pretrained

HERE = Path(__file__).resolve().parent
ROW = re.compile(r"^\| \[(\w+)\]\(notebooks/\1\.ipynb\) \| (.+?) \| (.+?) \|$", re.M)
COMMANDS = re.compile(r"^```sh\n(make lab.*?)^```", re.M | re.S)
DIGIT = 3  # of the bundled ones, which runs under the kernels on the first page
AROUND = ("teaching", "room")  # docs/, for whoever teaches
MOVING = ("sobel_x", "sobel_y", "laplacian")
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


def texts(notebooks: dict[str, dict], root: Path, figures: Figures, api: bool) -> dict[str, str]:
    """Return file name: Markdown of the pages around the notebooks."""
    names = [Path(file).stem for file in notebooks]
    around = [name for name in AROUND if (root / f"docs/{name}.md").is_file()]
    also = [*around, *["reference/index"] * api]
    made = {"index.md": _index(notebooks, root, names, also, figures)}
    guides = {f"{name}.md": (root / f"docs/{name}.md").read_text(encoding="utf-8") for name in around}
    titles = {file: text.partition("\n")[0].removeprefix("# ") for file, text in guides.items()}
    for file, text in guides.items():
        made[file] = _around(text, {**dict.fromkeys(notebooks, ""), **titles}, addresses.read(root))
    return made


def course_map(readme: str, notebooks: dict[str, dict]) -> str:
    """Return the map of the course: titles from the notebooks' heads, the rest from README's table."""
    rows = {name: (about, minutes) for name, about, minutes in ROW.findall(readme)}
    lines = ["| Notebook | What it is about | Minutes |", "|---|---|---|"]
    for file, notebook in notebooks.items():
        name = Path(file).stem
        if name not in rows:
            raise SiteError([f"README.md: the table of notebooks lacks {file}. Add a line for it"])
        lines.append(f"| [{title(notebook)}]({name}.md) | {rows[name][0]} | {rows[name][1]} |")
    return "\n".join(lines)


def title(notebook: dict) -> str:
    """Return a notebook's title, with its number."""
    text = "".join(notebook["cells"][0]["source"]) if notebook["cells"] else ""
    found = re.match(r"# (.+)", text)
    if not found:
        raise SiteError(["a notebook's first cell has to begin with its title: # 00 · Start here"])
    return found[1].strip()


def _index(notebooks: dict, root: Path, names: list[str], also: list[str], figures: Figures) -> str:
    readme = (root / "README.md").read_text(encoding="utf-8")
    commands = COMMANDS.search(readme)
    if not commands:
        raise SiteError(["README.md: the block with the two commands (```sh, make lab ...) is missing"])
    digit, loads = _digit(figures)
    home = addresses.read(root).get("Repository", "")
    copy = f"[the course]({home})" if home else "the folder of the course"
    first = f"[{title(notebooks[f'{names[0]}.ipynb'])}]({names[0]}.md)" if names else ""
    return f"""---
hide-toc: true
---
# ConvLab

**Convolution in PyTorch, taken apart until nothing about it is magic.** You predict, run, look and check: first by hand
with two loops, then with PyTorch, and at last with networks that read your handwriting and sort your own pictures.

{_raw(_hero())}

The window slides over a handwritten digit. In each place, nine pixels are multiplied by the nine weights, and the
products are added up: one pixel of the result. That is a convolution. Begin with {first}.

## Draw a digit

A network with {sum(p.numel() for p in pretrained().parameters()):,} weights reads it, here in your browser. Draw with
mouse or finger; with the keyboard, arrows move the pen, and the space bar puts it down and lifts it.

{_raw(digit)}

## The map of the course

{course_map(readme, notebooks)}

{_raw(exercises.course(names))}

The minutes are for reading and trying out. Where there are two numbers, the second takes in the parts called *More*,
which can be skipped without a gap.

## On your own computer

These pages show the whole course. The explorers work here, and exercises that ask for numbers or letters answer here.
To run the code, and for the exercises that ask for code, take {copy} to your computer. It needs Python. In its folder:

```sh
{commands[1].rstrip()}
```

{_raw(loads + exercises.tag())}

```{{toctree}}
:hidden:
:caption: The course

{_lines(names)}
```

{_toctree("Also", also)}
"""


def _raw(text: str) -> str:
    return f"{FENCE}{{raw}} html\n{text}\n{FENCE}"


def _lines(names: list[str]) -> str:
    return "\n".join(names)


def _toctree(caption: str, names: list[str]) -> str:
    return f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{_lines(names)}\n```" if names else ""


def _hero() -> str:
    """Return the convolution that moves: a digit, kernels of the package, and a small script of its own."""
    pixels = load_digits("train", source="bundled").images[DIGIT, 0].numpy()
    table = {name: getattr(kernels, name)().tolist() for name in MOVING}
    return (
        (HERE / "hero.html")
        .read_text(encoding="utf-8")
        .replace("PIXELS", base64.b64encode(pixels.tobytes()).decode("ascii"))
        .replace("KERNELS", html.escape(json.dumps(table)))
        .replace("SCRIPT", (HERE / "hero.js").read_text(encoding="utf-8"))
    )


def _digit(figures: Figures) -> tuple[str, str]:
    """Return the explorer with the package's own network, and what loads its script."""
    data, said = DigitInspector(pretrained())._repr_mimebundle_()
    picture = figures.add("digit", data[PICTURES[0]], said[PICTURES[0]]["alt"])
    name, state = alive.find(data["text/plain"], data["text/html"])
    return alive.box(name, state, picture), alive.tag(name)


def _around(text: str, pages: dict[str, str], urls: dict[str, str]) -> str:
    """Return a page of docs/: links to notebooks lead to pages, others to the repository, if it has an address.

    Args:
        text: the page.
        pages: file: title of what the site has. A link that is called by such a file is called by the title.
        urls: the project's addresses.
    """

    def follow(found: re.Match) -> str:
        image, words, address = found.groups()
        if "://" in address or address.startswith("#"):
            return found[0]
        file = address.split("#")[0].split("/")[-1]
        if file in pages:
            words = (pages[file] or words) if words.split("/")[-1] == file else words
            return f"[{words}]({page_link(address.rsplit('/', 1)[-1])})"
        base = urls.get("Repository", "").rstrip("/")
        path = re.sub(r"^\.\./", "", address) if address.startswith("../") else f"docs/{address}"
        return words if image or not base else f"[{words}]({base}/blob/main/{path})"

    return LINK.sub(follow, text)
