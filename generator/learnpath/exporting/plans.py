"""A plan as JSON, and as a list to tick off."""

import json

from learnpath.plans import Planned, why


def plan_json(planned: Planned, *, hours: float | None = None) -> str:
    """Give a plan as JSON.

    `goals`, `known`, `choose` (the alternatives taken), `minutes` (the sum of the steps), `proven` (no other choice of
    alternatives is lighter), `hours` with `fits` (the steps that fit) where there is a budget, and for each of `steps`
    its `id`, `minutes` (null where ongoing or not estimated), `for` (the later steps that use it), `way` (to a goal),
    `refresh` (prerequisites untouched for long) and `choices` (for each alternative taken, the others with the
    minutes that the plan would take more).
    """
    whole = {
        "goals": planned.goals,
        "known": planned.known,
        "choose": planned.choose,
        "minutes": planned.minutes,
        "proven": planned.proven,
        **(
            {"hours": hours, "fits": [id for id in planned.ids if id in planned.fits]}
            if hours is not None
            else {}
        ),
        "steps": [
            {
                "id": step.concept.id,
                "minutes": step.concept.minutes,
                "for": step.uses,
                "way": step.way,
                "refresh": step.refresh,
                "choices": {each.taken: each.others for each in step.choices},
            }
            for step in planned.steps
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def plan_markdown(planned: Planned, language: str) -> str:
    """Give a plan as a list in Markdown to tick off."""
    base = planned.base

    def title(id: str) -> str:
        return base.say(base.concepts[id].title, language)

    lines = [f"# {' · '.join(title(id) for id in planned.goals)}\n\n"]
    for number, step in enumerate(planned.steps, 1):
        time = f" ({step.concept.minutes} min)" if step.concept.minutes else ""
        lines.append(f"{number}. [ ] {title(step.concept.id)}{time}\n")
        reason = next((why(base, use, step.concept.id, language) for use in step.uses), "")
        if step.uses:
            lines.append(f"    - → {title(step.uses[0])}{f': {reason}' if reason else ''}\n")
    return "".join(lines)
