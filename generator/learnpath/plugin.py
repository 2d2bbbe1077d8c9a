"""The plugin: the only module that knows MkDocs.

The order of events: `on_startup` (one plugin for all rebuilds of a `mkdocs serve`) → `on_config` reads, checks and
renders the knowledge base, before anything of the former site is touched, and sends the output beside `site/` →
`on_files` puts the pages in → `on_nav` makes the contents of each language → for each page: links, formulas,
language → `on_env` draws the cards of all pages → `on_shutdown` exchanges the new site with the former one, if nothing went wrong.
"""

import json
import logging
import os
import posixpath
import re
import sysconfig
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date
from html import escape, unescape
from importlib import metadata
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urljoin

from mkdocs.config import config_options as c
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure import pages
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation, get_navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents
from mkdocs.utils import get_build_datetime, get_relative_url
from pymdownx.slugs import slugify
from pymdownx.superfences import fence_code_format

from learnpath import (
    building,
    history,
    indexing,
    keeping,
    offline,
    packing,
    rendering,
    runtime,
    storing,
)
from learnpath.cards import HEIGHT, WIDTH, Cards
from learnpath.cleaning import (
    clean,
    with_addresses,
    with_safe_links,
    without_blank_lines,
    without_faults,
    without_switching,
)
from learnpath.engines import ENGINES, FONTS, VENDOR
from learnpath.feed import FEED, Changed, feed
from learnpath.joining import in_one_line, joined_page
from learnpath.keeping import Kept
from learnpath.policy import with_policy
from learnpath.problems import BrokenGraph, LearnpathError, Place
from learnpath.reading import EXPLORABLES, FIGURES
from learnpath.typesetting import SOURCES, Typesetter, signs_in
from learnpath.views import Entry, View, source_of
from learnpath.views.cards import Card, card_of
from learnpath.views.metadata import bare, description_of, first_words, linked_data
from learnpath.views.prose import heading
from learnpath.views.telling import search_words

log = logging.getLogger("mkdocs.plugins.learnpath")

HERE = Path(__file__).parent

SEARCH = "assets/search"
KINDS_FOUND = {
    "concept": "concept",
    "path": "path",
    "notebook": "snippet",
    "faq": "question",
    "article": "article",
    "section": "article",
    "person": "article",
}

NOTEBOOKS = Path(".cache") / "learnpath" / "notebooks"  # beside the folder of the graph
KEPT = Path(".cache") / "learnpath" / "kept.sqlite"  # there too
PICTURES = Path(".cache") / "learnpath" / "cards"  # there too
CARDS = "assets/cards"
PYTHON = "assets/vendor/pyodide"


def _diagram(*fence: Any, **more: Any) -> str:
    """Put a diagram into a box of its own, so that on a phone it can be scrolled and need not be tiny."""
    return f'<div class="diagram" tabindex="0">{fence_code_format(*fence, **more)}</div>'


_slug = slugify(case="lower")  # the default one turns Chinese headings into _1, _2


def _anchor_of(words: str) -> str:
    return str(_slug(words, "-"))


EXTENSIONS: dict[str, dict[str, Any]] = {
    "admonition": {},
    "attr_list": {},
    "def_list": {},
    "footnotes": {},
    "md_in_html": {},
    "tables": {},
    "toc": {
        "permalink": True,
        "slugify": _slug,
    },
    "pymdownx.arithmatex": {"generic": True},
    "pymdownx.details": {},
    "pymdownx.highlight": {},
    "pymdownx.superfences": {
        "custom_fences": [{"name": "mermaid", "class": "mermaid", "format": _diagram}]
    },
}


class LearnpathConfig(Config):
    """The options of the plugin in `mkdocs.yml`, folders relative to that file."""

    graph_dir = c.Dir(default="graph")
    snippets_dir = c.Dir(default="snippets")
    content_security_policy = c.Type(bool, default=True)
    offline = c.Type(bool, default=True)
    social_cards = c.Type(bool, default=True)
    zip = c.Type(bool, default=False)


class LearnpathPlugin(BasePlugin[LearnpathConfig]):
    """Makes a site from the knowledge base in `graph_dir`."""

    def __init__(self) -> None:
        self._serving = False
        self._finished = False
        self._beside: storing.FolderBeside | None = None
        self._site: building.Site | None = None
        self._runtime: runtime.Runtime | None = None
        self._views: dict[str, View] = {}
        self._navigation: dict[str, Navigation] = {}
        self._typesetter = Typesetter()
        self._kept: Kept | None = None
        self._made_with = ""
        self._addresses = ""
        self._theme = ""
        self._told_contents: dict[int, str] = {}
        self._signs: set[str] = set()
        self._days: dict[str, str] = {}
        self._found: list[indexing.Record] = []
        self._changes: dict[str, list[Changed]] = {}
        self._cards: dict[str, dict[str, Any]] = {}

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Remember whether this is a `mkdocs serve`; defining it keeps this plugin through all rebuilds."""
        self._serving = command == "serve"

    @event_priority(100)  # before plugins that ask for the settings made here
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read, check and render the knowledge base; nothing of the former site was touched yet."""
        self._finished = False
        self._found = []
        self._changes = {}
        self._signs = set()
        self._addresses = ""
        self._told_contents = {}
        if self._is_packed():
            config.use_directory_urls, config.site_url = False, ""  # a disk has no addresses
        if not (self._serving and self._runtime):  # while serving, once: it is 45 MB to hash
            self._runtime = self._kept_runtime()
        self._site = self._build(config)
        self._views = {page.source: page.view for page in self._site.pages}
        if not (self._serving and self._days):  # while serving, once: saving a file is no commit
            self._days = history.last_changes(Path(self.config.graph_dir))
        if self._site.base.snippets and "mkdocs-jupyter" not in config.plugins:
            raise Abort(
                "The pages of snippets are made by the plugin mkdocs-jupyter, which `plugins` in mkdocs.yml lacks;"
                " add it as the page 'Your own graph' says, or move the snippets away."
            )
        for problem in self._site.warnings:
            log.warning("%s: %s [%s]", problem.place, problem.message, problem.code)
        for name, settings in EXTENSIONS.items():
            if name not in config.markdown_extensions:
                config.markdown_extensions.append(name)
            config.mdx_configs[name] = {**settings, **(config.mdx_configs.get(name) or {})}
        if config.theme.name == "material":
            config.theme.dirs.insert(0, str(HERE / "theme"))
        self._speak(self._site.base.language, config)
        for sheet in ("assets/face.css", "assets/learnpath.css"):
            if sheet not in config.extra_css:
                config.extra_css.insert(0, sheet)
        self._kept = self._kept or Kept(Path(self.config.graph_dir).parent / KEPT)
        words = json.dumps(self._site.labels, sort_keys=True)
        self._made_with = storing.content_hash(keeping.program(), _settings(config), words)
        if not self._serving:
            self._build_beside(config)
        return config

    @event_priority(100)  # before plugins that work on the pages made here
    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Put the made pages in; a written page at the same address is the prose of one and was placed in it."""
        site = self._made()
        for page in site.pages:
            if page.source.endswith(".ipynb"):
                self._put(files, self._notebook(page, config))
            else:
                self._put(files, File.generated(config, page.source, content=page.text))
        for id in site.base.figures:  # they are put into pages, in the language and colours of each
            file = files.get_file_from_path(f"{FIGURES}{id}.svg")
            if file is not None:
                files.remove(file)
        for id in site.base.explorables:
            for kind in ("js", "yaml"):
                file = files.get_file_from_path(f"{EXPLORABLES}{id}.{kind}")
                if file is not None:
                    files.remove(file)
        for address, content in site.files.items():
            self._put(files, File.generated(config, address, content=content))
        for folder, prefix in ((HERE / "assets", "assets"), (VENDOR, "assets/vendor")):
            for path in sorted(folder.rglob("*")):
                used_here = path.name in (*ENGINES, *SOURCES) or FONTS in path.parents
                if path.is_file() and not path.name.startswith(".") and not used_here:
                    address = f"{prefix}/{path.relative_to(folder).as_posix()}"
                    self._put(files, File.generated(config, address, abs_src_path=str(path)))
        for path in self._runtime.files if self._runtime and site.base.snippets else ():
            self._put(
                files, File.generated(config, f"{PYTHON}/{path.name}", abs_src_path=str(path))
            )
        if config.theme.name == "material":
            for file in files.css_files():
                if file.src_uri.startswith("assets/stylesheets/palette."):
                    file.content_string = without_switching(file.content_string)
        if self._is_kept_offline(config):
            for language in site.base.languages:
                address = self._made().base.folder_of(language) + offline.MANIFEST
                self._put(
                    files, File.generated(config, address, content=self._manifest(language, config))
                )
        return files

    @event_priority(-100)  # after plugins that change how pages are filled in
    def on_env(self, env: Any, config: MkDocsConfig, files: Files) -> Any:
        """Have what pages tell their scripts written shortly, Chinese as Chinese; draw the cards: all titles are known now."""
        env.policies["json.dumps_kwargs"] = {
            "sort_keys": True,
            "ensure_ascii": False,
            "separators": (",", ":"),
        }
        self._cards = self._draw_cards(files, config) if self._has_cards(config) else {}
        self._theme = storing.content_hash(*_own_templates(config))
        return _Templates(env, self._filled_in)

    def on_nav(self, nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
        """Make the contents of each language; that of the default language is MkDocs' own."""
        site = self._made()
        written = config.nav
        for language in site.base.languages:
            own = Files([file for file in files if self._language(file) == language])
            for file in own.documentation_pages():
                file.page = None  # made with the contents of all languages in one; its title comes from these
            config.nav = (
                self._contents(site, language, own)
                if written is None
                else _mirrored(written, language, site.base.language)
            )
            navigation = get_navigation(own, config)
            home = own.get_file_from_path(source_of("index", language, site.base.language))
            navigation.homepage = home.page if home else navigation.homepage
            self._navigation[language] = navigation
        config.nav = written
        return self._navigation[site.base.language]

    @event_priority(-100)  # after mkdocs-jupyter has said how it would render a notebook
    def on_pre_page(self, page: Page, config: MkDocsConfig, files: Files) -> Page:
        """Spare rendering what has not changed: a notebook takes a third of a second, a page a twentieth."""
        if self._is_snippet(page.file):
            page.meta.update(self._meta(self._views[page.file.src_uri]))
            page.render = self._render_once(page, page.render)  # type: ignore[method-assign]
        elif getattr(page.render, "__func__", None) is Page.render:  # else a plugin renders it
            page.render = self._render_kept(page, page.render)  # type: ignore[method-assign]
        return page

    def on_page_markdown(
        self, markdown: str, page: Page, config: MkDocsConfig, files: Files
    ) -> str:
        """Resolve the links to concepts in written pages, as rendering does in made ones; give made pages their title."""
        site = self._made()
        view = self._views.get(page.file.src_uri)
        if view is not None:
            page.meta.update(self._meta(view))
            return markdown
        language = self._language(page.file)
        page.meta.setdefault("description", first_words(markdown))
        for name in ("title", "description"):  # the theme prints them as HTML
            if page.meta.get(name):
                page.meta[name] = escape(in_one_line(str(page.meta[name])))
        return site.written(markdown, self._key(page.file), language)

    def on_page_content(self, html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Finish the text of a page, unless that of the same is kept; note its formulas and what the search finds."""
        view = self._views.get(page.file.src_uri)
        key = storing.content_hash(
            "content",
            self._made_with,
            self._addresses_of(files),
            page.file.src_uri,
            str(self._is_front(page)),
            html,
            json.dumps([view.title, view.template, *view.data.get("aliases", ())])
            if view
            else str(page.title),
        )
        kept = self._keeping.get(key)
        if kept is None:
            text, warnings = self._content(html, page, files, config)
            kept = {"html": text, "found": [asdict(each) for each in self._records(text, page)]}
            for message in warnings:
                log.warning("%s: %s", page.file.src_uri, message)
            if not warnings:  # which must be said each time
                self._keeping.put(key, kept)
        html = kept["html"]
        page.meta["has_formulas"] = "<math" in html
        page.meta["has_diagrams"] = 'class="mermaid"' in html
        page.meta["has_code"] = "<pre" in html
        page.meta["has_explorables"] = 'class="explorable"' in html
        page.meta["has_cells"] = 'data-cell="' in html
        self._signs |= signs_in(html)
        self._found += [
            indexing.Record(**{**each, "names": tuple(each["names"])}) for each in kept["found"]
        ]
        return html

    def _content(
        self, html: str, page: Page, files: Files, config: MkDocsConfig
    ) -> tuple[str, list[str]]:
        """Join the lines of Chinese, resolve links, set the formulas; give the text, and what is wrong with it."""
        html = joined_page(html)
        if page.file.src_uri in self._views:
            html = self._with_addresses(html, page, files)
        html = self._with_own_words(html, self._language(page.file))
        html, unsafe = with_safe_links(html, config.site_url or "")
        html, wrong = self._typesetter.page(html)
        wrong += [f"the link to '{address}' is left out: it is no address" for address in unsafe]
        wrong += [
            f"the link to the concept '{id}' is not understood here; write [words](concept:{id})"
            for id in re.findall(r'href="concept:([^"]*)"', html)
        ]
        if self._is_packed() and self._is_front(page):
            html += packing.hint(self._made().labels[self._language(page.file)]["from-disk"])
        return html, wrong

    def on_page_context(
        self, context: Any, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> Any:
        """Give the page its language: contents, name of the site, words of the theme, the way to the other languages."""
        site = self._made()
        day = self._changed(page.file, config)
        language = self._language(page.file)
        if day:
            page.meta["git_revision_date_localized"] = day
            self._changes.setdefault(language, []).append(_changed(page, day))
        context["feed"] = self._feed(language, config)
        context["nav"] = self._navigation[language]
        context["labels"] = site.labels[language]
        context["has_snippets"] = bool(site.base.snippets)
        context["language_folder"] = self._made().base.folder_of(language)
        context["finding"] = self._finding(language, config)
        self._speak(language, config)
        config.extra["alternate"] = self._alternates(page, language, config)
        context["translations"] = self._translations(page.file, config)
        view = self._views.get(page.file.src_uri)
        context["manifest"] = (
            self._made().base.folder_of(language) + offline.MANIFEST
            if self._is_kept_offline(config)
            else ""
        )
        context["card"] = self._cards.get(page.file.src_uri)
        context["is_front"] = self._is_front(page)
        context["is_found"] = self._is_found(page.file)
        context["is_packed"] = self._is_packed()
        context["linked_data"] = (
            linked_data(site.views[language], view, lambda source: self._whole(source, config))
            if view
            else []
        )
        if view and view.tells:
            folder = self._made().base.folder_of(language)
            end = "/" if config.use_directory_urls else ".html"
            context["tells"] = {**view.tells, "folder": folder, "end": end}
        repository = _repository(config)
        if repository:
            prose = page.file.src_uri in site.base.pages
            file = view.source if view and not prose else f"{config.docs_dir}/{page.file.src_uri}"
            source = os.path.relpath(file, Path(config.config_file_path).parent)
            inside = Path(source).parts[0] != ".."  # else who knows where in the repository
            page.edit_url = (
                f"{repository}/edit/main/{quote(Path(source).as_posix())}" if inside else None
            )
        return context

    def on_template_context(self, context: Any, template_name: str, config: MkDocsConfig) -> Any:
        """Tell the page for wrong addresses what to say in each language, and the map of the site of translations."""
        site = self._made()
        context["is_found"] = self._is_found
        context["changed_of"] = lambda file: self._changed(file, config)
        context["translations_of"] = lambda file: self._translations(file, config)
        context["finding"] = self._finding(site.base.language, config)
        context["apologies"] = [
            {
                "language": language,
                "labels": site.labels[language],
                "home": self._address("index", language, config).removeprefix("./") or ".",
                "concepts": self._address("concepts/index", language, config),
            }
            for language in site.base.languages
        ]
        return context

    def on_post_template(self, output: str, template_name: str, config: MkDocsConfig) -> str:
        """Finish the page for wrong addresses; without addresses of pages there is no map of the site."""
        if template_name == "sitemap.xml" and not config.site_url:
            return ""
        is_page = template_name.endswith(".html")
        return self._finish(output) if is_page else output

    @event_priority(-100)  # after plugins that add scripts
    def on_post_page(self, output: str, page: Page, config: MkDocsConfig) -> str:
        """Finish a page: mend what is Material's, and have it state what it may load."""
        if self._is_packed():
            words = self._made().labels[self._language(page.file)]["from-disk"]
            output = packing.waiting(output, get_relative_url(packing.LOADER, page.url), words)
        return self._finish(output, page.content or "")

    def on_build_error(self, error: Exception) -> None:
        """Keep the former site."""
        self._finished = False

    @event_priority(-100)  # after plugins that write into the site now, as the search does
    def on_post_build(self, config: MkDocsConfig) -> None:
        """Write the styles of formulas, the index of the search and the worker that keeps pages; note that all is there.

        A strict build may still stop after this.
        """
        folder = Path(config.site_dir)
        late = "swap" if self._is_packed() else "optional"  # a disk lets no page preload
        for name, content in self._styles(late).items():
            storing.write_atomically(folder / "assets" / name, content)
        if config.theme.name == "material":
            try:
                indexing.write_index(self._found, folder / SEARCH)
            except indexing.NoIndexError as error:
                log.warning("%s", error)
        for language, changes in self._changes.items():
            if name := self._feed(language, config):
                storing.write_atomically(folder / name, self._feed_of(language, changes, config))
        if self._is_kept_offline(config):
            self._write_worker(folder)
        self._keeping.save()
        self._finished = True
        if self._beside:
            config.site_dir = str(self._beside.target)

    def on_shutdown(self) -> None:
        """Exchange the new site with the former one, or write the zip beside it, or remove what there is of it."""
        if self._beside is None:
            return
        target = self._beside.target
        try:
            if self._finished and self._is_packed():
                self._pack(self._beside.path, target)
            elif self._finished and not self._beside.put_in_place():
                log.info(
                    "%s cannot be moved, so its content was replaced piece by piece: who looks at it meanwhile"
                    " sees old and new pages",
                    target,
                )
        except OSError as error:
            raise Abort(
                f"{target}: the new site cannot be put here: {error.strerror or error}"
            ) from None
        finally:
            self._beside.close()

    def on_serve(
        self, server: LiveReloadServer, config: MkDocsConfig, builder: Any
    ) -> LiveReloadServer:
        """Watch all that the site is made from."""
        folders = (
            self.config.graph_dir,
            self.config.snippets_dir,
            rendering.TEMPLATES,
            HERE / "theme",
            HERE / "assets",
        )
        for folder in folders:
            if Path(folder).is_dir():
                server.watch(str(folder))
        return server

    # Private methods

    def _build(self, config: MkDocsConfig) -> building.Site:
        excluded = config.exclude_docs
        try:
            site = building.build(
                Path(self.config.graph_dir),
                docs=Path(config.docs_dir),
                snippets=Path(self.config.snippets_dir),
                address=config.site_url or "",
                repository=_repository(config),
                directory_urls=config.use_directory_urls,
                published=lambda name: not (excluded and excluded.match_file(name)),
                runtime=self._runtime,
                today=get_build_datetime().date(),
            )
        except LearnpathError as error:
            problems = error.problems if isinstance(error, BrokenGraph) else (error,)
            for problem in problems:
                log.error(str(problem))
            if self._serving and self._site:
                log.error("The knowledge base has errors; the last good site stays on screen.")
                return self._site
            raise Abort(
                f"The knowledge base has {len(problems)} errors; the former site is untouched."
            ) from None
        return site

    def _kept_runtime(self) -> runtime.Runtime | None:
        """Give the files that run snippets in the browser, if there are any; from a disk, nothing can be run."""
        if self._is_packed():
            return None
        try:
            return runtime.kept(Path(self.config.graph_dir).parent / runtime.FILES)
        except LearnpathError as error:
            raise Abort(str(error)) from None

    def _finding(self, language: str, config: MkDocsConfig) -> dict[str, Any]:
        """Give what the search says on a page, and where the field leads without it."""
        return {
            "words": search_words(self._made().labels[language]),
            "without": self._address("concepts/index", language, config),
        }

    def _records(self, html: str, page: Page) -> list[indexing.Record]:
        """Give what the search finds of a page: itself, and each question or section of those that are long."""
        view = self._views.get(page.file.src_uri)
        if view and not view.is_found:
            return []
        kind = KINDS_FOUND.get(view.template, "page") if view else "page"
        whole = indexing.Record(
            address=page.url,
            language=self._language(page.file),
            kind=kind,
            title=escape(view.title) if view else str(page.title),
            html=html,
            names=tuple(view.data.get("aliases", ())) if view else (),
        )
        if view is None or view.template not in ("faq", "article"):
            return [whole]
        rest = html.split("<h2", 1)[0]  # its parts say the rest
        return [replace(whole, kind="page", html=rest), *indexing.parts(whole)]

    def _build_beside(self, config: MkDocsConfig) -> None:
        try:
            self._beside = storing.FolderBeside(Path(config.site_dir))
        except OSError as error:
            raise Abort(
                f"{error.filename}: the site cannot be built here: {error.strerror}"
            ) from None
        config.site_dir = str(self._beside.path)

    def _made(self) -> building.Site:
        assert self._site is not None, "on_config comes first"
        return self._site

    def _notebook(self, page: building.Built, config: MkDocsConfig) -> File:
        """Give the notebook as a real file: mkdocs-jupyter reads it from there, and copies a generated one unread."""
        folder = Path(self.config.graph_dir).parent / NOTEBOOKS
        storing.write_atomically(folder / page.source, page.text)
        return File(page.source, str(folder), config.site_dir, config.use_directory_urls)

    def _put(self, files: Files, file: File) -> None:
        """Put a made file in; a file of the author's at its address would be lost, unless it is prose."""
        base = self._made().base
        former = files.get_file_from_path(file.src_uri)
        if former is not None:
            if former.abs_src_path and former.src_uri not in base.pages:
                name = f"{base.docs}/{file.src_uri}"
                log.warning(
                    "%s: a made file has this address; rename yours [stray-page]", Place(name)
                )
            files.remove(former)
        files.append(file)

    def _address(self, key: str, language: str, config: MkDocsConfig) -> str:
        return _url(source_of(key, language, self._made().base.language), config)

    def _meta(self, view: View) -> dict[str, Any]:
        """Give what the theme says about a page; it prints titles and descriptions as HTML."""
        said = {"title": view.title, "description": view.description, **view.meta}
        base = self._made().base
        if not said["description"]:
            whole = base.say(base.manifest.summary, view.language)
            said["description"] = description_of(view, whole)
        plain = {name: escape(in_one_line(str(said[name]))) for name in ("title", "description")}
        return {**view.meta, **plain}

    def _speak(self, language: str, config: MkDocsConfig) -> None:
        """Let the theme speak a language, or the nearest one that it knows."""
        base = self._made().base
        known = {
            file.stem
            for folder in config.theme.dirs
            for file in Path(folder, "partials", "languages").glob("*.html")
        }
        nearest = (each for each in (language, language.split("-")[0]) if each in known)
        config.theme["language"] = next(nearest, "en")
        config.extra["language"] = language  # what the page is in, whatever the theme knows
        config.site_name = escape(base.say(base.manifest.title, language))

    def _finish(self, output: str, content: str = "") -> str:
        """Make a page valid, light and safe."""
        key = storing.content_hash("finished", self._made_with, str(self._serving), output, content)

        def finished() -> str:
            valid = without_blank_lines(without_faults(output))
            if not self.config.content_security_policy:
                return valid
            return with_policy(valid, content, serving=self._serving)

        return str(self._keeping.once(key, finished))

    def _changed(self, page: File, config: MkDocsConfig) -> str:
        """Give the day on which what a page was made from changed last; "" where nobody knows."""
        view = self._views.get(page.src_uri)
        files = [Path(config.docs_dir) / page.src_uri, *([Path(view.source)] if view else [])]
        return max((self._days.get(str(file.absolute()), "") for file in files), default="")

    def _with_own_words(self, html: str, language: str) -> str:
        """Name the links to headings, and those from footnotes back to the text, in the language of the page."""
        words = self._made().labels[language]
        html = html.replace('title="Permanent link"', f'title="{escape(words["permalink"])}"')
        return re.sub(
            r'title="Jump back to footnote (\d+) in the text"',
            lambda title: f'title="{escape(words["back-to-text"].format(n=title[1]))}"',
            html,
        )

    def _is_snippet(self, file: File) -> bool:
        return file.src_uri.endswith(".ipynb") and file.src_uri in self._views

    def _with_addresses(self, html: str, page: Page, files: Files) -> str:
        """Find where the addresses in what is no Markdown lie: in notebooks, and in drawings with links."""
        view, default = self._views[page.file.src_uri], self._made().base.language

        def way_to(address: str) -> str:
            target = files.get_file_from_path(source_of(address, view.language, default))
            return get_relative_url(target.url if target else address, page.file.url)

        return with_addresses(html, way_to)

    def _render_once(self, page: Page, render: Callable[..., None]) -> Callable[..., None]:
        """Have mkdocs-jupyter render a notebook, and keep what it makes for as long as it would make the same."""
        source = Path(str(page.file.abs_src_path))
        kept = source.with_suffix(".json")
        versions = [metadata.version(name) for name in ("mkdocs-jupyter", "nbconvert", "mistune")]
        key = storing.content_hash(
            source.read_bytes(), *versions, (HERE / "cleaning.py").read_bytes()
        )

        def rendered(config: MkDocsConfig, files: Files) -> None:
            former = storing.read_json(kept)
            if not isinstance(former, dict) or former.get("key") != key:
                render(config, files)
                former = {"key": key, **clean(page.content or "", _anchor_of)._asdict()}
                storing.write_atomically(kept, json.dumps(former, ensure_ascii=False))
            page.content = former["content"]
            page.toc = _contents_of(former["headings"])

        return rendered

    def _render_kept(self, page: Page, render: Callable[..., None]) -> Callable[..., None]:
        """Have MkDocs render a page, and keep what it makes for as long as it would make the same."""

        def rendered(config: MkDocsConfig, files: Files) -> None:
            key = storing.content_hash(
                "rendered",
                self._made_with,
                self._addresses_of(files),
                page.file.src_uri,
                page.markdown or "",
            )
            kept = self._keeping.get(key)
            if kept is None:
                with _said_about_pages() as said:
                    render(config, files)
                if not said:  # what is said about a page must be said each time
                    self._keeping.put(key, _rendered(page))
            else:
                _restore(page, kept, files)

        return rendered

    def _styles(self, late: str) -> dict[str, bytes]:
        """Give the files that formulas are shown with; to cut a font takes seconds."""
        key = storing.content_hash("styles", self._made_with, late, *sorted(self._signs))

        def made() -> dict[str, str]:
            files = self._typesetter.styles(self._signs, late)
            return {name: b64encode(content).decode() for name, content in files.items()}

        kept = self._keeping.once(key, made)
        return {name: b64decode(content) for name, content in kept.items()}

    def _filled_in(self, template: Any, context: Mapping[str, Any]) -> str:
        """Fill a page into its template, unless the same was filled in before."""
        page, config = context.get("page"), context["config"]
        try:
            told = (
                json.dumps(_told_by(page, context), sort_keys=True, default=_plainly)
                if page
                else ""
            )
        except TypeError:  # another plugin gives it what we cannot tell apart
            told = ""
        if not told:
            return str(template.render(context))
        key = storing.content_hash(
            "page",
            self._made_with,
            self._theme,
            template.name,
            _settings_of_theme(config),
            self._addresses,
            self._told_navigation(context["nav"]),
            told,
        )
        return str(self._keeping.once(key, lambda: str(template.render(context))))

    def _told_navigation(self, navigation: Navigation) -> str:
        if id(navigation) not in self._told_contents:  # all pages of a language have the same
            self._told_contents[id(navigation)] = _navigation(navigation)
        return self._told_contents[id(navigation)]

    @property
    def _keeping(self) -> Kept:
        assert self._kept is not None, "on_config comes first"
        return self._kept

    def _addresses_of(self, files: Files) -> str:
        """Give a hash of all addresses that links may lead to."""
        if not self._addresses:
            all_of_them = sorted(f"{file.src_uri} {file.url} {file.inclusion}" for file in files)
            self._addresses = storing.content_hash(*all_of_them)
        return self._addresses

    def _has_cards(self, config: MkDocsConfig) -> bool:
        """Tell whether pages have cards: other sites find them by whole addresses only, and an author needs none."""
        is_asked_for = self.config.social_cards and not self._serving
        return bool(is_asked_for and config.site_url and config.theme.name == "material")

    def _draw_cards(self, files: Files, config: MkDocsConfig) -> dict[str, dict[str, Any]]:
        """Put in the card of each page; give what a page says about its own."""
        cards = Cards(Path(self.config.graph_dir).parent / PICTURES)
        is_marked = not config.theme.get("logo")
        told = {}
        for file in files.documentation_pages():
            card = replace(self._card(file), is_marked=is_marked)
            try:
                picture = cards.picture(card)
            except LearnpathError as error:
                raise Abort(str(error)) from None
            address = f"{CARDS}/{posixpath.splitext(file.src_uri)[0]}.png"
            made = File.generated(config, address, content=picture)
            self._put(files, made)
            told[file.src_uri] = {
                "address": urljoin(config.site_url or "", made.url),
                "width": WIDTH,
                "height": HEIGHT,
                "words": card.words,
            }
        cards.forget_others()
        return told

    def _card(self, file: File) -> Card:
        site, language, view = (
            self._made(),
            self._language(file),
            self._views.get(file.src_uri),
        )
        if view is not None:
            return card_of(site.views[language], view)
        assert file.page is not None, "MkDocs has made the pages"
        title, about = (
            bare(unescape(str(words or "")))
            for words in (file.page.title, file.page.meta.get("description"))
        )
        return Card(language, site.base.say(site.base.manifest.title, language), title, about)

    def _language(self, file: File) -> str:
        first = file.src_uri.split("/")[0]
        languages = self._made().base.languages
        return first if first in languages[1:] else languages[0]

    def _is_front(self, page: Page) -> bool:
        view = self._views.get(page.file.src_uri)
        return bool(view and view.key == "index")

    def _is_found(self, file: File) -> bool:
        view = self._views.get(file.src_uri)
        return view is None or view.is_found

    def _is_packed(self) -> bool:
        """Tell whether the site becomes a zip to read from a disk; authors who look at it want it served."""
        return self.config.zip and not self._serving

    def _pack(self, folder: Path, site: Path) -> None:
        file = site.with_name(f"{site.name}.zip")
        day = int(os.environ.get("SOURCE_DATE_EPOCH", 0))
        storing.write_atomically(file, packing.packed(folder, site.name, day))
        log.info("%s: %.1f MB", file, file.stat().st_size / 1e6)

    def _is_kept_offline(self, config: MkDocsConfig) -> bool:
        """Tell whether browsers keep pages: only our pages of Material's start the worker, and authors want new ones."""
        is_visited = not self._serving and not self._is_packed()
        return self.config.offline and is_visited and config.theme.name == "material"

    def _manifest(self, language: str, config: MkDocsConfig) -> str:
        base = self._made().base
        own = config.theme["favicon"]
        icon = "assets/favicon.svg" if own in (None, "assets/images/favicon.png") else str(own)
        title, about = (
            base.say(each, language) for each in (base.manifest.title, base.manifest.summary)
        )
        return offline.manifest(
            language, title, bare(about), self._made().base.folder_of(language), icon
        )

    def _write_worker(self, folder: Path) -> None:
        site = self._made()
        apologies = {
            self._made().base.folder_of(language): offline.apology(
                language, site.labels[language], site.base.say(site.base.manifest.title, language)
            )
            for language in site.base.languages
        }
        worker = offline.service_worker(folder, apologies)
        storing.write_atomically(folder / offline.WORKER, worker)

    def _whole(self, source: str, config: MkDocsConfig) -> str:
        """Give the whole address of what lies at a path in the folder of pages; "" where the site's is not known."""
        if not config.site_url:
            return ""
        return urljoin(config.site_url, _url(source, config))

    def _feed(self, language: str, config: MkDocsConfig) -> str:
        """Give the path of the feed of changes; "" where there is none, as it needs the site's address and days."""
        return (
            self._made().base.folder_of(language) + FEED if config.site_url and self._days else ""
        )

    def _feed_of(self, language: str, changes: list[Changed], config: MkDocsConfig) -> bytes:
        base = self._made().base
        here = urljoin(str(config.site_url), self._feed(language, config))
        home = self._whole(source_of("index", language, base.language), config)
        return feed(base.say(base.manifest.title, language), language, here, home, changes)

    def _translations(self, file: File, config: MkDocsConfig) -> list[dict[str, str]]:
        """Give the page in each of its languages, itself among them, and in the default one for readers of others."""
        found = [
            {"lang": language, "address": self._whole(source, config)}
            for language, source in self._versions(file).items()
        ]
        if not config.site_url or len(found) < 2:
            return []
        return [*found, {"lang": "x-default", "address": found[0]["address"]}]

    def _versions(self, file: File) -> dict[str, str]:
        """Give the text of a page in each language that has it."""
        base, key = self._made().base, self._key(file)
        sources = {language: source_of(key, language, base.language) for language in base.languages}
        return {
            language: source
            for language, source in sources.items()
            if source in self._views or source in base.pages
        }

    def _key(self, file: File) -> str:
        """Give the key of a page, the same in every language."""
        folder = self._made().base.folder_of(self._language(file))
        return file.src_uri.removesuffix(".md").removesuffix(".ipynb").removeprefix(folder)

    def _alternates(self, page: Page, language: str, config: MkDocsConfig) -> list[dict[str, str]]:
        """Give the same page in the other languages; where there is none, their front page."""
        site = self._made()
        there = self._versions(page.file)
        found = []
        for other in site.base.languages:
            source = there.get(other) or source_of("index", other, site.base.language)
            name = site.labels[other]["other-language"]
            found.append({"lang": other, "name": name, "link": _url(source, config)})
        return found

    def _contents(self, site: building.Site, language: str, files: Files) -> list[Any]:
        """Give the made contents, and the written pages that belong to no made one, by folder."""
        default = site.base.language

        def item(entry: Entry) -> Any:
            source = source_of(entry.key, language, default) if entry.key else None
            title = escape(in_one_line(entry.title))  # the theme prints it as HTML
            if entry.below:
                return {
                    title: [
                        *([source] if source else []),
                        *(item(each) for each in entry.below),
                    ]
                }
            return {title: source}

        items = [item(entry) for entry in site.contents[language]]
        folders: dict[str, list[str]] = {}
        for source in sorted(site.base.pages):
            first = source.split("/")[0]
            belongs = (
                first == language if language != default else first not in site.base.languages[1:]
            )
            if belongs and source not in self._views and files.get_file_from_path(source):
                folders.setdefault(posixpath.dirname(source), []).append(source)
        for sources in folders.values():
            index = next((each for each in sources if each.endswith("index.md")), None)
            first = index or sources[0]
            title = heading(site.base.pages[first]) or posixpath.basename(first)[:-3].capitalize()
            rest = [each for each in sources if each != index]
            items.append({title: [*([index] if index else []), *rest]})
        return items


# Private functions


def _contents_of(headings: list[tuple[int, str, str]]) -> TableOfContents:
    """Give the table of contents of a page from the level, anchor and words of each of its headings."""
    top: list[AnchorLink] = []
    for level, anchor, title in headings:
        link, below = AnchorLink(title, anchor, level), top
        while below and below[-1].level < level:
            below = below[-1].children
        below.append(link)
    return TableOfContents(top)


def _rendered(page: Page) -> dict[str, Any]:
    """Tell, as JSON has it, all that rendering made of a page."""
    return {
        "content": page.content,
        "contents": [_told(link) for link in page.toc],
        "title": page._title_from_render,
        "anchors": sorted(page.present_anchor_ids or ()),
        "links": {to.src_uri: links for to, links in (page.links_to_anchors or {}).items()},
    }


def _restore(page: Page, kept: dict[str, Any], files: Files) -> None:
    """Do to a page what rendering it would do."""
    page.content = kept["content"]
    page.toc = TableOfContents([_link(each) for each in kept["contents"]])
    page._title_from_render = kept["title"]
    page.present_anchor_ids = set(kept["anchors"])
    found = {files.get_file_from_path(uri): links for uri, links in kept["links"].items()}
    page.links_to_anchors = {file: links for file, links in found.items() if file is not None}


def _told(link: AnchorLink) -> list[Any]:
    return [link.title, link.id, link.level, [_told(each) for each in link.children]]


def _link(told: list[Any]) -> AnchorLink:
    title, anchor, level, below = told
    link = AnchorLink(title, anchor, level)
    link.children = [_link(each) for each in below]
    return link


class _Templates:
    """The templates as MkDocs asks for them, to be filled in by somebody else; all else is that of Jinja."""

    def __init__(self, env: Any, fill_in: Callable[[Any, Mapping[str, Any]], str]) -> None:
        self._env = env
        self._fill_in = fill_in

    def get_template(self, *names: Any) -> Any:
        return _Template(self._env.get_template(*names), self._fill_in)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._env, name)


class _Template:
    def __init__(self, template: Any, fill_in: Callable[[Any, Mapping[str, Any]], str]) -> None:
        self._template = template
        self._fill_in = fill_in

    def render(self, context: Mapping[str, Any]) -> str:
        return self._fill_in(self._template, context)


_TOLD_OTHERWISE = frozenset(
    ["nav", "pages", "config", "page", "build_date_utc", "extra_css", "extra_javascript", "labels"]
)
"""What of a context is told apart by other means: the labels by what all is made with."""


def _told_by(page: Page, context: Mapping[str, Any]) -> dict[str, Any]:
    """Give all that a page and its context tell a template, as JSON has it."""
    near = {"previous": page.previous_page, "next": page.next_page}
    config = context["config"]
    return {
        "title": page.title,
        "content": page.content,
        "contents": [_told(link) for link in page.toc],
        "meta": page.meta,
        "addresses": [
            page.file.src_uri,
            page.url,
            page.canonical_url,
            page.edit_url,
            page.is_homepage,
        ],
        "above": [each.title for each in page.ancestors],
        **{way: each and [each.title, each.url] for way, each in near.items()},
        "extra": config.extra,
        "site": [config.site_name, config.site_url, config.repo_url, config.copyright],
        "files": [str(each) for each in (*context["extra_css"], *context["extra_javascript"])],
        "context": {name: value for name, value in context.items() if name not in _TOLD_OTHERWISE},
    }


def _plainly(value: Any) -> Any:
    """Give what JSON has not, settings and the days of front matter, as JSON has it."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value))


def _navigation(navigation: Navigation) -> str:
    """Tell all titles and addresses of the contents."""

    def told(item: Any) -> list[Any]:
        return [item.title, getattr(item, "url", ""), [told(each) for each in item.children or ()]]

    return json.dumps([told(each) for each in navigation.items])


@contextmanager
def _said_about_pages() -> Iterator[list[logging.LogRecord]]:
    """Give a list of what MkDocs says meanwhile about the pages that it renders."""
    said: list[logging.LogRecord] = []
    listener = logging.Handler()
    listener.emit = said.append  # type: ignore[assignment, method-assign]
    pages.log.addHandler(listener)
    try:
        yield said
    finally:
        pages.log.removeHandler(listener)


def _settings_of_theme(config: MkDocsConfig) -> str:
    theme = {name: config.theme[name] for name in sorted(config.theme)}
    return json.dumps(theme, sort_keys=True, default=str)


def _own_templates(config: MkDocsConfig) -> list[bytes]:
    """Give the templates that come with no package."""
    packages = (HERE, *(Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")))
    own = [
        Path(each)
        for each in config.theme.dirs
        if not any(Path(each).is_relative_to(folder) for folder in packages)
    ]
    files = sorted(file for folder in own for file in folder.rglob("*") if file.is_file())
    return [part for file in files for part in (str(file).encode(), file.read_bytes())]


_NO_MATTER = ("config_file_path", "docs_dir", "site_dir", "theme", "hooks")


def _settings(config: MkDocsConfig) -> str:
    """Give all settings that what is kept may depend on, functions by their names."""

    def plainly(value: Any) -> Any:
        if isinstance(value, Mapping):
            return dict(value)
        return getattr(value, "__qualname__", None) or repr(type(value))

    settings = {name: value for name, value in config.items() if name not in _NO_MATTER}
    settings["plugins"] = {name: each.config for name, each in config.plugins.items()}
    return json.dumps(settings, sort_keys=True, default=plainly)


def _changed(page: Page, day: str) -> Changed:
    """Say of a page in plain words that it changed; what stands in `meta` is HTML."""
    title, description = (
        unescape(str(each))
        for each in (page.meta.get("title") or page.title, page.meta["description"])
    )
    return Changed(day, title, str(page.canonical_url), description)


def _url(source: str, config: MkDocsConfig) -> str:
    """Give the address of the page of a text, as seen from the root; to MkDocs alone a notebook is no page."""
    name = source.removesuffix(".ipynb").removesuffix(".md") + ".md"
    return File(name, "", "", use_directory_urls=config.use_directory_urls).url


def _repository(config: MkDocsConfig) -> str:
    """Give the address of the repository; Material's script asks GitHub about one that stands under `repo_url`."""
    return str(config.extra.get("repository") or config.repo_url or "").rstrip("/")


def _mirrored(entries: Any, language: str, default: str) -> Any:
    """Give the navigation that `mkdocs.yml` states for the default language, in another one."""
    if isinstance(entries, list):
        return [_mirrored(each, language, default) for each in entries]
    if isinstance(entries, dict):
        return {title: _mirrored(below, language, default) for title, below in entries.items()}
    external = not isinstance(entries, str) or "://" in entries or language == default
    return entries if external else f"{language}/{entries}"
