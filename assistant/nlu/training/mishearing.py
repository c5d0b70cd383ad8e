"""What recognisers make of a wording: words misheard as others that sound alike."""

import random
from collections.abc import Collection
from typing import Final

import numpy as np
from rapidfuzz import fuzz, process

from assistant.nlu.index.phonetics import sound_of
from assistant.nlu.lexicon import STOP_WORDS
from assistant.nlu.words import plain

_WORDS_PER_MISHEARING: Final = 10
_SHORTEST_MISHEARD: Final = 5
"""Letters. Recognisers get short words right, or drop them."""
_SHORTEST_PIECE: Final = 2
_SHORTEST_HEARD: Final = 3
"""Letters. Shorter words are heard only when they are everyday ones, such as "at"."""
_VOWEL: Final = "a"
"""What `sound_of` has for every group of vowels."""
_MOST_TRIED: Final = 40
_MOST_OTHERS: Final = 8
"""Ways to mishear one word: those that are spelled most like it, as sounds take all vowels for one."""


class Mishearing:
    """A recogniser that knows ordinary words only, and takes a rare one for what sounds like it."""

    def __init__(self, known_words: Collection[str]) -> None:
        self._by_sound: dict[str, list[str]] = {}
        for word in sorted(known_words):
            heard = len(word) >= _SHORTEST_HEARD or word in STOP_WORDS
            if heard and (sound := sound_of(word)):
                self._by_sound.setdefault(sound, []).append(word)
        self._near: dict[str, list[str]] = {}
        for sound in self._by_sound:
            for shorter in _one_less(sound):
                self._near.setdefault(shorter, []).append(sound)
        self._remembered: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}

    def misheard(self, text: str, chance: random.Random) -> str:
        """Plain `text` with one word in ten, rather a long one, replaced by one or two that sound like it."""
        words = plain(text).split()
        places = [
            place
            for place, word in enumerate(words)
            if len(word) >= _SHORTEST_MISHEARD and word not in STOP_WORDS
        ]
        for _ in range(1 + len(words) // _WORDS_PER_MISHEARING):
            if not places:
                break
            (place,) = chance.choices(places, [len(words[place]) ** 2 for place in places])
            places.remove(place)
            words[place] = self._other(words[place], chance)
        return " ".join(words)

    def _other(self, word: str, chance: random.Random) -> str:
        single, double = self._others(word)
        if not single and not double:
            return word
        if single and (not double or chance.random() < 1 / 3):
            return chance.choice(single)
        return chance.choice(double)

    def _others(self, word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The single words and the pairs that `word` may be taken for."""
        if word not in self._remembered:
            sound = sound_of(word)
            single = [other for other in self._alike(sound) if not _same(other, word)]
            self._remembered[word] = _likest(word, single), _likest(word, self._pairs(word, sound))
        return self._remembered[word]

    def _alike(self, sound: str) -> list[str]:
        """The words of that sound, or else of one with one sound more, less or otherwise."""
        if sound in self._by_sound:
            return self._by_sound[sound]
        near = dict.fromkeys(
            other
            for shorter in (sound, *_one_less(sound))
            for other in (shorter, *self._near.get(shorter, ()))
            if other in self._by_sound and other[:1] == sound[:1]
        )
        return [word for other in near for word in self._by_sound[other]]

    def _pairs(self, word: str, sound: str) -> list[str]:
        """Two words that together sound like `word`: the first exactly, the second nearly."""
        found: dict[str, None] = {}
        for cut in range(_SHORTEST_PIECE, len(sound) - 1):
            first, second = sound[:cut], sound[cut:]
            # Two vowels that meet sound as one: "die agnes" is "diagnes".
            seconds = (second, _VOWEL + second) if first.endswith(_VOWEL) else (second,)
            for before in self._by_sound.get(first, ())[:_MOST_TRIED]:
                for after in (word for each in seconds for word in self._alike(each)[:_MOST_TRIED]):
                    found[f"{before} {after}"] = None
        return [pair for pair in found if pair.replace(" ", "") != word]


def _likest(word: str, others: list[str]) -> tuple[str, ...]:
    """The few that are spelled most like `word`; equal ones keep their order."""
    spelled = process.cdist([word], [other.replace(" ", "") for other in others], scorer=fuzz.ratio)
    return tuple(others[number] for number in np.argsort(-spelled[0], kind="stable")[:_MOST_OTHERS])


def _one_less(sound: str) -> list[str]:
    return list(dict.fromkeys(sound[:place] + sound[place + 1 :] for place in range(len(sound))))


def _same(word: str, other: str) -> bool:
    """Whether two words are one, or one and its plural: hearing the one for the other does no harm."""
    return word.rstrip("s") == other.rstrip("s")
