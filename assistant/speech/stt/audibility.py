"""Does anything in a recording stand out from its noise? Where nothing does, what is heard is made up."""

import math
from typing import Final

import numpy as np

from assistant.speech.filters import to_float
from assistant.speech.sound import Samples

IN_THE_NOISE_DB: Final = 3.0
"""Steady noise, a hum and silence swing by less than this between their loudest and quietest moments."""
NEAR_THE_NOISE_DB: Final = 8.0
"""Speech in 10 dB of noise swings by more than this; below it short words are guessed at."""
_FRAME_S: Final = 0.032
_LOUD, _QUIET = 0.05, 0.1
"""Of all frames, the share that is louder than loud, and quieter than quiet: a click is no speech, and a gap
in the recording no quiet."""
_A_WORD_S: Final = 0.25
"""So long must a sound be loud, however long the silence after it."""
_SILENCE_RMS: Final = 10 ** (-50 / 20)
_FLOOR_RMS: Final = 10 ** (-75 / 20)
"""Below this lies no noise of a room, only rounding."""


def above_the_noise_db(samples: Samples) -> float:
    """By how many decibels the loud moments are louder than the quiet ones; 0 for an empty recording."""
    length = max(1, round(_FRAME_S * samples.sample_rate_hz))
    sound = to_float(samples)
    frames = sound[: len(sound) // length * length].reshape(-1, length)
    if not len(frames):
        return 0.0
    levels = np.maximum(np.sqrt(np.mean(frames * frames, axis=1)), _FLOOR_RMS)
    louder = min(_LOUD, _A_WORD_S / _FRAME_S / len(levels))
    loud, quiet = np.quantile(levels, (1 - louder, _QUIET))
    return float(20 * math.log10(loud / quiet))


def is_loud(samples: Samples) -> bool:
    """Whether there is anything at all to hear, be it noise."""
    sound = to_float(samples)
    return bool(len(sound)) and math.sqrt(float(np.mean(sound * sound))) > _SILENCE_RMS
