"""What the store promises whoever writes: all or nothing, in turn, and durable."""

import asyncio
import logging
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from assistant.errors import SettingsError, StorageError
from assistant.storage.store import Store, Unit
from tests.arrivals import put_updates
from tests.postgres import SQLITE_ONLY


async def test_what_was_written_is_there_after_opening_again(url: str) -> None:
    store = await Store.open(url)
    async with store.write() as unit:
        await unit.people.save(1, {"language": "en", "topics": ["a", "b"]})
    await store.close()
    store = await Store.open(url)
    async with store.read() as unit:
        assert await unit.people.load(1) == {"language": "en", "topics": ["a", "b"]}
    await store.close()


async def test_an_error_in_the_block_undoes_everything_in_it(store: Store) -> None:
    async def stumble() -> None:
        async with store.write() as unit:
            await unit.people.save(1, {"n": 1})
            await unit.recordings.remember("key", "file")
            raise LookupError

    with pytest.raises(LookupError):
        await stumble()
    async with store.read() as unit:
        assert await unit.people.load(1) is None
        assert await unit.recordings.file_id("key") is None


async def test_a_cancelled_write_is_undone_and_the_next_one_works(store: Store) -> None:
    begun = asyncio.Event()

    async def slow() -> None:
        async with store.write() as unit:
            await unit.people.save(1, {"n": 1})
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(slow())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with store.write() as unit:
        assert await unit.people.load(1) is None
        await unit.people.save(2, {"n": 2})


@pytest.mark.parametrize("url", ["sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:"])
async def test_a_write_cancelled_in_the_middle_of_a_statement_leaves_a_database_in_memory_alive(
    url: str,
) -> None:
    store = await Store.open(url)
    async with store.write() as unit:
        await unit.people.save(1, {"n": 1})

    async def save(unit: Unit, person: int) -> None:
        await unit.people.save(person, {"n": person})

    for rounds in range(1, 40):

        async def write() -> None:
            async with store.write() as unit:
                await save(unit, 2)

        task = asyncio.create_task(write())
        for _ in range(rounds):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
    async with store.read() as unit:
        assert await unit.people.load(1) == {"n": 1}
    await store.close()


async def test_two_writers_take_turns_and_lose_nothing(store: Store) -> None:
    async with store.write() as unit:
        await unit.people.save(1, {"count": 0})

    async def count() -> None:
        async with store.write() as unit:
            state = await unit.people.load(1)
            assert state is not None
            await unit.people.save(1, {"count": state["count"] + 1})

    await asyncio.gather(*(count() for _ in range(20)))
    async with store.read() as unit:
        assert await unit.people.load(1) == {"count": 20}


async def test_two_stores_on_one_file_wait_for_each_other(store: Store, url: str) -> None:
    other = await Store.open(url)

    async def count(through: Store) -> None:
        async with through.write() as unit:
            state = await unit.people.load(1) or {"count": 0}
            await unit.people.save(1, {"count": state["count"] + 1})

    await asyncio.gather(*(count(through) for through in (store, other) * 10))
    async with store.read() as unit:
        assert await unit.people.load(1) == {"count": 20}
    await other.close()


async def test_a_reader_sees_one_moment_while_a_writer_goes_on(store: Store) -> None:
    async with store.write() as unit:
        await unit.people.save(1, {"n": 1})
    async with store.read() as reader:
        assert await reader.people.load(1) == {"n": 1}
        async with store.write() as unit:
            await unit.people.save(1, {"n": 2})
        assert await reader.people.load(1) == {"n": 1}
    async with store.read() as reader:
        assert await reader.people.load(1) == {"n": 2}


async def test_each_statement_of_a_look_sees_what_was_written_last(store: Store) -> None:
    async with store.look() as looker:
        assert await looker.people.load(1) is None
        async with store.write() as unit:
            await unit.people.save(1, {"n": 1})
        assert await looker.people.load(1) == {"n": 1}
    async with store.read() as reader:
        assert await reader.people.load(1) == {"n": 1}
        async with store.write() as unit:
            await unit.people.save(1, {"n": 2})
        assert await reader.people.load(1) == {"n": 1}, "the same connection begins transactions again"


@pytest.mark.parametrize("way", [Store.read, Store.look])
@pytest.mark.parametrize("address", ["file", "memory"])
async def test_writing_in_a_read_is_refused(address: str, way: Callable[[Store], Any], url: str) -> None:
    store = await Store.open(url if address == "file" else "sqlite+aiosqlite://")
    with pytest.raises(StorageError, match="in a read"):
        async with way(store) as unit:
            await unit.people.save(1, {"n": 1})
    async with way(store) as unit:
        assert await unit.people.load(1) is None
    await store.close()


async def test_a_write_inside_a_write_is_refused_instead_of_waiting_for_ever(store: Store) -> None:
    async with asyncio.timeout(10), store.write():
        with pytest.raises(StorageError, match="inside another"):
            async with store.write():
                pass


async def test_a_transaction_with_a_failed_part_keeps_nothing_even_when_the_failure_is_ignored(
    store: Store,
) -> None:
    async def go_on_regardless() -> None:
        async with store.write() as unit:
            await unit.people.save(1, {"n": 1})
            with suppress(StorageError):
                await unit.people.save(2**70, {"n": 2})

    with pytest.raises(StorageError, match="Nothing was saved"):
        await go_on_regardless()
    async with store.read() as unit:
        assert await unit.people.load(1) is None


@SQLITE_ONLY
async def test_a_full_disk_is_told_undone_and_heals(store: Store) -> None:
    async with store.write() as unit:
        await unit.people.save(1, {"n": 1})
        await limit_pages(unit, 1)  # SQLite takes it as: no more than there are now.

    async def save_much() -> None:
        async with store.write() as unit:
            await unit.people.save(1, {"n": 2})
            await unit.people.save(2, {"secret": "canary" * 20_000})

    with pytest.raises(StorageError, match="SQLITE_FULL") as caught:
        await save_much()
    assert "canary" not in str(caught.value)
    assert caught.value.__suppress_context__
    async with store.read() as unit:
        assert await unit.people.load(1) == {"n": 1}
        assert await unit.people.load(2) is None
    async with store.write() as unit:
        await limit_pages(unit, 1_000_000)
    await save_much()


async def limit_pages(unit: Unit, pages: int) -> None:
    # Nothing in the store asks for this, so the test goes to the connection.
    await unit.people._transaction.execute(text(f"PRAGMA max_page_count={pages}"))


@pytest.mark.parametrize("value", ["\ud800", {1, 2}, float])
async def test_a_state_that_cannot_be_kept_is_a_storage_error_without_its_words(
    store: Store, value: object
) -> None:
    async def save() -> None:
        async with store.write() as unit:
            await unit.recordings.remember("canary", "file" if not isinstance(value, str) else value)
            await unit.people.save(1, {"canary": value})

    with pytest.raises(StorageError) as caught:
        await save()
    assert "canary" not in str(caught.value)
    assert "canary" not in repr(caught.value)


async def test_nothing_that_is_kept_is_logged_even_when_everything_is(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with store.write() as unit:
            await unit.people.save(1, {"said": "canary"})
            await put_updates(unit, [{"update_id": 1, "message": {"text": "canary"}}])
    assert "canary" not in caplog.text


@SQLITE_ONLY
async def test_the_connection_is_set_up_for_safety(store: Store) -> None:
    async with store.write() as unit:
        found = {
            pragma: (await unit.people._transaction.execute(text(f"PRAGMA {pragma}"))).scalar_one()
            for pragma in (
                *("journal_mode", "synchronous", "foreign_keys", "busy_timeout"),
                *("secure_delete", "temp_store"),
            )
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "secure_delete": 1,
        "temp_store": 2,
    }


@SQLITE_ONLY
async def test_the_file_is_for_its_owner_alone(store: Store, tmp_path: Path) -> None:
    async with store.write() as unit:
        await unit.people.save(1, {})
    for file in (tmp_path / "kept").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


@pytest.mark.parametrize(
    "url", ["", "data/assistant.db", "sqlite:///x.db", "postgresql+asyncpg://u:canary@h/d"]
)
async def test_an_address_that_is_no_database_names_its_setting_but_not_its_value(url: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL") as caught:
        await Store.open(url)
    assert "canary" not in str(caught.value)


async def test_a_file_that_is_no_database_is_a_storage_error(tmp_path: Path) -> None:
    file = tmp_path / "assistant.db"
    file.write_bytes(b"this is not a database, but it is long enough to look at" * 100)
    with pytest.raises(StorageError, match="SQLITE_NOTADB"):
        await Store.open(f"sqlite+aiosqlite:///{file}")


async def test_a_folder_in_the_place_of_the_database_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        await Store.open(f"sqlite+aiosqlite:///{tmp_path}")


@SQLITE_ONLY
async def test_a_damaged_state_is_a_storage_error(store: Store, tmp_path: Path) -> None:
    async with store.write() as unit:
        await unit.people.save(1, {"n": 1})
    with sqlite3.connect(tmp_path / "kept" / "assistant.db") as damage:
        damage.execute("UPDATE people SET state = '{\"n\":'")
    damage.close()
    with pytest.raises(StorageError):
        async with store.read() as unit:
            await unit.people.load(1)
    with pytest.raises(StorageError):
        async with store.look() as unit:
            await unit.people.load_with_bookmarks(1)


async def test_closing_twice_is_not_an_error(url: str) -> None:
    store = await Store.open(url)
    await store.close()
    await store.close()


@pytest.mark.process
def test_a_process_that_forgets_to_close_the_store_still_ends(tmp_path: Path) -> None:
    program = (
        "import asyncio\n"
        "from assistant.storage.store import Store\n"
        "async def main():\n"
        f"    store = await Store.open('sqlite+aiosqlite:///{tmp_path}/a.db')\n"
        "    async with store.write() as unit:\n"
        "        await unit.people.save(1, {})\n"
        "asyncio.run(main())\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60, capture_output=True)


@SQLITE_ONLY
async def test_a_store_that_can_be_written_proves_it_and_changes_nothing(store: Store, url: str) -> None:
    file = Path(url.removeprefix("sqlite+aiosqlite:///"))
    async with store.write() as unit:
        await unit.people.mark_gone(7, True)
    before = _dump(file)
    journal = file.with_name(file.name + "-wal")
    written = journal.stat().st_size
    await store.prove_writable()
    assert journal.stat().st_size > written, "a real write"
    assert _dump(file) == before


@SQLITE_ONLY
async def test_a_store_that_cannot_be_written_says_so(store: Store) -> None:
    async with store._database.writer.connect() as connection:
        await connection.exec_driver_sql("PRAGMA query_only=1")
    with pytest.raises(StorageError, match="SQLITE_READONLY"):
        await store.prove_writable()


def _dump(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())
