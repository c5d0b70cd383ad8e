"""Albums: several messages that are one to whoever sent them."""

from collections import OrderedDict
from typing import Final

from aiogram.types import Message

_ALBUMS_REMEMBERED: Final = 256


class Albums:
    """Knows which albums were answered already, so that ten photos get one answer; the latest ones only."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, None] = OrderedDict()

    async def note(self, message: Message) -> bool:
        """A filter that passes every message: words are answered wherever in an album they stand."""
        await self.is_first(message)
        return True

    async def is_first(self, message: Message) -> bool:
        """Whether this message stands alone or is the first seen of its album."""
        album = message.media_group_id
        if album is None:
            return True
        is_first = album not in self._seen
        self._seen[album] = None
        while len(self._seen) > _ALBUMS_REMEMBERED:
            self._seen.popitem(last=False)
        return is_first
