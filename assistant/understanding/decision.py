"""From scores to Answer, Choice or NotCovered."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.library.values import EntryRef
from assistant.understanding.meaning import Answer, Choice, NotCovered
from assistant.understanding.ranking import Ranking


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a score is good enough. Calibrated on wordings left out in turn, plain and with typos, not on any
    list of test questions; see docs/understanding.md."""

    temperature: float = 0.16
    """Turns score differences into shares of belief (a softmax)."""
    refuse: float = 0.5
    """NotCovered when "none of them" holds more belief than this."""
    faint: float = 1.15
    """NotCovered when even the best score is lower: nothing in the library is like it."""
    sure: float = 0.55
    """Answer when the best aspect holds more of the belief that is left than this; else Choice."""
    offer: float = 0.08
    """A further aspect is offered in a Choice only with at least this share."""


MAX_OFFERED = 3


def decide(ranking: Ranking, thresholds: Thresholds) -> Answer | Choice | NotCovered:
    """The outcome for one question. Answers of one aspect never compete: the better one stands for both."""
    best = best_by_aspect(ranking)
    if not best:
        return NotCovered()
    shares = _shares([ranking.none, *(score for _, score in best)], thresholds.temperature)
    none, beliefs = shares[0], shares[1:]
    nearest = tuple(entry for entry, _ in best[:MAX_OFFERED])
    if none > thresholds.refuse or best[0][1] < thresholds.faint:
        return NotCovered(nearest, confidence=none)
    left = [belief / (1 - none) for belief in beliefs]
    if left[0] >= thresholds.sure or len(best) == 1:
        return Answer(best[0][0], confidence=beliefs[0], also=nearest[1:])
    offered = [
        entry
        for (entry, _), belief in zip(best[:MAX_OFFERED], left, strict=False)
        if belief >= thresholds.offer
    ]
    if len(offered) < 2:
        return Answer(best[0][0], confidence=beliefs[0], also=nearest[1:])
    return Choice(tuple(offered), confidence=sum(beliefs[: len(offered)]))


def best_by_aspect(ranking: Ranking) -> list[tuple[EntryRef, float]]:
    """The best answer of each aspect with its score, best first; equal scores keep the topic's order."""
    found: dict[int, tuple[EntryRef, float]] = {}
    for number in np.argsort(-ranking.scores, kind="stable"):
        aspect = int(ranking.aspects[number])
        found.setdefault(aspect, (ranking.entries[number], float(ranking.scores[number])))
    return list(found.values())


def _shares(scores: Sequence[float], temperature: float) -> list[float]:
    powers = np.exp((np.array(scores) - max(scores)) / temperature)
    return [float(share) for share in powers / powers.sum()]
