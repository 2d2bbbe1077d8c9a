"""What several commands are told in the same way."""

from pathlib import Path

import click

from learnpath import problems
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

FORM = click.option(
    "--format",
    "form",
    type=click.Choice(sorted(problems.FORMATS)),
    default="text",
    show_default=True,
)
LANGUAGE = click.option(
    "--language", default="", help="The language of the texts; the default language if not given."
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
