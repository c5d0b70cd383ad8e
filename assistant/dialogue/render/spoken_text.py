"""Text to be read, turned into text to be said."""

import re
from collections.abc import Iterable
from typing import Final, assert_never

from assistant.library.entries import Block, BulletList, Paragraph

_DIGITS: Final = re.compile(r"\d+(?: \d+)*")
_ENDINGS = (".", "!", "?", ":")
_ONGOING = (*_ENDINGS, ",", ";")


def as_sentence(text: str) -> str:
    """`text` with an end that a voice can hear; a title or list item often has none."""
    text = text.strip()
    bare = text.rstrip("\"'”’)")
    return text if not text or bare.endswith(_ENDINGS) else f"{text}."


def _as_part_of_a_list(item: str) -> str:
    """`item` with an end after which the voice goes on: it falls only after the last of a list."""
    return item if item.rstrip("\"'”’)").endswith(_ONGOING) else f"{item},"


def spoken_paragraphs(blocks: Iterable[Block]) -> tuple[str, ...]:
    """One paragraph to say for each block; the items of a list become lines of it."""
    said: list[str] = []
    for block in blocks:
        match block:
            case Paragraph(text=text):
                said.append(as_sentence(text))
            case BulletList(items=items):
                said.append("\n".join((*map(_as_part_of_a_list, items[:-1]), *map(as_sentence, items[-1:]))))
            case _:
                assert_never(block)
    return tuple(said)


def spoken_number(number: str) -> str:
    """Every number in `number` digit by digit: 112 is said "1 1 2", never "one hundred and twelve"."""
    return _DIGITS.sub(lambda digits: ", ".join(" ".join(group) for group in digits[0].split()), number)
