"""Voice notes: a recording goes up to Telegram once, and is sent by its file id from then on."""

import re
from dataclasses import dataclass
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
    """A recording to send, with the text under it."""

    chat_id: int
    script: Script
    speed: Speed
    caption: Text
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

    async def warm(self, script: Script, speed: Speed) -> bool:
        """Makes the recording ready, so that sending it renders nothing; False when no voice can be made.

        What is not to be kept cannot be made ready: it is made when it is sent.
        """
        if not script.keep:
            return True
        try:
            if await self._file_id(self._studio.key(script, speed), _As.VOICE) is None:
                with timed(Stage.RENDER):
                    await self._studio.record(script, speed)
        except SpeechError:
            return False
        return True

    async def send(self, bot: Bot, note: VoiceNote) -> Voiced:
        """Sends a voice note; as an audio file to somebody who accepts no voice notes.

        What became of it is the result. Telegram's errors that have nothing to do with voices are raised.
        """
        try:
            try:
                await self._send(bot, note, _As.VOICE)
            except TelegramBadRequest as error:
                if not is_voice_forbidden(error):
                    raise
                return await self._send_as_audio(bot, note)
        except SpeechError:
            return Voiced.UNAVAILABLE
        return Voiced.SENT

    async def _send_as_audio(self, bot: Bot, note: VoiceNote) -> Voiced:
        try:
            await self._send(bot, note, _As.AUDIO)
        except TelegramBadRequest:
            return Voiced.REFUSED
        return Voiced.SENT

    async def _send(self, bot: Bot, note: VoiceNote, way: _As) -> None:
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
        async with shown_working(
            bot, note.chat_id, ChatAction.RECORD_VOICE, thread=note.thread, after_s=QUICK_S
        ):
            with timed(Stage.RENDER):
                recording = await self._studio.record(note.script, note.speed)
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
