"""The fonts of cards: which file has a character, and how wide a text becomes.

The fonts come in files of some hundred characters each, as they would be sent to browsers, and as variable fonts: every
file has all weights. Only those are opened that a text needs.
"""

import json
import math
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from learnpath.engines import FONTS
from learnpath.problems import LearnpathError

_LATIN = "source-serif-4/files/source-serif-4-{}-standard-normal.woff2"  # Greek and Cyrillic too
_HAN = "noto-serif-sc/files/noto-serif-sc-{}-wght-normal.woff2"
_NO_CHARACTER = "\uffff"
_FINER = 2  # words are drawn so many times as large: Pillow places letters on whole pixels, and eyes see the gaps
_SEEN_AT = 0.5  # of its size: fonts have finer strokes for words that are seen large


@dataclass(frozen=True)
class Style:
    """How large and how bold words are."""

    size: int
    weight: int = 400


def writable(text: str, language: str) -> str:
    """Give a text as the fonts can write it; "" where they lack a letter of it.

    A sign or an accent that they lack is left out, such as an emoji; half a word would be worse than none.
    """
    found = []
    for char in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(char)[0]
        plain = unicodedata.normalize("NFKC", char)  # such as the x of a formula
        written = next((each for each in (char, plain) if _has(each, language)), "")
        if kind in "LN" and not written:
            return ""
        found.append(written if kind != "C" else "")  # control characters leave no trace on paper
    return " ".join("".join(found).split())


@cache
def width_of(text: str, style: Style, language: str) -> float:
    """Tell how wide a text becomes."""
    return sum(font.getlength(part) for font, part in _runs(text, style, language)) / _FINER


def written(text: str, style: Style, language: str) -> Image.Image:
    """Write a text in white on black, as high as its style is large and half of that again, on a line at that size."""
    width = math.ceil(width_of(text, style, language)) + style.size
    image = Image.new("L", (width * _FINER, style.size * 3 // 2 * _FINER))
    draw, x = ImageDraw.Draw(image), 0.0
    for font, part in _runs(text, style, language):
        draw.text((x, style.size * _FINER), part, fill=255, font=font, anchor="ls")
        x += font.getlength(part)
    return image.reduce(_FINER)


# Private functions


def _runs(text: str, style: Style, language: str) -> list[tuple[ImageFont.FreeTypeFont, str]]:
    """Take a text that is writable apart into pieces of one font each; accents and blanks stay with what is before."""
    files: list[Path] = []
    for char in text:
        follows = files and (char == " " or unicodedata.category(char)[0] == "M")
        file = files[-1] if follows else _file(char, language)
        assert file is not None, "a writable text has only characters of the fonts"
        files.append(file)
    parts = groupby(zip(files, text, strict=True), key=lambda each: each[0])
    return [(_font(file, style), "".join(char for _, char in each)) for file, each in parts]


def _has(text: str, language: str) -> bool:
    return all(char == " " or _file(char, language) is not None for char in text)


@cache
def _file(char: str, language: str) -> Path | None:
    """Give the file that has a character; signs of both scripts are Chinese among Chinese."""
    is_chinese = language.split("-")[0] == "zh" and char >= "\u2000"
    for family in (_HAN, _LATIN) if is_chinese else (_LATIN, _HAN):
        for file in _files(family).get(ord(char), ()):
            if _draws(file, char):
                return file
    return None


@cache
def _files(family: str) -> dict[int, list[Path]]:
    """Give the files that should have a character, by its code."""
    try:
        ranges = json.loads((FONTS / Path(family).parts[0] / "unicode.json").read_bytes())
    except FileNotFoundError as error:
        raise LearnpathError(
            f"{error.filename}: is missing; install the package again: pip install -e . (or make build)"
        ) from None
    found: dict[int, list[Path]] = {}
    for name, codes in ranges.items():
        file = FONTS / family.format(name.strip("[]"))
        for code in _codes(codes):
            found.setdefault(code, []).append(file)
    return found


def _codes(ranges: str) -> list[int]:
    """Read ranges of characters as style sheets write them, such as `U+20-7E,U+A0`."""
    codes: list[int] = []
    for each in ranges.split(","):
        first, _, last = each.strip().removeprefix("U+").partition("-")
        codes += range(int(first, 16), int(last or first, 16) + 1)
    return codes


def _draws(file: Path, char: str) -> bool:
    """Tell whether a file has a character, as its ranges say more: what it lacks looks like what no font has."""
    font = _font(file, Style(20))
    return char.isspace() or bytes(font.getmask(char)) != bytes(font.getmask(_NO_CHARACTER))


@cache
def _font(file: Path, style: Style) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(file), style.size * _FINER)
    values = {"Weight": style.weight, "Optical Size": min(60, max(8, style.size * _SEEN_AT))}
    names = [bytes(axis["name"] or b"").decode() for axis in font.get_variation_axes()]
    font.set_variation_by_axes([values[name] for name in names])
    return font
