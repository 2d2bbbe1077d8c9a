"""Tables with a row for each concept, as spreadsheets write them: CSV."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from learnpath.importing.drafts import Draft, Entry, Imported, Need, file_text
from learnpath.importing.fields import fill, is_field
from learnpath.problems import BrokenGraph, LearnpathError, Place, problem, short
from learnpath.reading import shown
from learnpath.tabular import LIST, NAMES, OR, split, stripped, unguarded

_KNOWN_AS = {
    "id": ("id", "conceptid", "concept_id", "key", "slug"),
    "title": ("title", "label", "conceptlabel", "name", "concept"),
    "prerequisites": ("prerequisites", "dependencies", "needs", "requires", "prereqs"),
    "area": ("area", "taxonomyid", "taxonomy", "category", "topic"),
}
"""What columns are called elsewhere, small letters; the first that is there counts."""


@dataclass(frozen=True)
class Columns:
    """How a table is to be read; what is not given is found out."""

    id: str = ""
    title: str = ""
    prerequisites: str = ""
    area: str = ""
    delimiter: str = ""
    """What stands between the columns."""
    separator: str = LIST
    """What stands between the items of a list, such as prerequisites."""
    alternatives: str = OR
    """What stands between prerequisites of which one is enough."""
    encoding: str = ""


def csv_table(
    source: Path,
    columns: Columns,
    *,
    title: str = "",
    language: str = "en",
    keep_ids: bool = False,
) -> Imported:
    """Read a table.

    Raises:
        BrokenGraph: it is no table.
        LearnpathError: a column that is needed, or named, is not there.
    """
    name = shown(source)
    draft = Draft(name, title or file_title(source), language)
    draft.separator, draft.alternatives = columns.separator, columns.alternatives
    rows = _rows(file_text(source, name, columns.encoding), name, columns.delimiter)
    filled = ((place, cells) for place, cells in rows if any(map(stripped, cells)))
    place, header = next(filled, (Place(name), []))
    fields = _fields(draft, header, columns, place)
    for place, cells in filled:
        entry = _take(draft, dict(zip(fields, cells, strict=False)), place)
        if surplus := [each for each in cells[len(fields) :] if stripped(each)]:
            message = f"the row has {len(cells)} cells, and the header names {len(fields)}"
            draft.keep(entry, "cells", surplus, message)
    return draft.settle(keep_ids=keep_ids)


def file_title(source: Path) -> str:
    """Name a knowledge base after the file it comes from."""
    return (
        re.sub(r"[-_\s]+", " ", source.name.split(".")[0]).strip().capitalize() or "Knowledge base"
    )


# Private functions


def _rows(text: str, name: str, delimiter: str) -> Iterator[tuple[Place, list[str]]]:
    """Give the rows, each with the line it begins on; the first line may say what stands between the columns."""
    first = 1
    if stated := re.match(r"sep=([,;:|\t])(?:\r\n|\r|\n)", text):
        delimiter, text, first = delimiter or stated[1], text[stated.end() :], 2
    delimiter = delimiter or _likely(text)
    former = csv.field_size_limit(max(len(text), 1))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = first
    try:
        for cells in reader:
            yield Place(name, line, 0), [unguarded(each) for each in cells]
            line = first + reader.line_num
    except csv.Error as error:
        message = f"no table from here on: {error}; look for a quotation mark that is not doubled or not closed"
        raise BrokenGraph([problem("unreadable", Place(name, line, 0), message)]) from None
    finally:
        csv.field_size_limit(former)


def _likely(text: str) -> str:
    """Find what stands between the columns: what makes most of them of the first line."""
    line = re.match(r"\s*([^\r\n]*)", text)
    outside = re.sub('"[^"]*"', "", line[1] if line else "")
    return max(",;\t", key=outside.count)


def _fields(draft: Draft, header: list[str], columns: Columns, place: Place) -> list[str]:
    """Name the columns as the format names its fields; others keep their names, and their values go to `extra`."""
    heads = [stripped(each) for each in header]
    given = {field: getattr(columns, field) for field in _KNOWN_AS}
    for name in given.values():
        if name and name not in heads:
            listed = ", ".join(f"'{short(each)}'" for each in heads)
            raise LearnpathError(f"{place}: there is no column '{name}'; the columns are {listed}")
    names = [_own_name(head) for head in heads]
    for field, others in _KNOWN_AS.items():
        if (index := _column(heads, given[field], others)) is not None:
            names = [
                head if name == field else name for head, name in zip(heads, names, strict=True)
            ]
            names[index] = field
    if "id" not in names and not any(each.startswith("title") for each in names):
        listed = ", ".join(f"'{short(each)}'" for each in heads) or "none"
        raise LearnpathError(
            f"{place}: no column holds ids or titles; the columns are {listed}; name one with --id-column or --title-column"
        )
    return _each_once(names)


def _own_name(head: str) -> str:
    """Give the name of a field as the format writes it; a language may have capitals: `title_zh-Hant`."""
    stem, sign, language = head.partition("_")
    for name in (f"{stem.casefold()}{sign}{language}", head.casefold()):
        if is_field(name) or name in NAMES:
            return name
    return head


def _column(heads: list[str], given: str, others: tuple[str, ...]) -> int | None:
    if given:
        return heads.index(given)
    small = [each.casefold() for each in heads]
    return next((small.index(each) for each in others if each in small), None)


def _each_once(names: list[str]) -> list[str]:
    """Give each column a name of its own."""
    count: Counter[str] = Counter()
    found = []
    for number, name in enumerate(names, 1):
        wish = name or f"column {number}"
        count[wish] += 1
        found.append(wish if count[wish] == 1 else f"{wish} {count[wish]}")
    return found


def _take(draft: Draft, row: dict[str, str], place: Place) -> Entry:
    entry = Entry(stripped(row.pop("id", "")), place)
    for what in NAMES:
        items = [each for each in split(row.pop(what, ""), draft.separator) if each]
        if items:
            entry.needs[what] = [Need([item], place) for item in items]
    for name, value in row.items():
        if not is_field(name) and stripped(value):
            draft.tell_kept(f"the column '{short(name)}'", place)
            entry.extra[name] = stripped(value)
    fill(draft, entry, {name: value for name, value in row.items() if is_field(name)})
    return draft.add(entry)
