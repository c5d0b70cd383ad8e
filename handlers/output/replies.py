"""A reply on its way to the person: messages, a voice note, or both."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from aiogram import Bot
from aiogram.enums import ChatAction
from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from aiogram.utils.formatting import Text

from assistant.dialogue.person import AnswerBy
from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.dialogue.reply import Attachment, Reply
from assistant.speech.tts.script import Script
from handlers.chat_action import QUICK_S, shown_working
from handlers.output.delivery import is_gone
from handlers.output.keyboards import column
from handlers.output.markup import CAPTION_LIMIT, Passage, first_page, fits, pages, passages
from handlers.output.voice_messages import Voiced, VoiceMessages, VoiceNote


class Replies:
    """Delivers replies in the way each of them asks for."""

    def __init__(self, voices: VoiceMessages, sentences: MessageCatalogue) -> None:
        self._voices = voices
        self._sentences = sentences

    async def deliver(
        self,
        bot: Bot,
        place: "Place",
        reply: Reply,
        *,
        keyboard: InlineKeyboardMarkup | None = None,
    ) -> None:
        """Sends the whole reply; a voice that cannot be made or sent becomes text, and a sentence says so.

        `keyboard` stands in place of the reply's own options. Somebody who has blocked the bot gets nothing,
        which is no error: Delivery has noted it. Telegram's other errors are raised.
        """
        chat = _Chat(bot, place.chat_id, place.thread, keyboard or column(reply.options), _to(place.reply_to))
        with _whether_or_not_gone():
            if reply.attachment is not None:
                # The words speak of a file that was sent, so it goes first.
                await self._send_file(chat, reply.attachment)
            script = reply.script
            if script is None or reply.deliver is AnswerBy.TEXT:
                await self._send_text(chat, passages(reply))
            elif reply.deliver is AnswerBy.VOICE and _may_stay_unwritten(reply):
                await self._send_voice(chat, reply, script)
            else:
                await self._send_both(chat, reply, script)

    async def _send_voice(self, chat: "_Chat", reply: Reply, script: Script) -> None:
        caption = passages(reply)
        if not fits(caption, CAPTION_LIMIT) or reply.entry is not None:
            caption = passages(reply, with_blocks=False)
        note = VoiceNote(
            *(chat.id, script, reply.speed, first_page(caption, CAPTION_LIMIT)),
            *(chat.thread, chat.keyboard, chat.reply_to),
        )
        excuse = self._excuse(await self._voices.send(chat.bot, note))
        if excuse is not None:
            await self._send_text(chat, passages(reply, notice=excuse))

    async def _send_both(self, chat: "_Chat", reply: Reply, script: Script) -> None:
        warming = asyncio.create_task(self._voices.warm(script, reply.speed))
        try:
            await self._send_text(chat, passages(reply))
            async with shown_working(
                chat.bot, chat.id, ChatAction.RECORD_VOICE, thread=chat.thread, after_s=QUICK_S
            ):
                can_speak = await warming
        finally:
            warming.cancel()
        note = VoiceNote(chat.id, script, reply.speed, first_page(_named(reply), CAPTION_LIMIT), chat.thread)
        voiced = await self._voices.send(chat.bot, note) if can_speak else Voiced.UNAVAILABLE
        excuse = self._excuse(voiced)
        if excuse is not None:
            await self._send_text(_Chat(chat.bot, chat.id, chat.thread), (Passage(excuse),))

    async def _send_file(self, chat: "_Chat", attachment: Attachment) -> None:
        # Out of memory: nothing of it is ever written to a disk here.
        file = BufferedInputFile(attachment.text.encode("utf-8", "backslashreplace"), attachment.name)
        await chat.bot.send_document(
            chat.id, file, message_thread_id=chat.thread, **Text(attachment.caption).as_caption_kwargs()
        )

    def _excuse(self, voiced: Voiced) -> str | None:
        match voiced:
            case Voiced.SENT:
                return None
            case Voiced.REFUSED:
                return self._sentences.say("telegram-voice-refused")
            case Voiced.UNAVAILABLE:
                return self._sentences.say("telegram-voice-unavailable")

    async def _send_text(self, chat: "_Chat", content: tuple[Passage, ...]) -> None:
        messages = pages(content)
        for number, message in enumerate(messages, start=1):
            await chat.bot.send_message(
                chat.id,
                message_thread_id=chat.thread,
                **message.as_kwargs(),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_parameters=chat.reply_to if number == 1 else None,
                reply_markup=chat.keyboard if number == len(messages) else None,
            )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reply goes: a chat, the topic in it, if it has any, and the message that it answers."""

    chat_id: int
    thread: int | None = None
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class _Chat:
    """Where a reply goes, what it answers, and the buttons under it."""

    bot: Bot
    id: int
    thread: int | None = None
    keyboard: InlineKeyboardMarkup | None = None
    reply_to: ReplyParameters | None = None


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
