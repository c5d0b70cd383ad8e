"""Letting go of what is kept for a time: settled updates, and questions."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, NoReturn

import structlog

from assistant.errors import StorageError
from assistant.queue.table import queue_in
from assistant.storage.store import Store

EVERY: Final = timedelta(hours=1)

_log = structlog.get_logger(__name__)


async def purge(store: Store, source: int) -> None:
    """Delete what has been kept long enough, and what has waited so long for another source than this.

    A failure is a warning: there will be another time.

    At the start it comes before the first update, whose number may be that of an old one by then.
    """
    try:
        async with store.write() as unit:
            await queue_in(unit).purge()
            await queue_in(unit).purge_others(source)
            await unit.questions.mend_stamps()
            await unit.questions.purge()
    except StorageError as error:
        _log.warning("not purged", error=str(error))


async def purge_hourly(
    store: Store, source: int, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> NoReturn:
    """Purge every hour, however much there is to do otherwise."""
    while True:
        await sleep(EVERY.total_seconds())
        await purge(store, source)
