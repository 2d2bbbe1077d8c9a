"""The guide of the site: the reader's marks, the path they follow, what they can learn next, and the questions."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Error, Locator, Page, expect

from cases import write_files
from conftest import mkdocs, serving, small_site
from learnpath import exporting, reading

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
minutes: 30
questions:
- ask: {en: What comes after `7`?, zh: "`7` 后面是几？"}
  choices: ["6", "8", "$7^2$"]
  answer: 1
  because: {en: "One more than $7$ is $8$.", zh: "$7$ 加一是 $8$。"}
- ask: {en: "Is <b>zero</b> a number?", zh: 零是数吗？}
  choices: [{en: "Yes", zh: 是}, {en: "No", zh: 否}]
  answer: 0
  because: {en: "See [adding](concept:adding).", zh: "见[加法](concept:adding)。"}
== graph/concepts/adding.yaml
title: {en: Adding, zh: 加法}
minutes: 60
formerly: [sum]
prerequisites: [counting]
questions:
- ask: {en: What is 1 + 1?, zh: 1 + 1 等于几？}
  choices: ["2", "11"]
  answer: 0
  because: {en: Count them., zh: 数一数。}
== graph/concepts/fingers.yaml
title: {en: Using fingers, zh: 掰手指}
ongoing: true
== graph/concepts/constructor.yaml
title: {en: 'Lists & "<b>" | 🧮', zh: 列表}
minutes: 45
prerequisites: [{any_of: [adding, fingers]}]
== graph/concepts/multiplying.yaml
title: {en: Multiplying, zh: 乘法}
minutes: 120
prerequisites: [{concept: adding, why: {en: Often., zh: 反复用到。}}, constructor]
== graph/concepts/powers.yaml
title: {en: Powers, zh: 乘方}
prerequisites: [multiplying]
== graph/paths/to-multiplying.yaml
title: {en: To <b>multiplying</b>, zh: 学会乘法}
steps: [counting, adding, constructor, multiplying]
== graph/paths/other.yaml
title: {en: Fingers first, zh: 从手指开始}
steps: [fingers, counting]
"""

pytestmark = pytest.mark.browser

KEY = "learnpath:/deep/sums/:marks"

STEPS = ["Counting", "Adding", 'Lists & "<b>" | 🧮', "Multiplying"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The small knowledge base, built and served below a path."""
    with small_site(tmp_path_factory.mktemp("sums"), KNOWLEDGE, "deep/sums") as where:
        yield where


@contextmanager
def sound(tab: Page) -> Iterator[None]:
    """Expect no error of our scripts meanwhile; the theme's own does not expect blocked storage."""
    wrong: list[str] = []

    def note(error: Error) -> None:
        if re.search(r"/assets/(guide/|marks\.js|elements\.js)", error.stack or ""):
            wrong.append(str(error))

    tab.on("pageerror", note)
    yield
    assert wrong == []


def mark(tab: Page, name: str) -> Locator:
    return tab.get_by_role("group", name=re.compile("Your mark|你的标记")).get_by_role(
        "button", name=name
    )


def press(target: Locator, key: str = "Enter") -> None:
    """Use the keyboard alone."""
    target.focus()
    target.press(key)


def try_marks(tab: Page, script: str) -> Any:
    """Run a script with `openMarks` on a page of the site."""
    return tab.evaluate(
        f"""async () => {{
        const {{ openMarks }} = await import(new URL("assets/marks.js", document.baseURI.split("concepts/")[0]).href);
        {script}
        }}"""
    )


# The store


@pytest.fixture
def tab(address: str, visit: Callable[..., BrowserContext]) -> Page:
    page = visit().new_page()
    page.goto(address + "concepts/counting/")
    return page


def test_a_concept_has_one_mark_at_most_and_two_sites_share_none(tab: Page) -> None:
    found = try_marks(
        tab,
        """const here = openMarks("/a/"), there = openMarks("/b/");
        here.set("lstm", "learning"); here.set("lstm", "done"); here.set("constructor", "known"); here.set("gru", "learning");
        here.set("gru", null);
        return [[...here.all()], here.isLearnt("lstm"), here.isLearnt("tostring"), [...there.all()], [...openMarks("/a/").all()]]""",
    )
    marks = [["lstm", "done"], ["constructor", "known"]]
    assert found == [marks, True, False, [], marks]


def test_marks_follow_a_concept_to_its_new_id_and_the_stronger_one_stays(tab: Page) -> None:
    found = try_marks(
        tab,
        """const before = openMarks("/a/");
        before.set("sum", "done"); before.set("adding", "learning"); before.set("tally", "known");
        before.follow({kind: "path", id: "p", steps: ["sum", "gru"]});
        const after = openMarks("/a/", {sum: "adding", tally: "counting"});
        const first = [after.get("adding"), after.get("counting"), after.get("sum"), after.trail().steps];
        after.set("gru", "known");
        return [first, [...openMarks("/a/").all().keys()]]""",
    )
    assert found == [
        ["done", "known", None, ["adding", "gru"]],
        ["adding", "counting", "gru"],
    ]


def test_an_export_is_readable_and_an_import_adds_to_what_is_there(tab: Page) -> None:
    text, count, marks = try_marks(
        tab,
        """const one = openMarks("/a/"), other = openMarks("/b/");
        one.set("adding", "done"); one.set("counting", "learning"); one.set("fingers", "known");
        other.set("adding", "learning"); other.set("counting", "known");
        const text = one.exportText();
        return [text, other.importText(text), Object.fromEntries(other.all())]""",
    )
    assert count == 2
    assert marks == {"adding": "done", "counting": "known", "fingers": "known"}
    whole = json.loads(text)
    assert whole["format"] == 1
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", whole["date"])
    assert whole["marks"]["adding"]["mark"] == "done"
    assert text.count("\n") > 5


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "[]",
        "null",
        '{"format": 2, "marks": {}}',
        '{"format": 1}',
        '{"format": 1, "marks": []}',
        '{"format": 1, "marks": {"adding": {"mark": "forgotten"}}}',
        '{"format": 1, "marks": {"<b>": {"mark": "done"}}}',
        '{"format": 1, "marks": {"__proto__": {"mark": "done"}}}',
        '{"format": 1, "marks": {"adding": null}}',
    ],
)
def test_a_wrong_file_changes_nothing(text: str, tab: Page) -> None:
    found = try_marks(
        tab,
        f"""const marks = openMarks("/a/"); marks.set("fingers", "done");
        return [marks.importText({json.dumps(text)}), [...marks.all()]]""",
    )
    assert found == [None, [["fingers", "done"]]]


@pytest.mark.parametrize(
    "kept", ["{", '{"format": 1, "marks": {"adding": {"mark": "done"}, "fingers": 7}}']
)
def test_what_cannot_be_read_is_put_aside_and_said(kept: str, tab: Page) -> None:
    found = try_marks(
        tab,
        f"""localStorage.setItem("learnpath:/a/:marks", {json.dumps(kept)});
        const marks = openMarks("/a/"); const first = [...marks.all()]; marks.set("counting", "done");
        const again = openMarks("/a/");
        return [first, marks.trouble, localStorage.getItem("learnpath:/a/:marks:unreadable"), again.trouble, again.get("counting")]""",
    )
    readable = [] if kept == "{" else [["adding", "done"]]
    assert found == [readable, "corrupted", kept, "", "done"]


@pytest.mark.parametrize(
    "kept",
    [
        "7",
        "{}",
        '{"format":1,"kind":"path","id":7,"steps":["a"]}',
        '{"format":1,"steps":["<b>"]}',
        '{"format":1,"kind":"plan","steps":["a"]}',
        '{"format":1,"kind":"path","id":"a","steps":[]}',
    ],
)
def test_a_trail_that_cannot_be_read_is_none(kept: str, tab: Page) -> None:
    assert (
        try_marks(
            tab,
            f"""localStorage.setItem("learnpath:/a/:trail", {json.dumps(kept)}); return openMarks("/a/").trail()""",
        )
        is None
    )


def test_clearing_leaves_nothing_behind(tab: Page) -> None:
    found = try_marks(
        tab,
        """localStorage.setItem("learnpath:/a/:marks", "{"); const marks = openMarks("/a/");
        marks.set("adding", "done"); marks.follow({kind: "plan", query: "?goals=adding", steps: ["adding"]});
        const before = localStorage.length; marks.clear();
        return [before, localStorage.length, marks.trail(), marks.trouble]""",
    )
    assert found == [3, 0, None, ""]


def test_listeners_hear_of_changes_until_they_end_it(tab: Page) -> None:
    found = try_marks(
        tab,
        """const marks = openMarks("/a/"); let heard = 0; const end = marks.subscribe(() => { heard += 1; });
        marks.set("adding", "done"); marks.follow(null); end(); marks.clear(); return heard""",
    )
    assert found == 2


BLOCKED = 'Object.defineProperty(window, "localStorage", { get() { throw new DOMException("no", "SecurityError"); } });'
ALL_BLOCKED = BLOCKED + BLOCKED.replace("localStorage", "sessionStorage")
FULL = (
    'const put = Storage.prototype.setItem; Storage.prototype.setItem = function (key, text) {{ if ({}) throw new DOMException("full", "QuotaExceededError");'
    " put.call(this, key, text); }};"
)


@pytest.mark.parametrize(
    ("script", "trouble"),
    [(BLOCKED, "keep nothing"), (FULL.format("this === localStorage"), "no room left")],
)
def test_marks_last_for_the_visit_where_the_browser_keeps_nothing(
    script: str, trouble: str, address: str, visit: Callable[..., BrowserContext]
) -> None:
    tab = visit(script).new_page()
    with sound(tab):
        tab.goto(address + "concepts/counting/")
        expect(tab.get_by_text(trouble)).to_have_count(0)
        mark(tab, "Done").click()
        expect(tab.get_by_text(trouble)).to_be_visible()
        tab.goto(address + "concepts/adding/")
        expect(tab.locator("[data-guide=needs] .badge")).to_have_text("Done")
        tab.goto(address)
        expect(tab.get_by_text("1 mark is kept.")).to_be_visible()
        expect(tab.get_by_text(trouble)).to_be_visible()


@pytest.mark.parametrize(
    ("script", "trouble"), [(ALL_BLOCKED, "keep nothing"), (FULL.format("true"), "no room left")]
)
def test_a_page_works_where_nothing_at_all_can_be_kept(
    script: str, trouble: str, address: str, visit: Callable[..., BrowserContext]
) -> None:
    tab = visit(script).new_page()
    with sound(tab):
        tab.goto(address + "concepts/counting/")
        mark(tab, "Known").click()
        expect(mark(tab, "Known")).to_have_attribute("aria-pressed", "true")
        expect(tab.get_by_text(trouble)).to_be_visible()


def test_what_was_held_for_the_visit_is_kept_once_there_is_room(tab: Page) -> None:
    tab.context.add_init_script(
        FULL.format('this === localStorage && sessionStorage.getItem("full")')
    )
    tab.evaluate('sessionStorage.setItem("full", "1")')
    tab.reload()
    mark(tab, "Done").click()
    tab.evaluate('sessionStorage.removeItem("full")')
    tab.reload()
    expect(mark(tab, "Done")).to_have_attribute("aria-pressed", "true")
    assert "done" in tab.evaluate(f"localStorage.getItem('{KEY}')")
    assert tab.evaluate(f"sessionStorage.getItem('{KEY}')") is None


def test_a_page_says_that_marks_could_not_be_read(
    address: str, visit: Callable[..., BrowserContext]
) -> None:
    tab = visit(f"localStorage.setItem('{KEY}', '{{');").new_page()
    with sound(tab):
        tab.goto(address + "concepts/counting/")
        expect(tab.get_by_text("could not be read")).to_be_visible()
        tab.goto(address + "zh/")
        expect(tab.get_by_text("有一部分无法读取")).to_be_visible()


# Marks on pages


def test_a_mark_is_kept_over_a_reload_in_a_new_tab_and_in_the_other_language(
    tab: Page, address: str
) -> None:
    press(mark(tab, "Learning"))
    press(mark(tab, "Known"), "Space")
    expect(mark(tab, "Known")).to_be_focused()
    expect(mark(tab, "Learning")).to_have_attribute("aria-pressed", "false")
    tab.reload()
    expect(mark(tab, "Known")).to_have_attribute("aria-pressed", "true")
    other = tab.context.new_page()
    other.goto(address + "zh/concepts/counting/")
    expect(mark(other, "已掌握")).to_have_attribute("aria-pressed", "true")
    mark(other, "已掌握").click()
    expect(mark(tab, "Known")).to_have_attribute("aria-pressed", "false")


def test_two_tabs_lose_none_of_each_others_marks(tab: Page, address: str) -> None:
    other = tab.context.new_page()
    other.goto(address + "concepts/adding/")
    mark(tab, "Done").click()
    mark(other, "Done").click()
    other.goto(address)
    expect(other.get_by_text("2 marks are kept.")).to_be_visible()


def test_a_mark_under_a_former_id_is_that_of_the_concept(tab: Page, address: str) -> None:
    kept = json.dumps({"format": 1, "marks": {"sum": {"mark": "done", "since": ""}}})
    tab.evaluate("([key, kept]) => localStorage.setItem(key, kept)", [KEY, kept])
    tab.goto(address + "concepts/adding/")
    expect(mark(tab, "Done")).to_have_attribute("aria-pressed", "true")


def test_a_reader_takes_the_marks_to_another_browser(
    address: str, visit: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    first = visit().new_page()
    for concept in ("counting", "adding"):
        first.goto(f"{address}concepts/{concept}/")
        mark(first, "Done").click()
    first.goto(address)
    with first.expect_download() as download:
        press(first.get_by_role("button", name="Export"))
    file = tmp_path / "marks.json"
    download.value.save_as(file)
    assert re.fullmatch(r"marks-\d{4}-\d\d-\d\d\.json", download.value.suggested_filename)

    second = visit().new_page()
    second.goto(address + "concepts/adding/")
    mark(second, "Learning").click()
    second.goto(address)
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{}")
    for chosen, said in (
        (wrong, "nothing was changed"),
        (file, "2 marks were taken from the file."),
        (file, "no mark that is not here already"),
    ):
        with second.expect_file_chooser() as chooser:
            press(second.get_by_role("button", name="Import"))
        chooser.value.set_files(chosen)
        expect(second.get_by_text(said)).to_be_visible()
    expect(second.get_by_text("2 marks are kept.")).to_be_visible()
    second.goto(address + "concepts/adding/")
    expect(mark(second, "Done")).to_have_attribute("aria-pressed", "true")


def test_clearing_can_be_undone(tab: Page, address: str) -> None:
    mark(tab, "Done").click()
    tab.goto(address + "paths/to-multiplying/")
    tab.get_by_role("button", name="Follow this path").click()
    tab.goto(address)
    press(tab.get_by_role("button", name="Clear everything"))
    expect(tab.get_by_text("0 marks are kept.")).to_be_visible()
    expect(tab.get_by_role("heading", name="Continue where you left off")).to_have_count(0)
    assert tab.evaluate("localStorage.length") == 0
    press(tab.get_by_role("button", name="Undo"))
    expect(tab.get_by_text("Everything is back.")).to_be_focused()
    expect(tab.get_by_text("1 mark is kept.")).to_be_visible()
    expect(tab.get_by_role("heading", name="Continue where you left off")).to_be_visible()


# The path that is followed


def test_a_reader_follows_a_path_to_its_end_by_keyboard(tab: Page, address: str) -> None:
    with sound(tab):
        tab.goto(address + "paths/to-multiplying/")
        press(tab.get_by_role("button", name="Follow this path"))
        expect(tab.get_by_text("0 of 4 learnt · about 4.3 h left")).to_be_visible()
        press(tab.locator("[data-guide=path]").get_by_role("link", name="Counting"))
        for number, title in enumerate(STEPS, 1):
            bar = tab.get_by_role("navigation", name="The path you follow")
            expect(bar).to_contain_text(f"Step {number} of 4 · To <b>multiplying</b>")
            expect(tab.locator("h1")).to_contain_text(title)
            press(bar.get_by_role("button", name="Done"))
            expect(bar.get_by_role("button", name="Done")).to_be_focused()
            expect(bar).to_contain_text(f"{number} of 4 learnt")
            if number < len(STEPS):
                tab.keyboard.press("Tab")
                expect(bar.get_by_role("link", name=f"Next step {STEPS[number]}")).to_be_focused()
                tab.keyboard.press("Enter")
        press(bar.get_by_role("link", name="To <b>multiplying</b>"))
        tab.wait_for_url(address + "paths/to-multiplying/")
        expect(tab.get_by_text("You have learnt all of its steps.")).to_be_visible()
        expect(tab.locator("[data-guide=steps] .badge.done")).to_have_count(4)


def test_the_bar_counts_the_time_of_steps_not_learnt_and_leads_on_below_as_well(
    tab: Page, address: str
) -> None:
    tab.goto(address + "paths/to-multiplying/")
    tab.locator("[data-guide=steps]").get_by_role("link", name="Adding").click()
    bar = tab.get_by_role("navigation", name="The path you follow")
    expect(bar).to_contain_text("about 4.3 h left")  # 255 minutes
    expect(bar.get_by_role("link", name="Previous step Counting")).to_be_visible()
    below = tab.get_by_role("navigation", name="Onward along the path")
    below.get_by_role("button", name="Done").click()
    expect(bar).to_contain_text("1 of 4 learnt · about 3.3 h left")
    expect(mark(tab, "Done")).to_have_attribute("aria-pressed", "true")
    below.get_by_role("link", name="Next step").click()
    tab.wait_for_url(address + "concepts/constructor/")


def test_the_bar_speaks_the_other_language(tab: Page, address: str) -> None:
    tab.goto(address + "paths/to-multiplying/")
    tab.get_by_role("button", name="Follow this path").click()
    tab.goto(address + "zh/concepts/adding/")
    bar = tab.get_by_role("navigation", name="正在跟随的路径")
    expect(bar).to_contain_text("第 2 步，共 4 步 · 学会乘法")
    expect(bar.get_by_role("link", name="学会乘法")).to_have_attribute(
        "href", address + "zh/paths/to-multiplying/"
    )
    expect(bar.get_by_role("link", name="下一步 列表")).to_be_visible()


def test_a_reader_off_the_path_is_led_back_and_may_stop_following(tab: Page, address: str) -> None:
    tab.goto(address + "paths/to-multiplying/")
    tab.get_by_role("button", name="Follow this path").click()
    tab.goto(address + "concepts/fingers/")
    bar = tab.get_by_role("navigation", name="The path you follow")
    expect(bar).to_contain_text("Continue with Counting")
    press(bar.get_by_role("button", name="Stop following"))
    expect(bar).to_have_count(0)
    expect(tab.locator("h1")).to_be_focused()
    tab.goto(address + "concepts/counting/")
    expect(mark(tab, "Done")).to_be_visible()
    expect(bar).to_have_count(0)


def test_another_path_takes_the_place_of_the_first(tab: Page, address: str) -> None:
    tab.goto(address + "paths/to-multiplying/")
    tab.get_by_role("button", name="Follow this path").click()
    expect(tab.get_by_text("You follow this path")).to_be_visible()
    tab.goto(address + "paths/other/")
    expect(tab.get_by_text("You follow this path")).to_have_count(0)
    press(tab.locator("[data-guide=steps]").get_by_role("link", name="Counting"))
    bar = tab.get_by_role("navigation", name="The path you follow")
    expect(bar).to_contain_text("Step 2 of 2 · Fingers first")


def test_a_plan_is_followed_as_a_path_is(tab: Page, address: str) -> None:
    try_marks(
        tab,
        """openMarks("/deep/sums/").follow(
          {kind: "plan", query: "?goals=powers&known=fingers", steps: ["counting", "gone", "multiplying", "powers"]})""",
    )
    tab.goto(address + "concepts/multiplying/")
    bar = tab.get_by_role("navigation", name="The path you follow")
    expect(bar).to_contain_text("Step 2 of 3 · Your plan up to Powers")
    expect(bar.get_by_role("link", name="Your plan up to Powers")).to_have_attribute(
        "href", address + "plan/?goals=powers&known=fingers"
    )


def test_a_path_that_is_gone_is_not_followed(tab: Page, address: str) -> None:
    with sound(tab):
        try_marks(
            tab,
            'openMarks("/deep/sums/").follow({kind: "path", id: "constructor", steps: ["counting"]})',
        )
        tab.goto(address + "concepts/counting/")
        mark(tab, "Done").click()
        expect(tab.get_by_text("Ready to learn next")).to_be_visible()
        expect(tab.get_by_role("navigation", name="The path you follow")).to_have_count(0)


# What can be learnt next


def test_a_concept_says_what_it_opens_up(tab: Page, address: str) -> None:
    opens = tab.locator("[data-guide=opens] .badge:visible")
    expect(opens).to_have_count(0)
    mark(tab, "Learning").click()
    expect(opens).to_have_text(["ready once you have learnt this"])
    mark(tab, "Done").click()
    expect(opens).to_have_text(["ready"])
    tab.goto(address + "concepts/adding/")
    expect(opens).to_have_text(["ready once you have learnt this", 'also needs Lists & "<b>" | 🧮'])
    tab.goto(address + "concepts/fingers/")
    mark(tab, "Done").click()
    expect(opens).to_have_text(["ready"])  # one of two is enough


def test_what_is_ready_next_uses_what_was_learnt_last_and_prefers_the_path(
    tab: Page, address: str
) -> None:
    try_marks(
        tab,
        """const marks = openMarks("/deep/sums/"); for (const id of ["fingers", "counting", "lost"]) {
          marks.set(id, "done"); await new Promise((go) => setTimeout(go, 5)); }""",
    )
    tab.goto(address)
    links = tab.locator("[data-guide=home] li a")
    expect(links).to_have_text(["Adding", 'Lists & "<b>" | 🧮'])
    try_marks(
        tab,
        'openMarks("/deep/sums/").follow({kind: "plan", query: "", steps: ["constructor"]})',
    )
    tab.reload()
    expect(links).to_have_text(['Lists & "<b>" | 🧮', "Adding"])
    expect(tab.get_by_text("2 of 6 learnt")).to_be_visible()
    expect(tab.locator("[data-guide=home] b")).to_have_count(0)
    tab.goto(address + "concepts/counting/")
    expect(tab.locator("[data-guide=ready-next] li")).to_have_text(
        ['Lists & "<b>" | 🧮 about 45 min', "Adding about 60 min"]
    )


def test_the_steps_of_a_path_show_their_marks(tab: Page, address: str) -> None:
    mark(tab, "Done").click()
    tab.goto(address + "concepts/multiplying/")
    mark(tab, "Learning").click()
    tab.goto(address + "zh/paths/to-multiplying/")
    expect(tab.locator("[data-guide=steps] .badge:visible")).to_have_text(
        ["学完了", "可以学了", "正在学"]
    )
    expect(tab.get_by_text("已学会 1 个，共 4 个 · 还需约 3.8 小时")).to_be_visible()
    expect(tab.locator("[data-guide=path]").get_by_role("link", name="加法")).to_be_visible()


def test_a_reader_without_marks_fetches_no_graph(
    address: str, visit: Callable[..., BrowserContext]
) -> None:
    tab = visit().new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    for page in ("", "concepts/adding/", "paths/to-multiplying/"):
        tab.goto(address + page, wait_until="networkidle")
    assert [url for url in asked if url.endswith(".json")] == []


# Questions


def test_without_javascript_questions_come_with_their_answers(
    address: str, visit: Callable[..., BrowserContext]
) -> None:
    tab = visit(java_script_enabled=False).new_page()
    tab.goto(address + "concepts/counting/")
    question = tab.locator(".question").first
    expect(question.locator(".ask code")).to_have_text("7")
    expect(question.locator("> ul > li")).to_have_count(3)
    expect(question.locator("> ul math")).to_have_count(1)
    expect(question.get_by_text("One more than")).to_be_hidden()
    question.locator("summary").click()
    expect(question.locator("details li")).to_have_text("8")
    expect(question.get_by_text("One more than")).to_be_visible()
    expect(tab.locator(".guide")).to_have_count(0)
    tab.goto(address + "paths/to-multiplying/")
    expect(tab.get_by_role("link", name="Multiplying").first).to_be_visible()


def test_a_concept_without_questions_has_no_section_for_them(tab: Page, address: str) -> None:
    tab.goto(address + "concepts/fingers/")
    expect(mark(tab, "Done")).to_be_visible()
    expect(tab.get_by_text("Check yourself")).to_have_count(0)
    expect(tab.get_by_text("Ready? Up to three questions")).to_have_count(0)


def test_a_reader_checks_themselves_by_keyboard_and_marks_the_concept(tab: Page) -> None:
    quiz = tab.locator("[data-guide=questions]")
    first, second = quiz.get_by_role("radiogroup").all()
    expect(quiz.locator("details:visible")).to_have_count(0)
    press(quiz.get_by_role("button", name="Check"))
    expect(quiz.get_by_text("2 questions have no answer yet.")).to_be_visible()
    expect(first.get_by_role("radio", name="6")).to_be_focused()
    tab.keyboard.press("Space")
    press(second.get_by_role("radio", name="Yes"), "Space")
    press(quiz.get_by_role("button", name="Check"))
    expect(quiz.get_by_text("1 of 2 right.")).to_be_visible()
    expect(first.get_by_text("Not right")).to_be_visible()
    expect(first.get_by_text("One more than")).to_be_visible()
    expect(second.get_by_role("link", name="adding")).to_be_visible()
    expect(quiz.get_by_role("button", name="Mark")).to_have_count(0)
    press(first.get_by_role("radio", name="6"), "ArrowDown")
    expect(first.get_by_text("Not right")).to_be_hidden()
    press(quiz.get_by_role("button", name="Check"))
    expect(quiz.get_by_text("2 of 2 right.")).to_be_visible()
    press(quiz.get_by_role("button", name="Mark this concept as known"))
    expect(quiz.get_by_role("button", name="Marked as known")).to_be_focused()
    expect(mark(tab, "Known")).to_have_attribute("aria-pressed", "true")


def test_a_reader_finds_out_what_is_missing_before_a_concept(tab: Page, address: str) -> None:
    asked: list[str] = []
    tab.goto(address + "concepts/powers/", wait_until="networkidle")
    tab.on("request", lambda request: asked.append(request.url))
    check = tab.locator("[data-guide=ready-check]")
    assert asked == []
    press(check.locator("summary"))
    groups = check.get_by_role("radiogroup")
    expect(groups).to_have_count(3)
    expect(groups.first).to_contain_text("What is 1 + 1?")  # the nearest first
    expect(groups.nth(1).locator("> ul math")).to_have_count(1)
    assert tab.locator("link[href*='formulas.css']").count() == 1
    groups.nth(0).get_by_role("radio", name="2").check()
    groups.nth(1).get_by_role("radio", name="6").check()
    groups.nth(2).get_by_role("radio", name="No").check()
    check.get_by_role("button", name="Check").click()
    expect(check.get_by_text("1 of 3 right.")).to_be_visible()
    expect(check.locator("[role=status] li")).to_have_text(["Counting"])
    expect(groups.nth(2).get_by_role("link", name="adding")).to_have_attribute(
        "href", address + "concepts/adding/"
    )
    check.locator("[role=status] a").click()
    tab.wait_for_url(address + "concepts/counting/")


def test_nothing_is_asked_about_what_is_learnt(tab: Page, address: str) -> None:
    mark(tab, "Known").click()
    tab.goto(address + "concepts/adding/")
    expect(tab.locator("[data-guide=needs] .badge")).to_have_text("Known")
    expect(tab.locator("[data-guide=ready-check] summary")).to_be_hidden()
    tab.goto(address + "zh/concepts/multiplying/")
    tab.get_by_text("准备好了吗？最多三道题").click()
    check = tab.locator("[data-guide=ready-check]")
    expect(check.get_by_role("radiogroup")).to_have_count(1)
    check.get_by_role("radio", name="2").check()
    check.get_by_role("button", name="检查").click()
    expect(check.get_by_text("看来可以开始了。")).to_be_visible()


def test_questions_that_cannot_be_fetched_are_said(tab: Page, address: str) -> None:
    tab.goto(address + "concepts/adding/")
    tab.route("**/plan/graph.json", lambda route: route.abort())
    tab.get_by_text("Ready? Up to three questions").click()
    expect(tab.get_by_text("The questions could not be loaded.")).to_be_visible()
    tab.unroute("**/plan/graph.json")
    for _ in range(2):
        tab.get_by_text("Ready? Up to three questions").click()
    expect(tab.locator("[data-guide=ready-check]").get_by_role("radiogroup")).to_have_count(2)


# Every page


PAGES = ["concepts/counting/", "concepts/powers/", "paths/to-multiplying/", ""]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["", "zh/"])
def test_axe_finds_nothing_and_all_fits_a_phone(
    language: str, scheme: str, address: str, visit: Callable[..., BrowserContext]
) -> None:
    tab = visit(
        color_scheme=scheme, reduced_motion="reduce", viewport={"width": 390, "height": 844}
    ).new_page()
    tab.goto(address + "concepts/counting/")
    try_marks(
        tab,
        """const marks = openMarks("/deep/sums/"); marks.set("fingers", "known"); marks.set("adding", "learning");
        marks.follow({kind: "path", id: "to-multiplying", steps: ["counting", "adding", "constructor", "multiplying"]})""",
    )
    for page in PAGES:
        tab.goto(address + language + page, wait_until="networkidle")
        if tab.locator("[data-guide=ready-check] summary:visible").count():
            tab.locator("[data-guide=ready-check] summary").click()
            expect(tab.locator("[data-guide=ready-check] .question").first).to_be_visible()
        for group in tab.get_by_role("radiogroup").all():
            group.get_by_role("radio").first.check()
        for button in tab.get_by_role("button", name=re.compile("^(Check|检查)$")).all():
            button.click()
        found = Axe().run(tab)
        assert found.response["violations"] == [], f"{page}: {found.generate_report()}"
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390, page


def test_a_print_shows_the_page_without_controls(tab: Page) -> None:
    tab.emulate_media(media="print")
    expect(mark(tab, "Done")).to_be_hidden()
    expect(tab.get_by_role("button", name="Check")).to_be_hidden()
    expect(tab.get_by_text("What comes after")).to_be_visible()


FRENCH = """\
== mkdocs.yml
site_name: Pain
theme: {name: material, font: false}
plugins: [learnpath]
use_directory_urls: false
== docs/index.md
Du pain.
== graph/knowledge-base.yaml
languages: [fr, zh-CN]
labels: {fr: {mark-done: Fini}}
== graph/concepts/farine.yaml
title: Farine
questions: [{ask: Quoi ?, choices: [Blé, Eau], answer: 0, because: Oui.}]
== graph/concepts/pain.yaml
title: Pain
prerequisites: [farine]
== graph/paths/four.yaml
title: Au four
steps: [farine, pain]
"""


def test_a_knowledge_base_in_other_languages_and_with_other_addresses_has_the_guide(
    tmp_path: Path, visit: Callable[..., BrowserContext]
) -> None:
    write_files(FRENCH, tmp_path)
    done = mkdocs("build", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    with serving(tmp_path / "site") as address:
        tab = visit().new_page()
        with sound(tab):
            tab.goto(address + "paths/four.html")
            tab.get_by_role("button", name="Follow this path").click()
            tab.locator("[data-guide=path]").get_by_role("link", name="Farine").click()
            tab.wait_for_url(address + "concepts/farine.html")
            mark(tab, "Fini").click()
            tab.get_by_role("link", name="Next step Pain").first.click()
            tab.wait_for_url(address + "concepts/pain.html")
            expect(tab.locator("[data-guide=needs] .badge")).to_have_text("Fini")
            tab.goto(address + "zh-CN/concepts/pain.html")
            bar = tab.get_by_role("navigation", name="正在跟随的路径")
            expect(bar).to_contain_text("第 2 步，共 2 步 · Au four")
            tab.evaluate(
                """async () => { const { openMarks } = await import("/assets/marks.js");
                openMarks("/").follow({kind: "plan", query: "?goals=pain", steps: ["pain"]}) }"""
            )
            tab.reload()
            expect(bar.get_by_role("link", name="学到“Pain”的计划")).to_have_attribute(
                "href", address + "zh-CN/plan/index.html?goals=pain"
            )


def test_another_theme_shows_the_questions_as_they_are(tmp_path: Path) -> None:
    write_files(FRENCH.replace("{name: material, font: false}", "mkdocs"), tmp_path)
    done = mkdocs("build", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "site" / "concepts" / "farine.html").read_text(encoding="utf-8")
    assert "<summary>Answer</summary>" in page
    assert "guide/concept.js" not in page


def test_the_data_for_planning_says_which_concepts_ask_questions(tmp_path: Path) -> None:
    write_files(KNOWLEDGE, tmp_path)
    graph = json.loads(exporting.plan_graph(reading.read(tmp_path / "graph").knowledge_base))
    assert [graph["ids"][number] for number in graph["asks"]] == ["adding", "counting"]
