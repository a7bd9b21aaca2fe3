"""Pictures of one's own: a folder for each class."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from convlab.data.pairs import Pictures

if TYPE_CHECKING:  # PIL comes at the first use
    from PIL import Image

MOST = 64_000_000  # pixels of a picture that is read: no camera of a phone makes more, and decoded they take 256 MB
SHOWN = 10  # names in the summary
_SYSTEM = {"thumbs.db", "desktop.ini", "__macosx"}  # what systems put into folders of pictures; nobody misses it
_SPLITS = {"train", "training", "val", "valid", "validation", "test"}
_OTHERS = dict.fromkeys((".mp4", ".mov"), "film")
_OTHERS |= {f".{k.lower()}": k for k in ("HEIC", "HEIF", "AVIF", "SVG", "PDF", "EPS", "CR2", "NEF", "ARW", "DNG")}
_EMPTY, _FORBIDDEN = "holds no picture that can be used", "may not be read: its permissions forbid it"


@dataclass(frozen=True, eq=False, repr=False)
class Folder(Pictures):
    """Pictures of a folder, as `load_folder` returns them.

    Attributes:
        left_out: {file or folder: why it is not among the pictures}.
    """

    left_out: dict[str, str]


def load_folder(path: str | os.PathLike, size: int = 32) -> Folder:
    """One's own pictures, from a folder that holds a folder for each class: pets/cat/1.jpg, pets/dog/a.png, ...

    Every picture is turned as its camera says, put on white where it is transparent, cut to the square in its middle
    and brought to `size` x `size` pixels; grey ones become colour. Of an animation it is the first frame. What cannot
    be read is left out, and so is a picture that was there before, for copies in training and test tell nothing: one
    warning names them all.

    Args:
        path: the folder; each folder in it is a class, with whatever lies in it, however deep.
        size: height and width of what is returned, at least 1.

    Returns:
        A `Folder` with .images (N, 3, size, size) float32 in [0, 1], .labels, .classes (in alphabetical order), .names
        (the files) and .left_out. Its .split(0.6, 0.2, 0.2) is to learn from, to choose by, and to test.

    Raises:
        TypeError: path is no name of a folder, or size no whole number.
        FileNotFoundError, NotADirectoryError, PermissionError: the folder is not there, is a file, or may not be read.
        ValueError: nothing in it can be used; the message says what was found.

    >>> import tempfile
    >>> from PIL import Image
    >>> with tempfile.TemporaryDirectory() as pets:
    ...     for name, colour in (("cat", "orange"), ("dog", "brown")):
    ...         os.mkdir(f"{pets}/{name}")
    ...         Image.new("RGB", (640, 480), colour).save(f"{pets}/{name}/1.jpg")
    ...     pictures = load_folder(pets)
    >>> pictures.images.shape, pictures.classes, pictures.names
    (torch.Size([2, 3, 32, 32]), ('cat', 'dog'), ('cat/1.jpg', 'dog/1.jpg'))
    """
    import torch
    from tqdm.auto import tqdm

    from convlab.arguments import as_whole

    size = as_whole("load_folder", "size", size, minimum=1, maximum=1024)
    root, classes = _checked_folder(path)
    left_out = {each.name: "lies beside the classes' folders" for each in _sorted_files(root, deep=False)}
    files = [(folder, file) for folder in classes for file in _sorted_files(folder)]
    found: dict[bytes, tuple[str, str]] = {}
    for folder, file in tqdm(files, desc="load_folder", delay=2, leave=False):
        name = file.relative_to(root).as_posix()
        try:
            pixels = read_picture(file, size).tobytes()
        except Exception as error:  # for damaged files PIL raises nearly anything
            left_out[name] = _why(file, error)
            continue
        if pixels in found:
            left_out[name] = f"is the same picture as {found[pixels][0]}"
        else:
            found[pixels] = name, folder.name
    kept = [folder.name for folder in classes if folder.name in {label for _, label in found.values()}]
    left_out |= {f"{f.name}/": _EMPTY if os.access(f, os.R_OK) else _FORBIDDEN for f in classes if f.name not in kept}
    if not found:
        raise ValueError(_nothing(root, classes, left_out))
    _warn(root, kept, left_out)
    levels = torch.frombuffer(bytearray(b"".join(found)), dtype=torch.uint8).reshape(-1, size, size, 3)
    return Folder(
        images=levels.permute(0, 3, 1, 2).float() / 255,
        labels=torch.tensor([kept.index(label) for _, label in found.values()]),
        classes=tuple(kept),
        names=tuple(name for name, _ in found.values()),
        source=root.name,
        left_out=left_out,
    )


def read_picture(file: Path, size: int) -> Image.Image:
    """One picture of any kind as RGB, size x size; what is damaged, too large, or no picture raises anything."""
    from PIL import Image, ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PIL warns of sizes, which are looked at here, and of details in files
        with Image.open(file) as image:
            width, height = image.size
            if width * height > MOST:
                raise ValueError(f"has {width:,} x {height:,} pixels; at most {MOST // 10**6} million are read")
            image.draft("RGB", (4 * size, 4 * size))  # a large JPEG is decoded smaller, which is much faster
            image.load()
            picture = _as_rgb(ImageOps.exif_transpose(image))
    return ImageOps.fit(picture, (size, size), Image.Resampling.BILINEAR)


def _as_rgb(image: Image.Image) -> Image.Image:
    """Any mode as RGB, on white."""
    from PIL import Image

    if image.mode.startswith("I"):  # 16 bits for each pixel; PIL's convert would cut what is above 255
        image = image.convert("I").point(lambda level: level / 257).convert("L")
    elif image.mode == "F":
        raise ValueError("has decimal numbers as pixels (mode F), and nobody knows which of them is white")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image.convert("RGB")


def _checked_folder(path: str | os.PathLike) -> tuple[Path, list[Path]]:
    """The folder and the classes' folders, once it is there and looks like one with classes in it."""
    if not isinstance(path, str | os.PathLike) or path == "":
        raise TypeError(f"load_folder: path must be the name of a folder, not {path!r}")
    root = Path(os.path.abspath(os.path.expanduser(path)))
    if not root.exists():
        raise FileNotFoundError(f"load_folder: there is no folder {root}")
    if not root.is_dir():
        raise NotADirectoryError(f"load_folder: {root} is a file; give the folder that holds a folder for each class")
    if not os.access(root, os.R_OK):
        raise PermissionError(f"load_folder: {root} {_FORBIDDEN}")
    classes = _folders(root)
    names = {each.name.lower() for each in classes}
    if len(classes) > 1 and names <= _SPLITS:
        what = f"the folders in {root} are {', '.join(sorted(names))}: that is a split, and no classes"
        raise ValueError(f"load_folder: {what}; load each by itself: load_folder({str(classes[0])!r})")
    return root, classes


def _folders(root: Path) -> list[Path]:
    return sorted((each for each in root.iterdir() if each.is_dir() and not _hidden(each.name)), key=lambda f: f.name)


def _hidden(name: str) -> bool:
    return name.startswith(".") or name.lower() in _SYSTEM


def _sorted_files(folder: Path, deep: bool = True) -> list[Path]:
    """The files of a folder in the order of their names, without hidden ones."""
    found = folder.rglob("*") if deep else folder.iterdir()
    return sorted(f for f in found if f.is_file() and not any(map(_hidden, f.relative_to(folder).parts)))


def _why(file: Path, error: Exception) -> str:
    """Why a file is left out, in words."""
    from PIL import Image, UnidentifiedImageError

    if isinstance(error, Image.DecompressionBombError):
        return f"has far more than {MOST // 10**6} million pixels, the most that are read"
    if isinstance(error, ValueError) and str(error).startswith("has "):
        return str(error)
    if isinstance(error, PermissionError):
        return _FORBIDDEN
    if file.stat().st_size == 0:
        return "is empty"
    if kind := _OTHERS.get(file.suffix.lower()):
        return f"is of a kind that is not read ({kind}); save it as JPEG or PNG"
    if isinstance(error, UnidentifiedImageError):
        return "is no picture"
    return f"is damaged ({str(error).splitlines()[0] if str(error) else type(error).__name__})"


def _nothing(root: Path, classes: list[Path], left_out: dict[str, str]) -> str:
    """What is said where no picture was found."""
    if not classes:
        found = f"but {len(left_out)} files" if left_out else "and nothing else"
        how = f"Make a folder for each class and put its pictures there, such as {root / 'cat'} and {root / 'dog'}"
        return f"load_folder: there are no folders in {root}, {found}. {how}"
    return f"load_folder: no picture in {root} can be used: {_listed(left_out)}"


def _warn(root: Path, kept: list[str], left_out: dict[str, str]) -> None:
    """One warning with all that is worth one."""
    said = []
    if left_out:
        said.append(f"{len(left_out)} left out of {root}: {_listed(left_out)}")
    if len(kept) == 1:
        inside = ", ".join(each.name for each in _folders(root / kept[0])[:SHOWN])
        deeper = f". If its folders are the classes ({inside}): load_folder({str(root / kept[0])!r})" if inside else ""
        said.append(f"there is only one class, {kept[0]}: a network would learn to say {kept[0]} of everything{deeper}")
    for name, other in ((a, b) for a in kept for b in kept if a < b and a.casefold() == b.casefold()):
        said.append(f"{name} and {other} are two classes, for upper and lower case differ")
    if said:
        warnings.warn(f"load_folder: {'; '.join(said)}", stacklevel=3)


def _listed(left_out: dict[str, str]) -> str:
    shown = [f"{name} {why}" for name, why in list(left_out.items())[:SHOWN]]
    more = [f"and {len(left_out) - SHOWN} more, in .left_out"] if len(left_out) > SHOWN else []
    return "; ".join(shown + more)
