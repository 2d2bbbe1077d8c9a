"""What pages say in the dialect of MkDocs and its extensions, said in plain Markdown.

Boxes such as `??? exercise "Solution"` become quotations under their title; attributes in braces and marked lines of code
go; lines broken between Chinese signs are joined; links to pages that are not in the tree become words.
"""

import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from learnpath.joining import joined
from learnpath.model import outside_code
from learnpath.views.prose import outside_fences

_BOX = re.compile(
    r"^(?P<indent> *)(?:!!!|\?\?\?\+?) +(?P<sort>[\w-]+)(?:[ \w-]*?)(?: +\"(?P<title>.*)\")?[ \t]*$"
)
_FENCE = re.compile(r"^(?P<indent>[ >]*)(?P<fence>`{3,}|~{3,})(?P<info>.*)$")
_ATTRIBUTES = re.compile(
    r"(?m)(?:(?<=[)`*])\{:?[ \t]*[.#][^{}\n]*\}|(?<=\S)[ \t]+\{:?[ \t]*#[^{}\n]*\}[ \t]*$|^[ \t]*\{:?[ \t]*[.#][^{}\n]*\}[ \t]*$)"
)
_LINK = re.compile(
    r"(?<!!)\[(?P<words>(?:[^\[\]\\]|\\.|!?\[[^\[\]]*\])*)\]\(\s*<?(?P<target>(?:[^()\s<>]|\([^()\s<>]*\))+)>?(?:\s+\"[^\"]*\")?\s*\)"
)
PICTURE = re.compile(
    r"!\[(?P<words>(?:[^\[\]\\]|\\.)*)\]\(\s*<?(?P<target>(?:[^()\s<>]|\([^()\s<>]*\))+)>?(?:\s+\"[^\"]*\")?\s*\)"
)
_REFERENCE = re.compile(r"(?m)^( {0,3}\[(?!\^)[^\]\n]+\]:[ \t]*<?[^\s>]*)\.ipynb")
_COMMAND = re.compile(r"\{\{(?=[<%])")


@dataclass(frozen=True)
class Pages:
    """What links can lead to."""

    texts: Mapping[str, str]
    files: Collection[str]
    address: Callable[[str], str]
    """Gives the address on the site of what lies at a path."""
    _anchors: dict[str, set[str]] = field(default_factory=dict)

    def has_anchor(self, path: str, anchor: str) -> bool:
        """Tell whether a page has a heading that all makers of sites would give this anchor."""
        if path not in self._anchors:
            text = "\n".join(line for line, is_code in _lines(self.texts[path]) if not is_code)
            found = re.findall(r"(?m)^#+ (.*?)[ #]*$", _ATTRIBUTES.sub("", text))
            self._anchors[path] = {_slug(each) for each in found}
        return anchor in self._anchors[path]


def plain_markdown(text: str, path: str, pages: Pages) -> str:
    """Give the text of the page at `path` in plain Markdown."""
    text = _without_boxes(_with_bare_fences(outside_code(text, joined)))
    text = outside_fences(text, lambda part: re.sub(r"\n{3,}", "\n\n", part))

    def plain(words: str) -> str:
        words = _ATTRIBUTES.sub("", words)
        words = _REFERENCE.sub(r"\1.md", words)
        words = _COMMAND.sub("&#123;{", words)  # Hugo would look for one of its shortcodes
        return words

    return _relinked(outside_code(text, plain), path, pages)


# Private functions


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Give the lines of a text, each with whether it belongs to a block of code."""
    fence = ""
    for line in text.split("\n"):
        found = _FENCE.match(line)
        if fence:
            yield line, True
            if found and found["fence"].startswith(fence) and not found["info"].strip():
                fence = ""
        else:
            fence = found["fence"] if found else ""
            yield line, bool(found)


def _with_bare_fences(text: str) -> str:
    """Keep of the line that begins a block of code the language alone."""
    kept, was_code = [], False
    for line, is_code in _lines(text):
        found = _FENCE.match(line) if is_code and not was_code else None
        if found:
            words = found["info"].split()[:1]
            line = f"{found['indent']}{found['fence']}{''.join(words)}"
        kept.append(line)
        was_code = is_code
    return "\n".join(kept)


def _without_boxes(text: str) -> str:
    """Write each box as a quotation under its title; a box in a box is a quotation in it."""
    lines, kept = list(_lines(text)), []
    while lines:
        line, is_code = lines.pop(0)
        box = None if is_code else _BOX.match(line)
        if not box:
            kept.append(line)
            continue
        indent = box["indent"] + "    "
        inside: list[str] = []
        while lines and (lines[0][0].startswith(indent) or not lines[0][0].strip()):
            inside.append(lines.pop(0)[0][len(indent) :])
        title = box["sort"].capitalize() if box["title"] is None else box["title"]
        body = "\n".join(inside).strip("\n")
        quoted = _without_boxes(f"**{title}**\n\n{body}" if title else body).strip("\n")
        kept += [f"{box['indent']}> {each}".rstrip() for each in quoted.split("\n")]
        kept.append("")
    return "\n".join(kept)


def _relinked(text: str, path: str, pages: Pages) -> str:
    """Lead links to pages of the tree, or to the site; else leave their words."""

    def led(link: re.Match[str]) -> str:
        words, target = _LINK.sub(led, link["words"]), link["target"]
        if re.match(r"https?:|mailto:|/", target):
            return link[0]
        if re.match(r"[A-Za-z][\w+.-]*:", target):
            return words  # who knows what it would run
        if target.startswith("#"):
            return link[0] if pages.has_anchor(path, target[1:]) else words
        parted = re.match(r"([^?#]*)(\?[^#]*)?(?:#(.*))?", target)
        assert parted, "every text is such a target"
        source = posixpath.normpath(posixpath.join(posixpath.dirname(path), parted[1]))
        name = re.sub(r"\.ipynb$", ".md", source)
        anchor = f"#{parted[3]}" if parted[3] else ""
        if name in pages.texts:
            found = posixpath.relpath(name, posixpath.dirname(path) or ".")
            kept = anchor if pages.has_anchor(name, anchor[1:]) else ""
            return f"[{words}]({found}{kept})"
        if source in pages.files:
            return link[0]
        address = pages.address(source)
        return f"[{words}]({address}{parted[2] or ''}{anchor})" if address else words

    def seen(picture: re.Match[str]) -> str:
        """Show a picture that is there, else say what it shows."""
        name = posixpath.normpath(posixpath.join(posixpath.dirname(path), picture["target"]))
        is_there = name in pages.files or re.match(r"https?:", picture["target"])
        return picture[0] if is_there else picture["words"]

    return outside_code(text, lambda part: PICTURE.sub(seen, _LINK.sub(led, part)))


def _slug(words: str) -> str:
    """Give the anchor of a heading, where all agree on it: words in Latin letters without marks; else none."""
    bare = re.sub(r"`", "", words).strip()
    return re.sub(r"[ ]", "-", bare.lower()) if re.fullmatch(r"[A-Za-z0-9 -]+", bare) else ""
