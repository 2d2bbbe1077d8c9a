"""The search: what it finds in either language, how it is used by keyboard, and what it says when it cannot."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from conftest import serving, small_site
from learnpath import indexing

KNOWLEDGE = """\
== mkdocs.yml
site_name: Sums
theme: {name: material, font: false}
plugins: [learnpath]
extra: {generator: false}
== docs/index.md
Sums, step by step.
== graph/knowledge-base.yaml
title: {en: Sums, zh: 算术}
languages: [en, zh]
== graph/concepts/counting.yaml
title: {en: Counting, zh: 数数}
aliases: [{en: tallying}]
summary: {en: "One, two & three.", zh: 一、二、三。}
== graph/concepts/adding.yaml
title: {en: Adding, zh: 加法}
prerequisites: [counting]
== graph/paths/sums.yaml
title: {en: Counting and adding, zh: 数数与加法}
steps: [counting, adding]
== graph/faq.yaml
why-count:
  question: {en: Why is counting first?, zh: 为什么先数数？}
  answer: {en: Sums rest on it., zh: 加法以它为基础。}
"""

QUERIES = yaml.safe_load((Path(__file__).parent / "search_queries.yaml").read_text("utf-8"))

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The small knowledge base, built and served below a path."""
    with small_site(tmp_path_factory.mktemp("sums"), KNOWLEDGE, "deep") as where:
        yield where


@pytest.fixture
def visit(visit: Callable[..., BrowserContext]) -> Callable[..., BrowserContext]:
    """Open a fresh profile; the index takes its time."""

    def open_one(**settings: Any) -> BrowserContext:
        context = visit(**settings)
        context.set_default_timeout(15_000)
        return context

    return open_one


@pytest.fixture
def tab(address: str, visit: Callable[..., BrowserContext]) -> Page:
    page = visit().new_page()
    page.goto(address + "concepts/adding/")
    return page


def ask(tab: Page, query: str) -> list[str]:
    """Type a query into the open search, and give the addresses of what it finds, in order."""
    field, said = tab.locator("#search-field"), tab.locator(".search-said")
    field.fill("")
    expect(said).to_be_empty()
    field.fill(query)
    expect(said).to_contain_text(re.compile("found|找到"))
    return [
        str(link.evaluate("link => link.href")) for link in tab.locator(".search-found a").all()
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_meant_is_among_the_first_three_for_28_of_30_queries(
    language: str, site: Path, visit: Callable[..., BrowserContext]
) -> None:
    queries = QUERIES[language]
    assert len(queries) == 30
    with serving(site) as root:
        base = root if language == "en" else f"{root}{language}/"
        tab = visit().new_page()
        hosts: set[str] = set()
        tab.on("request", lambda request: hosts.add(request.url.split("/")[2]))
        tab.goto(base + "concepts/lstm/")
        tab.keyboard.press("/")
        missed = {}
        for each in queries:
            found = [link.removeprefix(base) for link in ask(tab, each["query"])]
            if not set(found[:3]) & set(each["pages"]):
                missed[each["query"]] = found[:3]
    assert len(missed) <= 2, missed
    assert len(hosts) == 1


def test_what_is_found_is_grouped_by_kind_and_what_has_the_name_comes_first(tab: Page) -> None:
    tab.keyboard.press("s")
    found = ask(tab, "counting")
    assert found[0].endswith("/concepts/counting/")
    assert any(link.endswith("/faq/#why-count") for link in found)
    assert tab.locator(".search-found h2").all_text_contents()[0] == "Concepts"
    assert {"Concepts", "Guided paths", "Questions and answers"} <= set(
        tab.locator(".search-found h2").all_text_contents()
    )
    assert ask(tab, "tallied")[0].endswith("/concepts/counting/"), (
        "by another name, in another form"
    )
    expect(tab.locator(".search-found a").first).to_contain_text("One, two & three.")


def test_each_language_finds_its_own_pages_below_a_path(address: str, tab: Page) -> None:
    tab.goto(address + "zh/concepts/adding/")
    tab.keyboard.press("/")
    found = ask(tab, "加法")
    assert found[0] == address + "zh/concepts/adding/"
    assert all(link.startswith(address + "zh/") for link in found)
    tab.goto(address)
    tab.keyboard.press("/")
    assert not any("/zh/" in link for link in ask(tab, "adding"))


def test_the_keyboard_does_it_all(address: str, tab: Page) -> None:
    opener = tab.get_by_role("button", name="Search")
    opener.focus()
    opener.press("Enter")
    field = tab.locator("#search-field")
    expect(field).to_be_focused()
    ask(tab, "counting")
    field.press("ArrowDown")
    links = tab.locator(".search-found a")
    expect(links.first).to_be_focused()
    tab.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    tab.keyboard.press("Escape")
    expect(tab.locator("dialog.search")).to_be_hidden()
    expect(opener).to_be_focused()
    tab.keyboard.press("s")
    expect(field).to_be_focused()
    field.press("Enter")
    tab.wait_for_url(address + "concepts/counting/")


def test_the_keys_are_letters_where_one_writes(address: str, tab: Page) -> None:
    tab.goto(address + "plan/")
    tab.locator("#goals-search").press_sequentially("s/")
    expect(tab.locator("#goals-search")).to_have_value("s/")
    expect(tab.locator("dialog.search")).to_have_count(0)


def test_nothing_asked_shows_nothing_and_nothing_found_says_so(address: str, tab: Page) -> None:
    tab.keyboard.press("/")
    expect(tab.locator(".search-said")).to_be_empty()
    expect(tab.locator(".search-found a")).to_have_count(0)
    tab.locator("#search-field").fill("zyxwvu <b>")
    expect(tab.locator(".search-said")).to_contain_text("Nothing is found for “zyxwvu <b>”.")
    expect(tab.locator(".search-said a")).to_have_attribute("href", address + "concepts/")


@pytest.mark.parametrize(
    ("offline", "says"), [(True, "You seem to be offline"), (False, "could not be loaded")]
)
def test_without_the_index_it_says_why_and_tries_again(offline: bool, says: str, tab: Page) -> None:
    lost = "**/assets/search/**"
    tab.route(lost, lambda route: route.abort())
    tab.context.set_offline(offline)
    tab.keyboard.press("/")
    tab.locator("#search-field").fill("count")
    expect(tab.locator(".search-said")).to_contain_text(says)
    expect(tab.locator(".search-said a")).to_have_text("list of all concepts")
    tab.context.set_offline(False)
    tab.unroute(lost)
    tab.locator("#search-field").fill("counting")
    expect(tab.locator(".search-found a").first).to_contain_text("Counting")


def test_without_scripts_its_button_leads_to_the_list_of_concepts(
    address: str, visit: Callable[..., BrowserContext]
) -> None:
    tab = visit(java_script_enabled=False).new_page()
    tab.goto(address + "zh/concepts/adding/")
    tab.locator(".search-open").click()
    tab.wait_for_url(address + "zh/concepts/")


def test_a_policy_for_scripts_leaves_it_at_work(
    address: str, visit: Callable[..., BrowserContext]
) -> None:
    tab = visit().new_page()

    def with_policy(route: Any) -> None:
        answer = route.fetch()
        policy = "script-src 'self' 'wasm-unsafe-eval'"
        route.fulfill(
            response=answer, headers={**answer.headers, "content-security-policy": policy}
        )

    tab.route("**/assets/**", with_policy)
    tab.goto(address + "concepts/adding/")
    tab.keyboard.press("/")
    assert ask(tab, "counting")


@pytest.mark.parametrize("size", [(390, 700), (1280, 800)])
def test_axe_finds_nothing_and_a_phone_need_not_scroll_sideways(
    size: tuple[int, int], address: str, visit: Callable[..., BrowserContext]
) -> None:
    tab = visit(viewport={"width": size[0], "height": size[1]}).new_page()
    tab.goto(address + "concepts/adding/")
    tab.locator(".search-open").click()
    ask(tab, "counting")
    found = Axe().run(tab)
    assert found.response["violations"] == [], found.generate_report()
    box = tab.locator("dialog.search").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
    assert (
        tab.locator(".search-scroll").evaluate("each => each.scrollWidth - each.clientWidth") <= 0
    )


def test_the_same_pages_give_the_same_index(tmp_path: Path) -> None:
    records = [
        indexing.Record(f"{id}/", language, "concept", id, f"<p>All about {id}.</p>")
        for id in ("counting", "adding")
        for language in ("en", "zh")
    ]
    both = []
    for name in ("one", "other"):
        indexing.write_index(records, tmp_path / name)
        files = sorted(each for each in (tmp_path / name).rglob("*") if each.is_file())
        both.append({each.relative_to(tmp_path / name): each.read_bytes() for each in files})
    assert both[0] == both[1]
    assert len(both[0]) > 5


def test_parts_of_a_page_are_found_at_their_headings() -> None:
    html = (
        '<p>Intro</p><h2 id="a">Why <em>a</em>?<a class="headerlink" href="#a">&para;</a></h2><p>A.</p>'
        '<h3 id="b">B &amp; C</h3><p>B.</p>'
    )
    found = list(indexing.parts(indexing.Record("faq/", "en", "question", "FAQ", html)))
    assert [(each.address, each.title, each.html) for each in found] == [
        ("faq/#a", "Why a?", "<p>A.</p>"),
        ("faq/#b", "B &amp; C", "<p>B.</p>"),
    ]
