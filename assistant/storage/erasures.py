"""Erasing people from backups that lie on another machine: asked for in a table, and waited for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Final, NoReturn

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from assistant.errors import StorageError
from assistant.storage.store import Copies, Store
from assistant.storage.tables import erasures

_log = structlog.get_logger(__name__)

_PATIENCE_S: Final = 8.0
"""Less than the server lets a write stand still, in which this is waited for."""
_LOOK_S: Final = 0.1
_KEEPER_LOOKS_S: Final = 0.5
_LEFT_FOR: Final = timedelta(minutes=10)
"""What is still there after this was left by a machine that died; whoever asked is served again."""


class ErasedByKeeper:
    """Copies that another machine keeps, or this one: whoever has the duty erases, and says so in the table.

    `store` is opened afterwards, and assigned by whoever opens it.
    """

    store: Store

    @asynccontextmanager
    async def erased(self, people: frozenset[int], questions_of: frozenset[int]) -> AsyncIterator[None]:
        """As `Copies.erased`. No backup is made while the rows are there."""
        asked = [(person, True) for person in questions_of - people] + [(person, False) for person in people]
        # In a task of its own, for the one that is here is in a write already.
        await asyncio.create_task(self._ask(asked))
        try:
            await asyncio.create_task(self._wait([person for person, _ in asked]))
            yield
        finally:
            await asyncio.create_task(self._withdraw([person for person, _ in asked]))

    async def _ask(self, asked: list[tuple[int, bool]]) -> None:
        async with self.store.write() as unit:
            for person, questions_only in asked:
                row = insert(erasures).values(
                    person=person, questions_only=questions_only, asked_at=unit.now(), erased_at=None
                )
                anew = {"questions_only": questions_only, "asked_at": unit.now(), "erased_at": None}
                await unit.transaction.execute(
                    row.on_conflict_do_update(index_elements=[erasures.c.person], set_=anew)
                )

    async def _wait(self, people: list[int]) -> None:
        left = select(erasures.c.person).where(erasures.c.person.in_(people), erasures.c.erased_at.is_(None))
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while True:
                    async with self.store.look() as unit:
                        if (await unit.transaction.execute(left)).first() is None:
                            return
                    await asyncio.sleep(_LOOK_S)
        except TimeoutError:
            raise StorageError(
                "No machine that keeps backups has erased somebody from them in time."
            ) from None

    async def _withdraw(self, people: list[int]) -> None:
        with suppress(StorageError):
            async with self.store.write() as unit:
                await unit.transaction.execute(delete(erasures).where(erasures.c.person.in_(people)))


async def erase_when_asked(store: Store, copies: Copies) -> NoReturn:
    """Erase whom any machine asks to have erased from these copies, for ever. A failure is tried again."""
    while True:
        try:
            await _look(store, copies)
        except StorageError as error:
            _log.warning("nobody erased from backups", error=str(error))
        await asyncio.sleep(_KEEPER_LOOKS_S)


async def _look(store: Store, copies: Copies) -> None:
    async with store.look() as unit:
        found = (await unit.transaction.execute(select(erasures))).all()
        now = unit.now()
    people = frozenset(row.person for row in found if row.erased_at is None and not row.questions_only)
    questions_of = frozenset(row.person for row in found if row.erased_at is None and row.questions_only)
    if people or questions_of:
        async with copies.erased(people, questions_of), store.write() as unit:
            await unit.transaction.execute(
                update(erasures)
                .where(erasures.c.person.in_(people | questions_of))
                .values(erased_at=unit.now())
            )
    if any(row.asked_at < now - _LEFT_FOR for row in found):
        async with store.write() as unit:
            await unit.transaction.execute(delete(erasures).where(erasures.c.asked_at < now - _LEFT_FOR))
