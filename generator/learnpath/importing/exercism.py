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
from learnpath.reading import Sources, shown
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
    for place, each in track.records("concepts"):
        _add(draft, place, each, "concept", _text(each, "slug"))
    concepts = {each.name: each for each in draft}
    for place, each in track.records("exercises", "concept"):
        _teach(concepts, track, place, each)
    if exercises:
        add = _Exercises(draft, concepts).add
        for place, each in track.records("exercises", "concept"):
            taught = track.names(each, "concepts")
            needs = taught or track.names(each, "prerequisites")
            add(place, each, "concept-exercise", needs)
        for place, each in track.records("exercises", "practice"):
            needs = [*track.names(each, "prerequisites"), *track.names(each, "practices")]
            add(place, each, "exercise", needs)
    _keep_rest(draft, track, exercises)
    return draft.settle(keep_ids=True)


class _Exercises:
    """Adds exercises; one that is called as a concept is gets another name and title."""

    def __init__(self, draft: Draft, concepts: Mapping[str, Entry]) -> None:
        self._draft, self._concepts = draft, concepts
        self._titles = {each.fields["title"].casefold() for each in concepts.values()}

    def add(self, place: Place, record: Mapping[str, Any], kind: str, needs: list[str]) -> None:
        slug, title = _text(record, "slug"), _text(record, "name")
        name = f"{slug}-exercise" if slug in self._concepts else slug
        if name != slug or title.casefold() in self._titles:
            title = f"{title or slug} (exercise)"
            message = f"the exercise '{short(slug)}' is called as a concept is; it became '{short(name)}', with the title '{short(title)}'"
            self._draft.tell("changed-by-import", place, message, name)
        entry = _add(self._draft, place, {**record, "name": title}, kind, name)
        have = entry.needs.setdefault("prerequisites", [])
        known = {each.members[0] for each in have}
        have += [Need([each], place) for each in dict.fromkeys(needs) if each not in known]


class _Track:
    """The values of a track, those of a wrong type passed over, with their places."""

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
        self._file, self._places = file, Sources({file: text})  # JSON is YAML

    def text(self, name: str) -> str:
        return _text(self.data, name)

    def records(self, *path: str) -> Iterator[tuple[Place, dict[str, Any]]]:
        """Give the records of a list, each with its place."""
        here: Any = self.data
        for step in path:
            here = here.get(step) if isinstance(here, dict) else None
        for number, record in enumerate(here if isinstance(here, list) else []):
            if isinstance(record, dict):
                yield self._places.of(self._file, *path, number), record

    def names(self, record: Mapping[str, Any], name: str) -> list[str]:
        """Give the slugs in a list."""
        found = record.get(name)
        return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


# Private functions


def _text(record: Mapping[str, Any], name: str) -> str:
    """Give a text; halves of signs, which JSON may hold and no file, are replaced."""
    value = record.get(name)
    text = value if isinstance(value, str) else ""
    return stripped(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _add(draft: Draft, place: Place, record: Mapping[str, Any], kind: str, name: str) -> Entry:
    entry = Entry(name, place)
    entry.fields = {"title": _text(record, "name") or name, "kind": kind}
    known = {"slug", "name", "prerequisites", "concepts", "practices", "difficulty"}
    entry.extra = {key: value for key, value in record.items() if key not in known}
    difficulty = record.get("difficulty")
    if isinstance(difficulty, int) and 1 <= difficulty <= 10:
        entry.fields["difficulty"] = (difficulty + 1) // 2
        then = "halved, as difficulty goes to 5 here; it is kept under `extra` as it was"
        draft.tell_once("`difficulty`, from 1 to 10", place, then)
    if difficulty is not None:
        entry.extra["difficulty"] = difficulty
    return draft.add(entry)


def _teach(
    concepts: Mapping[str, Entry], track: _Track, place: Place, exercise: Mapping[str, Any]
) -> None:
    """Let the concepts of an exercise need what the exercise needs."""
    taught = track.names(exercise, "concepts")
    for name in taught:
        if name in concepts:
            needs = concepts[name].needs.setdefault("prerequisites", [])
            known = {*taught, *(each.members[0] for each in needs)}
            wanted = track.names(exercise, "prerequisites")
            needs += [Need([each], place) for each in wanted if each not in known]


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
