"""What a change does to a knowledge base, as `learnpath diff` tells it."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mistune
import pytest

from cases import write_files
from conftest import run
from learnpath import comparing, history
from learnpath.comparing import report

BEFORE = """== graph/knowledge-base.yaml
title: {en: Bread, zh: 面包}
languages: [en, zh]
== graph/concepts/flour.yaml
title: {en: Flour, zh: 面粉}
minutes: 30
== graph/concepts/water.yaml
title: {en: Water, zh: 水}
minutes: 10
== graph/concepts/dough.yaml
title: {en: Dough, zh: 面团}
summary: {en: Flour and water., zh: 面粉和水。}
minutes: 60
prerequisites:
  - {concept: flour, why: {en: It is the body., zh: 它是主体。}}
  - {concept: water, why: {en: It binds., zh: 它使之成团。}}
== graph/concepts/loaf.yaml
title: {en: Loaf, zh: 整条面包}
minutes: 90
prerequisites:
  - {concept: dough, why: {en: It is baked., zh: 烤的就是它。}}
== graph/paths/first.yaml
title: {en: First loaf, zh: 第一条面包}
steps: [flour, water, dough, loaf]
== docs/concepts/dough.md
Knead it.
== docs/zh/concepts/dough.md
揉面。
"""


def git(*arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def bread(case: Callable[[str], Path]) -> Path:
    """The knowledge base, committed on the branch `main`."""
    graph = case(BEFORE)
    git("init", "--initial-branch=main")
    git("add", "--all")
    git("commit", "--message=Bread")
    return graph


def difference(*arguments: str) -> dict[str, Any]:
    found = run("diff", "main", "--format", "json", *arguments)
    assert found.exit_code == 0, found.output
    whole: dict[str, Any] = json.loads(found.stdout)
    return whole


def rewrite(name: str, old: str, new: str) -> None:
    file = Path(name)
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.usefixtures("bread")
def test_what_did_not_change_has_no_difference_in_any_format() -> None:
    for form in report.FORMATS:
        assert run("diff", "main", "--format", form).exit_code == 0
    assert "Nothing: the two are the same." in run("diff", "main").stdout
    assert "没有变化" in run("diff", "main", "--language", "zh").stdout


@pytest.mark.usefixtures("bread")
def test_a_new_concept_is_told_with_its_prerequisites_and_the_plans_it_enters() -> None:
    write_files("== graph/concepts/yeast.yaml\ntitle: {en: Yeast, zh: 酵母}\nminutes: 20\n", Path())
    rewrite(
        "graph/concepts/dough.yaml",
        "prerequisites:\n",
        "prerequisites:\n  - {concept: yeast, why: {en: It lifts., zh: 它使面发起。}}\n",
    )
    rewrite("graph/paths/first.yaml", "[flour", "[yeast, flour")
    found = difference()
    assert found["concepts"] == {"added": ["yeast"], "removed": [], "renamed": {}}
    [edge] = found["prerequisites"]["added"]
    assert (edge["concept"], edge["needs"], edge["why"]["en"]) == ("dough", ["yeast"], "It lifts.")
    [plan] = found["plans"]
    assert (plan["goal"], plan["gained"], plan["lost"]) == ("loaf", ["yeast"], [])
    assert (plan["steps"], plan["minutes"]) == (
        {"before": 4, "after": 5},
        {"before": 190, "after": 210},
    )
    assert found["minutes"]["paths"] == [{"id": "first", "before": 190, "after": 210}]
    told = run("diff", "main").stdout
    assert "+ Yeast (yeast) · 0.333 h" in told
    assert "+ Dough (dough) needs Yeast (yeast): It lifts." in told
    assert "To Loaf (loaf): 4 → 5 steps, 3.17 h → 3.5 h (+20 min); more: Yeast (yeast)" in told
    assert "它使面发起" in run("diff", "main", "--language", "zh").stdout


@pytest.mark.usefixtures("bread")
def test_a_concept_that_is_gone_is_told_with_the_edges_that_went() -> None:
    Path("graph/concepts/water.yaml").unlink()
    rewrite(
        "graph/concepts/dough.yaml",
        "  - {concept: water, why: {en: It binds., zh: 它使之成团。}}\n",
        "",
    )
    rewrite("graph/paths/first.yaml", "water, ", "")
    found = difference()
    assert found["concepts"]["removed"] == ["water"]
    assert [each["needs"] for each in found["prerequisites"]["removed"]] == [["water"]]
    assert found["plans"][0]["lost"] == ["water"]
    assert "− Water (water) · 0.167 h" in run("diff", "main").stdout


@pytest.mark.usefixtures("bread")
def test_a_renamed_concept_is_the_same_under_another_name() -> None:
    git("mv", "graph/concepts/dough.yaml", "graph/concepts/paste.yaml")
    git("mv", "docs/concepts/dough.md", "docs/concepts/paste.md")
    git("mv", "docs/zh/concepts/dough.md", "docs/zh/concepts/paste.md")
    rewrite("graph/concepts/paste.yaml", "minutes:", "formerly: [dough]\nminutes:")
    rewrite("graph/concepts/loaf.yaml", "concept: dough", "concept: paste")
    rewrite("graph/paths/first.yaml", "dough", "paste")
    found = difference()
    assert found["concepts"] == {"added": [], "removed": [], "renamed": {"dough": "paste"}}
    assert found["prerequisites"] == {"added": [], "removed": [], "reworded": []}
    assert found["plans"] == []
    assert [each["name"] for each in found["pages"]] == ["paths/first"]
    assert "~ dough is now Dough (paste)" in run("diff", "main").stdout


@pytest.mark.usefixtures("bread")
def test_two_concepts_that_became_one_lose_no_edge_but_the_one_between_them() -> None:
    rewrite("graph/concepts/loaf.yaml", "{concept: dough,", "{any_of: [dough, water],")
    git("commit", "--all", "--message=Either")
    rewrite("graph/paths/first.yaml", "water, ", "")
    Path("graph/concepts/water.yaml").unlink()
    water = "  - {concept: water, why: {en: It binds., zh: 它使之成团。}}\n"
    rewrite("graph/concepts/dough.yaml", water, "")
    rewrite("graph/concepts/dough.yaml", "minutes:", "formerly: [water]\nminutes:")
    rewrite("graph/concepts/loaf.yaml", "{any_of: [dough, water],", "{concept: dough,")
    found = difference()
    assert found["concepts"] == {"added": [], "removed": [], "renamed": {"water": "dough"}}
    assert found["prerequisites"] == {"added": [], "removed": [], "reworded": []}


@pytest.mark.usefixtures("bread")
def test_a_reason_that_was_rewritten_stands_beside_the_former_one() -> None:
    rewrite("graph/concepts/loaf.yaml", "It is baked.", "It goes into the oven.")
    [edge] = difference()["prerequisites"]["reworded"]
    assert (edge["before"]["en"], edge["after"]["en"]) == ("It is baked.", "It goes into the oven.")
    assert "It is baked. → It goes into the oven." in run("diff", "main").stdout


@pytest.mark.usefixtures("bread")
def test_hours_that_changed_are_told_of_the_concept_the_paths_and_the_whole() -> None:
    rewrite("graph/concepts/loaf.yaml", "minutes: 90", "minutes: 120")
    found = difference()["minutes"]
    assert (found["before"], found["after"]) == (190, 220)
    assert found["concepts"] == [{"id": "loaf", "before": 90, "after": 120}]
    assert found["paths"] == [{"id": "first", "before": 190, "after": 220}]
    told = run("diff", "main").stdout
    assert "in all 3.17 h → 3.67 h (+30 min)" in told
    assert "path “First loaf” (first): 3.17 h → 3.67 h (+30 min)" in told


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ("abcd", "abcd", ""),
        ("abcd", "dabc", "d"),
        ("abcd", "bcda", "a"),
        ("abcde", "acebd", "bd"),
        ("abcd", "dcba", "cba"),
    ],
)
def test_as_few_steps_as_can_be_are_said_to_have_moved(before: str, after: str, moved: str) -> None:
    found = comparing._moved(before, after)
    assert len(found) == len(moved)
    rest = [each for each in after if each not in found]
    assert rest == [each for each in before if each not in found]


@pytest.mark.usefixtures("bread")
def test_the_order_of_a_plan_is_told_where_it_changes() -> None:
    former = json.loads(run("plan", "loaf", "--format", "json").stdout)["steps"][0]["id"]
    other = "water" if former == "flour" else "flour"
    rewrite(f"graph/concepts/{former}.yaml", "minutes:", f"prerequisites: [{other}]\nminutes:")
    rewrite("graph/paths/first.yaml", "flour, water", f"{other}, {former}")
    [plan] = difference()["plans"]
    assert len(plan["moved"]) == 1
    assert (plan["gained"], plan["lost"]) == ([], [])
    assert "in another place: " in run("diff", "main").stdout


@pytest.mark.usefixtures("bread")
def test_pages_are_told_with_the_parts_and_languages_that_changed() -> None:
    rewrite("docs/concepts/dough.md", "Knead", "Fold")
    rewrite("graph/concepts/flour.yaml", "minutes: 30", "minutes: 30\ndifficulty: 2")
    rewrite("graph/concepts/loaf.yaml", "zh: 整条面包", "zh: 面包")
    write_files("== docs/about.md\n# About\n", Path())
    assert difference()["pages"] == [
        {"name": "about", "how": "added", "parts": [], "languages": []},
        {"name": "concepts/dough", "how": "changed", "parts": ["prose"], "languages": ["en"]},
        {"name": "concepts/flour", "how": "changed", "parts": ["difficulty"], "languages": []},
        {"name": "concepts/loaf", "how": "changed", "parts": ["title"], "languages": ["zh"]},
    ]
    assert "~ concepts/dough: prose (en)" in run("diff", "main").stdout


def test_a_snippet_whose_lines_only_moved_is_the_same(case: Callable[[str], Path]) -> None:
    script = (
        "# ---\n# title: One\n# summary: It adds.\n# minutes: 1\n# ---\n"
        "\n# %%\none = 1\n{}# %%\nassert one + one == 2\n"
    )
    case(
        "== old/graph/concepts/a.yaml\ntitle: A\nsnippets: [one]\n== old/snippets/one.py\n"
        + script.format("")
        + "== graph/concepts/a.yaml\ntitle: A\nsnippets: [one]\n== snippets/one.py\n"
        + script.format("\n\n")
    )
    found = run("diff", "old/graph", "--format", "json")
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout)["pages"] == []
    assert run("snippets", "list").stdout.startswith("one ")


@pytest.mark.usefixtures("bread")
def test_problems_are_new_or_gone_and_one_that_moved_within_its_file_is_neither() -> None:
    rewrite("graph/concepts/loaf.yaml", "minutes:", "difficulty: 1\nminutes:")
    rewrite("graph/concepts/dough.yaml", "minutes:", "difficulty: 4\nminutes:")
    [new] = difference()["problems"]["new"]
    assert (new["code"], new["file"]) == ("harder-prerequisite", "graph/concepts/loaf.yaml")
    git("commit", "--all", "--message=Harder")
    rewrite("graph/concepts/loaf.yaml", "title:", "# a line more\n\ntitle:")
    assert difference()["problems"] == {"new": [], "gone": []}
    rewrite("graph/concepts/loaf.yaml", "difficulty: 1", "difficulty: 5")
    [gone] = difference()["problems"]["gone"]
    assert gone["code"] == "harder-prerequisite"
    assert gone["file"] == "graph/concepts/loaf.yaml", "as the present graph is named"


@pytest.mark.usefixtures("bread")
def test_a_graph_with_errors_is_compared_as_far_as_it_goes_and_exits_with_1() -> None:
    rewrite("graph/concepts/loaf.yaml", "concept: dough", "concept: doug")
    rewrite("graph/concepts/flour.yaml", "minutes: 30", "minutes: [")
    found = run("diff", "main")
    assert found.exit_code == 1
    assert "unknown prerequisite 'doug', did you mean 'dough'?" in found.stdout
    assert "Plans are not compared, as one of the two has errors." in found.stdout
    whole = json.loads(run("diff", "main", "--format", "json").stdout)
    assert whole["plans"] is None
    assert whole["concepts"]["removed"] == [], "it is there, and cannot be read"
    git("commit", "--all", "--message=Broken")
    git("checkout", "main~1", "--", "graph")
    assert run("diff", "main").exit_code == 1, "an error in the former one counts too"


@pytest.mark.usefixtures("bread")
def test_there_is_one_line_and_exit_status_2_where_there_is_nothing_to_compare_with() -> None:
    write_files("== notes/a.txt\n", Path())
    git("commit", "--allow-empty", "--message=Empty")
    git("checkout", "--orphan", "bare")
    git("rm", "-r", "--cached", ".")
    git("commit", "--allow-empty", "--message=Bare")
    for base, words in {
        "mian": "unknown revision 'mian', did you mean 'main'?",
        "": "unknown revision ''",
        "main:graph": "unknown revision 'main:graph', did you mean 'main'?",
        "bare": "there was no knowledge base in 'graph' at 'bare'",
        "notes": "'notes' is a folder without a knowledge base; name one with concepts/ or knowledge-base.yaml",
    }.items():
        found = run("diff", base)
        assert (found.exit_code, found.output) == (2, f"{words}\n")
    assert run("diff", "--", "--help").exit_code == 2, "no revision is an option of git"
    assert run("diff").exit_code == 2
    assert run("diff", "main", "--graph", "grahp").exit_code == 1


def test_without_a_repository_git_says_why(case: Callable[[str], Path]) -> None:
    case(BEFORE)
    found = run("diff", "main")
    assert found.exit_code == 2
    assert found.output.startswith("'main' cannot be read: not a git repository")
    assert len(found.output.splitlines()) == 1


def test_without_git_it_is_told_in_one_line(bread: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    found = run("diff", "main")
    assert found.exit_code == 2
    assert found.output == "'main' cannot be read: git cannot be run: No such file or directory\n"


def test_a_clone_without_its_history_says_what_to_fetch(
    bread: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("commit", "--allow-empty", "--message=Second")
    clone = tmp_path_factory.mktemp("shallow") / "clone"
    git("clone", "--depth=1", Path.cwd().as_uri(), str(clone))
    monkeypatch.chdir(clone)
    found = run("diff", "HEAD~1")
    assert found.exit_code == 2
    assert "git fetch --unshallow" in found.output


@pytest.mark.usefixtures("bread")
def test_a_folder_is_compared_with_where_one_has_that_name() -> None:
    Path("other/graph/concepts").mkdir(parents=True)
    write_files(BEFORE.replace("== ", "== other/").replace("minutes: 90", "minutes: 80"), Path())
    found = json.loads(run("diff", "other/graph", "--format", "json").stdout)
    assert found["minutes"]["concepts"] == [{"id": "loaf", "before": 80, "after": 90}]
    assert found["problems"] == {"new": [], "gone": []}


def test_a_graph_below_the_top_of_the_repository_is_compared_with_its_neighbours(
    case: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    case(BEFORE.replace("== ", "== deep/in/"))
    Path(".gitattributes").write_text("docs export-ignore\n")
    git("init", "--initial-branch=main")
    git("add", "--all")
    git("commit", "--message=Bread")
    rewrite("deep/in/docs/concepts/dough.md", "Knead", "Fold")
    found = json.loads(run("diff", "main", "--graph", "deep/in/graph", "--format", "json").stdout)
    assert [each["name"] for each in found["pages"]] == ["concepts/dough"]
    monkeypatch.chdir("deep/in")
    assert "~ concepts/dough: prose (en)" in run("diff", "main").stdout


@pytest.mark.usefixtures("bread")
def test_the_index_and_the_files_of_the_repository_stay_as_they_are() -> None:
    rewrite("docs/concepts/dough.md", "Knead", "Fold")
    git("add", "--all")
    before = Path(".git/index").read_bytes()
    run("diff", "main")
    assert Path(".git/index").read_bytes() == before
    assert Path("docs/concepts/dough.md").read_text() == "Fold it.\n"


HOSTILE = "- 1. <b>x</b> `y` [z](q) *w* | @team #12 https://e.org \u202e\x1b[31m 𝄞 面 $a$ ~~b~~ :tada: &amp;"


@pytest.mark.usefixtures("bread")
def test_texts_stand_in_a_comment_to_the_letter_and_call_nobody() -> None:
    title = json.dumps({"en": HOSTILE, "zh": "面"}, ensure_ascii=False)
    write_files(f"== graph/concepts/odd.yaml\ntitle: {title}\n", Path())
    told = run("diff", "main", "--format", "markdown").stdout
    html = str(mistune.html(told))
    assert not re.search(r"<(b|em|a|code>y|del)\b", html)
    assert not re.search(r"@team|#12|https://|:tada:", html), (
        "GitHub would make links and pictures of them"
    )
    shown = re.sub(r"<!-- -->|\x00", "", html)
    assert "- 1. &lt;b&gt;x&lt;/b&gt; `y` [z](q) *w* | @team #12 https://e.org" in shown
    assert "𝄞 面 $a$" in shown
    assert "\x1b" not in run("diff", "main").stdout, "a terminal obeys no title"
    assert json.loads(run("diff", "main", "--format", "json").stdout)["concepts"]["added"] == [
        "odd"
    ]


@pytest.mark.usefixtures("bread")
def test_a_comment_stays_short_enough_to_be_posted_and_says_what_it_leaves_out() -> None:
    Path("graph/concepts").mkdir(exist_ok=True)
    for number in range(900):
        text = f"title: {{en: Number {number}, zh: 数 {number}}}\nsummary: {{en: {'long ' * 60}, zh: 长}}\n"
        Path(f"graph/concepts/c{number}.yaml").write_text(text, encoding="utf-8")
    told = run("diff", "main", "--format", "markdown").stdout
    assert len(told) <= 60_000
    assert "900 concepts added" in told
    assert re.search(r"… and 8\d\d more", told)
    assert "Number 899" in run("diff", "main").stdout, "the text leaves out nothing"
    huge = f"title: {{en: Number 0, zh: 数 0}}\nsummary: {{en: {'long ' * 60_000}, zh: 长}}\n"
    Path("graph/concepts/c0.yaml").write_text(huge, encoding="utf-8")
    assert len(run("diff", "main", "--format", "markdown").stdout) <= 60_000


def test_what_git_cannot_give_names_the_revisions_that_it_could(
    bread: Path, tmp_path: Path
) -> None:
    with pytest.raises(history.NoRevisionError) as error:
        history.files_at(Path.cwd(), "nothing", ["graph"], tmp_path / "target")
    assert error.value.known == ("main",)
