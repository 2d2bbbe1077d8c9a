"""What the page `/reading/` says: all resources by area and level, and what a reader can filter them by."""

import posixpath
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, get_args

from learnpath.model import Cost, Level, Resource, ResourceType
from learnpath.views.telling import told

if TYPE_CHECKING:
    from learnpath.views import View, Views


def page(views: "Views") -> "View":
    """Give the page of all resources: each under one of its areas, then by level."""
    here = "reading"
    entries = [_entry(views, each, here) for each in views.base.resources.values()]
    filters = _filters(views, entries)
    return views.view(
        here,
        views.labels["reading"],
        "reading",
        f"{views.base.folder}/resources.yaml",
        tells=told("reading", views.labels),
        groups=_groups(views, entries),
        filters=filters,
        has_areas=any(each["name"] == "area" for each in filters),
        count=views.count("reading-count", len(entries)),
        bib=posixpath.relpath("reading.bib", posixpath.dirname(views.source(here)) or "."),
    )


# Private functions

_UNTOLD = "-"
"""Stands in the page and in addresses for what an entry does not tell; no id and no language is called that."""
_MOST = 8
"""Of the concepts that recommend an entry; the others, of a textbook there may be fifty, are folded."""


def _entry(views: "Views", resource: Resource, here: str) -> dict[str, Any]:
    users = views.users_of_resource(resource.key)
    of_users = {each.area for each in users}
    areas = [id for id in views.base.manifest.areas if id in of_users]
    home = users[0].area if users and users[0].area in areas else _UNTOLD
    links = [views.concept_link(user, here, "") for user in users]
    doubtful = set(resource.doubtful)
    return {
        "key": resource.key,
        "home": home,
        "resource": views.resource(resource, here),
        "type": views.labels[f"single-{resource.type}"],
        "others": " ".join(resource.authors[4:]) if "authors" not in doubtful else "",
        "concepts": links[:_MOST],
        "more_concepts": links[_MOST:],
        "more": views.count("more-concepts", len(links) - _MOST),
        "is": {
            "area": areas or [_UNTOLD],
            "level": [resource.level],
            "type": [resource.type],
            "cost": [resource.cost if "cost" not in doubtful else _UNTOLD],
            "language": resource.languages if "languages" not in doubtful else [_UNTOLD],
        },
    }


def _groups(views: "Views", entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give the entries by area, then by level; of a level those of a type stand together."""
    ordered = sorted(entries, key=lambda each: (each["is"]["type"], each["resource"]["title"]))
    titles = _titles_of_areas(views)
    groups = []
    for id, title in titles.items():
        levels = [
            {
                "title": views.labels[f"level-{level}"],
                "entries": [
                    each for each in ordered if each["home"] == id and level in each["is"]["level"]
                ],
            }
            for level in get_args(Level)
        ]
        filled = [each for each in levels if each["entries"]]
        if filled:
            groups.append({"title": title, "levels": filled})
    return groups


def _filters(views: "Views", entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give for each thing to filter by what there is to choose; what all entries share is nothing to choose."""
    labels = views.labels
    untold = {_UNTOLD: labels["reading-untold"]}
    languages = sorted({each for entry in entries for each in entry["is"]["language"]} - {_UNTOLD})
    titles: dict[str, dict[str, str]] = {
        "area": _titles_of_areas(views),
        "level": {each: labels[f"level-{each}"] for each in get_args(Level)},
        "type": {each: labels[f"type-{each}"] for each in get_args(ResourceType)},
        "cost": {each: labels[f"cost-{each}"] for each in get_args(Cost)} | untold,
        "language": {each: labels.get(f"language-{each}", each) for each in languages} | untold,
    }
    filters = []
    for name, choices in titles.items():
        there = {each for entry in entries for each in entry["is"][name]}
        found = [(value, _capital(title)) for value, title in choices.items() if value in there]
        if len(found) > 1:
            filters.append({"name": name, "title": labels[f"reading-{name}"], "choices": found})
    return filters


def _titles_of_areas(views: "Views") -> dict[str, str]:
    areas = views.base.manifest.areas
    titles = {id: views.say(area.title) for id, area in areas.items()}
    return {**titles, _UNTOLD: views.labels["elsewhere"]}


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
