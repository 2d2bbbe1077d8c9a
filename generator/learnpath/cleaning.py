"""Pages made light: what mkdocs-jupyter makes of a notebook above all.

It puts 590 kB of styles into every page, scripts that name other hosts, each text of code twice, a stop for the Tab key
at every cell, and half a dozen boxes around each. Here that goes. The styles that are needed lie in learnpath.css; formulas are marked
for `typesetting`.
"""

import re
from collections.abc import Callable, Iterator
from html import unescape
from itertools import count
from typing import NamedTuple

from bs4 import BeautifulSoup
from bs4.element import Comment, NavigableString, Tag

_SUPERFLUOUS = (
    "style, script, clipboard-copy, .clipboard-copy-txt, .celltoolbar, .zeroclipboard-container,"
    " .jp-Collapser, .jp-InputPrompt, .jp-OutputPrompt, a.anchor-link"
)
_BOXES = (
    ".jp-MarkdownCell, .jp-Cell-inputWrapper, .jp-InputArea, .jp-InputArea-editor, .CodeMirror, .jp-RenderedMarkdown,"
    " .jp-OutputArea, .jp-OutputArea-child, .jp-Notebook"
)
_ADDRESS = re.compile(r'\b(href|src)="site:([^"#]*)(#[^"]*)?"')
_LINK = re.compile(
    r"""(?P<before><a\b(?:[^>"']|"[^"]*"|'[^']*')*?)\s(?:xlink:)?href\s*=\s*"""
    r"""(?P<address>"[^"]*"|'[^']*'|[^\s>]+)(?P<after>(?:[^>"']|"[^"]*"|'[^']*')*>)""",
    re.IGNORECASE,
)
# Those of our own are told of elsewhere.
_SCHEMES = ("http", "https", "mailto", "tel", "concept", "snippet")
_SWITCHING = re.compile(r"\[data-md-color-switching\][^{}]*\{[^{}]*\}")
_EDITED = re.compile(r"""(<a\b[^>]*) rel="edit\"""")
_TICKED = re.compile(r"""(<input\b[^>]*\btype="checkbox"[^>]*?) autocomplete="[^"]*\"""")
_VERBATIM = re.compile(
    r"(<(?:pre|script|style|textarea)\b.*?</(?:pre|script|style|textarea)>)", re.DOTALL
)
# Names, blanks, signs and built-ins need no colour of their own: keywords, numbers, texts and comments have one.
_PLAIN_CODE = ", ".join(
    f"pre span.{kind}" for kind in ["n", "w", "p", "o", "nn", "nb", "si", "sa", "ow", "kc"]
)


class Cleaned(NamedTuple):
    """The content of a page, and its headings: the level, the anchor and the words of each."""

    content: str
    headings: list[tuple[int, str, str]]


def clean(html: str, anchor_of: Callable[[str], str]) -> Cleaned:
    """Clean the content of a notebook page; addresses of the site still stand behind `site:`.

    `anchor_of` makes the anchor of a heading from its words, as on the other pages; mkdocs-jupyter leaves it empty
    where the words are Chinese.
    """
    soup = BeautifulSoup(html, "html.parser")
    for each in soup.select(_SUPERFLUOUS):
        each.decompose()
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for each in soup.select(_BOXES):
        each.unwrap()
    for each in soup.select(_PLAIN_CODE):
        each.unwrap()
    _mark_cells(soup)
    for each in soup.select("pre"):
        each.smooth()  # texts that have come to lie side by side
        _join_spans(each)
        each["tabindex"] = "0"  # a wide one can be scrolled with the keys
    for text in soup.find_all(string=lambda text: "$" in text):
        if not text.find_parent(["pre", "code"]):
            text.replace_with(_with_marked_formulas(soup, str(text)))
    headings: list[tuple[int, str, str]] = []
    for each in soup.select("h1, h2, h3, h4, h5, h6"):
        words = each.get_text().strip()
        taken = {anchor for _, anchor, _ in headings}
        anchor = next(each for each in _anchors(anchor_of(words)) if each not in taken)
        each["id"] = anchor
        link = soup.new_tag("a", attrs={"class": "headerlink", "href": f"#{anchor}"})
        link["title"] = "Permanent link"  # as the extension toc has it
        link.string = "¶"
        each.append(link)
        headings.append((int(each.name[1]), anchor, words))
    return Cleaned(str(soup).strip(), headings)


def with_addresses(html: str, way_to: Callable[[str], str]) -> str:
    """Resolve what stands behind `site:`; `way_to` gives the relative address of what lies at one of the site's."""
    return _ADDRESS.sub(lambda link: f'{link[1]}="{way_to(link[2])}{link[3] or ""}"', html)


def with_safe_links(html: str, site: str = "") -> tuple[str, list[str]]:
    """Part links to other hosts from the page that has them, and take out those that would run something.

    `site` is where this site will be, if that is known. Gives the page, and the addresses that were taken out.
    """
    unsafe: list[str] = []

    def safe(link: re.Match[str]) -> str:
        written = unescape(link["address"].strip("\"'"))
        address = re.sub(r"[\x00-\x20]", "", written)  # as a browser reads it
        scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", address)
        if scheme and scheme[1].lower() not in _SCHEMES:
            unsafe.append(written)
            return link["before"] + link["after"]
        is_foreign = re.match(r"(https?:)?//", address, re.IGNORECASE) and not (
            site and address.startswith(site)
        )
        if is_foreign and " rel=" not in link[0]:
            return link[0][:-1] + ' rel="external noopener">'
        return link[0]

    return _LINK.sub(safe, html), unsafe


def without_faults(html: str) -> str:
    """Give a page without what Material writes and HTML does not allow: hints for a box to tick, a relation of its own."""
    return _EDITED.sub(r"\1", _TICKED.sub(r"\1", html))


def without_switching(sheet: str) -> str:
    """Give Material's sheet of colours without its rule for all elements while colours change.

    Its script lets them change once while a page loads, and with the rule browsers find the style of each element anew.
    """
    return _SWITCHING.sub("", sheet)


def without_blank_lines(html: str) -> str:
    """Give a page without the indents and blank lines that templates leave, an eighth of its size; text keeps its own."""
    parts = _VERBATIM.split(html)
    parts[::2] = [re.sub(r"\s*\n\s*", "\n", part) for part in parts[::2]]
    return "".join(parts)


# Private functions


def _anchors(wanted: str) -> Iterator[str]:
    yield wanted
    for number in count(1):
        yield f"{wanted}_{number}"


def _mark_cells(soup: BeautifulSoup) -> None:
    """Mark each cell of code, its outputs and the place of its buttons, as the template of snippets on other pages does."""
    for each in soup.select(".jp-CodeCell .jp-CodeCell"):  # mkdocs-jupyter has it twice
        each.unwrap()
    for number, cell in enumerate(soup.select(".jp-CodeCell")):
        needs_kernel = "celltag_tensorflow" in cell["class"]
        cell.attrs = {"class": "cell", "data-cell": str(number)}
        if needs_kernel:
            cell["data-needs"] = "kernel"
        outputs = cell.select_one(".jp-Cell-outputWrapper") or soup.new_tag("div")
        outputs.attrs = {"class": "outputs"}
        tools = soup.new_tag("div", attrs={"class": "cell-tools"})
        cell.append(tools)
        cell.append(outputs)


def _join_spans(code: Tag) -> None:
    """Make one span of those of a kind that follow each other, as the parts of a string do."""
    for span in code.select("span"):
        former = span.previous_sibling
        if isinstance(former, Tag) and former.attrs == span.attrs:
            span.insert(0, former.get_text())
            former.decompose()


def _with_marked_formulas(soup: BeautifulSoup, text: str) -> BeautifulSoup:
    """Mark formulas as pymdownx.arithmatex does."""
    marked = BeautifulSoup("", "html.parser")
    for part in re.split(r"(\$\$.+?\$\$|\$[^$\n]+?\$)", text, flags=re.DOTALL):
        if part.startswith("$") and len(part) > 2:
            node = soup.new_tag("span", attrs={"class": "arithmatex"})
            is_display = part.startswith("$$")
            node.string = f"\\[{part[2:-2]}\\]" if is_display else f"\\({part[1:-1]}\\)"
            marked.append(node)
        else:
            marked.append(NavigableString(part))
    return marked
