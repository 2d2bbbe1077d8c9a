"""The written text of a page: what its front matter says, and how another page must write it."""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from learnpath.reading import parse

_FRONT = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*\n", re.DOTALL)  # as MkDocs has it

_FENCE = re.compile(
    r"^[ \t>]*(?P<fence>`{3,}|~{3,}).*?(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE,
)

_CHECK = re.compile(
    r"^(?P<indent>[ \t]*)(?P<fence>`{3,})python check[ \t]*\n.*?^(?P=indent)(?P=fence)[ \t]*(?:\n|\Z)",
    re.DOTALL | re.MULTILINE,
)

_TARGET = re.compile(
    r"(?P<before>\]\(\s*<?|^[ \t>]*\[(?!\^)[^\]\n]+\]:\s*<?)(?![A-Za-z][\w+.-]*:|/)(?P<path>[^)\s<>#?]+)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Prose:
    """The written text of a page."""

    text: str = ""
    meta: dict[str, Any] = field(default_factory=dict)
    """What its front matter says."""
    is_foreign: bool = False
    """It is in the default language, on a page in another one."""


def parted(text: str) -> Prose:
    """Part a written page into its front matter and its text; what is no map of keys is text."""
    front = _FRONT.match(text)
    meta = parse(front[1], "").data if front else None
    if front is None or not isinstance(meta, dict) or not meta:
        return Prose(text.strip())
    return Prose(text[front.end() :].strip(), meta)


def without_checks(text: str) -> str:
    """Take out the code that checks the numbers of a text, blocks that begin with ```` ```python check ````."""
    return _CHECK.sub("", text)


def minutes_to_read(text: str) -> int:
    """Estimate how long a text takes to read, in whole minutes: 200 words a minute, or 350 Chinese characters."""
    words = _FENCE.sub("", text)
    characters = len(re.findall("[\u3400-\u9fff]", words))
    latin = len(re.findall(r"[A-Za-z][\w'’-]*", words))
    return round(characters / 350 + latin / 200)


def heading(text: str) -> str | None:
    """Give the title of a written page: that of its front matter, or its first heading."""
    prose = parted(text)
    found = re.search(r"^# +(.+?)[ #]*$", _FENCE.sub("", prose.text), re.MULTILINE)
    return str(prose.meta["title"]) if "title" in prose.meta else found[1] if found else None


def seen_from(text: str, written: str, shown: str, is_there: Callable[[str], bool]) -> str:
    """Write the relative links and pictures of a text anew, for another page than that it was written for.

    Args:
        text: Markdown.
        written: the path of the page that the text was written for.
        shown: the path of the page that shows it.
        is_there: tells whether there is a page at a path; links that lead to one from `shown` stay as they are.
    """

    def rewritten(link: re.Match[str]) -> str:
        path = link["path"]
        if is_there(posixpath.normpath(posixpath.join(posixpath.dirname(shown), path))):
            return link[0]
        target = posixpath.normpath(posixpath.join(posixpath.dirname(written), path))
        return link["before"] + posixpath.relpath(target, posixpath.dirname(shown) or ".")

    return outside_fences(text, lambda part: _TARGET.sub(rewritten, part))


def outside_fences(text: str, change: Callable[[str], str]) -> str:
    """Change a Markdown text, but not the code between its fences."""
    changed = []
    end = 0
    for fence in _FENCE.finditer(text):
        changed += [change(text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*changed, change(text[end:])])
