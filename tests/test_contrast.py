"""The site for those who ask for more contrast, for systems with colours of their own, and for those who want rest."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from conftest import serving

Visit = Callable[..., BrowserContext]
Scheme = Literal["light", "dark"]

pytestmark = pytest.mark.browser
schemes = pytest.mark.parametrize("scheme", ["light", "dark"])

PAGES = ["", "zh/concepts/lstm/", "plan/?goals=gru", "map/", "article/", "snippets/bptt-by-hand/"]


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serving(site) as where:
        yield where


def ground(tab: Page, selector: str, part: str) -> str:
    style = f"each => getComputedStyle(each, '{part}').backgroundColor"
    return str(tab.locator(selector).first.evaluate(style))


@schemes
@pytest.mark.parametrize("page", PAGES)
def test_with_more_contrast_every_text_stands_out_seven_to_one(
    page: str, scheme: Scheme, address: str, visit: Visit
) -> None:
    tab = visit(contrast="more", color_scheme=scheme).new_page()
    tab.goto(address + page)
    tab.wait_for_load_state("networkidle")
    found = Axe().run(
        tab,
        options={
            "runOnly": ["color-contrast-enhanced"],
            "rules": {"color-contrast-enhanced": {"enabled": True}},
        },
    )
    wrong = [node["html"][:150] for each in found.response["violations"] for node in each["nodes"]]
    assert wrong == []


@schemes
def test_the_map_is_drawn_in_the_colours_of_the_system(
    scheme: Scheme, address: str, visit: Visit
) -> None:
    tab = visit(forced_colors="active", color_scheme=scheme).new_page()
    tab.goto(f"{address}map/")
    tab.locator(".map canvas").wait_for()
    used, named = tab.evaluate(
        """async () => {
          const { coloursOf } = await import(new URL("../assets/map/colours.js", location.href));
          const { ground, ink, line, learnt } = coloursOf(document.querySelector(".map"));
          const named = ["Canvas", "CanvasText", "GrayText", "Highlight"].map((name) => {
            const probe = document.body.appendChild(document.createElement("i"));
            probe.style.cssText = `forced-color-adjust: none; color: ${name}`;
            return getComputedStyle(probe).color;
          });
          return [[ground, ink, line, learnt], named];
        }"""
    )
    assert used == named
    assert len(set(named)) == 4


def test_signs_that_are_cut_from_a_ground_are_seen_where_the_system_takes_grounds_away(
    address: str, visit: Visit
) -> None:
    tab = visit(forced_colors="active", color_scheme="dark").new_page()
    tab.goto(f"{address}concepts/lstm/")
    canvas, text = "rgb(0, 0, 0)", "rgb(255, 255, 255)"
    assert ground(tab, "body", "") == canvas
    assert ground(tab, ".md-typeset details > summary", "::after") == text
    assert ground(tab, ".md-typeset a.concept", "::before") == text
    assert ground(tab, ".md-nav__icon", "::after") == text
    tab.keyboard.press("Tab")
    tab.keyboard.press("Tab")
    width = "getComputedStyle(document.activeElement).outlineWidth"
    assert tab.evaluate(width) == "3px"


@pytest.mark.parametrize("page", PAGES)
def test_who_wants_rest_sees_nothing_move(page: str, address: str, visit: Visit) -> None:
    tab = visit(reduced_motion="reduce").new_page()
    tab.goto(address + page)
    tab.wait_for_load_state("networkidle")
    moving = tab.evaluate(
        """() => [...document.querySelectorAll("*")].flatMap((each) => ["", "::before", "::after"].flatMap((part) => {
          const style = getComputedStyle(each, part);
          const lasts = (times) => times.split(", ").some((time) => parseFloat(time) > 0);
          const moves = (lasts(style.transitionDuration) && style.transitionProperty !== "none")
            || (style.animationName !== "none" && lasts(style.animationDuration)) || style.scrollBehavior === "smooth";
          return moves ? [each.className + part] : [];
        }))"""
    )
    assert moving == []
