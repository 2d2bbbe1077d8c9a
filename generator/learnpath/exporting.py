"""A knowledge base in other formats, one function each."""

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import networkx as nx

from learnpath import tabular
from learnpath.graph import chains, numbered, numbers
from learnpath.joining import joined
from learnpath.layout import HEIGHT, WIDTH, Layout
from learnpath.model import FILES, KnowledgeBase, Resource, Snippet, Text
from learnpath.plans import Planned, why


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


def plan_graph(base: KnowledgeBase) -> str:
    """Give what the page needs to plan, as JSON; a concept is its number in `ids`.

    `prerequisites` holds for each concept the numbers of what it needs, a list where one of several is enough;
    `minutes` is null where nobody estimated them; `area` is a number in `areas`, -1 for none; `formerly` leads from
    an old id to the present one, and `stories` from a concept to the path that tells a story and ends there;
    `asks` holds the numbers of the concepts whose pages ask questions to check oneself with.
    """
    ids, prerequisites, minutes, areas, area_ids = numbered(base)
    concepts = [base.concepts[id] for id in ids]
    whole = {
        "ids": ids,
        "minutes": minutes,
        "ongoing": [number for number, each in enumerate(concepts) if each.ongoing],
        "areas": area_ids,
        "area": areas,
        "prerequisites": [
            [each[0] if len(each) == 1 else each for each in lists] for lists in prerequisites
        ],
        "asks": [number for number, each in enumerate(concepts) if each.questions],
        "formerly": {former: each.id for each in concepts for former in each.formerly},
        "stories": {
            path.steps[-1].concept: path.id for path in base.paths.values() if path.order == "story"
        },
    }
    return _compact(whole)


def plan_words(base: KnowledgeBase, language: str) -> str:
    """Give what the page says about concepts in one language, as JSON: titles and aliases in the order of `plan_graph`."""

    def say(text: Text | None) -> str:
        return base.say(text, language)

    concepts, areas = [base.concepts[id] for id in sorted(base.concepts)], base.manifest.areas
    whole = {
        "titles": [say(each.title) for each in concepts],
        "aliases": [[say(alias) for alias in each.aliases] for each in concepts],
        "areas": [say(areas[id].title) if id in areas else id for id in numbered(base).area_ids],
        "paths": {path.id: say(path.title) for path in base.paths.values()},
    }
    return _compact(whole)


def plan_reasons(base: KnowledgeBase, language: str) -> str:
    """Give in one language what exactly is needed from a prerequisite, as JSON: by concept, then by prerequisite."""
    whole = {
        concept.id: reasons
        for concept in base.concepts.values()
        if (
            reasons := {
                member: joined(base.say(each.why, language))
                for each in concept.prerequisites
                for member in each.members
                if each.why
            }
        )
    }
    return _compact(whole)


def map_layout(base: KnowledgeBase, layout: Layout) -> str:
    """Give where concepts and lines lie on the map, as JSON; a concept is its number in `ids` of `plan_graph`.

    `size` is that of the whole, `box` that of a concept, `x` and `y` are the middles of the boxes. Of each of `lines`
    the first two numbers are the concepts that it joins; then follow x and y of its points, each as the step from the
    point before. `chains` are the stories that the source article tells.
    """
    number = numbers(base)
    whole = {
        "size": [layout.width, layout.height],
        "box": [WIDTH, HEIGHT],
        "x": [x for x, _ in layout.places],
        "y": [y for _, y in layout.places],
        "lines": [
            [
                one,
                other,
                *(
                    step
                    for former, point in pairwise([(0, 0), *points])
                    for step in (point[0] - former[0], point[1] - former[1])
                ),
            ]
            for one, other, points in layout.lines
        ],
        "chains": [[number[id] for id in chain] for chain in chains(base)],
    }
    return _compact(whole)


def plan_json(planned: Planned, *, hours: float | None = None) -> str:
    """Give a plan as JSON.

    `goals`, `known`, `choose` (the alternatives taken), `minutes` (the sum of the steps), `proven` (no other choice of
    alternatives is lighter), `hours` with `fits` (the steps that fit) where there is a budget, and for each of `steps`
    its `id`, `minutes` (null where ongoing or not estimated), `for` (the later steps that use it), `way` (to a goal),
    `refresh` (prerequisites untouched for long) and `choices` (for each alternative taken, the others with the
    minutes that the plan would take more).
    """
    whole = {
        "goals": planned.goals,
        "known": planned.known,
        "choose": planned.choose,
        "minutes": planned.minutes,
        "proven": planned.proven,
        **(
            {"hours": hours, "fits": [id for id in planned.ids if id in planned.fits]}
            if hours is not None
            else {}
        ),
        "steps": [
            {
                "id": step.concept.id,
                "minutes": step.concept.minutes,
                "for": step.uses,
                "way": step.way,
                "refresh": step.refresh,
                "choices": {each.taken: each.others for each in step.choices},
            }
            for step in planned.steps
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def plan_markdown(planned: Planned, language: str) -> str:
    """Give a plan as a list in Markdown to tick off."""
    base = planned.base

    def title(id: str) -> str:
        return base.say(base.concepts[id].title, language)

    lines = [f"# {' · '.join(title(id) for id in planned.goals)}\n\n"]
    for number, step in enumerate(planned.steps, 1):
        time = f" ({step.concept.minutes} min)" if step.concept.minutes else ""
        lines.append(f"{number}. [ ] {title(step.concept.id)}{time}\n")
        reason = next((why(base, use, step.concept.id, language) for use in step.uses), "")
        if step.uses:
            lines.append(f"    - → {title(step.uses[0])}{f': {reason}' if reason else ''}\n")
    return "".join(lines)


def bibtex(base: KnowledgeBase) -> str:
    """Give the resources as BibTeX, fields that nobody confirmed left out."""
    return "\n".join(_entry(key, resource) for key, resource in base.resources.items())


def csv_table(base: KnowledgeBase) -> str:
    """Give the concepts as a table, a row each, that opens in a spreadsheet and is imported again.

    A mark at the beginning tells a spreadsheet that it is UTF-8; without it, it shows Chinese as rubbish.
    """
    rows = [
        {"id": each.id, **tabular.row(base, each), **tabular.names(each)}
        for each in base.concepts.values()
    ]
    titles = [f"title_{language}" for language in base.languages[1:]]  # which tell the languages
    used = {"id", "title", "prerequisites", *titles}.union(*rows)
    table = io.StringIO()
    writer = csv.DictWriter(
        table, [each for each in tabular.columns(base.languages) if each in used]
    )
    writer.writeheader()
    for row in rows:
        writer.writerow({name: tabular.guarded(_cell(value)) for name, value in row.items()})
    return "\ufeff" + table.getvalue()


def graphml(base: KnowledgeBase) -> str:
    """Give the concepts as GraphML, an edge from each prerequisite to what needs it.

    `position` tells the order of the prerequisites of a concept. Those with the same one are alternatives, which
    `any_of` counts. Other edges have another `type`: `related`, `leads_to`.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(
        **_safe(
            {
                "format": "learnpath",
                "language": base.language,
                "languages": tabular.join(base.languages),
                **tabular.by_column(base, "title", base.manifest.title),
                **tabular.by_column(base, "summary", base.manifest.summary),
            }
        )
    )
    for concept in base.concepts.values():
        label = base.say(concept.title, base.language)
        graph.add_node(concept.id, **_safe({"label": label, **tabular.row(base, concept)}))
    for concept in base.concepts.values():
        for position, each in enumerate(concept.prerequisites, 1):
            reason = _safe({"position": position, **tabular.by_column(base, "why", each.why)})
            for choice, member in enumerate(each.members, 1):
                count = {"any_of": choice} if each.any_of else {}
                graph.add_edge(member, concept.id, type="prerequisite", **reason, **count)
        for name in ("related", "leads_to"):
            for position, one in enumerate(getattr(concept, name), 1):
                reason = _safe({"position": position, **tabular.by_column(base, "why", one.why)})
                graph.add_edge(concept.id, one.concept, type=name, **reason)
    file = io.BytesIO()
    nx.write_graphml_xml(graph, file)
    return file.getvalue().decode()


def schemas() -> dict[str, str]:
    """Give the JSON Schemas of the files, by file name, as editors read them."""
    found: dict[str, Any] = {name: kind.model_json_schema() for name, kind in FILES.items()}
    for plural, single in (("resources", "resource"), ("faq", "faq")):
        entry = found.pop(single)
        defs = entry.pop("$defs", {})
        title = entry["title"]
        found[plural] = {
            "type": "object",
            "additionalProperties": {"$ref": f"#/$defs/{title}"},
            "$defs": {**defs, title: entry},
        }
    return {
        f"{name}.json": json.dumps(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema},
            ensure_ascii=False,
            indent=1,
            sort_keys=True,
        )
        + "\n"
        for name, schema in found.items()
    }


FORMATS: Mapping[str, Callable[[KnowledgeBase], str]] = MappingProxyType(
    {"graph-json": graph_json, "csv": csv_table, "graphml": graphml, "bibtex": bibtex}
)


def cells(snippet: Snippet) -> str:
    """Give the cells of code of a snippet, for what runs them in the page; `kernel` tells which need TensorFlow."""
    found = [{"source": cell.source, "kernel": cell.needs_tensorflow} for cell in snippet.code]
    return json.dumps(found, ensure_ascii=False)


# Private functions


def _compact(whole: object) -> str:
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n"


def _cell(value: tabular.Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _safe(values: Mapping[str, tabular.Value]) -> dict[str, Any]:
    return {
        name: tabular.for_xml(value) if isinstance(value, str) else value
        for name, value in values.items()
    }


def _entry(key: str, resource: Resource) -> str:
    sort = "book" if resource.type == "book" else "article" if resource.type == "paper" else "misc"
    values = {
        "title": "{" + _escaped(resource.title) + "}",
        "author": " and ".join(_name(author) for author in resource.authors),
        "year": resource.year or "",
        {"book": "publisher", "article": "journal", "misc": "howpublished"}[sort]: _escaped(
            resource.venue or ""
        ),
        "doi": resource.doi or "",
        "eprint": resource.arxiv or "",
        "url": resource.url or "",
    }
    doubtful = {
        "author" if name == "authors" else "eprint" if name == "arxiv" else name
        for name in resource.doubtful
    }
    if "venue" in doubtful:
        doubtful |= {"publisher", "journal", "howpublished"}
    lines = [
        f"  {name} = {{{value}}},\n"
        for name, value in values.items()
        if value and name not in doubtful
    ]
    return f"@{sort}{{{key},\n{''.join(lines)}}}\n"


def _name(author: str) -> str:
    """Keep the name of a group from being read as first and last name; "et al." is "others" in BibTeX."""
    if author == "et al.":
        return "others"
    return (
        _escaped(author)
        if re.fullmatch(r"[\w.’'-]+( [\w.’'-]+){1,4}", author)
        else "{" + _escaped(author) + "}"
    )


def _escaped(text: str) -> str:
    return re.sub(r"([&%$#_])", r"\\\1", text)
