"""The command line: what is printed, and with which exit status."""

import errno
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import run
from learnpath import exporting

BROKEN = (
    "== graph/concepts/a.yaml\ntitle: A\nprerequisites: [bb]\n== graph/concepts/b.yaml\ntitle: B\n"
)
WARNED = "== graph/concepts/a.yaml\ntitle: A\n== graph/concepts/b.yaml\ntitle: B\n"


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
        assert Path("out", name).exists()
    assert run("export", "schema").exit_code == 0
    assert (
        json.loads(Path("graph/schema/concept.json").read_text(encoding="utf-8"))["title"]
        == "Concept"
    )
    assert "doi = {10.1000/r}" in Path("out/bibtex").read_text(encoding="utf-8")
    assert "url = " not in Path("out/bibtex").read_text(encoding="utf-8"), (
        "a doubtful address is no fact"
    )


def test_a_folder_without_a_graph_is_told_in_the_form_that_was_asked_for(
    case: Callable[[str], Path],
) -> None:
    case("== graph/concepts/a.yaml\ntitle: A\n== docs/a.md\n")
    [problem] = json.loads(run("check", "--graph", "graf", "--format", "json").stdout)
    assert problem["message"] == "unknown folder 'graf', did you mean 'graph'?"
    found = run("check", "--graph", "docs")
    assert found.exit_code == 1
    assert found.stdout == (
        "docs:1:1: there is no knowledge base in 'docs', neither concepts/ nor knowledge-base.yaml;"
        " name its folder, or start one with `learnpath new FOLDER` [no-graph]\n"
    )


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("docs", "docs: Is a directory"),
        ("", ".: Is a directory"),
        ("docs/index.md/x", "docs/index.md: Not a directory"),
        ("x" * 300, "File name too long"),
    ],
)
def test_a_file_that_cannot_be_written_is_told_in_one_line(
    output: str, words: str, case: Callable[[str], Path]
) -> None:
    case("== graph/concepts/a.yaml\ntitle: A\n== docs/index.md\n")
    found = run("export", "graph-json", "-o", output)
    assert found.exit_code == 1
    assert found.output.strip().endswith(words)
    assert len(found.output.splitlines()) == 1


def test_a_full_disk_is_told_in_one_line(
    case: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    case("== graph/concepts/a.yaml\ntitle: A\n")
    monkeypatch.setattr("os.fsync", full)
    found = run("export", "graph-json", "-o", "out")
    assert (found.exit_code, found.output) == (1, "out: No space left on device\n")
    found = run("translations", "confirm", "--all")
    assert found.output == "graph/translations.yaml: No space left on device\n"


def test_new_fills_the_empty_folder_one_stands_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("new", ".").exit_code == 0
    assert run("check", "--strict").exit_code == 0
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        ".cache",
        "docs",
        "graph",
        "mkdocs.yml",
    ]


def test_new_fills_an_empty_folder_behind_a_link_and_leaves_its_neighbours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("real").mkdir()
    Path("keep").symlink_to("real")
    Path(".keep.new").mkdir()
    Path(".keep.new/mine").touch()
    assert run("new", "keep").exit_code == 0
    assert Path("real/graph").is_dir()
    assert Path(".keep.new/mine").exists()
    assert sorted(each.name for each in tmp_path.iterdir()) == [".keep.new", "keep", "real"]


@pytest.mark.parametrize("folder", ["file/x", "x" * 300])
def test_new_where_nothing_can_be_made_is_told_in_one_line(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    found = run("new", folder)
    assert found.exit_code == 1
    assert found.output.startswith(f"{folder}: ")
    assert len(found.output.splitlines()) == 1


def test_new_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(exporting, "schemas", lambda: {"x" * 300: ""})
    assert run("new", "bread").exit_code == 1
    assert not list(tmp_path.iterdir())


def test_schemas_are_not_written_into_a_folder_that_is_none(
    case: Callable[[str], Path],
) -> None:
    case("== graph/concepts/a.yaml\ntitle: A\n")
    found = run("export", "schema", "--graph", "grahp")
    assert found.output == "unknown folder 'grahp', did you mean 'graph'?\n"
    assert not Path("grahp").exists()


def test_an_unknown_language_is_told_with_those_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("new", ".")
    for command in (["path", "show", "first-loaf"], ["path", "list"]):
        found = run(*command, "--language", "zz")
        assert found.exit_code == 1
        assert found.output == "unknown language 'zz'; it is one of: en\n"


def test_to_confirm_nothing_is_wrong_usage(case: Callable[[str], Path]) -> None:
    case("== graph/concepts/a.yaml\ntitle: A\n")
    found = run("translations", "confirm")
    assert found.exit_code == 2
    assert "write --all" in found.output
    assert not Path("graph/translations.yaml").exists()


def test_translations_are_confirmed_whatever_their_page_is_called(
    case: Callable[[str], Path],
) -> None:
    case("== graph/knowledge-base.yaml\nlanguages: [en, zh]\ntitle: {en: T, zh: 题}\n")
    Path("docs/zh").mkdir(parents=True)
    for name in ("a: b #c.md", 'say "a".md', "- 概念.md"):
        Path("docs", name).write_text("# A\n")
    for _ in range(2):
        assert run("translations", "confirm", "--all").exit_code == 0
        assert run("check", "--strict").output == "no problems\n"
    assert '"docs/a: b #c.md": {zh: ' in Path("graph/translations.yaml").read_text()


ROADS = """== graph/concepts/goal.yaml
title: {en: The goal, zh: 目标}
minutes: 60
formerly: [old-goal]
prerequisites:
  - {concept: base, why: {en: It stands on the base., zh: 建在基础之上。}}
  - any_of: [bridge, ferry]
== graph/concepts/base.yaml
title: The base
minutes: 30
prerequisites: [ground]
== graph/concepts/ground.yaml
title: The ground
minutes: 45
== graph/concepts/bridge.yaml
title: The bridge
minutes: 90
== graph/concepts/ferry.yaml
title: The ferry
minutes: 20
== graph/concepts/practice.yaml
title: Practice
ongoing: true
prerequisites: [goal]
== graph/paths/tale.yaml
title: A tale
order: story
steps: [goal, practice]
== graph/knowledge-base.yaml
languages: [en, zh]
title: {en: Roads, zh: 路}
"""


def test_a_plan_is_printed_with_its_reasons(case: Callable[[str], Path]) -> None:
    case(ROADS)
    told = run("plan", "goal").stdout
    assert "4 steps, about 2.58 h" in told
    assert "→ The goal: It stands on the base." in told
    assert "The ferry rather than The bridge (bridge), which takes 70 min more" in told
    assert "a goal" in told
    assert "建在基础之上" in run("plan", "goal", "--language", "zh").stdout


def test_a_plan_as_json_sums_its_steps_and_tells_its_choices(case: Callable[[str], Path]) -> None:
    case(ROADS)
    plan = json.loads(run("plan", "goal", "--format", "json").stdout)
    assert (plan["goals"], plan["known"], plan["choose"]) == (["goal"], [], ["ferry"])
    assert plan["proven"] is True
    assert plan["minutes"] == sum(step["minutes"] for step in plan["steps"]) == 155
    (last,) = [step for step in plan["steps"] if step["id"] == "goal"]
    assert last["choices"] == {"ferry": {"bridge": 70}}
    ground = next(step for step in plan["steps"] if step["id"] == "ground")
    assert (ground["for"], ground["way"]) == (["base"], ["ground", "base", "goal"])


def test_known_concepts_are_left_out_and_a_star_takes_what_they_rest_on(
    case: Callable[[str], Path],
) -> None:
    case(ROADS)

    def steps(*arguments: str) -> list[str]:
        plan = json.loads(run("plan", "goal", *arguments, "--format", "json").stdout)
        return sorted(step["id"] for step in plan["steps"])

    assert steps("--known", "base") == ["ferry", "goal"]
    assert steps("--known", "bridge,ground") == ["base", "goal"]
    assert steps("--known", "base*", "--known", "ferry") == ["goal"]
    starred = json.loads(run("plan", "goal", "--known", "base*", "--format", "json").stdout)
    assert starred["known"] == ["base", "ground"]
    assert steps("--choose", "bridge") == ["base", "bridge", "goal", "ground"]
    assert "Nothing is left to learn." in run("plan", "goal", "--known", "goal").stdout


def test_what_fits_into_the_hours_is_told_apart_from_what_is_left(
    case: Callable[[str], Path],
) -> None:
    case(ROADS)
    told = run("plan", "goal", "--hours", "1.4").stdout
    assert "Into 1.4 h fits: 2 steps, about 1.25 h" in told
    assert "Left for later: 2 steps, about 1.33 h" in told
    plan = json.loads(run("plan", "goal", "base", "--hours", "1.3", "--format", "json").stdout)
    assert plan["fits"] == ["ground", "base"], "the goal that can be reached"
    assert run("plan", "goal", "--hours", "0").exit_code == 2


def test_what_is_practised_for_years_carries_no_minutes_and_the_story_is_named(
    case: Callable[[str], Path],
) -> None:
    case(ROADS)
    told = run("plan", "practice").stdout
    assert "5 steps, about 2.58 h; 1 practised for years and not counted" in told
    assert "learnpath path show tale" in told


def test_a_plan_as_markdown_is_a_list_to_tick_off(case: Callable[[str], Path]) -> None:
    case(ROADS)
    told = run("plan", "goal", "--format", "markdown").stdout
    assert told.startswith("# The goal\n\n1. [ ] ")
    assert "[ ] The base (30 min)\n    - → The goal: It stands on the base.\n" in told


def test_a_former_id_is_followed_and_all_unknown_ones_are_told_at_once(
    case: Callable[[str], Path],
) -> None:
    case(ROADS)
    assert run("plan", "old-goal").exit_code == 0
    wrong = run("plan", "gaol", "--known", "bace*", "--choose", "fery")
    assert wrong.exit_code == 1
    assert wrong.stderr.splitlines() == [
        "unknown concept 'gaol', did you mean 'goal'?",
        "unknown concept 'fery', did you mean 'ferry'?",
        "unknown concept 'bace', did you mean 'base'?",
    ]
    assert run("plan").exit_code == 2
