"""Voice notes: a recording goes up to Telegram once, and is sent by its file id from then on."""

import asyncio
import re
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from enum import Enum, StrEnum, auto

import structlog
from aiogram import Bot
from aiogram.enums import ChatAction
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup, InputFile, Message, ReplyParameters
from aiogram.utils.formatting import Text

from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.errors import SpeechError, StorageError
from assistant.speech.tts.script import Recording, Script, Speed
from assistant.speech.tts.service import TextToSpeech
from assistant.storage.store import Store
from assistant.tracing import Stage, timed
from handlers.chat_action import QUICK_S, shown_working
from handlers.output.delivery import is_voice_forbidden

_log = structlog.get_logger(__name__)


class Voiced(Enum):
    """What became of a voice note."""

    SENT = auto()
    REFUSED = auto()
    """This person's settings forbid voice notes, and audio files did not go through either."""
    UNAVAILABLE = auto()
    """No voice could be made."""


@dataclass(frozen=True, slots=True)
class VoiceNote:
    """A recording to send, with the text under it.

    `goes_on` stands under the second of two, where what is long and not at hand goes out in two.
    """

    chat_id: int
    script: Script
    speed: Speed
    caption: Text
    goes_on: Text
    thread: int | None = None
    keyboard: InlineKeyboardMarkup | None = None
    reply: ReplyParameters | None = None


class _As(StrEnum):
    """How the audio is sent; part of what its file id is kept under."""

    VOICE = "voice"
    AUDIO = "audio"


class VoiceMessages:
    """Sends recordings."""

    def __init__(self, tts: TextToSpeech, store: Store, sentences: MessageCatalogue) -> None:
        self._studio = tts
        self._store = store
        self._sentences = sentences

    async def send(self, bot: Bot, note: VoiceNote, after: Awaitable[None] | None = None) -> Voiced:
        """Sends a voice note; as an audio file to somebody who accepts no voice notes.

        What became of it is the result. It is made while `after` goes on, and sent once that has ended. What
        is long, and neither kept nor known to Telegram, goes out in two: the rest of it is made while its
        opening is heard. Telegram's errors that have nothing to do with voices are raised.
        """
        before = asyncio.ensure_future(after) if after is not None else None
        ahead: list[asyncio.Task[Recording | None]] = []
        try:
            parts = await self._parts(note)
            for part in parts:
                ahead.append(asyncio.create_task(self._made(part, behind=ahead[-1] if ahead else None)))
            if before is not None:
                await before
            for part, made in zip(parts, ahead, strict=True):
                voiced = await self._send(bot, part, made)
                if voiced is not Voiced.SENT:
                    return voiced
        finally:
            tasks = [*ahead, *([before] if before is not None else [])]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return Voiced.SENT

    async def _parts(self, note: VoiceNote) -> tuple[VoiceNote, ...]:
        scripts = note.script.parted()
        if len(scripts) == 1 or await self._is_at_hand(note):
            return (note,)
        opening, rest = scripts
        return (
            replace(note, script=opening, keyboard=None),
            replace(note, script=rest, caption=note.goes_on, reply=None),
        )

    async def _is_at_hand(self, note: VoiceNote) -> bool:
        if not note.script.keep:
            return False
        if self._studio.has(note.script, note.speed):
            return True
        try:
            return await self._file_id(self._studio.key(note.script, note.speed), _As.VOICE) is not None
        except SpeechError:
            return False

    async def _made(
        self, note: VoiceNote, behind: "asyncio.Task[Recording | None] | None"
    ) -> Recording | None:
        """The recording, if Telegram does not have it yet, made after `behind`. Raises SpeechError."""
        if behind is not None:
            await asyncio.wait([behind])
        if note.script.keep:
            key = self._studio.key(note.script, note.speed)
            if await self._file_id(key, _As.VOICE) is not None:
                return None
        with timed(Stage.RENDER):
            return await self._studio.record(note.script, note.speed)

    async def _rendered(self, bot: Bot, note: VoiceNote) -> Recording:
        async with shown_working(
            bot, note.chat_id, ChatAction.RECORD_VOICE, thread=note.thread, after_s=QUICK_S
        ):
            with timed(Stage.RENDER):
                return await self._studio.record(note.script, note.speed)

    async def _send(self, bot: Bot, note: VoiceNote, made: "asyncio.Task[Recording | None]") -> Voiced:
        try:
            async with shown_working(
                bot, note.chat_id, ChatAction.RECORD_VOICE, thread=note.thread, after_s=QUICK_S
            ):
                recording = await made
            try:
                await self._send_as(bot, note, _As.VOICE, recording)
            except TelegramBadRequest as error:
                if not is_voice_forbidden(error):
                    raise
                try:
                    await self._send_as(bot, note, _As.AUDIO, recording)
                except TelegramBadRequest:
                    return Voiced.REFUSED
        except SpeechError:
            return Voiced.UNAVAILABLE
        return Voiced.SENT

    async def _send_as(self, bot: Bot, note: VoiceNote, way: _As, recording: Recording | None) -> None:
        is_kept = note.script.keep
        known = await self._file_id(self._studio.key(note.script, note.speed), way) if is_kept else None
        if known is not None:
            try:
                with timed(Stage.SEND):
                    await self._post(bot, note, way, known, None)
            except TelegramBadRequest as error:
                if is_voice_forbidden(error):
                    raise
                # Telegram has forgotten the file, or it belongs to another bot's token: upload it again.
                await self._drop(self._studio.key(note.script, note.speed), way)
            else:
                return
        if recording is None:
            recording = await self._rendered(bot, note)
        file = BufferedInputFile(recording.ogg, filename=file_name(note.script.title))
        async with shown_working(
            bot, note.chat_id, ChatAction.UPLOAD_VOICE, thread=note.thread, after_s=QUICK_S
        ):
            with timed(Stage.SEND):
                sent = await self._post(bot, note, way, file, round(recording.seconds))
        if is_kept:
            await self._remember(recording, sent, way)

    async def _post(
        self, bot: Bot, note: VoiceNote, way: _As, file: str | InputFile, seconds: int | None
    ) -> Message:
        match way:
            case _As.VOICE:
                return await bot.send_voice(
                    note.chat_id,
                    file,
                    message_thread_id=note.thread,
                    duration=seconds,
                    reply_markup=note.keyboard,
                    reply_parameters=note.reply,
                    **note.caption.as_caption_kwargs(),
                )
            case _As.AUDIO:
                return await bot.send_audio(
                    note.chat_id,
                    file,
                    message_thread_id=note.thread,
                    duration=seconds,
                    title=note.script.title or None,
                    performer=self._sentences.say("telegram-audio-performer"),
                    reply_markup=note.keyboard,
                    reply_parameters=note.reply,
                    **note.caption.as_caption_kwargs(),
                )

    async def _file_id(self, key: str, way: _As) -> str | None:
        try:
            async with self._store.look() as unit:
                return await unit.recordings.file_id(key, way)
        except StorageError:
            _log.warning("file id not read")
            return None

    async def _remember(self, recording: Recording, sent: Message, way: _As) -> None:
        # Telegram decides what a file becomes: a voice note shown as a document has no id to send again.
        file = sent.voice if way is _As.VOICE else sent.audio or sent.document
        if file is None:
            return
        try:
            async with self._store.write() as unit:
                await unit.recordings.remember(recording.key, file.file_id, way)
        except StorageError:
            _log.warning("file id not kept")

    async def _drop(self, key: str, way: _As) -> None:
        try:
            async with self._store.write() as unit:
                await unit.recordings.drop(key, way)
        except StorageError:
            _log.warning("file id not dropped")


def file_name(title: str) -> str:
    """A name for an audio file: lower-case ASCII letters, digits and hyphens, and the ending `.ogg`."""
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:48].strip("-")
    return f"{slug or 'answer'}.ogg"
