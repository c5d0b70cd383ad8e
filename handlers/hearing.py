"""Fetches recordings and hears them."""

import asyncio
from dataclasses import replace

from aiogram import Bot

from assistant.operations.metrics import Metrics
from assistant.speech.containers import HEAD_BYTES, demuxer_of
from assistant.speech.sound import AudioFile
from assistant.speech.stt.service import SpeechToText
from assistant.transcript import Heard, Unheard, UnheardReason
from handlers.audience_filter import Caller
from handlers.bounds import Bounds
from handlers.dependencies import Dialogue
from handlers.inbound.attachments import Sound
from handlers.inbound.download import Fetched, download


class Ear:
    """Fetches and hears a recording."""

    def __init__(self, dialogue: Dialogue, stt: SpeechToText, limits: Bounds, metrics: Metrics) -> None:
        self._dialogue = dialogue
        self._listener = stt
        self._limits = limits
        self._metrics = metrics

    async def listen(self, bot: Bot, caller: Caller, sound: Sound) -> Heard | Unheard:
        """What was said, or what the beginning of something too long or too big says.

        Nothing touches the disk.

        The voice goes to a cloud engine only when this person has agreed to that.
        """
        with self._metrics.voice_in_hand():
            outcome = await self._listen(bot, caller, sound)
        if isinstance(outcome, Unheard):
            self._metrics.rejected(outcome.reason)
        return outcome

    async def begins_like_sound(self, bot: Bot, sound: Sound) -> bool:
        """Whether the bytes of a document are of a kind that holds sound; no more than the first are fetched.

        A picture that Telegram does not hand out at once is not waited for.
        """
        fetched = await download(bot, sound.file_id, max_bytes=HEAD_BYTES, pauses_s=())
        return isinstance(fetched, Fetched) and demuxer_of(fetched.data) is not None

    async def _listen(self, bot: Bot, caller: Caller, sound: Sound) -> Heard | Unheard:
        fetched, person = await asyncio.gather(
            download(bot, sound.file_id, max_bytes=self._limits.max_voice_bytes),
            self._dialogue.person(caller.person_id),
        )
        if isinstance(fetched, Unheard):
            return fetched
        outcome = await self._listener.hear(
            AudioFile(fetched.data, sound.mime_type),
            cloud_allowed=person.preferences.cloud_speech,
            expected=self._dialogue.expected_from(person),
        )
        if fetched.is_whole:
            return outcome
        if isinstance(outcome, Heard):
            return replace(outcome, is_whole=False)
        # Some kinds of file cannot be read from their beginning alone.
        return Unheard(UnheardReason.TOO_BIG)
