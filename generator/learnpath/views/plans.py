"""What the page `/plan/` says before a reader asks: plans for the main goals."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from learnpath.model import Concept, LearningPath
from learnpath.plans import Planned, main_goals, planner
from learnpath.views.telling import told

if TYPE_CHECKING:
    from learnpath.views import View, Views


def page(views: "Views", paths: Iterable[LearningPath]) -> "View":
    """Give the page on which plans are made; `paths` are the guided paths in their order."""
    here = "plan/index"
    view = views.view(
        here,
        views.labels["plan"],
        "plan",
        f"{views.base.folder}/paths",
        description=views.labels["plan-about"],
        tells=told("plan", views.labels),
        ready=[
            _ready_made(views, planner(views.base).plan([goal]), here)
            for goal in main_goals(views.base, paths)
        ],
    )
    return replace(view, meta={"hide": ["toc"], **view.meta})


# Private functions


def _ready_made(views: "Views", planned: Planned, here: str) -> dict[str, Any]:
    goal = planned.base.concepts[planned.goals[0]]

    def time(concept: Concept) -> str:
        return views.time(concept.minutes, concept.ongoing)

    return {
        "goal": goal.id,
        "title": views.say(goal.title),
        "length": views.length(len(planned.steps), planned.minutes),
        "steps": [
            {"link": views.concept_link(step.concept, here), "time": time(step.concept)}
            for step in planned.steps
        ],
    }
