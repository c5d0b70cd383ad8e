"""Fetches updates from Telegram, and confirms them only when they are stored."""

import time
from typing import Any, Final, NoReturn, cast

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramConflictError,
    TelegramRetryAfter,
)
from aiogram.methods import GetUpdates

from assistant.backoff import Backoff
from assistant.errors import SettingsError, StorageError
from assistant.operations.metrics import Metrics
from assistant.queue.updates import Arrival, Inflow
from handlers.output.delivery import fault_code
from handlers.sources.arrivals import arrival_of, remnant_of
from handlers.sources.token import UNKNOWN_BOT, refuses_token

_log = structlog.get_logger(__name__)

POLL_S: Final = 30
BATCH: Final = 100
_HASTE_S: Final = 0.2
"""An empty answer sooner than this comes from a server that does not wait."""

_GRACE_S: Final = 15
"""How much longer than the poll itself its answer may take."""


class _RawUpdates(GetUpdates):
    """getUpdates whose result aiogram leaves as it is: one malformed update must not stop the others."""

    __returning__ = list[Any]


class Poller:
    """Long polling, for ever."""

    def __init__(
        self,
        bot: Bot,
        inflow: Inflow,
        *,
        allowed_updates: list[str],
        metrics: Metrics | None = None,
        backoff: Backoff | None = None,
        poll_s: int = POLL_S,
    ) -> None:
        self._bot = bot
        self._inflow = inflow
        self._metrics = metrics or Metrics()
        self._backoff = backoff or Backoff()
        self._request = _RawUpdates(limit=BATCH, timeout=poll_s, allowed_updates=allowed_updates)
        self._answer_s = poll_s + _GRACE_S
        self._webhook_removed = False
        self.away = True
        """Whether the last poll failed, or none was made yet."""
        self.reached_at: float | None = None
        """When Telegram last answered a poll, by `time.monotonic()`; None: never."""

    @property
    def number(self) -> int:
        """The bot's number: the first part of its token."""
        return self._bot.id

    async def run(self) -> NoReturn:
        """Fetch, store, confirm. Nothing that Telegram or the store does ends it, but one thing:

        SettingsError says that Telegram does not know the token.
        """
        while True:
            try:
                fresh = await self._poll()
            except (AiogramError, UnicodeDecodeError) as error:
                self.away = True
                await self._after(error)
            except StorageError as error:
                # Not stored, so not confirmed: Telegram keeps the updates and gives them again.
                _log.error("updates not stored", error=str(error))
            else:
                if fresh:
                    self._backoff.over()
                    continue
            await self._backoff.rest()

    async def _poll(self) -> bool:
        """One poll. False: it brought only what was stored already, or nothing in no time.

        The first is so once after a restart. Neither may go on fast.
        """
        if not self._webhook_removed:
            await self._bot.delete_webhook(drop_pending_updates=False)
            self._webhook_removed = True
        begun = time.monotonic()
        batch = cast(list[Any], await self._bot(self._request, request_timeout=self._answer_s))
        took_s, self.reached_at = time.monotonic() - begun, time.monotonic()
        if self.away:
            await self._inflow.reached()
            self.away = False
        return bool(await self._keep(batch)) or (not batch and took_s > _HASTE_S)

    async def _keep(self, batch: list[Any]) -> int:
        arrivals = [
            arrival
            for raw in batch
            if isinstance(raw, dict) and (arrival := arrival_of(raw, self._bot.id)) is not None
        ]
        if len(arrivals) < len(batch):
            _log.error("updates without a number left out", count=len(batch) - len(arrivals))
            self._metrics.left_out(len(batch) - len(arrivals))
        stored = await self._inflow.accept(arrivals) if arrivals else 0
        # They are safe: the next request confirms them. After an empty answer nothing is left to confirm, and
        # no number is named, because after an idle week Telegram's numbers start again anywhere.
        self._request.offset = max(each.number for each in arrivals) + 1 if arrivals else None
        self._request.limit = min((self._request.limit or BATCH) * 2, BATCH)
        return stored

    async def _after(self, error: AiogramError | UnicodeDecodeError) -> None:
        if refuses_token(error, ever_reached=self.reached_at is not None):
            raise SettingsError(UNKNOWN_BOT) from None
        match error:
            case TelegramConflictError():
                _log.error("another instance polls with this token, or has set a webhook: stop one of them")
                self._webhook_removed = False
            case TelegramRetryAfter():
                _log.warning("polling failed", code="429", retry_after_s=error.retry_after)
                await self._backoff.sleep(error.retry_after)
            case ClientDecodeError(data=str(text)) if remnant := remnant_of(text, self._bot.id):
                await self._step_over(remnant)
            case _:
                _log.warning("polling failed", code=fault_code(error))

    async def _step_over(self, first: Arrival) -> None:
        """Keep but the remnant of an update that makes its whole batch unreadable, such as one nested too
        deeply for JSON.

        Only when it is alone in its batch; until then batches get smaller.
        """
        if self._request.limit == 1:
            _log.error("update cannot be read", update_id=first.number)
            try:
                await self._inflow.accept([first])
            except StorageError as error:
                _log.error("updates not stored", error=str(error))
                return
            self._request.offset = first.number + 1
        self._request.limit = 1
