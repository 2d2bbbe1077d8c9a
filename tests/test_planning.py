"""Plans, held to what a learner may expect of them, on graphs that Hypothesis makes and against exact answers."""

import random
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from learnpath import planning
from learnpath.planning import Needs
from learnpath.planning.ordering import order

Case = tuple[Needs, list[int], set[int]]


@st.composite
def cases(draw: st.DrawFn, most: int = 14) -> Case:
    """Give a graph with alternatives, some goals and some known concepts."""
    size = draw(st.integers(1, most))
    number = st.integers(0, 10**6)
    prerequisites = [
        [
            sorted({draw(number) % concept for _ in range(draw(st.integers(1, 3)))})
            for _ in range(draw(st.integers(0, 3)) if concept else 0)
        ]
        for concept in range(size)
    ]
    names = draw(st.permutations(range(size)))  # so that no number tells what comes first
    renamed: list[list[list[int]]] = [[] for _ in range(size)]
    for concept, lists in enumerate(prerequisites):
        renamed[names[concept]] = [[names[member] for member in each] for each in lists]
    minutes = [draw(st.sampled_from([None, 5, 20, 60, 240])) for _ in range(size)]
    areas = [draw(st.integers(0, 2)) for _ in range(size)]
    any_concept = st.integers(0, size - 1)
    goals = draw(st.sets(any_concept, min_size=1))
    return Needs.of(renamed, minutes, areas), sorted(goals), draw(st.sets(any_concept))


@given(cases())
def test_every_prerequisite_comes_before_its_use_and_nothing_known_is_asked_for(case: Case) -> None:
    needs, goals, known = case
    made = planning.plan(needs, goals, known)
    done = set(known)
    assert done.isdisjoint(made.steps)
    for step in made.steps:
        assert done.issuperset(needs.hard[step])
        assert all(not done.isdisjoint(group) for group in needs.groups[step])
        done.add(step)
    assert done.issuperset(goals)


@given(cases())
def test_nothing_is_needless(case: Case) -> None:
    needs, goals, known = case
    made = planning.plan(needs, goals, known)
    for step in set(made.steps) - set(goals):
        assert not reaches(needs, goals, known, set(made.steps) - {step})


@settings(max_examples=500)
@given(cases(most=11))
def test_no_other_choice_of_alternatives_is_lighter_where_that_is_proven(case: Case) -> None:
    needs, goals, known = case
    made = planning.plan(needs, goals, known)
    assert made.proven
    assert planning.weight(needs, made.steps) == lightest(needs, goals, known)


@given(cases())
def test_learning_a_step_removes_what_is_no_longer_needed_and_moves_nothing_else(
    case: Case,
) -> None:
    needs, goals, known = case
    made = planning.plan(needs, goals, known)
    for step in made.steps:
        after = planning.plan(needs, goals, known | {step}, made.picks)
        assert after.picks == made.picks
        kept = set(after.steps)
        assert [each for each in made.steps if each in kept] == list(after.steps)
        assert kept == planning.closure(needs, goals, known | {step}, made.picks)


@given(cases(), st.randoms())
def test_shuffling_edges_alternatives_and_goals_changes_nothing(
    case: Case, chance: random.Random
) -> None:
    needs, goals, known = case
    lists = [
        [*([each] for each in hard), *map(list, groups)]
        for hard, groups in zip(needs.hard, needs.groups, strict=True)
    ]
    for each in lists:
        chance.shuffle(each)
        for members in each:
            chance.shuffle(members)
    chance.shuffle(goals)
    again = planning.plan(Needs.of(lists, needs.minutes, needs.areas), goals, sorted(known))
    assert again == planning.plan(needs, sorted(goals), known)


@given(cases())
def test_a_plan_is_made_again_from_the_choices_it_tells(case: Case) -> None:
    needs, goals, known = case
    made = planning.plan(needs, goals, known)
    again = planning.plan(needs, goals, known, made.picks)
    assert (again.steps, again.picks) == (made.steps, made.picks)


@given(cases(), st.integers(0, 2000))
def test_what_fits_into_a_budget_can_be_learnt_and_reaches_whole_goals_first(
    case: Case, budget: int
) -> None:
    needs, goals, known = case
    made = planning.plan(needs, goals, known)
    fits = planning.within(needs, made, needs.minutes, budget)
    assert planning.weight(needs, fits) <= budget
    assert [step for step in made.steps if step in fits] == fits
    done = known | set(fits)
    for step in fits:
        assert done.issuperset(needs.hard[step])
    one = min(
        planning.weight(needs, planning.closure(needs, [goal], known, made.picks))
        for goal in made.goals
    )
    if one <= budget:
        assert not done.isdisjoint(goals), "the goal that costs least is reached"


@given(cases())
def test_the_reasons_lead_from_each_step_to_a_goal(case: Case) -> None:
    needs, goals, known = case
    made = planning.plan(needs, goals, known)
    position = {step: number for number, step in enumerate(made.steps)}
    for step, reason in zip(made.steps, planning.reasons_of(needs, made), strict=True):
        assert reason.way[0] == step
        assert reason.way[-1] in goals
        assert [position[each] for each in reason.way] == sorted(
            position[each] for each in reason.way
        )
        assert all(position[use] > position[step] for use in reason.uses)
        assert step in goals or reason.uses
        for choice in reason.choices:
            assert all(more >= 0 for _, more in choice.others), "the lightest was taken"


def test_a_prerequisite_that_lay_untouched_for_more_than_seven_steps_is_to_be_refreshed() -> None:
    for waits, expected in ((9, (0,)), (8, ())):  # step 1 uses it first
        chain = [[[number - 1]] for number in range(1, waits + 1)]  # each step uses the one before
        needs = Needs.of([[], *chain, [[0], [waits]]])
        made = planning.plan(needs, [waits + 1])
        assert planning.reasons_of(needs, made)[-1].refresh == expected


def test_a_chosen_alternative_is_taken_and_the_lighter_one_is_told() -> None:
    needs = Needs.of([[], [], [[0, 1]]], [30, 90, 60])
    made = planning.plan(needs, [2], choose=[1])
    assert made.steps == (1, 2)
    (choice,) = planning.reasons_of(needs, made)[1].choices
    assert (choice.taken, choice.others) == (1, ((0, -60),))


def test_a_group_with_a_known_member_asks_for_nothing() -> None:
    needs = Needs.of([[], [], [[0, 1]]], [30, 90, 60])
    assert planning.plan(needs, [2], [1]).steps == (2,)


def test_of_a_hundred_groups_the_choice_is_within_one_percent_of_the_best() -> None:
    chance = random.Random(20261125)
    for _ in range(8):
        needs = hundred_groups(chance)
        made = planning.plan(needs, [len(needs) - 1])
        assert sum(len(groups) for groups in needs.groups) == 100
        best = lightest_by_integer_program(needs, len(needs) - 1)
        assert best <= planning.weight(needs, made.steps) <= 1.01 * best
        assert not made.proven or planning.weight(needs, made.steps) == best


def test_the_order_is_close_to_the_best_one() -> None:
    chance = random.Random(20261125)
    for _ in range(300):
        before, minutes, areas = small_task(chance)
        steps = order(before, minutes, areas)
        best = cheapest_order(before, minutes, areas)
        assert cost(steps, before, minutes, areas) <= 1.10 * best


def test_a_circle_is_an_error() -> None:
    with pytest.raises(ValueError, match="circle"):
        order([[1], [0]], [60, 60], [0, 0])


# exact answers, by trying everything


def reaches(needs: Needs, goals: Sequence[int], known: set[int], steps: set[int]) -> bool:
    """Tell whether all goals can be learnt with these steps alone."""
    done, more = set(known), True
    while more:
        now = {
            step
            for step in steps - done
            if done.issuperset(needs.hard[step])
            and all(not done.isdisjoint(group) for group in needs.groups[step])
        }
        done |= now
        more = bool(now)
    return done.issuperset(goals)


def lightest(needs: Needs, goals: Sequence[int], known: set[int]) -> int:
    """Give the weight of the lightest plan, trying every member of every group that is not met."""

    @cache
    def least(steps: frozenset[int]) -> int:
        met = steps | known
        lacking = {need for step in steps for need in needs.hard[step]} - met
        if lacking:
            return least(steps | lacking)
        for step in steps:
            for group in needs.groups[step]:
                if met.isdisjoint(group):
                    return min(least(steps | {member}) for member in group)
        return planning.weight(needs, steps)

    return least(frozenset(goals) - known)


def hundred_groups(chance: random.Random) -> Needs:
    """Give a goal that needs a hundred concepts, each with two to four alternatives from a pool with edges of its own."""
    pool = chance.choice([60, 120, 200])
    prerequisites = [
        [[need] for need in chance.sample(range(concept), min(concept, chance.randint(0, 2)))]
        for concept in range(pool)
    ]
    for number in range(100):
        there = range(max(0, number - 40) if pool == 60 else 0, pool + number)
        prerequisites.append([chance.sample(there, chance.randint(2, 4))])
    prerequisites.append([[pool + number] for number in range(100)])
    minutes = [chance.choice([5, 10, 20, 30, 45, 60, 90, 120, 240]) for _ in prerequisites]
    return Needs.of(prerequisites, minutes)


def lightest_by_integer_program(needs: Needs, goal: int) -> int:
    """Give the weight of the lightest plan: a concept that is in is followed by one member of each of its groups."""
    size = len(needs)
    followed = [
        (concept, group)
        for concept in range(size)
        for group in (*((need,) for need in needs.hard[concept]), *needs.groups[concept])
    ]
    matrix = np.zeros((len(followed), size))
    for row, (concept, group) in enumerate(followed):
        matrix[row, list(group)] += 1
        matrix[row, concept] -= 1
    low = np.zeros(size)
    low[goal] = 1
    found = milp(
        np.array(needs.minutes),
        constraints=LinearConstraint(matrix, 0),
        integrality=np.ones(size),
        bounds=Bounds(low, 1),
    )
    assert found.success
    weight: float = found.fun
    return round(weight)


def small_task(chance: random.Random) -> tuple[list[list[int]], list[int], list[int]]:
    """Give up to sixteen steps of random density, in random order."""
    size, density = chance.randint(4, 16), chance.choice([0.1, 0.2, 0.3, 0.5])
    names = chance.sample(range(size), size)
    before: list[list[int]] = [[] for _ in range(size)]
    for step in range(size):
        before[names[step]] = sorted(
            names[need] for need in range(step) if chance.random() < density
        )
    minutes = [chance.choice([10, 30, 60, 120, 300]) for _ in range(size)]
    several = chance.choice([1, 2, 4])
    return before, minutes, [chance.randrange(several) for _ in range(size)]


def cost(
    steps: Sequence[int], before: list[list[int]], minutes: list[int], areas: list[int]
) -> int:
    """Sum up the minutes between learning and using over all edges, and the price of each change of area."""
    price = 2 * (sum(minutes) // len(minutes))
    ends, clock = {}, 0
    for step in steps:
        clock += minutes[step]
        ends[step] = clock
    waits = sum(ends[step] - ends[need] for step in steps for need in before[step])
    changes = sum(areas[a] != areas[b] for a, b in pairwise(steps))
    return waits + price * changes


def cheapest_order(before: list[list[int]], minutes: list[int], areas: list[int]) -> int:
    """Give the least cost of any order, by dynamic programming over what may have been learnt so far."""
    size, price = len(before), 2 * (sum(minutes) // len(minutes))
    needed = [sum(1 << need for need in needs) for needs in before]
    weights = [len(before[step]) - sum(step in needs for needs in before) for step in range(size)]
    found: dict[tuple[int, int], tuple[int, int]] = {(0, -1): (0, 0)}  # cost and clock
    for _ in range(size):
        longer: dict[tuple[int, int], tuple[int, int]] = {}
        for (learnt, area), (so_far, clock) in found.items():
            for step in range(size):
                if learnt >> step & 1 or needed[step] & ~learnt:
                    continue
                end = clock + minutes[step]
                total = so_far + weights[step] * end + price * (area not in (-1, areas[step]))
                key = (learnt | 1 << step, areas[step])
                if key not in longer or total < longer[key][0]:
                    longer[key] = (total, end)
        found = longer
    return min(total for total, _ in found.values())
