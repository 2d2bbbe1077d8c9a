"""From files to records, every value with its place.

A file goes three steps: its text is parsed into plain values (`parsing`), the values are understood as a record
(`understanding`), and the records are put together (`read`). Each step reports all it finds and hands on what it
could make of the rest, so that one run shows every mistake. Snippets take the same way (`scripts`).

Parsed files are kept in a cache by the hash of their content: a second run parses only what changed. Places are not
kept: they are looked up in the text again when a problem asks for one, which a sound knowledge base never does.
"""

import gc
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from learnpath import model, storing
from learnpath.model import ID, Cell, KnowledgeBase, Record, Run, Snippet
from learnpath.problems import Place, Problem, Trail, UnknownName, problem, unknown
from learnpath.reading.parsing import Gaps, Parsed, Sources, parse
from learnpath.reading.scripts import header, parse_script, run_in
from learnpath.reading.understanding import must_be, understand

__all__ = [
    "CACHE",
    "RECORDED",
    "TRANSLATIONS",
    "Read",
    "Sources",
    "collector_paused",
    "labels",
    "parse",
    "read",
    "shown",
]

LARGEST = 4_000_000  # characters in a file

TRANSLATIONS = "translations.yaml"
RECORDED = "recorded"  # the folder of recorded runs, in that of the snippets

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
) -> Read:
    """Read the knowledge base in the folder `graph`.

    Args:
        graph: the folder with `concepts/`, `paths/` and the other files of the format.
        docs: the folder of written pages; `docs` beside `graph` if not given.
        snippets: the folder of scripts; `snippets` beside `graph` if not given.
        cache: the file that keeps parsed files; `.cache/learnpath/parsed.json` beside `graph` if not given.

    Raises:
        UnknownName: `graph` is no folder.
    """
    if not graph.is_dir():
        raise UnknownName("folder", str(graph), (str(each) for each in graph.parent.glob("*/")))
    with collector_paused():
        docs = docs or graph.parent / "docs"
        files = _Files(graph, _Cache(cache or graph.parent / CACHE))
        snippets = snippets or graph.parent / "snippets"
        found = _Reader(files).knowledge_base(snippets)
        files.cache.save()
        pages = {page.relative_to(docs).as_posix(): page for page in sorted(docs.rglob("*.md"))}
        whole = replace(
            found,
            pages={
                name: text for name, page in pages.items() if (text := files.text(page)) is not None
            },
            docs=shown(docs),
            places=Sources(files.texts, files.gaps),
        )
    return Read(whole, files.problems)


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
    whole = parse(
        (Path(__file__).parents[1] / "labels.yaml").read_text(encoding="utf-8"), "labels.yaml"
    ).data
    return {
        name: replaced.get(name, words.get(language, words["en"])) for name, words in whole.items()
    }


def shown(path: Path) -> str:
    """Name a path as a reader would: relative to the current folder where it lies inside."""
    try:
        return path.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except ValueError:
        return path.as_posix()


# Private functions


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
        whole = {"version": self._version, "files": self._now}
        try:
            storing.write_atomically(self._file, json.dumps(whole, ensure_ascii=False))
        except OSError:
            return  # a folder that cannot be written to costs time, not correctness

    def _load(self) -> dict[str, tuple[str, Any]]:
        try:
            whole = json.loads(self._file.read_bytes())
            return dict(whole["files"]) if whole["version"] == self._version else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}


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

    def __post_init__(self) -> None:
        self._given, self._shown = str(self.folder), shown(self.folder)

    def shown(self, file: Path) -> str:
        """Name a file of the graph as `shown` does, without asking the file system each time."""
        path = str(file)
        return (
            self._shown + path[len(self._given) :] if path.startswith(self._given) else shown(file)
        )

    def text(self, file: Path) -> str | None:
        """Give the text of a file, or None and a problem."""
        name = self.shown(file)
        try:
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
        self._own_files: dict[tuple[type[Record], str], str] = {}

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
            "claims.yaml", {"evidence": (model.Evidence, None), "claims": (model.Claim, "id")}
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
            unread=frozenset(self._unread),
            folder=self._files.shown(self._files.folder),
            files=self._own_files,
        )
        self._refuse_others()
        return found

    def _one(self, name: str, kind: type[Record]) -> Any:
        file = self._files.folder / name
        self._known_files.add(file)
        if not file.is_file():
            return None
        return self._record(kind, self._files.data(file), self._files.shown(file), (), {})

    def _folder(self, name: str, kind: type[Record]) -> dict[str, Any]:
        """Read a folder of records, one a file; folders in it are for the author's order only."""
        folder = self._files.folder / name
        records: dict[str, Any] = {}
        for file in sorted(folder.rglob("*.yaml"), key=lambda each: (each.stem, each)):
            self._known_files.add(file)
            found = self._files.shown(file)
            if not re.match(ID, file.stem):
                message = f"'{file.stem}' cannot be an id: name the file in small letters, digits and hyphens"
                self._files.problems.append(problem("unknown-file", Place(found), message))
            elif other := self._own_files.get((kind, file.stem)):
                message = f"'{file.stem}' is the name of {other} already; rename one of the two"
                self._files.problems.append(problem("duplicate-id", Place(found), message))
            else:
                self._own_files[kind, file.stem] = found
                record = self._record(kind, self._files.data(file), found, (), {"id": file.stem})
                if record is not None:
                    records[file.stem] = record
        return records

    def _parts(
        self, name: str, parts: dict[str, tuple[type[Record], str | None]]
    ) -> dict[str, dict[str, Any]]:
        """Read a file with many records by key; `parts` says under which key of the file they lie, "" for the file itself."""
        file = self._files.folder / name
        self._known_files.add(file)
        found: dict[str, dict[str, Any]] = {part: {} for part in parts}
        if not file.is_file():
            return found
        whole = self._files.data(file)
        if whole is None:
            return found
        if list(parts) != [""]:
            whole = self._map_of(whole, self._files.shown(file), ())
            for key in whole.keys() - parts.keys():
                place = self._sources.of_key(self._files.shown(file), key)
                self._files.problems.append(
                    problem("unknown-key", place, unknown("key", key, parts))
                )
        for part, (kind, own_name) in parts.items():
            path = (part,) if part else ()
            for key, value in self._map_of(
                whole.get(part, {}) if part else whole, self._files.shown(file), path
            ).items():
                injected = {own_name: key} if own_name else {}
                record = self._record(kind, value, self._files.shown(file), (*path, key), injected)
                if record is not None:
                    found[part][key] = record
        return found

    def _snippets(self, folder: Path) -> dict[str, Snippet]:
        """Read the scripts, each with its cells and with the digest of all that its outputs depend on."""
        found: dict[str, Snippet] = {}
        for file in sorted(folder.glob("*.py")):
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
        return found

    def _digest(self, snippet: Snippet, folder: Path) -> str:
        parts: list[str | bytes] = [f"{snippet.seed} {snippet.warns}"]
        parts += [cell.source for cell in snippet.code]
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
        for file in sorted(folder.glob("*.ipynb")):
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
        if not file.is_file():
            return {}
        whole = self._map_of(self._files.data(file), self._files.shown(file), ())
        return {
            unit: self._map_of(hashes, self._files.shown(file), (unit,))
            for unit, hashes in whole.items()
        }

    def _map_of(self, value: Any, file: str, path: Trail) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        if value is not None:
            place = self._sources.of(file, *path)
            self._files.problems.append(
                problem(
                    "wrong-value",
                    place,
                    must_be("the file" if not path else path[-1], "a map of keys", value),
                )
            )
        return {}

    def _refuse_others(self) -> None:
        for file in sorted(self._files.folder.rglob("*.y*ml")):
            if file in self._known_files or file.suffix not in (".yaml", ".yml"):
                continue
            known = {each.relative_to(self._files.folder).as_posix() for each in self._known_files}
            name = file.relative_to(self._files.folder).as_posix()
            message = unknown("file", name, known) + "; concepts lie in concepts/, paths in paths/"
            if file.suffix == ".yml":
                message = f"'{name}' is not read; end its name in .yaml"
            self._files.problems.append(
                problem("unknown-file", Place(self._files.shown(file)), message)
            )

    def _record(
        self, kind: type[Record], data: Any, file: str, path: Trail, injected: dict[str, Any]
    ) -> Any:
        """Understand plain values as a record; where parts are wrong, report them and go on without."""
        if data is None and not path:
            self._unread.add(next(iter(injected.values()), ""))
            return None  # the text was no YAML, which was said already
        if not isinstance(data, dict):
            what = path[-1] if path else "the file"
            place = self._sources.of(file, *path)
            self._files.problems.append(
                problem("wrong-value", place, must_be(what, "a map of keys", data))
            )
            self._unread.add(next(iter(injected.values()), ""))
            return None
        whole = file not in self._files.scarred
        found = understand(kind, data, injected, (file, path), self._sources, whole=whole)
        self._files.problems += found.problems
        self._files.gaps.update(found.gaps)
        if found.record is None:
            self._unread.add(next(iter(injected.values()), ""))
        return found.record
