"""How long the snippets take: our runner cold with one job and with two, and warm, against nbmake and mkdocs-jupyter.

All of them execute the same notebooks in the same run; nbmake and mkdocs-jupyter have no cache of outputs, so their
second time is their first. Name snippets to run those alone; without names those for NumPy run, with `all` every one.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from learnpath import building
from learnpath.model import KnowledgeBase, Run, Snippet
from learnpath.snippets.judging import jobs
from learnpath.snippets.recording import notebook
from learnpath.snippets.running import ENVIRONMENT, Cache, local, run

ROOT = Path(__file__).parent.parent


def runner(base: KnowledgeBase, ids: list[str], cache: Cache, processes: int) -> dict[str, float]:
    """Run snippets with our runner; give the seconds of each, and of all under ""."""
    begin = time.perf_counter()
    found = {
        each.id: each.seconds for each in run(jobs(base, ids), cache, lambda: local(processes))
    }
    found[""] = time.perf_counter() - begin
    return found


def timed(*command: str, folder: Path) -> float:
    """Run a command that must succeed; give its seconds."""
    begin = time.perf_counter()
    environment = {**os.environ, **ENVIRONMENT, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return time.perf_counter() - begin


def write_notebooks(snippets: list[Snippet], folder: Path) -> None:
    """Write snippets as notebooks without outputs, as a folder of pages for mkdocs-jupyter."""
    (folder / "docs").mkdir(parents=True)
    for snippet in snippets:
        bare = Run(snippet.id, "", "", {}, ())
        (folder / "docs" / f"{snippet.id}.ipynb").write_text(
            notebook(snippet, bare), encoding="utf-8"
        )
    (folder / "docs" / "index.md").write_text("# Snippets\n")
    (folder / "mkdocs.yml").write_text(
        "site_name: Snippets\ntheme: {name: material, font: false}\nplugins:\n"
        "  - mkdocs-jupyter: {execute: true, allow_errors: false, cache: false, include: ['*.ipynb'], ignore: ['*.md']}\n"
    )


def main() -> None:
    """Print the figures."""
    os.chdir(ROOT)
    base = building.checked(Path("graph")).base
    wanted = sys.argv[1:] or [each.id for each in base.snippets.values() if each.runtime == "numpy"]
    ids = list(base.snippets) if wanted == ["all"] else wanted
    folder = Path(tempfile.mkdtemp())
    try:
        two = runner(base, ids, Cache(folder / "two"), 2)
        warm = runner(base, ids, Cache(folder / "two"), 2)[""]
        one = runner(base, ids, Cache(folder / "one"), 1)
        write_notebooks([base.snippets[id] for id in ids], folder)
        nbmake = timed("pytest", "--nbmake", "-q", "-p", "no:cacheprovider", "docs", folder=folder)
        jupyter = timed("mkdocs", "build", folder=folder)
    finally:
        shutil.rmtree(folder)
    for id in sorted(ids, key=lambda id: -one[id]):
        print(f"{one[id]:7.1f} s  {id}")
    print(
        f"{len(ids)} snippets: one job {one['']:.1f} s, two jobs {two['']:.1f} s, warm {warm:.2f} s"
    )
    print(f"nbmake {nbmake:.1f} s, mkdocs-jupyter {jupyter:.1f} s")
    print(
        f"two jobs are {one[''] / two['']:.2f} times as fast as one, {nbmake / two['']:.2f} times as fast as nbmake,"
    )
    print(
        f"{jupyter / two['']:.2f} times as fast as mkdocs-jupyter; a second run is {nbmake / warm:.0f} times as fast as nbmake's"
    )


if __name__ == "__main__":
    main()
