"""From text to records: any text gives values or problems, never a traceback; a value keeps its place."""

import errno
import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learnpath import building, reading
from learnpath.model import Concept
from learnpath.problems import Place, UnknownName

SOUND = (Path(__file__).parent / "graphs" / "good" / "every-field.txt").read_text(encoding="utf-8")
PIECES = [line for line in SOUND.splitlines() if not line.startswith("== ")]

hostile = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=12).map("\n".join),
    st.lists(
        st.sampled_from(
            [
                *"[]{},:-?&*!|>'\"%@`#\n \t",
                "a",
                "é",
                "中",
                "&a ",
                "*a",
                "<<: ",
                "!!x ",
                "1e9",
                "---\n",
                "...",
            ]
        ),
        max_size=80,
    ).map("".join),
    st.sampled_from(["[", "{a: ", "- ", "? ", "a:\n "]).flatmap(
        lambda part: st.integers(1, 20_000).map(lambda n: part * n)
    ),
    st.sampled_from(["x", "x ", "中", "a,", "- a\n", "\\"]).map(
        lambda part: "title: " + part * 200_000
    ),
    st.tuples(st.sampled_from(PIECES), st.text(max_size=5), st.sampled_from(PIECES)).map("".join),
)


def _never_a_traceback(text: str | bytes, folder: Path) -> None:
    file = folder / "graph" / "concepts" / "a.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
    begin = time.perf_counter()
    base, problems = reading.read(folder / "graph")
    assert time.perf_counter() - begin < 1
    assert problems or isinstance(base.concepts["a"], Concept)
    for problem in problems:
        assert problem.place.line >= 1
        assert "\n" not in str(problem)


@settings(max_examples=500, suppress_health_check=list(HealthCheck))
@given(text=hostile | st.binary(max_size=200))
def test_any_text_gives_problems_and_never_a_traceback(text: str | bytes, tmp_path: Path) -> None:
    _never_a_traceback(text, tmp_path)


@pytest.mark.full
@settings(max_examples=5000, suppress_health_check=list(HealthCheck))
@given(text=hostile | st.binary(max_size=200))
def test_five_thousand_texts_give_problems_and_never_a_traceback(
    text: str | bytes, tmp_path: Path
) -> None:
    _never_a_traceback(text, tmp_path)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(value=st.dictionaries(st.text("abc", min_size=1), values, max_size=5))
def test_what_json_writes_is_read_back(value: object) -> None:
    assert reading.parse(json.dumps(value, ensure_ascii=False), "x.yaml") == (value, [])


def test_no_and_off_are_words_and_not_false() -> None:
    assert reading.parse("{a: no, b: off, no: yes, c: true}", "x.yaml").data == {
        "a": "no",
        "b": "off",
        "no": "yes",
        "c": True,
    }


def test_every_value_has_its_place(case: Callable[[str], Path]) -> None:
    case("== graph/concepts/a.yaml\ntitle: A\nprerequisites:\n  - b\n  - concept: c\n    why: x\n")
    places = reading.Sources({"a.yaml": Path("graph/concepts/a.yaml").read_text()})
    assert places.of("a.yaml", "prerequisites", 1, "why") == Place("a.yaml", 5, 10)
    assert places.of_key("a.yaml", "prerequisites") == Place("a.yaml", 2, 1)
    assert places.of("a.yaml", "prerequisites", 7) == Place("a.yaml", 3, 3), (
        "the nearest value around it"
    )


def test_a_file_with_a_byte_order_mark_is_read(case: Callable[[str], Path]) -> None:
    graph = case("== graph/concepts/a.yaml\n\ufefftitle: A\n")
    assert reading.read(graph).knowledge_base.concepts["a"].title == "A"


def test_a_text_in_another_encoding_names_the_line(case: Callable[[str], Path]) -> None:
    graph = case("== graph/concepts/a.yaml\n")
    Path("graph/concepts/a.yaml").write_bytes("title: A\nsummary: 概念".encode("gb18030"))
    assert str(reading.read(graph).problems[0]).startswith(
        "graph/concepts/a.yaml:2:10: not UTF-8 text here"
    )


def test_a_second_run_parses_nothing(
    case: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = case("== graph/concepts/a.yaml\ntitle: A\n")
    first = reading.read(graph).knowledge_base.concepts
    monkeypatch.setattr(reading, "parse", lambda *_: pytest.fail("parsed again"))
    assert reading.read(graph).knowledge_base.concepts == first


@pytest.mark.parametrize("content", ["", "{", '{"version": "x", "files": {}}', "[]", "null"])
def test_a_damaged_cache_is_no_cache(content: str, case: Callable[[str], Path]) -> None:
    graph = case(f"== graph/concepts/a.yaml\ntitle: A\n== .cache/learnpath/parsed.json\n{content}")
    assert reading.read(graph).knowledge_base.concepts["a"].title == "A"


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace('"title"', '"tilte"'),
        lambda text: text[:-2],
        lambda text: text.partition("\n")[0] + '\n{"graph/concepts/a.yaml": 5}',
        lambda text: "[" * 200_000,
        lambda text: '{"version": "x", "files": {"x": 5}}',
    ],
)
def test_a_cache_in_which_anything_changed_is_no_cache(
    damage: Callable[[str], str], case: Callable[[str], Path]
) -> None:
    graph = case("== graph/concepts/a.yaml\ntitle: A\n")
    assert reading.read(graph).problems == []
    reading.CACHE.write_text(damage(reading.CACHE.read_text()))
    base, problems = reading.read(graph)
    assert problems == []
    assert base.concepts["a"].title == "A"


def test_a_graph_that_is_no_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="unknown folder"):
        reading.read(tmp_path / "grahp")


def test_a_linked_page_is_named_as_its_author_sees_it(case: Callable[[str], Path]) -> None:
    graph = case(
        "== graph/concepts/loaf.yaml\ntitle: Loaf\n== notes/loaf.md\n[x](concept:typo)\n== docs/a.md\n"
    )
    Path("docs/concepts").mkdir()
    Path("docs/concepts/loaf.md").symlink_to("../../notes/loaf.md")
    assert [str(each) for each in building.checked(graph).problems] == [
        "docs/concepts/loaf.md:1:13: unknown concept 'typo' [unknown-concept]"
    ]


def test_a_problem_stays_in_one_line_whatever_the_file_is_called(
    case: Callable[[str], Path],
) -> None:
    graph = case("== graph/concepts/a.yaml\ntitle: A\n")
    Path("graph/concepts/a\nb.yaml").write_text("title: B")
    [problem] = building.checked(graph).problems
    assert str(problem).startswith("graph/concepts/a\ufffdb.yaml:1:1: 'a b' cannot be an id")
    assert "\n" not in str(problem)


def test_a_language_is_called_by_its_own_name_where_we_have_no_words_in_it() -> None:
    assert reading.labels("fr")["other-language"] == "Français"
    assert reading.labels("tlh")["other-language"] == "tlh"
    assert reading.labels("zh-TW")["other-language"] == "繁體中文"
    assert reading.labels("zh-TW")["home"] == reading.labels("zh")["home"]


def test_hidden_files_and_folders_are_passed_over(case: Callable[[str], Path]) -> None:
    graph = case(
        "== graph/concepts/a.yaml\ntitle: A\n== graph/concepts/._a.yaml\n\x00\n"
        "== graph/.old/b.yaml\n[\n== docs/index.md\n== docs/.ipynb_checkpoints/a.md\n[x](concept:typo)\n"
        "== snippets/.#s.py\nnot Python\n"
    )
    Path("graph/concepts/.#a.yaml").symlink_to("me@host.1234")
    Path("docs/.#index.md").symlink_to("me@host.1234")
    assert building.checked(graph).problems == []


def test_pages_that_are_not_published_are_not_read(case: Callable[[str], Path]) -> None:
    graph = case("== graph/concepts/a.yaml\ntitle: A\n== docs/drafts/a.md\n[x](concept:typo)\n")
    assert building.checked(graph).problems
    published = building.checked(graph, published=lambda name: not name.startswith("drafts/"))
    assert published.problems == []


def test_what_is_no_file_is_told_and_not_waited_for(case: Callable[[str], Path]) -> None:
    graph = case("== graph/concepts/a.yaml\ntitle: A\n")
    os.mkfifo("graph/concepts/b.yaml")
    os.mkfifo("graph/knowledge-base.yaml")
    Path("graph/concepts/c.yaml").symlink_to("nowhere")
    assert [str(each) for each in building.checked(graph).problems] == [
        "graph/concepts/b.yaml:1:1: not a file with a text; put one here, or take this away [unreadable]",
        "graph/concepts/c.yaml:1:1: cannot be opened: No such file or directory [unreadable]",
        "graph/knowledge-base.yaml:1:1: not a file with a text; put one here, or take this away [unreadable]",
    ]


@pytest.mark.parametrize("closed", ["graph/concepts", "graph/concepts/below"])
def test_a_folder_that_cannot_be_opened_is_told_and_what_lies_in_it_is_not_said_to_be_unknown(
    closed: str, case: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = case(
        "== graph/concepts/a.yaml\ntitle: A\nprerequisites: [b]\n== graph/concepts/below/b.yaml\ntitle: B\n"
        "== graph/paths/p.yaml\ntitle: P\nsteps: [b]\n"
    )
    scandir = os.scandir

    def refuse(folder: Path) -> object:  # as the system does, to all but root
        if Path(folder) == Path(closed).absolute():
            raise PermissionError(errno.EACCES, "Permission denied", str(folder))
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    assert [str(each) for each in building.checked(graph).problems] == [
        f"{closed}:1:1: cannot be opened: Permission denied [unreadable]"
    ]


def test_a_linked_folder_is_told_in_the_graph_and_followed_in_the_pages(
    case: Callable[[str], Path],
) -> None:
    graph = case(
        "== graph/concepts/a.yaml\ntitle: A\nprerequisites: [b]\n== more/b.yaml\ntitle: B\n== docs/index.md\n== notes/x.md\n"
    )
    Path("graph/concepts/more").symlink_to("../../more")
    Path("docs/notes").symlink_to("../notes")
    Path("docs/circle").symlink_to("../docs")
    base, problems = building.checked(graph)
    assert sorted(base.pages) == ["index.md", "notes/x.md"]
    assert [str(each) for each in problems] == [
        "graph/concepts/more:1:1: a link to a folder is not followed; move the folder here, or link its files [unreadable]",
    ]


@pytest.mark.parametrize(("here", "graph"), [("graph", "."), ("graph/concepts", "..")])
def test_a_graph_that_one_stands_in_has_the_same_neighbours(
    here: str, graph: str, case: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    case(
        "== graph/concepts/a.yaml\ntitle: A\nsummary: {en: S}\n== graph/knowledge-base.yaml\ntilte: T\n"
        "== docs/a.md\n[x](concept:typo)\n"
    )
    root = Path.cwd()
    expected = [
        (each.code, each.place.line, each.place.column)
        for each in building.checked(Path("graph")).problems
    ]
    assert len(expected) == 2
    shutil.rmtree(".cache")
    monkeypatch.chdir(here)
    found = building.checked(Path(graph)).problems
    assert sorted((each.code, each.place.line, each.place.column) for each in found) == sorted(
        expected
    )
    assert (root / ".cache").is_dir()
    assert not (root / "graph" / ".cache").exists()
