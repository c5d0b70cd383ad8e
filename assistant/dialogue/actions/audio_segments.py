"""A long answer in parts for the ear: each lasts about 30 to 60 seconds and ends where readers pause."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, assert_never

from assistant.library.entries import Block, BulletList, Entry, Paragraph
from assistant.text import sentences_in

WORDS_A_MINUTE: Final = 140
"""At normal speed, pauses included, of the offline voice; measured on answers of the shipped content."""
_AIM_S: Final = 40.0
"""Long enough to say something, short enough to be heard again. Spoken slowly it is 50 seconds, fast 35."""
_MORE_PARTS: Final = 50.0
"""What one more part costs, in seconds squared: somebody has to ask for it."""
_LONGEST_WORDS: Final = WORDS_A_MINUTE
"""One minute. A single paragraph or list that takes longer is cut between its sentences or items."""
_FRAME_WORDS: Final = 6
"""The title, with "part one of two" after it."""
_CLOSING_WORDS: Final = 34
"""What is said after the last part: that it is general information, who has checked it, and what to say."""
_OWN_WORDS: Final = 20
"""What the assistant adds in its own name, each time."""
_ONWARD_WORDS: Final = 12
"""What is said after every other part: how to hear the next one, and this one again."""
_KNOWN: Final = 512
"""Answers whose parts are remembered: every reply asks for them."""
_AFTER_A_WORD: Final = re.compile(r"\w{3}[.!?]$")
"""Three letters before the full stop: no cut after "Dr." or "e.g."."""


@dataclass(frozen=True, slots=True)
class _Piece:
    block: Block
    words: int
    leads_on: bool
    """Whether what follows belongs to it, as a list belongs to the line that introduces it."""


@lru_cache(_KNOWN)
def parts_of(entry: Entry) -> tuple[tuple[Block, ...], ...]:
    """The blocks of `entry` in order, part by part; one part when that is short enough.

    Cuts stand between paragraphs and lists, and in a very long one between its sentences or items. Of all
    ways to cut, the one is taken whose parts come nearest to 40 seconds (least squares).
    """
    pieces = [piece for block in entry.blocks for piece in _pieces(block)]
    closing = _closing_words(entry)
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(pieces) + 1):
        ways = (
            (
                best[start][0] + _cost(pieces[start:end], closing if end == len(pieces) else _ONWARD_WORDS),
                start,
            )
            for start in range(end)
            if start == 0 or not pieces[start - 1].leads_on
        )
        best.append(min(ways))
    cuts = [len(pieces)]
    while cuts[-1]:
        cuts.append(best[cuts[-1]][1])
    cuts.reverse()
    return tuple(_joined(pieces[start:end]) for start, end in pairwise(cuts)) or ((),)


def seconds_of(entry: Entry) -> float:
    """About how long all parts of `entry` last at normal speed."""
    words = sum(piece.words for block in entry.blocks for piece in _pieces(block))
    others = len(parts_of(entry)) - 1
    words += _FRAME_WORDS + _closing_words(entry) + others * (_FRAME_WORDS + _ONWARD_WORDS)
    return words * 60 / WORDS_A_MINUTE


def _closing_words(entry: Entry) -> int:
    return _CLOSING_WORDS + _OWN_WORDS * len(entry.closing)


def _cost(pieces: Sequence[_Piece], words_after: int) -> float:
    words = _FRAME_WORDS + sum(piece.words for piece in pieces) + words_after
    return (words * 60 / WORDS_A_MINUTE - _AIM_S) ** 2 + _MORE_PARTS


def _pieces(block: Block) -> Iterable[_Piece]:
    match block:
        case Paragraph(text=text):
            for sentence in _sentences(text) if _count(text) > _LONGEST_WORDS else [text]:
                yield _Piece(Paragraph(sentence), _count(sentence), sentence.rstrip().endswith(":"))
        case BulletList(items=items):
            words = sum(_count(item) for item in items)
            groups = [(item,) for item in items] if words > _LONGEST_WORDS else [items]
            for group in groups:
                yield _Piece(BulletList(group), sum(_count(item) for item in group), leads_on=False)
        case _:
            assert_never(block)


def _sentences(text: str) -> Iterable[str]:
    said = ""
    for sentence in sentences_in(text):
        said = f"{said} {sentence.text}".lstrip()
        if _AFTER_A_WORD.search(said):
            yield said
            said = ""
    if said:
        yield said


def _joined(pieces: Sequence[_Piece]) -> tuple[Block, ...]:
    """The blocks of these pieces, those that were cut from one block in one again where they follow."""
    joined: list[Block] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        match last, piece.block:
            case BulletList(items=before), BulletList(items=(_,) as items) if len(items) == 1:
                joined[-1] = BulletList((*before, *items))
            case _:
                joined.append(piece.block)
    return tuple(joined)


def _count(text: str) -> int:
    return len(text.split())
