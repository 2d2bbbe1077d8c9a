"""Files that are whole or not there."""

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
