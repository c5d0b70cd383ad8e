"""What people say, and what else arrives as a voice message: nothing is ever made up from it."""

import asyncio
import shutil
from pathlib import Path

import pytest

from assistant.preview.bot_api import Call
from tests.journeys import recordings
from tests.journeys.house import House, Visitor, footer_of, say, title_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

_MIB = 1024 * 1024


def fetches(house: House, since: int) -> list[Call]:
    return [call for call in house.api.calls[since:] if call.method in ("getFile", "download")]


async def test_what_was_heard_is_said_back_before_the_answer(visitor: Visitor) -> None:
    written, spoken = await visitor.says_and_hears("Is there a cure for it?")
    assert written.words.startswith(say("heard-back", words="Is there a cure for it?"))
    assert title_of(written) == "Is there a cure?"
    assert "typing" in written.chat_actions
    assert spoken.kind == "voice"


async def test_a_spoken_question_about_something_else_is_refused_honestly(visitor: Visitor) -> None:
    written, _ = await visitor.says_and_hears("Who won the football cup last year?")
    assert say("not-covered") in written.words
    assert footer_of(written) == ""


@pytest.mark.needs("flite")
@pytest.mark.parametrize("voice", ["slt", "rms"])
async def test_a_voice_that_is_not_our_own_is_understood(
    voice: str, visitor: Visitor, tmp_path: Path
) -> None:
    flite = shutil.which("flite")
    assert flite is not None
    for words, titles in (
        ("What are the symptoms?", {"Symptoms", "What symptoms can it cause?"}),
        ("How is it treated?", {"Treatment"}),
        ("Show me all the sections.", {say("list-sections")}),
    ):
        await visitor.person.send_voice(
            await recordings.flite_voice_note(flite, words, tmp_path, voice=voice)
        )
        written = await visitor.receives()
        assert title_of(written) in titles, written.words
        await visitor.receives()


async def test_silence_is_not_taken_for_words(visitor: Visitor) -> None:
    await visitor.person.send_voice(recordings.silence(2.0))
    written = await visitor.receives()
    assert written.words == say("unheard-silent")
    assert say("option-help") in written.buttons


async def test_noise_is_not_taken_for_words(visitor: Visitor) -> None:
    await visitor.person.send_voice(recordings.noise(3.0))
    written = await visitor.receives()
    assert written.words.startswith(say("unheard-unclear"))
    assert say("option-help") in written.buttons


async def test_after_silence_what_was_on_offer_can_still_be_picked(visitor: Visitor) -> None:
    await visitor.types("/faq")
    await visitor.person.send_voice(recordings.silence(1.0))
    await visitor.receives()
    await visitor.receives()
    assert title_of(await visitor.types("the fifth one")) == "Is there a cure?"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("text", b"this is not a voice"),
        ("nothing", b""),
        ("a torn header", b"OggS\x00\x02"),
        ("a stream description", recordings.SDP_TEXT),
        ("a playlist", b"#EXTM3U\n#EXTINF:3,\nfile:///etc/hostname\n"),
        ("random bytes after a good beginning", b"OggS" + bytes(range(256)) * 40),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_broken_recording_is_refused_with_what_to_do_next(
    name: str, data: bytes, visitor: Visitor
) -> None:
    await visitor.person.send_voice(data)
    assert (await visitor.receives()).words == say("unheard-unreadable"), name


async def test_what_is_declared_of_a_recording_keeps_nobody_from_hearing_it(
    house: House, visitor: Visitor
) -> None:
    note = await house.mouth.voice_note("Help me.")
    await visitor.types("text only")
    await visitor.person.send_voice(note, seconds=600)
    assert title_of(await visitor.receives()) == say("help-title")
    await visitor.person.send_voice(note, declared_size=6 * _MIB)
    assert title_of(await visitor.receives()) == say("help-title")


async def test_a_file_too_big_for_any_bot_is_refused_by_telegram_and_never_fetched(
    house: House, visitor: Visitor
) -> None:
    since = len(house.api.calls)
    await visitor.person.send_voice(b"OggS" + bytes(21 * _MIB), declared_size=1000)
    assert (await visitor.receives()).words == say("unheard-too-big")
    assert [call.method for call in fetches(house, since)] == ["getFile"]


async def test_a_file_that_lies_about_its_size_is_dropped_at_the_limit(
    house: House, visitor: Visitor
) -> None:
    since = len(house.api.calls)
    await visitor.person.send_voice(b"OggS" + bytes(12 * _MIB), declared_size=1000)
    assert (await visitor.receives()).words == say("unheard-too-big")
    assert [call.method for call in fetches(house, since)] == ["getFile", "download"]


async def test_of_a_recording_that_is_too_long_the_beginning_is_heard_and_that_is_said(
    house: House, visitor: Visitor
) -> None:
    note = await house.mouth.voice_note("Is there a cure for it?")
    await visitor.types("text only")
    await visitor.person.send_voice(await asyncio.to_thread(recordings.followed_by_silence, note, 120.0))
    reply = await visitor.receives()
    assert title_of(reply) == "Is there a cure?"
    assert say("heard-beginning", seconds=90) in reply.words


async def test_an_audio_file_a_document_and_a_video_note_are_heard_too(
    house: House, visitor: Visitor
) -> None:
    await visitor.types("text only")
    spoken = await house.mouth.voice_note("Help me.")
    await visitor.person.send_audio(spoken, mime_type="audio/ogg", file_name="../../etc/passwd")
    assert title_of(await visitor.receives()) == say("help-title")
    await visitor.person.send_document(spoken, mime_type="audio/ogg", file_name="http://127.0.0.1:9/x.m3u8")
    assert title_of(await visitor.receives()) == say("help-title")
    await visitor.person.send_video_note(await asyncio.to_thread(recordings.as_mp4, spoken))
    assert title_of(await visitor.receives()) == say("help-title")


@pytest.mark.parametrize("kind", ["application/octet-stream", "application/pdf", "text/plain"])
async def test_a_document_of_speech_is_heard_whatever_it_is_called(
    kind: str, house: House, visitor: Visitor
) -> None:
    spoken = await asyncio.to_thread(recordings.as_mp4, await house.mouth.voice_note("Help me."))
    await visitor.person.send_document(spoken, mime_type=kind, file_name="letter.pdf")
    assert title_of(await visitor.receives()) == say("help-title")


@pytest.mark.parametrize("kind", ["application/octet-stream", "application/pdf"])
@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7", b"\x89PNG\r\n\x1a\n" + bytes(90_000), recordings.SDP_TEXT],
    ids=["PDF", "PNG", "SDP"],
)
async def test_what_is_neither_words_nor_sound_is_declined(data: bytes, kind: str, visitor: Visitor) -> None:
    await visitor.person.send_document(data, mime_type=kind, file_name="letter.pdf")
    assert (await visitor.receives()).words == say("telegram-cannot-take")


async def test_the_eleventh_voice_message_in_a_minute_is_put_off_once_and_typing_still_works(
    visitor: Visitor,
) -> None:
    for _ in range(12):
        await visitor.person.send_voice(b"not a voice")
    replies = [(await visitor.receives()).words for _ in range(11 * 2)]
    assert replies[:20:2] == [say("unheard-unreadable")] * 10
    assert replies[20:] == [say("telegram-too-many-voices")] * 2, "written, and aloud with its words under it"
    await visitor.hears_nothing_more()
