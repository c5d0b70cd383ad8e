"""A loopback Bot API with one person, a bot that talks to it, and a studio whose voice can fail."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import numpy as np
import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.telegram import TelegramAPIServer
from plain_dialogue import PlainDialogue

import handlers  # noqa: F401 - before aiogram, so that its models are built when they are used
from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.errors import SpeechError
from assistant.operations.metrics import Metrics
from assistant.preview.bot_api import LoopbackBotApi
from assistant.preview.people import Person
from assistant.speech.audio import encode_voice_note
from assistant.speech.sound import Samples
from assistant.speech.tts.script import Recording, Script, Speed
from assistant.storage.store import Store
from assistant.transcript import Heard
from handlers.bounds import Bounds
from handlers.dispatcher import build_dispatcher
from handlers.output.delivery import Delivery
from handlers.output.replies import Replies
from handlers.output.voice_messages import VoiceMessages
from tests.inline_sqlite import run_at_once
from tests.plain_session import PlainSession
from tests.shipped_sentences import shipped_sentences


class OneToneStudio:
    """Sings instead of speaking; keeps nothing."""

    def __init__(self) -> None:
        tone = np.sin(np.arange(24_000) / 20) * 8_000
        self._ogg = encode_voice_note(Samples(tone.astype(np.int16), 24_000))
        self.is_hoarse = False
        self.rendered = 0

    def key(self, script: Script, speed: Speed) -> str:
        return f"{script.title}/{'/'.join(script.paragraphs)}/{speed}"

    async def record(self, script: Script, speed: Speed) -> Recording:
        if self.is_hoarse:
            raise SpeechError("every voice failed")
        self.rendered += 1
        return Recording(self.key(script, speed), self._ogg, 1.0)


@pytest.fixture(scope="session")
def sentences() -> MessageCatalogue:
    return shipped_sentences()


@pytest.fixture
def tts() -> OneToneStudio:
    return OneToneStudio()


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    with run_at_once():
        store = await Store.open("sqlite+aiosqlite://")
    yield store
    await store.close()


@pytest.fixture
async def api() -> AsyncIterator[LoopbackBotApi]:
    async with LoopbackBotApi() as api:
        yield api


@pytest.fixture
async def anna(api: LoopbackBotApi) -> Person:
    anna = api.person("Anna")
    await anna.send_text("hello")
    return anna


@pytest.fixture
async def bot(api: LoopbackBotApi) -> AsyncIterator[Bot]:
    session = PlainSession(api=TelegramAPIServer.from_base(api.base_url))
    session.middleware(Delivery())
    async with Bot(api.token, session=session) as bot:
        yield bot


@pytest.fixture
def replies(tts: OneToneStudio, store: Store, sentences: MessageCatalogue) -> Replies:
    voices = VoiceMessages(tts, store, sentences)  # type: ignore[arg-type] # a studio in all that is used
    return Replies(voices, sentences)


class SteadyListener:
    """Hears the same in every recording."""

    def __init__(self) -> None:
        self.words = "symptoms"

    async def hear(self, file: object, *, cloud_allowed: bool, expected: object) -> Heard:
        return Heard(self.words, 0.9, 1.0)


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class House:
    dialogue: PlainDialogue
    sentences: MessageCatalogue
    stt: SteadyListener
    tts: object
    store: Store
    metrics: Metrics = field(default_factory=Metrics)


@pytest.fixture
def dialogue() -> PlainDialogue:
    return PlainDialogue()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def stt() -> SteadyListener:
    return SteadyListener()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def dispatcher(
    dialogue: PlainDialogue,
    sentences: MessageCatalogue,
    stt: SteadyListener,
    tts: object,
    store: Store,
    metrics: Metrics,
    clock: Clock,
) -> Dispatcher:
    house = House(dialogue, sentences, stt, tts, store, metrics)
    limits = Bounds(messages_per_minute=12, voices_per_minute=2)
    return build_dispatcher(house, limits, clock=clock)  # type: ignore[arg-type] # a plain house


@pytest.fixture
async def serve(bot: Bot, dispatcher: Dispatcher, anna: Person) -> Callable[[], Awaitable[None]]:
    """Serves every update that waits, in order; the greeting of the fixtures is skipped."""
    offset = (await bot.get_updates())[-1].update_id + 1

    async def serve() -> None:
        nonlocal offset
        for update in await bot.get_updates(offset=offset):
            offset = update.update_id + 1
            await dispatcher.feed_update(bot, update)

    return serve
