"""Tells the words of an emergency from words that only resemble them, by all the examples at once."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.nlu.index.dense import Gallery, Vectors
from assistant.nlu.index.sparse import CharacterIndex

Scores = NDArray[np.float64]

_RECIPE: Final = "1"
"""Raised by hand when what follows, or the words compared, changes."""
_POWER: Final = 4
_RIDGE: Final = 1.0
"""Both, and words as important as meaning, by five-fold cross-validation over wordings and look-alikes,
judged by the area under the ROC curve; a linear classifier of the embedding does worse."""
_MOST_HARMLESS: Final = 1_000
"""Of thousands of harmless texts an even sample is enough, and is solved quickly."""
_AT_ONCE: Final = 256
"""Rows of what is solved that are worked out together."""


def word_pairs(text: str) -> dict[str, None]:
    """The words of plain text and each two in a row, its edges included.

    "Do not" and "not breathing" tell more than "not".
    """
    words = text.split()
    pairs = zip(("", *words), (*words, ""), strict=True)
    return dict.fromkeys((*words, *map(" ".join, pairs)))


class TriageClassifier:
    """A kernel ridge classifier (Saunders et al., 1998), solved exactly from the examples.

    Two texts are as like as their meaning (a power of the embeddings' cosine, so that the nearest count
    most) and their words (TF-IDF cosine over words and pairs) together. Alarming and calm examples weigh the
    same; of the calm ones the look-alikes as much as all that is merely harmless.
    """

    def __init__(
        self, alarming: Sequence[str], similar: Sequence[str], harmless: Sequence[str], gallery: Gallery
    ) -> None:
        step = -(-len(harmless) // _MOST_HARMLESS) or 1
        groups = [group for group in (alarming, similar, harmless[::step]) if group]
        texts = [text for group in groups for text in group]
        self._rows = gallery.hang(texts)
        self._words = CharacterIndex(texts, grams=word_pairs)
        self._duals: Scores = np.zeros(len(texts))
        if alarming and len(groups) > 1:
            made_from = (_RECIPE, *map(str, map(len, groups)), *texts)
            self._duals = gallery.derived("alarm", made_from, lambda: self._solved(groups, gallery))

    def _solved(self, groups: Sequence[Sequence[str]], gallery: Gallery) -> Scores:
        """How much each example speaks for an emergency; those of the first group are some."""
        texts = [text for group in groups for text in group]
        shares = [0.5] + [0.5 / (len(groups) - 1)] * (len(groups) - 1)
        weight = np.concatenate(
            [np.full(len(group), share / len(group)) for group, share in zip(groups, shares, strict=True)]
        )
        target = np.where(np.arange(len(texts)) < len(groups[0]), 0.5, -0.5)
        alike = self._alike(texts, gallery.vectors(self._rows))
        alike[np.diag_indices(len(texts))] += _RIDGE / (weight * len(texts))
        return np.asarray(np.linalg.solve(alike, target), dtype=np.float64)

    def _alike(self, texts: Sequence[str], vectors: Vectors) -> Scores:
        """How like each two of the texts are; a few rows at a time, as the whole is large."""
        exact = vectors.astype(np.float64)
        alike = np.empty((len(texts), len(texts)))
        for start in range(0, len(texts), _AT_ONCE):
            rows = slice(start, start + _AT_ONCE)
            alike[rows] = _closeness(exact[rows] @ exact.T)
            alike[rows] += np.stack([self._words.scores(text) for text in texts[rows]])
        return alike

    def score(self, text: str, likeness: Vectors) -> float:
        """About 1 for an emergency, 0 for none.

        `text` is plain, `likeness` its likeness with the whole gallery.
        """
        alike = _closeness(likeness[self._rows].astype(np.float64)) + self._words.scores(text)
        return float(alike @ self._duals) + 0.5


def _closeness(cosine: Scores) -> Scores:
    return np.asarray(((1 + cosine) / 2) ** _POWER, dtype=np.float64)
