"""The words in a Telegram message, wherever they stand: text, caption, checklist or rich message."""

from collections.abc import Iterator
from typing import Any, Final

from aiogram.types import Message, MessageEntity

_WORDED: Final = frozenset(
    {"text", "caption", "summary", "alternative_text", "expression", "credit", "button"}
)
"""What holds words in a rich message: a string, or pieces of one."""


def written_in(message: Message) -> str:
    """What somebody wrote in this message; empty when there are no words in it."""
    words = message.text or message.caption
    if words is None and message.checklist is not None:
        return "\n".join([message.checklist.title, *(task.text for task in message.checklist.tasks)])
    if words is None and message.rich_message is not None:
        return "\n".join(words_of(message.rich_message.model_dump()))
    return words or ""


def marks_in(message: Message) -> list[MessageEntity]:
    """What is marked in those words, such as a mention. Offsets count UTF-16 units."""
    return list(message.entities or message.caption_entities or ())


def words_of(value: Any) -> Iterator[str]:
    """The words of a rich message as it was sent, a line for each piece that stands alone, in order."""
    match value:
        case list():
            for item in value:
                yield from words_of(item)
        case dict():
            for key, item in value.items():
                if key in _WORDED and not isinstance(item, dict):
                    line = _in_one(item)
                    if line:
                        yield line
                else:
                    yield from words_of(item)


def _in_one(value: Any) -> str:
    """A text whose pieces are formatted differently, as it is read: "can", "not" is one word."""
    match value:
        case str():
            return value
        case list():
            return "".join(map(_in_one, value))
        case dict():
            return "".join(_in_one(item) for key, item in value.items() if key in _WORDED)
        case _:
            return ""
