"""What helps while reading: previews of linked concepts, the time to read, the day of the last change."""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conftest import ROOT, serving
from learnpath.history import last_changes
from learnpath.views.prose import minutes_to_read

Visit = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serving(site) as where:
        yield where


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize(("folder", "title"), [("", "Embeddings"), ("zh/", "嵌入")])
def test_pointing_at_a_link_to_a_concept_shows_what_it_is_about(
    folder: str, title: str, address: str, tab: Page
) -> None:
    tab.goto(f"{address}{folder}glossary/")
    tab.locator("article a[href*='concepts/embeddings']").first.hover()
    card = tab.get_by_role("tooltip")
    expect(card).to_contain_text(title)
    expect(card).to_contain_text(re.compile(r"\d h|\d 小时"))
    tab.keyboard.press("Escape")
    expect(card).to_be_hidden()


@pytest.mark.browser
def test_a_link_reached_by_keyboard_is_described_and_says_what_the_reader_marked(
    address: str, tab: Page
) -> None:
    tab.goto(f"{address}concepts/bptt/")
    tab.get_by_role("button", name="Known").click()
    tab.goto(f"{address}concepts/lstm/")
    link = tab.locator("article p > a[href$='../bptt/']").first
    link.focus()
    tab.keyboard.press("Shift+Tab")
    tab.keyboard.press("Tab")
    card = tab.get_by_role("tooltip")
    expect(card).to_contain_text("Known")
    expect(link).to_have_attribute("aria-describedby", card.get_attribute("id") or "none")
    box, size = card.bounding_box(), tab.viewport_size
    assert box
    assert size
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size["width"]


@pytest.mark.browser
def test_the_preview_stays_while_it_is_pointed_at_itself(address: str, tab: Page) -> None:
    tab.goto(f"{address}concepts/lstm/")
    tab.locator("article p > a[href$='../bptt/']").first.hover()
    card = tab.get_by_role("tooltip")
    expect(card).to_be_visible()
    card.hover()
    tab.wait_for_timeout(600)
    expect(card).to_be_visible()
    tab.mouse.move(5, 5)
    expect(card).to_be_hidden()


def test_a_page_tells_how_long_it_takes_to_read() -> None:
    assert minutes_to_read("word " * 1000 + "\n```python\n" + "code " * 900 + "\n```\n") == 5
    assert minutes_to_read("字" * 1400) == 4
    assert minutes_to_read("") == 0


def test_a_file_was_changed_on_the_day_of_its_last_commit(tmp_path: Path) -> None:
    def git(*arguments: str, day: str = "2020-01-02") -> None:
        when = f"{day}T12:00:00"
        subprocess.run(
            ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments],
            cwd=tmp_path,
            check=True,
            capture_output=True,
            env={"PATH": "/usr/bin:/bin", "GIT_COMMITTER_DATE": when, "GIT_AUTHOR_DATE": when},
        )

    git("init")
    (tmp_path / "概念.md").write_text("a")
    (tmp_path / "b.md").write_text("b")
    git("add", ".")
    git("commit", "-m", "one")
    (tmp_path / "b.md").write_text("c")
    git("commit", "-am", "two", day="2021-03-04")
    days = last_changes(tmp_path)
    assert days[str(tmp_path / "概念.md")] == "2020-01-02"
    assert days[str(tmp_path / "b.md")] == "2021-03-04"


def test_where_there_is_no_history_no_day_is_told(tmp_path: Path) -> None:
    assert last_changes(tmp_path) == {}


@pytest.mark.browser
@pytest.mark.parametrize("folder", ["", "zh/"])
@pytest.mark.parametrize("colours", ["none", "active"])
def test_lines_that_matter_are_marked_by_a_bar_and_copied_as_any_code(
    folder: str, colours: Literal["none", "active"], address: str, visit: Visit
) -> None:
    context = visit(forced_colors=colours, permissions=["clipboard-read", "clipboard-write"])
    tab = context.new_page()
    tab.goto(f"{address}{folder}concepts/lstm/")
    block = tab.locator(".highlight", has=tab.locator(".hll")).first
    marked = [line.strip() for line in block.locator(".hll").all_text_contents()]
    assert marked == ["c = f * c + i * g  # (batch, units)", "h = o * np.tanh(c)  # (batch, units)"]
    style = "line => getComputedStyle(line).borderLeftWidth"
    assert float(block.locator(".hll").first.evaluate(style).removesuffix("px")) >= 3
    block.hover()
    block.get_by_role("button").click()
    copied = tab.evaluate("navigator.clipboard.readText()")
    script = (ROOT / "snippets" / "lstm-cell-by-hand.py").read_text(encoding="utf-8")
    assert copied.strip() in script


@pytest.mark.browser
def test_a_block_of_code_in_a_text_marks_the_lines_it_names(address: str, tab: Page) -> None:
    for folder in ("", "zh/"):
        tab.goto(f"{address}{folder}concepts/tensor-programming/")
        expect(tab.locator(".highlight .hll")).to_have_text(re.compile(r"^cost = Q \* p"))
        tab.emulate_media(media="print")
        assert tab.locator(".hll").evaluate("e => getComputedStyle(e).borderLeftStyle") == "solid"
