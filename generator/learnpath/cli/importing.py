"""The commands that bring in graphs of other formats."""

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from learnpath import building, exporting, importing, problems
from learnpath.importing import Columns, Imported
from learnpath.problems import LearnpathError, errors_in
from learnpath.tabular import LIST, OR

SOURCE = click.argument("source", type=click.Path(path_type=Path))
FOLDER = click.argument("folder", type=click.Path(path_type=Path))
TITLE = click.option("--title", default="", help="The title of the knowledge base.")
IN_LANGUAGE = click.option(
    "--language",
    default="en",
    show_default=True,
    metavar="CODE",
    help="The language of texts that name none.",
)


@click.group("import")
def import_() -> None:
    """Bring in a graph that is kept elsewhere: SOURCE in another format becomes the graph in FOLDER."""


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """Add what every format is told in the same way."""
    for option in (
        click.option("--force", is_flag=True, help="Replace the graph that stands in FOLDER."),
        click.option(
            "--silence", is_flag=True, help="Silence the warnings that the graph comes with."
        ),
        TITLE,
        FOLDER,
        SOURCE,
    ):
        command = option(command)
    return command


@import_.command("csv")
@_options
@IN_LANGUAGE
@click.option("--id-column", default="", metavar="NAME", help="The column of the ids.")
@click.option("--title-column", default="", metavar="NAME", help="The column of the titles.")
@click.option(
    "--prerequisites-column", default="", metavar="NAME", help="The column of the prerequisites."
)
@click.option("--area-column", default="", metavar="NAME", help="The column of the areas.")
@click.option(
    "--delimiter",
    default="",
    metavar="SIGN",
    help="What stands between columns; found out if not given.",
)
@click.option(
    "--separator",
    default=LIST,
    show_default=True,
    metavar="SIGN",
    help="What stands between prerequisites.",
)
@click.option(
    "--alternatives",
    default=OR,
    show_default=True,
    metavar="TEXT",
    help="What stands between prerequisites of which one is enough.",
)
@click.option(
    "--encoding", default="", metavar="NAME", help="UTF-8 if not given; gb18030, cp1252 …"
)
@click.option("--keep-ids", is_flag=True, help="Keep ids that are numbers.")
def import_csv(
    source: Path,
    folder: Path,
    title: str,
    force: bool,
    silence: bool,
    language: str,
    id_column: str,
    title_column: str,
    prerequisites_column: str,
    area_column: str,
    delimiter: str,
    separator: str,
    alternatives: str,
    encoding: str,
    keep_ids: bool,
) -> None:
    """Bring in a table with a row for each concept."""
    delimiter = {"tab": "\t", r"\t": "\t"}.get(delimiter, delimiter)
    for name, sign in (("--delimiter", delimiter or ","), ("--separator", separator)):
        if len(sign) != 1 or sign in '\\"\r\n':
            raise click.UsageError(
                f"{name} is one sign, such as ';', and no quote, backslash or line end."
            )
    columns = Columns(
        id_column,
        title_column,
        prerequisites_column,
        area_column,
        delimiter,
        separator,
        alternatives,
        encoding,
    )
    _import(
        lambda: importing.csv_table(
            source, columns, title=title, language=language, keep_ids=keep_ids
        ),
        source,
        folder,
        force=force,
        silence=silence,
    )


@import_.command("graphml")
@_options
@IN_LANGUAGE
@click.option(
    "--arrows",
    type=click.Choice(["from-prerequisite", "to-prerequisite"]),
    default="from-prerequisite",
    show_default=True,
    help="Where an arrow begins: at the prerequisite, or at what needs it.",
)
@click.option(
    "--title-attribute",
    default="",
    metavar="NAME",
    help="The attribute of the titles; title, label or name if not given.",
)
def import_graphml(
    source: Path,
    folder: Path,
    title: str,
    force: bool,
    silence: bool,
    language: str,
    arrows: Any,
    title_attribute: str,
) -> None:
    """Bring in a graph of yEd, networkx, Gephi and others."""
    _import(
        lambda: importing.graphml(
            source, arrows=arrows, title_attribute=title_attribute, title=title, language=language
        ),
        source,
        folder,
        force=force,
        silence=silence,
    )


@import_.command("exercism")
@_options
@click.option(
    "--exercises/--no-exercises",
    default=True,
    show_default=True,
    help="Bring in the exercises too, or the concepts alone.",
)
def import_exercism(
    source: Path, folder: Path, title: str, force: bool, silence: bool, exercises: bool
) -> None:
    """Bring in a track of Exercism: its config.json."""
    _import(
        lambda: importing.exercism(source, exercises=exercises, title=title),
        source,
        folder,
        force=force,
        silence=silence,
    )


@import_.command("metacademy")
@_options
def import_metacademy(source: Path, folder: Path, title: str, force: bool, silence: bool) -> None:
    """Bring in the content of Metacademy: the folder that holds concepts/."""
    _import(
        lambda: importing.metacademy(source, title=title or "Metacademy"),
        source,
        folder,
        force=force,
        silence=silence,
    )


# Private functions


def _import(
    read: Callable[[], Imported], source: Path, folder: Path, *, force: bool, silence: bool
) -> None:
    """Read, write, check what was written, and tell all that is to be said: 0 sound, 1 errors."""
    if not source.exists():
        raise LearnpathError(f"{source}: there is no such file or folder")
    importing.must_be_free(folder, force=force)
    imported = read()
    if not imported.concepts:
        click.echo(problems.as_text(sorted(imported.problems)), nl=False)
        raise LearnpathError(f"{source}: there is no concept in it; nothing was written")
    importing.write(imported, folder, exporting.schemas())
    found = building.checked(folder).problems
    if silence:
        importing.silence(imported, folder, found)
        found = building.checked(folder).problems
    errors = errors_in(found)
    click.echo(problems.as_text([*sorted(imported.problems), *errors]), nl=False)
    needs = sum(len(each.get("prerequisites", ())) for each in imported.concepts.values())
    counts = f"{len(imported.concepts)} concepts, {needs} prerequisites"
    click.echo(
        f"{folder}: {counts}; {len(errors_in(imported.problems))} errors in the source, {len(errors)} in the graph",
        err=True,
    )
    warnings = Counter(each.code for each in found if each.severity == "warning")
    if warnings:
        listed = ", ".join(f"{code} {count}" for code, count in warnings.most_common())
        click.echo(f"Warnings: {listed}. To see them: learnpath check --graph {folder}", err=True)
    sys.exit(1 if errors or errors_in(imported.problems) else 0)
