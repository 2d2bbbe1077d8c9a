"""What a change does to a knowledge base: two of them side by side, the former and the present one.

A concept that names its old id under `formerly` is the same concept under another name: what is said of it, its edges
and its pages are compared under the present one. `report` prints what is found here.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from learnpath.checking import Checked
from learnpath.checking.parts import records
from learnpath.model import Concept, KnowledgeBase, LearningPath, Record, Snippet, Text, texts_in
from learnpath.plans import Planner, main_goals
from learnpath.problems import Problem, errors_in

__all__ = ["Difference", "compared"]


@dataclass(frozen=True)
class Edge:
    """A concept and what it needs first: one concept, or one of several."""

    concept: str
    needs: tuple[str, ...]
    why: Text | None


@dataclass(frozen=True)
class Minutes:
    """The minutes of something before and after; None where there are none."""

    id: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class ChangedPlan:
    """The plan to a goal, where it is another now."""

    goal: str
    steps: tuple[int, int]
    """How many steps it has, before and after."""
    minutes: tuple[int, int]
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    moved: tuple[str, ...]
    """The fewest steps that have to change their places to make the old order of the kept ones the new."""


@dataclass(frozen=True)
class ChangedPage:
    """What a page of the site is made from, where that is another now."""

    name: str
    how: str
    """`added`, `removed` or `changed`."""
    parts: tuple[str, ...] = ()
    """The fields that changed, `prose` for the written text, `recorded` for the recorded run."""
    languages: tuple[str, ...] = ()
    """The languages whose words changed; none where only facts did."""


@dataclass(frozen=True)
class Difference:
    """All that differs. Concepts go by their present ids, those that are gone by their former one."""

    before: KnowledgeBase
    after: KnowledgeBase
    added: tuple[str, ...]
    removed: tuple[str, ...]
    renamed: Mapping[str, str]
    """The present id by the former one."""
    edges_added: tuple[Edge, ...]
    edges_removed: tuple[Edge, ...]
    reworded: tuple[tuple[Edge, Edge], ...]
    """Edges that kept their ends and changed their reason."""
    minutes: Minutes
    """Of the whole."""
    minutes_of_paths: tuple[Minutes, ...]
    minutes_of_concepts: tuple[Minutes, ...]
    plans: tuple[ChangedPlan, ...] | None
    """None where one of the two has errors, as then there are no plans."""
    pages: tuple[ChangedPage, ...]
    problems_new: tuple[Problem, ...]
    problems_gone: tuple[Problem, ...]
    errors: tuple[int, int]
    """How many errors there are, before and after."""

    @property
    def is_empty(self) -> bool:
        """Tell whether the two are the same."""
        return not any(
            (
                *(self.added, self.removed, self.renamed),
                *(self.edges_added, self.edges_removed, self.reworded),
                *(self.minutes_of_paths, self.minutes_of_concepts, self.plans, self.pages),
                *(self.problems_new, self.problems_gone),
            )
        )


def compared(former: Checked, present: Checked) -> Difference:
    """Tell what differs between a former knowledge base and the present one."""
    before, after = former.base, present.base
    renamed = _renamed(before, after)
    added = set(after.concepts) - set(before.concepts) - set(renamed.values()) - before.unread
    removed = set(before.concepts) - set(after.concepts) - set(renamed) - after.unread

    def now(id: str) -> str:
        return renamed.get(id, id)

    both = set(map(now, before.concepts)) & set(after.concepts)
    old, new = _edges(before, now), _edges(after)
    kept = {key for key in new if key in old}
    unread = before.unread | after.unread  # is there, and nobody knows with what in it
    old_problems = [_as_named_in(each, before, after) for each in former.problems]
    errors = len(errors_in(former.problems)), len(errors_in(present.problems))
    return Difference(
        before,
        after,
        tuple(sorted(added)),
        tuple(sorted(removed)),
        renamed,
        tuple(new[key] for key in sorted({*new} - kept) if key[0] not in unread),
        tuple(old[key] for key in sorted({*old} - kept) if key[0] not in unread),
        tuple((old[key], new[key]) for key in sorted(kept) if old[key].why != new[key].why),
        Minutes("", _sum(before.concepts.values()), _sum(after.concepts.values())),
        _changed_minutes(_minutes_of_paths(before), _minutes_of_paths(after)),
        _changed_minutes(
            {now(id): each.minutes for id, each in before.concepts.items() if now(id) in both},
            {id: each.minutes for id, each in after.concepts.items() if id in both},
        ),
        None if any(errors) else tuple(_changed_plans(before, after, now)),
        tuple(_changed_pages(before, after, now, {*added, *removed, *unread})),
        tuple(_more(present.problems, old_problems)),
        tuple(_more(old_problems, present.problems)),
        errors,
    )


# Private functions


def _renamed(before: KnowledgeBase, after: KnowledgeBase) -> dict[str, str]:
    return {
        former: concept.id
        for concept in after.concepts.values()
        for former in concept.formerly
        if former in before.concepts and former not in after.concepts
    }


def _edges(
    base: KnowledgeBase, now: Callable[[str], str] = str
) -> dict[tuple[str, tuple[str, ...]], Edge]:
    found = {}
    for concept in base.concepts.values():
        for each in concept.prerequisites:
            edge = Edge(now(concept.id), tuple(dict.fromkeys(map(now, each.members))), each.why)
            if edge.concept not in edge.needs:  # two concepts that became one
                found[edge.concept, tuple(sorted(edge.needs))] = edge
    return found


def _sum(concepts: Iterable[Concept]) -> int:
    return sum(each.minutes or 0 for each in concepts)


def _minutes_of_paths(base: KnowledgeBase) -> dict[str, int | None]:
    def steps(path: LearningPath) -> list[Concept]:
        return [base.concepts[each.concept] for each in path.steps if each.concept in base.concepts]

    return {path.id: _sum(steps(path)) for path in base.paths.values()}


def _changed_minutes(
    before: Mapping[str, int | None], after: Mapping[str, int | None]
) -> tuple[Minutes, ...]:
    ids = sorted({*before, *after})
    return tuple(
        Minutes(id, before.get(id), after.get(id)) for id in ids if before.get(id) != after.get(id)
    )


def _changed_plans(
    before: KnowledgeBase, after: KnowledgeBase, now: Callable[[str], str]
) -> Iterator[ChangedPlan]:
    """Compare the plans to the goals that both know and at least one leads to."""
    then = {now(id): id for id in before.concepts}
    goals = dict.fromkeys(
        [
            *main_goals(after, after.paths.values()),
            *map(now, main_goals(before, before.paths.values())),
        ]
    )
    old_planner, new_planner = Planner(before), Planner(after)
    for goal in goals:
        if goal not in then or goal not in after.concepts:
            continue
        old, new = old_planner.plan([then[goal]]), new_planner.plan([goal])
        former = list(dict.fromkeys(map(now, old.ids)))
        if former == new.ids and old.minutes == new.minutes:
            continue
        kept = [id for id in former if id in set(new.ids)]
        yield ChangedPlan(
            goal,
            (len(old.ids), len(new.ids)),
            (old.minutes, new.minutes),
            tuple(id for id in new.ids if id not in set(former)),
            tuple(id for id in former if id not in set(new.ids)),
            tuple(_moved(kept, [id for id in new.ids if id in set(kept)])),
        )


def _moved(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Give what is not in a longest common run of two orders of the same things, in the latter order."""
    place = {id: number for number, id in enumerate(before)}
    ends: list[int] = []  # for each length, the smallest place at which a rising run of it ends
    lengths = []
    for id in after:
        length = bisect_left(ends, place[id])
        ends[length : length + 1] = [place[id]]
        lengths.append(length)
    wanted, still = len(ends) - 1, set()
    for id, length in zip(reversed(after), reversed(lengths), strict=True):
        if (
            length == wanted
        ):  # the last one of a length is at the smallest place, hence before the one taken
            still.add(id)
            wanted -= 1
    return [id for id in after if id not in still]


_TOLD_ELSEWHERE = {"id", "key", "digest", "formerly", "minutes", "prerequisites"}


def _changed_pages(
    before: KnowledgeBase, after: KnowledgeBase, now: Callable[[str], str], told: set[str]
) -> Iterator[ChangedPage]:
    old = {_under(now, name): parts for name, parts in _parts_of_pages(before).items()}
    new = _parts_of_pages(after)
    for name in dict.fromkeys(sorted({*old, *new})):
        folder, _, id = name.partition("/")
        if folder in ("concepts", "paths", "snippets") and id in told:
            continue
        if name not in old or name not in new:
            yield ChangedPage(name, "removed" if name in old else "added")
            continue
        parts = [part for part in {**old[name], **new[name]} if _differ(old[name], new[name], part)]
        languages = dict.fromkeys(
            language
            for part in parts
            for language in _languages_that_differ(old[name].get(part), new[name].get(part))
        )
        if parts:
            in_order = [each for each in (*after.languages, *before.languages) if each in languages]
            yield ChangedPage(name, "changed", tuple(parts), tuple(dict.fromkeys(in_order)))


@dataclass(frozen=True)
class _Part:
    """A part of what a page is made from: its value, and its words in each language."""

    value: object
    words: Mapping[str, object]


def _parts_of_pages(base: KnowledgeBase) -> dict[str, dict[str, _Part]]:
    """Give what each page is made from, by the name of its record or the key of the written page."""
    found: dict[str, dict[str, _Part]] = {
        name: dict(_parts_of(record, base)) for name, record, _, _ in records(base)
    }
    for id, svg in base.figures.items():
        found[f"figures/{id}"] = {"drawing": _Part(svg, {})}
    for id, run in base.runs.items():
        if f"snippets/{id}" in found:
            found[f"snippets/{id}"]["recorded"] = _Part((run.outputs, run.versions), {})
    written: dict[str, dict[str, str]] = {}
    for name, text in base.pages.items():
        first, _, rest = name.partition("/")
        language = first if first in base.languages[1:] else base.language
        key = (rest if first in base.languages[1:] else name).removesuffix(".md")
        written.setdefault(key, {})[language] = text
    for key, texts in written.items():
        found.setdefault(key, {})["prose"] = _Part(texts, texts)
    return found


def _parts_of(record: Record, base: KnowledgeBase) -> Iterator[tuple[str, _Part]]:
    words: dict[str, dict[str, dict[object, str]]] = {}
    for where, text in texts_in(record):
        by_language = dict.fromkeys(base.languages, text) if isinstance(text, str) else text
        for language, said in by_language.items():
            words.setdefault(str(where[0]), {}).setdefault(language, {})[where] = said
    for field in type(record).model_fields:
        if field in _TOLD_ELSEWHERE:
            continue
        value = getattr(record, field)
        if isinstance(record, Snippet) and field == "cells":
            value = [replace(cell, line=0) for cell in value]
        yield field, _Part(value, words.get(field, {}))


def _differ(old: Mapping[str, _Part], new: Mapping[str, _Part], part: str) -> bool:
    return part not in old or part not in new or old[part].value != new[part].value


def _languages_that_differ(old: _Part | None, new: _Part | None) -> list[str]:
    one, other = (each.words if each else {} for each in (old, new))
    return [language for language in {**one, **other} if one.get(language) != other.get(language)]


def _under(now: Callable[[str], str], name: str) -> str:
    """Give the present name of what belongs to a concept that was renamed."""
    folder, _, id = name.partition("/")
    return f"concepts/{now(id)}" if folder == "concepts" else name


def _more(some: Iterable[Problem], others: Iterable[Problem]) -> Iterator[Problem]:
    """Give the problems that are not among others; one that only moved within its file is."""
    left = Counter(map(_identity, others))
    for each in some:
        if left[_identity(each)]:
            left[_identity(each)] -= 1
        else:
            yield each


def _identity(problem: Problem) -> tuple[str, ...]:
    return problem.place.file, problem.code, problem.severity, problem.where, problem.message


def _as_named_in(problem: Problem, before: KnowledgeBase, after: KnowledgeBase) -> Problem:
    """Name the files of a problem as those of the present knowledge base are named."""
    file, message = problem.place.file, problem.message
    for former, present in (
        (before.folder, after.folder),
        (before.docs, after.docs),
        (before.snippet_folder, after.snippet_folder),
    ):
        if file == former or file.startswith(f"{former}/"):
            file = present + file.removeprefix(former)
        message = message.replace(f"{former}/", f"{present}/")
    return replace(problem, place=replace(problem.place, file=file), message=message)
