"""What `learnpath export` writes, each format read by the programs that it is meant for."""

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml
from anki.collection import Collection
from anki.import_export_pb2 import ImportAnkiPackageOptions, ImportAnkiPackageRequest
from click.testing import CliRunner, Result
from pybtex.database import parse_string
from pyld import jsonld

from conftest import ROOT, mkdocs
from learnpath import exporting
from learnpath.cli import main
from learnpath.engines import VENDOR
from test_metadata import faults_of_records

EVERY_FIELD = (ROOT / "tests" / "graphs" / "good" / "every-field.txt").read_text(encoding="utf-8")
SITE = "https://example.org/kb"

# What authors may write and programs may stumble over.
HOSTILE = r"""
== graph/knowledge-base.yaml
title: 'A "base" \N & <b>more</b>::{{title}}'
areas: {one: {title: 'One "area" \l & {}'}}
== graph/concepts/a.yaml
title: '"A" \N &lt; <script>alert(1)</script> | {{x}} 𝔸 [b](c)'
area: one
summary: "He said: \"it's\\n\" --- {% raw %} & so on"
objectives: ["{{< x >}}"]
resources: [r]
questions:
  - ask: 'Is <script>alert(1)</script> [sound:x.mp3] [latex]\input{x}[/latex] {{c1::y}} or $a<b$? [Run](javascript:alert(1)) ![p](x.png)'
    choices: ['<img src=x onerror=alert(1)>', 'see [B](concept:b), {{Question}}', '$5 or $6']
    answer: 1
    because: "One.\n\nTwo: $$x$$"
== graph/concepts/b.yaml
title: B
prerequisites: [{any_of: [a, c], why: 'a "reason"'}]
resources: [r]
== graph/concepts/c.yaml
title: C
resources: [r]
== graph/resources.yaml
r:
  title: 'A } \title{ with 100% of_ #signs ~ ^ @book{'
  authors: ['{Group', 'A "B" C', Ada Lovelace]
  year: 2001
  type: book
  url: 'https://example.org/{a}?b=%7D'
  level: beginner
== docs/concepts/a.md
Text with {{ braces }} and a [dead](nowhere.md) link, [B](concept:b) and [the map](../map/index.md?focus=a#x).

??? exercise "Try <it>"

    ```python hl_lines="1"
    x = {{1}}
    ```

    !!! note

        Inside.

After it.
{ .wide }
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["export", *arguments])


def text_of(*arguments: str) -> str:
    done = run(*arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def written(folder: Path, *arguments: str) -> Path:
    """Export into a folder, or a file, and give its path."""
    done = run(*arguments, "-o", str(folder))
    assert done.exit_code == 0, done.output
    return folder


# the command


def test_what_cannot_be_printed_must_be_given_a_name(case: Callable[[str], Path]) -> None:
    case(EVERY_FIELD)
    for form, name in (("anki", "FILE"), ("markdown", "FOLDER")):
        done = run(form)
        assert (done.exit_code, f"-o {name}" in done.output) == (2, True)


def test_what_a_format_does_not_heed_is_wrong_usage(case: Callable[[str], Path]) -> None:
    case(EVERY_FIELD)
    assert "has no use for --site" in run("bibtex", "--site", SITE).output
    assert "has no use for --language" in run("json-ld", "--language", "zh").output
    assert "is no address" in run("json-ld", "--site", "example.org").output
    unknown = run("graphviz", "--language", "de")
    assert (unknown.exit_code, "it is one of: en, zh" in unknown.output) == (1, True)


def test_a_folder_that_somebody_else_made_is_left_alone(case: Callable[[str], Path]) -> None:
    case(EVERY_FIELD)
    done = run("markdown", "-o", "docs")
    assert done.exit_code == 1
    assert "docs: is there already" in done.output
    assert len(done.output.splitlines()) == 1
    assert Path("docs/concepts/a.md").is_file()


def test_an_export_replaces_the_one_before(case: Callable[[str], Path]) -> None:
    case(EVERY_FIELD)
    folder = written(Path("out"), "markdown")
    (folder / "stray.md").touch()
    written(folder, "markdown")
    assert not (folder / "stray.md").exists()
    assert (folder / "concepts" / "a.md").is_file()


def test_exports_of_a_base_with_a_title_alone_are_sound(case: Callable[[str], Path]) -> None:
    case("== graph/concepts/a.yaml\ntitle: A\n")
    for form, each in exporting.FORMATS.items():
        done = run(form, "-o", f"out/{form}")
        if form == "anki":
            assert done.output == "no concept has `questions`, and cards are made of them\n"
        else:
            assert done.exit_code == 0, done.output
            assert Path("out", form).is_dir() == (each.kind == "folder")


# json-ld


def expanded(text: str) -> list[dict[str, Any]]:
    """Read JSON-LD with a processor that knows the words we use, and asks no network."""
    addresses = {name: {"@type": "@id"} for name in ("url", "sameAs")}
    context = {"@context": {"@vocab": "https://schema.org/", **addresses}}

    def load(address: str, _: object) -> dict[str, Any]:
        assert address == "https://schema.org", address
        return {"contextUrl": None, "documentUrl": address, "document": context}

    options = {"documentLoader": load, "base": "https://base.example/"}
    found: list[dict[str, Any]] = jsonld.flatten(json.loads(text), None, options)
    return found


@pytest.mark.parametrize("site", ["", SITE])
def test_linked_data_points_only_at_what_it_describes(
    site: str, case: Callable[[str], Path]
) -> None:
    case(EVERY_FIELD)
    text = text_of("json-ld", *(["--site", site] if site else []))
    nodes = {node["@id"]: node for node in expanded(text)}
    described = {id for id, node in nodes.items() if "@type" in node}
    links = ("isPartOf", "about", "competencyRequired", "translationOfWork", "inDefinedTermSet")
    named = {
        value["@id"]
        for node in nodes.values()
        for link in links
        for value in node.get(f"https://schema.org/{link}", [])
        if "@id" in value
    }
    assert named
    assert named <= described
    start = f"{SITE}/" if site else "https://base.example/#"
    concept = nodes[f"{start}{'zh/concepts/b/' if site else 'zh/concepts/b'}"]
    assert concept["@type"] == ["https://schema.org/LearningResource"]
    [need] = concept["https://schema.org/competencyRequired"]
    assert nodes[need["@id"]]["https://schema.org/name"] == [{"@value": "甲"}]
    assert nodes[need["@id"]]["@type"] == ["https://schema.org/DefinedTerm"]


def test_linked_data_is_in_the_words_of_schema_org(
    case: Callable[[str], Path], tmp_path: Path
) -> None:
    case(EVERY_FIELD)
    whole = json.loads(text_of("json-ld", "--site", SITE))
    records = [{"@context": whole["@context"], **each} for each in whole["@graph"]]
    sorts = {each["@type"] for each in records}
    assert sorts == {"WebSite", "LearningResource", "Course", "FAQPage", "DefinedTermSet"}
    folder = tmp_path / "types"
    folder.mkdir()
    assert faults_of_records(folder, records) == ""


def test_fields_that_nobody_confirmed_are_in_no_linked_data(case: Callable[[str], Path]) -> None:
    case(EVERY_FIELD)
    assert "https://example.org/r" not in text_of("json-ld")
    assert "https://doi.org/10.1000/r" in text_of("json-ld")


def test_hostile_texts_survive_in_linked_data(case: Callable[[str], Path]) -> None:
    case(HOSTILE)
    names = [
        value["@value"]
        for node in expanded(text_of("json-ld"))
        for value in node.get("https://schema.org/name", [])
    ]
    assert r'"A" \N &lt; <script>alert(1)</script> | {{x}} 𝔸 [b](c)' in names


# graphviz


def drawn(text: str) -> dict[str, Any]:
    """Have the project's Graphviz lay a drawing out; it has nothing to complain about."""
    script = """
    const { readFileSync } = require("fs");
    const { instance } = require(process.argv[1]);
    instance().then((viz) => {
      const text = readFileSync(0, "utf8");
      console.log(JSON.stringify({ ...viz.render(text, { format: "json" }), svg: viz.render(text, { format: "svg" }).output }));
    });
    """
    node = Path(sys.executable).parent / "node"
    engine = VENDOR / "@viz-js" / "viz" / "viz-global.js"
    done = subprocess.run(
        [node, "-e", script, engine], input=text, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    # Compiled for browsers it has no fonts, and guesses how wide signs beyond ASCII are.
    faults = [each for each in said["errors"] if "width of non-ASCII" not in each["message"]]
    assert (said["status"], faults) == ("success", [])
    return {**json.loads(said["output"]), "svg": said["svg"]}


def test_graphviz_draws_areas_as_boxes_and_alternatives_apart(case: Callable[[str], Path]) -> None:
    case(EVERY_FIELD)
    graph = drawn(text_of("graphviz", "--language", "zh", "--site", SITE))
    things = {each["name"]: each for each in graph["objects"]}
    names = {each["_gvid"]: each["name"] for each in graph["objects"]}
    assert things["cluster all"]["label"] == "全部"
    inside = {names[each] for each in things["cluster all"]["nodes"]}
    assert {"a", "b", "c"} <= inside
    assert things["a"]["label"] == "甲"
    assert things["a"]["URL"] == f"{SITE}/zh/concepts/a/"
    arrows = {(names[each["tail"]], names[each["head"]]): each for each in graph["edges"]}
    assert arrows.keys() == {("a", "b"), ("a", "c or 0"), ("b", "c or 0"), ("c or 0", "c")}
    assert arrows["a", "b"]["tooltip"] == "它的定义。"
    assert {each.get("style") for ways, each in arrows.items() if "c or 0" in ways[1]} == {"dashed"}
    assert things["c or 0"]["label"] == "≥1"


def test_hostile_texts_survive_in_graphviz(case: Callable[[str], Path]) -> None:
    case(HOSTILE)
    drawing = drawn(text_of("graphviz"))["svg"]
    title = r"&quot;A&quot; \N &amp;lt; &lt;script&gt;alert(1)&lt;/script&gt; | {{x}} 𝔸 [b](c)"
    assert f">{title}</text>" in drawing
    assert r"One &quot;area&quot; \l &amp; {}</text>" in drawing


# bibtex


def test_hostile_texts_survive_in_bibtex(case: Callable[[str], Path]) -> None:
    case(HOSTILE)
    [(key, entry)] = parse_string(text_of("bibtex"), "bibtex").entries.items()
    assert (key, entry.type, entry.fields["year"]) == ("r", "book", "2001")
    assert len(entry.persons["author"]) == 3
    assert str(entry.persons["author"][2]) == "Lovelace, Ada"
    assert r"\textbraceright" in entry.fields["title"]
    assert entry.fields["url"] == "https://example.org/%7Ba%7D?b=%7D"


def test_every_resource_of_ours_is_an_entry_of_bibtex() -> None:
    text = text_of("bibtex", "--graph", str(ROOT / "graph"))
    found = parse_string(text, "bibtex").entries
    keys = re.findall(r"^([\w.-]+):", (ROOT / "graph/resources.yaml").read_text("utf-8"), re.M)
    assert sorted(found) == sorted(keys)


# anki


@contextmanager
def collection(folder: Path) -> Iterator[Collection]:
    found = Collection(str(folder / "collection.anki2"))
    try:
        yield found
    finally:
        found.close()


def imported(anki: Collection, file: Path) -> dict[str, int]:
    asked = ImportAnkiPackageRequest(
        package_path=str(file.absolute()), options=ImportAnkiPackageOptions()
    )
    log = anki.import_anki_package(asked).log
    return {name: len(getattr(log, name)) for name in ("new", "updated", "duplicate")}


def test_anki_learns_each_question_once_in_each_language(
    case: Callable[[str], Path], tmp_path: Path
) -> None:
    case(EVERY_FIELD)
    file = written(Path("a.apkg"), "anki", "--site", SITE)
    with collection(tmp_path) as anki:
        assert imported(anki, file) == {"new": 2, "updated": 0, "duplicate": 0}
        assert {"Everything::All", "全部::全部"} <= {
            each.name for each in anki.decks.all_names_and_ids()
        }
        [id] = anki.find_notes("tag:language::zh tag:concept::a tag:area::all")
        note = anki.get_note(id)
        assert note["Question"] == "<div>问？</div>"
        assert note["Choices"] == "<ol><li>是</li><li>否</li></ol>"
        assert note["Answer"] == "<div><b>B</b> 否</div>"
        assert note["Reason"] == "<div>因为。</div>"
        assert note["Concept"] == f'<a href="{SITE}/zh/concepts/a/">甲</a>'
        [card] = note.cards()
        assert "因为" not in card.question()
        assert "因为" in card.answer()


ASKED = """
== graph/knowledge-base.yaml
languages: [en, zh]
== graph/concepts/{id}.yaml
title: A
{more}
questions:
  - {{ask: {ask}, choices: [X, Y], answer: 0, because: So.}}
"""


def test_a_second_import_adds_nothing_and_changes_what_changed(
    case: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case(ASKED.format(id="old", more="", ask="Why?"))
    first = written(Path("1.apkg"), "anki")
    Path("graph/concepts/old.yaml").unlink()
    case(ASKED.format(id="new", more="formerly: [old]", ask="Why not?"))
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
    second = written(Path("2.apkg"), "anki")
    with collection(tmp_path) as anki:
        assert imported(anki, first) == {"new": 2, "updated": 0, "duplicate": 0}
        assert imported(anki, first) == {"new": 0, "updated": 0, "duplicate": 2}
        before = anki.find_notes("")
        assert imported(anki, second) == {"new": 0, "updated": 2, "duplicate": 0}
        assert anki.find_notes("") == before
        assert {anki.get_note(id)["Question"] for id in before} == {"<div>Why not?</div>"}


def test_languages_without_a_title_of_their_own_have_decks_of_their_own(
    case: Callable[[str], Path], tmp_path: Path
) -> None:
    case(ASKED.format(id="a", more="", ask="Why?"))
    file = written(Path("a.apkg"), "anki")
    with collection(tmp_path) as anki:
        imported(anki, file)
        names = {each.name for each in anki.decks.all_names_and_ids()}
        assert {"Knowledge base (English)", "Knowledge base (中文)"} <= names


def test_hostile_texts_do_nothing_in_anki(case: Callable[[str], Path], tmp_path: Path) -> None:
    case(HOSTILE)
    file = written(Path("a.apkg"), "anki")
    with collection(tmp_path) as anki:
        assert imported(anki, file)["new"] == 1
        [id] = anki.find_notes("")
        note = anki.get_note(id)
        html = note.cards()[0].answer()
        assert "<script" not in html
        assert "<img" not in html
        assert "javascript:" not in re.findall(r'href="([^"]*)"', html)
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
        assert r"\(a&lt;b\)" in html
        assert r"\[x\]" in unescape(html)
        assert "$5 or $6" in html, "two prices are no formula"
        assert "see B, {{Question}}" in html, "without a site there is nowhere to go"
        assert note.cards()[0].question_av_tags() == []
        assert "[latex]" not in html
        assert "[b](c)" not in html
        assert "[b](c)" in unescape(html)


def test_links_in_questions_lead_to_the_site(case: Callable[[str], Path], tmp_path: Path) -> None:
    case(HOSTILE)
    file = written(Path("a.apkg"), "anki", "--site", f"{SITE}/")
    with collection(tmp_path) as anki:
        imported(anki, file)
        assert (
            f'see <a href="{SITE}/concepts/b/">B</a>'
            in anki.get_note(anki.find_notes("")[0])["Choices"]
        )


def test_a_package_for_anki_leaves_nothing_else_behind(
    case: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case(EVERY_FIELD)
    rest = tmp_path / "rest"
    rest.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(rest))
    file = written(Path("a.apkg"), "anki")
    assert zipfile.ZipFile(io.BytesIO(file.read_bytes())).testzip() is None
    assert list(rest.iterdir()) == []


def test_without_the_library_anki_is_told_in_one_line(
    case: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    case(EVERY_FIELD)
    monkeypatch.setitem(sys.modules, "genanki", None)
    done = run("anki", "-o", "a.apkg")
    assert done.output == "genanki is not installed; run: pip install 'learnpath[anki]'\n"
    assert done.exit_code == 1


# markdown


def front(page: Path) -> dict[str, Any]:
    text = page.read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text.split("---\n")[1])
    return found


def test_markdown_says_in_front_what_a_page_is(case: Callable[[str], Path]) -> None:
    case(EVERY_FIELD)
    folder = written(Path("out"), "markdown")
    assert front(folder / "zh/concepts/c.md") == {
        "title": "丙",
        "weight": 3,
        "tags": ["全部", "模型"],
        "prerequisites": [["a", "b"]],
        "lang": "zh",
        "render_with_liquid": False,
    }
    assert front(folder / "concepts/b.md")["description"] == "The second; see A."
    assert front(folder / "about/index.md")["title"] == "About"


def test_markdown_holds_what_the_pages_say(case: Callable[[str], Path]) -> None:
    case(EVERY_FIELD)
    folder = written(Path("out"), "markdown")
    concept = (folder / "concepts/a.md").read_text(encoding="utf-8")
    assert "Prose with [a link](b.md) and $x^2$, and [a snippet](../snippets/s.md)." in concept
    assert "```python\nx = 1\nprint(x)\n```" in concept
    assert "```text\n1\n```" in concept
    assert "`[a link](concept:nowhere)` is what it is" in concept
    assert "> **Answer:** Y\n>\n> So.\n" in concept
    assert "![A line.](../snippets/s/figure-1.svg)" in concept
    assert (folder / "snippets/s/figure-1.svg").is_file()
    snippet = (folder / "zh/snippets/s.md").read_text(encoding="utf-8")
    assert "文字，见[乙](../concepts/b.md)。" in snippet
    assert "assert x == 1" in snippet
    assert "![](" not in snippet


def test_hostile_texts_are_printed_to_the_letter_in_markdown(case: Callable[[str], Path]) -> None:
    case(HOSTILE)
    folder = written(Path("out"), "markdown")
    page = folder / "concepts" / "a.md"
    said = front(page)
    assert said["title"] == r'"A" \N &lt; <script>alert(1)</script> | {{x}} 𝔸 [b](c)'
    assert said["description"] == r"""He said: "it's\n" --- {% raw %} & so on"""
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text.split("---\n", 2)[2]
    assert "javascript:" not in text
    assert "? Run p" in text, "neither link nor picture leads anywhere"
    assert "and a dead link, [B](b.md) and the map." in text
    assert "&#123;{< x >}}" in text, "Hugo has no such shortcode"
    box = (
        "> **Try <it>**\n>\n> ```python\n> x = {{1}}\n> ```\n>\n> > **Note**\n> >\n> > Inside.\n"
        "\nAfter it.\n"
    )
    assert box in text
    with_site = written(Path("there"), "markdown", "--site", SITE) / "concepts" / "a.md"
    assert f"[the map]({SITE}/map/?focus=a#x)" in with_site.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own knowledge base as plain Markdown."""
    folder = tmp_path_factory.mktemp("markdown") / "docs"
    return written(folder, "markdown", "--graph", str(ROOT / "graph"))


def test_zensical_builds_the_markdown(tree: Path) -> None:
    (tree.parent / "zensical.toml").write_text('[project]\nsite_name = "Plain"\n')
    done = subprocess.run(
        [sys.executable, "-c", "from zensical.main import cli; cli()", "build", "--strict"],
        cwd=tree.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    page = (tree.parent / "site/concepts/lstm/index.html").read_text(encoding="utf-8")
    assert "../../figures/lstm.svg" in page


def test_mkdocs_without_any_extension_builds_the_markdown(tree: Path) -> None:
    (tree.parent / "mkdocs.yml").write_text("site_name: Plain\nsite_dir: plain\n")
    done = mkdocs("build", "--strict", folder=tree.parent)
    assert done.returncode == 0, done.stderr


def test_nothing_of_our_dialect_is_left_in_the_markdown(tree: Path) -> None:
    ours = r"\]\((?:concept|snippet|figure|explorable):|^ *(?:\?\?\?|!!!) |hl_lines|<div|\{ ?[.#][\w-]+ ?\}|python check"
    left = {
        page.relative_to(tree).as_posix(): found[0]
        for page in sorted(tree.rglob("*.md"))
        if "about/" not in page.as_posix()
        if (found := re.search(ours, page.read_text(encoding="utf-8"), re.MULTILINE))
    }
    assert left == {}


def test_markdown_joins_lines_between_chinese_signs(tree: Path) -> None:
    text = (tree / "zh/concepts/bptt.md").read_text(encoding="utf-8")
    assert re.findall(r"[一-鿿，。]\n[一-鿿]", text) == []


def test_pictures_in_the_markdown_are_there_and_whole(tree: Path) -> None:
    missing = []
    for page in tree.rglob("*.md"):
        text = re.sub(r"`[^`\n]+`", "", page.read_text(encoding="utf-8"))
        for target in re.findall(r"!\[[^\]]*\]\(([^):]+)\)", text):
            if not (page.parent / target).is_file():
                missing.append((page.name, target))
    assert missing == []
    english, chinese = (
        (tree / folder / "figures/lstm.svg").read_text(encoding="utf-8") for folder in ("", "zh")
    )
    assert "<style>" in english
    assert "<style>" in chinese
    assert ("cell state" in english, "单元状态" in english) == (True, False)
    assert ("cell state" in chinese, "单元状态" in chinese) == (False, True)
