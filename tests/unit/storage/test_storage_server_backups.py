"""Growing from a file into a server, and back; and people erased from backups that lie on another machine."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import SettingsError, StorageError
from assistant.library.entries import EntryRef
from assistant.queue.table import queue_in
from assistant.reply_kind import ReplyKind
from assistant.storage import erasures
from assistant.storage.durability.backups import Backups
from assistant.storage.durability.database_files import examine
from assistant.storage.durability.recovery import open_kept, restore
from assistant.storage.durability.server_backups import ServerBackups
from assistant.storage.erasures import erase_when_asked
from assistant.storage.membership import Role
from assistant.storage.question_report import questions_of_server
from assistant.storage.questions import Question
from assistant.storage.store import Store
from tests.arrivals import put_updates
from tests.postgres import PROCESS, Server

pytestmark = list(PROCESS)

_ME, _OTHER = 7_000_001, 8_000_002
_REF = EntryRef("amber-hands", "symptoms")


@pytest.fixture
def server(postgres: Server) -> Iterator[str]:
    with postgres.database() as address:
        yield address


@pytest.fixture
def file(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/kept/assistant.db"


async def _fill(url: str, *people: int) -> None:
    store = await Store.open(url)
    async with store.write() as unit:
        for person in people:
            state = {"version": 1, "mark": f"wobblethorpe-{person}", "preferences": {"keep_questions": True}}
            await unit.people.save(person, state)
            await unit.bookmarks.add(person, _REF, f"title-{person}")
            await unit.questions.keep(person, Question("quillfeather", False, ReplyKind.NOT_COVERED, None))
            await put_updates(unit, [{"update_id": person, "message": {"chat": {"id": person}}}])
        await unit.recordings.remember("key", "telegram-file")
    await store.close()


async def _held(url: str) -> dict[str, Any]:
    store = await Store.open(url)
    async with store.read() as unit:
        held = {
            "states": [await unit.people.load(person) for person in (_ME, _OTHER)],
            "bookmarks": [await unit.bookmarks.listing(person) for person in (_ME, _OTHER)],
            "recording": await unit.recordings.file_id("key"),
            "waiting": await queue_in(unit).depth(),
        }
    await store.close()
    return held


async def test_a_machine_with_a_file_grows_into_a_server_and_back_with_all_its_people(
    server: str, file: str, tmp_path: Path
) -> None:
    await _fill(file, _ME, _OTHER)
    before = await _held(file)
    folder = tmp_path / "data" / "backups"
    of_file = Backups(tmp_path / "kept" / "assistant.db", folder)
    of_server = ServerBackups(server, folder)
    made = await asyncio.to_thread(of_file.make)
    replaced = await restore(server, of_server, made)
    assert (replaced.by, replaced.set_aside) == (made, None)
    grown = await _held(server)
    # What was agreed to does not come back with an older database, and messages are no part of a backup.
    states = [state | {"preferences": {}} for state in before["states"]]
    assert grown == before | {"states": states, "waiting": 0}
    back = await asyncio.to_thread(of_server.make)
    assert examine(back) is None
    assert back.stat().st_mode & 0o077 == 0
    assert b"quillfeather" not in back.read_bytes()
    await restore(file, of_file, back)
    assert await _held(file) == grown


async def test_what_a_restore_replaces_in_a_server_becomes_the_newest_backup_and_the_inbox_stays(
    server: str, tmp_path: Path
) -> None:
    backups = ServerBackups(server, tmp_path / "backups")
    await _fill(server, _ME)
    older = await asyncio.to_thread(backups.make)
    await _fill(server, _OTHER)
    replaced = await restore(server, backups, older)
    assert replaced.set_aside == backups.listing()[-1] != older
    held = await _held(server)
    assert (held["states"][1], held["waiting"]) == (None, 2)
    await restore(server, backups, None)
    assert (await _held(server))["states"][1] is not None


async def test_an_editor_sees_the_kept_questions_of_a_server(server: str) -> None:
    await _fill(server, _ME, _OTHER)
    [asked] = await questions_of_server(server, datetime.now(UTC))
    assert (asked.words, asked.times, asked.people) == ("quillfeather", 2, 2)
    assert asked.last == datetime.now(UTC).date()


async def test_nothing_is_restored_while_a_machine_runs(server: str, tmp_path: Path) -> None:
    backups = ServerBackups(server, tmp_path / "backups")
    await _fill(server, _ME)
    made = await asyncio.to_thread(backups.make)
    store = await Store.open(server)
    # psycopg is there where a server is.
    from assistant.storage.dialects.postgres_session import OneOfSeveral

    running = OneOfSeveral(store, server, roles=[Role.ANSWER], lease_s=60)
    await running.join()
    try:
        with pytest.raises(SettingsError, match="A bot is running"):
            await restore(server, backups, made)
    finally:
        await running.leave()
        await store.close()
    await restore(server, backups, made)


async def _forget(url: str, folder: Path, *, questions_alone: bool = False) -> None:
    async with open_kept(url, folder) as store, store.write() as unit:
        if questions_alone:
            await unit.questions.erase(_ME)
        else:
            await unit.people.forget(_ME)


async def test_whoever_is_forgotten_on_one_machine_is_erased_from_the_backups_of_another_before_that_ends(
    server: str, tmp_path: Path
) -> None:
    backups = ServerBackups(server, tmp_path / "keeper" / "backups")
    await _fill(server, _ME, _OTHER)
    made = await asyncio.to_thread(backups.make)
    keeper = await Store.open(server)
    keeping = asyncio.create_task(erase_when_asked(keeper, backups))
    try:
        await _forget(server, tmp_path / "elsewhere")
        held = made.read_bytes()
        assert f"wobblethorpe-{_ME}".encode() not in held
        assert f"wobblethorpe-{_OTHER}".encode() in held
        await _forget(server, tmp_path / "elsewhere", questions_alone=True)
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        await keeper.close()
    assert (await _held(server))["states"][0] is None
    await asyncio.to_thread(backups.make)


async def test_where_nobody_keeps_backups_nobody_is_told_that_they_are_forgotten(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasures, "_PATIENCE_S", 0.3)
    await _fill(server, _ME)
    with pytest.raises(StorageError, match="No machine that keeps"):
        await _forget(server, tmp_path)
    assert (await _held(server))["states"][0] is not None


async def test_no_backup_is_made_while_somebody_is_being_erased(server: str, tmp_path: Path) -> None:
    backups = ServerBackups(server, tmp_path / "backups")
    await _fill(server, _ME)
    forgetting = asyncio.create_task(_forget(server, tmp_path))
    await asyncio.sleep(1.0)
    with pytest.raises(StorageError, match="being erased"):
        await asyncio.to_thread(backups.make)
    assert backups.listing() == ()
    forgetting.cancel()
    with suppress(asyncio.CancelledError):
        await forgetting
    await asyncio.to_thread(backups.make)
