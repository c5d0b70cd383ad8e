"""Updates come in through faults and crashes: each is served, once where possible, and in order."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramServerError
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, InlineQuery, Message
from sqlalchemy import select

from assistant import clock
from assistant.backoff import Backoff
from assistant.dialogue.render.system_messages import AskedIn, SystemMessage
from assistant.errors import DamagedDatabaseError, SettingsError, StorageError
from assistant.operations.heartbeat import beat
from assistant.operations.metrics import Metrics
from assistant.queue import retry_policy, table
from assistant.queue.table import queue_in
from assistant.queue.updates import Inflow, Source
from assistant.queue.worker import QueueWorker
from assistant.reply_kind import ReplyKind
from assistant.storage.questions import Question
from assistant.storage.store import Store
from assistant.storage.tables import RUNNING, inbox
from assistant.tracing import Stage, timed
from handlers.output.delivery import Delivery, NotDeliveredError
from handlers.output.replies import Place
from handlers.session import Session
from handlers.sources.polling import Poller
from handlers.update_handler import SendAgain, UpdateHandler
from tests.arrivals import BOT_ID, arrivals, put_updates
from tests.telegram_on_loopback import HTML, Sleeps, TelegramOnLoopback, message, raw, refused, reset, until


class Seen(list[int]):
    """Handlers that note the message's number, and then do what the test tells them to."""

    def __init__(self) -> None:
        self.act: Callable[[Message], Any] = lambda _: asyncio.sleep(0)

    async def __call__(self, event: Message) -> Any:
        self.append(event.message_id)
        return await self.act(event)


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def dispatcher(seen: Seen) -> Dispatcher:
    dispatcher = Dispatcher(disable_fsm=True)

    @dispatcher.message()
    async def note(event: Message) -> Any:
        return await seen(event)

    return dispatcher


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/a.db"


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    opened = await Store.open(url)
    yield opened
    await opened.close()


@asynccontextmanager
async def serving(intake: QueueWorker) -> AsyncIterator[None]:
    stop = asyncio.Event()
    running = asyncio.create_task(intake.run(stop))
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(40):
            await running


def intake_of(
    bot: Bot,
    dispatcher: Dispatcher,
    store: Store,
    *,
    send_again: SendAgain | None = None,
    handler: UpdateHandler | None = None,
    source: Callable[[Inflow], Source] | None = None,
    poll_s: int = 2,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    uniform: Callable[[float, float], float] = lambda low, _: low / 20,
    **more: Any,
) -> QueueWorker:
    kinds = dispatcher.resolve_used_update_types()

    def poll(inflow: Inflow) -> Source:
        return Poller(bot, inflow, allowed_updates=kinds, backoff=Backoff(sleep, uniform), poll_s=poll_s)

    handler = handler or UpdateHandler(bot, dispatcher, send_again)
    options = {"workers": 4, "sleep": sleep, "uniform": uniform} | more
    return QueueWorker(store, handler, source or poll, **options)


Serve = Callable[..., Any]


@pytest.fixture
def serve(bot: Bot, dispatcher: Dispatcher, store: Store) -> Serve:
    """Makes an intake serve, as long as it is entered."""
    usual = {"bot": bot, "dispatcher": dispatcher, "store": store}
    return lambda **more: serving(intake_of(**usual | more))


async def counts(store: Store) -> tuple[int, int]:
    """How many updates wait or run, and how many are dead."""
    async with store.read() as unit:
        return await queue_in(unit).depth(), await queue_in(unit).dead()


async def settled(store: Store) -> None:
    async with asyncio.timeout(20):
        while (await counts(store))[0]:  # noqa: ASYNC110 - only the database knows
            await asyncio.sleep(0.005)


async def test_an_update_is_in_the_store_before_telegram_is_told(
    serve: Serve, telegram: TelegramOnLoopback, store: Store, seen: Seen
) -> None:
    held = asyncio.Event()
    seen.act = lambda _: held.wait()
    depth_when_confirmed: list[int] = []

    async def look(call) -> None:
        if call.params.get("offset") == "8":
            depth_when_confirmed.append((await counts(store))[0])

    telegram.on_call = look
    telegram.push(message(6), message(7))
    async with serve():
        await until(lambda: depth_when_confirmed)
        held.set()
        await until(lambda: len(seen) == 2)
    assert depth_when_confirmed[0] == 2
    assert await counts(store) == (0, 0)


async def test_polling_asks_for_the_kinds_that_are_handled_after_removing_a_webhook(
    bot: Bot, telegram: TelegramOnLoopback, dispatcher: Dispatcher, store: Store
) -> None:
    intake = intake_of(bot, dispatcher, store)
    assert intake.reached_at is None
    async with serving(intake):
        await until(lambda: telegram.of("getUpdates"))
        telegram.end_poll()
        await until(lambda: len(telegram.of("getUpdates")) >= 2)
        assert intake.reached_at is not None
        assert intake.reached_at <= time.monotonic()
    assert telegram.calls[0].method == "deleteWebhook"
    assert telegram.calls[0].params.get("drop_pending_updates", "false") == "false"
    assert len(telegram.of("deleteWebhook")) == 1
    assert telegram.of("getUpdates")[0].params["allowed_updates"] == '["message"]'


async def test_after_an_empty_answer_no_offset_is_named_because_numbers_may_start_again(
    serve: Serve, telegram: TelegramOnLoopback, seen: Seen
) -> None:
    telegram.push(message(900))
    async with serve():
        await until(lambda: len(telegram.of("getUpdates")) == 2)
        telegram.end_poll()
        await until(lambda: len(telegram.of("getUpdates")) == 3)
        telegram.push(message(3))
        await until(lambda: seen == [900, 3])
    assert [call.params.get("offset") for call in telegram.of("getUpdates")[:3]] == [None, "901", None]


async def test_each_chat_is_served_in_order_and_chats_side_by_side(
    serve: Serve, telegram: TelegramOnLoopback, store: Store, seen: Seen
) -> None:
    running: set[int] = set()
    together: set[int] = set()

    async def act(event: Message) -> None:
        assert event.chat.id not in running
        running.add(event.chat.id)
        together.add(len(running))
        await asyncio.sleep(0.002)
        running.discard(event.chat.id)

    seen.act = act
    numbers = range(1, 61)
    telegram.push(*(message(number, chat=1 + number % 6) for number in numbers))
    async with serve(workers=3):
        await until(lambda: len(seen) == 60)
        await settled(store)
    for chat in range(6):
        assert [number for number in seen if number % 6 == chat] == [n for n in numbers if n % 6 == chat]
    assert max(together) == 3
    assert await counts(store) == (0, 0)


async def test_one_slow_chat_does_not_delay_the_others(
    serve: Serve, telegram: TelegramOnLoopback, seen: Seen
) -> None:
    held = asyncio.Event()

    async def act(event: Message) -> None:
        if event.chat.id == 1:
            await held.wait()

    seen.act = act
    telegram.push(*(message(n, chat=1) for n in range(1, 20)), *(message(n, chat=n) for n in range(20, 40)))
    async with serve(workers=2):
        await until(lambda: len(seen) == 21)
        held.set()
        await until(lambda: len(seen) == 39)


async def test_a_handler_that_keeps_failing_makes_its_update_dead_and_nobody_elses(
    serve: Serve,
    telegram: TelegramOnLoopback,
    store: Store,
    seen: Seen,
    logged: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(table, "PAUSES", (timedelta(milliseconds=5),) * 2)

    async def act(event: Message) -> None:
        if event.message_id == 1:
            raise ValueError(event.text)

    seen.act = act
    telegram.push(message(1, chat=5), message(2, chat=5), message(3, chat=6))
    async with serve():
        await until(lambda: len(seen) == 5)
        await settled(store)
    assert [number for number in seen if number != 3] == [1, 1, 1, 2]
    assert await counts(store) == (0, 1)
    assert "'error': 'ValueError', 'where': 'test_queue_worker.py:" in logged()
    assert "given up" in logged()


async def test_how_updates_end_is_counted_and_a_dead_one_is_among_them(
    serve: Serve, telegram: TelegramOnLoopback, store: Store, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "PAUSES", (timedelta(milliseconds=5),) * 2)

    async def act(event: Message) -> None:
        if event.message_id == 1:
            raise ValueError(event.text)

    seen.act = act
    telegram.push(message(1), message(2, chat=6), {"update_id": 3, "message": "canary"})
    metrics = Metrics()
    async with serve(metrics=metrics):
        await settled(store)
        await until(lambda: metrics.registry.get_sample_value("assistant_updates_received_total") == 3)
        await settled(store)
    outcomes = {
        outcome: metrics.registry.get_sample_value("assistant_updates_settled_total", {"outcome": outcome})
        for outcome in ("done", "failed", "dead", "postponed")
    }
    assert outcomes == {"done": 1, "failed": 2, "dead": 2, "postponed": 0}


async def test_every_line_says_which_update_it_is_about_also_a_librarys_and_from_a_thread(
    serve: Serve, telegram: TelegramOnLoopback, store: Store, seen: Seen
) -> None:
    log = structlog.get_logger("a room")

    async def act(event: Message) -> None:
        with timed(Stage.UNDERSTAND):
            await asyncio.to_thread(log.info, "in the middle")
        await asyncio.sleep(0.01)
        log.info("at the end")

    seen.act = act
    telegram.push(*(message(number, chat=number) for number in range(1, 6)))
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        async with serve():
            await settled(store)
            await until(lambda: len(seen) == 5)
            await settled(store)
    middle = [line for line in lines if line["event"] == "in the middle"]
    assert sorted(line["update_id"] for line in middle) == [1, 2, 3, 4, 5]
    assert {line["stage"] for line in middle} == {"understand"}
    ends = [line for line in lines if line["event"] == "at the end"]
    assert sorted(line["update_id"] for line in ends) == [1, 2, 3, 4, 5]
    assert all("stage" not in line for line in ends)
    assert "update_id" not in structlog.contextvars.get_contextvars()


async def test_a_handler_that_fails_once_is_called_again(
    serve: Serve, telegram: TelegramOnLoopback, store: Store, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "PAUSES", (timedelta(milliseconds=5),) * 2)

    async def act(_: Message) -> None:
        if len(seen) == 1:
            raise ValueError

    seen.act = act
    telegram.push(message(1))
    async with serve():
        await until(lambda: len(seen) == 2)
        await settled(store)
    assert await counts(store) == (0, 0)


async def test_a_handler_that_hangs_is_ended(
    serve: Serve, telegram: TelegramOnLoopback, seen: Seen, logged
) -> None:
    async def act(event: Message) -> None:
        if event.message_id == 1:
            await asyncio.Event().wait()

    seen.act = act
    telegram.push(message(1), message(2, chat=6))
    async with serve(workers=1, handling_s=0.05):
        await until(lambda: 2 in seen)
    assert "TimeoutError" in logged()


BROKEN: list[Any] = [
    {"update_id": 2},
    {"update_id": 2, "message": None},
    {"update_id": 2, "message": "canary"},
    {"update_id": 2, "message": {"message_id": "canary"}},
    {"update_id": 2, "message": message(2)["message"] | {"date": {"canary": 1}}},
    {"update_id": 2, "message": message(2)["message"] | {"chat": [5]}},
    {"update_id": 2, "from_the_future": {"chat": {"id": 5}}},
    {"update_id": "2", "message": {}},
    {"update_id": 2**80},
    {"message": message(2)["message"]},
    {},
    [],
    None,
    "canary",
    7,
]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: str(broken)[:40])
async def test_a_malformed_update_stops_nobody(
    serve: Serve, telegram: TelegramOnLoopback, store: Store, seen: Seen, broken: Any
) -> None:
    telegram.push(message(1), broken, message(3), message(4, chat=6))
    async with serve():
        await until(lambda: {1, 3, 4} <= set(seen))
        telegram.push(message(5))
        await until(lambda: 5 in seen)
        await settled(store)
    # The broken one is 2, and is read where anything in it can be.
    assert sorted(seen) in ([1, 3, 4, 5], [1, 2, 3, 4, 5])


async def test_an_update_too_deep_for_json_is_stepped_over(
    serve: Serve, telegram: TelegramOnLoopback, store: Store, seen: Seen, logged
) -> None:
    deep = '{"update_id":3,"message":' + "[" * 100_000 + "]" * 100_000 + "}"
    queue = [(1, '{"update_id":1}'), (2, '{"update_id":2}'), (3, deep), (4, '{"update_id":4}')]

    async def answer(request) -> Any:
        asked = await request.json()
        offset, limit = int(asked.get("offset", 0)), int(asked["limit"])
        left = [body for number, body in queue if number >= offset][:limit]
        if not left:
            await asyncio.sleep(0.3)
        return await raw('{"ok":true,"result":[' + ",".join(left) + "]}")(request)

    telegram.always["getUpdates"] = answer
    async with serve():
        await until(lambda: any(call.params.get("offset") == "5" for call in telegram.calls))
        await settled(store)
    assert await counts(store) == (0, 4)
    assert "'update_id': 3" in logged()


@pytest.mark.parametrize("spoilt", ["too long", "too deep", "damaged", "poison"])
async def test_what_is_given_up_is_apologised_for_in_its_chat(
    bot: Bot, telegram: TelegramOnLoopback, dispatcher: Dispatcher, store: Store, seen: Seen, spoilt: str
) -> None:
    async def apologise(bot: Bot, place: Place, notice: SystemMessage, _: AskedIn) -> None:
        await bot.send_message(place.chat_id, notice.name)

    changes = {"damaged": {"body": '{"upd'}, "poison": {"state": RUNNING, "starts": retry_policy.STARTS}}
    if change := changes.get(spoilt):
        async with store.write() as unit:
            await put_updates(unit, [message(1, chat=6)], bot.id)
            await unit.transaction.execute(inbox.update().values(**change))
    elif spoilt == "too long":
        telegram.push(message(1, chat=6, text="x" * table.MAX_BODY))
    else:
        deep = '{"update_id":1,"message":{"chat":{"id":6},"text":' + "[" * 100_000 + "]" * 100_000 + "}}"
        telegram.plan("getUpdates", *[raw('{"ok":true,"result":[' + deep + "]}")] * 2)
    telegram.push(message(2, chat=5))
    handler = UpdateHandler(bot, dispatcher, apologise=apologise)
    intake = intake_of(bot, dispatcher, store, handler=handler)
    async with serving(intake):
        await until(lambda: 2 in seen and telegram.of("sendMessage"))
        await settled(store)
    [told] = telegram.of("sendMessage")
    assert (told.params["chat_id"], told.params["text"]) == ("6", "WENT_WRONG")
    assert seen == [2]
    assert await counts(store) == (0, 1)


@pytest.mark.parametrize(
    "fault", [raw(HTML, 502), raw(HTML, 200), refused(500, "canary"), reset, raw(b"\xff\xfe", 502)]
)
async def test_polling_goes_on_after_a_fault(
    serve: Serve, telegram: TelegramOnLoopback, seen: Seen, fault
) -> None:
    telegram.plan("deleteWebhook", fault)
    telegram.plan("getUpdates", fault, fault, fault)
    telegram.push(message(1))
    async with serve():
        await until(lambda: seen == [1])


@pytest.mark.parametrize(
    "told_to_wait", [refused(429, "Too Many Requests", retry_after=9), raw(HTML, 429, Retry_After="9")]
)
async def test_polling_waits_as_long_as_it_is_told(
    serve: Serve, telegram: TelegramOnLoopback, seen: Seen, told_to_wait
) -> None:
    telegram.plan("getUpdates", told_to_wait)
    telegram.push(message(1))
    sleep = Sleeps()

    async with serve(sleep=sleep):
        await until(lambda: seen == [1])
    assert sleep[0] == 9


@pytest.mark.parametrize("method", ["deleteWebhook", "getUpdates"])
@pytest.mark.parametrize("answer", [refused(401, "Unauthorized"), refused(404, "Not Found")])
async def test_a_token_that_telegram_does_not_know_ends_it_and_names_the_setting(
    bot: Bot, telegram: TelegramOnLoopback, dispatcher: Dispatcher, store: Store, method: str, answer
) -> None:
    telegram.always[method] = answer
    with pytest.raises(SettingsError, match="BOT_TOKEN") as caught:
        await intake_of(bot, dispatcher, store).run(asyncio.Event())
    assert "canary" not in str(caught.value)


async def test_another_poller_is_named_and_waited_for(
    serve: Serve, telegram: TelegramOnLoopback, seen: Seen, logged
) -> None:
    telegram.plan("getUpdates", *[refused(409, "Conflict: terminated by other getUpdates request")] * 3)
    telegram.push(message(1))
    async with serve():
        await until(lambda: seen == [1])
    assert "another instance polls" in logged()


async def test_it_starts_while_telegram_is_away_without_a_busy_loop_and_then_serves(
    serve: Serve, bot: Bot, telegram: TelegramOnLoopback, seen: Seen
) -> None:
    await telegram.stop()
    sleep = Sleeps()

    bot.session.middleware(Delivery(sleep=sleep, attempts=2))
    async with serve(sleep=sleep, uniform=lambda _, high: high):
        await until(lambda: len(sleep) > 15)
        telegram.push(message(1))
        await telegram.start()
        await until(lambda: seen == [1])
    longest_first = sorted(sleep, reverse=True)
    assert longest_first[0] == 8
    assert min(sleep) > 0


class FullDisk(Store):
    full = False

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Any]:
        if self.full:
            raise StorageError("The database could not be written (SQLITE_FULL).")
        async with super().write() as unit:
            yield unit


async def test_updates_that_cannot_be_stored_are_answered_in_order_before_they_are_confirmed(
    bot: Bot, dispatcher: Dispatcher, telegram: TelegramOnLoopback, url: str, seen: Seen, logged
) -> None:
    store = await FullDisk.open(url)
    go_on = asyncio.Event()
    seen.act = lambda _: go_on.wait()
    async with serving(intake_of(bot, dispatcher, store)):
        await until(lambda: len(telegram.of("getUpdates")) >= 1)
        store.full = True
        for number, chat in ((1, 5), (2, 5), (3, 6)):
            telegram.push(message(number, chat))
        await until(lambda: {1, 3} <= set(seen))
        assert 2 not in seen, "chats side by side, each in order"
        before = len(telegram.of("getUpdates"))
        assert all(call.params.get("offset") is None for call in telegram.of("getUpdates"))
        go_on.set()
        await until(lambda: len(telegram.of("getUpdates")) > before)
        await until(lambda: telegram.of("getUpdates")[-1].params.get("offset") in (None, "4"))
        store.full = False
        telegram.push(message(4))
        await until(lambda: 4 in seen)
        await settled(store)
        assert await counts(store) == (0, 0)
    assert sorted(seen) == [1, 2, 3, 4]
    assert seen.index(1) < seen.index(2)
    assert "SQLITE_FULL" in logged()
    await store.close()


async def test_what_can_be_neither_stored_nor_answered_is_not_confirmed_and_comes_again(
    bot: Bot, dispatcher: Dispatcher, telegram: TelegramOnLoopback, url: str, seen: Seen
) -> None:
    store = await FullDisk.open(url)
    store.full = True
    away = True

    async def act(event: Message) -> None:
        if away and event.message_id == 2:
            raise NotDeliveredError(SendMessage(chat_id=5, text="canary"), "network", 10)

    seen.act = act
    telegram.push(message(1))
    telegram.push(message(2))
    telegram.push(message(3))
    async with serving(intake_of(bot, dispatcher, store)):
        await until(lambda: seen.count(2) >= 3)
        assert all(call.params.get("offset") is None for call in telegram.of("getUpdates"))
        assert 3 not in seen, "not before what the same person said earlier"
        away = False
        await until(lambda: 3 in seen)
        store.full = False
        telegram.push(message(4))
        await until(lambda: 4 in seen)
    assert seen.count(1) == 1, "what is answered is not answered again"
    assert seen.count(3) == 1
    await store.close()


async def test_what_a_damaged_store_holds_unanswered_is_answered_before_the_end_and_nothing_twice(
    bot: Bot, dispatcher: Dispatcher, telegram: TelegramOnLoopback, url: str, seen: Seen, logged
) -> None:
    class Damaged(Store):
        @asynccontextmanager
        async def write(self) -> AsyncIterator[Any]:
            if self.damaged.is_set():
                raise DamagedDatabaseError("The database could not be read (SQLITE_CORRUPT).")
            async with super().write() as unit:
                yield unit

    store = await Damaged.open(url)
    answered: list[int] = []
    held = asyncio.Event()

    async def act(event: Message) -> None:
        if event.message_id == 2:
            await held.wait()
        if event.message_id == 2 and seen.count(2) == 1:
            raise RuntimeError("in the middle of it, the database was found damaged")
        answered.append(event.message_id)

    seen.act = act
    telegram.push(message(1), message(2), message(3), message(4, chat=6))
    stop = asyncio.Event()
    running = asyncio.create_task(intake_of(bot, dispatcher, store, workers=1).run(stop))
    await until(lambda: seen == [1, 2])
    await until(lambda: any(call.params.get("offset") == "5" for call in telegram.of("getUpdates")))
    store.damaged.set()
    telegram.push(message(5))
    await asyncio.sleep(0.1)
    stop.set()
    held.set()
    async with asyncio.timeout(40):
        await running
    assert sorted(answered) == [1, 2, 3, 4]
    assert answered.index(2) < answered.index(3), "each chat in order"
    assert all(call.params.get("offset") != "6" for call in telegram.of("getUpdates")), "Telegram keeps it"
    assert "answered from memory" in logged()
    assert "lost" not in logged()
    await store.close()


async def test_what_cannot_be_answered_for_a_damaged_store_is_told_as_lost(
    bot: Bot, dispatcher: Dispatcher, telegram: TelegramOnLoopback, store: Store, seen: Seen, logged
) -> None:
    async def act(event: Message) -> None:
        stop.set()
        store.damaged.set()
        raise NotDeliveredError(SendMessage(chat_id=5, text="canary"), "network", 10)

    seen.act = act
    telegram.push(message(1))
    stop = asyncio.Event()
    intake = intake_of(bot, dispatcher, store)
    # The outcome cannot be written down: the database is damaged by then.
    intake._settle = broken_settle  # type: ignore[method-assign]
    async with asyncio.timeout(40):
        await intake.run(stop)
    assert seen == [1, 1]
    assert "updates lost with the damaged database" in logged()
    assert "canary" not in logged()


async def broken_settle(*_: Any) -> Any:
    raise DamagedDatabaseError("The database could not be written (SQLITE_CORRUPT).")


async def test_a_finished_update_that_cannot_be_written_down_is_not_served_twice(
    bot: Bot, dispatcher: Dispatcher, telegram: TelegramOnLoopback, url: str, seen: Seen
) -> None:
    class Failing(Store):
        failures = 0

        @asynccontextmanager
        async def write(self) -> AsyncIterator[Any]:
            async with super().write() as unit:
                yield unit
                if seen and self.failures < 3:
                    self.failures += 1
                    raise StorageError("The database could not be written (SQLITE_IOERR).")

    store = await Failing.open(url)
    telegram.push(message(1))
    async with serving(intake_of(bot, dispatcher, store)):
        await until(lambda: store.failures == 3)
        await settled(store)
    assert seen == [1]
    await store.close()


async def test_stopping_lets_running_updates_finish_and_keeps_the_rest(
    serve: Serve, bot: Bot, telegram: TelegramOnLoopback, dispatcher: Dispatcher, store: Store, seen: Seen
) -> None:
    held = asyncio.Event()
    finished: list[int] = []

    async def act(event: Message) -> None:
        await held.wait()
        finished.append(event.message_id)

    seen.act = act
    telegram.push(message(1), message(2), message(3, chat=6))
    stop = asyncio.Event()
    running = asyncio.create_task(intake_of(bot, dispatcher, store, workers=1).run(stop))
    await until(lambda: seen == [1])
    stop.set()
    await asyncio.sleep(0.05)
    assert not running.done()
    held.set()
    await running
    assert finished == [1]
    assert await counts(store) == (2, 0)
    async with serve():
        await until(lambda: sorted(finished) == [1, 2, 3])


async def test_stopping_interrupts_what_does_not_finish_and_the_next_start_takes_it_up(
    bot: Bot, telegram: TelegramOnLoopback, dispatcher: Dispatcher, url: str, seen: Seen
) -> None:
    store = await Store.open(url)
    seen.act = lambda _: asyncio.Event().wait()
    telegram.push(message(1))
    stop = asyncio.Event()
    running = asyncio.create_task(intake_of(bot, dispatcher, store, stopping_s=0.1).run(stop))
    await until(lambda: seen == [1])
    stop.set()
    async with asyncio.timeout(10):
        await running
    await store.close()
    telegram.updates.clear()
    store = await Store.open(url)
    seen.act = lambda _: asyncio.sleep(0)
    async with serving(intake_of(bot, dispatcher, store)):
        await until(lambda: seen == [1, 1])
        await settled(store)
    await store.close()


async def test_what_telegram_repeats_after_a_restart_is_served_once_and_not_in_a_hurry(
    serve: Serve, telegram: TelegramOnLoopback, store: Store, seen: Seen
) -> None:
    telegram.push(message(1))
    async with serve():
        await until(lambda: seen == [1])
        await settled(store)
    telegram.updates[:] = [message(1)]
    polls = len(telegram.of("getUpdates"))
    sleep = Sleeps()

    async def forgets_to_forget(request) -> Any:
        return await raw('{"ok":true,"result":[{"update_id":1}]}')(request)

    telegram.always["getUpdates"] = forgets_to_forget
    async with serve(sleep=sleep, uniform=lambda _, high: high):
        await until(lambda: len(telegram.of("getUpdates")) >= polls + 8)
    assert seen == [1]
    assert sleep[:6] == [0.5, 1, 2, 4, 8, 8]


async def test_a_person_may_be_forgotten_by_their_own_update(
    serve: Serve, telegram: TelegramOnLoopback, store: Store, seen: Seen
) -> None:
    async def act(event: Message) -> None:
        async with store.write() as unit:
            await unit.people.save(event.chat.id, {"n": 1})
            await unit.people.forget(event.chat.id)

    seen.act = act
    telegram.push(message(1), message(2, chat=6))
    async with serve():
        await until(lambda: sorted(seen) == [1, 2])
        await settled(store)
    assert await counts(store) == (0, 0)


async def test_an_update_may_be_settled_in_the_same_write_as_its_effects(
    serve: Serve, telegram: TelegramOnLoopback, store: Store
) -> None:
    dispatcher = Dispatcher(disable_fsm=True)
    depths: list[int] = []

    @dispatcher.message()
    async def handle(_: Message, inbox_id: int) -> None:
        async with store.write() as unit:
            await queue_in(unit).done(inbox_id)
            depths.append(await queue_in(unit).depth())

    telegram.push(message(1))
    async with serve(dispatcher=dispatcher):
        await until(lambda: depths)
    assert depths == [0]
    assert await counts(store) == (0, 0)


async def test_presses_and_inline_queries_are_served_whatever_their_age(
    serve: Serve, telegram: TelegramOnLoopback
) -> None:
    dispatcher = Dispatcher(disable_fsm=True)
    kinds: list[str] = []

    @dispatcher.callback_query()
    async def press(event: CallbackQuery) -> None:
        kinds.append(f"press {event.data}")

    @dispatcher.inline_query()
    async def query(event: InlineQuery) -> None:
        kinds.append(f"query {event.query}")

    person = {"id": 5, "is_bot": False, "first_name": "x"}
    old = message(1)["message"] | {"date": 1}
    telegram.push(
        {
            "update_id": 1,
            "callback_query": {"id": "1", "from": person, "chat_instance": "1", "data": "d", "message": old},
        },
        {"update_id": 2, "inline_query": {"id": "2", "from": person, "query": "q", "offset": ""}},
    )
    async with serve(dispatcher=dispatcher):
        await until(lambda: kinds == ["press d", "query q"])


async def test_a_handler_may_answer_with_a_method(
    serve: Serve, telegram: TelegramOnLoopback, store: Store, seen: Seen
) -> None:
    async def act(event: Message) -> SendMessage:
        return SendMessage(chat_id=event.chat.id, text="hello")

    seen.act = act
    telegram.push(message(1))
    async with serve():
        await until(lambda: telegram.of("sendMessage"))
        await settled(store)
    assert telegram.of("sendMessage")[0].params == {"chat_id": "5", "text": "hello"}


async def test_an_answer_that_cannot_be_delivered_while_telegram_is_away_is_delivered_when_it_is_back(
    serve: Serve, bot: Bot, telegram: TelegramOnLoopback, store: Store, seen: Seen
) -> None:
    bot.session.middleware(Delivery(attempts=2, sleep=lambda _: asyncio.sleep(0.001)))
    away = asyncio.Event()

    async def act(event: Message) -> None:
        if len(seen) == 1:
            await telegram.stop()
            away.set()
        await bot.send_message(event.chat.id, "answer")

    seen.act = act
    telegram.push(message(1))
    async with serve(sleep=lambda _: asyncio.sleep(0.01)):
        await away.wait()
        # Its pause is five seconds: it is Telegram's return that ends it.
        await asyncio.sleep(0.1)
        await telegram.start()
        polls = len(telegram.of("getUpdates"))
        await until(lambda: len(telegram.of("getUpdates")) > polls)
        telegram.end_poll()
        await until(lambda: telegram.of("sendMessage"))
        await settled(store)
    assert await counts(store) == (0, 0)


async def test_a_person_who_has_blocked_the_bot_is_not_tried_again(
    serve: Serve, bot: Bot, telegram: TelegramOnLoopback, store: Store, seen: Seen
) -> None:
    seen.act = lambda event: bot.send_message(event.chat.id, "answer")
    telegram.plan("sendMessage", refused(403, "Forbidden: bot was blocked by the user"))
    telegram.push(message(1))
    async with serve():
        await until(lambda: seen == [1])
        await settled(store)
    assert await counts(store) == (0, 0)


@pytest.mark.parametrize(
    "error",
    [
        NotDeliveredError(SendMessage(chat_id=5, text="canary"), "network", 10),
        TelegramServerError(SendMessage(chat_id=5, text="canary"), "canary"),
    ],
)
async def test_an_undelivered_answer_is_not_counted_as_a_failure_of_its_handler(
    serve: Serve,
    telegram: TelegramOnLoopback,
    store: Store,
    seen: Seen,
    error: Exception,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retry_policy, "SHORTEST_REST", timedelta(milliseconds=1))
    monkeypatch.setattr(retry_policy, "LONGEST_REST", timedelta(milliseconds=2))

    async def act(_: Message) -> None:
        if len(seen) < 6:
            raise error

    seen.act = act
    telegram.push(message(1))
    async with serve():
        await until(lambda: len(seen) == 6)
        await settled(store)
    assert await counts(store) == (0, 0)


async def test_an_answer_that_is_too_large_is_given_up_like_any_failure(
    serve: Serve,
    bot: Bot,
    telegram: TelegramOnLoopback,
    store: Store,
    seen: Seen,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(table, "PAUSES", (timedelta(milliseconds=5),) * 2)
    telegram.always["sendMessage"] = refused(413, "Request Entity Too Large")
    seen.act = lambda event: bot.send_message(event.chat.id, "answer")
    telegram.push(message(1))
    async with serve():
        await until(lambda: seen == [1, 1, 1])
        await settled(store)
    assert await counts(store) == (0, 1)


@pytest.mark.parametrize("off", [timedelta(days=400), timedelta(days=-400)], ids=["ahead", "behind"])
async def test_a_clock_that_is_wrong_at_the_start_erases_nothing_young_and_is_put_right(
    telegram: TelegramOnLoopback,
    dispatcher: Dispatcher,
    seen: Seen,
    url: str,
    off: timedelta,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Telegram's answers say what time it is, as every server's do."""
    right = datetime.now(UTC)
    for days, number in ((91, 6), (1, 5)):
        before = await Store.open(url, now=lambda days=days: right - timedelta(days=days))
        async with before.write() as unit:
            await unit.people.save(number, {})
            await unit.questions.keep(number, Question("words", False, ReplyKind.ANSWER, None))
            await put_updates(unit, [message(number)], bot_id=9)
            await put_updates(unit, [message(number, chat=number)])
            assert await queue_in(unit).claim_several(1, source=BOT_ID), "it runs when the program ends"
        await before.close()

    class Wrong(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) + off

    with monkeypatch.context() as patch:
        patch.setattr(clock, "datetime", Wrong)
        steady = clock.SteadyClock()
    assert abs(steady.now() - right - off) < timedelta(minutes=5)
    store = await Store.open(url, now=steady.now)
    session = Session(TelegramAPIServer.from_base(telegram.base), told=steady.told)
    async with Bot(f"{BOT_ID}:canary-token", session=session) as bot:
        telegram.plan("deleteWebhook", refused(502, "Bad Gateway"))
        telegram.push(message(8, chat=8))
        async with serving(intake_of(bot, dispatcher, store)):
            await until(lambda: {5, 6, 8} <= set(seen))
    assert abs(steady.now() - right) < timedelta(minutes=5)
    async with store.read() as unit:
        kept = [row.table for number in (5, 6) for row in await unit.belongings.of(number)]
        stamps = (await unit.transaction.execute(select(inbox.c.source, inbox.c.update_id))).all()
    await store.close()
    assert kept == ["people", "questions", "inbox", "people"], "what waits for the other bot is in the inbox"
    assert sorted(map(tuple, stamps)) == [(9, 5), (BOT_ID, 5), (BOT_ID, 6), (BOT_ID, 8)]


async def test_words_pushed_in_from_elsewhere_are_served_too(
    bot: Bot, telegram: TelegramOnLoopback, dispatcher: Dispatcher, store: Store, seen: Seen
) -> None:
    intake = intake_of(bot, dispatcher, store)
    async with serving(intake):
        assert await intake.accept(arrivals([message(1), message(2)])) == 2
        assert await intake.accept(arrivals([message(2)])) == 0
        await until(lambda: seen == [1, 2])


@pytest.mark.parametrize("readable", [True, False])
async def test_an_answer_kept_before_a_crash_is_sent_and_worked_out_anew_only_when_it_cannot_be_read(
    serve: Serve, store: Store, seen: Seen, readable: bool
) -> None:
    sent: list[Any] = []

    async def send_again(_: Bot, answer: Any) -> bool:
        sent.append(answer)
        return readable

    async with store.write() as unit:
        await put_updates(unit, [message(1)])
        running = await queue_in(unit).claim()
        assert running is not None
        await queue_in(unit).answered(running.id, {"text": "kept"})
    async with serve(send_again=send_again):
        await settled(store)
    assert (sent, seen) == ([{"text": "kept"}], [] if readable else [1])
    assert await counts(store) == (0, 0)


async def test_an_answer_that_telegram_did_not_take_is_sent_later_and_nothing_is_done_twice(
    serve: Serve, telegram: TelegramOnLoopback, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry_policy, "SHORTEST_REST", timedelta(milliseconds=10))
    dispatcher = Dispatcher(disable_fsm=True)
    happened: list[str] = []

    @dispatcher.message()
    async def handle(_: Message, inbox_id: int) -> None:
        async with store.write() as unit:
            await queue_in(unit).answered(inbox_id, {"text": "kept"})
        happened.append("effect")
        raise TelegramServerError(SendMessage(chat_id=5, text="kept"), "Bad Gateway")

    async def send_again(_: Bot, answer: Any) -> bool:
        happened.append("attempt")
        if len(happened) < 3:
            raise TelegramServerError(SendMessage(chat_id=5, text="kept"), "Bad Gateway")
        return True

    telegram.push(message(1))
    async with serve(dispatcher=dispatcher, send_again=send_again):
        await until(lambda: len(happened) == 3)
        await settled(store)
    assert happened == ["effect", "attempt", "attempt"]
    assert await counts(store) == (0, 0)


async def test_voices_leave_half_of_the_workers_to_what_is_typed(
    serve: Serve, telegram: TelegramOnLoopback, store: Store, seen: Seen
) -> None:
    release = asyncio.Event()

    async def act(event: Message) -> None:
        if event.voice:
            await release.wait()

    seen.act = act
    spoken = [message(number, chat=number) for number in range(1, 9)]
    for update in spoken:
        del update["message"]["text"]
        update["message"]["voice"] = {"file_id": "x", "file_unique_id": "x", "duration": 1}
    telegram.push(*spoken, message(9, chat=9))
    async with serve(workers=4):
        await until(lambda: 9 in seen)
        assert sorted(seen) == [1, 2, 9]
        release.set()
        await settled(store)
    assert sorted(seen) == list(range(1, 10))


async def test_who_speaks_when_too_many_wait_is_told_without_waiting(
    serve: Serve, telegram: TelegramOnLoopback, store: Store
) -> None:
    release = asyncio.Event()
    told: dict[int, bool] = {}
    dispatcher = Dispatcher(disable_fsm=True)

    @dispatcher.message()
    async def note(event: Message, crowded: bool) -> None:
        told[event.message_id] = crowded
        if event.voice and not crowded:
            await release.wait()

    spoken = [message(number, chat=number) for number in range(1, 6)]
    for update in spoken:
        del update["message"]["text"]
        update["message"]["voice"] = {"file_id": "x", "file_unique_id": "x", "duration": 1}
    telegram.push(*spoken, message(6, chat=6))
    async with serve(dispatcher=dispatcher, workers=4, voices_waiting=3):
        await until(lambda: {4, 5, 6} <= set(told))
        assert told == {1: False, 2: False, 4: True, 5: True, 6: False}
        release.set()
        await settled(store)
    assert told[3] is False


async def test_when_polling_hangs_the_heartbeat_stops_although_all_else_lives(
    bot: Bot, telegram: TelegramOnLoopback, dispatcher: Dispatcher, store: Store, seen: Seen, tmp_path: Path
) -> None:
    file = tmp_path / "heartbeat"
    release = asyncio.Event()

    async def hang(_: object) -> Any:
        await release.wait()
        return await refused(502, "Bad Gateway")(_)

    intake = intake_of(bot, dispatcher, store, poll_s=0)
    async with serving(intake):
        beating = asyncio.create_task(beat(lambda: intake.reached_at, file, every_s=0.002))
        await until(file.exists)
        telegram.always["getUpdates"] = hang
        polls = len(telegram.of("getUpdates"))
        await until(lambda: len(telegram.of("getUpdates")) > polls)
        await asyncio.sleep(0.05)
        os.utime(file, (0, 0))
        await asyncio.sleep(0.1)
        assert file.stat().st_mtime == 0
        assert intake.is_alive
        assert not beating.done()
        del telegram.always["getUpdates"]
        release.set()
        await until(lambda: file.stat().st_mtime > 0)
        beating.cancel()
        await asyncio.wait({beating})


async def test_a_receiver_that_dies_of_what_nobody_expected_ends_the_program_instead_of_leaving_it_deaf(
    bot: Bot, dispatcher: Dispatcher, store: Store
) -> None:
    class Dying:
        number = 4242
        away = False
        reached_at = None

        async def run(self) -> Any:
            raise LookupError

    intake = intake_of(bot, dispatcher, store, source=lambda _inflow: Dying())
    with pytest.raises(LookupError):
        async with asyncio.timeout(20):
            await intake.run(asyncio.Event())
    assert not intake.is_alive


def _telling(asked: list[bool], *outcomes: bool) -> Callable[[], Awaitable[bool]]:
    """Tells one outcome each time it is asked, and notes it in `asked`."""
    left = iter(outcomes)

    async def outcome() -> bool:
        asked.append(next(left))
        return asked[-1]

    return outcome


async def test_a_journal_that_somebody_reads_is_emptied_when_they_have_done(
    serve: Serve,
    telegram: TelegramOnLoopback,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(store, "clear_journal", _telling(asked, False, False, True))
    monkeypatch.setattr("assistant.queue.worker._CLEAR_AGAIN_S", 0.01)
    telegram.push(message(1))
    async with serve():
        await until(lambda: len(asked) == 3)
        await asyncio.sleep(0.1)
    assert asked == [False, False, True], "and then it rests"


async def test_the_file_is_rebuilt_when_everybody_is_answered_and_again_for_who_came_since(
    serve: Serve,
    telegram: TelegramOnLoopback,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(store, "rebuild", _telling(asked, False, True, True))
    monkeypatch.setattr("assistant.queue.worker._REBUILD_EVERY_S", 0.2)
    monkeypatch.setattr("assistant.queue.worker._REBUILD_SHARE", 1.0)
    telegram.push(message(1))
    async with serve():
        await until(lambda: asked == [False])
        await until(lambda: asked == [False, True])
        await asyncio.sleep(0.5)
        assert asked == [False, True], "nobody came since"
        telegram.push(message(2))
        await until(lambda: len(asked) == 3)


async def test_what_can_wait_waits_until_nobody_is_served(
    telegram: TelegramOnLoopback, bot: Bot, dispatcher: Dispatcher, store: Store, seen: Seen
) -> None:
    answered = asyncio.Event()
    seen.act = lambda _: answered.wait()
    worker = intake_of(bot, dispatcher, store)
    telegram.push(message(1))
    async with serving(worker):
        await until(lambda: seen)
        quiet = asyncio.create_task(worker.idle_for(0.05))
        await asyncio.sleep(0.2)
        assert not quiet.done()
        answered.set()
        await quiet
