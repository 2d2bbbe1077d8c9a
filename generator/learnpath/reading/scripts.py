"""A snippet as plain values: the header of a script, and its cells. The only module that knows jupytext.

A script is in the percent format: cells begin with `# %%`, Markdown cells with `# %% [markdown] lang="en"`. Its header
is YAML in comments between two lines `# ---`. Read with the comment signs as blanks, the header keeps its lines and
columns, so that a place in it is a place in the script.
"""

import ast
import json
import re
from typing import Any, Literal

from learnpath.model import Output, Run
from learnpath.problems import Place, Problem, problem, short
from learnpath.reading.parsing import Parsed, parse

FENCE = "# ---"

MEDIA: dict[Literal["svg", "png", "text"], str] = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "text": "text/plain",
}
"""How a notebook names the kinds of output; of several forms of one output the first here is kept."""


INSTALLING = "installs-versions"
"""The tag of a cell that a record has and its script has not: it installs the versions of the run."""


def header(text: str) -> str:
    """Give the header of a script as YAML, each value on the line and in the column where it stands in the script.

    A script without a header has an empty one.
    """
    lines = text.splitlines()
    if not lines or lines[0].rstrip() != FENCE:
        return ""
    end = next((n for n, line in enumerate(lines) if n and line.rstrip() == FENCE), len(lines))
    return "\n".join(["", *(re.sub(r"^#", " ", line) for line in lines[1:end]), ""])


def parse_script(text: str, file: str) -> Parsed:
    """Parse a script into `{"header": …, "cells": […]}`; None where it is no script that can be read."""
    if not header(text):
        message = f"the script has no header; begin it with '{FENCE}', then `# title: …` and the other fields, then '{FENCE}'"
        return Parsed(None, [problem("missing-key", Place(file), message)])
    fields, problems = parse(header(text), file)
    try:
        ast.parse(text)
    except SyntaxError as error:
        place = Place(file, error.lineno or 1, max(error.offset or 1, 1))
        problems = [*problems, problem("python", place, f"not Python: {error.msg}")]
        return Parsed(None, problems)
    except ValueError as error:  # a null character
        return Parsed(None, [*problems, problem("python", Place(file), f"not Python: {error}")])
    cells, wrong = _cells(text, file)
    data = {"header": fields, "cells": cells} if cells is not None else None
    return Parsed(data, [*problems, *wrong])


def run_in(text: str, id: str) -> Run | None:
    """Read a recorded run from the text of its notebook, or None where it is none."""
    try:
        whole = json.loads(text)
        about = whole["metadata"]["learnpath"]
        return Run(
            id=id,
            digest=str(about["digest"]),
            ran=str(about["ran"]),
            versions={str(name): str(version) for name, version in about["versions"].items()},
            outputs=tuple(
                tuple(map(_output, cell["outputs"]))
                for cell in whole["cells"]
                if cell["cell_type"] == "code" and INSTALLING not in _tags(cell)
            ),
            kept={str(id): json.loads(text) for id, text in about.get("kept", {}).items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


# Private functions


def _tags(cell: Any) -> Any:
    return cell.get("metadata", {}).get("tags", ())


def _output(output: Any) -> Output:
    if output["output_type"] == "stream":
        return Output("warning" if output["name"] == "stderr" else "text", "".join(output["text"]))
    for kind, media in MEDIA.items():
        if media in output["data"]:
            return Output(kind, "".join(output["data"][media]))
    raise KeyError("data")


def _cells(text: str, file: str) -> tuple[list[dict[str, Any]] | None, list[Problem]]:
    import jupytext  # takes a quarter of a second, and is needed for scripts that changed only

    lines = text.splitlines()
    markers = [number for number, line in enumerate(lines, 1) if re.match(r"# %%(\s|$)", line)]
    found = [
        cell for cell in jupytext.reads(text, fmt="py:percent").cells if cell.cell_type != "raw"
    ]
    if len(found) != len(markers):
        message = "the code before the first '# %%' belongs to no cell, or such a line stands inside a text; begin each cell with '# %%'"
        place = Place(file, lines.index(FENCE, 1) + 2 if FENCE in lines[1:] else 1)
        return None, [problem("python", place, message)]
    cells, problems = [], []
    for cell, marker in zip(found, markers, strict=True):
        metadata = dict(cell.metadata)
        unknown = {key for key in metadata if not key.startswith("lines_to_")}  # jupytext's own
        unknown -= {"lang", "name", "tags", "lines"}
        if unknown:
            message = f"a cell knows lang, name, tags and lines, not '{short(min(unknown))}'"
            problems.append(problem("unknown-key", Place(file, marker), message))
        marked = str(metadata.get("lines", ""))
        if marked and not _are_lines_of(marked, cell.source):
            last = len(cell.source.splitlines())
            message = (
                f"'{short(marked)}' names no lines of this cell, whose last is {last};"
                ' count from its first, as in lines="2 4-5"'
            )
            problems.append(problem("wrong-value", Place(file, marker), message))
        tags = metadata.get("tags", [])
        cells.append(
            {
                "kind": "markdown" if cell.cell_type == "markdown" else "code",
                "source": cell.source,
                "line": _first_line_after(marker, lines),
                "language": str(metadata.get("lang", "")),
                "name": str(metadata.get("name", "")),
                "lines": marked,
                "tags": [str(tag) for tag in tags] if isinstance(tags, list) else [str(tags)],
            }
        )
    return cells, problems


def _are_lines_of(marked: str, source: str) -> bool:
    """Tell whether `2 4-5` names lines of a text."""
    if not re.fullmatch(r"\d+(-\d+)?( \d+(-\d+)?)*", marked):
        return False
    last = len(source.splitlines())
    ends = ([int(end) for end in part.split("-")] for part in marked.split())
    return all(1 <= end[0] <= end[-1] <= last for end in ends)


def _first_line_after(marker: int, lines: list[str]) -> int:
    return next((n for n in range(marker + 1, len(lines) + 1) if lines[n - 1].strip()), marker)
