"""Words are read wherever in a message they stand, and an emergency before anything else."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from plain_dialogue import PlainDialogue

from assistant.dialogue.utterance import Chosen, Spoken, Typed
from assistant.nlu.intents import Command, CommandName
from assistant.preview.bot_api import LoopbackBotApi
from assistant.preview.people import Person
from assistant.transcript import Heard

Serve = Callable[[], Awaitable[None]]
Feed = Callable[..., Awaitable[None]]

pytestmark = pytest.mark.says_anything("a plain dialogue answers with the names of commands")

PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
FILE = {"file_id": "f", "file_unique_id": "u"}


@pytest.fixture
def feed(bot: Bot, dispatcher: Dispatcher, anna: Person) -> Feed:
    """Serves one message of Anna's that holds what the test says; `kind` may be another kind of update."""
    numbers = iter(range(900, 1000))

    async def feed(kind: str = "message", **content: Any) -> None:
        message = {
            "message_id": 100,
            "date": 1_000,
            "chat": {"id": anna.id, "type": "private"},
            "from": {"id": anna.id, "is_bot": False, "first_name": "A"},
        }
        await dispatcher.feed_raw_update(bot, {"update_id": next(numbers), kind: message | content})

    return feed


def _texts(person: Person) -> list[str]:
    return [received.words for received in person.messages() if received.wire["from"]["is_bot"]]


@pytest.mark.parametrize(
    "media",
    [
        {"photo": PHOTO},
        {"video": {**FILE, "width": 1, "height": 1, "duration": 1}},
        {"animation": {**FILE, "width": 1, "height": 1, "duration": 1}},
        {"document": {**FILE, "mime_type": "application/pdf"}},
        {"photo": PHOTO, "media_group_id": "album"},
    ],
    ids=lambda media: next(iter(media)),
)
async def test_a_caption_is_answered_and_what_is_beside_it_is_said_not_to_be_seen(
    feed: Feed, anna: Person, dialogue: PlainDialogue, media: dict[str, Any]
) -> None:
    await feed(caption="what causes it", **media)
    assert dialogue.served == [(anna.id, Typed("what causes it"))]
    [text] = _texts(anna)
    assert text.startswith("I cannot look at pictures or files")


async def test_before_an_emergency_under_a_picture_nothing_else_is_said(feed: Feed, anna: Person) -> None:
    await feed(caption="I cannot breathe", photo=PHOTO)
    assert _texts(anna) == ["Emergency"]


STICKER = {**FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}


async def test_a_sticker_that_stands_for_a_sign_is_read_as_that(
    feed: Feed, anna: Person, dialogue: PlainDialogue
) -> None:
    await feed(sticker={**STICKER, "emoji": "breathe"})
    await feed(sticker={**STICKER, "emoji": "\U0001f92a"})
    await feed(sticker=STICKER)
    texts = _texts(anna)
    assert texts[0] == "Emergency"
    assert [text.startswith("I cannot look at that") for text in texts[1:]] == [True, True]


async def test_what_nobody_sees_is_no_question(feed: Feed, dialogue: PlainDialogue) -> None:
    await feed(text="\u200b\u2060 ")
    assert [utterance for _, utterance in dialogue.served] == [Chosen(Command(CommandName.HELP))]


async def test_an_album_with_words_is_answered_once(feed: Feed, anna: Person) -> None:
    await feed(caption="what causes it", photo=PHOTO, media_group_id="one")
    await feed(photo=PHOTO, media_group_id="one")
    assert len(_texts(anna)) == 1


async def test_beside_a_recording_the_words_are_answered_first_and_then_what_is_heard(
    feed: Feed, anna: Person, dialogue: PlainDialogue
) -> None:
    voice = await anna.send_voice(b"sound")
    await feed(voice=voice.wire["voice"], caption="I cannot breathe")
    assert [utterance for _, utterance in dialogue.served] == [
        Typed("I cannot breathe"),
        Spoken(Heard("symptoms", 0.9, 1.0)),
    ]


@pytest.mark.parametrize(
    ("typed", "read_as", "otherwise"),
    [
        ("/ask what causes it", "ask what causes it", CommandName.HELP),
        ("/treatment", "treatment", CommandName.HELP),
        ("/treatment@health_assistant_bot", "treatment", CommandName.HELP),
        ("\u200b/treatment", "treatment", CommandName.HELP),
        ("\uff0ftreatment", "treatment", CommandName.HELP),
        ("/help I cannot breathe", "help I cannot breathe", CommandName.HELP),
        ("/start I cannot breathe", "start I cannot breathe", CommandName.START),
        ("/forget nothing at all", "forget nothing at all", CommandName.FORGET_ME),
        ("/text_only please", "text only please", CommandName.TEXT_ONLY),
    ],
)
async def test_words_after_a_slash_command_are_read_with_it(
    anna: Person, serve: Serve, dialogue: PlainDialogue, typed: str, read_as: str, otherwise: CommandName
) -> None:
    await anna.send_text(typed)
    await serve()
    assert dialogue.served == [(anna.id, Typed(read_as, otherwise=Command(otherwise)))]
    [text] = _texts(anna)
    assert not text.startswith("I do not know that command")


async def test_a_rich_message_is_read(feed: Feed, dialogue: PlainDialogue) -> None:
    blocks = [
        {"type": "paragraph", "text": ["what ", {"type": "bold", "text": "causes"}]},
        {"type": "paragraph", "text": "it"},
    ]
    await feed(rich_message={"blocks": blocks})
    assert [utterance.text for _, utterance in dialogue.served] == ["what causes\nit"]


async def test_the_tasks_of_a_checklist_are_read(feed: Feed, anna: Person) -> None:
    await feed(checklist={"title": "Now", "tasks": [{"id": 1, "text": "I cannot breathe"}]})
    assert _texts(anna) == ["Emergency"]


@pytest.mark.parametrize("payload", ["I-cannot-breathe", "I_cannot_breathe"])
async def test_a_cry_for_help_behind_start_is_no_link(
    anna: Person, serve: Serve, dialogue: PlainDialogue, payload: str
) -> None:
    await anna.send_text(f"/start {payload}")
    await serve()
    assert [type(utterance) for _, utterance in dialogue.served] == [Typed]


async def test_an_answer_shared_by_the_bot_and_forwarded_is_read(bot: Bot, feed: Feed, anna: Person) -> None:
    me = await bot.me()
    origin = {"type": "hidden_user", "sender_user_name": "B", "date": 1}
    via = {"id": me.id, "is_bot": True, "first_name": "B"}
    await feed(text="what causes it", via_bot=via, forward_origin=origin)
    assert _texts(anna) == ["Answer"]


async def test_a_film_with_words_under_it_is_listened_to_as_well(
    feed: Feed, anna: Person, dialogue: PlainDialogue
) -> None:
    sent = await anna.send_voice(b"OggS sound")
    film = {**sent.wire["voice"], "width": 1, "height": 1}
    await feed(video=film, caption="what causes it")
    assert [utterance for _, utterance in dialogue.served] == [
        Typed("what causes it"),
        Spoken(Heard("symptoms", 0.9, 1.0)),
    ]


async def test_a_mended_question_is_answered_anew_once_and_that_is_said(feed: Feed, anna: Person) -> None:
    await feed(text="waht causes it")
    for _ in range(2):
        await feed("edited_message", text="what causes it", edit_date=1_000 + 3_599)
    first, again = _texts(anna)
    assert first == "NotCovered"
    assert again.startswith("You changed your message")
    assert "Answer" in again


async def test_a_change_without_other_words_is_not_answered(feed: Feed, anna: Person) -> None:
    await feed(text="what causes it")
    await feed("edited_message", text="what causes it", edit_date=1_001)
    await feed("edited_message", location={"latitude": 1, "longitude": 1}, edit_date=1_002)
    assert len(_texts(anna)) == 1


async def test_what_is_changed_late_is_answered_only_in_an_emergency(feed: Feed, anna: Person) -> None:
    await feed("edited_message", text="what causes it", edit_date=1_000 + 3_601)
    assert _texts(anna) == []
    await feed("edited_message", text="I cannot breathe", edit_date=1_000 + 86_400)
    assert _texts(anna) == ["Emergency"]


@pytest.mark.parametrize(
    "origin",
    [
        {"type": "user", "date": 1, "sender_user": {"id": 9, "is_bot": False, "first_name": "B"}},
        {"type": "hidden_user", "date": 1, "sender_user_name": "B"},
        {"type": "chat", "date": 1, "sender_chat": {"id": -9, "type": "group", "title": "G"}},
        {"type": "channel", "date": 1, "chat": {"id": -9, "type": "channel", "title": "C"}, "message_id": 1},
    ],
    ids=lambda origin: origin["type"],
)
async def test_a_forward_of_every_origin_is_answered(
    feed: Feed, dialogue: PlainDialogue, origin: dict[str, Any]
) -> None:
    await feed(text="what causes it", forward_origin=origin)
    await feed(text="what causes it", external_reply={"origin": origin})
    assert [utterance for _, utterance in dialogue.served] == [Typed("what causes it")] * 2


async def test_what_holds_no_words_gets_one_sentence_whatever_it_is(feed: Feed, anna: Person) -> None:
    await feed(dice={"emoji": "x", "value": 1})
    await feed(contact={"phone_number": "1", "first_name": "B"})
    await feed(a_kind_of_tomorrow={"new": True})
    texts = _texts(anna)
    assert len(texts) == 3
    assert all(text.startswith("I cannot look at that") for text in texts)


async def test_telegrams_own_notices_are_left_alone(feed: Feed, anna: Person) -> None:
    await feed(forum_topic_closed={})
    await feed(message_auto_delete_timer_changed={"message_auto_delete_time": 1})
    assert _texts(anna) == []


async def test_the_bot_named_under_somebodys_question_answers_that(
    api: LoopbackBotApi, anna: Person, serve: Serve, dialogue: PlainDialogue
) -> None:
    ben = api.person("Ben")
    group = api.group("Family", [anna, ben])
    asked = await ben.send_text("what causes it", chat=group)
    await anna.send_text("@health_assistant_bot", chat=group, reply_to=asked)
    await serve()
    assert dialogue.served == [(group.id, Typed("what causes it"))]
    answer = await ben.receive()
    assert answer.wire["reply_to_message"]["message_id"] == asked.message_id


async def test_a_recording_under_which_the_bot_is_named_is_heard(
    api: LoopbackBotApi, anna: Person, serve: Serve, dialogue: PlainDialogue
) -> None:
    ben = api.person("Ben")
    group = api.group("Family", [anna, ben])
    said = await ben.send_voice(b"sound", chat=group)
    await anna.send_text("@health_assistant_bot ?", chat=group, reply_to=said)
    await serve()
    assert dialogue.served == [(group.id, Spoken(Heard("symptoms", 0.9, 1.0)))]
