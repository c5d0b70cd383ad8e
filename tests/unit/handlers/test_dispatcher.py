"""All routers together, with a conversation that answers plainly, or fails."""

from collections.abc import Awaitable, Callable
from inspect import signature
from typing import Any

import pytest
import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramServerError
from aiogram.methods import GetMe
from plain_dialogue import PlainDialogue

from assistant.dialogue.person import AnswerBy
from assistant.dialogue.render.system_messages import AskedIn, SystemMessage
from assistant.dialogue.utterance import Chosen, Spoken, Typed
from assistant.errors import StorageError
from assistant.nlu.intents import Command, CommandName
from assistant.operations.metrics import Metrics
from assistant.preview.bot_api import LoopbackBotApi
from assistant.preview.faults import Fault
from assistant.preview.people import Person
from assistant.storage.store import Store
from assistant.transcript import Heard
from handlers.dependencies import Dialogue

Serve = Callable[[], Awaitable[None]]


async def _texts(person: Person) -> list[str]:
    return [(await person.receive()).words for _ in range(person.unread)]


@pytest.mark.says_anything("a plain conversation answers with the names of commands")
@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("/start", Command(CommandName.START)),
        ("/start symptoms", Command(CommandName.START, "symptoms")),
        ("/start inline", Command(CommandName.START)),
        ("/sections", Command(CommandName.SECTIONS)),
        ("/FAQ", Command(CommandName.FAQ)),
        ("/bookmarks", Command(CommandName.BOOKMARKS)),
        ("/settings@health_assistant_bot", Command(CommandName.SETTINGS)),
        ("/about", Command(CommandName.ABOUT)),
        ("/help", Command(CommandName.HELP)),
        ("/privacy", Command(CommandName.PRIVACY)),
        ("/export", Command(CommandName.EXPORT)),
        ("/forget", Command(CommandName.FORGET_ME)),
        ("/next", Command(CommandName.NEXT)),
    ],
)
async def test_a_slash_command_reaches_the_conversation(
    anna: Person, serve: Serve, dialogue: PlainDialogue, typed: str, command: Command
) -> None:
    await anna.send_text(typed)
    await serve()
    assert dialogue.served == [(anna.id, Chosen(command))]
    assert await _texts(anna) == [command.name.value]


async def test_words_and_recordings_reach_the_conversation(
    anna: Person, serve: Serve, dialogue: PlainDialogue
) -> None:
    await anna.send_text("what is it?")
    await anna.send_voice(b"sound")
    await serve()
    assert dialogue.served == [
        (anna.id, Typed("what is it?")),
        (anna.id, Spoken(Heard("symptoms", 0.9, 1.0))),
    ]


async def test_an_unknown_command_gets_help_that_says_so(
    anna: Person, serve: Serve, dialogue: PlainDialogue
) -> None:
    await anna.send_text("/weather tomorrow")
    await serve()
    asked = Typed("weather tomorrow", otherwise=Command(CommandName.HELP))
    assert dialogue.served == [(anna.id, asked)]
    [text] = await _texts(anna)
    assert text.startswith("I do not know that command.")


async def test_a_button_is_answered_at_once_and_does_what_it_says(
    anna: Person, serve: Serve, dialogue: PlainDialogue
) -> None:
    await anna.send_text("/help")
    await serve()
    press = await anna.press("Save")
    await serve()
    answer = await press.answer()
    assert (answer.text, answer.show_alert) == ("", False)
    assert dialogue.served[-1] == (anna.id, Chosen(Command(CommandName.SAVE, "topic/symptoms")))
    assert await _texts(anna) == ["help", "save"]


async def test_a_forged_button_gets_help_that_says_so(anna: Person, serve: Serve) -> None:
    await anna.send_text("/help")
    await serve()
    anna.press_data(await anna.receive(), "sp:breakneck")
    await serve()
    [text] = await _texts(anna)
    assert text.startswith("That button no longer works.")


async def test_a_press_that_telegram_no_longer_waits_for_still_works(
    anna: Person, serve: Serve, api: LoopbackBotApi
) -> None:
    await anna.send_text("/help")
    await serve()
    await anna.press("Save")
    api.faults.append(Fault("answerCallbackQuery", "400", description="Bad Request: query is too old"))
    await serve()
    assert await _texts(anna) == ["help", "save"]


async def test_what_cannot_be_taken_is_answered_once_an_album(
    bot: Bot, dispatcher: Dispatcher, anna: Person, serve: Serve
) -> None:
    await anna.send_document(b"%PDF", mime_type="application/pdf")
    await serve()
    photo = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}
    for number in range(3):
        message: dict[str, Any] = {
            "message_id": 100 + number,
            "date": 0,
            "chat": {"id": anna.id, "type": "private"},
            "from": {"id": anna.id, "is_bot": False, "first_name": "A"},
            "photo": [photo],
            "media_group_id": "album",
        }
        await dispatcher.feed_raw_update(bot, {"update_id": 900 + number, "message": message})
    assert len(await _texts(anna)) == 2


@pytest.mark.says_anything("whoever was asked to wait is not told again at every press")
async def test_a_flood_gets_one_notice_and_its_presses_are_still_acknowledged(
    anna: Person, serve: Serve, dialogue: PlainDialogue
) -> None:
    for _ in range(15):
        await anna.send_text("/help")
    await serve()
    press = await anna.press("Save")
    await serve()
    assert (await press.answer()).text == ""
    assert len(dialogue.served) == 12
    texts = await _texts(anna)
    assert len(texts) == 13
    assert texts[-1].startswith("That was a lot at once.")


async def test_voice_messages_have_their_own_limit(
    anna: Person, serve: Serve, dialogue: PlainDialogue
) -> None:
    for _ in range(4):
        await anna.send_voice(b"sound")
    await anna.send_text("what is it?")
    await serve()
    assert len(dialogue.served) == 3
    assert sum(text.startswith("Those were a lot of voice messages") for text in await _texts(anna)) == 1


def test_what_stands_for_the_dialogue_offers_what_the_handlers_use() -> None:
    """Of the real one, the type checker says so."""
    assert issubclass(PlainDialogue, Dialogue)
    for name in ("respond", "person", "notice", "suggest", "phrase"):
        assert signature(getattr(PlainDialogue, name)) == signature(getattr(Dialogue, name)), name


async def test_an_unexpected_error_is_an_apology_and_a_log_line_without_words(
    anna: Person, serve: Serve, dialogue: PlainDialogue
) -> None:
    dialogue.error = RuntimeError("secret words")
    await anna.send_text("secret question")
    with structlog.testing.capture_logs() as events:
        await serve()
    [text] = await _texts(anna)
    assert text.startswith("Something went wrong on my side")
    [event] = [event for event in events if event["event"] == "update not answered"]
    assert event["error"] == "RuntimeError"
    assert "plain_dialogue.py" in event["where"]
    assert "secret" not in repr(events)


@pytest.mark.parametrize("way", [AnswerBy.BOTH, AnswerBy.VOICE])
async def test_whoever_listens_hears_an_apology_too_but_never_without_its_words(
    anna: Person, serve: Serve, dialogue: PlainDialogue, way: AnswerBy
) -> None:
    dialogue.error = RuntimeError("secret words")
    dialogue.notices_by = way
    await anna.send_voice(b"sound")
    await serve()
    text, note = [await anna.receive() for _ in range(anna.unread)]
    assert dialogue.noticed == [(SystemMessage.WENT_WRONG, AskedIn.ALOUD)]
    assert (text.kind, note.kind) == ("text", "voice")
    assert text.text.startswith("Something went wrong on my side")


async def test_an_apology_needs_no_voice(
    anna: Person, serve: Serve, dialogue: PlainDialogue, tts: Any
) -> None:
    dialogue.error = RuntimeError("secret words")
    dialogue.notices_by = AnswerBy.BOTH
    tts.is_hoarse = True
    await anna.send_voice(b"sound")
    await serve()
    texts = await _texts(anna)
    assert texts[0].startswith("Something went wrong on my side")


async def test_each_notice_goes_out_as_the_person_asked(
    anna: Person, serve: Serve, dialogue: PlainDialogue
) -> None:
    dialogue.notices_by = AnswerBy.BOTH
    await anna.send_document(b"%PDF", mime_type="application/pdf")
    for _ in range(3):
        await anna.send_voice(b"sound")
    await serve()
    assert dialogue.noticed == [
        (SystemMessage.CANNOT_TAKE, AskedIn.OTHERWISE),
        (SystemMessage.TOO_MANY_VOICES, AskedIn.ALOUD),
    ]
    kinds = [(await anna.receive()).kind for _ in range(anna.unread)]
    assert kinds == ["text", "voice", "text", "text", "text", "voice"]


async def test_what_could_not_be_saved_is_said(anna: Person, serve: Serve, dialogue: PlainDialogue) -> None:
    dialogue.error = StorageError("The disk is full.")
    await anna.send_text("save")
    await serve()
    [text] = await _texts(anna)
    assert text.startswith("I could not save that just now")


async def test_an_answer_that_cannot_be_sent_is_left_to_the_intake(
    anna: Person, serve: Serve, dialogue: PlainDialogue
) -> None:
    dialogue.error = TelegramServerError(GetMe(), "out of reach")
    await anna.send_text("what is it?")
    with pytest.raises(TelegramServerError):
        await serve()
    assert await _texts(anna) == []


async def test_in_a_group_the_group_is_served_and_what_is_personal_is_offered_in_private(
    api: LoopbackBotApi, anna: Person, serve: Serve, dialogue: PlainDialogue
) -> None:
    group = api.group("Family", [anna, api.person("Ben")])
    await anna.send_text("nobody asks the bot", chat=group)
    await anna.send_text("/sections", chat=group)
    await anna.send_text("/bookmarks", chat=group)
    await anna.send_text("@health_assistant_bot settings", chat=group)
    await serve()
    assert dialogue.served == [
        (group.id, Chosen(Command(CommandName.SECTIONS))),
        (group.id, Chosen(Command(CommandName.BOOKMARKS))),
        (group.id, Typed("settings")),
    ]
    assert dialogue.private == [False, False, False], "the conversation knows that others read along"
    received = [await anna.receive() for _ in range(anna.unread)]
    assert [message.buttons for message in received] == [
        ["Help"],
        ["Open our private chat"],
        ["Open our private chat"],
    ]
    assert received[1].keyboard[0][0]["url"] == "https://t.me/health_assistant_bot"


async def test_a_voice_in_a_group_is_heard_only_as_a_reply_to_the_bot(
    api: LoopbackBotApi, anna: Person, serve: Serve, dialogue: PlainDialogue
) -> None:
    group = api.group("Family", [anna])
    await anna.send_text("/help", chat=group)
    await anna.send_voice(b"sound", chat=group)
    await serve()
    await anna.send_voice(b"sound", chat=group, reply_to=await anna.receive())
    await serve()
    assert [type(utterance) for _, utterance in dialogue.served] == [Chosen, Spoken]


async def test_who_blocks_the_bot_and_who_comes_back_is_noted(
    anna: Person, serve: Serve, store: Store
) -> None:
    async with store.write() as unit:
        await unit.people.save(anna.id, {})
    seen = []
    for blocks in (True, False):
        anna.blocks_bot = blocks
        await serve()
        async with store.read() as unit:
            seen.append(await unit.people.is_gone(anna.id))
    assert seen == [True, False]


async def test_replies_are_counted_by_their_kind(serve: Serve, anna: Person, metrics: Metrics) -> None:
    await anna.send_text("help")
    await anna.send_text("something else")
    await anna.send_voice(b"OggS")
    await serve()

    def value(name: str, **labels: str) -> float | None:
        return metrics.registry.get_sample_value(f"assistant_{name}", labels)

    assert value("replies_total", kind="command") == 1
    assert value("replies_total", kind="not_covered") == 2
    assert value("replies_total", kind="answer") == 0
    assert value("voices_in_hand") == 0
