"""From views to Markdown. Jinja with StrictUndefined: a missing name is an error and not a gap on a page."""

import posixpath
import re
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from learnpath.checking.parts import LINK
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
    text = template.render(page=view, labels=labels, **view.data)
    return resolve_links(
        re.sub(r"\n{3,}", "\n\n", text),
        source_of(view.key, view.language, default),
        view.language,
        default,
    )


def resolve_links(text: str, source: str, language: str, default: str) -> str:
    """Turn `[words](concept:lstm)` into a relative link from the page `source`."""
    here = posixpath.dirname(source) or "."
    return LINK.sub(
        lambda link: (
            f"]({posixpath.relpath(source_of(f'concepts/{link[1]}', language, default), here)})"
        ),
        text,
    )
