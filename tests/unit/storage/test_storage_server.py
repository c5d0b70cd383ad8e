"""What is so on a PostgreSQL server alone: its tables, its errors, and machines that start together."""

import asyncio
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Boolean, Connection, MetaData, create_engine, func, insert, select
from sqlalchemy.exc import OperationalError

from assistant.errors import (
    ConflictError,
    DamagedDatabaseError,
    DatabaseAwayError,
    SettingsError,
    StorageError,
)
from assistant.queue.table import queue_in
from assistant.storage.dialects import postgres_server
from assistant.storage.schema import revisions, upgrade
from assistant.storage.store import Store, Unit
from assistant.storage.tables import metadata
from assistant.storage.transaction import translated
from tests.postgres import PROCESS, Server, name_in, of_this_dialect
from tests.unit.storage.test_storage_upgrades import Rows, made_of, rows_of

pytestmark = [*PROCESS, pytest.mark.migrates]


@pytest.fixture
def empty(postgres: Server) -> Iterator[str]:
    with postgres.database(is_migrated=False) as address:
        yield address


async def _opened_and_closed(url: str) -> None:
    store = await Store.open(url)
    await store.close()


async def test_the_migrations_make_exactly_the_tables_and_several_machines_may_start_at_once(
    empty: str,
) -> None:
    await asyncio.gather(*(_opened_and_closed(empty) for _ in range(3)))
    engine = create_engine(empty)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": of_this_dialect("postgresql")}
        )
        assert compare_metadata(context, metadata) == []
        unlogged = "SELECT relname FROM pg_class WHERE relpersistence = 'u' AND relkind = 'r'"
        assert connection.exec_driver_sql(unlogged).scalars().all() == ["pace"]
        partial = (
            "SELECT indexname FROM pg_indexes WHERE tablename = 'inbox' AND strpos(indexdef, 'WHERE') > 0"
        )
        assert sorted(connection.exec_driver_sql(partial).scalars()) == [
            "inbox_by_chat_state_id",
            "inbox_by_person_state_id",
            "inbox_by_turn",
            "inbox_one_runs_of_chat",
            "inbox_one_runs_of_person",
        ]
    engine.dispose()


async def test_a_server_that_has_just_begun_is_waited_for_and_one_that_refuses_is_not(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    answers = iter(
        [
            "FATAL:  the database system is starting up",
            "FATAL:  the database system is not yet accepting connections",
        ]
    )

    async def connect(*given: Any, **named: Any) -> Any:
        for answer in answers:
            raise psycopg.OperationalError(answer)
        return await really(*given, **named)

    really = psycopg.AsyncConnection.connect
    monkeypatch.setattr(psycopg.AsyncConnection, "connect", connect)
    await _opened_and_closed(empty)
    answers = iter(["FATAL:  no pg_hba.conf entry for host", "never"])
    with pytest.raises(DatabaseAwayError):
        await _opened_and_closed(empty)
    assert next(answers) == "never", "asked once"


def _fill(connection: Connection, rows: Rows) -> None:
    """Put rows of an SQLite file into the same tables of a server."""
    tables = MetaData()
    tables.reflect(connection)
    for table in tables.sorted_tables:
        flags = {column.name for column in table.columns if isinstance(column.type, Boolean)}
        for row in rows.get(table.name, ()):
            typed = {name: bool(value) if name in flags else value for name, value in row.items()}
            if table.name == "people" and typed["state"] is not None:
                connection.exec_driver_sql(
                    "INSERT INTO people (id, state, gone) VALUES (%(id)s, CAST(%(state)s AS JSON), %(gone)s)",
                    typed,
                )
            elif typed.get("answer") is not None and table.name == "inbox":
                names = ", ".join(typed)
                values = ", ".join(f"%({name})s" for name in typed)
                connection.exec_driver_sql(f"INSERT INTO inbox ({names}) VALUES ({values})", typed)  # noqa: S608 - columns' own names
            else:
                connection.execute(insert(table).values(typed))


@pytest.mark.parametrize("revision", revisions())
async def test_a_schema_of_every_version_comes_up_to_date_with_every_row(
    revision: str, empty: str, tmp_path: Path
) -> None:
    rows = rows_of(made_of(revision, tmp_path / "a.db"))
    engine = create_engine(empty)
    with engine.begin() as connection:
        upgrade(connection, revision)
        _fill(connection, rows)
    store = await Store.open(empty)
    async with store.read() as unit:
        assert await unit.people.load(4503599627370495) is not None
        assert len(await unit.bookmarks.listing(4503599627370495)) == 1
        assert await queue_in(unit).depth() == 2
    await store.close()
    with engine.connect() as connection:
        counts = {
            name: connection.execute(select(func.count()).select_from(metadata.tables[name])).scalar_one()
            for name in rows
        }
    engine.dispose()
    assert counts == {name: len(each) for name, each in rows.items()}


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        ("errors.SerializationFailure", ConflictError),
        ("errors.DeadlockDetected", ConflictError),
        ("errors.DataCorrupted", DamagedDatabaseError),
        ("errors.IndexCorrupted", DamagedDatabaseError),
        ("errors.AdminShutdown", DatabaseAwayError),
        ("errors.IdleSessionTimeout", DatabaseAwayError),
        ("errors.IdleInTransactionSessionTimeout", DatabaseAwayError),
        ("errors.ConnectionFailure", DatabaseAwayError),
        ("errors.ReadOnlySqlTransaction", DatabaseAwayError),
        ("errors.TooManyConnections", DatabaseAwayError),
        ("OperationalError", DatabaseAwayError),
        ("errors.DiskFull", StorageError),
        ("errors.UniqueViolation", StorageError),
    ],
)
def test_every_kind_of_error_of_the_server_is_known_and_says_nothing_of_what_was_kept(
    raised: str, kind: type[StorageError]
) -> None:
    # It is there where a server is.
    import psycopg

    with pytest.raises(StorageError) as caught, translated("written"):
        raise OperationalError("INSERT canary", {"words": "canary"}, attrgetter(raised)(psycopg)("canary"))
    assert type(caught.value) is kind
    assert "canary" not in str(caught.value)


async def test_a_server_that_is_not_there_is_away_and_its_address_is_not_told() -> None:
    with pytest.raises(DatabaseAwayError) as caught:
        await Store.open("postgresql+psycopg://canary:canary@/x?host=/nowhere")
    assert "canary" not in str(caught.value)


async def test_without_the_driver_the_operator_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postgres_server, "find_spec", lambda _name: None)
    with pytest.raises(SettingsError, match=r"\[scale\]"):
        await Store.open("postgresql+psycopg://somebody@/x")


async def test_a_write_that_was_in_anothers_way_is_done_again_and_once_only(empty: str) -> None:
    store = await Store.open(empty)
    tried: list[int] = []

    async def work(unit: Unit) -> None:
        tried.append(len(tried))
        await unit.people.save(1, {"n": len(tried)})
        if len(tried) <= failing:
            raise ConflictError("The database could not be written (40P01).")

    failing = 1
    await store.transact(work)
    async with store.read() as unit:
        assert await unit.people.load(1) == {"n": 2}
    failing = 9
    with pytest.raises(ConflictError):
        await store.transact(work)
    assert len(tried) == 4
    await store.close()


async def test_two_writes_that_wait_for_each_other_are_a_conflict(empty: str) -> None:
    store = await Store.open(empty)
    async with store.write() as unit:
        await unit.people.save(1, {})
        await unit.people.save(2, {})
    both = asyncio.Barrier(2)

    async def crosswise(first: int, second: int) -> None:
        async with store.write() as unit:
            await unit.people.load(first)
            await both.wait()
            await unit.people.load(second)

    found = await asyncio.gather(crosswise(1, 2), crosswise(2, 1), return_exceptions=True)
    assert {type(each) for each in found} == {type(None), ConflictError}
    await store.close()


async def test_after_a_restart_of_the_server_the_next_write_succeeds(empty: str, postgres: Server) -> None:
    store = await Store.open(empty)
    async with store.write() as unit:
        await unit.people.save(1, {"n": 1})
    name = name_in(empty)
    postgres.end_sessions(name)
    async with store.write() as unit:
        await unit.people.save(1, {"n": 2})
    await store.prove_writable()
    await store.close()


async def test_nothing_that_is_kept_comes_into_the_servers_log(empty: str, postgres: Server) -> None:
    """Statements carry their parameters apart from their words, so that a log of statements holds none."""
    name = name_in(empty)
    for setting in ("log_statement = 'all'", "log_parameter_max_length = 0", "log_min_messages = 'log'"):
        postgres.admin(f"ALTER DATABASE {name} SET {setting}")
    store = await Store.open(empty)
    async with store.write() as unit:
        await unit.people.save(1, {"said": "wobblethorpe"})
        await unit.people.load(1)
    await store.close()
    log = postgres.log.read_text(encoding="utf-8")
    assert "INSERT INTO people" in log, "nothing was logged at all, so this proves nothing"
    assert "wobblethorpe" not in log
