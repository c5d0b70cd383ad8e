"""What becomes of one update: its stored answer is sent again, or the dispatcher works on it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import (
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import TelegramMethod
from aiogram.types import Update

from assistant.queue.updates import Claimed, Outcome
from handlers.output.delivery import UnreadableAnswerError, fault_code
from handlers.sources.arrivals import is_spoken

_log = structlog.get_logger(__name__)

SendAgain = Callable[[Bot, Mapping[str, Any]], Awaitable[bool]]
"""Sends what was kept for an update; False: it cannot be read, so the update must be handled anew."""


class UpdateHandler:
    """Feeds updates to the dispatcher, and says how Telegram took what came of them.

    A handler gets the update's number in the queue as `inbox_id`, so that it may settle it or keep what to
    send in the write of its effects; None when the update is answered from memory. It also gets `crowded`:
    True for a recording that came when too many waited already.
    """

    def __init__(self, bot: Bot, dispatcher: Dispatcher, send_again: SendAgain | None = None) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._send_again = send_again

    async def handle(self, update: Claimed) -> Outcome:
        """Work on it. What a handler lets out is raised, but for what Telegram does not take."""
        if update.answer is not None and self._send_again is not None:
            outcome = await self._tried("answer", self._send_again(self._bot, update.answer))
            if outcome is not Outcome.UNREADABLE:
                return outcome
        try:
            event = Update.model_validate(update.arrival.body, context={"bot": self._bot})
            kind = event.event_type
        except Exception as error:  # noqa: BLE001 - a malformed update may break the parser in any way at all
            _log.error("update cannot be read", error=type(error).__name__)
            return Outcome.UNREADABLE
        return await self._tried(kind, self._feed(event, update))

    async def _feed(self, event: Update, update: Claimed) -> bool:
        crowded = not update.arrival.spoken and is_spoken(update.arrival.body)
        # Not feed_raw_update, which logs the text of an exception: that may hold somebody's words.
        answer = await self._dispatcher.feed_update(
            self._bot, event, inbox_id=update.id or None, crowded=crowded
        )
        if isinstance(answer, TelegramMethod):
            await self._bot(answer)
        return True

    async def _tried(self, kind: str, work: Awaitable[bool]) -> Outcome:
        """How the work ended; UNREADABLE when it gives False."""
        # To the end of this update's task: also what the queue logs about it says of what kind it was.
        structlog.contextvars.bind_contextvars(kind=kind)
        try:
            readable = await work
        except (TelegramForbiddenError, UnreadableAnswerError) as error:
            # Nobody is there to be answered, or the answer has arrived although nobody can say how.
            _log.warning("answered as far as possible", error=type(error).__name__)
            return Outcome.DONE
        except TelegramEntityTooLarge:
            # aiogram takes it for a fault of the network, but it will be as large next time.
            return Outcome.FAILED
        except (TelegramNetworkError, TelegramServerError, TelegramRetryAfter) as error:
            _log.warning("answer not delivered yet", code=fault_code(error))
            return Outcome.UNDELIVERED
        return Outcome.DONE if readable else Outcome.UNREADABLE
