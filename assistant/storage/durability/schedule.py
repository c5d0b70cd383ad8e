"""The daily backup, made by the running bot."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, NoReturn

import structlog

from assistant.clock import WRONG_BY
from assistant.errors import AssistantError
from assistant.storage.durability.backups import Backups

EVERY: Final = timedelta(days=1)
LOOK_EVERY: Final = timedelta(hours=1)
"""So that a failed backup is tried again soon, and a machine that slept is late by an hour at most."""

_log = structlog.get_logger(__name__)


async def back_up_daily(
    backups: Backups,
    kept: int,
    *,
    failed: Callable[[], None] = lambda: None,
    may_sweep: Callable[[], bool] = lambda: True,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> NoReturn:
    """Back up whenever the last backup is a day old, at the start too, and keep the newest `kept` of them.

    One that is stamped in the future was made by a wrong clock: a warning, and reason enough for another.

    Databases that were set aside are swept when `may_sweep` says that the clock is known to be right.

    0 makes and removes none. A failure is a warning, is told to `failed`, and is tried again after an hour.
    """
    while True:
        try:
            await asyncio.to_thread(_look, backups, kept, may_sweep())
        except AssistantError as error:
            _log.warning("backup failed", problem=str(error), next_try_s=LOOK_EVERY.total_seconds())
            failed()
        await sleep(LOOK_EVERY.total_seconds())


def _look(backups: Backups, kept: int, may_sweep: bool) -> None:
    if may_sweep:
        backups.sweep()
    if not kept:
        return
    age = backups.age()
    if age is not None and age < -WRONG_BY:
        newest = backups.listing()[-1]
        _log.warning("stamped in the future", file=newest.name, by_s=round(-age.total_seconds()))
    if age is None or not -WRONG_BY <= age < EVERY:
        made = backups.make()
        _log.info("backed up", file=made.name, bytes=made.stat().st_size)
        backups.prune(kept)
