"""Graphs of other formats: what is exported is imported again, and what strangers wrote is taken up or explained."""

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import networkx as nx
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases import GRAPHS, write_files
from conftest import mkdocs
from learnpath import building, exporting, importing, reading, tabular
from learnpath.cli import main
from learnpath.importing import Columns, Imported
from learnpath.importing.writing import as_yaml
from learnpath.model import Concept, KnowledgeBase, Prerequisite, Text

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
    concepts = {}
    for id in ids:
        concept = draw(
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
        if way is by_graphml:
            assert again.languages == base.languages
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
