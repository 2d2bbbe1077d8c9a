"""Formulas as MathML, made while the site is built, so that a page carries no script for them and browsers set them.

KaTeX judges a formula: its rules are those that authors know, and strict. Temml, which grew out of KaTeX, sets it: its
MathML is meant to be seen, where KaTeX's is meant to be heard, and weighs a fifth of KaTeX's HTML. Both run in V8. Python
packages for mathematics were tried and drop parts in silence.
"""

import html
import json
import re
from functools import cached_property
from pathlib import Path
from typing import Any

from learnpath.engines import VENDOR, JSEvalException, started

_FORMULA = re.compile(r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.DOTALL)


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
        """Give a formula in TeX as MathML; the TeX stands in it, for copying.

        Raises:
            JSEvalException: the formula is not understood.
        """
        key = (tex, display)
        if key not in self._set:
            source, mode = json.dumps(tex), json.dumps(display)
            strictly = f"{{displayMode: {mode}, throwOnError: true, strict: 'error'}}"
            self._engine.eval(f"katex.renderToString({source}, {strictly})")
            options = f"{{displayMode: {mode}, throwOnError: true, annotate: true, wrap: 'tex'}}"
            self._set[key] = str(self._engine.eval(f"temml.renderToString({source}, {options})"))
        return self._set[key]

    @cached_property
    def _engine(self) -> Any:
        return started("katex/katex.min.js", "temml/temml.min.js", vendor=self._vendor)
