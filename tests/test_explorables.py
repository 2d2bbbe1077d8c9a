"""What can be tried out on a page: by keyboard, in both languages, from recorded values; a table where no script runs."""

import json
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

from conftest import ROOT, serving
from learnpath import building
from learnpath.model import KnowledgeBase

pytestmark = pytest.mark.browser

Visit = Callable[..., BrowserContext]

WHERE = {
    "half-life": "lstm",
    "clipped-through-time": "gradient-clipping",
    "temperature": "sampling-decoding",
    "units-over-text": "character-level-language-model",
    "attention-weights": "self-attention",
}
"""The page of each explorable."""


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serving(site) as where:
        yield where


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return building.sound(ROOT / "graph")


def opened(tab: Page, address: str, id: str, folder: str = "") -> Locator:
    """Go to the page of an explorable and wait until it can be used."""
    tab.goto(f"{address}{folder}concepts/{WHERE[id]}/")
    figure = tab.locator(f"#explorable-{id}")
    figure.scroll_into_view_if_needed()
    expect(figure).to_have_class(re.compile("open"))
    return figure


def kept(base: KnowledgeBase, id: str) -> Any:
    return base.values_of(base.explorables[id])


def pressed(slider: Locator, key: str, times: int) -> None:
    slider.focus()
    for _ in range(times):
        slider.press(key)


def test_all_explorables_are_looked_at_here(base: KnowledgeBase) -> None:
    assert base.explorables.keys() == WHERE.keys()
    assert all(kept(base, id)["rows"] for id in WHERE)


@pytest.mark.parametrize(("folder", "half"), [("", "after {} steps"), ("zh/", "{} 步后还剩一半")])
def test_the_half_life_is_that_of_the_formula_and_of_the_record(
    folder: str, half: str, address: str, base: KnowledgeBase, visit: Visit
) -> None:
    figure = opened(visit().new_page(), address, "half-life", folder)
    seen = figure.get_by_role("status")
    for bias, gate, ten, steps in kept(base, "half-life")["rows"][1:5]:
        if bias > 1:
            pressed(figure.get_by_role("slider"), "ArrowRight", 10)
        expect(figure.locator("output")).to_have_text(f"{bias}.0")
        for words in (gate, ten, half.format(steps)):
            expect(seen).to_contain_text(words)
        assert float(steps) == pytest.approx(
            math.log(0.5) / math.log(1 / (1 + math.exp(-bias))), abs=0.06
        )
    pressed(figure.get_by_role("slider"), "ArrowRight", 10)
    expect(figure.locator("circle")).to_be_hidden()


@pytest.mark.parametrize(("folder", "limit"), [("", "limit"), ("zh/", "上限")])
def test_clipping_multiplies_all_of_a_gradient_by_one_factor(
    folder: str, limit: str, address: str, base: KnowledgeBase, visit: Visit
) -> None:
    first, cliff = kept(base, "clipped-through-time")["updates"]
    for update in (first, cliff):  # the parts are vectors of one direction, or nearly
        assert update["length"] == pytest.approx(sum(update["parts"]), rel=0.02)
    figure = opened(visit().new_page(), address, "clipped-through-time", folder)
    seen = figure.get_by_role("status")
    expect(seen).to_contain_text("349")
    expect(seen).to_contain_text("2.9 × 10⁻⁴")
    expect(seen).to_contain_text(f"{cliff['parts'][-1] / cliff['parts'][0]:.0f}")
    before, after = (
        figure.locator("path").nth(n).evaluate("each => each.getBBox().height") for n in (0, 1)
    )
    assert before == pytest.approx(after, abs=0.2), "the curve keeps its form"
    slider = figure.get_by_role("slider", name=limit)
    pressed(slider, "End", 1)
    expect(slider).to_have_attribute("aria-valuetext", "1000")
    expect(seen).to_contain_text("3.5")
    expect(seen).not_to_contain_text("2.9 × 10⁻⁴")
    figure.get_by_role("radio").first.focus()
    figure.get_by_role("radio").first.press("ArrowDown")
    expect(figure.get_by_role("radio").nth(1)).to_be_checked()
    expect(seen).to_contain_text("0.056")


@pytest.mark.parametrize("folder", ["", "zh/"])
def test_a_temperature_gives_the_recorded_entropy_and_the_text_written_at_it(
    folder: str, address: str, base: KnowledgeBase, visit: Visit
) -> None:
    values = kept(base, "temperature")
    context = " th"
    figure = opened(visit().new_page(), address, "temperature", folder)
    figure.get_by_role("radio").first.focus()
    figure.get_by_role("radio").first.press("ArrowDown")
    slider, seen = figure.get_by_role("slider"), figure.get_by_role("status")
    pressed(slider, "Home", 1)
    at = values["temperatures"][0]
    for temperature, most, entropy, perplexity in values["rows"]:
        pressed(slider, "ArrowRight", round(10 * (float(temperature) - at)))
        at = float(temperature)
        for words in (most, entropy, perplexity):
            expect(seen).to_contain_text(words)
        written = values["contexts"][context]["written"][round(10 * at) - 1]
        expect(figure.locator(".written")).to_have_text((context + written).replace(" ", "␣"))
        shares = figure.locator(".share").all_inner_texts()
        assert sum(map(float, shares)) == pytest.approx(1, abs=0.006)


@pytest.mark.parametrize(("folder", "inside"), [("", "inside brackets"), ("zh/", "在括号内")])
def test_a_unit_tells_its_recorded_value_at_each_character(
    folder: str, inside: str, address: str, base: KnowledgeBase, visit: Visit
) -> None:
    values = kept(base, "units-over-text")
    tab = visit().new_page()
    figure = opened(tab, address, "units-over-text", folder)
    seen, slider = figure.get_by_role("status"), figure.get_by_role("slider")
    best = values["rows"][0][0]
    expect(figure.get_by_role("combobox")).to_have_value(f"{best}")
    place = values["text"].index("(")

    def told(unit: int, place: int) -> str:
        return f"{values['units'][unit][place] / 100:.2f}".replace("-", "−")

    expect(seen).to_contain_text(told(best, place))
    expect(seen).to_contain_text(inside)
    pressed(slider, "ArrowRight", 3)
    expect(seen).to_contain_text(told(best, place + 3))
    figure.get_by_role("combobox").focus()
    figure.get_by_role("combobox").press("ArrowDown")
    second = int(figure.get_by_role("combobox").input_value())
    assert second == values["rows"][1][0]
    expect(seen).to_contain_text(told(second, place + 3))
    figure.locator('[data-n="60"]').hover()
    expect(slider).to_have_value("60")
    expect(seen).to_contain_text(told(second, 59))
    for n in (0, place):  # not by colour alone: the line is on the side of the sign
        look = "below" if values["units"][second][n] < 0 else "above"
        expect(figure.locator(".letters > span").nth(n)).to_have_class(re.compile(look))


@pytest.mark.parametrize(
    ("folder", "words"), [("", ["cat", "slept", "it"]), ("zh/", list("猫睡它"))]
)
def test_a_word_that_is_reached_tells_its_recorded_weights(
    folder: str, words: list[str], address: str, base: KnowledgeBase, visit: Visit
) -> None:
    values = kept(base, "attention-weights")
    tab = visit().new_page()
    figure = opened(tab, address, "attention-weights", folder)
    seen = figure.get_by_role("status")
    figure.get_by_role("radio").first.focus()
    for mask in ("all", "causal"):
        for n, word in enumerate(words):
            tab.keyboard.press("Tab")
            expect(figure.get_by_role("button", name=word, exact=True)).to_be_focused()
            expect(figure.get_by_role("button", pressed=True)).to_have_text(word)
            shares = [f"{each:.3f}" for each in values[mask]["weights"][n]]
            assert figure.locator(".share").all_inner_texts() == shares
            expect(seen).to_contain_text(", ".join(f"{y:.2f}" for y in values[mask]["outputs"][n]))
        figure.get_by_role("radio").first.focus()
        figure.get_by_role("radio").first.press("ArrowDown")
    figure.get_by_role("button", name=words[0], exact=True).hover()
    expect(seen).to_contain_text(words[0])


@pytest.mark.parametrize("folder", ["", "zh/"])
@pytest.mark.parametrize("id", WHERE)
def test_without_javascript_a_table_of_recorded_values_stands_there(
    id: str, folder: str, address: str, base: KnowledgeBase, visit: Visit
) -> None:
    tab = visit(java_script_enabled=False).new_page()
    tab.goto(f"{address}{folder}concepts/{WHERE[id]}/")
    table = tab.locator(f"#explorable-{id} table")
    expect(table).to_be_visible()
    rows = [
        [cell.inner_text() for cell in row.locator("td").all()]
        for row in table.locator("tbody tr").all()
    ]
    minus = re.compile(r"^-(?=\d)")
    assert rows == [[minus.sub("−", str(each)) for each in row] for row in kept(base, id)["rows"]]
    expect(table.locator("caption")).not_to_be_empty()
    language = folder.strip("/") or "en"
    heads = [base.say(each, language) for each in base.explorables[id].columns]
    assert table.locator("th").all_inner_texts() == heads


@pytest.mark.parametrize("id", WHERE)
def test_a_module_that_cannot_be_had_leaves_the_table(id: str, address: str, visit: Visit) -> None:
    tab = visit().new_page()
    tab.route(f"**/explorables/{id}.js", lambda route: route.abort())
    tab.goto(f"{address}concepts/{WHERE[id]}/")
    figure = tab.locator(f"#explorable-{id}")
    figure.scroll_into_view_if_needed()
    expect(figure.locator("table")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("folder", ["", "zh/"])
@pytest.mark.parametrize("id", WHERE)
def test_its_place_is_kept_whatever_it_says_and_it_fits(
    id: str, folder: str, width: int, address: str, visit: Visit
) -> None:
    tab = visit(viewport={"width": width, "height": 900}).new_page()
    tab.route("**/explorables/*.json", lambda route: None)  # until the place has been measured
    tab.goto(f"{address}{folder}concepts/{WHERE[id]}/")
    figure = tab.locator(f"#explorable-{id}")
    figure.scroll_into_view_if_needed()
    reserved = figure.evaluate("each => each.offsetHeight")
    tab.unroute("**/explorables/*.json")
    figure = opened(tab, address, id, folder)
    radios = figure.get_by_role("radio").all()
    for key in ("Home", "End"):
        for slider in figure.get_by_role("slider").all():
            pressed(slider, key, 1)
        for n in range(max(len(radios), 1)):
            if radios:
                radios[n].check()
            tab.wait_for_timeout(400)  # what is seen is told at rest
            assert figure.evaluate("each => each.offsetHeight") == reserved
    assert figure.evaluate("each => each.scrollWidth <= each.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("folder", ["", "zh/"])
@pytest.mark.parametrize("id", WHERE)
def test_axe_finds_nothing(
    id: str, folder: str, scheme: Literal["light", "dark"], address: str, visit: Visit
) -> None:
    tab = visit(color_scheme=scheme, reduced_motion="reduce").new_page()
    figure = opened(tab, address, id, folder)
    assert figure.locator(".bar").evaluate_all(
        "each => each.every((bar) => getComputedStyle(bar).transitionDuration === '0s')"
    )
    found = Axe().run(tab, f"#explorable-{id}")
    assert found.response["violations"] == [], found.generate_report()


def test_pages_without_an_explorable_fetch_nothing_of_it(address: str, visit: Visit) -> None:
    tab = visit().new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{address}concepts/gru/", wait_until="networkidle")
    assert [each for each in asked if "explorable" in each or "chart.js" in each] == []
    tab.goto(f"{address}concepts/lstm/", wait_until="networkidle")
    assert any(each.endswith("assets/explorables.js") for each in asked)
    assert not any(each.endswith("half-life.js") for each in asked), "until it comes near"


def test_the_site_holds_no_source_of_an_explorable(site: Path) -> None:
    assert not (site / "explorables").exists()
    told = json.loads((site / "assets" / "explorables" / "half-life.zh.json").read_text("utf-8"))
    assert told["words"]["steps"] == "步数"
