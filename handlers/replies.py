"""A reply on its way to the person: messages, a voice note, or both."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from aiogram import Bot
from aiogram.enums import ChatAction
from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters

from assistant.conversation.sentences import Sentences
from assistant.conversation.values import AnswerBy, Reply
from assistant.speech.values import Script
from handlers.delivery import is_gone
from handlers.keyboards import column
from handlers.markup import CAPTION_LIMIT, Passage, first_page, fits, pages, passages
from handlers.voicing import Voiced, VoiceNote, VoiceNotes
from handlers.working import QUICK_S, shown_working


class Replies:
    """Delivers replies in the way each of them asks for."""

    def __init__(self, voices: VoiceNotes, sentences: Sentences) -> None:
        self._voices = voices
        self._sentences = sentences

    async def deliver(self, bot: Bot, chat_id: int, reply: Reply, *, reply_to: int | None = None) -> None:
        """Sends the whole reply; a voice that cannot be made or sent becomes text, and a sentence says so.

        Somebody who has blocked the bot gets nothing, which is no error: Delivery has noted it. Telegram's
        other errors are raised.
        """
        with _whether_or_not_gone():
            await self._deliver(bot, chat_id, reply, reply_to)

    async def say(
        self,
        bot: Bot,
        chat_id: int,
        text: str,
        *,
        reply_to: int | None = None,
        keyboard: InlineKeyboardMarkup | None = None,
    ) -> None:
        """Sends one of the assistant's own sentences, under the same promises as `deliver`."""
        with _whether_or_not_gone():
            await self._send_text(bot, chat_id, (Passage(text),), keyboard, _to(reply_to))

    async def _deliver(self, bot: Bot, chat_id: int, reply: Reply, reply_to: int | None) -> None:
        script = reply.script
        if script is None or reply.deliver is AnswerBy.TEXT:
            await self._send_text(bot, chat_id, passages(reply), column(reply.options), _to(reply_to))
        elif reply.deliver is AnswerBy.VOICE and _may_stay_unwritten(reply):
            await self._send_voice(bot, chat_id, reply, script, reply_to)
        else:
            await self._send_both(bot, chat_id, reply, script, reply_to)

    async def _send_voice(
        self, bot: Bot, chat_id: int, reply: Reply, script: Script, reply_to: int | None
    ) -> None:
        caption = passages(reply)
        if not fits(caption, CAPTION_LIMIT) or reply.entry is not None:
            caption = passages(reply, with_blocks=False)
        keyboard = column(reply.options)
        note = VoiceNote(
            chat_id, script, reply.speed, first_page(caption, CAPTION_LIMIT), keyboard, _to(reply_to)
        )
        excuse = self._excuse(await self._voices.send(bot, note))
        if excuse is not None:
            await self._send_text(bot, chat_id, passages(reply, notice=excuse), keyboard, _to(reply_to))

    async def _send_both(
        self, bot: Bot, chat_id: int, reply: Reply, script: Script, reply_to: int | None
    ) -> None:
        warming = asyncio.create_task(self._voices.warm(script, reply.speed))
        try:
            await self._send_text(bot, chat_id, passages(reply), column(reply.options), _to(reply_to))
            async with shown_working(bot, chat_id, ChatAction.RECORD_VOICE, after_s=QUICK_S):
                can_speak = await warming
        finally:
            warming.cancel()
        note = VoiceNote(chat_id, script, reply.speed, first_page(_named(reply), CAPTION_LIMIT))
        voiced = await self._voices.send(bot, note) if can_speak else Voiced.UNAVAILABLE
        excuse = self._excuse(voiced)
        if excuse is not None:
            await self._send_text(bot, chat_id, (Passage(excuse),), None, None)

    def _excuse(self, voiced: Voiced) -> str | None:
        match voiced:
            case Voiced.SENT:
                return None
            case Voiced.REFUSED:
                return self._sentences.say("telegram-voice-refused")
            case Voiced.UNAVAILABLE:
                return self._sentences.say("telegram-voice-unavailable")

    async def _send_text(
        self,
        bot: Bot,
        chat_id: int,
        content: tuple[Passage, ...],
        keyboard: InlineKeyboardMarkup | None,
        reply: ReplyParameters | None,
    ) -> None:
        messages = pages(content)
        for number, message in enumerate(messages, start=1):
            await bot.send_message(
                chat_id,
                **message.as_kwargs(),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_parameters=reply if number == 1 else None,
                reply_markup=keyboard if number == len(messages) else None,
            )


@contextmanager
def _whether_or_not_gone() -> Iterator[None]:
    try:
        yield
    except TelegramForbiddenError as error:
        if not is_gone(error):
            raise


def _may_stay_unwritten(reply: Reply) -> bool:
    """Whether nothing is lost when a voice note stands alone.

    An answer can be read again whenever somebody wants it; anything else, an emergency above all, is written
    in full under the voice note, or beside it when it is too long for that.
    """
    return reply.entry is not None or fits(passages(reply), CAPTION_LIMIT)


def _named(reply: Reply) -> tuple[Passage, ...]:
    """What to write under a voice note that follows its own text: its title, or the words it begins with.

    A chat full of voice notes without words says nothing to whoever goes through it by ear.
    """
    words = passages(replace(reply, heard=None, footer=()))
    return tuple(Passage(passage.text) for passage in words[:1])


def _to(message_id: int | None) -> ReplyParameters | None:
    # Whoever deletes their question still gets the answer.
    return ReplyParameters(message_id=message_id, allow_sending_without_reply=True) if message_id else None
