"""What the rules look at: every record, every name in a record, with the place of each."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from learnpath.model import (
    Claim,
    Concept,
    FaqEntry,
    KnowledgeBase,
    LearningPath,
    Record,
    Text,
    texts_in,
)
from learnpath.problems import Trail, unknown


def records(base: KnowledgeBase) -> Iterator[tuple[str, Record, str, Trail]]:
    """Give every record with its name, its file and the path to it."""
    folder = base.folder
    yield "knowledge-base", base.manifest, f"{folder}/knowledge-base.yaml", ()
    for concept in base.concepts.values():
        yield f"concepts/{concept.id}", concept, base.file_of(concept), ()
    for path in base.paths.values():
        yield f"paths/{path.id}", path, base.file_of(path), ()
    for snippet in base.snippets.values():
        yield f"snippets/{snippet.id}", snippet, base.file_of(snippet), ()
    for explorable in base.explorables.values():
        yield f"explorables/{explorable.id}", explorable, base.file_of(explorable), ()
    if base.article:
        yield "article", base.article, f"{folder}/article.yaml", ()
    collections: list[tuple[str, Mapping[str, Record], str, Trail]] = [
        ("resources", base.resources, "resources.yaml", ()),
        ("faq", base.faq, "faq.yaml", ()),
        ("evidence", base.evidence, "claims.yaml", ("evidence",)),
        ("claims", base.claims, "claims.yaml", ("claims",)),
    ]
    for name, records, file, path_to in collections:
        for key, record in records.items():
            yield f"{name}/{key}", record, f"{folder}/{file}", (*path_to, key)


NameList = tuple[str, list[tuple[Trail, str]], str, Trail]
"""What the names name, the names each with the path to it, the file, and the path to the record."""


@lru_cache(maxsize=1)  # rules walk the same texts and names
def texts(base: KnowledgeBase) -> tuple[tuple[str, str, Trail, Trail, Text], ...]:
    """Give every text of every record: the record's name, the file, the path to the record, the path in it, the text."""
    return tuple(
        (name, file, path, where, text)
        for name, record, file, path in records(base)
        for where, text in texts_in(record)
    )


@lru_cache(maxsize=1)
def name_lists(base: KnowledgeBase) -> tuple[NameList, ...]:
    """Give every list of names that is not empty."""
    return tuple(
        (what, names, file, path)
        for _, record, file, path in records(base)
        for what, names in _lists_of(record)
        if names
    )


def needs_translation(where: Trail, text: Text) -> bool:
    """Tell whether a text is to be there in every language: a title, another name and what has no words need not."""
    if "aliases" in where or "gloss" in where:
        return False
    return not isinstance(text, str) or (where != ("title",) and _has_words(text))


def references(base: KnowledgeBase) -> Iterator[tuple[str, str, str, Trail]]:
    """Give every name that must stand for something: what it names, the name, its file and the path to it."""
    for what, names, file, path in name_lists(base):
        for trail, name in names:
            yield what, name, file, (*path, *trail)
    for concept in base.concepts.values():
        file = base.file_of(concept)
        if concept.area:
            yield "area", concept.area, file, ("area",)
        if concept.kind:
            yield "kind", concept.kind, file, ("kind",)
        for number, arrow in enumerate(concept.leads_to):
            for position, id in enumerate(arrow.through):
                yield "concept", id, file, ("leads_to", number, "through", position)
    for key, claim in base.claims.items():
        yield "section", claim.section, f"{base.folder}/claims.yaml", ("claims", key, "section")
    if base.article:
        file = f"{base.folder}/article.yaml"
        for number, term in enumerate(base.article.terms):
            yield "concept", term.concept, file, ("terms", number, "concept")
            yield "section", term.section, file, ("terms", number, "section")
        for id, person in base.article.people.items():
            for number, event in enumerate(person.timeline):
                for position, key in enumerate(event.evidence):
                    yield (
                        "evidence",
                        key,
                        file,
                        ("people", id, "timeline", number, "evidence", position),
                    )


def word_lists(base: KnowledgeBase) -> Iterator[NameList]:
    """Give every list of words that stand for nothing else, such as authors, in the form of `name_lists`."""
    having: list[tuple[Record, str, Trail]] = [
        (resource, f"{base.folder}/resources.yaml", (key,))
        for key, resource in base.resources.items()
    ]
    having.append((base.manifest, f"{base.folder}/knowledge-base.yaml", ()))
    for record, file, path in having:
        for what, key in _WORD_LISTS:
            words = getattr(record, key, ())
            yield what, [((key, number), word) for number, word in enumerate(words)], file, path


def unknown_concept(base: KnowledgeBase, id: str, word: str = "concept") -> str:
    """Say that there is no concept `id`: what it is called now, or what was probably meant."""
    for concept in base.concepts.values():
        if id in concept.formerly:
            return f"unknown {word} '{id}'; it is called '{concept.id}' now"
    return unknown(word, id, base.concepts)


def made_pages(base: KnowledgeBase) -> Iterator[str]:
    """Give the keys of the pages that a site makes of a knowledge base, as in `concepts/lstm`."""
    yield from ("index", "concepts/index", "glossary")
    if base.concepts:
        yield from ("plan/index", "map/index", "stats")
    lists = {"faq": base.faq, "reading": base.resources}
    yield from (key for key, there in lists.items() if there)
    folders = {
        "areas": base.manifest.areas,
        "concepts": base.concepts,
        "paths": base.paths,
        "snippets": base.snippets,
        "article": base.article.people if base.article else {},
    }
    for folder, ids in folders.items():
        yield from (f"{folder}/{id}" for id in ids)
    yield from (section_page(key) for key in answered_sections(base))
    indices = {"paths": base.paths, "snippets": base.snippets, "article": base.article}
    yield from (f"{folder}/index" for folder, there in indices.items() if there)


@lru_cache(maxsize=1)  # asked for each claim
def answered_sections(base: KnowledgeBase) -> tuple[str, ...]:
    """Give the sections of the article, in order, that a written page answers."""
    if base.article is None:
        return ()
    written = {name.removesuffix(".md") for name in base.pages}
    written |= {name.partition("/")[2] for name in written if name.split("/")[0] in base.languages}
    return tuple(key for key in base.article.sections if section_page(key) in written)


def section_page(key: str) -> str:
    """Give the key of the page that answers a section."""
    return f"article/section-{key.replace('.', '-')}"


def targets(concept: Concept) -> Iterator[tuple[str, int, str]]:
    """Give all that a concept points to: the key, the index and the concept."""
    for index, prerequisite in enumerate(concept.prerequisites):
        for member in prerequisite.members:
            yield "prerequisites", index, member
    for index, related in enumerate(concept.related):
        yield "related", index, related.concept
    for index, arrow in enumerate(concept.leads_to):
        yield "leads_to", index, arrow.concept


# Private functions


def _has_words(text: str) -> bool:
    """Tell whether a text has words, which differ by language, or only numbers and formulas, which do not."""
    return re.search(r"[^\W\d_]", re.sub(r"\$[^$]*\$|`[^`]*`", "", text)) is not None


def _lists_of(record: Record) -> Iterator[tuple[str, list[tuple[Trail, str]]]]:
    get = record.__getattribute__
    fields = type(record).model_fields
    for what, key in _PLAIN_LISTS:
        if key in fields:
            yield what, [((key, number), name) for number, name in enumerate(get(key))]
    if isinstance(record, FaqEntry | Claim):
        yield "resource", [(("resources", n), name) for n, name in enumerate(record.resources)]
    if isinstance(record, Concept):
        members: list[tuple[Trail, str]] = [
            (
                ("prerequisites", number, "any_of", position)
                if each.any_of
                else ("prerequisites", number, "concept"),
                member,
            )
            for number, each in enumerate(record.prerequisites)
            for position, member in enumerate(each.members)
        ]
        yield "concept", members
        yield (
            "concept",
            [
                (("related", number, "concept"), each.concept)
                for number, each in enumerate(record.related)
            ],
        )
        yield (
            "concept",
            [
                (("leads_to", number, "concept"), each.concept)
                for number, each in enumerate(record.leads_to)
            ],
        )
        yield (
            "resource",
            [
                (("resources", number, "resource"), each.resource)
                for number, each in enumerate(record.resources)
            ],
        )
    if isinstance(record, LearningPath):
        yield (
            "concept",
            [
                (("steps", number, "concept"), step.concept)
                for number, step in enumerate(record.steps)
            ],
        )


_PLAIN_LISTS = (
    ("snippet", "snippets"),
    ("section", "sources"),
    ("section", "in_article"),
    ("concept", "known"),
    ("concept", "concepts"),
    ("evidence", "evidence"),
    ("claim", "claims"),
)
_WORD_LISTS = (
    ("author", "authors"),
    ("field", "doubtful"),
    ("language", "languages"),
    ("code", "errors"),
)
