"""Steady noise taken out of speech, for a second hearing of what was hardly heard."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.speech.filters import to_float, to_int16
from assistant.speech.sound import Samples

_FRAME: Final = 512
"""Samples in a frame: 32 ms at 16 kHz, in which speech hardly changes. A frame begins every quarter of
one."""
_STEP: Final = _FRAME // 4
_QUIET_SHARE: Final = 0.2
_QUIET_TO_NOISE: Final = 1.6
"""The noise in a band is this much more than what a fifth of its frames stay below. Of noise alone it would
be 4.5 times that: less is taken for noise, so that faint consonants stay. Whisper is used to some noise, but
not to what is left of speech after a thorough cleaning."""
_LEAST_GAIN: Final = 0.3
"""Of the amplitude: about 10 dB quieter at most, for the same reason."""
_SMOOTHING: Final = 0.9


def without_noise(samples: Samples) -> Samples:
    """The same speech with its steady noise about 10 dB lower; as long as before. Blocks.

    A Wiener filter with the decision-directed estimate of the signal-to-noise ratio (Ephraim, Y. and Malah,
    D. (1984), "Speech enhancement using a minimum mean-square error short-time spectral amplitude estimator",
    IEEE Transactions on Acoustics, Speech and Signal Processing 32(6), 1109-1121).
    """
    sound = np.pad(to_float(samples), _FRAME)
    sound = np.pad(sound, (0, -(len(sound) - _FRAME) % _STEP))
    window = np.hanning(_FRAME).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(sound, _FRAME)[::_STEP]
    spectra = np.fft.rfft(frames * window)
    spectra *= _gains(np.abs(spectra) ** 2)
    cleaned = np.fft.irfft(spectra, _FRAME) * window
    out = np.zeros(len(sound))
    weight = np.full(len(sound), 1e-6)
    for number, frame in enumerate(cleaned):
        start = number * _STEP
        out[start : start + _FRAME] += frame
        weight[start : start + _FRAME] += window * window
    whole = (out / weight)[_FRAME : _FRAME + len(samples.pcm)]
    return Samples(to_int16(whole.astype(np.float32)), samples.sample_rate_hz)


def _gains(power: NDArray[np.floating]) -> NDArray[np.floating]:
    """For each frame and band, by how much to multiply its amplitude."""
    noise = np.maximum(_QUIET_TO_NOISE * np.quantile(power, _QUIET_SHARE, axis=0), 1e-12)
    above = np.maximum(power / noise - 1, 0)
    gains = np.empty_like(power)
    before = np.zeros(power.shape[1])
    for number in range(len(power)):
        ratio = _SMOOTHING * before + (1 - _SMOOTHING) * above[number]
        gains[number] = np.maximum(ratio / (1 + ratio), _LEAST_GAIN)
        before = gains[number] ** 2 * power[number] / noise
    return gains
