"""Likeness by letters: BM25 over words, and TF-IDF over character n-grams."""

import logging
from collections.abc import Sequence
from typing import Final

import bm25s
import numpy as np
from numpy.typing import NDArray

from assistant.understanding.words import content_words

Scores = NDArray[np.float32]

_HALF_SCORE: Final = 6.0
"""The BM25 score that counts as half of certain: about two rare words in common."""
_NGRAMS: Final = (3, 4)

# The package reports every index it builds; an operator has no use for that.
logging.getLogger("bm25s").setLevel(logging.WARNING)


class WordIndex:
    """BM25 (Lucene's variant) over short plain texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        tokens = [list(content_words(text)) or ["-"] for text in texts]
        self._size = len(texts)
        self._index = bm25s.BM25(method="lucene", k1=1.2, b=0.5)
        self._index.index(tokens, show_progress=False)
        self._vocabulary = frozenset(word for words in tokens for word in words)

    def scores(self, text: str) -> Scores:
        """For each text how much it shares with `text`: 0 for nothing, rising towards 1."""
        asked = [word for word in dict.fromkeys(content_words(text)) if word in self._vocabulary]
        if not asked:
            return np.zeros(self._size, dtype=np.float32)
        raw = np.asarray(self._index.get_scores(asked), dtype=np.float32)
        return np.asarray(raw / (raw + _HALF_SCORE), dtype=np.float32)


class CharacterIndex:
    """TF-IDF cosine over character n-grams within words: forgives endings, typos and run-together words."""

    def __init__(self, texts: Sequence[str]) -> None:
        grams = [_grams(text) for text in texts]
        numbers: dict[str, int] = {}
        for counted in grams:
            for gram in counted:
                numbers.setdefault(gram, len(numbers))
        rows = np.array([row for row, counted in enumerate(grams) for _ in counted], dtype=np.int64)
        columns = np.array([numbers[gram] for counted in grams for gram in counted], dtype=np.int64)
        seen_in = np.bincount(columns, minlength=len(numbers)).astype(np.float32)
        self._rarity = np.log((1 + len(texts)) / (1 + seen_in)) + 1
        self._rarity_of_new = float(np.log(1 + len(texts)) + 1)
        weights = self._rarity[columns] if len(columns) else np.zeros(0, dtype=np.float32)
        lengths = np.sqrt(np.bincount(rows, weights=weights**2, minlength=len(texts)))
        weights = weights / np.maximum(lengths[rows], 1e-9) if len(rows) else weights
        order = np.argsort(columns, kind="stable")
        self._rows, self._weights = rows[order], weights[order]
        self._starts = np.searchsorted(columns[order], np.arange(len(numbers) + 1))
        self._numbers, self._size = numbers, len(texts)

    def scores(self, text: str) -> Scores:
        """The cosine with each text, 0 to 1."""
        asked = _grams(text)
        hits = [number for gram in asked if (number := self._numbers.get(gram)) is not None]
        if not hits:
            return np.zeros(self._size, dtype=np.float32)
        own = self._rarity[hits]
        new = (len(asked) - len(hits)) * self._rarity_of_new**2
        length = float(np.sqrt((own**2).sum() + new))
        spans = [slice(self._starts[number], self._starts[number + 1]) for number in hits]
        rows = np.concatenate([self._rows[span] for span in spans])
        weights = np.concatenate(
            [self._weights[span] * weight for span, weight in zip(spans, own, strict=True)]
        )
        return np.asarray(np.bincount(rows, weights=weights, minlength=self._size) / length, dtype=np.float32)


def _grams(text: str) -> dict[str, None]:
    grams: dict[str, None] = {}
    for word in text.split():
        edged = f" {word} "
        for size in _NGRAMS:
            for start in range(max(1, len(edged) - size + 1)):
                grams[edged[start : start + size]] = None
    return grams
