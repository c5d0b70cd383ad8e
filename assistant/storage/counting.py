"""Counts what everybody does, and writes it down each minute: no turn waits for a row that all write."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Final, NoReturn

import structlog

from assistant.errors import StorageError
from assistant.storage.store import Store
from assistant.storage.tallies import Tally

_EVERY_S: Final = 60.0
_log = structlog.get_logger(__name__)


class Uncounted:
    """What happened since it was last written down: one write a minute, and not one more in every turn.

    A program that is killed loses that minute.
    """

    def __init__(self) -> None:
        self._counts: Counter[Tally] = Counter()

    def note(self, tally: Tally) -> None:
        """Count it with the next write."""
        self._counts[tally] += 1

    def take(self) -> Counter[Tally]:
        """All of it, once."""
        taken, self._counts = self._counts, Counter()
        return taken

    def put_back(self, counts: Counter[Tally]) -> None:
        """What was taken and could not be written."""
        self._counts.update(counts)


async def write_down(store: Store, uncounted: Uncounted) -> None:
    """Write what was counted since the last time; it stays counted when that fails."""
    counts = uncounted.take()
    if not counts:
        return
    try:
        async with store.write() as unit:
            # In one order everywhere: two processes never wait for each other's rows.
            for tally, times in sorted(counts.items()):
                await unit.tallies.add(tally, times)
    except StorageError as error:
        uncounted.put_back(counts)
        _log.warning("counts not kept yet", error=str(error))


async def write_down_every_minute(
    store: Store, uncounted: Uncounted, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> NoReturn:
    """Write it down each minute until this is cancelled, and then once more."""
    try:
        while True:
            await sleep(_EVERY_S)
            await write_down(store, uncounted)
    finally:
        await write_down(store, uncounted)
