"""What was made before is kept, and is never wrong: whatever changes, the site is that of a clean build, to the byte."""

import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from conftest import fingerprint, mkdocs
from learnpath.cli import main
from learnpath.keeping import FORGOTTEN, Kept


def test_what_was_put_is_there_for_the_next_process(tmp_path: Path) -> None:
    first = Kept(tmp_path / "a" / "kept")
    assert first.get("x") is None
    first.put("x", {"words": "字 <b>"})
    assert first.get("x") == {"words": "字 <b>"}
    first.save()
    assert Kept(tmp_path / "a" / "kept").get("x") == {"words": "字 <b>"}


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 500, None])
def test_a_damaged_file_is_begun_anew(tmp_path: Path, damage: bytes | None) -> None:
    file = tmp_path / "kept"
    kept = Kept(file)
    kept.put("x", 1)
    kept.save()
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096) if damage is None else damage)
    again = Kept(file)
    assert again.get("x") is None
    again.put("x", 2)
    again.save()
    again.save()  # where the first found the damage
    again.put("x", 2)
    again.save()
    assert Kept(file).get("x") == 2


def test_a_folder_that_cannot_be_written_to_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = Kept(tmp_path / "file" / "kept")
    kept.put("x", 1)
    kept.save()
    assert Kept(tmp_path / "file" / "kept").get("x") is None


def test_what_nobody_asked_for_since_long_goes_away(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept")
    kept.put("old", 1)
    kept.put("new", 2)
    kept.save()
    with sqlite3.connect(tmp_path / "kept") as file:
        file.execute("UPDATE kept SET used = used - ?", [FORGOTTEN + 60])
    again = Kept(tmp_path / "kept")
    assert again.get("new") == 2
    again.save()
    assert Kept(tmp_path / "kept").get("new") == 2
    assert Kept(tmp_path / "kept").get("old") is None


def test_only_what_an_edit_touches_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "bread"
    assert CliRunner().invoke(main, ["new", str(folder)]).exit_code == 0

    def kept() -> int:
        assert mkdocs("build", folder=folder).returncode == 0
        with sqlite3.connect(folder / ".cache" / "learnpath" / "kept.sqlite") as file:
            return int(file.execute("SELECT COUNT(*) FROM kept").fetchone()[0])

    first = kept()
    assert first > 40
    assert kept() == first
    (folder / "docs" / "concepts").mkdir()
    (folder / "docs" / "concepts" / "dough.md").write_text("Water and flour.\n")
    assert kept() == first + 4, "rendered, resolved, put into its template and finished"


EDITS = {
    "prose": (
        "docs/concepts/dough.md",
        "Flour, water and $w_{n}$ pinches of salt.\n\n## Now\n\n{n}\n",
    ),
    "a title": ("graph/concepts/flour.yaml", "title: Flour {n}\n"),
    "a heading that others link to": (
        "docs/extra.md",
        "# Extra {n}\n\n[dough](concept:dough), [there](concepts/dough.md#now)\n",
    ),
    "an edge": ("graph/concepts/flour.yaml", "title: Flour\nrelated: [yeast]\nminutes: {n}\n"),
    "a template of one's own": ("theme/partials/footer.html", "<p>Baked {n} times</p>"),
    "a page more": ("graph/concepts/salt{n}.yaml", "title: Salt {n}\nprerequisites: [flour]\n"),
    "words of the pages": (
        "graph/knowledge-base.yaml",
        "format: 1\ntitle: Bread\nlabels: {{en: {{needs: First of all {n}}}}}\n",
    ),
    "a setting": (
        "mkdocs.yml",
        "site_name: B\nsite_description: Baked {n} times\ntheme: {{name: material, font: false, custom_dir: theme}}\n"
        "markdown_extensions: [{extension}]\nplugins: [learnpath]\n",
    ),
}


def edited(folder: Path, edit: str, number: int) -> None:
    name, words = EDITS[edit]
    file = folder / name.format(n=number)
    file.parent.mkdir(parents=True, exist_ok=True)
    extension = ("abbr", "sane_lists")[number % 2]
    file.write_text(words.format(n=number, extension=extension), encoding="utf-8")


def said(log: str) -> list[str]:
    """Give what a build says about its pages."""
    return [line for line in log.splitlines() if "WARNING" in line or "contains a link" in line]


@pytest.mark.parametrize(("seed", "count"), [(0, 5), pytest.param(1, 20, marks=pytest.mark.full)])
def test_after_any_edits_the_site_is_that_of_a_clean_build(
    tmp_path: Path, seed: int, count: int
) -> None:
    folder = tmp_path / "bread"
    assert CliRunner().invoke(main, ["new", str(folder)]).exit_code == 0
    edited(folder, "a template of one's own", 0)
    edited(folder, "a setting", 0)
    edited(folder, "prose", 0)
    chance = random.Random(seed)
    for number in range(1, count + 1):
        edit = chance.choice(sorted(EDITS))
        edited(folder, edit, number)
        done = mkdocs("build", folder=folder)
        assert done.returncode == 0, done.stderr
        clean = tmp_path / "clean"
        shutil.copytree(folder, clean, ignore=shutil.ignore_patterns(".cache", "site"))
        again = mkdocs("build", folder=clean)
        assert fingerprint(folder / "site") == fingerprint(clean / "site"), edit
        assert said(done.stderr) == said(again.stderr)
        shutil.rmtree(clean)
