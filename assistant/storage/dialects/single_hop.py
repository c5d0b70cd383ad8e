"""SQLite by aiosqlite, with one hop to the connection's thread for each statement.

A hop wakes one thread and then the other, which costs several times what SQLite does meanwhile. By itself
aiosqlite hops to make a cursor, to execute, to fetch and to close, and SQLAlchemy has it hop to begin, and to
roll back what is committed already. Here a transaction is begun, and a statement executed, fetched and
closed, in one go.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from aiosqlite import Connection

_CHUNK: Final = 64
"""Rows at a time, for whoever iterates; nobody does."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    rows: Sequence[Any] = ()
    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None


class SingleHopConnection(Connection):
    """What SQLAlchemy asks of an aiosqlite connection, and no more of its cursors."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, _CHUNK)
        self._beginning: str | None = None

    def begin_with(self, statement: str) -> None:
        """Begin a transaction by that statement, together with the first one in it."""
        self._beginning = statement

    def cursor(self) -> "_FetchedCursor":  # type: ignore[override]  # made here, not in the thread
        """A cursor, at once."""
        return _FetchedCursor(self)

    async def commit(self) -> None:
        """Commit, if anything is begun."""
        if self._is_begun():
            await super().commit()

    async def rollback(self) -> None:
        """Roll back, if anything is begun."""
        if self._is_begun():
            await super().rollback()

    async def run(self, statement: str, parameters: Any, *, is_many: bool = False) -> _Outcome:
        """One statement, and the beginning of its transaction, if that is still to be made."""
        beginning, self._beginning = self._beginning, None
        hop = self._execute(self._ran, beginning, statement, parameters, is_many)  # type: ignore[no-untyped-call]  # aiosqlite's
        outcome: _Outcome = await hop
        return outcome

    def _ran(self, beginning: str | None, statement: str, parameters: Any, is_many: bool) -> _Outcome:
        with closing(self._conn.cursor()) as cursor:
            if beginning is not None:
                cursor.execute(beginning)
            (cursor.executemany if is_many else cursor.execute)(statement, parameters)
            rows = cursor.fetchall() if cursor.description else ()
            return _Outcome(rows, cursor.description, cursor.rowcount, cursor.lastrowid)

    def _is_begun(self) -> bool:
        self._beginning = None
        return self._connection is not None and self._connection.in_transaction


class _FetchedCursor:
    """A cursor that holds every row of its statement already."""

    arraysize = 1

    def __init__(self, connection: SingleHopConnection) -> None:
        self._connection = connection
        self._outcome = _Outcome()

    async def __aenter__(self) -> "_FetchedCursor":
        return self

    @property
    def description(self) -> Any:
        return self._outcome.description

    @property
    def rowcount(self) -> int:
        return self._outcome.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._outcome.lastrowid

    async def execute(self, statement: str, parameters: Any = ()) -> None:
        self._outcome = await self._connection.run(statement, parameters)

    async def executemany(self, statement: str, parameters: Any) -> None:
        self._outcome = await self._connection.run(statement, parameters, is_many=True)

    async def fetchall(self) -> Sequence[Any]:
        return self._outcome.rows

    async def close(self) -> None:
        """There is nothing to close."""
