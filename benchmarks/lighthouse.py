"""How Lighthouse rates each kind of page on a slow phone, the site served from here compressed, as hosts serve it.

Lighthouse comes from npm and is asked with its own settings for phones; each page is opened without a former visit.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from planning_page import ROOT, Quiet, served

LIGHTHOUSE = "lighthouse@13.5.0"
PAGES = (
    "",
    "concepts/transformer/",
    "snippets/character-lstm/",
    "paths/rnn-from-zero/",
    "map/",
    "plan/",
    "reading/",
)
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
FIGURES = {
    "first paint": "first-contentful-paint",
    "largest paint": "largest-contentful-paint",
    "blocked": "total-blocking-time",
    "moved": "cumulative-layout-shift",
    "bytes": "total-byte-weight",
}


class Compressed(Quiet):
    """Answers with files, those that are text compressed."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        is_packed = path.suffix in (".png", ".woff2")
        body = path.read_bytes() if is_packed else gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        if not is_packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Cache-Control", "max-age=600")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def build(folder: Path, address: str) -> None:
    """Build the site into a folder, for an address that its pages name as their own."""
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "SITE_URL": address})


def rated(address: str, folder: Path) -> dict[str, object]:
    """Give the ratings of a page, out of 100, and some of what they rest on."""
    npm = Path(sys.executable).parent / "npm"
    browser = shutil.which("chromium") or shutil.which("google-chrome") or ""
    report = folder / "report.json"
    command = [
        npm,
        "exec",
        "--yes",
        f"--package={LIGHTHOUSE}",
        "--",
        "lighthouse",
        address,
        "--quiet",
    ]
    command += ["--output=json", f"--output-path={report}", f"--chrome-flags={FLAGS}"]
    environment = {**os.environ, "CHROME_PATH": browser, "NODE_USE_SYSTEM_CA": "1"}
    subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        check=True,
        env=environment,
        capture_output=True,
    )
    found = json.loads(report.read_text(encoding="utf-8"))
    ratings = {name: round(100 * each["score"]) for name, each in found["categories"].items()}
    figures = {name: found["audits"][audit]["displayValue"] for name, audit in FIGURES.items()}
    return {**ratings, **figures}


def main() -> None:
    """Rate each kind of page in each language."""
    with tempfile.TemporaryDirectory() as name, served(Path(name, "site"), Compressed) as address:
        folder = Path(name)
        build(folder / "site", address)
        for page in [prefix + each for prefix in ("", "zh/") for each in PAGES]:
            told = rated(address + page, folder)
            print(f"{page or '/'}: " + ", ".join(f"{name} {value}" for name, value in told.items()))


if __name__ == "__main__":
    main()
