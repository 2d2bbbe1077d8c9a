"""The command that makes a plan."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click

from learnpath import building, exporting
from learnpath.cli.options import GRAPH, LANGUAGE, language_of
from learnpath.model import KnowledgeBase
from learnpath.plans import Planned, PlannedStep, Planner, minutes_of, why
from learnpath.problems import LearnpathError, unknown


@click.command()
@click.argument("goals", metavar="GOAL…", nargs=-1, required=True)
@click.option(
    "--known",
    metavar="ID,…",
    multiple=True,
    help="What is understood already; ID* means all that it rests on too.",
)
@click.option(
    "--choose",
    metavar="ID,…",
    multiple=True,
    help="Alternatives to take where one of several is enough.",
)
@click.option(
    "--hours",
    type=click.FloatRange(min=0, min_open=True),
    help="Tell what fits into so many hours: whole goals first, then as far as they go.",
)
@GRAPH
@LANGUAGE
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "markdown", "text"]),
    default="text",
    show_default=True,
)
def plan(
    goals: tuple[str, ...],
    known: tuple[str, ...],
    choose: tuple[str, ...],
    hours: float | None,
    folder: Path,
    language: str,
    form: str,
) -> None:
    """Print the steps from what is known to the goals, each with its reasons."""
    base = building.sound(folder)
    speak = language_of(base, language)
    planner = Planner(base)
    names = _Names(base)
    wanted, taken = names.read(goals), names.read(choose)
    understood = {
        id
        for name in _split(known)
        for id in (
            planner.below(names.read([name[:-1]])) if name.endswith("*") else names.read([name])
        )
    }
    names.must_all_be_known()
    made = planner.plan(wanted, understood, taken, None if hours is None else round(hours * 60))
    if form == "json":
        click.echo(exporting.plan_json(made, hours=hours), nl=False)
    elif form == "markdown":
        click.echo(exporting.plan_markdown(made, speak), nl=False)
    else:
        click.echo("\n".join(_Text(made, speak).lines(hours)))


class _Names:
    """Reads names of concepts, and collects the wrong ones, so that all are told at once."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._concepts: Mapping[str, object] = base.concepts
        self._former = {
            former: concept.id for concept in base.concepts.values() for former in concept.formerly
        }
        self._wrong: list[str] = []

    def read(self, names: Iterable[str]) -> list[str]:
        """Give the ids of concepts that are there; a former id stands for the present one."""
        found = []
        for name in _split(names):
            id = name if name in self._concepts else self._former.get(name)
            if id:
                found.append(id)
            else:
                self._wrong.append(unknown("concept", name, self._concepts))
        return found

    def must_all_be_known(self) -> None:
        """Stop if there were wrong ones.

        Raises:
            LearnpathError: each of them in a line of its own.
        """
        if self._wrong:
            raise LearnpathError("\n".join(self._wrong))


class _Text:
    """Prints a plan for people."""

    def __init__(self, made: Planned, language: str) -> None:
        self._made, self._base, self._language = made, made.base, language

    def lines(self, hours: float | None) -> list[str]:
        """Give the lines."""
        made = self._made
        here, later = (
            [step for step in made.steps if (step.concept.id in made.fits) == fits]
            for fits in (True, False)
        )
        lines = [f"To: {self._titles(made.goals)}", *self._stories()]
        if not made.steps:
            return [*lines, "Nothing is left to learn."]
        lines.append(self._sum(made.steps))
        if not made.proven:
            lines.append("Other choices of alternatives may be lighter; not all were tried.")
        if hours is not None:
            lines += ["", f"Into {hours:g} h fits: {self._sum(here) if here else 'no whole step'}"]
        number = {step.concept.id: number for number, step in enumerate(made.steps, 1)}
        for step in here:
            lines += ["", *self._step(number[step.concept.id], step)]
        if later:
            lines += ["", f"Left for later: {self._sum(later)}"]
            lines += [f"{number[step.concept.id]:3}. {self._head(step)}" for step in later]
        return lines

    def _step(self, number: int, step: PlannedStep) -> list[str]:
        lines = [f"{number:3}. {self._head(step)}"]
        if step.concept.id in self._made.goals:
            lines.append("     a goal")
        for a, b in zip(step.way, step.way[1:], strict=False):
            reason = why(self._base, b, a, self._language)
            lines.append(f"     → {self._title(b)}{f': {reason}' if reason else ''}")
        others = [use for use in step.uses if use not in step.way]
        if others:
            lines.append(f"     also used by {self._titles(others)}")
        if step.refresh:
            lines.append(f"     refresh first: {self._titles(step.refresh)}")
        for choice in step.choices:
            lines += [
                f"     {self._title(choice.taken)} rather than {self._title(other)} ({other}){_price(more)}"
                for other, more in choice.others.items()
            ]
        return lines

    def _head(self, step: PlannedStep) -> str:
        concept = step.concept
        time = (
            "practised for years"
            if concept.ongoing
            else f"{concept.minutes} min"
            if concept.minutes
            else ""
        )
        return f"{self._title(concept.id)} ({concept.id})  {time}".rstrip()

    def _sum(self, steps: Sequence[PlannedStep]) -> str:
        minutes, count = minutes_of(steps), len(steps)
        ongoing = sum(step.concept.ongoing for step in steps)
        open_ = sum(not step.concept.ongoing and not step.concept.minutes for step in steps)
        return "".join(
            [
                f"{count} step{'s' if count != 1 else ''}",
                f", about {minutes / 60:.3g} h" if minutes else "",
                f"; {ongoing} practised for years and not counted" if ongoing else "",
                f"; {open_} without an estimate" if open_ else "",
            ]
        )

    def _stories(self) -> list[str]:
        """Point to the paths that tell a story which ends at a goal."""
        return [
            f"{self._title(path.steps[-1].concept)} is where a story ends rather than a lesson; it is told by: learnpath path show {path.id}"
            for path in building.paths_in_order(self._base)
            if path.order == "story" and path.steps[-1].concept in self._made.goals
        ]

    def _title(self, id: str) -> str:
        return self._base.say(self._base.concepts[id].title, self._language)

    def _titles(self, ids: Iterable[str]) -> str:
        return ", ".join(map(self._title, ids))


# Private functions


def _split(names: Iterable[str]) -> list[str]:
    return [name.strip() for each in names for name in each.split(",") if name.strip()]


def _price(more: int | None) -> str:
    """Say what an alternative that was not taken would cost."""
    if more is None:
        return ""
    return f", which takes {more} min more" if more >= 0 else f", which saves {-more} min"
