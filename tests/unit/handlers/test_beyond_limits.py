"""Beyond every limit an emergency is answered, and nobody is met with silence for good."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from plain_dialogue import PlainDialogue

from assistant.dialogue.render.system_messages import AskedIn, SystemMessage
from assistant.dialogue.utterance import Spoken, Typed
from assistant.preview.bot_api import LoopbackBotApi
from assistant.preview.faults import Fault
from assistant.preview.people import Person
from assistant.queue.updates import Arrival, Claimed, Handled
from handlers.update_handler import UpdateHandler

Serve = Callable[[], Awaitable[None]]

pytestmark = pytest.mark.says_anything("a plain dialogue answers with the names of commands")


def _texts(person: Person) -> list[str]:
    return [received.words for received in person.messages() if received.wire["from"]["is_bot"]]


async def test_over_the_limit_an_emergency_is_answered_and_after_a_minute_everything(
    anna: Person, serve: Serve, dialogue: PlainDialogue, clock: Any
) -> None:
    for _ in range(14):
        await anna.send_text("/help")
    await anna.send_text("I cannot breathe")
    await anna.send_text("/ask I cannot breathe")
    await serve()
    assert len(dialogue.served) == 14
    assert _texts(anna)[-2:] == ["Emergency", "Emergency"]
    assert sum(text.startswith("That was a lot at once") for text in _texts(anna)) == 1
    clock.now += 60
    await anna.send_text("what causes it")
    await serve()
    assert dialogue.served[-1] == (anna.id, Typed("what causes it"))


async def test_a_voice_over_the_limit_is_heard_and_answered_in_an_emergency(
    anna: Person, serve: Serve, dialogue: PlainDialogue, stt: Any
) -> None:
    for _ in range(3):
        await anna.send_voice(b"sound")
    await serve()
    stt.words = "I cannot breathe"
    await anna.send_voice(b"sound")
    await serve()
    assert [type(utterance) for _, utterance in dialogue.served] == [Spoken] * 3
    assert _texts(anna)[-1] == "Emergency"


def _claimed(person: Person, *, spoken: bool, **content: Any) -> Claimed:
    message = {
        "message_id": 1,
        "date": 1,
        "chat": {"id": person.id, "type": "private"},
        "from": {"id": person.id, "is_bot": False, "first_name": "A"},
        **content,
    }
    return Claimed(9, Arrival(1, 7, person.id, person.id, spoken, {"update_id": 7, "message": message}))


@pytest.fixture
def handler(bot: Bot, dispatcher: Dispatcher) -> UpdateHandler:
    return UpdateHandler(bot, dispatcher, apologise=dispatcher["notices"].apologise)


async def test_a_recording_that_comes_when_too_many_wait_is_put_off_saying_so_and_heard_later(
    anna: Person, handler: UpdateHandler, dialogue: PlainDialogue
) -> None:
    voice = (await anna.send_voice(b"sound")).wire["voice"]
    assert await handler.handle(_claimed(anna, spoken=False, voice=voice)) is Handled.LATER
    assert dialogue.noticed == [(SystemMessage.HEARD_LATER, AskedIn.ALOUD)]
    assert dialogue.served == []
    assert await handler.handle(_claimed(anna, spoken=True, voice=voice)) is Handled.DONE
    assert [type(utterance) for _, utterance in dialogue.served] == [Spoken]


@pytest.mark.parametrize(
    "broken",
    [
        {"external_reply": {"origin": {"type": "hidden_user", "date": 1}, "story": {}}},
        {"forward_origin": {"type": "hidden_user", "date": 1}},
        {"forward_origin": {"type": "a kind of tomorrow", "date": 1}},
        {"reply_to_message": {"message_id": 3}},
        {"reply_to_message": 7},
        {"entities": [{"type": "bold"}, {"type": "bold", "offset": 0, "length": 1}]},
        {"chat": {"id": 5, "type": "private", "photo": 7}},
        {"date": "yesterday"},
        {"message_id": None},
        {"photo": [{}] * 30},
    ],
    ids=str,
)
async def test_what_a_model_refuses_is_left_out_and_the_rest_is_answered(
    anna: Person, handler: UpdateHandler, dialogue: PlainDialogue, broken: dict[str, Any]
) -> None:
    if "chat" in broken:
        broken = {"chat": {**broken["chat"], "id": anna.id}}
    await handler.handle(_claimed(anna, spoken=False, text="what causes it", **broken))
    assert [utterance for _, utterance in dialogue.served] == [Typed("what causes it")]
    assert _texts(anna) == ["Answer"]


async def test_a_recording_is_heard_without_what_describes_it(
    anna: Person, handler: UpdateHandler, dialogue: PlainDialogue
) -> None:
    voice = (await anna.send_voice(b"sound")).wire["voice"]
    await handler.handle(_claimed(anna, spoken=True, voice={"file_id": voice["file_id"]}))
    assert [type(utterance) for _, utterance in dialogue.served] == [Spoken]


@pytest.mark.parametrize("unreadable", [{"text": 7}, {"text": {"a": []}}, {"voice": 7}, {"chat": None}])
async def test_where_neither_words_nor_sound_can_be_read_a_sentence_says_so(
    anna: Person, handler: UpdateHandler, unreadable: dict[str, Any]
) -> None:
    update = _claimed(anna, spoken=False, **unreadable)
    if await handler.handle(update) is Handled.UNREADABLE:
        await handler.give_up(update)
    [text] = _texts(anna)
    assert text.startswith("I cannot look at that")


@pytest.mark.parametrize(("in_group", "told"), [(False, 1), (True, 0)])
async def test_of_what_could_not_be_kept_its_chat_is_told_and_a_group_is_not_disturbed(
    anna: Person, handler: UpdateHandler, in_group: bool, told: int
) -> None:
    chat = -anna.id if in_group else anna.id
    update = Claimed(9, Arrival(1, 7, chat, anna.id, False, {}))
    assert await handler.handle(update) is Handled.UNREADABLE
    assert await handler.give_up(update) is Handled.DONE
    assert [text.startswith("Something went wrong on my side") for text in _texts(anna)] == [True] * told


async def test_an_apology_that_cannot_be_delivered_is_not_the_last_word(
    api: LoopbackBotApi, anna: Person, handler: UpdateHandler, dialogue: PlainDialogue
) -> None:
    api.faults.append(Fault("sendMessage", "429", retry_after=3_000, times=2))
    assert await handler.give_up(_claimed(anna, spoken=False, text="what causes it")) is Handled.UNDELIVERED
    dialogue.error = ValueError("canary")
    failing = _claimed(anna, spoken=False, text="what causes it")
    assert await handler.handle(failing) is Handled.UNDELIVERED
    assert await handler.handle(failing) is Handled.DONE
    [text] = _texts(anna)
    assert text.startswith("Something went wrong on my side")


async def test_what_is_given_up_is_apologised_for(anna: Person, handler: UpdateHandler) -> None:
    await handler.give_up(_claimed(anna, spoken=False, text="what causes it"))
    [text] = _texts(anna)
    assert text.startswith("Something went wrong on my side")
