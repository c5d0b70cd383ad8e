"""Asks for wordings that the library does not hold: what everything trained is fitted on and measured by.

Each fold leaves out every fifth wording of each aspect, answer, counter-example, emergency, look-alike and
command, and asks for it as written, mistyped or misheard. No list of test questions is used: such lists stay
a fair measure.
"""

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.library.entries import Library
from assistant.nlu.index.dense import MiniLmEncoder, VectorCache, Vectors
from assistant.nlu.intents import Command
from assistant.nlu.interpreter import Context
from assistant.nlu.pipeline import Pipeline, Tuning
from assistant.nlu.stages.command_classifier import LONGEST, CommandClues
from assistant.nlu.stages.ranking import Evidence
from assistant.nlu.training.augmentation import Mishearing, mistyped
from assistant.nlu.training.folds import (
    FOLDS,
    AskedWording,
    commands_of_fold,
    evenly,
    fold_of,
    sampled,
    without_fold,
)

_SEED: Final = 7
_MOST_QUESTIONS: Final = 1_000
_MOST_COUNTER_EXAMPLES: Final = 500
_MOST_OF_A_GUIDE_KIND: Final = 600
_MOST_COMMANDS: Final = 1_000
_ONE_IN: Final = 3
"""Of the questions and counter-examples one in three is asked of the alarm and of the commands too."""

Progress = Callable[[int, int], None]


class Manner(StrEnum):
    """How a wording reaches the assistant."""

    PLAIN = "plain"
    TYPOS = "typos"
    MISHEARD = "misheard"


class Sort(StrEnum):
    """What a text is, for the alarm."""

    EMERGENCY = "emergency"
    LOOK_ALIKE = "look-alike"
    QUESTION = "question"
    COUNTER_EXAMPLE = "counter-example"


@dataclass(frozen=True, slots=True)
class Trial:
    """One wording left out, the aspect it asks for (None: no answer fits), and what was found."""

    aspect: int | None
    manner: Manner
    fold: int
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class AlarmTrial:
    """One text left out, and its clues: one row as it was said, one as it was mended."""

    sort: Sort
    manner: Manner
    fold: int
    clues: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CommandTrial:
    """One wording of a command left out, or a question that is none (None), and its clues."""

    command: Command | None
    commands: tuple[Command, ...]
    """What each row of the clues stands for."""
    manner: Manner
    fold: int
    clues: CommandClues


@dataclass(frozen=True, slots=True)
class Trials:
    """All that was asked, in a fixed order."""

    questions: tuple[Trial, ...]
    alarms: tuple[AlarmTrial, ...]
    commands: tuple[CommandTrial, ...]


def collected(
    library: Library,
    encoder: MiniLmEncoder,
    cache_dir: Path | None = None,
    progress: Progress | None = None,
) -> Trials:
    """Every wording, or of very many an even sample, left out once. The same library gives the same trials.

    `cache_dir` is where the interpreter keeps its vectors; it saves working them out again.
    """
    drawn = sampled(library)
    hears = Mishearing(encoder.known_words())
    questions: list[Trial] = []
    alarms: list[AlarmTrial] = []
    commands: list[CommandTrial] = []
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "all"
        if drawn is library and cache_dir is not None:
            # The start that waits for this needs the same vectors, and then finds them.
            Pipeline(library, encoder, Tuning(), cache_dir).shut_down()
        _keep_vectors(drawn, encoder, cache_dir, kept)
        remembering = _Remembering(encoder, kept)
        for fold in range(FOLDS):
            # A copy, as an interpreter drops from its folder what it did not use.
            own = Path(shutil.copytree(kept, Path(folder) / str(fold)))
            interpreter = Pipeline(without_fold(drawn, fold), remembering, Tuning(), own)
            asker = _Asker(interpreter, hears, drawn, fold)
            questions.extend(asker.questions())
            alarms.extend(asker.alarms())
            commands.extend(asker.commands())
            interpreter.shut_down()
            if progress is not None:
                progress(fold + 1, FOLDS)
    return Trials(tuple(questions), tuple(alarms), tuple(commands))


class _Asker:
    """Asks one fold's wordings."""

    def __init__(self, interpreter: Pipeline, hears: Mishearing, library: Library, fold: int) -> None:
        self._interpreter, self._hears = interpreter, hears
        self._library, self._fold = library, fold
        self._chance = random.Random(_SEED + fold)  # noqa: S311  # typos, not secrets
        answerable, counter = _fold_parted(library, fold)
        self._asked = [
            (asked, self._manners(number))
            for group in (answerable, counter)
            for number, asked in enumerate(group)
        ]

    def questions(self) -> Iterator[Trial]:
        """Each as written, and either mistyped or misheard."""
        numbers = {aspect: number for number, aspect in enumerate(self._library.aspects)}
        for asked, texts in self._asked:
            number = None if asked.aspect is None else numbers[asked.aspect]
            for manner, text in self._said(asked.text, texts):
                evidence = self._interpreter.evidence(text, Context(topic=asked.topic))
                if evidence is not None:
                    yield Trial(number, manner, self._fold, evidence)

    def alarms(self) -> Iterator[AlarmTrial]:
        """Emergencies in every manner; the rest as written, and either mistyped or misheard."""
        guides = self._library.emergencies.values()
        groups = (
            (Sort.EMERGENCY, [text for guide in guides for text in guide.wordings[self._fold :: FOLDS]]),
            (Sort.LOOK_ALIKE, [text for guide in guides for text in guide.look_alikes[self._fold :: FOLDS]]),
        )
        for sort, texts in groups:
            for number, text in enumerate(evenly(texts, _MOST_OF_A_GUIDE_KIND // FOLDS)):
                manners = tuple(Manner) if sort is Sort.EMERGENCY else self._manners(number)
                yield from self._alarms_of(sort, text, manners)
        for asked, manners in self._asked[::_ONE_IN]:
            sort = Sort.COUNTER_EXAMPLE if asked.aspect is None else Sort.QUESTION
            yield from self._alarms_of(sort, asked.text, manners)

    def commands(self) -> Iterator[CommandTrial]:
        """Commands, and questions and counter-examples that are none, each in two manners."""
        wordings = evenly(tuple(commands_of_fold(self._library, self._fold)), _MOST_COMMANDS // FOLDS)
        asked: list[tuple[Command | None, str]] = [*wordings]
        asked += [(None, each.text) for each, _ in self._asked[::_ONE_IN]]
        for number, (command, text) in enumerate(asked):
            for manner, said in self._said(text, self._manners(number)):
                clues = self._interpreter.command_clues(said)
                if clues is not None and len(said.split()) <= LONGEST:
                    guessed = self._interpreter.guessed
                    yield CommandTrial(command, guessed, manner, self._fold, clues)

    def _alarms_of(self, sort: Sort, text: str, manners: tuple[Manner, ...]) -> Iterator[AlarmTrial]:
        for manner, said in self._said(text, manners):
            clues = self._interpreter.clues(said)
            if clues is not None:
                yield AlarmTrial(sort, manner, self._fold, clues)

    def _said(self, text: str, manners: tuple[Manner, ...]) -> Iterator[tuple[Manner, str]]:
        for manner in manners:
            match manner:
                case Manner.PLAIN:
                    yield manner, text
                case Manner.TYPOS:
                    yield manner, mistyped(text, self._chance)
                case Manner.MISHEARD:
                    yield manner, self._hears.misheard(text, self._chance)

    def _manners(self, number: int) -> tuple[Manner, ...]:
        """As written, and one kind of noise in turn."""
        return Manner.PLAIN, (Manner.TYPOS, Manner.MISHEARD)[(number + self._fold) % 2]


class _Remembering(MiniLmEncoder):
    """The encoder given, which works out no text twice: the folds share nearly all of theirs."""

    def __init__(self, encoder: MiniLmEncoder, folder: Path) -> None:
        self._encoder, self.id, self.variant = encoder, encoder.id, encoder.variant
        self._memory = VectorCache(encoder, folder)

    def ranked_words(self) -> dict[str, int]:
        return self._encoder.ranked_words()

    def encode(self, texts: Sequence[str]) -> Vectors:
        return self._memory.encode(texts)


def _keep_vectors(library: Library, encoder: MiniLmEncoder, cache_dir: Path | None, kept: Path) -> None:
    """Puts the vectors of all examples of `library` into the folder `kept`; `cache_dir` stays as it is."""
    kept.mkdir()
    if cache_dir is not None:
        for path in cache_dir.glob("vectors-*"):
            shutil.copy(path, kept)
    Pipeline(library, encoder, Tuning(), kept).shut_down()


def _fold_parted(library: Library, fold: int) -> tuple[list[AskedWording], list[AskedWording]]:
    asked = tuple(fold_of(library, fold))
    answerable = [each for each in asked if each.aspect is not None]
    counter = [each for each in asked if each.aspect is None]
    return evenly(answerable, _MOST_QUESTIONS // FOLDS), evenly(counter, _MOST_COUNTER_EXAMPLES // FOLDS)
