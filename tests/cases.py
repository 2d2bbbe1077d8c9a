"""Graphs in one file: the lines of the problems they cause, then each file under `== its/name`."""

import re
from pathlib import Path

GRAPHS = Path(__file__).parent / "graphs"


def promised(text: str) -> list[str]:
    """Give the problems that a case promises, a line each."""
    return text.partition("== ")[0].splitlines()


def write_files(text: str, folder: Path) -> None:
    """Write the files of a case into a folder."""
    for part in re.split(r"^== ", text, flags=re.MULTILINE)[1:]:
        name, _, content = part.partition("\n")
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
