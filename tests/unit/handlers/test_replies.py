"""Replies over the wire: what a person receives, also when a voice cannot be made, sent or accepted."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest

from assistant.dialogue.person import AnswerBy
from assistant.dialogue.reply import Attachment, Option, Reply
from assistant.library.entries import EntryRef, Paragraph
from assistant.nlu.intents import Answer, Command, CommandName, NotCovered
from assistant.preview.bot_api import LoopbackBotApi
from assistant.preview.faults import Fault
from assistant.preview.people import Person
from assistant.preview.received import Received
from assistant.speech.tts.script import Script
from assistant.storage.store import Store
from handlers.output.replies import Place, Replies
from handlers.output.voice_messages import file_name

_REF = EntryRef("topic", "symptoms")
_SCRIPT = Script("Symptoms", ("Hard lumps.",), "en", {})


def _answer(deliver: AnswerBy, **changes: object) -> Reply:
    fields: dict[str, object] = {
        "intent": Answer(_REF, 1.0),
        "title": "Symptoms",
        "blocks": (Paragraph("Hard lumps."),),
        "deliver": deliver,
        "script": _SCRIPT,
        "heard": 'I heard: "symptoms"',
        "footer": ("Not reviewed.",),
        "options": (Option("Listen", Command(CommandName.LISTEN, str(_REF))),),
        "entry": _REF,
        **changes,
    }
    return Reply(**fields)  # type: ignore[arg-type] # each test names only what it is about


def _calls(api: LoopbackBotApi, method: str) -> int:
    return sum(call.method == method for call in api.calls)


async def _received(person: Person) -> list[Received]:
    """All that has arrived: `deliver` has ended, so nothing more is on its way."""
    return [await person.receive() for _ in range(person.unread)]


async def test_a_written_answer_is_one_message_with_its_buttons(
    bot: Bot, anna: Person, replies: Replies
) -> None:
    await replies.deliver(bot, Place(anna.id), _answer(AnswerBy.TEXT))
    [message] = await _received(anna)
    assert message.text == 'I heard: "symptoms"\n\nSymptoms\n\nHard lumps.\n\nNot reviewed.'
    assert message.buttons == ["Listen"]


async def test_a_file_comes_before_the_words_that_speak_of_it(
    bot: Bot, anna: Person, replies: Replies
) -> None:
    file = Attachment("what.txt", "text/plain", "Grüße \ud83d", "All that I keep, *in* <b>words</b>.")
    await replies.deliver(bot, Place(anna.id), _answer(AnswerBy.BOTH, attachment=file))
    document, words, voice = await _received(anna)
    assert (document.kind, words.kind, voice.kind) == ("document", "text", "voice")
    assert document.caption == "All that I keep, *in* <b>words</b>."
    assert document.audio() == "Grüße \\ud83d".encode()


async def test_a_long_answer_carries_its_buttons_on_the_last_message(
    bot: Bot, anna: Person, replies: Replies
) -> None:
    blocks = tuple(Paragraph("word " * 300) for _ in range(6))
    await replies.deliver(bot, Place(anna.id), _answer(AnswerBy.TEXT, blocks=blocks))
    messages = await _received(anna)
    assert [message.buttons for message in messages] == [[], [], ["Listen"]]


async def test_a_spoken_answer_is_a_voice_note_with_title_and_buttons(
    bot: Bot, anna: Person, replies: Replies
) -> None:
    await replies.deliver(bot, Place(anna.id), _answer(AnswerBy.VOICE))
    [note] = await _received(anna)
    assert note.kind == "voice"
    assert note.caption == 'I heard: "symptoms"\n\nSymptoms\n\nNot reviewed.'
    assert note.buttons == ["Listen"]


async def test_an_answer_both_ways_is_read_before_it_is_heard(
    bot: Bot, anna: Person, replies: Replies
) -> None:
    await replies.deliver(bot, Place(anna.id), _answer(AnswerBy.BOTH))
    text, note = await _received(anna)
    assert (text.kind, text.buttons) == ("text", ["Listen"])
    assert (note.kind, note.buttons, note.caption) == ("voice", [], "Symptoms")


async def test_a_voice_note_without_a_title_says_under_it_how_it_begins(
    bot: Bot, anna: Person, replies: Replies
) -> None:
    blocks = (Paragraph("That was the last one."), Paragraph("Ask me something else."))
    await replies.deliver(bot, Place(anna.id), _answer(AnswerBy.BOTH, title=None, blocks=blocks))
    _, note = await _received(anna)
    assert (note.kind, note.caption) == ("voice", "That was the last one.")


async def test_a_recording_is_uploaded_once_and_rendered_once(
    bot: Bot, anna: Person, replies: Replies, tts: "object"
) -> None:
    for _ in range(3):
        await replies.deliver(bot, Place(anna.id), _answer(AnswerBy.VOICE))
    notes = await _received(anna)
    assert len({note.file_id for note in notes}) == 1
    assert tts.rendered == 1  # type: ignore[attr-defined] # the studio of conftest.py counts


async def test_a_file_id_that_telegram_refuses_is_uploaded_again(
    bot: Bot, anna: Person, replies: Replies, store: Store, api: LoopbackBotApi
) -> None:
    await replies.deliver(bot, Place(anna.id), _answer(AnswerBy.VOICE))
    key = f"{_SCRIPT.title}/{'/'.join(_SCRIPT.paragraphs)}/normal"
    async with store.write() as unit:
        await unit.recordings.remember(key, "AwACAgIAAxkBAAMnobody", "voice")
    await replies.deliver(bot, Place(anna.id), _answer(AnswerBy.VOICE))
    _, second = await _received(anna)
    assert second.kind == "voice"
    async with store.read() as unit:
        assert await unit.recordings.file_id(key, "voice") == second.file_id


async def test_somebody_who_takes_no_voice_notes_gets_an_audio_file_once_uploaded(
    bot: Bot, anna: Person, replies: Replies, tts: "object"
) -> None:
    anna.forbids_voice = True
    for _ in range(2):
        await replies.deliver(bot, Place(anna.id), _answer(AnswerBy.VOICE))
    notes = await _received(anna)
    assert [note.kind for note in notes] == ["audio", "audio"]
    assert notes[0].wire["audio"]["title"] == "Symptoms"
    assert len({note.file_id for note in notes}) == 1


@pytest.mark.parametrize("deliver", [AnswerBy.VOICE, AnswerBy.BOTH])
async def test_somebody_who_can_get_neither_voice_nor_audio_gets_the_words_and_the_reason(
    bot: Bot, anna: Person, replies: Replies, api: LoopbackBotApi, deliver: AnswerBy
) -> None:
    anna.forbids_voice = True
    api.faults.append(Fault("sendAudio", "400", times=5))
    await replies.deliver(bot, Place(anna.id), _answer(deliver))
    messages = await _received(anna)
    assert all(message.kind == "text" for message in messages)
    assert "Hard lumps." in messages[0].text
    assert "do not let me send you voice messages" in messages[-1].text
    assert messages[0].buttons == ["Listen"]


@pytest.mark.parametrize("deliver", [AnswerBy.VOICE, AnswerBy.BOTH])
async def test_without_a_voice_the_words_arrive_and_say_so(
    bot: Bot, anna: Person, replies: Replies, tts: "object", deliver: AnswerBy
) -> None:
    tts.is_hoarse = True  # type: ignore[attr-defined] # the studio of conftest.py can fail
    await replies.deliver(bot, Place(anna.id), _answer(deliver))
    messages = await _received(anna)
    assert all(message.kind == "text" for message in messages)
    assert "Hard lumps." in messages[0].text
    assert "I cannot speak just now" in messages[-1].text


async def test_what_is_no_answer_is_written_under_its_voice_note_or_beside_it(
    bot: Bot, anna: Person, replies: Replies
) -> None:
    short = _answer(AnswerBy.VOICE, intent=NotCovered(), entry=None)
    long = _answer(AnswerBy.VOICE, intent=NotCovered(), entry=None, blocks=(Paragraph("word " * 300),))
    await replies.deliver(bot, Place(anna.id), short)
    await replies.deliver(bot, Place(anna.id), long)
    under, beside, note = await _received(anna)
    assert (under.kind, "Hard lumps." in under.caption) == ("voice", True)
    assert (beside.kind, note.kind) == ("text", "voice")


async def test_somebody_who_blocked_the_bot_is_no_error(bot: Bot, anna: Person, replies: Replies) -> None:
    anna.blocks_bot = True
    for deliver in (AnswerBy.TEXT, AnswerBy.VOICE, AnswerBy.BOTH):
        await replies.deliver(bot, Place(anna.id), _answer(deliver))
    await replies.deliver(bot, Place(anna.id), _answer(AnswerBy.TEXT))
    assert anna.unread == 0


async def test_a_refusal_that_has_nothing_to_do_with_voices_is_raised(
    bot: Bot, anna: Person, replies: Replies, api: LoopbackBotApi
) -> None:
    api.faults.append(Fault("sendMessage", "400"))
    with pytest.raises(TelegramBadRequest):
        await replies.deliver(bot, Place(anna.id), _answer(AnswerBy.TEXT))


async def test_a_failing_sign_of_work_never_matters(
    bot: Bot, anna: Person, replies: Replies, api: LoopbackBotApi
) -> None:
    api.faults.append(Fault("sendChatAction", "500", times=99))
    await replies.deliver(bot, Place(anna.id), _answer(AnswerBy.BOTH))
    assert [message.kind for message in await _received(anna)] == ["text", "voice"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("What is it?", "what-is-it.ogg"),
        ("../../etc/passwd", "etc-passwd.ogg"),
        ("🦴", "answer.ogg"),
        ("", "answer.ogg"),
    ],
)
def test_audio_files_have_plain_names(title: str, name: str) -> None:
    assert file_name(title) == name
