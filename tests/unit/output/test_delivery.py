"""Sending through faults: what is tried again, when, in which order, and what is said about it."""

import asyncio
import random
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
)
from aiogram.methods import SendVoice
from aiogram.types import BufferedInputFile, MessageEntity

from assistant.errors import StorageError
from assistant.operations.metrics import Metrics
from handlers.output.delivery import Delivery, NotDeliveredError, UnreadableAnswerError, is_voice_forbidden
from handlers.session import Session, seconds_to_wait
from tests.telegram_on_loopback import (
    HTML,
    Answer,
    Sleeps,
    TelegramOnLoopback,
    accepted,
    hang,
    raw,
    refused,
    reset,
    until,
)

WORDS = "canary words"


@pytest.fixture
def sleeps() -> Sleeps:
    return Sleeps()


@pytest.fixture
def delivering(bot: Bot, sleeps: Sleeps) -> Bot:
    bot.session.middleware(Delivery(sleep=sleeps, uniform=lambda low, high: (low + high) / 2))
    return bot


@pytest.mark.parametrize(
    "fault",
    [
        refused(500, "Internal Server Error"),
        refused(502, "Bad Gateway: restart"),
        raw(HTML, status=502),
        raw(HTML, status=200),
        raw(b"\xff\xfe not text", status=502),
        raw("", status=502),
        raw('["not", "an", "answer"]', status=504),
        reset,
    ],
)
async def test_a_fault_on_the_way_is_tried_again_after_a_pause(
    delivering: Bot, telegram: TelegramOnLoopback, sleeps: Sleeps, fault
) -> None:
    telegram.plan("sendMessage", fault, fault)
    message = await delivering.send_message(5, WORDS)
    assert message.message_id == 3
    assert [call.params["text"] for call in telegram.of("sendMessage")] == [WORDS] * 3
    assert len(sleeps) == 2
    assert 0 < sleeps[0] < sleeps[1] < 1


async def test_a_request_that_gets_no_answer_is_tried_again(
    delivering: Bot, telegram: TelegramOnLoopback, logged: Callable[[], str]
) -> None:
    delivering.session.timeout = 0.2
    telegram.plan("sendMessage", hang)
    await delivering.send_message(5, WORDS)
    assert "timeout" in logged()


async def test_retry_after_is_obeyed_exactly_and_no_other_pause_is_made(
    delivering: Bot, telegram: TelegramOnLoopback, sleeps: Sleeps
) -> None:
    telegram.plan(
        "sendMessage",
        refused(429, "Too Many Requests: retry after 7", retry_after=7),
        refused(429, "Too Many Requests: retry after 31", retry_after=31),
    )
    await delivering.send_message(5, WORDS)
    assert sleeps == [7, 31]


async def test_a_proxys_page_that_says_how_long_to_wait_is_obeyed_too(
    delivering: Bot, telegram: TelegramOnLoopback, sleeps: Sleeps
) -> None:
    telegram.plan(
        "sendMessage",
        raw(HTML, 429, Retry_After="7"),
        raw('{"ok":false,"error_code":429,"description":"canary"}', 429, Retry_After="31"),
        raw(HTML, 429, Retry_After="soon"),
        raw(HTML, 502, Retry_After="50"),
    )
    await delivering.send_message(5, WORDS)
    first, second, *usual = sleeps
    assert (first, second) == (7, 31)
    assert all(pause < 5 for pause in usual)
    assert len(usual) == 2


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 5 ", 5),
        ("0", 1),
        ("Sun, 01 Nov 2026 12:01:30 GMT", 90),
        ("Sun, 01 Nov 2026 11:00:00 GMT", 1),
        ("", None),
        ("-3", None),
        ("9" * 400, None),
        ("²", None),
        (None, None),
    ],
)
def test_how_long_a_header_asks_to_wait(header: str | None, seconds: int | None) -> None:
    assert seconds_to_wait(header, datetime(2026, 11, 1, 12, tzinfo=UTC)) == seconds


async def test_nobody_waits_for_hours(delivering: Bot, telegram: TelegramOnLoopback, sleeps: Sleeps) -> None:
    telegram.plan("setMyName", refused(429, "Too Many Requests", retry_after=70_000))
    with pytest.raises(TelegramRetryAfter):
        await delivering.set_my_name("Assistant")
    assert sleeps == []


async def test_without_faults_nothing_is_waited_for(
    delivering: Bot, telegram: TelegramOnLoopback, sleeps: Sleeps
) -> None:
    for _ in range(5):
        await delivering.send_message(5, WORDS)
    assert sleeps == []


@pytest.mark.soak
async def test_a_thousand_sends_with_three_faults_in_ten_all_arrive(
    delivering: Bot, telegram: TelegramOnLoopback
) -> None:
    chance = random.Random(20)  # noqa: S311 - the same faults in every run
    faults = [raw(HTML, 502), reset, refused(429, "Too Many Requests", retry_after=1), refused(500, "x")]
    arrived: list[str] = []

    async def note(call) -> None:
        if chance.random() < 0.3:
            telegram.plan("sendMessage", chance.choice(faults))
        else:
            arrived.append(call.params["text"])

    telegram.on_call = note
    for first in range(0, 1000, 50):
        await asyncio.gather(*(delivering.send_message(n, str(n)) for n in range(first, first + 50)))
    # One whose answer came too late for a busy machine may have arrived twice.
    assert set(map(int, arrived)) == set(range(1000))
    assert len(telegram.calls) <= 1600


async def test_it_gives_up_in_the_end_with_an_error_that_is_safe_to_log(
    delivering: Bot, telegram: TelegramOnLoopback, sleeps: Sleeps
) -> None:
    telegram.always["sendMessage"] = raw(f"<html>{WORDS}</html>", 502)
    with pytest.raises(NotDeliveredError, match="unreadable") as caught:
        await delivering.send_message(5, WORDS)
    assert isinstance(caught.value, TelegramNetworkError)
    assert len(telegram.of("sendMessage")) == 10
    assert len(sleeps) == 9
    assert max(sleeps) <= 8
    assert sum(sleeps) < 50
    assert "canary" not in "".join(traceback.format_exception(caught.value))


async def test_a_server_that_is_not_there_is_told_without_its_address(
    telegram: TelegramOnLoopback, sleeps: Sleeps
) -> None:
    await telegram.stop()
    session = Session(api=TelegramAPIServer.from_base(telegram.base + "/canary-path"))
    session.middleware(Delivery(sleep=sleeps, attempts=2))
    async with Bot("4242:canary-token", session=session) as bot:
        with pytest.raises(NotDeliveredError) as caught:
            await bot.send_message(5, WORDS)
    text = "".join(traceback.format_exception(caught.value))
    assert "canary" not in text
    assert "127.0.0.1" not in text


@pytest.mark.parametrize(
    ("code", "error"),
    [(400, TelegramBadRequest), (403, TelegramForbiddenError), (413, TelegramEntityTooLarge)],
)
async def test_what_telegram_refuses_is_not_tried_again(
    delivering: Bot, telegram: TelegramOnLoopback, sleeps: Sleeps, code: int, error: type[Exception]
) -> None:
    telegram.plan("sendMessage", refused(code, "No"))
    with pytest.raises(error):
        await delivering.send_message(5, WORDS)
    assert len(telegram.calls) == 1
    assert sleeps == []


async def test_an_answer_that_aiogram_cannot_read_is_not_sent_a_second_time(
    delivering: Bot, telegram: TelegramOnLoopback
) -> None:
    telegram.plan("sendMessage", accepted({"message_id": WORDS}))
    with pytest.raises(UnreadableAnswerError) as caught:
        await delivering.send_message(5, WORDS)
    assert len(telegram.calls) == 1
    assert "canary" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("method", ["sendChatAction", "getUpdates"])
async def test_what_has_no_use_later_is_tried_once(
    delivering: Bot, telegram: TelegramOnLoopback, method: str
) -> None:
    telegram.always[method] = refused(500, "x")
    request = (
        delivering.send_chat_action(5, "typing") if method == "sendChatAction" else delivering.get_updates()
    )
    with pytest.raises(Exception, match="x"):
        await request
    assert len(telegram.calls) == 1


async def test_a_chats_messages_keep_their_order_while_other_chats_go_on(
    delivering: Bot, telegram: TelegramOnLoopback
) -> None:
    held = asyncio.Event()
    arrived: list[str] = []

    async def fault_then_hold(request) -> object:
        await held.wait()
        return await raw(HTML, 502)(request)

    async def note(call) -> None:
        arrived.append(call.params["text"])

    telegram.on_call = note
    telegram.plan("sendMessage", fault_then_hold)
    first = asyncio.create_task(delivering.send_message(5, "first"))
    await until(lambda: arrived)
    second = asyncio.create_task(delivering.send_message(5, "second"))
    await delivering.send_message(6, "elsewhere")
    held.set()
    await asyncio.gather(first, second)
    assert arrived == ["first", "elsewhere", "first", "second"]


async def test_chats_that_are_not_being_written_to_take_no_memory(
    bot: Bot, telegram: TelegramOnLoopback
) -> None:
    delivery = Delivery()
    bot.session.middleware(delivery)
    telegram.plan("sendMessage", refused(400, "No"))
    await asyncio.gather(
        *(bot.send_message(chat, WORDS) for chat in (1, 2, 3, 1, 2, 3)), return_exceptions=True
    )
    waiting = asyncio.create_task(bot.send_message(1, WORDS))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})
    assert not delivery._locks
    assert not delivery._queued


async def test_a_file_is_sent_whole_again(delivering: Bot, telegram: TelegramOnLoopback) -> None:
    sizes: list[int] = []

    async def measure(call) -> None:
        sizes.append(len(str(call.params)))

    telegram.on_call = measure
    telegram.plan("sendVoice", raw(HTML, 502))
    telegram.always["sendVoice"] = accepted(
        {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}}
    )
    await delivering(SendVoice(chat_id=5, voice=BufferedInputFile(b"OggS" * 1000, "answer.ogg")))
    assert len(sizes) == 2


@pytest.mark.parametrize(
    ("description", "gone"),
    [
        ("Forbidden: bot was blocked by the user", True),
        ("Forbidden: user is deactivated", True),
        ("Forbidden: bot was kicked from the group chat", True),
        ("Forbidden: bot is not a member of the channel chat", True),
        ("Forbidden: bot can't initiate conversation with a user", False),
    ],
)
async def test_a_person_who_cannot_be_reached_any_more_is_reported(
    bot: Bot, telegram: TelegramOnLoopback, description: str, gone: bool
) -> None:
    reported: list[int] = []

    async def on_gone(chat_id: int) -> None:
        reported.append(chat_id)

    bot.session.middleware(Delivery(on_gone=on_gone))
    telegram.plan("sendMessage", refused(403, description))
    with pytest.raises(TelegramForbiddenError):
        await bot.send_message(5, WORDS)
    assert reported == ([5] if gone else [])


async def test_not_being_able_to_note_it_hides_nothing(
    bot: Bot, telegram: TelegramOnLoopback, logged: Callable[[], str]
) -> None:
    async def on_gone(chat_id: int) -> None:
        raise StorageError(f"{WORDS} {chat_id}")

    bot.session.middleware(Delivery(on_gone=on_gone))
    telegram.plan("sendMessage", refused(403, "Forbidden: bot was blocked by the user"))
    with pytest.raises(TelegramForbiddenError):
        await bot.send_message(5, WORDS)
    assert "not noted" in logged()


@pytest.mark.parametrize(
    ("description", "forbidden"),
    [
        ("Bad Request: VOICE_MESSAGES_FORBIDDEN", True),
        ("Bad Request: user restricted receiving of voice note messages", True),
        ("Bad Request: not enough rights to send voice notes to the chat", True),
        ("Bad Request: file must be non-empty", False),
        ("Bad Request: wrong file identifier/HTTP URL specified", False),
    ],
)
async def test_a_forbidden_voice_is_told_from_other_refusals(
    delivering: Bot, telegram: TelegramOnLoopback, description: str, forbidden: bool
) -> None:
    telegram.plan("sendVoice", refused(400, description))
    with pytest.raises(TelegramBadRequest) as caught:
        await delivering.send_voice(5, "file-id")
    assert is_voice_forbidden(caught.value) is forbidden
    assert len(telegram.calls) == 1


async def test_the_log_says_method_code_and_attempt_and_nothing_else(
    delivering: Bot, telegram: TelegramOnLoopback, logged: Callable[[], str]
) -> None:
    telegram.plan("sendMessage", raw(HTML, 502))
    await delivering.send_message(5, WORDS)
    assert "{'method': 'sendMessage', 'code': 'unreadable', 'attempt': 1," in logged()
    assert "127.0.0.1" not in logged()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refused(400, "Bad Request: canary"), "400"),
        (refused(401, "Unauthorized"), "401"),
        (refused(403, "Forbidden: canary"), "403"),
        (refused(404, "Not Found"), "404"),
        (refused(409, "Conflict: canary"), "409"),
        (refused(429, "Too Many Requests: retry after 1", retry_after=1), "429"),
        (refused(502, "Bad Gateway"), "5xx"),
        (raw(HTML, status=502), "unreadable"),
        (reset, "network"),
        (hang, "timeout"),
    ],
)
async def test_every_attempt_is_counted_by_method_and_by_how_it_ended(
    bot: Bot, telegram: TelegramOnLoopback, sleeps: Sleeps, answer: Answer, code: str
) -> None:
    metrics = Metrics()
    bot.session.middleware(Delivery(sleep=sleeps, metrics=metrics))
    telegram.plan("sendMessage", answer)
    with suppress(TelegramAPIError):
        await bot.send_message(5, "canary")

    def count(which: str) -> float | None:
        labels = {"method": "sendMessage", "code": which}
        return metrics.registry.get_sample_value("assistant_bot_api_requests_total", labels)

    assert count(code) == 1
    # Whatever is worth trying again went well the second time.
    assert count("200") == (None if code in ("400", "401", "403", "404", "409") else 1)


@pytest.mark.parametrize(
    "description",
    ["Bad Request: can't parse entities: unsupported offset", "Bad Request: ENTITY_BOUNDS_INVALID"],
)
async def test_a_message_whose_formatting_is_refused_goes_out_again_in_plain_words(
    delivering: Bot, telegram: TelegramOnLoopback, sleeps: Sleeps, description: str
) -> None:
    telegram.plan("sendMessage", refused(400, description))
    await delivering.send_message(5, WORDS, entities=[MessageEntity(type="bold", offset=0, length=99)])
    first, second = telegram.of("sendMessage")
    assert "entities" in first.params
    assert second.params == {"chat_id": "5", "text": WORDS}
    assert sleeps == []


async def test_plain_words_that_are_refused_too_are_not_sent_for_ever(
    delivering: Bot, telegram: TelegramOnLoopback
) -> None:
    telegram.always["sendMessage"] = refused(400, "Bad Request: can't parse entities")
    with pytest.raises(TelegramBadRequest):
        await delivering.send_message(5, WORDS)
    assert len(telegram.of("sendMessage")) == 2
