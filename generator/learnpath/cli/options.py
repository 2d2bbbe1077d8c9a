"""What several commands are told in the same way."""

from pathlib import Path

import click

GRAPH = click.option(
    "--graph",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("graph"),
    show_default=True,
    help="The folder of the graph.",
)
