"""A snippet and its run woven into notebooks: one to read on a page, one to download, each in one language.

In a notebook that becomes a page, what leads elsewhere on the site is written as an address behind `site:`; whoever
makes the page knows where that lies.
"""

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import nbformat

from learnpath.model import Cell, Output, Picture, Run, Snippet, relinked
from learnpath.snippets.recording import as_text, outputs_of


def cells_in(snippet: Snippet, language: str, default: str) -> list[Cell]:
    """Give the cells for readers of a language: the code, and the words in that language or else in the default one."""
    spoken = {cell.language for cell in snippet.cells if cell.kind == "markdown"}
    wanted = language if language in spoken else default
    return [cell for cell in snippet.cells if cell.kind == "code" or cell.language == wanted]


def page(cells: list[Cell], run: Run | None, head: str, pictures: Mapping[Output, Picture]) -> str:
    """Give the notebook that becomes a page.

    Args:
        cells: the cells in the language of the page.
        run: the run whose outputs are shown; None shows the code alone.
        head: the first cell, in Markdown.
        pictures: for each picture among the outputs how it is shown.
    """
    first = nbformat.v4.new_markdown_cell(head, id="head")
    return as_text(
        [
            first,
            *_woven(cells, run, lambda text: relinked(text, "site:{}".format), pictures),
        ],
        {},
    )


def download(title: str, cells: list[Cell], run: Run | None, page: str) -> str:
    """Give the notebook to download, with pictures inside.

    `page` is the address of a page with `{}` in the place of its key; without one, links are plain words.
    """

    def linked(text: str) -> str:
        if page:
            return relinked(text, page.format)
        return re.sub(r"\[([^\]\n]*)\]\((?:concept|snippet):[^)\s]*\)", r"\1", text)

    first = nbformat.v4.new_markdown_cell(f"# {title}", id="head")
    return as_text([first, *_woven(cells, run, linked, {})], {})


# Private functions


def _woven(
    cells: list[Cell],
    run: Run | None,
    linked: Callable[[str], str],
    pictures: Mapping[Output, Picture],
) -> list[Any]:
    outputs = iter(run.outputs if run else ())
    found = []
    for number, cell in enumerate(cells):
        if cell.kind == "markdown":
            node = nbformat.v4.new_markdown_cell(linked(cell.source), id=f"cell-{number}")
        else:
            shown = [_shown(each, pictures) for each in next(outputs, ())]
            about = {"tags": list(cell.tags)} if cell.tags else {}
            node = nbformat.v4.new_code_cell(
                cell.source, id=f"cell-{number}", outputs=shown, metadata=about
            )
        found.append(node)
    return found


def _shown(output: Output, pictures: Mapping[Output, Picture]) -> Any:
    picture = pictures.get(output)
    if picture is None:
        return outputs_of([output])[0]
    caption = f"<figcaption>{escape(picture.caption)}</figcaption>" if picture.caption else ""
    figure = f'<figure><img src="site:{picture.address}" alt="{escape(picture.alt)}" width="{picture.width}" height="{picture.height}" loading="lazy">{caption}</figure>'
    return nbformat.v4.new_output("display_data", data={"text/html": figure})
