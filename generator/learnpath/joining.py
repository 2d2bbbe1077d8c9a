"""Chinese lines joined: a line that ends between two Chinese signs goes on without a blank.

Authors break their lines where they like. Between words a break shows as a blank; between Chinese signs that blank is a
mistake. CSS Text 4 has browsers leave it out, and they do not yet. Beside words and formulas in Latin letters the blank
stays: there the pages have one anyway.
"""

import re

_CHINESE = (
    r"\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    r"\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003ffff"
)
_EITHER = (
    "“”‘’—…"  # English has them too: the sign beyond the break must then be Chinese beyond doubt
)
_SIGN = f"[{_CHINESE}{_EITHER}]"
_BREAK = r"[ \t]*\n[ \t]*"

_IN_TEXT = re.compile(
    rf"(?P<one>{_SIGN})(?P<before>[*_]*(?:\]\([^)\n]*\))?[*_]*){_BREAK}"
    rf"(?P<after>[*_\[]*)(?=(?P<other>{_SIGN}))"
)
_TAG = (
    r"</?(?:a|abbr|b|bdi|cite|del|dfn|em|i|ins|kbd|mark|q|s|small|span|strong|sub|sup|u|var)"
    r"(?:\s(?:[^<>\"]|\"[^\"]*\")*)?>"
)
_NOTE = r"<sup id=\"fnref[^>]*>(?:(?!</sup>).)*</sup>"  # its number is no part of the sentence
_IN_PAGE = re.compile(
    r"(?P<kept><(?P<name>pre|script|style|textarea|code|svg|math)\b.*?</(?P=name)>"
    r"|<(?P<box>span|div) class=\"arithmatex\".*?</(?P=box)>)"
    rf"|(?P<one>{_SIGN})(?P<before>(?:{_NOTE}|{_TAG})*){_BREAK}"
    rf"(?P<after>(?!<span class=\"arithmatex)(?:{_TAG})*)(?=(?P<other>{_SIGN}))",
    re.DOTALL,
)


def joined(text: str) -> str:
    """Join the lines of a paragraph in Markdown; its marks may stand at a break."""
    return _IN_TEXT.sub(_without_break, text)


def in_one_line(text: str) -> str:
    """Write a paragraph in one line."""
    return " ".join(joined(text).split())


def joined_page(html: str) -> str:
    """Join the lines of all paragraphs of a page; code and formulas keep theirs."""
    return _IN_PAGE.sub(lambda found: found["kept"] or _without_break(found), html)


# Private functions


def _without_break(found: re.Match[str]) -> str:
    if found["one"] in _EITHER and found["other"] in _EITHER:
        return found[0]
    return found["one"] + found["before"] + found["after"]
