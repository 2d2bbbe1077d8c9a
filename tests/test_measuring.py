"""What is counted for those who keep a knowledge base: the numbers, the command and the page."""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import networkx as nx
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import BrowserContext, expect

from cases import write_files
from conftest import ROOT, mkdocs, serving
from learnpath import building, reading
from learnpath.cli import main
from learnpath.graph import depths, resting_on
from learnpath.measuring import Measures, measured
from learnpath.views import Views
from learnpath.views.stats import sections

BREAD = """== graph/knowledge-base.yaml
title: {en: Bread, zh: 面包}
languages: [en, zh]
areas: {base: {title: {en: Basics, zh: 基础}}, bake: {title: {en: Baking, zh: 烘焙}}}
kinds: {skill: {title: {en: Skill, zh: 技能}}}
== graph/concepts/flour.yaml
title: {en: Flour, zh: 面粉}
area: base
kind: skill
minutes: 30
questions:
  - {ask: {en: "Which?", zh: 哪种？}, choices: [{en: this, zh: 这种}, {en: that, zh: 那种}], answer: 0, because: {en: So., zh: 如此。}}
== graph/concepts/water.yaml
title: {en: Water, zh: 水}
area: base
minutes: 10
== graph/concepts/milk.yaml
title: {en: Milk, zh: 奶}
minutes: 20
== graph/concepts/dough.yaml
title: {en: Dough, zh: 面团}
area: bake
minutes: 60
prerequisites:
  - {concept: flour, why: {en: It is the body., zh: 它是主体。}}
  - any_of: [water, milk]
resources: [{resource: book}]
== graph/concepts/loaf.yaml
title: {en: Loaf, zh: 整条面包}
area: bake
minutes: 90
prerequisites: [dough]
== graph/concepts/taste.yaml
title: {en: Taste, zh: 味道}
ongoing: true
prerequisites: [loaf]
== graph/resources.yaml
book: {title: Bread, type: book, level: beginner, verified: unverified}
page: {title: Page, type: post, level: beginner}
== docs/concepts/dough.md
Knead it.
== docs/zh/concepts/dough.md
揉面。
== docs/concepts/loaf.md
Bake it well.
== docs/zh/concepts/loaf.md

"""
PLUGINS = "== mkdocs.yml\nsite_name: B\ntheme: {name: material, font: false}\nsite_url: https://example.org/\nplugins: [learnpath]\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def counted(graph: Path, today: date = date(2026, 1, 10)) -> Measures:
    return measured(building.sound(graph), today)


def test_the_whole_is_counted_with_each_alternative_as_a_prerequisite(
    case: Callable[[str], Path],
) -> None:
    whole = counted(case(BREAD)).whole
    assert (whole.concepts, whole.ongoing, whole.without_minutes) == (6, 1, 0)
    assert (whole.edges, whole.choices, whole.depth) == (5, 1, 4)
    assert (whole.minutes, whole.questions, whole.resources) == (210, 1, 2)


def test_concepts_are_grouped_by_area_and_kind_and_those_of_none_come_last(
    case: Callable[[str], Path],
) -> None:
    found = counted(case(BREAD))
    assert [(each.id, each.concepts, each.minutes) for each in found.areas] == [
        ("base", 2, 40),
        ("bake", 2, 150),
        (None, 2, 20),
    ]
    assert [(each.id, each.concepts) for each in found.kinds] == [("skill", 1), (None, 5)]


def test_the_longest_chain_is_the_one_of_several_that_takes_most_hours(
    case: Callable[[str], Path],
) -> None:
    found = counted(case(BREAD))
    assert found.levels == (3, 1, 1, 1)
    [chain] = found.chains
    assert (chain.concepts, chain.minutes) == (("flour", "dough", "loaf", "taste"), 180)


def test_a_bottleneck_is_what_many_rest_on(case: Callable[[str], Path]) -> None:
    found = {each.concept: each for each in counted(case(BREAD)).bottlenecks}
    assert (found["flour"].above, found["flour"].share, found["flour"].direct) == (3, 0.6, 1)
    assert "taste" not in found, "nothing rests on it"
    assert list(found)[:3] == ["flour", "milk", "water"]


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40))
def test_depth_and_what_rests_on_a_concept_are_those_of_networkx(
    pairs: list[tuple[int, int]],
) -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from((str(min(pair)), str(max(pair))) for pair in pairs if pair[0] != pair[1])
    assert resting_on(graph) == {each: len(nx.descendants(graph, each)) for each in graph}
    longest = nx.dag_longest_path_length(graph) + 1 if graph else 0
    assert max(depths(graph).values(), default=0) == longest


def test_what_is_missing_is_counted_whether_anybody_asks_for_it_or_not(
    case: Callable[[str], Path],
) -> None:
    found = {(each.what, each.language): each for each in counted(case(BREAD)).missing}
    assert found["missing-question", ""].places == 5
    assert found["missing-prose", "en"].concepts == ("flour", "milk", "taste", "water")
    assert found["missing-prose", "zh"].concepts == ("flour", "loaf", "milk", "taste", "water"), (
        "an empty page is none"
    )
    assert found["missing-reason", ""].concepts == ("dough", "loaf", "taste")
    assert found["missing-note", ""].places == 1


def test_resources_are_told_apart_by_how_they_were_checked(case: Callable[[str], Path]) -> None:
    found = {each.how: each.resources for each in counted(case(BREAD)).verified}
    assert found == {"verified": ("page",), "partial": (), "unverified": ("book",)}


def test_a_share_of_translation_counts_texts_and_pages(case: Callable[[str], Path]) -> None:
    graph = case(BREAD)
    [whole] = counted(graph).translated
    assert (whole.texts, whole.of_texts, whole.pages, whole.of_pages) == (15, 15, 2, 2)
    assert whole.share == 1
    file = graph / "concepts" / "dough.yaml"
    file.write_text(file.read_text("utf-8").replace(", zh: 它是主体。", ""), "utf-8")
    Path("docs/zh/concepts/loaf.md").unlink()
    [part] = counted(graph).translated
    assert (part.texts, part.pages, part.share) == (14, 1, 15 / 17)
    assert counted(graph).translated[0].stale == ()
    run("translations", "confirm", "--all")
    Path("docs/concepts/dough.md").write_text("Knead it long.\n")
    assert counted(graph).translated[0].stale == ("docs/concepts/dough.md",)


def test_pages_are_measured_as_written_each_language_for_itself(
    case: Callable[[str], Path],
) -> None:
    english, chinese = counted(case(BREAD)).sizes
    assert (english.language, english.pages, english.characters, english.median) == (
        "en",
        2,
        24,
        12,
    )
    assert english.longest == (("concepts/loaf", 14), ("concepts/dough", 10))
    assert (chinese.pages, chinese.characters) == (2, 5)


def test_the_age_of_a_run_is_counted_up_to_the_day_it_is_asked_on() -> None:
    base = reading.read(ROOT / "graph").knowledge_base
    first = min(run.ran for run in base.runs.values())
    ten_days_on = date.fromordinal(date.fromisoformat(first).toordinal() + 10)
    found = measured(base, ten_days_on)
    assert (found.runs[0].ran, found.runs[0].days) == (first, 10)
    assert found.versions[0][0] == "python"
    assert sum(count for name, _, count in found.versions if name == "python") == len(found.runs)
    before = measured(base, date(2020, 1, 1))
    assert {each.days for each in before.runs} == {0}, "no age is less than none"


def test_the_command_prints_what_the_page_says(case: Callable[[str], Path]) -> None:
    case(BREAD)
    told = run("stats").stdout
    views = Views(building.sound(Path("graph")), "en", reading.labels("en"))
    for section in sections(views):
        assert f"{section.title}\n" in told
    assert re.search(r"  Flour +3 +60% +1\n", told)
    assert "Ends with  Concepts  Hours\n  Taste             4      3\n" in told
    assert "The chain to Taste: Flour → Dough → Loaf → Taste" in told
    assert "关键概念" in run("stats", "--language", "zh").stdout
    whole = json.loads(run("stats", "--format", "json").stdout)
    assert (whole["whole"]["concepts"], whole["translated"][0]["share"]) == (6, 1)


def test_where_there_is_nothing_to_count_it_says_so(case: Callable[[str], Path]) -> None:
    case("== graph/concepts/a.yaml\ntitle: A\n")
    told = run("stats").stdout
    for words in (
        "No concept names an area.",
        "No concept names a kind.",
        "No concept needs another.",
        "No snippet has a recorded run.",
        "There are no resources.",
        "There is one language only.",
        "There are no written pages.",
    ):
        assert words in told
    assert run("stats", "--graph", "grahp").exit_code == 1


def test_a_part_is_never_written_as_the_whole(case: Callable[[str], Path]) -> None:
    entries = "".join(f"r{n}: {{title: R{n}, type: post, level: beginner}}\n" for n in range(400))
    odd = "odd: {title: Odd, type: post, level: beginner, verified: unverified}\n"
    case(f"== graph/concepts/a.yaml\ntitle: A\n== graph/resources.yaml\n{entries}{odd}")
    told = run("stats").stdout
    assert "400    99%" in told
    assert "1    <1%" in told


@pytest.fixture(scope="module")
def bread(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small knowledge base as a site, with a title that is no HTML."""
    folder = tmp_path_factory.mktemp("bread")
    text = BREAD.replace("en: Flour,", 'en: "<i>Flour</i> | *x*",')
    write_files(PLUGINS + text + "== docs/index.md\nWelcome.\n", folder)
    done = mkdocs("build", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder / "site"


@pytest.mark.parametrize("language", ["", "zh/"])
def test_search_engines_leave_the_page_out_and_the_contents_lead_to_it(
    language: str, bread: Path
) -> None:
    page = (bread / language / "stats" / "index.html").read_text("utf-8")
    assert '<meta name="robots" content="noindex">' in page
    assert ("面粉" if language else "&lt;i&gt;Flour&lt;/i&gt; | *x*") in page
    home = (bread / language / "index.html").read_text("utf-8")
    assert 'content="noindex"' not in home
    assert 'href="stats/"' in home
    assert "stats/" not in (bread / "sitemap.xml").read_text("utf-8")
    assert "glossary/" in (bread / "sitemap.xml").read_text("utf-8")


@pytest.mark.browser
@pytest.mark.parametrize(("language", "query"), [("", "bottlenecks"), ("zh/", "瓶颈 关键概念")])
def test_the_search_does_not_find_the_page(
    language: str, query: str, bread: Path, visit: Callable[..., BrowserContext]
) -> None:
    with serving(bread) as address:
        tab = visit().new_page()
        tab.goto(f"{address}{language}")
        tab.keyboard.press("/")
        tab.locator("#search-field").fill(query)
        expect(tab.locator(".search-said")).not_to_be_empty()
        tab.wait_for_timeout(500)
        found = [link.get_attribute("href") or "" for link in tab.locator(".search-found a").all()]
        assert [each for each in found if "stats" in each] == []


@pytest.mark.browser
@pytest.mark.parametrize("language", ["", "zh/"])
def test_a_maintainer_unfolds_by_keyboard_what_a_number_counts(
    language: str, bread: Path, visit: Callable[..., BrowserContext]
) -> None:
    with serving(bread) as address:
        tab = visit(viewport={"width": 390, "height": 800}).new_page()
        tab.goto(f"{address}{language}stats/")
        assert tab.locator("h1").count() == 1
        assert tab.locator("h2").count() == 12
        closed = tab.locator(".stats details:not([open])").first
        closed.locator("summary").focus()
        tab.keyboard.press("Enter")
        link = tab.locator(".stats details[open] a[href$='concepts/dough/']").last
        expect(link).to_be_visible()
        link.focus()
        tab.keyboard.press("Enter")
        tab.wait_for_url(f"{address}{language}concepts/dough/")
