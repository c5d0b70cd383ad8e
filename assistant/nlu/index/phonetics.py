"""How alike two words sound, for typos and for what a speech recogniser makes of rare words."""

import functools
import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

_RULES: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^(?:kn|gn|pn)", "n"),
        (r"^(?:ps|sc(?=[eiy]))", "s"),
        (r"^wr", "r"),
        (r"^x", "s"),
        (r"^rh", "r"),
        (r"uscle", "usl"),
        (r"(?<=[a-z]{2}[bcdfgklmnprstvz])e$", ""),
        (r"sch", "sk"),
        (r"tch", "ch"),
        (r"[tsc]ion", "shn"),
        (r"ph", "f"),
        (r"gh(?=[t]|$)", ""),
        (r"th", "t"),
        (r"ch(?=[lr])", "k"),
        (r"ch|sh", "S"),
        (r"dg(?=[eiy])", "j"),
        (r"g(?=[eiy])", "j"),
        (r"sc(?=[eiy])", "s"),
        (r"c(?=[eiy])", "s"),
        (r"c[kq]?|q", "k"),
        (r"x", "ks"),
        (r"z", "s"),
        (r"v", "f"),
        (r"mb$", "m"),
        (r"h", ""),
        (r"w(?![aeiouy])", ""),
        (r"[aeiouy]+", "a"),
        (r"(.)\1+", r"\1"),
    )
)
_REPEATED: Final = re.compile(r"(.)\1+")
VOICE_SHARE: Final = 0.55
"""The share of sound in likeness; spelling is the rest. By sound alone "calcium causes" is "calcinosis"."""

_OTHER_START: Final = 0.02
"""Taken off when the first letters differ: people get the beginning of a word right most often."""


def sound_of(words: str) -> str:
    """The consonants of plain text with one mark for every vowel group, words run together."""
    return _REPEATED.sub(r"\1", "".join(map(_sound_of_word, words.split())))


@functools.lru_cache(maxsize=20_000)
def _sound_of_word(word: str) -> str:
    sound = word
    for pattern, instead in _RULES:
        sound = pattern.sub(instead, sound)
    return sound


class SoundIndex:
    """Finds, among fixed target words or names, the one that a piece of text may have been meant as."""

    def __init__(self, targets: Sequence[str]) -> None:
        self.targets = tuple(targets)
        self._sounds = [sound_of(target) for target in self.targets]
        self._letters = [target.replace(" ", "") for target in self.targets]

    def likeness(self, pieces: Sequence[str], floor: float) -> NDArray[np.float32]:
        """One row for each piece, one column for each target: 0 to 1, or 0 where they sound less alike than
        `floor`.
        """
        if not pieces or not self.targets:
            return np.zeros((len(pieces), len(self.targets)), dtype=np.float32)
        heard = process.cdist(
            [sound_of(piece) for piece in pieces],
            self._sounds,
            scorer=Levenshtein.normalized_similarity,
            score_cutoff=floor,
            dtype=np.float32,
        )
        likeness = np.zeros_like(heard)
        for row, column in np.argwhere(heard > 0):
            spelled = Levenshtein.normalized_similarity(pieces[row].replace(" ", ""), self._letters[column])
            likeness[row, column] = VOICE_SHARE * heard[row, column] + (1 - VOICE_SHARE) * spelled
            if pieces[row][0] != self._letters[column][0]:
                likeness[row, column] -= _OTHER_START
        return likeness
