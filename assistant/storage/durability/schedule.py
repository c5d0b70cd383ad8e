"""The daily backup, made by the running bot."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, NoReturn

import structlog

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
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> NoReturn:
    """Back up whenever the last backup is a day old, at the start too, and keep the newest `kept` of them.

    0 makes and removes none. A failure is a warning, is told to `failed`, and is tried again after an hour.
    """
    while True:
        try:
            await asyncio.to_thread(_look, backups, kept)
        except AssistantError as error:
            _log.warning("backup failed", problem=str(error), next_try_s=LOOK_EVERY.total_seconds())
            failed()
        await sleep(LOOK_EVERY.total_seconds())


def _look(backups: Backups, kept: int) -> None:
    backups.sweep()
    if not kept:
        return
    age = backups.age()
    if age is None or age >= EVERY:
        made = backups.make()
        _log.info("backed up", file=made.name, bytes=made.stat().st_size)
        backups.prune(kept)
