"""What the speech tests share: loopback Google services, made-up sounds, and engines loaded once."""

import asyncio
from collections.abc import Iterator

import google_services
import pytest
from google_services import GoogleService

from assistant.speech.stt.whisper_recognizer import WhisperRecognizer
from assistant.speech.tts.hibari_voice import HibariVoice
from assistant.speech.tts.script import Script

PROMPT = (
    "Today we talk about calcinosis universalis and calcinosis. People mention calcium deposits, "
    "dermatomyositis and physiotherapy. They ask about symptoms, causes, diagnosis, treatment and outlook."
)


@pytest.fixture
def google_speech_server() -> Iterator[GoogleService]:
    with google_services.google_speech() as service:
        yield service


@pytest.fixture
def google_voice_server() -> Iterator[GoogleService]:
    with google_services.google_voice() as service:
        yield service


@pytest.fixture(scope="session")
def local_voice() -> Iterator[HibariVoice]:
    voice = HibariVoice()  # loaded once: it belongs to no event loop
    yield voice
    asyncio.run(voice.close())


@pytest.fixture(scope="session")
def whisper() -> Iterator[WhisperRecognizer]:
    engine = WhisperRecognizer("", prompt=PROMPT, threads=2)
    yield engine
    asyncio.run(engine.close())


@pytest.fixture
def script() -> Script:
    return Script("Clear skies", ("The sun is out.", "Take a walk."), "en", {})
