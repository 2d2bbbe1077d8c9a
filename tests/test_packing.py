"""The site as a zip: unpacked and opened from the disk, and served from there."""

import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import BrowserContext, Page, Request, expect

from conftest import ROOT, mkdocs, serving
from learnpath.packing import packed, waiting

Visit = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("packed") / "site"
    done = mkdocs(
        "build", "--strict", "--site-dir", str(target), folder=ROOT,
        LEARNPATH_ZIP="true", SITE_URL="https://example.org/",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [each.name for each in target.parent.iterdir()] == ["site.zip"], "and no site beside it"
    return target.with_name("site.zip")


@pytest.fixture(scope="module")
def unpacked(pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    zipfile.ZipFile(pack).extractall(folder)
    return folder / "site"


@pytest.fixture
def said(visit: Visit) -> tuple[Page, list[str]]:
    """A tab, and what it complains about."""
    tab = visit().new_page()
    wrong: list[str] = []

    def note_failed(request: Request) -> None:
        if "ABORTED" not in str(request.failure):  # leaving a page ends what it still asks for
            wrong.append(request.url)

    tab.on("console", lambda message: wrong.append(message.text))
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("requestfailed", note_failed)
    return tab, wrong


def test_the_same_folder_gives_the_same_zip_whenever_it_was_written(tmp_path: Path) -> None:
    for number, name in enumerate(
        ["b/index.html", "index.html", "a.js.map", "sitemap.xml", "a.js"]
    ):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(name * 100)
        os.utime(file, (number * 1e6, number * 1e6))
    once = packed(tmp_path, "bread", 1700000000)
    (tmp_path / "a.js").touch()
    assert packed(tmp_path, "bread", 1700000000) == once
    (tmp_path / "pack.zip").write_bytes(once)
    entries = zipfile.ZipFile(tmp_path / "pack.zip").infolist()
    assert [each.filename for each in entries] == [
        "bread/a.js",
        "bread/b/index.html",
        "bread/index.html",
    ]
    assert {each.date_time for each in entries} == {(2023, 11, 14, 22, 13, 20)}


def test_modules_wait_for_the_loader_and_other_scripts_do_not() -> None:
    page = '<head></head><script>a</script><script type="module" src="x.js"></script><noscript>no</noscript>'
    assert waiting(page, "../load.js", "run `it`") == (
        '<head><script src="../load.js"></script>\n</head><script>a</script>'
        '<script type="text/plain" data-module src="x.js"></script>'
        "<span data-without-scripts>run <code>it</code></span>"
    )


def test_every_link_in_the_zip_leads_to_a_file_in_it(unpacked: Path) -> None:
    pages = list(unpacked.rglob("*.html"))
    assert len(pages) > 300
    dead = set()
    for page in pages:
        html = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        assert not html.select("link[rel=canonical], meta[property^=og], link[rel=manifest]") or (
            html.select("meta[http-equiv=refresh]")
        ), page
        for each in html.select("[href], [src]"):
            address = urlsplit(str(each.get("href") or each.get("src")))
            is_here = address.path and not address.scheme and not address.netloc
            if is_here and not (page.parent / unquote(address.path)).is_file():
                dead.add((page.relative_to(unpacked).as_posix(), address.path))
    assert dead == set()
    names = [each.name for each in unpacked.rglob("*")]
    assert not {"sitemap.xml", "404.html", "service-worker.js"} & set(names)
    assert not [name for name in names if name.endswith((".map", ".webmanifest"))]


@pytest.mark.browser
def test_the_unpacked_site_is_read_by_opening_a_file(
    unpacked: Path, said: tuple[Page, list[str]]
) -> None:
    tab, wrong = said
    tab.goto((unpacked / "index.html").as_uri())
    expect(tab.get_by_text("python3 -m http.server")).to_be_visible()
    tab.get_by_role("link", name="LSTM and GRU, from the fading").click()
    expect(tab.locator("h1")).to_contain_text("LSTM and GRU")
    tab.locator("article a[href$='concepts/lstm.html']").first.click()
    expect(tab.locator("h1")).to_contain_text("Long short-term memory")
    formula = tab.locator("math").first
    expect(formula).to_be_visible()
    expect(tab.locator("figure.drawing svg").first).to_be_visible()
    assert tab.evaluate("[...document.fonts].some((font) => font.status === 'loaded')")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert tab.evaluate(ground) == "rgb(253, 252, 249)", "the styles are there"
    tab.locator("label[for=__palette_1]").click()
    expect(tab.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    assert tab.locator("[data-guide='marks']").evaluate("each => each.offsetHeight") == 0
    assert tab.locator("button.copy").count() == 0
    tab.locator("details > summary").first.click()
    tab.locator("article a[href$='lstm-cell-by-hand.html']").first.click()
    expect(tab.locator(".highlight-ipynb").first).to_be_visible()
    tab.get_by_role("link", name="中文").click()
    expect(tab.locator("h1")).to_contain_text(re.compile("[一-鿿]"))
    expect(tab.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    for page in ("plan/index.html", "map/index.html", "zh/faq.html"):
        tab.goto((unpacked / page).as_uri())
        expect(tab.locator("h1")).to_be_visible()
        for empty in (".planner", ".map"):
            expect(tab.locator(empty)).to_be_hidden()
    tab.get_by_role("link", name="搜索").click()
    expect(tab.locator("h1")).to_have_text(re.compile("概念"))
    assert wrong == []


@pytest.mark.browser
def test_the_unpacked_site_does_everything_where_it_is_served(
    unpacked: Path, said: tuple[Page, list[str]]
) -> None:
    tab, wrong = said
    with serving(unpacked) as root:
        tab.goto(f"{root}index.html")
        expect(tab.get_by_text("python3 -m http.server")).to_have_count(0)
        tab.get_by_role("button", name="Search").or_(tab.locator(".search-open")).first.click()
        tab.get_by_role("dialog").get_by_role("searchbox").fill("gradient clipping")
        tab.get_by_role("dialog").get_by_role("link", name="Gradient clipping").first.click()
        expect(tab.locator("h1")).to_contain_text("Gradient clipping")
        tab.get_by_role("button", name="Known").click()
        tab.goto(f"{root}plan/index.html?goals=lstm")
        expect(tab.locator(".planner ol.steps > li").first).to_be_visible()
    assert wrong == []
