"""A file that is written whole, or not at all."""

import stat
from pathlib import Path

import pytest

from assistant.files import READ_BY_ALL, move_durably, written_whole


def test_a_file_is_there_when_all_of_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "file"
    with written_whole(path) as file:
        file.write(b"all of it")
        assert not path.exists()
    assert path.read_bytes() == b"all of it"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with written_whole(path, mode=READ_BY_ALL) as file:
        file.write(b"another")
    assert path.read_bytes() == b"another"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_file_that_cannot_be_finished_changes_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    (old := tmp_path / "kept-1").write_bytes(b"old")
    with pytest.raises(OSError, match="full"):
        _break_off(tmp_path / "kept-2")
    assert [path.name for path in tmp_path.iterdir()] == [old.name]


def _break_off(path: Path) -> None:
    with written_whole(path, instead_of="kept-*") as file:
        file.write(b"half")
        raise OSError("full")


def test_what_it_is_instead_of_goes_when_it_is_there(tmp_path: Path) -> None:
    for name in ("kept-1", "kept-2", "other"):
        (tmp_path / name).write_bytes(b"old")
    with written_whole(tmp_path / "kept-3", instead_of="kept-*") as file:
        file.write(b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept-3", "other"]


def test_a_file_is_moved_over_another(tmp_path: Path) -> None:
    (source := tmp_path / "source").write_bytes(b"new")
    (target := tmp_path / "target").write_bytes(b"old")
    move_durably(source, target)
    assert target.read_bytes() == b"new"
    assert not source.exists()
