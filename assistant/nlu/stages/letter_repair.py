"""Words with letters stretched, spaced out, run together or slipped: "breeeathe", "h e l p", "reserch"."""

import itertools
import math
import re
from collections.abc import Mapping, Set
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.text import words_in

_WORD: Final = re.compile(r"[a-z]+", re.IGNORECASE)
_STRETCHED: Final = re.compile(r"([a-z])\1{2,}", re.IGNORECASE)
_SPACED: Final = re.compile(r"(?<![\w'])(?:[a-z] (?:' )?){3,}[a-z](?![\w'])", re.IGNORECASE)
_MOST_RUNS: Final = 3
_SHORTEST_GLUED: Final = 6
_LONGEST_GLUED: Final = 60
_LONGEST_PART: Final = 16
_SMALL: Final = frozenset(
    words_in("i a am an as at be by do go he hi if in is it me my no of oh on or so to up us we")
)
"""The words of one or two letters that a sentence may hold; vocabularies hold many more."""
_OPENING: Final = frozenset(
    words_in(
        "i im ive my he hes she shes it its we they you what whats how why who where when which is are"
        " can could do does did will would should please help tell call the there this that cant cannot"
        " dont"
    )
)
"""What a sentence begins with: "warfarin" is no "war far in", and "menopause" no "me no pause"."""
_FEWEST_LETTERS: Final = 3
"""A part, on average."""
_SHORTEST_SLIPPED: Final = 6
"""A shorter word is one slip away from too many others."""
_SHORTEST_CRY: Final = 4
"""A word that people cry out may be shorter: to ask whether they are in danger is the better mistake."""
_COMMON: Final = 6_000
_COMMON_IF_LONG: Final = 16_000
"""A part of what was run together is among so many of the commonest words: a long one is hardly chance."""
_LONG: Final = 7


def _is_common(word: str, rank: int) -> bool:
    return rank < (_COMMON_IF_LONG if len(word) >= _LONG else _COMMON)


class LetterRepair:
    """Knows the words of a language. `ranks`: the commonest has 0; with `others` the assistant is asked, and
    `cries` are what people cry out in an emergency."""

    def __init__(self, ranks: Mapping[str, int], others: Set[str], cries: Set[str] = frozenset()) -> None:
        self._ranks = ranks
        self._known = ranks.keys() | others
        self._asked_with = sorted(word for word in others if len(word) >= _SHORTEST_SLIPPED)
        self._cried = sorted(word for word in cries if len(word) >= _SHORTEST_CRY)
        common = {word: rank for word, rank in ranks.items() if _is_common(word, rank)}
        common |= dict.fromkeys(_OPENING - common.keys(), _COMMON)
        self._costs = {
            word: math.log(2 + rank) for word, rank in common.items() if len(word) > 2 or word in _SMALL
        }

    def repaired(self, text: str) -> str:
        """The same text with such words as they are meant, and all others as they are written."""
        text = _SPACED.sub(self._closed_up, text)
        return _WORD.sub(self._word, text)

    def _closed_up(self, found: re.Match[str]) -> str:
        joined = found.group().replace(" ", "").replace("'", "")
        return joined if joined.lower() in self._known or self._parts(joined) else found.group()

    def _word(self, found: re.Match[str]) -> str:
        word = found.group()
        if word.lower() in self._known:
            return word
        if _STRETCHED.search(word):
            word = self._shortened(word)
        return self._parts(word) or self._one_slip_from(word) or word

    def _one_slip_from(self, word: str) -> str | None:
        """The one word, of those cried out or asked with, of which a letter is wrong, missing, added or
        swapped."""
        asked_with = self._asked_with if len(word) >= _SHORTEST_SLIPPED else ()
        for words in (self._cried, asked_with):
            near = process.extract(word.lower(), words, scorer=OSA.distance, score_cutoff=1, limit=2)
            if len(near) == 1:
                return str(near[0][0])
        return None

    def _shortened(self, word: str) -> str:
        """With each run of a letter as one or two of it: the commonest word, or as two where it is none."""
        pieces = _STRETCHED.split(word)
        runs = pieces[1::2][:_MOST_RUNS]
        found = []
        for lengths in itertools.product((2, 1), repeat=len(runs)):
            lengthened = [letter * length for letter, length in zip(runs, lengths, strict=True)]
            shorter = "".join(itertools.chain(*itertools.zip_longest(pieces[::2], lengthened, fillvalue="")))
            if shorter.lower() in self._known or self._parts(shorter):
                found.append(shorter)
        commonest = min(found, key=lambda each: self._ranks.get(each.lower(), len(self._ranks)), default=None)
        return commonest or _STRETCHED.sub(r"\1\1", word)

    def _parts(self, word: str) -> str | None:
        """The common words that were run together, parted in the likeliest way; None when there is none."""
        word = word.lower()
        if not _SHORTEST_GLUED <= len(word) <= _LONGEST_GLUED or word in self._known:
            return None
        best: list[tuple[float, int] | None] = [(0.0, 0)]
        for end in range(1, len(word) + 1):
            ways = [
                (before[0] + self._costs[part], start)
                for start in range(max(0, end - _LONGEST_PART), end)
                if (before := best[start]) is not None and (part := word[start:end]) in self._costs
            ]
            best.append(min(ways, default=None))
        if best[-1] is None:
            return None
        parts, end = [], len(word)
        while end:
            _, start = best[end] or (0.0, 0)
            parts.append(word[start:end])
            end = start
        is_sentence = parts[-1] in _OPENING and len(word) >= _FEWEST_LETTERS * len(parts)
        return " ".join(reversed(parts)) if is_sentence else None
