"""The graph as JSON, for programs that know nothing of us."""

import json

from learnpath.model import KnowledgeBase, Text


def graph_json(base: KnowledgeBase, *, directory_urls: bool = True) -> str:
    """Give concepts, areas and paths as JSON, every text as a map by language.

    `prerequisites` is a list of lists: of each inner list one concept is needed. The addresses of pages end in `.html`
    where there are no `directory_urls`.
    """
    end = "/" if directory_urls else ".html"

    def said(text: Text | None) -> dict[str, str]:
        return {
            language: base.say(text, language)
            for language in base.languages
            if base.say(text, language)
        }

    concepts = [
        {
            "id": concept.id,
            "title": said(concept.title),
            "aliases": [said(alias) for alias in concept.aliases],
            "formerly": list(concept.formerly),
            "summary": said(concept.summary),
            "area": concept.area,
            "kind": concept.kind,
            "difficulty": concept.difficulty,
            "minutes": concept.minutes,
            "ongoing": concept.ongoing,
            "prerequisites": [list(each.members) for each in concept.prerequisites],
            "related": [each.concept for each in concept.related],
            "leads_to": [each.concept for each in concept.leads_to],
            "resources": [each.resource for each in concept.resources],
            "snippets": list(concept.snippets),
            "address": f"concepts/{concept.id}{end}",
        }
        for concept in base.concepts.values()
    ]
    whole = {
        "format": base.manifest.format,
        "title": said(base.manifest.title),
        "languages": list(base.languages),
        "areas": {id: said(area.title) for id, area in base.manifest.areas.items()},
        "kinds": {id: said(kind.title) for id, kind in base.manifest.kinds.items()},
        "concepts": concepts,
        "paths": [
            {
                "id": path.id,
                "title": said(path.title),
                "order": path.order,
                "steps": [step.concept for step in path.steps],
            }
            for path in base.paths.values()
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
