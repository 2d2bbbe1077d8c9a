"""The command line: arguments in, printed lines and an exit status out. All work is done below."""

import errno
import gc
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import click

from learnpath import __version__, building, exporting, problems, reading, runtime, storing
from learnpath.cli.importing import import_
from learnpath.cli.maintaining import diff, stats
from learnpath.cli.options import FORM, GRAPH, LANGUAGE, language_of
from learnpath.cli.plan import plan
from learnpath.model import ADDRESS
from learnpath.problems import LearnpathError, Place, UnknownName, errors_in, short


class _Group(click.Group):
    """Shows wrong input as one line each and exit status 1, without a traceback.

    The commands for snippets are loaded when somebody asks for them: their libraries take a third of a check's time.
    """

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted([*super().list_commands(context), "live", "snippets"])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name == "snippets":
            from learnpath.cli.snippets import snippets

            return snippets
        if name == "live":
            from learnpath.cli.live import live

            return live
        return super().get_command(context, name)

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except LearnpathError as error:
            click.echo(str(error), err=True)
        except OSError as error:
            if error.errno == errno.EPIPE:  # who reads what is printed has read enough; click knows
                raise
            name = f"{error.filename}: " if error.filename else ""
            click.echo(f"{name}{error.strerror or error}", err=True)
        sys.exit(1)


@click.group(cls=_Group)
@click.version_option(__version__)
def main() -> None:
    """Check, plan over and publish a knowledge base kept as a YAML concept graph."""


@main.command()
@GRAPH
@FORM
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
def check(folder: Path, form: str, strict: bool) -> None:
    """Report every problem of the graph: 0 sound, 1 errors, 2 wrong usage."""
    try:
        found = building.checked(folder).problems
    except LearnpathError as error:  # told in the form that was asked for, as all problems are
        found = [problems.problem("no-graph", Place(folder.as_posix()), str(error))]
    click.echo(problems.FORMATS[form](found), nl=False)
    errors = found if strict else errors_in(found)
    if form == "text":
        base = (
            "no problems"
            if not found
            else f"{len(errors_in(found))} errors, {len(found) - len(errors_in(found))} warnings"
        )
        click.echo(base, err=True)
    gc.freeze()  # or the interpreter goes through all records once more on its way out
    sys.exit(1 if errors else 0)


main.add_command(import_)
main.add_command(plan)
main.add_command(diff)
main.add_command(stats)


@main.group()
def path() -> None:
    """Show the guided paths."""


@path.command("list")
@GRAPH
@LANGUAGE
def path_list(folder: Path, language: str) -> None:
    """List the guided paths: id, number of steps, title."""
    base = building.sound(folder)
    speak = language_of(base, language)
    for each in building.paths_in_order(base):
        click.echo(f"{each.id:32} {len(each.steps):3} steps  {base.say(each.title, speak)}")


@path.command("show")
@click.argument("id")
@GRAPH
@LANGUAGE
def path_show(id: str, folder: Path, language: str) -> None:
    """Print one guided path, each step with its reason."""
    base = building.sound(folder)
    if id not in base.paths:
        raise UnknownName("path", id, base.paths)
    found, speak = base.paths[id], language_of(base, language)
    click.echo(f"{base.say(found.title, speak)}\n{base.say(found.summary, speak)}\n")
    for number, step in enumerate(found.steps, 1):
        concept = base.concepts[step.concept]
        minutes = (
            "ongoing" if concept.ongoing else f"{concept.minutes} min" if concept.minutes else ""
        )
        click.echo(
            f"{number:3}. {base.say(concept.title, speak)}  {minutes}\n     {base.say(step.because, speak)}".rstrip()
        )


@main.command()
@click.argument("form", metavar="FORMAT", type=click.Choice([*exporting.FORMATS, "schema"]))
@GRAPH
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The file or folder to write; a text is printed if none is given.",
)
@click.option(
    "--site", metavar="URL", default="", help="Where the site is published; links lead there."
)
@LANGUAGE
def export(form: str, folder: Path, output: Path | None, site: str, language: str) -> None:
    """Write the knowledge base in another format: a text, a file for a program, or a folder.

    FORMAT is one of graph-json, json-ld, csv, graphml, graphviz, bibtex, anki, markdown, or schema for the JSON Schemas of the files.
    """
    if form == "schema":
        if not output:
            reading.must_be_folder(folder)
        target = output or folder / "schema"
        for name, schema in exporting.schemas().items():
            storing.write_atomically(target / name, schema)
        return
    chosen = exporting.FORMATS[form]
    _must_make_sense(form, chosen, output, site, language)
    base = building.sound(folder)
    asked = exporting.Asked(site, language_of(base, language))
    content = chosen.write(base, asked)
    if isinstance(content, Mapping):
        assert output, "a folder has a name"
        storing.write_folder(output, content)
    elif output:
        storing.write_atomically(output, content)
    else:
        click.echo(content, nl=False)


def _must_make_sense(
    form: str, chosen: exporting.Format, output: Path | None, site: str, language: str
) -> None:
    """Refuse what cannot be asked of a format."""
    if chosen.kind != "text" and output is None:
        name = "FOLDER" if chosen.kind == "folder" else "FILE"
        raise click.UsageError(f"{form} is not printed; say where to write it: -o {name}")
    for option, value in (("site", site), ("language", language)):
        if value and option not in chosen.heeds:
            raise click.UsageError(f"{form} has no use for --{option}; leave it out")
    if site and not re.fullmatch(ADDRESS, site):
        raise click.UsageError(f"--site {short(site)} is no address; write https://…")


@main.group()
def translations() -> None:
    """Keep track of which translations are up to date."""


@translations.command("confirm")
@click.argument("names", metavar="UNIT…", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Confirm every unit.")
@GRAPH
def translations_confirm(names: tuple[str, ...], everything: bool, folder: Path) -> None:
    """Record that the translations of units such as concepts/lstm match their originals as they are now."""
    if not names and not everything:
        raise click.UsageError("Name units, such as concepts/lstm, or write --all for every unit.")
    building.confirm_translations(folder, None if everything else names)


@main.command()
@GRAPH
@click.option("--npm", default="npm", show_default=True, help="The command that runs npm.")
def pyodide(folder: Path, npm: str) -> None:
    """Get the Python that runs snippets in the browser, once; a build puts it into the site."""
    reading.must_be_folder(folder)
    target = folder.resolve().parent / runtime.FILES
    is_new = runtime.obtain(target, shlex.split(npm), lambda words: click.echo(words, err=True))
    found = runtime.kept(target)
    assert found is not None, "it was put there"
    words = "are there now" if is_new else "are there already, and right: nothing to do"
    click.echo(f"Pyodide and its packages {words} ({found.size / 1e6:.1f} MB).")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """Start a small working knowledge base in FOLDER, with a site that builds as it is."""
    is_new = not folder.exists()
    if not is_new and any(folder.iterdir() if folder.is_dir() else [folder]):
        raise LearnpathError(f"{folder}: is there already and not empty; name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        # made in a folder inside, so that `.`, which cannot be moved, is filled as any other is
        with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as inside:
            with resources.as_file(resources.files("learnpath") / "starter") as starter:
                shutil.copytree(starter, inside, dirs_exist_ok=True)
            for name, schema in exporting.schemas().items():
                storing.write_atomically(Path(inside, "graph", "schema", name), schema)
            for each in sorted(Path(inside).iterdir()):
                each.rename(folder / each.name)
    except BaseException:
        if is_new:
            shutil.rmtree(folder)
        raise
    click.echo(f"{folder}: five concepts to start from. Go there and run: mkdocs serve")
