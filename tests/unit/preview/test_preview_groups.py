"""Groups: everybody in them sees the bot, and the bot sees everybody."""

import pytest

from assistant.preview import LoopbackBotApi, Person
from tests.unit.preview.plain_bot import PlainBot


@pytest.fixture
def bob(api: LoopbackBotApi) -> Person:
    return api.person("Bob")


async def test_a_message_in_a_group_is_seen_by_its_members_alone(
    api: LoopbackBotApi, bot: PlainBot, alice: Person, bob: Person
) -> None:
    group = api.group("Family", [alice, bob])
    outsider = api.person("Carol")
    await bob.send_text("hello @health_assistant_bot", chat=group)
    message = (await bot.get("getUpdates"))[-1]["message"]
    assert message["chat"]["type"] == "group"
    assert message["chat"]["id"] < 0
    assert message["entities"] == [{"type": "mention", "offset": 6, "length": 21}]
    await bot.get("sendMessage", chat_id=group.id, text="hello both")
    assert [(await person.receive()).text for person in (alice, bob)] == ["hello both", "hello both"]
    assert outsider.unread == 0


async def test_the_bot_is_told_that_it_was_added(api: LoopbackBotApi, bot: PlainBot, alice: Person) -> None:
    api.group("Family", [alice])
    added, created = (await bot.get("getUpdates"))[-2:]
    assert added["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert created["message"]["group_chat_created"] is True


async def test_a_reply_in_a_group_carries_the_message_replied_to(
    api: LoopbackBotApi, bot: PlainBot, alice: Person
) -> None:
    group = api.group("Family", [alice])
    await bot.get("sendMessage", chat_id=group.id, text="question?")
    asked = await alice.receive()
    await alice.send_text("answer", chat=group, reply_to=asked)
    message = (await bot.get("getUpdates"))[-1]["message"]
    assert message["reply_to_message"]["from"]["is_bot"] is True


async def test_somebody_met_in_a_group_cannot_be_written_to_privately(
    api: LoopbackBotApi, bot: PlainBot, alice: Person, bob: Person
) -> None:
    api.group("Family", [alice, bob])
    answer = await bot.ask("sendMessage", chat_id=bob.id, text="Hi")
    assert answer["description"] == "Forbidden: bot can't initiate conversation with a user"


async def test_after_leaving_a_group_the_bot_neither_writes_nor_reads_there(
    api: LoopbackBotApi, bot: PlainBot, alice: Person
) -> None:
    group = api.group("Family", [alice])
    await bot.get("leaveChat", chat_id=group.id)
    assert (await bot.ask("sendMessage", chat_id=group.id, text="Hi"))["error_code"] == 403
    before = api.world.updates.pending
    await alice.send_text("gone?", chat=group)
    assert api.world.updates.pending == before


async def test_the_members_of_a_group_are_known(
    api: LoopbackBotApi, bot: PlainBot, alice: Person, bob: Person
) -> None:
    group = api.group("Family", [alice, bob])
    assert (await bot.get("getChatMember", chat_id=group.id, user_id=bob.id))["status"] == "member"
    assert await bot.get("getChatMemberCount", chat_id=group.id) == 3
    [owner] = await bot.get("getChatAdministrators", chat_id=group.id)
    assert owner["user"]["id"] == alice.id
    assert "user not found" in await bot.refusal("getChatMember", chat_id=group.id, user_id=5)


async def test_a_group_message_of_somebody_else_cannot_be_deleted(
    api: LoopbackBotApi, bot: PlainBot, alice: Person
) -> None:
    group = api.group("Family", [alice])
    hers = await alice.send_text("mine", chat=group)
    refusal = await bot.refusal("deleteMessage", chat_id=group.id, message_id=hers.message_id)
    assert "can't be deleted for everyone" in refusal
