"""The flagship's site, as a reader and a browser meet it: both languages, every link, no other host."""

import functools
import gzip
import json
import posixpath
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext

from conftest import ROOT, serving

KINDS = [
    "",
    "concepts/",
    "concepts/lstm/",
    "areas/sequences/",
    "paths/",
    "paths/the-articles-chain/",
    "plan/",
    "map/",
    "snippets/",
    "snippets/lstm-cell-by-hand/",
    "faq/",
    "reading/",
    "glossary/",
    "stats/",
    "article/",
    "article/karpathy/",
    "about/",
    "about/format/",
]
PAGES = [prefix + kind for prefix in ("", "zh/") for kind in KINDS]


class Page(HTMLParser):
    """The links, anchors and resources of a page."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.sources: list[str] = []
        self.anchors: set[str] = set()
        self.language = ""
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        if tag == "html":
            self.language = values.get("lang", "")
        if "id" in values:
            self.anchors.add(values["id"])
        if tag in ("a", "link") and "href" in values:
            self.links.append(values["href"])
        if tag in ("script", "img", "iframe", "source") and "src" in values:
            self.sources.append(values["src"])
        if tag == "link" and values.get("rel") in ("stylesheet", "icon", "preload"):
            self.sources.append(values["href"])


@functools.cache
def pages_of(site: Path) -> dict[str, Page]:
    return {file.relative_to(site).as_posix(): Page(file) for file in sorted(site.rglob("*.html"))}


def test_no_link_and_no_anchor_is_broken(site: Path) -> None:
    pages = pages_of(site)
    broken = []
    for name, page in pages.items():
        if name == "404.html":
            continue  # its links are absolute
        for link in page.links + page.sources:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            path = (
                posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
                if parts.path
                else name
            )
            target = (
                path
                if (site / path).is_file()
                else posixpath.normpath(posixpath.join(path, "index.html"))
            )
            if not (site / target).is_file():
                broken.append(f"{name}: {link}")
            elif (
                parts.fragment
                and target in pages
                and unquote(parts.fragment) not in pages[target].anchors
            ) and parts.fragment != "__skip":
                broken.append(f"{name}: {link} (anchor)")
    assert broken == []


def test_every_page_is_there_in_both_languages_and_says_which(site: Path) -> None:
    names = {name for name in pages_of(site) if name != "404.html"}
    english = {name for name in names if not name.startswith("zh/")}
    assert {f"zh/{name}" for name in english} == names - english
    for name in names:
        assert pages_of(site)[name].language == ("zh" if name.startswith("zh/") else "en"), name


def test_each_page_links_to_itself_in_the_other_language_in_words(site: Path) -> None:
    english = (site / "concepts/lstm/index.html").read_text(encoding="utf-8")
    chinese = (site / "zh/concepts/lstm/index.html").read_text(encoding="utf-8")
    assert re.search(r'<a [^>]*href="../../zh/concepts/lstm/"[^>]*>中文</a>', english)
    assert re.search(r'<a [^>]*href="../../../concepts/lstm/"[^>]*>English</a>', chinese)


def test_a_page_is_edited_where_it_comes_from(site: Path) -> None:
    page = (site / "zh/concepts/lstm/index.html").read_text(encoding="utf-8")
    assert (
        "/edit/main/graph/concepts/lstm.yaml" in page
        or "/edit/main/docs/zh/concepts/lstm.md" in page
    )


def test_pages_of_snippets_and_pages_that_show_one_are_light(site: Path) -> None:
    for name in pages_of(site):
        size = (site / name).stat().st_size
        parts = name.removeprefix("zh/").split("/")
        if parts[0] == "snippets" and len(parts) == 3:
            assert size <= 60_000, name
        elif parts[0] == "concepts" and len(parts) == 3:
            assert size <= 90_000, name


@pytest.mark.parametrize("language", ["", "zh/"])
def test_a_snippet_is_shown_with_its_output_and_can_be_downloaded(
    site: Path, language: str
) -> None:
    here = site / language / "snippets" / "lstm-cell-by-hand"
    page = (here / "index.html").read_text(encoding="utf-8")
    assert "parameters: 180" in page, "the output of the record"
    assert "2026-" in page, "the day of the record"
    assert (
        'src="figure-1.svg"' in page
        or 'src="../../../snippets/lstm-cell-by-hand/figure-1.svg"' in page
    )
    assert "jp-InputPrompt" not in page
    assert re.search(r'<h1 id="[^"]+">', page), "also where the title is Chinese"
    assert (
        "https://colab.research.google.com/github/example/example/blob/main/snippets/recorded/"
        in page
    )
    script = (site / "snippets" / "lstm-cell-by-hand" / "lstm-cell-by-hand.py").read_bytes()
    assert script == (ROOT / "snippets" / "lstm-cell-by-hand.py").read_bytes()
    notebook = json.loads((here / "lstm-cell-by-hand.ipynb").read_text(encoding="utf-8"))
    words = "".join("".join(each["source"]) for each in notebook["cells"])
    assert ("细胞状态" in words) == bool(language)
    assert ("cell state" in words) != bool(language) or "ylabel" in words
    concept = (site / language / "concepts" / "lstm" / "index.html").read_text(encoding="utf-8")
    assert "lstm_step" in concept
    assert "snippets/lstm-cell-by-hand/figure-1.svg" in concept
    neuron = site / language / "concepts" / "artificial-neuron" / "index.html"
    assert "[0.5 0.5 0.5 0.5]" in neuron.read_text(encoding="utf-8"), "the output of one cell"


@pytest.mark.browser
def test_a_reader_copies_a_block_of_code(address: str, browser: Browser) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    tab = context.new_page()
    tab.goto(address + "snippets/lstm-cell-by-hand/")
    block = tab.locator(".highlight").first
    block.hover()
    block.get_by_role("button", name="Copy").click()
    assert tab.evaluate("navigator.clipboard.readText()").startswith("import numpy as np\n\n\ndef")
    assert block.get_by_role("button", name="Copied").is_visible()
    context.close()


def test_the_data_is_there_for_programs(site: Path) -> None:
    graph = json.loads((site / "graph.json").read_text(encoding="utf-8"))
    assert len(graph["concepts"]) >= 107
    assert len(graph["paths"]) >= 8
    assert (site / "reading.bib").read_text(encoding="utf-8").count("\n@") >= 163


def test_nothing_written_for_authors_reaches_a_page(site: Path) -> None:
    for name in pages_of(site):
        text = (site / name).read_text(encoding="utf-8")
        outside = re.sub(r"<blockquote.*?</blockquote>", "", text, flags=re.DOTALL)
        for words in (
            "editor_note: ",
            "Draw a branching graph",
            "In our drawing use",
            "the document ",
            "原文",
            "find_string",
        ):
            if words == "原文" and "译文" in text:
                continue  # of a translation, and not of the article
            if name.split("/")[-3:-1][-1:] in (["format"], ["contributing"]) and words in (
                "editor_note: ",
            ):
                continue
            assert words not in outside, f"{name}: {words}"


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serving(site) as address:
        yield address


@pytest.mark.browser
@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_no_other_host_and_fits_a_phone(
    page: str, address: str, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    tab = context.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.goto(address + page, wait_until="networkidle")
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert wrong == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


MOVED = """() => {
  const moved = new Promise((done) => new PerformanceObserver((list) => done(list.getEntries()))
    .observe({ type: "layout-shift", buffered: true }));
  const none = new Promise((done) => setTimeout(() => done([]), 300));
  return Promise.race([moved, none]).then((shifts) => shifts.map(({ value, sources }) =>
    [value, ...sources.map(({ node }) => node?.outerHTML?.slice(0, 80))]));
}"""


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.full)])
@pytest.mark.parametrize("page", [*PAGES, "concepts/transformer/", "zh/concepts/transformer/"])
def test_nothing_moves_while_a_page_loads(
    page: str, width: int, address: str, visit: Callable[..., BrowserContext]
) -> None:
    context = visit(viewport={"width": width, "height": 850}, service_workers="block")
    tab = context.new_page()
    tab.goto(address + page, wait_until="networkidle")
    assert tab.evaluate(MOVED) == []


@pytest.mark.browser
@pytest.mark.parametrize("page", ["concepts/transformer/", "zh/concepts/lstm/"])
def test_a_first_visit_to_a_concept_is_light(page: str, address: str, browser: Browser) -> None:
    context = browser.new_context(service_workers="block")
    tab = context.new_page()
    fetched: dict[str, bytes] = {}
    tab.on("response", lambda response: fetched.update({response.url: response.body()}))
    tab.goto(address + page, wait_until="networkidle")
    sizes = {
        url: len(gzip.compress(body))
        for url, body in fetched.items()
        if not url.endswith((".png", ".svg"))
    }
    assert sum(sizes.values()) <= 350_000, sizes
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing(page: str, scheme: str, address: str, browser: Browser) -> None:
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
    )
    tab = context.new_page()
    tab.goto(address + page, wait_until="networkidle")
    found = Axe().run(tab)
    assert found.response["violations"] == [], found.generate_report()
    context.close()


@pytest.mark.full
@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_axe_finds_nothing_on_any_page(
    language: str, scheme: str, site: Path, address: str, browser: Browser
) -> None:
    names = [name for name in pages_of(site) if pages_of(site)[name].language == language]
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
    )
    tab = context.new_page()
    found = {}
    for name in names:
        tab.goto(address + name, wait_until="load")
        results = Axe().run(tab)
        if results.response["violations"]:
            found[name] = results.generate_report()
    assert found == {}
    context.close()


@pytest.mark.browser
def test_a_reader_filters_the_claims_and_opens_the_other_language(
    address: str, browser: Browser
) -> None:
    context = browser.new_context(locale="en")
    tab = context.new_page()
    tab.goto(address + "article/")
    claims = tab.locator(".by-verdict .claim:visible")
    assert claims.count() == 100
    tab.locator("#verdict-wrong").check()
    assert claims.count() == 15
    tab.locator("a", has_text="中文").first.click()
    tab.wait_for_url(address + "zh/article/")
    assert tab.locator("svg[id^=__mermaid], .mermaid").count() >= 2, "the chain is drawn"
    context.close()
