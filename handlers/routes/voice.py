"""What people say: voice notes, audio files, videos, and documents that turn out to be sound."""

from dataclasses import replace
from typing import Final

from aiogram import Bot, Router
from aiogram.enums import ChatAction
from aiogram.types import Message

from assistant.dialogue.render.system_messages import AskedIn, SystemMessage
from assistant.dialogue.utterance import Spoken
from assistant.nlu.intents import Emergency, NotCovered
from assistant.queue.updates import Handled
from assistant.transcript import Unheard, UnheardReason
from handlers.audience_filter import Caller
from handlers.chat_action import shown_working
from handlers.commands import read
from handlers.emergencies import EmergencyWatch
from handlers.hearing import Ear
from handlers.inbound.attachments import Sound, sound_in
from handlers.output.system_messages import SystemMessages
from handlers.responder import Responder

_NOTHING_SAID: Final = tuple(
    map(Unheard, (UnheardReason.SILENT, UnheardReason.UNCLEAR, UnheardReason.UNREADABLE))
)


def build_router() -> Router:
    """Answers everything that can be listened to."""
    router = Router(name="voice")
    router.message.register(put_off_listening, too_many_wait, has_sound)
    router.message.register(answer_spoken_question, has_sound)
    return router


async def has_sound(_message: Message, asked: Message, bot: Bot, ear: Ear) -> dict[str, Sound] | bool:
    """Passes messages with sound, and hands `sound` on to the handler.

    Of what is not called sound the beginning is looked at.
    """
    sound = sound_in(asked)
    if sound is None:
        return False
    is_sound = sound.is_called_sound or await ear.begins_like_sound(bot, sound)
    return {"sound": sound} if is_sound else False


async def too_many_wait(_message: Message, crowded: bool = False) -> bool:
    """Passes recordings that came when too many others waited to be heard."""
    return crowded


async def put_off_listening(
    _message: Message,
    bot: Bot,
    caller: Caller,
    responder: Responder,
    notices: SystemMessages,
    emergencies: EmergencyWatch,
) -> Handled:
    """Says that it will take a while; what is written beside the recording is not put off in an emergency."""
    if isinstance(await emergencies.written(caller), Emergency):
        written = read(caller.words, caller.earlier).utterance
        await responder.serve(bot, replace(caller, inbox_id=None), written)
    else:
        await notices.give(bot, caller, SystemMessage.HEARD_LATER, AskedIn.ALOUD)
    return Handled.LATER


async def answer_spoken_question(
    _message: Message,
    sound: Sound,
    bot: Bot,
    caller: Caller,
    responder: Responder,
    notices: SystemMessages,
    ear: Ear,
    emergencies: EmergencyWatch,
) -> None:
    """Answers what is written beside it, if that means something, and what is heard, saying that back."""
    is_answered = not isinstance(await emergencies.written(caller), NotCovered | None)
    if is_answered:
        # It is written down for the recording alone, which may yet change things.
        written = read(caller.words, caller.earlier).utterance
        seen = None if sound.is_called_sound else SystemMessage.ONLY_WORDS_READ
        await responder.serve(bot, replace(caller, inbox_id=None), written, preface=seen)
    async with shown_working(bot, caller.chat_id, ChatAction.TYPING, thread=caller.thread):
        outcome = await ear.listen(bot, caller, sound)
    if is_answered and not sound.is_called_sound and outcome in _NOTHING_SAID:
        return  # it is a picture to the words, or music
    if not (sound.is_called_sound or caller.words) and outcome == Unheard(UnheardReason.UNREADABLE):
        await notices.give(bot, caller, SystemMessage.CANNOT_TAKE, AskedIn.OTHERWISE)
    elif caller.words and not is_answered and isinstance(outcome, Unheard):
        await responder.serve(bot, caller, read(caller.words, caller.earlier).utterance)
    else:
        await responder.serve(bot, caller, Spoken(outcome, caller.earlier))
