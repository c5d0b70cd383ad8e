"""Finds an illness's names in a text, also misspelt and misheard, and puts a neutral word in their place."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from assistant.library.entries import Topic
from assistant.nlu.index.phonetics import SoundIndex, sound_of
from assistant.nlu.index.sparse import Postings
from assistant.nlu.words import plain
from assistant.text import words_in

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
_NAME_BONUS: Final = 0.04
"""For each word of the name: "calcinosis univeralis" is the whole name misspelt, and not its first word."""

_FEW_NAMES: Final = 100
"""Up to so many names, all are compared with every part of a question; beyond, only likely ones."""
_LIKELY: Final = 48
"""So many of them."""
_MANY_NAMES: Final = 8
"""A word in more names than this tells none of them from the others."""
_LIKE_RARE: Final = 0.7
"""How like its rare words must be."""

_NEARLY_ORDINARY: Final = 0.85
"""So like an ordinary word, by letters, one word of a longer name does not stand for the whole."""

_AROUND_NAMES: Final = frozenset(
    words_in(
        "the a an one about for of in on with it is i mean meant please thanks and illness disease condition"
    )
)
"""What may stand around a name that is all that somebody says."""
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


def names_of(topic: Topic, known_words: Collection[str]) -> list[tuple[str, str]]:
    """(name in plain words, topic's id) for each name of one topic.

    One rare word of a longer name stands for the whole: people say "calcinosis". `known_words` are not rare.
    """
    found: dict[str, None] = {}
    for name in (topic.title, *topic.other_names):
        found[plain(name)] = None
        if len(letters := plain(name)) < _SHORTEST_NAME:
            found[" ".join(letters)] = None  # as a recogniser writes what is spelt: "f o p"
        long = (word for word in plain(name).split() if len(word) >= _SHORTEST_NAME)
        rare = (word for word in long if word not in known_words)
        found |= dict.fromkeys(word for word in rare if not _is_nearly_one_of(word, known_words))
    return [(name, topic.id) for name in found if name]


def _is_nearly_one_of(word: str, known_words: Collection[str]) -> bool:
    """Whether a rare word is hardly told from an ordinary one: "progressiva" is no name for an illness."""
    words = iter(known_words)  # of a mapping its keys: `extractOne` would compare with its values
    return (
        process.extractOne(
            word, words, scorer=Levenshtein.normalized_similarity, score_cutoff=_NEARLY_ORDINARY
        )
        is not None
    )


def with_names_masked(names: Iterable[str]) -> Callable[[str], str]:
    """Replaces plain names, written as they are, in plain text: enough for what editors wrote themselves."""
    longest_first = sorted(map(re.escape, names), key=len, reverse=True)
    if not longest_first:
        return lambda text: text
    before = "|".join(sorted(_BEFORE_NAMES))
    named = re.compile(rf"(?:\b(?:{before}) )*\b(?:{'|'.join(longest_first)})\b")
    return lambda text: named.sub(MASK, text)


class EntityMask:
    """Knows names of topics. Where topics share a name, it is that of the first."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """`names`: each in plain words, with its topic; see `names_of`."""
        self._owners: dict[str, str] = {}
        for name, topic in names:
            self._owners.setdefault(name, topic)
        self._names = tuple(self._owners)
        is_few = len(self._names) <= _FEW_NAMES
        self._likely = None if is_few else _LikelyNames(self._names)
        self._all = SoundIndex(self._names if is_few else ())

    def masked(self, text: str) -> str:
        """`text`, which must be plain, with every name replaced."""
        return self.mask(text).text

    def named_alone(self, text: str) -> str | None:
        """The one topic that plain `text` names, where it does nothing else: "the one about calcinosis"."""
        if not self._names:
            return None
        found = self.mask(text)
        left = found.text.replace(MASK, "", 1).split()
        return found.topics[0] if len(found.topics) == 1 and _AROUND_NAMES.issuperset(left) else None

    def mask(self, text: str) -> Masked:
        """The same, with the topics that were named."""
        words = text.split()
        windows = [
            (start, end)
            for start in range(len(words))
            for end in range(start + 1, min(start + _LONGEST_WINDOW, len(words)) + 1)
        ]
        pieces = [" ".join(words[a:b]) for a, b in windows]
        index = self._possible(text, pieces)
        likeness = index.likeness(pieces, _SOUND_FLOOR)
        if not likeness.size:
            return Masked(text, ())
        likeness[likeness < np.array([_needed(name) for name in index.targets], dtype=np.float32)] = 0
        if self._likely is not None:
            self._likely.keep_distinct(likeness, pieces, index.targets)
        best = likeness.argmax(axis=1)
        found = [
            (
                float(row[column])
                + _WORD_BONUS * (end - start)
                + _NAME_BONUS * len(index.targets[column].split()),
                start,
                end,
                index.targets[column],
            )
            for (start, end), row, column in zip(windows, likeness, best, strict=True)
            if row[column] > 0
        ]
        return self._replaced(words, sorted(found, key=lambda hit: hit[:3], reverse=True))

    def _possible(self, text: str, pieces: Sequence[str]) -> SoundIndex:
        """The names that the text may hold: few enough to compare each with every part of it."""
        if self._likely is None:
            return self._all
        exact = dict.fromkeys(piece for piece in pieces if piece in self._owners)
        return SoundIndex(tuple(exact | dict.fromkeys(self._likely.among(text))))

    def _replaced(self, words: list[str], found: list[tuple[float, int, int, str]]) -> Masked:
        taken: dict[int, tuple[int, str]] = {}
        used: set[int] = set()
        for _, start, end, name in found:
            if used.isdisjoint(range(start, end)):
                taken[start] = (end, self._owners[name])
                used.update(range(start, end))
        kept: list[str] = []
        topics: list[str] = []
        place = 0
        while place < len(words):
            if place in taken:
                place, topic = taken[place]
                topics.append(topic)
                while kept and kept[-1] in _BEFORE_NAMES:
                    kept.pop()
                if kept[-1:] != [MASK]:
                    kept.append(MASK)
            else:
                kept.append(words[place])
                place += 1
        return Masked(" ".join(kept), tuple(dict.fromkeys(topics)))


class _LikelyNames:
    """Finds, among very many names, those of whose sounds a text holds most. The rest it cannot be."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        used = Counter(word for name in names for word in name.split())
        self._common = frozenset(word for word, count in used.items() if count > _MANY_NAMES)
        self._postings = postings = Postings([_pairs(name) for name in names])
        rarity = np.log(len(names) / np.bincount(postings.columns, minlength=len(postings.numbers)))
        weights = (rarity + 1)[postings.columns]
        whole = np.bincount(postings.rows, weights=weights, minlength=len(names))
        postings.weights = weights / np.maximum(whole[postings.rows], 1e-9)

    def keep_distinct(
        self, likeness: NDArray[np.float32], pieces: Sequence[str], names: Sequence[str]
    ) -> None:
        """Puts in the place of each likeness that of the rare words alone, and 0 where those are not alike.

        Of a thousand illnesses many are a neuropathy: what tells them apart is the other word.
        """
        for row, column in np.argwhere(likeness > 0):
            said, name = self._rare(pieces[row]), self._rare(names[column])
            if pieces[row] != names[column]:
                alike = SoundIndex([name]).likeness([said], _SOUND_FLOOR)[0, 0] if said and name else 0.0
                likeness[row, column] = alike if alike >= _LIKE_RARE else 0.0

    def _rare(self, text: str) -> str:
        return " ".join(word for word in text.split() if word not in self._common)

    def among(self, text: str) -> list[str]:
        """The likeliest, best first."""
        numbers = self._postings.numbers
        pairs = np.array([numbers[pair] for pair in _pairs(text) if pair in numbers], dtype=np.int64)
        held = self._postings.sums(pairs, np.ones(len(pairs)))
        count = min(_LIKELY, len(held))
        best = np.argpartition(-held, count - 1)[:count]
        return [self._names[number] for number in best[np.argsort(-held[best], kind="stable")]]


def _pairs(text: str) -> dict[str, int]:
    sound = sound_of(text)
    return dict.fromkeys((sound[start : start + 2] for start in range(max(1, len(sound) - 1))), 1)


def _needed(name: str) -> float:
    """How like a piece of text must be to `name`. A short one must be written as it is."""
    if max(map(len, name.split())) == 1:
        return 1.0
    if " " in name:
        return _LIKE_LONG
    return _LIKE_SHORT if len(name) >= _SHORTEST_NAME else 1.0
