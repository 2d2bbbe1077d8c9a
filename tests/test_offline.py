"""Reading without a network, in a real browser: what was visited, the path that is followed, and a new build."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cases import write_files
from conftest import mkdocs, serving
from learnpath import offline

KNOWLEDGE = """\
== mkdocs.yml
site_name: Sums
theme: {name: material, font: false}
plugins: [search, learnpath]
== graph/knowledge-base.yaml
title: {en: Sums & more, zh: 算术}
summary: {en: Step by *step*., zh: 一步一步。}
languages: [en, zh]
== graph/concepts/counting.yaml
title: {en: Counting, zh: 数数}
summary: {en: "One, $2$, three.", zh: 一二三。}
== graph/concepts/adding.yaml
title: {en: Adding, zh: 加法}
prerequisites: [counting]
== graph/concepts/beads.yaml
title: {en: Beads, zh: 珠子}
== docs/concepts/adding.md
![Two heaps](../heaps.svg)
== docs/heaps.svg
<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>
== graph/paths/first.yaml
title: {en: First steps, zh: 第一步}
steps: [counting, adding]
"""

KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) found.push(request.url);
  return found;
}"""


def built(folder: Path) -> Path:
    done = mkdocs("build", "--site-dir", str(folder / "served" / "sums"), folder=folder)
    assert done.returncode == 0, done.stderr
    return folder / "served"


@pytest.fixture(scope="module")
def sums(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small knowledge base, built below a path."""
    folder = tmp_path_factory.mktemp("sums")
    write_files(KNOWLEDGE, folder)
    built(folder)
    return folder


@pytest.fixture
def reader(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile in which workers may run."""
    context = browser.new_context(service_workers="allow")
    context.set_default_timeout(15_000)
    yield context
    context.close()


def wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(150):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it never came to hold")


def wait_until_kept(tab: Page, *ends: str) -> None:
    wait_until(lambda: all(any(each.endswith(end) for each in tab.evaluate(KEPT)) for end in ends))


@pytest.mark.browser
def test_the_pages_of_a_followed_path_open_without_a_network(
    sums: Path, reader: BrowserContext
) -> None:
    tab = reader.new_page()
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    with serving(sums / "served") as root:
        tab.goto(f"{root}sums/paths/first/")
        tab.get_by_role("button", name="Follow this path").click()
        wait_until_kept(
            tab,
            "paths/first/",
            "concepts/counting/",
            "concepts/adding/",
            "heaps.svg",
            "search_index.json",
            "words.json",
        )
    tab.goto(f"{root}sums/")
    expect(tab.locator("h1")).to_contain_text("Sums & more")
    tab.goto(f"{root}sums/paths/first/?from=here#the-steps")
    expect(tab.get_by_role("button", name="Stop following")).to_be_visible()
    for title in ("Counting", "Adding"):
        tab.get_by_role("article").get_by_role("link", name=title).first.click()
        expect(tab.locator("h1")).to_contain_text(title)
        expect(tab.locator("[data-guide=trail]")).to_contain_text("of 2")
        assert (
            tab.evaluate("getComputedStyle(document.querySelector('.md-header')).position")
            == "sticky"
        )
        tab.goto(f"{root}sums/paths/first/")
    tab.goto(f"{root}sums/concepts/adding/")
    assert tab.evaluate("document.querySelector('article img').naturalWidth") == 1
    assert wrong == []


@pytest.mark.browser
def test_a_page_that_cannot_be_had_says_so_in_its_language(
    sums: Path, reader: BrowserContext
) -> None:
    tab = reader.new_page()
    with serving(sums / "served") as root:
        tab.goto(f"{root}sums/concepts/counting/")
        wait_until_kept(tab, "/sums/", "/sums/zh/", "concepts/counting/")
    tab.goto(f"{root}sums/concepts/beads/")
    expect(tab.locator("h1")).to_have_text("You are offline")
    tab.goto(f"{root}sums/zh/concepts/beads/")
    expect(tab.locator("h1")).to_have_text("你处于离线状态")
    assert tab.locator("html").get_attribute("lang") == "zh"
    tab.get_by_role("link", name="首页").click()
    expect(tab.locator("h1")).to_contain_text("算术")
    tab.goto(f"{root}sums/concepts/counting/")
    expect(tab.locator("h1")).to_contain_text("Counting")


@pytest.mark.browser
def test_a_new_build_is_shown_at_the_next_visit_and_kept_in_place_of_the_former(
    tmp_path: Path, reader: BrowserContext
) -> None:
    write_files(KNOWLEDGE, tmp_path)
    tab = reader.new_page()
    with serving(built(tmp_path)) as root:
        tab.goto(f"{root}sums/paths/first/")
        tab.get_by_role("button", name="Follow this path").click()
        wait_until_kept(tab, "concepts/counting/", "concepts/adding/", "words.json")
        former = tab.evaluate("caches.keys()")
        concept = tmp_path / "graph" / "concepts" / "counting.yaml"
        concept.write_text(concept.read_text().replace("Counting", "Counting again"))
        built(tmp_path)
        tab.goto(f"{root}sums/concepts/counting/")
        expect(tab.locator("h1")).to_contain_text("Counting again")
        wait_until(lambda: len(now := tab.evaluate("caches.keys()")) == 2 and now != former)
    tab.goto(f"{root}sums/paths/first/")
    expect(tab.locator("h1")).to_contain_text("First steps")
    expect(tab.get_by_role("article")).to_contain_text("Counting again")
    tab.goto(f"{root}sums/concepts/adding/")
    expect(tab.get_by_role("article")).to_contain_text("Counting again")


@pytest.mark.browser
def test_what_is_kept_of_another_site_on_the_host_stays(sums: Path, reader: BrowserContext) -> None:
    tab = reader.new_page()
    with serving(sums / "served") as root:
        tab.goto(root)
        tab.evaluate("caches.open('learnpath:/other/:abc')")
        tab.goto(f"{root}sums/")
        wait_until_kept(tab, "/sums/")
        wait_until(lambda: bool(tab.evaluate("!!navigator.serviceWorker.controller")))
        assert "learnpath:/other/:abc" in tab.evaluate("caches.keys()")


def test_a_site_can_be_installed_in_each_language(sums: Path) -> None:
    site = sums / "served" / "sums"
    english = json.loads((site / "manifest.webmanifest").read_text(encoding="utf-8"))
    assert english["name"] == "Sums & more"
    assert english["description"] == "Step by step."
    assert (site / english["icons"][0]["src"]).is_file()
    chinese = json.loads((site / "zh" / "manifest.webmanifest").read_text(encoding="utf-8"))
    assert (chinese["lang"], chinese["start_url"], chinese["scope"]) == ("zh", "./", "../")
    assert (site / "zh" / chinese["icons"][0]["src"]).is_file()
    page = (site / "zh" / "concepts" / "adding" / "index.html").read_text(encoding="utf-8")
    assert '<link rel="manifest" href="../../manifest.webmanifest">' in page


def test_all_that_every_page_needs_is_there_and_nothing_large(sums: Path) -> None:
    site = sums / "served" / "sums"
    first = (site / offline.WORKER).read_text(encoding="utf-8").partition(";\n")[0]
    told = json.loads(first.removeprefix("const build = "))
    assert set(told["apologies"]) == {"", "zh/"}
    files = [site / (f"{each}index.html" if each.endswith("/") else each) for each in told["shell"]]
    assert [file for file in files if not file.is_file()] == []
    assert sum(file.stat().st_size for file in files) <= 1_000_000


def test_the_version_is_that_of_the_files(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("a")
    first = offline.service_worker(tmp_path, {"": "x"})
    (tmp_path / offline.WORKER).write_text(first)
    assert offline.service_worker(tmp_path, {"": "x"}) == first
    (tmp_path / "a.html").write_text("b")
    assert offline.service_worker(tmp_path, {"": "x"}) != first


def test_a_site_may_do_without(tmp_path: Path) -> None:
    write_files(
        KNOWLEDGE.replace("[search, learnpath]", "[{learnpath: {offline: false}}]"), tmp_path
    )
    site = built(tmp_path) / "sums"
    assert not (site / offline.WORKER).exists()
    assert "offline.js" not in (site / "index.html").read_text(encoding="utf-8")
