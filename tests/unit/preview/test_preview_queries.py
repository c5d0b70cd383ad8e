"""Presses of buttons, inline queries, and what the bot says about itself."""

import asyncio
from typing import Any

import pytest

from assistant.preview import LoopbackBotApi, Person
from tests.unit.preview.conftest import Clock
from tests.unit.preview.plain_bot import PlainBot

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def keyboard(*labels: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": label.lower()}] for label in labels]}


async def test_a_press_reaches_the_bot_with_its_message_and_is_answered_once(
    bot: PlainBot, alice: Person
) -> None:
    await bot.get("sendMessage", chat_id=alice.id, text="old", reply_markup=keyboard("Go"))
    sent = await bot.get("sendMessage", chat_id=alice.id, text="new", reply_markup=keyboard("Go"))
    press = await alice.press("Go")
    query = (await bot.get("getUpdates"))[-1]["callback_query"]
    assert (query["data"], query["message"]["message_id"]) == ("go", sent["message_id"])
    await bot.get("answerCallbackQuery", callback_query_id=query["id"], text="Gone", show_alert=True)
    assert (await press.answer()).show_alert
    assert alice.alerts == ["Gone"]
    assert await bot.refusal("answerCallbackQuery", callback_query_id=query["id"]) == TOO_OLD


async def test_a_press_must_be_answered_in_time(bot: PlainBot, alice: Person, clock: Clock) -> None:
    await bot.get("sendMessage", chat_id=alice.id, text="x", reply_markup=keyboard("Go"))
    press = await alice.press("Go")
    clock.now += 151
    assert await bot.refusal("answerCallbackQuery", callback_query_id=press.query_id) == TOO_OLD
    assert await bot.refusal("answerCallbackQuery", callback_query_id="1") == TOO_OLD


async def test_a_button_that_is_not_there_cannot_be_pressed(bot: PlainBot, alice: Person) -> None:
    sent = await bot.get("sendMessage", chat_id=alice.id, text="x", reply_markup=keyboard("Go"))
    shown = await alice.receive()
    await bot.get("editMessageReplyMarkup", chat_id=alice.id, message_id=sent["message_id"])
    with pytest.raises(LookupError):
        await alice.press("Go", message=shown)
    with pytest.raises(LookupError):
        await alice.press("Go")


async def test_a_forged_press_reaches_the_bot_too(bot: PlainBot, alice: Person) -> None:
    await bot.get("sendMessage", chat_id=alice.id, text="x", reply_markup=keyboard("Go"))
    alice.press_data(await alice.receive(), "forged")
    assert (await bot.get("getUpdates"))[-1]["callback_query"]["data"] == "forged"


def article(result_id: str, title: str = "T") -> dict[str, Any]:
    content = {"message_text": f"<b>{title}</b> text", "parse_mode": "HTML"}
    return {"type": "article", "id": result_id, "title": title, "input_message_content": content}


async def test_an_inline_query_is_answered_and_a_result_is_sent(bot: PlainBot, alice: Person) -> None:
    asking = asyncio.create_task(alice.inline("cure"))
    await asyncio.sleep(0)
    query = (await bot.get("getUpdates"))[-1]["inline_query"]
    assert (query["query"], query["offset"]) == ("cure", "")
    await bot.get(
        "answerInlineQuery", inline_query_id=query["id"], results=[article("1", "Cure"), article("2")]
    )
    results = await asking
    assert [(each.id, each.title, each.text) for each in results] == [
        ("1", "Cure", "Cure text"),
        ("2", "T", "T text"),
    ]
    shared = await alice.share(results[0])
    assert shared.wire["via_bot"]["username"] == "health_assistant_bot"
    assert await bot.refusal("answerInlineQuery", inline_query_id=query["id"], results=[]) == TOO_OLD


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ([article(str(number)) for number in range(51)], "RESULTS_TOO_MUCH"),
        ([article("1"), article("1")], "RESULT_ID_DUPLICATE"),
        ([article("x" * 65)], "RESULT_ID_INVALID"),
        ([article("1", " ")], "title must be non-empty"),
        ([article("1") | {"input_message_content": {"message_text": " "}}], "message text is empty"),
    ],
)
async def test_wrong_inline_results_are_refused(
    bot: PlainBot, results: list[dict[str, Any]], said: str
) -> None:
    assert said in await bot.refusal("answerInlineQuery", inline_query_id="1", results=results)


async def test_commands_and_descriptions_are_kept_by_scope_and_language(bot: PlainBot) -> None:
    commands = [{"command": "faq", "description": "Questions"}]
    await bot.get("setMyCommands", commands=commands, scope={"type": "all_private_chats"}, language_code="en")
    assert await bot.get("getMyCommands") == []
    scope = {"type": "all_private_chats"}
    assert await bot.get("getMyCommands", scope=scope, language_code="en") == commands
    await bot.get("setMyDescription", description="What it is")
    assert await bot.get("getMyDescription", language_code="de") == {"description": "What it is"}


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("setMyCommands", {"commands": [{"command": "Faq", "description": "x"}]}),
        ("setMyCommands", {"commands": [{"command": "faq", "description": ""}]}),
        ("setMyCommands", {"commands": [], "scope": {"type": "everywhere"}}),
        ("setMyCommands", {"commands": [], "language_code": "english"}),
        ("setMyDescription", {"description": "x" * 513}),
        ("setMyShortDescription", {"short_description": "x" * 121}),
        ("setMyName", {"name": "x" * 65}),
    ],
)
async def test_what_the_bot_says_about_itself_has_limits(
    bot: PlainBot, method: str, given: dict[str, Any]
) -> None:
    assert (await bot.refusal(method, **given)).startswith("Bad Request: ")


async def test_a_long_callback_answer_is_refused_and_the_press_stays_open(
    bot: PlainBot, alice: Person
) -> None:
    await bot.get("sendMessage", chat_id=alice.id, text="x", reply_markup=keyboard("Go"))
    press = await alice.press("Go")
    assert "TOO_LONG" in await bot.refusal(
        "answerCallbackQuery", callback_query_id=press.query_id, text="x" * 201
    )
    assert await bot.get("answerCallbackQuery", callback_query_id=press.query_id, text="x" * 200)


async def test_the_server_can_start_again_and_goes_on_with_its_world(
    api: LoopbackBotApi, bot: PlainBot, alice: Person
) -> None:
    port = api.port
    await api.stop()
    await api.start(port=port)
    assert await bot.get("sendMessage", chat_id=alice.id, text="back")
