"""Every voice note is as loud as the others."""

import numpy as np
import pytest
import sounds

from assistant.speech.audio import decode
from assistant.speech.filters import change_tempo
from assistant.speech.sound import AudioFile, Samples
from assistant.speech.tts.hibari_voice import HibariVoice
from assistant.speech.tts.loudness import TARGET_LUFS, Loudness, measure, normalise
from assistant.speech.tts.mastering import MOST_DBTP, voice_note
from assistant.speech.tts.script import Script, Speed

TEXTS = [
    "Yes.",
    "Do you sleep well at night?",
    "Stop! Sit down, and call somebody now.",
    "The river is slow in summer. In winter it carries ice down from the hills, and nobody crosses it. " * 3,
]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:12])
@pytest.mark.parametrize("speed", list(Speed))
async def test_spoken_texts_are_equally_loud_when_played(
    local_voice: HibariVoice, text: str, speed: Speed
) -> None:
    spoken = await local_voice.synthesize(Script("", (text,), "en", {}), speed)
    heard = _played(voice_note(spoken))
    assert heard.integrated_lufs == pytest.approx(TARGET_LUFS, abs=1.0)
    assert heard.true_peak_dbtp <= MOST_DBTP


@pytest.mark.parametrize("level", [0.003, 0.1, 0.9])
def test_quiet_and_loud_sounds_end_up_alike(level: float) -> None:
    assert measure(normalise(sounds.tone(997, 3.0, level=level))).integrated_lufs == pytest.approx(
        TARGET_LUFS, abs=0.3
    )


def test_peaks_are_held_down_without_losing_loudness() -> None:
    speech_like = 0.05 * np.sin(2 * np.pi * 300 * np.arange(5 * 48_000) / 48_000)
    speech_like[:: 48_000 // 4] = 0.95  # a click four times a second, twenty times as high as the rest
    done = measure(normalise(sounds.sampled(speech_like, 48_000)))
    assert done.true_peak_dbtp < -1.0
    assert done.integrated_lufs == pytest.approx(TARGET_LUFS, abs=1.0)


@pytest.mark.parametrize("sound", ["clicks", "hiss", "bursts"])
def test_no_peak_is_too_high_once_it_has_been_through_opus(sound: str) -> None:
    rate = 48_000
    random = np.random.default_rng(5)
    made = {
        "clicks": np.where(np.arange(4 * rate) % 9_000 == 0, 0.95, 0.0) + random.normal(0, 0.01, 4 * rate),
        "hiss": random.normal(0, 0.3, 4 * rate),
        "bursts": random.normal(0, 0.2, 4 * rate) * (np.arange(4 * rate) % 24_000 < 3_000),
    }[sound]
    heard = _played(voice_note(sounds.sampled(made, rate)))
    assert heard.true_peak_dbtp <= MOST_DBTP


def test_silence_and_next_to_nothing_become_voice_notes_too() -> None:
    for seconds in (0.05, 2.0):
        assert voice_note(sounds.silence(seconds)).startswith(b"OggS")


def _played(note: bytes) -> Loudness:
    return measure(decode(AudioFile(note, "audio/ogg"), max_s=90, sample_rate_hz=48_000))


def test_a_full_scale_tone_measures_as_the_standard_says() -> None:
    # EBU Tech 3341, case 1, for one channel: a 1 kHz sine at -23 dBFS peak measures -26.0 LUFS.
    tone = sounds.tone(1000, 20.0, level=10 ** (-23 / 20), rate_hz=48_000)
    assert measure(tone).integrated_lufs == pytest.approx(-26.0, abs=0.1)


def test_silence_stays_silent() -> None:
    assert not normalise(sounds.silence(2.0)).pcm.any()
    assert not len(normalise(Samples(np.zeros(0, np.int16), 24_000)).pcm)


def test_the_same_sound_is_normalised_to_the_same_samples() -> None:
    noise = sounds.white_noise(2.0, 0.2)
    assert np.array_equal(normalise(noise).pcm, normalise(noise).pcm)


@pytest.mark.parametrize(("factor", "seconds"), [(0.8, 5.0), (1.0, 4.0), (1.25, 3.2)])
def test_tempo_changes_and_pitch_stays(factor: float, seconds: float) -> None:
    changed = change_tempo(sounds.tone(440, 4.0), factor)
    spectrum = np.abs(np.fft.rfft(changed.pcm.astype(float)))
    assert changed.seconds == pytest.approx(seconds, abs=0.1)
    assert np.argmax(spectrum) / changed.seconds == pytest.approx(440, abs=5)
