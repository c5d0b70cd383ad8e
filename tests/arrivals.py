"""Telegram's updates, put into the queue as the sources put them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from assistant.queue.table import queue_in
from assistant.queue.updates import Arrival
from assistant.storage.store import Unit
from handlers.sources.arrivals import arrival_of

BOT_ID: Final = 4242
"""The bot that the updates are for, where a test names no other."""


def arrivals(raws: Iterable[Mapping[str, Any]], bot_id: int = BOT_ID) -> list[Arrival]:
    """Updates as Telegram writes them, for the queue; what has no number is left out."""
    return [arrival for raw in raws if (arrival := arrival_of(raw, bot_id)) is not None]


async def put_updates(
    unit: Unit, raws: Iterable[Mapping[str, Any]], bot_id: int = BOT_ID, **more: Any
) -> int:
    """`QueueTable.put` for updates as Telegram writes them."""
    return await queue_in(unit).put(arrivals(raws, bot_id), **more)
