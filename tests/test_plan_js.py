"""The planner of the page in a real browser, held to the planner in Python: the same answer to every question."""

import functools
import http.server
import json
import re
import shutil
import threading
from collections.abc import Iterator, Sequence

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from conftest import ROOT
from learnpath import building, exporting
from learnpath.planning import choosing, needs, ordering
from learnpath.planning.reasons import WINDOW
from plan_cases import Case, answer, random_case

ASSETS = ROOT / "generator" / "learnpath" / "assets"
BATCH = 50
"""Cases that cross over to the browser at once."""

ANSWERS = """async (cases) => {
  const { choicesOf, closure, needsOf, plan, reasonsOf, weight, within } = await import("/plan.js");
  return cases.map((each) => {
    const needs = needsOf(each.prerequisites, each.minutes, each.area);
    const made = plan(needs, each.goals, each.known, each.choose);
    const told = each.told ? reasonsOf(needs, made) : [];
    return {
      ...made,
      weight: weight(needs, made.steps),
      within: within(needs, made, each.minutes.map((minutes) => minutes ?? 0), each.budget),
      closure: [...closure(needs, each.goals, each.known, each.choose)].sort((a, b) => a - b),
      uses: told.map((reason) => reason.uses),
      ways: told.map((reason) => reason.way),
      refresh: told.map((reason) => reason.refresh),
      choices: told.map((_, number) => choicesOf(needs, made, made.steps[number])),
    };
  });
}"""

PLANNER = """async (graph) => {
  const { planner } = await import("/plan.js");
  const asked = planner(graph), goals = [graph.area.length - 1];
  const made = await asked.plan(goals, graph.known);
  return {
    steps: made.steps,
    weight: await asked.weight(made.steps),
    ways: (await asked.reasonsOf(made)).map((reason) => reason.way),
    closure: [...await asked.closure(goals, graph.known)].sort((a, b) => a - b),
  };
}"""

FAILS = """async (graph) => {
  const { planner } = await import("/plan.js");
  return planner(graph).plan([0]).catch((error) => error.message);
}"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(ASSETS))
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def tab(browser: Browser, address: str) -> Iterator[Page]:
    tab = browser.new_page()
    tab.goto(address)
    yield tab
    tab.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    "seeds", [range(300), pytest.param(range(300, 2300), marks=pytest.mark.full)], ids=str
)
def test_the_page_plans_random_graphs_as_python_does(seeds: range, tab: Page) -> None:
    for first in seeds[::BATCH]:
        batch = range(first, min(first + BATCH, seeds.stop))
        compare(tab, [f"seed {seed}" for seed in batch], [random_case(seed) for seed in batch])


@pytest.mark.browser
def test_the_page_plans_every_goal_of_the_flagship_as_python_does(tab: Page) -> None:
    graph = json.loads(exporting.plan_graph(building.sound(ROOT / "graph")))
    question = {**graph, "known": [], "choose": [], "budget": 600}
    goals = range(len(graph["ids"]))
    compare(tab, graph["ids"], [{**question, "goals": [goal]} for goal in goals])


def test_both_planners_state_the_same_numbers() -> None:
    text = (ASSETS / "plan.js").read_text(encoding="utf-8")
    page = {name: int(value) for name, value in re.findall(r"\b([A-Z_]+) = ([0-9_]+)", text)}
    python = {**vars(needs), **vars(choosing), **vars(ordering), "WINDOW": WINDOW}
    assert page.pop("LARGE") == 10_000, "how many concepts a page plans by itself"
    assert page == {name: python[name] for name in page}
    assert len(page) == 10


@pytest.mark.browser
@pytest.mark.parametrize(("size", "threads"), [(10_000, 0), (10_001, 1)])
def test_a_large_graph_is_planned_in_a_thread_of_its_own_with_the_same_answers(
    size: int, threads: int, tab: Page
) -> None:
    case = wide_case(size)
    said, expected = tab.evaluate(PLANNER, case), answer(case)
    assert said == {key: expected[key] for key in said}
    assert len(tab.workers) == threads


@pytest.mark.browser
def test_a_large_graph_is_planned_where_threads_are_forbidden(tab: Page, address: str) -> None:
    rule = "<meta http-equiv='Content-Security-Policy' content='worker-src none'>"
    tab.route(address, lambda route: route.fulfill(body=rule, content_type="text/html"))
    tab.goto(address)
    case = wide_case(10_001)
    said, expected = tab.evaluate(PLANNER, case), answer(case)
    assert said == {key: expected[key] for key in said}
    assert tab.workers == []


@pytest.mark.browser
@pytest.mark.parametrize("size", [2, 10_001])
def test_a_circle_is_an_error_in_the_page_too(size: int, tab: Page) -> None:
    circle = {"prerequisites": [[1], [0], *[[]] * (size - 2)], "minutes": [], "area": []}
    assert "circle" in tab.evaluate(FAILS, circle)


def compare(tab: Page, names: Sequence[str], cases: Sequence[Case]) -> None:
    """Ask the page and Python; name the first case in which they differ, and in what."""
    expected = [answer(case) for case in cases]
    asked = [
        {**case, "told": bool(each["uses"])} for case, each in zip(cases, expected, strict=True)
    ]
    said = tab.evaluate(ANSWERS, asked)
    for name, python, page in zip(names, expected, said, strict=True):
        differ = {key: (python[key], page[key]) for key in python if python[key] != page[key]}
        assert not differ, f"{name}: Python and the page differ in {', '.join(differ)}"


def wide_case(size: int) -> Case:
    """Give a graph of any size without long chains."""
    return {
        "prerequisites": [
            [number * 3 // 4, [number * 5 // 9, number // 2] if number < 99 else number * 5 // 9]
            if number > 8
            else []
            for number in range(size)
        ],
        "minutes": [30 + number % 7 for number in range(size)],
        "area": [number % 3 for number in range(size)],
        "goals": [size - 1],
        "known": [3],
        "choose": [],
        "budget": 600,
    }
