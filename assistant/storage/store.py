"""The store: everything that is kept, in one transaction for each write, whatever database it is in."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
    suppress,
)
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol, Self

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from assistant.clock import steady_now
from assistant.errors import ConflictError, DamagedDatabaseError, SettingsError, StorageError
from assistant.storage.belongings import Belongings
from assistant.storage.bookmarks import Bookmarks
from assistant.storage.dialects.database import Database
from assistant.storage.dialects.postgres_server import DRIVER as POSTGRES
from assistant.storage.dialects.postgres_server import PostgresServer
from assistant.storage.dialects.sqlite_file import DRIVER as SQLITE
from assistant.storage.dialects.sqlite_file import SqliteFile, file_in
from assistant.storage.people import People
from assistant.storage.questions import Questions
from assistant.storage.recordings import Recordings
from assistant.storage.tallies import Tallies
from assistant.storage.transaction import HeldTransaction, Transaction, settled, translated

IN_MEMORY: Final = "sqlite+aiosqlite://"
"""The address of a store that nothing is kept of, for whoever serves nobody."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Everything that is kept, as one transaction sees it. Not to be used after its `async with`."""

    people: People
    bookmarks: Bookmarks
    questions: Questions
    recordings: Recordings
    belongings: Belongings
    tallies: Tallies
    transaction: Transaction
    """For the queue, whose table is beside these."""
    now: Callable[[], datetime]
    worker: int | None = None
    """The number of this machine, where several share the database: what it changes of an update must be its
    own."""


class Copies(Protocol):
    """What else holds rows about people: the backups."""

    def erased(
        self, people: frozenset[int], questions_of: frozenset[int]
    ) -> AbstractAsyncContextManager[None]:
        """Erase these people, and those questions, from every copy; none is made before the block ends.

        Raises StorageError when something could not be erased everywhere.
        """


class Store:
    """Made by `Store.open`; whoever opened it closes it."""

    def __init__(self, database: Database, now: Callable[[], datetime], copies: Copies | None = None) -> None:
        self._database = database
        self._clock = now
        self._copies = copies
        self.worker: int | None = None
        """The number of this machine, where it is one of several: whoever joins for it says so."""
        self.clock_behind = timedelta()
        """How far this machine's clock is behind the server's, which all go by."""
        self.damaged = asyncio.Event()
        """Set when the database turns out to be damaged: whoever serves should end; a start mends a file."""

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        now: Callable[[], datetime] | None = None,
        copies: Copies | None = None,
        page_limit: int | None = None,
    ) -> "Store":
        """Open the database at `url`, making a file and its folder if need be, and bring it up to date.

        `sqlite+aiosqlite:///folder/file.db`, `sqlite+aiosqlite://` for one in memory, or
        `postgresql+psycopg://user@host/database`. Raises SettingsError for an address that is none of them,
        StorageError when the database cannot be used. `now` is a UTC clock. Whoever is forgotten is erased
        from `copies` too. `page_limit` is the size, in pages of 4 KiB, at which a file counts as full.
        """
        address = address_of(url)
        database: Database = (
            PostgresServer(address)
            if address.drivername == POSTGRES
            else SqliteFile(address, page_limit=page_limit)
        )
        with translated("opened"):
            await asyncio.to_thread(database.prepare)
        store = cls(database, now or steady_now, copies)
        try:
            with translated("brought up to date"):
                await settled(database.migrate())
        except BaseException:
            await store.close()
            raise
        return store

    @property
    def is_shared(self) -> bool:
        """Whether other machines may work from it too."""
        return self._database.is_shared

    async def __aenter__(self) -> Self:
        """The store, closed when the block ends."""
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection. Closing twice is not an error."""
        with translated("closed"):
            await settled(self._database.close())

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Unit]:
        """One transaction: kept, durably, when the block ends well, undone on any error or cancellation.

        Writes may take turns, so do nothing slow inside, and above all send nothing. Raises StorageError when
        it could not be kept, and when the same task is already in a write.
        """
        async with self._database.writing():
            transaction = Transaction(
                self._database.writer.connect(), writable=True, locks_rows=self.is_shared
            )
            async with self._written(transaction) as unit:
                yield unit
            if unit.people.erased or unit.questions.erased:
                await self._rebuild()
                await self._clear_journal()

    @asynccontextmanager
    async def write_on(self, connection: AsyncConnection) -> AsyncIterator[Unit]:
        """One transaction as `write` makes them, on a connection that stays open. One at a time."""
        async with self._written(HeldTransaction(connection, writable=True, locks_rows=True)) as unit:
            yield unit

    @asynccontextmanager
    async def _written(self, transaction: Transaction) -> AsyncIterator[Unit]:
        with self._watched():
            await transaction.begin()
            unit = self._unit(transaction)
            try:
                yield unit
                await self._keep(transaction, unit)
            except BaseException:
                await transaction.close()
                raise

    async def transact(self, work: Callable[[Unit], Awaitable[None]]) -> None:
        """`work` in one write; done again, once, when the server says that another write was in its way.

        So it changes nothing but what is in the unit. Raises StorageError as `write` does.
        """
        try:
            async with self.write() as unit:
                await work(unit)
        except ConflictError:
            async with self.write() as unit:
                await work(unit)

    async def _keep(self, transaction: Transaction, unit: Unit) -> None:
        """Commit, but only when what it erases is erased from the copies as well.

        In this order a crash in between leaves somebody who was not told yet that they are forgotten.
        """
        people, questions_of = frozenset(unit.people.erased), frozenset(unit.questions.erased)
        if not (people or questions_of) or self._copies is None:
            await transaction.commit()
            return
        async with self._copies.erased(people, questions_of):
            await transaction.commit()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except DamagedDatabaseError:
            self.damaged.set()
            raise

    def read(self) -> AbstractAsyncContextManager[Unit]:
        """A consistent view that holds no writer up. Writing in it raises StorageError."""
        return self._reading(self._database.reader)

    def look(self) -> AbstractAsyncContextManager[Unit]:
        """The same for one statement, which is consistent by itself: no transaction is begun for it."""
        return self._reading(self._database.looker)

    @asynccontextmanager
    async def _reading(self, engine: AsyncEngine) -> AsyncIterator[Unit]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._database.reading())
            stack.enter_context(self._watched())
            transaction = Transaction(engine.connect(), writable=False)
            await transaction.begin()
            stack.push_async_callback(transaction.close)
            yield self._unit(transaction)

    def _unit(self, transaction: Transaction) -> Unit:
        return Unit(
            People(transaction),
            Bookmarks(transaction, self.now),
            Questions(transaction, self.now),
            Recordings(transaction),
            Belongings(transaction),
            Tallies(transaction, self.now),
            transaction,
            self.now,
            self.worker,
        )

    def now(self) -> datetime:
        """The moment in UTC, by the clock that all machines go by."""
        return self._clock() + self.clock_behind

    async def prove_writable(self) -> None:
        """Write something, durably, that changes nothing. Raises StorageError when that fails."""
        with translated("written to"):
            async with self._database.writing():
                await settled(self._database.prove_writable())

    async def rebuild(self) -> bool:
        """Write a database's whole file anew, without what lies between its rows.

        What SQLite left there goes with this alone, or when new rows take its place. For quiet moments: a big
        file takes long. False when it could not be done, on a full disk for one.
        """
        async with self._database.writing():
            return await self._rebuild()

    async def _rebuild(self) -> bool:
        with suppress(StorageError), self._watched(), translated("rebuilt"):
            await settled(self._database.rebuild())
            return True
        return False

    async def clear_journal(self) -> bool:
        """Empty a file's write-ahead log, where words that were erased lie until it is next overwritten.

        For quiet moments: it waits for its turn to write. False when a reader was in its way: it holds them
        still.
        """
        async with self._database.writing():
            return await self._clear_journal()

    async def _clear_journal(self) -> bool:
        # A reader in its way is no error: the next erasure, or closing the store, clears it then.
        with suppress(StorageError), translated("cleared"):
            return await settled(self._database.clear_journal())
        return False


def address_of(url: str, setting: str = "DATABASE_URL") -> URL:
    """The address of a database, read. Raises SettingsError naming `setting`."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        address = None
    if address is None or address.drivername not in (SQLITE, POSTGRES):
        raise SettingsError(
            f"{setting} must begin with sqlite+aiosqlite:/// and name a file, such as "
            "sqlite+aiosqlite:///data/assistant.db, or with postgresql+psycopg:// and name a server and its "
            "database, such as postgresql+psycopg://assistant@db/assistant"
        ) from None
    return address


def file_of(url: str) -> Path | None:
    """The database's file, or None for one in memory or in a server. SettingsError for any other address."""
    address = address_of(url)
    return file_in(address) if address.drivername == SQLITE else None


def is_server(url: str) -> bool:
    """Whether that is a server, which several machines may share. SettingsError for what is no address."""
    return address_of(url).drivername == POSTGRES
