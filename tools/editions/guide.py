"""What docs/teaching.md says about wrong answers and single slides comes from where it is kept: this writes it there.

    python tools/editions/guide.py            # after a change of an exercise's mistakes or minutes, or of a slide's
    python tools/editions/guide.py --check    # only says whether the guide is as today

Between `<!-- mistakes of 01-count 01-shape -->` and `<!-- end of mistakes -->` stands, for each exercise named, its
minutes and the first three mistakes that it knows, with what the check answers: an exercise names what most people do
first. Of mistakes whose names begin alike ("no gradient arrives at ...") the first stands for all.

Between `<!-- slides -->` and `<!-- end of slides -->` stand all slides with the minutes of their notes, and the
exercises where the notebooks have them. Everything else in the guide is written by hand; tests/editions/test_guide.py
looks whether it adds up.
"""

import argparse
import json
import re
from pathlib import Path

from convlab.exercises.engine.exercise import find

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "teaching.md"
HOW_MANY = 3
_BLOCK = re.compile(r"(<!-- mistakes of ([\w\- ]+?) -->\n).*?(<!-- end of mistakes -->)", re.DOTALL)
_SLIDES = re.compile(r"(<!-- slides -->\n).*?(<!-- end of slides -->)", re.DOTALL)


def mistakes_of(names: list[str]) -> str:
    """The table of some exercises, as Markdown."""
    lines = ["| exercise | what they do | what to say |", "|---|---|---|"]
    for name in names:
        exercise = find("guide", name)
        first = f"**`{name}`** {_cell(exercise.title)}, {exercise.minutes} min"
        alike = {}
        for mistake in exercise.mistakes:
            alike.setdefault(tuple(mistake.name.split()[:3]), mistake)
        for mistake in list(alike.values())[:HOW_MANY]:
            lines.append(f"| {first} | {_cell(mistake.name)} | {_cell(mistake.says)} |")
            first = ""
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", r"\|").split())


def with_mistakes(text: str) -> str:
    """The guide's text with every table as the exercises say it today."""
    return _BLOCK.sub(lambda block: f"{block[1]}\n{mistakes_of(block[2].split())}\n\n{block[3]}", text)


def slides_of(notebook: Path) -> str:
    """Slides and exercises of a notebook in their order, each with its minutes, as one line of Markdown."""
    told, slide = [], -1
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        kind, text = cell["metadata"].get("slideshow", {}).get("slide_type"), "".join(cell["source"])
        if kind == "slide":
            shown = "\n".join(cell["metadata"].get("convlab", {}).get("slide", [])) or text
            title = re.search(r"^#+ (?:\d\d · )?(.+)$", shown, re.MULTILINE)[1]
            slide = len(told)
            told.append(f"*{_cell(title)}*")
        elif kind == "notes" and (minutes := re.match(r"\*\*(\d+) minutes?\.\*\*", text)):
            told[slide] += f"\N{NO-BREAK SPACE}{minutes[1]}"
        elif "check" in cell["metadata"].get("tags", []):
            exercise = find("guide", re.search(r'check\("(.+?)"', text)[1])
            told.append(f"**`{exercise.name}`**\N{NO-BREAK SPACE}{exercise.minutes}")
    return " · ".join(told)


def with_slides(text: str) -> str:
    """The guide's text with the slides as the notebooks have them today."""
    rows = [
        f"| {path.name[:2]} | {slides_of(path)} |" for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    ]
    table = "\n".join(["| deck | slides and **exercises**, in their order, with their minutes |", "|---|---|", *rows])
    return _SLIDES.sub(lambda block: f"{block[1]}\n{table}\n\n{block[2]}", text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if something would change")
    check = parser.parse_args().check
    before = GUIDE.read_text(encoding="utf-8")
    after = with_slides(with_mistakes(before))
    if after == before:
        print("docs/teaching.md is as the exercises and the notebooks say.")
    elif check:
        raise SystemExit("docs/teaching.md is not as the exercises and the notebooks say: call tools/editions/guide.py")
    else:
        GUIDE.write_text(after, encoding="utf-8")
        print("docs/teaching.md: written anew.")


if __name__ == "__main__":
    main()
