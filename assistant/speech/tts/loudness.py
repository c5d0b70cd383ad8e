"""Equal loudness for every voice note, so that nobody has to reach for the volume.

Integrated loudness and true peak as in EBU R 128 and ITU-R BS.1770, measured by libavfilter's `ebur128`.
-16 LUFS is the level that podcasts and phones' speakers use; EBU's -23 is for television sets.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.speech.filters import run_chain, to_float, to_int16
from assistant.speech.sound import Samples

TARGET_LUFS = -16.0
_WORKING_RATE_HZ = 48_000
_OVERSAMPLED_HZ = 96_000
"""Peaks between the samples are limited too, to a tenth of a decibel; twice as much takes twice as long, and
whatever Opus adds is measured afterwards in any case."""
CEILING_DBTP = -3.0
"""Where the limiter holds peaks, unless it is told otherwise: Opus mostly adds less than 2 dB to them, and
the decoded note must stay under -1 (`mastering.py` sees to it)."""
_CLOSE_ENOUGH_LU = 0.1
_ROUNDS = 4
_LIMITED_AGAIN = 1.4
"""Of what is added the limiter takes a third again, so more is added than is missing: a round less."""
_GATE_LUFS = -69.0
"""BS.1770's absolute gate is at -70 LUFS: what measures there is silence."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """Integrated loudness in LUFS (-70 for silence) and the highest true peak in dBTP."""

    integrated_lufs: float
    true_peak_dbtp: float


def measure(samples: Samples) -> Loudness:
    """How loud mono audio is. Blocks. Raises SpeechError."""
    return _measure(to_float(samples), samples.sample_rate_hz)


def normalise(samples: Samples, *, ceiling_dbtp: float = CEILING_DBTP) -> Samples:
    """The same audio at -16 LUFS with true peaks under `ceiling_dbtp`, at 48 kHz. Blocks; the same input
    gives the same output.

    One linear gain for the whole of it, then a limiter for the few peaks that stick out. Silence stays
    silence. Raises SpeechError.
    """
    sound = run_chain(to_float(samples), samples.sample_rate_hz, [("aresample", f"{_WORKING_RATE_HZ}")]).sound
    before = _measure(sound, _WORKING_RATE_HZ)
    if before.integrated_lufs <= _GATE_LUFS:
        return Samples(to_int16(sound), _WORKING_RATE_HZ)
    gain_db = TARGET_LUFS - before.integrated_lufs
    done = sound
    for _ in range(_ROUNDS):  # limiting takes a little loudness away: give it back, limit again
        sticks_out = before.true_peak_dbtp + gain_db > ceiling_dbtp
        done = _amplified(sound, gain_db, ceiling_dbtp if sticks_out else None)
        missing = TARGET_LUFS - _measure(done, _WORKING_RATE_HZ, with_peak=False).integrated_lufs
        if abs(missing) < _CLOSE_ENOUGH_LU:
            break
        gain_db += _LIMITED_AGAIN * missing
    return Samples(to_int16(done), _WORKING_RATE_HZ)


def _amplified(sound: NDArray[np.float32], gain_db: float, ceiling_dbtp: float | None) -> NDArray[np.float32]:
    louder = (sound * np.float32(10 ** (gain_db / 20))).astype(np.float32, copy=False)
    if ceiling_dbtp is None:
        return louder
    ceiling = 10 ** (ceiling_dbtp / 20)
    # Oversampled, so that peaks between the samples (the "true" peaks) are limited too.
    limited = run_chain(
        louder,
        _WORKING_RATE_HZ,
        [
            ("aresample", f"{_OVERSAMPLED_HZ}"),
            ("alimiter", f"limit={ceiling:.6f}:attack=5:release=50:level=0:latency=1"),
            ("aresample", f"{_WORKING_RATE_HZ}"),
        ],
    ).sound
    return limited[: len(sound)]


def _measure(sound: NDArray[np.float32], rate_hz: int, *, with_peak: bool = True) -> Loudness:
    if not len(sound):
        return Loudness(-70.0, -math.inf)
    # BS.1770 measures blocks of 400 ms: a single short word is repeated until there is one to measure.
    long_enough = np.tile(sound, max(1, math.ceil(rate_hz / len(sound))))
    # Finding the true peak takes longer than the rest of it.
    options = "metadata=1:peak=true" if with_peak else "metadata=1"
    metadata = run_chain(long_enough, rate_hz, [("aresample", "48000"), ("ebur128", options)]).metadata
    peak = float(metadata.get("lavfi.r128.true_peak", "0"))
    return Loudness(
        float(metadata.get("lavfi.r128.I", "-70")), 20 * math.log10(peak) if peak > 0 else -math.inf
    )
