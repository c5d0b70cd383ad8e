"""Who is being served, and whether the bot was spoken to at all: in groups it answers only what is for it."""

import re
from dataclasses import dataclass, replace
from typing import Any

from aiogram import Bot
from aiogram.enums import ChatType, MessageEntityType
from aiogram.filters import BaseFilter
from aiogram.types import CallbackQuery, Message, MessageEntity, User

from assistant.dialogue.utterance import EarlierMessage
from handlers.commands import is_known, name_of
from handlers.inbound.message_text import marks_in, written_in
from handlers.inbound.replied_message import earlier_in


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody to serve.

    In a group, that is the group: `person_id` is its chat's id, so that what is kept about one of its members
    can never be shown to the others. `sender_id` is whoever wrote or pressed, for counting alone.
    """

    person_id: int
    chat_id: int
    sender_id: int
    is_private: bool
    language: str | None
    """The language of their app, as Telegram tells it (`en`, `en-GB`); None in groups."""
    reply_to: int | None
    """The message to answer to, in groups; None in private, where it is plain."""
    words: str = ""
    """What they wrote, wherever it stands in the message, without the bot's own name."""
    inbox_id: int | None = None
    """What they did, as the inbox numbers it; None when it came by another way."""
    thread: int | None = None
    """The topic of the chat in which they did it, where the answer belongs too; None outside of topics."""
    earlier: EarlierMessage | None = None
    """The bot's own message that they reply to."""


class AudienceFilter(BaseFilter):
    """Passes messages meant for the bot, and hands `caller` on to the handlers, and `asked`.

    In private everything but other bots' messages; in groups commands, mentions of it, and replies to it.
    `asked` is the message that holds the question: another one when the bot is named under it.
    """

    async def __call__(
        self, message: Message, bot: Bot, inbox_id: int | None = None
    ) -> bool | dict[str, Any]:
        sender = message.from_user
        if _is_no_question(message, bot) or message.chat.type == ChatType.CHANNEL:
            return False
        asked = message
        if message.chat.id > 0:
            caller = _in_private(sender, message.chat.id, written_in(message))
        elif sender is not None:
            words = _meant_for(message, await bot.me())
            if words is None:
                return False
            if not _says_something(words):
                words, asked = _pointed_at(message, bot)
            sender_id = message.sender_chat.id if message.sender_chat else sender.id
            caller = _in_group(message.chat.id, sender_id, asked.message_id, words)
        else:
            return False
        caller = replace(
            caller, inbox_id=inbox_id, thread=thread_of(message), earlier=earlier_in(message, bot.id)
        )
        return {"caller": caller, "asked": asked}


class Pressed(BaseFilter):
    """Passes presses on the bot's buttons, and hands `caller` on to the handlers."""

    async def __call__(self, press: CallbackQuery, inbox_id: int | None = None) -> dict[str, Any]:
        message = press.message
        if message is None or message.chat.type == ChatType.PRIVATE:
            caller = _in_private(press.from_user, press.from_user.id, "")
        else:
            caller = _in_group(message.chat.id, press.from_user.id, message.message_id, "")
        thread = thread_of(message) if isinstance(message, Message) else None
        return {"caller": replace(caller, inbox_id=inbox_id, thread=thread)}


def thread_of(message: Message) -> int | None:
    """The topic that a message stands in. Replies elsewhere have numbers too, that lead nowhere."""
    return message.message_thread_id if message.is_topic_message else None


def _is_no_question(message: Message, bot: Bot) -> bool:
    """Whether a bot wrote this, or the channel behind a group, or this bot by inline mode."""
    by_bot = message.from_user is not None and message.from_user.is_bot and message.sender_chat is None
    shared = message.via_bot is not None and message.via_bot.id == bot.id and not message.forward_origin
    return by_bot or shared or bool(message.is_automatic_forward)


def _in_private(sender: User | None, chat_id: int, words: str) -> Caller:
    """In private the chat is the person, also where Telegram does not say who wrote."""
    person, language = (chat_id, None) if sender is None else (sender.id, sender.language_code)
    return Caller(person, chat_id, person, True, language, None, words)


def _in_group(chat_id: int, sender_id: int, reply_to: int, words: str) -> Caller:
    return Caller(chat_id, chat_id, sender_id, False, None, reply_to, words)


def _meant_for(message: Message, me: User) -> str | None:
    """What was said to the bot in a group, without its name; None when it was not spoken to."""
    text = written_in(message)
    if text.startswith("/"):
        name, addressee = name_of(text)
        named = bool(addressee) and addressee.casefold() == (me.username or "").casefold()
        return text if named or (not addressee and is_known(name)) else None
    for entity in marks_in(message):
        if _names(entity, text, me):
            return _without(entity, text)
    bare = _without_name(text, me)
    if bare is not None:
        return bare
    replied = message.reply_to_message
    if replied and replied.from_user and replied.from_user.id == me.id:
        return text
    return None


def _without_name(text: str, me: User) -> str | None:
    """The words without the bot's name where it stands in them unmarked; None where it does not."""
    name = re.compile(rf"(?<!\w)@{re.escape(me.username or '')}(?!\w)", re.IGNORECASE)
    return " ".join(name.sub(" ", text).split()).lstrip(",;: ") if me.username and name.search(text) else None


def _says_something(words: str) -> bool:
    return any(map(str.isalnum, words))


def _pointed_at(message: Message, bot: Bot) -> tuple[str, Message]:
    """What the bot's bare name stands under: the words, and the message that holds them."""
    if message.quote is not None:
        return message.quote.text, message
    replied = message.reply_to_message
    if replied is None or (replied.from_user is not None and replied.from_user.id == bot.id):
        return "", message
    return written_in(replied), replied


def _names(entity: MessageEntity, text: str, me: User) -> bool:
    if entity.type == MessageEntityType.TEXT_MENTION:
        return entity.user is not None and entity.user.id == me.id
    if entity.type != MessageEntityType.MENTION or not me.username:
        return False
    return entity.extract_from(text).casefold() == f"@{me.username}".casefold()


def _without(entity: MessageEntity, text: str) -> str:
    # Offsets count UTF-16 code units (Bot API, `MessageEntity`).
    units = text.encode("utf-16-le")
    before, after = units[: entity.offset * 2], units[(entity.offset + entity.length) * 2 :]
    joined = before.decode("utf-16-le") + " " + after.decode("utf-16-le")
    return " ".join(joined.split()).lstrip(",;: ")
