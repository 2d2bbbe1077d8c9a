"""What several commands are told in the same way."""

from pathlib import Path

import click

from learnpath.model import KnowledgeBase
from learnpath.problems import LearnpathError, unknown

GRAPH = click.option(
    "--graph",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("graph"),
    show_default=True,
    help="The folder of the graph.",
)


def language_of(base: KnowledgeBase, given: str) -> str:
    """Give the language to speak: the one that was asked for, or else the default one.

    Raises:
        LearnpathError: the knowledge base is not in the language that was asked for.
    """
    if given and given not in base.languages:
        known = ", ".join(base.languages)
        raise LearnpathError(f"{unknown('language', given, ())}; it is one of: {known}")
    return given or base.language
