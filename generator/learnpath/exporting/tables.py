"""The concepts as a table and as a graph, forms that are imported again: see `tabular` for what a row holds."""

import csv
import io
from collections.abc import Mapping
from typing import Any

import networkx as nx

from learnpath import tabular
from learnpath.model import KnowledgeBase


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


# Private functions


def _cell(value: tabular.Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _safe(values: Mapping[str, tabular.Value]) -> dict[str, Any]:
    return {
        name: tabular.for_xml(value) if isinstance(value, str) else value
        for name, value in values.items()
    }
