"""What nobody expected: the operator gets its kind and place, the person a kind sentence.

Telegram being out of reach is not for here: the queue tries such an update again.
"""

import traceback
from pathlib import PurePath
from typing import Final

import structlog
from aiogram import Bot, Router
from aiogram.exceptions import (
    AiogramError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import ErrorEvent, Message, Update

from assistant.dialogue.render.system_messages import AskedIn, SystemMessage
from assistant.errors import LeftToOthersError, StorageError
from handlers.audience_filter import thread_of
from handlers.inbound.attachments import is_spoken
from handlers.output.delivery import UnreadableAnswerError
from handlers.output.replies import Place
from handlers.output.system_messages import SystemMessages

_log = structlog.get_logger(__name__)

_FRAMES: Final = 4

_NO_WAY: Final = (
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    UnreadableAnswerError,
)
"""The queue knows what to do with these: try again later, or leave it."""


def build_router() -> Router:
    """Handles every error that another handler let out, but for answers that could not be sent."""
    router = Router(name="errors")
    router.errors.register(apologise, could_answer)
    return router


def could_answer(event: ErrorEvent) -> bool:
    """Whether the way to the person is open, and nobody else answers: if not, an apology would be wrong."""
    return not isinstance(event.exception, (*_NO_WAY, LeftToOthersError))


async def apologise(event: ErrorEvent, bot: Bot, notices: SystemMessages) -> bool:
    """Logs the error without anybody's words, and tells the person what to do next; the update is done."""
    error = event.exception
    place = place_of(event.update)
    # The error's own text stays out: a library's may hold the token in an address, or a person's words.
    _log.error(
        "update not answered",
        update_id=event.update.update_id,
        kind=event.update.event_type,
        error=type(error).__name__,
        where=_where(error),
    )
    if place is not None:
        notice = SystemMessage.NOT_SAVED if isinstance(error, StorageError) else SystemMessage.WENT_WRONG
        message = event.update.message or event.update.edited_message
        asked = AskedIn.ALOUD if message and is_spoken(message) else AskedIn.IN_WRITING
        try:
            await notices.apologise(bot, place, notice, asked)
        except _NO_WAY:
            # The queue tries the update again, when the way to the person is open.
            raise
        except AiogramError as second:
            _log.warning("no apology either", update_id=event.update.update_id, error=type(second).__name__)
    return True


def place_of(update: Update) -> Place | None:
    """Where to apologise; None where nobody waits for an answer."""
    press = update.callback_query
    message = update.message or update.edited_message or (press.message if press else None)
    if message is not None:
        return Place(message.chat.id, thread_of(message) if isinstance(message, Message) else None)
    return Place(press.from_user.id) if press else None


def _where(error: BaseException) -> str:
    """The innermost places in the code, outermost first: `replies.py:40 < session.py:12`."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return " < ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
