"""A track of Exercism: its `config.json`, which names the concepts and exercises of a programming language.

A concept needs what the exercise that teaches it needs. An exercise is a concept of its own, which needs what it
teaches or practises.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from learnpath.importing.drafts import Draft, Entry, Imported, Need, file_text
from learnpath.problems import BrokenGraph, LearnpathError, Place, problem, short
from learnpath.reading import shown
from learnpath.tabular import stripped

_KINDS = {"concept": "Concept", "concept-exercise": "Concept exercise", "exercise": "Exercise"}


def exercism(source: Path, *, exercises: bool = True, title: str = "") -> Imported:
    """Read a track, from its `config.json` or the folder that holds it; its concepts alone without `exercises`.

    Raises:
        BrokenGraph: it is no JSON.
        LearnpathError: it is no track.
    """
    file = source / "config.json" if source.is_dir() else source
    name = shown(file)
    track = _Track(name, file_text(file, name))
    draft = Draft(name, title or track.text("language") or "Exercism")
    draft.summary = track.text("blurb") or None
    draft.titles["kind"] = dict(_KINDS)
    for each in track.records("concepts"):
        _add(draft, track, each, "concept", each.get("slug", ""))
    for each in track.records("exercises", "concept"):
        _teach(draft, track, each)
    if exercises:
        for each in track.records("exercises", "concept"):
            taught = track.names(each, "concepts")
            _exercise(
                draft, track, each, "concept-exercise", taught or track.names(each, "prerequisites")
            )
        for each in track.records("exercises", "practice"):
            needs = [*track.names(each, "prerequisites"), *track.names(each, "practices")]
            _exercise(draft, track, each, "exercise", needs)
    _keep_rest(draft, track, exercises)
    return draft.settle(keep_ids=True)


class _Track:
    """The values of a track, those of a wrong type passed over; and the lines on which its slugs stand."""

    def __init__(self, file: str, text: str) -> None:
        try:
            data = json.loads(text)
        except json.JSONDecodeError as error:
            place = Place(file, error.lineno, error.colno)
            raise BrokenGraph(
                [problem("unreadable", place, f"not JSON here: {error.msg}")]
            ) from None
        except RecursionError:
            raise LearnpathError(f"{file}: nested too deep to be a track") from None
        if not isinstance(data, dict) or not isinstance(data.get("concepts"), list):
            message = (
                "is no track of Exercism: it has no list of `concepts`; name the config.json of one"
            )
            raise LearnpathError(f"{file}: {message}")
        self.data: dict[str, Any] = data
        self._file, self._lines = file, text.splitlines()
        self._seen: dict[str, int] = {}

    def text(self, name: str) -> str:
        return _text(self.data, name)

    def records(self, *path: str) -> Iterator[dict[str, Any]]:
        here: Any = self.data
        for step in path:
            here = here.get(step) if isinstance(here, dict) else None
        yield from (
            each for each in (here if isinstance(here, list) else []) if isinstance(each, dict)
        )

    def names(self, record: Mapping[str, Any], name: str) -> list[str]:
        found = record.get(name)
        return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []

    def place(self, slug: str) -> Place:
        """Give the next line that states this slug."""
        for number in range(self._seen.get(slug, 0), len(self._lines)):
            line = self._lines[number]
            if '"slug"' in line and f'"{slug}"' in line:
                self._seen[slug] = number + 1
                return Place(self._file, number + 1, 0)
        return Place(self._file, 1, 0)


# Private functions


def _text(record: Mapping[str, Any], name: str) -> str:
    """Give a text; halves of signs, which JSON may hold and no file, are replaced."""
    value = record.get(name)
    text = value if isinstance(value, str) else ""
    return stripped(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _add(draft: Draft, track: _Track, record: Mapping[str, Any], kind: str, name: str) -> Entry:
    slug = _text(record, "slug")
    entry = Entry(name, track.place(slug))
    entry.fields = {"title": _text(record, "name") or slug, "kind": kind}
    known = {"slug", "name", "prerequisites", "concepts", "practices", "difficulty"}
    entry.extra = {name: value for name, value in record.items() if name not in known}
    difficulty = record.get("difficulty")
    if isinstance(difficulty, int) and 1 <= difficulty <= 10:
        entry.fields["difficulty"] = (difficulty + 1) // 2
        entry.extra["difficulty"] = difficulty
        then = "halved, as difficulty goes to 5 here; it is kept under `extra` as it was"
        draft.tell_once("`difficulty`, from 1 to 10", entry.place, then)
    return draft.add(entry)


def _teach(draft: Draft, track: _Track, exercise: Mapping[str, Any]) -> None:
    """Let the concepts of an exercise need what the exercise needs."""
    place = track.place(_text(exercise, "slug"))
    by_name = {entry.name: entry for entry in draft}
    taught = track.names(exercise, "concepts")
    for name in taught:
        if name in by_name:
            needs = by_name[name].needs.setdefault("prerequisites", [])
            have = [each.members for each in needs]
            needs += [
                Need([each], place)
                for each in track.names(exercise, "prerequisites")
                if each not in taught and [each] not in have
            ]


def _exercise(
    draft: Draft, track: _Track, record: Mapping[str, Any], kind: str, needs: list[str]
) -> None:
    """Add an exercise; one that is called as a concept is gets another name and title."""
    slug = _text(record, "slug")
    name = f"{slug}-exercise" if slug in draft else slug
    entry = _add(draft, track, record, kind, name)
    titles = {each.fields["title"].casefold() for each in draft if each is not entry}
    if name != slug or entry.fields["title"].casefold() in titles:
        former = entry.fields["title"]
        entry.fields["title"] = f"{former} (exercise)"
        message = f"the exercise '{short(slug)}' is called as a concept is; it became '{name}', with the title '{short(entry.fields['title'])}'"
        draft.tell("changed-by-import", entry.place, message, name)
    place = entry.place
    entry.needs["prerequisites"] = [Need([each], place) for each in dict.fromkeys(needs)]


def _keep_rest(draft: Draft, track: _Track, exercises: bool) -> None:
    """Keep what else the track says under `extra` of the knowledge base."""
    known = {"language", "blurb", "concepts", "exercises"}
    draft.extra = {name: value for name, value in track.data.items() if name not in known}
    whole = track.data.get("exercises")
    rest = whole if isinstance(whole, dict) else {"exercises": whole} if whole else {}
    if exercises:
        rest = {name: value for name, value in rest.items() if name not in ("concept", "practice")}
    if rest:
        draft.extra["exercises"] = rest
    for name in draft.extra:
        draft.tell_kept(f"`{name}` of the track", Place(draft.source, 1, 0))
