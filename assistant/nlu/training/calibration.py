"""The thresholds of the ranking's outcome, from trials; and what they would have made of them."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from assistant.nlu.stages.fallback_policy import MAX_OFFERED, Thresholds
from assistant.nlu.stages.ranking import Weights
from assistant.nlu.training.cross_validation import Manner, Trial
from assistant.nlu.training.fitting import SHARES, beliefs_of, fitted
from assistant.nlu.training.folds import FOLDS

MOST_WRONG: Final = {Manner.PLAIN: 0.035, Manner.TYPOS: 0.05, Manner.MISHEARD: 0.05}
"""Of answerable wordings; and of counter-examples, all manners together:"""
MOST_COUNTER_ANSWERED: Final = 0.065
LEAST_COUNTER_REFUSED: Final = 0.875
"""Of people's questions off topic 0.90 are to be refused, and 0.04 answered at most. A counter-example left
out has often lost the only ones of its kind, and many were written to be hard."""
_PRICE: Final = 10.0
"""What a hundredth beyond a bound costs, in hundredths of the goal: bounds give way only where they must."""
_REFUSE: Final = tuple(round(0.30 + 0.05 * step, 2) for step in range(13))
_DOUBT: Final = tuple(round(0.10 + 0.05 * step, 2) for step in range(13))
_SURE: Final = tuple(round(0.40 + 0.05 * step, 2) for step in range(11))

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of the trials, 0 to 1. `found`: the right aspect answered, or among those offered."""

    right_first: float
    found: float
    wrong: float
    refused: float
    counter_answered: float
    counter_refused: float


@dataclass(frozen=True, slots=True)
class Beliefs:
    """What weights made of trials: the share of "none of them", and of each aspect among the rest."""

    nothing: Scores
    aspects: Scores
    right: NDArray[np.int64]
    """The number of the right aspect; -1 for a counter-example."""
    manners: NDArray[np.str_]

    @classmethod
    def of(cls, found: Sequence[Trial], weights: Weights) -> Self:
        """The beliefs under `weights`."""
        shares = beliefs_of(found, weights)
        left = shares[:, :-1] / np.maximum(1 - shares[:, -1:], 1e-12)
        right = np.array([-1 if trial.aspect is None else trial.aspect for trial in found])
        return cls(shares[:, -1], left, right, np.array([trial.manner for trial in found]))

    @classmethod
    def joined(cls, parts: Sequence["Beliefs"]) -> "Beliefs":
        """Several in one."""
        return cls(
            np.concatenate([part.nothing for part in parts]),
            np.concatenate([part.aspects for part in parts]),
            np.concatenate([part.right for part in parts]),
            np.concatenate([part.manners for part in parts]),
        )


def crossed(found: Sequence[Trial]) -> Beliefs:
    """The beliefs of each trial under weights fitted without its fold."""
    parts = []
    for fold in range(FOLDS):
        asked = [trial for trial in found if trial.fold == fold]
        if asked:
            weights = fitted([trial for trial in found if trial.fold != fold])
            parts.append(Beliefs.of(asked, weights))
    return Beliefs.joined(parts)


def figures(beliefs: Beliefs, thresholds: Thresholds) -> dict[Manner, Figures]:
    """What these thresholds would have made of the trials, for each manner that is among them."""
    return _Outcomes(beliefs).figures(thresholds)


def chosen_thresholds(beliefs: Beliefs) -> Thresholds:
    """The thresholds with the most right answers first, of those that keep the bounds on wrong answers.

    "Found" counts as much as "right first". Where none keep every bound, those that break them least.
    """
    outcomes = _Outcomes(beliefs)
    choices = [
        dataclasses.replace(Thresholds(), refuse=refuse, doubt=doubt, sure=sure)
        for refuse in _REFUSE
        for doubt in _DOUBT
        if doubt <= refuse
        for sure in _SURE
    ]
    return max(choices, key=lambda thresholds: _worth(outcomes.figures(thresholds)))


def _worth(told: dict[Manner, Figures]) -> float:
    whole = sum(SHARES[manner] for manner in told)
    goal = wrong = answered = refused = 0.0
    for manner, each in told.items():
        share = SHARES[manner] / whole
        goal += share * (each.right_first + each.found) / 2
        wrong += share * max(0.0, each.wrong - MOST_WRONG[manner])
        answered += share * each.counter_answered
        refused += share * each.counter_refused
    beyond = max(0.0, answered - MOST_COUNTER_ANSWERED) + max(0.0, LEAST_COUNTER_REFUSED - refused)
    return round(goal - _PRICE * (wrong + beyond), 9)


class _Outcomes:
    """Beliefs, sorted once, so that many thresholds can be tried."""

    def __init__(self, beliefs: Beliefs) -> None:
        order = np.argsort(-beliefs.aspects, axis=1, kind="stable")[:, :MAX_OFFERED]
        shares = np.take_along_axis(beliefs.aspects, order, axis=1)
        self._nothing, self._best = beliefs.nothing, shares[:, 0]
        hits = order == beliefs.right[:, None]
        self._first = hits[:, 0]
        # A third answer is offered only when it is likely enough, as fallback_policy.py has it.
        self._offered = hits[:, :2].any(axis=1) | (hits[:, 2:] & (shares[:, 2:] >= Thresholds().offer)).any(
            axis=1
        )
        self._groups = {
            manner: (
                np.flatnonzero((beliefs.manners == manner) & (beliefs.right >= 0)),
                np.flatnonzero((beliefs.manners == manner) & (beliefs.right < 0)),
            )
            for manner in Manner
            if (beliefs.manners == manner).any()
        }

    def figures(self, thresholds: Thresholds) -> dict[Manner, Figures]:
        refused = self._nothing > thresholds.refuse
        answered = ~refused & (self._best >= thresholds.sure) & (self._nothing <= thresholds.doubt)
        right = answered & self._first
        found = right | (~answered & ~refused & self._offered)
        return {
            manner: Figures(
                right_first=_share(right[asked]),
                found=_share(found[asked]),
                wrong=_share((answered & ~self._first)[asked]),
                refused=_share(refused[asked]),
                counter_answered=_share(answered[counter]),
                counter_refused=_share(refused[counter]) if len(counter) else 1.0,
            )
            for manner, (asked, counter) in self._groups.items()
        }


def _share(hits: NDArray[np.bool_]) -> float:
    return float(hits.mean()) if len(hits) else 0.0
