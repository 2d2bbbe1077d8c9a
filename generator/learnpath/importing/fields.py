"""Named values of a concept, from a row or a node, as fields: the other direction of `tabular.row`."""

import re
from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import Any

from learnpath.importing.drafts import Draft, Entry
from learnpath.model import ID, Text
from learnpath.problems import short
from learnpath.tabular import PLAIN, TEXT_LISTS, TEXTS, split, stripped

_SPOKEN = re.compile(rf"({'|'.join((*TEXTS, *TEXT_LISTS))})_([a-z]{{2,3}}(?:-[A-Za-z0-9]+)*)")
_YES, _NO = ("true", "yes", "1", "x"), ("false", "no", "0", "")


def is_field(name: str) -> bool:
    """Tell whether values of this name belong to a field."""
    return name in (*TEXTS, *TEXT_LISTS, *PLAIN) or _SPOKEN.fullmatch(name) is not None


def fill(draft: Draft, entry: Entry, values: Mapping[str, str]) -> None:
    """Put named values into the fields of a concept; what does not fit there is kept under `extra`, and told."""
    texts: dict[str, dict[str, str]] = {}
    for name, value in values.items():
        if name in (*TEXTS, *TEXT_LISTS):
            texts.setdefault(name, {})[""] = value
        elif spoken := _SPOKEN.fullmatch(name):
            texts.setdefault(spoken[1], {})[spoken[2]] = value
            if spoken[2] not in draft.languages:
                draft.languages.append(spoken[2])
        elif stripped(value):
            _PLAIN[name](draft, entry, name, stripped(value))
    for name, said in texts.items():
        found: Any = _TEXT[name](draft, said)
        if found:
            entry.fields[name] = found
    for what in ("area", "kind"):
        title = entry.fields.pop(f"{what}_title", None)
        if title:
            _name_topic(draft, entry, what, title)


# Private functions


def _text(draft: Draft, said: Mapping[str, str]) -> Text | None:
    """Give a text by language; one in the default language alone stays plain."""
    default = draft.languages[0]
    found = {
        language or default: words for language, each in said.items() if (words := stripped(each))
    }
    return found.get(default) if set(found) == {default} else found or None


def _objectives(draft: Draft, said: Mapping[str, str]) -> list[Text]:
    """Put together what stands at the same place in the lists of all languages."""
    lists = {language: split(value, draft.separator) for language, value in said.items()}
    rows = zip_longest(*lists.values(), fillvalue="")
    texts = (_text(draft, dict(zip(lists, row, strict=True))) for row in rows)
    return [each for each in texts if each]


def _aliases(draft: Draft, said: Mapping[str, str]) -> list[Text]:
    """Give other names; those of no language hold in every one."""
    return [
        {language: item} if language else item
        for language, value in said.items()
        for item in split(value, draft.separator)
        if item
    ]


def _number(most: int | None) -> Callable[[Draft, Entry, str, str], None]:
    def fit(draft: Draft, entry: Entry, name: str, value: str) -> None:
        found = re.fullmatch(r"0*([1-9][0-9]{0,8})(?:\.0*)?", value)
        if found and (most is None or int(found[1]) <= most):
            entry.fields[name] = int(found[1])
        else:
            wanted = f"a whole number from 1 to {most}" if most else "a whole number from 1 on"
            draft.keep(entry, name, value, f"'{name}' is '{short(value)}' and must be {wanted}")

    return fit


def _ongoing(draft: Draft, entry: Entry, name: str, value: str) -> None:
    if value.casefold() in _YES:
        entry.fields[name] = True
    elif value.casefold() not in _NO:
        draft.keep(entry, name, value, f"'{name}' is '{short(value)}' and must be true or false")


def _topic(draft: Draft, entry: Entry, name: str, value: str) -> None:
    entry.fields[name] = value


def _formerly(draft: Draft, entry: Entry, name: str, value: str) -> None:
    items = [each for each in split(value, draft.separator) if each]
    right = [each for each in items if re.fullmatch(ID, each)]
    if right:
        entry.fields[name] = right
    if wrong := [each for each in items if each not in right]:
        message = (
            f"'{short(wrong[0])}' under '{name}' is no id of lower-case letters, digits and hyphens"
        )
        draft.keep(entry, name, wrong, message)


def _name_topic(draft: Draft, entry: Entry, what: str, title: Text) -> None:
    """Take up the title of an area or a kind; the first one holds."""
    name = entry.fields.get(what)
    if name is None:
        draft.keep(entry, f"{what}_title", title, f"there is a title of its {what}, and no {what}")
    elif draft.titles[what].setdefault(name, title) != title:
        message = f"the {what} '{short(name)}' has another title elsewhere"
        draft.keep(entry, f"{what}_title", title, message)


_PLAIN: Mapping[str, Callable[[Draft, Entry, str, str], None]] = {
    "area": _topic,
    "kind": _topic,
    "difficulty": _number(5),
    "minutes": _number(None),
    "ongoing": _ongoing,
    "formerly": _formerly,
}
_TEXT: Mapping[str, Callable[[Draft, Mapping[str, str]], Any]] = {
    **dict.fromkeys(TEXTS, _text),
    "aliases": _aliases,
    "objectives": _objectives,
}
