"""What the queue is told of an update, read from Telegram's JSON, however broken that is."""

import re
from collections.abc import Mapping
from typing import Any, Final

from assistant.queue.updates import Arrival

_MAX_UPDATE_ID: Final = 2**31 - 1
_MAX_ID: Final = 2**63 - 1
_NUMBER_IN_TEXT: Final = re.compile(r'"update_id"\s*:\s*([0-9]{1,10})\b')
_CHAT_IN_TEXT: Final = re.compile(r'"chat"\s*:\s*\{\s*"id"\s*:\s*(-?[0-9]{1,19})\b')
_SOUNDS: Final = frozenset({"voice", "audio", "video_note", "video"})


def arrival_of(raw: Mapping[str, Any], bot_id: int) -> Arrival | None:
    """That bot's update for the queue; None when it has no number that Telegram could have given.

    Never raises.
    """
    number = _number(raw.get("update_id"), 0, _MAX_UPDATE_ID)
    if number is None:
        return None
    chat, person = turn_keys(raw)
    return Arrival(bot_id, number, chat, person, is_spoken(raw), raw)


def remnant_of(text: str, bot_id: int) -> Arrival | None:
    """What can still be told of an update whose JSON cannot be read, or not to its end: its number and chat.

    None when it has no number. Inside of what somebody wrote, quotation marks are escaped: nobody can write
    another chat's number there.
    """
    found = _NUMBER_IN_TEXT.search(text)
    number = _number(int(found[1]), 0, _MAX_UPDATE_ID) if found else None
    if number is None:
        return None
    place = _CHAT_IN_TEXT.search(text)
    chat = _number(int(place[1]), -_MAX_ID, _MAX_ID) if place else None
    person = chat if chat is not None and chat > 0 else None
    return Arrival(bot_id, number, chat, person, False, {})


def is_spoken(raw: Mapping[str, Any]) -> bool:
    """Whether the update holds something to listen to."""
    event = raw.get("message")
    return isinstance(event, Mapping) and not _SOUNDS.isdisjoint(event)


def turn_keys(raw: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """The chat and the person that an update, of whatever kind, belongs to.

    A button's chat is its message's; an inline query has no chat, so the person's private one stands for it.
    """
    event = next((value for value in raw.values() if isinstance(value, Mapping)), {})
    person = _id_of(event, "from") or _id_of(event, "user")
    chat = _id_of(event, "chat") or _id_of(event.get("message"), "chat") or person
    return chat, person


def _id_of(event: object, key: str) -> int | None:
    inner = event.get(key) if isinstance(event, Mapping) else None
    return _number(inner.get("id"), -_MAX_ID, _MAX_ID) if isinstance(inner, Mapping) else None


def _number(value: object, low: int, high: int) -> int | None:
    # True is an int to Python, but no id.
    return value if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high else None
