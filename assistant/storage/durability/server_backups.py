"""Backups of a server's database: SQLite files like all others, so that each can go into either."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Table, func, insert, select, text, tuple_

from assistant.clock import steady_now
from assistant.errors import SettingsError, StorageError
from assistant.storage.dialects.advisory_locks import MACHINES_HELD, MIGRATING
from assistant.storage.durability import database_files
from assistant.storage.durability.backups import Backups
from assistant.storage.store import Store, Unit
from assistant.storage.tables import bookmarks, erasures, metadata, people, recordings, tallies

_KEPT: Final[tuple[Table, ...]] = (people, bookmarks, recordings, tallies)
"""What a backup holds, in the order in which it can be put in."""
_PAGE: Final = 2_000
_OLD_NAME: Final = "assistant.db"
"""As if it were a file of that name: backups of the time when it was one are erased from and counted too."""


class ServerBackups(Backups):
    """The backups of the database at `url`. All of it blocks, and is called where no event loop runs."""

    def __init__(self, url: str, folder: Path, *, now: Callable[[], datetime] = steady_now) -> None:
        super().__init__(folder.parent / _OLD_NAME, folder, now=now)
        self._url = url

    def _write(self, partial: Path) -> None:
        try:
            asyncio.run(_copied_to(self._url, partial))
        except BaseException:
            database_files.remove(partial)
            raise
        database_files.finish(partial)


async def _copied_to(url: str, file: Path) -> None:
    async with (
        await Store.open(url) as store,
        await Store.open(_url_of(file)) as made,
        store.read() as source,  # all of it as it was at one moment
        made.write() as target,
    ):
        await _require_nobody_is_erased(source)
        await _copy_rows(source, target)


def _url_of(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file.absolute()}"


async def _require_nobody_is_erased(source: Unit) -> None:
    asked = await source.transaction.execute(select(func.count()).select_from(erasures))
    if asked.scalar_one():
        # Whoever asked has been told nothing yet. A copy made now would hold what is just being erased.
        raise StorageError("Somebody is being erased. Back up a little later.")


async def _copy_rows(source: Unit, target: Unit) -> None:
    for table in _KEPT:
        keys = table.primary_key.columns
        after: tuple[Any, ...] | None = None
        while True:
            page = select(table).order_by(*keys).limit(_PAGE)
            if after is not None:
                page = page.where(tuple_(*keys) > after)
            rows = [dict(row._mapping) for row in await source.transaction.execute(page)]
            if not rows:
                break
            await target.transaction.execute(insert(table), rows)
            after = tuple(rows[-1][key.name] for key in keys)


async def fill(url: str, file: Path) -> None:
    """Put what `file`, a backup that is up to date, holds in the place of what the server holds of it.

    What waits in the inbox is still answered. Raises SettingsError while a machine runs, and StorageError.
    """
    async with (
        await Store.open(url) as store,
        await Store.open(_url_of(file)) as made,
        made.read() as source,
        store.write() as target,
    ):
        await _require_alone(target)
        for table in (*reversed(_KEPT), metadata.tables["questions"]):
            await target.transaction.execute(table.delete())
        await _copy_rows(source, target)
        asked = await target.transaction.execute(select(erasures.c.person))
        for person in asked.scalars().all():
            # Asked for before the backup came back, and not done yet.
            await target.people.forget(person)


async def _require_alone(unit: Unit) -> None:
    """Until the transaction ends, no machine joins."""
    taken = await unit.transaction.execute(text(f"SELECT pg_try_advisory_xact_lock({MIGRATING})"))
    machines = (await unit.transaction.execute(MACHINES_HELD)).all()
    if machines or not taken.scalar_one():
        raise SettingsError("A bot is running on this server. Stop it on every machine, then restore.")


async def holds_anybody(url: str) -> bool:
    """Whether anything is kept there that a restore would replace."""
    async with await Store.open(url) as store, store.look() as unit:
        found = await unit.transaction.execute(select(people.c.id).limit(1))
        return found.first() is not None
