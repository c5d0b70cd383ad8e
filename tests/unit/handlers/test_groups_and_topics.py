"""Answers stay in their topic, a group's move is followed, and a closed door is no fault."""

from collections.abc import Awaitable, Callable

import pytest
import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from plain_dialogue import PlainDialogue

from assistant.dialogue.person import AnswerBy
from assistant.preview.bot_api import LoopbackBotApi
from assistant.preview.faults import Fault
from assistant.preview.people import Person
from assistant.queue.updates import Arrival, Claimed, Handled
from assistant.storage.store import Store
from handlers.output.delivery import Delivery
from handlers.update_handler import UpdateHandler

Serve = Callable[[], Awaitable[None]]

pytestmark = pytest.mark.says_anything("a plain dialogue answers with the names of commands")


@pytest.mark.parametrize("error", [None, RuntimeError("a fault")], ids=["answer", "apology"])
@pytest.mark.parametrize("is_private", [True, False])
async def test_answers_and_apologies_stay_in_their_topic(
    api: LoopbackBotApi,
    anna: Person,
    serve: Serve,
    dialogue: PlainDialogue,
    is_private: bool,
    error: Exception | None,
) -> None:
    dialogue.error = error
    dialogue.notices_by = AnswerBy.BOTH
    group = None if is_private else api.group("Family", [anna])
    await anna.send_text("/help", chat=group, topic=77)
    await serve()
    received = [await anna.receive() for _ in range(anna.unread)]
    assert received
    assert {message.wire.get("message_thread_id") for message in received} == {77}


async def test_a_press_in_a_topic_is_answered_there(api: LoopbackBotApi, anna: Person, serve: Serve) -> None:
    group = api.group("Family", [anna])
    await anna.send_text("/help", chat=group, topic=77)
    await serve()
    await anna.receive()
    await anna.press("Help", chat=group)
    await serve()
    assert (await anna.receive()).wire["message_thread_id"] == 77


async def test_a_topic_that_is_gone_from_a_private_chat_costs_no_answer(
    api: LoopbackBotApi, anna: Person, serve: Serve
) -> None:
    await anna.send_text("/help", topic=77)
    api.world.chats[anna.id].topics.clear()
    await serve()
    assert (await anna.receive()).words == "help"


async def test_a_group_that_becomes_a_supergroup_is_followed(
    api: LoopbackBotApi, anna: Person, serve: Serve, store: Store, bot: Bot
) -> None:
    group = api.group("Family", [anna])
    old = group.id
    async with store.write() as unit:
        await unit.people.save(old, {"version": 1})
    await anna.send_text("/help", chat=group)
    group.become_supergroup()
    await serve()
    answer = await anna.receive()
    assert (answer.words, answer.chat_id) == ("help", group.id)
    async with store.read() as unit:
        assert await unit.people.load(old) is None
        assert await unit.people.load(group.id) == {"version": 1}
    await bot.send_message(old, "help")
    assert (await anna.receive()).chat_id == group.id


async def test_what_is_remembered_moves_when_only_the_refusal_tells_of_it(
    api: LoopbackBotApi, anna: Person
) -> None:
    moves: list[tuple[int, int]] = []

    async def note(old: int, new: int) -> None:
        moves.append((old, new))

    group = api.group("Family", [anna])
    old = group.id
    group.become_supergroup()
    session = AiohttpSession(api=TelegramAPIServer.from_base(api.base_url))
    session.middleware(Delivery(on_moved=note))
    async with Bot(api.token, session=session) as bot:
        for _ in range(2):
            await bot.send_message(old, "help", message_thread_id=5)
    assert moves == [(old, group.id)]
    assert [(await anna.receive()).chat_id for _ in range(2)] == [group.id] * 2


@pytest.mark.parametrize(
    "refusal",
    [
        "Bad Request: TOPIC_CLOSED",
        "Bad Request: message thread not found",
        "Bad Request: not enough rights to send text messages to the chat",
        "Bad Request: have no rights to send a message",
        "Bad Request: CHAT_WRITE_FORBIDDEN",
        "Bad Request: chat not found",
        "Bad Request: need administrator rights in the channel chat",
    ],
)
async def test_a_closed_door_is_a_refusal_in_the_log_and_no_fault_of_the_program(
    api: LoopbackBotApi, anna: Person, bot: Bot, dispatcher: Dispatcher, refusal: str
) -> None:
    api.faults.append(Fault("sendMessage", "400", description=refusal, times=9))
    message = {
        "message_id": 1,
        "date": 1,
        "chat": {"id": anna.id, "type": "private"},
        "from": {"id": anna.id, "is_bot": False, "first_name": "A"},
        "text": "/help",
    }
    arrival = Arrival(1, 7, anna.id, anna.id, False, {"update_id": 7, "message": message})
    with structlog.testing.capture_logs() as events:
        outcome = await UpdateHandler(bot, dispatcher).handle(Claimed(9, arrival))
    assert outcome is Handled.DONE
    assert {event["log_level"] for event in events} == {"debug", "warning"}
    api.faults.clear()
