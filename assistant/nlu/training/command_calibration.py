"""The weights of commands in other words, from trials: commands told from each other and from questions."""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.nlu.intents import Command
from assistant.nlu.stages.command_classifier import CLUES_OF_COMMAND, CommandWeights, likeliest
from assistant.nlu.training.cross_validation import CommandTrial, Manner
from assistant.nlu.training.fitting import ABSENT, Fit, newton
from assistant.nlu.training.folds import FOLDS

SHARES: Final = {Manner.PLAIN: 0.6, Manner.TYPOS: 0.2, Manner.MISHEARD: 0.2}
"""How much each manner counts; commands and questions count half each."""
_DIGITS: Final = 4

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CommandFigures:
    """Shares of the trials, 0 to 1."""

    asked: int
    """Commands left out."""
    right: float
    another: float
    """Taken for another command."""
    questions: int
    """Questions and counter-examples left out."""
    swallowed: float
    """Of those: taken for a command."""


def fitted_commands(found: Sequence[CommandTrial]) -> CommandWeights:
    """The weights under which the trials are likeliest. The same trials always give the same weights."""
    known = [trial for trial in found if trial.command is None or trial.command in trial.commands]
    classes = _classes(known)
    width = len(dataclasses.fields(CommandWeights))
    rows = np.zeros((len(known), len(classes) + 1, width))
    fixed = np.full(rows.shape[:2], ABSENT)
    fixed[:, -1] = 0
    for line, trial in enumerate(known):
        places = [classes[command] for command in trial.commands]
        rows[line, places, :CLUES_OF_COMMAND] = trial.clues.commands
        rows[line, -1, CLUES_OF_COMMAND:] = trial.clues.none
        fixed[line, places] = 0
    right = np.array([len(classes) if it.command is None else classes[it.command] for it in known])
    target = np.eye(len(classes) + 1)[right]
    start = np.array(dataclasses.astuple(CommandWeights()))
    flat = newton(Fit(rows, fixed, target, _shares(known)), start, CLUES_OF_COMMAND)
    return CommandWeights(*(round(float(value), _DIGITS) for value in flat))


def command_figures(found: Sequence[CommandTrial]) -> dict[Manner, CommandFigures]:
    """What becomes of the trials under weights fitted without their fold."""
    taken: dict[int, Command | None] = {}
    for fold in range(FOLDS):
        weights = fitted_commands([trial for trial in found if trial.fold != fold])
        taken |= {
            number: likeliest(trial.commands, trial.clues, weights)
            for number, trial in enumerate(found)
            if trial.fold == fold
        }
    return {
        manner: _figures(
            [(trial.command, taken[n]) for n, trial in enumerate(found) if trial.manner is manner]
        )
        for manner in Manner
    }


def _figures(outcomes: Sequence[tuple[Command | None, Command | None]]) -> CommandFigures:
    """From (what was asked for, what it was taken for)."""
    commands = [(asked, taken) for asked, taken in outcomes if asked is not None]
    questions = [taken for asked, taken in outcomes if asked is None]
    return CommandFigures(
        len(commands),
        _share(asked == taken for asked, taken in commands),
        _share(taken is not None and asked != taken for asked, taken in commands),
        len(questions),
        _share(taken is not None for taken in questions),
    )


def _classes(found: Iterable[CommandTrial]) -> dict[Command, int]:
    every = dict.fromkeys(command for trial in found for command in trial.commands)
    return {command: number for number, command in enumerate(every)}


def _shares(found: Sequence[CommandTrial]) -> Scores:
    share = np.array([SHARES[trial.manner] for trial in found])
    asked = np.array([trial.command is not None for trial in found])
    for side in (asked, ~asked):
        share[side] /= 2 * max(1e-9, share[side].sum())
    return share


def _share(outcomes: Iterable[bool]) -> float:
    counted = list(outcomes)
    return sum(counted) / max(1, len(counted))
