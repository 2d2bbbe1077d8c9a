"""A card as a sheet of paper with words on it, in the colours of the site."""

import io
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageColor, ImageDraw

from learnpath.cards.faces import Style, width_of, writable, written
from learnpath.cards.mark import MARK, mark_colours, paste_mark
from learnpath.cards.setting import Block, block, fitting
from learnpath.views.cards import Card

WIDTH, HEIGHT = 1200, 630

_COLOURS = Path(__file__).parent.parent / "assets" / "face.css"
LOOKS = (_COLOURS, MARK)  # the files that say what a card looks like

_LEFT, _RIGHT, _BAR = 88, WIDTH - 72, 20
_HEAD, _RULE, _FOOT = 106, 512, 571  # where lines of words stand, from the top
_TITLES = ((Style(88, 640), 1), (Style(74, 640), 2), (Style(60, 640), 3), (Style(52, 640), 3))
_TITLES_ZH = ((Style(88, 640), 1), (Style(76, 640), 1), (Style(68, 640), 2), (Style(56, 640), 3))
_NAMES = ((Style(27, 620), 1), (Style(25, 620), 1), (Style(23, 620), 1))
_SUMMARY, _SMALL, _AREA = Style(33), Style(27), Style(27, 620)
_GAP = 26  # between title and summary
_SHADES = 6  # of each colour on paper; a picture with so few colours is small


def drawn(card: Card) -> bytes:
    """Draw a card; give it as PNG."""
    card = _as_written(card)
    own = _colours().get(card.colour) or _colours()["md-typeset-a-color"]
    sheet = _ground(own, card.is_marked).copy()
    _head(sheet, card, own)
    _body(sheet, card)
    _foot(sheet, card)
    return _png(sheet, own)


# Private functions


def _as_written(card: Card) -> Card:
    """Give a card with the words that the fonts have; without its title it is one of the whole site."""
    names = ("site", "title", "summary", "kind", "facts", "area")
    words: dict[str, Any] = {name: writable(getattr(card, name), card.language) for name in names}
    card = replace(card, **words)
    if card.title:
        return card
    return replace(card, title=card.site, site="", summary="", kind="", facts="")


def _head(sheet: Image.Image, card: Card, own: str) -> None:
    """Write the area, behind a dot as on pages, and the kind of page."""
    x, language = float(_LEFT), card.language
    room = round(_RIGHT - _LEFT - 60 - width_of(card.kind, _SMALL, language))
    for area in block(card.area, _AREA, room, 1, language).lines:
        _dot(sheet, (_LEFT + 10, _HEAD - 10), 10, own)
        x = _write(sheet, area, (_LEFT + 34, _HEAD), _AREA, own, language) + 26
    _write(sheet, card.kind, (x, _HEAD), _SMALL, _ink("light"), language)


def _body(sheet: Image.Image, card: Card) -> None:
    """Write the title, as large as it may be, and the summary below, a little above the middle of the room."""
    is_chinese = card.language.split("-")[0] == "zh"
    styles, leading, summary_leading = (
        (_TITLES_ZH, 1.26, 1.5) if is_chinese else (_TITLES, 1.12, 1.36)
    )
    title = fitting(card.title, styles, _RIGHT - _LEFT, card.language)
    summary = block(card.summary, _SUMMARY, _RIGHT - _LEFT, 2, card.language)
    height = _height(title, leading) + _GAP + _height(summary, summary_leading)
    top = _HEAD + (_RULE - _HEAD - height) * 0.44
    below = _lines(sheet, title, top, leading, _ink(""), card.language)
    _lines(sheet, summary, below + _GAP, summary_leading, _ink("light"), card.language)


def _foot(sheet: Image.Image, card: Card) -> None:
    """Write whose card it is, and beside that, where there is room, what to know before one begins."""
    ImageDraw.Draw(sheet).line((_LEFT, _RULE, _RIGHT, _RULE), fill=_ink("lightest"), width=2)
    start, language = _LEFT, card.language
    if card.is_marked:
        paste_mark(sheet, (start - 4, _FOOT - 34), 48)
        start += 58
    x = _RIGHT - width_of(card.facts, _SMALL, language)
    name = fitting(card.site, _NAMES, round(x - start - 24), language)
    if name.is_whole:
        _write(sheet, card.facts, (x, _FOOT), _SMALL, _ink("light"), language)
    else:
        name = fitting(card.site, _NAMES, _RIGHT - start, language)
    for line in name.lines:
        _write(sheet, line, (start, _FOOT), name.style, _ink(""), language)


def _height(words: Block, leading: float) -> float:
    return words.style.size * leading * len(words.lines)


def _lines(
    sheet: Image.Image, words: Block, top: float, leading: float, ink: str, language: str
) -> float:
    """Write lines one below the other; tell where the last one ends."""
    height = words.style.size * leading
    for number, line in enumerate(words.lines):
        base = top + height * number + words.style.size * 0.98
        _write(sheet, line, (_LEFT, base), words.style, ink, language)
    return top + _height(words, leading)


def _write(
    sheet: Image.Image, text: str, at: tuple[float, float], style: Style, ink: str, language: str
) -> float:
    """Write words that begin at a point of their base line; tell where they end."""
    x, y = at
    sheet.paste(ink, (round(x), round(y) - style.size), written(text, style, language))
    return x + width_of(text, style, language)


def _dot(sheet: Image.Image, centre: tuple[float, float], radius: int, ink: str) -> None:
    """Draw a dot, several times as large and then smaller, as Pillow draws hard edges."""
    mask = Image.new("L", (radius * 8, radius * 8))
    ImageDraw.Draw(mask).ellipse((0, 0, radius * 8 - 1, radius * 8 - 1), fill=255)
    mask = mask.reduce(4)
    sheet.paste(ink, (round(centre[0]) - radius, round(centre[1]) - radius), mask)


@cache
def _ground(own: str, is_marked: bool) -> Image.Image:
    """Give the paper, with a bar in the colour of the area and the mark as a watermark."""
    sheet = Image.new("RGB", (WIDTH, HEIGHT), _paper())
    if is_marked:
        lines, last = mark_colours()
        paste_mark(
            sheet,
            (760, 40),
            560,
            {lines: _mixed(_ink("lightest"), 0.5), last: _mixed(own, 1 / _SHADES)},
        )
    ImageDraw.Draw(sheet).rectangle((0, 0, _BAR - 1, HEIGHT), fill=own)
    return sheet


def _png(sheet: Image.Image, own: str) -> bytes:
    file = io.BytesIO()
    sheet.quantize(palette=_palette(own), dither=Image.Dither.NONE).save(file, "PNG")
    return file.getvalue()


@cache
def _palette(own: str) -> Image.Image:
    """Give an image with the colours of a card: each of its inks from faint to full."""
    inks = [_ink(""), _ink("light"), _ink("lightest"), own, *mark_colours()]
    shades = [
        ImageColor.getrgb(_mixed(ink, number / _SHADES))
        for ink in inks
        for number in range(1, _SHADES + 1)
    ]
    image = Image.new("P", (1, 1))
    image.putpalette([part for each in (ImageColor.getrgb(_paper()), *shades) for part in each])
    return image


def _mixed(ink: str, strength: float) -> str:
    """Give the colour that an ink leaves on paper."""
    pairs = zip(ImageColor.getrgb(_paper()), ImageColor.getrgb(ink), strict=True)
    return "#{:02x}{:02x}{:02x}".format(*(round(a + (b - a) * strength) for a, b in pairs))


def _paper() -> str:
    return _colours()["md-default-bg-color"]


def _ink(strength: str) -> str:
    """Give the colour of words: "" for those that matter, `light` for others, `lightest` for lines."""
    return _colours()["md-default-fg-color" + (f"--{strength}" if strength else "")]


@cache
def _colours() -> dict[str, str]:
    """Give the colours of the site by name, in daylight: those come first."""
    found = re.findall(r"--([\w-]+): (#[0-9a-f]{6});", _COLOURS.read_text(encoding="utf-8"))
    return dict(reversed(found))
