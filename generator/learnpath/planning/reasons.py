"""Why a step stands where it stands: what uses it, the way to a goal, what to refresh, what else could be learnt instead."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

WINDOW = 7
"""How many steps a prerequisite may lie untouched, neither learnt nor used, before it is worth a look again."""


@dataclass(frozen=True)
class Choice:
    """Alternatives, one of which was taken."""

    taken: int
    others: tuple[tuple[int, int | None], ...]
    """Each other member, and how many minutes more the whole plan would take with it; None where there are too many."""


@dataclass(frozen=True)
class Reason:
    """The reason of a step."""

    uses: tuple[int, ...]
    """The later steps that use it, in their order."""
    way: tuple[int, ...]
    """The shortest way from it to a goal, both included: each one uses the one before."""
    refresh: tuple[int, ...]
    """Its prerequisites in the plan that more than `WINDOW` steps have left untouched."""
    choices: tuple[Choice, ...] = ()


def reasons(
    steps: Sequence[int], before: Sequence[Sequence[int]], goals: Collection[int]
) -> list[Reason]:
    """Give the reason of each step, without its choices.

    Args:
        steps: the plan.
        before: for each step its prerequisites in the plan.
        goals: the goals.
    """
    position = {step: number for number, step in enumerate(steps)}
    uses: list[list[int]] = [[] for _ in steps]
    touched = list(range(len(steps)))  # where each step was last learnt or used
    refresh: list[list[int]] = [[] for _ in steps]
    for number, needs in enumerate(before):
        for need in needs:
            at = position[need]
            uses[at].append(steps[number])
            if number - touched[at] - 1 > WINDOW:
                refresh[number].append(need)
            touched[at] = number
    ways: list[tuple[int, ...]] = [()] * len(steps)
    for number in reversed(range(len(steps))):
        onward = [ways[position[use]] for use in uses[number]]
        is_goal = steps[number] in goals
        ways[number] = (steps[number], *(() if is_goal else min(onward, key=len, default=())))
    return [
        Reason(tuple(uses[number]), ways[number], tuple(refresh[number]))
        for number in range(len(steps))
    ]
