"""The feed of changes: an Atom feed (RFC 4287) of the pages that changed last, with the days that git remembers."""

from collections.abc import Iterable
from typing import NamedTuple
from xml.etree import ElementTree

FEED = "feed.xml"

_MOST = 30
_ATOM = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


class Changed(NamedTuple):
    """A page that changed, in plain words."""

    day: str
    """As ISO 8601 has it."""
    title: str
    address: str
    """The whole one."""
    description: str


def feed(title: str, language: str, here: str, home: str, pages: Iterable[Changed]) -> bytes:
    """Give the feed of a site in one language, the newest first.

    `here` and `home` are the whole addresses of the feed and of the front page.
    """
    newest = sorted(pages, key=lambda page: (page.day, page.title), reverse=True)[:_MOST]
    root = ElementTree.Element("feed", {"xmlns": _ATOM, _LANGUAGE: language})
    _add(root, "id", here)
    _add(root, "title", title)
    _add(root, "updated", _time(newest[0].day))
    _add(_add(root, "author"), "name", title)
    _add(root, "link", rel="self", type="application/atom+xml", href=here)
    _add(root, "link", rel="alternate", type="text/html", href=home)
    for page in newest:
        entry = _add(root, "entry")
        _add(entry, "id", page.address)
        _add(entry, "title", page.title)
        _add(entry, "updated", _time(page.day))
        _add(entry, "link", rel="alternate", type="text/html", href=page.address)
        _add(entry, "summary", page.description)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


# Private functions


def _add(
    parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str
) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, name, attributes)
    made.text = text
    return made


def _time(day: str) -> str:
    return f"{day}T00:00:00Z"
