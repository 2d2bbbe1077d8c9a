"""Graphs of other formats: what is exported is imported again, and what strangers wrote is taken up or explained."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import ROOT, mkdocs, run
from learnpath import exporting, importing, reading, tabular
from learnpath.importing import Columns, Imported
from learnpath.model import Concept, KnowledgeBase, Text

HOSTILE = [
    "<script>alert(1)</script>",
    "=1+1",
    "'=1+1",
    "''-2",
    "@SUM(A1)",
    "+49",
    "a|b\\|c\\",
    "|",
    "a or b",
    'say "so", then; go\tnow',
    "one\ntwo\r\nthree\rfour",
    "\x00\x07\x1f\x7f\x85",
    "_x0007_",
    "_x005F_x0041_",
    "\u2028x\u2029",
    "\ufeffmark",
    "a\x85b",
    "𝔘𝔫𝔦 😀",
    "no",
    "null",
    "1e5",
    "0x10",
    "2020-01-01",
    "- a: [b]",
    "# no comment",
    "{en: x}",
    "&amp; ]]> &#0;",
    "sep=;",
    "梯度下降",
    "\\alpha_t \\| x",
    "*x* `y` [z](concept:a)",
    "a: b",
    "%TAG",
    "x " * 80 + "y",
    "字" * 130,
]
WORDS = st.one_of(
    st.sampled_from(HOSTILE), st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
)
WORDS = WORDS.map(tabular.stripped).filter(bool)
IDS = ["a", "b", "c", "or", "7", "007", "x-1", "no", "null", "true", "a-or-b"]
LANGUAGES = ["en", "zh", "pt-BR"]


def texts(languages: list[str]) -> st.SearchStrategy[Text]:
    return WORDS | st.dictionaries(st.sampled_from(languages), WORDS, min_size=1)


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(strategy, max_size=3)


@st.composite
def graphs(draw: st.DrawFn) -> Imported:
    """Draw the files of a graph that every format can hold as far as it goes; not all of it need be sense."""
    languages = draw(st.sampled_from([["en"], ["zh"], ["en", "zh"], ["pt-BR", "en", "zh"]]))
    text = texts(languages)
    ids = draw(st.lists(st.sampled_from(IDS), min_size=1, max_size=6, unique=True))
    topic = st.sampled_from(["one", "2", "no"])
    defined = draw(st.booleans())

    def edges(name: str) -> st.SearchStrategy[Any]:
        reason = st.fixed_dictionaries({name: st.sampled_from(ids)}, optional={"why": text})
        return st.lists(reason, max_size=3, unique_by=lambda each: each[name])

    choice = st.lists(st.sampled_from(ids), min_size=2, max_size=3, unique=True)
    prerequisite = st.fixed_dictionaries({"any_of": choice}, optional={"why": text})
    concepts: dict[str, dict[str, Any]] = {}
    for id in ids:
        concept: dict[str, Any] = draw(
            st.fixed_dictionaries(
                {"title": text},
                optional={
                    "aliases": some(text),
                    "formerly": st.lists(st.sampled_from(["old", "1", "e-5"]), unique=True),
                    "summary": text,
                    "area": topic,
                    "kind": topic,
                    "difficulty": st.integers(1, 5),
                    "minutes": st.integers(1, 10**6),
                    "ongoing": st.booleans(),
                    "objectives": some(text),
                    "prerequisites": edges("concept"),
                    "related": edges("concept"),
                    "leads_to": edges("concept"),
                },
            )
        )
        if len(ids) > 1 and draw(st.booleans()):
            concept.setdefault("prerequisites", []).append(draw(prerequisite))
        for name in ("related", "leads_to"):  # to point to itself is no sense that an import keeps
            concept[name] = [each for each in concept.get(name, []) if each["concept"] != id]
        concepts[id] = concept
    titles = {each: {"title": draw(text)} for each in ("one", "2", "no")} if defined else {}
    manifest = {"title": draw(text), "languages": languages, "areas": titles, "kinds": titles}
    return Imported(manifest, concepts, {}, [])


def read(imported: Imported, folder: Path) -> KnowledgeBase:
    """Write a graph and read it; nothing of it may be wrong."""
    importing.write(imported, folder / "graph", {})
    base, problems = reading.read(folder / "graph")
    assert problems == []
    return base


def said(base: KnowledgeBase, text: Text | None) -> list[str]:
    return [base.say(text, language) for language in LANGUAGES]


def carried(base: KnowledgeBase, *, with_reasons: bool) -> dict[str, Any]:
    """Give what a table can hold of the concepts, or with their reasons a graph."""
    areas, kinds = base.manifest.areas, base.manifest.kinds

    def reason(why: Text | None) -> list[str]:
        return said(base, why) if with_reasons else []

    def one(concept: Concept) -> dict[str, Any]:
        by_language = [each for each in concept.aliases if not isinstance(each, str)]
        return {
            **concept.model_dump(
                include={"formerly", "area", "kind", "difficulty", "minutes", "ongoing"}
            ),
            "title": said(base, concept.title),
            "summary": said(base, concept.summary),
            "aliases": [each for each in concept.aliases if isinstance(each, str)],
            "aliases of a language": [
                [each[language] for each in by_language if language in each]
                for language in LANGUAGES
            ],
            "area title": said(base, areas[concept.area].title) if concept.area in areas else None,
            "kind title": said(base, kinds[concept.kind].title) if concept.kind in kinds else None,
            "objectives": [said(base, each) for each in concept.objectives],
            "prerequisites": [(each.members, reason(each.why)) for each in concept.prerequisites],
            "related": [(each.concept, reason(each.why)) for each in concept.related],
            "leads_to": [(each.concept, reason(each.why)) for each in concept.leads_to],
        }

    return {id: one(concept) for id, concept in base.concepts.items()}


def by_csv(base: KnowledgeBase, folder: Path) -> Imported:
    file = folder / "graph.csv"
    file.write_bytes(exporting.csv_table(base).encode())
    return importing.csv_table(file, Columns(), language=base.language, keep_ids=True)


def by_graphml(base: KnowledgeBase, folder: Path) -> Imported:
    file = folder / "graph.graphml"
    file.write_bytes(exporting.graphml(base).encode())
    return importing.graphml(file)


def come_and_go(graph: Imported, way: Callable[[KnowledgeBase, Path], Imported]) -> None:
    with TemporaryDirectory() as folder:
        base = read(graph, Path(folder, "former"))
        back = way(base, Path(folder))
        assert back.problems == []
        again = read(back, Path(folder, "latter"))
        reasons = way is by_graphml
        assert carried(again, with_reasons=reasons) == carried(base, with_reasons=reasons)
        assert again.languages == base.languages
        if way is by_graphml:
            assert said(again, again.manifest.title) == said(base, base.manifest.title)


FEW = settings(max_examples=30, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=200, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("way", [by_csv, by_graphml])
@FEW
@given(graph=graphs())
def test_what_a_format_holds_comes_back_equal(
    graph: Imported, way: Callable[[KnowledgeBase, Path], Imported]
) -> None:
    come_and_go(graph, way)


@pytest.mark.full
@pytest.mark.parametrize("way", [by_csv, by_graphml])
@MANY
@given(graph=graphs())
def test_what_a_format_holds_comes_back_equal_two_hundred_times(
    graph: Imported, way: Callable[[KnowledgeBase, Path], Imported]
) -> None:
    come_and_go(graph, way)


def written_and_read(graph: Imported) -> None:
    with TemporaryDirectory() as folder:
        base = read(graph, Path(folder))
    assert {
        id: Concept.model_validate({**concept, "id": id}) for id, concept in graph.concepts.items()
    } == base.concepts


@FEW
@given(graph=graphs())
def test_our_own_format_is_read_as_it_was_written(graph: Imported) -> None:
    written_and_read(graph)


@pytest.mark.full
@MANY
@given(graph=graphs())
def test_our_own_format_is_read_as_it_was_written_two_hundred_times(graph: Imported) -> None:
    written_and_read(graph)


def data(file: str) -> Any:
    """Give what a file holds that was written."""
    found, problems = reading.parse(Path(file).read_text(encoding="utf-8"), file)
    assert problems == []
    return found


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@given(items=st.lists(WORDS, max_size=4), separator=st.sampled_from("|;,/"))
def test_a_list_in_one_cell_is_split_as_it_was_joined(items: list[str], separator: str) -> None:
    assert tabular.split(tabular.join(items, separator), separator) == items


@given(text=st.text(st.characters(codec="utf-8")) | st.sampled_from(HOSTILE))
def test_no_cell_begins_with_a_formula_and_each_can_be_read_back(text: str) -> None:
    assert not tabular.guarded(text).startswith(tuple("=+-@\t\r"))
    assert tabular.unguarded(tabular.guarded(text)) == text


@given(text=st.text(st.characters(codec="utf-8")) | st.sampled_from(HOSTILE))
def test_xml_holds_every_text_and_it_can_be_read_back(text: str) -> None:
    assert tabular.from_xml(tabular.for_xml(text)) == text


SOUND = """\
== graph/knowledge-base.yaml
title: {en: Everything, zh: 全部}
languages: [en, zh]
areas: {all: {title: {en: All, zh: 全部}}}
== graph/concepts/a.yaml
title: {en: A, zh: 甲}
summary: {en: =1+1, zh: 甲}
aliases: [AA, {zh: 甲甲}]
area: all
minutes: 30
== graph/concepts/b.yaml
title: {en: B, zh: 乙}
== graph/concepts/c.yaml
title: {en: C, zh: 丙}
prerequisites:
  - {concept: a, why: {en: Its definition., zh: 它的定义。}}
  - any_of: [d, b]
ongoing: true
related: [b]
== graph/concepts/d.yaml
title: {en: D, zh: 丁}
"""


def test_a_table_has_a_row_for_each_concept_and_alternatives_in_words(
    case: Callable[[str], Path],
) -> None:
    case(SOUND)
    assert run("export", "csv", "-o", "graph.csv").exit_code == 0
    written = Path("graph.csv").read_bytes().decode("utf-8-sig")
    assert written.splitlines() == [
        "id,title,title_zh,prerequisites,area,area_title,area_title_zh,minutes,ongoing,summary,summary_zh,aliases,aliases_zh,related",
        "a,A,甲,,all,All,全部,30,,'=1+1,甲,AA,甲甲,",
        "b,B,乙,,,,,,,,,,,",
        "c,C,丙,a|d or b,,,,,true,,,,,b",
        "d,D,丁,,,,,,,,,,,",
    ]


def test_a_graph_opens_in_networkx_with_reasons_and_alternatives(
    case: Callable[[str], Path],
) -> None:
    case(SOUND)
    assert run("export", "graphml", "-o", "graph.graphml").exit_code == 0
    graph = nx.read_graphml("graph.graphml")
    assert graph.nodes["a"]["title_zh"] == "甲"
    assert graph.nodes["a"]["minutes"] == 30
    assert graph.nodes["c"]["ongoing"] is True
    edges = sorted(graph.edges(data=True), key=lambda edge: (edge[2]["type"], edge[2]["position"]))
    for *_, values in edges:
        del values["id"]  # that of the edge, not a value
    assert edges == [
        ("a", "c", {"type": "prerequisite", "position": 1, "why": "Its definition.", "why_zh": "它的定义。"}),
        ("b", "c", {"type": "prerequisite", "position": 2, "any_of": 2}),
        ("d", "c", {"type": "prerequisite", "position": 2, "any_of": 1}),
        ("c", "b", {"type": "related", "position": 1}),
    ]  # fmt: skip


TABLE = """\
ConceptID,ConceptLabel,Dependencies,TaxonomyID,Bloom
1,Measurement,,FOUND,know
2,SI Units,1,FOUND,
3,"Unit
Conversion",2|1,CONV,"use, then
explain"
4,误差,3,CONV,
"""


def test_a_learning_graph_with_numbers_gets_ids_from_its_titles() -> None:
    Path("graph.csv").write_text(TABLE, encoding="utf-8-sig")
    found = run("import", "csv", "graph.csv", "graph", "--title", "Measuring")
    assert found.exit_code == 0, found.output
    assert Path("graph/knowledge-base.yaml").read_text(encoding="utf-8") == (
        "# yaml-language-server: $schema=schema/knowledge-base.json\nformat: 1\ntitle: Measuring\n"
        "areas:\n  found: {title: FOUND}\n  conv: {title: CONV}\n"
    )
    assert Path("graph/concepts/unit-conversion.yaml").read_text(encoding="utf-8") == (
        "# yaml-language-server: $schema=../schema/concept.json\n"
        "title: |-\n  Unit\n  Conversion\narea: conv\nprerequisites: [si-units, measurement]\n"
        'extra:\n  id: "3"\n  Bloom: |-\n    use, then\n    explain\n'
    )
    assert data("graph/concepts/concept-4.yaml")["title"] == "误差"
    assert Path("graph/schema/concept.json").is_file()
    assert found.stdout.splitlines() == [
        "graph.csv:2: warning: ids are lower-case letters, digits and hyphens, and no mere numbers: '1' became"
        " 'measurement', and so for 4 in all; the former ones are kept as `id` under `extra` [changed-by-import]",
        "graph.csv:2: warning: the column 'Bloom': no field holds it; it is kept under `extra` [kept-as-extra]",
    ]


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("sep=;\r\nid;title;needs\r\na;A, or so;\r\nb;B;a\r\n", []),
        ("id\ttitle\tneeds\na\tA, or so\t\nb\tB\ta\n", []),
        ("id,title,needs\na,'A, or so',\nb,B,a\n".replace("'", '"'), []),
        ("Code,What,After\na,'A, or so',\nb,B,a;a\n".replace("'", '"'), ["--id-column", "Code", "--title-column", "What", "--prerequisites-column", "After", "--separator", ";"]),
        ("id:title:needs\na:A, or so:\nb:B:A, OR SO\n", ["--delimiter", ":"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_tables_come_in_many_forms(text: str, options: list[str], encoding: str) -> None:
    Path("t.csv").write_bytes(text.encode(encoding))
    assert run("import", "csv", "t.csv", "graph", *options).exit_code == 0
    assert data("graph/concepts/a.yaml") == {"title": "A, or so"}
    assert data("graph/concepts/b.yaml") == {"title": "B", "prerequisites": ["a"]}


def test_a_table_in_the_encoding_of_a_chinese_spreadsheet_is_read_once_that_is_named() -> None:
    Path("t.csv").write_bytes("id,title\na,梯度\n".encode("gb18030"))
    found = run("import", "csv", "t.csv", "graph")
    assert found.exit_code == 1
    assert found.output.startswith("t.csv:2: not UTF-8 text here; save the file as UTF-8, or name")
    assert not Path("graph").exists()
    arguments = ["--encoding", "gb18030", "--language", "zh"]
    assert run("import", "csv", "t.csv", "graph", *arguments).exit_code == 0
    assert data("graph/concepts/a.yaml") == {"title": "梯度"}
    assert data("graph/knowledge-base.yaml")["languages"] == ["zh"]


@pytest.mark.parametrize(("folder", "language"), [("", "en"), ("zh", "zh")])
def test_the_table_in_the_documentation_becomes_the_graph_that_it_says(
    folder: str, language: str
) -> None:
    page = (ROOT / "docs" / folder / "about" / "own-graph.md").read_text(encoding="utf-8")
    table = page.partition("```text\nid,")[2].partition("```")[0]
    Path("concepts.csv").write_text(f"id,{table}", encoding="utf-8")
    command = page.partition("```sh\nlearnpath import ")[2].partition("\n")[0]
    assert run("import", *shlex.split(command)).exit_code == 0
    assert data("graph/concepts/gd.yaml")["prerequisites"] == ["la", "c1"]
    assert len(data("graph/knowledge-base.yaml")["areas"]) == 2
    assert data("graph/knowledge-base.yaml").get("languages", ["en"]) == [language]


BAD = """\
id,title,prerequisites,difficulty,minutes,ongoing
a,A,,6,an hour,perhaps
b,B,aa|a,2.0,45,no
c,C,x or a|y or z,,,TRUE,surplus
a,Another,,,,
b,B,c,,,
d,,b,,,
"""


def test_what_does_not_fit_is_told_and_kept() -> None:
    Path("t.csv").write_text(BAD, encoding="utf-8")
    found = run("import", "csv", "t.csv", "graph")
    assert found.exit_code == 1
    assert [line.partition(": ")[2] for line in found.stdout.splitlines()] == [
        "warning: 'difficulty' is '6' and must be a whole number from 1 to 5; it is kept under `extra` [kept-as-extra]",
        "warning: 'minutes' is 'an hour' and must be a whole number from 1 on; it is kept under `extra` [kept-as-extra]",
        "warning: 'ongoing' is 'perhaps' and must be true or false; it is kept under `extra` [kept-as-extra]",
        "unknown prerequisite 'aa', did you mean 'a'?; it is kept under `extra` [unknown-concept]",
        "warning: the row has 7 cells, and the header names 6; it is kept under `extra` [kept-as-extra]",
        "unknown prerequisite 'x'; it is kept under `extra` [unknown-concept]",
        "unknown prerequisite 'y'; it is kept under `extra` [unknown-concept]",
        "unknown prerequisite 'z'; it is kept under `extra` [unknown-concept]",
        "'a' is already the name of another concept, at line 2; it got a new id, and whatever names it means the other [duplicate-id]",
        "warning: 'b' is there already, at line 3; the two became one [changed-by-import]",
        "warning: 'd' has no title; its name stands in its place [changed-by-import]",
    ]  # fmt: skip
    assert [line.partition(":")[0] for line in found.stdout.splitlines()] == ["t.csv"] * 11
    assert data("graph/concepts/a.yaml")["extra"] == {"difficulty": "6", "minutes": "an hour", "ongoing": "perhaps"}  # fmt: skip
    assert data("graph/concepts/a-2.yaml") == {"title": "Another", "extra": {"id": "a"}}
    assert data("graph/concepts/b.yaml") == {"title": "B", "difficulty": 2, "minutes": 45, "prerequisites": ["a", "c"], "extra": {"unknown-prerequisites": ["aa"]}}  # fmt: skip
    assert data("graph/concepts/c.yaml") == {"title": "C", "ongoing": True, "prerequisites": ["a"], "extra": {"cells": ["surplus"], "unknown-prerequisites": ["x or a", "y or z"]}}  # fmt: skip
    assert run("check").exit_code == 0


def test_a_title_with_or_in_it_is_no_choice_unless_its_parts_are_names() -> None:
    text = "id,title,needs\na,A,\nb,B,\nc,Stop or go,Stop or go\nd,D,stop or go|a or b\ne,A or B,\n"
    Path("t.csv").write_text(text, encoding="utf-8")
    run("import", "csv", "t.csv", "graph")
    assert data("graph/concepts/d.yaml")["prerequisites"] == ["c", {"any_of": ["a", "b"]}]


def test_columns_without_a_name_or_with_one_that_is_taken_keep_their_values() -> None:
    text = "id,Title,title,,unknown-prerequisites,needs,title_zh-Hant,Leads_To\na,A,B,c,d,e,甲,a2\na2,,,,,,,\n"
    Path("t.csv").write_text(text, encoding="utf-8")
    found = run("import", "csv", "t.csv", "graph")
    assert found.stdout.count("[kept-as-extra]") == 3
    assert data("graph/concepts/a.yaml") == {
        "title": {"en": "A", "zh-Hant": "甲"},
        "leads_to": ["a2"],
        "extra": {
            "title 2": "B",
            "column 4": "c",
            "unknown-prerequisites": "d",
            "unknown-prerequisites-2": ["e"],
        },
    }
    assert data("graph/knowledge-base.yaml")["languages"] == ["en", "zh-Hant"]


def test_a_circle_is_imported_listed_and_counts_as_an_error() -> None:
    Path("t.csv").write_text("id,title,needs\na,A,b\nb,B,a\nc,C,c\n", encoding="utf-8")
    found = run("import", "csv", "t.csv", "graph")
    assert found.exit_code == 1
    assert "in a circle: a needs b needs a; drop 'a' here [cycle]" in found.stdout
    assert "[self-reference]" in found.stdout
    assert data("graph/concepts/b.yaml") == {"title": "B", "prerequisites": ["a"]}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "t.csv:1:1: no column holds ids or titles; the columns are none; name one with --id-column"),
        ("x,y\n1,2\n", "t.csv:1: no column holds ids or titles; the columns are 'x', 'y'; name one"),
        ("id,title\n", "t.csv: there is no concept in it; nothing was written"),
        ('id,title\na,"A\nb,B\n', "t.csv:2: no table from here on: unexpected end of data; look for a quotation"),
        ('id,title\na,"A"B\n', "t.csv:2: no table from here on: ',' expected after '\"'; look for a quotation"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_told_in_one_line_and_nothing_is_written(
    content: str, words: str
) -> None:
    Path("t.csv").write_text(content, encoding="utf-8")
    found = run("import", "csv", "t.csv", "graph")
    assert found.exit_code == 1
    assert found.output.startswith(words)
    assert len(found.output.splitlines()) == 1
    assert not Path("graph").exists()


def test_a_column_that_is_not_there_is_told_with_those_that_are() -> None:
    Path("t.csv").write_text("id,title\na,A\n", encoding="utf-8")
    found = run("import", "csv", "t.csv", "graph", "--area-column", "Topic")
    assert (found.exit_code, found.output) == (1, "t.csv:1: there is no column 'Topic'; the columns are 'id', 'title'\n")  # fmt: skip
    assert run("import", "csv", "t.csv", "graph", "--separator", "||").exit_code == 2
    assert run("import", "csv", "t.csv", "graph", "--encoding", "klingon").output == (
        "unknown encoding 'klingon'; write gb18030 or cp1252, say\n"
    )
    assert run("import", "csv", "u.csv", "graph").output == "u.csv: there is no such file or folder\n"  # fmt: skip


def test_only_a_graph_is_replaced_and_only_if_that_is_said() -> None:
    Path("t.csv").write_text("id,title\na,A\n", encoding="utf-8")
    assert run("import", "csv", "t.csv", "graph").exit_code == 0
    Path("t.csv").write_text("id,title\nb,B\n", encoding="utf-8")
    found = run("import", "csv", "t.csv", "graph")
    assert found.exit_code == 1
    assert "write --force to replace it" in found.output
    assert run("import", "csv", "t.csv", "graph", "--force").exit_code == 0
    assert [each.name for each in Path("graph/concepts").iterdir()] == ["b.yaml"]
    Path("mine").mkdir()
    Path("mine/notes.txt").touch()
    found = run("import", "csv", "t.csv", "mine", "--force")
    assert found.exit_code == 1
    assert "mine: holds 'notes.txt', which belongs to no graph" in found.output
    assert Path("mine/notes.txt").is_file()
    found = run("import", "csv", "t.csv", ".", "--force")
    assert found.exit_code == 1
    assert ".: is where you stand" in found.output


def test_warnings_that_a_graph_comes_with_can_be_silenced_each() -> None:
    text = "id,title,needs\na,A,\nb,B,a\nc,C,a|b\nd,D,\n"
    Path("t.csv").write_text(text, encoding="utf-8")
    assert run("import", "csv", "t.csv", "graph").exit_code == 0
    assert run("check", "--strict").exit_code == 1
    assert run("import", "csv", "t.csv", "graph", "--force", "--silence").exit_code == 0
    assert run("check", "--strict").exit_code == 0
    assert data("graph/knowledge-base.yaml")["silence"] == [
        {"code": "orphan", "where": "d", "because": "It was imported so."},
        {"code": "redundant-edge", "where": "c -> a", "because": "It was imported so."},
    ]


YED = """\
<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">
  <key for="node" id="d0" yfiles.type="nodegraphics"/>
  <key attr.name="description" attr.type="string" for="node" id="d1"/>
  <key attr.name="weeks" attr.type="int" for="node" id="d2"><default>2</default></key>
  <key for="edge" id="d3" yfiles.type="edgegraphics"/>
  <graph edgedefault="directed" id="G">
    <node id="n0" yfiles.foldertype="group">
      <data key="d0"><y:ProxyAutoBoundsNode><y:Realizers active="0"><y:GroupNode>
        <y:NodeLabel>Numbers</y:NodeLabel>
      </y:GroupNode></y:Realizers></y:ProxyAutoBoundsNode></data>
      <graph edgedefault="directed" id="n0:">
        <node id="n0::n0">
          <data key="d1">Sizes &amp; counts.</data>
          <data key="d0"><y:ShapeNode><y:Geometry x="1" y="2"/><y:NodeLabel>Whole
numbers</y:NodeLabel></y:ShapeNode></data>
        </node>
      </graph>
    </node>
    <node id="n1">
      <port name="North"/>
      <data key="d2">5</data>
      <data key="d0"><y:ShapeNode><y:NodeLabel>Fractions</y:NodeLabel></y:ShapeNode></data>
    </node>
    <node id="n2"><data key="d9">Ratio</data></node>
    <edge id="e0" source="n0::n0" target="n1">
      <data key="d3"><y:PolyLineEdge><y:EdgeLabel>for its parts</y:EdgeLabel></y:PolyLineEdge></data>
    </edge>
    <edge id="e1" source="n2" target="n1" directed="false"/>
    <edge id="e2" source="gone" target="n1"/>
    <hyperedge><endpoint node="n1"/></hyperedge>
  </graph>
</graphml>
"""


def test_a_drawing_of_yed_gives_labels_groups_and_reasons() -> None:
    Path("y.graphml").write_text(YED, encoding="utf-8")
    found = run("import", "graphml", "y.graphml", "graph")
    assert found.exit_code == 1
    assert [line.removeprefix("y.graphml:") for line in found.stdout.splitlines()] == [
        "9: warning: how the graph is drawn, its places and colours, is left out [changed-by-import]",
        "13: warning: ids are lower-case letters, digits and hyphens, and no mere numbers: 'n0::n0' became 'n0-n0', and so for 1 in all; the former ones are kept as `id` under `extra` [changed-by-import]",
        "13: warning: the attribute 'weeks' of nodes: no field holds it; it is kept under `extra` [kept-as-extra]",
        "21: a <port> cannot be told here; draw single edges between nodes [not-imported]",
        "25: warning: 'n2' has no title; its name stands in its place [changed-by-import]",
        "25: warning: no <key> says what 'd9' is; its value stands under that name [changed-by-import]",
        "25: warning: the attribute 'd9' of nodes: no field holds it; it is kept under `extra` [kept-as-extra]",
        "29: warning: an edge without direction: it became `related`; draw an arrow where one concept needs the other [changed-by-import]",
        "30: unknown prerequisite 'gone'; it is kept under `extra` [unknown-concept]",
        "31: a <hyperedge> cannot be told here; draw single edges between nodes [not-imported]",
    ]  # fmt: skip
    assert data("graph/knowledge-base.yaml")["areas"] == {"n0": {"title": "Numbers"}}
    assert data("graph/concepts/n0-n0.yaml") == {
        "title": "Whole numbers",
        "summary": "Sizes & counts.",
        "area": "n0",
        "extra": {"id": "n0::n0", "weeks": 2},
    }
    assert data("graph/concepts/n1.yaml") == {
        "title": "Fractions",
        "prerequisites": [{"concept": "n0-n0", "why": "for its parts"}],
        "related": ["n2"],
        "extra": {"weeks": 5, "unknown-prerequisites": ["gone"]},
    }


@pytest.mark.parametrize("arrows", ["from-prerequisite", "to-prerequisite"])
def test_a_graph_of_networkx_is_taken_with_the_arrows_either_way(arrows: str) -> None:
    graph: nx.DiGraph[str] = nx.DiGraph(course="sums")
    graph.add_node("plus", name="Plus", difficulty=1, hard=False, weight=0.5)
    graph.add_node("times", name="Times", area="Sums & more")
    ends = ("plus", "times") if arrows == "from-prerequisite" else ("times", "plus")
    graph.add_edge(*ends, why="by counting", weight=3)
    nx.write_graphml(graph, "n.graphml")
    assert run("import", "graphml", "n.graphml", "graph", "--arrows", arrows).exit_code == 0
    assert data("graph/concepts/plus.yaml") == {
        "title": "Plus",
        "difficulty": 1,
        "extra": {"hard": False, "weight": 0.5},
    }
    assert data("graph/concepts/times.yaml") == {
        "title": "Times",
        "area": "sums-more",
        "prerequisites": [{"concept": "plus", "why": "by counting"}],
        "extra": {"edges": {"plus": {"weight": 3}}},
    }
    assert data("graph/knowledge-base.yaml") == {
        "format": 1,
        "title": "N",
        "areas": {"sums-more": {"title": "Sums & more"}},
        "extra": {"course": "sums"},
    }


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<graphml><graph><node id="&b;"/></graph></graphml>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "g.graphml:1: not XML here: no element found; save the graph as GraphML"),
        ("<graphml>\n<graph>", "g.graphml:2: not XML here: no element found"),
        ("<svg/>", "g.graphml:1: no GraphML: the file begins with <svg>"),
        ("<graphml><graph edgedefault='directed'/></graphml>", "there is no concept in it"),
        (BOMB, "g.graphml:1: the definition of an entity is not allowed; take it out"),
        ("<graphml>" + "<graph>" * 5000, "g.graphml:1: not XML here: no element found"),
    ],
)
def test_what_is_no_graphml_is_told_in_one_line(content: str, words: str) -> None:
    Path("g.graphml").write_text(content, encoding="utf-8")
    found = run("import", "graphml", "g.graphml", "graph")
    assert found.exit_code == 1
    assert words in found.output
    assert len(found.output.splitlines()) == 1


TRACK = """\
{
  "language": "Little", "slug": "little", "blurb": "A small language.", "tags": ["a/b"],
  "exercises": {
    "concept": [
      {"slug": "first-steps", "name": "First Steps", "uuid": "1", "concepts": ["basics"], "prerequisites": []},
      {"slug": "strings", "name": "Strings", "uuid": "2", "concepts": ["strings"], "prerequisites": ["basics", "chars"]},
      {"slug": "old", "name": "Old", "uuid": "3", "concepts": [], "prerequisites": [], "status": "deprecated"}
    ],
    "practice": [
      {"slug": "hello", "name": "Hello", "uuid": "4", "practices": ["strings"], "prerequisites": ["basics"], "difficulty": 3}
    ],
    "foregone": ["too-hard"]
  },
  "concepts": [
    {"slug": "basics", "name": "Basics", "uuid": "5"},
    {"slug": "strings", "name": "Strings", "uuid": "6"},
    {"slug": "basics", "name": "Basics", "uuid": "7"}
  ]
}
"""


def test_a_track_of_exercism_gives_concepts_and_exercises() -> None:
    Path("config.json").write_text(TRACK, encoding="utf-8")
    found = run("import", "exercism", ".", "graph")
    assert found.exit_code == 1
    assert [line.removeprefix("config.json:") for line in found.stdout.splitlines()] == [
        "1: warning: `exercises` of the track: no field holds it; it is kept under `extra` [kept-as-extra]",
        "1: warning: `slug` of the track: no field holds it; it is kept under `extra` [kept-as-extra]",
        "1: warning: `tags` of the track: no field holds it; it is kept under `extra` [kept-as-extra]",
        "6:7: warning: the exercise 'strings' is called as a concept is; it became 'strings-exercise', with the title 'Strings (exercise)' [changed-by-import]",
        "6:7: unknown prerequisite 'chars'; it is kept under `extra` [unknown-concept]",
        "10:7: warning: `difficulty`, from 1 to 10: halved, as difficulty goes to 5 here; it is kept under `extra` as it was [changed-by-import]",
        "17:5: warning: 'basics' is there already, at line 15; the two became one [changed-by-import]",
    ]  # fmt: skip
    assert data("graph/knowledge-base.yaml") == {
        "format": 1,
        "title": "Little",
        "summary": "A small language.",
        "kinds": {
            "concept": {"title": "Concept"},
            "concept-exercise": {"title": "Concept exercise"},
            "exercise": {"title": "Exercise"},
        },
        "extra": {"slug": "little", "tags": ["a/b"], "exercises": {"foregone": ["too-hard"]}},
    }
    concepts = {each.stem: data(str(each)) for each in Path("graph/concepts").iterdir()}
    assert concepts == {
        "basics": {"title": "Basics", "kind": "concept", "extra": {"uuid": "5", "uuid-2": "7"}},
        "strings": {"title": "Strings", "kind": "concept", "prerequisites": ["basics"], "extra": {"uuid": "6", "unknown-prerequisites": ["chars"]}},
        "first-steps": {"title": "First Steps", "kind": "concept-exercise", "prerequisites": ["basics"], "extra": {"uuid": "1"}},
        "strings-exercise": {"title": "Strings (exercise)", "kind": "concept-exercise", "prerequisites": ["strings"], "extra": {"uuid": "2"}},
        "old": {"title": "Old", "kind": "concept-exercise", "extra": {"uuid": "3", "status": "deprecated"}},
        "hello": {"title": "Hello", "kind": "exercise", "difficulty": 2, "prerequisites": ["basics", "strings"], "extra": {"uuid": "4", "difficulty": 3}},
    }  # fmt: skip
    assert run("import", "exercism", ".", "small", "--no-exercises").exit_code == 1
    assert sorted(each.stem for each in Path("small/concepts").iterdir()) == ["basics", "strings"]
    kept = data("small/knowledge-base.yaml")["extra"]["exercises"]
    assert kept == json.loads(TRACK)["exercises"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "config.json:1:2: not JSON here: Expecting property name enclosed in double quotes"),
        ("[1]", "config.json: is no track of Exercism: it has no list of `concepts`"),
        ("[" * 100_000, "config.json: nested too deep to be a track"),
        ('{"concepts": [1]}', "config.json: there is no concept in it"),
    ],
)
def test_what_is_no_track_is_told_in_one_line(content: str, words: str) -> None:
    Path("config.json").write_text(content, encoding="utf-8")
    found = run("import", "exercism", "config.json", "graph")
    assert found.exit_code == 1
    assert words in found.output
    assert len(found.output.splitlines()) == 1
    assert not Path("graph").exists()


def test_a_concept_that_is_called_nothing_is_told() -> None:
    Path("config.json").write_text('{"concepts": [{"slug": 2}]}', encoding="utf-8")
    found = run("import", "exercism", "config.json", "graph")
    assert found.exit_code == 1
    assert found.stdout == (
        "config.json:1:15: a concept has neither a name nor a title; it is left out [not-imported]\n"
    )


METACADEMY = """\
== m/resources.txt
# all of them
key: primer
title: A primer
authors: Ada A. and Bo B.
url: http://example.org/primer
resource_type: online textbook
free: 1
specific_url_base: http://example.org/primer

key: talks
title: Talks
resource_type: video tutorials
free: 0
speed: slow
== m/concepts/dot_product/title.txt
# a comment
dot product
== m/concepts/dot_product/id.txt
abc12345
== m/concepts/dot_product/dependencies.txt
tag: vector-sums
reason: It adds what "vectors":vector_sums give.
shortcut: 1

tag: matrices
== m/concepts/dot_product/goals.txt
* Compute one
** by hand
  and by code
* Know "more":http://example.org/more
== m/concepts/dot_product/see-also.txt
* The "sums":vector_sums do less, and "nothing":nowhere does nothing.
* Ask around.
== m/concepts/dot_product/resources.txt
source: primer
location: Chapter 2 [#dot]
location: Chapter 3 [http://example.org/3]
extra: The proofs may be skipped.
mark: star

source: lost
location: page 1

title: A leaflet
url: no address
resource_type: paper
== m/concepts/dot_product/flags.txt
active_research
== m/concepts/vector_sums/summary.txt
Adding arrows.
Tip to tail.
"""


def test_the_content_of_metacademy_gives_reasons_readings_and_links(
    case: Callable[[str], Path],
) -> None:
    case(METACADEMY)
    Path("graph").rmdir()
    found = run("import", "metacademy", "m", "graph")
    assert found.exit_code == 1
    dot = data("graph/concepts/dot-product.yaml")
    assert dot == {
        "title": "dot product",
        "prerequisites": [{"concept": "vector-sums", "why": "It adds what [vectors](concept:vector-sums) give."}],
        "related": [{"concept": "vector-sums", "why": "The [sums](concept:vector-sums) do less, and nothing does nothing."}],
        "objectives": ["Compute one", "by hand and by code", "Know [more](http://example.org/more)"],
        "resources": [
            {"resource": "primer", "part": "Chapter 2; Chapter 3", "url": "http://example.org/primer#dot", "note": "The proofs may be skipped."},
            "a-leaflet",
        ],
        "extra": {
            "id": "dot_product",
            "dependencies": {"vector-sums": {"shortcut": "1"}},
            "flags": "active_research",
            "id-2": "abc12345",
            "resources": [{"source": "lost", "location": "page 1"}],
            "readings": {"primer": {"mark": "star", "urls": ["http://example.org/primer#dot", "http://example.org/3"]}},
            "see-also": ["Ask around."],
            "unknown-prerequisites": ["matrices"],
        },
    }  # fmt: skip
    assert data("graph/concepts/vector-sums.yaml") == {
        "title": "Vector sums",
        "summary": "Adding arrows.\nTip to tail.",
        "extra": {"id": "vector_sums"},
    }
    assert data("graph/resources.yaml") == {
        "primer": {"title": "A primer", "authors": ["Ada A.", "Bo B."], "type": "book", "url": "http://example.org/primer", "level": "intermediate", "cost": "free", "verified": "unverified", "extra": {"resource_type": "online textbook", "specific_url_base": "http://example.org/primer"}},
        "talks": {"title": "Talks", "type": "video", "level": "intermediate", "cost": "paid", "verified": "unverified", "extra": {"resource_type": "video tutorials", "speed": "slow"}},
        "a-leaflet": {"title": "A leaflet", "type": "paper", "level": "intermediate", "cost": "free", "verified": "unverified", "extra": {"resource_type": "paper", "url": "no address"}},
    }  # fmt: skip
    told = [each.rpartition(" [")[2].rstrip("]") for each in found.stdout.splitlines()]
    assert told.count("unknown-resource") == told.count("unknown-concept") == 1
    assert run("check").exit_code == 0
    assert run("import", "metacademy", "graph", "other").output == (
        "graph: holds no concepts; name a folder with concepts/<tag>/title.txt and the like\n"
    )


def test_an_imported_graph_builds_to_a_strict_and_clean_site() -> None:
    text = 'id,title,needs,area\n1,<b>=Bread</b>,,FOOD\n2,"Butter | \u0007 𝔅",1,FOOD\n3,{{ jam }},1|2,\n'
    Path("t.csv").write_text(text, encoding="utf-8")
    assert run("import", "csv", "t.csv", "graph", "--silence").exit_code == 0
    Path("docs").mkdir()
    Path("mkdocs.yml").write_text(
        "site_name: X\ntheme: {name: material, font: false}\nplugins: [learnpath]\n",
        encoding="utf-8",
    )
    done = mkdocs("build", "--strict", folder=Path())
    assert done.returncode == 0, done.stderr
    page = Path("site/concepts/b-bread-b/index.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;=Bread&lt;/b&gt;" in page


PIECES = [
    *("id", "title", "prerequisites", "area_title", "kind", "minutes", "ongoing", "title_zh", "aliases_en"),
    *("sep=\r\n", "sep=\"\n", ",", ";", "\t", "\n", "\r", '"', "|", "\\", " or ", "'", "=", "sep=;\n", "a", "b", "1", "\x00", "é", "😀"),
    *("<graphml>", "<graph edgedefault='directed'>", "<node id='a'>", "<node id=''/>", "</node>", "<data key='k'>"),
    *("<key id='k' for='node' attr.name='title'><default>x</default></key>", "<edge source='a' target='b'/>"),
    *("</data>", "</graph>", "</graphml>", "<edge>", "</edge>", "<y:NodeLabel>", "</y:NodeLabel>", "&#1;", "<!--"),
    *("{", "}", "[", "]", '"concepts"', ":", '{"slug": "a", "name": "A"}', '"exercises"', '"concept"', '"\\ud800"'),
    *('"practice"', '{"slug": "b", "prerequisites": ["a", 1], "difficulty": true}', "null", "tag: a\n", "* x\n"),
    *('"w":a', "source: s\nlocation: [", "key: s\ntitle: S\n\n", "#", "1e999"),
]  # fmt: skip
MESS = st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.binary(max_size=80)


def never_a_traceback(form: str, mess: str | bytes) -> None:
    data = mess if isinstance(mess, bytes) else mess.encode()
    with TemporaryDirectory() as folder:
        source = Path(folder, "source")
        for name in ("source", "m/resources.txt", "m/concepts/a/title.txt", "m/concepts/a_b/x.txt"):
            Path(folder, name).parent.mkdir(parents=True, exist_ok=True)
            Path(folder, name).write_bytes(data)
        for name in ("dependencies", "resources", "see-also", "goals"):
            Path(folder, "m", "concepts", "a", f"{name}.txt").write_bytes(data)
        found = run("import", form, str(Path(folder, "m") if form == "metacademy" else source), f"{folder}/g")  # fmt: skip
        assert found.exit_code in (0, 1), found.output
        assert found.exception is None or isinstance(found.exception, SystemExit)
        assert Path(folder, "g").exists() or found.exit_code == 1


FORMS = ["csv", "graphml", "exercism", "metacademy"]


@pytest.mark.parametrize("form", FORMS)
@FEW
@given(mess=MESS)
def test_no_source_gives_a_traceback(form: str, mess: str | bytes) -> None:
    never_a_traceback(form, mess)


@pytest.mark.full
@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=1000, suppress_health_check=list(HealthCheck))
@given(mess=MESS)
def test_none_of_a_thousand_sources_gives_a_traceback(form: str, mess: str | bytes) -> None:
    never_a_traceback(form, mess)
