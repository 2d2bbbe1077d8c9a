"""The cards of pages: pictures that are shown where addresses are shared."""

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from PIL import Image

from cases import write_files
from conftest import ROOT, mkdocs
from learnpath import building, offline
from learnpath.cards import Cards, drawn
from learnpath.cards.faces import Style, width_of, writable
from learnpath.cards.setting import block, fitting
from learnpath.views.cards import Card, card_of

SUMS = """\
== mkdocs.yml
site_name: Sums
site_url: https://example.org/sums/
theme: {name: material, font: false}
plugins: [learnpath]
== docs/about.md
# About "us" & `them`

Sums, *step* by step.
== graph/knowledge-base.yaml
title: {en: Sums, zh: 算术}
summary: {en: All of it., zh: 全部。}
languages: [en, zh]
areas: {numbers: {title: {en: Numbers, zh: 数}}}
== graph/concepts/counting.yaml
title: {en: Counting, zh: 数数}
summary: {en: "One, *two*, three.", zh: 一、二、三。}
area: numbers
minutes: 90
difficulty: 1
== graph/concepts/adding.yaml
title: {en: Adding & more, zh: 加法}
prerequisites: [counting]
== graph/paths/first.yaml
title: {en: First steps, zh: 第一步}
steps: [counting, adding]
"""
SIZE = (1200, 630)
LSTM = Card(
    language="en",
    site="Sums",
    title="Long short-term memory",
    summary="A network with gates.",
    kind="Concept",
    facts="about 6 h",
    area="Sequences",
    colour="area-7",
)


@pytest.fixture(scope="module")
def sums(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site whose address is known, built."""
    folder = tmp_path_factory.mktemp("sums")
    write_files(SUMS, folder)
    return built(folder)


def built(folder: Path) -> Path:
    done = mkdocs("build", "--strict", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder / "site"


def said(page: Path, name: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return re.findall(rf'<meta (?:property|name)="{name}" content="([^"]*)">', text)


def pages_in(site: Path) -> list[Path]:
    return [page for page in sorted(site.rglob("*.html")) if page.name != "404.html"]


def cards_in(site: Path) -> dict[str, bytes]:
    folder = site / "assets" / "cards"
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*.png")
    }


def pixels(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture)).convert("RGB")


# what pages say


def test_each_page_names_one_card_that_is_there(sums: Path) -> None:
    named = set()
    for page in pages_in(sums):
        (address,) = said(page, "og:image")
        assert address.startswith("https://example.org/sums/assets/cards/"), page
        picture = sums / address.removeprefix("https://example.org/sums/")
        assert pixels(picture.read_bytes()).size == SIZE, page
        assert said(page, "og:image:width") == ["1200"]
        assert said(page, "og:image:height") == ["630"]
        assert said(page, "twitter:card") == ["summary_large_image"]
        named.add(picture)
    assert len(named) == len(pages_in(sums)) == len(cards_in(sums))


def test_a_card_is_told_in_words_of_the_language_of_its_page(sums: Path) -> None:
    def words(key: str) -> list[str]:
        return said(sums / key / "index.html", "og:image:alt")

    assert words("concepts/counting") == ["Counting · Numbers · Concept · Sums"]
    assert words("zh/concepts/counting") == ["数数 · 数 · 概念 · 算术"]
    assert words("concepts/adding") == ["Adding &amp; more · Concept · Sums"]
    assert words("zh/paths/first") == ["第一步 · 学习路径 · 算术"]
    assert words("zh") == ["算术"]
    assert words("about") == ["About &#34;us&#34; &amp; them · Sums"]


def test_pages_in_two_languages_have_cards_of_their_own(sums: Path) -> None:
    cards = cards_in(sums)
    assert cards["concepts/counting.png"] != cards["zh/concepts/counting.png"]


@pytest.mark.parametrize(
    ("asked", "instead"),
    [
        ("site_url: https://example.org/sums/\n", ""),
        ("[learnpath]", "[{learnpath: {social_cards: false}}]"),
    ],
)
def test_there_are_no_cards_without_an_address_or_where_they_are_not_wanted(
    asked: str, instead: str, tmp_path: Path
) -> None:
    write_files(SUMS.replace(asked, instead), tmp_path)
    site = built(tmp_path)
    assert not cards_in(site)
    for page in pages_in(site):
        assert not said(page, "og:image") + said(page, "twitter:card"), page
    assert not (tmp_path / ".cache" / "learnpath" / "cards").exists()


def test_authors_wait_for_no_cards(tmp_path: Path) -> None:
    write_files(SUMS, tmp_path)
    config = load_config(str(tmp_path / "mkdocs.yml"))
    config.plugins.on_startup(command="serve", dirty=False)
    build(config)
    assert said(tmp_path / "site" / "index.html", "og:url")
    assert not cards_in(tmp_path / "site")


def test_a_site_with_a_logo_of_its_own_bears_no_other(sums: Path, tmp_path: Path) -> None:
    write_files(SUMS.replace("font: false}", "font: false, logo: own.png}"), tmp_path)
    own, ours = (cards_in(site)["concepts/counting.png"] for site in (built(tmp_path), sums))
    blue = (0x1C, 0x5A, 0x8C)  # of the mark; the area is brown
    assert [
        (blue in {colour for _, colour in pixels(each).getcolors(999) or ()})
        for each in (own, ours)
    ] == [False, True]


def test_readers_fetch_neither_cards_nor_their_fonts(sums: Path) -> None:
    worker = (sums / offline.WORKER).read_text(encoding="utf-8").partition(";\n")[0]
    assert "assets/search.js" in worker
    assert "assets/cards" not in worker
    assert not [file for file in sums.rglob("*") if re.search(r"noto|source-serif", file.name)]


# what is kept


def test_a_card_is_drawn_anew_only_when_its_words_change(tmp_path: Path) -> None:
    write_files(SUMS, tmp_path)
    former = cards_in(built(tmp_path))
    kept = {file: file.stat().st_mtime_ns for file in (tmp_path / ".cache").rglob("cards/*.png")}
    assert len(kept) == len(former)

    concept = tmp_path / "graph" / "concepts" / "adding.yaml"
    concept.write_text(concept.read_text().replace("Adding & more", "Addition"))
    cards = cards_in(built(tmp_path))
    assert {name for name in cards if cards[name] != former[name]} == {"concepts/adding.png"}
    now = {file: file.stat().st_mtime_ns for file in (tmp_path / ".cache").rglob("cards/*.png")}
    assert len(now.items() & kept.items()) == len(kept) - 1  # untouched
    assert len(now) == len(kept)  # and the former one of the concept is gone


@pytest.mark.parametrize("left", [b"", b"\x89PNG\r\n\x1a\n half of it"])
def test_a_damaged_card_is_drawn_again(left: bytes, tmp_path: Path) -> None:
    whole = Cards(tmp_path).picture(LSTM)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(left)
    assert Cards(tmp_path).picture(LSTM) == whole == kept.read_bytes()


def test_a_card_is_drawn_the_same_each_time() -> None:
    assert drawn(LSTM) == drawn(LSTM)


# what is drawn


@pytest.mark.parametrize(
    "other",
    [
        {"title": "Gated recurrent unit"},
        {"summary": "Gates."},
        {"kind": "Snippet"},
        {"facts": "about 7 h"},
        {"area": "Series"},
        {"colour": "area-2"},
        {"site": "Numbers"},
        {"is_marked": False},
    ],
)
def test_all_that_a_card_says_can_be_seen(other: dict[str, Any]) -> None:
    assert pixels(drawn(LSTM)).tobytes() != pixels(drawn(replace(LSTM, **other))).tobytes()


def test_an_area_has_its_colour_of_the_pages() -> None:
    style = (ROOT / "generator/learnpath/assets/face.css").read_text(encoding="utf-8")
    daylight = re.search(r"--area-7: #(\w{6})", style)
    assert daylight
    assert pixels(drawn(LSTM)).getpixel((5, 300)) == tuple(bytes.fromhex(daylight[1]))


def test_a_card_is_light() -> None:
    assert len(drawn(LSTM)) < 25_000


LONG = {
    "en": "The complete and unabridged history of backpropagation through time, and what people tried before gates",
    "zh": "随时间反向传播的完整历史：梯度消失、梯度爆炸，以及在门控机制出现之前人们为此作的全部尝试、失败与经验教训",
    "de": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2,
}


@pytest.mark.parametrize("language", LONG)
def test_what_does_not_fit_ends_in_an_ellipsis(language: str) -> None:
    found = block(LONG[language], Style(60, 640), 600, 2, language)
    assert len(found.lines) == 2
    assert not found.is_whole
    assert found.lines[-1].endswith("…")
    assert all(width_of(line, found.style, language) <= 600 for line in found.lines)


@pytest.mark.parametrize("language", LONG)
def test_a_long_title_is_smaller_and_whole(language: str) -> None:
    found = fitting(LONG[language], ((Style(90), 1), (Style(30), 3)), 1000, language)
    assert found.style == Style(30)
    assert found.is_whole
    assert re.sub(r"\s", "", "".join(found.lines)) == re.sub(r"\s", "", LONG[language])


def test_no_line_of_chinese_begins_with_a_mark_that_closes_or_ends_with_one_that_opens() -> None:
    text = "他说：“记忆（长短期）网络，门控！”然后（又）说：“好。”"
    for width in range(200, 700, 20):
        for line in block(text, Style(40), width, 20, "zh").lines:
            assert line[0] not in "，。：！”）", line
            assert line[-1] not in "“（", line


def test_two_lines_part_where_the_sense_does() -> None:
    text = "记忆网络，长短期的门控单元"
    assert block(text, Style(60), 600, 2, "zh").lines == ("记忆网络，", "长短期的门控单元")


# which characters there are


def test_the_fonts_have_every_word_of_the_flagship() -> None:
    site = building.build(ROOT / "graph", docs=ROOT / "docs", snippets=ROOT / "snippets")
    for page in site.pages:
        card = card_of(site.views[page.view.language], page.view)
        for words in (card.title, card.summary, card.area, card.kind, card.facts, card.site):
            assert writable(words, card.language) == " ".join(words.split())


@pytest.mark.parametrize(
    "text", ["Ελληνικά ώ", "Русский ё", "Tiếng Việt", "Čeština ž", "繁體字", "にほんご"]
)
def test_latin_greek_cyrillic_and_chinese_can_be_written(text: str) -> None:
    assert writable(text, "en") == text


def test_signs_that_the_fonts_lack_are_left_out_and_letters_of_formulas_made_plain() -> None:
    assert writable("Gradients 🚀 of 𝑥\u200b ye̱t", "en") == "Gradients of x yet"


@pytest.mark.parametrize("title", ["الشبكات", "หน่วยความจำ", "LSTM 신경망", "🚀"])
def test_a_title_in_another_script_leaves_the_site_and_the_area(title: str) -> None:
    alone = Card("en", "", LSTM.site, area=LSTM.area, colour=LSTM.colour)
    assert drawn(replace(LSTM, title=title)) == drawn(alone)


def test_a_card_without_any_word_is_still_a_card() -> None:
    assert pixels(drawn(Card("ar", "شبكات", "الشبكات"))).size == SIZE


def test_no_character_crashes_it() -> None:
    for text in (
        "\u0301",
        "\ud800",
        "\x00",
        "\uffff",
        " \u3000 ",
        "a\u0301\u0327",
        "…",
        "“",
        "\U0001f1e6",
    ):
        assert pixels(drawn(replace(LSTM, title=text, site=text, summary=text))).size == SIZE
