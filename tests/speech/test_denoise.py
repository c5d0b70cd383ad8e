"""Steady noise gets quieter, speech stays, and no recording is too odd."""

import numpy as np
import pytest
import sounds

from assistant.speech.filters import to_float
from assistant.speech.sound import Samples
from assistant.speech.stt.denoise import without_noise


def level(samples: Samples, start_s: float, end_s: float) -> float:
    part = to_float(samples)[int(start_s * sounds.RATE_HZ) : int(end_s * sounds.RATE_HZ)]
    return float(np.sqrt(np.mean(part**2)))


def bursts_in_noise() -> Samples:
    """Two seconds of noise, with a tone ten times as strong from 0.5 to 0.8 s."""
    noise = np.random.default_rng(5).normal(0, 0.02, 2 * sounds.RATE_HZ)
    time = np.arange(2 * sounds.RATE_HZ) / sounds.RATE_HZ
    tone = np.where((time > 0.5) & (time < 0.8), 0.3 * np.sin(2 * np.pi * 440 * time), 0)
    return sounds.sampled(noise + tone)


def test_noise_between_words_gets_quieter_and_the_words_stay() -> None:
    before = bursts_in_noise()
    after = without_noise(before)
    assert level(after, 1.0, 1.8) < 0.6 * level(before, 1.0, 1.8)
    assert level(after, 0.55, 0.75) == pytest.approx(level(before, 0.55, 0.75), rel=0.1)


def test_nothing_is_shifted() -> None:
    before, after = (to_float(each) for each in (bursts_in_noise(), without_noise(bursts_in_noise())))
    lags = range(-3, 4)
    middle = slice(sounds.RATE_HZ // 2, sounds.RATE_HZ)
    best = max(lags, key=lambda lag: float(np.dot(before[middle], np.roll(after, lag)[middle])))
    assert best == 0


@pytest.mark.parametrize("length", [0, 1, 511, 512, 513, 16_000])
def test_a_recording_of_any_length_keeps_it(length: int) -> None:
    pcm = np.random.default_rng(1).normal(0, 2000, length).astype(np.int16)
    assert len(without_noise(Samples(pcm, sounds.RATE_HZ)).pcm) == length


def test_digital_silence_stays_silent() -> None:
    assert not without_noise(sounds.silence(1.0)).pcm.any()
