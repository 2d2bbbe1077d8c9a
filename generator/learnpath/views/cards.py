"""What stands on the card of a page: the picture that is shown where its address is shared."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from learnpath.views.metadata import bare

if TYPE_CHECKING:  # it makes the views that are told here
    from learnpath.views import View, Views


@dataclass(frozen=True)
class Card:
    """The words on a card, and the colour that goes with them."""

    language: str
    site: str
    """The name of the site; "" on the card of the front page, whose title it is."""
    title: str
    summary: str = ""
    kind: str = ""
    """What the page is, such as a concept."""
    facts: str = ""
    area: str = ""
    colour: str = ""
    """The class that colours the area; "" where the page is of none."""
    is_marked: bool = True
    """Whether it bears the mark of learnpath, as its pages do."""

    @property
    def words(self) -> str:
        """Say in words what the card shows."""
        return " · ".join(filter(None, (self.title, self.area, self.kind, self.site)))


_KINDS = {
    "concept": "card-concept",
    "path": "card-path",
    "notebook": "card-snippet",
    "article": "article",
    "section": "article",
    "person": "card-person",
}


def card_of(views: "Views", view: "View") -> Card:
    """Give the card of a page that is made from the knowledge base."""
    kind = views.labels[_KINDS[view.template]] if view.template in _KINDS else ""
    whole = Card(
        language=view.language,
        site="" if view.template == "home" else views.say(views.base.manifest.title),
        title=view.title,
        summary=bare(view.description or views.say(views.base.manifest.summary)),
        kind="" if kind == view.title else kind,
        facts=_facts(views, view),
    )
    return _coloured(whole, views, view)


# Private functions


def _coloured(card: Card, views: "Views", view: "View") -> Card:
    """Give the card the name of its area and its colour; of an area, whose name is the title, it says just that."""
    id = _area(views, view)
    area = views.base.manifest.areas.get(id or "")
    if area is None:
        return card
    name = views.labels["area"] if view.template == "area" else views.say(area.title)
    return replace(card, area=name, colour=views.area_class(id))


def _area(views: "Views", view: "View") -> str | None:
    """Give the area of a page; that of a snippet is the one of the concept that it belongs to."""
    id = view.key.rpartition("/")[2]
    if view.template == "area":
        return id
    if view.template == "concept":
        return views.base.concepts[id].area
    users = views.users_of_snippet(id) if view.template == "notebook" else []
    return users[0].area if users else None


def _facts(views: "Views", view: "View") -> str:
    if view.template == "concept":
        return views.in_short(views.base.concepts[view.key.removeprefix("concepts/")])
    if view.template == "home":
        return " · ".join(f"{n} {words}" for n, words in view.data["counts"][:1])
    return str(view.data.get("length", "")) if view.template == "path" else ""
