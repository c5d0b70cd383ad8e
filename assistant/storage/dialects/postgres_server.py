"""A database in a PostgreSQL server, which any number of machines share."""

import asyncio
import logging
import re
from contextlib import AbstractAsyncContextManager, nullcontext
from importlib.util import find_spec
from typing import Any, Final

import structlog
from sqlalchemy import URL, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from assistant.backoff import pause_s
from assistant.errors import SettingsError
from assistant.storage.dialects.advisory_locks import MIGRATING
from assistant.storage.dialects.turns import SideBySide
from assistant.storage.schema import upgrade

_log = structlog.get_logger(__name__)

DRIVER: Final = "postgresql+psycopg"

_CONNECTIONS: Final = 5
_WAIT_S: Final = 10
"""How long one waits for a connection of the pool."""
_IDLE_IN_TRANSACTION_S: Final = 10
"""A machine that stands still in the middle of a write holds its rows for so long."""

_TRIES: Final = 12
"""About a minute, for a server to begin or to recover."""
_BEGINS: Final = re.compile(r"starting up|in recovery mode|shutting down|not yet accepting connections")
"""What a server says to whoever connects too early (57P03). libpq hands on no code for it."""

CONNECTING: Final = {
    "connect_timeout": 5,
    # A server that is gone without a word is noticed in seconds, not when TCP gives up.
    "tcp_user_timeout": 10_000,
    "application_name": "assistant",
}


class PostgresServer:
    """Its connections are pooled; behind them may stand a PgBouncer, in transaction mode too."""

    is_shared: Final = True
    file: Final = None

    def __init__(self, address: URL) -> None:
        require_driver()
        # At DEBUG it may log statements; parameters are what people keep and say.
        logging.getLogger("psycopg").setLevel(logging.WARNING)
        self._turn = SideBySide()
        self.writer = engine_to(
            address,
            pool_size=_CONNECTIONS,
            max_overflow=0,
            pool_timeout=_WAIT_S,
            # After a restart of the server, nobody's write fails for a connection that ended with it.
            pool_pre_ping=True,
        )
        event.listen(self.writer.sync_engine, "connect", _set_up)
        self.reader = self.writer.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self.looker = self.writer.execution_options(isolation_level="AUTOCOMMIT")

    def prepare(self) -> None:
        """The server is there, or it is not."""

    async def migrate(self) -> None:
        """Bring the tables up to date; machines that start together take turns.

        A server that begins, or recovers from a crash, is waited for: it is there, and says so.
        """
        for failures in range(1, _TRIES):
            try:
                return await self._migrate()
            except OperationalError as error:
                if not _BEGINS.search(str(error.orig)):
                    raise
                _log.warning("database server not ready")
                await asyncio.sleep(pause_s(failures))
        return await self._migrate()

    async def _migrate(self) -> None:
        async with self.writer.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATING})
            await connection.run_sync(upgrade)

    def writing(self) -> AbstractAsyncContextManager[None]:
        """Writes go on side by side; the rows that they change are locked."""
        return self._turn

    def reading(self) -> AbstractAsyncContextManager[None]:
        """Reads hold nobody up."""
        return nullcontext()

    async def prove_writable(self) -> None:
        """A row is written even when what is in it stays the same."""
        async with self.writer.begin() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = version_num"))

    async def rebuild(self) -> None:
        """The server's own vacuum does that."""

    async def clear_journal(self) -> bool:
        """How long the write-ahead log stays is set up in the server."""
        return True

    async def close(self) -> None:
        """Close every connection."""
        await self.writer.dispose()


def require_driver() -> None:
    """SettingsError when what speaks to PostgreSQL is not installed."""
    if find_spec("psycopg") is None:
        raise SettingsError(
            "DATABASE_URL names a PostgreSQL server, and the package that speaks to one is not installed: "
            'pip install "voice-health-assistant[scale]"'
        )


def engine_to(address: URL, **pool: Any) -> AsyncEngine:
    """An engine to that server whose errors hold nobody's words."""
    asked = {key: value for key, value in CONNECTING.items() if key not in address.query}
    return create_async_engine(
        address,
        # PgBouncer may give each transaction another connection: no statement stays prepared in one.
        connect_args={"prepare_threshold": None, **asked},
        # Parameters are what people keep and say; they belong in no error text.
        hide_parameters=True,
        **pool,
    )


def _set_up(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET idle_in_transaction_session_timeout = '{_IDLE_IN_TRANSACTION_S}s'")
    cursor.close()
    connection.commit()
