"""What the planner reads: for each concept what it rests on, how long it takes, and its area. Concepts are integers.

The form is canonical, so that the order in which somebody wrote files, edges or alternatives changes no plan.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

UNKNOWN_MINUTES = 60
"""What a concept weighs that states no minutes."""


@dataclass(frozen=True)
class Needs:
    """A graph of concepts, which must have no circles."""

    hard: tuple[tuple[int, ...], ...]
    """For each concept the prerequisites without an alternative, ascending."""
    groups: tuple[tuple[tuple[int, ...], ...], ...]
    """For each concept its groups of alternatives, of which one is enough; all ascending."""
    minutes: tuple[int, ...]
    """What each concept weighs, at least 1."""
    areas: tuple[int, ...]
    """The area of each concept as a number; changing it is a change of topic."""

    @classmethod
    def of(
        cls,
        prerequisites: Sequence[Sequence[Iterable[int]]],
        minutes: Sequence[int | None] = (),
        areas: Sequence[int] = (),
    ) -> "Needs":
        """Bring a graph into this form.

        Args:
            prerequisites: for each concept lists of alternatives; a list of one has no alternative.
            minutes: of each concept, `None` where unknown; all unknown if not given.
            areas: of each concept; all the same if not given.
        """
        hard, groups = [], []
        for lists in prerequisites:
            members = {tuple(sorted(set(each))) for each in lists}
            alone = {each[0] for each in members if len(each) == 1}
            hard.append(tuple(sorted(alone)))
            groups.append(  # one that holds a hard prerequisite is met already
                tuple(sorted(each for each in members if len(each) > 1 and alone.isdisjoint(each)))
            )
        size = len(hard)
        weights = [max(1, UNKNOWN_MINUTES if each is None else each) for each in minutes]
        return cls(
            tuple(hard),
            tuple(groups),
            tuple(weights) if weights else (UNKNOWN_MINUTES,) * size,
            tuple(areas) if areas else (0,) * size,
        )

    def __len__(self) -> int:
        return len(self.hard)
