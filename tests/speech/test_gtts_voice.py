"""Google's voice, against a loopback server that speaks the protocol of gTTS 2.5.4."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from urllib.parse import urlsplit

import google_services
import numpy as np
import pytest
from google_services import GoogleService, Reply, spoken_language, spoken_text

from assistant.errors import SettingsError, SpeechError
from assistant.speech.tts.gtts_voice import GttsVoice
from assistant.speech.tts.script import Script, Speed
from tests.proxies import PROXIES, Proxy

Opened = Callable[[int], AbstractAsyncContextManager[Proxy]]

PLAIN = Script("", ("The sun is out today.",), "en", {})


def letters(text: str) -> str:
    return "".join(filter(str.isalpha, text))


def voice_for(service: GoogleService, timeout_s: float = 5.0) -> GttsVoice:
    return GttsVoice(service.base, timeout_s, backoff_s=0.01)


async def test_title_and_paragraphs_are_read_with_pauses_between(
    google_voice_server: GoogleService, script: Script
) -> None:
    voice = voice_for(google_voice_server)
    spoken = await voice.synthesize(script, Speed.NORMAL)
    assert [spoken_text(request) for request in google_voice_server.requests] == [
        "Clear skies.",
        "The sun is out.",
        "Take a walk.",
    ]
    read_s = 0.06 * len("Clear skies.The sun is out.Take a walk.")
    assert spoken.seconds == pytest.approx(read_s + 0.6 + 0.45, abs=0.3)
    assert np.abs(spoken.pcm[: int(0.4 * spoken.sample_rate_hz)]).max() > 3_000
    await voice.close()


async def test_a_long_paragraph_is_asked_for_in_pieces(google_voice_server: GoogleService) -> None:
    voice = voice_for(google_voice_server)
    text = "The path goes up the hill, past the old mill, and down to the lake again. " * 4
    await voice.synthesize(Script("", (text,), "en", {}), Speed.NORMAL)
    pieces = [spoken_text(request) for request in google_voice_server.requests]
    assert len(pieces) > 3
    assert all(len(piece) <= 100 for piece in pieces)
    assert letters("".join(pieces)) == letters(text)  # gTTS cuts at commas and leaves them out
    await voice.close()


@pytest.mark.parametrize(("speed", "factor"), [(Speed.SLOW, 0.8), (Speed.NORMAL, 1.0), (Speed.FAST, 1.25)])
async def test_speed_changes_the_length_and_not_the_pitch(
    google_voice_server: GoogleService, speed: Speed, factor: float
) -> None:
    voice = voice_for(google_voice_server)
    text = "A sentence that is long enough to measure, spoken by a tone."
    spoken = await voice.synthesize(Script("", (text,), "en", {}), speed)
    assert spoken.seconds == pytest.approx(0.06 * len(text) / factor, abs=0.25)
    spectrum = np.abs(np.fft.rfft(spoken.pcm.astype(float)))
    assert np.argmax(spectrum) / spoken.seconds == pytest.approx(440, abs=5)
    await voice.close()


async def test_the_language_is_passed_on(google_voice_server: GoogleService) -> None:
    voice = voice_for(google_voice_server)
    await voice.synthesize(Script("", ("Buenos días.",), "es-MX", {}), Speed.NORMAL)
    assert spoken_language(google_voice_server.requests[0]) == "es"
    assert voice.speaks("de")
    assert voice.speaks("zh-TW")
    assert not voice.speaks("xx")
    with pytest.raises(SpeechError):
        await voice.synthesize(Script("", ("?",), "xx", {}), Speed.NORMAL)
    await voice.close()


@pytest.mark.parametrize(
    "passing",
    [
        google_services.refuse(429),
        google_services.refuse(503),
        google_services.drop,
        google_services.refuse(429, {"Retry-After": "0"}),
    ],
)
async def test_a_busy_service_is_asked_a_second_time(
    google_voice_server: GoogleService, passing: Reply
) -> None:
    google_voice_server.next_replies.append(passing)
    voice = voice_for(google_voice_server)
    assert (await voice.synthesize(PLAIN, Speed.NORMAL)).seconds > 0.5
    assert len(google_voice_server.requests) == 2
    await voice.close()


@pytest.mark.parametrize(
    "lasting", [google_services.refuse(429), google_services.refuse(502), google_services.hang]
)
async def test_after_two_tries_it_gives_up(google_voice_server: GoogleService, lasting: Reply) -> None:
    google_voice_server.next_replies.extend([lasting] * 5)
    voice = voice_for(google_voice_server, timeout_s=0.2)
    with pytest.raises(SpeechError) as caught:
        await voice.synthesize(PLAIN, Speed.NORMAL)
    assert "sun" not in str(caught.value)
    assert len(google_voice_server.requests) == 2
    await voice.close()


@pytest.mark.parametrize(
    "useless",
    [
        google_services.refuse(403),
        google_services.refuse(404),
        google_services.refuse(302, {"Location": "http://127.0.0.1:9/"}),
        google_services.trickle,
        google_services.answer(b"<html>consent</html>"),
        google_services.answer(b'[["wrb.fr","jQ1olc",null]]'),
        google_services.answer(rb'[["wrb.fr","jQ1olc","[\"AAAA\"]"]]'),
        google_services.answer(rb'[["wrb.fr","jQ1olc","[\"A\"]"]]'),
        google_services.answer(b"x" * 3_000_000),
    ],
)
async def test_answers_that_a_second_try_would_not_mend_are_errors_at_once(
    google_voice_server: GoogleService, useless: Reply
) -> None:
    google_voice_server.next_replies.append(useless)
    voice = voice_for(google_voice_server, timeout_s=1.0)
    with pytest.raises(SpeechError) as caught:
        await voice.synthesize(PLAIN, Speed.NORMAL)
    assert "sun" not in str(caught.value)
    assert len(google_voice_server.requests) == 1
    await voice.close()


@pytest.mark.parametrize("text", ["", "...", "***", "🌞", "\u200b"])
async def test_nothing_speakable_is_an_error_and_asks_nobody(
    google_voice_server: GoogleService, text: str
) -> None:
    voice = voice_for(google_voice_server)
    with pytest.raises(SpeechError):
        await voice.synthesize(Script("", (text,), "en", {}), Speed.NORMAL)
    assert not google_voice_server.requests
    await voice.close()


async def test_only_two_scripts_are_spoken_at_once(google_voice_server: GoogleService) -> None:
    voice = voice_for(google_voice_server)
    scripts = [Script("", (f"Sentence number {number}.",), "en", {}) for number in range(8)]
    await asyncio.gather(*(voice.synthesize(script, Speed.NORMAL) for script in scripts))
    assert len(google_voice_server.requests) == 8
    assert google_voice_server.most_at_once <= 2
    await voice.close()


async def test_the_text_is_in_no_log(
    google_voice_server: GoogleService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    voice = voice_for(google_voice_server)
    await voice.synthesize(PLAIN, Speed.NORMAL)
    assert "sun" not in caplog.text
    await voice.close()


@pytest.mark.parametrize("proxied", PROXIES)
async def test_google_is_asked_through_the_proxy(google_voice_server: GoogleService, proxied: Opened) -> None:
    async with proxied(urlsplit(google_voice_server.base).port or 0) as proxy:
        voice = GttsVoice("http://voice.example", 5.0, proxy=proxy.url)
        assert (await voice.synthesize(PLAIN, Speed.NORMAL)).seconds > 0
        await voice.close()
    assert set(proxy.asked) <= {"voice.example", "voice.example:80"}
    assert proxy.asked


async def test_certificates_are_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = []

    def send(self: object, request: object, **options: object) -> None:
        sent.append(options)
        raise __import__("requests").ConnectionError

    monkeypatch.setattr("requests.Session.send", send)
    voice = GttsVoice(None, 1.0, backoff_s=0.01)
    with pytest.raises(SpeechError):
        await voice.synthesize(PLAIN, Speed.NORMAL)
    assert len(sent) == 2
    assert all(options["verify"] for options in sent)  # True, or the operator's own certificates
    assert all(options["timeout"] == 1.0 and not options["allow_redirects"] for options in sent)
    await voice.close()


def test_a_base_that_is_no_web_address_is_a_wrong_setting() -> None:
    with pytest.raises(SettingsError, match="ASSISTANT_GTTS_BASE"):
        GttsVoice("file:///tmp", 1.0)
