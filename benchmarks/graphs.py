"""Realistic graphs of any size for the benchmarks."""

import random

AREA = 25  # concepts in an area, about
RECENT = 8  # how far back prerequisites in the same area lie
LAST = 4  # how many concepts of an area others build on
OUTSIDE = 0.2  # of the prerequisites lie in an earlier area
ALTERNATIVES = 0.05  # of the prerequisites have some

Graph = tuple[list[list[list[int]]], list[int], list[int]]


def layered(concepts: int, seed: int) -> Graph:
    """Give the prerequisites, minutes and areas of concepts; areas stand in layers, about as many as in each layer.

    Most prerequisites lie in the concept's own area and not far back, the others among the last concepts of an area
    of one of the two layers below. Each prerequisite is a list of alternatives, mostly of one.
    """
    chance = random.Random(seed)
    firsts = [0]  # of each area
    while firsts[-1] + AREA < concepts:
        firsts.append(firsts[-1] + chance.randint(AREA // 2, AREA * 3 // 2))
    firsts = [first for first in firsts if first < concepts]
    ends = [*firsts[1:], concepts]
    layer = round(len(firsts) ** 0.5)  # areas in one
    prerequisites: list[list[list[int]]] = []
    areas: list[int] = []
    for area, (first, end) in enumerate(zip(firsts, ends, strict=True)):
        for concept in range(first, end):
            needs: set[tuple[int, ...]] = set()
            for _ in range(chance.choice([1, 1, 2, 2, 3])):
                below = range(max(first, concept - RECENT), concept)
                earlier = area - area % layer - chance.randint(1, 2 * layer)
                if earlier >= 0 and (not below or chance.random() < OUTSIDE):
                    below = range(max(firsts[earlier], ends[earlier] - LAST), ends[earlier])
                several = chance.randint(2, 3) if chance.random() < ALTERNATIVES else 1
                if below:
                    needs.add(tuple(sorted(chance.sample(below, min(several, len(below))))))
            prerequisites.append([list(each) for each in sorted(needs)])
            areas.append(area)
    minutes = [chance.choice([15, 30, 45, 60, 90, 120, 240]) for _ in range(concepts)]
    return prerequisites, minutes, areas
