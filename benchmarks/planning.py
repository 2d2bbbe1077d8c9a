"""Plans on layered graphs: how good their order is, and how long they take, beside what one would use instead.

The alternatives only sort: networkx (its topological sort, and the lexicographic one), rustworkx, and depth-first
post-order, the way of Metacademy. Where one of several concepts is enough, they are given the one that our plan takes.
"""

import random
import statistics
import time
from collections.abc import Callable, Sequence
from itertools import pairwise

import networkx as nx
import rustworkx as rx

from graphs import layered
from learnpath import planning
from learnpath.planning import Needs

SIZES = (100, 1_000, 10_000, 100_000)
QUERIES = 60
WINDOW = 7  # steps after which a prerequisite is cold

Order = Callable[[Needs, Sequence[int], set[int]], list[int]]


def ours(needs: Needs, goals: Sequence[int], steps: set[int]) -> list[int]:
    """Give our order."""
    return list(planning.plan(needs, goals).steps)


def edges(needs: Needs, steps: set[int]) -> list[tuple[int, int]]:
    """Give the edges among steps, of a group the first member that is there."""
    found = []
    for step in sorted(steps):
        found += [(need, step) for need in needs.hard[step] if need in steps]
        found += [
            (next(each for each in group if each in steps), step) for group in needs.groups[step]
        ]
    return found


def networkx_(needs: Needs, steps: set[int]) -> "nx.DiGraph[int]":
    """Give the steps as a graph of networkx."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(sorted(steps))
    graph.add_edges_from(edges(needs, steps))
    return graph


def topological(needs: Needs, goals: Sequence[int], steps: set[int]) -> list[int]:
    """Sort as networkx does."""
    return list(nx.topological_sort(networkx_(needs, steps)))


def lexicographic(needs: Needs, goals: Sequence[int], steps: set[int]) -> list[int]:
    """Sort by number where prerequisites leave a choice."""
    return list(nx.lexicographical_topological_sort(networkx_(needs, steps)))


def depth_first(needs: Needs, goals: Sequence[int], steps: set[int]) -> list[int]:
    """Go down from each goal to its prerequisites as they are written."""
    below: dict[int, list[int]] = {step: [] for step in steps}
    for need, step in edges(needs, steps):
        below[step].append(need)
    found: dict[int, None] = {}
    for goal in goals:
        waiting = [goal]
        while waiting:
            needs_first = [each for each in below[waiting[-1]] if each not in found]
            if needs_first:
                waiting.append(needs_first[0])
            else:
                found[waiting.pop()] = None
    return list(found)


def figures(needs: Needs, steps: list[int]) -> tuple[float, float, float]:
    """Give the mean gap between learning and using (1: at once), the share of cold uses, and needless changes of area a step."""
    position = {step: number for number, step in enumerate(steps)}
    gaps, cold, uses = [], 0, 0
    touched = dict(position)
    for need, step in sorted(edges(needs, set(steps)), key=lambda edge: position[edge[1]]):
        gaps.append(position[step] - position[need])
        cold += position[step] - touched[need] - 1 > WINDOW
        uses += 1
        touched[need] = position[step]
    changes = sum(needs.areas[a] != needs.areas[b] for a, b in pairwise(steps))
    excess = changes - (len({needs.areas[step] for step in steps}) - 1)
    return statistics.mean(gaps or [0]), cold / max(1, uses), excess / max(1, len(steps) - 1)


def quality(concepts: int) -> None:
    """Print how good the orders of some plans are."""
    needs = Needs.of(*layered(concepts, seed=concepts))
    chance = random.Random(1)
    queries: list[tuple[list[int], set[int]]] = []
    while len(queries) < QUERIES:
        goals = sorted(chance.sample(range(concepts), chance.choice([1, 1, 3])))
        steps = set(planning.plan(needs, goals).steps)
        if len(steps) >= 8:
            queries.append((goals, steps))
    orders: dict[str, Order] = {
        "learnpath": ours,
        "depth-first": depth_first,
        "networkx lexicographic": lexicographic,
        "networkx topological": topological,
    }
    mean = statistics.mean(len(steps) for _, steps in queries)
    print(f"\n{QUERIES} plans over {concepts:,} concepts, {mean:.0f} steps on average")
    print(f"{'order':24} {'mean gap':>9} {'cold uses':>10} {'needless changes of area':>25}")
    for name, order in orders.items():
        found = [figures(needs, order(needs, goals, steps)) for goals, steps in queries]
        gap, cold, excess = (statistics.mean(column) for column in zip(*found, strict=True))
        print(f"{name:24} {gap:9.2f} {cold:10.1%} {excess:25.3f}")


def timed(run: Callable[[], object]) -> float:
    """Run something three times; give the seconds of the quickest."""
    seconds = []
    for _ in range(3):
        begin = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


def scaling(concepts: int) -> None:
    """Print the time for a plan to all concepts that nothing uses, beside ancestors and topological sort elsewhere."""
    needs = Needs.of(*layered(concepts, seed=1))
    every = edges(needs, set(range(concepts)))
    used = {need for need, _ in every}
    goals = [concept for concept in range(concepts) if concept not in used]
    goal = max(goals)
    graph = networkx_(needs, set(range(concepts)))
    rust: rx.PyDiGraph[int, None] = rx.PyDiGraph()
    rust.add_nodes_from(range(concepts))
    rust.add_edges_from_no_data(every)

    def by_networkx(goals: list[int]) -> list[int]:
        steps = set(goals).union(*(nx.ancestors(graph, each) for each in goals[:1]))
        return list(nx.topological_sort(graph if len(goals) > 1 else graph.subgraph(steps)))

    def by_rustworkx(goals: list[int]) -> Sequence[int]:
        steps = sorted({*goals, *rx.ancestors(rust, goals[0])})
        return rx.topological_sort(rust if len(goals) > 1 else rust.subgraph(steps))

    for what, wanted in (("the last concept", [goal]), ("everything", goals)):
        seconds = [
            timed(lambda wanted=wanted: planning.plan(needs, wanted)),  # type: ignore[misc]
            timed(lambda wanted=wanted: by_networkx(wanted)),  # type: ignore[misc]
            timed(lambda wanted=wanted: by_rustworkx(wanted)),  # type: ignore[misc]
        ]
        steps = len(planning.plan(needs, wanted).steps)
        print(
            f"{concepts:9,} {what:17} {steps:7,} "
            + " ".join(f"{1000 * each:12,.1f}" for each in seconds)
            + f" {seconds[0] / seconds[1]:8.1f}"
        )


def main() -> None:
    """Print the tables."""
    for concepts in (60, 120, 300):
        quality(concepts)
    print(
        f"\n{'concepts':>9} {'plan for':17} {'steps':>7} {'learnpath ms':>12} {'networkx ms':>12} {'rustworkx ms':>12} {'ratio':>8}"
    )
    for concepts in SIZES:
        scaling(concepts)


if __name__ == "__main__":
    main()
