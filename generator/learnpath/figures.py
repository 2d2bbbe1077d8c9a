"""Figures drawn for the pages: one SVG for all languages, put into a page as part of its HTML.

Inside the page it takes the page's colours, light or dark, through the classes of `assets/learnpath.css`, and its text
can be read aloud and searched. As a file of its own it could do neither.
"""

import copy
import re
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_ARROW = (
    '<marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"'
    ' markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path class="head" d="M0 0L8 4L0 8z"/></marker>'
)

_ACTIVE = ("script", "foreignObject", "image", "style", "animate", "iframe")
"""What runs, loads or changes the page around the figure."""

_STYLES = Path(__file__).parent / "assets" / "learnpath.css"
_LIGHT = {
    "bg-color": "#fff",
    "fg-color": "#212121",
    "fg-color--light": "#5a5a5a",
    "fg-color--lighter": "#a3a3a3",
    "fg-color--lightest": "#e0e0e0",
}

_LOWERED = {"sub": 4.0, "sup": -5.0}  # by how much, in the units of the drawing


def drawn(text: str, name: str, language: str, alt: str) -> str:
    """Give a figure as HTML.

    Args:
        text: the SVG. Elements with a `lang` are for that language alone. `url(#arrow)` is an arrowhead.
        name: a prefix that makes its ids unique on the page.
        language: the language to show.
        alt: what it shows, for those who cannot see it.

    Raises:
        ElementTree.ParseError: it is not well-formed.
    """
    root = ElementTree.fromstring(text)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    _keep_language(root, language)
    if "url(#arrow)" in text and not any(each.get("id") == "arrow" for each in root.iter()):
        defs = Element("defs")
        defs.append(ElementTree.fromstring(_ARROW))
        root.insert(0, defs)
    for element in list(root.iter("text")):
        _shift(element)
    _rename(root, name)
    size = root.get("viewBox", "")
    width = float(size.split()[2]) / 16
    root.attrib = {
        "viewBox": size,
        "role": "img",
        "aria-label": alt,
        "style": f"max-width:{width:g}rem",
    }
    html = ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)
    return re.sub(r">\s+<(?!/?tspan)", "><", html)


def as_file(text: str, language: str) -> str:
    """Give a figure as a file of its own, in the colours of a light page: there it cannot see those around it."""
    root = ElementTree.fromstring(drawn(text, "figure", language, ""))
    del root.attrib["aria-label"]  # who shows the file says what it shows
    root.set("xmlns", "http://www.w3.org/2000/svg")
    style = Element("style")
    style.text = _light_style()
    root.insert(0, style)
    return ElementTree.tostring(root, encoding="unicode")


def languages_of(text: str) -> list[dict[str, int]]:
    """Count, among the children of each element that has any in a language, those in each language.

    Raises:
        ElementTree.ParseError: the figure is not well-formed.
        ValueError: it says nothing of its size, or it does more than draw; the message says how to mend it.
    """
    root = ElementTree.fromstring(text)
    if not re.fullmatch(r"0 0 [\d.]+ [\d.]+", root.get("viewBox", "")):
        raise ValueError('the figure does not say its size; write <svg viewBox="0 0 440 200" …>')
    counts = []
    for element in root.iter():
        tag = str(element.tag).rpartition("}")[2]
        if tag in _ACTIVE or any(key.startswith("on") for key in element.attrib):
            raise ValueError(f"a figure only draws; take <{tag}> out, or what it does")
        count: dict[str, int] = {}
        for child in element:
            language = child.get("lang")
            if language:
                count[language] = count.get(language, 0) + 1
        if count:
            counts.append(count)
    return counts


# Private functions


def _light_style() -> str:
    """Give the rules for figures that the pages have, with the theme's colours written out."""
    rules = re.findall(r"^\.drawing.*", _STYLES.read_text(encoding="utf-8"), re.MULTILINE)
    colours = ";".join(f"--md-default-{name}:{value}" for name, value in _LIGHT.items())
    own = "\n".join(rule.replace(".drawing", "svg") for rule in rules)
    return f"svg{{{colours};background:#fff}}\n{own}"


def _keep_language(element: Element, language: str) -> None:
    for child in list(element):
        if child.get("lang") not in (None, language):
            element.remove(child)
        else:
            child.attrib.pop("lang", None)
            _keep_language(child, language)


def _shift(text: Element) -> None:
    """Lower or raise each `sub` and `sup`, and bring back what follows: `baseline-shift` is not known everywhere."""
    parts: list[Element] = []
    for child in list(text):
        parts.append(child)
        text.remove(child)
        if child.tail and child.tail.strip("\n"):
            rest = Element("tspan")
            rest.text, child.tail = child.tail, None
            parts.append(rest)
    level = 0.0
    for part in parts:
        wanted = next(
            (_LOWERED[each] for each in part.get("class", "").split() if each in _LOWERED), 0.0
        )
        if wanted != level:
            part.set("dy", f"{wanted - level:g}")
        level = wanted
        text.append(copy.copy(part))


def _rename(root: Element, name: str) -> None:
    ids = {each.get("id"): f"{name}-{each.get('id')}" for each in root.iter() if each.get("id")}
    for element in root.iter():
        for key, value in list(element.attrib.items()):
            if key == "id":
                element.set(key, ids[value])
            elif value.startswith("url(#"):
                target = value[5:-1]
                element.set(key, f"url(#{ids.get(target, target)})")
            elif key.endswith("href") and value.startswith("#"):
                element.set("href", f"#{ids.get(value[1:], value[1:])}")
