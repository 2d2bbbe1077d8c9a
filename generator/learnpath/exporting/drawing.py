"""The prerequisites as a drawing for Graphviz: the areas are boxes, arrows run from a concept to what needs it.

Of alternatives one is enough: they meet in a small circle with the sign for "or" (≥1, as in drawings of circuits), by
dashed lines, and one arrow goes on from there.
"""

from collections.abc import Iterator, Mapping
from unicodedata import east_asian_width

from learnpath.exporting.asking import Asked
from learnpath.joining import in_one_line
from learnpath.model import Concept, KnowledgeBase, Text
from learnpath.reading import labels
from learnpath.views import source_of
from learnpath.views.metadata import bare

_HEAD = """digraph {
  graph [rankdir=LR, ranksep=0.8, nodesep=0.2, fontname="Helvetica", style=rounded, color="#8a8a8a"]
  node [shape=box, style="rounded,filled", fillcolor=white, fontname="Helvetica", fontsize=14, margin="0.2,0.08"]
  edge [arrowsize=0.7, color="#4d4d4d"]
"""
_COLOURS = (
    9  # of the scheme pastel19, one of those that ColorBrewer made for maps; Graphviz brings them
)


def graphviz(base: KnowledgeBase, asked: Asked) -> str:
    """Give the graph in the language dot; with the address of a site its boxes lead to the pages there."""
    return "".join(_Drawing(base, asked).lines())


# Private functions


class _Drawing:
    def __init__(self, base: KnowledgeBase, asked: Asked) -> None:
        self.base, self.asked = base, asked
        self.language = asked.language or base.language
        replaced = base.manifest.labels.get(self.language, {})
        self.one_of = labels(self.language, replaced)["one-of"]

    def lines(self) -> Iterator[str]:
        areas = self.base.manifest.areas
        yield _HEAD
        yield f"  label={_quoted(self.say(self.base.manifest.title))}\n"
        for number, (id, area) in enumerate(areas.items()):
            yield f"  subgraph {_quoted(f'cluster {id}')} {{\n"
            yield f"    label={_quoted(self.say(area.title))}\n"
            colour = f"/pastel19/{number % _COLOURS + 1}"
            yield f'    style="rounded,filled"; fillcolor="{colour}"\n'
            yield from (f"    {self.box(each)}\n" for each in self.concepts() if each.area == id)
            yield "  }\n"
        yield from (f"  {self.box(each)}\n" for each in self.concepts() if each.area not in areas)
        for concept in self.concepts():
            yield from (f"  {line}\n" for line in self.arrows(concept))
        yield "}\n"

    def concepts(self) -> list[Concept]:
        return list(self.base.concepts.values())

    def say(self, text: Text | None) -> str:
        return in_one_line(self.base.say(text, self.language))

    def box(self, concept: Concept) -> str:
        address = self.asked.address(
            source_of(f"concepts/{concept.id}", self.language, self.base.language)
        )
        title = self.say(concept.title)
        told = {
            "label": title,
            "width": _width(title),
            "tooltip": bare(self.say(concept.summary)),
            "URL": address,
        }
        return f"{_quoted(concept.id)} {_attributes(told)}"

    def arrows(self, concept: Concept) -> Iterator[str]:
        here = _quoted(concept.id)
        for number, each in enumerate(concept.prerequisites):
            why = bare(self.say(each.why))
            if len(each.members) == 1:
                told = _attributes({"tooltip": why})
                yield f"{_quoted(each.members[0])} -> {here} {told}"
                continue
            junction = _quoted(f"{concept.id} or {number}")  # no id has a blank
            told = _attributes({"label": "≥1", "tooltip": why or self.one_of})
            yield f"{junction} {told} [shape=circle, fontsize=9, margin=0.02, width=0.3]"
            for member in each.members:
                yield f"{_quoted(member)} -> {junction} [style=dashed, arrowhead=none]"
            yield f"{junction} -> {here}"


def _attributes(told: Mapping[str, str]) -> str:
    pairs = [f"{name}={_quoted(value)}" for name, value in told.items() if value]
    return f"[{', '.join(pairs)}]" if pairs else ""


def _width(title: str) -> str:
    """Give in inches how wide a box must be for signs of 14 points, where Chinese ones are as wide as high.

    Graphviz without fonts, as in browsers, takes them for blanks.
    """
    wide = sum(east_asian_width(sign) in "WF" for sign in title)
    return f"{(wide * 14 + (len(title) - wide) * 7) / 72 + 0.4:.2f}" if wide else ""


def _quoted(text: str) -> str:
    r"""Write a text so that Graphviz prints it to the letter: it reads `\n` and `\N` in it, and entities such as `&lt;`."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    escaped = printable.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
