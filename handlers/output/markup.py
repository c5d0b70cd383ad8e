"""A reply as formatted text. Markup is made here alone, always as entities: there is nothing to escape."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from aiogram.utils.formatting import Bold, Italic, Text, sizeof

from assistant.dialogue.reply import Reply
from assistant.library.entries import Block, BulletList, Paragraph
from assistant.text import sentences_in

MESSAGE_LIMIT: Final = 4096
"""The longest message, in UTF-16 code units (Bot API, `sendMessage`)."""
CAPTION_LIMIT: Final = 1024
"""The longest caption, in UTF-16 code units (Bot API, `sendVoice`)."""

_GAP: Final = "\n\n"


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph or a list, all in one style: Text, Bold or Italic."""

    text: str
    style: type[Text] = Text


def passages(reply: Reply, *, with_blocks: bool = True, notice: str | None = None) -> tuple[Passage, ...]:
    """The reply from top to bottom: what was heard, title, blocks, footer, and a notice, if there is one."""
    found = [
        Passage(reply.heard or ""),
        Passage(reply.title or "", Bold),
        *(Passage(plain(block)) for block in (reply.blocks if with_blocks else ())),
        Passage("\n".join(reply.footer), Italic),
        Passage(notice or ""),
    ]
    return tuple(Passage(passage.text.strip(), passage.style) for passage in found if passage.text.strip())


def pages(content: Iterable[Passage], limit: int = MESSAGE_LIMIT) -> list[Text]:
    """The passages as messages of at most `limit` UTF-16 code units each, divided between passages.

    A passage too long for one message is divided at a line end, else after a sentence, else between words,
    else between characters. Nothing is lost but the white space at a division.
    """
    found: list[list[Passage]] = []
    room = 0
    for passage in content:
        for piece in _pieces(passage, limit):
            size = sizeof(piece.text)
            if found and size + len(_GAP) <= room:
                found[-1].append(piece)
                room -= size + len(_GAP)
            else:
                found.append([piece])
                room = limit - size
    return [_joined(page) for page in found]


def fits(content: Iterable[Passage], limit: int) -> bool:
    """Whether the passages make one message of at most `limit` UTF-16 code units."""
    return len(pages(content, limit)) <= 1


def first_page(content: Iterable[Passage], limit: int) -> Text:
    """As many whole passages from the top as fit; empty when there are none."""
    return next(iter(pages(content, limit)), Text())


def plain(block: Block) -> str:
    """A paragraph as it is; a list with its items on lines of their own."""
    match block:
        case Paragraph(text):
            return text
        case BulletList(items):
            return "\n".join(f"• {item}" for item in items)


def _joined(page: list[Passage]) -> Text:
    nodes: list[Text | str] = []
    for passage in page:
        if nodes:
            nodes.append(_GAP)
        nodes.append(passage.style(passage.text))
    return Text(*nodes)


def _pieces(passage: Passage, limit: int) -> Iterator[Passage]:
    rest = passage.text
    while sizeof(rest) > limit:
        end = _cut(rest, limit)
        head, rest = rest[:end].rstrip(), rest[end:].lstrip()
        if head:
            yield Passage(head, passage.style)
    if rest:
        yield Passage(rest, passage.style)


def _cut(text: str, limit: int) -> int:
    """Where to divide `text`: an index in characters, at least 1, so that what is before it fits `limit`."""
    longest = 0
    units = 0
    for character in text:
        units += sizeof(character)
        if units > limit:
            break
        longest += 1
    for seam in _seams(text):
        # A seam is usable when what stands before it fits: the white space itself is dropped.
        ends = [end for start, end in seam if 0 < start <= longest]
        if ends:
            return ends[-1]
    return max(longest, 1)


def _seams(text: str) -> Iterator[list[tuple[int, int]]]:
    """The gaps where a passage may be cut, best first: between lines, between sentences, between words."""
    yield [match.span() for match in re.finditer(r"\n", text)]
    yield [(one.offset + len(one.text), other.offset) for one, other in pairwise(sentences_in(text))]
    yield [match.span() for match in re.finditer(r"\s+", text)]
