"""Updates as aiogram's models: what does not fit into them is left out, and the rest is read."""

import copy
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog
from aiogram import Bot
from aiogram.types import Update
from pydantic import ValidationError

from handlers.inbound.message_text import words_of

_log = structlog.get_logger(__name__)

_MOST_PARTS: Final = 20
"""What has more faults is read for its words and its sound alone."""
MESSAGES: Final = ("message", "edited_message")
_WORTH_READING: Final = ("text", "caption", "voice", "audio", "video_note", "document", "video", "checklist")
_NOT_NEEDED: Final = {"file_unique_id": "", "duration": 0, "length": 1, "width": 1, "height": 1}
"""What a file is heard without."""
_SOMEBODY: Final = {"is_bot": False, "first_name": ""}
"""What whoever wrote is answered without."""
_LATEST: Final = 2**32
"""Seconds: a later date is none."""


def read_update(body: Mapping[str, Any], bot: Bot) -> Update | None:
    """The update, as much of it as can be read; None when nothing can be. Never raises.

    Telegram's servers are ahead of any library: a kind of reply or of forward that a model does not know yet
    must cost nobody their answer.
    """
    body = _with_rich_words(body)
    for attempt in (body, *_bare_messages(body)):
        try:
            read = _pruned(attempt, bot)
            if read is not None and read.event_type:
                return read
        except Exception as error:  # noqa: BLE001 - a malformed update may break the parser in any way at all
            _log.error("update breaks its models", error=type(error).__name__)
    return None


def _pruned(body: Mapping[str, Any], bot: Bot) -> Update | None:
    """The update without what its models refuse."""
    given: Any = body
    for left_out in range(_MOST_PARTS):
        try:
            read = Update.model_validate(given, context={"bot": bot})
        except ValidationError as error:
            if not left_out:
                given = copy.deepcopy(given)
            first = error.errors(include_url=False, include_input=False)[0]
            if not _is_mended(given, first["loc"], is_missing=first["type"] == "missing"):
                return None
        else:
            if left_out:
                _log.warning("update read without a part of it", parts=left_out)
            return read
    return None


def _is_mended(given: Any, location: Sequence[int | str], *, is_missing: bool) -> bool:
    """Take away what stands at that location, or what lacks something there; False when that is everything.

    The location also names models, which stand nowhere in the update: those are stepped over. Of a file
    nothing is taken away as long as it can be fetched.
    """
    holder: Any = None
    key: int | str = ""
    inner: Any = given
    for step in location:
        is_there = (
            step in inner
            if isinstance(inner, dict)
            else isinstance(inner, list) and step in range(len(inner))
        )
        if is_there:
            holder, key, inner = inner, step, inner[step]
    if is_missing and isinstance(inner, dict):
        known = _NOT_NEEDED if "file_id" in inner else _SOMEBODY if "id" in inner else {}
        if location[-1] in known:
            inner[location[-1]] = known[str(location[-1])]
            return True
    if holder is None:
        return False
    del holder[key]
    return True


def _bare_messages(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The update's message with nothing but who said what where, if that can be told."""
    return [
        {"update_id": body.get("update_id"), kind: bare}
        for kind in MESSAGES
        if (bare := _bare(body.get(kind))) is not None
    ]


def _bare(message: object) -> dict[str, Any] | None:
    if not isinstance(message, Mapping):
        return None
    chat, sender = message.get("chat"), message.get("from")
    if not isinstance(chat, Mapping):
        return None
    if not isinstance(sender, Mapping):
        # In private the chat is the person.
        if not isinstance(chat.get("id"), int) or chat["id"] < 0:
            return None
        sender = chat
    number, date, thread = message.get("message_id"), message.get("date"), thread_in(message)
    return {
        "message_id": number if isinstance(number, int) else 0,
        "date": date if isinstance(date, int) and 0 <= date < _LATEST else int(time.time()),
        "chat": {"id": chat.get("id"), "type": chat.get("type") or "private"},
        "from": {"id": sender.get("id"), "is_bot": sender.get("is_bot") is True, "first_name": ""},
        **({} if thread is None else {"message_thread_id": thread, "is_topic_message": True}),
        **{kind: message[kind] for kind in _WORTH_READING if kind in message},
    }


def thread_in(message: Mapping[str, Any]) -> int | None:
    """The topic that a message as it was sent stands in. Replies elsewhere have numbers too."""
    thread = message.get("message_thread_id") if message.get("is_topic_message") is True else None
    return thread if isinstance(thread, int) else None


def _with_rich_words(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The update with the words of a rich message as its text: models may refuse a block that holds some."""
    for kind in MESSAGES:
        message = body.get(kind)
        if isinstance(message, Mapping) and not message.get("text"):
            words = "\n".join(words_of(message.get("rich_message")))
            if words:
                return {**body, kind: {**message, "text": words}}
    return body
