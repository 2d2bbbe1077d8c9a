"""Orders and closures, on graphs that Hypothesis makes."""

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnpath import planning

graphs = st.integers(1, 12).flatmap(
    lambda size: st.tuples(
        *[
            st.lists(
                st.lists(st.integers(0, max(0, i - 1)), min_size=1, max_size=3, unique=True),
                max_size=3,
            )
            if i
            else st.just([])
            for i in range(size)
        ]
    )
)


@given(graphs)
def test_nothing_comes_before_what_it_needs(needs: tuple[list[list[int]], ...]) -> None:
    chosen = planning.closure(needs, range(len(needs)))
    steps = planning.order(needs, chosen)
    assert sorted(steps) == sorted(chosen)
    done: set[int] = set()
    for step in steps:
        assert all(done.intersection(alternatives) for alternatives in needs[step])
        done.add(step)


@given(graphs)
def test_the_order_is_that_of_networkx(needs: tuple[list[list[int]], ...]) -> None:
    graph: nx.DiGraph[int] = nx.DiGraph(
        [(need, i) for i, groups in enumerate(needs) for group in groups for need in group]
    )
    graph.add_nodes_from(range(len(needs)))
    assert planning.order(needs, range(len(needs))) == list(
        nx.lexicographical_topological_sort(graph)
    )


@given(graphs, st.data())
def test_what_is_known_is_never_asked_for(
    needs: tuple[list[list[int]], ...], data: st.DataObject
) -> None:
    known = data.draw(st.sets(st.integers(0, len(needs) - 1)))
    assert not planning.closure(needs, [len(needs) - 1], known) & known


def test_a_circle_is_an_error() -> None:
    with pytest.raises(ValueError, match="circle"):
        planning.order([[[1]], [[0]]], [0, 1])
