"""The command that lets the pages of a site run code on this machine."""

import webbrowser
from pathlib import Path

import click

from learnpath import building
from learnpath.cli.options import GRAPH
from learnpath.problems import LearnpathError
from learnpath.snippets.judging import jobs


@click.command()
@click.option(
    "--site",
    metavar="URL",
    default="http://127.0.0.1:8000/",
    show_default=True,
    help="The site whose pages may run code; no other may.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default="any that is free",
    help="Where to listen, on 127.0.0.1.",
)
@click.option("--browser/--no-browser", default=True, help="Open the link that it prints, or not.")
@GRAPH
def live(site: str, port: int, browser: bool, folder: Path) -> None:
    """Let the pages of a site run snippets in kernels on this machine, until Ctrl-C ends it."""
    try:
        from learnpath.snippets.serving import serve
    except ImportError as error:
        if (error.name or "").partition(".")[0] != "jupyter_server":
            raise
        message = "Jupyter Server is not installed; run: pip install 'learnpath[live]'"
        raise LearnpathError(message) from None

    def ready(link: str, page: Path) -> None:
        click.echo(link)
        click.echo("Follow the link to connect your browser; Ctrl-C ends all kernels.", err=True)
        if browser:
            webbrowser.open(page.as_uri())

    found = building.checked(folder).base if folder.is_dir() else None
    serve(site, port, jobs(found, list(found.snippets)) if found else [], ready)
