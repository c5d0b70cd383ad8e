"""Notices an emergency happening now, and tells it from asking about one, the past and a story."""

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.library.entries import Library
from assistant.library.patterns import Phrases
from assistant.nlu.index.dense import Gallery, Vectors, mean_of_best
from assistant.nlu.index.sparse import CharacterIndex
from assistant.nlu.intents import Emergency
from assistant.nlu.lexicon import ASKING, DENIED, DENIED_BEFORE, FIGURE, HAPPENING, OVER, TOLD
from assistant.nlu.stages.triage_classifier import TriageClassifier
from assistant.nlu.words import plain

Scores = NDArray[np.float64]

LONGEST: Final = 1_000
"""Characters of plain text that are looked at."""


@dataclass(frozen=True, slots=True)
class EmergencyWeights:
    """How much each clue speaks for an emergency, in logits.

    Fitted by ridge logistic regression (penalty 0.003) on wordings and look-alikes of emergencies,
    questions and counter-examples left out in turn, plain and with typos; see alarm_calibration.py.
    """

    head: float = 0.0
    nearest: float = 0.0
    near: float = 0.0
    """For the mean of the three nearest."""
    nearest_calm: float = 0.0
    near_calm: float = 0.0
    phrase: float = 0.0
    asking: float = 0.0
    denied: float = 0.0
    over: float = 0.0
    told: float = 0.0
    figure: float = 0.0
    happening: float = 0.0
    phrase_but: float = 0.0
    """A phrase together with asking, denial, past, story or figure of speech."""
    letters: float = 0.0
    """For the wording nearest in letters, which typos change less than the meaning."""
    letters_calm: float = 0.0
    """The same for the look-alikes."""
    always: float = 0.0

    def row(self) -> Scores:
        """In the order of the clues that `Triage.clues` gives."""
        return np.array(dataclasses.astuple(self), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class EmergencyThresholds:
    """Where the logit is enough; chosen in training from emergencies and look-alikes left out in turn."""

    alarm: float = 0.75
    heard: float = 0.2
    """The alarm for what was spoken, of which a recogniser may have lost a word or two."""
    caution: float = 0.05
    """From here the answer comes together with a safety line."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """How much speaks for an emergency: `strength`, a logit, rises with it; `kind` is the likeliest one."""

    kind: str
    strength: float
    phrase: bool
    """Whether an alarming phrase stands there that nothing denies."""


class Triage:
    """Knows the phrases, the wordings and the look-alikes of all kinds of emergency."""

    def __init__(
        self,
        library: Library,
        harmless: Sequence[str],
        gallery: Gallery,
        thresholds: EmergencyThresholds,
        weights: EmergencyWeights,
    ) -> None:
        """`harmless` holds plain texts that are no emergency: questions, commands and counter-examples."""
        self._thresholds = thresholds
        self._weights = weights.row()
        guides = tuple(library.emergencies.values())
        self._kinds = tuple(guide.kind for guide in guides)
        self._asked = tuple(Phrases(guide.asked) for guide in guides)
        self._phrases = tuple(Phrases(guide.phrases) for guide in guides)
        alarming = [plain(wording) for guide in guides for wording in guide.wordings]
        owners = [number for number, guide in enumerate(guides) for _ in guide.wordings]
        similar = [plain(text) for guide in guides for text in guide.look_alikes]
        self._wordings, self._look_alikes = frozenset(alarming), frozenset(similar)
        self._owners = np.array(owners, dtype=np.int64)
        self._alarming = gallery.hang(alarming)
        self._calm = gallery.hang([*similar, *harmless])
        self._letters, self._calm_letters = CharacterIndex(alarming), CharacterIndex(similar)
        self._head = TriageClassifier(alarming, similar, harmless, gallery)

    def decide(self, alarm: Alarm | None, *, heard: bool = False) -> Emergency | None:
        """An emergency when the evidence is enough. Of what was `heard` less is: words get lost."""
        least = self._thresholds.heard if heard else self._thresholds.alarm
        if alarm is None or alarm.strength < least:
            return None
        return Emergency(alarm.kind, confidence=1 / (1 + math.exp(-alarm.strength)))

    def caution(self, alarm: Alarm | None) -> str | None:
        """The kind of emergency that it may be, when that is too likely to say nothing of it."""
        if alarm is None or alarm.strength < self._thresholds.caution:
            return None
        return alarm.kind

    def weigh(self, text: str, likeness: Vectors) -> Alarm | None:
        """How much in plain `text` speaks for an emergency; None in a library without any.

        `likeness` is its likeness with the whole gallery.
        """
        if not self._kinds:
            return None
        text = text[:LONGEST]
        said, clues = self._look(text, likeness)
        near = likeness[self._alarming]
        strength = float(clues @ self._weights)
        if text in self._wordings:
            strength = max(strength, self._thresholds.alarm)
        elif text in self._look_alikes:
            strength = min(strength, self._thresholds.caution)
        if said:
            kind = max(said, key=lambda number: float(near[self._owners == number].max(initial=0)))
        else:
            kind = int(self._owners[near.argmax()]) if len(near) else 0
        return Alarm(self._kinds[kind], strength, bool(said))

    def is_said(self, text: str) -> bool:
        """Whether an alarming phrase stands undenied in plain `text`."""
        text = text[:LONGEST]
        return bool(self._kinds_said(text, self._kinds_asked(text)))

    def clues(self, text: str, likeness: Vectors) -> Scores:
        """What speaks for and against an emergency, in the order of EmergencyWeights."""
        return self._look(text[:LONGEST], likeness)[1]

    def _look(self, text: str, likeness: Vectors) -> tuple[list[int], Scores]:
        """The kinds that a phrase or question names, and the clues."""
        near, calm = likeness[self._alarming], likeness[self._calm]
        asked = self._kinds_asked(text)
        said = self._kinds_said(text, asked)
        phrase = bool(said)
        asks = bool(ASKING.search(text)) and not asked
        cues = [asks, *(bool(cue.search(text)) for cue in (DENIED, OVER, TOLD, FIGURE))]
        clues = [
            self._head.score(text, likeness),
            near.max(initial=0),
            mean_of_best(near),
            calm.max(initial=0),
            mean_of_best(calm),
            phrase,
            *cues,
            bool(HAPPENING.search(text)),
            phrase and any(cues),
            self._letters.scores(text).max(initial=0),
            self._calm_letters.scores(text).max(initial=0),
            1.0,
        ]
        return said, np.array(clues, dtype=np.float64)

    def _kinds_said(self, text: str, asked: Sequence[int]) -> list[int]:
        """The kinds of which a phrase stands there undenied, after those that are `asked`."""
        found = [
            number
            for number, phrases in enumerate(self._phrases)
            if any(not DENIED_BEFORE.search(text[:start]) for start in phrases.starts_in(text))
        ]
        return list(dict.fromkeys((*asked, *found)))

    def _kinds_asked(self, text: str) -> list[int]:
        """The kinds of which the very question is an emergency."""
        return [number for number, phrases in enumerate(self._asked) if phrases.stand_in(text)]
