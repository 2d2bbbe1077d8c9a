"""Chinese lines that an author broke, joined without a blank."""

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st

from learnpath import rendering
from learnpath.joining import in_one_line, joined, joined_page
from learnpath.views.metadata import bare

SIGNS = "中文，。（）“”—… \n\tab1.*_[]<&"
TAGS = (
    "<strong>",
    "</strong>",
    '<a href="#a>b">',
    "</a>",
    "<p>",
    "</p>",
    "<br>",
    "<pre>",
    "</pre>",
)
NOTE = '<sup id="fnref:a"><a href="#fn:a">1</a></sup>'

pages = st.lists(st.sampled_from([*SIGNS, *TAGS, NOTE, "中\n", "\n文"])).map("".join)


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("一行\n又一行", "一行又一行"),
        ("句号。 \n  下一句", "句号。下一句"),
        ("一\n二\n三", "一二三"),
        ("他说\n“好”", "他说“好”"),
        ("用 Adam\n训练", "用 Adam\n训练"),
        ("训练\nAdam", "训练\nAdam"),
        ("“yes”\n“no”", "“yes”\n“no”"),
        ("two\nwords", "two\nwords"),
        ("下 雨", "下 雨"),
        ("一段\n\n又一段", "一段\n\n又一段"),
    ],
)
def test_a_break_between_chinese_signs_goes_and_any_other_stays(broken: str, whole: str) -> None:
    assert joined(broken) == whole
    assert joined_page(f"<p>{broken}</p>") == f"<p>{whole}</p>"


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("<strong>重要</strong>\n的词", "<strong>重要</strong>的词"),
        ("的\n<a href='#'><em>词</em></a>", "的<a href='#'><em>词</em></a>"),
        (f"有出处。{NOTE}\n下一句", f"有出处。{NOTE}下一句"),
        (f"甲。{NOTE}，乙\n丙。{NOTE}", f"甲。{NOTE}，乙丙。{NOTE}"),
        ("<li>甲</li>\n<li>乙</li>", "<li>甲</li>\n<li>乙</li>"),
        ("甲<br>\n乙", "甲<br>\n乙"),
        ("<pre><code>甲\n乙</code></pre>", "<pre><code>甲\n乙</code></pre>"),
        ("<script>'甲\n乙'</script>", "<script>'甲\n乙'</script>"),
        (
            r'<span class="arithmatex">\(甲\n乙\)</span>',
            r'<span class="arithmatex">\(甲\n乙\)</span>',
        ),
    ],
)
def test_marks_are_no_part_of_the_line_and_code_keeps_its_lines(broken: str, whole: str) -> None:
    assert joined_page(broken) == whole


def test_texts_that_are_put_into_one_line_have_no_blank_either() -> None:
    text = "先学\n[导数](concept:derivative)\n再学\n**梯度**\n。Then\n下山"
    for line in (rendering.line(text), in_one_line(text)):
        assert line == "先学[导数](concept:derivative)再学**梯度**。Then 下山"
    assert bare(text) == "先学导数再学梯度。Then 下山"
    assert rendering.plain("很长的\n标题") == "很长的标题"


@given(st.text(SIGNS))
@example("中\n" * 5)
def test_joining_changes_nothing_but_breaks_and_nothing_the_second_time(text: str) -> None:
    once = joined(text)
    assert re.sub(r"\s", "", once) == re.sub(r"\s", "", text)
    assert re.findall(r"[ab1.]+", once) == re.findall(r"[ab1.]+", text), "no words become one"
    assert joined(once) == once


@given(pages)
def test_a_page_keeps_its_words_its_tags_and_its_code(page: str) -> None:
    once = joined_page(page)
    assert re.sub(r"\s", "", once) == re.sub(r"\s", "", page)
    assert re.findall(r"[ab1.]+", once) == re.findall(r"[ab1.]+", page)
    code = re.compile(r"<pre>.*?</pre>", re.DOTALL)
    assert code.findall(once) == code.findall(page)
    assert joined_page(once) == once


def test_no_page_of_the_site_shows_a_blank_between_chinese_lines(site: Path) -> None:
    pages = list((site / "zh").rglob("index.html"))
    assert len(pages) > 100
    for page in pages:
        html = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        for text in html.select_one(".md-content").find_all(string=True):  # type: ignore[union-attr]
            if not text.find_parent(["pre", "code", "math", "script"]):
                assert not re.search(r"[一-鿿，。；：、]\s*\n\s*[一-鿿]", text), (page, text)
        assert not re.search(r'content="[^"]*[一-鿿，。；：、]\s+[一-鿿][^"]*"', str(html.head))
    previews = json.loads((site / "zh/concepts/previews.json").read_text(encoding="utf-8"))
    assert not [each for each in previews.values() if "\n" in each["summary"]]
