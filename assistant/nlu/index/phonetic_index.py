"""What people are likely to say, found by sound, wherever a recogniser put the spaces."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np

from assistant.nlu.index.phonetics import sound_of
from assistant.nlu.index.sparse import REMEMBERED, CharacterIndex, Scores, Usage, character_grams

_NEAR: Final = 25
"""So many of the wordings that sound most like a text tell which words it is likely to hold."""
START: Final = "<"
END: Final = ">"


class SoundsIndex:
    """TF-IDF cosine over n-grams of sounds, words run together: "dye egg no sis" is near "diagnosis".

    With `shared`, sounds are as rare as they are there: the scores of both stand on one scale.
    """

    def __init__(self, texts: Sequence[str], shared: "SoundsIndex | None" = None) -> None:
        sounds = [sound_of(text) for text in texts]
        self.usage: Usage = shared.usage if shared else Usage(sounds, character_grams)
        self._index = CharacterIndex(sounds, self.usage)
        self.scores = lru_cache(REMEMBERED)(self._scores)
        """For each text how much it sounds like a plain one: 0 to 1. Not to be changed."""

    def _scores(self, text: str) -> Scores:
        return self._index.scores(sound_of(text))


class HeardWordings:
    """Plain wordings of questions and counter-examples, as evidence of which words go together.

    `shared`: the wordings of all topics, where these are one topic's own.
    """

    def __init__(self, texts: Sequence[str], shared: "HeardWordings | None" = None) -> None:
        self.index: SoundsIndex = SoundsIndex(texts, shared.index if shared else None)
        self._words_of = [frozenset(text.split()) for text in texts]
        self.words = frozenset(word for words in self._words_of for word in words)
        self.pairs = frozenset(pair for text in texts for pair in pairwise((START, *text.split(), END)))
        """Neighbours in any wording; START stands before its first word and END after its last."""

    def likely_words(self, text: str) -> dict[str, float]:
        """The words of the wordings that sound most like `text`, each with the highest score of those."""
        scores = self.index.scores(text)
        near = min(_NEAR, len(scores))
        if not near:
            return {}
        least = np.partition(scores, -near)[-near]
        candidates = np.flatnonzero(scores >= least)
        likely: dict[str, float] = {}
        for place in candidates[np.argsort(-scores[candidates], kind="stable")][:near]:
            for word in self._words_of[place]:
                likely.setdefault(word, float(scores[place]))
        return likely
