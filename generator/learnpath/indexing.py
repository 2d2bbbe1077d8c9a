"""The index of the search: the only module that knows Pagefind.

Each page is handed over as what it says, without menus and lists of links, with its title, other names and kind. Pagefind
splits the index, so that a browser fetches only the parts that hold the words it looks for. `assets/search.js` asks it.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

KINDS = ("concept", "path", "snippet", "question", "article", "page")

_NO_TEXT = (  # names of other pages, controls, and formulas, whose signs are no words
    ".crumbs", ".facts-list", ".headerlink", ".filter", "[data-guide=needs] details", "[data-guide=opens]",
    "math", "svg", "h1", "[data-search-exclude]", ".footnote-ref", ".footnote-backref",
)  # fmt: skip
_UNUSED = ("pagefind-*ui.*", "pagefind-highlight.js")  # Pagefind's own faces; ours is search.js
_HEADING = re.compile(r'(?=<h[23] id=")')
_ANCHOR = re.compile(
    r'<h[23] id="([^"]+)"[^>]*>(.*?)(?:<a class="headerlink".*?)?</h[23]>', re.DOTALL
)


class NoIndexError(Exception):
    """Pagefind could not be run, or refused a page."""


@dataclass(frozen=True)
class Record:
    """What can be found: a page, or a part of one."""

    address: str
    """Below the address of the site; it may end in an anchor."""
    language: str
    kind: str
    """One of `KINDS`."""
    title: str
    html: str
    names: tuple[str, ...] = ()
    """Other names of it."""


def parts(record: Record) -> Iterator[Record]:
    """Give each part of a page that begins with a heading of the second or third level as a record of its own."""
    for html in _HEADING.split(record.html)[1:]:
        found = _ANCHOR.match(html)
        if found:
            anchor, title = found[1], re.sub(r"<[^>]+>", "", found[2]).strip()
            yield replace(
                record,
                address=f"{record.address}#{anchor}",
                title=title,
                html=html[found.end() :],
            )


def write_index(records: Iterable[Record], folder: Path) -> None:
    """Write the index of `records` into a folder, one for each language; the same records give the same files.

    Raises NoIndexError where that fails.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="learnpath-search-") as pages:
            for number, record in enumerate(records):
                Path(pages, f"{number:06}.html").write_text(_page(record), encoding="utf-8")
            # Its program and not its Python interface, which waits a tenth of a second for each page.
            command = [sys.executable, "-m", "pagefind", "--silent"]
            command += ["--site", pages, "--output-path", str(folder)]
            command += ["--exclude-selectors", ", ".join(_NO_TEXT)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise NoIndexError(f"the index of the search cannot be made: {error}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise NoIndexError(f"the index of the search cannot be made: {' '.join(said[-1:])}")
    for pattern in _UNUSED:
        for file in folder.glob(pattern):
            file.unlink()
    entry = folder / "pagefind-entry.json"  # Pagefind writes the languages in any order
    entry.write_text(json.dumps(json.loads(entry.read_bytes()), sort_keys=True), encoding="utf-8")


# Private functions


def _page(record: Record) -> str:
    names = escape(" · ".join(record.names))
    return (
        f'<html lang="{record.language}"><body><main data-pagefind-body>'
        f'<p data-pagefind-weight="10" data-pagefind-meta="title">{record.title}</p>'
        f'<p data-pagefind-weight="8" data-pagefind-meta="names">{names}</p>'
        f'<p data-pagefind-meta="kind:{record.kind}"></p>'
        f'<p data-pagefind-meta="address:{escape(record.address)}"></p>'
        f"{record.html}</main></body></html>"
    )
