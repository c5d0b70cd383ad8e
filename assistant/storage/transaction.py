"""One transaction, and the one door at which the database's errors become StorageError."""

import asyncio
import sqlite3
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from alembic.util import CommandError
from sqlalchemy import CursorResult, Executable, UpdateBase
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.errors import DamagedDatabaseError, StorageError

Result = TypeVar("Result")


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn every error that a database can raise into StorageError, a damaged file into DamagedDatabaseError.

    `doing` completes "The database could not be ...". The text names SQLite's own error code and nothing
    else: statements, parameters and paths stay out of it, and so does the original, which may hold them.
    """
    try:
        yield
    except DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorname", type(error.orig).__name__)
        raise _storage_error(doing, code) from None
    except (
        SQLAlchemyError,
        sqlite3.Error,
        CommandError,
        OSError,
        # These come bare: a number beyond 64 bits, text that is not valid Unicode, JSON with too many levels.
        OverflowError,
        UnicodeError,
        RecursionError,
        # A stored state that is not JSON.
        ValueError,
    ) as error:
        code = getattr(error, "sqlite_errorname", type(error).__name__)
        raise _storage_error(doing, code) from None


def _storage_error(doing: str, code: str) -> StorageError:
    damaged = code == "SQLITE_NOTADB" or code.startswith("SQLITE_CORRUPT")
    return (DamagedDatabaseError if damaged else StorageError)(f"The database could not be {doing} ({code}).")


async def settled(work: Coroutine[Any, Any, Result]) -> Result:
    """The result of `work`, which runs to its end even when the caller is cancelled meanwhile.

    A connection abandoned in the middle of a call must be thrown away, and with it a database in memory.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # Looked at, so that asyncio does not report it as never retrieved.
        raise


class Transaction:
    """Statements that take effect together or not at all.

    After the first statement that fails, nothing of the transaction is kept, also when the caller goes on.
    """

    def __init__(self, connection: AsyncConnection, *, writable: bool) -> None:
        self._connection = connection
        self._writable = writable
        self._failed = False

    async def execute(
        self,
        statement: Executable,
        parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> CursorResult[Any]:
        """Run one statement; its rows are already fetched. Raises StorageError."""
        writes = isinstance(statement, UpdateBase)
        if writes and not self._writable:
            raise StorageError("Nothing can be written in a read.")
        try:
            with translated("written" if writes else "read"):
                return await settled(self._connection.execute(statement, parameters))
        except StorageError:
            self._failed = True
            raise

    async def begin(self) -> None:
        """Open the connection and the transaction. Raises StorageError, and then leaves nothing open."""
        try:
            with translated("opened"):
                await settled(self._start())
        except BaseException:
            await self.close()
            raise

    async def _start(self) -> None:
        await self._connection.start()
        await self._connection.begin()

    async def commit(self) -> None:
        """Keep everything, durably; StorageError says that nothing was kept."""
        if self._failed:
            await self.close()
            raise StorageError("Nothing was saved, because a part of it could not be.")
        try:
            with translated("written"):
                await settled(self._connection.commit())
        finally:
            await self.close()

    async def close(self) -> None:
        """Give the connection back, undoing what was not committed.

        Never raises StorageError: a connection that cannot be rolled back is thrown away.
        """
        with suppress(StorageError), translated("closed"):
            await settled(self._connection.close())
