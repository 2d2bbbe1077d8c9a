"""What a page says about itself to programs: a description, and what it is in the words of schema.org.

A property stands here only where the knowledge base states its value. Addresses are given only where it is known where
the site will be: relative ones would mean nothing to a program that has the page without its place.
"""

import json
import posixpath
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from learnpath.joining import in_one_line
from learnpath.model import Concept, Prerequisite
from learnpath.views.prose import parted

if TYPE_CHECKING:  # it makes the views that are described here
    from learnpath.views import View, Views

Address = Callable[[str], str]
"""Gives the absolute address of what lies at a path in the folder of pages; "" where that is not known."""

_SHORT = 200  # what search engines show of a description


def description_of(view: "View", whole: str) -> str:
    """Describe a page in plain words: what it says of itself, or else its name and what the `whole` site is about."""
    return bare(view.description) or " · ".join(filter(None, [view.title, bare(whole)]))


def first_words(text: str) -> str:
    """Give the beginning of a written page in plain words, as its description; "" where it begins otherwise."""
    for block in re.split(r"\n\s*\n", parted(text).text):
        if re.match(
            r"(?!```)(?:[^\W_]|[*_`\[(“\"])", block
        ):  # no heading, list, table, block of code or HTML
            words = bare(block)
            return words if len(words) <= _SHORT else words[:_SHORT].rsplit(" ", 1)[0] + " …"
    return ""


def bare(text: str) -> str:
    """Give the words of a Markdown text in one line, without its marks."""
    text = re.sub(r"\[\^[^\]\s]+\]", "", text)
    text = re.sub(r"!?\[([^\]\n]*)\](?:\([^)]*\)|\[[^\]]*\])", r"\1", text)
    text = re.sub(r"(`+)(.+?)\1", r"\2", text)
    text = re.sub(r"(?<!\w)(\*\*|\*|__|_)(?=\S)(.+?)(?<=\S)\1(?!\w)", r"\2", text)
    return in_one_line(text)


def linked_data(views: "Views", view: "View", address: Address) -> list[str]:
    """Give what a page is, as JSON-LD to put between tags; none for a page that schema.org has no words for."""
    record = record_of(views, view, address)
    records = [record] if record else []
    here = address(views.source(view.key))
    if view.crumbs and here:
        records.append(_crumbs(views, view, address))
    return [_embedded({"@context": "https://schema.org", **each}) for each in records]


def record_of(views: "Views", view: "View", address: Address) -> dict[str, Any] | None:
    """Give what a page is, in the words of schema.org; None where that has no words for it."""
    makers: Mapping[str, Callable[[Views, View, Address], dict[str, Any]]] = {
        "home": _site,
        "concept": _concept,
        "path": _course,
        "faq": _questions,
    }
    return makers[view.template](views, view, address) if view.template in makers else None


def said(record: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what a record does not say."""
    return {name: value for name, value in record.items() if value not in ("", None, [], {})}


# Private functions


def _embedded(record: Mapping[str, Any]) -> str:
    """Write a record so that no text in it can end the element that it stands in."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _site(views: "Views", view: "View", address: Address) -> dict[str, Any]:
    return _about(views, view, address, "WebSite")


def _concept(views: "Views", view: "View", address: Address) -> dict[str, Any]:
    concept = views.base.concepts[view.key.removeprefix("concepts/")]
    kind = views.base.manifest.kinds.get(concept.kind or "")
    article = views.base.article
    names = [name for name in view.data["aliases"] if name]
    level = views.labels["of-five"].format(n=concept.difficulty) if concept.difficulty else ""
    return said(
        {
            **_resource(views, view, address, concept),
            "alternateName": names,
            "learningResourceType": views.say(kind.title) if kind else concept.kind or "",
            "educationalLevel": level,
            "teaches": [bare(views.say(each)) for each in concept.objectives],
            "competencyRequired": [_required(views, each) for each in concept.prerequisites],
            "hasPart": [_snippet(views, id, address) for id in concept.snippets],
            "isBasedOn": said(
                {
                    "@type": "Article",
                    "name": views.say(article.title),
                    "url": address(views.source("article/index")),
                }
            )
            if article and concept.sources
            else None,
        }
    )


def _course(views: "Views", view: "View", address: Address) -> dict[str, Any]:
    path = views.base.paths[view.key.removeprefix("paths/")]
    concepts = views.base.concepts
    minutes = sum(concepts[step.concept].minutes or 0 for step in path.steps)
    sections = [
        said(
            {
                "@type": "Syllabus",
                "position": number,
                "name": views.say(concepts[step.concept].title),
                "description": bare(views.say(step.because)),
                "timeRequired": _duration(concepts[step.concept].minutes),
                "url": address(views.source(f"concepts/{step.concept}")),
            }
        )
        for number, step in enumerate(path.steps, 1)
    ]
    return said(
        {
            **_about(views, view, address, "Course"),
            "timeRequired": _duration(minutes),
            "coursePrerequisites": [views.say(concepts[id].title) for id in path.known],
            "syllabusSections": sections,
        }
    )


def _questions(views: "Views", view: "View", address: Address) -> dict[str, Any]:
    here = address(views.source(view.key))
    entries = [
        said(
            {
                "@type": "Question",
                "name": bare(views.say(entry.question)),
                "url": f"{here}#{entry.id}" if here else "",
                "acceptedAnswer": {"@type": "Answer", "text": bare(views.say(entry.answer))},
            }
        )
        for entry in views.base.faq.values()
    ]
    return {**_about(views, view, address, "FAQPage"), "mainEntity": entries}


def _crumbs(views: "Views", view: "View", address: Address) -> dict[str, Any]:
    folder = posixpath.dirname(views.source(view.key))
    above = [
        (each.title, posixpath.normpath(posixpath.join(folder, each.href))) for each in view.crumbs
    ]
    items = [
        {"@type": "ListItem", "position": number, "name": title, "item": address(source)}
        for number, (title, source) in enumerate(
            [*above, (view.title, views.source(view.key))], start=1
        )
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _about(views: "Views", view: "View", address: Address, sort: str) -> dict[str, Any]:
    """Give what every record says."""
    return said(
        {
            "@type": sort,
            "name": view.title,
            "description": bare(view.description),
            "inLanguage": view.language,
            "url": address(views.source(view.key)),
        }
    )


def _resource(views: "Views", view: "View", address: Address, concept: Concept) -> dict[str, Any]:
    return {
        **_about(views, view, address, "LearningResource"),
        "timeRequired": _duration(concept.minutes),
    }


def _required(views: "Views", prerequisite: Prerequisite) -> str:
    """Name a prerequisite, alternatives with a stroke between them."""
    return " / ".join(views.say(views.base.concepts[id].title) for id in prerequisite.members)


def _snippet(views: "Views", id: str, address: Address) -> dict[str, Any]:
    snippet = views.base.snippets[id]
    return said(
        {
            "@type": "SoftwareSourceCode",
            "name": views.say(snippet.title),
            "programmingLanguage": "Python",
            "url": address(views.source(f"snippets/{id}")),
        }
    )


def _duration(minutes: int | None) -> str:
    """Write minutes as ISO 8601 does."""
    hours, rest = divmod(minutes or 0, 60)
    return "PT" + (f"{hours}H" if hours else "") + (f"{rest}M" if rest else "") if minutes else ""
