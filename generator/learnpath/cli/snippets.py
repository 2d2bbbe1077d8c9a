"""The commands for snippets: run them, keep their runs, list them."""

import datetime
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import click

from learnpath import building, problems
from learnpath.cli.options import FORM, GRAPH, LANGUAGE, language_of
from learnpath.model import KnowledgeBase
from learnpath.problems import Problem, UnknownName, errors_in
from learnpath.snippets.judging import excerpt, jobs, problems_of, record
from learnpath.snippets.running import CACHE, Cache, Outcome, Pool, dask, local, run

IDS = click.argument("ids", metavar="[ID]…", nargs=-1)
JOBS = click.option(
    "--jobs",
    "processes",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    show_default="one a core",
    help="How many run at the same time.",
)
DASK = click.option(
    "--dask",
    "address",
    metavar="ADDRESS",
    help="Run on the workers of the dask cluster whose scheduler is at ADDRESS, such as tcp://127.0.0.1:8786.",
)
FRESH = click.option("--fresh", is_flag=True, help="Run everything, whatever the cache holds.")


@click.group()
def snippets() -> None:
    """Run the snippets, keep their runs, list them."""


@snippets.command("run")
@IDS
@GRAPH
@JOBS
@DASK
@FRESH
@FORM
def run_(
    ids: tuple[str, ...], folder: Path, processes: int, address: str | None, fresh: bool, form: str
) -> None:
    """Execute the snippets whose code, data or packages changed since they last ran well: 0 all ran, 1 some failed."""
    base, broken = _read(folder, ids)
    found = list(broken)
    begin, cached = time.monotonic(), 0
    for outcome in _outcomes(base, ids, folder, processes, address, fresh):
        wrong = list(problems_of(base, outcome))
        cached += outcome.cached
        found += wrong
        if form == "text":
            _tell(wrong, outcome)
    if form == "text":
        click.echo(problems.as_text(broken), nl=False)
        failed = {each.place.file for each in errors_in(found)}
        count = len(ids or base.snippets)
        click.echo(
            f"{count} snippets, {cached} of them from the cache, {len(failed)} failed, {time.monotonic() - begin:.1f} s",
            err=True,
        )
    else:
        click.echo(problems.FORMATS[form](sorted(found)), nl=False)
    sys.exit(1 if errors_in(found) else 0)


@snippets.command("record")
@IDS
@GRAPH
@JOBS
@DASK
@FRESH
def record_(
    ids: tuple[str, ...], folder: Path, processes: int, address: str | None, fresh: bool
) -> None:
    """Keep what the snippets give as the runs that the site shows: 0 all kept, 1 some failed."""
    base, broken = _read(folder, ids)
    click.echo(problems.as_text(broken), nl=False)
    failed, day = bool(broken), datetime.datetime.now(datetime.UTC).date().isoformat()
    for outcome in _outcomes(base, ids, folder, processes, address, fresh):
        if outcome.failure:
            failed = True
            _tell(list(problems_of(base, outcome)), outcome)
        elif record(base, outcome, day):
            click.echo(f"{outcome.id}: recorded")
    sys.exit(1 if failed else 0)


@snippets.command("list")
@GRAPH
@LANGUAGE
def list_(folder: Path, language: str) -> None:
    """List the snippets: id, runtime, minutes, day of the recorded run, title."""
    base = building.sound(folder)
    speak = language_of(base, language)
    for each in base.snippets.values():
        ran = base.runs[each.id].ran if each.id in base.runs else "not recorded"
        title = base.say(each.title, speak)
        click.echo(f"{each.id:32} {each.runtime:10} {each.minutes:3} min  {ran:12}  {title}")


# Private functions


def _read(folder: Path, ids: Iterable[str]) -> tuple[KnowledgeBase, list[Problem]]:
    """Read the knowledge base; give the errors in scripts, which keep only those from running."""
    base, found = building.checked(folder)
    scripts = [
        each for each in errors_in(found) if each.place.file.startswith(f"{base.snippet_folder}/")
    ]
    for id in ids:
        if id not in base.snippets and id not in base.unread:
            raise UnknownName("snippet", id, base.snippets)
    return base, scripts


def _outcomes(
    base: KnowledgeBase,
    ids: tuple[str, ...],
    folder: Path,
    processes: int,
    address: str | None,
    fresh: bool,
) -> Iterable[Outcome]:
    """Run snippets, with a bar of progress where somebody watches."""
    wanted = [id for id in dict.fromkeys(ids or base.snippets) if id in base.snippets]
    cache = Cache(folder.resolve().parent / CACHE)

    def pool() -> Pool:
        return dask(address) if address is not None else local(processes)

    outcomes = run(jobs(base, wanted), cache, pool, fresh=fresh)
    with click.progressbar(
        outcomes,
        length=len(wanted),
        label="Running",
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
        item_show_func=lambda outcome: outcome.id if outcome else "",
    ) as bar:
        yield from bar


def _tell(wrong: list[Problem], outcome: Outcome) -> None:
    click.echo(problems.as_text(wrong), nl=False)
    if outcome.failure:
        click.echo(excerpt(outcome.failure), nl=False)
