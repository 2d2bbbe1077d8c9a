"""The prerequisites as a graph, compared with networkx where it can answer too."""

import time
from itertools import pairwise

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from learnpath import graph
from learnpath.model import Concept, KnowledgeBase

names = st.sampled_from("abcdefgh")


def base_of(edges: list[tuple[str, str]]) -> KnowledgeBase:
    needs: dict[str, list[str]] = {name: [] for name in "abcdefgh"}
    for prerequisite, concept in edges:
        needs[concept].append(prerequisite)
    concepts = {
        name: Concept.model_validate({"id": name, "title": name, "prerequisites": before})
        for name, before in needs.items()
    }
    return KnowledgeBase(concepts=concepts)


@given(st.sets(st.tuples(names, names).filter(lambda edge: edge[0] < edge[1])))
def test_implied_edges_are_those_the_transitive_reduction_lacks(
    edges: set[tuple[str, str]],
) -> None:
    found = graph.digraph(base_of(sorted(edges)))
    reduced = nx.transitive_reduction(found)
    assert graph.implied_edges(found) == sorted(set(found.edges) - set(reduced.edges))


@given(st.sets(st.tuples(names, names)))
def test_every_tangle_gives_one_real_cycle_from_its_smallest_concept(
    edges: set[tuple[str, str]],
) -> None:
    found = graph.digraph(base_of(sorted(edges)))
    cycles = graph.cycles(found)
    assert bool(cycles) != nx.is_directed_acyclic_graph(found)
    for cycle in cycles:
        around = [*cycle.concepts, cycle.concepts[0]]
        assert all(found.has_edge(need, concept) for concept, need in pairwise(around))
        assert cycle.concepts[0] == min(cycle.concepts)
        assert found.has_edge(cycle.drop[1], cycle.drop[0])


def test_chains_follow_the_arrows_from_their_start() -> None:
    concepts = {
        name: Concept.model_validate({"id": name, "title": name, "leads_to": onward})
        for name, onward in {"a": ["c"], "c": ["b"], "b": [], "d": []}.items()
    }
    assert graph.chains(KnowledgeBase(concepts=concepts)) == [("a", "c", "b")]


def test_a_chain_of_thousands_is_found_at_once() -> None:
    names = [f"c{number}" for number in range(3000)]
    concepts = {
        name: Concept.model_validate({"id": name, "title": name, "leads_to": onward})
        for name, onward in zip(names, [*([each] for each in names[1:]), []], strict=True)
    }
    begin = time.perf_counter()
    assert graph.chains(KnowledgeBase(concepts=concepts)) == [tuple(names)]
    assert time.perf_counter() - begin < 1
