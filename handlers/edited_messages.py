"""Which changed messages are to be answered anew: those whose words are others than were answered."""

from collections import OrderedDict
from hashlib import blake2b
from typing import Any, Final

from aiogram.dispatcher.event.bases import NextMiddlewareType
from aiogram.types import Message, TelegramObject

from handlers.audience_filter import Caller

MENDED_WITHIN_S: Final = 3600
"""Whoever mends a question later than this hardly waits for another answer."""
_REMEMBERED: Final = 10_000


class Edits:
    """Remembers which words of a message were answered; its two methods are middlewares.

    Telegram reports a message as edited for a link's preview too. Kept are digests, of the latest messages,
    in memory alone: after a restart a wording may be answered again.
    """

    def __init__(self) -> None:
        self._answered: OrderedDict[tuple[int, int], bytes] = OrderedDict()

    async def note(
        self, handler: NextMiddlewareType[TelegramObject], event: TelegramObject, data: dict[str, Any]
    ) -> Any:
        """Serves a new message, and remembers its words once that is done."""
        served = await handler(event, data)
        if isinstance(event, Message):
            self._remember(event, data["caller"])
        return served

    async def only_new(
        self, handler: NextMiddlewareType[TelegramObject], event: TelegramObject, data: dict[str, Any]
    ) -> Any:
        """Serves a changed message, once for each wording."""
        caller: Caller = data["caller"]
        if not isinstance(event, Message) or not caller.words:
            return None
        if self._answered.get((event.chat.id, event.message_id)) == _digest(caller.words):
            return None
        return await self.note(handler, event, data)

    def _remember(self, message: Message, caller: Caller) -> None:
        self._answered[message.chat.id, message.message_id] = _digest(caller.words)
        while len(self._answered) > _REMEMBERED:
            self._answered.popitem(last=False)


def is_in_time(message: Message) -> bool:
    """Whether a message was changed soon enough to be answered anew."""
    return (message.edit_date or 0) - message.date.timestamp() <= MENDED_WITHIN_S


def _digest(words: str) -> bytes:
    return blake2b(words.encode("utf-8", "replace"), digest_size=16).digest()
