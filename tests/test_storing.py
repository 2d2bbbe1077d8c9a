"""Files that are whole or not there."""

import errno
import os
from pathlib import Path

import pytest

from learnpath import storing


def test_a_write_that_fails_leaves_the_former_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "x"
    target.write_text("former")
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        storing.write_atomically(target, "new")
    assert target.read_text() == "former"
    assert list(tmp_path.iterdir()) == [target]


def test_the_same_content_is_not_written_again(tmp_path: Path) -> None:
    assert storing.write_atomically(tmp_path / "x", "same")
    assert not storing.write_atomically(tmp_path / "x", "same")


@pytest.mark.parametrize("exchange", [True, False])
def test_a_folder_takes_the_place_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    if not exchange:
        monkeypatch.setattr(storing, "_exchange", lambda *_: False)
    for name in ("new", "site"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "page").write_text(name)
    storing.swap_folder(tmp_path / "new", tmp_path / "site")
    assert (tmp_path / "site" / "page").read_text() == "new"
    assert [each.name for each in tmp_path.iterdir()] == ["site"]


def test_hashes_keep_parts_apart() -> None:
    assert storing.content_hash("ab", "c") != storing.content_hash("a", "bc")


def test_what_killed_builds_left_is_removed_and_what_a_living_one_uses_is_not(
    tmp_path: Path,
) -> None:
    target = tmp_path / "site"
    living = storing.FolderBeside(target)
    killed = storing.FolderBeside(target)
    os.close(killed._lock or 0)  # as the system does when a process ends
    other = storing.FolderBeside(target)
    assert living.path.is_dir()
    assert other.path.is_dir()
    assert not killed.path.exists()


def test_of_two_builds_at_once_the_last_stands_whole(tmp_path: Path) -> None:
    builds = [storing.FolderBeside(tmp_path / "site") for _ in range(2)]
    for number, build in enumerate(builds):
        (build.path / f"page-{number}").touch()
    for build in builds:
        assert build.put_in_place()
        build.close()
    assert [each.name for each in tmp_path.iterdir()] == ["site"]
    assert [each.name for each in (tmp_path / "site").iterdir()] == ["page-1"]


@pytest.mark.parametrize("exchange", [True, False])
def test_hidden_files_of_the_former_folder_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    if not exchange:
        monkeypatch.setattr(storing, "_exchange", lambda *_: False)
    site, new = tmp_path / "site", tmp_path / "new"
    (site / ".git").mkdir(parents=True)
    (site / ".git" / "HEAD").write_text("ref")
    (site / ".hidden").write_text("former")
    (site / "page").touch()
    new.mkdir()
    (new / ".hidden").write_text("new")
    storing.swap_folder(new, site)
    assert sorted(each.name for each in site.iterdir()) == [".git", ".hidden"]
    assert (site / ".git" / "HEAD").read_text() == "ref"
    assert (site / ".hidden").read_text() == "new"


def test_the_folder_behind_a_link_is_replaced_and_the_link_stays(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "site").symlink_to("real")
    build = storing.FolderBeside(tmp_path / "site")
    (build.path / "page").touch()
    build.put_in_place()
    assert (tmp_path / "site").is_symlink()
    assert (tmp_path / "real" / "page").is_file()


def test_a_folder_that_cannot_be_moved_gets_the_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: Path) -> bool:
        raise OSError(errno.EBUSY, "Device or resource busy")

    monkeypatch.setattr(storing, "_exchange", busy)
    for name in ("site/old", "site/both", "site/.git", "new/both", "new/page", "new/.nojekyll"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "new" / "both" / "new").touch()
    before = (tmp_path / "site").stat().st_ino
    assert not storing.swap_folder(tmp_path / "new", tmp_path / "site")
    assert (tmp_path / "site").stat().st_ino == before
    found = sorted(each.name for each in (tmp_path / "site").iterdir())
    assert found == [".git", ".nojekyll", "both", "page"]
    assert (tmp_path / "site" / "both" / "new").exists()
    assert [each.name for each in tmp_path.iterdir()] == ["site"]


def test_a_file_where_a_folder_must_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError, match=r"file'$"):
        storing.FolderBeside(tmp_path / "file")
    with pytest.raises(NotADirectoryError, match=r"file'$"):
        storing.write_atomically(tmp_path / "file" / "x", "")
    with pytest.raises(IsADirectoryError, match=r"'$"):
        storing.write_atomically(tmp_path, "")
