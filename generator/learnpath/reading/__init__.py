"""From files to records, every value with its place.

A file goes three steps: its text is parsed into plain values (`parsing`), the values are understood as a record
(`understanding`), and the records are put together (`read`). Each step reports all it finds and hands on what it
could make of the rest, so that one run shows every mistake. Snippets take the same way (`scripts`).

Parsed files are kept in a cache by the hash of their content: a second run parses only what changed. Places are not
kept: they are looked up in the text again when a problem asks for one, which a sound knowledge base never does.
"""

import gc
import json
import os
import re
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, NamedTuple

from learnpath import model, storing
from learnpath.model import ID, Cell, Explorable, KnowledgeBase, Record, Run, Snippet
from learnpath.problems import (
    LearnpathError,
    Place,
    Problem,
    Trail,
    UnknownName,
    problem,
    short,
    unknown,
)
from learnpath.reading.parsing import GONE, Gaps, Parsed, Sources, parse
from learnpath.reading.scripts import header, parse_script, run_in
from learnpath.reading.understanding import must_be, understand

__all__ = [
    "CACHE",
    "EXPLORABLES",
    "FIGURES",
    "RECORDED",
    "TRANSLATIONS",
    "Read",
    "Sources",
    "collector_paused",
    "labels",
    "must_be_folder",
    "our_labels",
    "own_name",
    "parse",
    "read",
    "shown",
]

LARGEST = 4_000_000  # characters in a file

TRANSLATIONS = "translations.yaml"
RECORDED = "recorded"  # the folder of recorded runs, in that of the snippets

EXPLORABLES = "explorables/"  # the folder of what can be tried out, there too
FIGURES = "figures/"  # the folder of figures drawn for the pages, in that of the written pages

CACHE = Path(".cache") / "learnpath" / "parsed.json"  # beside the folder of the graph


class Read(NamedTuple):
    """A knowledge base, as far as it could be read, and what was wrong with it."""

    knowledge_base: KnowledgeBase
    problems: list[Problem]


def read(
    graph: Path,
    *,
    docs: Path | None = None,
    snippets: Path | None = None,
    cache: Path | None = None,
    published: Callable[[str], bool] | None = None,
) -> Read:
    """Read the knowledge base in the folder `graph`.

    Args:
        graph: the folder with `concepts/`, `paths/` and the other files of the format.
        docs: the folder of written pages; `docs` beside `graph` if not given.
        snippets: the folder of scripts; `snippets` beside `graph` if not given.
        cache: the file that keeps parsed files; `.cache/learnpath/parsed.json` beside `graph` if not given.
        published: tells of a file in `docs`, by its path there, whether it belongs to the site; all do if not given.

    Raises:
        UnknownName: `graph` is no folder.
        LearnpathError: there is no knowledge base in it.
    """
    must_be_folder(graph)
    graph = Path(os.path.abspath(graph))  # noqa: PTH100  # `.` has no parent, and a link keeps its neighbours
    try:
        names = {each.name for each in graph.iterdir()}
    except OSError as error:
        raise LearnpathError(f"'{shown(graph)}' cannot be opened: {error.strerror}") from None
    if names.isdisjoint({"concepts", "knowledge-base.yaml"}):
        message = f"there is no knowledge base in '{shown(graph)}', neither concepts/ nor knowledge-base.yaml"
        raise LearnpathError(
            f"{message}; name its folder, or start one with `learnpath new FOLDER`"
        )
    with collector_paused():
        docs = docs or graph.parent / "docs"
        files = _Files(graph, _Cache(cache or graph.parent / CACHE))
        snippets = snippets or graph.parent / "snippets"
        reader = _Reader(files)
        found = reader.knowledge_base(snippets)
        pages: dict[str, str] = {}
        figures: dict[str, str] = {}
        for page in files.below(docs, follow_links=True):  # as MkDocs does
            name = page.relative_to(docs).as_posix()
            is_figure = name.startswith(FIGURES) and page.suffix == ".svg"
            is_explorable = name.startswith(EXPLORABLES) and page.suffix == ".yaml"
            is_ours = page.suffix == ".md" or is_figure or is_explorable
            if not is_ours or (published and not published(name)):
                continue
            if is_explorable:
                reader.explorable(page)
                continue
            text = files.text(page, f"{shown(docs)}/{name}")
            if text is not None and is_figure:
                figures[page.stem] = text
            elif text is not None:
                pages[name] = text
        whole = replace(
            found,
            pages=pages,
            figures=figures,
            explorables=reader.explorables,
            unread=reader.unread,
            docs=shown(docs),
            places=Sources(files.texts, files.gaps),
        )
        files.cache.save()
    return Read(whole, files.problems)


def must_be_folder(graph: Path) -> None:
    """Refuse a graph that is no folder.

    Raises:
        UnknownName: it is none.
    """
    if not graph.is_dir():
        raise UnknownName("folder", str(graph), (str(each) for each in graph.parent.glob("*/")))


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the garbage collector: reading makes many objects and no garbage, and takes half the time without it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def labels(language: str, replaced: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """Give the words of the pages in a language; English where there are none, `replaced` before all."""
    found = {
        name: words.get(language) or words.get(language.split("-")[0]) or words["en"]
        for name, words in our_labels().items()
    }
    found["other-language"] = own_name(language)
    return {name: replaced.get(name, words) for name, words in found.items()}


def own_name(language: str) -> str:
    """Give what a language calls itself; its code where we do not know."""
    return str(_own_file("languages.yaml").get(language, language))


def our_labels() -> dict[str, dict[str, str]]:
    """Give the words of the pages in the languages that we know, by label."""
    return _own_file("labels.yaml")


def shown(path: Path) -> str:
    """Name a path as a reader would: relative to the current folder where it lies inside.

    Links are followed only where they lead into the current folder: a linked file keeps the name that its author sees.
    """
    here = Path.cwd()
    for candidate in (path.absolute(), path.resolve()):
        if ".." not in candidate.parts and candidate.is_relative_to(here):
            return candidate.relative_to(here).as_posix()
    return path.as_posix()


# Private functions


def _own_file(name: str) -> dict[str, Any]:
    text = (Path(__file__).parents[1] / name).read_text(encoding="utf-8")
    found: dict[str, Any] = parse(text, name).data
    return found


_NAMED_IN: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "knowledge-base.yaml": {"languages": "language", "areas": "area", "kinds": "kind"},
        "article.yaml": {"sections": "section"},
        "resources.yaml": {"": "resource"},
        "faq.yaml": {},
        "claims.yaml": {"evidence": "evidence", "claims": "claim"},
    }
)
"""For each file with many names: which of its keys hold them, and what they are names of."""


class _Cache:
    """Parsed files by name, each valid for one hash of its content."""

    def __init__(self, file: Path) -> None:
        self._file = file
        reader = sorted(Path(__file__).parent.glob("*.py"))
        self._version = storing.content_hash(*(file.read_bytes() for file in reader))
        self._former = self._load()
        self._now: dict[str, tuple[str, Any]] = {}

    def get(self, name: str, digest: str) -> Any:
        former = self._former.get(name)
        return former[1] if former and former[0] == digest else None

    def put(self, name: str, digest: str, data: Any) -> None:
        self._now[name] = (digest, data)

    def save(self) -> None:
        same = len(self._now) == len(self._former) and all(
            name in self._former and self._former[name][0] == digest
            for name, (digest, _) in self._now.items()
        )
        if same:
            return
        whole = json.dumps(self._now, ensure_ascii=False)
        try:
            storing.write_atomically(self._file, f"{self._seal(whole)}\n{whole}")
        except OSError:
            return  # a folder that cannot be written to costs time, not correctness

    def _load(self) -> dict[str, tuple[str, Any]]:
        """Give what was kept, if it is to the letter what this version of the reader wrote."""
        try:
            seal, _, whole = self._file.read_text(encoding="utf-8").partition("\n")
        except (OSError, ValueError):
            return {}
        return dict(json.loads(whole)) if seal == self._seal(whole) else {}

    def _seal(self, whole: str) -> str:
        return storing.content_hash(self._version, whole)


@dataclass
class _Files:
    """The files of a graph as plain values; collects what is wrong with them."""

    folder: Path
    cache: _Cache
    problems: list[Problem] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    scarred: set[str] = field(default_factory=set)
    """The files of which parts could not be parsed."""
    gaps: Gaps = field(default_factory=dict)
    closed: set[Path] = field(default_factory=set)
    """The folders whose files are not known."""

    def __post_init__(self) -> None:
        self._given, self._shown = str(self.folder), shown(self.folder)

    def shown(self, file: Path) -> str:
        """Name a file of the graph as `shown` does, without asking the file system each time."""
        path = str(file)
        return (
            self._shown + path[len(self._given) :] if path.startswith(self._given) else shown(file)
        )

    def inside(self, folder: Path) -> list[Path]:
        """Give what lies in a folder, if there is one, by name; not what is hidden, which editors and systems leave."""
        return [folder / each.name for each in self._entries(folder)]

    def below(self, folder: Path, *, follow_links: bool = False) -> Iterator[Path]:
        """Give the files in a folder and in its folders."""
        for entry in self._entries(folder):
            path = folder / entry.name
            if not entry.is_dir():  # which need not ask the file system, as a path would
                yield path
            elif not entry.is_symlink():
                yield from self.below(path, follow_links=follow_links)
            elif not follow_links:
                message = (
                    "a link to a folder is not followed; move the folder here, or link its files"
                )
                self._close(path, message)
            elif not folder.resolve().is_relative_to(path.resolve()):  # which would be a circle
                yield from self.below(path, follow_links=True)

    def _entries(self, folder: Path) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                seen = [each for each in entries if not each.name.startswith(".")]
        except FileNotFoundError:
            return []
        except OSError as error:
            self._close(folder, f"cannot be opened: {error.strerror}")
            return []
        return sorted(seen, key=lambda each: each.name)

    def _close(self, folder: Path, message: str) -> None:
        self.closed.add(folder)
        self.problems.append(problem("unreadable", Place(self.shown(folder)), message))

    def text(self, file: Path, name: str | None = None) -> str | None:
        """Give the text of a file, or None and a problem; problems call it `name`, if given."""
        name = name or self.shown(file)
        try:
            if not stat.S_ISREG(file.stat().st_mode):  # to read from a pipe would never end
                message = "not a file with a text; put one here, or take this away"
                self.problems.append(problem("unreadable", Place(name), message))
                return None
            text = file.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = error.object[: error.start]
            place = Place(name, before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
            self.problems.append(
                problem("unreadable", place, "not UTF-8 text here; save the file as UTF-8")
            )
        except OSError as error:
            self.problems.append(
                problem("unreadable", Place(name), f"cannot be opened: {error.strerror}")
            )
        else:
            if len(text) <= LARGEST:
                self.texts[name] = text
                return text
            message = f"the file has {len(text):,} characters; split it, {LARGEST:,} are the most that is read"
            self.problems.append(problem("unreadable", Place(name), message))
        return None

    def data(self, file: Path, parse: Callable[[str, str], Parsed] = parse) -> Any:
        """Give a YAML file (or what `parse` parses) as plain values, or None and problems."""
        text = self.text(file)
        if text is None:
            return None
        name = self.shown(file)
        digest = storing.content_hash(text)
        data = self.cache.get(name, digest)
        if data is None:
            data, problems = parse(text, name)
            if problems:
                self.problems += problems
                self.scarred.add(name)
                return data
        self.cache.put(name, digest, data)
        return data


class _Reader:
    """Puts the records together."""

    def __init__(self, files: _Files) -> None:
        self._files = files
        self._sources = Sources(files.texts)
        self._known_files: set[Path] = set()
        self._unread: set[str] = set()
        self._unsure: set[str] = set()
        self._own_files: dict[tuple[type[Record], str], str] = {}
        self._all_files = list(files.below(files.folder))
        self.explorables: dict[str, Explorable] = {}
        for what in ("concept", "path"):
            folder = files.folder / f"{what}s"
            if any(each == folder or folder in each.parents for each in files.closed):
                self._unsure.add(what)

    def knowledge_base(self, snippets: Path) -> KnowledgeBase:
        manifest = self._one("knowledge-base.yaml", model.Manifest) or model.Manifest()
        if manifest.format != model.FORMAT:
            name = self._files.shown(self._files.folder / "knowledge-base.yaml")
            message = f"format {manifest.format} is not known here; this version reads `format: {model.FORMAT}`"
            self._files.problems.append(
                problem("unsupported-format", self._sources.of(name, "format"), message)
            )
        concepts = self._folder("concepts", model.Concept)
        paths = self._folder("paths", model.LearningPath)
        claims = self._parts(
            "claims.yaml", {"evidence": (model.Evidence, "key"), "claims": (model.Claim, "id")}
        )
        found = KnowledgeBase(
            manifest=manifest,
            concepts=concepts,
            paths=paths,
            resources=self._parts("resources.yaml", {"": (model.Resource, "key")})[""],
            faq=self._parts("faq.yaml", {"": (model.FaqEntry, "id")})[""],
            article=self._one("article.yaml", model.Article),
            evidence=claims["evidence"],
            claims=claims["claims"],
            translations=self._translations(),
            snippets=self._snippets(snippets),
            runs=self._runs(snippets / RECORDED),
            snippet_folder=self._files.shown(snippets),
            unread=self.unread,
            unsure=frozenset(self._unsure),
            folder=self._files.shown(self._files.folder),
            files=self._own_files,
        )
        self._refuse_others()
        return found

    @property
    def unread(self) -> frozenset[str]:
        """The ids and keys whose record could not be read."""
        return frozenset(self._unread)

    def explorable(self, file: Path) -> None:
        """Read what can be tried out, with the module beside its file, if there is one."""
        name, module = self._files.shown(file), file.with_suffix(".js")
        self._own_files[Explorable, file.stem] = name
        text = self._files.text(module) if module.is_file() else ""
        injected = {"id": file.stem, "module": text or ""}
        record = self._record(Explorable, self._files.data(file), name, (), injected)
        if record is not None:
            self.explorables[file.stem] = record

    def _one(self, name: str, kind: type[Record]) -> Any:
        file = self._files.folder / name
        self._known_files.add(file)
        if not os.path.lexists(file):
            return None
        record = self._record(kind, self._files.data(file), self._files.shown(file), (), {})
        if record is None:
            self._unsure.update(_NAMED_IN[name].values())
        return record

    def _folder(self, name: str, kind: type[Record]) -> dict[str, Any]:
        """Read a folder of records, one a file; folders in it are for the author's order only."""
        folder = self._files.folder / name
        records: dict[str, Any] = {}
        files = [
            (each.stem, str(each), each)
            for each in self._all_files
            if each.suffix == ".yaml" and str(each).startswith(f"{folder}{os.sep}")
        ]
        for id, _, file in sorted(files):
            self._known_files.add(file)
            found = self._files.shown(file)
            if not re.match(ID, id):
                message = f"'{short(id)}' cannot be an id: name the file in small letters, digits and hyphens"
                self._files.problems.append(problem("unknown-file", Place(found), message))
            elif other := self._own_files.get((kind, id)):
                message = f"'{id}' is the name of {other} already; rename one of the two"
                self._files.problems.append(problem("duplicate-id", Place(found), message))
            else:
                self._own_files[kind, id] = found
                record = self._record(kind, self._files.data(file), found, (), {"id": id})
                if record is not None:
                    records[id] = record
        return records

    def _parts(
        self, name: str, parts: dict[str, tuple[type[Record], str]]
    ) -> dict[str, dict[str, Any]]:
        """Read a file with many records by key; `parts` says under which key of the file they lie, "" for the file itself."""
        file = self._files.folder / name
        self._known_files.add(file)
        found: dict[str, dict[str, Any]] = {part: {} for part in parts}
        if not os.path.lexists(file):
            return found
        shown_name = self._files.shown(file)
        whole = self._files.data(file)
        if not isinstance(whole, dict):
            self._unsure.update(_NAMED_IN[name].values())
            if whole is not None:
                self._must_be_a_map(whole, shown_name, ())
            return found
        if list(parts) != [""]:
            strangers = sorted(whole.keys() - parts.keys())
            for key in strangers:
                self._files.problems.append(
                    problem(
                        "unknown-key",
                        self._sources.of_key(shown_name, key),
                        unknown("key", key, parts),
                    )
                )
            for part in parts.keys() - whole.keys():
                self._unsure.add(_NAMED_IN[name][part])
                if not any("did you mean" in unknown("key", each, [part]) for each in strangers):
                    message = f"'{part}' is missing; write `{part}: …`, or `{part}: {{}}` for none"
                    self._files.problems.append(problem("missing-key", Place(shown_name), message))
        for part, (kind, own_name) in parts.items():
            path = (part,) if part else ()
            entries = whole.get(part, {}) if part else whole
            if not isinstance(entries, dict):
                self._unsure.add(_NAMED_IN[name][part])
                if entries is not GONE:
                    self._must_be_a_map(entries, shown_name, path)
                continue
            for key, value in entries.items():
                record = self._record(kind, value, shown_name, (*path, key), {own_name: key})
                if record is not None:
                    found[part][key] = record
        return found

    def _snippets(self, folder: Path) -> dict[str, Snippet]:
        """Read the scripts, each with its cells and with the digest of all that its outputs depend on."""
        found: dict[str, Snippet] = {}
        for file in self._files.inside(folder):
            if file.suffix != ".py":
                continue
            name = self._files.shown(file)
            self._own_files[Snippet, file.stem] = name
            data = self._files.data(file, parse_script)
            self._files.texts[name] = header(self._files.texts.get(name, ""))
            if data is None:
                self._unread.add(file.stem)
                continue
            injected = {"id": file.stem, "cells": [Cell(**each) for each in data["cells"]]}
            snippet = self._record(Snippet, data["header"], name, (), injected)
            if snippet is not None:
                digest = self._digest(snippet, folder / "data")
                found[file.stem] = snippet.model_copy(update={"digest": digest})
        if folder in self._files.closed:
            self._unsure.add("snippet")
        return found

    def _digest(self, snippet: Snippet, folder: Path) -> str:
        parts: list[str | bytes] = [f"{snippet.seed} {snippet.warns}"]
        parts += [cell.source for cell in snippet.code]
        parts += [f"{id}: {code}" for id, code in snippet.keeps.items()]
        for number, name in enumerate(snippet.data):
            try:
                parts.append((folder / name).read_bytes())
            except OSError as error:
                file = self._own_files[Snippet, snippet.id]
                message = f"{self._files.shown(folder / name)} cannot be opened: {error.strerror}"
                place = self._sources.of(file, "data", number)
                self._files.problems.append(problem("unreadable", place, message))
        return storing.content_hash(*parts)

    def _runs(self, folder: Path) -> dict[str, Run]:
        """Read the recorded runs; one that is no notebook of ours is a problem."""
        found: dict[str, Run] = {}
        for file in self._files.inside(folder):
            if file.suffix != ".ipynb":
                continue
            text = self._files.text(file)
            run = run_in(text, file.stem) if text is not None else None
            if run is not None:
                found[file.stem] = run
            elif text is not None:
                message = (
                    f"no recorded run; write it again with `learnpath snippets record {file.stem}`"
                )
                place = Place(self._files.shown(file))
                self._files.problems.append(problem("unreadable", place, message))
        return found

    def _translations(self) -> dict[str, dict[str, str]]:
        file = self._files.folder / TRANSLATIONS
        self._known_files.add(file)
        if not os.path.lexists(file):
            return {}
        name = self._files.shown(file)
        found: dict[str, dict[str, str]] = {}
        for unit, hashes in self._map_of(self._files.data(file), name, ()).items():
            found[unit] = {}
            for language, digest in self._map_of(hashes, name, (unit,)).items():
                if isinstance(digest, str):
                    found[unit][language] = digest
                elif digest is not GONE:
                    message = must_be(language, 'a hash in quotes, such as "3f9a1c04d2b7"', digest)
                    place = self._sources.of(name, unit, language)
                    self._files.problems.append(problem("wrong-value", place, message))
        return found

    def _map_of(self, value: Any, file: str, path: Trail) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        if value is not None and value is not GONE:
            self._must_be_a_map(value, file, path)
        return {}

    def _must_be_a_map(self, value: Any, file: str, path: Trail) -> None:
        message = must_be(path[-1] if path else "the file", "a map of keys", value)
        place = self._sources.of(file, *path)
        self._files.problems.append(problem("wrong-value", place, message))

    def _refuse_others(self) -> None:
        for file in self._all_files:
            if file in self._known_files or file.suffix.lower() not in (".yaml", ".yml"):
                continue
            known = {each.relative_to(self._files.folder).as_posix() for each in self._known_files}
            name = file.relative_to(self._files.folder).as_posix()
            message = unknown("file", name, known) + "; concepts lie in concepts/, paths in paths/"
            if file.suffix != ".yaml":
                message = f"'{short(name)}' is not read; end its name in .yaml"
            self._files.problems.append(
                problem("unknown-file", Place(self._files.shown(file)), message)
            )

    def _record(
        self, kind: type[Record], data: Any, file: str, path: Trail, injected: dict[str, Any]
    ) -> Any:
        """Understand plain values as a record; where parts are wrong, report them and go on without."""
        own_name = next(iter(injected.values()), "")
        if not isinstance(data, dict):
            if data is not GONE and (path or data is not None):  # else it was said already
                self._must_be_a_map(data, file, path)
            self._unread.add(own_name)
            return None
        whole = file not in self._files.scarred
        found = understand(kind, data, injected, (file, path), self._sources, whole=whole)
        self._files.problems += found.problems
        self._files.gaps.update(found.gaps)
        if found.record is None:
            self._unread.add(own_name)
        elif not path:
            self._miss(file, found.left_out)
        return found.record

    def _miss(self, file: str, left_out: Collection[Trail]) -> None:
        """Note the names that parts of a file would have given, had they been right."""
        named = _NAMED_IN.get(PurePosixPath(file).name, {})
        for trail in left_out:
            match trail:
                case (str(part), str(name)) if part in named:
                    self._unread.add(name)
                case (str(part), *rest) if part in named and len(rest) < 2:
                    self._unsure.add(named[part])
