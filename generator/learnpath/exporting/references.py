"""The resources as BibTeX, for programs that keep references."""

import re

from learnpath.joining import in_one_line
from learnpath.model import KnowledgeBase, Resource

_SIGNS = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
}


def bibtex(base: KnowledgeBase) -> str:
    """Give the resources as BibTeX, fields that nobody confirmed left out."""
    return "\n".join(_entry(key, resource) for key, resource in base.resources.items())


# Private functions


def _entry(key: str, resource: Resource) -> str:
    sort = "book" if resource.type == "book" else "article" if resource.type == "paper" else "misc"
    values = {
        "title": "{" + _escaped(resource.title) + "}",
        "author": " and ".join(_name(author) for author in resource.authors),
        "year": resource.year or "",
        {"book": "publisher", "article": "journal", "misc": "howpublished"}[sort]: _escaped(
            resource.venue or ""
        ),
        "doi": _address(resource.doi),
        "eprint": resource.arxiv or "",
        "url": _address(resource.url),
    }
    doubtful = {
        "author" if name == "authors" else "eprint" if name == "arxiv" else name
        for name in resource.doubtful
    }
    if "venue" in doubtful:
        doubtful |= {"publisher", "journal", "howpublished"}
    lines = [
        f"  {name} = {{{value}}},\n"
        for name, value in values.items()
        if value and name not in doubtful
    ]
    return f"@{sort}{{{key},\n{''.join(lines)}}}\n"


def _name(author: str) -> str:
    """Keep the name of a group from being read as first and last name; "et al." is "others" in BibTeX."""
    if author == "et al.":
        return "others"
    return (
        _escaped(author)
        if re.fullmatch(r"[\w.’'-]+( [\w.’'-]+){1,4}", author)
        else "{" + _escaped(author) + "}"
    )


def _escaped(text: str) -> str:
    """Write a plain text so that TeX prints it; BibTeX counts braces, those behind a stroke too."""
    return re.sub(
        r"[&%$#_\\{}~^]", lambda sign: _SIGNS.get(sign[0], f"\\{sign[0]}"), in_one_line(text)
    )


def _address(url: str | None) -> str:
    return (url or "").replace("{", "%7B").replace("}", "%7D")
