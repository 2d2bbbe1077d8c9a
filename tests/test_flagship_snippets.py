"""Every snippet of the flagship is executed for real, gives what its record says, and catches its declared mistake.

The runs of all selected tests start together, two at a time, and each test waits for its own: `-k bptt` runs one.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from conftest import ROOT
from learnpath import building
from learnpath.model import KnowledgeBase
from learnpath.snippets.judging import jobs, problems_of
from learnpath.snippets.notebooks import cells_in
from learnpath.snippets.recording import notebook
from learnpath.snippets.running import Job, Outcome, execute, local, sabotaged

IDS = sorted(file.stem for file in (ROOT / "snippets").glob("*.py"))
MOST_CODE = 125  # lines: one idea, seen whole

Wait = Callable[[str, str], Outcome]


@pytest.fixture(scope="module")
def base() -> Iterator[KnowledgeBase]:
    former = Path.cwd()
    os.chdir(ROOT)
    yield building.checked(Path("graph")).base
    os.chdir(former)


@pytest.fixture(scope="module")
def outcome_of(request: pytest.FixtureRequest, base: KnowledgeBase) -> Iterator[Wait]:
    """Start the runs that the selected tests ask for, and give a function that waits for one of them."""
    wanted = [
        (str(item.callspec.params["id"]), str(item.callspec.params["form"]))
        for item in request.session.items
        if isinstance(item, pytest.Function) and "outcome_of" in item.fixturenames
    ]
    wanted.sort(key=lambda pair: (pair[1], pair[0]))
    with local(min(2, os.cpu_count() or 1)) as pool:
        runs: dict[tuple[str, str], Future[Outcome]] = {}
        for id, form in wanted:
            (job,) = jobs(base, [id])
            runs[id, form] = pool.submit(
                execute, Job(sabotaged(job.snippet), job.data) if form == "sabotaged" else job
            )
        yield lambda id, form: runs[id, form].result()
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("form", ["as-it-stands"])
@pytest.mark.parametrize("id", IDS)
def test_a_snippet_runs_and_gives_what_its_record_says(
    id: str, form: str, base: KnowledgeBase, outcome_of: Wait
) -> None:
    outcome = outcome_of(id, form)
    assert [str(each) for each in problems_of(base, outcome)] == []


@pytest.mark.parametrize("form", ["sabotaged"])
@pytest.mark.parametrize("id", IDS)
def test_a_snippet_catches_its_declared_mistake(
    id: str, form: str, base: KnowledgeBase, outcome_of: Wait
) -> None:
    failure = outcome_of(id, form).failure
    assert failure is not None, "nobody noticed"
    assert failure.name == "AssertionError", str(failure)
    assert failure.cell == base.snippets[id].code[-1], "the last cell is the one that checks"


def test_there_are_at_least_22_and_each_belongs_to_a_concept(base: KnowledgeBase) -> None:
    assert len(base.snippets) >= 22
    used = {id for concept in base.concepts.values() for id in concept.snippets}
    assert base.snippets.keys() == used


@pytest.mark.parametrize("id", IDS)
def test_a_snippet_is_short_and_speaks_both_languages(id: str, base: KnowledgeBase) -> None:
    snippet = base.snippets[id]
    lines = [line for cell in snippet.code for line in cell.source.splitlines() if line.strip()]
    assert len(lines) <= MOST_CODE
    for language in base.languages:
        words = [cell for cell in cells_in(snippet, language, "en") if cell.kind == "markdown"]
        assert {cell.language for cell in words} == {language}
        assert all(base.say(figure.alt, language) for figure in snippet.figures)


@pytest.mark.parametrize("id", IDS)
def test_a_snippet_for_the_browser_imports_only_what_a_browser_has(
    id: str, base: KnowledgeBase
) -> None:
    snippet = base.snippets[id]
    if snippet.runtime != "numpy":
        return
    imported = {name for cell in snippet.code if not cell.needs_tensorflow for name in cell.modules}
    assert not imported & {"keras", "tensorflow"}


@pytest.mark.parametrize("id", IDS)
def test_the_recorded_notebook_has_the_words_of_the_snippet(id: str, base: KnowledgeBase) -> None:
    kept = (ROOT / "snippets" / "recorded" / f"{id}.ipynb").read_text(encoding="utf-8")
    assert notebook(base.snippets[id], base.runs[id]) == kept, f"learnpath snippets record {id}"


@pytest.mark.parametrize("id", IDS)
def test_no_snippet_asks_another_host(id: str) -> None:
    text = (ROOT / "snippets" / f"{id}.py").read_text(encoding="utf-8")
    code = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for word in (
        "http://",
        "https://",
        "urllib.request",
        "requests",
        "fetch_",
        "get_file",
        "download",
    ):
        assert word not in code
