"""From scores to Answer, Choice or NotCovered."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.library.entries import EntryRef
from assistant.nlu.intents import Answer, Choice, NotCovered
from assistant.nlu.stages.ranking import Ranking


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a score is good enough. Calibrated on wordings left out in turn, plain and with typos, not on any
    list of test questions; see calibration.py."""

    refuse: float = 0.65
    """NotCovered when "none of them" holds more belief than this."""
    doubt: float = 0.25
    """With more than this for "none of them" there is no Answer, but at most a Choice."""
    sure: float = 0.6
    """Answer when the best aspect holds more of the belief that is left than this; else Choice."""
    offer: float = 0.08
    """A third aspect is offered in a Choice only with at least this share."""


MAX_OFFERED = 3


def decide(ranking: Ranking, thresholds: Thresholds) -> Answer | Choice | NotCovered:
    """The outcome for one question. Answers of one aspect never compete: the better one stands for both."""
    best = best_by_aspect(ranking)
    if not best:
        return NotCovered()
    shares = _shares([ranking.none, *(score for _, score in best)])
    none, beliefs = shares[0], shares[1:]
    nearest = tuple(entry for entry, _ in best[:MAX_OFFERED])
    if none > thresholds.refuse:
        return NotCovered(nearest, confidence=none)
    left = [belief / (1 - none) for belief in beliefs]
    if (left[0] >= thresholds.sure and none <= thresholds.doubt) or len(best) == 1:
        return Answer(best[0][0], confidence=beliefs[0], also=nearest[1:])
    likely = sum(belief >= thresholds.offer for belief in left[:MAX_OFFERED])
    offered = nearest[: max(2, likely)]
    return Choice(offered, confidence=sum(beliefs[: len(offered)]))


def best_by_aspect(ranking: Ranking) -> list[tuple[EntryRef, float]]:
    """The best answer of each aspect with its score, best first; equal scores keep the topic's order."""
    found: dict[int, tuple[EntryRef, float]] = {}
    for number in np.argsort(-ranking.scores, kind="stable"):
        aspect = int(ranking.aspects[number])
        found.setdefault(aspect, (ranking.entries[number], float(ranking.scores[number])))
    return list(found.values())


def _shares(scores: Sequence[float]) -> list[float]:
    powers = np.exp(np.array(scores) - max(scores))
    return [float(share) for share in powers / powers.sum()]
