"""Goals and known concepts → the steps between them. Pure lists and integers: it knows neither records nor files.

A concept is an index; its needs are lists of alternatives, of which one must be learnt first.
The order is a lexicographic topological sort: of all concepts whose needs are met, the smallest index comes next.
"""

import heapq
from collections.abc import Collection, Iterable, Sequence

Needs = Sequence[Sequence[Sequence[int]]]


def closure(needs: Needs, goals: Iterable[int], known: Collection[int] = ()) -> set[int]:
    """Give the goals and all they rest on, stopping at what is known.

    Of alternatives a known one serves, then one that is needed anyway, then the first.
    """
    known = set(known)
    found: set[int] = set()
    waiting = [goal for goal in goals if goal not in known]
    choices: list[Sequence[int]] = []
    while waiting or choices:
        if not waiting:
            alternatives = choices.pop()
            if not found.intersection(alternatives):
                waiting.append(alternatives[0])
            continue
        concept = waiting.pop()
        if concept in found:
            continue
        found.add(concept)
        for alternatives in needs[concept]:
            if known.intersection(alternatives):
                continue
            if len(alternatives) == 1:
                waiting.append(alternatives[0])
            else:
                choices.append(alternatives)
    return found


def order(needs: Needs, chosen: Collection[int]) -> list[int]:
    """Put the chosen concepts into an order in which nothing comes before what it needs.

    Raises:
        ValueError: the chosen concepts go round in a circle.
    """
    chosen = set(chosen)
    uses: dict[int, list[int]] = {concept: [] for concept in chosen}
    missing: dict[int, int] = {}
    for concept in sorted(chosen):
        before = {
            need for alternatives in needs[concept] for need in alternatives if need in chosen
        }
        missing[concept] = len(before)
        for need in before:
            uses[need].append(concept)
    ready = [concept for concept, count in missing.items() if count == 0]
    heapq.heapify(ready)
    steps: list[int] = []
    while ready:
        concept = heapq.heappop(ready)
        steps.append(concept)
        for use in uses[concept]:
            missing[use] -= 1
            if missing[use] == 0:
                heapq.heappush(ready, use)
    if len(steps) < len(chosen):
        raise ValueError("the concepts go round in a circle")
    return steps
