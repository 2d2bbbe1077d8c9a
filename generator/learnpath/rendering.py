"""From views to Markdown. Jinja with StrictUndefined: a missing name is an error and not a gap on a page."""

import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from learnpath.model import EMBED, outside_code, relinked
from learnpath.views import View, source_of

TEMPLATES = Path(__file__).parent / "templates"


def environment() -> Environment:
    """Give the templates, read anew: an author may be editing them."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # the output is Markdown, and its authors own the site
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(view: View, labels: Mapping[str, str], default: str, templates: Environment) -> str:
    """Give a page as Markdown, its links to concepts resolved."""
    template = templates.get_template(f"{view.template}.md.j2")
    text = re.sub(r"\n{3,}", "\n\n", template.render(page=view, labels=labels, **view.data))
    text = show_snippets(text, view.data["embeds"], labels, templates)
    source = source_of(view.key, view.language, default)
    return resolve_links(text, source, view.language, default)


def show_snippets(
    text: str, embeds: Mapping[str, Any], labels: Mapping[str, str], templates: Environment
) -> str:
    """Put snippets in the place of the lines that ask for them; `embeds` says what to show for each such line."""
    template = templates.get_template("embed.md.j2")

    def show(words: str) -> str:
        return EMBED.sub(
            lambda line: template.render(embed=embeds[line[0]], labels=labels).rstrip("\n"), words
        )

    return outside_code(text, show)


def resolve_links(text: str, source: str, language: str, default: str) -> str:
    """Turn `[words](concept:lstm)`, and the same for snippets, into relative links from the page `source`."""
    here = posixpath.dirname(source) or "."

    def way_to(key: str) -> str:
        return posixpath.relpath(source_of(key, language, default), here)

    return relinked(text, way_to)
