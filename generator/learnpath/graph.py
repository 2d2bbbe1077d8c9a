"""The prerequisites as a directed graph: cycles, implied edges, chains. Edges run from a prerequisite to what needs it.

Every member of an `any_of` counts as an edge here: a circle through one of the alternatives is a circle.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import networkx as nx

from learnpath.model import KnowledgeBase


@dataclass(frozen=True)
class Cycle:
    """A circle of prerequisites: each concept needs the next, the last needs the first."""

    concepts: tuple[str, ...]
    drop: tuple[str, str]
    """The edge to drop: (concept, prerequisite). Where one edge clears the whole tangle, it is that one."""


@lru_cache(maxsize=1)  # several rules and views ask for the same one
def digraph(base: KnowledgeBase) -> "nx.DiGraph[str]":
    """Give the concepts and their prerequisites, unknown ones left out, in order of ids; nobody may change it."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(base.concepts)
    for concept in base.concepts.values():
        for prerequisite in concept.prerequisites:
            graph.add_edges_from(
                (member, concept.id) for member in prerequisite.members if member in base.concepts
            )
    nx.freeze(graph)
    return graph


def cycles(graph: "nx.DiGraph[str]") -> list[Cycle]:
    """Give one short cycle for each tangle (strongly connected component), turned to its smallest id, and each loop.

    Listing all simple cycles would explode; a shortest one through the smallest id of the tangle is enough to see it.
    """
    loops = [Cycle((id,), (id, id)) for id in nx.nodes_with_selfloops(graph)]
    rest: nx.DiGraph[str] = nx.DiGraph(graph)
    rest.remove_edges_from(loop.drop for loop in loops)
    tangles = [each for each in nx.strongly_connected_components(rest) if len(each) > 1]
    found = [_cycle_through(min(tangle), rest.subgraph(tangle)) for tangle in tangles]
    return sorted([*loops, *found], key=lambda cycle: cycle.concepts)


def implied_edges(graph: "nx.DiGraph[str]") -> list[tuple[str, str]]:
    """Give the edges (prerequisite, concept) that follow from others, for an acyclic graph.

    The ancestors of a concept are the bits of one integer, so that a union is one operation: an edge is implied
    when its prerequisite is an ancestor of another prerequisite of the same concept.
    """
    order = list(nx.topological_sort(graph))
    bit = {concept: 1 << index for index, concept in enumerate(order)}
    ancestors: dict[str, int] = {}
    found = []
    for concept in order:
        before = list(graph.predecessors(concept))
        far = 0
        for each in before:
            far |= ancestors[each]
        found += [(each, concept) for each in before if far & bit[each]]
        ancestors[concept] = far
        for each in before:
            ancestors[concept] |= bit[each]
    return sorted(found)


def depths(graph: "nx.DiGraph[str]") -> dict[str, int]:
    """Give for each concept of an acyclic graph how many stand on the longest chain that ends with it, itself included."""
    found: dict[str, int] = {}
    for concept in nx.topological_sort(graph):
        found[concept] = 1 + max((found[each] for each in graph.predecessors(concept)), default=0)
    return found


def resting_on(graph: "nx.DiGraph[str]") -> dict[str, int]:
    """Count for each concept of an acyclic graph those that rest on it, as the bits of one integer each."""
    order = list(nx.topological_sort(graph))
    bit = {concept: 1 << index for index, concept in enumerate(order)}
    above: dict[str, int] = {}
    for concept in reversed(order):
        above[concept] = 0
        for each in graph.successors(concept):
            above[concept] |= above[each] | bit[each]
    return {concept: bits.bit_count() for concept, bits in above.items()}


def lines(base: KnowledgeBase) -> list[tuple[int, int]]:
    """Give the edges of an acyclic graph that do not follow from others, each concept its number in `numbers`."""
    graph, number = digraph(base), numbers(base)
    implied = set(implied_edges(graph))
    return sorted((number[a], number[b]) for a, b in graph.edges if (a, b) not in implied)


def reaches(graph: "nx.DiGraph[str]", prerequisite: str, concept: str) -> bool:
    """Tell whether `prerequisite` comes somewhere before `concept`."""
    return prerequisite in graph and concept in graph and nx.has_path(graph, prerequisite, concept)


def chains(base: KnowledgeBase) -> list[tuple[str, ...]]:
    """Give the stories that `leads_to` tells: runs of arrows that neither fork nor join, by their first concept."""
    onward = {
        concept.id: [arrow.concept for arrow in concept.leads_to if arrow.concept in base.concepts]
        for concept in base.concepts.values()
    }
    arrivals = Counter(target for targets in onward.values() for target in targets)
    single = {
        id for id, targets in onward.items() if len(targets) == 1 and arrivals[targets[0]] == 1
    }
    starts = sorted(id for id in single if id not in arrivals)
    return [_run(start, onward, single) for start in starts]


def numbers(base: KnowledgeBase) -> dict[str, int]:
    """Give for each concept its number: its place in the order of ids."""
    return {id: number for number, id in enumerate(sorted(base.concepts))}


class Numbered(NamedTuple):
    """The concepts as `planning` wants them, each by its number in `numbers`."""

    ids: list[str]
    prerequisites: list[list[list[int]]]
    """For each concept lists of alternatives."""
    minutes: list[int | None]
    """None where nobody estimated them."""
    areas: list[int]
    """A number in `area_ids`; -1 for none."""
    area_ids: list[str]


def numbered(base: KnowledgeBase) -> Numbered:
    """Give the concepts by number, prerequisites that are unknown left out."""
    index = numbers(base)
    ids = list(index)
    area_ids = sorted({each.area for each in base.concepts.values() if each.area})
    area = {id: number for number, id in enumerate(area_ids)}
    prerequisites = [
        [
            members
            for prerequisite in base.concepts[id].prerequisites
            if (members := [index[member] for member in prerequisite.members if member in index])
        ]
        for id in ids
    ]
    return Numbered(
        ids,
        prerequisites,
        [base.concepts[id].minutes for id in ids],
        [area.get(base.concepts[id].area or "", -1) for id in ids],
        area_ids,
    )


# Private functions


def _cycle_through(start: str, tangle: "nx.DiGraph[str]") -> Cycle:
    backwards = tangle.reverse(
        copy=False
    )  # from a concept to what it needs, as an author reads the files

    ways = [
        [start, *nx.shortest_path(backwards, need, start)[:-1]]
        for need in sorted(backwards.successors(start))
    ]
    cycle = min(ways, key=lambda way: (len(way), way))
    edges = list(zip(cycle, [*cycle[1:], cycle[0]], strict=True))
    for edge in reversed(edges):
        rest: nx.DiGraph[str] = nx.DiGraph(backwards)
        rest.remove_edge(*edge)
        if nx.is_directed_acyclic_graph(rest):
            return Cycle(tuple(cycle), edge)
    return Cycle(tuple(cycle), edges[-1])


def _run(start: str, onward: Mapping[str, Sequence[str]], single: set[str]) -> tuple[str, ...]:
    run = dict.fromkeys([start])  # in order, and found at once
    here = start
    while here in single and onward[here][0] not in run:
        here = onward[here][0]
        run[here] = None
    return tuple(run)
