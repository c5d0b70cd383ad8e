"""The table of methods is a true part of Telegram's own description, and what it answers is what aiogram
reads."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup, Update

from assistant.preview import Fault, LoopbackBotApi, Person
from assistant.preview.rules.methods import ALL_UPDATES, METHODS, OBJECTS, Shape
from tests.contracts.bot_api_document import DOCUMENT
from tests.plain_session import PlainSession
from tests.unit.preview.plain_bot import OPUS

# One of several alternatives in Telegram's description; this server models the alternative named here.
_NARROWED = {
    "InlineQueryResult": "InlineQueryResultArticle",
    "InputMessageContent": "InputTextMessageContent",
}


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    return document


def differences(shape: Shape, fields: list[dict[str, Any]]) -> list[str]:
    known = {field["name"]: field for field in fields}
    found = [name for name in (*shape.required, *shape.optional) if name not in known]
    for name, field in known.items():
        kind = shape.type_of(name)
        if kind is not None and not set(kind.split("|")) <= set(field["types"]):
            found.append(f"{name}: {kind} is not among {field['types']}")
        if field["required"] and name not in shape.required:
            found.append(f"{name} is required")
    return found


@pytest.mark.parametrize("method", sorted(METHODS))
def test_a_method_is_described_as_telegram_describes_it(described: dict[str, Any], method: str) -> None:
    assert differences(METHODS[method], described["methods"][method].get("fields", [])) == []


@pytest.mark.parametrize("name", sorted(OBJECTS.keys() - {"BotCommandScope"}))
def test_an_object_is_described_as_telegram_describes_it(described: dict[str, Any], name: str) -> None:
    assert differences(OBJECTS[name], described["types"][_NARROWED.get(name, name)]["fields"]) == []


def test_the_kinds_of_update_are_telegrams(described: dict[str, Any]) -> None:
    assert {field["name"] for field in described["types"]["Update"]["fields"]} >= ALL_UPDATES


@pytest.fixture
async def aiogram_bot(api: LoopbackBotApi) -> AsyncIterator[Bot]:
    bot = Bot(api.token, session=PlainSession(api=TelegramAPIServer.from_base(api.base_url)))
    yield bot
    await bot.session.close()


async def test_aiogram_reads_every_kind_of_answer(
    api: LoopbackBotApi, aiogram_bot: Bot, alice: Person
) -> None:
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go")]])
    sent = await aiogram_bot.send_message(alice.id, "<b>Hi</b>", parse_mode="HTML", reply_markup=keyboard)
    assert sent.html_text == "<b>Hi</b>"
    voice = await aiogram_bot.send_voice(alice.id, BufferedInputFile(OPUS, "a.ogg"), caption="words")
    assert voice.voice is not None
    file = await aiogram_bot.get_file(voice.voice.file_id)
    assert file.file_path is not None
    downloaded = await aiogram_bot.download_file(file.file_path)
    assert downloaded is not None
    assert downloaded.read() == OPUS
    group = api.group("Family", [alice])
    assert (await aiogram_bot.get_chat(alice.id)).first_name == "Alice"
    assert (await aiogram_bot.get_chat(group.id)).title == "Family"
    assert (await aiogram_bot.get_chat_member(group.id, alice.id)).status == "creator"
    assert (await aiogram_bot.get_me()).supports_inline_queries
    assert (await aiogram_bot.get_webhook_info()).url == ""


async def test_aiogram_reads_every_kind_of_update(
    api: LoopbackBotApi, aiogram_bot: Bot, alice: Person
) -> None:
    await aiogram_bot.send_message(
        alice.id,
        "Hi",
        reply_markup=InlineKeyboardMarkup(
            inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go")]]
        ),
    )
    shown = await alice.receive()
    await alice.press("Go")
    await alice.send_voice(OPUS)
    await alice.send_audio(OPUS)
    await alice.send_video_note(OPUS)
    await alice.send_document(OPUS, reply_to=shown)
    api.group("Family", [alice])
    alice.blocks_bot = True
    updates: list[Update] = await aiogram_bot.get_updates()
    assert [update.event_type for update in updates] == [
        "message",
        "callback_query",
        *["message"] * 4,
        "my_chat_member",
        "message",
        "my_chat_member",
    ]


async def test_aiogram_raises_what_it_raises_for_telegram(
    api: LoopbackBotApi, aiogram_bot: Bot, alice: Person
) -> None:
    with pytest.raises(TelegramBadRequest, match="can't parse entities"):
        await aiogram_bot.send_message(alice.id, "a < b", parse_mode="HTML")
    api.faults.append(Fault("sendMessage", "429", retry_after=3))
    with pytest.raises(TelegramRetryAfter) as flood:
        await aiogram_bot.send_message(alice.id, "Hi")
    assert flood.value.retry_after == 3
    alice.blocks_bot = True
    with pytest.raises(TelegramForbiddenError):
        await aiogram_bot.send_message(alice.id, "Hi")
