"""The command line: what is printed, and with which exit status."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from learnpath import exporting
from learnpath.cli import main

BROKEN = (
    "== graph/concepts/a.yaml\ntitle: A\nprerequisites: [bb]\n== graph/concepts/b.yaml\ntitle: B\n"
)
WARNED = "== graph/concepts/a.yaml\ntitle: A\n== graph/concepts/b.yaml\ntitle: B\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_check_exits_with_1_on_errors_and_says_so_in_every_format(
    case: Callable[[str], Path],
) -> None:
    case(BROKEN)
    assert run("check").exit_code == 1
    assert "unknown prerequisite 'bb', did you mean 'b'?" in run("check").stdout
    assert json.loads(run("check", "--format", "json").stdout)[0]["code"] == "unknown-concept"
    github = run("check", "--format", "github").stdout
    assert github.startswith(
        "::error file=graph/concepts/a.yaml,line=2,col=17,title=unknown-concept::unknown prerequisite"
    )


def test_warnings_pass_unless_they_are_to_count(case: Callable[[str], Path]) -> None:
    case(WARNED)
    assert run("check").exit_code == 0
    assert "warning:" in run("check").stdout
    assert run("check", "--strict").exit_code == 1


def test_wrong_usage_exits_with_2() -> None:
    assert run("check", "--formt", "text").exit_code == 2


def test_a_broken_graph_is_told_without_a_traceback(case: Callable[[str], Path]) -> None:
    case(BROKEN)
    result = run("export", "graph-json")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert "unknown prerequisite" in result.output


def test_new_makes_a_sound_knowledge_base_and_refuses_a_full_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("new", "bread").exit_code == 0
    assert run("check", "--graph", "bread/graph", "--strict").exit_code == 0
    again = run("new", "bread")
    assert again.exit_code == 1
    assert "not empty" in again.output


def test_paths_are_listed_and_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run("new", "bread")
    monkeypatch.chdir("bread")
    assert "first-loaf" in run("path", "list").stdout
    assert "5. Loaf" in run("path", "show", "first-loaf").stdout
    unknown = run("path", "show", "first-laof")
    assert unknown.exit_code == 1
    assert "did you mean 'first-loaf'?" in unknown.output


def test_confirmed_translations_go_stale_with_their_original(case: Callable[[str], Path]) -> None:
    case(
        "== graph/knowledge-base.yaml\nlanguages: [en, zh]\ntitle: {en: T, zh: 题}\n== graph/concepts/a.yaml\ntitle: {en: A, zh: 甲}\n"
    )
    assert run("translations", "confirm", "--all").exit_code == 0
    assert run("check", "--strict").exit_code == 0
    Path("graph/concepts/a.yaml").write_text("title: {en: Another, zh: 甲}\n", encoding="utf-8")
    assert "[stale-translation]" in run("check").stdout
    assert run("translations", "confirm", "concepts/a").exit_code == 0
    assert run("check", "--strict").exit_code == 0


def test_every_export_is_written(case: Callable[[str], Path]) -> None:
    case(
        (Path(__file__).parent / "graphs" / "good" / "every-field.txt").read_text(encoding="utf-8")
    )
    for name in exporting.FORMATS:
        assert run("export", name, "-o", f"out/{name}").exit_code == 0
        assert Path("out", name).read_text(encoding="utf-8")
    assert run("export", "schema").exit_code == 0
    assert (
        json.loads(Path("graph/schema/concept.json").read_text(encoding="utf-8"))["title"]
        == "Concept"
    )
    assert "doi = {10.1000/r}" in Path("out/bibtex").read_text(encoding="utf-8")
    assert "url = " not in Path("out/bibtex").read_text(encoding="utf-8"), (
        "a doubtful address is no fact"
    )
