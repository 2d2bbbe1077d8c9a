"""How Lighthouse rates each kind of page on a slow phone, the site served from here compressed, as hosts serve it.

Lighthouse comes from npm and is asked with its own settings for phones; each page is opened without a former visit.
"""

import gzip
import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
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


class Compressed(http.server.SimpleHTTPRequestHandler):
    """Answers with files, those that are text compressed."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

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


@contextmanager
def served_site(folder: Path) -> Iterator[str]:
    """Build the site into a folder and serve it; give its address, which its pages name as their own."""

    class Handler(Compressed):
        def translate_path(self, path: str) -> str:
            return str(folder / path.split("?")[0].lstrip("/"))

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_port}/"
    build = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, env={**os.environ, "SITE_URL": address})
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


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
    with tempfile.TemporaryDirectory() as folder, served_site(Path(folder) / "site") as address:
        for page in [prefix + each for prefix in ("", "zh/") for each in PAGES]:
            told = rated(address + page, Path(folder))
            print(f"{page or '/'}: " + ", ".join(f"{name} {value}" for name, value in told.items()))


if __name__ == "__main__":
    main()
