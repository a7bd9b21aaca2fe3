"""Cells and notebooks that tests make up, for the rules of ``tools/course``."""

import base64
import struct
import zlib
from copy import deepcopy

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from notebooks import source_hash  # tools/course/notebooks.py

IGNORE = "# NBVAL_IGNORE_OUTPUT\n"


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*extra):
    """Return a PNG of one black pixel, with further chunks."""
    header, pixels = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0), zlib.compress(b"\0\0")
    chunks = [chunk(b"IHDR", header), *extra, chunk(b"IDAT", pixels), chunk(b"IEND", b"")]
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(chunks)).decode()


# a red pixel as matplotlib draws it: 8 bits of red, green, blue, opacity
TRUECOLOUR = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="


def stream(text):
    return new_output("stream", name="stdout", text=text)


def shown(**data):
    return new_output("display_data", data={key.replace("_", "/"): value for key, value in data.items()})


def error(name="ValueError", message="no", traceback=("no",)):
    return new_output("error", ename=name, evalue=message, traceback=list(traceback))


def code(source, *outputs, tags=(), count=1, **metadata):
    metadata = {**metadata, **({"tags": list(tags)} if tags else {})}
    cell = new_code_cell(source, outputs=list(outputs), execution_count=count, metadata=metadata)
    return cell


def text(source, *tags):
    return new_markdown_cell(source, metadata={"tags": list(tags)} if tags else {})


def ignored(source, *outputs, **arguments):
    source = IGNORE + source
    return code(source, *outputs, convlab={"source": source_hash(source)}, **arguments)


def notebook(*cells):
    """Return a notebook with the cells, with ids and, where they were executed, with counts."""
    cells = [deepcopy(cell) for cell in cells]
    for number, cell in enumerate(cells, 1):
        cell.id = f"cell-{number}"
    for number, cell in enumerate((cell for cell in cells if cell.cell_type == "code"), 1):
        cell.execution_count = cell.execution_count and number
    return new_notebook(cells=cells)


def base64_of(size):
    return base64.b64encode(bytes(size)).decode()
