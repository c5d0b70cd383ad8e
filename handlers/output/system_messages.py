"""Notices on their way to the person, by voice too where they listen."""

from dataclasses import replace

from aiogram import Bot
from aiogram.types import InlineKeyboardMarkup

from assistant.dialogue.person import AnswerBy
from assistant.dialogue.render.system_messages import AskedIn, SystemMessage
from handlers.audience_filter import Caller
from handlers.dependencies import Dialogue
from handlers.output.replies import Replies


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
        await self._replies.deliver(bot, caller.chat_id, reply, reply_to=caller.reply_to, keyboard=keyboard)

    async def apologise(self, bot: Bot, chat_id: int, notice: SystemMessage, asked: AskedIn) -> None:
        """The same to whoever is in that chat, always in writing first: what failed may be the voice."""
        reply = await self._dialogue.notice(chat_id, notice, asked)
        if reply.deliver is AnswerBy.VOICE:
            reply = replace(reply, deliver=AnswerBy.BOTH)
        await self._replies.deliver(bot, chat_id, reply)
