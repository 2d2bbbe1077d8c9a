"""A concept as a row of named values: what the exports to tables and graphs write, and the imports read back.

A text has a column for each language, `title` for the default one and `title_zh`; a list is one value, its items
between bars. What a spreadsheet would compute, and what XML cannot hold, is written so that it can be told apart and
turned back.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from learnpath.model import Concept, KnowledgeBase, Prerequisite, Text

Value = str | int | bool

LIST = "|"  # between the items of a list, as in the learning graphs of others
OR = " or "  # between the alternatives of one prerequisite; no id has a blank

TEXTS = ("title", "summary", "area_title", "kind_title")
"""Columns with a text."""
TEXT_LISTS = ("aliases", "objectives")
"""Columns with a list of texts."""
NAMES = ("prerequisites", "related", "leads_to")
"""Columns with a list of concepts."""
PLAIN = ("area", "kind", "difficulty", "minutes", "ongoing", "formerly")
"""All others."""
_ORDER = (
    *("title", "prerequisites", "area", "area_title", "kind", "kind_title", "difficulty"),
    *("minutes", "ongoing", "summary", "aliases", "formerly", "related", "leads_to", "objectives"),
)


def columns(languages: Sequence[str]) -> list[str]:
    """Give all columns in their order, the default language first."""
    found = ["id"]
    for name in _ORDER:
        found.append(name)
        if name == "aliases":  # where a plain one holds in every language
            found += [f"{name}_{language}" for language in languages]
        elif name in (*TEXTS, *TEXT_LISTS):
            found += [f"{name}_{language}" for language in languages[1:]]
    return found


def row(base: KnowledgeBase, concept: Concept) -> dict[str, Value]:
    """Give the values of a concept by column, but for its id and the concepts that it names."""
    areas, kinds = base.manifest.areas, base.manifest.kinds
    area, kind = areas.get(concept.area or ""), kinds.get(concept.kind or "")
    values: dict[str, Value | None] = {
        **by_column(base, "title", concept.title),
        "area": concept.area,
        **by_column(base, "area_title", area.title if area else None),
        "kind": concept.kind,
        **by_column(base, "kind_title", kind.title if kind else None),
        "difficulty": concept.difficulty,
        "minutes": concept.minutes,
        "ongoing": concept.ongoing or None,
        **by_column(base, "summary", concept.summary),
        **_aliases(concept.aliases),
        "formerly": join(concept.formerly) or None,
        **_objectives(base, concept.objectives),
    }
    return {name: value for name, value in values.items() if value is not None}


def names(concept: Concept) -> dict[str, Value]:
    """Give the concepts that a concept names, by column."""
    found = {
        "prerequisites": join(_alternatives(each) for each in concept.prerequisites),
        "related": join(each.concept for each in concept.related),
        "leads_to": join(each.concept for each in concept.leads_to),
    }
    return {name: value for name, value in found.items() if value}


def by_column(base: KnowledgeBase, name: str, text: Text | None) -> dict[str, str]:
    """Give a text by column; a plain one stands in that of the default language."""
    if text is None or isinstance(text, str):
        return {name: text} if text else {}
    return {
        name if language == base.language else f"{name}_{language}": words
        for language, words in text.items()
    }


def join(items: Iterable[str], separator: str = LIST) -> str:
    r"""Write a list as one value; a separator within an item is written `\|`."""
    listed = list(items)
    while listed and not listed[-1]:
        listed.pop()
    return separator.join(
        re.sub(rf"[\\{re.escape(separator)}]", r"\\\g<0>", each) for each in listed
    )


def split(value: str, separator: str = LIST) -> list[str]:
    """Read a list back, without blanks around its items; an item may be empty."""
    if not stripped(value):
        return []
    found, end = [""], re.escape(separator)
    for escaped, sign in re.findall(rf"\\([\\{end}])|([\s\S])", value):
        if sign == separator:
            found.append("")
        else:
            found[-1] += escaped or sign
    return [stripped(item) for item in found]


_BLANKS = " \t\n\x0b\x0c\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)


def stripped(text: str) -> str:
    """Take away the blanks around a text, those that the records take away and no others."""
    return text.strip(_BLANKS)


_FORMULA = "=+\\-@＝＋－＠\t\r"


def guarded(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would compute; and one more where apostrophes stand there already."""
    return f"'{text}" if re.match(rf"'*[{_FORMULA}]", text) else text


def unguarded(text: str) -> str:
    """Take that apostrophe away again."""
    return text[1:] if re.match(rf"'+[{_FORMULA}]", text) else text


_NOT_IN_XML = "\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ud800-\udfff\ufffe\uffff"  # and the return, which XML reads as a new line


def for_xml(text: str) -> str:
    """Write what XML cannot hold as `_x0007_`, as spreadsheets do, and a text that looks so already as `_x005F_x0007_`."""
    text = re.sub(r"_(?=x[0-9A-F]{4}_)", "_x005F_", text)
    return re.sub(f"[{_NOT_IN_XML}]", lambda found: f"_x{ord(found[0]):04X}_", text)


def from_xml(text: str) -> str:
    """Read that back."""
    return re.sub(r"_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)


# Private functions


def _alternatives(prerequisite: Prerequisite) -> str:
    return OR.join(prerequisite.members)


def _aliases(aliases: Iterable[Text]) -> dict[str, str]:
    """Give other names by column: plain ones, which hold in every language, and those of each language."""
    found: dict[str, list[str]] = {}
    for alias in aliases:
        said: Mapping[str, str] = (
            {"aliases": alias}
            if isinstance(alias, str)
            else {f"aliases_{language}": words for language, words in alias.items()}
        )
        for name, words in said.items():
            found.setdefault(name, []).append(words)
    return {name: join(items) for name, items in found.items()}


def _objectives(base: KnowledgeBase, objectives: Sequence[Text]) -> dict[str, str]:
    """Give them by column; those of two languages that belong together have the same place in both."""
    rows = [by_column(base, "objectives", each) for each in objectives]
    used = dict.fromkeys(name for each in rows for name in each)
    return {name: join(each.get(name, "") for each in rows) for name in used}
