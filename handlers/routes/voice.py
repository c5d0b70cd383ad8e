"""What people say: voice notes, audio files and video notes."""

import asyncio

from aiogram import Bot, Router
from aiogram.enums import ChatAction
from aiogram.types import Message

from assistant.dialogue.utterance import Spoken
from assistant.operations.metrics import Metrics
from assistant.speech.sound import AudioFile
from assistant.speech.stt.service import SpeechToText
from assistant.transcript import Heard, Unheard, UnheardReason
from handlers.attachments import Sound, sound_in
from handlers.audience_filter import Caller
from handlers.chat_action import shown_working
from handlers.dependencies import Dialogue
from handlers.download import download
from handlers.rate_limits import Bounds
from handlers.responder import Responder


def build_router() -> Router:
    """Answers everything that can be listened to."""
    router = Router(name="voice")
    router.message.register(answer_spoken_question, has_sound)
    return router


def has_sound(message: Message) -> dict[str, Sound] | bool:
    """Passes messages with sound, and hands `sound` on to the handler."""
    sound = sound_in(message)
    return False if sound is None else {"sound": sound}


async def answer_spoken_question(
    _message: Message,
    sound: Sound,
    bot: Bot,
    caller: Caller,
    responder: Responder,
    ear: "Ear",
    crowded: bool = False,
) -> None:
    """Listens, says back what was heard, and answers it. `crowded`: too many others wait to be heard."""
    async with shown_working(bot, caller.chat_id, ChatAction.TYPING):
        outcome = await ear.listen(bot, caller, sound, crowded=crowded)
    await responder.serve(bot, caller, Spoken(outcome))


class Ear:
    """Fetches and hears a recording."""

    def __init__(self, dialogue: Dialogue, stt: SpeechToText, limits: Bounds, metrics: Metrics) -> None:
        self._dialogue = dialogue
        self._listener = stt
        self._limits = limits
        self._metrics = metrics

    async def listen(
        self, bot: Bot, caller: Caller, sound: Sound, *, crowded: bool = False
    ) -> Heard | Unheard:
        """What was said. What is declared too long or too big, or comes when it is `crowded`, is never
        fetched, and nothing touches the disk.

        The voice goes to a cloud engine only when this person has agreed to that.
        """
        with self._metrics.voice_in_hand():
            outcome = await self._listen(bot, caller, sound, crowded)
        if isinstance(outcome, Unheard):
            self._metrics.rejected(outcome.reason)
        return outcome

    async def _listen(self, bot: Bot, caller: Caller, sound: Sound, crowded: bool) -> Heard | Unheard:
        if (sound.seconds or 0) > self._limits.max_voice_s:
            return Unheard(UnheardReason.TOO_LONG)
        if (sound.size_bytes or 0) > self._limits.max_voice_bytes:
            return Unheard(UnheardReason.TOO_BIG)
        if crowded:
            return Unheard(UnheardReason.BUSY)
        data, person = await asyncio.gather(
            download(bot, sound.file_id, max_bytes=self._limits.max_voice_bytes),
            self._dialogue.person(caller.person_id),
        )
        if isinstance(data, Unheard):
            return data
        return await self._listener.hear(
            AudioFile(data, sound.mime_type), cloud_allowed=person.preferences.cloud_speech
        )
