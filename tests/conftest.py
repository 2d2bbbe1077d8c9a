"""What tests share: a folder with the files of a case, and the sites that several tests look at."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from cases import write_files

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
