"""Google's recogniser, against a loopback server that speaks its protocol."""

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from urllib.parse import urlsplit

import google_services
import pytest
import sounds
from google_services import GoogleService, Reply

from assistant.errors import SettingsError, SpeechError
from assistant.speech.audio import decode
from assistant.speech.sound import AudioFile
from assistant.speech.stt.google_recognizer import GoogleRecognizer
from assistant.transcript import Heard, Unheard, UnheardReason
from tests.proxies import PROXIES, Proxy

Opened = Callable[[int], AbstractAsyncContextManager[Proxy]]

TONE = sounds.tone(440, 1.0)


async def test_the_words_come_back_with_their_confidence(google_speech_server: GoogleService) -> None:
    engine = GoogleRecognizer(google_speech_server.speech_endpoint, timeout_s=5)
    heard = await engine.recognize(TONE)
    assert heard == Heard("what is the weather like", pytest.approx(0.93), pytest.approx(1.0))
    await engine.close()


async def test_the_voice_travels_as_flac_at_its_own_rate(google_speech_server: GoogleService) -> None:
    engine = GoogleRecognizer(google_speech_server.speech_endpoint, timeout_s=5)
    await engine.recognize(TONE)
    (request,) = google_speech_server.requests
    assert request.headers["Content-Type"] == "audio/x-flac; rate=16000"
    assert request.query["lang"] == ["en-US"]
    assert (decode(AudioFile(request.body, "audio/flac"), max_s=5).pcm == TONE.pcm).all()
    await engine.close()


@pytest.mark.parametrize("proxied", PROXIES)
async def test_google_is_asked_through_the_proxy(
    google_speech_server: GoogleService, proxied: Opened
) -> None:
    async with proxied(urlsplit(google_speech_server.base).port or 0) as proxy:
        engine = GoogleRecognizer("http://ears.example/speech-api/v2/recognize", timeout_s=5, proxy=proxy.url)
        assert isinstance(await engine.recognize(TONE), Heard)
        await engine.close()
    assert proxy.asked in (["ears.example"], ["ears.example:80"])


def lines(*objects: object) -> bytes:
    return "\n".join(map(json.dumps, objects)).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        lines({"result": []}),
        lines({"result": []}, {"result": [{"alternative": [], "final": True}]}),
        lines({"result": [{"alternative": [{"confidence": 0.9}]}]}),
        lines({"result": [{"alternative": [{"transcript": "  "}]}]}),
        lines({"result": [{"alternative": [{"transcript": "word " * 2_000}]}]}),
    ],
)
async def test_an_answer_without_words_is_unclear(google_speech_server: GoogleService, body: bytes) -> None:
    google_speech_server.next_replies.append(google_services.answer(body))
    engine = GoogleRecognizer(google_speech_server.speech_endpoint, timeout_s=5)
    assert await engine.recognize(TONE) == Unheard(UnheardReason.UNCLEAR)
    await engine.close()


@pytest.mark.parametrize(
    "misbehaves",
    [
        google_services.refuse(403),
        google_services.refuse(429),
        google_services.refuse(500),
        google_services.drop,
        google_services.hang,
        google_services.trickle,
        google_services.answer(b"<html>secret words</html>", "text/html"),
        google_services.answer(b"\xff\xfe\xfa"),
        google_services.answer(lines({"other": 1})),
        google_services.answer(lines({"result": "secret words"})),
        google_services.answer(lines(["secret words"])),
        google_services.answer(
            lines({"result": [{"alternative": [{"transcript": "x", "confidence": "much"}]}]})
        ),
    ],
)
async def test_every_failure_is_a_speech_error_without_words(
    google_speech_server: GoogleService, misbehaves: Reply
) -> None:
    google_speech_server.next_replies.append(misbehaves)
    engine = GoogleRecognizer(google_speech_server.speech_endpoint, timeout_s=0.3)
    with pytest.raises(SpeechError) as caught:
        await engine.recognize(TONE)
    assert "secret" not in str(caught.value)
    assert "key" not in str(caught.value)
    await engine.close()


async def test_an_unreachable_service_is_a_speech_error() -> None:
    engine = GoogleRecognizer("http://127.0.0.1:9/", timeout_s=1)
    with pytest.raises(SpeechError):
        await engine.recognize(TONE)
    await engine.close()


@pytest.mark.parametrize("endpoint", ["file:///etc/passwd", "ftp://127.0.0.1/", "speech"])
def test_an_endpoint_that_is_no_web_address_is_a_wrong_setting(endpoint: str) -> None:
    with pytest.raises(SettingsError, match="ASSISTANT_GOOGLE_SPEECH_ENDPOINT"):
        GoogleRecognizer(endpoint)
