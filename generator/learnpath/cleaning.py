"""What mkdocs-jupyter makes of a notebook, made light, self-contained and fit for a screen reader.

It puts 590 kB of styles into every page, scripts that name other hosts, each text of code twice, and a stop for the
Tab key at every cell. The styles that are needed lie in learnpath.css; formulas are marked for `typesetting`.
"""

import re
from collections.abc import Callable

ADDRESS = re.compile(r'\b(href|src)="site:([^"#]*)(#[^"]*)?"')
"""An address on the site, as `snippets.notebooks` writes it."""

_REMOVED = re.compile(
    r"<(style|script)\b.*?</\1>"
    r"|<!--.*?-->"
    r"|<clipboard-copy.*?</clipboard-copy>"
    r'|<div class="clipboard-copy-txt".*?</div>'
    r'|<div class="celltoolbar">.*?</div>\s*</div>\s*(?=<div class="CodeMirror)'
    r'|<div class="zeroclipboard-container">\s*(?:<clipboard-copy.*?</clipboard-copy>)?\s*</div>'
    r'|<div class="jp-Collapser[^>]*>\s*</div>'
    r'|<div class="jp-(?:Input|Output)Prompt[^>]*>.*?</div>'
    r'|<a class="anchor-link"[^>]*>.*?</a>'
    r'| tabindex="0"',
    re.DOTALL,
)
_PLAIN = re.compile(r'<span class="[nw]">([^<]*)</span>')  # names and blanks look like all code
_CODE = re.compile(r"(<pre\b.*?</pre>|<code\b.*?</code>)", re.DOTALL)


def clean(html: str, way_to: Callable[[str], str]) -> str:
    """Give the content of a notebook page; `way_to` gives the relative address of what lies at one of the site's."""
    html = _PLAIN.sub(r"\1", _REMOVED.sub("", html))
    html = ADDRESS.sub(lambda link: f'{link[1]}="{way_to(link[2])}{link[3] or ""}"', html)
    parts = _CODE.split(html)
    parts[::2] = [_with_marked_formulas(part) for part in parts[::2]]
    return "".join(parts)


# Private functions


def _with_marked_formulas(html: str) -> str:
    """Mark formulas as pymdownx.arithmatex does."""
    html = re.sub(
        r"\$\$(.+?)\$\$", r'<div class="arithmatex">\\[\1\\]</div>', html, flags=re.DOTALL
    )
    return re.sub(r"\$([^$\n]+?)\$", r'<span class="arithmatex">\\(\1\\)</span>', html)
