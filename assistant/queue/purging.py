"""Letting go of what is kept for a time: settled updates, and questions."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, NoReturn

import structlog

from assistant.errors import StorageError
from assistant.queue.table import queue_in
from assistant.storage.pace import let_go
from assistant.storage.store import Store

EVERY: Final = timedelta(hours=1)

_log = structlog.get_logger(__name__)


async def purge(store: Store, source: int, left_out: Callable[[int], None] = lambda _: None) -> None:
    """Delete what has been kept long enough, and what has waited so long for another source than this.

    `left_out` is told how many updates that were. A failure is a warning: there will be another time. To be
    called when the clock is known to be right: after the source was reached, whose time is compared, and
    before its first update, whose number may be that of an old one by then.
    """
    try:
        async with store.write() as unit:
            await queue_in(unit).mend_stamps()
            await queue_in(unit).purge()
            others = await queue_in(unit).purge_others(source)
            await unit.questions.mend_stamps()
            await unit.questions.purge()
            if store.is_shared:
                await let_go(unit)
    except StorageError as error:
        _log.warning("not purged", error=str(error))
        return
    if others:
        _log.error("updates for another token given up", count=others)
        left_out(others)


async def purge_hourly(
    purge: Callable[[], Awaitable[None]],
    *,
    is_reached: Callable[[], bool],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> NoReturn:
    """Purge every hour, however much there is to do otherwise, once the source was reached."""
    while True:
        await sleep(EVERY.total_seconds())
        if is_reached():
            await purge()
