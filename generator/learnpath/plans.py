"""Plans over a knowledge base: `planning` with ids in place of numbers, and what it says about each step.

`exporting` and the command line print them, the pages list some of them; the page `/plan/` computes the same itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from learnpath import planning
from learnpath.graph import numbered
from learnpath.model import Concept, KnowledgeBase, LearningPath

MOST_GOALS = 6
"""How many goals are offered where no guided path names any."""


@dataclass(frozen=True)
class Alternative:
    """One of several concepts that would do, taken for a step."""

    taken: str
    others: dict[str, int | None]
    """Each other one, and how many minutes more the whole plan would take with it; None where there are too many."""


@dataclass(frozen=True)
class PlannedStep:
    """A step of a plan and its reasons."""

    concept: Concept
    uses: tuple[str, ...]
    """The later steps that use it."""
    way: tuple[str, ...]
    """The shortest way from it to a goal, both included."""
    refresh: tuple[str, ...]
    """Its prerequisites that were last touched long before."""
    choices: tuple[Alternative, ...]


@dataclass(frozen=True)
class Planned:
    """The plan from what is known to some goals."""

    base: KnowledgeBase
    goals: tuple[str, ...]
    known: tuple[str, ...]
    choose: tuple[str, ...]
    """The alternatives taken; given back, they give the same plan."""
    proven: bool
    """Whether no other choice of alternatives is lighter."""
    steps: tuple[PlannedStep, ...]
    fits: frozenset[str]
    """The steps that fit into the budget; all where there is none."""

    @property
    def ids(self) -> list[str]:
        """The steps as ids, in order."""
        return [step.concept.id for step in self.steps]

    @property
    def minutes(self) -> int:
        """The minutes of all steps that state them."""
        return minutes_of(self.steps)


def minutes_of(steps: Iterable[PlannedStep]) -> int:
    """Sum up the minutes of the steps that state them."""
    return sum(step.concept.minutes or 0 for step in steps)


class Planner:
    """Makes plans over one knowledge base, which must have no errors."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.ids, prerequisites, minutes, areas, _ = numbered(base)
        self.needs = planning.Needs.of(prerequisites, minutes, areas)
        self._index = {id: number for number, id in enumerate(self.ids)}
        self._minutes = [each or 0 for each in minutes]

    def plan(
        self,
        goals: Iterable[str],
        known: Iterable[str] = (),
        choose: Sequence[str] = (),
        budget: int | None = None,
    ) -> Planned:
        """Make the plan for some goals; `budget` is in minutes."""
        made = planning.plan(
            self.needs, self._numbers(goals), self._numbers(known), self._numbers(choose)
        )
        steps = tuple(
            PlannedStep(
                self.base.concepts[self.ids[number]],
                self._names(reason.uses),
                self._names(reason.way),
                self._names(reason.refresh),
                tuple(
                    Alternative(
                        self.ids[choice.taken],
                        {self.ids[other]: more for other, more in choice.others},
                    )
                    for choice in reason.choices
                ),
            )
            for number, reason in zip(
                made.steps, planning.reasons_of(self.needs, made), strict=True
            )
        )
        fits = (
            made.steps
            if budget is None
            else planning.within(self.needs, made, self._minutes, budget)
        )
        return Planned(
            self.base,
            self._names(made.goals),
            self._names(sorted(made.known)),
            self._names(made.picks),
            made.proven,
            steps,
            frozenset(self._names(fits)),
        )

    def below(self, ids: Iterable[str]) -> set[str]:
        """Give concepts and all they rest on; of alternatives those that are there anyway, else the first."""
        return set(self._names(planning.closure(self.needs, self._numbers(ids))))

    def in_order(self, ids: Iterable[str]) -> list[str]:
        """Put concepts into the order in which they are best learnt."""
        return list(self._names(planning.in_order(self.needs, set(self._numbers(ids)))))

    def _numbers(self, ids: Iterable[str]) -> list[int]:
        return [self._index[id] for id in ids]

    def _names(self, numbers: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.ids[number] for number in numbers)


@lru_cache(maxsize=1)  # the views of all languages ask for the same one
def planner(base: KnowledgeBase) -> Planner:
    """Give the planner of a knowledge base."""
    return Planner(base)


def main_goals(base: KnowledgeBase, paths: Iterable[LearningPath]) -> list[str]:
    """Give what is worth reaching: where the guided paths end, else what nothing uses and rests on most."""
    found = dict.fromkeys(path.steps[-1].concept for path in paths if path.order == "prerequisites")
    if found:
        return list(found)
    used = {
        member
        for concept in base.concepts.values()
        for need in concept.prerequisites
        for member in need.members
    }
    below = planner(base).below
    ends = sorted((-len(below([id])), id) for id in base.concepts if id not in used)
    return [id for _, id in ends[:MOST_GOALS]]


def why(base: KnowledgeBase, concept: str, prerequisite: str, language: str) -> str:
    """Say what exactly a concept needs from a prerequisite; "" where that is not told."""
    for each in base.concepts[concept].prerequisites:
        if prerequisite in each.members:
            return base.say(each.why, language)
    return ""
