"""What tests share: a folder with the files of a case, and the sites that several tests look at."""

import functools
import hashlib
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import settings
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from cases import write_files
from learnpath.cli import main

ROOT = Path(__file__).parent.parent

settings.register_profile("learnpath", deadline=None)  # a busy machine breaks no promise
settings.load_profile("learnpath")


def mkdocs(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run MkDocs in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", *arguments],
        cwd=folder,
        env={
            **os.environ,
            "NO_MKDOCS_2_WARNING": "1",
            "SOURCE_DATE_EPOCH": "1700000000",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def fingerprint(folder: Path) -> dict[str, str]:
    """Give a hash of each file in a folder."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def run(*arguments: str) -> Result:
    """Run the command `learnpath`."""
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Write a case into a fresh folder, go there, and give the folder of its graph."""

    def write(text: str) -> Path:
        write_files(text, tmp_path)
        monkeypatch.chdir(tmp_path)
        (tmp_path / "graph").mkdir(exist_ok=True)
        return Path("graph")

    return write


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The flagship, built as `make build` does."""
    target = tmp_path_factory.mktemp("flagship") / "site"
    done = mkdocs(
        "build",
        "--strict",
        "--site-dir",
        str(target),
        folder=ROOT,
        LEARNPATH_REPOSITORY="https://github.com/example/example",
    )
    assert done.returncode == 0, done.stderr
    return target


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine, and give its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def small_site(folder: Path, text: str, below: str) -> Iterator[str]:
    """Build the knowledge base that a case holds, serve it below a path, and give its address."""
    write_files(text, folder)
    done = mkdocs("build", "--site-dir", str(folder / "served" / below), folder=folder)
    assert done.returncode == 0, done.stderr
    with serving(folder / "served") as root:
        yield f"{root}{below}/"


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Open a fresh profile; `script` runs before those of each page."""
    opened: list[BrowserContext] = []

    def open_one(script: str = "", **settings: Any) -> BrowserContext:
        context = browser.new_context(**settings)
        context.set_default_timeout(10_000)
        context.add_init_script(script)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser; each test opens a context of its own in it, as a fresh profile."""
    found = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        # What a worker gives does not pass by the routes of a test; test_offline.py asks for one.
        browser.new_context = functools.partial(browser.new_context, service_workers="block")  # type: ignore[method-assign]
        yield browser
        browser.close()
