"""Growing pauses while something fails."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final

FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 8.0
"""So that work resumes within ten seconds after Telegram, or the disk, is back."""


class Backoff:
    """Growing, jittered pauses while something fails; back to the shortest when it works again."""

    def __init__(
        self,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.sleep = sleep
        self._uniform = uniform
        self._failures = 0

    async def rest(self) -> None:
        """Pause, longer each time: half a second at first, eight at last, up to a half less by chance."""
        longest = min(FIRST_PAUSE_S * 2**self._failures, LONGEST_PAUSE_S)
        self._failures = min(self._failures + 1, 16)
        await self.sleep(self._uniform(longest / 2, longest))

    def over(self) -> None:
        """It works again."""
        self._failures = 0
