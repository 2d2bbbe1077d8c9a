"""The site in one zip, to be unpacked anywhere and opened from the disk.

From a disk, browsers run no modules and fetch nothing for a page. So its modules wait there for `assets/from-disk.js`,
which starts them where the same folder is served; opened from the disk the page is what it is without JavaScript.
"""

import io
import re
import time
import zipfile
from pathlib import Path

LOADER = "assets/from-disk.js"

_MODULE = re.compile(r'<script type="module"(?=[\s>])')
_WITHOUT = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)
_LEFT_OUT = ("*.map", "*.gz", "*.webmanifest", "404.html", "sitemap.xml", "service-worker.js")
_FIRST = 315532800  # 1980-01-01: a zip knows no day before
_PICTURES = (".png", ".jpg", ".woff2")  # are compressed already


def waiting(html: str, way: str, words: str) -> str:
    """Give a page whose modules wait for the loader, which lies at `way`.

    `words` say how to have them; they stand where a page speaks to readers without scripts.
    """
    html = _MODULE.sub('<script type="text/plain" data-module', html)
    html = _WITHOUT.sub(lambda _: f"<span data-without-scripts>{_told(words)}</span>", html)
    return html.replace("</head>", f'<script src="{way}"></script>\n</head>', 1)


def hint(words: str) -> str:
    """Give the line that says how to have the rest; `words` may hold code between backticks."""
    return f'\n<p class="facts" data-without-scripts>{_told(words)}</p>'


def packed(site: Path, name: str, day: int) -> bytes:
    """Give a folder as a zip that holds it under a name, all files as of `day`; the same folder gives the same zip."""
    moment = time.gmtime(max(day, _FIRST))[:6]
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as pack:
        for file in sorted(each for each in site.rglob("*") if each.is_file()):
            inside = file.relative_to(site)
            if any(inside.match(pattern) for pattern in _LEFT_OUT) or inside.parts[0].startswith(
                "."
            ):
                continue
            entry = zipfile.ZipInfo(f"{name}/{inside.as_posix()}", moment)
            entry.create_system, entry.external_attr = (
                3,
                0o644 << 16,
            )  # Unix, whatever it is made on
            how = zipfile.ZIP_STORED if file.suffix in _PICTURES else zipfile.ZIP_DEFLATED
            pack.writestr(entry, file.read_bytes(), how)
    return whole.getvalue()


# Private functions


def _told(words: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", words)
