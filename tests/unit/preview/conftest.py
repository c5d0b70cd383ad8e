"""A loopback Bot API whose clock a test can move, a bot on plain HTTP, and Alice, who has written to it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest

from assistant.preview import LoopbackBotApi, Person
from tests.unit.preview.plain_bot import PlainBot


@dataclass
class Clock:
    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def api(clock: Clock) -> AsyncIterator[LoopbackBotApi]:
    async with LoopbackBotApi(clock=clock) as api:
        yield api


@pytest.fixture
async def bot(api: LoopbackBotApi) -> AsyncIterator[PlainBot]:
    async with aiohttp.ClientSession() as client:
        yield PlainBot(api, client)


@pytest.fixture
async def alice(api: LoopbackBotApi) -> Person:
    """Alice has opened the chat; her /start waits for the bot."""
    alice = api.person("Alice")
    await alice.send_text("/start")
    return alice
