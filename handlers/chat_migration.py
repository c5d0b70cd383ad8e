"""A group that becomes a supergroup gets another number: what is remembered of it goes along."""

from typing import Any

import structlog
from aiogram import BaseMiddleware
from aiogram.dispatcher.event.bases import NextMiddlewareType
from aiogram.types import Message, TelegramObject

from assistant.errors import StorageError
from assistant.storage.store import Store

_log = structlog.get_logger(__name__)


class FollowMoves(BaseMiddleware):
    """Heeds Telegram's own notice of it, which is addressed to nobody."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(
        self,
        handler: NextMiddlewareType[TelegramObject],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Note a move, and go on."""
        if isinstance(event, Message):
            old = event.migrate_from_chat_id or event.chat.id
            new = event.migrate_to_chat_id or event.chat.id
            if old != new:
                await move(self._store, old, new)
        return await handler(event, data)


async def move(store: Store, old: int, new: int) -> None:
    """What is remembered of the chat `old` is from now on of `new`; no error when that cannot be noted."""
    try:
        async with store.write() as unit:
            await unit.people.move(old, new)
    except StorageError as error:
        # Only what the group was last shown stays behind.
        _log.warning("group moved, but not noted", error=str(error))
