"""Messages and files, from the bot to a person and back."""

from typing import Any

import pytest

from assistant.preview import LoopbackBotApi, Person
from assistant.preview.rules.files import FileStore, ogg_opus_seconds
from tests.unit.preview.conftest import Clock
from tests.unit.preview.plain_bot import OPUS, PlainBot

KEYBOARD = {
    "inline_keyboard": [[{"text": "Go", "callback_data": "go"}], [{"text": "Stop", "callback_data": "stop"}]]
}


async def test_a_person_sees_what_the_bot_sends_in_order(bot: PlainBot, alice: Person) -> None:
    await bot.get("sendChatAction", chat_id=alice.id, action="typing")
    await bot.get("sendMessage", chat_id=alice.id, text="<b>Hi</b>", parse_mode="HTML", reply_markup=KEYBOARD)
    await bot.get("sendMessage", chat_id=alice.id, text="there")
    first = await alice.receive()
    assert (first.kind, first.text, first.buttons, first.chat_action) == (
        "text",
        "Hi",
        ["Go", "Stop"],
        "typing",
    )
    assert first.entities == [{"type": "bold", "offset": 0, "length": 2}]
    assert (await alice.receive()).text == "there"
    with pytest.raises(TimeoutError):
        await alice.receive(timeout_s=0.01)


async def test_the_bot_reads_a_command_with_its_entity(bot: PlainBot, alice: Person) -> None:
    await alice.open_deep_link("faq-cure")
    message = (await bot.get("getUpdates"))[-1]["message"]
    assert message["text"] == "/start faq-cure"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert message["from"]["language_code"] == "en"
    assert message["chat"] == {"id": alice.id, "type": "private", "first_name": "Alice"}


@pytest.mark.parametrize("payload", ["", "two words", "é", "x" * 65])
async def test_a_deep_link_with_an_impossible_payload_opens_nothing(alice: Person, payload: str) -> None:
    with pytest.raises(ValueError, match="deep link"):
        await alice.open_deep_link(payload)


async def test_an_unknown_chat_and_a_stranger_cannot_be_reached(bot: PlainBot, api: LoopbackBotApi) -> None:
    assert await bot.refusal("sendMessage", chat_id=999, text="Hi") == "Bad Request: chat not found"
    stranger = api.person("Stranger")
    assert await bot.refusal("sendMessage", chat_id=stranger.id, text="Hi") == "Bad Request: chat not found"


async def test_somebody_who_blocks_the_bot_gets_nothing(bot: PlainBot, alice: Person) -> None:
    alice.blocks_bot = True
    answer = await bot.ask("sendMessage", chat_id=alice.id, text="Hi")
    assert (answer["error_code"], answer["description"]) == (403, "Forbidden: bot was blocked by the user")
    change = (await bot.get("getUpdates"))[-1]["my_chat_member"]
    assert change["new_chat_member"]["status"] == "kicked"
    alice.blocks_bot = False
    assert await bot.get("sendMessage", chat_id=alice.id, text="Hi")


async def test_an_edit_changes_the_words_and_drops_the_keyboard(bot: PlainBot, alice: Person) -> None:
    sent = await bot.get("sendMessage", chat_id=alice.id, text="one", reply_markup=KEYBOARD)
    where = {"chat_id": alice.id, "message_id": sent["message_id"]}
    await bot.get("editMessageText", **where, text="two")
    await alice.receive()
    seen = await alice.receive()
    assert (seen.text, seen.buttons, seen.edited, seen.message_id) == ("two", [], True, sent["message_id"])


async def test_an_edit_that_changes_nothing_is_refused(bot: PlainBot, alice: Person) -> None:
    sent = await bot.get("sendMessage", chat_id=alice.id, text="one", reply_markup=KEYBOARD)
    where = {"chat_id": alice.id, "message_id": sent["message_id"]}
    refusal = await bot.refusal("editMessageText", **where, text=" one ", reply_markup=KEYBOARD)
    assert "message is not modified" in refusal
    assert "message is not modified" in await bot.refusal(
        "editMessageReplyMarkup", **where, reply_markup=KEYBOARD
    )
    assert await bot.get("editMessageReplyMarkup", **where)


async def test_only_the_bots_own_messages_of_the_right_kind_can_be_edited(
    bot: PlainBot, alice: Person
) -> None:
    hers = await alice.send_text("mine")
    where = {"chat_id": alice.id}
    assert "can't be edited" in await bot.refusal(
        "editMessageText", **where, message_id=hers.message_id, text="x"
    )
    assert "to edit not found" in await bot.refusal("editMessageText", **where, message_id=999, text="x")
    voice = (await bot.upload("sendVoice", alice.id, OPUS))["result"]["message_id"]
    assert "no text in the message" in await bot.refusal(
        "editMessageText", **where, message_id=voice, text="x"
    )
    assert (await bot.get("editMessageCaption", **where, message_id=voice, caption="words"))[
        "caption"
    ] == "words"
    text = (await bot.get("sendMessage", **where, text="x"))["message_id"]
    assert "no caption" in await bot.refusal("editMessageCaption", **where, message_id=text, caption="words")


async def test_a_message_is_deleted_once_and_within_two_days(
    bot: PlainBot, alice: Person, clock: Clock
) -> None:
    sent = await bot.get("sendMessage", chat_id=alice.id, text="one")
    where = {"chat_id": alice.id, "message_id": sent["message_id"]}
    assert await bot.get("deleteMessage", **where) is True
    assert "to delete not found" in await bot.refusal("deleteMessage", **where)
    old = await bot.get("sendMessage", chat_id=alice.id, text="old")
    clock.now += 49 * 3600
    refusal = await bot.refusal("deleteMessage", chat_id=alice.id, message_id=old["message_id"])
    assert "can't be deleted" in refusal


async def test_a_reply_needs_its_message(bot: PlainBot, alice: Person) -> None:
    asked = await alice.send_text("well?")
    sent = await bot.get(
        "sendMessage", chat_id=alice.id, text="yes", reply_parameters={"message_id": asked.message_id}
    )
    assert sent["reply_to_message"]["text"] == "well?"
    refusal = await bot.refusal(
        "sendMessage", chat_id=alice.id, text="x", reply_parameters={"message_id": 999}
    )
    assert refusal == "Bad Request: message to be replied not found"
    lenient = {"message_id": 999, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await bot.get(
        "sendMessage", chat_id=alice.id, text="x", reply_parameters=lenient
    )


async def test_an_unknown_chat_action_is_refused(bot: PlainBot, api: LoopbackBotApi, alice: Person) -> None:
    assert "wrong parameter action" in await bot.refusal(
        "sendChatAction", chat_id=alice.id, action="thinking"
    )
    await bot.get("sendChatAction", chat_id=alice.id, action="record_voice")
    assert [(each.chat_id, each.action) for each in api.chat_actions] == [(alice.id, "record_voice")]


async def test_ogg_opus_becomes_a_voice_note_and_anything_else_does_not(bot: PlainBot, alice: Person) -> None:
    assert "voice" in (await bot.upload("sendVoice", alice.id, OPUS))["result"]
    assert "audio" in (await bot.upload("sendVoice", alice.id, b"ID3" + bytes(50), "a.mp3"))["result"]
    assert "document" in (await bot.upload("sendVoice", alice.id, b"OggS" + bytes(60)))["result"]
    assert "document" in (await bot.upload("sendAudio", alice.id, b"hello", "a.mp3"))["result"]
    assert "non-empty" in (await bot.upload("sendVoice", alice.id, b""))["description"]
    voice = await alice.receive()
    assert (voice.kind, voice.audio()) == ("voice", OPUS)


async def test_a_forbidden_voice_note_is_refused_but_audio_is_not(bot: PlainBot, alice: Person) -> None:
    alice.forbids_voice = True
    refused = await bot.upload("sendVoice", alice.id, OPUS)
    assert refused["description"] == "Bad Request: VOICE_MESSAGES_FORBIDDEN"
    assert (await bot.upload("sendAudio", alice.id, OPUS))["ok"]
    assert (await bot.get("getChat", chat_id=alice.id))["has_restricted_voice_and_video_messages"]


async def test_a_file_id_can_be_sent_again_as_the_same_kind_only(bot: PlainBot, alice: Person) -> None:
    file_id = (await bot.upload("sendVoice", alice.id, OPUS, duration="7"))["result"]["voice"]["file_id"]
    again = await bot.get("sendVoice", chat_id=alice.id, voice=file_id)
    assert again["voice"]["duration"] == 7
    refusal = await bot.refusal("sendAudio", chat_id=alice.id, audio=file_id)
    assert refusal == "Bad Request: can't use file of type VoiceNote as Audio"
    refusal = await bot.refusal("sendVoice", chat_id=alice.id, voice="AwACAgQAAx0")
    assert refusal == "Bad Request: wrong file identifier/HTTP URL specified"


async def test_the_bot_fetches_what_a_person_sent(bot: PlainBot, api: LoopbackBotApi, alice: Person) -> None:
    await alice.send_voice(OPUS, seconds=4)
    voice = (await bot.get("getUpdates"))[-1]["message"]["voice"]
    assert (voice["duration"], voice["mime_type"], voice["file_size"]) == (4, "audio/ogg", len(OPUS))
    file = await bot.get("getFile", file_id=voice["file_id"])
    async with bot.client.get(f"{api.base_url}/file/bot{api.token}/{file['file_path']}") as response:
        assert await response.read() == OPUS
    async with bot.client.get(f"{api.base_url}/file/bot1:OTHER/{file['file_path']}") as response:
        assert response.status == 401
    async with bot.client.get(f"{api.base_url}/file/bot{api.token}/voice/file_99.oga") as response:
        assert response.status == 404


@pytest.mark.parametrize("declared", [20 * 1024 * 1024 + 1, 2**40])
async def test_a_file_over_20_megabytes_cannot_be_fetched(
    bot: PlainBot, alice: Person, declared: int
) -> None:
    sent = await alice.send_audio(b"ID3", declared_size=declared)
    assert await bot.refusal("getFile", file_id=sent.file_id) == "Bad Request: file is too big"


async def test_what_a_sender_declares_may_be_untrue(bot: PlainBot, alice: Person) -> None:
    await alice.send_video_note(b"junk", seconds=1, declared_size=5)
    await alice.send_document(b"junk", mime_type="audio/ogg", file_name="../../etc/passwd")
    note, document = (update["message"] for update in (await bot.get("getUpdates"))[-2:])
    assert (note["video_note"]["duration"], note["video_note"]["file_size"]) == (1, 5)
    assert document["document"]["file_name"] == "../../etc/passwd"
    path: Any = (await bot.get("getFile", file_id=document["document"]["file_id"]))["file_path"]
    assert ".." not in path


def test_the_length_of_a_recording_is_read_from_its_last_page() -> None:
    last_page = b"OggS\x00\x04" + (48_000 * 5 + 312).to_bytes(8, "little") + bytes(20)
    first_page = bytearray(OPUS)
    first_page[38:40] = (312).to_bytes(2, "little")
    assert ogg_opus_seconds(bytes(first_page) + last_page) == 5


def test_the_oldest_files_are_let_go_when_too_many_bytes_are_kept() -> None:
    store = FileStore(most_bytes=10)
    first, second = (store.add("voice", bytes(6), mime_type="audio/ogg") for _ in range(2))
    assert store.by_id(first.file_id) is None
    assert store.by_path(first.path) is None
    assert store.by_id(second.file_id) is second


async def test_the_same_name_is_the_same_person_in_another_life_of_the_server(alice: Person) -> None:
    async with LoopbackBotApi() as later:
        assert later.person("Alice").id == alice.id
        assert later.person("Bob").id != alice.id
