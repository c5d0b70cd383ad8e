"""Updates that cannot be stored, as when the disk is full: answered all the same, straight from memory."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from assistant.errors import StorageError
from assistant.queue.updates import Arrival

REMEMBERED_S: Final = 3600.0
"""An answered update may come again, when the request that confirms it is lost."""

Serve = Callable[[Arrival], Awaitable[bool]]


class MemoryFallback:
    """Serves updates in order for each chat and person, `workers` at most at a time.

    `serve` deals with one update; False says that its answer could not be delivered.
    """

    def __init__(self, serve: Serve, *, workers: int) -> None:
        self._serve = serve
        self._free = asyncio.Semaphore(workers)
        self._served: dict[int, float] = {}

    def fresh(self, arrivals: Sequence[Arrival]) -> list[Arrival]:
        """These updates but those that were served from memory, which must not be stored and served again."""
        forgotten = time.monotonic() - REMEMBERED_S
        self._served = {number: at for number, at in self._served.items() if at > forgotten}
        return [arrival for arrival in arrivals if arrival.number not in self._served]

    async def serve(self, arrivals: Sequence[Arrival]) -> None:
        """Returns when all are dealt with, so that they may be confirmed; until then their source keeps them.

        Raises StorageError when an answer could not be delivered: its source gives that update again.
        """
        before: dict[tuple[str, int], asyncio.Task[bool]] = {}
        async with asyncio.TaskGroup() as group:
            tasks = []
            for arrival in arrivals:
                owners = (("chat", arrival.chat), ("person", arrival.person))
                keys = [(kind, number) for kind, number in owners if number]
                earlier = [before[key] for key in keys if key in before]
                task = group.create_task(self._after(earlier, arrival))
                before |= dict.fromkeys(keys, task)
                tasks.append(task)
        if not all(task.result() for task in tasks):
            raise StorageError("Some updates could be neither stored nor answered.")

    async def _after(self, earlier: list[asyncio.Task[bool]], arrival: Arrival) -> bool:
        # Not before what the same person said earlier is answered: it will come again, and so must this.
        if not all([await task for task in earlier]):
            return False
        async with self._free:
            served = await self._serve(arrival)
        if served:
            self._served[arrival.number] = time.monotonic()
        return served
