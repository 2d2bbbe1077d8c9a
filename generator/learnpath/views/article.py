"""What the pages of the source article say: the article with its claims, an answer to each section, its people.

A claim has its place on the page of the article, under its own id. A section is answered on a page of its own where
somebody has written that page; its subsections are answered there too.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from learnpath.checking.parts import answered_sections, section_page
from learnpath.joining import in_one_line
from learnpath.model import Article, Claim, Concept, Person

if TYPE_CHECKING:
    from learnpath.views import Link, View, Views

VERDICTS = ("supported", "imprecise", "wrong", "unverifiable")


def pages(views: "Views", article: Article) -> "list[View]":
    """Give the page of the article, those that answer its sections, and those of its people."""
    return [
        _whole(views, article),
        *(_answer(views, article, key) for key in answered_sections(views.base)),
        *(_person(views, id, person) for id, person in article.people.items()),
    ]


def entries(views: "Views", article: Article) -> Iterator[tuple[str, str]]:
    """Give the keys and titles of the pages below that of the article."""
    for key in answered_sections(views.base):
        yield section_page(key), _title(views, article, key)
    for id, person in article.people.items():
        yield f"article/{id}", person.name


def claim_link(views: "Views", id: str, here: str) -> "Link":
    """Give the link to a claim."""
    return views.link("article/index", id, here, f"#{id}")


def sections_about(views: "Views", concept: Concept, here: str) -> list[dict[str, Any]]:
    """Give the sections that speak of a concept, each with its claims about it."""
    article = views.base.article
    if article is None:
        return []
    claims = [each for each in views.base.claims.values() if concept.id in each.concepts]
    about = {*concept.sources, *(claim.section for claim in claims)}
    return [
        {
            "link": views.link(
                "article/index", _title(views, article, key), here, f"#{_anchor(key)}"
            ),
            "claims": [
                claim_link(views, claim.id, here) for claim in claims if claim.section == key
            ],
        }
        for key in article.sections
        if key in about
    ]


# Private functions, the pages


def _whole(views: "Views", article: Article) -> "View":
    here = "article/index"
    claims = list(views.base.claims.values())
    return views.view(
        here,
        views.say(article.title),
        "article",
        f"{views.base.folder}/article.yaml",
        description=views.say(article.note),
        author=views.say(article.author),
        article_language=article.language,
        corrections=[_claim(views, claim, here) for claim in claims if claim.verdict == "wrong"],
        verdicts=[
            {
                "id": verdict,
                "title": views.labels[f"verdict-{verdict}"],
                "count": sum(each.verdict == verdict for each in claims),
            }
            for verdict in VERDICTS
        ],
        total=len(claims),
        drawing=article.drawing or "",
        real_drawing=_real_chain(views, here),
        arrows=[
            views.arrow(views.base.concepts[id], arrow, here)
            for chain in views.chains
            for id in chain
            for arrow in views.base.concepts[id].leads_to
        ],
        sections=[_section(views, article, key, here) for key in article.sections],
        groups=_terms(views, article, here),
        evidence=[
            {
                "id": f"evidence-{_dashed(key)}",
                "title": views.say(each.title),
                "url": each.url or "",
                "says": views.say(each.says),
                "kind": views.labels[f"kind-{each.kind}"],
            }
            for key, each in views.base.evidence.items()
        ],
        people=[
            views.link(f"article/{id}", person.name, here) for id, person in article.people.items()
        ],
    )


def _answer(views: "Views", article: Article, key: str) -> "View":
    here = section_page(key)
    return views.view(
        here,
        _title(views, article, key),
        "section",
        f"{views.base.folder}/article.yaml",
        description=views.say(article.sections[key].note),
        crumbs=[views.link("article/index", views.labels["article"], here)],
        original=_original(views, article, key),
        article_language=article.language,
        claims=[
            {
                "link": claim_link(views, claim.id, here),
                "verdict": views.labels[f"verdict-{claim.verdict}"],
                "statement": views.say(claim.statement),
            }
            for claim in views.base.claims.values()
            if _answering(views, claim.section) == key
        ],
    )


def _person(views: "Views", id: str, person: Person) -> "View":
    here = f"article/{id}"
    works = sorted(
        (each for each in views.base.resources.values() if person.name in each.authors),
        key=lambda each: (each.year or 0, each.title),
    )
    return views.view(
        here,
        person.name,
        "person",
        f"{views.base.folder}/article.yaml",
        description=views.say(person.summary),
        crumbs=[views.link("article/index", views.labels["article"], here)],
        as_of=views.count("as-of", person.as_of),
        events=[
            {
                "period": event.period.replace("/", " – "),
                "event": views.say(event.event),
                "note": views.say(event.note),
                "confidence": views.labels[f"confidence-{event.confidence}"],
                "evidence": [_evidence_link(views, key, here) for key in event.evidence],
            }
            for event in person.timeline
        ],
        works=[views.resource(each, here) for each in works],
    )


# Private functions, their parts


def _section(views: "Views", article: Article, key: str, here: str) -> dict[str, Any]:
    section = article.sections[key]
    claims = views.base.claims.values()
    is_answered = key in answered_sections(views.base)
    return {
        "id": _anchor(key),
        "title": _title(views, article, key),
        "original": _original(views, article, key),
        "note": views.say(section.note),
        "answer": views.link(section_page(key), views.labels["answer"], here)
        if is_answered
        else None,
        "claims": [_claim(views, claim, here) for claim in claims if claim.section == key],
    }


def _claim(views: "Views", claim: Claim, here: str) -> dict[str, Any]:
    base = views.base
    article = base.article
    answering = _answering(views, claim.section)
    return {
        "id": claim.id,
        "verdict": claim.verdict,
        "verdict_title": views.labels[f"verdict-{claim.verdict}"],
        "confidence": views.labels[f"confidence-{claim.confidence}"],
        "quote": claim.quote,
        "meaning": views.say(claim.meaning)
        if article is None or views.language != article.language
        else "",
        "statement": views.say(claim.statement),
        "note": views.say(claim.note),
        "evidence": [_evidence_link(views, key, here) for key in claim.evidence],
        "answer": views.link(section_page(answering), views.labels["answer"], here)
        if answering
        else None,
        "concepts": [views.concept_link(base.concepts[id], here) for id in claim.concepts],
        "resources": [views.resource(base.resources[key], here) for key in claim.resources],
    }


def _terms(views: "Views", article: Article, here: str) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for term in article.terms:
        groups[term.group].append(
            {
                "term": term.term,
                "gloss": views.say(term.gloss) if views.language != article.language else "",
                "section": views.link(
                    "article/index", term.section, here, f"#{_anchor(term.section)}"
                ),
                "concept": views.concept_link(views.base.concepts[term.concept], here),
            }
        )
    return [
        {"title": views.labels[f"group-{group}"], "terms": terms} for group, terms in groups.items()
    ]


def _evidence_link(views: "Views", key: str, here: str) -> "Link":
    title = views.say(views.base.evidence[key].title)
    return views.link("article/index", title, here, f"#evidence-{_dashed(key)}")


def _real_chain(views: "Views", here: str) -> str:
    """Draw the prerequisites among the stations of the chains and what lies between them, in Mermaid."""
    concepts = views.base.concepts
    stations = {id for chain in views.chains for id in chain}
    between = {
        id for station in stations for arrow in concepts[station].leads_to for id in arrow.through
    }
    shown = sorted(stations | between)
    if not shown:
        return ""
    names = {id: f"c{number}" for number, id in enumerate(shown)}
    nodes = [
        f'    {name}["{_in_diagram(views.say(concepts[id].title))}"]' for id, name in names.items()
    ]
    edges = [
        f"    {names[a]} --> {names[b]}"
        for a, b in sorted(views.graph.edges)
        if a in names and b in names
    ]
    return "\n".join(["graph LR", *nodes, *edges])


def _answering(views: "Views", section: str) -> str | None:
    """Give the section whose page answers a section: itself, or that which it is a part of."""
    whole = re.split(r"[.-]", section)[0]
    answered = answered_sections(views.base)
    return next((key for key in (section, whole) if key in answered), None)


def _title(views: "Views", article: Article, key: str) -> str:
    number = key if key[0].isdigit() else ""
    return f"{number} {views.say(article.sections[key].title)}".strip()


def _original(views: "Views", article: Article, key: str) -> str:
    if views.language == article.language:
        return ""
    return views.base.say(article.sections[key].title, article.language)


def _anchor(section: str) -> str:
    return f"section-{_dashed(section)}"


def _dashed(key: str) -> str:
    return key.replace(".", "-")


def _in_diagram(text: str) -> str:
    """Write a plain text as a label of Mermaid, which reads entities of its own and lets HTML through."""
    entities = {each: f"#{ord(each)};" for each in '#"<>&`'}
    return "".join(entities.get(each, each) for each in in_one_line(text))
