"""How fast the whole bot sends, where several machines send for it."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, Protocol

import structlog

from assistant.backoff import Uniform
from assistant.errors import StorageError

_log = structlog.get_logger(__name__)

_LEASE: Final = 10
"""So many sends are taken at a time: the one row that all machines share is written a tenth as often."""
_SENDS: Final = "send"
_PAUSE: Final = "pause"
_ALL: Final = 0
_BURST: Final = timedelta(seconds=1)


class Shared(Protocol):
    """Limits that all machines share; `assistant.storage.pace.SharedPace` says what each promises."""

    async def take(self, kind: str, person: int, *, step: timedelta, burst: timedelta) -> bool:
        """Use up one of it, if there is one left."""

    async def hold(self, kind: str, person: int, wait: timedelta) -> None:
        """Nothing of it is left for so long."""

    async def held_for(self, kind: str, person: int) -> float:
        """In how many seconds there will be some of it again."""


class Pace(Protocol):
    """What is asked before something is sent."""

    async def before_send(self) -> None:
        """Returns when it may go out."""

    async def told_to_wait(self, seconds: float) -> None:
        """Telegram wants nothing from this bot for so long."""


class NoPace:
    """One machine alone sends as fast as it answers: Telegram says when that is too much."""

    async def before_send(self) -> None:
        """At once."""

    async def told_to_wait(self, seconds: float) -> None:
        """Whoever asked waits; each other request will be told so itself."""


class SharedSending:
    """`per_second` sends of all machines together; 0: as many as there are, but for what Telegram says.

    A server that cannot be asked holds nothing up: who is to be answered was there before.
    """

    def __init__(
        self,
        shared: Shared,
        per_second: int,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        uniform: Uniform = random.uniform,
    ) -> None:
        self._shared = shared
        self._step = timedelta(seconds=_LEASE / per_second) if per_second else timedelta()
        self._sleep = sleep
        self._uniform = uniform
        self._left = 0
        self._one_asks = asyncio.Lock()

    async def before_send(self) -> None:
        """Use one of this machine's lease, or take another one; they are waited for in turn."""
        async with self._one_asks:
            if not self._left:
                try:
                    await self._take_lease()
                except StorageError as error:
                    _log.warning("pace not asked for", error=str(error))
                self._left = _LEASE
            self._left -= 1

    async def _take_lease(self) -> None:
        if (pause_s := await self._shared.held_for(_PAUSE, _ALL)) > 0:
            await self._sleep(pause_s)
        while self._step and not await self._shared.take(_SENDS, _ALL, step=self._step, burst=_BURST):
            # Not all machines again at the same moment.
            await self._sleep(self._step.total_seconds() * self._uniform(0.5, 1.0))

    async def told_to_wait(self, seconds: float) -> None:
        """All machines pause, each from its next lease on, and this one from its next send."""
        self._left = 0
        try:
            await self._shared.hold(_PAUSE, _ALL, timedelta(seconds=seconds))
        except StorageError as error:
            _log.warning("pause not told to other machines", error=str(error))
