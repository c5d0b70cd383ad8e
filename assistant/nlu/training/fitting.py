"""The weights of the ranking, fitted to trials."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.nlu.stages.ranking import Weights
from assistant.nlu.training.cross_validation import Manner, Trial

SHARES: Final = {Manner.PLAIN: 0.5, Manner.TYPOS: 0.3, Manner.MISHEARD: 0.2}
"""How much each manner counts. Our mishearing is worse than most recognisers', so it counts least."""
_NONE_SHARE: Final = 0.375
"""The weight of all counter-examples in the fit; the answerable wordings hold the rest."""
_RIDGE: Final = 1e-4
"""The signals are much alike: this keeps one from standing in for another, and costs no likelihood on trials
left out."""
_ROUNDS: Final = 4
"""The best answer of each aspect is chosen anew so often; then no choice changes any more."""
_STEPS: Final = 12
_STEP_PARTS: Final = (1.0, 0.5, 0.25, 0.1, 0.01)
_CLOSE: Final = 1e-9
ABSENT: Final = -1e3
"""The score of what cannot be meant: an aspect that the topic has no answer for."""
_DIGITS: Final = 4

Scores = NDArray[np.float64]


def beliefs_of(found: Sequence[Trial], weights: Weights) -> Scores:
    """For each trial the share of belief of each aspect, and last that of "none of them"."""
    return _softmax(_best(_stacked(found), _flat(weights))[0])


def fitted(found: Sequence[Trial], start: Weights | None = None) -> Weights:
    """The weights under which the trials are likeliest, by conditional logistic regression.

    No signal may speak against the answer that it comes from: weights of answers are 0 or more. An aspect
    stands for its best answer, chosen anew between rounds of Newton's method. The same trials always give the
    same weights.
    """
    flat = _flat(start or Weights())
    answers = len(Weights().for_answers())
    stacked = _stacked(found)
    target, share = _target(stacked, found)
    for _ in range(_ROUNDS):
        scores, rows = _best(stacked, flat)
        flat = newton(Fit(rows, np.where(scores == ABSENT, ABSENT, 0.0), target, share), flat, answers)
    names = [field.name for field in dataclasses.fields(Weights)]
    return Weights(**dict(zip(names, (round(float(value), _DIGITS) for value in flat), strict=True)))


@dataclass(frozen=True, slots=True)
class Fit:
    """What the likelihood is made of: signals by trial and class, fixed scores, right classes, shares."""

    rows: Scores
    fixed: Scores
    target: Scores
    share: Scores

    def scores(self, flat: Scores) -> Scores:
        """For each trial the score of each class."""
        return np.asarray(self.rows @ flat + self.fixed, dtype=np.float64)

    def loss(self, flat: Scores) -> float:
        """How unlikely the trials are: the mean negative logarithm, and the ridge."""
        scores = self.scores(flat)
        top = scores.max(axis=1)
        spread = np.log(np.exp(scores - top[:, None]).sum(axis=1)) + top
        unlikely = float((self.share * (spread - (scores * self.target).sum(axis=1))).sum())
        return unlikely + _RIDGE / 2 * float(flat @ flat)

    def slope_and_bend(self, flat: Scores) -> tuple[Scores, Scores]:
        """The first and the second derivative of `loss`."""
        table = self.rows.reshape(-1, len(flat))
        chances = _softmax(self.scores(flat))
        slope = table.T @ ((chances - self.target) * self.share[:, None]).ravel() + _RIDGE * flat
        heavy = (chances * self.share[:, None]).ravel()
        means = np.einsum("tc,tcf->tf", chances, self.rows)
        bend = (table * heavy[:, None]).T @ table - (means * self.share[:, None]).T @ means
        return slope, bend + _RIDGE * np.eye(len(flat))


def newton(fit: Fit, flat: Scores, bounded: int) -> Scores:
    """Newton's method with the first `bounded` weights kept at 0 or more; steps are cut until they help."""
    reached = fit.loss(flat)
    for _ in range(_STEPS):
        slope, bend = fit.slope_and_bend(flat)
        free = np.ones(len(flat), dtype=np.bool_)
        free[:bounded] = (flat[:bounded] > 0) | (slope[:bounded] < 0)
        step = np.zeros(len(flat))
        step[free] = np.linalg.solve(bend[np.ix_(free, free)], slope[free])
        for part in _STEP_PARTS:
            tried = flat - part * step
            tried[:bounded] = np.maximum(tried[:bounded], 0)
            now = fit.loss(tried)
            if now < reached:
                break
        else:
            return flat
        gained, flat, reached = reached - now, tried, now
        if gained < _CLOSE:
            return flat
    return flat


@dataclass(frozen=True, slots=True)
class _Stacked:
    """The evidence of trials, one block for each set of answers: trials of one topic share theirs."""

    blocks: tuple[tuple[NDArray[np.int64], NDArray[np.int64], Scores], ...]
    """(numbers of the trials, the aspect of each answer, trials by answers by signals)."""
    none: Scores
    classes: int


def _stacked(found: Sequence[Trial]) -> _Stacked:
    by_topic: dict[bytes, list[int]] = {}
    for number, trial in enumerate(found):
        by_topic.setdefault(trial.evidence.aspects.tobytes(), []).append(number)
    return _Stacked(
        tuple(
            (
                np.array(numbers),
                found[numbers[0]].evidence.aspects,
                np.stack([found[number].evidence.answers for number in numbers]).astype(np.float64),
            )
            for numbers in by_topic.values()
        ),
        np.stack([trial.evidence.none for trial in found]).astype(np.float64),
        int(max(trial.evidence.aspects.max() for trial in found)) + 1,
    )


def _best(stacked: _Stacked, flat: Scores) -> tuple[Scores, Scores]:
    """Each aspect's best score with that of "none of them" last, and the signals of each of these.

    In one table: the signals of answers come first, those of "none of them" after them. An aspect without
    answers has no signals, and ABSENT for its score.
    """
    trials, size = len(stacked.none), len(flat)
    rows = np.zeros((trials, stacked.classes + 1, size))
    scores = np.full((trials, stacked.classes + 1), ABSENT)
    for numbers, aspects, answers in stacked.blocks:
        width = answers.shape[2]
        reached = answers @ flat[:width]
        for aspect, places in _places(aspects):
            chosen = places[reached[:, places].argmax(axis=1)]
            line = np.arange(len(numbers))
            scores[numbers, aspect] = reached[line, chosen]
            rows[numbers, aspect, :width] = answers[line, chosen]
    rows[:, -1, size - stacked.none.shape[1] :] = stacked.none
    scores[:, -1] = rows[:, -1] @ flat
    return scores, rows


def _places(aspects: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[np.int64]]]:
    for aspect in np.unique(aspects):
        yield int(aspect), np.flatnonzero(aspects == aspect)


def _flat(weights: Weights) -> Scores:
    return np.concatenate([weights.for_answers(), weights.for_none()]).astype(np.float64)


def _target(stacked: _Stacked, found: Sequence[Trial]) -> tuple[Scores, Scores]:
    """The right class of each trial as a one in its row, and how much each trial counts."""
    right = np.array([stacked.classes if trial.aspect is None else trial.aspect for trial in found])
    counter = right == stacked.classes
    manners = np.array([trial.manner for trial in found])
    share = np.zeros(len(found))
    for manner in Manner:
        for kind, whole in ((counter, _NONE_SHARE), (~counter, 1 - _NONE_SHARE)):
            chosen = kind & (manners == manner)
            share[chosen] = whole * SHARES[manner] / max(1, chosen.sum())
    return np.eye(stacked.classes + 1)[right], share / share.sum()


def _softmax(scores: Scores) -> Scores:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float64)
