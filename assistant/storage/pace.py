"""How fast people and the bot may go on, counted in the server for all machines together.

Each limit is one number: the moment at which nothing of it would be used up. (The generic cell rate
algorithm, ITU-T I.371: a leaky bucket whose level is a time.)
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import BigInteger, delete, func, select, type_coerce
from sqlalchemy.dialects.postgresql import insert

from assistant.storage.store import Store, Unit
from assistant.storage.tables import as_number, pace

ALL: Final = 0
"""Stands for the person where a limit is the whole bot's."""

_MICROSECOND: Final = timedelta(microseconds=1)


class SharedPace:
    """The limits of all machines that share a server. Every method raises StorageError.

    Its table is not written to the server's log: after a crash it is empty, and everybody is forgiven.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def take(self, kind: str, person: int, *, step: timedelta, burst: timedelta) -> bool:
        """Use up one of what comes back every `step`, if one is left: `burst` may be used up ahead."""
        async with self._store.write() as unit:
            now = as_number(unit.now())
            free_at = type_coerce(pace.c.free_at, BigInteger)
            found = await unit.transaction.execute(
                insert(pace)
                .values(kind=kind, person=person, free_at=unit.now() + step)
                .on_conflict_do_update(
                    index_elements=[pace.c.kind, pace.c.person],
                    set_={"free_at": func.greatest(free_at, now) + step // _MICROSECOND},
                    where=free_at <= now + burst // _MICROSECOND,
                )
                .returning(pace.c.kind)
            )
            return found.first() is not None

    async def hold(self, kind: str, person: int, wait: timedelta) -> None:
        """Nothing of it is left for so long, or for longer if that was so already."""
        async with self._store.write() as unit:
            row = insert(pace).values(kind=kind, person=person, free_at=unit.now() + wait)
            later = func.greatest(
                type_coerce(pace.c.free_at, BigInteger), type_coerce(row.excluded.free_at, BigInteger)
            )
            await unit.transaction.execute(
                row.on_conflict_do_update(
                    index_elements=[pace.c.kind, pace.c.person], set_={"free_at": later}
                )
            )

    async def held_for(self, kind: str, person: int) -> float:
        """In how many seconds there will be some of it again; 0: now."""
        async with self._store.look() as unit:
            found = await unit.transaction.execute(
                select(pace.c.free_at).where(pace.c.kind == kind, pace.c.person == person)
            )
            free_at = found.scalar_one_or_none()
            return 0.0 if free_at is None else max(0.0, (free_at - unit.now()).total_seconds())


async def let_go(unit: Unit) -> None:
    """Delete what says nothing any more."""
    await unit.transaction.execute(delete(pace).where(pace.c.free_at < unit.now()))
