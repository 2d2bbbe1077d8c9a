"""Templates, labels and the links in texts."""

import html
import re
import time
from collections.abc import Callable
from pathlib import Path

import markdown  # type: ignore[import-untyped]
import pytest

from conftest import ROOT
from learnpath import building, reading, rendering
from learnpath.checking.parts import made_pages
from learnpath.model import Concept, KnowledgeBase, Record
from learnpath.plugin import EXTENSIONS
from learnpath.views import Views
from learnpath.views.prose import Prose, heading, outside_fences, parted, seen_from

TEMPLATES = sorted(rendering.TEMPLATES.glob("*.j2"))


def test_every_label_is_there_in_both_languages() -> None:
    whole = reading.parse(
        (rendering.TEMPLATES.parent / "labels.yaml").read_text(encoding="utf-8"), "labels.yaml"
    )
    assert whole.problems == []
    assert [
        name
        for name, words in whole.data.items()
        if list(words) != ["en", "zh"] or not all(words.values())
    ] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_a_template_asks_only_for_labels_that_are_there(template: object) -> None:
    text = rendering.TEMPLATES.joinpath(str(template)).read_text(encoding="utf-8")
    asked = set(re.findall(r"labels\['([a-z-]+)'\](?! ~)", text))
    assert asked <= reading.labels("en").keys()


def test_a_language_without_words_speaks_english_and_a_knowledge_base_may_say_its_own() -> None:
    assert reading.labels("fr", {"home": "Accueil"})["home"] == "Accueil"
    assert reading.labels("fr")["home"] == "Home"


def test_links_to_concepts_are_relative_to_their_page_and_stay_in_its_language() -> None:
    text = "see [A](concept:a)"
    assert rendering.resolve_links(text, "concepts/b.md", "en", "en") == "see [A](a.md)"
    assert rendering.resolve_links(text, "zh/paths/p.md", "zh", "en") == "see [A](../concepts/a.md)"
    assert rendering.resolve_links(text, "index.md", "en", "en") == "see [A](concepts/a.md)"


PLAIN = [
    "C#",
    "say C# #",
    "__init__",
    "List<T>",
    "a|b",
    "$5 and $6",
    "x * y * z",
    "[1hr] {.x} `y` \\n",
]


@pytest.mark.parametrize("title", PLAIN)
@pytest.mark.parametrize("frame", ["# {}", "- **[{}](x.md)**", "|@|\n|---|\n|[{}](x.md)|"])
def test_a_title_is_printed_to_the_letter(title: str, frame: str) -> None:
    page = markdown.markdown(
        frame.format(rendering.plain(title)), extensions=[*EXTENSIONS], extension_configs=EXTENSIONS
    )
    words = html.unescape(re.sub(r"<[^>]*>|&para;", "", page))
    assert words.strip("@\n") == title


def test_a_title_of_several_lines_stays_in_one() -> None:
    assert rendering.plain("C#\nand \n C") == r"C\# and C"


def test_paragraphs_stay_apart_in_one_line() -> None:
    assert rendering.line("a\nb\n\n`c  d`\n") == "a b<br>`c  d`"


def test_a_bar_in_a_cell_ends_it_nowhere() -> None:
    assert rendering.cell("a | b, `c|d`, $|x|$") == r"a \| b, `c|d`, $\vert{}x\vert{}$"


def test_code_keeps_its_empty_lines() -> None:
    text = "a\n\n\n\n```python\nb\n\n\n\nc\n```\n\n\n\n~~~~\n```\n\n\n\n~~~~\nd"
    assert outside_fences(text, lambda part: re.sub(r"\n{3,}", "\n\n", part)) == (
        "a\n\n```python\nb\n\n\n\nc\n```\n\n~~~~\n```\n\n\n\n~~~~\nd"
    )


def test_links_of_an_untranslated_text_lead_where_they_led() -> None:
    text = (
        "![p](img/p.png) [b](b.md#x) [c](<../c.md> 't') [w](https://w.org) [k](concept:k)\n\n"
        "[r]: q.pdf\n[^1]: Words\n\n```\n[x](y.png)\n```\n"
    )
    assert seen_from(text, "a/a.md", "zh/a/a.md", {"zh/a/b.md"}.__contains__) == (
        "![p](../../a/img/p.png) [b](b.md#x) [c](<../../c.md> 't') [w](https://w.org) [k](concept:k)\n\n"
        "[r]: ../../a/q.pdf\n[^1]: Words\n\n```\n[x](y.png)\n```\n"
    )


def test_front_matter_is_what_begins_with_keys_between_rules() -> None:
    assert parted("---\nhide: [toc]\n---\nWords\n") == Prose("Words", {"hide": ["toc"]})
    assert parted("---\nWords\n---\nMore\n") == Prose("---\nWords\n---\nMore")
    assert heading("---\ntitle: About\n---\n# Us\n") == "About"
    assert heading("```\n# no\n```\n# Us #\n") == "Us"


@pytest.mark.parametrize(
    "form", ['[b](concept:b "t")', "[b](<concept:b>)", "[b]( concept:b )", "[b]: concept:b"]
)
def test_a_link_to_a_concept_is_understood_in_every_form(form: str) -> None:
    assert rendering.resolve_links(form, "index.md", "en", "en") == form.replace(
        "concept:b", "concepts/b.md"
    )


def test_every_page_of_the_site_is_known_to_the_checks() -> None:
    base = reading.read(ROOT / "graph").knowledge_base
    made = {view.key for view in Views(base, "en", reading.labels("en")).all()}
    assert made == set(made_pages(base))


def page(key: str, graph: Path) -> str:
    return next(each.text for each in building.build(graph).pages if each.view.key == key)


def test_texts_of_several_lines_stay_in_their_item_row_and_heading(
    case: Callable[[str], Path],
) -> None:
    graph = case(
        '== graph/concepts/a.yaml\ntitle: A\naliases: ["x|y"]\nsummary: "One\\n\\ntwo | three"\n'
        "== graph/concepts/b.yaml\ntitle: B\nprerequisites:\n- concept: a\n  why: |\n    First\n\n    second\n"
        '== graph/faq.yaml\nq: {question: "Why\\nso?", answer: So.}\n'
    )
    assert "- [A](a.md)<br>First\n\n    second\n" in page("concepts/b", graph)
    assert "| [A; x\\|y](concepts/a.md) | One<br>two \\| three |" in page("glossary", graph)
    assert "## Why so? { #q }\n" in page("faq", graph)


def test_a_title_in_a_diagram_is_no_markup_of_it(case: Callable[[str], Path]) -> None:
    graph = case(
        "== graph/concepts/a.yaml\ntitle: 'Say \"C#\" <b>'\nleads_to: [b]\n== graph/concepts/b.yaml\ntitle: B\n"
        "== graph/article.yaml\ntitle: T\nauthor: N\nlanguage: en\ndrawing: graph LR\nsections: {}\n"
    )
    assert 'c0["Say #34;C#35;#34; #60;b#62;"]' in page("article/index", graph)


def test_a_thousand_concepts_in_a_chain_are_seen_in_a_moment() -> None:
    names = [f"c{number:04}" for number in range(1000)]
    concepts = {
        name: Concept.model_validate({"id": name, "title": name, "leads_to": onward})
        for name, onward in zip(names, [*([each] for each in names[1:]), []], strict=True)
    }
    files: dict[tuple[type[Record], str], str] = {(Concept, name): name for name in names}
    views = Views(KnowledgeBase(concepts=concepts, files=files), "en", reading.labels("en"))
    begin = time.perf_counter()
    assert [views.concept(each).data["station"]["title"] for each in concepts.values()][-1] == (
        "Station 1000 of 1000 in the article's chain"
    )
    assert time.perf_counter() - begin < 3


SHOWING = r"""== graph/concepts/a.yaml
title: A
resources:
  - {resource: book, part: Chapter 3, url: "https://example.org/3", minutes: 20}
== graph/resources.yaml
book: {title: A Book, authors: [Ann Author], year: 2001, type: book, level: beginner, minutes: 900}
== graph/claims.yaml
evidence:
  seen: {title: What was seen, url: "https://example.org/seen", says: It was seen., kind: primary}
claims: {}
== docs/concepts/a.md
It was written[^book] and seen.[^seen]

![Two dots](figure:dots "Two *dots*, $x$.")

```python check
says("2", 1 + 1)
```

1. In a list

    ```python check
    says("3", 1 + 2)
    ```

    goes on.

[^book]: Page 9.
== docs/figures/dots.svg
<svg viewBox="0 0 100 50">
  <text x="1" y="9">a_b_c *d*</text>
</svg>
"""


def page_of(case: Callable[[str], Path], text: str) -> str:
    pages = {page.source: page.text for page in building.build(case(text)).pages}
    names = [name for name in EXTENSIONS if name != "toc"]
    settings = {name: EXTENSIONS[name] for name in names}
    return str(
        markdown.markdown(pages["concepts/a.md"], extensions=names, extension_configs=settings)
    )


def test_a_figure_stands_in_the_page_as_drawn_with_its_caption(case: Callable[[str], Path]) -> None:
    page = page_of(case, SHOWING)
    assert '<text x="1" y="9">a_b_c *d*</text></svg>' in page
    assert 'aria-label="Two dots"' in page
    assert "<figcaption>Two <em>dots</em>, " in page


TRYING = """
== graph/concepts/a.yaml
title: A
snippets: [gate]
== docs/concepts/a.md
![What <b>is</b> left](explorable:half-life "Try *it*.")
== docs/explorables/half-life.yaml
title: A half-life
snippet: gate
height: 9
narrow_height: 12
columns: [bias, a & b]
== docs/explorables/half-life.js
export function show() {}
== snippets/gate.py
# ---
# title: A gate
# summary: A gate.
# minutes: 5
# keeps: {half-life: "{'rows': [[-1, '<i>']]}"}
# ---

# %%
assert True
== snippets/recorded/gate.ipynb
{"metadata":{"learnpath":{"digest":"0","ran":"2026-11-25","versions":{},"kept":{"half-life":"{\\"rows\\":[[-1,\\"<i>\\"]]}"}}},"cells":[{"cell_type":"code","outputs":[]}]}
"""


def test_an_explorable_stands_in_the_page_as_a_table_of_recorded_values_with_room_for_itself(
    case: Callable[[str], Path],
) -> None:
    page = page_of(case, TRYING)
    assert 'data-explorable="half-life" data-language="en"' in page
    assert "--height: 9rem; --narrow-height: 12rem" in page
    assert "<caption>What &lt;b&gt;is&lt;/b&gt; left</caption>" in page
    assert '<th scope="col">a &amp; b</th>' in page
    assert re.search(r"<td>−1</td>\s*<td>&lt;i&gt;</td>", page)
    assert "<figcaption>Try <em>it</em>.</figcaption>" in page


def test_an_explorable_without_a_recorded_run_has_an_empty_table(
    case: Callable[[str], Path],
) -> None:
    page = page_of(case, TRYING.partition("== snippets/recorded")[0])
    assert "<caption>" in page
    assert "<td>" not in page


def test_a_footnote_that_names_a_source_cites_it_with_the_place_given(
    case: Callable[[str], Path],
) -> None:
    notes = page_of(case, SHOWING).partition('<div class="footnote">')[2]
    assert "<em>A Book</em>. Ann Author. 2001. Page 9." in notes
    assert '<a href="https://example.org/seen">What was seen</a>' in notes
    assert notes.index("A Book") < notes.index("What was seen") < notes.index("</ol>")


def test_the_checks_of_numbers_are_not_shown(case: Callable[[str], Path]) -> None:
    page = page_of(case, SHOWING)
    assert "says" not in page
    assert "goes on." in page


def test_of_a_resource_the_part_is_recommended_with_its_own_address_and_time(
    case: Callable[[str], Path],
) -> None:
    page = page_of(case, SHOWING)
    assert '<a href="https://example.org/3">A Book</a>: Chapter 3. Ann Author' in page
    assert "about 20 min" in page
    assert "about 15 h" not in page


def test_links_to_snippets_and_concepts_may_break_over_two_lines() -> None:
    text = "See [the\nnotebook](snippet:s) of [that\nconcept](concept:a).\n\n[x]\n\n](snippet:t)"
    said = rendering.resolve_links(text, "concepts/b.md", "en", "en")
    assert "[the\nnotebook](../snippets/s.ipynb)" in said
    assert "[that\nconcept](a.md)" in said
    assert "snippet:t" in said, "a blank line ends the words of a link"
