"""Writes the vectors that come with the program, so that nobody's first start works them out."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.library.entries import Library
from assistant.nlu.index.dense import MiniLmEncoder, Vectors, ship
from assistant.nlu.interpreter import Context
from assistant.nlu.pipeline import Pipeline, Tuning


class _Noting(MiniLmEncoder):
    """The encoder given, which keeps what it was asked."""

    def __init__(self, encoder: MiniLmEncoder) -> None:
        self._encoder, self.id, self.variant = encoder, encoder.id, encoder.variant
        self.noted: dict[str, Vectors] = {}

    def ranked_words(self) -> dict[str, int]:
        return self._encoder.ranked_words()

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = self._encoder.encode(texts)
        self.noted |= zip(texts, vectors, strict=True)
        return vectors


def vectors_of(library: Library, encoder: MiniLmEncoder) -> dict[str, Vectors]:
    """All texts that serving `library` compares anything with, and their vectors. Slow."""
    noting = _Noting(encoder)
    pipeline = Pipeline(library, noting, Tuning())
    asked = "what is it"
    for topic in library.topics:  # opens it
        pipeline.rank(asked, Context(topic))
    pipeline.shut_down()
    return noting.noted


def write_vectors(library: Library, encoder: MiniLmEncoder, path: Path) -> None:
    """Works them out and writes the file that `ShippedVectors` reads."""
    vectors = vectors_of(library, encoder)
    ship(vectors, lambda texts: np.stack([vectors[text] for text in texts]), path)
