"""How high a voice is: its fundamental frequency, by autocorrelation."""

import numpy as np

from assistant.speech.sound import Samples

_LOWEST_HZ, _HIGHEST_HZ = 90, 400
_WINDOW_S, _STEP_S = 0.08, 0.01
_VOICED = 0.5
"""Autocorrelation, as a share of the energy, from which a window counts as voiced."""


def median_pitch_hz(samples: Samples) -> float:
    """The median over the loud, voiced windows of speech."""
    sound, rate = samples.pcm.astype(np.float64), samples.sample_rate_hz
    length, step = int(_WINDOW_S * rate), int(_STEP_S * rate)
    shortest, longest = rate // _HIGHEST_HZ, rate // _LOWEST_HZ
    loud = 0.7 * np.sqrt(np.mean(sound**2))
    found = []
    for start in range(0, len(sound) - length, step):
        window = sound[start : start + length]
        if np.sqrt(np.mean(window**2)) < loud:
            continue
        spectrum = np.fft.rfft((window - window.mean()) * np.hanning(length), 2 * length)
        likeness = np.fft.irfft(np.abs(spectrum) ** 2)[:longest]
        period = shortest + int(likeness[shortest:].argmax())
        if likeness[period] > _VOICED * likeness[0]:
            found.append(rate / period)
    return float(np.median(found))
