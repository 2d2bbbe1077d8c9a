"""The page that plans, as a reader uses it: by keyboard, by address, without scripts, and with whatever titles there are."""

import datetime
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import icalendar
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cases import write_files
from conftest import ROOT, mkdocs, serving
from learnpath import building, exporting
from learnpath.plans import Planner

pytestmark = pytest.mark.browser

HOSTILE = """\
== mkdocs.yml
site_name: Sums
theme: {name: material, font: false}
plugins: [learnpath]
use_directory_urls: false
== docs/index.md
Sums, step by step.
== graph/knowledge-base.yaml
title: {en: Sums, zh: 算术}
languages: [en, zh]
areas: {all: {title: {en: 'All & <i>sundry</i>', zh: 全部}}}
== graph/concepts/counting.yaml
title: {en: 'Counting <img src=x onerror=alert(1)>', zh: 数数}
area: all
minutes: 30
== graph/concepts/adding.yaml
title: {en: '"Adding" | `+` 🧮, by hand; again', zh: 加法}
aliases: ['<script>alert(2)</script>']
minutes: 90
formerly: [sum]
prerequisites: [{concept: counting, why: {en: 'As <b>1</b> + 1.', zh: 一加一。}}]
== graph/concepts/constructor.yaml
title: {en: 'Fingers [x](javascript:alert(3))', zh: 掰手指}
ongoing: true
== graph/concepts/multiplying.yaml
title: {en: '{n} | {title} times', zh: 乘法}
prerequisites: [counting, {any_of: [adding, constructor]}]
== graph/paths/to-multiplying.yaml
title: {en: 'To <b>multiplying</b>', zh: 学会乘法}
order: story
steps: [counting, multiplying]
"""

BARE = """\
== mkdocs.yml
site_name: Sums
theme: {name: material, font: false}
plugins: [learnpath]
== docs/index.md
Sums.
== graph/concepts/counting.yaml
title: Counting
== graph/concepts/adding.yaml
title: Adding
prerequisites: [counting]
== graph/concepts/multiplying.yaml
title: Multiplying
prerequisites: [adding]
"""

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serving(site) as root:
        yield root


def built(text: str, folder: Path) -> Path:
    """Build a small knowledge base below the path `/deep/sums/`."""
    write_files(text, folder)
    done = mkdocs("build", "--site-dir", str(folder / "served/deep/sums"), folder=folder)
    assert done.returncode == 0, done.stderr
    return folder / "served"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(built(HOSTILE, tmp_path_factory.mktemp("hostile"))) as root:
        yield f"{root}deep/sums/"


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(built(BARE, tmp_path_factory.mktemp("bare"))) as root:
        yield f"{root}deep/sums/"


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    """Open a page in a fresh profile; nothing may go wrong in its scripts."""
    opened: list[BrowserContext] = []
    wrong: list[str] = []

    def open_one(page: str, **settings: Any) -> Page:
        context = browser.new_context(**settings)
        context.set_default_timeout(10_000)
        opened.append(context)
        tab = context.new_page()
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("dialog", lambda dialog: wrong.append(dialog.message))
        tab.goto(page)
        return tab

    yield open_one
    for context in opened:
        context.close()
    assert wrong == []


@pytest.fixture(scope="module")
def planner() -> Planner:
    return Planner(building.sound(ROOT / "graph"))


def steps(tab: Page) -> list[str]:
    """Give the ids of the steps on the page, once there are some."""
    tab.locator(".steps > li[value]").first.wait_for()
    ids = tab.locator(".steps > li[value]").evaluate_all("all => all.map((each) => each.id)")
    return [id.removeprefix("step-") for id in ids]


def status(tab: Page) -> str:
    return tab.locator(".planner > .said").text_content() or ""


def focused(tab: Page, selector: str) -> bool:
    return bool(tab.evaluate("which => document.activeElement.matches(which)", selector))


def go_to(tab: Page, selector: str, key: str = "Tab") -> None:
    """Press a key until something has the focus."""
    for _ in range(60):
        tab.keyboard.press(key)
        if focused(tab, selector):
            return
    raise AssertionError(f"{key} does not lead to {selector}")


def know(tab: Page, id: str) -> None:
    tab.locator(f"#step-{id} .know").click()
    tab.locator(".note").wait_for()


def saved(tab: Page, button: str) -> bytes:
    with tab.expect_download() as download:
        tab.get_by_role("button", name=button).click()
    return Path(download.value.path()).read_bytes()


# a visit


def test_a_reader_plans_by_keyboard_alone(address: str, visit: Open) -> None:
    tab = visit(address + "plan/")
    tab.locator("#goals-search").wait_for()
    go_to(tab, "#goals-search")
    tab.keyboard.type("long short")
    expect(tab.locator("#goals-found [aria-selected=true]")).to_contain_text("LSTM")
    tab.keyboard.press("Enter")
    before = steps(tab)
    assert before[-1] == "lstm"
    assert "21 steps" in status(tab)

    go_to(tab, "#known-search")
    tab.keyboard.type("pyth")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("Enter")
    expect(tab.locator(".known .chip")).to_have_text(["Python programming×"])
    tab.keyboard.type("xx")
    expect(tab.locator(".known .told")).to_have_text("No concept is called that.")
    tab.keyboard.press("Escape")
    tab.keyboard.press("Escape")
    assert tab.locator("#known-search").input_value() == ""
    tab.keyboard.press("Backspace")
    expect(tab.locator(".known .chip")).to_have_count(0)
    assert steps(tab) == before

    tab.locator("#step-gradient-descent .know").focus()
    tab.keyboard.press("Enter")
    expect(tab.locator(".note")).to_contain_text("Gradient descent is known.")
    assert "Gradient descent is known." in status(tab)
    after = steps(tab)
    following = before[before.index("gradient-descent") + 1]
    assert focused(tab, f"#step-{following} .know")
    go_to(tab, ".undo", "Shift+Tab")
    tab.keyboard.press("Enter")
    expect(tab.locator(".note")).to_have_count(0)
    assert steps(tab) == before
    assert len(after) < len(before)
    assert focused(tab, "#step-gradient-descent .know")
    tab.keyboard.press("Shift+Tab")
    tab.keyboard.press("Enter")
    tab.wait_for_url(address + "concepts/gradient-descent/")


def test_a_shared_link_gives_the_same_plan_to_others_and_in_the_other_language(
    address: str, visit: Open
) -> None:
    tab = visit(address + "plan/?goals=sequence-to-sequence,transformer&known=calculus&hours=40")
    tab.locator("#step-python-programming .know").click()
    tab.locator(".note").wait_for()
    mine = steps(tab)
    link = tab.url
    assert "choose=" in link
    assert "hours=40" in link
    assert "python-programming" in link
    assert steps(visit(link)) == mine
    tab.get_by_role("link", name="中文").click()
    tab.wait_for_url(re.compile("/zh/plan/"))
    assert steps(tab) == mine
    assert tab.url.partition("?")[2] == link.partition("?")[2]
    expect(tab.locator("#plan-title")).to_contain_text("序列到序列")


def test_back_leads_to_the_former_goals(address: str, visit: Open) -> None:
    tab = visit(address + "plan/?goals=lstm")
    former = steps(tab)
    tab.locator("#goals-search").fill("gru")
    tab.keyboard.press("Enter")
    expect(tab.locator(".goals .chip")).to_have_count(2)
    tab.get_by_role("button", name="Remove: Long short-term memory").click()
    expect(tab.locator("#plan-title")).to_have_text("The way to Gated recurrent unit (GRU)")
    tab.go_back()
    tab.go_back()
    expect(tab.locator("#plan-title")).to_have_text("The way to Long short-term memory (LSTM)")
    assert steps(tab) == former


def test_a_goal_is_found_by_title_alias_and_id_the_nearest_first(address: str, visit: Open) -> None:
    tab = visit(address + "plan/")
    field = tab.locator("#goals-search")
    found = tab.locator("#goals-found [role=option]")
    for typed, title in (("LSTM", "Long short-term memory"), ("lstm", "Long short-term memory")):
        field.fill(typed)
        expect(found.first).to_contain_text(title)
    field.fill("neur")
    expect(found.first).to_contain_text(re.compile("^Neur"))
    field.fill("a")
    expect(found).to_have_count(12)
    expect(tab.locator(".goals .told")).to_contain_text("the first 12 are shown")
    field.fill("gradient-descent")
    expect(found.first).to_contain_text("Gradient descent")


def test_without_a_goal_the_main_ones_are_one_click_away(address: str, visit: Open) -> None:
    tab = visit(address + "plan/")
    tab.get_by_role("button", name="Large language models").click()
    assert steps(tab)[-1] == "large-language-models"
    assert tab.url.endswith("plan/?goals=large-language-models")
    assert focused(tab, "#plan-title")


# the plan


@pytest.mark.parametrize(
    ("goals", "known", "choose"),
    [
        (["lstm"], [], []),
        (["gru", "lstm", "transformer"], ["calculus", "backpropagation"], []),
        (["sequence-to-sequence"], [], []),
        (["sequence-to-sequence"], ["probability-statistics"], ["lstm"]),
        (["stacked-bidirectional-rnns", "sequence-to-sequence"], ["gru"], []),
        (["large-language-models", "mlops", "success"], ["machine-learning"], []),
    ],
)
def test_the_plan_is_that_of_the_command(
    goals: list[str],
    known: list[str],
    choose: list[str],
    address: str,
    visit: Open,
    planner: Planner,
) -> None:
    query = f"?goals={','.join(goals)}&known={','.join(known)}&choose={','.join(choose)}&hours=50"
    tab = visit(address + "plan/" + query)
    made = planner.plan(goals, known, choose, 50 * 60)
    fits = [id for id in made.ids if id in made.fits]
    assert steps(tab) == fits + [id for id in made.ids if id not in made.fits]
    told = json.loads(saved(tab, "Download as JSON"))
    assert told == json.loads(exporting.plan_json(made, hours=50))


def test_each_step_tells_what_it_is_for(address: str, visit: Open) -> None:
    tab = visit(address + "plan/?goals=lstm")
    step = tab.locator("#step-backpropagation")
    step.locator("summary").click()
    expect(step.locator(".way li").first).to_contain_text("Recurrent neural network (RNN)")
    expect(step.locator(".way li").last).to_contain_text("Long short-term memory (LSTM)")
    graph = json.loads(tab.evaluate("fetch('reasons.json').then((answer) => answer.text())"))
    assert graph["lstm"]["vanishing-exploding-gradients"] in (step.text_content() or "")
    refresh = tab.locator(".refresh")
    expect(refresh.first).to_contain_text("not used for more than seven steps")
    expect(tab.locator(".goal .mark")).to_have_text(["goal"])
    refresh.first.locator("a").click()
    assert "#step-" in tab.url
    assert len(steps(tab)) == 21, "a link within the list changes no plan"


def test_knowing_a_step_moves_nothing_else_and_is_undone(address: str, visit: Open) -> None:
    tab = visit(address + "plan/?goals=lstm,transformer")
    before = steps(tab)
    know(tab, "neural-networks")
    box = tab.locator(".note input")
    assert box.is_checked(), "who knows a concept knows what it rests on"
    with_all = steps(tab)
    assert [step for step in before if step in with_all] == with_all
    assert "calculus" not in with_all
    box.uncheck()
    expect(tab.locator("#step-calculus")).to_be_visible()
    without = steps(tab)
    assert [step for step in before if step in without] == without
    assert "neural-networks" not in without
    assert set(with_all) < set(without)
    assert focused(tab, ".note input")
    assert "known=neural-networks" in tab.url
    tab.locator(".undo").click()
    expect(tab.locator("#step-neural-networks")).to_be_visible()
    assert steps(tab) == before
    assert "known=" not in tab.url
    assert status(tab).startswith("Undone. The plan has ")


def test_who_knows_the_goal_has_nothing_left_to_learn(address: str, visit: Open) -> None:
    tab = visit(address + "plan/?goals=lstm")
    steps(tab)
    know(tab, "lstm")
    expect(tab.locator(".notes")).to_contain_text("Nothing is left to learn")
    expect(tab.locator(".steps > li[value]")).to_have_count(0)
    expect(tab.locator(".taking")).to_be_hidden()
    tab.get_by_role("button", name="show ").click()
    expect(tab.locator(".known .chip")).to_have_count(21)
    tab.locator(".undo").click()
    assert len(steps(tab)) == 21


def test_an_alternative_is_taken_and_stays_taken(address: str, visit: Open) -> None:
    tab = visit(address + "plan/?goals=sequence-to-sequence")
    assert "gru" in steps(tab)
    assert tab.url.endswith("&choose=gru")
    goal = tab.locator("#step-sequence-to-sequence")
    goal.locator("summary").click()
    expect(goal.locator(".choice")).to_contain_text(
        "Gated recurrent unit (GRU) rather than Long short-term memory (LSTM): saves about 5 h."
    )
    goal.get_by_role("button", name="Take Long short-term memory (LSTM) instead").click()
    expect(tab.locator("#step-lstm")).to_be_visible()
    assert "gru" not in steps(tab)
    assert tab.url.endswith("&choose=lstm")
    assert "Long short-term memory (LSTM) is taken now." in status(tab)
    know(tab, "backpropagation")
    assert "lstm" in steps(tab)
    expect(tab.locator(".notes")).to_contain_text("other alternatives save about 5 h")
    tab.get_by_role("button", name="Take them").click()
    expect(tab.locator("#step-gru")).to_be_visible()
    expect(tab.locator(".notes")).to_be_hidden()


def test_a_budget_tells_what_fits_and_what_is_left(
    address: str, visit: Open, planner: Planner
) -> None:
    tab = visit(address + "plan/?goals=lstm,gradient-descent")
    steps(tab)
    hours = planner.plan(["gradient-descent"]).minutes // 60 + 2
    tab.get_by_label("Hours you have").fill(str(hours))
    tab.wait_for_url(re.compile(f"hours={hours}$"))
    made = planner.plan(["lstm", "gradient-descent"], budget=hours * 60)
    assert len(made.fits) < len(made.steps)
    expect(tab.locator(".fitting > li[value]")).to_have_count(len(made.fits))
    expect(tab.locator(".notes")).to_contain_text("That reaches Gradient descent.")
    expect(tab.locator(".left h3")).to_contain_text("Left for later:")
    tab.get_by_label("Hours you have").fill("1000")
    expect(tab.locator(".notes")).to_have_text("All of it fits into 1000 h.")
    tab.get_by_label("Hours you have").fill("0.5")
    expect(tab.locator(".notes")).to_have_text("Into 0.5 h fits no whole step.")
    tab.get_by_label("Hours you have").fill("")
    expect(tab.locator(".notes")).to_be_hidden()


def test_a_story_is_pointed_to_and_what_takes_years_is_not_summed(
    address: str, visit: Open
) -> None:
    tab = visit(address + "plan/?goals=success,leading-teams")
    steps(tab)
    notes = tab.locator(".notes")
    expect(notes).to_contain_text("where a story ends")
    expect(notes).to_contain_text("Practised for years, and not counted in the time: ")
    notes.get_by_role("link").click()
    tab.wait_for_url(address + "paths/the-articles-chain/")


def test_the_drawing_leads_to_the_steps_and_stays_away_where_it_would_be_too_large(
    address: str, visit: Open
) -> None:
    tab = visit(address + "plan/?goals=lstm")
    steps(tab)
    boxes = tab.locator(".canvas svg g[transform] g")
    assert boxes.count() == 21
    boxes.last.click()
    assert focused(tab, "#step-lstm a")
    know(tab, "backpropagation")
    assert boxes.count() == len(steps(tab))
    graph = json.loads(tab.evaluate("fetch('graph.json').then((answer) => answer.text())"))
    tab.goto(address + "plan/?goals=" + ",".join(graph["ids"]))
    assert len(steps(tab)) == len(graph["ids"])
    expect(tab.locator(".canvas")).to_have_text(re.compile("more than 60 steps"))
    assert tab.locator(".canvas svg").count() == 0


# what a reader knows


def answer_as(tab: Page, understood: set[str]) -> int:
    """Answer the questions as somebody who understands some concepts; give how many were asked."""
    tab.get_by_role("button", name="I don't know what I know").click()
    asked = 0
    while tab.locator(".placement").is_visible():
        asked += 1
        link = tab.locator(".which a")
        id = (link.get_attribute("href") or "").split("/")[-2]
        words = tab.locator(".which").text_content()
        assert focused(tab, ".which")
        tab.get_by_role("button", name="Yes" if id in understood else "No", exact=True).click()
        tab.wait_for_function(
            "words => document.querySelector('.placement').hidden"
            " || document.querySelector('.which').textContent !== words",
            arg=words,
        )
    return asked


def test_a_few_questions_find_out_what_a_reader_knows(
    address: str, visit: Open, planner: Planner
) -> None:
    tab = visit(address + "plan/?goals=lstm")
    everything = set(steps(tab))
    understood = planner.below(["gradient-descent", "tensor-programming"])
    asked = answer_as(tab, understood)
    assert asked <= 7
    left = set(steps(tab))
    known = everything - left
    assert known <= understood
    assert len(known) >= 8, "most of it is found out"
    expect(tab.locator(".note")).to_contain_text(f"you know {len(known)} concepts")
    tab.locator(".undo").click()
    expect(tab.locator(".note")).to_have_count(0)
    assert set(steps(tab)) == everything


def test_a_question_can_be_skipped_and_taken_back(address: str, visit: Open) -> None:
    tab = visit(address + "plan/?goals=lstm")
    everything = steps(tab)
    tab.get_by_role("button", name="I don't know what I know").click()
    which = tab.locator(".which")
    first = which.text_content()
    expect(tab.get_by_role("button", name="Back", exact=True)).to_be_hidden()
    tab.get_by_role("button", name="Not sure").click()
    expect(which).not_to_have_text(str(first))
    tab.get_by_role("button", name="Back", exact=True).click()
    expect(which).to_have_text(str(first))
    tab.get_by_role("button", name="Stop asking").click()
    expect(tab.locator(".note")).to_contain_text("nothing of this plan is known yet")
    assert steps(tab) == everything


def test_what_is_marked_as_learnt_is_taken_as_known_on_demand(address: str, visit: Open) -> None:
    tab = visit(address + "concepts/calculus/")
    tab.get_by_role("button", name="Known", exact=True).click()
    tab.goto(address + "concepts/python-programming/")
    tab.get_by_role("button", name="Learning", exact=True).click()
    tab.goto(address + "plan/?goals=lstm")
    assert "calculus" in steps(tab), "a mark alone changes no plan"
    add = tab.get_by_role("button", name="Add the 1 concept I marked as known or done")
    add.click()
    expect(tab.locator(".known .chip")).to_have_text(["Calculus×"])
    assert "calculus" not in steps(tab)
    expect(add).to_be_hidden()
    assert tab.url.endswith("&known=calculus")


def test_a_plan_is_followed_from_step_to_step(address: str, visit: Open) -> None:
    tab = visit(address + "plan/?goals=lstm")
    before = steps(tab)
    tab.get_by_role("button", name="Follow this plan").click()
    expect(tab.locator(".followed")).to_contain_text("You follow this plan.")
    know(tab, before[0])
    expect(tab.locator(".followed")).to_contain_text("You follow this plan.")
    after = steps(tab)
    plan = tab.url
    tab.locator(f"#step-{after[1]} .head a").click()
    trail = tab.get_by_role("navigation", name="The path you follow")
    expect(trail).to_contain_text(f"Step 2 of {len(after)}")
    trail.get_by_role("link", name="Your plan up to Long short-term memory (LSTM)").click()
    tab.wait_for_url(plan)
    tab.get_by_role("button", name="Stop following").click()
    expect(tab.locator(".followed")).to_have_text("")
    tab.get_by_role("button", name="Follow this plan").click()
    tab.locator("#goals-search").fill("gru")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("button", name="Follow this plan")).to_be_visible()
    expect(tab.locator(".followed")).to_have_text("")


# taking it along


def test_a_plan_is_put_into_a_calendar(address: str, visit: Open) -> None:
    tab = visit(address + "zh/plan/?goals=lstm&known=python-programming")
    steps(tab)
    tab.get_by_text("放进日历").click()
    form = tab.locator(".calendar form")
    for box in form.get_by_role("checkbox").all():
        box.uncheck()
    expect(tab.locator(".outlook")).to_have_text("请至少选一天。")
    form.get_by_role("checkbox").nth(1).check()
    form.get_by_role("checkbox").nth(6).check()
    form.locator("[name=time]").fill("23:30")
    form.locator("[name=minutes]").fill("90")
    form.locator("[name=from]").fill("2026-03-01")
    file = saved(tab, "下载日历文件")

    assert file.endswith(b"\r\n")
    lines = file.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode("utf-8")  # no letter is torn apart

    events = events_in(file)
    assert len(events) == len({str(event["UID"]) for event in events})
    expect(tab.locator(".outlook")).to_contain_text(f"共 {len(events)} 次")
    minutes = json.loads(saved(tab, "下载 JSON"))["minutes"]
    length = datetime.timedelta()
    for event in events:
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        assert start.tzinfo is None, "on the reader's own clock"
        assert (start.hour, start.minute) == (23, 30)
        assert start.weekday() in (1, 6)
        assert event["DTSTAMP"].dt.tzinfo is not None
        assert str(event["URL"]).startswith(address + "zh/concepts/")
        assert not event.errors
        length += end - start
    assert events[0]["DTSTART"].dt == datetime.datetime(2026, 3, 1, 23, 30)
    assert length == datetime.timedelta(minutes=minutes)
    assert [event["DTSTART"].dt for event in events] == sorted(
        event["DTSTART"].dt for event in events
    )
    titles = " ".join(str(event["SUMMARY"]) for event in events)
    assert "微积分（1/" in titles
    assert re.search("长短期记忆.+（6/6）$", titles)

    again = saved(tab, "下载日历文件")
    assert without_stamps(again) == without_stamps(file), "importing again replaces"


def events_in(file: bytes) -> list[Any]:
    calendar: Any = icalendar.Calendar.from_ical(file)
    assert not calendar.errors
    return list(calendar.walk("VEVENT"))


def without_stamps(file: bytes) -> bytes:
    return re.sub(rb"DTSTAMP:\w+", b"", file)


def test_a_plan_is_copied_as_markdown_and_as_a_link(address: str, visit: Open) -> None:
    tab = visit(
        address + "plan/?goals=gradient-descent",
        permissions=["clipboard-read", "clipboard-write"],
    )
    ids = steps(tab)
    tab.get_by_role("button", name="Copy as Markdown").click()
    expect(tab.locator(".done")).to_have_text("Copied.")
    text = tab.evaluate("navigator.clipboard.readText()")
    assert text.startswith("# Gradient descent\n\n1. [ ] [")
    for number, id in enumerate(ids, 1):
        assert re.search(rf"^{number}\. \[ \] \[.+\]\({address}concepts/{id}/\)", text, re.M)
    tab.get_by_role("button", name="Copy link").click()
    expect(tab.locator(".done")).to_have_text("Copied.")
    assert tab.evaluate("navigator.clipboard.readText()") == tab.url


def test_where_copying_is_not_allowed_the_text_is_there_to_be_taken(
    address: str, visit: Open
) -> None:
    tab = visit(address + "plan/?goals=gradient-descent")
    steps(tab)
    tab.evaluate("() => { navigator.clipboard.writeText = async () => { throw Error(); }; }")
    tab.get_by_role("button", name="Copy as Markdown").click()
    expect(tab.locator(".done")).to_contain_text("did not allow copying")
    assert tab.locator(".by-hand").input_value().startswith("# Gradient descent")
    assert focused(tab, ".by-hand")


def test_a_plan_is_printed_as_a_list_without_what_is_for_the_screen(
    address: str, visit: Open
) -> None:
    tab = visit(address + "plan/?goals=lstm")
    steps(tab)
    tab.emulate_media(media="print")
    assert tab.locator(".planner button:visible, .planner input:visible").count() == 0
    assert tab.locator(".canvas:visible, .planner details:visible").count() == 0
    assert tab.locator(".steps > li:visible").count() == 21


# what may go wrong


def test_an_address_that_names_what_is_not_there_is_told(address: str, visit: Open) -> None:
    tab = visit(
        address + "plan/?goals=lstm,nonsense,%3Cb%3E&known=,%E0%A4%A,calculus&choose=x&hours=-3&y=z"
    )
    assert steps(tab)[-1] == "lstm"
    expect(tab.locator(".notes")).to_contain_text("was left out: nonsense, <b>, ")
    assert tab.url == address + "plan/?goals=lstm&known=calculus"
    assert steps(visit(address + "plan/?goals=lstm&known=lstm,nothing&goals=gru"))[-1] == "gru"
    empty = visit(address + "plan/?goals=nothing")
    expect(empty.locator(".notes")).to_contain_text("was left out: nothing")
    expect(empty.locator(".start")).to_be_visible()


def test_a_page_without_its_data_says_so_and_keeps_the_ready_made_plans(
    address: str, browser: Browser
) -> None:
    context = browser.new_context()
    tab = context.new_page()
    tab.route("**/plan/graph.json", lambda route: route.fulfill(status=500, body=""))
    tab.goto(address + "plan/?goals=lstm")
    expect(tab.get_by_role("alert")).to_contain_text("could not be loaded")
    expect(tab.locator(".ready-made details").first).to_be_visible()
    tab.unroute("**/plan/graph.json")
    tab.route("**/plan/reasons.json", lambda route: route.abort())
    tab.goto(address + "plan/?goals=lstm")
    assert len(steps(tab)) == 21
    tab.locator("#step-backpropagation summary").click()
    expect(tab.locator("#step-backpropagation .way li").first).to_be_visible()
    context.close()


def test_without_scripts_there_are_plans_for_the_main_goals(
    address: str, visit: Open, planner: Planner
) -> None:
    tab = visit(address + "plan/?goals=lstm", java_script_enabled=False)
    expect(tab.locator(".planner")).to_be_hidden()
    assert "With JavaScript" in (tab.locator(".ready-made noscript").text_content() or "")
    plans = tab.locator(".ready-made details")
    assert plans.count() == 8
    last = tab.locator("[data-goal=large-language-models]")
    last.locator("summary").click()
    made = planner.plan(["large-language-models"])
    links = last.locator("ol a")
    assert links.count() == len(made.steps)
    expect(last.locator("summary")).to_contain_text(f"{len(made.steps)} steps · about ")
    links.last.click()
    tab.wait_for_url(address + "concepts/large-language-models/")
    tab.get_by_role("link", name="Plan the way here").click()
    tab.wait_for_url(address + "plan/?goals=large-language-models")


def test_titles_may_hold_anything(hostile: str, visit: Open) -> None:
    tab = visit(
        hostile + "plan/index.html?goals=multiplying&known=",
        permissions=["clipboard-read", "clipboard-write"],
    )
    assert steps(tab) == ["counting", "constructor", "multiplying"]
    expect(tab.locator("#plan-title")).to_have_text("The way to {n} | {title} times")
    expect(tab.locator(".length").first).to_contain_text("1 step without an estimate")
    goal = tab.locator("#step-multiplying")
    goal.locator("summary").click()
    goal.locator(".choice button").click()
    expect(tab.locator("#step-adding")).to_be_visible()
    tab.locator("#known-search").fill("<script")
    tab.keyboard.press("Enter")
    expect(tab.locator(".known .chip")).to_have_text(['"Adding" | `+` 🧮, by hand; again×'])
    assert tab.url == hostile + "plan/index.html?goals=multiplying&known=adding&choose=adding"
    tab.locator(".known .chip button").click()
    tab.get_by_role("button", name="Copy as Markdown").click()
    expect(tab.locator(".done")).to_have_text("Copied.")
    text = tab.evaluate("navigator.clipboard.readText()")
    assert f"](/{hostile.partition('//')[2].partition('/')[2]}" not in text
    assert f"({hostile}concepts/adding.html)" in text
    assert r"Counting \<img src=x" in text
    tab.get_by_text("Put it into a calendar").click()
    events = events_in(saved(tab, "Download calendar file"))
    summaries = " ".join(str(event["SUMMARY"]) for event in events)
    assert '"Adding" | `+` 🧮, by hand; again' in summaries
    assert "{n} | {title} times" in summaries
    tab.goto(hostile + "plan/index.html?goals=sum,constructor")
    assert steps(tab) == ["counting", "adding", "constructor"], "a former id is followed"
    assert tab.url == hostile + "plan/index.html?goals=adding,constructor"
    tab.locator("#step-counting summary").click()
    expect(tab.locator("#step-counting .way")).to_contain_text("As <b>1</b> + 1.")
    tab.get_by_role("link", name="中文").click()
    tab.wait_for_url(re.compile("/zh/plan/index.html.goals=adding,constructor"))
    tab.locator("#step-adding .head a").click()
    tab.wait_for_url(hostile + "zh/concepts/adding.html")
    tab.goto(hostile + "plan/index.html?goals=multiplying")
    tab.locator(".notes a").click()
    tab.wait_for_url(hostile + "paths/to-multiplying.html")


def test_a_knowledge_base_without_areas_minutes_and_languages_is_planned(
    bare: str, visit: Open
) -> None:
    tab = visit(bare + "plan/")
    tab.get_by_role("button", name="Multiplying").click()
    assert steps(tab) == ["counting", "adding", "multiplying"]
    expect(tab.locator(".plan > .length")).to_have_text("3 steps · no estimates of time")
    expect(tab.locator(".budget")).to_be_hidden()
    tab.get_by_text("Put it into a calendar").click()
    events = events_in(saved(tab, "Download calendar file"))
    assert [str(event["SUMMARY"]) for event in events] == [
        "Counting",
        "Adding",
        "Multiplying",
    ]


# every reader


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["", "zh/"])
def test_axe_finds_nothing_on_a_plan(language: str, scheme: Any, address: str, visit: Open) -> None:
    tab = visit(
        address + language + "plan/?goals=sequence-to-sequence,success,nothing&hours=60",
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    steps(tab)
    tab.locator("#step-sequence-to-sequence summary").click()
    tab.locator(".choice").wait_for()
    know(tab, "calculus")
    tab.locator(".calendar summary").click()
    tab.locator("#known-search").fill("a")
    found = Axe().run(tab)
    assert found.response["violations"] == [], found.generate_report()
    tab.keyboard.press("Escape")
    tab.locator(".ask").click()
    tab.locator(".placement").wait_for()
    found = Axe().run(tab)
    assert found.response["violations"] == [], found.generate_report()


@pytest.mark.parametrize("language", ["", "zh/"])
def test_a_plan_fits_a_phone(language: str, address: str, visit: Open) -> None:
    tab = visit(
        address + language + "plan/?goals=sequence-to-sequence,success&hours=60",
        viewport={"width": 390, "height": 844},
    )
    steps(tab)
    for summary in tab.locator(".steps summary, .calendar summary").all():
        summary.click()
    tab.locator("#known-search").fill("a")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
