"""Who may write now: one task at a time, or all side by side, but none inside its own write."""

import asyncio
from typing import Any

from assistant.errors import StorageError

_INSIDE = "A transaction was begun inside another one."


class OneAtATime:
    """A lock that refuses the task which already holds it, where an asyncio.Lock would wait for ever."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._holder: asyncio.Task[Any] | None = None

    async def __aenter__(self) -> None:
        if self._lock.locked() and self._holder is asyncio.current_task():
            raise StorageError(_INSIDE)
        await self._lock.acquire()
        self._holder = asyncio.current_task()

    async def __aexit__(self, *_: object) -> None:
        self._holder = None
        self._lock.release()


class SideBySide:
    """Lets everybody in, and refuses the task that is in already: it would wait for its own row locks."""

    def __init__(self) -> None:
        self._inside: set[asyncio.Task[Any] | None] = set()

    async def __aenter__(self) -> None:
        task = asyncio.current_task()
        if task in self._inside:
            raise StorageError(_INSIDE)
        self._inside.add(task)

    async def __aexit__(self, *_: object) -> None:
        self._inside.discard(asyncio.current_task())
