"""The house rules of the written pages: complete, of the right length, true in their numbers, honest in their order.

`-k lstm` checks one page.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from playwright.sync_api import Browser

from conftest import ROOT
from learnpath.figures import drawn
from learnpath.model import FIGURE, LINK, SOURCE, links_in
from prose import (
    ALL,
    ANSWERS,
    BRIEF,
    DOCUMENTED,
    FULL,
    HEADINGS,
    LANGUAGES,
    PRACTISE,
    THIS_WEEK,
    WRONG,
    Page,
    checks_of,
    concepts,
    length_of,
    run_checks,
    running,
    sentences,
    without_code,
)
from terms import BANNED, PRAISE, first_mentions

EXCEPTIONS: dict[str, dict[str, str]] = yaml.safe_load(
    (ROOT / "tests" / "prose_exceptions.yaml").read_text(encoding="utf-8")
)


def pages(ids: Iterable[str], answers: Iterable[str] = ()) -> pytest.MarkDecorator:
    """Run a test on the pages of these concepts, and on these answers to the article, in each language."""
    each = [("concepts", id) for id in ids] + [("article", id) for id in answers]
    return pytest.mark.parametrize(
        "page",
        [
            pytest.param(Page(id, language, folder), id=f"{id}-{language}")
            for folder, id in each
            for language in LANGUAGES
        ],
    )


SKILLS = [id for id in BRIEF if concepts()[id].ongoing]  # of people, practised for years

each_page = pages(ALL)
each_text = pages(ALL, ANSWERS)
each_full_page = pages(FULL)
each_brief_page = pages(BRIEF)
each_concept = pytest.mark.parametrize("id", ALL)
each_pair = pytest.mark.parametrize(
    ("id", "folder"), [*((id, "concepts") for id in ALL), *((id, "article") for id in ANSWERS)]
)


@each_text
def test_a_page_is_there_and_as_long_as_its_kind(page: Page) -> None:
    low, high = page.band
    assert low <= page.length <= high


@each_full_page
def test_a_full_page_opens_short_and_with_a_figure(page: Page) -> None:
    opening, figure, _ = page.text.partition("](figure:")
    assert figure, "no figure"
    assert "\n## " not in opening, "the first figure comes before the first heading"
    words = running(opening.rpartition("![")[0])
    count = len(re.findall(r"[A-Za-z0-9][\w'’.-]*|[一-鿿]", words))
    assert count <= (120 if page.language == "en" else 230)


@each_full_page
def test_a_full_page_ends_with_what_goes_wrong_its_limits_today_and_exercises(page: Page) -> None:
    fixed = HEADINGS[page.language]
    assert len(page.headings) >= len(fixed) + 2, "a worked case and the general form come first"
    for title, allowed in zip(page.headings[-len(fixed) :], fixed, strict=True):
        assert title in allowed
    misconceptions = page.section(*fixed[0])
    assert len(re.findall(r"^- \*\*", misconceptions, re.MULTILINE)) >= 2


@each_full_page
def test_each_exercise_has_a_worked_solution(page: Page) -> None:
    exercises = re.split(r"^\*\*\d+\.\*\*", page.section(*HEADINGS[page.language][3]), flags=re.M)
    word = {"en": "Solution", "zh": "解答"}[page.language]
    assert 3 <= len(exercises) - 1 <= 6
    for exercise in exercises[1:]:
        _, marker, solution = exercise.partition(f'??? exercise "{word}"\n')
        assert marker
        assert len(without_code(solution).strip()) > 40


@each_brief_page
def test_a_brief_page_gives_the_idea_an_example_a_misconception_and_something_to_practise(
    page: Page,
) -> None:
    opening = running(page.text.partition("\n## ")[0].partition("![")[0])
    assert 25 <= length_of(opening, page.language) <= (130 if page.language == "en" else 250)
    wrong = page.section(WRONG[page.language])
    assert len(re.findall(r"^- \*\*", wrong, re.MULTILINE)) in (1, 2)
    if page.id not in SKILLS:
        own = [title for title in page.headings if title not in FIXED[page.language]]
        assert own, "no section works an example"
        assert len(running(page.section(PRACTISE[page.language])).strip()) > 60
    assert re.search(r"\[\^[^\]]+\](?!:)", page.text), "no source"


@pages(SKILLS)
def test_a_page_on_a_skill_of_people_names_something_to_do_this_week_and_a_documented_example(
    page: Page,
) -> None:
    assert length_of(running(page.section(THIS_WEEK[page.language])), page.language) >= 40
    assert re.search(r"\[\^[^\]]+\](?!:)", page.section(DOCUMENTED[page.language])), "no source"


@each_text
def test_praise_has_its_evidence(page: Page) -> None:
    found = [
        f"{match[0]}: {sentence[:90]}"
        for sentence in sentences(page)
        for match in re.finditer(PRAISE[page.language], sentence, re.IGNORECASE)
        if match[0] not in EXCEPTIONS["praise"].get(page.id, "")
    ]
    assert found == []


@each_text
def test_every_worked_number_is_computed_anew(page: Page) -> None:
    assert run_checks(page) == []


@each_pair
def test_both_languages_check_the_same_numbers_and_show_the_same_things(
    id: str, folder: str
) -> None:
    english, chinese = (Page(id, language, folder) for language in LANGUAGES)
    assert checks_of(english) == checks_of(chinese)
    assert checks_of(english) or id not in FULL, "no number is checked"
    for pattern in (
        r"\]\(figure:([a-z0-9-]+)",
        r"\]\((snippet:[^)\s]+)",
        r"\]\((concept:[a-z0-9-]+)",
        r"\[\^([^\]]+)\](?!:)",
        r"\]\(((?:\.\./|index)[^)\s]*)\)",
    ):
        there, here = (set(re.findall(pattern, page.text)) for page in (english, chinese))
        assert there == here, pattern
    assert len(english.headings) == len(chinese.headings)
    displayed = [
        len(re.findall(r"^ *\$\$", page.text, re.MULTILINE)) for page in (english, chinese)
    ]
    assert displayed[0] == displayed[1]
    assert 1.15 <= chinese.length / english.length <= 2.3


@each_page
def test_a_figure_is_described_and_captioned(page: Page) -> None:
    for each in links_in(page.text, FIGURE):
        assert len(each["alt"]) >= (60 if page.language == "en" else 25)
        assert each["caption"]


@each_text
def test_each_column_of_a_table_has_a_name(page: Page) -> None:
    for head in re.findall(r"^ *(\|.*\|) *\n *\|(?: *:?-+:? *\|)+", page.text, re.MULTILINE):
        cells = re.split(r"(?<!\\)\|", re.sub(r"\$[^$]*\$", "", head))[1:-1]
        assert all(cell.strip() for cell in cells), f"{head}: a formula alone is not heard"


@each_text
def test_formulas_hold_no_chinese(page: Page) -> None:
    for formula in re.findall(r"\$\$.+?\$\$|\$[^$\n]+\$", without_code(page.text), re.DOTALL):
        assert not re.search(r"[一-鿿，。]", formula), formula


@each_text
def test_a_year_has_its_source(page: Page) -> None:
    for paragraph in re.split(r"\n[ \t]*\n|^[ ]*[-*] ", without_code(page.text), flags=re.M):
        if SOURCE.match(paragraph.strip()):
            continue
        years = re.findall(
            r"(?<![\d.,/-])(?:19|20)\d\d(?![\d.,-])", re.sub(r"\]\([^)]*\)", "", paragraph)
        )
        if years and "[^" not in paragraph and "(index.md#C" not in paragraph:
            dates = EXCEPTIONS["years"].get(page.id)
            assert dates, f"no source for {years}: {paragraph[:90]}"


@each_page
def test_a_concept_is_linked_at_its_first_mention(page: Page) -> None:
    unlinked = []
    linked = {found[1] for found in links_in(page.text, LINK)}
    for id, term, is_link in first_mentions(page):
        if id != page.id and not is_link and term not in EXCEPTIONS["plain words"]:
            why = EXCEPTIONS["unlinked"].get(f"{page.id} {id}")
            if not why:
                unlinked.append(f"{id} ('{term}'{', linked later' if id in linked else ''})")
    assert not unlinked, "; ".join(unlinked)


@each_page
def test_no_term_comes_before_its_prerequisites(page: Page) -> None:
    """What rests on this page itself may be announced with a link; any other later concept needs a stated reason.

    Skills of people have few prerequisites on purpose: their pages may link to any concept.
    """
    if page.id in SKILLS:
        return
    known = _below(page.id)
    early = [
        f"{id} ('{term}'{'' if is_link else ', not linked'})"
        for id, term, is_link in first_mentions(page, page.foundation)
        if id not in known
        and not (is_link and page.id in _needs(id))
        and term not in EXCEPTIONS["plain words"]
        and f"{page.id} {id}" not in EXCEPTIONS["announced"]
    ]
    assert not early, "; ".join(early)


@each_text
def test_terms_are_spelled_one_way(page: Page) -> None:
    found = [
        f"'{match[0]}': {right}"
        for wrong, right in BANNED[page.language].items()
        for match in re.finditer(wrong, page.words)
        if match[0] not in EXCEPTIONS["spelling"].get(page.id, "")
    ]
    assert not found, "; ".join(found)


def test_no_sentence_stands_on_two_pages() -> None:
    seen: dict[str, str] = {}
    twice = []
    for page in _written():
        for sentence in sentences(page):
            if len(sentence) < (40 if page.language == "en" else 18):
                continue
            other = seen.setdefault(sentence, page.id)
            if other != page.id:
                twice.append(f"{other}, {page.id}: {sentence}")
    assert twice == []


@each_concept
def test_a_concept_has_objectives_questions_reasons_and_notes(id: str) -> None:
    concept = concepts()[id]
    assert 2 <= len(concept.objectives) <= 4
    assert len(concept.questions) >= (2 if id in BRIEF else 3)
    assert len({question.answer for question in concept.questions}) > 1, "always the same choice"
    for question in concept.questions:
        assert 3 <= len(question.choices) <= 5
        assert question.because
    assert all(each.why for each in concept.prerequisites)
    assert concept.resources
    assert all(each.note for each in concept.resources)


BOOKS = frozenset(
    [
        "d2l-en",
        "d2l-zh",
        "goodfellow-2016-book",
        "goodfellow-2016-book-zh",
        "nielsen-2015",
        "nndl-qiu",
        "slp3",
        "mml-book",
        "cs231n",
    ]
)


@each_concept
def test_of_a_whole_book_the_part_is_named(id: str) -> None:
    for reading in concepts()[id].resources:
        if reading.resource in BOOKS:
            assert reading.part, reading.resource
            assert reading.minutes, reading.resource


FIXED = {
    language: {
        *(each[language] for each in (WRONG, PRACTISE, THIS_WEEK, DOCUMENTED)),
        *HEADINGS[language][2],
    }
    for language in LANGUAGES
}

CLASSES = frozenset(
    [
        "line",
        "axis",
        "dash",
        "thick",
        "stroke-1",
        "stroke-2",
        "stroke-3",
        "stroke-4",
        "box",
        "tint-1",
        "tint-2",
        "tint-3",
        "tint-4",
        "mark-1",
        "mark-2",
        "mark-3",
        "mark-4",
        "soft",
        "small",
        "large",
        "strong",
        "math",
        "pale",
        "mid",
        "end",
        "halo",
        "sub",
        "sup",
        "head",
    ]
)


@pytest.mark.parametrize(
    "file", sorted((ROOT / "docs" / "figures").glob("*.svg")), ids=lambda f: f.stem
)
def test_a_figure_takes_its_colours_and_type_from_the_page(file: Path) -> None:
    root = ElementTree.fromstring(file.read_text(encoding="utf-8"))
    assert float(root.get("viewBox", "").split()[2]) <= 440, "too wide for a phone"
    for element in root.iter():
        own = {
            "style",
            "fill",
            "stroke",
            "font-size",
            "font-family",
            "font-weight",
            "color",
            "opacity",
        }
        assert not own & element.attrib.keys(), ElementTree.tostring(element)[:120]
        assert set(element.get("class", "").split()) <= CLASSES, element.get("class")


MEASURE = """figure => {
  const [width, height] = figure.viewBox.baseVal ? [figure.viewBox.baseVal.width, figure.viewBox.baseVal.height] : [0, 0];
  const words = [...figure.querySelectorAll("text")].map((text) => [text.textContent, text.getBBox(), text.getCTM()]);
  const boxes = words.map(([words, box, place]) => {
    const own = figure.getCTM().inverse().multiply(place);
    const corners = [[box.x, box.y], [box.x + box.width, box.y + box.height]]
      .map(([x, y]) => [own.a * x + own.c * y + own.e, own.b * x + own.d * y + own.f]);
    return { words, upright: own.b === 0, left: corners[0][0], top: corners[0][1], right: corners[1][0], bottom: corners[1][1] };
  });
  const wrong = boxes.filter((box) => box.upright)
    .filter((box) => box.left < -1 || box.right > width + 1 || box.top < -3 || box.bottom > height + 3)
    .map((box) => `cut off: ${box.words}`);
  for (const [number, one] of boxes.entries()) for (const other of boxes.slice(number + 1)) {
    const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
    const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
    if (one.upright && other.upright && across > 2 && down > 7) wrong.push(`on one another: ${one.words} | ${other.words}`);
  }
  return wrong;
}"""


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_a_figure_fit_in_and_do_not_cover_each_other(
    language: str, browser: Browser
) -> None:
    styles = (ROOT / "generator" / "learnpath" / "assets" / "learnpath.css").read_text("utf-8")
    files = sorted((ROOT / "docs" / "figures").glob("*.svg"))
    figures = "".join(
        f'<figure class="drawing" id="{file.stem}">'
        f"{drawn(file.read_text('utf-8'), file.stem, language, 'what it shows')}</figure>"
        for file in files
    )
    tab = browser.new_page(viewport={"width": 700, "height": 900})
    tab.set_content(
        f"<style>{styles} body {{ --md-text-font-family: 'DejaVu Sans', 'Noto Sans CJK SC' }}</style>"
        f'<div class="md-typeset" style="width: 440px">{figures}</div>'
    )
    wrong = {file.stem: tab.locator(f"#{file.stem} > svg").evaluate(MEASURE) for file in files}
    assert {id: found for id, found in wrong.items() if found} == {}


# Private functions


def _written() -> Iterator[Page]:
    for language in LANGUAGES:
        folder = Page("x", language).file.parent
        yield from (Page(file.stem, language) for file in sorted(folder.glob("*.md")))


def _needs(id: str) -> set[str]:
    return {member for each in concepts()[id].prerequisites for member in each.members}


def _below(id: str) -> set[str]:
    """Give a concept and all that it rests on, by any alternative."""
    found: set[str] = set()
    left = [id]
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left += _needs(one)
    return found
