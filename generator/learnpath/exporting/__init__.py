"""A knowledge base in other formats, one module each.

`FORMATS` are those that `learnpath export` writes. The pages of the site and the command `plan` take theirs from the
functions beside it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from learnpath.exporting.asking import Asked
from learnpath.exporting.data import cells, map_layout, plan_graph, plan_reasons, plan_words
from learnpath.exporting.drawing import graphviz
from learnpath.exporting.files import schemas
from learnpath.exporting.flashcards import anki
from learnpath.exporting.graphs import graph_json
from learnpath.exporting.linked import json_ld
from learnpath.exporting.plans import plan_json, plan_markdown
from learnpath.exporting.references import bibtex
from learnpath.exporting.tables import csv_table, graphml
from learnpath.exporting.tree import markdown
from learnpath.model import KnowledgeBase

__all__ = [
    "FORMATS",
    "Asked",
    "Format",
    "bibtex",
    "cells",
    "csv_table",
    "graph_json",
    "graphml",
    "map_layout",
    "plan_graph",
    "plan_json",
    "plan_markdown",
    "plan_reasons",
    "plan_words",
    "schemas",
]

Exported = str | bytes | Mapping[str, str | bytes]
"""A text, a file that is none, or the files of a folder by their paths in it."""


@dataclass(frozen=True)
class Format:
    """What `learnpath export` writes in one of its formats."""

    write: Callable[[KnowledgeBase, Asked], Exported]
    heeds: frozenset[Literal["site", "language"]] = frozenset()
    """What can be asked of it."""
    kind: Literal["text", "file", "folder"] = "text"
    """A text can be printed; a file that is none, and a folder, must be given a name."""


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "graph-json": Format(lambda base, _: graph_json(base)),
        "json-ld": Format(json_ld, heeds=frozenset({"site"})),
        "graphviz": Format(graphviz, heeds=frozenset({"site", "language"})),
        "csv": Format(lambda base, _: csv_table(base)),
        "graphml": Format(lambda base, _: graphml(base)),
        "bibtex": Format(lambda base, _: bibtex(base)),
        "anki": Format(anki, heeds=frozenset({"site"}), kind="file"),
        "markdown": Format(markdown, heeds=frozenset({"site"}), kind="folder"),
    }
)
