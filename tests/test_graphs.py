"""One broken graph a file, one promise each: the lines at its top are all that is said about it."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cases import GRAPHS, promised
from learnpath import building

BROKEN = sorted((GRAPHS / "broken").glob("*.txt"))
GOOD = sorted((GRAPHS / "good").glob("*.txt"))


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_a_broken_graph_says_what_is_wrong_and_where(
    file: Path, case: Callable[[str], Path]
) -> None:
    text = file.read_text(encoding="utf-8")
    assert promised(text), "a broken case promises something"
    begin = time.perf_counter()
    problems = building.checked(case(text)).problems
    assert time.perf_counter() - begin < 1
    assert [str(each) for each in problems] == promised(text)


def test_there_are_many_broken_graphs() -> None:
    assert len(BROKEN) >= 45


def test_ten_mistakes_in_one_file_are_ten_problems_in_one_run(case: Callable[[str], Path]) -> None:
    problems = building.checked(
        case((GRAPHS / "broken" / "ten-mistakes-in-one-file.txt").read_text())
    ).problems
    assert len({each.place for each in problems}) == len(problems) >= 10


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_a_good_graph_has_no_problems_and_builds(file: Path, case: Callable[[str], Path]) -> None:
    graph = case(file.read_text(encoding="utf-8"))
    assert building.checked(graph).problems == []
    assert building.build(graph).pages
