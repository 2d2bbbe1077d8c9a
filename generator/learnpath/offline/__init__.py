"""What a site needs to be read without a network: a worker that keeps pages in the browser, and a manifest to install it.

The worker is `service-worker.js` beside this file; a build writes before it what it must know: the version, which is
the hash of all files, what every page needs, and what to say where a page is neither kept nor in reach.
"""

import hashlib
import html
import json
import mimetypes
from collections.abc import Iterator, Mapping
from pathlib import Path

WORKER = "service-worker.js"  # at the root of the site, or it could not keep the pages there
MANIFEST = "manifest.webmanifest"

_CODE = Path(__file__).parent / WORKER
_SHELL = (".css", ".js", ".svg", ".webmanifest", ".woff2")
_LARGE = (
    "assets/vendor/mermaid/",
    "assets/vendor/pyodide/",
    "assets/javascripts/lunr/",
)  # kept with the first page that needs them
_PAPER = "#fdfcf9"


def service_worker(site: Path, apologies: Mapping[str, str]) -> str:
    """Give the worker of a site that has been built.

    Args:
        site: the folder with all its files.
        apologies: the page to show instead of one that cannot be had, by the folder of each language, such as `zh/`.
    """
    told = {
        "version": _version(site),
        "shell": [*(folder or "./" for folder in apologies), *_shell(site)],
        "apologies": apologies,
    }
    return f"const build = {json.dumps(told, ensure_ascii=False)};\n{_CODE.read_text(encoding='utf-8')}"


def apology(language: str, labels: Mapping[str, str], title: str) -> str:
    """Give the page to show instead of one that cannot be had; the worker fills in `{home}`."""
    words = {name: html.escape(labels[name]) for name in ("offline", "offline-kept", "home")}
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{words['offline']} - {html.escape(title)}</title>"
        "<style>:root{color-scheme:light dark}body{font:1.1em/1.6 system-ui;max-width:36em;margin:4em auto;padding:0 1em}</style>"
        f"</head><body><main><h1>{words['offline']}</h1><p>{words['offline-kept']}</p>"
        f'<p><a href="{{home}}">{words["home"]}</a></p></main></body></html>'
    )


def manifest(language: str, title: str, about: str, folder: str, icon: str) -> str:
    """Give the manifest of a site in one language: with it a browser can install the site.

    `folder` is that of the language, `icon` the address of a picture, both as seen from the root of the site.
    """
    root = "../" * folder.count("/") or "./"
    kind, _ = mimetypes.guess_type(icon)
    sizes = {"sizes": "any"} if kind == "image/svg+xml" else {}
    whole = {
        "name": title,
        "description": about,
        "lang": language,
        "start_url": "./",
        "scope": root,
        "display": "minimal-ui",
        "background_color": _PAPER,
        "theme_color": _PAPER,
        "icons": [{"src": root + icon, "type": kind, **sizes}],
    }
    return json.dumps({name: value for name, value in whole.items() if value}, ensure_ascii=False)


# Private functions


def _version(site: Path) -> str:
    """Give a hash of all that a reader can have from the site; of the map of the site only the text counts."""
    digest = hashlib.sha256(_CODE.read_bytes())
    for file in _files(site):
        if file.suffix != ".gz":
            digest.update(file.relative_to(site).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _shell(site: Path) -> list[str]:
    """Give the addresses of what pages need besides themselves."""
    names = (file.relative_to(site).as_posix() for file in _files(site))
    return [
        name
        for name in names
        if name.endswith(_SHELL)
        and (name.startswith("assets/") or name.endswith(MANIFEST))
        and not name.startswith(_LARGE)
    ]


def _files(site: Path) -> Iterator[Path]:
    for file in sorted(site.rglob("*")):
        if file.is_file() and file.name != WORKER:
            yield file
