"""The content of Metacademy: a folder of small texts for each concept, and one file of resources.

`concepts/<tag>/` holds `title.txt`, `summary.txt`, `goals.txt`, `dependencies.txt`, `see-also.txt`, `resources.txt`.
Records in a file are lines of `field: value` with an empty line between two; a line that begins with `#` is a comment.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from learnpath.importing.drafts import Draft, Entry, Imported, Need, file_text, free, legal
from learnpath.problems import BrokenGraph, LearnpathError, Place, short, unknown
from learnpath.reading import shown
from learnpath.tabular import stripped

_TYPES = {
    "book": "book",
    "course": "course",
    "lecture": "course",
    "video": "video",
    "paper": "paper",
    "thesis": "paper",
    "blog": "post",
}
"""What a resource is, by the first of these words in what Metacademy calls it."""

_LINK = re.compile(r'"([^"\n]+)":([^\s,;.()]+(?:[.][^\s,;.()]+)*)')
"""A link in Textile: `"words":tag` or `"words":http://address`."""

Fields = list[tuple[str, str]]


def metacademy(source: Path, *, title: str = "Metacademy") -> Imported:
    """Read a checkout of the content, or a folder of concepts as it has them.

    Raises:
        LearnpathError: there are no concepts in it.
    """
    folder = source / "concepts" if (source / "concepts").is_dir() else source
    tags = sorted(each for each in folder.iterdir() if each.is_dir() and _texts(each))
    if not tags:
        message = "holds no concepts; name a folder with concepts/<tag>/title.txt and the like"
        raise LearnpathError(f"{shown(source)}: {message}")
    draft = Draft(shown(folder), title)
    library = _Library(draft, folder.parent / "resources.txt")
    known = {legal(each.name) for each in tags}
    for each in tags:
        _Concept(draft, each, library, known).take()
    return draft.settle()


class _Library:
    """The resources that concepts name, each taken up once one does."""

    def __init__(self, draft: Draft, file: Path) -> None:
        self._draft = draft
        self._known: dict[str, Fields] = {}
        self._place = Place(shown(file), 1, 0)
        if file.is_file():
            for place, fields in _records(draft, file):
                key = dict(fields).get("key", "")
                if key in self._known or not key:
                    message = f"the resource '{short(key)}' has no key of its own; it is left out"
                    draft.tell("not-imported", place, message, key)
                else:
                    self._known[key] = fields
                    self._take(key, fields, place)

    def find(self, fields: Fields, place: Place) -> str | None:
        """Give the key of the resource that a concept names, or describes itself."""
        said = dict(fields)
        if source := said.get("source"):
            return _key(source) if _key(source) in self._draft.resources else None
        if not said.get("title"):
            return None
        key = free(legal(said["title"]) or "resource", self._draft.resources)
        self._take(key, [each for each in fields if each[0] not in _OF_READING], place)
        return key

    def base_of(self, source: str) -> str:
        """Give the address that those of its parts begin with."""
        return dict(self._known.get(source, [])).get("specific_url_base", "")

    @property
    def names(self) -> list[str]:
        return list(self._draft.resources)

    def _take(self, key: str, fields: Fields, place: Place) -> None:
        said = dict(fields)
        sort = said.pop("resource_type", "")
        kind = next((_TYPES[word] for word in _TYPES if word in sort.casefold()), "docs")
        entry: dict[str, Any] = {"title": said.pop("title", key)}
        if authors := said.pop("authors", ""):
            entry["authors"] = [each for each in map(stripped, authors.split(" and ")) if each]
        entry["type"] = kind
        url = said.pop("url", "")
        if re.fullmatch(r'https?://[^\s<>"]+', url):
            entry["url"] = url
        elif url:
            said["url"] = url
        entry["level"] = "intermediate"
        entry["cost"] = "paid" if said.pop("free", "1") == "0" else "free"
        if note := said.pop("note", ""):
            entry["note"] = note
        said.pop("key", None)
        entry["verified"] = "unverified"
        entry["extra"] = {**({"resource_type": sort} if sort else {}), **said}
        if key != _key(key):
            entry["extra"]["key"] = key
        if not entry["extra"]:
            del entry["extra"]
        self._draft.resources[_key(key)] = entry
        then = (
            "it is 'intermediate' for each, and no entry was verified; look through resources.yaml"
        )
        self._draft.tell_once("the level of resources is not known", place, then)


_OF_READING = ("source", "location", "mark", "edition", "extra", "core", "dependencies")


class _Concept:
    """One folder."""

    def __init__(self, draft: Draft, folder: Path, library: _Library, known: set[str]) -> None:
        self._draft, self._folder, self._library, self._known = draft, folder, library, known
        self._entry = Entry(folder.name, Place(shown(folder), 1, 0))
        self._readers: Mapping[str, Callable[[Path], None]] = {
            "title.txt": self._title,
            "summary.txt": self._summary,
            "goals.txt": self._goals,
            "dependencies.txt": self._dependencies,
            "see-also.txt": self._see_also,
            "resources.txt": self._resources,
        }

    def take(self) -> None:
        """Read its files; those that the format has no field for are kept as they are."""
        for file in _texts(self._folder):
            try:
                self._readers.get(file.name, self._other)(file)
            except BrokenGraph as error:
                for each in error.problems:
                    self._draft.tell("not-imported", each.place, each.message)
        if "title" not in self._entry.fields:
            words = re.sub("[_-]+", " ", self._folder.name).strip()
            self._entry.fields["title"] = words[:1].upper() + words[1:]
            then = "the words of its tag stand in its place"
            self._draft.tell_once("a concept without title.txt", self._entry.place, then)
        self._draft.add(self._entry)

    def _title(self, file: Path) -> None:
        if found := self._prose(file):
            self._entry.fields["title"] = found

    def _summary(self, file: Path) -> None:
        if found := self._prose(file):
            self._entry.fields["summary"] = self._linked(found)

    def _goals(self, file: Path) -> None:
        if found := self._items(file):
            self._entry.fields["objectives"] = [self._linked(each) for _, each in found]

    def _dependencies(self, file: Path) -> None:
        needs = self._entry.needs.setdefault("prerequisites", [])
        for place, fields in _records(self._draft, file):
            said = dict(fields)
            tag, why = said.pop("tag", ""), said.pop("reason", "")
            if tag:
                needs.append(Need([tag], place, self._linked(why) if why else None))
            if said or not tag:
                self._entry.pocket("dependencies", dict)[tag or "?"] = said
                self._draft.tell_kept("what else dependencies.txt says of one", place)

    def _see_also(self, file: Path) -> None:
        """An item with a link to a concept tells what is related; others are kept."""
        related = self._entry.needs.setdefault("related", [])
        own = legal(self._folder.name)
        for place, item in self._items(file):
            tags = [tag for _, tag in _LINK.findall(item) if legal(tag) in self._known - {own}]
            fresh = [tag for tag in tags if not any(tag in each.members for each in related)]
            if fresh:
                related += [Need([tag], place, self._linked(item)) for tag in fresh]
            else:
                self._entry.pocket("see-also", list).append(item)
                self._draft.tell_kept("an item of see-also.txt that names no concept", place)

    def _resources(self, file: Path) -> None:
        for place, fields in _records(self._draft, file):
            said = dict(fields)
            key = self._library.find(fields, place)
            if key is None:
                name = said.get("source", "")
                self._entry.pocket("resources", list).append(said)
                message = (
                    f"{unknown('resource', name, self._library.names)}; it is kept under `extra`"
                )
                self._draft.tell("unknown-resource", place, message, name)
            else:
                self._recommend(key, fields, place)

    def _recommend(self, key: str, fields: Fields, place: Place) -> None:
        """Add a reading: the places in it as its part, the first address among them as its own."""
        base = self._library.base_of(dict(fields).get("source", ""))
        found = [
            re.fullmatch(r"(.*?)\s*(?:\[([^\]\s]*)\])?", each, re.S)
            for name, each in fields
            if name == "location"
        ]
        parts = [each[1] for each in found if each and each[1]]
        urls = [
            url if re.match("https?:", url) else base + url
            for each in found
            if each and (url := each[2])
        ]
        right = [url for url in urls if re.fullmatch(r'https?://[^\s<>"]+', url)]
        notes = [self._linked(each) for name, each in fields if name in ("extra", "note")]
        reading: dict[str, Any] = {"resource": _key(key)}
        if parts:
            reading["part"] = "; ".join(parts)
        if right:
            reading["url"] = right[0]
        if notes:
            reading["note"] = " ".join(notes)
        listed = self._entry.fields.setdefault("resources", [])
        named = [each if isinstance(each, str) else each["resource"] for each in listed]
        is_new = reading["resource"] not in named
        if is_new:
            listed.append(reading if len(reading) > 1 else reading["resource"])
        rest: dict[str, Any] = {
            name: each
            for name, each in fields
            if name in ("mark", "edition", "core", "dependencies")
        }
        if urls[1:] or urls[:1] != right[:1]:
            rest["urls"] = urls
        if not is_new:
            rest["again"] = reading
        if rest:
            self._entry.pocket("readings", dict).setdefault(_key(key), {}).update(rest)
            self._draft.tell_kept(
                "what else resources.txt says of one (mark, edition, addresses …)", place
            )

    def _other(self, file: Path) -> None:
        if found := self._prose(file):
            self._entry.extra[free(file.stem, self._entry.extra)] = found
            if file.name != "id.txt":
                self._draft.tell_kept(f"the file {file.name} of concepts", Place(shown(file), 1, 0))

    def _prose(self, file: Path) -> str:
        lines = file_text(file, shown(file)).splitlines()
        return stripped("\n".join(each for each in lines if not each.startswith("#")))

    def _items(self, file: Path) -> list[tuple[Place, str]]:
        """Give the items of a list in Textile; a line without a star goes on with the one before."""
        found: list[tuple[Place, str]] = []
        for number, line in enumerate(file_text(file, shown(file)).splitlines(), 1):
            text = stripped(re.sub(r"^\s*\*+\s*", "", line))
            if line.startswith("#") or not text:
                continue
            if found and not line.lstrip().startswith("*"):
                place, before = found.pop()
                found.append((place, f"{before} {text}"))
            else:
                found.append((Place(shown(file), number, 0), text))
        return found

    def _linked(self, text: str) -> str:
        """Turn links in Textile into Markdown; one to a concept that is not there keeps its words alone."""

        def lead(found: re.Match[str]) -> str:
            words, target = found.groups()
            if re.match("https?://", target):
                return f"[{words}]({target})"
            if legal(target) in self._known:
                return f"[{words}](concept:{legal(target)})"
            then = "the link became plain words"
            self._draft.tell_once(
                f"a link to '{short(target)}', which is no concept", self._entry.place, then
            )
            return str(words)

        return _LINK.sub(lead, text)


# Private functions


def _texts(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.suffix == ".txt" and each.is_file())


def _key(name: str) -> str:
    return name if re.fullmatch("[A-Za-z0-9][A-Za-z0-9._-]*", name) else legal(name) or "resource"


def _records(draft: Draft, file: Path) -> Iterator[tuple[Place, Fields]]:
    """Give the records of a file, each with its first line."""
    name = shown(file)
    fields: Fields = []
    begin = 1
    for number, line in enumerate([*file_text(file, name).splitlines(), ""], 1):
        stem, colon, value = line.partition(":")
        if line.startswith("#"):
            continue
        if not stripped(line):
            if fields:
                yield Place(name, begin, 0), fields
            fields = []
        elif colon and re.fullmatch(r"\s*[A-Za-z_]+\s*", stem):
            begin = begin if fields else number
            fields.append((stem.strip().casefold(), stripped(value)))
        elif fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {stripped(line)}")
        else:
            message = f"'{short(line)}' is no line of the form `field: value`; it is left out"
            draft.tell("not-imported", Place(name, number, 0), message)
