"""What every import has in common: concepts under foreign names, and how they become those of a knowledge base.

A source names its concepts as it likes: by numbers, titles or tags. A `Draft` collects them with all that is said about
them, and `settle` gives each an id, finds what the prerequisites mean, and says what it had to change.
"""

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from learnpath.model import FORMAT, ID, Concept, Manifest, Resource, Text
from learnpath.problems import (
    BrokenGraph,
    LearnpathError,
    Place,
    Problem,
    problem,
    short,
    unknown,
)
from learnpath.tabular import OR, stripped

Pocket = TypeVar("Pocket", list[Any], dict[str, Any])

LONGEST = 100  # signs of an id, as it becomes the name of a file


@dataclass
class Need:
    """A concept that another names: a prerequisite (or alternatives), something related, an arrow."""

    members: list[str]
    place: Place
    why: Text | None = None


@dataclass
class Entry:
    """A concept, as its source gives it."""

    name: str
    """What others call it there."""
    place: Place
    fields: dict[str, Any] = field(default_factory=dict)
    """What the format has fields for, as it is written; all but areas, kinds and names of concepts is right already."""
    needs: dict[str, list[Need]] = field(default_factory=dict)
    """Under `prerequisites`, `related` and `leads_to`, the concepts that it names."""
    extra: dict[str, Any] = field(default_factory=dict)

    def pocket(self, name: str, kind: type[Pocket]) -> Pocket:
        """Give the list or map under `extra` that collects things of a sort; what has that name already stays."""
        while not isinstance(self.extra.setdefault(name, kind()), kind):
            name += "-2"
        found: Pocket = self.extra[name]
        return found


@dataclass
class Imported:
    """The files of a graph as plain values, and what is to be said about them."""

    manifest: dict[str, Any]
    concepts: dict[str, dict[str, Any]]
    resources: dict[str, dict[str, Any]]
    problems: list[Problem]


class Draft:
    """A graph under its foreign names.

    Attributes:
        title: the name of the knowledge base.
        languages: its languages, the default first.
        summary: what it is.
        extra: what the source says about the whole and the format has no field for.
        resources: what to read, by key.
        separator: what stands between the items of a list, where a source has such lists.
        alternatives: what stands between the concepts of one item, where one of them is enough.
    """

    def __init__(self, source: str, title: str, language: str = "en") -> None:
        self.source, self.title, self.languages = source, title, [language]
        self.summary: Text | None = None
        self.extra: dict[str, Any] = {}
        self.resources: dict[str, dict[str, Any]] = {}
        self.separator = self.alternatives = ""
        self.titles: dict[str, dict[str, Text]] = {"area": {}, "kind": {}}
        """The titles of areas and kinds, by what the entries call them."""
        self._entries: list[Entry] = []
        self._by_name: dict[str, Entry] = {}
        self._problems: list[Problem] = []
        self._told: set[str] = set()

    def tell(self, code: str, place: Place, message: str, where: str = "") -> None:
        """Note what has to be said about a place in the source."""
        self._problems.append(problem(code, place, message, where))

    def tell_once(
        self, what: str, place: Place, then: str, code: str = "changed-by-import"
    ) -> None:
        """Say once what became of all that is of a kind."""
        if what not in self._told:
            self._told.add(what)
            self.tell(code, place, f"{what}: {then}")

    def tell_kept(self, what: str, place: Place) -> None:
        """Say once that all of a kind is kept under `extra`."""
        self.tell_once(what, place, "no field holds it; it is kept under `extra`", "kept-as-extra")

    def keep(self, entry: Entry, name: str, value: Any, because: str) -> None:
        """Keep a value that is not as its field wants it under `extra`, and say so."""
        entry.extra[free(name, entry.extra)] = value
        message = f"{because}; it is kept under `extra`"
        self.tell("kept-as-extra", entry.place, message, entry.name)

    def add(self, entry: Entry) -> Entry:
        """Take up a concept; one that is there already, with the same title, is completed instead."""
        entry.name = entry.name or _plain(entry.fields.get("title"))
        former = self._by_name.get(entry.name)
        if not entry.name:
            message = "a concept has neither a name nor a title; it is left out"
            self.tell("not-imported", entry.place, message)
            return entry
        if former is None:
            self._by_name[entry.name] = entry
        elif former.fields.get("title") == entry.fields.get("title"):
            message = f"'{short(entry.name)}' is there already, at line {former.place.line}; the two became one"
            self.tell("changed-by-import", entry.place, message, entry.name)
            return _united(former, entry)
        else:
            message = f"'{short(entry.name)}' is already the name of another concept, at line {former.place.line}; it got a new id, and whatever names it means the other"
            self.tell("duplicate-id", entry.place, message, entry.name)
        self._entries.append(entry)
        return entry

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def settle(self, *, keep_ids: bool = False) -> Imported:
        """Give the concepts their ids, and the files of the graph."""
        for entry in self._entries:
            self._must_have_title(entry)
        ids = self._ids(keep_ids)
        self._tell_new_ids(ids)
        names = _Names(self._entries, self._by_name, ids)
        manifest_parts = {what: self._topics(what) for what in ("kind", "area")}
        concepts = {}
        for entry in self._entries:
            for what in ("prerequisites", "related", "leads_to"):
                if found := self._named(entry, what, names, ids[id(entry)]):
                    entry.fields[what] = found
            if entry.extra:
                entry.fields["extra"] = entry.extra
            concepts[ids[id(entry)]] = _in_order(entry.fields, Concept.model_fields)
        manifest = {
            "format": FORMAT,
            "title": self.title,
            "summary": self.summary,
            "languages": self.languages if self.languages != ["en"] else None,
            "kinds": manifest_parts["kind"],
            "areas": manifest_parts["area"],
            "extra": self.extra,
        }
        resources = {
            key: _in_order(entry, Resource.model_fields) for key, entry in self.resources.items()
        }
        return Imported(
            _in_order(
                {name: value for name, value in manifest.items() if value}, Manifest.model_fields
            ),
            dict(sorted(concepts.items())),
            resources,
            self._problems,
        )

    def _must_have_title(self, entry: Entry) -> None:
        if not entry.fields.get("title"):
            entry.fields["title"] = entry.name or "?"
            message = f"'{short(entry.name)}' has no title; its name stands in its place"
            self.tell("changed-by-import", entry.place, message, entry.name)

    def _ids(self, keep: bool) -> dict[int, str]:
        """Give each entry an id: its name, where that can be one, else one made from name or title."""
        ids: dict[int, str] = {}
        for entry in self._entries:
            if _is_id(entry.name, keep) and self._by_name[entry.name] is entry:
                ids[id(entry)] = entry.name
        taken = {*ids.values(), "index"}
        for number, entry in enumerate(self._entries, 1):
            if id(entry) not in ids:
                wish = "" if entry.name.isdigit() else legal(entry.name)
                wish = wish or legal(_plain(entry.fields["title"]))
                digits = entry.name if re.fullmatch("[0-9]{1,9}", entry.name) else str(number)
                ids[id(entry)] = free(wish or f"concept-{digits}", taken)
                taken.add(ids[id(entry)])
        return ids

    def _tell_new_ids(self, ids: dict[int, str]) -> None:
        changed = [each for each in self._entries if each.name and ids[id(each)] != each.name]
        for entry in changed:
            if entry.name != _plain(entry.fields["title"]):
                others = {
                    free("id", entry.extra) if key == "id" else key: value
                    for key, value in entry.extra.items()
                }
                entry.extra = {"id": entry.name, **others}
        changed = [each for each in changed if self._by_name[each.name] is each]
        if changed:
            first = changed[0]
            message = f"ids are lower-case letters, digits and hyphens, and no mere numbers: '{short(first.name)}' became '{ids[id(first)]}', and so for {len(changed)} in all; the former ones are kept as `id` under `extra`"
            self.tell("changed-by-import", first.place, message)

    def _topics(self, what: str) -> dict[str, Any]:
        """Give the areas or kinds that the concepts name; none where nothing is known of them but legal ids."""
        given = dict.fromkeys(entry.fields[what] for entry in self._entries if what in entry.fields)
        ids = {name: name for name in given if re.fullmatch(ID, name) and name != "index"}
        taken = {*ids.values(), "index"}
        for number, name in enumerate(given, 1):
            if name not in ids:
                ids[name] = free(legal(name) or f"{what}-{number}", taken)
                taken.add(ids[name])
        for entry in self._entries:
            if what in entry.fields:
                entry.fields[what] = ids[entry.fields[what]]
        titles = self.titles[what]
        if not titles and all(name == ids[name] for name in given):
            return {}
        several = len(self.languages) > 1
        same: dict[str, Text] = {
            name: dict.fromkeys(self.languages, name) if several else name for name in given
        }
        return {ids[name]: {"title": titles.get(name, same[name])} for name in given}

    def _named(self, entry: Entry, what: str, names: "_Names", own: str) -> list[Any]:
        """Give the concepts that an entry names, as they are written."""
        found: dict[tuple[str, ...], Any] = {}
        for need in entry.needs.get(what, ()):
            members: list[str] = []
            asked = self._members(need, names)
            for name in asked:
                member = names.find(name)
                if member is None:
                    self._tell_unknown(what, name, need.place, names)
                    kept: list[Any] = entry.pocket(f"unknown-{what}", list)
                    kept += [OR.join(asked)] if OR.join(asked) not in kept else []
                elif member not in members:
                    members.append(member)
            if tuple(members) in found:
                message = f"'{short(entry.name)}' names '{OR.join(members)}' twice; once is enough"
                self.tell("changed-by-import", need.place, message, entry.name)
            elif what != "prerequisites" and own in members:
                message = f"'{short(entry.name)}' points to itself under `{what}`; that is left out"
                self.tell("not-imported", need.place, message, entry.name)
            elif members:
                found[tuple(members)] = _edge(members, need.why)
        return list(found.values())

    def _members(self, need: Need, names: "_Names") -> list[str]:
        """Give the names of a need; one that is not that of a concept may hold alternatives.

        A title such as "Divide or conquer" stays whole, unless both its parts are names.
        """
        [first, *others] = need.members
        if others or not self.alternatives or first in self:
            return need.members
        parts = [stripped(each) for each in first.split(self.alternatives)]
        are_names = all(each in self for each in parts)
        return parts if are_names or not names.find(first) else need.members

    def _tell_unknown(self, what: str, name: str, place: Place, names: "_Names") -> None:
        word = "prerequisite" if what == "prerequisites" else "concept"
        signs = re.findall("[;,/|]", name) if self.separator else []
        hint = (
            f"; if '{signs[0]}' stands between concepts here, write --separator '{signs[0]}'"
            if signs
            else ""
        )
        message = f"{unknown(word, name, names.all)}{hint}; it is kept under `extra`"
        self.tell("unknown-concept", place, message, name)


def file_text(file: Path, name: str, encoding: str = "") -> str:
    """Give the text of a file; it is UTF-8, or UTF-16 where it begins with a mark that says so.

    Raises:
        BrokenGraph: it is not.
    """
    data = file.read_bytes()
    if not encoding:
        is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        encoding = "utf-16" if is_wide else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        message = f"not {encoding.removesuffix('-sig').upper()} text here; save the file as UTF-8, or name its encoding, such as --encoding gb18030"
        raise BrokenGraph([problem("unreadable", Place(name, line, 0), message)]) from None
    except LookupError:
        raise LearnpathError(
            f"{unknown('encoding', encoding, ())}; write gb18030 or cp1252, say"
        ) from None


def legal(name: str) -> str:
    """Make an id from a name: its letters without accents, digits, and hyphens for all else; "" where none are left."""
    plain = unicodedata.normalize("NFKD", name.replace("'", "")).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", plain.lower())[:LONGEST].strip("-")


def free(wish: str, taken: Iterable[str]) -> str:
    """Give an id that nobody has: the one wished for, or that with a number."""
    candidate, number = wish, 1
    while candidate in taken:
        number += 1
        candidate = f"{wish}-{number}"
    return candidate


# Private functions


class _Names:
    """Finds the concept that a name means: its own name, then the id made of it, then its title."""

    def __init__(
        self, entries: list[Entry], by_name: dict[str, Entry], ids: dict[int, str]
    ) -> None:
        self.all = list(by_name)
        self._ids = {name: ids[id(entry)] for name, entry in by_name.items()}
        self._legal: dict[str, str] = {}
        self._titles: dict[str, str] = {}
        for entry in entries:
            self._legal.setdefault(legal(entry.name), ids[id(entry)])
            self._titles.setdefault(_plain(entry.fields["title"]).casefold(), ids[id(entry)])

    def find(self, name: str) -> str | None:
        """Give the id of the concept that is meant, or None."""
        likely = self._ids.get(name) or self._titles.get(name.casefold())
        return likely or (self._legal.get(legal(name)) if legal(name) else None)


def _is_id(name: str, keep: bool) -> bool:
    return (
        re.fullmatch(ID, name) is not None
        and (keep or not name.isdigit())
        and name != "index"
        and len(name) <= LONGEST
    )


def _plain(text: Text | None) -> str:
    """Give a text in its first language."""
    return next(iter(text.values()), "") if isinstance(text, dict) else text or ""


def _edge(members: list[str], why: Text | None) -> Any:
    if len(members) == 1 and not why:
        return members[0]
    names = {"concept": members[0]} if len(members) == 1 else {"any_of": members}
    return {**names, "why": why} if why else names


def _in_order(values: dict[str, Any], order: Iterable[str]) -> dict[str, Any]:
    """Put keys into the order of the format."""
    return {name: values[name] for name in order if name in values}


def _united(former: Entry, entry: Entry) -> Entry:
    """Complete a concept with what another place says about it; where they differ, both are kept."""
    for name, value in entry.fields.items():
        if former.fields.setdefault(name, value) != value:
            former.extra[free(name, former.extra)] = value
    for name, value in entry.extra.items():
        if former.extra.get(name) != value:
            former.extra[free(name, former.extra)] = value
    for what, needs in entry.needs.items():
        have = Counter(tuple(each.members) for each in former.needs.setdefault(what, []))
        former.needs[what] += [each for each in needs if tuple(each.members) not in have]
    return former
