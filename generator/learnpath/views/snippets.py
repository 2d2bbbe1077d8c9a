"""What pages say about snippets: the gallery, the head of a notebook page, and a snippet shown on another page."""

import base64
import math
import posixpath
import re
import struct
from typing import TYPE_CHECKING, Any

from learnpath.model import EMBED, Cell, Output, Picture, Run, Snippet, links_in

if TYPE_CHECKING:
    from learnpath.views import View, Views


def gallery(views: "Views") -> "View":
    """Give the list of all snippets."""
    here = "snippets/index"
    base = views.base
    cards = [
        {
            "link": views.link(f"snippets/{each.id}", views.say(each.title), here),
            "summary": views.say(each.summary),
            "facts": _facts(views, each),
            "concepts": [
                views.concept_link(user, here) for user in views.users_of_snippet(each.id)
            ],
            "picture": next(iter(shown_pictures(views, each, here).values()), None),
        }
        for each in base.snippets.values()
    ]
    return views.view(here, views.labels["snippets"], "snippets", base.snippet_folder, cards=cards)


def notebook(views: "Views", snippet: Snippet) -> "View":
    """Give the head of a notebook page; its addresses are those of the site, behind `site:`."""
    base, key = views.base, f"snippets/{snippet.id}"
    run = base.runs.get(snippet.id)
    return views.view(
        key,
        views.say(snippet.title),
        "notebook",
        base.file_of(snippet),
        description=views.say(snippet.summary),
        trail=[
            ("site:index", views.labels["home"]),
            ("site:snippets/index", views.labels["snippets"]),
        ],
        facts=_facts(views, snippet),
        seed=snippet.seed,
        ran=_ran(views, run),
        stale=run is not None and run.digest != snippet.digest,
        files=[(title, f"site:{address}") for title, address in _files(views, snippet)],
        concepts=[
            (f"site:concepts/{user.id}", views.say(user.title))
            for user in views.users_of_snippet(snippet.id)
        ],
        live=_live(views, snippet),
        colab=_colab(views.repository, f"{base.snippet_folder}/recorded/{snippet.id}.ipynb"),
        id=snippet.id,
    )


def embedded(views: "Views", text: str, here: str) -> dict[str, dict[str, Any]]:
    """Give what stands in the place of each line of a text that shows a snippet, by that line."""
    return {
        found[0]: embed(
            views, views.base.snippets[found["id"]], here, found["cell"], found["caption"]
        )
        for found in links_in(text, EMBED)
    }


def embed(
    views: "Views", snippet: Snippet, here: str, cell: str | None = None, caption: str = ""
) -> dict[str, Any]:
    """Give a snippet, or one cell of it, as a page shows it: code, outputs, where to go on."""
    base = views.base
    run = base.runs.get(snippet.id)
    pictures = shown_pictures(views, snippet, here)
    pairs = zip(snippet.code, run.outputs if run else ((),) * len(snippet.code), strict=False)
    return {
        "link": views.link(f"snippets/{snippet.id}", views.say(snippet.title), here),
        "id": snippet.id,
        "live": _live(views, snippet),
        "caption": caption or views.say(snippet.summary),
        "cells": [
            _cell(number, code, outputs, pictures)
            for number, (code, outputs) in enumerate(pairs)
            if cell is None or code.name == cell
        ],
        "files": [
            (title, _relative(views, address, here)) for title, address in _files(views, snippet)
        ],
        "ran": _ran(views, run),
    }


def shown_pictures(views: "Views", snippet: Snippet, here: str | None) -> dict[Output, Picture]:
    """Give for each picture of the recorded run how it is shown on the page `here`; from the site's root if None."""
    run = views.base.runs.get(snippet.id)
    found = {}
    for number, (output, figure) in enumerate(
        zip(run.pictures if run else (), snippet.figures, strict=False), 1
    ):
        address = f"snippets/{snippet.id}/figure-{number}.{output.kind}"
        shown = address if here is None else _relative(views, address, here)
        alt, caption = views.say(figure.alt), views.say(figure.caption)
        found[output] = Picture(shown, alt, caption, *_size(output))
    return found


# Private functions


def _live(views: "Views", snippet: Snippet) -> dict[str, str]:
    """Give what a page tells of where a snippet runs, in words and for its script."""
    if snippet.runtime == "tensorflow":
        return {"runtime": snippet.runtime, "loads": "", "words": views.labels["live-kernel"]}
    if views.runtime is None:
        return {"runtime": snippet.runtime, "loads": "", "words": views.labels["live-absent"]}
    here = [cell for cell in snippet.code if not cell.needs_tensorflow]
    imported = {name for cell in here for name in cell.modules}
    loads = str(math.ceil(views.runtime.loads(imported) / 1e6))
    words = views.labels["live-here"].format(size=loads)
    if len(here) < len(snippet.code):
        words += views.labels["live-partly"]
    return {"runtime": snippet.runtime, "loads": loads, "words": words}


def _cell(
    number: int, cell: Cell, outputs: tuple[Output, ...], pictures: dict[Output, Picture]
) -> dict[str, Any]:
    return {
        "number": number,
        "needs_kernel": cell.needs_tensorflow,
        "source": cell.source,
        "fence": _fence(cell.source),
        "lines": cell.lines,
        "texts": [
            {"text": each.data.rstrip("\n"), "fence": _fence(each.data)}
            for each in outputs
            if each.kind in ("text", "warning") and each.data.strip()
        ],
        "pictures": [pictures[each] for each in outputs if each in pictures],
    }


def _size(picture: Output) -> tuple[int, int]:
    """Give width and height of a picture in pixels; SVG has them in points, of which 72 are 96 pixels."""
    if picture.kind == "png":  # in its first chunk, IHDR
        width, height = struct.unpack(">II", base64.b64decode(picture.data[:32])[16:24])
        return width, height
    sizes = re.findall(r'\b(?:width|height)="([\d.]+)pt"', picture.data[:600])
    width, height = (round(float(size) * 96 / 72) for size in (*sizes, 480, 300)[:2])
    return width, height


def _fence(text: str) -> str:
    """Give a fence longer than any in the text."""
    return "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))


def _facts(views: "Views", snippet: Snippet) -> list[str]:
    time = views.time(snippet.minutes, ongoing=False)
    return [views.labels[f"runtime-{snippet.runtime}"], time]


def _ran(views: "Views", run: Run | None) -> str:
    if run is None:
        return views.labels["not-run"]
    names = {"python": "Python", "numpy": "NumPy", "tensorflow": "TensorFlow", "keras": "Keras"}
    versions = ", ".join(
        f"{names.get(name, name)} {version}" for name, version in run.versions.items()
    )
    return views.labels["ran"].format(day=run.ran, versions=versions)


def _colab(repository: str, file: str) -> str:
    """Give the address that opens a notebook of a repository on GitHub in Colab; "" for others."""
    host, _, name = repository.partition("github.com/")
    return (
        f"https://colab.research.google.com/github/{name}/blob/main/{file}"
        if host == "https://"
        else ""
    )


def _files(views: "Views", snippet: Snippet) -> list[tuple[str, str]]:
    folder = "" if views.language == views.base.language else f"{views.language}/"
    return [
        (f"{snippet.id}.py", f"snippets/{snippet.id}/{snippet.id}.py"),
        (f"{snippet.id}.ipynb", f"{folder}snippets/{snippet.id}/{snippet.id}.ipynb"),
    ]


def _relative(views: "Views", address: str, here: str) -> str:
    return posixpath.relpath(address, posixpath.dirname(views.source(here)) or ".")
