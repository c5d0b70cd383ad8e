"""A short word is taken for what somebody was told to say, where it sounds like that, and else never."""

import asyncio
from collections.abc import Iterator

import numpy as np
import pytest
import sounds

from assistant.speech.sound import Samples
from assistant.speech.stt.audibility import IN_THE_NOISE_DB, NEAR_THE_NOISE_DB, above_the_noise_db
from assistant.speech.stt.expected_words import likeliest
from assistant.speech.stt.whisper_recognizer import WhisperRecognizer
from assistant.speech.tts.hibari_voice import HibariVoice
from assistant.speech.tts.script import Script, Speed
from assistant.transcript import Heard, Sayings, Unheard

PROMPT = "Today we talk about calcinosis. People mention calcium deposits and physiotherapy."
ORDERS = "Turn it down. Wait a moment. Open the lid. Stop here. Read it twice."
NUMBERS = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
EXPECTED: Sayings = (
    *((f"{word}.", f"{number}.") for number, word in enumerate(NUMBERS, 1)),
    *((f"{word}.", f"{word}, please.") for word in ("Next", "Back", "Slower", "Stop", "Save")),
    ("Treatment.",),
    ("No.",),
)


@pytest.fixture(scope="module")
def recognizer() -> Iterator[WhisperRecognizer]:
    engine = WhisperRecognizer("", prompt=PROMPT, threads=2, second_prompt=ORDERS)
    yield engine
    asyncio.run(engine.close())


async def said(voice: HibariVoice, words: str) -> Samples:
    return await voice.synthesize(Script("", (words,), "en", {}), Speed.NORMAL)


def muffled(samples: Samples) -> Samples:
    """Through a thick wall, with a fan beside it."""
    spectrum = np.fft.rfft(samples.pcm / 32768.0)
    hz = np.fft.rfftfreq(len(samples.pcm), 1 / samples.sample_rate_hz)
    sound = np.fft.irfft(spectrum / (1 + (hz / 2000) ** 2), len(samples.pcm))
    level = 0.1 * float(np.sqrt(np.mean(sound**2)))
    return sounds.sampled(
        sound + np.random.default_rng(5).normal(0, level, len(sound)), samples.sample_rate_hz
    )


@pytest.mark.parametrize("word", ["Two", "Three", "Five", "Seven", "Eight"])
async def test_a_muffled_word_is_told_from_all_that_sounds_like_it(
    local_voice: HibariVoice, recognizer: WhisperRecognizer, word: str
) -> None:
    heard = await recognizer.recognize(muffled(await said(local_voice, f"{word}.")), EXPECTED)
    assert isinstance(heard, Heard)
    assert heard.text == f"{word}."
    assert heard.confidence > 0.6


async def test_what_a_reading_only_begins_with_was_not_said(
    local_voice: HibariVoice, recognizer: WhisperRecognizer
) -> None:
    offered: Sayings = (("One.", "1.", "Number one."), ("Yes.",), ("No.",))
    heard = await recognizer.recognize(await said(local_voice, "Number one."), offered)
    assert isinstance(heard, Heard)
    assert heard.text == "One."


@pytest.mark.parametrize(
    "question", ["Is it treatable?", "Will it come back?", "Does it hurt?", "Who gets it?"]
)
async def test_a_question_is_never_taken_for_one(
    local_voice: HibariVoice, recognizer: WhisperRecognizer, question: str
) -> None:
    spoken = await said(local_voice, question)
    assert await recognizer.recognize(spoken, EXPECTED) == await recognizer.recognize(spoken)


@pytest.mark.parametrize(
    "sound",
    [sounds.silence(1.5), sounds.white_noise(1.5, 0.3), sounds.white_noise(0.6, 0.02), sounds.tone(120, 1.5)],
    ids=["silence", "noise", "a breath of noise", "a hum"],
)
async def test_what_is_no_speech_is_none_whatever_is_expected(
    recognizer: WhisperRecognizer, sound: Samples
) -> None:
    assert isinstance(await recognizer.recognize(sound, EXPECTED), Unheard)


@pytest.mark.parametrize(
    "sound",
    [sounds.silence(2.0), sounds.white_noise(2.0, 0.3), sounds.white_noise(2.0, 1e-4), sounds.tone(90, 2)],
)
def test_steady_sounds_do_not_stand_out_from_themselves(sound: Samples) -> None:
    assert above_the_noise_db(sound) < IN_THE_NOISE_DB


SAID: Sayings = (("Six.", "6."), ("Five.", "5."), ("Save.",))


@pytest.mark.parametrize(
    ("scores", "found"),
    [
        ({"Six.": -2.0, "6.": -4.0, "Five.": -9.0, "5.": -12.0, "Save.": -11.0}, "Six."),
        ({"Six.": -5.0, "6.": -12.0, "Five.": -9.0, "5.": -12.0, "Save.": -11.0, "Thanks.": -1.6}, "Six."),
        ({"Six.": -7.4, "6.": -12.0, "Five.": -9.0, "5.": -12.0, "Save.": -11.0, "Thanks.": -1.6}, None),
        ({"Six.": -4.0, "6.": -12.0, "Five.": -4.1, "5.": -12.0, "Save.": -11.0}, None),
        ({"Six.": -9.0, "6.": -9.1, "Five.": -12.0, "5.": -12.0, "Save.": -12.0}, None),
        ({}, None),
    ],
    ids=["plain", "sounds like it", "sounds more like another", "two alike", "hardly anything", "not scored"],
)
def test_what_was_told_is_believed_before_what_only_sounds_like_it(
    scores: dict[str, float], found: str | None
) -> None:
    said = likeliest(SAID, scores)
    assert (None if said is None else said[0]) == found


def test_another_way_to_write_an_expected_word_down_speaks_for_it_and_not_against() -> None:
    scores = {"Six.": -3.0, "6.": -3.0, "Five.": -9.0, "5.": -9.0, "Save.": -9.0}
    said = likeliest(SAID, {**scores, "six": -1.0, "Six!": -1.0})
    assert said is not None
    assert said == likeliest(SAID, scores)


async def test_speech_stands_out_until_noise_covers_it(local_voice: HibariVoice) -> None:
    spoken = await said(local_voice, "Will it come back?")
    level = float(np.sqrt(np.mean((spoken.pcm / 32768.0) ** 2)))

    def in_noise(below_db: float) -> float:
        noise = np.random.default_rng(2).normal(0, level * 10 ** (-below_db / 20), len(spoken.pcm))
        return above_the_noise_db(sounds.sampled(spoken.pcm / 32768.0 + noise, spoken.sample_rate_hz))

    assert above_the_noise_db(spoken) > 20
    in_a_long_silence = np.concatenate([spoken.pcm, np.zeros(90 * spoken.sample_rate_hz, np.int16)])
    assert above_the_noise_db(Samples(in_a_long_silence, spoken.sample_rate_hz)) > 20
    assert in_noise(10) > NEAR_THE_NOISE_DB
    assert in_noise(-3) < NEAR_THE_NOISE_DB
    assert in_noise(-15) < IN_THE_NOISE_DB
