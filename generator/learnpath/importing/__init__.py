"""Graphs that others keep, brought into the format of this one.

A module for each format reads its source into a `Draft`: concepts by the names that they have there. The draft gives
them ids, finds what prerequisites mean, and becomes an `Imported`, from which the files are written. What does not fit
is told in one line each, and kept under `extra` where it can be.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from learnpath import storing
from learnpath.importing.drafts import Imported
from learnpath.importing.exercism import exercism
from learnpath.importing.graphml import graphml
from learnpath.importing.metacademy import metacademy
from learnpath.importing.tables import Columns, csv_table
from learnpath.importing.writing import files
from learnpath.problems import LearnpathError, Problem

__all__ = [
    "Columns",
    "Imported",
    "csv_table",
    "exercism",
    "graphml",
    "metacademy",
    "must_be_free",
    "silence",
    "write",
]

_OURS = {"knowledge-base.yaml", "concepts", "paths", "resources.yaml", "faq.yaml", "schema"}
_OURS |= {"article.yaml", "claims.yaml", "translations.yaml"}


def must_be_free(folder: Path, *, force: bool = False) -> None:
    """Refuse a folder that holds something; with `force` only one that is no graph.

    Raises:
        LearnpathError: it must not be written to.
    """
    if not folder.exists():
        return
    if Path.cwd().is_relative_to(folder.resolve()):
        message = "is where you stand, and cannot be exchanged; name a folder in it, such as graph"
        raise LearnpathError(f"{folder}: {message}")
    if not folder.is_dir():
        raise LearnpathError(f"{folder}: is a file; name a folder")
    found = sorted(each.name for each in folder.iterdir() if not each.name.startswith("."))
    strange = [name for name in found if name not in _OURS]
    if found and not force:
        message = "is there already and not empty; name another, or write --force to replace it"
        raise LearnpathError(f"{folder}: {message}")
    if strange:
        message = f"holds '{strange[0]}', which belongs to no graph; name the folder of a graph, and no other is replaced"
        raise LearnpathError(f"{folder}: {message}")


def write(imported: Imported, folder: Path, schemas: Mapping[str, str]) -> None:
    """Write the files of a graph into a folder, which takes the place of what stood there once it is whole."""
    beside = storing.FolderBeside(folder)
    whole = {f"schema/{name}": schema for name, schema in schemas.items()} | files(imported)
    try:
        for name, text in whole.items():
            target = beside.path / name
            target.parent.mkdir(exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="")
        beside.put_in_place()
    finally:
        beside.close()


def silence(imported: Imported, folder: Path, problems: Iterable[Problem]) -> None:
    """Silence the warnings that a graph came with, each in a line that can be taken out once it is mended."""
    warnings = {(each.code, each.where) for each in problems if each.severity == "warning"}
    imported.manifest["silence"] = [
        {"code": code, "where": where, "because": "It was imported so."}
        for code, where in sorted(warnings)
        if where
    ]
    text = files(imported)["knowledge-base.yaml"]
    storing.write_atomically(folder / "knowledge-base.yaml", text)
