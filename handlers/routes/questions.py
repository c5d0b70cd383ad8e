"""What people write, wherever in a message it stands, and what they send that the bot cannot take."""

from typing import Final

from aiogram import Bot, Router
from aiogram.enums import ContentType
from aiogram.types import Message

from assistant.dialogue.render.system_messages import AskedIn, SystemMessage
from assistant.dialogue.utterance import Typed
from assistant.nlu.intents import Emergency, NotCovered
from handlers.audience_filter import Caller
from handlers.commands import read
from handlers.edited_messages import is_in_time
from handlers.emergencies import EmergencyWatch
from handlers.inbound.message_text import written_in
from handlers.output.system_messages import SystemMessages
from handlers.responder import Responder

# fmt: off
NOTICES: Final = frozenset(
    {
        ContentType.NEW_CHAT_MEMBERS, ContentType.LEFT_CHAT_MEMBER, ContentType.NEW_CHAT_TITLE,
        ContentType.NEW_CHAT_PHOTO, ContentType.DELETE_CHAT_PHOTO, ContentType.GROUP_CHAT_CREATED,
        ContentType.SUPERGROUP_CHAT_CREATED, ContentType.CHANNEL_CHAT_CREATED,
        ContentType.MIGRATE_TO_CHAT_ID, ContentType.MIGRATE_FROM_CHAT_ID,
        ContentType.PINNED_MESSAGE, ContentType.MESSAGE_AUTO_DELETE_TIMER_CHANGED,
        ContentType.CONNECTED_WEBSITE, ContentType.WRITE_ACCESS_ALLOWED,
        ContentType.PROXIMITY_ALERT_TRIGGERED, ContentType.BOOST_ADDED,
        ContentType.CHAT_BACKGROUND_SET, ContentType.CHAT_OWNER_LEFT,
        ContentType.CHAT_OWNER_CHANGED, ContentType.FORUM_TOPIC_CREATED,
        ContentType.FORUM_TOPIC_EDITED, ContentType.FORUM_TOPIC_CLOSED,
        ContentType.FORUM_TOPIC_REOPENED, ContentType.GENERAL_FORUM_TOPIC_HIDDEN,
        ContentType.GENERAL_FORUM_TOPIC_UNHIDDEN, ContentType.VIDEO_CHAT_SCHEDULED,
        ContentType.VIDEO_CHAT_STARTED, ContentType.VIDEO_CHAT_ENDED,
        ContentType.VIDEO_CHAT_PARTICIPANTS_INVITED, ContentType.CHECKLIST_TASKS_DONE,
        ContentType.CHECKLIST_TASKS_ADDED, ContentType.DIRECT_MESSAGE_PRICE_CHANGED,
        ContentType.PAID_MESSAGE_PRICE_CHANGED, ContentType.MANAGED_BOT_CREATED, ContentType.GIFT,
        ContentType.UNIQUE_GIFT, ContentType.GIFT_UPGRADE_SENT, ContentType.GIVEAWAY_CREATED,
        ContentType.GIVEAWAY_WINNERS, ContentType.GIVEAWAY_COMPLETED,
        ContentType.POLL_OPTION_ADDED, ContentType.POLL_OPTION_DELETED,
        ContentType.SUCCESSFUL_PAYMENT, ContentType.REFUNDED_PAYMENT,
        ContentType.SUGGESTED_POST_APPROVED, ContentType.SUGGESTED_POST_APPROVAL_FAILED,
        ContentType.SUGGESTED_POST_DECLINED, ContentType.SUGGESTED_POST_PAID,
        ContentType.SUGGESTED_POST_REFUNDED,
    }
)
# fmt: on
"""Telegram's own notices, such as a pin. All else is what a person sends, kinds of tomorrow included."""


def build_router() -> Router:
    """Answers what is written, and whatever no other router took: it stands after the others."""
    router = Router(name="questions")
    router.message.register(answer_what_was_written, has_words)
    router.message.register(say_what_can_be_taken, is_sent_by_a_person)
    router.edited_message.register(answer_mended_question)
    return router


async def has_words(_message: Message, asked: Message, caller: Caller) -> bool:
    """Passes messages with words, and the bot's bare name, which asks for help."""
    return bool(caller.words or written_in(asked))


async def is_sent_by_a_person(message: Message) -> bool:
    """Passes all but Telegram's own notices."""
    return message.content_type not in NOTICES


async def answer_what_was_written(
    _message: Message, asked: Message, bot: Bot, caller: Caller, responder: Responder
) -> None:
    """Answers a question, a command, or words after one; a picture beside them is said not to be seen."""
    written = read(caller.words, caller.earlier)
    await responder.serve(
        bot,
        caller,
        written.utterance,
        preface=SystemMessage.ONLY_WORDS_READ if asked.caption else None,
        otherwise=SystemMessage.UNKNOWN_COMMAND if written.is_unknown else None,
    )


async def answer_mended_question(
    message: Message, bot: Bot, caller: Caller, responder: Responder, emergencies: EmergencyWatch
) -> None:
    """Answers a changed message anew, saying so; one that was changed late only when it is an emergency."""
    written = read(caller.words, caller.earlier)
    if is_in_time(message) or isinstance(await emergencies.written(caller), Emergency):
        await responder.serve(bot, caller, written.utterance, preface=SystemMessage.MENDED)


async def say_what_can_be_taken(
    _message: Message,
    asked: Message,
    bot: Bot,
    caller: Caller,
    responder: Responder,
    notices: SystemMessages,
    emergencies: EmergencyWatch,
) -> None:
    """Says what to send instead of a picture, a sticker or a place.

    A sticker that stands for a sign, such as a cry for help, is read as that sign.
    """
    sign = asked.sticker.emoji if asked.sticker else None
    if sign and not isinstance(await emergencies.meant(caller, Typed(sign)), NotCovered):
        await responder.serve(bot, caller, Typed(sign))
        return
    await notices.give(bot, caller, SystemMessage.CANNOT_TAKE, AskedIn.OTHERWISE)
