"""Notices an emergency happening now, and tells it from asking about one, the past and a story."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from assistant.library.values import Library
from assistant.understanding.english import ASKING, DENIED, DENIED_BEFORE, HAPPENING, OVER, TOLD
from assistant.understanding.meaning import Emergency
from assistant.understanding.vectors import Gallery, Vectors
from assistant.understanding.words import plain

LONGEST: Final = 1_000
"""Characters of plain text that the patterns look at: their time grows faster than the text."""
_RIDGE: Final = 1.0
_PHRASE_WORTH: Final = 0.45
_CUE_COST: Final = 0.45
_HAPPENING_WORTH: Final = 0.15
_HEAD_WORTH: Final = 1.0
_NEIGHBOUR_WORTH: Final = 1.0


@dataclass(frozen=True, slots=True)
class EmergencyThresholds:
    """Where the sum of evidence is enough. Calibrated on wordings and look-alikes left out in turn."""

    alarm: float = 0.60


@dataclass(frozen=True, slots=True)
class Alarm:
    """How much speaks for an emergency: `strength` rises with it, and `kind` is the likeliest one."""

    kind: str
    strength: float
    phrase: bool
    """Whether an alarming phrase stands there that nothing denies."""


class EmergencyWatch:
    """Knows the phrases, the wordings and the look-alikes of all kinds of emergency."""

    def __init__(
        self,
        library: Library,
        harmless: Sequence[str],
        gallery: Gallery,
        thresholds: EmergencyThresholds | None = None,
    ) -> None:
        """`harmless` holds plain texts that are no emergency: questions, commands and counter-examples."""
        self._thresholds = thresholds or EmergencyThresholds()
        guides = tuple(library.emergencies.values())
        self._kinds = tuple(guide.kind for guide in guides)
        self._phrases = tuple(tuple(re.compile(phrase) for phrase in guide.phrases) for guide in guides)
        alarming = [plain(wording) for guide in guides for wording in guide.wordings]
        owners = [number for number, guide in enumerate(guides) for _ in guide.wordings]
        similar = [plain(text) for guide in guides for text in guide.look_alikes]
        self._owners = np.array(owners, dtype=np.int64)
        self._alarming = gallery.hang(alarming)
        self._calm = gallery.hang([*similar, *harmless])
        self._head = _head(gallery.vectors(self._alarming), gallery.vectors(self._calm))

    def decide(self, alarm: Alarm | None) -> Emergency | None:
        """An emergency when the evidence is enough."""
        if alarm is None or alarm.strength < self._thresholds.alarm:
            return None
        return Emergency(alarm.kind, confidence=min(1.0, alarm.strength))

    def weigh(self, text: str, vector: Vectors, likeness: Vectors) -> Alarm | None:
        """How much in plain `text` speaks for an emergency; None in a library without any.

        `vector` is its embedding, `likeness` its likeness with the whole gallery.
        """
        if not self._kinds:
            return None
        text = text[:LONGEST]
        said = self._kinds_said(text)
        near = likeness[self._alarming]
        nearest = float(near.max(initial=0))
        strength = _HEAD_WORTH * float(vector @ self._head)
        strength += _NEIGHBOUR_WORTH * (nearest - float(likeness[self._calm].max(initial=0)))
        strength += _PHRASE_WORTH * bool(said)
        strength -= _CUE_COST * is_about_something_else(text)
        strength += _HAPPENING_WORTH * bool(HAPPENING.search(text))
        if said:
            kind = max(said, key=lambda number: float(near[self._owners == number].max(initial=0)))
        else:
            kind = int(self._owners[near.argmax()]) if len(near) else 0
        return Alarm(self._kinds[kind], strength, bool(said))

    def _kinds_said(self, text: str) -> list[int]:
        return [
            number
            for number, phrases in enumerate(self._phrases)
            if any(_stands(phrase, text) for phrase in phrases)
        ]


def is_about_something_else(text: str) -> bool:
    """Whether plain text asks about a thing, denies it, tells of the past or retells a story."""
    return any(cue.search(text) for cue in (ASKING, DENIED, OVER, TOLD))


def _stands(phrase: re.Pattern[str], text: str) -> bool:
    """Whether the phrase is there and the words before it do not deny it."""
    return any(not DENIED_BEFORE.search(text[: found.start()]) for found in phrase.finditer(text))


def _head(alarming: Vectors, calm: Vectors) -> Vectors:
    """A linear classifier by ridge regression: about 1 for an emergency, 0 for none."""
    if not len(alarming) or not len(calm):
        return np.zeros(calm.shape[1], dtype=np.float32)
    vectors = np.concatenate([alarming, calm]).astype(np.float64)
    target = np.concatenate([np.ones(len(alarming)), np.zeros(len(calm))])
    weight = np.concatenate(
        [np.full(len(alarming), 0.5 / len(alarming)), np.full(len(calm), 0.5 / len(calm))]
    )
    weighted = vectors.T * (weight * len(target))
    moments = weighted @ vectors + _RIDGE * np.eye(vectors.shape[1])
    return np.asarray(np.linalg.solve(moments, weighted @ target), dtype=np.float32)
