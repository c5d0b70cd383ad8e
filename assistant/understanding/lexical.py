"""Likeness by letters: BM25 over words, and TF-IDF over character n-grams.

Every index is made with the rarity of terms in the wordings that all topics share, so that the scores of
one topic's own texts stand on the same scale as theirs, however few they are.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.understanding.words import content_words

Scores = NDArray[np.float32]
Terms = Callable[[str], Iterable[str]]

_K1, _B = 1.2, 0.5
"""BM25's saturation and length normalisation (Robertson and Zaragoza, 2009): little for short texts."""
_HALF_SCORE: Final = 6.0
"""The BM25 score that counts as half of certain: about two rare words in common."""
_NGRAMS: Final = (3, 4)


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
        self._idf = dict(zip(self._seen_in, idf.tolist(), strict=True))
        self._highest_idf = math.log(1 + self.texts) + 1

    def seen_in(self, terms: Iterable[str]) -> NDArray[np.float64]:
        """In how many texts each of `terms` stands."""
        return np.array([self._seen_in[term] for term in terms], dtype=np.float64)

    def idf(self, terms: Iterable[str]) -> NDArray[np.float64]:
        """How rare each of `terms` is: inverse document frequency, as if one more text held all of them."""
        known, highest = self._idf, self._highest_idf
        return np.array([known.get(term, highest) for term in terms], dtype=np.float64)


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

    def sums(self, asked: Mapping[int, float]) -> Scores:
        """For each text the sum of its weights for the terms `asked`, each times its own weight there."""
        if not asked:
            return np.zeros(self.size, dtype=np.float32)
        terms = np.fromiter(asked, dtype=np.int64, count=len(asked))
        starts = self._starts[terms]
        lengths = self._starts[terms + 1] - starts
        ends = np.cumsum(lengths)
        # All places of all terms, one run after the other.
        places = np.arange(ends[-1]) + np.repeat(starts - ends + lengths, lengths)
        weights = self.weights[places] * np.repeat(np.fromiter(asked.values(), dtype=np.float64), lengths)
        sums = np.bincount(self.rows[places], weights=weights, minlength=self.size)
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
        raw = self._postings.sums({hit: float(self._rarity[hit]) for hit in hits if hit is not None})
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

    def scores(self, text: str) -> Scores:
        """The cosine with each text, 0 to 1."""
        asked = tuple(dict.fromkeys(self._usage.terms(text)))
        rarity = self._usage.idf(asked)
        rarity /= max(1e-9, float(np.sqrt((rarity**2).sum())))
        numbers = self._postings.numbers
        weights = zip(asked, rarity.tolist(), strict=True)
        return self._postings.sums({numbers[gram]: weight for gram, weight in weights if gram in numbers})
