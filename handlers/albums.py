"""Albums: several messages that are one to whoever sent them."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any, Final

from aiogram.dispatcher.event.bases import NextMiddlewareType
from aiogram.types import Message, TelegramObject

from assistant.queue.updates import Handled
from handlers.audience_filter import Caller

_REMEMBERED: Final = 2_048


class Albums:
    """Sees that an album is answered for its words, wherever in it they stand, or once when it has none.

    Its method is a middleware. What it knows is of the latest albums and in memory alone: where the program
    ends between two parts of one, a sentence may be said that was not needed, and none is lost.
    """

    def __init__(self) -> None:
        self._noted: OrderedDict[Hashable, None] = OrderedDict()

    async def answer_once(
        self, handler: NextMiddlewareType[TelegramObject], event: TelegramObject, data: dict[str, Any]
    ) -> Any:
        """Serves what has words or sound. A mere picture lets the rest of its album go first, then gets the
        album's one answer if that had none.
        """
        if not isinstance(event, Message) or event.media_group_id is None:
            return await handler(event, data)
        album = event.media_group_id
        caller: Caller = data["caller"]
        if not caller.words and "sound" not in data:
            if album in self._noted:
                return None
            # What could not be stored does not come again.
            if caller.inbox_id is not None and self._note((event.chat.id, event.message_id)):
                return Handled.HELD_BACK
        self._note(album)
        return await handler(event, data)

    def _note(self, what: Hashable) -> bool:
        """Whether that is new."""
        is_new = what not in self._noted
        self._noted[what] = None
        while len(self._noted) > _REMEMBERED:
            self._noted.popitem(last=False)
        return is_new
