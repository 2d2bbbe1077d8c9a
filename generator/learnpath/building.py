"""The whole way, from a folder of YAML to the pages of a site: read → check → view → render."""

import base64
import html
import json
import os
import re
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from learnpath import exporting, history, layout, reading, rendering, storing
from learnpath.checking import Checked, check, units
from learnpath.comparing import Difference, compared
from learnpath.graph import lines
from learnpath.model import KnowledgeBase
from learnpath.problems import (
    BrokenGraph,
    LearnpathError,
    NoBase,
    Problem,
    UnknownName,
    errors_in,
    printable,
    unknown,
)
from learnpath.runtime import Runtime
from learnpath.views import (
    Entry,
    View,
    Views,
    labels_of,
    paths_in_order,
    source_of,
    views_of,
)
from learnpath.views.snippets import embedded, shown_pictures

__all__ = [
    "Built",
    "Checked",
    "Site",
    "build",
    "checked",
    "compared_with",
    "confirm_translations",
    "labels_of",
    "paths_in_order",
    "sound",
]


@dataclass(frozen=True)
class Built:
    """A page of the site before MkDocs has it."""

    view: View
    source: str
    """Its path in the folder of pages."""
    text: str
    """Markdown, or for a snippet the text of a notebook."""


@dataclass(frozen=True)
class Site:
    """Everything that the site needs from the knowledge base."""

    base: KnowledgeBase
    pages: tuple[Built, ...]
    files: dict[str, str | bytes]
    """Files for programs, by address."""
    contents: dict[str, list[Entry]]
    """The contents of the site, by language."""
    labels: dict[str, dict[str, str]]
    warnings: tuple[Problem, ...]
    views: dict[str, Views]

    def written(self, text: str, key: str, language: str) -> str:
        """Finish a written page that is no prose of a made one: show snippets, figures and explorables, resolve links."""
        views = self.views[language]
        embeds = embedded(views, text, key)
        shown = rendering.show(
            text,
            embeds,
            views.figures(text),
            views.explorables(text),
            self.labels[language],
            rendering.environment(),
        )
        source = source_of(key, language, self.base.language)
        return rendering.resolve_links(shown, source, language, self.base.language)


def checked(
    folder: Path,
    *,
    docs: Path | None = None,
    snippets: Path | None = None,
    published: Callable[[str], bool] | None = None,
) -> Checked:
    """Read the graph in `folder` and check it."""
    with reading.collector_paused():
        base, found = reading.read(folder, docs=docs, snippets=snippets, published=published)
        return Checked(base, check(base, found))


def sound(folder: Path) -> KnowledgeBase:
    """Read the graph in `folder`.

    Raises:
        BrokenGraph: it has errors.
    """
    base, problems = checked(folder)
    if errors_in(problems):
        raise BrokenGraph(errors_in(problems))
    return base


def compared_with(former: str, folder: Path) -> Difference:
    """Compare the graph in `folder` with what it was at a revision, or with the graph in another folder.

    Raises:
        NoBase: `former` is neither a revision with this graph in it nor the folder of a graph.
    """
    now = checked(folder)
    if former and Path(former).is_dir():
        none = f"'{printable(former)}' is a folder without a knowledge base; name one with concepts/ or knowledge-base.yaml"
        return compared(_base_in(Path(former), none), now)
    graph = Path(os.path.abspath(folder))  # noqa: PTH100  # as reading does: links keep their neighbours
    with tempfile.TemporaryDirectory() as target:
        try:
            copy = history.files_at(
                graph.parent, former, (graph.name, "docs", "snippets"), Path(target)
            )
        except history.NoRevisionError as error:
            why = str(error)
            plain = unknown("revision", former, error.known)
            raise NoBase(f"'{printable(former)}' cannot be read: {why}" if why else plain) from None
        none = f"there was no knowledge base in '{reading.shown(graph)}' at '{printable(former)}'"
        return compared(_base_in(copy / graph.name, none), now)


def build(
    folder: Path,
    *,
    docs: Path | None = None,
    snippets: Path | None = None,
    address: str = "",
    repository: str = "",
    directory_urls: bool = True,
    published: Callable[[str], bool] | None = None,
    runtime: Runtime | None = None,
    today: date | None = None,
) -> Site:
    """Make all pages of the graph in `folder`.

    Args:
        folder: the folder of the graph.
        docs: the folder of written pages; `docs` beside `folder` if not given.
        snippets: the folder of scripts; `snippets` beside `folder` if not given.
        address: where the site will be, if that is known.
        repository: where its sources are, if that is known.
        directory_urls: whether the address of a page ends in `/` and not in `.html`.
        published: tells of a file in `docs` whether it belongs to the site.
        runtime: the files that run snippets in the browser, if the site will have them.
        today: the day that ages are counted up to; that of the build if not given.

    Raises:
        BrokenGraph: it has errors; nothing was written.
    """
    base, problems = checked(folder, docs=docs, snippets=snippets, published=published)
    if errors_in(problems):
        raise BrokenGraph(errors_in(problems))
    templates = rendering.environment()
    views = views_of(base, repository, runtime, today)
    labels = {language: dict(each.labels) for language, each in views.items()}
    pages = []
    for language in base.languages:
        for view in views[language].all():
            text = rendering.render(view, labels[language], base.language, templates)
            if view.template == "notebook":
                text = _notebook(views[language], view.data["id"], text)
            pages.append(Built(view, source_of(view.key, language, base.language), text))
    return Site(
        base,
        tuple(pages),
        {
            **_files(base, labels, directory_urls),
            **_map_files(base, folder.parent / layout.CACHE),
            **_previews(views),
            **_snippet_files(views, address, directory_urls),
            **_explorable_files(views),
            **_words_of_cells(base, labels),
        },
        {language: views[language].contents() for language in base.languages},
        labels,
        tuple(problems),
        views,
    )


def confirm_translations(folder: Path, names: Collection[str] | None) -> None:
    """Record the originals that the translations of `names` (all units if None) were made from."""
    base = sound(folder)
    now = units(base)
    for name in names or ():
        if name not in now:
            raise UnknownName("unit", name, now)
    others: Sequence[str] = base.languages[1:]
    ledger = {
        name: {language: hashes[language] for language in others if language in hashes}
        for name, hashes in base.translations.items()
        if name in now
    }
    for name in now if names is None else names:
        ledger[name] = {language: now[name][1] for language in others}
    lines = [
        "# Which original each translation was made from; written by `learnpath translations confirm`.\n"
    ]
    for name, hashes in sorted(ledger.items()):
        pairs = ", ".join(f'{language}: "{digest}"' for language, digest in sorted(hashes.items()))
        plain = re.fullmatch(r"[\w./-]+", name)
        lines.append(f"{name if plain else json.dumps(name, ensure_ascii=False)}: {{{pairs}}}\n")
    storing.write_atomically(folder / reading.TRANSLATIONS, "".join(lines))


# Private functions


def _base_in(graph: Path, otherwise: str) -> Checked:
    """Give the knowledge base to compare with; where there is none, say so in words of the command."""
    try:
        return checked(graph)
    except LearnpathError:
        raise NoBase(otherwise) from None


def _files(
    base: KnowledgeBase, labels: dict[str, dict[str, str]], directory_urls: bool
) -> dict[str, str]:
    files = {"graph.json": exporting.graph_json(base, directory_urls=directory_urls)}
    page, way = ("/index.html", "../{}/") if directory_urls else (".html", "{}.html")
    if base.resources:
        files["reading.bib"] = exporting.bibtex(base)
    files["plan/graph.json"] = exporting.plan_graph(base)
    for language in base.languages:
        folder = base.folder_of(language)
        files[f"{folder}plan/words.json"] = exporting.plan_words(base, language)
        files[f"{folder}plan/reasons.json"] = exporting.plan_reasons(base, language)
    for concept in base.concepts.values():
        for former in concept.formerly:
            for language in base.languages:
                folder = base.folder_of(language)
                files[f"{folder}concepts/{former}{page}"] = _forward(
                    way.format(concept.id),
                    html.escape(base.say(concept.title, language)),
                    language,
                    labels[language]["moved"],
                )
    return files


def _map_files(base: KnowledgeBase, cache: Path) -> dict[str, str]:
    """Give where everything lies on the map."""
    if not base.concepts:
        return {}
    laid_out = layout.laid_out(len(base.concepts), lines(base), cache)
    return {"map/layout.json": exporting.map_layout(base, laid_out)}


def _previews(views: Mapping[str, Views]) -> dict[str, str]:
    """Give for each language what is shown of the concepts that links lead to."""
    files = {}
    for language, each in views.items():
        folder = each.base.folder_of(language)
        files[f"{folder}concepts/previews.json"] = json.dumps(each.previews(), ensure_ascii=False)
    return files


def _explorable_files(views: Mapping[str, Views]) -> dict[str, str | bytes]:
    """Give for each explorable its module, and in each language what that shows: recorded values and words."""
    files: dict[str, str | bytes] = {}
    for language, each in views.items():
        for id, explorable in each.base.explorables.items():
            told = {
                "values": each.base.values_of(explorable),
                "words": {name: each.say(text) for name, text in explorable.words.items()},
            }
            files[f"assets/explorables/{id}.js"] = explorable.module
            files[f"assets/explorables/{id}.{language}.json"] = json.dumps(
                told, ensure_ascii=False, separators=(",", ":")
            )
    return files


def _notebook(views: Views, id: str, head: str) -> str:
    """Give the notebook that becomes the page of a snippet."""
    from learnpath.snippets import (
        notebooks,  # its library takes a while to load, and a check needs none
    )

    base = views.base
    cells = notebooks.cells_in(base.snippets[id], views.language, base.language)
    pictures = shown_pictures(views, base.snippets[id], None)
    return notebooks.page(cells, base.runs.get(id), head, pictures)


def _snippet_files(
    views: Mapping[str, Views], address: str, directory_urls: bool
) -> dict[str, str | bytes]:
    """Give for each snippet the script, its pictures, and the notebook of each language to download."""
    from learnpath.snippets import notebooks

    files: dict[str, str | bytes] = {}
    base = next(iter(views.values())).base
    for id, snippet in base.snippets.items():
        run = base.runs.get(id)
        files[f"snippets/{id}/{id}.py"] = Path(base.file_of(snippet)).read_bytes()
        files[f"snippets/{id}/cells.json"] = exporting.cells(snippet)
        for picture, shown in shown_pictures(views[base.language], snippet, None).items():
            is_svg = picture.kind == "svg"
            files[shown.address] = picture.data if is_svg else base64.b64decode(picture.data)
        for language in base.languages:
            folder = base.folder_of(language)
            cells = notebooks.cells_in(snippet, language, base.language)
            page = f"{address.rstrip('/')}/{folder}{{}}{'/' if directory_urls else '.html'}"
            text = notebooks.download(
                base.say(snippet.title, language), cells, run, page if address else ""
            )
            files[f"{folder}snippets/{id}/{id}.ipynb"] = text
    return files


def _words_of_cells(base: KnowledgeBase, labels: dict[str, dict[str, str]]) -> dict[str, str]:
    """Give for each language what the buttons of cells say once somebody uses them."""
    files = {}
    for language in base.languages if base.snippets else ():
        words = {
            name.removeprefix("cell-"): each
            for name, each in labels[language].items()
            if name.startswith(("cell-", "kernel-"))
        }
        files[f"{base.folder_of(language)}cells.json"] = json.dumps(words, ensure_ascii=False)
    return files


def _forward(way: str, title: str, language: str, words: str) -> str:
    """Give a page that leads from a former address to the present one, without a script."""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="robots" content="noindex"><meta http-equiv="refresh" content="0; url={way}">'
        f'<link rel="canonical" href="{way}"></head><body><p>{words}: <a href="{way}">{title}</a></p></body></html>\n'
    )
