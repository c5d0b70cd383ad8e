"""Tells an emergency from everything else, where nothing else would be answered."""

from aiogram import Bot
from aiogram.types import Message

from assistant.dialogue.utterance import Spoken, Utterance
from assistant.nlu.intents import Emergency, Intent
from assistant.transcript import Unheard
from handlers.audience_filter import Caller
from handlers.commands import read
from handlers.dependencies import Dialogue
from handlers.hearing import Ear
from handlers.inbound.attachments import sound_in


class EmergencyWatch:
    """Looks for emergencies in what is written and what is said. It answers nothing."""

    def __init__(self, dialogue: Dialogue, ear: Ear) -> None:
        self._dialogue = dialogue
        self._ear = ear

    async def meant(self, caller: Caller, utterance: Utterance) -> Intent | Unheard:
        """What somebody means by that, as far as it can be told before it is answered."""
        return await self._dialogue.intent_of(caller.person_id, utterance)

    async def written(self, caller: Caller) -> Intent | Unheard | None:
        """What the words in a message mean; None when there are none."""
        return (
            await self.meant(caller, read(caller.words, caller.earlier).utterance) if caller.words else None
        )

    async def found_in(self, bot: Bot, caller: Caller, asked: Message) -> Utterance | None:
        """The words or the recording in a message that tell of an emergency; None when there are none.

        Raises nothing for anything that a person can send.
        """
        if isinstance(await self.written(caller), Emergency):
            return read(caller.words, caller.earlier).utterance
        sound = sound_in(asked)
        if sound is None:
            return None
        spoken = Spoken(await self._ear.listen(bot, caller, sound))
        return spoken if isinstance(await self.meant(caller, spoken), Emergency) else None
