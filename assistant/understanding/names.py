"""Finds an illness's names in a text, also misspelt and misheard, and puts a neutral word in their place."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np

from assistant.library.values import Library
from assistant.understanding.sounds import SoundIndex
from assistant.understanding.words import plain

MASK: Final = "this condition"
"""What stands for any illness's name, in questions and in examples alike: else the name drowns the rest."""

_LONGEST_WINDOW: Final = 6
_SHORTEST_NAME: Final = 6
_SOUND_FLOOR: Final = 0.68
_LIKE_SHORT: Final = 0.75
"""A single-word name needs this likeness; ordinary words such as "calcium causes" stay below."""
_LIKE_LONG: Final = 0.66
"""A name of several words has more sounds to compare, so less is enough."""
_WORD_BONUS: Final = 0.02
"""For each word that a window explains: "call sinosis universe alice" is better than "call sinosis"."""

_BEFORE_NAMES: Final = frozenset({"the", "a", "an", "this", "that", "my"})
"""Dropped before MASK, which begins with "this"."""


@dataclass(frozen=True, slots=True)
class Masked:
    """Plain text with names replaced by MASK, and the topics that were named, in order of mention."""

    text: str
    topics: tuple[str, ...]

    @property
    def names_one(self) -> bool:
        """Whether an illness was named."""
        return bool(self.topics)


class NameMask:
    """Knows the names of all topics."""

    def __init__(self, library: Library, known_words: Collection[str]) -> None:
        owners: dict[str, str] = {}
        for topic in library.topics.values():
            for name in (topic.title, *topic.other_names):
                owners.setdefault(plain(name), topic.id)
                # One rare word of a longer name stands for the whole: people say "calcinosis".
                for word in plain(name).split():
                    if len(word) >= _SHORTEST_NAME and word not in known_words:
                        owners.setdefault(word, topic.id)
        self._exact = {name: topic for name, topic in owners.items() if name}
        self._topics = tuple(self._exact.values())
        self._index = SoundIndex(tuple(self._exact))
        self._needed = np.array(
            [
                _LIKE_LONG if " " in name else _LIKE_SHORT if len(name) >= _SHORTEST_NAME else 1.0
                for name in self._exact
            ],
            dtype=np.float32,
        )
        self.words = frozenset(word for name in self._exact for word in name.split())

    def mask(self, text: str) -> Masked:
        """`text`, which must be plain, with every name replaced."""
        words = text.split()
        windows = [
            (start, end)
            for start in range(len(words))
            for end in range(start + 1, min(start + _LONGEST_WINDOW, len(words)) + 1)
        ]
        likeness = self._index.likeness([" ".join(words[a:b]) for a, b in windows], _SOUND_FLOOR)
        if not likeness.size:
            return Masked(text, ())
        likeness[likeness < self._needed] = 0
        best = likeness.argmax(axis=1)
        found = [
            (float(row[column]) + _WORD_BONUS * (end - start), start, end, int(column))
            for (start, end), row, column in zip(windows, likeness, best, strict=True)
            if row[column] > 0
        ]
        return self._replaced(words, sorted(found, reverse=True))

    def _replaced(self, words: list[str], found: list[tuple[float, int, int, int]]) -> Masked:
        taken: dict[int, tuple[int, int]] = {}
        used: set[int] = set()
        for _, start, end, column in found:
            if used.isdisjoint(range(start, end)):
                taken[start] = (end, column)
                used.update(range(start, end))
        kept: list[str] = []
        topics: list[str] = []
        place = 0
        while place < len(words):
            if place in taken:
                place, column = taken[place]
                topics.append(self._topics[column])
                while kept and kept[-1] in _BEFORE_NAMES:
                    kept.pop()
                if kept[-1:] != [MASK]:
                    kept.append(MASK)
            else:
                kept.append(words[place])
                place += 1
        return Masked(" ".join(kept), tuple(dict.fromkeys(topics)))
