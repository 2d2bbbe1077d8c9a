"""What the page `/stats/` says to those who keep the knowledge base: what is measured, each with how it is counted.

The command `learnpath stats` prints the same sections.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from learnpath.measuring import Group, Measures, measured
from learnpath.reading import own_name

if TYPE_CHECKING:
    from learnpath.views import Link, View, Views


@dataclass(frozen=True)
class Folded:
    """Names that few ask for, under a line that says what they are."""

    title: str
    links: tuple["Link", ...]
    between: str = " · "
    is_open: bool = False
    """Whether they are shown at once."""


@dataclass(frozen=True)
class Section:
    """A table of numbers, and how they are counted."""

    title: str
    about: str
    head: tuple[str, ...]
    rows: tuple[tuple["str | Link", ...], ...]
    """The first cell of a row is a name, the others are numbers."""
    none: str
    """What is said where there is nothing to count."""
    folded: tuple[Folded, ...] = ()


def page(views: "Views") -> "View":
    """Give the page; no search finds it, as it says nothing to readers."""
    view = views.view(
        "stats",
        views.labels["stats"],
        "stats",
        views.base.folder,
        description=views.labels["stats-about"].format(day=views.today.isoformat()),
        sections=sections(views),
    )
    return replace(view, is_found=False)


def sections(views: "Views") -> list[Section]:
    """Give the sections of the page."""
    found = measured(views.base, views.today)
    made = _Sections(views, found)
    return [
        made.whole(),
        made.groups("areas", found.areas, made.area),
        made.groups("kinds", found.kinds, made.kind),
        made.levels(),
        made.chains(),
        made.bottlenecks(),
        made.missing(),
        made.runs(),
        made.versions(),
        made.resources(),
        made.translated(),
        made.sizes(),
    ]


# Private functions

HERE = "stats"


class _Sections:
    """Each section in the language of the views."""

    def __init__(self, views: "Views", found: Measures) -> None:
        self._views, self._found, self._labels = views, found, views.labels
        self._base = views.base

    def whole(self) -> Section:
        whole = self._found.whole
        counts = {
            "concepts": whole.concepts,
            "ongoing": whole.ongoing,
            "without-minutes": whole.without_minutes,
            "edges": whole.edges,
            "choices": whole.choices,
            "depth": whole.depth,
            "questions": whole.questions,
            "paths": whole.paths,
            "resources": whole.resources,
            "snippets": whole.snippets,
            "drawings": whole.figures,
            "faq": whole.faq,
            **({"claims": whole.claims} if self._base.article else {}),
        }
        rows = [(self._labels[f"stats-n-{name}"], _number(n)) for name, n in counts.items()]
        rows.insert(3, (self._labels["stats-hours"], _hours(whole.minutes)))
        return self._section("whole", ("stats-what", "stats-n"), rows)

    def groups(
        self, name: str, groups: Iterable[Group], named: Callable[[str], "str | Link"]
    ) -> Section:
        every = max(self._found.whole.concepts, 1)
        rows = [
            (
                named(each.id) if each.id else self._labels["stats-no-group"],
                _number(each.concepts),
                _share(each.concepts / every),
                _hours(each.minutes),
            )
            for each in groups
        ]
        head = (f"stats-{name}-one", "concepts", "stats-share", "stats-hours")
        return self._section(name, head, rows)

    def area(self, id: str) -> "str | Link":
        area = self._base.manifest.areas.get(id)
        return self._views.link(f"areas/{id}", self._views.say(area.title), HERE) if area else id

    def kind(self, id: str) -> "str | Link":
        kind = self._base.manifest.kinds.get(id)
        return self._views.say(kind.title) if kind else id

    def levels(self) -> Section:
        rows = [(str(depth), _number(n)) for depth, n in enumerate(self._found.levels, 1)]
        return self._section("levels", ("stats-level", "concepts"), rows)

    def chains(self) -> Section:
        rows, folded = [], []
        for each in self._found.chains:
            links = tuple(map(self._concept, each.concepts))
            rows.append((links[-1], _number(len(links)), _hours(each.minutes)))
            title = self._fill("stats-chain-to", concept=links[-1].title)
            folded.append(Folded(title, links, " → ", is_open=True))
        return self._section("chains", ("stats-end", "concepts", "stats-hours"), rows, folded)

    def bottlenecks(self) -> Section:
        rows = [
            (
                self._concept(each.concept),
                _number(each.above),
                _share(each.share),
                _number(each.direct),
            )
            for each in self._found.bottlenecks
        ]
        head = ("stats-concept", "stats-above", "stats-share", "stats-direct")
        return self._section("bottlenecks", head, rows)

    def missing(self) -> Section:
        rows, folded = [], []
        for each in self._found.missing:
            title = self._labels[f"stats-{each.what}"]
            if each.language and len(self._base.languages) > 1:
                title = self._fill(
                    "stats-in-language", what=title, language=own_name(each.language)
                )
            rows.append((title, _number(each.places), _number(len(each.concepts))))
            folded += self._folded(title, map(self._concept, each.concepts))
        head = ("stats-what", "stats-places", "concepts")
        return self._section("missing", head, rows if self._base.concepts else (), folded)

    def runs(self) -> Section:
        by_day: dict[str, list[str]] = {}
        for each in self._found.runs:
            by_day.setdefault(each.ran, []).append(each.snippet)
        age = {each.ran: each.days for each in self._found.runs}
        rows = [
            (day, "–" if age[day] is None else _number(age[day] or 0), _number(len(ids)))
            for day, ids in by_day.items()
        ]
        folded = [
            one
            for title, ids in (
                *by_day.items(),
                (self._labels["stats-without-run"], self._found.without_run),
            )
            for one in self._folded(title, map(self._snippet, ids))
        ]
        return self._section("runs", ("stats-day", "stats-days", "stats-runs-of"), rows, folded)

    def versions(self) -> Section:
        rows = [
            ("Python" if package == "python" else package, version, _number(count))
            for package, version, count in self._found.versions
        ]
        return self._section("versions", ("stats-package", "stats-version", "stats-runs-of"), rows)

    def resources(self) -> Section:
        every = len(self._base.resources)
        rows, folded = [], []
        for each in self._found.verified if every else ():
            title = self._labels[f"stats-{each.how}"]
            rows.append((title, _number(len(each.resources)), _share(len(each.resources) / every)))
            if each.how != "verified":
                titles = (self._named(self._base.resources[key].title) for key in each.resources)
                folded += self._folded(title, titles)
        return self._section("resources", ("stats-entries", "stats-n", "stats-share"), rows, folded)

    def translated(self) -> Section:
        rows = [
            (
                own_name(each.language),
                self._fill("stats-of", n=_number(each.texts), of=_number(each.of_texts)),
                self._fill("stats-of", n=_number(each.pages), of=_number(each.of_pages)),
                _share(each.share),
                _number(len(each.stale)),
            )
            for each in self._found.translated
        ]
        folded = [
            one
            for each in self._found.translated
            for one in self._folded(
                self._fill(
                    "stats-in-language",
                    what=self._labels["stats-stale"],
                    language=own_name(each.language),
                ),
                map(self._named, each.stale),
            )
        ]
        head = ("stats-language", "stats-texts", "stats-pages", "stats-share", "stats-stale")
        return self._section("translated", head, rows, folded)

    def sizes(self) -> Section:
        rows, folded = [], []
        for each in self._found.sizes:
            if not each.pages:
                continue
            name = own_name(each.language)
            rows.append((name, *map(_number, (each.pages, each.characters, each.median))))
            title = self._fill(
                "stats-in-language", what=self._labels["stats-longest"], language=name
            )
            folded += self._folded(title, (self._page(key, size) for key, size in each.longest))
        head = ("stats-language", "stats-pages", "stats-characters", "stats-median")
        return self._section("sizes", head, rows, folded)

    # what the sections have in common

    def _section(
        self,
        name: str,
        head: Sequence[str],
        rows: Iterable[tuple["str | Link", ...]],
        folded: Iterable[Folded] = (),
    ) -> Section:
        return Section(
            self._labels[f"stats-{name}"],
            self._labels[f"stats-{name}-about"].format(day=self._found.day),
            tuple(self._labels[each] for each in head),
            tuple(rows),
            self._labels.get(f"stats-{name}-none", ""),
            tuple(folded),
        )

    def _folded(self, title: str, links: Iterable["Link"]) -> list[Folded]:
        """Give names under a title that counts them; nothing where there are none."""
        there = tuple(links)
        counted = self._fill("stats-counted", what=title, n=_number(len(there)))
        return [Folded(counted, there)] if there else []

    def _fill(self, label: str, **values: str) -> str:
        return self._labels[label].format(**values)

    def _concept(self, id: str) -> "Link":
        return self._views.concept_link(self._base.concepts[id], HERE, "")

    def _snippet(self, id: str) -> "Link":
        return self._views.link(
            f"snippets/{id}", self._views.say(self._base.snippets[id].title), HERE
        )

    def _page(self, key: str, size: int) -> "Link":
        words = self._fill("stats-counted", what=key, n=_number(size))
        return self._views.link(key, words, HERE) if self._views.has(key) else self._named(words)

    def _named(self, words: str) -> "Link":
        return replace(self._views.link(HERE, words, HERE), href="")


def _number(n: int) -> str:
    return f"{n:,}"


def _share(share: float) -> str:
    """Write a share so that nothing left out looks whole, and nothing there looks like nothing."""
    if 0 < share < 0.01:
        return "<1%"
    return f"{min(share, 0.99) if share < 1 else share:.0%}"


def _hours(minutes: int) -> str:
    return f"{minutes / 60:,.1f}".removesuffix(".0")
