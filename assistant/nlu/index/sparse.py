"""Likeness by letters: BM25 over words, and TF-IDF over character n-grams.

Every index is made with the rarity of terms in the wordings that all topics share, so that the scores of
one topic's own texts stand on the same scale as theirs, however few they are.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.nlu.words import content_words

Scores = NDArray[np.float32]
Terms = Callable[[str], Iterable[str]]

_K1, _B = 1.2, 0.5
"""BM25's saturation and length normalisation (Robertson and Zaragoza, 2009): little for short texts."""
_HALF_SCORE: Final = 6.0
"""The BM25 score that counts as half of certain: about two rare words in common."""
_NGRAMS: Final = (3, 4)
REMEMBERED: Final = 8
"""So many texts are remembered: the few ways to read one question are compared with several indexes."""


def character_grams(text: str) -> dict[str, None]:
    """The n-grams within the words of plain text: they forgive endings and typos."""
    grams: dict[str, None] = {}
    for word in text.split():
        edged = f" {word} "
        for size in _NGRAMS:
            for start in range(max(1, len(edged) - size + 1)):
                grams[edged[start : start + size]] = None
    return grams


class Usage:
    """In how many texts each term stands, and how long those texts are."""

    def __init__(self, texts: Sequence[str], terms: Terms) -> None:
        listed = [tuple(terms(text)) for text in texts]
        self.terms = terms
        self.texts = len(listed)
        self.mean_length = sum(map(len, listed)) / max(1, len(listed))
        self._seen_in = Counter(term for found in listed for term in set(found))
        seen_in = np.fromiter(self._seen_in.values(), dtype=np.float64, count=len(self._seen_in))
        idf = np.log((1 + self.texts) / (1 + seen_in)) + 1
        self.numbers = {term: number for number, term in enumerate(self._seen_in)}
        # Of a term that no text holds, number -1, last.
        self._idf = np.append(idf, math.log(1 + self.texts) + 1)
        self.direction = lru_cache(REMEMBERED)(self._direction)
        """The terms of a text as a vector of length 1, each as long as it is rare."""

    def seen_in(self, terms: Iterable[str]) -> NDArray[np.float64]:
        """In how many texts each of `terms` stands."""
        return np.array([self._seen_in[term] for term in terms], dtype=np.float64)

    def idf(self, terms: Iterable[str]) -> NDArray[np.float64]:
        """How rare each of `terms` is: inverse document frequency, as if one more text held all of them."""
        return np.asarray(self._idf[self._numbers_of(terms)], dtype=np.float64)

    def _numbers_of(self, terms: Iterable[str]) -> NDArray[np.int64]:
        numbers = self.numbers
        return np.array([numbers.get(term, -1) for term in terms], dtype=np.int64)

    def _direction(self, text: str) -> "Direction":
        asked = tuple(dict.fromkeys(self.terms(text)))
        numbers = self._numbers_of(asked)
        rarity = self._idf[numbers]
        rarity /= max(1e-9, float(np.sqrt((rarity**2).sum())))
        known = numbers >= 0
        new = [(asked[place], float(rarity[place])) for place in np.flatnonzero(~known).tolist()]
        return Direction(numbers[known], rarity[known], new)


class Direction(NamedTuple):
    """A text's terms with their weights: those that the texts hold by their numbers, and the new ones."""

    numbers: NDArray[np.int64]
    weights: NDArray[np.float64]
    new: Sequence[tuple[str, float]]


class Postings:
    """For each term the texts that hold it, with weights: scores are sums over a question's terms."""

    def __init__(self, listed: Sequence[Mapping[str, int]]) -> None:
        self.numbers: dict[str, int] = {}
        for found in listed:
            for term in found:
                self.numbers.setdefault(term, len(self.numbers))
        self.size = len(listed)
        rows = np.array([row for row, found in enumerate(listed) for _ in found], dtype=np.int64)
        columns = np.array([self.numbers[term] for found in listed for term in found], dtype=np.int64)
        order = np.argsort(columns, kind="stable")
        self.rows, self.columns = rows[order], columns[order]
        self.counts = np.array([n for found in listed for n in found.values()], dtype=np.float64)[order]
        self.weights = np.zeros(len(order))
        self._starts = np.searchsorted(self.columns, np.arange(len(self.numbers) + 1))

    def sums(self, terms: NDArray[np.int64], weights: NDArray[np.float64]) -> Scores:
        """For each text the sum of its weights for `terms`, by their numbers, each times its own weight."""
        if not len(terms):
            return np.zeros(self.size, dtype=np.float32)
        starts = self._starts[terms]
        lengths = self._starts[terms + 1] - starts
        ends = np.cumsum(lengths)
        # All places of all terms, one run after the other.
        places = np.arange(ends[-1]) + np.repeat(starts - ends + lengths, lengths)
        products = self.weights[places] * np.repeat(weights, lengths)
        sums = np.bincount(self.rows[places], weights=products, minlength=self.size)
        return np.asarray(sums, dtype=np.float32)


class WordIndex:
    """BM25 (Lucene's variant) over short plain texts."""

    def __init__(self, texts: Sequence[str], usage: Usage | None = None) -> None:
        self._usage = usage = usage or Usage(texts, content_words)
        listed = [Counter(usage.terms(text)) for text in texts]
        self._postings = postings = Postings(listed)
        lengths = np.array([found.total() for found in listed], dtype=np.float64)
        norms = _K1 * (1 - _B + _B * lengths / max(1e-9, usage.mean_length))
        postings.weights = postings.counts / (postings.counts + norms[postings.rows])
        seen_in = usage.seen_in(postings.numbers)
        self._rarity = np.log1p((usage.texts - seen_in + 0.5) / (seen_in + 0.5))

    def scores(self, text: str) -> Scores:
        """For each text how much it shares with `text`: 0 for nothing, rising towards 1."""
        hits = (self._postings.numbers.get(term) for term in dict.fromkeys(self._usage.terms(text)))
        terms = np.array([hit for hit in hits if hit is not None], dtype=np.int64)
        raw = self._postings.sums(terms, self._rarity[terms])
        return np.asarray(raw / (raw + _HALF_SCORE), dtype=np.float32)


class CharacterIndex:
    """TF-IDF cosine over n-grams, each counted once per text."""

    def __init__(
        self, texts: Sequence[str], usage: Usage | None = None, grams: Terms = character_grams
    ) -> None:
        self._usage = usage = usage or Usage(texts, grams)
        self._postings = postings = Postings([dict.fromkeys(usage.terms(text), 1) for text in texts])
        weights = usage.idf(postings.numbers)[postings.columns]
        lengths = np.sqrt(np.bincount(postings.rows, weights=weights**2, minlength=len(texts)))
        postings.weights = weights / np.maximum(lengths[postings.rows], 1e-9)
        self._place_of = np.array([postings.numbers.get(term, -1) for term in usage.numbers], dtype=np.int64)

    def scores(self, text: str) -> Scores:
        """The cosine with each text, 0 to 1."""
        asked, numbers = self._usage.direction(text), self._postings.numbers
        places = self._place_of[asked.numbers]
        held = places >= 0
        places, weights = places[held], asked.weights[held]
        if new := [(numbers[term], weight) for term, weight in asked.new if term in numbers]:
            places = np.append(places, np.array([place for place, _ in new], dtype=np.int64))
            weights = np.append(weights, [weight for _, weight in new])
        return self._postings.sums(places, weights)
