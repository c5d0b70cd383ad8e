"""One of several machines: a session of its own with the server, which ends with it.

The session holds an advisory lock with a number that is never given twice. It claims updates under that
number, and whoever sees the lock gone takes them over. The server ends a session that says nothing for as
long as the lease: so a machine that hangs, or is cut off, is gone for the others when the lease is over, and
one whose process ends is gone at once.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, Final

import psycopg
import structlog
from sqlalchemy import NullPool, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.errors import DatabaseAwayError, SettingsError
from assistant.storage.dialects.advisory_locks import (
    IS_GONE,
    MACHINE,
    MIGRATING,
    ROLE,
    ROLES_HELD,
)
from assistant.storage.dialects.postgres_server import CONNECTING, DRIVER, engine_to
from assistant.storage.dialects.turns import OneAtATime
from assistant.storage.membership import Duty, Role
from assistant.storage.store import Store, Unit, address_of
from assistant.storage.transaction import Transaction, settled, translated

_log = structlog.get_logger(__name__)

_CHANNEL: Final = "inbox"
_DEBOUNCED_S: Final = 0.02
"""What is told again and again meanwhile is looked at once."""
_LISTEN_AGAIN_S: Final = 1.0
_LOOK_EVERY_S: Final = 5.0

_POOLED: Final = (
    "ASSISTANT_DATABASE_DIRECT_URL: between this program and the server stands a pooler, which gives a "
    "session to many in turn. A machine needs one for itself: name the server's own address there."
)


class OneOfSeveral:
    """Membership by a session with the server at `url`, past any pooler. SettingsError: it is none.

    `lease_s`: how long the others wait for a machine that says nothing. Whoever opened it calls `leave`.
    """

    is_shared: Final = True

    def __init__(self, store: Store, url: str, *, roles: Collection[Role], lease_s: float) -> None:
        address = address_of(url, "ASSISTANT_DATABASE_DIRECT_URL")
        if address.drivername != DRIVER:
            raise SettingsError("ASSISTANT_DATABASE_DIRECT_URL must name the server that DATABASE_URL names.")
        self._store = store
        self._address = address
        self._roles = frozenset(roles)
        self._lease_s = lease_s
        self._engine = engine_to(address, poolclass=NullPool)
        self._turn = OneAtATime()
        self._session: AsyncConnection | None = None
        self._duties: set[Duty] = set()
        self._wake: Callable[[], None] = lambda: None
        self._listening: asyncio.Task[None] | None = None
        self._is_waking = False
        self._looked_at = float("-inf")
        self.nodes: Mapping[Role, int] = dict.fromkeys(Role, 0)

    @property
    def is_lost(self) -> bool:
        """Whether there is no session, or it was found to have ended."""
        return self._session is None or self._session.invalidated or self._session.closed

    @property
    def gone(self) -> TextClause:
        """Whether the lock of whoever has it is held no more."""
        return IS_GONE

    async def join(self) -> None:
        """A new session with a new number. What the last one held is free."""
        async with self._turn:
            await self._drop()
            with translated("joined"):
                self._session = await settled(self._begun())
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen(), name="listening")

    async def leave(self) -> None:
        """End the session."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait({self._listening})
            self._listening = None
        async with self._turn:
            await self._drop()
        await settled(self._engine.dispose())

    async def _drop(self) -> None:
        session, self._session = self._session, None
        self._store.worker = None
        self._duties.clear()
        if session is not None:
            with suppress(Exception):  # it may have ended long ago
                await settled(session.close())

    async def _begun(self) -> AsyncConnection:
        session = await self._engine.connect()
        try:
            number = (await session.execute(text("SELECT nextval('workers')"))).scalar_one()
            for setting in ("idle_session_timeout", "idle_in_transaction_session_timeout"):
                await session.execute(
                    text("SELECT set_config(:name, :value, false)"),
                    {"name": setting, "value": f"{round(self._lease_s * 1000)}ms"},
                )
            pid = await _pid(session)
            # Not while a backup is put in place of what this machine would work from.
            await session.execute(text(f"SELECT pg_advisory_lock_shared({MIGRATING})"))
            locks = [(MACHINE, number, ""), *((ROLE, int(role), "_shared") for role in self._roles)]
            for key, value, shared in locks:
                await session.execute(text(f"SELECT pg_advisory_lock{shared}({key}, {value})"))
            await session.execute(text(f"SELECT pg_advisory_unlock_shared({MIGRATING})"))
            await self._set_clock(session)
            await session.commit()
            await self._require_direct(session, pid)
        except BaseException:
            await session.close()
            raise
        self._store.worker = number
        _log.info("joined the other machines", number=number)
        return session

    async def _set_clock(self, session: AsyncConnection | Transaction) -> None:
        """All go by the server's clock, whatever this machine's says, also when somebody has set that."""
        before = self._store.now()
        now = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
        after = self._store.now()
        self._store.clock_behind += now - (before + (after - before) / 2)

    async def _require_direct(self, session: AsyncConnection, pid: int) -> None:
        """Whether the session is one: a pooler gives its connection to somebody else meanwhile."""
        async with self._engine.connect() as other:
            others = await _pid(other)
            mine = await _pid(session)
            await session.commit()
        if mine != pid or others == pid:
            raise SettingsError(_POOLED)

    def write(self) -> AbstractAsyncContextManager[Unit]:
        """On the session itself: when that has ended, nothing is claimed or settled under its number."""
        return self._written()

    @asynccontextmanager
    async def _written(self) -> AsyncIterator[Unit]:
        async with self._turn:
            if self._session is None or self.is_lost:
                raise DatabaseAwayError("The session with the database has ended.")
            async with self._store.write_on(self._session) as unit:
                yield unit

    async def tell(self, unit: Unit) -> None:
        """NOTIFY, with the transaction."""
        await unit.transaction.execute(text(f"SELECT pg_notify('{_CHANNEL}', '')"))

    def when_told(self, wake: Callable[[], None]) -> None:
        """Called a moment after the first of several notifications."""
        self._wake = wake

    async def look(self, unit: Unit) -> None:
        """Count the locks of each role, and look at the server's clock, every few seconds."""
        if time.monotonic() - self._looked_at < _LOOK_EVERY_S:
            return
        held = [row[0] for row in await unit.transaction.execute(ROLES_HELD)]
        self.nodes = {role: held.count(int(role)) for role in Role}
        await self._set_clock(unit.transaction)
        self._looked_at = time.monotonic()

    async def may(self, duty: Duty) -> bool:
        """Whether the session has the lock of that duty, or could take it."""
        if duty in self._duties and not self.is_lost:
            return True
        async with self.write() as unit:
            found = await unit.transaction.execute(text(f"SELECT pg_try_advisory_lock({int(duty)})"))
            is_ours = bool(found.scalar_one())
        if is_ours:
            self._duties.add(duty)
        return is_ours

    async def _listen(self) -> None:
        """Hear what others tell, on a connection. Without it, one looks each second."""
        _, named = self._engine.dialect.create_connect_args(self._address)
        asked: dict[str, Any] = {**CONNECTING, **named}
        while True:
            with suppress(psycopg.Error, OSError):
                async with await psycopg.AsyncConnection.connect(**asked, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {_CHANNEL}")
                    async for _ in connection.notifies():
                        self._wake_soon()
            await asyncio.sleep(_LISTEN_AGAIN_S)

    def _wake_soon(self) -> None:
        if self._is_waking:
            return
        self._is_waking = True
        asyncio.get_running_loop().call_later(_DEBOUNCED_S, self._woken)

    def _woken(self) -> None:
        self._is_waking = False
        self._wake()


async def _pid(connection: AsyncConnection) -> int:
    return int((await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one())
