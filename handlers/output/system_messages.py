"""Notices on their way to the person, by voice too where they listen."""

from dataclasses import replace

from aiogram import Bot
from aiogram.types import InlineKeyboardMarkup

from assistant.dialogue.person import AnswerBy
from assistant.dialogue.render.system_messages import AskedIn, SystemMessage
from handlers.audience_filter import Caller
from handlers.dependencies import Dialogue
from handlers.output.replies import Place, Replies


class SystemMessages:
    """Tells people why they get something other than what they asked for."""

    def __init__(self, dialogue: Dialogue, replies: Replies) -> None:
        self._dialogue = dialogue
        self._replies = replies

    async def give(
        self,
        bot: Bot,
        caller: Caller,
        notice: SystemMessage,
        asked: AskedIn,
        *,
        keyboard: InlineKeyboardMarkup | None = None,
    ) -> None:
        """Says it as that person is answered; `keyboard` stands in place of its own buttons."""
        reply = await self._dialogue.notice(caller.person_id, notice, asked)
        place = Place(caller.chat_id, caller.thread, caller.reply_to)
        await self._replies.deliver(bot, place, reply, keyboard=keyboard)

    async def apologise(self, bot: Bot, place: Place, notice: SystemMessage, asked: AskedIn) -> None:
        """The same to whoever is there, always in writing first: what failed may be the voice."""
        reply = await self._dialogue.notice(place.chat_id, notice, asked)
        if reply.deliver is AnswerBy.VOICE:
            reply = replace(reply, deliver=AnswerBy.BOTH)
        await self._replies.deliver(bot, place, reply)
