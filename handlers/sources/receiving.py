"""What every way of receiving updates has in common: where it puts them, and how it is asked about itself."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, NoReturn, Protocol

from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramUnauthorizedError

FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 8.0
"""So that serving resumes within ten seconds after Telegram, or the disk, is back."""

UNKNOWN_BOT: Final = (
    "Telegram does not know this BOT_TOKEN: copy it again from @BotFather, whole, without spaces."
)


class Pauses:
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


class Inflow(Protocol):
    """Where a receiver puts what it gets."""

    async def accept(self, updates: Sequence[Mapping[str, Any]]) -> int:
        """Store updates durably; how many were new. StorageError: none is stored."""

    async def reached(self) -> None:
        """Telegram answers again, after it did not."""

    async def quiet(self) -> None:
        """There was nothing new."""


class Receiver(Protocol):
    """Brings Telegram's updates in: by asking for them, or by being sent them."""

    @property
    def away(self) -> bool:
        """Whether Telegram could not be reached the last time, or not yet."""
        ...

    @property
    def reached_at(self) -> float | None:
        """When Telegram was last in touch, by `time.monotonic()`; None: never."""
        ...

    async def run(self) -> NoReturn:
        """Receive until cancelled. Nothing that Telegram or the store does ends it, but one thing:

        SettingsError says that Telegram does not know the token, or that there is nowhere to listen.
        """
        ...


Receiving = Callable[[Inflow, list[str]], Receiver]
"""Makes a receiver that puts updates of these kinds into this inflow."""


def refuses_token(error: AiogramError | UnicodeDecodeError, *, ever_reached: bool) -> bool:
    """Whether Telegram says that there is no such bot. 404 says so at the first request only."""
    return isinstance(error, TelegramUnauthorizedError) or (
        isinstance(error, TelegramNotFound) and not ever_reached
    )
