"""Whether the assistant lives, and whether it can serve people."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from assistant.errors import AssistantError
from assistant.operations.metrics import CheckName

FRESH_S: Final = 3.0
"""How long what was found stays true: whoever asks often must not make the store write often."""

PATIENCE_S: Final = 5.0
"""A check that takes longer has found something."""

STARTING: Final = "starting"

Look = Callable[[], Awaitable[str | None]]
"""Looks at one thing: what is wrong with it, in words for an operator, or None."""


class Health:
    """Asks each part whether it is well. What nobody has said anything about yet is still starting."""

    def __init__(
        self,
        *,
        fresh_s: float = FRESH_S,
        patience_s: float = PATIENCE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fresh_s = fresh_s
        self._patience_s = patience_s
        self._clock = clock
        self._looks: dict[CheckName, Look] = {}
        self._is_alive: Callable[[], bool] = lambda: True
        self._found: Mapping[CheckName, str | None] = {}
        self._found_at = float("-inf")
        self._one_at_a_time = asyncio.Lock()
        self._looking: dict[CheckName, asyncio.Task[str | None]] = {}

    def watch(self, name: CheckName, look: Look) -> None:
        """From now on, ask this about `name`."""
        self._looks[name] = look
        self._found_at = float("-inf")

    def watch_life(self, is_alive: Callable[[], bool]) -> None:
        """From now on, the assistant lives while this says so."""
        self._is_alive = is_alive

    @property
    def is_alive(self) -> bool:
        """Whether what must run for ever still runs."""
        return self._is_alive()

    async def problems(self) -> Mapping[CheckName, str | None]:
        """What is wrong with each part; None where nothing is. At most three seconds old; never raises."""
        async with self._one_at_a_time:
            if self._clock() - self._found_at >= self._fresh_s:
                found = await asyncio.gather(*map(self._look_at, CheckName))
                self._found = dict(zip(CheckName, found, strict=True))
                self._found_at = self._clock()
            return self._found

    async def _look_at(self, name: CheckName) -> str | None:
        look = self._looks.get(name)
        if look is None:
            return STARTING
        # A disk that hangs cannot be called off: its look goes on, and no other is begun meanwhile.
        task = self._looking.pop(name, None) or asyncio.create_task(_safely(look))
        await asyncio.wait({task}, timeout=self._patience_s)
        if not task.done():
            self._looking[name] = task
            return f"does not answer within {self._patience_s:g} s"
        return task.result()


async def _safely(look: Look) -> str | None:
    try:
        return await look()
    except AssistantError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a part, the others are still asked
        return type(error).__name__
