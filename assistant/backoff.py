"""Growing pauses while something fails."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final

FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 8.0
"""So that work resumes within ten seconds after Telegram, or the disk, is back."""
_MOST_DOUBLINGS: Final = 16
"""What has failed for days must not fail at its own arithmetic."""

Uniform = Callable[[float, float], float]
"""A number between two, by chance."""


def pause_s(failures: int, first_s: float = FIRST_PAUSE_S, uniform: Uniform = random.uniform) -> float:
    """How long to wait after that many failures in a row, from 1.

    It doubles from `first_s` to eight seconds, and is up to a half less by chance.
    """
    longest = min(first_s * 2 ** min(failures - 1, _MOST_DOUBLINGS), LONGEST_PAUSE_S)
    return uniform(longest / 2, longest)


class Backoff:
    """Growing pauses of something that goes on for ever; back to the shortest when it works again."""

    def __init__(
        self,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        uniform: Uniform = random.uniform,
    ) -> None:
        self.sleep = sleep
        self._uniform = uniform
        self._failures = 0

    async def rest(self) -> None:
        """Pause, longer each time."""
        self._failures += 1
        await self.sleep(pause_s(self._failures, uniform=self._uniform))

    def over(self) -> None:
        """It works again."""
        self._failures = 0
