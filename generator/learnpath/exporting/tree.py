"""The pages as a tree of plain Markdown, for other programs that make sites or keep notes.

The views are those of the site, printed by the templates in `templates/plain/`. What is written in prose for MkDocs and
its extensions is written as plain Markdown here (`dialect`), and each page says in front what it is.
"""

import base64
import json
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from learnpath import rendering
from learnpath.exporting.asking import Asked
from learnpath.exporting.dialect import PICTURE, Pages, plain_markdown
from learnpath.exporting.references import bibtex
from learnpath.figures import as_file
from learnpath.joining import in_one_line
from learnpath.model import FIGURE, KnowledgeBase, Snippet
from learnpath.views import View, Views, source_of, views_of
from learnpath.views.metadata import bare, first_words
from learnpath.views.prose import heading, parted, without_checks
from learnpath.views.snippets import embed, embedded, shown_pictures

_COMPUTED = ("plan", "map", "stats")
"""Pages that are nothing without our scripts, and the one that is for maintainers."""


def markdown(base: KnowledgeBase, asked: Asked) -> dict[str, str | bytes]:
    """Give all pages and what they show, by their path.

    Links are relative. Where they lead to a page of the site that needs scripts, they lead to the `site`, and without its
    address they are words.
    """
    trees = [_Tree(views) for views in views_of(base).values()]
    written = {path: page for tree in trees for path, page in tree.pages()}
    files = {path: content for tree in trees for path, content in tree.shown()}
    if base.resources:
        files["reading.bib"] = bibtex(base)
    for path, (_, text) in written.items():
        files = _pictures(text, path, Path(base.docs)) | files
    pages = Pages({path: text for path, (_, text) in written.items()}, set(files), asked.address)
    for path, (front, text) in written.items():
        said = plain_markdown(text, path, pages)
        files[path] = f"---\n{front}---\n\n{said.strip()}\n"
    return files


# Private functions


class _Tree:
    """The pages in one language."""

    def __init__(self, views: Views) -> None:
        self.views, self.base = views, views.base
        self.templates = rendering.environment(plain_pages=True)
        self.used: set[str] = set()
        """The figures that pages show."""
        self.ranks = {id: number for number, id in enumerate(views.whole_order, 1)}

    def pages(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """Give the pages by path, each in front matter and text."""
        every = self.views.all()
        views = [each for each in every if each.template not in _COMPUTED]
        for weight, view in enumerate(views, 1):
            yield self._path(view.key), (self._front(view, weight), self._text(view))
        made = {self.views.source(view.key) for view in every}
        others = {
            source_of(view.key, each, self.base.language)
            for view in views
            for each in self.base.languages
        }
        for path, text in self.base.pages.items():
            if path not in made | others and self._language_of(path) == self.views.language:
                weight += 1
                yield path, self._written(path, text, weight)

    def shown(self) -> Iterator[tuple[str, str | bytes]]:
        """Give the files that the pages show: figures, pictures of snippets, scripts."""
        folder = self.base.folder_of(self.views.language)
        for id in sorted(self.used):
            yield f"{folder}figures/{id}.svg", as_file(self.base.figures[id], self.views.language)
        for id, snippet in self.base.snippets.items():
            for picture, told in shown_pictures(self.views, snippet, None).items():
                is_text = picture.kind == "svg"
                yield told.address, picture.data if is_text else base64.b64decode(picture.data)
            script = Path(self.base.file_of(snippet)).read_bytes()
            yield f"{folder}snippets/{id}/{id}.py", script

    def _text(self, view: View) -> str:
        data = {**view.data, "figures": self._figures(view.data["figures"], view.key)}
        if view.template == "notebook":
            snippet = self.base.snippets[view.data["id"]]
            data |= {
                "cells": self._cells(snippet, view.key),
                "users": [
                    self.views.concept_link(each, view.key)
                    for each in self.views.users_of_snippet(snippet.id)
                ],
            }
        shown = replace(view, data=data)
        return rendering.render(shown, self.views.labels, self.base.language, self.templates)

    def _written(self, path: str, text: str, weight: int) -> tuple[str, str]:
        """Give a page that somebody wrote, and that is no prose of ours."""
        views, key = self.views, posixpath.splitext(path.removeprefix(self._folder()))[0]
        prose = parted(without_checks(text))
        shown = rendering.show(
            prose.text,
            embedded(views, prose.text, key),
            self._figures(views.figures(prose.text), key),
            views.explorables(prose.text),
            views.labels,
            self.templates,
        )
        front = {
            "title": heading(text) or key,
            "description": str(prose.meta.get("description", "")) or first_words(text),
            "weight": weight,
        }
        resolved = rendering.resolve_links(shown, path, views.language, self.base.language)
        return _front_matter(front, views.language), resolved

    def _cells(self, snippet: Snippet, here: str) -> list[dict[str, Any]]:
        from learnpath.snippets import notebooks  # its library takes a while to load

        code = iter(embed(self.views, snippet, here)["cells"])
        cells = notebooks.cells_in(snippet, self.views.language, self.base.language)
        return [
            {"words": each.source} if each.kind == "markdown" else {"words": "", **next(code)}
            for each in cells
        ]

    def _figures(self, found: Mapping[str, Any], here: str) -> dict[str, dict[str, str]]:
        """Give the file of each figure that a page shows, by the line that asks for it."""
        pictures = {}
        for line in found:
            figure = FIGURE.match(line)
            assert figure, "it was found by that pattern"
            self.used.add(figure["id"])
            above = posixpath.dirname(self._path(here)) or "."
            address = posixpath.relpath(f"{self._folder()}figures/{figure['id']}.svg", above)
            caption = figure["caption"] or ""
            pictures[line] = {"address": address, "alt": figure["alt"], "caption": caption}
        return pictures

    def _front(self, view: View, weight: int) -> str:
        front: dict[str, Any] = {
            "title": view.title,
            "description": bare(view.description),
            "weight": weight,
        }
        if view.template == "concept":
            concept = self.base.concepts[view.key.removeprefix("concepts/")]
            manifest = self.base.manifest
            area, kind = (
                manifest.areas.get(concept.area or ""),
                manifest.kinds.get(concept.kind or ""),
            )
            named = (area and self.views.say(area.title), kind and self.views.say(kind.title))
            front |= {
                "weight": self.ranks[concept.id],
                "tags": [in_one_line(each) for each in named if each],
                "prerequisites": [
                    each.members[0] if len(each.members) == 1 else list(each.members)
                    for each in concept.prerequisites
                ],
            }
        return _front_matter(front, self.views.language)

    def _folder(self) -> str:
        return self.base.folder_of(self.views.language)

    def _path(self, key: str) -> str:
        return posixpath.splitext(self.views.source(key))[0] + ".md"

    def _language_of(self, path: str) -> str:
        first = path.partition("/")[0]
        return first if first in self.base.languages[1:] else self.base.language


def _front_matter(front: Mapping[str, Any], language: str) -> str:
    """Write front matter that every YAML parser reads, each value as JSON has it.

    Jekyll would take `{{` in formulas and code for a command of Liquid, if it were not told to leave them.
    """
    told = {**front, "lang": language, "render_with_liquid": False}
    filled = {name: value for name, value in told.items() if value not in ("", None, [])}
    return "".join(f"{name}: {_scalar(value)}\n" for name, value in filled.items())


def _scalar(value: Any) -> str:
    """YAML forbids some signs that JSON allows, all of them among the first 65,536; both have the same escape for these."""
    value = in_one_line(value) if isinstance(value, str) else value
    text = json.dumps(value, ensure_ascii=False)
    return "".join(
        f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 and not sign.isprintable() else sign
        for sign in text
    )


def _pictures(text: str, path: str, docs: Path) -> dict[str, str | bytes]:
    """Give the pictures among the written pages that a page shows."""
    found: dict[str, str | bytes] = {}
    for picture in PICTURE.finditer(text):
        name = posixpath.normpath(posixpath.join(posixpath.dirname(path), picture["target"]))
        file = docs / name
        if not name.startswith(("..", "/")) and file.is_file():
            found[name] = file.read_bytes()
    return found
