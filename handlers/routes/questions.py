"""What people type, and what they send that the bot cannot take."""

from collections import OrderedDict
from typing import Final

from aiogram import Bot, F, Router
from aiogram.enums import ContentType
from aiogram.filters import BaseFilter
from aiogram.types import Message

from assistant.dialogue.render.system_messages import AskedIn, SystemMessage
from assistant.dialogue.utterance import Chosen, Typed
from assistant.nlu.intents import Command, CommandName
from handlers.audience_filter import Caller
from handlers.commands import name_of, unlisted
from handlers.output.system_messages import SystemMessages
from handlers.responder import Responder

_CANNOT_TAKE: Final = frozenset(
    {
        ContentType.ANIMATION,
        ContentType.CHECKLIST,
        ContentType.CONTACT,
        ContentType.DICE,
        ContentType.DOCUMENT,
        ContentType.GAME,
        ContentType.LIVE_PHOTO,
        ContentType.LOCATION,
        ContentType.PAID_MEDIA,
        ContentType.PHOTO,
        ContentType.POLL,
        ContentType.RICH_MESSAGE,
        ContentType.STICKER,
        ContentType.STORY,
        ContentType.VENUE,
        ContentType.VIDEO,
    }
)
"""What a person sends. All else that is neither text nor sound is Telegram's own notice, such as a pin."""

_ALBUMS_REMEMBERED: Final = 256


def build_router() -> Router:
    """Answers typed questions, and whatever no other router took: it stands after the others."""
    router = Router(name="questions")
    router.message.register(answer_unlisted_command, F.text.regexp(r"/\w"))
    router.message.register(answer_typed_question, F.text)
    router.message.register(say_what_can_be_taken, F.content_type.in_(_CANNOT_TAKE), FirstOfAlbum())
    return router


async def answer_unlisted_command(_message: Message, bot: Bot, caller: Caller, responder: Responder) -> None:
    """Does what `/next` and the like say; for any other, says that there is no such command, and helps."""
    name = unlisted(name_of(caller.words)[0])
    if name is None:
        await responder.serve(
            bot, caller, Chosen(Command(CommandName.HELP)), preface=SystemMessage.UNKNOWN_COMMAND
        )
        return
    await responder.serve(bot, caller, Chosen(Command(name)))


async def answer_typed_question(_message: Message, bot: Bot, caller: Caller, responder: Responder) -> None:
    """Answers a question or a command in a person's own words; the bot's bare name asks for help."""
    words = caller.words.strip().lstrip("/")
    await responder.serve(bot, caller, Typed(words) if words else Chosen(Command(CommandName.HELP)))


async def say_what_can_be_taken(_message: Message, bot: Bot, caller: Caller, notices: SystemMessages) -> None:
    """Says what to send instead of a picture, a sticker or a place."""
    await notices.give(bot, caller, SystemMessage.CANNOT_TAKE, AskedIn.OTHERWISE)


class FirstOfAlbum(BaseFilter):
    """Passes one message of an album, so that ten photos get one answer. Remembers the latest albums only."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, None] = OrderedDict()

    async def __call__(self, message: Message) -> bool:
        """Whether this message stands alone or is the first seen of its album."""
        album = message.media_group_id
        if album is None:
            return True
        if album in self._seen:
            return False
        self._seen[album] = None
        while len(self._seen) > _ALBUMS_REMEMBERED:
            self._seen.popitem(last=False)
        return True
