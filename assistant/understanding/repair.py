"""Mends typos and misheard words against the library's own vocabulary."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from assistant.understanding.english import STOP_WORDS
from assistant.understanding.sounds import SoundIndex

_SHORTEST_TARGET: Final = 4
_SHORTEST_JOINED_TARGET: Final = 6
_LONGEST_WINDOW: Final = 4
_SOUND_FLOOR: Final = 0.66
_LIKE_TYPO: Final = 0.70
"""For one word that is no English word: "symptms", "desease"."""
_LIKE_JOINED: Final = 0.77
"""For several words run together: "die agnes", "pro gnosis"."""
_LIKE_JOINED_RARE: Final = 0.72
"""The same when one of them is no English word."""
_NEVER: Final = 2.0
"""More likeness than there is."""
_NEVER_FIRST: Final = frozenset(
    {"a", "an", "the", "and", "or", "is", "to", "of", "in", "on", "i", "it", "my"}
)
_PARTICLES: Final = frozenset({"up", "out", "down", "off", "over", "back"})
"""They end phrases that make sense as they are: "flare up" is not "flares"."""
_WORD_BONUS: Final = 0.02
_COMMON_BONUS: Final = 0.012
"""For each doubling of how often the library uses the word: it says "muscles" more than "vessels"."""
_MOST_DOUBLINGS: Final = 5
_RARE: Final = 2
"""A word used less often than this is too unlikely to be what several English words were meant as."""
_WORD: Final = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Repaired:
    """Plain text after mending, and what was changed: (as written, as understood), in order."""

    text: str
    changes: tuple[tuple[str, str], ...]


class VocabularyRepair:
    """Knows the library's words; leaves ordinary English alone unless several words sound like one."""

    def __init__(self, texts: Iterable[str], known_words: Collection[str]) -> None:
        counts = Counter(word for text in texts for word in _WORD.findall(text))
        self.vocabulary = frozenset(counts)
        self._counts = counts
        self._known = frozenset(known_words) | self.vocabulary
        self._index = SoundIndex(sorted(word for word in counts if len(word) >= _SHORTEST_TARGET))
        used = np.array([counts[word] for word in self._index.targets], dtype=np.float32)
        self._common = _COMMON_BONUS * np.minimum(np.log2(used), _MOST_DOUBLINGS)

    def repair(self, text: str) -> Repaired:
        """`text`, which must be plain, with what can be mended mended."""
        words = text.split()
        windows = list(self._windows(words))
        if not windows or not self._index.targets:
            return Repaired(text, ())
        likeness = self._index.likeness([" ".join(words[a:b]) for a, b in windows], _SOUND_FLOOR)
        best = np.where(likeness > 0, likeness + self._common, 0).argmax(axis=1)
        found = []
        for (start, end), row, column in zip(windows, likeness, best, strict=True):
            target = self._index.targets[column]
            if row[column] >= self._needed(words[start:end], target):
                found.append((float(row[column]) + _WORD_BONUS * (end - start), start, end, target))
        return _replaced(words, sorted(found, key=lambda hit: (-hit[0], hit[1])))

    def _windows(self, words: list[str]) -> Iterable[tuple[int, int]]:
        for start in range(len(words)):
            for end in range(start + 1, min(start + _LONGEST_WINDOW, len(words)) + 1):
                if end - start > 1 or not (words[start] in self._known or words[start].isdigit()):
                    yield start, end

    def _needed(self, window: list[str], target: str) -> float:
        if len(window) == 1:
            return _LIKE_TYPO if len(window[0]) >= _SHORTEST_TARGET else _NEVER
        if len(target) < _SHORTEST_JOINED_TARGET or self._stand_alone(window, target):
            return _NEVER
        return _LIKE_JOINED if all(word in self._known for word in window) else _LIKE_JOINED_RARE

    def _stand_alone(self, window: list[str], target: str) -> bool:
        """Whether the words make sense as they are: "health too" is not "healthy"."""
        is_english = all(word in self._known for word in window)
        if is_english and (
            window[0] in _NEVER_FIRST
            or window[-1] in STOP_WORDS
            or window[-1] in _PARTICLES
            or self._counts[target] < _RARE
        ):
            return True
        return any(
            len(word) >= _SHORTEST_JOINED_TARGET and word in self._known and target.startswith(word[:-1])
            for word in window
        )


def _replaced(words: list[str], found: list[tuple[float, int, int, str]]) -> Repaired:
    taken: dict[int, tuple[int, str]] = {}
    used: set[int] = set()
    for _, start, end, target in found:
        if used.isdisjoint(range(start, end)):
            taken[start] = (end, target)
            used.update(range(start, end))
    kept: list[str] = []
    changes: list[tuple[str, str]] = []
    place = 0
    while place < len(words):
        if place in taken:
            end, target = taken[place]
            changes.append((" ".join(words[place:end]), target))
            kept.append(target)
            place = end
        else:
            kept.append(words[place])
            place += 1
    return Repaired(" ".join(kept), tuple(changes))
