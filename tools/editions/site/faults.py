"""What stops the build of the site: each fault names where it is, and its cure."""

from __future__ import annotations


class SiteError(Exception):
    """The site cannot be made; the message lists every fault that was found."""

    def __init__(self, faults: list[str]):
        super().__init__("\n".join(f"- {fault}" for fault in faults))
        self.faults = faults


def place(notebook: str, number: int, cell: dict) -> str:
    """Say which cell is meant: its number, counted from 0, and how it begins."""
    lines = "".join(cell["source"]).strip().splitlines()
    return f"{notebook}, cell {number} ({lines[0][:50] if lines else 'empty'})"
