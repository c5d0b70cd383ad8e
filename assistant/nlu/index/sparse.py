"""An inverted index: for each term the texts that hold it."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


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
