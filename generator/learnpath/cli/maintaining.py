"""The commands for those who keep a knowledge base: what a change does, and how the whole stands."""

import sys
import textwrap
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from unicodedata import east_asian_width

import click

from learnpath import building
from learnpath.cli.options import GRAPH, LANGUAGE, language_of
from learnpath.comparing import report
from learnpath.joining import in_one_line
from learnpath.measuring import as_json, measured
from learnpath.problems import NoBase, printable
from learnpath.views import Link, Views
from learnpath.views.stats import Section, sections


@click.command()
@click.argument("base", metavar="BASE")
@GRAPH
@LANGUAGE
@click.option(
    "--format",
    "form",
    type=click.Choice(sorted(report.FORMATS)),
    default="text",
    show_default=True,
)
def diff(base: str, folder: Path, language: str, form: str) -> None:
    """Tell what differs between BASE, a revision of git or the folder of a graph, and the graph as it is now.

    0 with or without differences, 1 where one of the two has errors, 2 where there is no such BASE.
    """
    try:
        found = building.compared_with(base, folder)
    except NoBase as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    speak = language_of(found.after, language)
    words = building.labels_of(found.after, speak)
    click.echo(report.FORMATS[form](found, base, words, speak), nl=False)
    sys.exit(1 if any(found.errors) else 0)


@click.command()
@GRAPH
@LANGUAGE
@click.option(
    "--format", "form", type=click.Choice(["json", "text"]), default="text", show_default=True
)
def stats(folder: Path, language: str, form: str) -> None:
    """Count what there is, what rests on what, and what is still missing."""
    base = building.sound(folder)
    speak = language_of(base, language)
    if form == "json":
        click.echo(as_json(measured(base, date.today())), nl=False)
        return
    views = Views(base, speak, building.labels_of(base, speak))
    click.echo("\n\n".join("\n".join(_told(section)) for section in sections(views)))


# Private functions


def _told(section: Section) -> Iterator[str]:
    yield section.title
    yield from _wrapped(section.about)
    if not section.rows:
        yield f"  {section.none}"
        return
    yield ""
    yield from _table([section.head, *section.rows])
    for each in section.folded:
        yield from ("", *_wrapped(f"{each.title}: {each.between.join(map(_shown, each.links))}"))


def _table(rows: Sequence[Sequence[str | Link]]) -> Iterator[str]:
    """Align the names to the left and the numbers to the right; a long name has a line of its own."""
    cells = [[_shown(each) for each in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    first = min(widths[0], 60)
    for name, *numbers in cells:
        if _width(name) > first:
            *above, name = textwrap.wrap(name, first)
            yield from (f"  {each}" for each in above)
        padded = [" " * (w - _width(n)) + n for n, w in zip(numbers, widths[1:], strict=True)]
        yield "  ".join(["", name + " " * (first - _width(name)), *padded]).rstrip()


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 100, initial_indent="  ", subsequent_indent="  ")


def _shown(cell: str | Link) -> str:
    return printable(cell if isinstance(cell, str) else in_one_line(cell.title))


def _width(text: str) -> int:
    """Count the columns of a terminal that a text takes: a Chinese sign takes two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
