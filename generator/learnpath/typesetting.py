"""Formulas as MathML, made while the site is built, so that a page carries no script for them and browsers set them.

KaTeX judges a formula: its rules are those that authors know, and strict. Temml, which grew out of KaTeX, sets it: its
MathML is meant to be seen, where KaTeX's is meant to be heard, and weighs a fifth of KaTeX's HTML. Both run in V8. Python
packages for mathematics were tried and drop parts in silence. The mathematical font has 400 kB, and every page with a
formula would wait for it; so a site carries the signs that its formulas show, a twentieth. Pages preload it, and where
it is late they do without (`font-display: optional`): nothing moves while one reads.
"""

import html
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

from learnpath.engines import VENDOR, JSEvalException, started

SOURCES = ("Temml-STIX2.css", "STIXTwoMath.woff2")  # in `vendor`, of the style sheet of formulas

_FORMULA = re.compile(r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.DOTALL)
_TOLD = re.compile(r"<semantics>(.*)<annotation\b[^>]*>(.*)</annotation></semantics>", re.DOTALL)
_MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)
_NOT_SHOWN = re.compile(r"<annotation\b.*?</annotation>|<[^>]*>", re.DOTALL)


class Typesetter:
    """Sets the formulas of pages; starts V8 with the first one and keeps what it has set."""

    def __init__(self, vendor: Path = VENDOR) -> None:
        self._vendor = vendor
        self._set: dict[tuple[str, bool], str] = {}

    def page(self, text: str) -> tuple[str, list[str]]:
        """Set all formulas of a page as pymdownx.arithmatex (generic) left them.

        Returns the page, and a message for each formula that KaTeX does not understand; such a one stays as it was.
        """
        wrong: list[str] = []

        def set_one(match: re.Match[str]) -> str:
            tex, display = html.unescape(match[3]).strip(), match[2] == "["
            try:
                stop = ' tabindex="0"' if display else ""  # a wide one can be scrolled
                formula = self.formula(tex, display=display)
                return f'<{match[1]} class="arithmatex"{stop}>{formula}</{match[1]}>'
            except JSEvalException as error:
                reason = next(
                    (line for line in str(error).splitlines() if "ParseError" in line), str(error)
                ).strip()
                wrong.append(f"formula `{tex}`: {reason}")
                return match[0]

        return _FORMULA.sub(set_one, text), wrong

    def formula(self, tex: str, *, display: bool) -> str:
        """Give a formula in TeX as MathML; the TeX stands in it, for copying, unless it is what is shown.

        Raises:
            JSEvalException: the formula is not understood.
        """
        key = (tex, display)
        if key not in self._set:
            source, mode = json.dumps(tex), json.dumps(display)
            strictly = f"{{displayMode: {mode}, throwOnError: true, strict: 'error'}}"
            self._engine.eval(f"katex.renderToString({source}, {strictly})")
            options = f"{{displayMode: {mode}, throwOnError: true, annotate: true, wrap: 'tex'}}"
            formula = str(self._engine.eval(f"temml.renderToString({source}, {options})"))
            self._set[key] = _TOLD.sub(_told_once, formula)
        return self._set[key]

    def styles(self, signs: Iterable[str], late: str = "optional") -> dict[str, bytes]:
        """Give the files that formulas are shown with, by name: a style sheet, and beside it the font that it asks for.

        The font (WOFF2) has the signs that are shown. `late` says what pages do where it is late, as CSS has it under
        `font-display`.
        """
        sheet, font = (self._vendor / "temml" / name for name in SOURCES)
        text = sheet.read_text(encoding="utf-8")
        text = text.replace("@font-face {", f"@font-face {{\n  font-display: {late};", 1)
        return {
            "formulas.css": text.replace(f"./{font.name}", "formulas.woff2").encode(),
            "formulas.woff2": _part_of(font, frozenset(signs)),
        }

    @cached_property
    def _engine(self) -> Any:
        return started("katex/katex.min.js", "temml/temml.min.js", vendor=self._vendor)


def signs_in(text: str) -> set[str]:
    """Give the signs that the formulas of a page show."""
    return set(html.unescape(_NOT_SHOWN.sub("", "".join(_MATH.findall(text)))))


# Private functions


def _told_once(told: re.Match[str]) -> str:
    """Leave the TeX away where it says no more than the signs, as of a single variable; a page may have dozens."""
    return told[1] if _NOT_SHOWN.sub("", told[1]) == told[2] else told[0]


@cache
def _part_of(font: Path, signs: frozenset[str]) -> bytes:
    """Give the part of a font that shows signs, with the large and stretched forms of each."""
    from fontTools import subset  # takes a while to load, and a check needs none

    options = subset.Options(flavor="woff2", layout_features=["*"], hinting=False)
    whole = subset.load_font(BytesIO(font.read_bytes()), options)  # a file would be left open
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes={*map(ord, signs), *_slanted(signs)})
    subsetter.subset(whole)
    written = BytesIO()
    subset.save_font(whole, written, options)
    return written.getvalue()


def _slanted(signs: frozenset[str]) -> Iterator[int]:
    """Give the italic letters that browsers show for upright ones: a single letter in `mi` is a variable."""
    for code in (
        0x210E,
        *range(0x1D434, 0x1D468),
        *range(0x1D6A4, 0x1D6A6),
        *range(0x1D6E2, 0x1D71C),
    ):
        if unicodedata.normalize("NFKC", chr(code)) in signs:
            yield code
