"""Telegram sends updates to the webhook: each is stored before it is confirmed, and nobody else gets in."""

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiogram import Bot, Dispatcher
from aiogram.types import Message

from assistant.backoff import Backoff
from assistant.errors import SettingsError, StorageError
from assistant.operations.metrics import Metrics
from assistant.queue.updates import Inflow
from assistant.queue.worker import QueueWorker
from assistant.storage.store import Store
from handlers.sources.webhook import MOST_BYTES, RETRY_AFTER_S, Address, Webhook
from handlers.update_handler import UpdateHandler
from tests.telegram_on_loopback import TelegramOnLoopback, accepted, message, refused, until

_SECRET = "canary-of_the-Secret"
_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def address(port: int) -> Address:
    return Address(f"http://127.0.0.1:{port}/take/it", _SECRET, "127.0.0.1", port)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


class Inbox:
    """An inflow that keeps what it gets, or fails."""

    def __init__(self) -> None:
        self.stored: list[dict[str, Any]] = []
        self.places: list[tuple[int, int | None]] = []
        self.fails = False
        self.held: asyncio.Event | None = None
        self.times_reached = 0

    async def accept(self, arrivals: Any) -> int:
        if self.held is not None:
            await self.held.wait()
        if self.fails:
            raise StorageError("The database could not be written (SQLITE_FULL).")
        self.stored += [arrival.body for arrival in arrivals]
        self.places += [(arrival.number, arrival.chat) for arrival in arrivals]
        return len(arrivals)

    async def reached(self) -> None:
        self.times_reached += 1


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture(autouse=True)
def _refused_senders_are_let_go_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is sent on after a refusal is read for a moment, which a test need not wait for."""
    monkeypatch.setattr("handlers.sources.webhook._LINGERING_S", 0.05)


@pytest.fixture
def webhook(bot: Bot, inbox: Inbox, address: Address, metrics: Metrics) -> Webhook:
    return webhook_of(bot, inbox, address, metrics)


def webhook_of(bot: Bot, inflow: Inflow, address: Address, metrics: Metrics, **more: Any) -> Webhook:
    backoff = Backoff(uniform=lambda low, _: low / 20)
    options: dict[str, Any] = {"backoff": backoff, "check_every_s": 0.02} | more
    return Webhook(bot, inflow, address, allowed_updates=["message"], metrics=metrics, **options)


@asynccontextmanager
async def receiving(webhook: Webhook, telegram: TelegramOnLoopback) -> AsyncIterator[None]:
    telegram.always.setdefault("getWebhookInfo", accepted(info_of(webhook)))
    running = asyncio.create_task(webhook.run())
    await until(lambda: webhook.reached_at is not None or running.done())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait({running})
    if not running.cancelled():
        running.result()


def info_of(webhook: Webhook, **more: Any) -> dict[str, Any]:
    url = webhook._address.url
    return {"url": url, "has_custom_certificate": False, "pending_update_count": 0} | more


Post = Callable[..., Any]


@pytest.fixture
async def post(address: Address) -> AsyncIterator[Post]:
    async with aiohttp.ClientSession() as client:

        async def send(
            body: bytes | Any = None,
            *,
            secret: bytes | str | None = _SECRET,
            method: str = "POST",
            url: str = address.url,
            **more: Any,
        ) -> tuple[int, Any]:
            headers = {} if secret is None else {_HEADER: secret}
            given = {"json": body} if isinstance(body, dict) else {"data": body}
            async with client.request(method, url, headers=headers, **given, **more) as answer:
                await answer.read()
                return answer.status, answer.headers

        yield send


async def test_telegram_is_told_where_how_and_what_before_anything_is_asked(
    webhook: Webhook, telegram: TelegramOnLoopback, address: Address
) -> None:
    async with receiving(webhook, telegram):
        pass
    assert telegram.calls[0].method == "setWebhook"
    given = telegram.calls[0].params
    assert given["url"] == address.url
    assert given["secret_token"] == _SECRET
    assert given["allowed_updates"] == '["message"]'
    assert given["drop_pending_updates"] == "false"
    assert 1 <= int(given["max_connections"]) <= 100


async def test_an_update_is_confirmed_only_when_it_is_stored(
    webhook: Webhook, telegram: TelegramOnLoopback, inbox: Inbox, post: Post
) -> None:
    inbox.held = asyncio.Event()
    async with receiving(webhook, telegram):
        sending = asyncio.create_task(post(message(7)))
        await asyncio.wait({sending}, timeout=0.1)
        assert not sending.done()
        inbox.held.set()
        assert (await sending)[0] == 200
    assert inbox.stored == [message(7)]


async def test_when_the_store_fails_telegram_is_asked_to_come_again(
    webhook: Webhook, telegram: TelegramOnLoopback, inbox: Inbox, post: Post, metrics: Metrics
) -> None:
    inbox.fails = True
    async with receiving(webhook, telegram):
        status, headers = await post(message(7))
        assert (status, headers["Retry-After"]) == (503, str(RETRY_AFTER_S))
        inbox.fails = False
        assert (await post(message(7)))[0] == 200
    assert inbox.stored == [message(7)]
    value = metrics.registry.get_sample_value
    assert value("assistant_webhook_requests_total", {"status": "503"}) == 1
    assert value("assistant_webhook_requests_total", {"status": "200"}) == 1


async def test_an_update_that_comes_again_while_it_is_being_taken_is_taken_once(
    webhook: Webhook, telegram: TelegramOnLoopback, inbox: Inbox, post: Post
) -> None:
    inbox.held = asyncio.Event()
    async with receiving(webhook, telegram):
        first = asyncio.create_task(post(message(7)))
        await asyncio.wait({first}, timeout=0.1)
        status, headers = await post(message(7))
        assert (status, headers["Retry-After"]) == (503, str(RETRY_AFTER_S))
        inbox.held.set()
        assert (await first)[0] == 200
    assert inbox.stored == [message(7)]


@pytest.mark.parametrize(
    "secret",
    [
        None,
        "",
        "canary",
        _SECRET.lower(),
        _SECRET + "x",
        _SECRET[:-1],
        "sécret-canary",
        "秘密",
        "\udcff\udcfe",
    ],
)
async def test_without_the_secret_nothing_is_read_or_stored(
    webhook: Webhook, telegram: TelegramOnLoopback, inbox: Inbox, port: int, secret: str | None
) -> None:
    header = b"" if secret is None else _HEADER.encode() + b": " + secret.encode(errors="surrogateescape")
    async with receiving(webhook, telegram):
        # The body that it promises never comes: the answer must not wait for it.
        assert await raw_answer(port, header, b"Content-Length: 999") == 401
    assert inbox.stored == []


async def raw_answer(port: int, *headers: bytes, body: bytes = b"", path: bytes = b"/take/it") -> int:
    """The status of the answer to a request of bytes, whatever they are."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [b"POST " + path + b" HTTP/1.1", b"Host: x", *(each for each in headers if each)]
    writer.write(b"\r\n".join(lines) + b"\r\n\r\n" + body)
    await writer.drain()
    async with asyncio.timeout(10):
        status = await reader.readline()
    writer.close()
    return int(status.split()[1])


@pytest.mark.parametrize("size", [MOST_BYTES + 1, 3 * MOST_BYTES])
@pytest.mark.parametrize("chunked", [False, True])
async def test_of_a_body_over_the_limit_the_chat_is_kept_however_it_comes(
    webhook: Webhook, telegram: TelegramOnLoopback, inbox: Inbox, post: Post, size: int, chunked: bool
) -> None:
    body = padded(size)

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    async with receiving(webhook, telegram):
        assert (await post(pieces() if chunked else BytesIO(body)))[0] == 200
        # The biggest that is taken, so that the limit is where it should be.
        assert (await post(padded(MOST_BYTES)))[0] == 200
        assert (await post(BytesIO(b"x" * size)))[0] == 413
    assert [body == {} for body in inbox.stored] == [True, False]
    assert inbox.places == [(7, 5)] * 2


def padded(size: int) -> bytes:
    # Nobody can write another chat's number: what they write is escaped.
    body = json.dumps({"update_id": 7, "lies": '"chat":{"id":6'} | message(7, text="%")).encode()
    return body.replace(b"%", b"x" * (size - len(body) + 1))


@pytest.mark.parametrize(
    "body", [b"", b"canary", b"[]", b'"canary"', b"7", b"\xff\xfe", b'{"update_id":7,', b"9" * 9999]
)
async def test_what_is_no_object_is_refused_so_that_it_is_sent_again_unspoilt(
    webhook: Webhook, telegram: TelegramOnLoopback, inbox: Inbox, post: Post, body: bytes
) -> None:
    async with receiving(webhook, telegram):
        assert (await post(body))[0] == 400
    assert inbox.stored == []


@pytest.mark.parametrize("body", [b"{}", b'{"update_id":"canary"}'])
async def test_what_has_no_number_is_accepted_so_that_it_does_not_come_for_ever(
    webhook: Webhook,
    telegram: TelegramOnLoopback,
    inbox: Inbox,
    post: Post,
    body: bytes,
    metrics: Metrics,
    logged: Callable[[], str],
) -> None:
    async with receiving(webhook, telegram):
        assert (await post(body))[0] == 200
    assert inbox.stored == []
    assert "left out" in logged()
    assert metrics.registry.get_sample_value("assistant_updates_left_out_total") == 1


async def test_of_what_is_too_deep_to_be_read_the_chat_is_kept(
    webhook: Webhook, telegram: TelegramOnLoopback, inbox: Inbox, post: Post
) -> None:
    deep = b"[" * 60_000 + b"]" * 60_000
    async with receiving(webhook, telegram):
        assert (await post(b'{"update_id":7,"message":{"chat":{"id":5},"text":' + deep + b"}}"))[0] == 200
    assert (inbox.stored, inbox.places) == ([{}], [(7, 5)])


async def test_what_comes_damaged_twice_will_not_come_whole_and_its_chat_is_kept(
    webhook: Webhook, telegram: TelegramOnLoopback, inbox: Inbox, post: Post
) -> None:
    damaged = b'{"update_id":7,"message":{"chat":{"id":5,"type":"private"},"text":"x\xff'
    async with receiving(webhook, telegram):
        assert (await post(damaged))[0] == 400
        assert inbox.stored == []
        assert (await post(damaged))[0] == 200
    assert (inbox.stored, inbox.places) == ([{}], [(7, 5)])


async def test_other_methods_and_other_paths_are_not_there(
    webhook: Webhook, telegram: TelegramOnLoopback, post: Post, address: Address
) -> None:
    async with receiving(webhook, telegram):
        for method in ("GET", "PUT", "DELETE", "HEAD"):
            assert (await post(method=method))[0] == 405
        assert (await post(message(7), url=address.url + "/more"))[0] == 404


async def test_a_body_that_does_not_end_is_waited_for_only_so_long(
    bot: Bot,
    telegram: TelegramOnLoopback,
    inbox: Inbox,
    address: Address,
    metrics: Metrics,
    logged: Callable[[], str],
) -> None:
    webhook = webhook_of(bot, inbox, address, metrics, reading_s=0.05)
    secret = f"{_HEADER}: {_SECRET}".encode()
    async with receiving(webhook, telegram):
        assert await raw_answer(address.port, secret, b"Content-Length: 999", body=b'{"canary') == 408
    assert "Traceback" not in logged()


async def test_a_caller_that_hangs_up_is_no_error(
    webhook: Webhook,
    telegram: TelegramOnLoopback,
    inbox: Inbox,
    post: Post,
    port: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with receiving(webhook, telegram):
        for sent in (b'{"canary', b""):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            head = f"POST /take/it HTTP/1.1\r\nHost: x\r\n{_HEADER}: {_SECRET}\r\nContent-Length: 999\r\n\r\n"
            writer.write(head.encode() + sent)
            await writer.drain()
            await asyncio.sleep(0.02)
            writer.close()
        _, last = await asyncio.open_connection("127.0.0.1", port)
        last.write(b"no request \x00\xff\r\n\r\n")
        await last.drain()
        assert (await post(message(7)))[0] == 200
        last.close()
    assert inbox.stored == [message(7)]
    # What a library says below WARNING is never written.
    assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []


async def test_while_telegram_is_away_the_webhook_is_set_again_and_again(
    webhook: Webhook, telegram: TelegramOnLoopback, inbox: Inbox
) -> None:
    telegram.plan(
        "setWebhook", *[refused(502, "Bad Gateway")] * 4, refused(400, "Bad Request: bad webhook: canaries")
    )
    async with receiving(webhook, telegram):
        assert not webhook.away
    assert len(telegram.of("setWebhook")) == 6
    assert inbox.times_reached == 1


async def test_a_webhook_that_somebody_else_changed_is_set_again_and_both_are_told(
    webhook: Webhook, telegram: TelegramOnLoopback, logged
) -> None:
    telegram.plan("getWebhookInfo", accepted(info_of(webhook)), accepted(info_of(webhook, url="")))
    async with receiving(webhook, telegram):
        await until(lambda: len(telegram.of("setWebhook")) == 2)
    assert "another instance" in logged()


async def test_what_telegram_could_not_send_is_reported_once(
    webhook: Webhook, telegram: TelegramOnLoopback, logged
) -> None:
    failing = info_of(
        webhook,
        pending_update_count=12,
        last_error_date=4_000_000_000,
        last_error_message="Wrong response from the webhook: 502 Bad Gateway",
    )
    telegram.always["getWebhookInfo"] = accepted(failing)
    async with receiving(webhook, telegram):
        await until(lambda: len(telegram.of("getWebhookInfo")) >= 4)
    assert logged().count("updates do not arrive") == 1
    assert "502 Bad Gateway" in logged()
    assert "'pending': 12" in logged()


async def test_what_went_wrong_long_before_the_start_and_is_over_is_not_reported(
    webhook: Webhook, telegram: TelegramOnLoopback, logged
) -> None:
    over = info_of(webhook, pending_update_count=0, last_error_date=4_000_000_000, last_error_message="502")
    again = info_of(webhook, pending_update_count=0, last_error_date=1_000_000_000, last_error_message="503")
    telegram.plan("getWebhookInfo", accepted(over), accepted(over))
    telegram.always["getWebhookInfo"] = accepted(again)
    async with receiving(webhook, telegram):
        await until(lambda: len(telegram.of("getWebhookInfo")) >= 5)
    assert logged().count("updates do not arrive") == 1, "whatever the clocks say, what is new is told"
    assert "503" in logged()


@pytest.mark.parametrize("when", ["at the start", "later"])
async def test_a_token_that_telegram_does_not_know_ends_it(
    webhook: Webhook, telegram: TelegramOnLoopback, when: str
) -> None:
    telegram.always["getWebhookInfo"] = accepted(info_of(webhook))
    if when == "at the start":
        telegram.plan("setWebhook", refused(401, "Unauthorized"))
    else:
        telegram.plan("getWebhookInfo", accepted(info_of(webhook)), refused(401, "Unauthorized"))
    with pytest.raises(SettingsError, match="BOT_TOKEN"):
        async with asyncio.timeout(20):
            await webhook.run()


async def test_a_port_that_is_taken_is_named(webhook: Webhook, port: int) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", port))
        one.listen()
        with pytest.raises(SettingsError, match=rf"ASSISTANT_WEBHOOK_.*127.0.0.1:{port}"):
            await webhook.run()


async def test_what_has_begun_when_it_stops_is_still_stored_and_confirmed(
    webhook: Webhook, telegram: TelegramOnLoopback, inbox: Inbox, post: Post
) -> None:
    inbox.held = asyncio.Event()
    async with receiving(webhook, telegram):
        sending = asyncio.create_task(post(message(7)))
        await asyncio.wait({sending}, timeout=0.1)
        asyncio.get_running_loop().call_later(0.1, inbox.held.set)
    assert (await sending)[0] == 200
    assert inbox.stored == [message(7)]
    with pytest.raises(aiohttp.ClientConnectionError):
        await post(message(8))


async def test_the_intake_serves_what_a_webhook_brings_each_update_once(
    bot: Bot, telegram: TelegramOnLoopback, address: Address, metrics: Metrics, post: Post, tmp_path: Path
) -> None:
    seen: list[int] = []
    dispatcher = Dispatcher(disable_fsm=True)

    @dispatcher.message()
    async def note(event: Message) -> None:
        seen.append(event.message_id)

    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path}/a.db")
    made: list[Webhook] = []

    def receive(inflow: Inflow) -> Webhook:
        made.append(webhook_of(bot, inflow, address, metrics))
        return made[0]

    stop = asyncio.Event()
    intake = QueueWorker(store, UpdateHandler(bot, dispatcher), receive, workers=2, metrics=metrics)
    telegram.always["getWebhookInfo"] = accepted(info_of(made[0]))
    serving = asyncio.create_task(intake.run(stop))
    await until(lambda: intake.reached_at is not None)
    assert intake.is_alive
    for number in (1, 2, 2, 1, 3):
        assert (await post(message(number)))[0] == 200
    await until(lambda: seen == [1, 2, 3])
    stop.set()
    await serving
    await store.close()
    assert not intake.is_alive
    assert metrics.registry.get_sample_value("assistant_updates_received_total") == 3
    assert telegram.of("getUpdates") == []


def test_the_secret_does_not_show_where_the_address_is_printed(address: Address) -> None:
    assert _SECRET not in repr(address)


async def test_of_several_receivers_the_one_that_may_tells_telegram_and_all_are_in_touch(
    bot: Bot, inbox: Inbox, address: Address, metrics: Metrics, telegram: TelegramOnLoopback
) -> None:
    is_ours = False

    async def may_register() -> bool:
        return is_ours

    webhook = webhook_of(bot, inbox, address, metrics, may_register=may_register, most_connections=40)
    telegram.always["getWebhookInfo"] = accepted(info_of(webhook, url=""))
    async with receiving(webhook, telegram):
        assert telegram.of("setWebhook") == []
        assert inbox.times_reached == 1
        is_ours = True
        await until(lambda: bool(telegram.of("setWebhook")))
        assert telegram.of("setWebhook")[0].params["max_connections"] == "40"
