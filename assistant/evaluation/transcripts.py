"""How far what was heard is from what was said."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from assistant.nlu.words import plain


@dataclass(frozen=True, slots=True)
class WordErrors:
    """Words to insert, delete or replace (Levenshtein distance over words), and the words that were said."""

    edits: int
    words: int

    @property
    def rate(self) -> float:
        """Word error rate: edits over words said. Above 1 when more was heard than said; 0 without words."""
        return self.edits / self.words if self.words else 0.0


def word_errors(said: str, heard: str) -> WordErrors:
    """Case, punctuation and short forms ("what's", "what is") make no difference."""
    reference, hypothesis = plain(said).split(), plain(heard).split()
    return WordErrors(Levenshtein.distance(reference, hypothesis), len(reference))


def summed(parts: Iterable[WordErrors]) -> WordErrors:
    """All edits over all words, so that long questions count for more than short ones: as is usual."""
    edits = words = 0
    for part in parts:
        edits += part.edits
        words += part.words
    return WordErrors(edits, words)
