"""How anything is sent: faults on the way are tried again, a chat's messages keep their order."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from assistant.backoff import Uniform, pause_s
from assistant.errors import AssistantError
from assistant.operations.metrics import Metrics
from handlers.output.pacing import NoPace, Pace

_log = structlog.get_logger(__name__)

ATTEMPTS: Final = 10
"""With three requests in ten failing, one in 170,000 fails this often."""

_FIRST_PAUSE_S: Final = 0.3
"""A person waits."""
LONGEST_RETRY_AFTER_S: Final = 120
"""Telegram can ask for hours (for `setMyName`, say). Nobody waits that long for an answer."""

_ONCE: Final = frozenset({"getUpdates", "sendChatAction", "sendMessageDraft"})
"""The first has its own loop; what the others show is over before a second attempt."""

_FORMATTING: Final = frozenset({"entities", "caption_entities", "parse_mode"})

_SENDING: Final = ("send", "edit", "copy", "forward")
"""What counts against how fast the bot may be."""

_ORDERED: Final = ("send", "edit", "copy", "forward", "delete", "stop")


class NotDeliveredError(TelegramNetworkError):
    """Telegram could not be reached, or gave no sensible answer, in all attempts; the same may work later.

    Its text is safe to log, unlike that of the errors it stands for, which may hold the token or a message.
    """

    def __init__(self, method: TelegramMethod[Any], code: str, attempts: int) -> None:
        self.code = code
        super().__init__(method, f"{method.__api_method__} not delivered after {attempts} attempts ({code})")


class ChatClosedError(TelegramForbiddenError):
    """This chat, or this topic of it, takes no message from the bot: nothing is wrong with the message."""


class UnreadableAnswerError(TelegramAPIError):
    """Telegram did what it was asked, but aiogram cannot read its answer. Trying again would do it twice."""

    def __init__(self, method: TelegramMethod[Any]) -> None:
        super().__init__(method, f"{method.__api_method__} accepted, its answer unreadable")


class Delivery(BaseRequestMiddleware):
    """Request middleware for the bot's session: `session.middleware(Delivery())`.

    - 429: waits exactly as long as Telegram asks, if that is two minutes at most, then tries again.
    - 5xx, answers that are no JSON, broken connections and timeouts: tries again after a growing, jittered
      pause, and raises NotDeliveredError in the end. A message whose answer got lost may so arrive twice.
    - A message whose formatting Telegram cannot read goes out again without any: plain words are better than
      none.
    - Everything else that Telegram refuses is raised as aiogram raises it, at once.
    - Requests that show something in a chat go out one by one per chat, in the order they were made.

    - A message for a group that has become a supergroup goes to that, and so do all that come after it.
    - A chat or topic that is closed to the bot raises ChatClosedError; where a topic is gone from a private
      chat, the message goes out without it.

    `pace` says when something may go out, and is told what Telegram says of the whole bot.
    `on_gone(chat_id)` is awaited when a chat can no longer be reached; TelegramForbiddenError follows.
    `on_moved(old, new)` is awaited when a group has moved. Every attempt is counted in `metrics`.
    """

    def __init__(
        self,
        *,
        on_gone: Callable[[int], Awaitable[None]] | None = None,
        on_moved: Callable[[int, int], Awaitable[None]] | None = None,
        metrics: Metrics | None = None,
        pace: Pace | None = None,
        attempts: int = ATTEMPTS,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        uniform: Uniform = random.uniform,
    ) -> None:
        self._on_gone = on_gone
        self._on_moved = on_moved
        self._moved: dict[object, int] = {}
        self._metrics = metrics or Metrics()
        self._pace = pace or NoPace()
        self._attempts = attempts
        self._sleep = sleep
        self._uniform = uniform
        self._locks: defaultdict[object, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._queued: Counter[object] = Counter()
        self._answer_types: dict[object, object] = {}

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make the request, as often as it takes."""
        name = method.__api_method__
        returning = method.__returning__
        if returning not in self._answer_types:
            # aiogram builds this type for every answer, and pydantic forgets it as soon as nobody holds it:
            # building it anew takes several times as long as reading the answer.
            self._answer_types[returning] = Response[returning]  # type: ignore[valid-type]  # known at run time
        if name in _ONCE:
            return await self._attempt(make_request, bot, method)
        chat = getattr(method, "chat_id", None)
        if chat in self._moved:
            chat = self._moved[chat]
            method = _moved_to(method, chat)
        try:
            if chat is None or not name.startswith(_ORDERED):
                return await self._readable(make_request, bot, method)
            async with self._turn(chat):
                return await self._readable(make_request, bot, method)
        except (TelegramMigrateToChat, TelegramBadRequest) as error:
            other = await self._elsewhere(method, chat, error)
            return await self(make_request, bot, other)
        except TelegramForbiddenError as error:
            if isinstance(chat, int) and is_gone(error):
                await self._tell_gone(chat)
            raise

    async def _elsewhere(
        self, method: TelegramMethod[TelegramType], chat: object, error: TelegramAPIError
    ) -> TelegramMethod[TelegramType]:
        """The same request for where that chat or topic is now; raises `error`, or what it means."""
        if isinstance(error, TelegramMigrateToChat):
            if chat is None or error.migrate_to_chat_id in self._moved:
                raise error
            self._moved[chat] = error.migrate_to_chat_id
            if self._on_moved is not None and isinstance(chat, int):
                await self._on_moved(chat, error.migrate_to_chat_id)
            return method
        if chat is None or not is_closed(error):
            raise error
        if is_without_topic(error) and isinstance(chat, int) and chat > 0 and _topic_of(method):
            return method.model_copy(update={"message_thread_id": None})
        raise ChatClosedError(method, error.message) from None

    async def _readable(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        try:
            return await self._deliver(make_request, bot, method)
        except TelegramBadRequest as error:
            formatting = dict.fromkeys(_FORMATTING & type(method).model_fields.keys())
            if not formatting or not _is_about_formatting(error):
                raise
            _log.error("sent without its formatting", method=method.__api_method__)
            return await self._deliver(make_request, bot, method.model_copy(update=formatting))

    async def _deliver(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        for attempt in range(1, self._attempts + 1):
            try:
                return await self._attempt(make_request, bot, method)
            except TelegramRetryAfter as error:
                if error.retry_after > LONGEST_RETRY_AFTER_S:
                    raise
                code, rest_s = "429", float(error.retry_after)
                if getattr(method, "chat_id", None) is None:
                    # It is the bot that is too fast, and not one chat.
                    await self._pace.told_to_wait(rest_s)
            except TelegramEntityTooLarge:
                raise
            except (
                TelegramNetworkError,
                TelegramServerError,
                ClientDecodeError,
                UnicodeDecodeError,
            ) as error:
                if _was_accepted(error):
                    raise UnreadableAnswerError(method) from None
                code, rest_s = fault_code(error), pause_s(attempt, _FIRST_PAUSE_S, self._uniform)
            _log.warning("request failed", method=method.__api_method__, code=code, attempt=attempt)
            if attempt < self._attempts:
                await self._sleep(rest_s)
        raise NotDeliveredError(method, code, self._attempts) from None

    async def _attempt(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        name = method.__api_method__
        if name.startswith(_SENDING) and name not in _ONCE:
            await self._pace.before_send()
        try:
            response = await make_request(bot, method)
        except Exception as error:
            self._metrics.requested(method.__api_method__, fault_code(error))
            raise
        self._metrics.requested(method.__api_method__, "200")
        return response

    @asynccontextmanager
    async def _turn(self, chat: object) -> AsyncIterator[None]:
        """Wait for the chat's earlier requests. A chat nobody sends to takes no memory."""
        self._queued[chat] += 1
        try:
            async with self._locks[chat]:
                yield
        finally:
            self._queued[chat] -= 1
            if not self._queued[chat]:
                del self._queued[chat], self._locks[chat]

    async def _tell_gone(self, chat: int) -> None:
        if self._on_gone is None:
            return
        try:
            await self._on_gone(chat)
        except AssistantError as error:
            # The person is gone either way; not having noted it costs one more refused message.
            _log.warning("person gone, but not noted", error=type(error).__name__)


def _moved_to(method: TelegramMethod[TelegramType], chat: int) -> TelegramMethod[TelegramType]:
    """The same request for a group's supergroup, whose topics and messages have other numbers."""
    known = type(method).model_fields.keys()
    elsewhere = dict.fromkeys({"message_thread_id", "reply_parameters"} & known)
    return method.model_copy(update={"chat_id": chat, **elsewhere})


def _topic_of(method: TelegramMethod[Any]) -> int | None:
    return getattr(method, "message_thread_id", None)


def is_closed(error: TelegramAPIError) -> bool:
    """Whether the chat or the topic, and not the message, is why this was refused."""
    said = error.message.lower()
    return is_without_topic(error) or any(sign in said for sign in _CLOSED)


def is_without_topic(error: TelegramAPIError) -> bool:
    """Whether there is no such topic any more."""
    said = error.message.lower()
    return "thread not found" in said or "topic_deleted" in said or "topic_id_invalid" in said


_CLOSED: Final = (
    "topic_closed",
    "topic is closed",
    "chat not found",
    "peer_id_invalid",
    "rights to send text",
    "rights to send messages",
    "have no rights to send",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_send_plain_forbidden",
    "chat_admin_required",
    "group chat was deactivated",
    "user is deactivated",
    "channel_private",
)
"""How Telegram says that a chat takes nothing at all; voices alone have another way."""


def _is_about_formatting(error: TelegramBadRequest) -> bool:
    """Telegram says `can't parse entities: ...`, or `ENTITY_BOUNDS_INVALID` and the like."""
    said = error.message.lower()
    return "parse entities" in said or "entity_" in said or "entities_" in said


def is_voice_forbidden(error: TelegramBadRequest) -> bool:
    """Whether this chat takes no voice messages, by a Premium user's privacy or by a group's rules.

    Telegram says `VOICE_MESSAGES_FORBIDDEN`, `user restricted receiving of voice note messages` or
    `not enough rights to send voice notes to the chat`.
    """
    said = error.message.lower()
    return any(
        sign in said
        for sign in (
            "voice_messages_forbidden",
            "restricted receiving of voice",
            "rights to send voice",
            "chat_send_voices_forbidden",
        )
    )


def is_gone(error: TelegramForbiddenError) -> bool:
    """Whether the chat is closed to the bot for good: blocked, deactivated, kicked or left."""
    said = error.message.lower()
    return any(sign in said for sign in ("blocked", "deactivated", "kicked", "not a member"))


def _was_accepted(error: Exception) -> bool:
    return (
        isinstance(error, ClientDecodeError) and isinstance(error.data, dict) and error.data.get("ok") is True
    )


def fault_code(error: Exception) -> str:
    """How a request ended that raised `error`: an HTTP status, or a word for what came instead of one.

    Safe to log: never an address, an answer's text or a message.
    """
    for kind, code in _CODES:
        if isinstance(error, kind):
            return code
    if isinstance(error, TelegramNetworkError):
        return "timeout" if isinstance(error.__cause__, TimeoutError) else "network"
    return type(error).__name__


_CODES: Final[tuple[tuple[type[Exception], str], ...]] = (
    (TelegramBadRequest, "400"),
    (TelegramUnauthorizedError, "401"),
    (TelegramForbiddenError, "403"),
    (TelegramNotFound, "404"),
    (TelegramConflictError, "409"),
    (TelegramEntityTooLarge, "413"),
    (TelegramRetryAfter, "429"),
    (TelegramServerError, "5xx"),
    (ClientDecodeError, "unreadable"),
    (UnicodeDecodeError, "unreadable"),
)
