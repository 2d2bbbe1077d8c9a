"""Goals and known concepts → the plan: which steps, in which order, and why. Pure lists and integers.

The plan of some goals is made in three moves, each explained where it is done:

1. `choosing`: where one of several concepts is enough, take those that make the whole lightest.
2. `ordering`: put all that the goals rest on, known or not, into the order in which what is learnt is used soon.
3. Leave out what is known, and what is needed for known concepts only.

Because the order is made before the known concepts are left out, learning a step removes it from the plan and moves
nothing else. The choices are kept for the same reason: a plan tells which it made (`picks`), and whoever gives them
back gets the same plan, whatever has been learnt in between.

`assets/plan.js` is the same algorithm for the page; both give the same plan for every input, to the last step.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from learnpath.planning.choosing import cheapest
from learnpath.planning.needs import Needs
from learnpath.planning.ordering import order
from learnpath.planning.reasons import Choice, Reason, reasons

__all__ = [
    "Choice",
    "Needs",
    "Plan",
    "Reason",
    "closure",
    "in_order",
    "plan",
    "reasons_of",
    "weight",
    "within",
]


COMPARED = 60
"""Alternatives taken up to which the others are compared with them, each in a plan of its own."""


@dataclass(frozen=True)
class Plan:
    """The steps from what is known to the goals."""

    goals: tuple[int, ...]
    known: frozenset[int]
    steps: tuple[int, ...]
    """The concepts to learn, in order."""
    picks: tuple[int, ...]
    """The alternatives taken, known ones included: a group is met by the first of these that it holds."""
    proven: bool
    """Whether no other choice of alternatives is lighter."""


def plan(
    needs: Needs, goals: Iterable[int], known: Iterable[int] = (), choose: Sequence[int] = ()
) -> Plan:
    """Make the plan for some goals.

    Args:
        needs: the graph, without circles.
        goals: what is to be reached.
        known: what is understood; what only known concepts need is not asked for.
        choose: alternatives to take, the first that a group holds; such as the `picks` of a former plan.
    """
    goals, known = tuple(sorted(set(goals))), frozenset(known)
    wanted, proven = cheapest(needs, goals, known, choose)
    picks = _picks(needs, wanted, known, choose)
    if known:
        whole, _ = cheapest(needs, goals, (), picks)
        picks = _picks(needs, whole, (), picks)
    canonical = in_order(needs, closure(needs, goals, (), picks), picks)
    asked = closure(needs, goals, known, picks)
    return Plan(goals, known, tuple(step for step in canonical if step in asked), picks, proven)


def closure(
    needs: Needs, goals: Iterable[int], known: Collection[int] = (), picks: Sequence[int] = ()
) -> set[int]:
    """Give the goals and all they rest on, stopping at what is known.

    A group is met by a known member, else by the first of `picks` that it holds, else by one that is needed anyway,
    else by its first.
    """
    known, rank = set(known), _ranks(picks)
    found: set[int] = set()
    waiting = [goal for goal in goals if goal not in known]
    undecided: list[tuple[int, ...]] = []
    while waiting or undecided:
        if not waiting:
            group = undecided.pop()
            if found.isdisjoint(group):
                waiting.append(group[0])
            continue
        concept = waiting.pop()
        if concept in found:
            continue
        found.add(concept)
        waiting += [need for need in needs.hard[concept] if need not in known]
        for group in needs.groups[concept]:
            if known.isdisjoint(group):
                pick = _pick(group, rank)
                if pick is None:
                    undecided.append(group)
                else:
                    waiting.append(pick)
    return found


def in_order(needs: Needs, chosen: Collection[int], picks: Sequence[int] = ()) -> list[int]:
    """Put concepts into the order in which they are best learnt; what they need outside is left aside.

    Raises:
        ValueError: they go round in a circle.
    """
    concepts = sorted(chosen)
    local = {concept: number for number, concept in enumerate(concepts)}
    rank = _ranks(picks)
    before = [[local[need] for need in _used(needs, concept, local, rank)] for concept in concepts]
    steps = order(
        before, [needs.minutes[each] for each in concepts], [needs.areas[each] for each in concepts]
    )
    return [concepts[step] for step in steps]


def reasons_of(needs: Needs, made: Plan) -> list[Reason]:
    """Give the reason of each step of a plan."""
    steps, rank = set(made.steps), _ranks(made.picks)
    before = [_used(needs, step, steps, rank, made.known) for step in made.steps]
    found = reasons(made.steps, before, made.goals)
    return [
        replace(each, choices=_choices(needs, made, step, rank))
        for step, each in zip(made.steps, found, strict=True)
    ]


def weight(needs: Needs, steps: Iterable[int]) -> int:
    """Sum up the minutes of steps, each at least 1."""
    return sum(needs.minutes[step] for step in steps)


def within(needs: Needs, made: Plan, minutes: Sequence[int], budget: int) -> list[int]:
    """Give the steps of a plan that fit into a budget: whole goals first, the cheap ones before, then as far as it goes.

    Args:
        needs: the graph of the plan.
        made: the plan.
        minutes: what each concept takes, 0 where that is not told.
        budget: the minutes there are.
    """
    taken: set[int] = set()
    left = budget
    goals = [goal for goal in made.goals if goal not in made.known]
    while goals:
        more = {goal: closure(needs, [goal], made.known, made.picks) - taken for goal in goals}
        goal = min(goals, key=lambda each: (sum(minutes[step] for step in more[each]), each))
        price = sum(minutes[step] for step in more[goal])
        if price > left:
            break
        taken |= more[goal]
        left -= price
        goals.remove(goal)
    for step in made.steps:
        if step in taken:
            continue
        left -= minutes[step]
        if left < 0:
            break
        taken.add(step)
    return [step for step in made.steps if step in taken]


# Private functions


def _ranks(picks: Sequence[int]) -> dict[int, int]:
    return {pick: rank for rank, pick in reversed(list(enumerate(picks)))}


def _pick(group: Iterable[int], rank: dict[int, int]) -> int | None:
    """Give the member of a group that comes first among the picks."""
    return min((each for each in group if each in rank), key=rank.__getitem__, default=None)


def _picks(
    needs: Needs, inside: set[int], known: Collection[int], picks: Sequence[int]
) -> tuple[int, ...]:
    """Add to the picks what meets the groups of a set that none of them meets."""
    rank, found, known = _ranks(picks), list(picks), set(known)
    for concept in sorted(inside):
        for group in needs.groups[concept]:
            if known.isdisjoint(group) and _pick(group, rank) is None:
                pick = next(member for member in group if member in inside)
                rank[pick] = len(found)
                found.append(pick)
    return tuple(found)


def _used(
    needs: Needs,
    concept: int,
    chosen: Collection[int],
    rank: dict[int, int],
    known: Collection[int] = (),
) -> list[int]:
    """Give the prerequisites of a concept among the chosen, of each group that is not known the one that was taken."""
    found = {need for need in needs.hard[concept] if need in chosen}
    for group in needs.groups[concept]:
        members = [member for member in group if member in chosen]
        if members and not any(member in known for member in group):
            pick = _pick(members, rank)
            found.add(members[0] if pick is None else pick)
    return sorted(found)


def _choices(needs: Needs, made: Plan, step: int, rank: dict[int, int]) -> tuple[Choice, ...]:
    """Give the groups that were met for a step, and what each other member would cost."""
    found = []
    for group in needs.groups[step]:
        taken = _pick(group, rank)
        if taken is None or not made.known.isdisjoint(group):
            continue
        others = []
        for other in group:
            if other != taken:
                more = _more_with(needs, made, other) if len(made.picks) <= COMPARED else None
                others.append((other, more))
        found.append(Choice(taken, tuple(others)))
    return tuple(found)


def _more_with(needs: Needs, made: Plan, other: int) -> int:
    """Give the minutes that a plan would take more with another alternative."""
    instead, _ = cheapest(needs, made.goals, made.known, (other, *made.picks))
    return weight(needs, instead) - weight(needs, made.steps)
