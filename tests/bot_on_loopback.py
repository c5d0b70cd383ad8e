"""A bot whose Telegram is on this machine, and whose token must never be seen."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import structlog
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer

from handlers.session import Session
from tests.telegram_on_loopback import TelegramOnLoopback

TOKEN = "4242:canary-token"


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramOnLoopback]:
    server = TelegramOnLoopback()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def bot(telegram: TelegramOnLoopback) -> AsyncIterator[Bot]:
    session = Session(api=TelegramAPIServer.from_base(telegram.base), timeout=1.0)
    yield Bot(TOKEN, session=session)
    # Not session.close(), which waits a quarter of a second for TLS connections: there are none.
    if session._session:
        await session._session.close()


@pytest.fixture(autouse=True)
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], str]]:
    """All that was logged, as text. No test may end with the token or anybody's words in it."""
    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as entries:

        def text() -> str:
            records = caplog.get_records("setup") + caplog.get_records("call")
            return "\n".join(
                [*map(str, entries), *(each.getMessage() + str(each.exc_text) for each in records)]
            )

        yield text
    assert "canary" not in text()
