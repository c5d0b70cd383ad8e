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

from assistant.clock import steady_now
from assistant.dialogue.render.system_messages import AskedIn, SystemMessage
from assistant.queue.updates import Claimed, Handled
from handlers.inbound.lenient_parsing import MESSAGES, read_update, thread_in
from handlers.inbound.message_text import words_of
from handlers.output.delivery import UnreadableAnswerError, fault_code
from handlers.output.replies import Place
from handlers.sources.arrivals import is_spoken, turn_keys

_log = structlog.get_logger(__name__)

SendAgain = Callable[[Bot, Mapping[str, Any]], Awaitable[bool]]
"""Sends what was kept for an update; False: it cannot be read, so the update must be handled anew."""
Apologise = Callable[[Bot, Place, SystemMessage, AskedIn], Awaitable[None]]
"""Says that in a chat."""


class UpdateHandler:
    """Feeds updates to the dispatcher, and says how Telegram took what came of them.

    A handler gets the update's number in the queue as `inbox_id`, so that it may settle it or keep what to
    send in the write of its effects; None when the update is answered from memory. It also gets
    `received_at`, and `crowded`: True for a recording that came when too many waited already, which it may
    return as Handled.LATER.
    """

    def __init__(
        self,
        bot: Bot,
        dispatcher: Dispatcher,
        send_again: SendAgain | None = None,
        apologise: Apologise | None = None,
    ) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._send_again = send_again
        self._apologise = apologise

    async def handle(self, update: Claimed) -> Handled:
        """Work on it. What a handler lets out is raised, but for what Telegram does not take."""
        if update.answer is not None and self._send_again is not None:
            outcome = await self._tried("answer", self._sent_again(self._send_again, update.answer))
            if outcome is not Handled.UNREADABLE:
                return outcome
        event = read_update(update.arrival.body, self._bot)
        if event is None:
            _log.error("update cannot be read")
            return Handled.UNREADABLE
        return await self._tried(event.event_type, self._feed(event, update))

    async def _sent_again(self, send_again: SendAgain, answer: Mapping[str, Any]) -> Handled:
        return Handled.DONE if await send_again(self._bot, answer) else Handled.UNREADABLE

    async def give_up(self, update: Claimed) -> Handled:
        """Say to whoever spoke to the bot that their message was not understood, or not answered."""
        body, chat = update.arrival.body, update.arrival.chat
        # Of what could not be kept the chat alone is known; whether a group called the bot is not.
        place = await self._waiting_in(body) if body else Place(chat) if chat and chat > 0 else None
        if place is None or self._apologise is None:
            return Handled.DONE
        is_foreign = body and read_update(body, self._bot) is None
        notice = SystemMessage.CANNOT_TAKE if is_foreign else SystemMessage.WENT_WRONG
        apology = self._apologise(self._bot, place, notice, AskedIn.OTHERWISE)
        return await self._tried("apology", self._said(apology))

    async def _said(self, saying: Awaitable[None]) -> Handled:
        await saying
        return Handled.DONE

    async def _waiting_in(self, body: Mapping[str, Any]) -> Place | None:
        """Where somebody waits for an answer to an update that may be broken; None when nobody does.

        In a group only who calls the bot by its name.
        """
        for kind in (*MESSAGES, "callback_query"):
            event = body.get(kind)
            if not isinstance(event, Mapping):
                continue
            chat, _ = turn_keys({kind: event})
            if chat is None:
                return None
            place = Place(chat, thread_in(event))
            name = f"@{(await self._bot.me()).username}".casefold()
            rich = " ".join(words_of(event.get("rich_message")))
            words = f"{event.get('text')} {event.get('caption')} {rich}".casefold()
            return place if chat > 0 or name in words else None
        return None

    async def _feed(self, event: Update, update: Claimed) -> Handled:
        crowded = not update.arrival.spoken and is_spoken(update.arrival.body)
        # Not feed_raw_update, which logs the text of an exception: that may hold somebody's words.
        answer = await self._dispatcher.feed_update(
            self._bot,
            event,
            inbox_id=update.id or None,
            crowded=crowded,
            received_at=update.received_at or steady_now(),
        )
        if isinstance(answer, TelegramMethod):
            await self._bot(answer)
        return answer if isinstance(answer, Handled) else Handled.DONE

    async def _tried(self, kind: str, work: Awaitable[Handled]) -> Handled:
        """How the work ended, as it says or as Telegram did."""
        # To the end of this update's task: also what the queue logs about it says of what kind it was.
        structlog.contextvars.bind_contextvars(kind=kind)
        try:
            return await work
        except (TelegramForbiddenError, UnreadableAnswerError) as error:
            # Nobody is there to be answered, or the answer has arrived although nobody can say how.
            _log.warning("answered as far as possible", error=type(error).__name__)
            return Handled.DONE
        except TelegramEntityTooLarge:
            # aiogram takes it for a fault of the network, but it will be as large next time.
            return Handled.FAILED
        except (TelegramNetworkError, TelegramServerError, TelegramRetryAfter) as error:
            _log.warning("answer not delivered yet", code=fault_code(error))
            return Handled.UNDELIVERED
