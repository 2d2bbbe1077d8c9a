"""Everything in the source article has its place on the site, and nothing wrong is stated as fact."""

import html
import re
from pathlib import Path

import pytest

from conftest import ROOT
from learnpath import building
from learnpath.model import KnowledgeBase


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return building.sound(ROOT / "graph")


def text_of(file: Path, *, without_quotations: bool = False) -> str:
    page = file.read_text(encoding="utf-8")
    article = page.partition("<article")[2].partition("</article>")[0]
    if without_quotations:
        article = re.sub(r"<blockquote.*?</blockquote>", " ", article, flags=re.DOTALL)
        article = re.sub(
            r'<div class="mermaid">.*?</div>|<pre class="mermaid">.*?</pre>',
            " ",
            article,
            flags=re.DOTALL,
        )
        article = re.sub(r"<table>.*?</table>", " ", article, flags=re.DOTALL)
        article = re.sub(r"<pre.*?</pre>", _unless_quoted, article, flags=re.DOTALL)
    return plain(html.unescape(re.sub(r"<[^>]+>", "", article)))


def _unless_quoted(block: re.Match[str]) -> str:
    """Leave out the cell that quotes the article's code, to the letter, for the lesson on what is wrong with it."""
    quoted = plain("Embedding(input_dim=10000, output_dim=32, input_length=50)")
    return " " if quoted in plain(re.sub(r"<[^>]+>", "", block[0])) else block[0]


def plain(text: str) -> str:
    """Drop the marks of Markdown and the white space, which differ between YAML and page."""
    return re.sub(
        r"[\s`*_\\\[\]“”\"']|\(concept:[a-z0-9-]+\)",
        "",
        text.replace("&para;", "").replace("¶", ""),
    )


@pytest.mark.parametrize("language", ["", "zh"])
def test_every_claim_stands_with_its_quotation_verdict_and_true_statement(
    site: Path, base: KnowledgeBase, language: str
) -> None:
    page = text_of(site / language / "article" / "index.html")
    assert len(base.claims) == 100
    assert [claim.verdict for claim in base.claims.values()].count("wrong") == 15
    for claim in base.claims.values():
        assert plain(claim.quote) in page, claim.id
        statement = base.say(claim.statement, language or "en")
        for words in re.split(
            r"\$[^$]*\$", statement
        ):  # formulas are set, and look different on the page
            assert plain(words) in page, claim.id


@pytest.mark.parametrize("language", ["", "zh"])
def test_every_term_section_question_paper_and_tool_has_its_place(
    site: Path, base: KnowledgeBase, language: str
) -> None:
    folder = site / language
    assert base.article is not None
    page = text_of(folder / "article" / "index.html")
    sections = set(base.article.sections)
    assert {str(number) for number in range(1, 10)} <= sections
    for key, section in base.article.sections.items():
        assert plain(base.say(section.title, language or "en")) in page, key
    assert len(base.article.terms) >= 71
    for term in base.article.terms:
        assert plain(term.term) in page, term.term
        assert (folder / "concepts" / term.concept / "index.html").is_file()
    faq = text_of(folder / "faq" / "index.html")
    asked = [
        entry
        for entry in base.faq.values()
        if any(source.startswith("9-Q") for source in entry.sources)
    ]
    assert len(asked) >= 5
    assert len(base.faq) >= 15
    for entry in base.faq.values():
        assert plain(base.say(entry.question, language or "en")) in faq, entry.id
    reading = text_of(folder / "reading" / "index.html")
    assert len(base.resources) >= 164
    for key, resource in base.resources.items():
        assert plain(resource.title) in reading, key


@pytest.mark.parametrize("language", ["", "zh"])
def test_no_page_states_as_fact_what_is_wrong_or_imprecise(
    site: Path, base: KnowledgeBase, language: str
) -> None:
    doubtful = [
        claim
        for claim in base.claims.values()
        if claim.verdict in ("wrong", "imprecise") and len(claim.quote) > 12
    ]
    for file in sorted((site / language).rglob("index.html")):
        if not language and file.relative_to(site).parts[0] == "zh":
            continue
        page = text_of(file, without_quotations=True)
        stated = [claim.id for claim in doubtful if plain(claim.quote) in page]
        assert stated == [], file


@pytest.mark.parametrize("language", ["", "zh"])
def test_the_six_stations_show_their_place_in_the_chain(site: Path, language: str) -> None:
    stations = [
        "continuous-learning",
        "technical-leadership",
        "engineering-practice",
        "artificial-intelligence",
        "deep-learning",
        "success",
    ]
    for number, station in enumerate(stations, 1):
        page = (site / language / "concepts" / station / "index.html").read_text(encoding="utf-8")
        words = f"第 {number} 站，共 6 站" if language else f"Station {number} of 6"
        assert words in page


def test_the_career_is_dated_and_each_date_has_its_source(site: Path, base: KnowledgeBase) -> None:
    assert base.article is not None
    events = base.article.people["karpathy"].timeline
    assert len(events) >= 9
    assert all(event.evidence for event in events)
    page = text_of(site / "article" / "karpathy" / "index.html")
    assert all(plain(base.say(event.event, "en")) in page for event in events)


def links_of(page: Path, html_: str) -> set[str]:
    """Give the addresses that a stretch of a page leads to, as paths from the root of the site with their anchors."""
    found = set()
    for target in re.findall(r'href="([^"]+)"', html_):
        path, _, anchor = html.unescape(target).partition("#")
        there = (page.parent / path).resolve() if path else page.parent
        found.add(f"{there}#{anchor}" if anchor else f"{there}")
    return found


@pytest.mark.parametrize("language", ["", "zh"])
def test_each_of_the_nine_sections_is_answered_with_all_its_claims(
    site: Path, base: KnowledgeBase, language: str
) -> None:
    article = site / language / "article"
    for number in range(1, 10):
        page = article / f"section-{number}" / "index.html"
        said = page.read_text(encoding="utf-8").partition("<article")[2].partition("</article>")[0]
        answer, _, listed = said.partition('id="claims"')
        own = [c.id for c in base.claims.values() if re.split(r"[.-]", c.section)[0] == str(number)]
        assert own
        for id in own:
            assert f"{article}#{id}" in links_of(page, answer), f"{id} is not answered"
            assert f"{article}#{id}" in links_of(page, listed)


@pytest.mark.parametrize("language", ["", "zh"])
def test_one_click_leads_from_a_claim_to_the_page_that_shows_the_truth_and_one_leads_back(
    site: Path, base: KnowledgeBase, language: str
) -> None:
    page = site / language / "article" / "index.html"
    text = page.read_text(encoding="utf-8")
    for claim in base.claims.values():
        box = text.partition(f'id="{claim.id}"')[2].partition('<div class="claim')[0]
        shown_by = [site / language / "concepts" / concept for concept in claim.concepts]
        if claim.section[0].isdigit():
            shown_by.append(page.parent / f"section-{claim.section[0]}")
        for there in shown_by:
            assert str(there) in links_of(page, box), claim.id
            back = there / "index.html"
            assert f"{page.parent}#{claim.id}" in links_of(
                back, back.read_text(encoding="utf-8")
            ), claim.id
        assert shown_by or claim.id == "C100", "only who wrote it has no page but this one"
