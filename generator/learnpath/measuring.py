"""How a knowledge base stands, in numbers for those who keep it.

What each number counts is said where it is counted, and in words of the page beside it (`stats-…` among the labels).
An edge is a concept and one that it needs first; every alternative of several is an edge of its own.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from statistics import median

from learnpath.checking import units
from learnpath.checking.completeness import WANTED
from learnpath.checking.parts import needs_translation, texts
from learnpath.graph import depths, digraph, resting_on
from learnpath.model import Concept, KnowledgeBase

MOST = 10
"""Of the bottlenecks and of the long pages."""
CHAINS = 3


@dataclass(frozen=True)
class Whole:
    """How much there is."""

    concepts: int
    ongoing: int
    """Concepts that are practised for years and have no minutes."""
    without_minutes: int
    """Of the others, those that nobody estimated."""
    minutes: int
    edges: int
    choices: int
    """Prerequisites of which one of several is enough."""
    depth: int
    """The concepts on a longest chain of prerequisites."""
    paths: int
    resources: int
    snippets: int
    questions: int
    faq: int
    figures: int
    claims: int


@dataclass(frozen=True)
class Group:
    """The concepts of an area or of a kind; of none where there is no id."""

    id: str | None
    concepts: int
    minutes: int


@dataclass(frozen=True)
class Chain:
    """A longest chain of prerequisites."""

    concepts: tuple[str, ...]
    minutes: int


@dataclass(frozen=True)
class Bottleneck:
    """A concept on which many others rest."""

    concept: str
    above: int
    """The concepts that cannot be reached without it, or not without an alternative to it."""
    share: float
    """Of all other concepts."""
    direct: int
    """Those that name it as a prerequisite."""


@dataclass(frozen=True)
class Missing:
    """What concepts still lack."""

    what: str
    """What a warning calls it, such as `missing-prose`."""
    language: str
    """The language that lacks it; "" where it is no matter of language."""
    places: int
    """How often it is missing."""
    concepts: tuple[str, ...]


@dataclass(frozen=True)
class Recorded:
    """The recorded run of a snippet."""

    snippet: str
    ran: str
    days: int | None
    """The days since; None where the day cannot be read."""
    versions: dict[str, str]


@dataclass(frozen=True)
class Verified:
    """The resources of which the entry was compared with the thing itself, in part, or not at all."""

    how: str
    resources: tuple[str, ...]


@dataclass(frozen=True)
class Translated:
    """How much there is in one of the further languages."""

    language: str
    texts: int
    """The texts of the records that are there, of all that have words."""
    of_texts: int
    pages: int
    """The written pages that are there, of those in the default language."""
    of_pages: int
    stale: tuple[str, ...]
    """What changed after it was translated."""

    @property
    def share(self) -> float:
        """The share of texts and pages together; 1 where there are none."""
        whole = self.of_texts + self.of_pages
        return (self.texts + self.pages) / whole if whole else 1.0


@dataclass(frozen=True)
class Sizes:
    """How long the written pages of a language are, in characters of their Markdown."""

    language: str
    pages: int
    characters: int
    median: int
    longest: tuple[tuple[str, int], ...]
    """The keys of the longest pages, each with its characters."""


@dataclass(frozen=True)
class Measures:
    """All that is measured."""

    day: str
    """The day on which it was, as ISO 8601 writes it."""
    whole: Whole
    areas: tuple[Group, ...]
    kinds: tuple[Group, ...]
    levels: tuple[int, ...]
    """How many concepts are at each depth, from those that need nothing."""
    chains: tuple[Chain, ...]
    bottlenecks: tuple[Bottleneck, ...]
    missing: tuple[Missing, ...]
    runs: tuple[Recorded, ...]
    without_run: tuple[str, ...]
    """The snippets that have none."""
    versions: tuple[tuple[str, str, int], ...]
    """Each package, its version and how many recorded runs had it."""
    verified: tuple[Verified, ...]
    translated: tuple[Translated, ...]
    sizes: tuple[Sizes, ...]


@lru_cache(maxsize=1)  # the pages of all languages ask for the same
def measured(base: KnowledgeBase, today: date) -> Measures:
    """Measure a knowledge base, which must have no errors."""
    depth = depths(digraph(base))
    runs = tuple(_runs(base, today))
    return Measures(
        today.isoformat(),
        _whole(base, max(depth.values(), default=0)),
        _groups(base.concepts.values(), "area", base.manifest.areas),
        _groups(base.concepts.values(), "kind", base.manifest.kinds),
        tuple(count for _, count in sorted(Counter(depth.values()).items())),
        tuple(_chains(base, depth)),
        tuple(_bottlenecks(base)),
        tuple(_missing(base)),
        runs,
        tuple(sorted(base.snippets.keys() - base.runs.keys())),
        _versions(runs),
        tuple(_verified(base)),
        tuple(_translated(base)),
        tuple(_sizes(base)),
    )


def as_json(found: Measures) -> str:
    """Give all that is measured, for programs."""
    whole = asdict(found)
    for row, each in zip(whole["translated"], found.translated, strict=True):
        row["share"] = round(each.share, 4)
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


# Private functions


def _minutes(concepts: Iterable[Concept]) -> int:
    return sum(each.minutes or 0 for each in concepts)


def _whole(base: KnowledgeBase, depth: int) -> Whole:
    concepts = base.concepts.values()
    return Whole(
        concepts=len(concepts),
        ongoing=sum(each.ongoing for each in concepts),
        without_minutes=sum(not each.ongoing and not each.minutes for each in concepts),
        minutes=_minutes(concepts),
        edges=digraph(base).number_of_edges(),
        choices=sum(bool(need.any_of) for each in concepts for need in each.prerequisites),
        depth=depth,
        paths=len(base.paths),
        resources=len(base.resources),
        snippets=len(base.snippets),
        questions=sum(len(each.questions) for each in concepts),
        faq=len(base.faq),
        figures=len(base.figures),
        claims=len(base.claims),
    )


def _groups(concepts: Iterable[Concept], field: str, named: Iterable[str]) -> tuple[Group, ...]:
    """Count by area or kind, in the order of the knowledge base; then what it does not define, then those of none."""
    found: dict[str | None, list[Concept]] = {id: [] for id in named}
    for each in concepts:
        found.setdefault(getattr(each, field), []).append(each)
    if set(found) == {None}:
        return ()
    ids = [*(id for id in found if id is not None), *([None] if None in found else [])]
    return tuple(Group(id, len(found[id]), _minutes(found[id])) for id in ids)


def _chains(base: KnowledgeBase, depth: dict[str, int]) -> Iterator[Chain]:
    """Give a longest chain to each of the deepest concepts; of several to one, that which takes most time."""
    graph = digraph(base)
    best: dict[
        str, tuple[int, str]
    ] = {}  # the minutes of the chain to a concept, and what comes before it there
    for id in sorted(depth, key=lambda each: (depth[each], each)):
        before = [(best[a][0], a) for a in graph.predecessors(id) if depth[a] == depth[id] - 1]
        minutes, former = max(before, default=(0, ""))
        best[id] = minutes + (base.concepts[id].minutes or 0), former
    deepest = max(depth.values(), default=0)
    ends = [id for id in best if depth[id] == deepest]
    for end in sorted(ends, key=lambda id: (-best[id][0], id))[:CHAINS]:
        chain = [end]
        while best[chain[-1]][1]:
            chain.append(best[chain[-1]][1])
        yield Chain(tuple(reversed(chain)), best[end][0])


def _bottlenecks(base: KnowledgeBase) -> Iterator[Bottleneck]:
    graph = digraph(base)
    above = resting_on(graph)
    others = max(len(base.concepts) - 1, 1)
    for id in sorted(above, key=lambda each: (-above[each], each))[:MOST]:
        if above[id]:
            yield Bottleneck(id, above[id], round(above[id] / others, 4), graph.out_degree(id))


def _missing(base: KnowledgeBase) -> Iterator[Missing]:
    """Count what the rules for a finished knowledge base would name, asked for or not."""
    for code, rule in WANTED.items():
        places = [each.where.partition(" -> ")[0] for each in rule(base)]
        if code != "missing-prose":
            yield Missing(code, "", len(places), tuple(dict.fromkeys(places)))
    for language in base.languages:
        folder = base.folder_of(language)
        bare = [
            id
            for id in base.concepts
            if not base.pages.get(f"{folder}concepts/{id}.md", "").strip()
        ]
        yield Missing("missing-prose", language, len(bare), tuple(bare))


def _runs(base: KnowledgeBase, today: date) -> Iterator[Recorded]:
    """Give the recorded runs, the oldest first; one from a day to come is of today."""
    for run in sorted(base.runs.values(), key=lambda each: (each.ran, each.id)):
        if run.id in base.snippets:
            try:
                days = max(0, (today - date.fromisoformat(run.ran)).days)
            except ValueError:
                days = None
            yield Recorded(run.id, run.ran, days, dict(sorted(run.versions.items())))


def _versions(runs: Iterable[Recorded]) -> tuple[tuple[str, str, int], ...]:
    """Count the versions, Python first, then by package."""
    found = Counter(pair for run in runs for pair in run.versions.items())
    in_order = sorted(found.items(), key=lambda each: (each[0][0] != "python", each[0]))
    return tuple((package, version, count) for (package, version), count in in_order)


def _verified(base: KnowledgeBase) -> Iterator[Verified]:
    for how in ("verified", "partial", "unverified"):
        keys = tuple(key for key, each in base.resources.items() if each.verified == how)
        yield Verified(how, keys)


def _translated(base: KnowledgeBase) -> Iterator[Translated]:
    wanted = [text for _, _, _, where, text in texts(base) if needs_translation(where, text)]
    now = units(base)
    for language in base.languages[1:]:
        others = [f"{each}/" for each in base.languages[1:]]
        pages = [name for name in base.pages if not name.startswith(tuple(others))]
        stale = [
            name
            for name, hashes in base.translations.items()
            if name in now and language in hashes and hashes[language] != now[name][1]
        ]
        yield Translated(
            language,
            sum(isinstance(text, dict) and language in text for text in wanted),
            len(wanted),
            sum(f"{language}/{name}" in base.pages for name in pages),
            len(pages),
            tuple(sorted(stale)),
        )


def _sizes(base: KnowledgeBase) -> Iterator[Sizes]:
    for language in base.languages:
        folder = base.folder_of(language)
        others = tuple(f"{each}/" for each in base.languages[1:] if each != language)
        lengths = {
            name.removeprefix(folder).removesuffix(".md"): len(text)
            for name, text in base.pages.items()
            if name.startswith(folder) and not name.startswith(others or ("\0",))
        }
        longest = sorted(lengths.items(), key=lambda each: (-each[1], each[0]))[:MOST]
        yield Sizes(
            language,
            len(lengths),
            sum(lengths.values()),
            round(median(lengths.values())) if lengths else 0,
            tuple(longest),
        )
