"""What the page `/map/` says, and the small map of a concept's neighbours on its own page.

The page holds all concepts as a nested list, for those who cannot see the map and for browsers without JavaScript.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any

from learnpath.graph import chains
from learnpath.model import Concept
from learnpath.views.telling import told

if TYPE_CHECKING:
    from learnpath.views import View, Views


def page(views: "Views") -> "View":
    """Give the page of the map."""
    here = "map/index"
    groups = [
        {
            "id": id or "",
            "title": title,
            "area": views.area_class(id),
            "count": len(concepts),
            "concepts": [_listed(views, concept, here) for concept in concepts],
        }
        for id, title, concepts in views.by_area()
    ]
    view = views.view(
        here,
        views.labels["map"],
        "map",
        f"{views.base.folder}/concepts",
        description=views.labels["map-about"].format(n=len(views.base.concepts)),
        tells=told("map", views.labels),
        groups=groups,
        has_areas=len(groups) > 1,
        has_chain=bool(chains(views.base)),
        plan=views.link("plan/index", views.labels["plan-make"], here),
    )
    return replace(view, meta={"hide": ["navigation", "toc"], **view.meta})


def neighbours(views: "Views", concept: Concept, opens: Sequence[str]) -> str:
    """Draw a concept between what it needs and what needs it, as HTML; "" where it has neither.

    Addresses stand behind `site:`. The lists on the page say the same, so this is not read aloud.
    """
    needs = dict.fromkeys(member for each in concept.prerequisites for member in each.members)
    left, right = _column(views, list(needs)), _column(views, opens)
    if not left and not right:
        return ""
    height = max(len(left), len(right)) * _ROW
    middle = height / 2
    parts: list[str] = []
    for column, x in ((left, 0), (right, _WIDTH - _BOX)):
        top = middle - len(column) * _ROW / 2
        for number, (id, title) in enumerate(column):
            y = top + (number + 0.5) * _ROW
            ends = ((_BOX, y), (_MIDDLE, middle)) if x == 0 else ((_MIDDLE + _BOX, middle), (x, y))
            parts += [_line(*ends), _box(views, id, title, x, y)]
    title = views.say(concept.title)
    parts.append(_rect("here", _MIDDLE, middle) + _text(_broken(title), _MIDDLE, middle))
    return (
        f'<svg viewBox="-2 -2 {_WIDTH + 4} {height + 4}" style="max-width:{_WIDTH / 16:g}rem" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )


# Private functions

_WIDTH, _BOX, _HIGH, _ROW = 468, 140, 36, 44
_MIDDLE = (_WIDTH - _BOX) // 2
_MOST = 6
"""Of a column; more would weigh too much on each page, and the lists have them all."""
_LETTERS = 20
"""That fit into a line of a box, of which it has two; a Chinese one takes the room of two."""


def _listed(views: "Views", concept: Concept, here: str) -> dict[str, Any]:
    return {
        "link": views.concept_link(concept, here, ""),
        "time": views.time(concept.minutes, concept.ongoing),
        "needs": [
            [views.concept_link(views.base.concepts[id], here, "") for id in each.members]
            for each in concept.prerequisites
        ],
    }


def _column(views: "Views", ids: Sequence[str]) -> list[tuple[str, str]]:
    """Give id and title of those that are shown; at the end, without an id, how many are not."""
    shown = ids if len(ids) <= _MOST else ids[: _MOST - 1]
    column = [(id, views.say(views.base.concepts[id].title)) for id in shown]
    rest = len(ids) - len(shown)
    return [*column, ("", f"+{rest}")] if rest else column


def _box(views: "Views", id: str, title: str, x: float, y: float) -> str:
    lines = _broken(title)
    if not id:
        return _text(lines, x, y)
    area = views.area_class(views.base.concepts[id].area)
    whole = f"<title>{escape(title)}</title>" if lines[-1].endswith("…") else ""
    return f'<a href="site:concepts/{id}" tabindex="-1">{whole}{_rect(area, x, y)}{_text(lines, x, y)}</a>'


def _rect(kind: str, x: float, y: float) -> str:
    return f'<rect class="{kind}" x="{x:g}" y="{y - _HIGH / 2:g}" width="{_BOX}" height="{_HIGH}" rx="5"/>'


def _text(lines: Sequence[str], x: float, y: float) -> str:
    first = y + 4 - (len(lines) - 1) * 7
    return "".join(
        f'<text x="{x + _BOX / 2:g}" y="{first + 14 * number:g}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )


def _line(start: tuple[float, float], end: tuple[float, float]) -> str:
    (x, y), (to_x, to_y) = start, end
    bend = (x + to_x) / 2
    return f'<path d="M{x:g} {y:g}C{bend:g} {y:g} {bend:g} {to_y:g} {to_x:g} {to_y:g}"/>'


def _broken(title: str) -> list[str]:
    """Break a title into at most two lines; what has no room is cut."""
    lines = [""]
    for word in re.findall(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+", title):
        if lines[-1] and _breadth((lines[-1] + word).rstrip()) > _LETTERS:
            lines.append("")
        lines[-1] += word
    lines = [line.strip() for line in lines]
    shown = [*lines[:1], f"{lines[1]}…"] if len(lines) > 2 else lines
    return [_shortened(line) for line in shown]


def _shortened(line: str) -> str:
    kept = line
    while _breadth(line) > _LETTERS:
        kept = kept.rstrip("…")[:-1]
        line = f"{kept.rstrip()}…"
    return line


def _breadth(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
