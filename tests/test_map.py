"""The map of all concepts: how it is laid out, what it is made from, and what a reader does with it."""

import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from conftest import small_site
from learnpath import building, exporting, graph, layout, reading
from learnpath.model import Area, Concept, KnowledgeBase, Manifest, Prerequisite
from learnpath.views import Views
from learnpath.views import map as map_views


def random_base(concepts: int, seed: int) -> KnowledgeBase:
    chance = random.Random(seed)
    found = {}
    for number in range(concepts):
        needs = chance.sample(range(number), min(number, chance.randint(0, 3)))
        found[f"c{number}"] = Concept(
            id=f"c{number}",
            title={"en": f"Concept {number}", "zh": f"概念 {number}"},
            prerequisites=tuple(Prerequisite(concept=f"c{need}") for need in needs),
        )
    return KnowledgeBase(Manifest(languages=("en", "zh")), found)


def laid_out(base: KnowledgeBase, cache: Path | None = None) -> layout.Layout:
    return layout.laid_out(len(base.concepts), graph.lines(base), cache)


# The layout


@pytest.mark.parametrize("seed", range(3))
def test_each_concept_stands_right_of_all_it_needs_and_none_over_another(seed: int) -> None:
    base = random_base(60, seed)
    places = laid_out(base).places
    number = {id: position for position, id in enumerate(sorted(base.concepts))}
    for need, concept in graph.digraph(base).edges:
        gap = places[number[concept]][0] - places[number[need]][0]
        assert gap > layout.WIDTH, f"{need} -> {concept}"
    for one, (x, y) in enumerate(places):
        for other_x, other_y in places[:one]:
            apart = abs(x - other_x) >= layout.WIDTH or abs(y - other_y) >= layout.HEIGHT
            assert apart


def test_lines_begin_and_end_at_their_boxes_and_lie_on_the_map() -> None:
    found = laid_out(random_base(40, 1))
    assert found.lines
    for one, other, points in found.lines:
        (x, y), (to_x, to_y) = found.places[one], found.places[other]
        assert abs(points[0][0] - (x + layout.WIDTH / 2)) <= 2
        assert abs(points[0][1] - y) <= 2
        assert abs(points[-1][0] - (to_x - layout.WIDTH / 2)) <= 2
        assert abs(points[-1][1] - to_y) <= 2
        assert len(points) % 3 == 1
        assert all(-40 <= x <= found.width + 40 for x, _ in points)


def test_lines_are_the_prerequisites_that_do_not_follow_from_others() -> None:
    base = random_base(50, 4)
    whole = graph.digraph(base)
    ids = sorted(base.concepts)
    wanted = set(nx.transitive_reduction(nx.DiGraph(whole)).edges)
    assert {(ids[one], ids[other]) for one, other in graph.lines(base)} == wanted
    assert len(wanted) < whole.number_of_edges()


def test_a_graph_is_laid_out_once_until_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, cache = random_base(20, 2), tmp_path / "deep" / "map.json"
    first = laid_out(base, cache)
    with monkeypatch.context() as patch:
        patch.setattr(layout, "_drawn", lambda asked: pytest.fail("dot was asked again"))
        assert laid_out(base, cache) == first
    cache.write_text(cache.read_text()[:50])
    assert laid_out(base, cache) == first
    cache.write_text(json.dumps({"key": "other", "places": 3}))
    assert laid_out(base, cache) == first
    assert laid_out(random_base(21, 2), cache) != first


def test_a_large_graph_has_its_concepts_in_the_order_that_dot_finds_best(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Crossings follow from the order within each layer, which the time that is saved must not touch."""

    def order(found: layout.Layout) -> list[int]:
        return sorted(range(len(found.places)), key=found.places.__getitem__)

    base = random_base(90, 5)
    slow = laid_out(base)
    monkeypatch.setattr(layout, "_LARGE", 50)
    quick = laid_out(base)
    assert quick != slow
    assert order(quick) == order(slow)


def test_maps_of_nothing_and_of_one_concept_are_no_special_case() -> None:
    assert layout.laid_out(0, []).places == []
    assert layout.laid_out(1, []).places == [(layout.WIDTH // 2, layout.HEIGHT // 2)]


# What the page is made from


def test_the_data_hold_every_concept_and_every_line() -> None:
    base = random_base(30, 3)
    found = laid_out(base)
    data = json.loads(exporting.map_layout(base, found))
    assert list(zip(data["x"], data["y"], strict=True)) == found.places
    for told, (one, other, points) in zip(data["lines"], found.lines, strict=True):
        x = y = 0
        undone = []
        for right, down in zip(told[2::2], told[3::2], strict=True):
            x, y = x + right, y + down
            undone.append((x, y))
        assert (told[0], told[1], undone) == (one, other, points)


def views_of(base: KnowledgeBase) -> Views:
    return Views(base, "en", reading.labels("en"))


def hub(spokes: int) -> KnowledgeBase:
    """A concept with many on both sides, all with hostile titles of a dozen words."""
    title = '<script>alert("&")</script> a title of very many long words indeed, 以及很多很多汉字 '
    found = [Concept(id="hub", title=title * 2, area="one")]
    needs = []
    for number in range(spokes):
        found.append(Concept(id=f"need-{number}", title=f"{title}{number}", area="one"))
        needs.append(Prerequisite(concept=f"need-{number}"))
        uses = (Prerequisite(concept="hub"),)
        found.append(Concept(id=f"use-{number}", title=f"{number}", prerequisites=uses))
    found[0] = found[0].model_copy(update={"prerequisites": tuple(needs)})
    manifest = Manifest(areas={"one": Area(title="One")})
    return KnowledgeBase(manifest, {each.id: each for each in found})


def test_a_concept_is_drawn_between_what_it_needs_and_what_it_opens_in_little_room() -> None:
    views = views_of(hub(20))
    uses = sorted(f"use-{number}" for number in range(20))
    drawn = map_views.neighbours(views, views.base.concepts["hub"], uses)
    assert len(drawn.encode()) < 4_000
    assert drawn.count("<a ") == 10
    assert drawn.count("<path ") == 12
    assert drawn.count("+15") == 2
    assert "<script" not in drawn
    assert 'href="site:concepts/need-0"' in drawn
    assert 'class="area-1"' in drawn
    assert map_views.neighbours(views, Concept(id="alone", title="Alone"), []) == ""


def test_neighbours_of_every_concept_of_the_flagship_stay_light() -> None:
    site = building.build(Path(__file__).parent.parent / "graph")
    sizes = {
        page.source: len(found[0].encode())
        for page in site.pages
        if (found := re.search(r'<figure class="drawing neighbours".*?</figure>', page.text))
    }
    assert len(sizes) > 150
    assert max(sizes.values()) < 4_000


# The page

KNOWLEDGE = """\
== mkdocs.yml
site_name: Sums
theme:
  name: material
  font: false
  palette:
  - {scheme: default, toggle: {icon: material/weather-night, name: Dark}}
  - {scheme: slate, toggle: {icon: material/weather-sunny, name: Light}}
plugins: [learnpath]
extra: {generator: false}
== docs/index.md
Sums, step by step.
== graph/knowledge-base.yaml
title: {en: Sums, zh: 算术}
languages: [en, zh]
areas:
  basics: {title: {en: Basics, zh: 基础}}
  beyond: {title: {en: Beyond, zh: 进阶}}
== graph/concepts/counting.yaml
title: {en: Counting, zh: 数数}
summary: {en: Saying `one` thing after another., zh: 一个接一个地数。}
area: basics
minutes: 30
leads_to: [{concept: multiplying, why: {en: So it is told., zh: 如文所述。}}]
== graph/concepts/fingers.yaml
title: {en: Using fingers, zh: 掰手指}
area: basics
ongoing: true
== graph/concepts/tallying.yaml
title: {en: Tallying, zh: 画正字}
area: basics
== graph/concepts/adding.yaml
title: {en: Adding, zh: 加法}
summary: {en: Putting together., zh: 合在一起。}
aliases: [plus]
area: basics
minutes: 120
formerly: [sum]
prerequisites: [counting, {any_of: [fingers, tallying]}]
== graph/concepts/multiplying.yaml
title: {en: Multiplying, zh: 乘法}
area: beyond
prerequisites: [adding]
== graph/concepts/powers.yaml
title: {en: 'Powers & "<b>roots</b>"', zh: 乘方}
area: beyond
prerequisites: [multiplying]
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The small knowledge base, built and served below a path."""
    with small_site(tmp_path_factory.mktemp("sums"), KNOWLEDGE, "deep/sums") as where:
        yield where


@pytest.fixture
def visit(visit: Callable[..., BrowserContext]) -> Callable[..., BrowserContext]:
    """Open a fresh profile, as wide as a desk and without motion unless told otherwise."""

    def open_one(**settings: Any) -> BrowserContext:
        wanted = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
        return visit(**{**wanted, **settings})

    return open_one


def open_map(context: BrowserContext, address: str) -> Page:
    tab = context.new_page()
    tab.goto(address)
    tab.wait_for_selector(".map[data-drawn]")
    return tab


@pytest.fixture
def tab(address: str, visit: Callable[..., BrowserContext]) -> Iterator[Page]:
    """The map, freshly opened; its scripts must not fail."""
    context = visit()
    wrong: list[str] = []
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    yield open_map(context, f"{address}map/")
    assert wrong == []


def picture(tab: Page) -> str:
    """Give what the canvas shows, once it is still."""
    tab.wait_for_timeout(150)
    return str(tab.evaluate("document.querySelector('.map canvas').toDataURL()"))


def place_of(tab: Page, concept: str) -> tuple[float, float]:
    """Give where on the stage a concept stands while all is shown, from the data of the map."""
    x, y = tab.evaluate(
        """async (concept) => {
            const root = document.baseURI.split(/map\\/|zh\\//)[0], read = async (name) => (await fetch(root + name)).json();
            const [layout, graph] = [await read("map/layout.json"), await read("plan/graph.json")];
            const { clientWidth, clientHeight } = document.querySelector(".map .stage"), [width, height] = layout.size;
            const k = Math.min((clientWidth - 96) / width, (clientHeight - 24) / height, 1);
            const at = graph.ids.indexOf(concept);
            return [layout.x[at] * k + (clientWidth - width * k) / 2, layout.y[at] * k + (clientHeight - height * k) / 2];
        }""",
        concept,
    )
    return x, y


def colour_at(tab: Page, concept: str) -> list[int]:
    """Give the colour of the box of a concept, left of its title."""
    tab.wait_for_timeout(150)
    x, y = place_of(tab, concept)
    found = tab.evaluate(
        """([x, y]) => [...document.querySelector(".map canvas").getContext("2d").getImageData(x - 70, y - 10, 1, 1).data]""",
        [x, y],
    )
    return [int(each) for each in found]


def chosen(tab: Page) -> Any:
    return tab.locator(".map .about h2")


@pytest.mark.browser
def test_the_map_is_drawn_and_each_area_has_its_colour(tab: Page) -> None:
    assert colour_at(tab, "counting") == colour_at(tab, "adding")
    assert colour_at(tab, "counting") != colour_at(tab, "powers")
    expect(tab.locator(".map .about")).to_be_hidden()


@pytest.mark.browser
def test_a_click_chooses_a_concept_and_tells_about_it_and_the_address_keeps_it(
    tab: Page, address: str
) -> None:
    whole = picture(tab)
    x, y = place_of(tab, "adding")
    tab.locator(".map .stage").click(position={"x": x, "y": y})
    expect(chosen(tab)).to_have_text("Adding")
    about = tab.locator(".map .about")
    expect(about).to_contain_text("Putting together.")
    expect(about).to_contain_text("about 2 h")
    expect(about).to_contain_text("One of these is enough: Using fingers · Tallying")
    assert tab.url == f"{address}map/?focus=adding"
    assert picture(tab) != whole, "the rest fades"
    about.get_by_role("button", name="Multiplying").click()
    expect(chosen(tab)).to_have_text("Multiplying")
    about.get_by_role("button", name="Close").click()
    expect(about).to_be_hidden()
    assert tab.url == f"{address}map/"
    assert picture(tab) == whole


@pytest.mark.browser
def test_an_address_opens_with_its_concept_chosen_by_a_former_id_too(
    address: str, visit: Callable[..., BrowserContext]
) -> None:
    tab = open_map(visit(), f"{address}zh/map/?focus=sum")
    expect(chosen(tab)).to_have_text("加法")
    expect(chosen(tab).get_by_role("link")).to_have_attribute(
        "href", re.compile("/zh/concepts/adding/")
    )
    assert tab.url == f"{address}zh/map/?focus=adding"
    tab.get_by_role("link", name="English").click()
    expect(chosen(tab)).to_have_text("Adding")
    tab.goto(f"{address}map/?focus=no-such-thing")
    tab.wait_for_selector(".map[data-drawn]")
    expect(tab.locator(".map .about")).to_be_hidden()


@pytest.mark.browser
def test_a_search_by_keyboard_finds_by_alias_and_chooses(tab: Page) -> None:
    field = tab.get_by_role("combobox", name="Find a concept")
    field.focus()
    tab.keyboard.type("plus")
    expect(tab.get_by_role("option")).to_have_count(1)
    tab.keyboard.press("Enter")
    expect(chosen(tab)).to_have_text("Adding")
    expect(tab.locator(".map .stage")).to_be_focused()
    expect(field).to_have_value("")


@pytest.mark.browser
def test_keys_lead_from_concept_to_concept_and_escape_ends(tab: Page) -> None:
    stage = tab.get_by_role("application", name="Map of the concepts")
    for _ in range(40):
        tab.keyboard.press("Tab")
        if stage.evaluate("(stage) => stage === document.activeElement"):
            break
    expect(stage).to_be_focused()
    before = picture(tab)
    tab.keyboard.press("ArrowRight")
    moved = picture(tab)
    assert moved != before, "without a concept, arrows move the map"
    tab.keyboard.press("+")
    assert picture(tab) != moved
    tab.keyboard.press("0")
    assert picture(tab) == before, "0 shows all again"
    tab.keyboard.press("Enter")
    expect(chosen(tab)).to_have_text("Adding")
    tab.keyboard.press("ArrowRight")
    expect(chosen(tab)).to_have_text("Multiplying")
    tab.keyboard.press("ArrowRight")
    expect(chosen(tab)).to_have_text('Powers & "<b>roots</b>"')
    tab.keyboard.press("ArrowRight")
    expect(chosen(tab)).to_have_text('Powers & "<b>roots</b>"')
    for title in ("Multiplying", "Adding"):
        tab.keyboard.press("ArrowLeft")
        expect(chosen(tab)).to_have_text(title)
    tab.keyboard.press("ArrowLeft")
    seen = set()
    for key in ("ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown"):
        tab.keyboard.press(key)
        seen.add(chosen(tab).inner_text())
    assert seen == {"Counting", "Using fingers", "Tallying"}
    expect(tab.locator(".map .said")).to_contain_text("is chosen")
    tab.keyboard.press("Enter")
    expect(chosen(tab).get_by_role("link")).to_be_focused()
    tab.keyboard.press("Escape")
    expect(tab.locator(".map .about")).to_be_hidden()
    expect(stage).to_be_focused()
    expect(tab.locator(".map .said")).to_have_text("No concept is chosen.")


@pytest.mark.browser
def test_an_area_can_be_left_out(tab: Page) -> None:
    whole = picture(tab)
    ground = colour_at(tab, "powers")
    tab.get_by_role("checkbox", name="Beyond").uncheck()
    assert colour_at(tab, "powers") != ground
    assert colour_at(tab, "counting")[3], "the others stay"
    x, y = place_of(tab, "powers")
    tab.locator(".map .stage").click(position={"x": x, "y": y})
    expect(tab.locator(".map .about")).to_be_hidden()
    tab.get_by_role("checkbox", name="Beyond").check()
    assert picture(tab) == whole


@pytest.mark.browser
def test_progress_colours_the_map_and_a_mark_at_once_changes_it(tab: Page, address: str) -> None:
    tab.get_by_role("radio", name="your progress").check()
    expect(tab.get_by_text("not yet")).to_be_visible()
    ready, waiting = colour_at(tab, "counting"), colour_at(tab, "adding")
    assert ready != waiting
    other = tab.context.new_page()
    for concept, mark in (("counting", "Done"), ("tallying", "Known")):
        other.goto(f"{address}concepts/{concept}/")
        other.get_by_role("button", name=mark).click()
    tab.bring_to_front()
    assert colour_at(tab, "counting") not in (ready, waiting)
    assert colour_at(tab, "adding") == ready


@pytest.mark.browser
def test_the_chain_of_the_article_can_be_laid_over_it(tab: Page) -> None:
    before = picture(tab)
    tab.get_by_role("checkbox", name="The article's chain").check()
    assert picture(tab) != before


@pytest.mark.browser
def test_the_map_follows_the_theme_and_the_density_of_the_screen(
    address: str, visit: Callable[..., BrowserContext]
) -> None:
    tab = open_map(visit(device_scale_factor=2), f"{address}map/")
    assert tab.evaluate(
        "(() => { const canvas = document.querySelector('.map canvas'); return canvas.width / canvas.clientWidth; })()"
    ) == pytest.approx(2, abs=0.01)
    light = picture(tab)
    tab.evaluate("document.body.setAttribute('data-md-color-scheme', 'slate')")
    assert picture(tab) != light
    tab.evaluate("document.body.setAttribute('data-md-color-scheme', 'default')")
    assert picture(tab) == light


@pytest.mark.browser
def test_the_wheel_zooms_about_the_pointer_and_dragging_moves(tab: Page) -> None:
    before = picture(tab)
    x, y = place_of(tab, "adding")
    box = tab.locator(".map .stage").bounding_box()
    assert box
    tab.mouse.move(box["x"] + x, box["y"] + y)
    tab.mouse.wheel(0, -300)
    nearer = picture(tab)
    assert nearer != before
    tab.mouse.click(box["x"] + x, box["y"] + y)
    expect(chosen(tab)).to_have_text("Adding")
    tab.keyboard.press("Escape")
    tab.mouse.move(box["x"] + 300, box["y"] + 100)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 400, box["y"] + 160, steps=4)
    tab.mouse.up()
    assert picture(tab) != nearer
    expect(tab.locator(".map .about")).to_be_hidden()
    tab.get_by_role("button", name="Show all").click()
    assert picture(tab) == before


@pytest.mark.browser
def test_two_fingers_zoom(address: str, visit: Callable[..., BrowserContext]) -> None:
    context = visit(has_touch=True, viewport={"width": 390, "height": 844})
    tab = open_map(context, f"{address}map/")
    before = picture(tab)
    box = tab.locator(".map .stage").bounding_box()
    assert box
    session = context.new_cdp_session(tab)
    x, y = box["x"] + box["width"] / 2, box["y"] + 100

    def touch(kind: str, *apart: float) -> None:
        points = [{"x": x + each, "y": y, "id": n} for n, each in enumerate(apart)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", -20, 20)
    for apart in (40, 60, 80):
        touch("touchMove", -apart, apart)
    touch("touchEnd")
    assert picture(tab) != before
    expect(tab.locator(".map .about")).to_be_hidden()
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
def test_without_javascript_the_list_says_it_all(
    address: str, visit: Callable[..., BrowserContext]
) -> None:
    tab = visit(java_script_enabled=False).new_page()
    tab.goto(f"{address}map/")
    expect(tab.locator(".map")).to_be_hidden()
    tab.locator("summary").filter(has_text="Basics").click()
    item = tab.get_by_role("listitem").filter(has_text="Adding").first
    expect(item).to_contain_text("needs Counting, Using fingers or Tallying")
    item.get_by_role("link", name="Adding").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Adding")


@pytest.mark.browser
def test_a_failure_to_load_is_said(address: str, visit: Callable[..., BrowserContext]) -> None:
    tab = visit().new_page()
    tab.route("**/map/layout.json", lambda route: route.abort())
    tab.goto(f"{address}map/")
    expect(tab.get_by_role("alert")).to_contain_text("could not be loaded")
    expect(tab.locator(".map")).to_be_hidden()


@pytest.mark.browser
def test_beside_a_concept_its_neighbours_lead_on(
    address: str, visit: Callable[..., BrowserContext]
) -> None:
    tab = visit().new_page()
    tab.goto(f"{address}zh/concepts/adding/")
    tab.locator(".neighbours a").filter(has_text="乘法").click()
    tab.wait_for_url("**/zh/concepts/multiplying/")
    tab.get_by_role("link", name="在概念地图上看").click()
    expect(chosen(tab)).to_have_text("乘法")


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["default", "slate"])
@pytest.mark.parametrize("page", ["map/", "map/?focus=adding", "concepts/adding/"])
def test_nothing_on_these_pages_keeps_anybody_out(
    address: str, visit: Callable[..., BrowserContext], page: str, scheme: str
) -> None:
    tab = visit().new_page()
    tab.goto(f"{address}{page}")
    tab.evaluate(f"document.body.setAttribute('data-md-color-scheme', '{scheme}')")
    if page.startswith("map"):
        tab.wait_for_selector(".map[data-drawn]")
        tab.get_by_text("How to move about").click()
        tab.locator("summary").filter(has_text="Basics").click()
    found = Axe().run(tab)
    assert found.response["violations"] == [], found.generate_report()
