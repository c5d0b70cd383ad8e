"""What is kept about a person can be told from everybody else's, whole: for a copy, and for erasing it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Integer, insert

from assistant.library.entries import EntryRef
from assistant.reply_kind import ReplyKind
from assistant.storage.belongings import NAMING_NOBODY, NAMING_PEOPLE
from assistant.storage.questions import Question
from assistant.storage.store import Store
from assistant.storage.tables import erasures, metadata, pace
from tests.arrivals import put_updates
from tests.postgres import SQLITE_ONLY

_DAY = datetime(2026, 1, 2, tzinfo=UTC)
_ME, _OTHER = 7_000_001, 8_000_002
_REF = EntryRef("amber-hands", "symptoms")


async def _lived_in(store: Store, person: int, update_id: int) -> None:
    """Leaves something of that person in every table that names people."""
    async with store.write() as unit:
        await unit.people.save(person, {"version": 1, "mark": f"state-of-{person}"})
        await unit.bookmarks.add(person, _REF, f"title-of-{person}")
        await unit.questions.keep(
            person, Question(f"question-of-{person}", False, ReplyKind.NOT_COVERED, None)
        )
        message = {"from": {"id": person}, "chat": {"id": person}, "text": f"words-of-{person}"}
        await put_updates(unit, [{"update_id": update_id, "message": message}])
        await unit.transaction.execute(insert(pace).values(kind="m", person=person, free_at=_DAY))
        asked = {"person": person, "questions_only": True, "asked_at": _DAY}
        await unit.transaction.execute(insert(erasures).values(asked))


def _bytes_under(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_every_table_says_whether_it_names_people() -> None:
    naming = {table.name for table, _ in NAMING_PEOPLE}
    assert naming | NAMING_NOBODY == set(metadata.tables)
    assert not naming & NAMING_NOBODY


def test_every_column_that_may_hold_a_persons_number_is_looked_at() -> None:
    looked_at = {(table.name, column.name) for table, columns in NAMING_PEOPLE for column in columns}
    suspicious = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Integer | BigInteger)
        and (column.foreign_keys or any(word in column.name for word in ("person", "chat", "user", "sender")))
    }
    assert suspicious <= looked_at | {("people", "id")}


async def test_a_copy_holds_every_column_of_every_table_and_nothing_of_others(url: str) -> None:
    store = await Store.open(url)
    await _lived_in(store, _ME, 1)
    await _lived_in(store, _OTHER, 2)
    async with store.read() as unit:
        rows = await unit.belongings.of(_ME)
    await store.close()
    assert [row.table for row in rows] == [table.name for table, _ in NAMING_PEOPLE]
    for row in rows:
        assert set(row.columns) == set(metadata.tables[row.table].columns.keys())
    told = json.dumps([dict(row.columns) for row in rows], default=str)
    for mark in (f"state-of-{_ME}", f"title-of-{_ME}", f"words-of-{_ME}", f"question-of-{_ME}"):
        assert mark in told
    assert str(_OTHER) not in told


@SQLITE_ONLY
async def test_forgetting_leaves_nothing_of_the_copy_in_any_byte_of_the_files(
    url: str, tmp_path: Path
) -> None:
    store = await Store.open(url, now=lambda: _DAY)
    await _lived_in(store, _ME, 1)
    await _lived_in(store, _OTHER, 2)
    async with store.write() as unit:
        await unit.people.forget(_ME)
    async with store.read() as unit:
        # The last is taken back when the backups have forgotten them too.
        assert [row.table for row in await unit.belongings.of(_ME)] == ["erasures"]
        assert len(await unit.belongings.of(_OTHER)) == len(NAMING_PEOPLE)
    held = _bytes_under(tmp_path)
    for mark in (f"state-of-{_ME}", f"title-of-{_ME}", f"words-of-{_ME}", f"question-of-{_ME}"):
        assert mark.encode() not in held
    assert f"words-of-{_OTHER}".encode() in held, "the files hold no words at all, so this proves nothing"
    await store.close()


@pytest.mark.parametrize("person", [0, -1, 2**62])
async def test_of_somebody_unknown_there_is_nothing(url: str, person: int) -> None:
    store = await Store.open(url)
    async with store.read() as unit:
        assert await unit.belongings.of(person) == ()
    await store.close()
