"""A database in one SQLite file, or in memory: written by one connection, read by others."""

import logging
import os
import sqlite3
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from assistant.storage.dialects.single_hop import SingleHopConnection
from assistant.storage.dialects.turns import OneAtATime
from assistant.storage.schema import upgrade

DRIVER: Final = "sqlite+aiosqlite"

_BUSY_MS: Final = 5_000
_READERS: Final = 2
_BARE: Final = "assistant_without_transaction"
"""The execution option of connections that read by single statements."""

_PRAGMAS: Final = (
    f"busy_timeout={_BUSY_MS}",
    "journal_mode=WAL",
    # A committed update survives a power cut, because Telegram is told that it need not be sent again.
    "synchronous=FULL",
    "foreign_keys=ON",
    # What is deleted is overwritten: people are promised that it is gone.
    "secure_delete=ON",
    # While a file is rebuilt its draft holds everything, so that is never a file.
    "temp_store=MEMORY",
)


class SqliteFile:
    """`page_limit` is the size, in pages of 4 KiB, at which the database counts as full."""

    is_shared: Final = False

    def __init__(self, address: URL, *, page_limit: int | None = None) -> None:
        # At DEBUG, aiosqlite logs every statement with its parameters: what people keep and say.
        logging.getLogger("aiosqlite").setLevel(logging.INFO)
        self.file = file_in(address)
        self._turn = OneAtATime()
        limit = () if page_limit is None else (f"max_page_count={page_limit}",)
        self.writer = _engine(address, begin="BEGIN IMMEDIATE", connections=1, pragmas=(*_PRAGMAS, *limit))
        # A database in memory is one connection: there is no second one to read by.
        self.reader = (
            self.writer if self.file is None else _engine(address, begin="BEGIN", connections=_READERS)
        )
        self.looker = self.reader.execution_options(**{_BARE: True})

    def prepare(self) -> None:
        """Create the folder, and the file for its owner alone; SQLite gives its journals the same rights."""
        if self.file is None:
            return
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600))

    async def migrate(self) -> None:
        """Bring the tables up to date; SQLite lets one process at a time write."""
        async with self.writer.begin() as connection:
            await connection.run_sync(upgrade)

    def writing(self) -> AbstractAsyncContextManager[None]:
        """Writes take turns."""
        return self._turn

    def reading(self) -> AbstractAsyncContextManager[None]:
        """Reads hold nobody up, but in memory, where all share one connection."""
        return self._turn if self.reader is self.writer else nullcontext()

    async def prove_writable(self) -> None:
        """A page is written even when the number in it stays the same."""
        async with self.writer.begin() as connection:
            version = (await connection.exec_driver_sql("PRAGMA user_version")).scalar_one()
            await connection.exec_driver_sql(f"PRAGMA user_version = {version}")

    async def rebuild(self) -> None:
        """Write the whole file anew.

        `secure_delete` overwrites a row where it is deleted, and not the copies that SQLite leaves behind
        when it moves rows to another page.
        """
        await self._past_transactions("VACUUM")

    async def clear_journal(self) -> bool:
        """Empty the write-ahead log. A reader in its way is no error."""
        # (whether a reader was in the way, pages in the journal, pages moved)
        (outcome,) = await self._past_transactions("PRAGMA wal_checkpoint(TRUNCATE)")
        return not outcome[0]

    async def close(self) -> None:
        """Close every connection."""
        for engine in {self.writer, self.reader}:
            await engine.dispose()

    async def _past_transactions(self, statement: str) -> Sequence[Any]:
        async with self.writer.connect() as connection:
            return await connection.run_sync(_executed_bare, statement)


def file_in(address: URL) -> Path | None:
    """The database's file, or None for a database in memory."""
    return None if address.database in (None, "", ":memory:") else Path(str(address.database))


def _executed_bare(connection: Connection, statement: str) -> Sequence[Any]:
    # Past SQLAlchemy's execute, which would begin a transaction, and inside one SQLite does neither.
    cursor = connection.connection.cursor()
    cursor.execute(statement)
    rows = cursor.fetchall()
    cursor.close()
    return rows


def _engine(
    address: URL, *, begin: str, connections: int, pragmas: tuple[str, ...] = _PRAGMAS
) -> AsyncEngine:
    pool = {} if file_in(address) is None else {"pool_size": connections, "max_overflow": 0}
    engine = create_async_engine(
        address,
        # `begin` decides. Python's sqlite3 would begin a write at its first change, too late to wait.
        connect_args={"isolation_level": None, "async_creator_fn": _connection},
        # Parameters are what people keep and say; they belong in no error text.
        hide_parameters=True,
        **pool,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_as_told(connection: Connection) -> None:
        if _BARE not in connection.get_execution_options():
            driver: Any = connection.connection.driver_connection
            driver.begin_with(begin)

    return engine


def _connection(*where: Any, **options: Any) -> SingleHopConnection:
    connection = SingleHopConnection(partial(sqlite3.connect, *where, **options))
    # As SQLAlchemy has it with connections that it makes: a program that ends waits for none.
    connection._thread.daemon = True
    return connection
