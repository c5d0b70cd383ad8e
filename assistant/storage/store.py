"""The database: opened and migrated, written by one connection, read by others."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    AsyncExitStack,
    ExitStack,
    asynccontextmanager,
    contextmanager,
    suppress,
)
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from assistant.clock import steady_now
from assistant.errors import DamagedDatabaseError, SettingsError, StorageError
from assistant.storage.belongings import Belongings
from assistant.storage.bookmarks import Bookmarks
from assistant.storage.people import People
from assistant.storage.questions import Questions
from assistant.storage.recordings import Recordings
from assistant.storage.schema import upgrade
from assistant.storage.tallies import Tallies
from assistant.storage.transaction import Transaction, settled, translated

IN_MEMORY: Final = "sqlite+aiosqlite://"
"""The address of a store that nothing is kept of, for whoever serves nobody."""
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


class Copies(Protocol):
    """What else holds rows about people: the backups."""

    def without(self, people: frozenset[int], questions_of: frozenset[int]) -> AbstractContextManager[None]:
        """Erase these people, and those questions, from every copy; none is made before the block ends.

        Raises StorageError when something could not be erased everywhere.
        """


class Store:
    """Made by `Store.open`; whoever opened it closes it."""

    def __init__(
        self,
        writer: AsyncEngine,
        reader: AsyncEngine,
        now: Callable[[], datetime],
        copies: Copies | None = None,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._looker = reader.execution_options(**{_BARE: True})
        self._now = now
        self._copies = copies
        self._turn = _Turn()
        self.damaged = asyncio.Event()
        """Set when the file turns out to be damaged: whoever serves should end, so that a start mends it."""

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        now: Callable[[], datetime] | None = None,
        copies: Copies | None = None,
        page_limit: int | None = None,
    ) -> "Store":
        """Open the database at `url`, creating it and its folder if need be, and bring its tables up to date.

        `sqlite+aiosqlite:///folder/file.db`, or `sqlite+aiosqlite://` for one in memory. Raises SettingsError
        for an address that is neither, StorageError when the database cannot be used. `now` is a UTC clock.
        Whoever is forgotten is erased from `copies` too. `page_limit` is the size, in pages of 4 KiB, at
        which the database counts as full.
        """
        address = _address(url)
        # At DEBUG, aiosqlite logs every statement with its parameters: what people keep and say.
        logging.getLogger("aiosqlite").setLevel(logging.INFO)
        with translated("opened"):
            await asyncio.to_thread(_prepare, address)
        limit = () if page_limit is None else (f"max_page_count={page_limit}",)
        writer = _engine(address, begin="BEGIN IMMEDIATE", connections=1, pragmas=(*_PRAGMAS, *limit))
        # A database in memory is one connection: there is no second one to read by.
        reader = (
            _engine(address, begin="BEGIN", connections=_READERS) if _file(address) is not None else writer
        )
        store = cls(writer, reader, now or steady_now, copies)
        try:
            with translated("brought up to date"):
                await settled(store._migrate())
        except BaseException:
            await store.close()
            raise
        return store

    async def _migrate(self) -> None:
        async with self._writer.begin() as connection:
            await connection.run_sync(upgrade)

    async def close(self) -> None:
        """Close every connection. Closing twice is not an error."""
        for engine in {self._writer, self._reader}:
            with translated("closed"):
                await settled(engine.dispose())

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Unit]:
        """One transaction: kept, durably, when the block ends well, undone on any error or cancellation.

        Writes take turns, so do nothing slow inside, and above all send nothing. Raises StorageError when it
        could not be kept, and when the same task is already in a write.
        """
        async with self._turn:
            with self._watched():
                transaction = Transaction(self._writer.connect(), writable=True)
                await transaction.begin()
                unit = self._unit(transaction)
                try:
                    yield unit
                    await self._keep(transaction, unit)
                except BaseException:
                    await transaction.close()
                    raise
            if unit.people.erased or unit.questions.erased:
                await self._rebuild()
                await self._clear_journal()

    async def _keep(self, transaction: Transaction, unit: Unit) -> None:
        """Commit, but only when what it erases is erased from the copies as well.

        In this order a crash in between leaves somebody who was not told yet that they are forgotten.
        """
        people, questions_of = frozenset(unit.people.erased), frozenset(unit.questions.erased)
        if not (people or questions_of) or self._copies is None:
            await transaction.commit()
            return
        clean = ExitStack()
        try:
            # Looks at files, so not on the event loop.
            await settled(asyncio.to_thread(clean.enter_context, self._copies.without(people, questions_of)))
            await transaction.commit()
        finally:
            await settled(asyncio.to_thread(clean.close))

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except DamagedDatabaseError:
            self.damaged.set()
            raise

    def read(self) -> AbstractAsyncContextManager[Unit]:
        """A consistent view that holds no writer up. Writing in it raises StorageError."""
        return self._reading(self._reader)

    def look(self) -> AbstractAsyncContextManager[Unit]:
        """The same for one statement, which is consistent by itself: no transaction is begun for it."""
        return self._reading(self._looker)

    @asynccontextmanager
    async def _reading(self, engine: AsyncEngine) -> AsyncIterator[Unit]:
        async with AsyncExitStack() as stack:
            if self._reader is self._writer:
                await stack.enter_async_context(self._turn)
            stack.enter_context(self._watched())
            transaction = Transaction(engine.connect(), writable=False)
            await transaction.begin()
            stack.push_async_callback(transaction.close)
            yield self._unit(transaction)

    def _unit(self, transaction: Transaction) -> Unit:
        return Unit(
            People(transaction),
            Bookmarks(transaction, self._now),
            Questions(transaction, self._now),
            Recordings(transaction),
            Belongings(transaction),
            Tallies(transaction, self._now),
            transaction,
            self._now,
        )

    async def prove_writable(self) -> None:
        """Write something, durably, that changes nothing. Raises StorageError when that fails."""
        with translated("written to"):
            async with self._turn:
                await settled(self._rewrite_version())

    async def _rewrite_version(self) -> None:
        # A page is written even when the number in it stays the same.
        async with self._writer.begin() as connection:
            version = (await connection.exec_driver_sql("PRAGMA user_version")).scalar_one()
            await connection.exec_driver_sql(f"PRAGMA user_version = {version}")

    async def rebuild(self) -> bool:
        """Write the whole file anew, without what lies between its rows.

        `secure_delete` overwrites a row where it is deleted, and not the copies that SQLite leaves behind
        when it moves rows to another page. They go with this alone, or when new rows take their place. For
        quiet moments: a big file takes long. False when it could not be done, on a full disk for one.
        """
        async with self._turn:
            return await self._rebuild()

    async def _rebuild(self) -> bool:
        with suppress(StorageError), self._watched(), translated("rebuilt"):
            await settled(self._past_transactions("VACUUM"))
            return True
        return False

    async def clear_journal(self) -> bool:
        """Empty the write-ahead log, where words that were erased lie until it is next overwritten.

        For quiet moments: it waits for its turn to write. False when a reader was in its way: it holds them
        still.
        """
        async with self._turn:
            return await self._clear_journal()

    async def _clear_journal(self) -> bool:
        """Empty the write-ahead log, where erased words would otherwise stay until it is next overwritten.

        A reader in its way is no error: the next erasure, or closing the store, clears it then.
        """
        with suppress(StorageError), translated("cleared"):
            # (whether a reader was in the way, pages in the journal, pages moved)
            (outcome,) = await settled(self._past_transactions("PRAGMA wal_checkpoint(TRUNCATE)"))
            return not outcome[0]
        return False

    async def _past_transactions(self, statement: str) -> Sequence[Any]:
        async with self._writer.connect() as connection:
            return await connection.run_sync(_executed_bare, statement)


class _Turn:
    """A lock that refuses the task which already holds it, where an asyncio.Lock would wait for ever."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._holder: asyncio.Task[Any] | None = None

    async def __aenter__(self) -> None:
        if self._lock.locked() and self._holder is asyncio.current_task():
            raise StorageError("A transaction was begun inside another one.")
        await self._lock.acquire()
        self._holder = asyncio.current_task()

    async def __aexit__(self, *_: object) -> None:
        self._holder = None
        self._lock.release()


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        address = None
    if address is None or address.drivername != "sqlite+aiosqlite":
        raise SettingsError(
            "DATABASE_URL must begin with sqlite+aiosqlite:/// and name a file, such as "
            "sqlite+aiosqlite:///data/assistant.db"
        ) from None
    return address


def file_of(url: str) -> Path | None:
    """The database's file, or None for one in memory. Raises SettingsError for any other address."""
    return _file(_address(url))


def _file(address: URL) -> Path | None:
    """The database's file, or None for a database in memory."""
    return None if address.database in (None, "", ":memory:") else Path(str(address.database))


def _prepare(address: URL) -> None:
    """Create the folder, and the file for its owner alone; SQLite gives its journals the same rights."""
    path = _file(address)
    if path is None:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


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
    pool = {} if _file(address) is None else {"pool_size": connections, "max_overflow": 0}
    engine = create_async_engine(
        address,
        # `begin` decides. Python's sqlite3 would begin a write at its first change, too late to wait.
        connect_args={"isolation_level": None},
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
            connection.exec_driver_sql(begin)

    return engine
