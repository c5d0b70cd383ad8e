"""Who is served: in private everybody, in groups whoever speaks to the bot."""

from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import CallbackQuery, Chat, Message, MessageEntity, User

from handlers.audience_filter import AudienceFilter, Caller, Pressed

ME = User(id=900, is_bot=True, first_name="Bot", username="Calm_Bot")
ANNA = User(id=7, is_bot=False, first_name="A", language_code="en-GB")
GROUP = Chat(id=-100, type="supergroup")
PRIVATE = Chat(id=7, type="private")


@pytest.fixture
def bot() -> Bot:
    bot = Bot("900:" + "x" * 35)
    bot._me = ME
    return bot


def message(chat: Chat, text: str | None, **more: Any) -> Message:
    fields = {
        "message_id": 5,
        "date": datetime(2026, 1, 1, tzinfo=UTC),
        "chat": chat,
        "from_user": ANNA,
        "text": text,
    }
    return Message(**{**fields, **more})


def mention(text: str, name: str) -> list[MessageEntity]:
    offset = len(text[: text.index(name)].encode("utf-16-le")) // 2
    return [MessageEntity(type="mention", offset=offset, length=len(name))]


async def caller_of(bot: Bot, received: Message) -> Caller | None:
    passed = await AudienceFilter()(received, bot)
    return passed["caller"] if isinstance(passed, dict) else None


async def test_in_private_every_text_is_for_the_bot(bot: Bot) -> None:
    caller = await caller_of(bot, message(PRIVATE, "what is it?"))
    assert caller == Caller(7, 7, 7, True, "en-GB", None, "what is it?")


async def test_in_a_group_the_group_is_served_so_that_nothing_of_a_member_can_show(bot: Bot) -> None:
    caller = await caller_of(bot, message(GROUP, "/sections"))
    assert caller is not None
    assert (caller.person_id, caller.sender_id, caller.is_private, caller.reply_to) == (-100, 7, False, 5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/help", True),
        ("/HELP@calm_bot", True),
        ("/nonsense@Calm_Bot", True),
        ("/help@other_bot", False),
        ("/nonsense", False),
        ("/", False),
        ("what is it?", False),
        ("mail me at anna@calm_bot.example", False),
    ],
)
async def test_in_a_group_commands_count_when_they_are_the_bots_own(
    bot: Bot, text: str, expected: bool
) -> None:
    assert (await caller_of(bot, message(GROUP, text)) is not None) is expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("@calm_bot what is it?", "what is it?"),
        ("🦴 @Calm_Bot, how common is it", "🦴 , how common is it"),
        ("what helps @calm_bot", "what helps"),
        ("@calm_bot", ""),
    ],
)
async def test_a_mention_is_taken_out_of_the_question(bot: Bot, text: str, words: str) -> None:
    name = text[text.lower().index("@calm_bot") :][:9]
    caller = await caller_of(bot, message(GROUP, text, entities=mention(text, name)))
    assert caller is not None
    assert caller.words == words


async def test_a_mention_of_somebody_else_is_not_for_the_bot(bot: Bot) -> None:
    text = "@calm_bots what is it?"
    assert await caller_of(bot, message(GROUP, text, entities=mention(text, "@calm_bots"))) is None


async def test_a_reply_to_the_bot_is_for_the_bot_and_a_reply_to_a_person_is_not(bot: Bot) -> None:
    to_bot = message(GROUP, "and then?", reply_to_message=message(GROUP, "An answer.", from_user=ME))
    to_anna = message(GROUP, "and then?", reply_to_message=message(GROUP, "Hello."))
    assert await caller_of(bot, to_bot) is not None
    assert await caller_of(bot, to_anna) is None


async def test_a_command_for_another_bot_is_not_answered_even_as_a_reply(bot: Bot) -> None:
    asked = message(GROUP, "/help@other_bot", reply_to_message=message(GROUP, "An answer.", from_user=ME))
    assert await caller_of(bot, asked) is None


async def test_other_bots_channels_and_forwarded_channel_posts_are_not_answered(bot: Bot) -> None:
    robot = User(id=8, is_bot=True, first_name="R")
    assert await caller_of(bot, message(PRIVATE, "/help", from_user=robot)) is None
    assert await caller_of(bot, message(Chat(id=-3, type="channel"), "/help")) is None
    assert await caller_of(bot, message(GROUP, "/help", is_automatic_forward=True)) is None


async def test_a_button_is_pressed_by_a_person_in_private_and_by_the_group_in_a_group() -> None:
    async def pressed(on: Message | None) -> Caller:
        press = CallbackQuery(id="1", from_user=ANNA, chat_instance="c", message=on, data="he")
        passed = await Pressed()(press)
        assert isinstance(passed, dict)
        caller: Caller = passed["caller"]
        return caller

    assert (await pressed(message(PRIVATE, "An answer."))).person_id == 7
    assert (await pressed(None)).chat_id == 7
    assert (await pressed(message(GROUP, "An answer."))).person_id == -100
