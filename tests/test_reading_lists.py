"""The page of the reading lists, as a reader filters it: by address, by keyboard, without scripts, and taken along as BibTeX."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from conftest import serving, small_site

pytestmark = pytest.mark.browser

SUMS = """\
== mkdocs.yml
site_name: Sums
theme: {name: material, font: false, features: [toc.follow]}
plugins: [learnpath]
== docs/index.md
Sums, step by step.
== graph/knowledge-base.yaml
title: {en: Sums, zh: 算术}
languages: [en, zh]
areas: {numbers: {title: {en: Numbers, zh: 数}}, sums: {title: {en: 'Sums & <i>more</i>', zh: 加减}}}
== graph/concepts/counting.yaml
title: {en: Counting, zh: 数数}
area: numbers
resources: [peano, gauss, film]
== graph/concepts/summing.yaml
title: {en: Summing, zh: 求和}
area: sums
prerequisites: [counting]
resources: [gauss, noether]
== graph/resources.yaml
peano: {title: 'Arithmetices {principia}, 50% & more', authors: [Giuseppe Peano], year: 1889, type: book, level: advanced, url: 'https://example.org/peano', cost: paid, languages: [it]}
gauss: {title: Disquisitiones, authors: [Carl Friedrich Gauß], year: 1801, type: book, level: advanced, minutes: 600, url: 'https://example.org/gauss'}
noether: {title: 'Invariante <b>Variationsprobleme</b>', authors: [A, B, C, D, Émmy Noether], year: 1918, type: paper, level: intermediate, url: 'https://example.org/noether', languages: [zh, en]}
film: {title: Donald in Mathmagic Land, year: 1959, type: video, level: beginner, minutes: 27, url: 'https://example.org/film', cost: paid, doubtful: [cost]}
alone: {title: The Elements, authors: [Euclid], type: book, level: beginner, url: 'https://example.org/alone', note: {en: Start here., zh: 从这里开始。}}
"""

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with small_site(tmp_path_factory.mktemp("sums"), SUMS, "sums") as where:
        yield where


@pytest.fixture(scope="module")
def whole(site: Path) -> Iterator[str]:
    with serving(site) as where:
        yield where


@pytest.fixture
def open_at(visit: Callable[..., BrowserContext]) -> Open:
    def open_one(where: str, **settings: Any) -> Page:
        tab = visit(SHIFTS, **settings).new_page()
        tab.goto(where)
        if settings.get("java_script_enabled", True):
            expect(tab.locator(".sifting fieldset")).to_be_enabled()
        return tab

    return open_one


SHIFTS = """
globalThis.shifts = 0;
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) shifts += each.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def shown(tab: Page) -> list[str]:
    found = tab.locator(".resources > li:visible").all()
    return sorted(each.get_attribute("data-key") or "" for each in found)


def saved(tab: Page) -> str:
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Download this list as BibTeX").click()
    assert download.value.suggested_filename == "reading.bib"
    return Path(download.value.path()).read_text(encoding="utf-8")


def parsed(bibtex: str) -> dict[str, dict[str, str]]:
    """Read BibTeX as a program for references does: nothing stands between entries, and braces are balanced."""
    entries: dict[str, dict[str, str]] = {}
    rest = bibtex.strip()
    while rest:
        head = re.match(r"@(book|article|misc)\{([\w.:-]+),\s*", rest)
        assert head, rest[:80]
        rest, fields = rest[head.end() :], {}
        while not rest.startswith("}"):
            field = re.match(r"(\w+) = (?=\{)", rest)
            assert field, rest[:80]
            end, depth = field.end(), 0
            while True:
                depth += {"{": 1, "}": -1}.get(rest[end], 0)
                end += 1
                if not depth:
                    break
            fields[field[1]] = rest[field.end() + 1 : end - 1]
            rest = rest[end:].lstrip(",").lstrip()
        assert head[2] not in entries
        entries[head[2]] = fields
        rest = rest[1:].lstrip()
    return entries


# filtering


@pytest.mark.parametrize(
    ("label", "choice", "keys"),
    [
        ("Area", "Numbers (3)", ["film", "gauss", "peano"]),
        ("Area", "Sums & <i>more</i> (2)", ["gauss", "noether"]),
        ("Area", "Beside the concepts (1)", ["alone"]),
        ("Level", "Advanced (2)", ["gauss", "peano"]),
        ("Kind", "Papers (1)", ["noether"]),
        ("Cost", "Paid (1)", ["peano"]),
        ("Cost", "Not confirmed (1)", ["film"]),
        ("Language", "In Chinese (1)", ["noether"]),
    ],
)
def test_each_filter_shows_what_it_says_and_how_much(
    label: str, choice: str, keys: list[str], address: str, open_at: Open
) -> None:
    tab = open_at(address + "reading/")
    expect(tab.get_by_role("status")).to_have_text("5 entries")
    tab.get_by_role("combobox", name=label).select_option(label=choice)
    assert shown(tab) == keys
    name = choice.rpartition(" (")[0]
    expect(tab.get_by_role("status")).to_have_text(f"{len(keys)} of 5 entries: {name}")


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("gauss", []),
        ("gauß", ["gauss"]),
        ("emmy", ["noether"]),
        ("ÉMMY  variations", ["noether"]),
        ("euclid peano", []),
        ("1801", ["gauss"]),
    ],
)
def test_words_are_looked_for_in_titles_and_all_authors(
    words: str, keys: list[str], address: str, open_at: Open
) -> None:
    tab = open_at(address + "reading/")
    tab.get_by_role("searchbox", name="Title or author").fill(words)
    assert shown(tab) == keys


def test_filters_combine_and_choices_tell_what_is_left(address: str, open_at: Open) -> None:
    tab = open_at(address + "reading/")
    tab.get_by_role("combobox", name="Kind").select_option("book")
    tab.get_by_role("combobox", name="Area").select_option("numbers")
    assert shown(tab) == ["gauss", "peano"]
    levels = tab.get_by_role("combobox", name="Level").locator("option").all_text_contents()
    assert levels == ["All", "Beginner (0)", "Intermediate (0)", "Advanced (2)"]
    headings = tab.locator("article :is(h2, h3):visible").all_inner_texts()
    assert [each.rstrip("¶") for each in headings] == ["Numbers", "Numbers: advanced"]
    contents = tab.locator(".md-sidebar--secondary a:visible").all_inner_texts()
    assert [each.strip() for each in contents] == ["Numbers", "Numbers: advanced"]


def test_the_address_shares_the_filter_and_back_undoes_it(address: str, open_at: Open) -> None:
    tab = open_at(address + "reading/")
    tab.get_by_role("combobox", name="Kind").select_option("book")
    tab.get_by_role("searchbox", name="Title or author").press_sequentially("gau")
    tab.wait_for_url(address + "reading/?q=gau&type=book")
    assert shown(tab) == ["gauss"]
    tab.reload()
    expect(tab.get_by_role("status")).to_have_text("1 of 5 entries: Books · “gau”")
    assert shown(tab) == ["gauss"]
    other = open_at(tab.url)
    assert shown(other) == ["gauss"]
    expect(other.get_by_role("combobox", name="Kind")).to_have_value("book")
    tab.go_back()
    tab.wait_for_url(address + "reading/?type=book")
    assert shown(tab) == ["alone", "gauss", "peano"]
    tab.go_back()
    tab.wait_for_url(address + "reading/")
    assert len(shown(tab)) == 5
    tab.go_forward()
    assert shown(tab) == ["alone", "gauss", "peano"]


def test_the_other_language_keeps_the_filter(address: str, open_at: Open) -> None:
    tab = open_at(address + "reading/?type=paper")
    tab.get_by_role("link", name="中文").click()
    tab.wait_for_url(address + "zh/reading/?type=paper")
    expect(tab.get_by_role("status")).to_have_text("5 条资料中的 1 条：论文")
    expect(tab.get_by_role("combobox", name="语言").locator("option").last).to_have_text(
        "中文（1）"
    )


def test_what_an_address_asks_for_in_vain_is_left_out(address: str, open_at: Open) -> None:
    tab = open_at(address + "reading/?type=scroll&area=numbers&x=<script>#numbers")
    assert tab.url == address + "reading/?area=numbers#numbers"
    assert shown(tab) == ["film", "gauss", "peano"]


def test_an_empty_list_says_so_and_can_be_cleared(address: str, open_at: Open) -> None:
    tab = open_at(address + "reading/?type=paper&level=beginner")
    assert shown(tab) == []
    expect(tab.locator(".nothing")).to_contain_text("No entry fits all of that.")
    expect(tab.get_by_role("button", name="Download this list")).to_be_disabled()
    tab.locator(".nothing").get_by_role("button", name="Clear the filter").click()
    assert tab.url == address + "reading/"
    assert len(shown(tab)) == 5
    expect(tab.locator(".nothing")).to_be_hidden()
    expect(tab.get_by_role("combobox", name="Area")).to_be_focused()
    tab.go_back()
    expect(tab.locator(".nothing")).to_be_visible()


def test_a_reader_filters_by_keyboard_alone(address: str, open_at: Open) -> None:
    tab = open_at(address + "reading/")
    for _ in range(40):
        if tab.evaluate("document.activeElement?.name") == "q":
            break
        tab.keyboard.press("Tab")
    tab.keyboard.type("e")
    for name in ("area", "level", "type"):
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.name") == name
    tab.keyboard.type("B")
    assert tab.url == address + "reading/?q=e&type=book"
    assert shown(tab) == ["alone", "gauss", "peano"]
    for _ in ("cost", "language", "save", "copy", "clear"):
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.url == address + "reading/"
    tab.get_by_role("searchbox", name="Title or author").press("Enter")
    assert tab.url == address + "reading/", "nothing is sent"


def test_without_scripts_the_list_and_its_bibtex_are_whole(address: str, open_at: Open) -> None:
    tab = open_at(address + "reading/?type=paper", java_script_enabled=False)
    assert len(shown(tab)) == 5
    expect(tab.locator(".sifting")).to_be_hidden()
    entry = tab.locator("[data-key=gauss]")
    expect(entry.get_by_role("link", name="Disquisitiones")).to_be_visible()
    for words in ("Carl Friedrich Gauß", "1801", "Book", "advanced", "about 10 h", "free"):
        expect(entry).to_contain_text(words)
    expect(entry.locator(".concept")).to_have_text(["Counting", "Summing"])
    expect(tab.locator("[data-key=film] .facts")).not_to_contain_text("paid")
    with tab.expect_download() as download:
        tab.get_by_role("link", name="All of it as BibTeX").click()
    keys = parsed(Path(download.value.path()).read_text(encoding="utf-8")).keys()
    assert keys == {"peano", "gauss", "noether", "film", "alone"}


# taking it along


def test_what_is_shown_is_taken_along_as_bibtex(address: str, open_at: Open) -> None:
    tab = open_at(address + "reading/", permissions=["clipboard-read", "clipboard-write"])
    everything = tab.evaluate("fetch('../reading.bib').then((answer) => answer.text())")
    assert saved(tab) == everything
    tab.get_by_role("combobox", name="Area").select_option("numbers")
    tab.get_by_role("combobox", name="Kind").select_option("book")
    entries = parsed(saved(tab))
    assert sorted(entries) == shown(tab) == ["gauss", "peano"]
    assert entries["gauss"]["year"] == "1801"
    assert r"50\% \& more" in entries["peano"]["title"]
    tab.get_by_role("combobox", name="Kind").select_option("video")
    tab.get_by_role("button", name="Copy as BibTeX").click()
    expect(tab.get_by_role("status")).to_have_text("Copied the BibTeX of 1 entry.")
    assert list(parsed(tab.evaluate("navigator.clipboard.readText()"))) == ["film"]


def test_a_reader_is_told_where_nothing_could_be_taken_along(address: str, open_at: Open) -> None:
    tab = open_at(address + "reading/")
    tab.route("**/reading.bib", lambda route: route.fulfill(status=500, body=""))
    tab.get_by_role("button", name="Download this list").click()
    expect(tab.get_by_role("status")).to_contain_text("could not be loaded")
    tab.unroute("**/reading.bib")
    assert len(parsed(saved(tab))) == 5, "another try may succeed"
    tab.evaluate(
        "() => { navigator.clipboard.write = () => Promise.reject(new Error('refused')); }"
    )
    tab.get_by_role("button", name="Copy as BibTeX").click()
    expect(tab.get_by_role("status")).to_contain_text("did not allow copying")


# every reader, and all of the list


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["", "zh/"])
@pytest.mark.parametrize("query", ["?type=book&q=e", "?q=nothing"])
def test_axe_finds_nothing_and_all_fits_a_phone(
    query: str, language: str, scheme: str, whole: str, open_at: Open
) -> None:
    size = {"width": 390, "height": 844}
    tab = open_at(f"{whole}{language}reading/{query}", color_scheme=scheme, viewport=size)
    found = Axe().run(tab)
    assert found.response["violations"] == [], found.generate_report()
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("query", ["", "?area=sequences&type=paper", "?q=nothing"])
def test_nothing_moves_while_the_page_loads_however_late_its_script(
    query: str, width: int, whole: str, visit: Callable[..., BrowserContext]
) -> None:
    tab = visit(SHIFTS, viewport={"width": width, "height": 844}).new_page()

    def late(route: Any) -> None:
        time.sleep(0.5)
        route.continue_()

    tab.route("**/guide/reading.js", late)
    tab.goto(f"{whole}reading/{query}")
    expect(tab.locator(".sifting fieldset")).to_be_enabled()
    tab.wait_for_timeout(300)
    assert tab.evaluate("shifts") == 0


def test_a_link_to_a_heading_leads_there_although_not_all_is_laid_out_yet(
    whole: str, open_at: Open
) -> None:
    def top(tab: Page, anchor: str) -> float:
        tab.wait_for_timeout(300)
        return float(
            tab.evaluate(f"document.getElementById('{anchor}').getBoundingClientRect().top")
        )

    tab = open_at(whole + "reading/", viewport={"width": 1280, "height": 900})
    far = tab.locator("[data-key] .title").last
    assert not far.evaluate("(title) => title.checkVisibility({ contentVisibilityAuto: true })")
    tab.locator(".md-sidebar--secondary a[href='#vision']").click()
    assert 0 < top(tab, "vision") < 120
    tab = open_at(whole + "reading/#vision", viewport={"width": 1280, "height": 900})
    assert 0 < top(tab, "vision") < 120


def test_back_from_a_concept_leads_to_where_the_reader_was(whole: str, open_at: Open) -> None:
    tab = open_at(whole + "reading/?level=advanced", viewport={"width": 1280, "height": 900})
    link = tab.locator(".resources > li:visible .concept").nth(40)
    link.scroll_into_view_if_needed()
    tab.wait_for_timeout(300)
    before = link.bounding_box()
    link.click()
    tab.wait_for_url("**/concepts/**")
    tab.go_back()
    expect(tab.locator(".sifting fieldset")).to_be_enabled()
    tab.wait_for_timeout(300)
    after = link.bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 60


def test_a_print_holds_what_is_filtered_and_says_by_what(address: str, open_at: Open) -> None:
    tab = open_at(address + "reading/?type=book")
    tab.emulate_media(media="print")
    assert shown(tab) == ["alone", "gauss", "peano"]
    expect(tab.get_by_role("status")).to_have_text("3 of 5 entries: Books")
    expect(tab.get_by_role("status")).to_be_visible()
    expect(tab.locator(".sifting fieldset")).to_be_hidden()
    expect(tab.get_by_role("button", name="Copy as BibTeX")).to_be_hidden()
