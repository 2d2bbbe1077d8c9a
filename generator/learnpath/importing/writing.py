"""Plain values as YAML that people like to read: short lists and maps in one line, all else a line each."""

import re
from typing import Any

import yaml
from yaml.events import ScalarEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from learnpath.importing.drafts import Imported
from learnpath.reading.parsing import CORE

WIDEST = 100  # characters of a list or map in one line


def files(imported: Imported) -> dict[str, str]:
    """Give the files of a graph by name."""
    found = {"knowledge-base.yaml": _file(imported.manifest, "schema/knowledge-base.json")}
    for id, concept in imported.concepts.items():
        found[f"concepts/{id}.yaml"] = _file(concept, "../schema/concept.json")
    if imported.resources:
        found["resources.yaml"] = _file(imported.resources, "schema/resources.json")
    return found


def as_yaml(data: Any) -> str:
    """Write plain values as YAML that is read back the same."""
    text: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return text


# Private functions


def _file(data: Any, schema: str) -> str:
    return f"# yaml-language-server: $schema={schema}\n{as_yaml(data)}"


class _Dumper(yaml.SafeDumper):
    """Quotes whatever a reader of YAML 1.1 or of the 1.2 core schema might take for something else than a text."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> Any:
        node = super().represent_sequence(tag, sequence, flow_style)
        node.flow_style = _is_short(node)
        return node

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> Any:
        node = super().represent_mapping(tag, mapping, flow_style)
        is_edge = not mapping.keys().isdisjoint(("concept", "resource", "any_of"))
        node.flow_style = _is_short(node) and not is_edge
        return node

    def represent_text(self, text: str) -> ScalarNode:
        # libyaml takes these for line ends, and would read blanks in their place
        is_odd = re.search("[\x85\u2028\u2029]", text)
        style = '"' if is_odd else "|" if "\n" in text else None
        return self.represent_scalar("tag:yaml.org,2002:str", text, style)

    def choose_scalar_style(self) -> str:
        """Quote as authors do; a long text in single quotes, which may go on in the next line."""
        style: str = super().choose_scalar_style()
        text = self.event.value if isinstance(self.event, ScalarEvent) else ""
        is_simple = text.isprintable() and len(text) < WIDEST and not re.search(r'["\\]', text)
        return '"' if style == "'" and is_simple else style

    def serialize(self, node: Node) -> None:
        """The outermost map has its keys below each other."""
        if isinstance(node, MappingNode) and node.value:
            node.flow_style = False
        super().serialize(node)


_Dumper.add_representer(str, _Dumper.represent_text)
for _name, _pattern, _first in CORE:
    _Dumper.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", _pattern, list(_first))


def _is_short(node: SequenceNode | MappingNode) -> bool:
    """Tell whether a list or map fits into one line: scalars, and lists of them."""
    parts = [part for each in node.value for part in (each if isinstance(each, tuple) else [each])]
    inner = [part for part in parts if not isinstance(part, ScalarNode)]
    if any(isinstance(part, MappingNode) or not part.flow_style for part in inner):
        return not node.value
    return _length(node) <= WIDEST and not any("\n" in each for each in _texts(node))


def _texts(node: Node) -> list[str]:
    if isinstance(node, ScalarNode):
        return [node.value]
    parts = [part for each in node.value for part in (each if isinstance(each, tuple) else [each])]
    return [text for part in parts for text in _texts(part)]


def _length(node: Node) -> int:
    """Estimate how long a node is in one line; a Chinese sign is as wide as two letters."""
    return sum(2 + sum(2 if ord(sign) > 0x2E80 else 1 for sign in text) for text in _texts(node))
