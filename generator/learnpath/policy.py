"""What a page may load and run: the content security policy that it states itself, as a static host sends no headers.

No script runs that is not a file of the site or was not in the page when it was built: of the latter, the theme's few,
the policy names the hashes.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping

_INLINE = re.compile(
    r"<script(?P<attributes>(?:\s[^>]*)?)>(?P<code>.*?)</script>", re.DOTALL | re.IGNORECASE
)
_RUNS = re.compile(r"""\btype\s*=\s*["']?(?:text/javascript|module)["']?""", re.IGNORECASE)

_RULES: Mapping[str, str] = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "style-src": "'self' 'unsafe-inline'",  # Material, figures, MathML and Mermaid carry style attributes and elements
    "connect-src": "'self' http://127.0.0.1:* ws://127.0.0.1:*",  # a kernel on the reader's own machine
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}


def with_policy(html: str, content: str = "", *, serving: bool = False) -> str:
    """Put its policy into a page, before all that it is about; scripts in its `content` are not let run.

    While `serving`, MkDocs adds a script of its own later, another one with each answer, so that scripts in the page
    must be let run.
    """
    allowed = ["'unsafe-inline'"] if serving else _hashes(html, content)
    scripts = " ".join(["'self'", "'wasm-unsafe-eval'", *allowed])
    rules = "; ".join(
        f"{name} {value}" for name, value in {**_RULES, "script-src": scripts}.items()
    )
    return re.sub(
        r"(<meta charset=[^>]*>)",
        lambda tag: f'{tag[1]}\n<meta http-equiv="Content-Security-Policy" content="{rules}">',
        html,
        count=1,
        flags=re.IGNORECASE,
    )


# Private functions


def _hashes(html: str, content: str) -> Iterable[str]:
    """Give the hashes of the scripts that stand in a page and are run, each once."""
    scripts = [
        found["code"]
        for found in _INLINE.finditer(html)
        if "src=" not in found["attributes"]
        and found[0] not in content
        and ("type" not in found["attributes"] or _RUNS.search(found["attributes"]))
    ]
    digests = (hashlib.sha256(code.encode()).digest() for code in dict.fromkeys(scripts))
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
