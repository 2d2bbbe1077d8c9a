"""The questions as cards for Anki, a deck for each language and in it one for each area.

Anki knows a card again by its guid. Ours follows from the title of the knowledge base, the id of the concept (the first it
had), the number of the question and the language: an export that is imported once more changes the cards that are there,
with all that Anki knows of a learner's progress, and adds only what is new.
"""

import hashlib
import io
import re
import sqlite3
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from html import escape
from itertools import count
from typing import TYPE_CHECKING, Any

from learnpath.exporting.asking import Asked
from learnpath.joining import in_one_line, joined
from learnpath.model import Concept, KnowledgeBase, Question
from learnpath.problems import LearnpathError
from learnpath.reading import own_name
from learnpath.views import source_of

if TYPE_CHECKING:
    from genanki import Deck, Model, Note
    from markdown_it import MarkdownIt

_NOTE_TYPE = 1_764_418_300_271
"""Drawn once and never changed: Anki takes notes of another number for another sort of note."""
_FIELDS = ("Question", "Choices", "Answer", "Reason", "Concept")
_FRONT = "{{Question}}\n\n{{Choices}}"
_BACK = "{{FrontSide}}\n\n<hr id=answer>\n\n{{Answer}}\n\n{{Reason}}\n\n<p class=concept>{{Concept}}</p>"
_STYLE = """.card { font: 20px/1.5 sans-serif; margin: 0 auto; max-width: 34em; padding: 0 1em; text-align: left; }
.card a { color: inherit; }
ol { list-style: upper-alpha; }
#answer ~ div { margin: 0.6em 0; }
.concept { font-size: 0.8em; }
"""


def anki(base: KnowledgeBase, asked: Asked) -> bytes:
    """Give a package that Anki imports; with the address of a site each card leads to the page of its concept.

    Raises:
        LearnpathError: the libraries for it are not installed, or no concept asks a question.
    """
    if not any(concept.questions for concept in base.concepts.values()):
        raise LearnpathError("no concept has `questions`, and cards are made of them")
    try:
        return _packed(list(_Decks(base, asked).all()))
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in (
            "genanki",
            "markdown_it",
            "mdit_py_plugins",
        ):
            raise
        message = "genanki is not installed; run: pip install 'learnpath[anki]'"
        raise LearnpathError(message) from None


# Private functions


class _Decks:
    def __init__(self, base: KnowledgeBase, asked: Asked) -> None:
        self.base, self.asked = base, asked
        self.name = base.say(base.manifest.title, base.language)
        self.note_type = _note_type()
        self.markdown = _markdown()

    def all(self) -> "Iterator[Deck]":
        from genanki import Deck

        for language in self.base.languages:
            areas = {each.area: None for each in self.base.concepts.values() if each.questions}
            for area in areas:
                deck = Deck(self.number("deck", language, area or ""), self.title(language, area))
                deck.notes = list(self.notes(language, area))
                yield deck

    def notes(self, language: str, area: str | None) -> "Iterator[Note]":
        for concept in self.base.concepts.values():
            for number, question in enumerate(concept.questions if concept.area == area else ()):
                yield self.note(concept, number, question, language)

    def note(self, concept: Concept, number: int, question: Question, language: str) -> "Note":
        from genanki import Note

        def html(text: Any) -> str:
            return self.html(self.base.say(text, language), language)

        choices = [html(each) for each in question.choices]
        letter = chr(ord("A") + question.answer) if question.answer < 26 else ""
        items = "".join(f"<li>{each}</li>" for each in choices)
        return Note(
            self.note_type,
            [
                f"<div>{html(question.ask)}</div>",
                f"<ol>{items}</ol>",
                f"<div><b>{letter}</b> {choices[question.answer]}</div>",
                f"<div>{html(question.because)}</div>",
                self.link(concept, language),
            ],
            sort_field=in_one_line(_printable(self.base.say(question.ask, language))),
            tags=_tags(concept, language),
            guid=self.hash("note", _first_id(concept), str(number), language)[:20],
        )

    def title(self, language: str, area: str | None) -> str:
        """Name a deck; a knowledge base of the same title in all languages has their names behind it."""
        titles = {
            each: self.base.say(self.base.manifest.title, each) for each in self.base.languages
        }
        title = titles[language]
        if list(titles.values()).count(title) > 1:
            title += f" ({own_name(language)})"
        known = self.base.manifest.areas.get(area or "")
        below = self.base.say(known.title, language) if known else area or ""
        parts = [
            _printable(in_one_line(each)).replace("::", ": ") for each in (title, below) if each
        ]
        return "::".join(parts)  # a deck within a deck

    def html(self, text: str, language: str) -> str:
        html: str = self.markdown.render(
            joined(_printable(text)), {"address": lambda key: self.page(key, language)}
        )
        only = re.fullmatch(r"<p>((?:(?!<p>).)*)</p>", html.strip(), re.DOTALL)
        return _inert(only[1] if only else html.strip())

    def link(self, concept: Concept, language: str) -> str:
        title = _inert(escape(in_one_line(_printable(self.base.say(concept.title, language)))))
        address = self.page(f"concepts/{concept.id}", language)
        return f'<a href="{escape(address)}">{title}</a>' if address else title

    def page(self, key: str, language: str) -> str:
        return self.asked.address(source_of(key, language, self.base.language))

    def hash(self, *parts: str) -> str:
        return hashlib.blake2b("\0".join([self.name, *parts]).encode()).hexdigest()

    def number(self, *parts: str) -> int:
        return int(self.hash(*parts)[:12], 16)  # Anki keeps it in 64 bits, a script of it in 53


def _note_type() -> "Model":
    from genanki import Model

    return Model(
        _NOTE_TYPE,
        "learnpath",
        fields=[{"name": name} for name in _FIELDS],
        templates=[{"name": "learnpath", "qfmt": _FRONT, "afmt": _BACK}],
        css=_STYLE,
    )


def _markdown() -> "MarkdownIt":
    """Give what writes Markdown as HTML: HTML in it is printed to the letter, formulas stay for Anki's MathJax."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    dollarmath_plugin(
        markdown,
        allow_labels=False,
        allow_space=False,
        allow_digits=False,  # two prices are no formula
        double_inline=True,
        renderer=_formula,
    )
    markdown.core.ruler.push("concepts", _follow)
    markdown.add_render_rule("image", lambda self, tokens, at, *_: escape(tokens[at].content))
    return markdown


def _formula(text: str, how: Mapping[str, Any]) -> str:
    return rf"\[{escape(text)}\]" if how["display_mode"] else rf"\({escape(text)}\)"


def _follow(state: Any) -> None:
    """Lead links to concepts and snippets to their pages; where those are nowhere, and for other paths, leave the words."""
    for block in state.tokens:
        kept, opened = [], []
        for token in block.children or []:
            if token.type == "link_open":
                opened.append(_lead(token, state.env["address"]))
            if token.type not in ("link_open", "link_close") or opened[-1]:
                kept.append(token)
            if token.type == "link_close":
                opened.pop()
        block.children = kept if block.children else block.children


def _lead(link: Any, address: Any) -> bool:
    href = str(link.attrs["href"])
    for scheme, folder in (("concept:", "concepts/"), ("snippet:", "snippets/")):
        if href.startswith(scheme):
            href = address(folder + href.removeprefix(scheme))
    link.attrs["href"] = href
    return href.startswith(("https://", "http://"))


def _first_id(concept: Concept) -> str:
    return concept.formerly[0] if concept.formerly else concept.id


def _tags(concept: Concept, language: str) -> list[str]:
    told = {
        "concept": concept.id,
        "area": concept.area,
        "kind": concept.kind,
        "difficulty": concept.difficulty,
        "language": language,
    }
    return [f"{name}::{value}" for name, value in told.items() if value]


def _inert(html: str) -> str:
    """Keep Anki from looking for sounds and LaTeX, which stand between such brackets."""
    return html.replace("[", "&#91;")


def _printable(text: str) -> str:
    """Leave out signs that control machines: one of them parts the fields of a note."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\t\n\u00a0\u3000")


def _packed(decks: "list[Deck]") -> bytes:
    """Give the file that Anki imports.

    genanki's own way to a file leaves another one behind in the folder for temporary files, so the database is made here,
    in memory.
    """
    from genanki import Package

    now = time.time()
    package, packed = io.BytesIO(), Package(decks)
    with closing(sqlite3.connect(":memory:")) as database:
        packed.write_to_db(database.cursor(), now, count(int(now * 1000)))
        database.commit()
        content = database.serialize()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("collection.anki2", content)
        file.writestr("media", "{}")
    return package.getvalue()
