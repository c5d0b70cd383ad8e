"""A damaged database: set aside at the start, the last backup in its place, the operator told."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest
from filelock import FileLock
from sqlalchemy import text
from structlog.testing import capture_logs

from assistant.errors import DamagedDatabaseError, SettingsError, StorageError
from assistant.storage.durability.backups import Backups, set_aside
from assistant.storage.durability.recovery import open_kept
from assistant.storage.store import Store

PEOPLE: Final = 300


@pytest.fixture
def dialect() -> str:
    """All of this is about files."""
    return "sqlite"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "assistant.db"


@pytest.fixture
def backups(database: Path, tmp_path: Path) -> Backups:
    return Backups(database, tmp_path / "backups")


async def filled(url: str) -> None:
    store = await Store.open(url)
    async with store.write() as unit:
        for person in range(1, PEOPLE + 1):
            await unit.people.save(person, {"padding": "x" * 300})
    await store.close()


async def people_in(store: Store) -> int:
    async with store.read() as unit:
        found = await unit.people._transaction.execute(text("SELECT count(*) FROM people"))
    return int(found.scalar_one())


def no_database(file: Path) -> None:
    file.write_bytes(b"no database" * 1000)


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def gone(file: Path) -> None:
    file.unlink()


def scribbled_over(file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[:20_000] + b"\xff" * 8192 + whole[28_192:])


@pytest.mark.parametrize(
    "damage", [no_database, truncated, emptied, scribbled_over], ids=lambda damage: damage.__name__
)
@pytest.mark.parametrize("backed_up", [True, False])
async def test_a_damaged_database_is_set_aside_and_the_last_backup_serves(
    damage: Callable[[Path], None], backed_up: bool, url: str, database: Path, backups: Backups
) -> None:
    await filled(url)
    if backed_up:
        await asyncio.to_thread(backups.make)
    damage(database)
    damaged, mended = bytes_of(database), []
    with capture_logs() as logged:
        async with open_kept(url, backups.folder, mended=lambda: mended.append(None)) as store:
            assert await people_in(store) == (PEOPLE if backed_up else 0)
    if damage is emptied and not backed_up:
        assert logged == [], "that is how a first start looks that was killed early"
        return
    (aside,) = set_aside(database)
    assert aside.read_bytes() == damaged
    (line,) = logged
    assert line["log_level"] == "error"
    assert line["set_aside"] == str(aside)
    assert line["by"] == (str(backups.listing()[-1]) if backed_up else line["by"])
    assert len(mended) == 1
    # The second start finds nothing to mend.
    with capture_logs() as logged:
        async with open_kept(url, backups.folder) as store:
            assert await people_in(store) == (PEOPLE if backed_up else 0)
    assert logged == []


async def test_a_backup_that_is_damaged_too_is_passed_over(
    url: str, database: Path, backups: Backups
) -> None:
    await filled(url)
    sound = await asyncio.to_thread(backups.make)
    damaged = await asyncio.to_thread(backups.make)
    truncated(damaged)
    no_database(database)
    with capture_logs() as logged:
        async with open_kept(url, backups.folder) as store:
            assert await people_in(store) == PEOPLE
    assert logged[0]["by"] == str(sound)


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
async def test_garbage_in_a_journal_costs_nothing_that_is_in_the_database(
    suffix: str, url: str, database: Path, backups: Backups
) -> None:
    await filled(url)
    database.with_name(database.name + suffix).write_bytes(b"garbage" * 3000)
    with capture_logs() as logged:
        async with open_kept(url, backups.folder) as store:
            assert await people_in(store) == PEOPLE
    assert logged == []


async def test_a_restore_that_was_killed_is_carried_through_and_no_old_journal_read_into_it(
    url: str, database: Path, backups: Backups
) -> None:
    await filled(url)
    restored = await asyncio.to_thread(backups.make)
    # A bot that was killed: what it wrote last is in the journal alone.
    killed = sqlite3.connect(database)
    killed.execute("PRAGMA wal_autocheckpoint=0")
    killed.execute("DELETE FROM people")
    killed.commit()
    journal = database.with_name(f"{database.name}-wal")
    left = bytes_of(journal)
    killed.close()
    journal.write_bytes(left)
    restored.replace(database.with_name(f"{database.name}.incoming"))
    async with open_kept(url, backups.folder) as store:
        assert await people_in(store) == PEOPLE
    (aside,) = set_aside(database)
    assert bytes_of(aside.with_name(f"{aside.name}-wal")) == left


def bytes_of(file: Path) -> bytes:
    return file.read_bytes()


async def test_a_database_that_is_only_newer_or_somebody_elses_is_never_set_aside(
    url: str, database: Path, backups: Backups
) -> None:
    await filled(url)
    with closing(sqlite3.connect(database)) as newer, newer:
        newer.execute("UPDATE alembic_version SET version_num = 'from-the-future'")
    with pytest.raises(StorageError, match="brought up to date"):
        async with open_kept(url, backups.folder):
            pass
    assert set_aside(database) == ()


async def test_where_the_database_is_missing_the_newest_backup_serves_and_the_operator_is_told(
    url: str, database: Path, backups: Backups
) -> None:
    await filled(url)
    made = await asyncio.to_thread(backups.make)
    gone(database)
    journal = database.with_name(f"{database.name}-wal")
    journal.write_bytes(b"of the one that is gone")
    with capture_logs() as logged:
        async with open_kept(url, backups.folder) as store:
            assert await people_in(store) == PEOPLE
    (line,) = logged
    assert line["event"] == "the database was missing and has been replaced"
    assert (line["log_level"], line["by"]) == ("error", str(made))
    assert [file.name for file in database.parent.iterdir() if "set-aside" in file.name] == []


async def test_where_the_database_is_missing_and_no_backup_is_sound_the_operator_is_told(
    url: str, database: Path, backups: Backups
) -> None:
    await filled(url)
    truncated(await asyncio.to_thread(backups.make))
    gone(database)
    with capture_logs() as logged:
        async with open_kept(url, backups.folder) as store:
            assert await people_in(store) == 0
    (line,) = logged
    assert line["log_level"] == "error"
    assert "no sound backup" in line["by"]


async def test_a_first_start_is_nothing_to_tell(url: str, database: Path, backups: Backups) -> None:
    with capture_logs() as logged:
        async with open_kept(url, backups.folder) as store:
            assert await people_in(store) == 0
    assert logged == []
    assert not set_aside(database)


async def test_a_start_waits_for_no_restore_for_ever(
    url: str, database: Path, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.storage.durability.recovery._PATIENCE_S", 0.05)
    database.parent.mkdir()
    restoring = FileLock(database.with_name(f"{database.name}.lock"), is_singleton=False)
    restoring.acquire()
    with pytest.raises(SettingsError, match="Another bot is running on"):
        async with open_kept(url, backups.folder):
            pass
    restoring.release()
    async with open_kept(url, backups.folder):
        pass


async def test_a_database_in_memory_is_opened_as_it_is(backups: Backups) -> None:
    async with open_kept("sqlite+aiosqlite://", backups.folder) as store:
        assert await people_in(store) == 0
    assert not backups.folder.exists()


async def test_damage_that_shows_while_serving_is_told_to_whoever_serves(
    url: str, database: Path, backups: Backups
) -> None:
    await filled(url)
    async with open_kept(url, backups.folder) as store:
        assert not store.damaged.is_set()
        with pytest.raises(StorageError):
            async with store.write() as unit:
                await unit.people.save(1, {"cannot": {"be": {1}}})
        assert not store.damaged.is_set(), "that is no damage"
        no_database(database)
        with pytest.raises(DamagedDatabaseError, match=r"SQLITE_(NOTADB|CORRUPT)"):
            await read_everybody(store)
        assert store.damaged.is_set()


async def read_everybody(store: Store) -> Any:
    async with store.read() as unit:
        return [await unit.people.load(person) for person in range(1, PEOPLE + 1)]
