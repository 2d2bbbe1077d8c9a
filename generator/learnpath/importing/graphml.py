"""GraphML: our own, that of networkx, and that of yEd and other editors.

It is read here and not by networkx, which stops at the first thing that it does not know (a hyperedge, an edge without
direction, a value of the wrong type), names no line, and passes over the labels of groups. What strangers wrote is read
with defusedxml: a file that would grow without end is refused.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException, sax

from learnpath.importing.drafts import Draft, Entry, Imported, Need
from learnpath.importing.fields import fill, is_field
from learnpath.importing.tables import file_title
from learnpath.model import Text
from learnpath.problems import BrokenGraph, Place, Problem, problem, short
from learnpath.reading import shown
from learnpath.tabular import LIST, from_xml, split, stripped

Arrows = Literal["from-prerequisite", "to-prerequisite"]
"""Where the arrows of a graph begin: at the prerequisite, or at what needs it."""

_TITLES = ("title", "label", "name")
_REASONS = ("why", "label", "reason", "description")


def graphml(
    source: Path,
    *,
    arrows: Arrows = "from-prerequisite",
    title_attribute: str = "",
    title: str = "",
    language: str = "en",
) -> Imported:
    """Read a graph.

    Raises:
        BrokenGraph: it is no GraphML.
    """
    name = shown(source)
    handler = _read(source, name)
    is_ours = handler.graph.get("format") == "learnpath"
    whole = {
        key: from_xml(value) if is_ours else stripped(value)
        for key, value in handler.graph.items()
        if stripped(value)
    }
    draft = Draft(name, title or whole.get("title") or file_title(source), language)
    draft.separator = LIST
    for found in handler.problems:
        draft.tell(found.code, found.place, found.message)
    if is_ours:
        _head(draft, whole, title)
    elif whole:
        draft.extra = {key: value for key, value in whole.items() if key != "title"}
    groups = _groups(handler)
    for node in handler.nodes.values():
        if node.id not in groups:
            draft.add(_entry(draft, node, title_attribute, is_ours))
    for id, group in groups.items():
        draft.titles["area"][id] = group.label or id
    by_name = {entry.name: entry for entry in draft}
    for edge in sorted(
        handler.edges, key=lambda each: (each.number("position"), each.number("any_of"))
    ):
        _connect(draft, by_name, edge, arrows, is_ours)
    return draft.settle(keep_ids=is_ours)


@dataclass
class _Node:
    id: str
    place: Place
    group: str = ""
    """The node that it lies in."""
    label: str = ""
    """What an editor writes on it."""
    values: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    """The types of its values."""


@dataclass
class _Edge(_Node):
    source: str = ""
    target: str = ""
    is_directed: bool = True

    def number(self, name: str) -> int:
        """Give a whole number among its values; 0 where there is none."""
        value = self.values.get(name, "")
        return int(value) if re.fullmatch("[0-9]{1,9}", value) else 0


@dataclass
class _Key:
    name: str
    kind: str
    what: str
    default: str | None = None


class _Reader(ContentHandler):
    """Takes nodes and edges, with their values and lines, from the stream of tags."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.nodes: dict[str, _Node] = {}
        self.edges: list[_Edge] = []
        self.graph: dict[str, str] = {}
        self.problems: list[Problem] = []
        self._file = file
        self._locator: Any = None  # the parser sets it
        self._keys: dict[str, _Key] = {}
        self._key: _Key | None = None
        self._open: list[str] = []
        self._owners: list[_Node] = []
        self._directed: list[bool] = []
        self._text: list[str] = []
        self._is_drawn = self._is_markup = False
        self._graphs = 0

    def place(self) -> Place:
        line = self._locator.getLineNumber() if self._locator else 1
        return Place(self._file, line or 1, 0)

    def tell(self, code: str, message: str) -> None:
        self.problems.append(problem(code, self.place(), message))

    def startElement(self, tag: str, attributes: Any) -> None:
        tag = tag.rpartition(":")[2]
        values = {name: attributes.getValue(name) for name in attributes.getNames()}
        if not self._open and tag != "graphml":
            self.tell("unreadable", f"no GraphML: the file begins with <{short(tag)}>")
            raise BrokenGraph(self.problems)
        self._open.append(tag)
        if "data" in self._open[:-1]:
            self._draw(tag)
        elif tag == "key":
            name = values.get("attr.name") or values.get("yfiles.type") or values.get("id", "")
            self._key = _Key(name, values.get("attr.type", "string"), values.get("for", "all"))
            self._keys[values.get("id", "")] = self._key
        elif tag == "graph":
            self._begin_graph(values)
        elif tag == "node":
            self._owners.append(self._node(values))
        elif tag == "edge":
            self._owners.append(self._edge(values))
        elif tag == "data":
            self._key = self._keys.get(values.get("key", ""))
            if self._key is None:
                self.tell(
                    "changed-by-import",
                    f"no <key> says what '{values.get('key', '')}' is; its value stands under that name",
                )
                self._key = _Key(values.get("key", "data"), "string", "all")
            self._text, self._is_markup = [], False
        elif tag in ("hyperedge", "port"):
            self.tell(
                "not-imported", f"a <{tag}> cannot be told here; draw single edges between nodes"
            )
        if tag in ("default", "NodeLabel", "EdgeLabel"):
            self._text = []

    def characters(self, text: str) -> None:
        self._text.append(text)

    def endElement(self, tag: str) -> None:
        tag, text = self._open.pop(), "".join(self._text)
        if tag == "default" and self._key and "data" not in self._open:
            self._key.default = text
        elif tag in ("NodeLabel", "EdgeLabel") and self._owners and not self._owners[-1].label:
            self._owners[-1].label = " ".join(text.split())
        elif tag == "data" and "data" not in self._open and self._key:
            self._take(self._key, "" if self._is_markup else text)
        elif tag in ("node", "edge"):
            self._owners.pop()
        elif tag == "graph":
            self._directed.pop()

    def _begin_graph(self, values: Mapping[str, str]) -> None:
        if not self._directed:
            self._graphs += 1
            if self._graphs == 2:
                self.tell("changed-by-import", "the file holds several graphs; they became one")
        self._directed.append(values.get("edgedefault", "directed") != "undirected")

    def _node(self, values: Mapping[str, str]) -> _Node:
        node = _Node(
            values.get("id", ""), self.place(), self._owners[-1].id if self._owners else ""
        )
        if node.id in self.nodes:
            self.tell(
                "duplicate-id",
                f"the node '{short(node.id)}' is there twice; the values of both are taken together",
            )
            return self.nodes[node.id]
        self.nodes[node.id] = node
        self._defaults(node, "node")
        return node

    def _edge(self, values: Mapping[str, str]) -> _Edge:
        edge = _Edge(values.get("id", ""), self.place())
        edge.source, edge.target = values.get("source", ""), values.get("target", "")
        default = str(self._directed[-1] if self._directed else True).lower()
        edge.is_directed = values.get("directed", default) == "true"
        self._defaults(edge, "edge")
        self.edges.append(edge)
        return edge

    def _defaults(self, owner: _Node, what: str) -> None:
        for key in self._keys.values():
            if key.default is not None and key.what in (what, "all"):
                owner.values[key.name], owner.kinds[key.name] = key.default, key.kind

    def _draw(self, tag: str) -> None:
        """Pass over how an editor draws a thing, and say so once."""
        self._is_markup = True
        if not self._is_drawn and tag not in ("NodeLabel", "EdgeLabel"):
            self._is_drawn = True
            self.tell(
                "changed-by-import", "how the graph is drawn, its places and colours, is left out"
            )

    def _take(self, key: _Key, text: str) -> None:
        if not self._owners:
            self.graph[key.name] = text
        elif stripped(text):
            self._owners[-1].values[key.name] = text
            self._owners[-1].kinds[key.name] = key.kind


# Private functions


def _read(source: Path, name: str) -> _Reader:
    handler = _Reader(name)
    try:
        sax.parse(io.BytesIO(source.read_bytes()), handler)
    except SAXParseException as error:
        place = Place(name, error.getLineNumber() or 1, 0)
        message = f"not XML here: {error.getMessage()}; save the graph as GraphML"
        raise BrokenGraph([problem("unreadable", place, message)]) from None
    except (DefusedXmlException, SAXException):
        message = "the definition of an entity is not allowed; take it out"
        raise BrokenGraph([problem("unreadable", handler.place(), message)]) from None
    return handler


def _head(draft: Draft, whole: Mapping[str, str], title: str) -> None:
    """Take what a graph of our own says about the whole."""
    draft.languages = split(whole.get("languages", "")) or draft.languages
    for name in ("title", "summary"):
        said = {
            language: words
            for number, language in enumerate(draft.languages)
            if (words := whole.get(f"{name}_{language}" if number else name))
        }
        text: Text | None = said if len(said) > 1 else next(iter(said.values()), None)
        if text and not (name == "title" and title):
            setattr(draft, name, text)


def _groups(handler: _Reader) -> dict[str, _Node]:
    """Give the nodes that hold others and that no edge touches: they are areas."""
    around = {node.group for node in handler.nodes.values()}
    touched = {end for edge in handler.edges for end in (edge.source, edge.target)}
    return {id: node for id, node in handler.nodes.items() if id in around - touched}


def _entry(draft: Draft, node: _Node, title_attribute: str, is_ours: bool) -> Entry:
    """Make a concept of a node; its title is what it is called, or what an editor writes on it."""
    entry = Entry(node.id, node.place)
    values = {name: from_xml(value) if is_ours else value for name, value in node.values.items()}
    if is_ours:
        values.pop("label", None)
    else:
        wanted = [title_attribute] if title_attribute else _TITLES
        names = {each.casefold(): each for each in values}
        found = next((names[each] for each in map(str.casefold, wanted) if each in names), None)
        called = values.pop(found) if found else node.label
        values = {"title": called, **values} if called else values
        if "description" in values and "summary" not in values:
            values["summary"] = values.pop("description")
        if node.group:
            values.setdefault("area", node.group)
    for name, value in values.items():
        if not is_field(name):
            draft.tell_kept(f"the attribute '{short(name)}' of nodes", node.place)
            entry.extra[name] = _typed(value, node.kinds.get(name, "string"))
    fill(draft, entry, {name: value for name, value in values.items() if is_field(name)})
    return entry


def _connect(
    draft: Draft, entries: Mapping[str, Entry], edge: _Edge, arrows: Arrows, is_ours: bool
) -> None:
    """Put an edge where the format has it: at the concept that needs the other, or that tells of it."""
    what = edge.values.get("type", "prerequisite") if is_ours else "prerequisite"
    owner, other = edge.target, edge.source
    if what != "prerequisite" or (arrows == "to-prerequisite" and not is_ours):
        owner, other = other, owner
    if owner not in entries:
        message = f"an edge ends at '{short(owner)}', and there is no such node; it is left out"
        draft.tell("not-imported", edge.place, message)
        return
    if not edge.is_directed:
        draft.tell_once(
            "an edge without direction",
            edge.place,
            "it became `related`; draw an arrow where one concept needs the other",
        )
        what = "related"
    entry, values = entries[owner], dict(edge.values)
    need = Need([other], edge.place, _why(draft, values, edge.label, is_ours))
    needs = entry.needs.setdefault("prerequisites" if what == "prerequisite" else what, [])
    if is_ours:
        if edge.number("any_of") > 1 and needs:
            needs[-1].members.append(other)
        else:
            needs.append(need)
        return
    needs.append(need)
    for name, value in values.items():
        draft.tell_kept(f"the attribute '{short(name)}' of edges", edge.place)
        of_edges: dict[str, Any] = entry.pocket("edges", dict)
        of_edges.setdefault(other, {})[name] = _typed(value, edge.kinds.get(name, "string"))


def _why(draft: Draft, values: dict[str, str], label: str, is_ours: bool) -> Text | None:
    """Take the reason of an edge out of its values."""
    if is_ours:
        default = draft.languages[0]
        said = {
            language: from_xml(words)
            for language in draft.languages
            if (words := values.get("why" if language == default else f"why_{language}"))
        }
        return said.get(default) if set(said) == {default} else said or None
    found = next((each for each in _REASONS if stripped(values.get(each, ""))), None)
    return stripped(values.pop(found)) if found else label or None


def _typed(value: str, kind: str) -> Any:
    """Give a value as what its key says that it is; a text where it is not."""
    text = stripped(value)
    if kind == "boolean" and text.casefold() in ("true", "false"):
        return text.casefold() == "true"
    if kind in ("int", "long", "integer") and re.fullmatch("[-+]?[0-9]{1,18}", text):
        return int(text)
    if kind in ("float", "double") and re.fullmatch(r"[-+]?[0-9]{1,15}(\.[0-9]{1,15})?", text):
        return float(text)
    return text
