"""Fetching what people say: never more than allowed, and never with the token in a log or an error."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from aiogram import Bot
from aiogram.types import Animation, Audio, Chat, Document, Message, Sticker, Video, VideoNote, Voice
from plain_dialogue import PlainDialogue

from assistant.operations.metrics import Metrics
from assistant.preview.bot_api import LoopbackBotApi
from assistant.preview.faults import Fault, FaultKind
from assistant.preview.people import Person
from assistant.speech.sound import AudioFile
from assistant.transcript import Heard, Sayings, Unheard, UnheardReason
from handlers.audience_filter import Caller
from handlers.bounds import Bounds
from handlers.hearing import Ear
from handlers.inbound.attachments import Sound, sound_in
from handlers.inbound.download import Fetched, download, server_of
from handlers.session import Session

Local = Callable[[str], Awaitable[Sound]]
_CALLER = Caller(7, 7, 7, True, "en", None)


class Ears:
    """Stands for what listens."""

    def __init__(self) -> None:
        self.heard: list[tuple[AudioFile, bool]] = []
        self.outcome: Heard | Unheard = Heard("symptoms", 0.9, 1.0)

    async def hear(self, file: AudioFile, *, cloud_allowed: bool, expected: Sayings) -> Heard | Unheard:
        assert expected == (("Next.",),)
        self.heard.append((file, cloud_allowed))
        return self.outcome


def _ear(ears: Ears, limits: Bounds, *, consents: bool = False) -> Ear:
    dialogue = PlainDialogue()
    dialogue.consents = consents
    return Ear(dialogue, ears, limits, Metrics())  # type: ignore[arg-type] # ears, in all that is used


def _message(**content: object) -> Message:
    fields = {"message_id": 1, "date": datetime(2026, 1, 1, tzinfo=UTC), "chat": Chat(id=7, type="private")}
    return Message(**{**fields, **content})  # type: ignore[arg-type] # each test names only what it is about


async def _voice_of(anna: Person, data: bytes, declared_size: int | None = None) -> Sound:
    sent = await anna.send_voice(data, seconds=3, declared_size=declared_size)
    return Sound(sent.file_id, "audio/ogg", 3, declared_size if declared_size is not None else len(data))


async def test_a_recording_reaches_the_listener_whole(bot: Bot, anna: Person) -> None:
    ears = Ears()
    outcome = await _ear(ears, Bounds()).listen(bot, _CALLER, await _voice_of(anna, b"x" * 70_000))
    assert outcome == Heard("symptoms", 0.9, 1.0)
    assert ears.heard == [(AudioFile(b"x" * 70_000, "audio/ogg"), False)]


async def test_a_cloud_hears_only_who_agreed(bot: Bot, anna: Person) -> None:
    ears = Ears()
    await _ear(ears, Bounds(), consents=True).listen(bot, _CALLER, await _voice_of(anna, b"x"))
    assert ears.heard[0][1] is True


async def test_what_is_declared_too_long_is_listened_to_from_its_beginning(bot: Bot, anna: Person) -> None:
    sent = await anna.send_voice(b"x" * 100, seconds=4_000)
    ears = Ears()
    outcome = await _ear(ears, Bounds()).listen(bot, _CALLER, Sound(sent.file_id, "audio/ogg", 4_000, 100))
    assert isinstance(outcome, Heard)


async def test_of_what_is_too_big_the_beginning_is_fetched_and_heard_whatever_was_declared(
    bot: Bot, anna: Person
) -> None:
    for declared in (10, 400_000):
        sound = await _voice_of(anna, b"x" * 400_000, declared_size=declared)
        ears = Ears()
        outcome = await _ear(ears, Bounds(max_voice_bytes=100_000)).listen(bot, _CALLER, sound)
        assert outcome == Heard("symptoms", 0.9, 1.0, is_whole=False)
        assert [len(file.data) for file, _ in ears.heard] == [100_000]


async def test_a_big_file_of_which_the_beginning_says_nothing_is_too_big(bot: Bot, anna: Person) -> None:
    ears = Ears()
    ears.outcome = Unheard(UnheardReason.UNREADABLE)
    sound = await _voice_of(anna, b"x" * 400_000)
    outcome = await _ear(ears, Bounds(max_voice_bytes=100_000)).listen(bot, _CALLER, sound)
    assert outcome == Unheard(UnheardReason.TOO_BIG)


@pytest.mark.parametrize("kind", ["500", "reset", "lost"])
async def test_a_failed_download_is_a_value_and_nothing_tells_the_token(
    bot: Bot, anna: Person, api: LoopbackBotApi, kind: FaultKind, caplog: pytest.LogCaptureFixture
) -> None:
    sound = await _voice_of(anna, b"x" * 1_000)
    # Often enough to outlast aiohttp's own second attempt on a kept connection.
    api.faults.append(Fault("download", kind, times=9))
    with structlog.testing.capture_logs() as events, caplog.at_level(logging.DEBUG):
        outcome = await download(bot, sound.file_id, max_bytes=5_000, pauses_s=(0.0,))
    assert outcome == Unheard(UnheardReason.UNAVAILABLE)
    assert api.token not in repr(events)
    assert api.token not in caplog.text


async def test_a_download_that_fails_once_is_tried_again(bot: Bot, anna: Person, api: LoopbackBotApi) -> None:
    sound = await _voice_of(anna, b"x" * 1_000)
    api.faults.append(Fault("download", "500"))
    assert await download(bot, sound.file_id, max_bytes=5_000, pauses_s=(0.0,)) == Fetched(b"x" * 1_000)


async def test_a_file_that_telegram_does_not_know_is_unavailable(bot: Bot, api: LoopbackBotApi) -> None:
    heard = await download(bot, "nonsense", max_bytes=5_000, pauses_s=(0.0, 0.0))
    assert heard == Unheard(UnheardReason.UNAVAILABLE)
    assert [call.method for call in api.calls] == ["getFile"] * 3, "asked again, and not for ever"


async def test_a_file_that_is_temporarily_unavailable_is_asked_for_again(
    bot: Bot, anna: Person, api: LoopbackBotApi
) -> None:
    sound = await _voice_of(anna, b"x" * 1_000)
    away = "Bad Request: wrong file_id or the file is temporarily unavailable"
    api.faults.append(Fault("getFile", "400", times=2, description=away))
    assert await download(bot, sound.file_id, max_bytes=5_000, pauses_s=(0.0, 0.0)) == Fetched(b"x" * 1_000)


@pytest.fixture
def local(anna: Person, api: LoopbackBotApi, monkeypatch: pytest.MonkeyPatch) -> Local:
    """Sends a voice note of which the server says that it lies on its own disk, under this path."""

    async def send(path: str) -> Sound:
        sound = await _voice_of(anna, b"over HTTP")
        stored = api.world.files.by_id(sound.file_id)
        assert stored is not None
        monkeypatch.setattr(api.world.files, "by_id", lambda _: replace(stored, path=path))
        return sound

    return send


def _bot_beside(api: LoopbackBotApi, folder: Path | None) -> Bot:
    return Bot(api.token, session=Session(server_of(api.base_url, folder)))


async def test_a_local_servers_file_is_read_where_it_lies(
    local: Local, api: LoopbackBotApi, tmp_path: Path
) -> None:
    path = f"/var/lib/telegram-bot-api/{api.token}/voice/file_1.oga"
    sound = await local(path)
    file = tmp_path / api.token / "voice" / "file_1.oga"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"on the disk")
    async with _bot_beside(api, tmp_path) as bot:
        assert await download(bot, sound.file_id, max_bytes=5_000) == Fetched(b"on the disk")
        assert await download(bot, sound.file_id, max_bytes=10) == Fetched(b"on the dis", is_whole=False)
        file.unlink()
        gone = await download(bot, sound.file_id, max_bytes=5_000, pauses_s=(0.0,))
        assert gone == Unheard(UnheardReason.UNAVAILABLE)


async def test_a_local_server_whose_folder_nobody_named_is_told_of(local: Local, api: LoopbackBotApi) -> None:
    sound = await local("/var/lib/telegram-bot-api/1:A/voice/file_1.oga")
    with structlog.testing.capture_logs() as events:
        async with _bot_beside(api, None) as bot:
            heard = await download(bot, sound.file_id, max_bytes=5_000)
    assert heard == Unheard(UnheardReason.UNAVAILABLE)
    assert any("ASSISTANT_BOT_API_FILES" in event["event"] for event in events)


@pytest.mark.parametrize("path", ["/etc/passwd", "/a/../../secret", "/voice/../../../secret", "/../secret/x"])
async def test_nothing_outside_the_local_servers_folder_is_opened(
    local: Local, api: LoopbackBotApi, tmp_path: Path, path: str
) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    sound = await local(path)
    folder = tmp_path / "a" / "server"
    folder.mkdir(parents=True)
    async with _bot_beside(api, folder) as bot:
        heard = await download(bot, sound.file_id, max_bytes=5_000, pauses_s=())
    assert heard == Unheard(UnheardReason.UNAVAILABLE)


async def test_a_file_beyond_telegrams_own_limit_is_too_big(bot: Bot, api: LoopbackBotApi) -> None:
    api.faults.append(Fault("getFile", "400", description="Bad Request: file is too big"))
    assert await download(bot, "any", max_bytes=5_000) == Unheard(UnheardReason.TOO_BIG)


def test_sound_is_found_in_every_message_that_can_carry_it() -> None:
    ids = {"file_id": "f", "file_unique_id": "u"}
    assert sound_in(_message(voice=Voice(**ids, duration=3, mime_type=None, file_size=9))) == Sound(
        "f", "audio/ogg", 3, 9
    )
    assert sound_in(_message(audio=Audio(**ids, duration=4, mime_type="audio/mpeg"))) == Sound(
        "f", "audio/mpeg", 4, None
    )
    assert sound_in(_message(video_note=VideoNote(**ids, duration=5, length=1))) == Sound(
        "f", "video/mp4", 5, None
    )
    assert sound_in(_message(video=Video(**ids, duration=6, width=1, height=1))) == Sound("f", None, 6, None)
    assert sound_in(_message(document=Document(**ids, mime_type="AUDIO/X-WAV"))) == Sound(
        "f", "audio/x-wav", None, None
    )


def test_a_film_with_words_under_it_may_be_a_picture_to_them() -> None:
    film = Video(file_id="f", file_unique_id="u", duration=6, width=1, height=1)
    assert sound_in(_message(video=film, caption="what causes it")) == Sound("f", None, 6, None, False)


@pytest.mark.parametrize("kind", [None, "application/octet-stream", "application/pdf", "video/mp4"])
def test_any_document_may_be_sound_whatever_it_is_called(kind: str | None) -> None:
    document = Document(file_id="f", file_unique_id="u", mime_type=kind)
    assert sound_in(_message(document=document)) == Sound("f", kind, None, None, is_called_sound=False)


def test_other_messages_carry_no_sound() -> None:
    ids = {"file_id": "f", "file_unique_id": "u"}
    sticker = Sticker(**ids, type="regular", width=1, height=1, is_animated=False, is_video=False)
    moving = Animation(**ids, width=1, height=1, duration=1)
    assert sound_in(_message(animation=moving, document=Document(**ids, mime_type="video/mp4"))) is None
    assert sound_in(_message(sticker=sticker)) is None
    assert sound_in(_message(text="hello")) is None


@pytest.mark.parametrize(
    ("data", "is_sound"),
    [(b"%PDF-1.7" + bytes(300_000), False), (b"OggS" + bytes(300_000), True), (b"", False)],
    ids=["PDF", "Ogg", "nothing"],
)
async def test_the_first_bytes_of_a_document_tell_whether_it_may_be_sound(
    bot: Bot, anna: Person, data: bytes, is_sound: bool
) -> None:
    sent = await anna.send_document(data, mime_type="application/octet-stream", file_name="letter.pdf")
    sound = Sound(sent.file_id, "application/octet-stream", None, None, is_called_sound=False)
    assert await _ear(Ears(), Bounds()).begins_like_sound(bot, sound) == is_sound


async def test_a_document_that_cannot_be_had_is_not_waited_for(bot: Bot, api: LoopbackBotApi) -> None:
    api.faults.append(Fault("getFile", "400", description="Bad Request: file is temporarily unavailable"))
    sound = Sound("any", None, None, None, is_called_sound=False)
    assert not await _ear(Ears(), Bounds()).begins_like_sound(bot, sound)
    assert [call.method for call in api.calls] == ["getFile"]
