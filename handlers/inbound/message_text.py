"""The words in a Telegram message, wherever they stand: its text, a caption, or a rich message's blocks."""

from collections.abc import Iterator
from typing import Any

from aiogram.types import Message, MessageEntity


def written_in(message: Message) -> str:
    """What somebody wrote in this message; empty when there are no words in it."""
    words = message.text or message.caption
    if words is None and message.rich_message is not None:
        return "\n".join(_texts(message.rich_message.model_dump()))
    return words or ""


def marks_in(message: Message) -> list[MessageEntity]:
    """What is marked in those words, such as a mention. Offsets count UTF-16 units."""
    return list(message.entities or message.caption_entities or ())


def _texts(value: Any, *, is_text: bool = False) -> Iterator[str]:
    """Every string that stands as somebody's text, in order: `text` holds one, or pieces of one."""
    match value:
        case str() if is_text:
            yield value
        case list():
            for item in value:
                yield from _texts(item, is_text=is_text)
        case dict():
            for key, item in value.items():
                yield from _texts(item, is_text=key == "text")
