"""A text of YAML as plain values, and the place of each value. The only module that knows YAML."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from learnpath.problems import Place, Problem, Trail, TrailStep, problem, short

DEEPEST = 50  # levels; libyaml's composer recurses in C and would end the interpreter somewhat above 10,000
MOST = 200_000  # values in a file, those behind aliases counted each time

GONE = object()  # stands for a value that was wrong and reported; takes part in nothing further

CORE = (
    ("null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]),
    ("bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), "tTfF"),
    ("int", re.compile(r"^[-+]?[0-9]+$"), "-+0123456789"),
    (
        "float",
        re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"),
        "-+.0123456789",
    ),
)
"""What a plain scalar may be other than a text: the kind, how it looks, and the signs that it begins with."""


class Parsed(NamedTuple):
    """A text as plain values, and what was wrong with it."""

    data: Any
    problems: list[Problem]


def parse(text: str, file: str) -> Parsed:
    """Parse one YAML document into maps, lists and scalars of the YAML 1.2 core schema (`no` is a word, not false)."""
    return _Parser(file).parse(text)


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

    def is_whole(self, file: str, *path: TrailStep) -> bool:
        """Tell whether the list at `path` has all its items, and lost none because it was wrong."""
        return (file, path) not in self._gaps

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
for _name, _pattern, _first in CORE:
    _CoreLoader.add_implicit_resolver(_TAG + _name, _pattern, list(_first))


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
            code = error.character if isinstance(error.character, int) else ord(error.character[:1])
            before = text.partition(chr(code))[0]  # libyaml gives its position in bytes of UTF-8
            place = Place(self._file, before.count("\n") + 1, len(before) - before.rfind("\n"))
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
                message = f"duplicate key '{short(key.value)}'; keep one of the two"
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
            message = f"'{short(text)}' is no number that can be kept; put a text in quotes"
            self._problems.append(problem("wrong-value", _place(self._file, node), message))
            return GONE
        return self._tag(node)

    def _tag(self, node: Node) -> Any:
        name = node.tag.replace(_TAG, "!!")
        message = (
            f"the tag '{short(name)}' is not allowed; write plain texts, numbers, lists and maps"
        )
        self._problems.append(problem("yaml", _place(self._file, node), message))
        return GONE


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
