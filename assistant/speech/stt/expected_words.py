"""Was it one of the things that somebody was told to say? By Bayes' rule over how each of them would sound.

A lone short word gives a recogniser little to go by: "five" comes back as "fine". Among the few things that
fit the moment it is told apart easily.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from assistant.text import words_in
from assistant.transcript import Sayings

_TOLD: Final = 5.0
"""By how much, in logits, one thing that somebody was told to say is likelier than any other that sounds as
much like it. Set on ten numbers and some orders in six synthetic voices: the word that was said scored within
4 of the best reading, but for one; other expected words at least 5 below it."""
_BELIEVED: Final = 0.6
_LEAST_SCORE: Final = -8.0
"""Log probability of the whole, below which nothing was said that was expected."""


def texts_of(expected: Sayings, readings: Sequence[str]) -> tuple[str, ...]:
    """All that is to be scored: what is expected, and each reading that says something."""
    ways = [way for each in expected for way in each]
    return tuple(dict.fromkeys((*ways, *(text for text in readings if words_in(text)))))


def likeliest(expected: Sayings, scores: Mapping[str, float]) -> tuple[str, float] | None:
    """The one of `expected` that was said, as it is shown, and the belief in it; None for something else.

    `scores` is the log probability of each of `texts_of`.
    """
    if not scores:
        return None
    known = {tuple(words_in(way)) for each in expected for way in each}
    beliefs = [sum(math.exp(scores[way] + _TOLD) for way in each) for each in expected]
    others: dict[tuple[str, ...], float] = {}
    for text, score in scores.items():
        words = tuple(words_in(text))
        if words not in known:
            others[words] = max(others.get(words, 0.0), math.exp(score))
    best = max(range(len(expected)), key=beliefs.__getitem__)
    belief = beliefs[best] / (sum(beliefs) + sum(others.values()))
    if belief < _BELIEVED or max(scores[way] for way in expected[best]) < _LEAST_SCORE:
        return None
    return expected[best][0], belief
