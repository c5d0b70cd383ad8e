"""How well emergencies are told from look-alikes that the library does not hold, with the weights.

As in calibration.py each fold leaves out every fifth wording, here those of emergencies and look-alikes too.
"""

import dataclasses
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.library.values import EmergencyGuide, Library
from assistant.understanding.calibration import FOLDS, fold_of, mistyped, without_fold
from assistant.understanding.emergencies import EmergencyThresholds, EmergencyWeights
from assistant.understanding.interpreter import LibraryInterpreter
from assistant.understanding.vectors import MiniLmEncoder

_PENALTY: Final = 3e-3
_STEPS: Final = 30
"""Newton's method needs about ten."""


class Sort(StrEnum):
    """What a trial is."""

    EMERGENCY = "emergency"
    LOOK_ALIKE = "look_alike"
    QUESTION = "question"
    COUNTER_EXAMPLE = "counter_example"


SHARES: Final = {Sort.EMERGENCY: 0.5, Sort.LOOK_ALIKE: 0.2, Sort.QUESTION: 0.2, Sort.COUNTER_EXAMPLE: 0.1}
"""How much each sort weighs in the fit."""

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AlarmTrial:
    """One text left out, and its clues: one row as it was said, one as it was mended."""

    sort: Sort
    with_typos: bool
    fold: int
    clues: Scores


def alarm_trials(library: Library, encoder: MiniLmEncoder, seed: int = 7) -> list[AlarmTrial]:
    """All wordings of emergencies, look-alikes, questions and counter-examples, each left out once."""
    chance = random.Random(seed)  # noqa: S311  # typos, not secrets
    found: list[AlarmTrial] = []
    for fold in range(FOLDS):
        interpreter = LibraryInterpreter(_without(library, fold), encoder)
        for text, sort in _asked(library, fold):
            for with_typos in (False, True):
                clues = interpreter.clues(mistyped(text, chance) if with_typos else text)
                if clues is not None:
                    found.append(AlarmTrial(sort, with_typos, fold, clues))
        interpreter.shut_down()
    return found


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
    return EmergencyWeights(**dict(zip(names, (round(float(value), 2) for value in flat), strict=True)))


def crossed(found: Sequence[AlarmTrial]) -> list[float]:
    """For each trial its strength under weights fitted without its fold."""
    strengths = [0.0] * len(found)
    for fold in range(FOLDS):
        weights = fitted_alarm([trial for trial in found if trial.fold != fold]).row()
        for number, trial in enumerate(found):
            if trial.fold == fold:
                strengths[number] = float((trial.clues @ weights).max())
    return strengths


def alarm_figures(
    found: Sequence[AlarmTrial], strengths: Sequence[float], thresholds: EmergencyThresholds
) -> dict[tuple[Sort, bool], tuple[float, float]]:
    """For each sort, without and with typos: the shares that raise the alarm, and that reach caution."""
    told: dict[tuple[Sort, bool], tuple[float, float]] = {}
    for sort in Sort:
        for with_typos in (False, True):
            reached = np.array(
                [
                    strength
                    for trial, strength in zip(found, strengths, strict=True)
                    if trial.sort is sort and trial.with_typos is with_typos
                ]
            )
            if len(reached):
                told[sort, with_typos] = (
                    float((reached >= thresholds.alarm).mean()),
                    float((reached >= thresholds.caution).mean()),
                )
    return told


def _without(library: Library, fold: int) -> Library:
    def kept(texts: Sequence[str]) -> tuple[str, ...]:
        return tuple(text for number, text in enumerate(texts) if number % FOLDS != fold)

    def guide(value: EmergencyGuide) -> EmergencyGuide:
        return dataclasses.replace(value, wordings=kept(value.wordings), look_alikes=kept(value.look_alikes))

    return dataclasses.replace(
        without_fold(library, fold),
        emergencies={kind: guide(value) for kind, value in library.emergencies.items()},
    )


def _asked(library: Library, fold: int) -> Iterator[tuple[str, Sort]]:
    for guide in library.emergencies.values():
        yield from ((text, Sort.EMERGENCY) for text in guide.wordings[fold::FOLDS])
        yield from ((text, Sort.LOOK_ALIKE) for text in guide.look_alikes[fold::FOLDS])
    for text, aspect in fold_of(library, fold):
        yield text, Sort.QUESTION if aspect else Sort.COUNTER_EXAMPLE
