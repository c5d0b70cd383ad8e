"""Backing up and restoring, tested together: what was kept comes back, and what was forgotten does not."""

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from structlog.testing import capture_logs
from test_storage_upgrades import made_of

from assistant.errors import SettingsError, StorageError
from assistant.library.entries import EntryRef
from assistant.queue.table import queue_in
from assistant.storage.durability import database_files
from assistant.storage.durability.backups import Backups, set_aside
from assistant.storage.durability.recovery import open_kept, restore
from assistant.storage.durability.schedule import LOOK_EVERY, back_up_daily
from assistant.storage.schema import revisions
from assistant.storage.store import Store
from assistant.storage.tables import metadata
from tests.arrivals import put_updates

ANN: Final = 7_000_000_001
BEN: Final = 7_000_000_002
REF: Final = EntryRef("t", "symptoms")
WORDS: Final = "canary words"


@pytest.fixture
def dialect() -> str:
    """All of this is about files."""
    return "sqlite"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "assistant.db"


@pytest.fixture
def backups(database: Path, tmp_path: Path, clock: Callable[[], Any]) -> Backups:
    return Backups(database, tmp_path / "backups", now=clock)


@pytest.fixture
async def store(url: str, backups: Backups, clock: Callable[[], Any]) -> AsyncIterator[Store]:
    opened = await Store.open(url, now=clock, copies=backups)
    async with opened.write() as unit:
        for person in (ANN, BEN):
            await unit.people.save(person, {"n": person})
            await unit.bookmarks.add(person, REF, "Symptoms")
        await unit.recordings.remember("key", "file")
        event = {"chat": {"id": ANN}, "from": {"id": ANN}, "text": WORDS}
        await put_updates(unit, [{"update_id": 1, "message": event}])
    yield opened
    await opened.close()


async def kept_in(url: str, person: int) -> tuple[Any, int, int]:
    """The state, the number of bookmarks, and the number of waiting updates in a database."""
    store = await Store.open(url)
    async with store.read() as unit:
        state = await unit.people.load(person)
        found = state, len(await unit.bookmarks.listing(person)), await queue_in(unit).depth()
    await store.close()
    return found


def numbers_in(file: Path) -> set[int]:
    with closing(sqlite3.connect(file)) as database:
        people = {number for (number,) in database.execute("SELECT id FROM people")}
        return people | {number for (number,) in database.execute("SELECT person FROM bookmarks")}


async def test_what_was_backed_up_while_writing_comes_back_without_messages(
    store: Store, url: str, backups: Backups, database: Path
) -> None:
    async with store.write() as unit:
        # In the middle of a write: the backup waits for nobody, and sees only what is kept.
        await unit.people.save(ANN, {"n": "half"})
        made = await asyncio.to_thread(backups.make)
    assert WORDS.encode() not in made.read_bytes()
    assert {path.name for path in backups.folder.iterdir()} == {".lock", made.name}
    async with store.write() as unit:
        await unit.people.save(ANN, {"n": "later"})
        await unit.bookmarks.remove(ANN, REF)
    await store.close()
    replaced = await restore(url, backups, None)
    assert replaced.by == made
    assert replaced.set_aside is not None
    assert await kept_in(url, ANN) == ({"n": ANN}, 1, 0)
    assert (await kept_in(f"sqlite+aiosqlite:///{replaced.set_aside}", ANN))[:2] == ({"n": "later"}, 0)
    assert mode_of(database) == 0o600


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_a_backup_is_for_its_owner_alone(store: Store, backups: Backups) -> None:
    made = await asyncio.to_thread(backups.make)
    assert (mode_of(made), mode_of(backups.folder)) == (0o600, 0o700)


async def test_a_backup_goes_to_a_file_of_ones_own_but_over_nothing(
    store: Store, url: str, backups: Backups, tmp_path: Path
) -> None:
    own = tmp_path / "own.db"
    await asyncio.to_thread(backups.make_at, own)
    with pytest.raises(SettingsError, match="exists already"):
        backups.make_at(own)
    assert backups.listing() == ()
    await store.close()
    assert (await restore(url, backups, own)).by == own
    assert await kept_in(url, BEN) == ({"n": BEN}, 1, 0)


async def test_nothing_is_backed_up_where_nothing_is_kept(backups: Backups) -> None:
    with pytest.raises(SettingsError, match="no database"):
        backups.make()
    assert backups.listing() == ()


async def test_nobody_restores_over_a_running_bot(url: str, backups: Backups) -> None:
    async with open_kept(url, backups.folder):
        backups.make()
        with pytest.raises(SettingsError, match="A bot is running"):
            await restore(url, backups, None)
    await restore(url, backups, None)


async def test_a_second_bot_is_refused_under_whatever_name_it_knows_the_database(
    url: str, database: Path, backups: Backups, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.storage.durability.recovery._PATIENCE_S", 0.05)
    other_name = tmp_path / "other.db"
    other_name.symlink_to(database)
    async with open_kept(url, backups.folder):
        for again in (url, f"sqlite+aiosqlite:///{other_name}"):
            with pytest.raises(SettingsError, match="One database serves one bot"):
                async with open_kept(again, backups.folder):
                    pass
    async with open_kept(url, backups.folder):
        pass


def of_newer_version(path: Path) -> None:
    made_of(revisions()[-1], path)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = 'from-the-future'")


def of_another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE cats (name)")


def half(path: Path) -> None:
    made_of(revisions()[-1], path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (of_newer_version, "newer version"),
        (of_another_program, "another program"),
        (half, "damaged"),
        (lambda path: path.write_bytes(b""), "damaged"),
        (lambda path: path.write_text("words " * 2000), "no database"),
        (lambda path: None, "no file"),
    ],
)
async def test_what_is_no_backup_is_refused_and_changes_nothing(
    make: Callable[[Path], object], said: str, store: Store, url: str, backups: Backups, tmp_path: Path
) -> None:
    await store.close()
    make(tmp_path / "given.db")
    with pytest.raises(SettingsError, match=said):
        await restore(url, backups, tmp_path / "given.db")
    assert await kept_in(url, ANN) == ({"n": ANN}, 1, 1)
    assert set_aside(tmp_path / "kept" / "assistant.db") == ()


async def test_without_a_name_the_newest_sound_backup_is_taken(
    store: Store, url: str, backups: Backups, clock: Any
) -> None:
    sound = backups.make()
    clock.forward(hours=1)
    damaged = backups.make()
    damaged.write_bytes(damaged.read_bytes()[:5000])
    await store.close()
    assert (await restore(url, backups, None)).by == sound
    sound.unlink()
    with pytest.raises(SettingsError, match="no sound backup"):
        await restore(url, backups, None)


@pytest.mark.parametrize("revision", revisions())
async def test_a_backup_of_an_older_version_is_brought_up_to_date(
    revision: str, url: str, backups: Backups, tmp_path: Path
) -> None:
    made_of(revision, tmp_path / "old.db")
    await restore(url, backups, tmp_path / "old.db")
    assert await kept_in(url, 4503599627370495) != (None, 0, 0)
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == [
        "assistant.db",
        "assistant.db.lock",
    ]


async def test_whoever_is_forgotten_is_forgotten_in_every_copy(
    store: Store, url: str, backups: Backups, clock: Any, database: Path
) -> None:
    kept = [await asyncio.to_thread(backups.make)]
    clock.forward(days=1)
    kept.append(await asyncio.to_thread(backups.make))
    await store.close()
    await restore(url, backups, None)
    again = await Store.open(url, now=clock, copies=backups)
    async with again.write() as unit:
        await unit.people.forget(ANN)
    await again.close()
    (aside,) = set_aside(database)
    for file in (*kept, aside, database):
        assert numbers_in(file) == {BEN}, file.name
        assert str(ANN).encode() not in file.read_bytes()
        assert WORDS.encode() not in file.read_bytes()
        assert database_files.examine(file) is None


def test_every_table_is_either_in_a_backup_or_left_out_on_purpose() -> None:
    left_out = {"inbox", "outbox", "sent", "questions", "pace", "erasures"}
    assert set(metadata.tables) - left_out == database_files.KEPT_IN_COPIES - {"alembic_version"}


def test_erasing_leaves_nothing_about_a_person_in_any_table(tmp_path: Path) -> None:
    """So a new table must call its column `person` or `chat` too."""
    for table in metadata.tables.values():
        named = {column.name for column in table.columns}
        about_nobody = table.name == "recordings"
        assert about_nobody or table.name == "people" or named & {"person", "chat"}, table.name


async def test_a_person_is_not_told_that_they_are_forgotten_while_a_backup_still_knows_them(
    url: str, store: Store, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(backups.make)

    def fails(*_: object) -> None:
        raise StorageError("The database could not be cleaned (SQLITE_FULL).")

    monkeypatch.setattr(database_files, "erase", fails)
    with pytest.raises(StorageError, match="SQLITE_FULL"):
        async with store.write() as unit:
            await unit.people.forget(ANN)
    async with store.read() as unit:
        assert await unit.people.load(ANN) is not None
    monkeypatch.undo()
    async with store.write() as unit:
        await unit.people.forget(ANN)
    assert numbers_in(backups.listing()[0]) == {BEN}


async def test_a_backup_made_while_somebody_is_forgotten_does_not_know_them(
    store: Store, backups: Backups
) -> None:
    with backups.without(frozenset()):
        making = asyncio.create_task(asyncio.to_thread(backups.make))
        done, _ = await asyncio.wait({making}, timeout=0.2)
        assert not done, "the folder is busy until the erasure is kept"
        async with store.write() as unit:
            # Not through `copies`, which is what this test holds.
            store._copies = None
            await unit.people.forget(ANN)
    assert numbers_in(await making) == {BEN}


async def test_a_damaged_backup_is_of_no_use_and_does_not_stand_in_the_way_of_being_forgotten(
    store: Store, backups: Backups
) -> None:
    made = await asyncio.to_thread(backups.make)
    made.write_bytes(b"no database" * 1000)
    async with store.write() as unit:
        await unit.people.forget(ANN)
    assert backups.listing() == ()


async def test_the_bot_backs_up_daily_and_keeps_the_newest_seven(
    store: Store, backups: Backups, clock: Any
) -> None:
    looks = 0

    async def sleep(seconds: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 24 * 10:
            raise asyncio.CancelledError
        clock.forward(seconds=seconds)

    (backups.folder / ".assistant-x.db.partial").parent.mkdir(parents=True)
    (backups.folder / ".assistant-x.db.partial").touch()
    with pytest.raises(asyncio.CancelledError):
        await back_up_daily(backups, 7, sleep=sleep)
    kept = backups.listing()
    assert len(kept) == 7
    assert all(database_files.examine(path) is None for path in kept)
    assert not list(backups.folder.glob("*.partial"))
    age = backups.age()
    assert age is not None
    assert age < timedelta(days=1)


async def test_a_backup_that_fails_is_a_warning_and_is_tried_again(
    backups: Backups, url: str, clock: Any
) -> None:
    failures: list[None] = []
    opened: list[Store] = []

    async def sleep(seconds: float) -> None:
        assert seconds == LOOK_EVERY.total_seconds()
        if opened:
            raise asyncio.CancelledError
        opened.append(await Store.open(url))

    with capture_logs() as logged, pytest.raises(asyncio.CancelledError):
        await back_up_daily(backups, 7, failed=lambda: failures.append(None), sleep=sleep)
    assert [(line["log_level"], line["event"]) for line in logged] == [
        ("warning", "backup failed"),
        ("info", "backed up"),
    ]
    assert len(failures) == 1
    await opened[0].close()


async def test_no_backups_are_made_or_removed_where_none_are_wanted(store: Store, backups: Backups) -> None:
    made = await asyncio.to_thread(backups.make)

    async def sleep(_: float) -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await back_up_daily(backups, 0, sleep=sleep)
    assert backups.listing() == (made,)


async def test_a_database_set_aside_goes_after_a_week(
    store: Store, url: str, backups: Backups, clock: Any, database: Path
) -> None:
    backups.make()
    await store.close()
    replaced = await restore(url, backups, None)
    # It is named by the machine's clock, the sweep goes by the one of the test.
    at = replaced.set_aside
    assert at is not None
    for name in ("20260301T120000000000Z", "20260225T120000000000Z"):
        at.replace(database.with_name(f"assistant.db.set-aside-{name}"))
        at = database.with_name(f"assistant.db.set-aside-{name}")
        backups.sweep()
        assert at.exists()
    clock.forward(days=4)
    backups.sweep()
    assert set_aside(database) == ()


_KILLED_AT_EVERY_STEP: Final = """
import asyncio, json, os, signal, sys
from pathlib import Path
from assistant.storage.durability import database_files, recovery
from assistant.storage.durability.backups import Backups

what, url, folder, database = sys.argv[1], sys.argv[2], *map(Path, sys.argv[3:])
backups = Backups(database, folder)

def forked(work):
    # A fork, so that one start of Python does for all of them; nothing has been opened in this process.
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

def killed_at(step):
    count = 0
    def counted(event, arguments):
        nonlocal count
        # All that is changed on the disk outside SQLite, and every database that is opened.
        if event in ("os.rename", "os.remove", "sqlite3.connect", "open") and "kept" in str(arguments):
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(counted)
    if what == "backup":
        backups.make()
    else:
        asyncio.run(recovery.restore(url, backups, None))

async def start():
    # The bot starts in between, and finishes what was decided.
    async with recovery.open_kept(url, folder) as store, store.read() as unit:
        print(json.dumps((await unit.people.load(1))["n"]))

def look():
    assert all(database_files.examine(path) is None for path in backups.listing())
    asyncio.run(start())
    sys.stdout.flush()

step, code = 0, -signal.SIGKILL
while code == -signal.SIGKILL:
    step += 1
    code = forked(lambda: killed_at(step))
    if forked(look):
        sys.exit(1)
sys.exit(code)
"""


@pytest.mark.parametrize("what", ["backup", "restore"])
@pytest.mark.process
@pytest.mark.kill
async def test_killed_at_any_step_nothing_half_written_is_taken_for_a_whole(
    what: str, tmp_path: Path, url: str, database: Path
) -> None:
    backups = Backups(database, tmp_path / "kept" / "backups")
    store = await Store.open(url)
    for number in (1, 2):
        async with store.write() as unit:
            await unit.people.save(1, {"n": number})
        if number == 1:
            await asyncio.to_thread(backups.make)
    await store.close()
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", _KILLED_AT_EVERY_STEP, what, url, str(backups.folder), str(database)],
        check=False,
        timeout=120,
        env=os.environ,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    states = [int(line) for line in done.stdout.split()]
    assert len(states) > 10, "killed at that many steps"
    if what == "backup":
        assert set(states) == {2}
    else:
        # The old one up to some step, and from there on the restored one.
        assert states == sorted(states, reverse=True)
        assert set(states) == {1, 2}
