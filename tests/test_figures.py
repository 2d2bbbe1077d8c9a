"""Figures: one SVG for all languages becomes a part of the page."""

from xml.etree import ElementTree

import pytest

from learnpath.figures import drawn, languages_of

CELL = """<svg viewBox="0 0 320 90" xmlns="http://www.w3.org/2000/svg">
  <path class="line" d="M0 0L9 9" marker-end="url(#arrow)"/>
  <text lang="en" x="1" y="9">state</text>
  <text lang="zh" x="1" y="9">状态</text>
  <text x="1" y="20"><tspan class="math">c</tspan><tspan class="sub">t</tspan> and <tspan>h</tspan></text>
</svg>"""


def test_a_figure_speaks_the_language_of_its_page() -> None:
    assert "state" in drawn(CELL, "cell", "en", "A cell")
    assert "状态" not in drawn(CELL, "cell", "en", "A cell")
    assert "状态" in drawn(CELL, "cell", "zh", "一个单元")
    assert "lang=" not in drawn(CELL, "cell", "en", "A cell")


def test_a_figure_is_described_and_sized_and_has_no_blank_line_to_end_it() -> None:
    html = drawn(CELL.replace("\n", "\n\n"), "cell", "en", 'A "cell"')
    assert html.startswith(
        '<svg viewBox="0 0 320 90" role="img" aria-label="A &quot;cell&quot;" style="max-width:20rem">'
    )
    assert "\n" not in html


def test_two_figures_on_a_page_keep_their_arrows_apart() -> None:
    one, other = (drawn(CELL, name, "en", "A cell") for name in ("one", "other"))
    assert 'id="one-arrow"' in one
    assert 'url(#one-arrow)"' in one
    assert 'id="one-arrow"' not in other


def test_a_subscript_is_lowered_and_what_follows_is_raised_again() -> None:
    root = ElementTree.fromstring(drawn(CELL, "cell", "en", "A cell"))
    moved = [(part.text, part.get("dy")) for part in list(root.iter("text"))[-1]]
    assert moved == [("c", None), ("t", "4"), (" and ", "-4"), ("h", None)]


def test_the_words_of_each_language_are_counted_where_they_stand() -> None:
    assert languages_of(CELL) == [{"en": 1, "zh": 1}]


@pytest.mark.parametrize("inside", ["<script/>", '<g onclick="x()"/>', "<style/>", "<image/>"])
def test_a_figure_only_draws(inside: str) -> None:
    with pytest.raises(ValueError, match="only draws"):
        languages_of(f'<svg viewBox="0 0 9 9">{inside}</svg>')
