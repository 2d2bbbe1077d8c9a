"""From YAML files to records, every value with its place. The only module that knows YAML.

A file goes three steps: its text is parsed into plain values (`parse`), the values are understood as a record
(`_understand`), and the records are put together (`read`). Each step reports all it finds and hands on what it could
make of the rest, so that one run shows every mistake.

Parsed files are kept in a cache by the hash of their content: a second run parses only what changed. Places are not
kept: they are looked up in the text again when a problem asks for one, which a sound knowledge base never does.
"""

import copy
import functools
import gc
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from learnpath import model, storing
from learnpath.model import ID, KnowledgeBase, Record
from learnpath.problems import Place, Problem, Trail, TrailStep, UnknownName, problem, unknown

DEEPEST = 50  # levels; libyaml's composer recurses in C and would end the interpreter somewhat above 10,000
LARGEST = 4_000_000  # characters in a file
MOST = 200_000  # values in a file, those behind aliases counted each time

_GONE = object()  # stands for a value that was wrong and reported; takes part in nothing further

CACHE = Path(".cache") / "learnpath" / "parsed.json"  # beside the folder of the graph


class Parsed(NamedTuple):
    """A text as plain values, and what was wrong with it."""

    data: Any
    problems: list[Problem]


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
        found = _Reader(files).knowledge_base()
        files.cache.save()
        pages = {page.relative_to(docs).as_posix(): page for page in sorted(docs.rglob("*.md"))}
        snippets = snippets or graph.parent / "snippets"
        whole = replace(
            found,
            pages={
                name: text for name, page in pages.items() if (text := files.text(page)) is not None
            },
            docs=shown(docs),
            snippets=frozenset(each.stem for each in snippets.glob("*.py")),
            snippet_folder=shown(snippets),
            places=Sources(files.texts, files.gaps),
        )
    return Read(whole, files.problems)


def parse(text: str, file: str) -> Parsed:
    """Parse one YAML document into maps, lists and scalars of the YAML 1.2 core schema (`no` is a word, not false)."""
    return _Parser(file).parse(text)


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
        (Path(__file__).parent / "labels.yaml").read_text(encoding="utf-8"), "labels.yaml"
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


Gaps = dict[tuple[str, Trail], tuple[int, ...]]
"""For each list that lost items, by its file and the path to it: which items of the file are left."""


class Sources:
    """The places of values, looked up in the texts they were read from."""

    def __init__(self, texts: Mapping[str, str], gaps: Gaps | None = None) -> None:
        self._texts = texts
        self._gaps = gaps or {}
        self._roots: dict[str, Node | None] = {}

    def of(self, file: str, *path: TrailStep) -> Place:
        """Give the place of the value at `path`, or of the nearest value around it."""
        node = self._root(file)
        for depth, step in enumerate(path):
            left = self._gaps.get((file, path[:depth]))
            if left and isinstance(step, int):
                step = left[step]
            below = _child(node, step)
            if below is None:
                break
            node = below[1]
        return _place(file, node)

    def of_key(self, file: str, *path: TrailStep) -> Place:
        """Give the place of the key that `path` ends in."""
        node = self._root(file)
        for step in path[:-1]:
            below = _child(node, step)
            node = below[1] if below else None
        below = _child(node, path[-1]) if path else None
        return _place(file, below[0] if below else node)

    def of_text(self, file: str, offset: int) -> Place:
        """Give the place of a character in a file that is no YAML."""
        before = self._texts[file][:offset]
        return Place(file, before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)

    def _root(self, file: str) -> Node | None:
        if file not in self._roots:
            try:
                self._roots[file] = yaml.compose(self._texts.get(file, ""), Loader=_CoreLoader)
            except yaml.YAMLError:
                self._roots[file] = None
        return self._roots[file]


# Private functions


class _CoreLoader(yaml.CSafeLoader):
    """Resolves plain scalars as the YAML 1.2 core schema does, without infinities and numbers in other bases."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # as PyYAML declares it


_TAG = "tag:yaml.org,2002:"
_CoreLoader.add_implicit_resolver(
    _TAG + "null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]
)
_CoreLoader.add_implicit_resolver(
    _TAG + "bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_CoreLoader.add_implicit_resolver(_TAG + "int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789"))
_CoreLoader.add_implicit_resolver(
    _TAG + "float",
    re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"),
    list("-+.0123456789"),
)


class _Cache:
    """Parsed files by name, each valid for one hash of its content."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._version = storing.content_hash(Path(__file__).read_bytes())
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

    def data(self, file: Path) -> Any:
        """Give a YAML file as plain values, or None and problems."""
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


class _Stop(Exception):
    """Parsing cannot go on; carries the problem."""

    def __init__(self, found: Problem) -> None:
        self.problem = found


class _Parser:
    """Turns one text into plain values."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._problems: list[Problem] = []
        self._left = MOST

    def parse(self, text: str) -> Parsed:
        try:
            if _may_be_deep(text):
                self._refuse_depth(text)
            node = yaml.compose(text, Loader=_CoreLoader)
            data = self._plain(node, 0) if node is not None else None
        except _Stop as stop:
            return Parsed(None, [*self._problems, stop.problem])
        except yaml.MarkedYAMLError as error:
            return Parsed(None, [self._syntax(error, text)])
        except yaml.reader.ReaderError as error:
            place = Place(self._file, text.count("\n", 0, error.position) + 1)
            code = error.character if isinstance(error.character, int) else ord(error.character[:1])
            message = f"the character U+{code:04X} is not allowed in YAML; remove it"
            return Parsed(None, [problem("yaml", place, message)])
        return Parsed({} if data is None else data, self._problems)

    def _syntax(self, error: yaml.MarkedYAMLError, text: str) -> Problem:
        mark = error.problem_mark or error.context_mark
        place = Place(self._file, mark.line + 1, mark.column + 1) if mark else Place(self._file)
        what = (error.problem or "syntax").removeprefix("but ")
        lines = text.splitlines()
        line = lines[place.line - 1] if place.line <= len(lines) else ""
        return problem("yaml", place, f"not YAML: {what}{_advice(what, line)}")

    def _refuse_depth(self, text: str) -> None:
        depth = 0
        for event in yaml.parse(text, Loader=_CoreLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > DEEPEST:
                    mark = event.start_mark
                    place = (
                        Place(self._file, mark.line + 1, mark.column + 1)
                        if mark
                        else Place(self._file)
                    )
                    raise _Stop(
                        problem(
                            "yaml", place, f"nested deeper than {DEEPEST} levels; make it flatter"
                        )
                    )
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1

    def _plain(self, node: Node, depth: int) -> Any:
        self._left -= 1
        if self._left < 0 or depth > DEEPEST:
            message = f"more than {MOST:,} values or {DEEPEST} levels once aliases are followed; write less, or without `*`"
            raise _Stop(problem("yaml", _place(self._file, node), message))
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        if isinstance(node, SequenceNode) and node.tag == _TAG + "seq":
            return [self._plain(item, depth + 1) for item in node.value]
        if isinstance(node, MappingNode) and node.tag == _TAG + "map":
            return self._map(node, depth)
        return self._tag(node)

    def _map(self, node: MappingNode, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                place = _place(self._file, key)
                message = "a key must be a word, not a list or a map; quote a text that begins with '{' or '['"
                self._problems.append(problem("yaml", place, message))
                continue
            if key.value in found:
                message = f"duplicate key '{key.value}'; keep one of the two"
                self._problems.append(problem("duplicate-key", _place(self._file, key), message))
                continue
            found[key.value] = self._plain(value, depth + 1)
        return found

    def _scalar(self, node: ScalarNode) -> Any:
        text: str = node.value
        match node.tag.removeprefix(_TAG):
            case "str":
                return text
            case "null":
                return None
            case "bool" if text.lower() in ("true", "false"):
                return text.lower() == "true"
            case "int" if len(text) <= 20 and re.fullmatch(r"[-+]?[0-9]+", text):
                return int(text)
            case "float" if len(text) <= 40 and re.fullmatch(r"[-+.0-9eE]+", text):
                try:
                    return float(text)
                except ValueError:
                    pass
        if node.tag in (_TAG + "int", _TAG + "float"):
            message = f"'{_short(text)}' is no number that can be kept; put a text in quotes"
            self._problems.append(problem("wrong-value", _place(self._file, node), message))
            return _GONE
        return self._tag(node)

    def _tag(self, node: Node) -> Any:
        name = node.tag.replace(_TAG, "!!")
        message = (
            f"the tag '{_short(name)}' is not allowed; write plain texts, numbers, lists and maps"
        )
        self._problems.append(problem("yaml", _place(self._file, node), message))
        return _GONE


class _Reader:
    """Puts the records together."""

    def __init__(self, files: _Files) -> None:
        self._files = files
        self._sources = Sources(files.texts)
        self._known_files: set[Path] = set()
        self._unread: set[str] = set()
        self._own_files: dict[tuple[type[Record], str], str] = {}

    def knowledge_base(self) -> KnowledgeBase:
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
                    _must_be("the file" if not path else path[-1], "a map of keys", value),
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
        self, kind: type[Record], data: Any, file: str, path: Trail, injected: dict[str, str]
    ) -> Any:
        """Understand plain values as a record; where parts are wrong, report them and go on without."""
        if data is None and not path:
            self._unread.update(injected.values())
            return None  # the text was no YAML, which was said already
        if not isinstance(data, dict):
            what = path[-1] if path else "the file"
            place = self._sources.of(file, *path)
            self._files.problems.append(
                problem("wrong-value", place, _must_be(what, "a map of keys", data))
            )
            self._unread.update(injected.values())
            return None
        for name in injected.keys() & data.keys():
            place = self._sources.of_key(file, *path, name)
            message = f"unknown key '{name}': it is '{injected[name]}' already, by the name of the {'entry' if path else 'file'}; remove it"
            self._files.problems.append(problem("unknown-key", place, message))
        mended: set[Trail] = set()
        if file in self._files.scarred:
            mended, data = set(_trails_of_gone(data)), _without_gone(data)
        data = {**data, **injected}
        for _ in range(DEEPEST):
            try:
                record = kind.model_validate(data)
                for trail, left in _shortened_lists(data):
                    self._files.gaps[file, (*path, *trail)] = left
                return record
            except ValidationError as errors:
                data = copy.deepcopy(data)
                found = errors.errors(include_url=False)
                places = [_where(data, error["loc"]) for error in found]
                for error, (where, is_key) in zip(found, places, strict=True):
                    in_file = _in_file(data, where)
                    if not _is_misspelt(error, found) and not _follows(error, in_file, mended):
                        self._report(kind, error, in_file, is_key, file, path)
                mended |= {_in_file(data, where) for where, _ in places}
                if not all(
                    [
                        _mend(data, error, where)
                        for error, (where, _) in zip(found, places, strict=True)
                    ]
                ):
                    break
                data = _without_gone(data)
        self._unread.update(injected.values())
        return None

    def _report(
        self, kind: type[Record], error: Any, where: Trail, is_key: bool, file: str, path: Trail
    ) -> None:
        full = (*path, *where)
        if error["type"] == "missing":
            missing = error["loc"][-1]
            message = f"'{missing}' is missing; write `{missing}: …`"
            self._files.problems.append(
                problem("missing-key", self._sources.of(file, *full), message)
            )
        elif error["type"] == "extra_forbidden":
            fields = sorted(_fields_at(kind, where[:-1]))
            message = unknown("key", str(where[-1]), fields)
            if "extra" in fields and "did you mean" not in message:
                message += "; fields of your own go under `extra`"
            self._files.problems.append(
                problem("unknown-key", self._sources.of_key(file, *full), message)
            )
        else:
            place = self._sources.of_key(file, *full) if is_key else self._sources.of(file, *full)
            self._files.problems.append(
                problem("wrong-value", place, _explain(error, where, is_key))
            )


TRANSLATIONS = "translations.yaml"


_PATTERNS = {
    ID: "an id in small letters, digits and hyphens such as 'gradient-descent'",
    r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$": "a language code such as en or zh",
    r"^https?://[^\s<>\"]+$": "an address that begins with https://",
    r"^10\.\d{4,9}/\S+$": "a DOI such as 10.1162/neco.1997.9.8.1735, without https://doi.org/",
    r"^\d{4}-\d{2}-\d{2}$": "a date such as 2015-05-21",
    r"^[A-Za-z0-9][A-Za-z0-9._-]*$": "a key of letters, digits, dots and hyphens",
}
_TYPES = {
    "union_tag_not_found": "a text, or a map by language such as {en: …, zh: …}",
    "union_tag_invalid": "a text, or a map by language such as {en: …, zh: …}",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list: each item on a line of its own after '- '",
    "dict_type": "a map of keys",
    "model_type": "a map of keys",
    "model_attributes_type": "a map of keys",
}


def _is_misspelt(error: Any, errors: list[Any]) -> bool:
    """Tell whether a key is missing because it stands there misspelt, which is said once."""
    if error["type"] != "missing":
        return False
    *around, name = error["loc"]
    strangers = [
        each["loc"][-1]
        for each in errors
        if each["type"] == "extra_forbidden" and [*each["loc"][:-1]] == around
    ]
    return any("did you mean" in unknown("key", str(stranger), [name]) for stranger in strangers)


def _explain(error: Any, where: Trail, is_key: bool) -> str:
    """Put a finding of pydantic into words: what is wrong, and what to write instead."""
    value = error["input"]
    name: TrailStep = next((step for step in reversed(where) if isinstance(step, str)), "the file")
    if where and isinstance(where[-1], int):
        name = f"an item of '{name}'"
    context = error.get("ctx", {})
    match error["type"]:
        case "string_type" if isinstance(value, bool | int | float):
            return _must_be(name, "a text", value) + "; put it in quotes"
        case "string_type":
            return _must_be(name, "a text", value)
        case "string_too_short":
            return f"{_subject(name)} must not be empty; write something or leave the key out"
        case "string_pattern_mismatch":
            wanted = _PATTERNS.get(context["pattern"], f"of the form {context['pattern']}")
            return f"'{_short(value)}' is not {wanted}" if is_key else _must_be(name, wanted, value)
        case "greater_than_equal":
            return f"{_subject(name)} must be {context['ge']} or more, not {value}"
        case "less_than_equal":
            return f"{_subject(name)} must be {context['le']} or less, not {value}"
        case "too_short":
            return f"'{name}' needs {context['min_length']} or more items, not {context['actual_length']}"
        case "literal_error":
            allowed = str(context["expected"])
            return (
                unknown(str(name), _short(value), re.findall(r"'([^']*)'", allowed))
                + f" (one of {allowed})"
            )
        case "value_error":
            return str(error["msg"]).removeprefix("Value error, ")
        case "model_type" | "model_attributes_type" if isinstance(
            where[-1] if where else None, int
        ):
            return _must_be(name, "an id, or a map of keys", value)
        case kind if kind in _TYPES:
            return _must_be(name, _TYPES[kind], value)
    return f"{_subject(name)}: {error['msg']}"


def _subject(name: TrailStep) -> str:
    return str(name) if str(name).startswith(("the ", "an item of ")) else f"'{name}'"


def _must_be(name: TrailStep, wanted: str, value: object) -> str:
    return f"{_subject(name)} must be {wanted}, not {_kind(value)}"


def _kind(value: object) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return str(value).lower()
        case int() | float():
            return f"the number {_short(value)}"
        case str():
            return f"'{_short(value)}'"
        case list() | tuple():
            return "a list"
        case _:
            return "a map"


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:57] + "…"


def _where(data: Any, location: Iterable[TrailStep]) -> tuple[Trail, bool]:
    """Turn pydantic's path, which also names branches of unions, into a path through the data; tell if it means a key."""
    path: list[TrailStep] = []
    here = data
    for step in location:
        if step == "[key]":
            return tuple(path), True
        if (isinstance(here, dict) and step in here) or (
            isinstance(here, list) and isinstance(step, int) and step < len(here)
        ):
            here = here[step]  # type: ignore[index]  # a key of a map or an index of a list, as just seen
            path.append(step)
    return tuple(path), False


def _mend(data: dict[str, Any], error: Any, where: Trail) -> bool:
    """Take out the value at `where`, so that the rest can be understood; tell whether that was possible."""
    if not where:
        if error["loc"] == ("title",) and "id" in data:
            data["title"] = data[
                "id"
            ]  # without its title, a concept still has prerequisites to check
            return True
        return False
    *around, last = where
    here: Any = data
    for step in around:
        if here is _GONE or (isinstance(here, dict) and step not in here):
            return True  # something around it is gone already
        here = here[step]
    if isinstance(here, list) and isinstance(last, int):
        here[last] = _GONE
    elif isinstance(here, dict):
        here.pop(last, None)
    return True


def _follows(error: Any, where: Trail, mended: set[Trail]) -> bool:
    """Tell whether an error only follows from something that was taken out of the place it points at."""
    whole = (*where, error["loc"][-1]) if error["type"] == "missing" else where
    return any(trail[: len(whole)] == whole for trail in mended if trail)


def _trails_of_gone(value: Any, trail: Trail = ()) -> Iterator[Trail]:
    if value is _GONE:
        yield trail
    elif isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _trails_of_gone(item, (*trail, key))


class _Shortened(list[Any]):
    """A list that lost items; knows which of the file's are left."""

    left: tuple[int, ...]


def _without_gone(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_gone(item) for key, item in value.items() if item is not _GONE}
    if isinstance(value, list):
        numbers = value.left if isinstance(value, _Shortened) else range(len(value))
        pairs = [pair for pair in zip(numbers, value, strict=True) if pair[1] is not _GONE]
        kept = _Shortened(_without_gone(item) for _, item in pairs)
        kept.left = tuple(number for number, _ in pairs)
        return kept
    return value


def _shortened_lists(value: Any, trail: Trail = ()) -> Iterator[tuple[Trail, tuple[int, ...]]]:
    if isinstance(value, _Shortened) and value.left != tuple(range(len(value))):
        yield trail, value.left
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _shortened_lists(item, (*trail, key))


def _in_file(data: Any, where: Trail) -> Trail:
    """Turn a path through what is left of the data into the path through the file."""
    path: list[TrailStep] = []
    for step in where:
        is_item = isinstance(data, _Shortened) and isinstance(step, int)
        path.append(data.left[step] if is_item else step)
        data = data[step]
    return tuple(path)


def _fields_at(kind: type[Record], path: Trail) -> Iterable[str]:
    """Give the keys that are allowed in the record at `path` below a record of `kind`."""
    schema = _schema(kind)
    here: Any = schema
    for step in path:
        here = _resolve(here, schema)
        if isinstance(step, int):
            here = here.get("items", {})
        else:
            maps = [
                *here.get("patternProperties", {}).values(),
                here.get("additionalProperties") or {},
            ]
            here = here.get("properties", {}).get(step, maps[0])
    return tuple(_resolve(here, schema).get("properties", {}))


@functools.cache
def _schema(kind: type[Record]) -> Any:
    return kind.model_json_schema()


def _resolve(here: Any, schema: Any) -> Any:
    """Follow references, and of alternatives the one with keys."""
    while True:
        if "$ref" in here:
            here = schema["$defs"][here["$ref"].rsplit("/", 1)[-1]]
        elif "anyOf" in here:
            options = [_resolve(each, schema) for each in here["anyOf"]]
            here = next(
                (each for each in options if each.get("type") in ("object", "array")), options[0]
            )
            return here
        else:
            return here


def _child(node: Node | None, step: TrailStep) -> tuple[Node, Node] | None:
    """Give the key and the value below a node; for a list the item twice."""
    if isinstance(node, MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


def _place(file: str, node: Node | None) -> Place:
    if node is None:
        return Place(file)
    return Place(file, node.start_mark.line + 1, node.start_mark.column + 1)


def _may_be_deep(text: str) -> bool:
    """Tell cheaply whether a text could nest deeper than we follow: brackets, or a line that begins far to the right."""
    return (
        text.count("[") + text.count("{") > DEEPEST
        or re.search(r"^[ \-?:]{25,}", text, re.MULTILINE) is not None
    )


def _advice(what: str, line: str) -> str:
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "; indent with spaces, not with tabs"
    if "mapping values are not allowed" in what:
        return "; put a text that contains ': ' in quotes"
    if "another document" in what:
        return "; write one document a file, without '---'"
    if "undefined alias" in what or line.lstrip(" -").startswith(("*", "&", "!", "%", "@", "`")):
        return "; put a text that begins with such a character in quotes"
    return ""
