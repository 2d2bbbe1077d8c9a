"""The knowledge base as linked data: one JSON-LD document in the words of schema.org.

Each page is what it says of itself to search engines (`views/metadata.py`). Here the records also point to each other, so
each has an id: its address where the site is known, else one within the document.
"""

import json
import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from learnpath.exporting.asking import Asked
from learnpath.model import KnowledgeBase, Reading
from learnpath.views import Views, paths_in_order, source_of, views_of
from learnpath.views.metadata import bare, record_of, said

Record = dict[str, Any]

SORTS: Mapping[str, str] = {
    "paper": "ScholarlyArticle",
    "course": "Course",
    "book": "Book",
    "post": "BlogPosting",
    "video": "VideoObject",
    "docs": "TechArticle",
    "repo": "SoftwareSourceCode",
    "tool": "SoftwareApplication",
}


def json_ld(base: KnowledgeBase, asked: Asked) -> str:
    """Give the site, its concepts, paths, questions and terms as JSON-LD, a record for each language.

    A concept is a `LearningResource`, and a `DefinedTerm` that other concepts ask for. A prerequisite with alternatives
    is said in words: schema.org has none for "one of these".
    """
    records = [
        record for views in views_of(base).values() for record in _Document(views, asked).records()
    ]
    whole = {"@context": "https://schema.org", "@graph": records}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


# Private functions


class _Document:
    """The part of the document in one language."""

    def __init__(self, views: Views, asked: Asked) -> None:
        self.views, self.base, self.asked = views, views.base, asked
        self.site = self._id("index")
        self.terms = self._id("glossary", "terms")

    def records(self) -> Iterator[Record]:
        views = self.views
        yield self._record(views.home())
        yield from (self._concept(id) for id in self.base.concepts)
        for path in paths_in_order(self.base):
            yield {**self._record(views.path(path)), "isPartOf": {"@id": self.site}}
        if self.base.faq:
            yield {**self._record(views.faq()), "isPartOf": {"@id": self.site}}
        if self.base.concepts:
            yield self._set_of_terms()

    def _id(self, key: str, part: str = "", language: str = "") -> str:
        source = source_of(key, language or self.views.language, self.base.language)
        address = self.asked.address(source)
        if address:
            return f"{address}#{part}" if part else address
        return "#" + "/".join(filter(None, [posixpath.splitext(source)[0], part]))

    def _record(self, view: Any) -> Record:
        """Give what a page says of itself, under its id, and which page it translates."""
        default = self.base.language
        translates = {"translationOfWork": {"@id": self._id(view.key, language=default)}}
        return {
            "@id": self._id(view.key),
            **(record_of(self.views, view, self.asked.address) or {}),
            **(translates if self.views.language != default else {}),
        }

    def _concept(self, id: str) -> Record:
        concept = self.base.concepts[id]
        needs = [
            {"@id": self._term(each.members[0])}
            if len(each.members) == 1
            else " / ".join(self.views.say(self.base.concepts[one].title) for one in each.members)
            for each in concept.prerequisites
        ]
        return said(
            {
                **self._record(self.views.concept(concept)),
                "about": {"@id": self._term(id)},
                "competencyRequired": needs,
                "citation": [self._citation(each) for each in concept.resources],
                "isPartOf": {"@id": self.site},
            }
        )

    def _term(self, id: str) -> str:
        return self._id(f"concepts/{id}", "term")

    def _set_of_terms(self) -> Record:
        return said(
            {
                "@type": "DefinedTermSet",
                "@id": self.terms,
                "name": self.views.labels["glossary"],
                "inLanguage": self.views.language,
                "url": self.asked.address(self.views.source("glossary")),
                "isPartOf": {"@id": self.site},
                "hasDefinedTerm": [self._defined(id) for id in self.base.concepts],
            }
        )

    def _defined(self, id: str) -> Record:
        concept, say = self.base.concepts[id], self.views.say
        return said(
            {
                "@type": "DefinedTerm",
                "@id": self._term(id),
                "termCode": id,
                "name": say(concept.title),
                "alternateName": self.views.aliases(concept),
                "description": bare(say(concept.summary)),
                "url": self.asked.address(self.views.source(f"concepts/{id}")),
                "inDefinedTermSet": {"@id": self.terms},
            }
        )

    def _citation(self, reading: Reading) -> Record:
        """Describe a resource, fields that nobody confirmed left out."""
        resource = self.base.resources[reading.resource]
        sure = {
            name: getattr(resource, name)
            for name in ("authors", "year", "url", "languages", "doi")
            if name not in resource.doubtful
        }
        return said(
            {
                "@type": SORTS[resource.type],
                "name": resource.title,
                "creditText": ", ".join(sure.get("authors", ())),
                "datePublished": str(sure.get("year") or ""),
                "inLanguage": list(sure.get("languages", ())),
                "url": reading.url or sure.get("url") or "",
                "sameAs": f"https://doi.org/{sure['doi']}" if sure.get("doi") else "",
            }
        )
