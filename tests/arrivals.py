"""Telegram's updates, put into the queue as the sources put them."""

from collections.abc import Iterable, Mapping
from typing import Any

from assistant.queue.table import queue_in
from assistant.queue.updates import Arrival
from assistant.storage.store import Unit
from handlers.sources.arrivals import arrival_of


def arrivals(raws: Iterable[Mapping[str, Any]]) -> list[Arrival]:
    """Updates as Telegram writes them, for the queue; what has no number is left out."""
    return [arrival for raw in raws if (arrival := arrival_of(raw)) is not None]


async def put_updates(unit: Unit, raws: Iterable[Mapping[str, Any]], **more: Any) -> int:
    """`QueueTable.put` for updates as Telegram writes them."""
    return await queue_in(unit).put(arrivals(raws), **more)
