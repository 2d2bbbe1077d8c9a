"""What a snippet gave, kept as a notebook in the repository, and compared with what it gives now."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

import nbformat

from learnpath.model import Cell, Output, Run, Snippet
from learnpath.reading.scripts import INSTALLING, MEDIA

MOST = 200  # lines of text that are kept of one output

_DISTRIBUTIONS = {"sklearn": "scikit-learn"}  # those whose name is not that of their module
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def trimmed(outputs: Iterable[Any], hidden: Mapping[str, str]) -> tuple[Output, ...]:
    """Give the outputs of a cell, as nbclient left them, in our own form.

    Texts that follow each other become one; of a picture only its best form is kept; `hidden` says what stands in the
    place of paths of this machine.
    """
    found = [_output(each) for each in outputs if each["output_type"] != "error"]
    joined = [
        Output(kind, "".join(each.data for each in group)) if kind in ("text", "warning") else each
        for kind, members in groupby(filter(None, found), key=lambda each: each.kind)
        for group in [list(members)]
        for each in (group[:1] if kind in ("text", "warning") else group)
    ]
    return tuple(Output(each.kind, _without(each.data, hidden)) for each in joined)


def notebook(snippet: Snippet, run: Run) -> str:
    """Give a run as the text of a notebook, with the words of the snippet in all languages."""
    outputs = iter(run.outputs)
    cells = [
        _code_cell(cell, number, next(outputs, ()))
        if cell.kind == "code"
        else _markdown_cell(cell, number)
        for number, cell in enumerate(snippet.cells)
    ]
    if installed := _installing(run.versions):
        cells.insert(0, installed)
    about: dict[str, Any] = {"digest": run.digest, "ran": run.ran, "versions": run.versions}
    if run.kept:  # as texts, or a notebook gives each number a line
        about["kept"] = {id: _written(value) for id, value in run.kept.items()}
    return as_text(cells, {"learnpath": about})


def as_text(cells: list[Any], about: Mapping[str, Any]) -> str:
    """Give cells as the text of a notebook; the same cells give the same text."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = nbformat.v4.new_notebook(
        cells=cells,
        metadata={"kernelspec": kernel, "language_info": {"name": "python"}, **about},
    )
    return str(nbformat.writes(whole, indent=1, sort_keys=True)) + "\n"


def outputs_of(kept: Iterable[Output]) -> list[Any]:
    """Give outputs as a notebook holds them."""
    found = []
    for each in kept:
        if each.kind in ("text", "warning"):
            name = "stdout" if each.kind == "text" else "stderr"
            found.append(nbformat.v4.new_output("stream", name=name, text=each.data))
        else:
            media = MEDIA["svg" if each.kind == "svg" else "png"]
            found.append(nbformat.v4.new_output("display_data", data={media: each.data}))
    return found


def differences(
    snippet: Snippet, recorded: Run, outputs: tuple[tuple[Output, ...], ...]
) -> Iterator[tuple[Cell, str]]:
    """Give the cells that give something else than was recorded, with what differs.

    Printed numbers may differ by the snippet's tolerance; cells tagged `varies` may print anything.
    """
    for cell, before, now in zip(snippet.code, recorded.outputs, outputs, strict=False):
        if "varies" in cell.tags:
            continue
        if [each.kind for each in before] != [each.kind for each in now]:
            yield cell, f"it gives {_kinds(now)} where the record has {_kinds(before)}"
            continue
        for old, new in zip(before, now, strict=True):
            difference = _difference(old, new, snippet.tolerance)
            if difference:
                yield cell, difference
                break


def differing(snippet: Snippet, recorded: Run, kept: Mapping[str, Any]) -> str:
    """Give the first value that is kept otherwise than recorded, or "".

    Numbers may differ by the tolerance, measured by the largest beside them as in a drawing; where a cell of the
    snippet is tagged `varies`, by anything.
    """
    varies = any("varies" in cell.tags for cell in snippet.code)
    for id in snippet.keeps:
        before, now = _written(recorded.kept.get(id)), _written(kept.get(id))
        olds, news = ([float(n) for n in _NUMBER.findall(each)] for each in (before, now))
        slack = snippet.tolerance * max(map(abs, olds), default=0.0)
        if not varies and (
            _NUMBER.sub("0", before) != _NUMBER.sub("0", now)
            or any(abs(a - b) > slack for a, b in zip(olds, news, strict=True))
        ):
            return id
    return ""


# Private functions


def _installing(versions: Mapping[str, str]) -> Any:
    """Give the first cell of a record: opened in Colab, it installs the versions of the run; None where there are none."""
    wanted = [
        f"{_DISTRIBUTIONS.get(name, name)}=={version}"
        for name, version in versions.items()
        if name != "python"
    ]
    if not wanted:
        return None
    source = (
        f"# The versions of the recorded run, which was made with Python {versions.get('python', '')}.\n"
        f"%pip install --quiet {' '.join(wanted)}"
    )
    return nbformat.v4.new_code_cell(source, id="versions", metadata={"tags": [INSTALLING]})


def _output(output: Any) -> Output | None:
    if output["output_type"] == "stream":
        return Output("warning" if output["name"] == "stderr" else "text", output["text"])
    for kind, media in MEDIA.items():
        if media in output["data"]:
            data = output["data"][media]
            text = data if isinstance(data, str) else json.dumps(data)
            return Output(kind, _small(text) if kind == "svg" else text + "\n" * (kind == "text"))
    return None


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _small(svg: str) -> str:
    """Give a picture without its prolog and the decimals nobody sees."""
    bare = re.sub(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    tag = re.compile(r"<[^>]+>")  # what stands between tags is text, and says what it says
    short = tag.sub(lambda found: re.sub(r"(?<=\d\.\d\d)\d+", "", found[0]), bare)
    return short.strip() + "\n"


def _without(text: str, hidden: Mapping[str, str]) -> str:
    for path, shown in hidden.items():
        text = text.replace(path, shown)
    lines = text.splitlines(keepends=True)
    if len(lines) > MOST and not text.startswith("<svg"):
        lines = [*lines[:MOST], f"… {len(lines) - MOST} more lines\n"]
    return "".join(lines)


def _code_cell(cell: Cell, number: int, outputs: Iterable[Output]) -> Any:
    return nbformat.v4.new_code_cell(
        cell.source,
        id=f"cell-{number}",
        execution_count=None,
        metadata={"tags": list(cell.tags)} if cell.tags else {},
        outputs=outputs_of(outputs),
    )


def _markdown_cell(cell: Cell, number: int) -> Any:
    return nbformat.v4.new_markdown_cell(
        cell.source, id=f"cell-{number}", metadata={"lang": cell.language}
    )


def _kinds(outputs: Iterable[Output]) -> str:
    return ", ".join(each.kind for each in outputs) or "nothing"


def _difference(old: Output, new: Output, tolerance: float) -> str:
    if old.kind == "png" or (old.kind == "svg" and tolerance > 1e-6):
        return ""  # a trained curve is drawn a little differently; its figures are compared as text
    before, now = _named_alike(old.data), _named_alike(new.data)
    if _NUMBER.sub("0", before).split() != _NUMBER.sub("0", now).split():
        return "its words are not those of the record"
    slack = 0.02 if old.kind == "svg" else 0.0  # the last kept decimal
    for one, other in zip(_NUMBER.findall(before), _NUMBER.findall(now), strict=True):
        a, b = float(one), float(other)
        if abs(a - b) > max(tolerance * max(abs(a), abs(b)), slack):
            return f"it gives {other} where the record has {one} (tolerance {tolerance:g})"
    return ""


def _named_alike(text: str) -> str:
    """Give a picture without the names that matplotlib makes from its content."""
    return re.sub(r"\b[pmhi][0-9a-f]{10}\b|\bimage[0-9a-f]{10}\b", "id", text)
