"""The rules of a knowledge base. Each is one function that gives the problems it finds; `check` runs them all.

What a single file may hold is the model's business and was said when the file was read; the rules here look at
how the records fit together.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from learnpath import storing
from learnpath.checking import prose, snippets
from learnpath.checking.completeness import WANTED
from learnpath.checking.parts import (
    made_pages,
    name_lists,
    needs_translation,
    records,
    references,
    section_page,
    targets,
    texts,
    unknown_concept,
    word_lists,
)
from learnpath.graph import cycles, digraph, implied_edges, reaches
from learnpath.model import LINK, KnowledgeBase, LearningPath, Snippet, links_in, texts_in
from learnpath.plans import planner
from learnpath.problems import CODES, Place, Problem, Trail, errors_in, problem, short, unknown
from learnpath.reading import TRANSLATIONS, our_labels

Rule = Callable[[KnowledgeBase], Iterator[Problem]]


class Checked(NamedTuple):
    """A knowledge base and all its problems."""

    base: KnowledgeBase
    problems: list[Problem]


def check(base: KnowledgeBase, found: Iterable[Problem] = ()) -> list[Problem]:
    """Give all problems of a knowledge base, those `found` while reading it among them, in order of place.

    Silenced warnings are left out, and warnings that count as errors here have become errors.
    """
    problems = [*found, *(each for rule in RULES for each in rule(base))]
    if not errors_in(problems):  # what a broken record would have used only seems to be missing
        wanted = [rule for code, rule in WANTED.items() if code in base.manifest.errors]
        problems += [each for rule in (*ABSENCES, *wanted) for each in rule(base)]
    quiet = {
        (silence.code, silence.where)
        for silence in base.manifest.silence
        if _is_warning(silence.code)
    }
    occurred = {(each.code, each.where) for each in problems}
    if not errors_in(problems):
        problems += _unused_silences(base, occurred)
    kept = [each for each in problems if (each.code, each.where) not in quiet]
    strict = set(base.manifest.errors)
    return sorted(
        {replace(each, severity="error") if each.code in strict else each for each in kept}
    )


def units(base: KnowledgeBase) -> dict[str, tuple[Place, str]]:
    """Give what is translated as a whole (a record, a written page) with its place and the hash of its original text."""
    found: dict[str, tuple[Place, str]] = {}
    for name, record, file, path in records(base):
        originals = [
            f"{where}: {text if isinstance(text, str) else text.get(base.language, '')}"
            for where, text in texts_in(record)
        ]
        if isinstance(record, Snippet):
            originals += [each.source for each in record.cells if each.language == base.language]
        found[name] = (base.places.of(file, *path), storing.content_hash(*originals)[:12])
    for name, text in base.pages.items():
        if name.split("/")[0] not in base.languages[1:]:
            found[f"docs/{name}"] = (Place(f"{base.docs}/{name}"), storing.content_hash(text)[:12])
    return found


# Private functions: the rules


def _references(base: KnowledgeBase) -> Iterator[Problem]:
    """Every name stands for something."""
    manifest = base.manifest
    known: dict[str, Iterable[str]] = {
        "concept": base.concepts,
        "resource": base.resources,
        "snippet": base.snippets,
        "area": manifest.areas,
        "kind": manifest.kinds,
        "evidence": base.evidence,
        "claim": base.claims,
        "section": base.article.sections if base.article else (),
    }
    free = {what for what in ("area", "kind") if not known[what]} | base.unsure
    if base.article is None:
        free.add("section")
    for what, name, file, path in references(base):
        if name not in known[what] and name not in base.unread and what not in free:
            word = "prerequisite" if path[0] == "prerequisites" else what
            message = (
                unknown_concept(base, name, word)
                if what == "concept"
                else unknown(word, name, known[what])
            )
            yield problem(f"unknown-{what}", base.places.of(file, *path), message, name)
        elif what == "claim" and base.article is None and "section" not in base.unsure:
            message = f"no page shows the claim '{name}' without article.yaml; write that file, or take the claim out"
            yield problem("unknown-claim", base.places.of(file, *path), message, name)


def _links(base: KnowledgeBase) -> Iterator[Problem]:
    """Every link to a concept in a text leads to one."""
    for _, file, path, where, text in texts(base):
        by_language = {"": text} if isinstance(text, str) else text
        for language, words in by_language.items():
            if "concept:" not in words:
                continue
            trail = (*path, *where, language) if language else (*path, *where)
            for link in links_in(words, LINK):
                if _is_no_concept(base, link[1]):
                    place = base.places.of(file, *trail)
                    yield problem("unknown-concept", place, unknown_concept(base, link[1]), link[1])
    for name, words in base.pages.items():
        for link in links_in(words, LINK):
            if _is_no_concept(base, link[1]):
                place = base.places.of_text(f"{base.docs}/{name}", link.start(1))
                yield problem("unknown-concept", place, unknown_concept(base, link[1]), link[1])


def _pages(base: KnowledgeBase) -> Iterator[Problem]:
    """A written page at the address of a made one, or under concepts/, paths/ or areas/, is the prose of one."""
    homes: dict[str, Iterable[str]] = {
        "concepts": base.concepts,
        "paths": base.paths,
        "areas": base.manifest.areas,
    }
    made = {_address(key): key for key in made_pages(base)}
    for name in base.pages:
        page = _without_language(name, base.languages)
        key = page.removesuffix(".md")
        folder, _, stem = key.partition("/")
        place = Place(f"{base.docs}/{name}")
        other = made.get(_address(key))
        if folder == "snippets" and stem in base.snippets:
            message = f"the page of '{stem}' is made from its script; write the words into {base.file_of(base.snippets[stem])}"
            yield problem("stray-page", place, message, stem)
        elif other is not None and other != key:
            right = f"{base.docs}/{name.removesuffix(page)}{other}.md"
            message = f"a made page has the address of this one; name it {right}, and its text becomes part of that page"
            yield problem("stray-page", place, message, key)
        elif (
            folder in homes
            and stem not in homes[folder]
            and stem != "index"
            and stem not in base.unread
            and folder[:-1] not in base.unsure
        ):
            message = f"the page belongs to nothing: {unknown(folder[:-1], stem, homes[folder])}"
            yield problem("stray-page", place, message, stem)
        elif (
            base.article
            and key.startswith(section_page(""))
            and key not in map(section_page, base.article.sections)
            and "section" not in base.unsure
        ):
            section = stem.removeprefix("section-")
            message = (
                f"the page answers nothing: {unknown('section', section, base.article.sections)}"
            )
            yield problem("stray-page", place, message, stem)


def _reserved_ids(base: KnowledgeBase) -> Iterator[Problem]:
    """Nothing is called `index`, which is the page that lists the others."""
    places = [Place(file) for (_, id), file in base.files.items() if id == "index"]
    if "index" in base.manifest.areas:
        places.append(base.places.of(f"{base.folder}/knowledge-base.yaml", "areas", "index"))
    if base.article and "index" in base.article.people:
        places.append(base.places.of(f"{base.folder}/article.yaml", "people", "index"))
    for place in places:
        message = "'index' is the page that lists the others and cannot be an id; choose another"
        yield problem("reserved-id", place, message, "index")


def _languages(base: KnowledgeBase) -> Iterator[Problem]:
    """Texts come in the languages of the knowledge base, and in all of them."""
    if "language" in base.unsure:
        return
    wanted = set(base.languages)
    for name, file, path, where, text in texts(base):
        if isinstance(text, str):
            if len(wanted) > 1 and needs_translation(where, text):
                message = f"'{_last_word(where)}' is in one language only; write a map: {_map_of(base.languages)}"
                yield problem(
                    "missing-translation", base.places.of(file, *path, *where), message, name
                )
            continue
        for language in text:
            if language not in wanted:
                message = (
                    unknown("language", language, wanted)
                    + "; the languages are those of knowledge-base.yaml"
                )
                yield problem(
                    "unknown-language",
                    base.places.of(file, *path, *where, language),
                    message,
                    name,
                )
        missing = [language for language in base.languages if language not in text]
        if missing and needs_translation(where, text):
            message = f"'{_last_word(where)}' is missing in {' and '.join(missing)}"
            yield problem("missing-translation", base.places.of(file, *path, *where), message, name)


def _stale_translations(base: KnowledgeBase) -> Iterator[Problem]:
    """A translation is as new as its original."""
    if not base.translations or "language" in base.unsure:
        return
    now = units(base)
    for name, hashes in base.translations.items():
        for language, digest in hashes.items():
            if name in now and language in base.languages[1:] and now[name][1] != digest:
                message = (
                    f"'{name}' changed after it was translated into {language}; read the translation again,"
                    f" then run `learnpath translations confirm {name}`"
                )
                yield problem("stale-translation", now[name][0], message, name)


def _unused_translations(base: KnowledgeBase) -> Iterator[Problem]:
    """The ledger of translations is about texts and languages that are there."""
    now = units(base) if base.translations else {}
    file = f"{base.folder}/{TRANSLATIONS}"
    others = base.languages[1:]
    for name, hashes in base.translations.items():
        if name not in now:
            message = f"there is no '{short(name)}' any more; drop this entry"
            yield problem("unused-translation", base.places.of(file, name), message, name)
            continue
        for language in hashes:
            if language not in others:
                message = f"nothing is translated into '{language}' here; drop this entry"
                place = base.places.of(file, name, language)
                yield problem("unused-translation", place, message, name)


def _duplicates(base: KnowledgeBase) -> Iterator[Problem]:
    """Ids and titles are taken once, and a list names a thing once."""
    owners: dict[str, str] = {id: id for id in base.concepts}
    titles: dict[tuple[str, str], str] = {}
    for concept in base.concepts.values():
        file = base.file_of(concept)
        for index, id in enumerate(concept.formerly):
            if id in owners:
                owner = (
                    "a concept of its own"
                    if owners[id] == id
                    else f"the former id of '{owners[id]}'"
                )
                message = f"'{id}' is {owner} already; take it out of `formerly`"
                yield problem(
                    "duplicate-id", base.places.of(file, "formerly", index), message, concept.id
                )
            owners.setdefault(id, concept.id)
        for language in base.languages:
            key = (language, base.say(concept.title, language).casefold())
            if titles.setdefault(key, concept.id) != concept.id:
                title = short(base.say(concept.title, language))
                message = f"the title '{title}' is that of '{titles[key]}' already; tell them apart"
                yield problem("duplicate-title", base.places.of(file, "title"), message, concept.id)
    for what, names, file, path in (*name_lists(base), *word_lists(base)):
        if len(names) < 2:
            continue
        seen = Counter[str]()
        for trail, name in names:
            seen[name] += 1
            if seen[name] == 2:
                message = f"{what} '{short(name)}' stands here already; write it once"
                yield problem("duplicate-entry", base.places.of(file, *path, *trail), message, name)


def _self_references(base: KnowledgeBase) -> Iterator[Problem]:
    """Nothing points to itself."""
    for concept in base.concepts.values():
        for key, index, target in targets(concept):
            if target == concept.id:
                message = f"'{concept.id}' stands in its own `{key}`; take it out"
                yield problem(
                    "self-reference",
                    base.places.of(base.file_of(concept), key, index),
                    message,
                    concept.id,
                )


def _cycles(base: KnowledgeBase) -> Iterator[Problem]:
    """Prerequisites do not go round in a circle."""
    for cycle in cycles(digraph(base)):
        if len(cycle.concepts) == 1:
            continue  # said as a self-reference
        concept, prerequisite = cycle.drop
        index = next(
            number
            for number, each in enumerate(base.concepts[concept].prerequisites)
            if prerequisite in each.members
        )
        round_trip = " needs ".join([*cycle.concepts, cycle.concepts[0]])
        message = f"prerequisites go round in a circle: {round_trip}; drop '{prerequisite}' here"
        place = base.places.of(base.file_of(base.concepts[concept]), "prerequisites", index)
        yield problem("cycle", place, message, concept)


def _choices(base: KnowledgeBase) -> Iterator[Problem]:
    """Of the alternatives of an `any_of`, one can be learnt without the concept that needs it."""
    choosers = [
        concept
        for concept in base.concepts.values()
        if any(each.any_of for each in concept.prerequisites)
    ]
    if not choosers:
        return
    graph = digraph(base)
    for concept in choosers:
        for index, prerequisite in enumerate(concept.prerequisites):
            members = [member for member in prerequisite.members if member in base.concepts]
            if (
                prerequisite.any_of
                and members
                and all(reaches(graph, concept.id, member) for member in members)
            ):
                message = f"nobody can satisfy this choice: {', '.join(members)} all rest on '{concept.id}'; name one that does not"
                place = base.places.of(base.file_of(concept), "prerequisites", index)
                yield problem("unsatisfiable-choice", place, message, concept.id)


def _figures(base: KnowledgeBase) -> Iterator[Problem]:
    """Minutes, answers and lines make sense."""
    for concept in base.concepts.values():
        file = base.file_of(concept)
        if concept.ongoing and concept.minutes is not None:
            message = (
                "what is `ongoing` is practised for years and has no minutes; drop one of the two"
            )
            yield problem("ongoing-minutes", base.places.of(file, "minutes"), message, concept.id)
        for index, question in enumerate(concept.questions):
            whole = base.places.is_whole(file, "questions", index, "choices")
            if whole and question.answer >= len(question.choices):
                message = f"there is no choice {question.answer}; the first is 0, the last {len(question.choices) - 1}"
                yield problem(
                    "answer-out-of-range",
                    base.places.of(file, "questions", index, "answer"),
                    message,
                    concept.id,
                )
    for id, claim in base.claims.items():
        if claim.line_end is not None and claim.line_end < claim.line:
            place = base.places.of(f"{base.folder}/claims.yaml", "claims", id, "line_end")
            message = f"'line_end' must be {claim.line} or more, where `line` is, not {claim.line_end}; or leave it out"
            yield problem("wrong-value", place, message, id)


def _difficulty(base: KnowledgeBase) -> Iterator[Problem]:
    """A prerequisite is no more difficult than what needs it."""
    for concept in base.concepts.values():
        for index, prerequisite in enumerate(concept.prerequisites):
            for member in prerequisite.members:
                other = base.concepts.get(member)
                if (
                    other
                    and other.difficulty
                    and concept.difficulty
                    and other.difficulty > concept.difficulty
                ):
                    message = f"'{member}' has difficulty {other.difficulty}, '{concept.id}' that needs it only {concept.difficulty}"
                    place = base.places.of(base.file_of(concept), "prerequisites", index)
                    yield problem(
                        "harder-prerequisite", place, message, f"{concept.id} -> {member}"
                    )


def _redundant_edges(base: KnowledgeBase) -> Iterator[Problem]:
    """A prerequisite does not follow from another one."""
    graph = digraph(base)
    if cycles(graph):
        return  # nothing can be said before the circle is cut
    for prerequisite, concept in implied_edges(graph):
        prerequisites = base.concepts[concept].prerequisites
        index = next(
            (n for n, each in enumerate(prerequisites) if each.concept == prerequisite), None
        )
        if index is None:
            continue  # an alternative may well follow from something else
        message = f"'{prerequisite}' follows from another prerequisite of '{concept}'; drop it, or silence this with the reason"
        place = base.places.of(base.file_of(base.concepts[concept]), "prerequisites", index)
        yield problem("redundant-edge", place, message, f"{concept} -> {prerequisite}")


def _orphans(base: KnowledgeBase) -> Iterator[Problem]:
    """Every concept hangs together with another one."""
    if len(base.concepts) < 2:
        return
    linked = {target for concept in base.concepts.values() for _, _, target in targets(concept)}
    for concept in base.concepts.values():
        if concept.id not in linked and not any(targets(concept)):
            message = f"nothing leads to '{concept.id}' and it leads nowhere; give it a prerequisite or a related concept"
            yield problem("orphan", Place(base.file_of(concept)), message, concept.id)


def _without_resources(base: KnowledgeBase) -> Iterator[Problem]:
    """Where a knowledge base has resources, every concept has one."""
    for concept in base.concepts.values():
        if base.resources and not concept.resources:
            message = f"'{concept.id}' has nothing to read, watch or take; add a key of resources.yaml under `resources`"
            yield problem("no-resource", Place(base.file_of(concept)), message, concept.id)


def _paths(base: KnowledgeBase) -> Iterator[Problem]:
    """In a path by prerequisites, everything a step needs comes before it or is known to its audience."""
    for path in base.paths.values():
        if path.order == "prerequisites" and base.unread.isdisjoint(path.known):
            known = planner(base).below(id for id in path.known if id in base.concepts)
            yield from _path_problems(base, path, known)


def _path_problems(base: KnowledgeBase, path: LearningPath, known: set[str]) -> Iterator[Problem]:
    position = {step.concept: number for number, step in reversed(list(enumerate(path.steps)))}
    for number, step in enumerate(path.steps):
        concept = base.concepts.get(step.concept)
        for prerequisite in concept.prerequisites if concept else ():
            members = [member for member in prerequisite.members if member in base.concepts]
            if not members or any(
                member in known or position.get(member, number) < number for member in members
            ):
                continue
            place = base.places.of(base.file_of(path), "steps", number)
            later = [member for member in members if member in position]
            if later:
                message = f"'{step.concept}' needs '{later[0]}', which comes later; put it before"
                yield problem("path-order", place, message, path.id)
            else:
                names = "' or '".join(members)
                message = f"'{step.concept}' needs '{names}', which the path leaves out; add a step before, or name it under `known`"
                yield problem("path-gap", place, message, path.id)


def _chain(base: KnowledgeBase) -> Iterator[Problem]:
    """What is said to have become of an arrow holds among the prerequisites."""
    starts = [concept for concept in base.concepts.values() if concept.leads_to]
    if not starts:
        return
    graph = digraph(base)
    for concept in starts:
        for index, arrow in enumerate(concept.leads_to):
            if arrow.became is None or arrow.concept not in base.concepts:
                continue
            start, end = concept.id, arrow.concept
            way = [start, *arrow.through, end]
            if not base.unread.isdisjoint(way):
                continue
            holds = {
                "kept": graph.has_edge(start, end),
                "supports": not reaches(graph, start, end) and not reaches(graph, end, start),
                "reversed": reaches(graph, end, start),
                "expanded": bool(arrow.through)
                and all(graph.has_edge(*pair) for pair in pairwise(way)),
                "dropped": not reaches(graph, start, end) and not reaches(graph, end, start),
            }
            if not holds[arrow.became]:
                place = base.places.of(base.file_of(concept), "leads_to", index, "became")
                message = f"the arrow {start} → {end} is not '{arrow.became}' among the prerequisites; mend one of the two"
                yield problem("chain-untrue", place, message, start)


def _unused(base: KnowledgeBase) -> Iterator[Problem]:
    """Snippets, resources and evidence serve something."""
    used: dict[str, set[str]] = defaultdict(set)
    for what, name, _, _ in references(base):
        used[what].add(name)
    for id in sorted(base.snippets.keys() - used["snippet"]):
        place = Place(f"{base.snippet_folder}/{id}.py")
        yield problem(
            "unused-snippet", place, f"no concept uses '{id}'; name it under `snippets` of one", id
        )
    for key, resource in base.resources.items():
        if (
            key not in used["resource"]
            and not resource.in_article
            and not _by_a_person(base, resource.authors)
        ):
            place = base.places.of(f"{base.folder}/resources.yaml", key)
            yield problem(
                "unused-resource",
                place,
                f"nothing recommends '{key}'; name it under `resources` of a concept",
                key,
            )
    for key in base.evidence:
        if key not in used["evidence"]:
            place = base.places.of(f"{base.folder}/claims.yaml", "evidence", key)
            yield problem(
                "unused-evidence", place, f"nothing rests on '{key}'; use it or drop it", key
            )


def _codes(base: KnowledgeBase) -> Iterator[Problem]:
    """Silenced and hardened codes exist, and are warnings."""
    codes: list[tuple[Trail, str]] = [
        (("silence", number, "code"), each.code)
        for number, each in enumerate(base.manifest.silence)
    ]
    codes += [(("errors", number), code) for number, code in enumerate(base.manifest.errors)]
    warnings = [code for code in CODES if _is_warning(code)]
    for path, code in codes:
        place = base.places.of(f"{base.folder}/knowledge-base.yaml", *path)
        if code not in CODES:
            yield problem("unknown-code", place, unknown("code", code, warnings), code)
        elif not _is_warning(code):
            yield problem(
                "unknown-code",
                place,
                f"'{code}' is an error already and cannot be silenced; mend it",
                code,
            )


def _labels(base: KnowledgeBase) -> Iterator[Problem]:
    """The words of the pages are given in every language, and those of an author fit in where ours stand."""
    ours = our_labels()
    file = f"{base.folder}/knowledge-base.yaml"
    given = base.manifest.labels
    for language, words in given.items():
        if language not in base.languages and "language" not in base.unsure:
            message = unknown("language", language, base.languages) + "; add it to `languages`"
            yield problem("unknown-language", base.places.of(file, "labels", language), message)
        for name, text in words.items():
            place = base.places.of(file, "labels", language, name)
            if name not in ours:
                yield problem("unknown-key", place, unknown("label", name, ours), language)
                continue
            allowed = set(re.findall(r"\{\w+\}", ours[name]["en"]))
            wrong = set(re.findall(r"\{[^{}]*\}?|\}", text)) - allowed if allowed else set()
            if wrong:
                message = (
                    f"'{name}' cannot be filled in with '{short(min(wrong))}';"
                    f" only {' and '.join(sorted(allowed))} may stand in braces here"
                )
                yield problem("wrong-value", place, message, language)
    for number, language in enumerate(base.languages):
        known = {language, language.split("-")[0]}
        missing = [
            name
            for name, words in ours.items()
            if known.isdisjoint(words) and name not in given.get(language, ())
        ]
        if missing:
            message = (
                f"words of the pages, such as '{missing[0]}', are missing in '{language}' and will be in English;"
                f" write them under `labels: {{{language}: …}}`"
            )
            place = base.places.of(file, "languages", number)
            yield problem("missing-labels", place, message, language)


RULES: tuple[Rule, ...] = (
    _references,
    _links,
    _pages,
    _reserved_ids,
    _labels,
    _languages,
    _stale_translations,
    _duplicates,
    _self_references,
    _cycles,
    _choices,
    _figures,
    _difficulty,
    _redundant_edges,
    _paths,
    _chain,
    _codes,
    snippets.cells,
    snippets.places_on_pages,
    prose.figures,
    prose.drawings,
    prose.explorables,
    prose.parts_of_explorables,
    prose.sources,
)
ABSENCES: tuple[Rule, ...] = (
    _orphans,
    _without_resources,
    _unused,
    _unused_translations,
    snippets.runs,
    prose.unused,
)


# Private functions


def _unused_silences(base: KnowledgeBase, occurred: set[tuple[str, str]]) -> Iterator[Problem]:
    for number, silence in enumerate(base.manifest.silence):
        if _is_warning(silence.code) and (silence.code, silence.where) not in occurred:
            place = base.places.of(f"{base.folder}/knowledge-base.yaml", "silence", number)
            message = f"there is no '{silence.code}' at '{silence.where}' any more; drop this entry"
            yield problem("unused-silence", place, message, silence.where)


def _is_no_concept(base: KnowledgeBase, id: str) -> bool:
    return id not in base.concepts and id not in base.unread and "concept" not in base.unsure


def _address(key: str) -> str:
    """Give the address of a page, the same for `paths`, `paths/index` and `paths/README`."""
    folder, _, last = key.rpartition("/")
    return folder if last in ("index", "README") else key


def _is_warning(code: str) -> bool:
    return code in CODES and CODES[code].severity == "warning"


def _by_a_person(base: KnowledgeBase, authors: tuple[str, ...]) -> bool:
    return base.article is not None and any(
        person.name in authors for person in base.article.people.values()
    )


def _without_language(name: str, languages: tuple[str, ...]) -> str:
    first, _, rest = name.partition("/")
    return rest if first in languages[1:] else name


def _last_word(trail: Trail) -> str:
    return next((step for step in reversed(trail) if isinstance(step, str)), "")


def _map_of(languages: tuple[str, ...]) -> str:
    return "{" + ", ".join(f"{language}: …" for language in languages) + "}"
