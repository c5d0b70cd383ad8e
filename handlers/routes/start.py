"""The first meeting: /start with its deep links, /help, /about, and who blocks the bot or comes back."""

import re
from typing import Final

from aiogram import Bot, Router
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.filters import CommandObject
from aiogram.types import ChatMemberUpdated, Message

from assistant.dialogue.utterance import Chosen, Typed
from assistant.nlu.intents import Command, CommandName, Emergency
from assistant.storage.store import Store
from handlers.audience_filter import Caller
from handlers.commands import opened_by_link, slash
from handlers.dependencies import Dialogue
from handlers.emergencies import EmergencyWatch
from handlers.responder import Responder

_APART: Final = re.compile("[_-]+")
"""What parts words in a payload, which holds no blanks."""
FROM_INLINE: Final = "inline"
"""The payload of whoever comes from an inline query that found nothing: no answer's id."""


def build_router() -> Router:
    """Answers /start, /help and /about, and notices who blocks the bot."""
    router = Router(name="start")
    router.message.register(greet, opened_by_link("start"))
    router.message.register(help_out, slash("help"))
    router.message.register(say_what_this_is, slash("about"))
    router.my_chat_member.register(notice_who_left)
    return router


async def greet(
    _message: Message,
    command: CommandObject,
    bot: Bot,
    caller: Caller,
    dialogue: Dialogue,
    responder: Responder,
    emergencies: EmergencyWatch,
) -> None:
    """Greets; a deep link `?start=<answer id>` opens that answer. What is no answer may be a cry for help."""
    payload = (command.args or "").strip()
    start = Command(CommandName.START, None if payload in ("", FROM_INLINE) else payload)
    words = Typed(_APART.sub(" ", payload))
    opens = not start.argument or dialogue.phrase(start, await dialogue.person(caller.person_id)).entry
    if not opens and isinstance(await emergencies.meant(caller, words), Emergency):
        await responder.serve(bot, caller, words)
        return
    await responder.serve(bot, caller, Chosen(start))


async def help_out(_message: Message, bot: Bot, caller: Caller, responder: Responder) -> None:
    """Says what can be asked and done."""
    await responder.serve(bot, caller, Chosen(Command(CommandName.HELP)))


async def say_what_this_is(_message: Message, bot: Bot, caller: Caller, responder: Responder) -> None:
    """Says who is behind the answers, and what they are not."""
    await responder.serve(bot, caller, Chosen(Command(CommandName.ABOUT)))


async def notice_who_left(change: ChatMemberUpdated, store: Store) -> None:
    """Remembers that a person has blocked the bot, or has taken that back. Raises StorageError."""
    if change.chat.type == ChatType.PRIVATE:
        gone = change.new_chat_member.status == ChatMemberStatus.KICKED
        async with store.write() as unit:
            await unit.people.mark_gone(change.chat.id, gone)
