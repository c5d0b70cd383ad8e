"""One transaction, and the one door at which the database's errors become StorageError."""

import asyncio
import sqlite3
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final, TypeVar

from alembic.util import CommandError
from sqlalchemy import CursorResult, Executable, UpdateBase
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.errors import ConflictError, DamagedDatabaseError, DatabaseAwayError, StorageError

Result = TypeVar("Result")


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn every error that a database can raise into StorageError, a damaged file into DamagedDatabaseError.

    `doing` completes "The database could not be ...". The text names the database's own error code and
    nothing else: statements, parameters and paths stay out of it, and so does the original that holds them.
    """
    try:
        yield
    except DBAPIError as error:
        raise _storage_error(doing, error.orig) from None
    except (
        SQLAlchemyError,
        sqlite3.Error,
        CommandError,
        OSError,
        # These come bare: a number beyond 64 bits, text that is not valid Unicode, JSON with too many levels.
        OverflowError,
        UnicodeError,
        RecursionError,
        # A stored state that is not JSON, or one to be kept that JSON cannot express.
        ValueError,
        TypeError,
    ) as error:
        raise _storage_error(doing, error) from None


_CONFLICT: Final = frozenset({"40001", "40P01"})
"""PostgreSQL undid one of two transactions that were in each other's way."""
_DAMAGED: Final = ("SQLITE_NOTADB", "SQLITE_CORRUPT", "XX001", "XX002")
_AWAY: Final = ("08", "57", "25006", "25P03", "53300")
"""No connection, the server ends or begins, it only reads, it ended a session, it takes no more of them."""


def _storage_error(doing: str, error: BaseException | None) -> StorageError:
    state = getattr(error, "sqlstate", None)
    code: str = getattr(error, "sqlite_errorname", None) or state or type(error).__name__
    text = f"The database could not be {doing} ({code})."
    if code.startswith(_DAMAGED):
        return DamagedDatabaseError(text)
    if code in _CONFLICT:
        return ConflictError(text)
    # psycopg's own: without a code it has lost the server, or found none.
    is_lost = state is None and hasattr(error, "sqlstate") and code in ("OperationalError", "InterfaceError")
    if is_lost or (state is not None and state.startswith(_AWAY)):
        return DatabaseAwayError(f"The database's server cannot be reached, or takes nothing ({code}).")
    return StorageError(text)


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

    def __init__(self, connection: AsyncConnection, *, writable: bool, locks_rows: bool = False) -> None:
        self._connection = connection
        self._writable = writable
        self.locks_rows = writable and locks_rows
        """Whether others may write meanwhile, so that a row that is read to be changed must be locked."""
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


class HeldTransaction(Transaction):
    """The same on a connection that stays open afterwards, because what it holds goes with it."""

    async def _start(self) -> None:
        if self._connection.invalidated:
            # It would be replaced in silence, and what it held would be gone.
            raise DatabaseAwayError("The session with the database has ended.")
        await self._connection.begin()

    async def close(self) -> None:
        """Undo what was not committed."""
        with suppress(StorageError), translated("closed"):
            await settled(self._connection.rollback())
