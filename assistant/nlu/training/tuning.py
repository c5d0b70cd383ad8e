"""Trains the ranking and the alarm from the content, and finds what was trained before."""

import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assistant.errors import AssistantError
from assistant.library.entries import Library
from assistant.nlu.index.dense import MiniLmEncoder
from assistant.nlu.pipeline import Tuning
from assistant.nlu.stages.command_classifier import CommandWeights
from assistant.nlu.stages.triage import EmergencyThresholds, EmergencyWeights
from assistant.nlu.training.alarm_calibration import (
    Raised,
    alarm_figures,
    chosen_alarm_thresholds,
    crossed_alarm,
    fitted_alarm,
)
from assistant.nlu.training.artifact import Trained, alike, fingerprint_of, kept_path, shipped_path, sketch_of
from assistant.nlu.training.calibration import Figures, chosen_thresholds, crossed, figures
from assistant.nlu.training.command_calibration import CommandFigures, command_figures, fitted_commands
from assistant.nlu.training.cross_validation import Manner, Progress, Sort, collected
from assistant.nlu.training.fitting import fitted
from assistant.nlu.training.folds import count_of

log = logging.getLogger(__name__)

_MUCH_THE_SAME: Final = 0.9
"""Numbers trained from content that shares so much of its wordings serve: leaving out a tenth of them, as
training itself does, moves the numbers by less than their own uncertainty."""
LEAST_WORDINGS: Final = 100
"""From fewer nothing is learnt but chance; the numbers that come with the program are better then."""


@dataclass(frozen=True, slots=True)
class Training:
    """What was trained, and how well that does on wordings left out in turn."""

    trained: Trained
    asked: dict[Manner, tuple[int, int]]
    """How many wordings were asked, and how many counter-examples."""
    figures: dict[Manner, Figures]
    alarms: dict[tuple[Sort, Manner], int]
    raised: Raised
    commands: dict[Manner, CommandFigures]


def train(
    library: Library,
    encoder: MiniLmEncoder,
    cache_dir: Path | None = None,
    progress: Progress | None = None,
) -> Training:
    """Fits everything to `library`, which must have LEAST_WORDINGS. Slow: it asks thousands of trials.

    Thresholds and figures come from trials that the weights were not fitted to. The same library gives the
    same numbers, to the last digit, on one machine; other processors may round the embeddings otherwise.
    Without emergencies and look-alikes to learn from, the alarm keeps its numbers, and so do commands.
    """
    trials = collected(library, encoder, cache_dir, progress)
    beliefs = crossed(trials.questions)
    thresholds = chosen_thresholds(beliefs)
    alarm_weights, alarm_thresholds, raised = EmergencyWeights(), EmergencyThresholds(), {}
    if {trial.sort for trial in trials.alarms} == set(Sort):
        strengths = crossed_alarm(trials.alarms)
        alarm_weights = fitted_alarm(trials.alarms)
        alarm_thresholds = chosen_alarm_thresholds(trials.alarms, strengths)
        raised = alarm_figures(trials.alarms, strengths, alarm_thresholds)
    are_commands = {trial.command is None for trial in trials.commands} == {False, True}
    return Training(
        trained=Trained(
            fingerprint_of(library, encoder.id),
            sketch_of(library),
            fitted(trials.questions),
            thresholds,
            alarm_weights,
            alarm_thresholds,
            fitted_commands(trials.commands) if are_commands else CommandWeights(),
        ),
        asked={
            manner: (
                sum(trial.manner is manner and trial.aspect is not None for trial in trials.questions),
                sum(trial.manner is manner and trial.aspect is None for trial in trials.questions),
            )
            for manner in Manner
        },
        figures=figures(beliefs, thresholds),
        alarms={
            (sort, manner): sum(trial.sort is sort and trial.manner is manner for trial in trials.alarms)
            for sort, manner in raised
        },
        raised=raised,
        commands=command_figures(trials.commands) if are_commands else {},
    )


def tuning_for(library: Library, encoder: MiniLmEncoder, cache_dir: Path | None = None) -> Tuning:
    """The numbers for `library`: those that come with the program when they were trained from this content,
    else those kept in `cache_dir`; those that come with the program where nine in ten wordings are the same;
    else newly trained ones, kept there for the next start.

    A file that is damaged, or was made from other content or by another recipe, counts as absent.
    """
    fingerprint = fingerprint_of(library, encoder.id)
    shipped = Trained.read(shipped_path(library.language))
    if shipped is not None and shipped.fingerprint == fingerprint:
        return tuning_of(shipped)
    if count_of(library) < LEAST_WORDINGS:
        log.info("too little content to train from", extra={"instead": "the numbers of the shipped content"})
        return shipped_tuning(library.language)
    kept = Trained.read(kept_path(cache_dir, fingerprint)) if cache_dir else None
    if kept is not None and kept.fingerprint == fingerprint:
        return tuning_of(kept)
    if shipped is not None and alike(shipped.sketch, sketch_of(library)) >= _MUCH_THE_SAME:
        log.info("the content changed a little", extra={"instead": "the numbers trained before it did"})
        return tuning_of(shipped)
    # A warning: someone waits for this start, and `assistant train` ahead of it would have saved that.
    log.warning("training, as the content is new", extra={"reason": "takes about half a minute, once"})
    started = time.monotonic()
    trained = train(library, encoder, cache_dir).trained
    log.info("trained", extra={"seconds": round(time.monotonic() - started, 1)})
    if cache_dir is not None:
        keep(trained, kept_path(cache_dir, fingerprint))
    return tuning_of(trained)


def keep(trained: Trained, path: Path) -> None:
    """Writes the file, and removes those of older content; a folder that cannot be written costs time."""
    try:
        trained.write(path)
        for other in path.parent.glob(kept_path(path.parent, "*").name):
            if other != path:
                other.unlink(missing_ok=True)
    except OSError:
        log.warning("what was trained is not kept", extra={"reason": "the folder cannot be written"})


def shipped_tuning(language: str = "en") -> Tuning:
    """The numbers that come with the program, whatever content they were trained from.

    Raises AssistantError when there are none: the installation is damaged, or the program is being changed.
    """
    shipped = Trained.read(shipped_path(language))
    if shipped is None:
        raise AssistantError("The trained numbers are missing. Run `assistant train`, or install anew.")
    return tuning_of(shipped)


def tuning_of(trained: Trained) -> Tuning:
    """As an interpreter takes it."""
    return Tuning(
        weights=trained.weights,
        thresholds=trained.thresholds,
        emergencies=trained.alarm_thresholds,
        alarm_weights=trained.alarm_weights,
        command_weights=trained.command_weights,
    )
