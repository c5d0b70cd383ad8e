"""The weights and thresholds of the alarm, from trials: emergencies told from look-alikes that the library
does not hold."""

import dataclasses
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.nlu.stages.triage import EmergencyThresholds, EmergencyWeights
from assistant.nlu.training.cross_validation import AlarmTrial, Manner, Sort
from assistant.nlu.training.folds import FOLDS

_PENALTY: Final = 3e-3
_STEPS: Final = 30
"""Newton's method needs about ten."""
_DIGITS: Final = 4

SHARES: Final = {Sort.EMERGENCY: 0.5, Sort.LOOK_ALIKE: 0.2, Sort.QUESTION: 0.2, Sort.COUNTER_EXAMPLE: 0.1}
"""How much each sort weighs in the fit."""

LEAST_RAISED: Final = {Manner.PLAIN: 0.91, Manner.TYPOS: 0.88}
"""Of emergencies left out of training, which are hard on purpose and asked without what resembles them most.
`assistant evaluate tests/evaluation/practice.jsonl` shows what that comes to for emergencies and calm
questions that others wrote: a lower threshold would raise several calm ones for each cry for help."""
LEAST_HEARD: Final = 0.93
"""Of emergencies misheard in one word of ten; a recogniser in noise mishears more."""
MOST_RAISED: Final = {Sort.QUESTION: 0.01, Sort.COUNTER_EXAMPLE: 0.01, Sort.LOOK_ALIKE: 0.03}
"""Of what is none, in all manners together."""
LEAST_CAUTIONED: Final = {Manner.PLAIN: 0.99, Manner.TYPOS: 0.97}
"""Of emergencies: what does not raise the alarm shall at least bring the safety line."""
MOST_CAUTIONED: Final = 0.06
"""Of questions: a safety line that comes all the time is not heard any more."""
_PRICES: Final = {Sort.QUESTION: 10.0, Sort.COUNTER_EXAMPLE: 2.0, Sort.LOOK_ALIKE: 2.0}
"""A person whose question is answered with "call 112" learns nothing; a look-alike is half an emergency."""
_MISSED_PRICES: Final = {Manner.PLAIN: 20.0, Manner.TYPOS: 2.0}
"""To miss an emergency is worse than any of these. Our typos are worse than most people's."""
_CAUTION_PRICE: Final = 3.0
_ALARM: Final = tuple(round(-0.5 + 0.05 * step, 2) for step in range(51))
_CAUTION: Final = tuple(round(-2.0 + 0.05 * step, 2) for step in range(61))
_APART: Final = 0.3
"""In logits: how far caution stays below the alarm."""

Scores = NDArray[np.float64]
Raised = dict[tuple[Sort, Manner], tuple[float, float]]


def fitted_alarm(found: Sequence[AlarmTrial]) -> EmergencyWeights:
    """The weights under which the trials are likeliest, held back by a ridge; found by Newton's method.

    The same trials always give the same weights.
    """
    clues = np.concatenate([trial.clues for trial in found])
    counts = {sort: sum(len(trial.clues) for trial in found if trial.sort is sort) for sort in Sort}
    share = np.concatenate(
        [np.full(len(trial.clues), SHARES[trial.sort] / counts[trial.sort]) for trial in found]
    )
    target = np.concatenate(
        [np.full(len(trial.clues), float(trial.sort is Sort.EMERGENCY)) for trial in found]
    )
    flat = np.zeros(clues.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-clues @ flat))
        slope = clues.T @ (share * (chance - target)) + _PENALTY * flat
        bend = (clues * (share * chance * (1 - chance))[:, None]).T @ clues + _PENALTY * np.eye(len(flat))
        flat = flat - np.linalg.solve(bend, slope)
    names = [field.name for field in dataclasses.fields(EmergencyWeights)]
    return EmergencyWeights(**dict(zip(names, (round(float(value), _DIGITS) for value in flat), strict=True)))


def crossed_alarm(found: Sequence[AlarmTrial]) -> Scores:
    """For each trial its strength under weights fitted without its fold."""
    strengths = np.zeros(len(found))
    for fold in range(FOLDS):
        weights = fitted_alarm([trial for trial in found if trial.fold != fold]).row()
        for number, trial in enumerate(found):
            if trial.fold == fold:
                strengths[number] = (trial.clues @ weights).max()
    return strengths


def alarm_figures(found: Sequence[AlarmTrial], strengths: Scores, thresholds: EmergencyThresholds) -> Raised:
    """For each sort and manner: the shares that raise the alarm, and that reach caution."""
    return {
        group: (_share(reached, thresholds.alarm), _share(reached, thresholds.caution))
        for group, reached in _grouped(found, strengths).items()
    }


def chosen_alarm_thresholds(found: Sequence[AlarmTrial], strengths: Scores) -> EmergencyThresholds:
    """The thresholds that keep the bounds above, or where none do, break them least.

    Recall comes first. Of several that are as good, the lowest alarm and the highest caution. The alarm for
    what was heard is the highest that keeps its own bound, and never above the other.
    """
    groups = _grouped(found, strengths)
    alarm = min(_ALARM, key=lambda threshold: (_broken(groups, threshold), threshold))
    misheard = groups.get((Sort.EMERGENCY, Manner.MISHEARD), np.zeros(0))
    enough = [threshold for threshold in _ALARM if _share(misheard, threshold) >= LEAST_HEARD]
    heard = min(alarm, max(enough, default=alarm))
    below = [threshold for threshold in _CAUTION if threshold <= heard - _APART]
    caution = min(below, key=lambda threshold: (_missed(groups, threshold), -threshold))
    return EmergencyThresholds(alarm=alarm, heard=heard, caution=caution)


def _grouped(found: Sequence[AlarmTrial], strengths: Scores) -> dict[tuple[Sort, Manner], Scores]:
    sorts = np.array([trial.sort for trial in found])
    manners = np.array([trial.manner for trial in found])
    grouped = {
        (sort, manner): strengths[(sorts == sort) & (manners == manner)] for sort in Sort for manner in Manner
    }
    return {group: reached for group, reached in grouped.items() if len(reached)}


def _broken(groups: dict[tuple[Sort, Manner], Scores], alarm: float) -> float:
    """How far beyond the bounds on the alarm, each at its price."""
    beyond = 0.0
    for manner, least in LEAST_RAISED.items():
        raised = _share(groups.get((Sort.EMERGENCY, manner), np.zeros(0)), alarm)
        beyond += _MISSED_PRICES[manner] * max(0.0, least - raised)
    for sort, most in MOST_RAISED.items():
        reached = np.concatenate([np.zeros(0), *(each for (of, _), each in groups.items() if of is sort)])
        beyond += _PRICES[sort] * max(0.0, _share(reached, alarm) - most)
    return round(beyond, 9)


def _missed(groups: dict[tuple[Sort, Manner], Scores], caution: float) -> float:
    beyond = 0.0
    for manner, least in LEAST_CAUTIONED.items():
        cautioned = _share(groups.get((Sort.EMERGENCY, manner), np.zeros(0)), caution)
        beyond += _CAUTION_PRICE * max(0.0, least - cautioned)
    asked = np.concatenate([np.zeros(0), *(each for (of, _), each in groups.items() if of is Sort.QUESTION)])
    return round(beyond + max(0.0, _share(asked, caution) - MOST_CAUTIONED), 9)


def _share(reached: Scores, threshold: float) -> float:
    return float((reached >= threshold).mean()) if len(reached) else 0.0
