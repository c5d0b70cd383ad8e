"""What watches the whole suite's requests sees what is wrong with one."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile

from assistant.preview.bot_api import Call, LoopbackBotApi
from assistant.preview.faults import Fault
from tests.contracts.bot_api_document import BotApiDocument
from tests.contracts.outgoing_requests import Witness, problems_in
from tests.plain_session import PlainSession


@pytest.fixture
def document() -> BotApiDocument:
    return BotApiDocument.read()


@pytest.fixture
async def api() -> AsyncIterator[LoopbackBotApi]:
    async with LoopbackBotApi() as api:
        yield api


@pytest.fixture
async def bot(api: LoopbackBotApi) -> AsyncIterator[Bot]:
    session = PlainSession(api=TelegramAPIServer.from_base(api.base_url))
    async with Bot(api.token, session=session) as bot:
        yield bot


def call(method: str, parameters: Mapping[str, Any], status: int = 200) -> Call:
    return Call(method, dict(parameters), status, None, 0.0)


def test_a_misspelt_parameter_is_reported(document: BotApiDocument) -> None:
    assert list(problems_in([call("sendMessage", {"chat_id": 1, "txet": "Hi"}, 400)], document)) != []


def test_a_request_that_was_refused_or_lost_is_read_from_its_raw_strings(document: BotApiDocument) -> None:
    keyboard = '{"inline_keyboard": [[{"text": "Listen", "callback_data": "li"}]]}'
    proper = call("sendMessage", {"chat_id": "1", "text": "7", "reply_markup": keyboard}, 429)
    assert list(problems_in([proper], document)) == []
    broken = call("sendMessage", {"chat_id": "1", "text": "7", "reply_markup": '{"inline": []}'}, 429)
    assert list(problems_in([broken], document)) != []


async def test_a_request_is_reported_once_by_whoever_watches_the_server(
    document: BotApiDocument, api: LoopbackBotApi, watched: Witness | None
) -> None:
    witness = Witness(document)
    witness.watch(api)
    async with aiohttp.ClientSession(api.base_url) as client:
        await client.post(f"/bot{api.token}/sendMessage", json={"chat_id": 1, "text": "Hi", "colour": "red"})
        await client.post("/bot1:WRONG/sendMessage", json={"chat_id": 1, "colour": "red"})
    assert witness.problems() == ["sendMessage: unknown colour"]
    assert witness.problems() == []
    assert watched is not None
    assert watched.problems() == ["sendMessage: unknown colour"], "every server of the suite is watched"


async def test_what_the_bot_library_sends_is_understood_files_and_faults_included(
    document: BotApiDocument, api: LoopbackBotApi, bot: Bot
) -> None:
    anna = api.person("Anna")
    await anna.send_text("hello")
    await bot.send_voice(anna.id, BufferedInputFile(b"OggS" + b"\0" * 24 + b"OpusHead" + b"\0" * 9, "a.ogg"))
    api.faults.append(Fault("sendVoice", "400"))
    with pytest.raises(TelegramBadRequest):
        await bot.send_voice(anna.id, BufferedInputFile(b"OggS", "a.ogg"), duration=3)
    assert [each.status for each in api.calls] == [200, 400]
    assert list(problems_in(api.calls, document)) == []
