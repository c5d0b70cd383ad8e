"""What holds for the whole suite: a bot makes no request that Telegram's own description does not allow."""

from collections.abc import Iterator

import pytest

from assistant.preview.bot_api import LoopbackBotApi
from tests.contracts.bot_api_document import BotApiDocument
from tests.contracts.outgoing_requests import Witness

_SENDS_WRONG_REQUESTS_ON_PURPOSE = "tests/unit/preview/"
"""The tests of the server itself; everywhere else a wrong request is a fault of the bot."""


@pytest.fixture(scope="session", autouse=True)
def watched() -> Iterator[Witness | None]:
    """Watches every loopback Bot API that starts; None where Telegram's description is not present."""
    document = BotApiDocument.read()
    if document is None:
        yield None
        return
    witness = Witness(document)
    start = LoopbackBotApi.start

    async def start_watched(self: LoopbackBotApi, port: int = 0) -> LoopbackBotApi:
        witness.watch(self)
        return await start(self, port)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LoopbackBotApi, "start", start_watched)
        yield witness
    # What a server that outlives the tests was asked while it was stopped.
    assert witness.problems() == []


@pytest.fixture(autouse=True)
def _requests_are_as_telegram_describes(
    request: pytest.FixtureRequest, watched: Witness | None
) -> Iterator[None]:
    yield
    if watched is None:
        return
    if _SENDS_WRONG_REQUESTS_ON_PURPOSE in request.path.as_posix():
        watched.look_away()
    else:
        assert watched.problems() == []
