"""Random questions to the planner, each made from a number, and what Python answers: all in the form that JSON has."""

import random
from collections.abc import Sequence
from typing import Any

from learnpath import planning
from learnpath.planning import Needs

Case = dict[str, Any]
Answer = dict[str, Any]

FEW = 60
"""Alternatives taken up to which the reasons are asked for: each other one makes a plan anew."""


def random_case(seed: int) -> Case:
    """Give a graph as in graph.json with goals, known concepts, choices and a budget."""
    chance = random.Random(seed)
    size = round(10 * 200 ** chance.random() ** 1.5)  # 10 to 2,000, half of them below 65
    often = chance.choice([0, 0.05, 0.3, 0.8])  # how often a prerequisite has alternatives
    near = chance.choice([5, 30, size])  # how far below a prerequisite lies
    names = chance.sample(range(size), size)  # so that no number tells what comes first
    prerequisites: list[list[int | list[int]]] = [[] for _ in range(size)]
    for concept in range(1, size):
        below = names[max(0, concept - near) : concept]
        for _ in range(chance.choice([0, 1, 1, 2, 2, 3, 5])):
            members = [chance.choice(below) for _ in range(chance.randint(1, 4))]
            prerequisites[names[concept]].append(members if chance.random() < often else members[0])
    lengths: Sequence[int | None] = chance.choice(
        [[60], [1, 2, 3], [None, 0, 10, 30, 120], range(1, 500)]
    )
    several = chance.choice([0, 3, 10])
    far = names[-max(5, size // 10) :] if chance.random() < 0.7 else names
    share = chance.choice([0, 0, 0.02, 0.2, 0.5])
    return {
        "prerequisites": prerequisites,
        "minutes": [chance.choice(lengths) for _ in range(size)],
        "area": [chance.randint(-1, several) for _ in range(size)],
        "goals": chance.sample(far, chance.randint(1, 5)),
        "known": [each for each in range(size) if chance.random() < share],
        "choose": chance.sample(range(size), size // 5) if chance.random() < 0.2 else [],
        "budget": chance.randrange(60 * size),
    }


def answer(case: Case) -> Answer:
    """Give what the planner says to a case."""
    lists = [
        [each if isinstance(each, list) else [each] for each in needs]
        for needs in case["prerequisites"]
    ]
    needs = Needs.of(lists, case["minutes"], case["area"])
    made = planning.plan(needs, case["goals"], case["known"], case["choose"])
    told = planning.reasons_of(needs, made) if made.proven and len(made.picks) <= FEW else []
    minutes = [each or 0 for each in case["minutes"]]
    return {
        "goals": list(made.goals),
        "known": sorted(made.known),
        "steps": list(made.steps),
        "picks": list(made.picks),
        "proven": made.proven,
        "weight": planning.weight(needs, made.steps),
        "within": planning.within(needs, made, minutes, case["budget"]),
        "closure": sorted(planning.closure(needs, case["goals"], case["known"], case["choose"])),
        "uses": [list(each.uses) for each in told],
        "ways": [list(each.way) for each in told],
        "refresh": [list(each.refresh) for each in told],
        "choices": [
            [
                {"taken": choice.taken, "others": list(map(list, choice.others))}
                for choice in each.choices
            ]
            for each in told
        ],
    }
