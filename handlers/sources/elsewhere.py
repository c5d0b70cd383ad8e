"""For a machine that is one of several: another one may be the one that takes updates in."""

import time
from collections.abc import Awaitable, Callable
from typing import Final, NoReturn

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramRetryAfter

from assistant.backoff import Backoff
from assistant.errors import SettingsError
from assistant.queue.updates import Inflow, Source
from handlers.output.delivery import fault_code
from handlers.sources.token import UNKNOWN_BOT, refuses_token

_log = structlog.get_logger(__name__)

_LOOK_EVERY_S: Final = 30.0

WhileElected = Callable[[Callable[[], Awaitable[None]], Callable[[], None]], Awaitable[NoReturn]]
"""Does work whenever this machine has the duty, for ever; calls the other while another machine has it."""


class Elsewhere:
    """Takes nothing in: others do. Looks whether Telegram can be reached, to which this machine sends."""

    def __init__(self, bot: Bot, inflow: Inflow, *, backoff: Backoff | None = None) -> None:
        self._bot = bot
        self._inflow = inflow
        self._backoff = backoff or Backoff()
        self.away = True
        """Whether the last look failed, or none was made yet."""
        self.reached_at: float | None = None
        """When Telegram last answered, by `time.monotonic()`; None: never."""

    @property
    def number(self) -> int:
        """The bot's number: the first part of its token."""
        return self._bot.id

    async def run(self) -> NoReturn:
        """Look, every half minute. SettingsError says that Telegram does not know the token."""
        while True:
            try:
                await self._bot.get_me()
            except (AiogramError, UnicodeDecodeError) as error:
                self.away = True
                if refuses_token(error, ever_reached=self.reached_at is not None):
                    raise SettingsError(UNKNOWN_BOT) from None
                _log.warning("Telegram not reached", code=fault_code(error))
                if isinstance(error, TelegramRetryAfter):
                    await self._backoff.sleep(error.retry_after)
                await self._backoff.rest()
                continue
            self._backoff.over()
            self.reached_at = time.monotonic()
            if self.away:
                await self._inflow.reached()
                self.away = False
            await self._backoff.sleep(_LOOK_EVERY_S)


class Elected:
    """A source that works on one machine of several; on the others it stands by."""

    def __init__(self, source: Source, while_elected: WhileElected) -> None:
        self._source = source
        self._while_elected = while_elected
        self._leads = False
        self._stood_by_at: float | None = None

    @property
    def number(self) -> int:
        """The source's."""
        return self._source.number

    @property
    def away(self) -> bool:
        """Whoever stands by has reached nobody, and has lost nobody."""
        return self._leads and self._source.away

    @property
    def reached_at(self) -> float | None:
        """When the source was last in touch; on whoever stands by, when another machine last had its turn."""
        return self._source.reached_at if self._leads else self._stood_by_at

    async def run(self) -> NoReturn:
        """Work whenever it is this machine's turn. Raises what the source does."""
        await self._while_elected(self._lead, self._stand_by)
        raise AssertionError("whoever is elected works for ever")

    async def _lead(self) -> None:
        self._leads = True
        _log.info("takes updates in, for all machines")
        try:
            await self._source.run()
        finally:
            self._leads = False

    def _stand_by(self) -> None:
        self._stood_by_at = time.monotonic()
