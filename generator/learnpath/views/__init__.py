"""What each page says and links to, in one language. Templates print it and decide nothing.

A page has a key (`concepts/lstm`), the same in every language; the address of its text in the folder of pages is
`concepts/lstm.md` in the default language and `zh/concepts/lstm.md` in another.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from learnpath.checking.parts import made_pages
from learnpath.figures import drawn
from learnpath.graph import chains, digraph
from learnpath.joining import in_one_line
from learnpath.model import (
    EMBED,
    EXPLORABLE,
    FIGURE,
    SOURCE,
    Concept,
    FaqEntry,
    KnowledgeBase,
    LearningPath,
    Prerequisite,
    Question,
    Reading,
    Resource,
    links_in,
)
from learnpath.plans import planner
from learnpath.reading import labels, own_name
from learnpath.runtime import Runtime
from learnpath.views import article, map, plans, resources, snippets, stats
from learnpath.views.prose import Prose, minutes_to_read, parted, seen_from, without_checks
from learnpath.views.telling import told

NEAREST = 100  # concepts that a page lists of those that it rests on; the plan gives the way from all of them


@dataclass(frozen=True)
class Link:
    """A link on a page, with a sentence about where it leads; words alone where there is no address."""

    title: str
    href: str = ""
    about: str = ""
    area: str = ""
    """The class that colours it, where it leads to a concept of an area."""


@dataclass(frozen=True)
class View:
    """A page in one language: what its template prints."""

    key: str
    language: str
    title: str
    template: str
    source: str
    """The file that an author edits to change the page, as problems name it."""
    description: str = ""
    crumbs: tuple[Link, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)
    """What the front matter of its prose says."""
    tells: Mapping[str, Any] = field(default_factory=dict)
    """What it tells its scripts; nothing where it has none."""
    is_found: bool = True
    """Whether the search and search engines are to find it."""


@dataclass(frozen=True)
class Entry:
    """An entry of the contents: a page, or a title over several."""

    title: str
    key: str | None = None
    below: tuple["Entry", ...] = ()


def source_of(key: str, language: str, default: str) -> str:
    """Give the path of a page's text in the folder of pages; that of a snippet is a notebook."""
    is_notebook = key.startswith("snippets/") and key != "snippets/index"
    name = f"{key}.ipynb" if is_notebook else f"{key}.md"
    return name if language == default else f"{language}/{name}"


def paths_in_order(base: KnowledgeBase) -> list[LearningPath]:
    """Give the guided paths by rank, those without one by id at the end."""
    return sorted(
        base.paths.values(), key=lambda path: (path.rank is None, path.rank or 0, path.id)
    )


class Views:
    """All pages of a knowledge base in one language."""

    def __init__(
        self,
        base: KnowledgeBase,
        language: str,
        labels: Mapping[str, str],
        repository: str = "",
        runtime: Runtime | None = None,
        today: date | None = None,
    ) -> None:
        self.base = base
        self.today = today or date.today()
        self.runtime = runtime
        self.repository = repository
        self.language = language
        self.labels = labels
        self._planner = planner(base)
        self.whole_order = self._planner.in_order(base.concepts)
        """All concepts, in an order that works."""
        self.graph = digraph(base)
        self.chains = chains(base)
        self._stations = {
            id: (chain, number)
            for chain in reversed(self.chains)
            if len(chain) > 2
            for number, id in enumerate(chain)
        }
        self._colours = {
            id: f"area-{number % 10 + 1}" for number, id in enumerate(base.manifest.areas)
        }
        self._parted: dict[str, Prose] = {}
        self._there = base.pages.keys() | {self.source(key) for key in made_pages(base)}
        self._opens = {id: sorted(set(self.graph.successors(id))) for id in base.concepts}
        self._paths_through: dict[str, list[LearningPath]] = defaultdict(list)
        for path in paths_in_order(base):
            for step in path.steps:
                self._paths_through[step.concept].append(path)
        self._faq_about: dict[str, list[FaqEntry]] = defaultdict(list)
        for entry in base.faq.values():
            for id in entry.concepts:
                self._faq_about[id].append(entry)
        self._used_by: dict[str, list[Concept]] = defaultdict(list)
        for concept in base.concepts.values():
            for reading in concept.resources:
                self._used_by[reading.resource].append(concept)
        self._shown_by: dict[str, list[Concept]] = defaultdict(list)
        for concept in base.concepts.values():
            for id in concept.snippets:
                self._shown_by[id].append(concept)

    def all(self) -> list[View]:
        """Give every page there is something for."""
        base = self.base
        views = [self.home(), self.concepts()]
        views += [self.area(id) for id in base.manifest.areas]
        views += [self.concept(concept) for concept in base.concepts.values()]
        if base.paths:
            views += [self.paths(), *(self.path(path) for path in base.paths.values())]
        if base.concepts:
            views.append(plans.page(self, paths_in_order(base)))
            views.append(map.page(self))
        if base.snippets:
            views.append(snippets.gallery(self))
            views += [snippets.notebook(self, each) for each in base.snippets.values()]
        if base.faq:
            views.append(self.faq())
        if base.resources:
            views.append(resources.page(self))
        views.append(self.glossary())
        if base.article:
            views += article.pages(self, base.article)
        if base.concepts:
            views.append(stats.page(self))
        return views

    def contents(self) -> list[Entry]:
        """Give the contents of the site: concepts are listed by their areas, not one by one."""
        base = self.base
        entries = [Entry(self.labels["home"], "index")]
        if base.paths:
            below = tuple(
                Entry(self.say(path.title), f"paths/{path.id}") for path in paths_in_order(base)
            )
            entries.append(Entry(self.labels["paths"], "paths/index", below))
        if base.concepts:
            entries.append(Entry(self.labels["plan"], "plan/index"))
            entries.append(Entry(self.labels["map"], "map/index"))
        areas = tuple(
            Entry(self.say(area.title), f"areas/{id}") for id, area in base.manifest.areas.items()
        )
        entries.append(Entry(self.labels["concepts"], "concepts/index", areas))
        if base.snippets:
            entries.append(Entry(self.labels["snippets"], "snippets/index"))
        if base.article:
            below = tuple(Entry(title, key) for key, title in article.entries(self, base.article))
            entries.append(Entry(self.labels["article"], "article/index", below))
        for name, there in (
            ("reading", base.resources),
            ("faq", base.faq),
            ("glossary", base.concepts),
            ("stats", base.concepts),
        ):
            if there:
                entries.append(Entry(self.labels[name], name))
        return entries

    def previews(self) -> dict[str, dict[str, str]]:
        """Give what is shown of a concept where a reader points at a link to it."""
        return {
            concept.id: {
                "title": self.say(concept.title),
                "summary": in_one_line(self.say(concept.summary)),
                "facts": self.in_short(concept),
            }
            for concept in self.base.concepts.values()
        }

    def in_short(self, concept: Concept) -> str:
        """Say how long a concept takes and how hard it is, as far as that is known."""
        level = concept.difficulty
        return " · ".join(
            filter(
                None,
                (
                    self.time(concept.minutes, concept.ongoing),
                    self.count("difficulty-of-five", level) if level else "",
                ),
            )
        )

    def users_of_snippet(self, id: str) -> list[Concept]:
        """Give the concepts that show a snippet."""
        return self._shown_by[id]

    def users_of_resource(self, key: str) -> list[Concept]:
        """Give the concepts that recommend a resource."""
        return self._used_by[key]

    # one method a page

    def home(self) -> View:
        """Give the front page."""
        manifest = self.base.manifest
        here = "index"
        return self.view(
            here,
            self.say(manifest.title),
            "home",
            f"{self.base.folder}/knowledge-base.yaml",
            description=self.say(manifest.summary),
            tells=told("home", self.labels),
            doors=self._doors(here),
            counts=self._counts(),
            paths=[self._path_card(path, here) for path in paths_in_order(self.base)],
            areas=[self._area_card(id, here) for id in manifest.areas],
            concepts=self.link("concepts/index", self.labels["all-concepts"], here),
            article=self.link("article/index", self.say(self.base.article.title), here)
            if self.base.article
            else None,
        )

    def concepts(self) -> View:
        """Give the list of all concepts, by area."""
        here = "concepts/index"
        groups = [
            {
                "title": self.say(area.title),
                "concepts": self._concept_cards(self._in_area(id), here),
            }
            for id, area in self.base.manifest.areas.items()
        ]
        others = self._in_area(None)
        if others:
            groups.append(
                {
                    "title": self.labels["more"] if groups else "",
                    "concepts": self._concept_cards(others, here),
                }
            )
        return self.view(here, self.labels["concepts"], "concepts", self.base.folder, groups=groups)

    def area(self, id: str) -> View:
        """Give the page of an area."""
        area, here = self.base.manifest.areas[id], f"areas/{id}"
        concepts = self._in_area(id)
        return self.view(
            here,
            self.say(area.title),
            "area",
            f"{self.base.folder}/knowledge-base.yaml",
            description=self.say(area.summary),
            crumbs=[self.link("concepts/index", self.labels["concepts"], here)],
            count=self.count("concept-count", len(concepts)),
            concepts=self._concept_cards(self._in_teaching_order(concepts), here),
        )

    def concept(self, concept: Concept) -> View:
        """Give the page of a concept."""
        here = f"concepts/{concept.id}"
        title = self.say(concept.title)
        area = self.base.manifest.areas.get(concept.area or "")
        crumbs = [self.link("concepts/index", self.labels["concepts"], here)]
        if area:
            crumbs.append(self.link(f"areas/{concept.area}", self.say(area.title), here))
        below = self._planner.below([concept.id]) - {concept.id}
        rests_on = [self.base.concepts[id] for id in self.whole_order if id in below]
        nearest = rests_on[-NEAREST:]
        code = self._code(concept, here)
        asks_below = any(each.questions for each in rests_on)
        return self.view(
            here,
            title,
            "concept",
            self.base.file_of(concept),
            description=self.say(concept.summary),
            crumbs=crumbs,
            tells=told(
                "concept",
                self.labels,
                *(["questions"] if concept.questions else []),
                *(["ready-check"] if asks_below else []),
                id=concept.id,
            ),
            aliases=self.aliases(concept),
            facts=self._facts(concept, here),
            plan=self.link("plan/index", self.labels["plan-the-way"], here, f"?goals={concept.id}"),
            station=self._station(concept, here),
            needs=[self._need(prerequisite, here) for prerequisite in concept.prerequisites],
            rests_on=[
                self.link(f"concepts/{each.id}", self.say(each.title), here) for each in nearest
            ],
            rests_on_title=self.count("rests-on", len(rests_on))
            if nearest == rests_on
            else self.count("rests-on-nearest", len(nearest), of=len(rests_on)),
            opens=[
                self.concept_link(self.base.concepts[id], here) for id in self._opens[concept.id]
            ],
            neighbours=map.neighbours(self, concept, self._opens[concept.id]),
            on_map=self.link("map/index", self.labels["see-on-map"], here, f"?focus={concept.id}"),
            related=[
                self.concept_link(self.base.concepts[each.concept], here, self.say(each.why))
                for each in concept.related
            ],
            code=code,
            shown=code["shown"],
            objectives=[self.say(each) for each in concept.objectives],
            questions=[self._question(each) for each in concept.questions],
            asks_below=asks_below,
            reading=self._by_type(concept.resources, here),
            sections=article.sections_about(self, concept, here),
            faq=[
                self.link("faq", self.say(each.question), here, f"#{each.id}")
                for each in self._faq_about[concept.id]
            ],
            paths=[
                self.link(f"paths/{path.id}", self.say(path.title), here)
                for path in self._paths_through[concept.id]
            ],
        )

    def paths(self) -> View:
        """Give the list of guided paths."""
        here = "paths/index"
        cards = [self._path_card(path, here) for path in paths_in_order(self.base)]
        return self.view(
            here, self.labels["paths"], "paths", f"{self.base.folder}/paths", paths=cards
        )

    def path(self, path: LearningPath) -> View:
        """Give the page of a guided path."""
        here = f"paths/{path.id}"
        known = self._planner.below(path.known)
        position = {step.concept: number for number, step in reversed(list(enumerate(path.steps)))}
        steps = []
        for number, step in enumerate(path.steps):
            concept = self.base.concepts[step.concept]
            open_needs = [
                each.members
                for each in concept.prerequisites
                if not any(
                    member in known or position.get(member, number) < number
                    for member in each.members
                )
            ]
            wanted = [
                next((id for id in members if id in position), members[0]) for members in open_needs
            ]
            steps.append(
                {
                    "link": self.concept_link(concept, here),
                    "because": self.say(step.because),
                    "time": self.time(concept.minutes, concept.ongoing),
                    "later": [
                        self.concept_link(self.base.concepts[id], here)
                        for id in wanted
                        if id in position
                    ],
                    "missing": [
                        self.concept_link(self.base.concepts[id], here)
                        for id in wanted
                        if id not in position
                    ],
                }
            )
        return self.view(
            here,
            self.say(path.title),
            "path",
            self.base.file_of(path),
            description=self.say(path.summary),
            crumbs=[self.link("paths/index", self.labels["paths"], here)],
            tells=told(
                "path",
                self.labels,
                id=path.id,
                steps=list(dict.fromkeys(step.concept for step in path.steps)),
            ),
            audience=self.say(path.audience),
            story=self.say(path.story),
            is_story=path.order == "story",
            known=[self.concept_link(self.base.concepts[id], here) for id in path.known],
            length=self._length(path),
            steps=steps,
        )

    def faq(self) -> View:
        """Give the questions and answers."""
        here = "faq"
        entries = [
            {
                "id": entry.id,
                "question": self.say(entry.question),
                "answer": self.say(entry.answer),
                "concepts": [
                    self.concept_link(self.base.concepts[id], here) for id in entry.concepts
                ],
                "resources": [
                    self.resource(self.base.resources[key], here) for key in entry.resources
                ],
                "claims": [article.claim_link(self, id, here) for id in entry.claims],
            }
            for entry in self.base.faq.values()
        ]
        return self.view(
            here, self.labels["faq"], "faq", f"{self.base.folder}/faq.yaml", entries=entries
        )

    def glossary(self) -> View:
        """Give every concept's name in all languages."""
        here = "glossary"
        rows = [
            {
                "link": self.concept_link(concept, here),
                "names": [
                    "; ".join(
                        [self.base.say(concept.title, language), *self.aliases(concept, language)]
                    )
                    for language in self.base.languages
                ],
            }
            for concept in sorted(
                self.base.concepts.values(), key=lambda each: self.say(each.title).casefold()
            )
        ]
        return self.view(
            here,
            self.labels["glossary"],
            "glossary",
            f"{self.base.folder}/concepts",
            languages=[
                self.labels.get(f"language-{each}", own_name(each)) for each in self.base.languages
            ],
            rows=rows,
        )

    # what pages have in common

    def view(
        self,
        key: str,
        title: str,
        template: str,
        source: str,
        *,
        description: str = "",
        crumbs: Sequence[Link] = (),
        shown: Sequence[str] = (),
        tells: Mapping[str, Any] = MappingProxyType({}),
        **data: Any,
    ) -> View:
        """Put a page together; `shown` are lines of its own that show snippets, besides those of its prose."""
        home = [] if key == "index" else [self.link("index", self.labels["home"], key)]
        prose = self._prose(key)
        text, sources = self._sources(prose.text, key)
        whole = {
            "prose": text,
            "prose_language": self.base.language if prose.is_foreign else "",
            "sources": sources,
            "embeds": snippets.embedded(self, "\n".join([text, *shown]), key),
            "figures": self.figures(text),
            "explorables": self.explorables(text),
            **data,
        }
        return View(
            key,
            self.language,
            title,
            template,
            source,
            description,
            tuple([*home, *crumbs]),
            whole,
            prose.meta,
            tells,
        )

    def _prose(self, key: str) -> Prose:
        """Give the written text of a page; in the default language where it is not translated."""
        if key not in self._parted:
            self._parted[key] = self._parted_prose(key)
        return self._parted[key]

    def _parted_prose(self, key: str) -> Prose:
        here, written = self.source(key), source_of(key, self.base.language, self.base.language)
        if here in self.base.pages:
            return parted(without_checks(self.base.pages[here]))
        original = parted(without_checks(self.base.pages.get(written, "")))
        meta = {name: said for name, said in original.meta.items() if name not in _WORDS_OF_META}
        text = seen_from(original.text, written, here, self._there.__contains__)
        return Prose(text, meta, is_foreign=bool(text))

    def figures(self, text: str) -> dict[str, dict[str, str]]:
        """Give what stands in the place of each line of a text that shows a figure, by that line."""
        return {
            found[0]: {
                "svg": drawn(
                    self.base.figures[found["id"]], found["id"], self.language, found["alt"]
                ),
                "caption": found["caption"] or "",
            }
            for found in links_in(text, FIGURE)
        }

    def explorables(self, text: str) -> dict[str, dict[str, Any]]:
        """Give what stands in the place of each line of a text that shows an explorable, by that line."""
        return {
            found[0]: {
                "id": found["id"],
                "explorable": (explorable := self.base.explorables[found["id"]]),
                "language": self.language,
                "title": self.say(explorable.title),
                "alt": found["alt"],
                "caption": found["caption"] or "",
                "columns": [self.say(column) for column in explorable.columns],
                "rows": [
                    [re.sub(r"^-(?=\d)", "−", str(value)) for value in row]
                    for row in self.base.values_of(explorable).get("rows", [])
                ],
            }
            for found in links_in(text, EXPLORABLE)
        }

    def _sources(self, text: str, here: str) -> tuple[str, dict[str, dict[str, Any]]]:
        """Take the places of footnotes out of a text where those name a source; give what each names, by its key."""
        places: dict[str, str] = {}
        found: dict[str, dict[str, Any]] = {}
        for each in links_in(text, SOURCE):
            key = each["key"]
            resource, evidence = self.base.resources.get(key), self.base.evidence.get(key)
            if resource is None and evidence is None:
                continue
            if each["place"]:
                places[key] = each["words"]
                text = text.replace(each[0], "")
            if resource:
                found.setdefault(key, {"resource": self.resource(resource, here), "link": None})
            elif evidence:
                link = Link(self.say(evidence.title), evidence.url or "")
                found.setdefault(key, {"resource": None, "link": link})
        return text, {
            key: {**source, "place": places.get(key, "")} for key, source in found.items()
        }

    def say(self, text: Any) -> str:
        """Give a text in the language of these pages."""
        return self.base.say(text, self.language)

    def source(self, key: str) -> str:
        """Give the path of a page's text in the folder of pages."""
        return source_of(key, self.language, self.base.language)

    def has(self, key: str) -> bool:
        """Tell whether there is a page `key` in this language."""
        return self.source(key) in self._there

    def link(self, key: str, title: str, here: str, anchor: str = "", about: str = "") -> Link:
        """Give a link from the page `here` to the page `key`."""
        return Link(
            title, _way(self.source(key), posixpath.dirname(self.source(here))) + anchor, about
        )

    def concept_link(self, concept: Concept, here: str, about: str | None = None) -> Link:
        """Give a link from the page `here` to a concept, with its summary unless something else is said `about` it."""
        return Link(
            self.say(concept.title),
            _way(self.source(f"concepts/{concept.id}"), posixpath.dirname(self.source(here))),
            self.say(concept.summary) if about is None else about,
            self.area_class(concept.area),
        )

    def _doors(self, here: str) -> list[Link]:
        """Give the ways in: follow a path, make a plan, look around."""
        labels, base = self.labels, self.base
        ways = {
            "paths": (base.paths, "paths/index"),
            "plan": (base.concepts, "plan/index"),
            "map": (base.concepts, "map/index"),
        }
        return [
            self.link(key, labels[f"door-{name}"], here, about=labels[f"door-{name}-about"])
            for name, (there, key) in ways.items()
            if there
        ]

    def _counts(self) -> list[tuple[int, str]]:
        """Say how much there is, as numbers with the words to them."""
        base = self.base
        found = {
            "concepts": len(base.concepts),
            "figures": len(base.figures),
            "snippets": len(base.snippets),
            "claims": len(base.claims),
            "sources": len(base.resources),
        }
        return [(n, self.labels[f"whole-{name}"]) for name, n in found.items() if n]

    def area_class(self, id: str | None) -> str:
        """Give the class that colours what belongs to an area; there are ten colours."""
        return self._colours.get(id or "", "")

    def by_area(self) -> list[tuple[str | None, str, list[Concept]]]:
        """Give each area that has concepts, its title and these in an order that works; at the end those of none."""
        titles: dict[str | None, str] = {
            id: self.say(area.title) for id, area in self.base.manifest.areas.items()
        }
        titles[None] = self.labels["more" if titles else "concepts"]
        groups = [(id, title, self._in_area(id)) for id, title in titles.items()]
        return [(id, title, self._in_teaching_order(each)) for id, title, each in groups if each]

    def _concept_cards(self, concepts: Iterable[Concept], here: str) -> list[dict[str, Any]]:
        return [
            {
                "link": self.concept_link(each, here),
                "time": self.time(each.minutes, each.ongoing),
            }
            for each in concepts
        ]

    def _area_card(self, id: str, here: str) -> dict[str, Any]:
        area = self.base.manifest.areas[id]
        link = self.link(f"areas/{id}", self.say(area.title), here, about=self.say(area.summary))
        count = self.count("concept-count", len(self._in_area(id)))
        return {"link": link, "count": count, "area": self.area_class(id)}

    def _path_card(self, path: LearningPath, here: str) -> dict[str, Any]:
        link = self.link(
            f"paths/{path.id}", self.say(path.title), here, about=self.say(path.summary)
        )
        return {"link": link, "length": self._length(path), "audience": self.say(path.audience)}

    def _length(self, path: LearningPath) -> str:
        minutes = sum(self.base.concepts[step.concept].minutes or 0 for step in path.steps)
        return self.length(len(path.steps), minutes)

    def length(self, steps: int, minutes: int) -> str:
        """Say how many steps there are and how long they take, as far as that is estimated."""
        parts = self.count("steps", steps), self.time(minutes or None, False)
        return " · ".join(part for part in parts if part)

    def _in_area(self, id: str | None) -> list[Concept]:
        areas = self.base.manifest.areas
        return [
            each
            for each in self.base.concepts.values()
            if (each.area == id if id is not None else each.area not in areas)
        ]

    def _in_teaching_order(self, concepts: Sequence[Concept]) -> list[Concept]:
        return [
            self.base.concepts[id] for id in self._planner.in_order(each.id for each in concepts)
        ]

    def aliases(self, concept: Concept, language: str | None = None) -> list[str]:
        """Give the other names of a concept in a language, that of these pages if none is named."""
        language = language or self.language
        found = [
            alias if isinstance(alias, str) else alias.get(language, "")
            for alias in concept.aliases
        ]
        return [alias for alias in found if alias]

    def count(self, label: str, n: int | str, **more: int) -> str:
        """Say how many there are, in words of the page."""
        one, _, other = self.labels[label].partition("|")
        return (one if n == 1 or not other else other).format(n=n, **more)

    def time(self, minutes: int | None, ongoing: bool) -> str:
        """Say how long something takes, as an estimate."""
        if ongoing:
            return self.labels["ongoing"]
        if minutes is None:
            return ""
        if minutes < 90:
            return self.count("about-minutes", minutes)
        tenths = (minutes + 3) // 6  # a half goes up, as scripts of the page have it too
        return self.count("about-hours", f"{tenths / 10:.1f}".removesuffix(".0"))

    def _facts(self, concept: Concept, here: str) -> list[tuple[str, Link]]:
        manifest = self.base.manifest
        area, kind = manifest.areas.get(concept.area or ""), manifest.kinds.get(concept.kind or "")
        facts = {
            "area": self.link(f"areas/{concept.area}", self.say(area.title), here)
            if area
            else Link(concept.area or ""),
            "kind": Link(self.say(kind.title) if kind else concept.kind or ""),
            "difficulty": Link(
                self.count("of-five", concept.difficulty) if concept.difficulty else ""
            ),
            "time": Link(self.time(concept.minutes, concept.ongoing)),
            "reading-time": Link(self._reading_time(here)),
        }
        return [(self.labels[name], value) for name, value in facts.items() if value.title]

    def _reading_time(self, here: str) -> str:
        """Say how long the prose of a page takes to read, as an estimate; "" where there is none."""
        minutes = minutes_to_read(self._prose(here).text)
        return self.time(minutes, False) if minutes else ""

    def _need(self, prerequisite: Prerequisite, here: str) -> dict[str, Any]:
        links = [
            self.concept_link(self.base.concepts[member], here) for member in prerequisite.members
        ]
        return {"links": links, "why": self.say(prerequisite.why)}

    def _question(self, question: Question) -> dict[str, Any]:
        choices = [self.say(each) for each in question.choices]
        return {
            "ask": self.say(question.ask),
            "choices": choices,
            "answer": question.answer,
            "right": choices[question.answer],
            "because": self.say(question.because),
        }

    def _station(self, concept: Concept, here: str) -> dict[str, Any] | None:
        if concept.id not in self._stations:
            return None
        chain, number = self._stations[concept.id]

        def neighbour(position: int) -> Link | None:
            return (
                self.concept_link(self.base.concepts[chain[position]], here)
                if 0 <= position < len(chain)
                else None
            )

        return {
            "title": self.count("station", number + 1, of=len(chain)),
            "before": neighbour(number - 1),
            "next": neighbour(number + 1),
            "arrows": [self.arrow(concept, arrow, here) for arrow in concept.leads_to],
            "article": self.link("article/index", self.labels["article"], here, "#chain")
            if self.base.article
            else None,
        }

    def _code(self, concept: Concept, here: str) -> dict[str, Any]:
        """Give the snippets of a concept that its prose does not show.

        Without prose the first is shown whole; of the others, and beside prose, there is the title.
        """
        prose = self._prose(here).text
        placed = {found["id"] for found in links_in(prose, EMBED)}
        left = [self.base.snippets[id] for id in concept.snippets if id not in placed]
        shown = left[:1] if not prose else []
        return {
            "shown": [f"![{self.say(each.summary)}](snippet:{each.id})" for each in shown],
            "others": [
                self.link(
                    f"snippets/{each.id}",
                    self.say(each.title),
                    here,
                    about=self.say(each.summary),
                )
                for each in left[len(shown) :]
            ],
        }

    def arrow(self, concept: Concept, arrow: Any, here: str) -> dict[str, Any]:
        """Tell what became of an arrow of the article's chain."""
        return {
            "from": self.concept_link(concept, here),
            "to": self.concept_link(self.base.concepts[arrow.concept], here),
            "became": self.labels[f"became-{arrow.became}"] if arrow.became else "",
            "why": self.say(arrow.why),
            "through": [self.concept_link(self.base.concepts[id], here) for id in arrow.through],
        }

    def resource(
        self, resource: Resource, here: str, reading: Reading | None = None
    ) -> dict[str, Any]:
        """Describe a resource, or what a concept recommends of it, without the fields that nobody confirmed.

        A doubtful address is shown with its doubt.
        """
        doubtful = set(resource.doubtful)
        part = self.say(reading.part) if reading else ""

        def sure(name: str) -> Any:
            return getattr(resource, name) if name not in doubtful else None

        address = resource.url or (f"https://doi.org/{resource.doi}" if sure("doi") else "")
        if not address and sure("arxiv"):
            address = f"https://arxiv.org/abs/{resource.arxiv}"
        minutes = sure("minutes") if not part else None
        if reading:
            address, minutes = reading.url or address, reading.minutes or minutes
        languages = [self.labels.get(f"language-{each}", each) for each in sure("languages") or ()]
        authors = [author for author in sure("authors") or () if author != "et al."]
        more = len(authors) > 4 or "et al." in (sure("authors") or ())
        venue, year = sure("venue") or "", str(sure("year") or "")
        by = [
            ", ".join(authors[:4]) + (" et al." if more else ""),
            venue,
            year if year not in venue else "",
        ]
        effort = [self.labels[f"level-{resource.level}"], self.time(minutes, False)]
        access = [self.labels[f"cost-{resource.cost}"] if sure("cost") else "", *languages]
        return {
            "title": resource.title,
            "part": part,
            "href": address,
            "doubt": self.labels["address-unchecked"]
            if "url" in doubtful and address == resource.url and address
            else "",
            "by": ". ".join(part.rstrip(".") for part in by if part),
            "effort": [part for part in effort if part],
            "access": [part for part in access if part],
            "note": " ".join(
                words
                for words in (self.say(reading.note) if reading else "", self.say(resource.note))
                if words
            ),
            "unverified": self.labels["unverified"] if resource.verified == "unverified" else "",
        }

    def _by_type(self, readings: Sequence[Reading], here: str) -> list[dict[str, Any]]:
        """Group what to read by its type; within a type first what is in the language of the page, and the easier."""
        levels = ("beginner", "intermediate", "advanced")
        resources = self.base.resources

        def rank(reading: Reading) -> tuple[bool, int]:
            resource = resources[reading.resource]
            return self.language not in resource.languages, levels.index(resource.level)

        return [
            {
                "title": self.labels[f"type-{kind}"],
                "resources": [
                    self.resource(resources[each.resource], here, each)
                    for each in sorted(readings, key=rank)
                    if resources[each.resource].type == kind
                ],
            }
            for kind in dict.fromkeys(resources[each.resource].type for each in readings)
        ]


def labels_of(base: KnowledgeBase, language: str) -> dict[str, str]:
    """Give the words of the pages in a language, those that the knowledge base replaces among them."""
    return labels(language, base.manifest.labels.get(language, {}))


def views_of(
    base: KnowledgeBase,
    repository: str = "",
    runtime: Runtime | None = None,
    today: date | None = None,
) -> dict[str, Views]:
    """Give the pages of a knowledge base in each of its languages; ages are counted up to `today`."""
    return {
        language: Views(
            base,
            language,
            labels_of(base, language),
            repository,
            runtime,
            today,
        )
        for language in base.languages
    }


# Private functions


@lru_cache(maxsize=1 << 18)
def _way(target: str, folder: str) -> str:
    """Give the way from a folder of pages to a page; most pages lead to the same few hundred."""
    return posixpath.relpath(target, folder or ".")


_WORDS_OF_META = ("title", "description", "subtitle")  # say nothing to readers of other languages
