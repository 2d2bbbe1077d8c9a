"""From views to Markdown. Jinja with StrictUndefined: a missing name is an error and not a gap on a page."""

import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from learnpath.joining import in_one_line, joined
from learnpath.model import EMBED, EXPLORABLE, FIGURE, outside_code, relinked
from learnpath.views import View, source_of
from learnpath.views.prose import outside_fences

TEMPLATES = Path(__file__).parent / "templates"

_TAG = re.compile(r"<(?=[A-Za-z/!?])(?!https?://)")
_FORMULA = re.compile(r"(\$[^$]*\$|\\\(.*?\\\)|\\\[.*?\\\])", re.DOTALL)


def environment(*, plain_pages: bool = False) -> Environment:
    """Give the templates, read anew: an author may be editing them.

    Those of `plain_pages` print Markdown that knows nothing of us, for other programs.
    """
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES / "plain" if plain_pages else TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # the output is Markdown; `plain` and `words` write texts so that they hold no HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters.update(plain=plain, words=words, line=line, cell=cell)
    if plain_pages:
        templates.filters["line"] = lambda text: line(text).replace("<br>", " ")
    return templates


def plain(text: str) -> str:
    """Write a plain text, such as a title, in Markdown that prints it to the letter, in one line."""
    text = re.sub(r"&(?=#?\w+;)", "&amp;", in_one_line(text))
    text = re.sub(r"[\\`*_{}\[\]#|$]", r"\\\g<0>", text)
    return text.replace("<", "&lt;").replace(">", "&gt;")


def words(text: str) -> str:
    """Write a Markdown text so that its marks work and HTML in it is printed to the letter.

    In a formula the sign stays what it is, and a blank after it says the same.
    """

    def shown(part: str) -> str:
        pieces = _FORMULA.split(part)
        pieces[::2] = [_TAG.sub("&lt;", piece) for piece in pieces[::2]]
        pieces[1::2] = [_TAG.sub("< ", piece) for piece in pieces[1::2]]
        return "".join(pieces)

    return outside_code(text, shown)


def line(text: str) -> str:
    """Write a Markdown text in one line, for a heading or an item of a list; paragraphs stay apart."""
    paragraphs = re.split(r"\n[ \t]*\n\s*", words(text).strip())
    return "<br>".join(re.sub(r"[ \t]*\n[ \t]*", " ", joined(each)) for each in paragraphs)


def cell(text: str) -> str:
    """Write a Markdown text for a cell of a table, where a bar would begin the next cell."""

    def without_bar(part: re.Match[str]) -> str:
        if part[0].startswith("`"):
            return part[0]
        return part[0].replace("|", r"\vert{}" if part[0].startswith("$") else r"\|")

    return re.sub(r"(`+).+?\1|\$[^$]+\$|\|", without_bar, line(text))


def render(view: View, labels: Mapping[str, str], default: str, templates: Environment) -> str:
    """Give a page as Markdown, its links to concepts resolved."""
    template = templates.get_template(f"{view.template}.md.j2")
    text = outside_fences(
        template.render(page=view, labels=labels, **view.data),
        lambda part: re.sub(r"\n{3,}", "\n\n", part),
    )
    source = source_of(view.key, view.language, default)
    embeds, figures = view.data["embeds"], view.data["figures"]
    text = show(text, embeds, figures, view.data["explorables"], labels, templates)
    return resolve_links(text, source, view.language, default)


def show(
    text: str,
    embeds: Mapping[str, Any],
    figures: Mapping[str, Mapping[str, str]],
    explorables: Mapping[str, Mapping[str, Any]],
    labels: Mapping[str, str],
    templates: Environment,
) -> str:
    """Put snippets, figures and explorables in the place of the lines that ask for them.

    `embeds`, `figures` and `explorables` say what to show for each such line.
    """
    embed = templates.get_template("embed.md.j2")
    figure = templates.get_template("figure.md.j2")
    explorable = templates.get_template("explorable.md.j2")

    def shown(words: str) -> str:
        words = FIGURE.sub(lambda line: figure.render(figure=figures[line[0]]).rstrip("\n"), words)
        words = EXPLORABLE.sub(
            lambda line: explorable.render(each=explorables[line[0]]).rstrip("\n"), words
        )
        return EMBED.sub(  # last, for the code that it puts in is no place for figures
            lambda line: embed.render(embed=embeds[line[0]], labels=labels).rstrip("\n"), words
        )

    return outside_code(text, shown)


def resolve_links(text: str, source: str, language: str, default: str) -> str:
    """Turn `[words](concept:lstm)`, and the same for snippets, into relative links from the page `source`."""
    here = posixpath.dirname(source) or "."

    def way_to(key: str) -> str:
        return posixpath.relpath(source_of(key, language, default), here)

    return relinked(text, way_to)
