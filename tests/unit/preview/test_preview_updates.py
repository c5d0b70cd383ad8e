"""getUpdates, to the letter, and webhooks."""

import asyncio
from typing import Any

from aiohttp import web

from assistant.preview import LoopbackBotApi, Person
from tests.unit.preview.conftest import Clock
from tests.unit.preview.plain_bot import PlainBot, until


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_updates_come_again_until_a_higher_offset_confirms_them(bot: PlainBot, alice: Person) -> None:
    await alice.send_text("one")
    first = await bot.get("getUpdates")
    assert texts(first) == ["/start", "one"]
    assert first[1]["update_id"] == first[0]["update_id"] + 1
    assert await bot.get("getUpdates") == first
    assert await bot.get("getUpdates", offset=first[0]["update_id"]) == first
    assert texts(await bot.get("getUpdates", offset=first[1]["update_id"])) == ["one"]
    assert await bot.get("getUpdates", offset=first[1]["update_id"] + 1) == []
    assert await bot.get("getUpdates") == []


async def test_a_negative_offset_keeps_the_last_updates_only(bot: PlainBot, alice: Person) -> None:
    for number in ("one", "two", "three"):
        await alice.send_text(number)
    assert texts(await bot.get("getUpdates", offset=-2)) == ["two", "three"]
    assert texts(await bot.get("getUpdates")) == ["two", "three"]


async def test_a_limit_gives_the_oldest_first(bot: PlainBot, alice: Person) -> None:
    await alice.send_text("one")
    assert texts(await bot.get("getUpdates", limit=1)) == ["/start"]
    assert "limit" in await bot.refusal("getUpdates", limit=101)
    assert "limit" in await bot.refusal("getUpdates", limit=0)


async def test_a_long_poll_ends_as_soon_as_something_happens(bot: PlainBot, alice: Person) -> None:
    start = await bot.get("getUpdates")
    waiting = asyncio.create_task(bot.get("getUpdates", offset=start[-1]["update_id"] + 1, timeout=30))
    await until(lambda: bot.api.world.updates.pending == 0)  # the poll has confirmed the start and waits
    await alice.send_text("hello")
    assert texts(await asyncio.wait_for(waiting, 5)) == ["hello"]


async def test_a_second_poller_ends_the_first_with_a_conflict(bot: PlainBot, alice: Person) -> None:
    start = await bot.get("getUpdates")
    after = start[-1]["update_id"] + 1
    first = asyncio.create_task(bot.ask("getUpdates", offset=after, timeout=30))
    await until(lambda: bot.api.world.updates.pending == 0)  # the poll has confirmed the start and waits
    second = asyncio.create_task(bot.get("getUpdates", offset=after, timeout=30))
    answer = await asyncio.wait_for(first, 5)
    assert answer["error_code"] == 409
    assert "terminated by other getUpdates request" in answer["description"]
    await alice.send_text("hello")
    assert texts(await asyncio.wait_for(second, 5)) == ["hello"]


async def test_allowed_updates_hold_from_then_on_and_are_remembered(bot: PlainBot, alice: Person) -> None:
    alice.blocks_bot = True
    alice.blocks_bot = False
    kinds = [list(update)[1] for update in await bot.get("getUpdates", allowed_updates=["message"])]
    assert kinds == ["message", "my_chat_member", "my_chat_member"]  # made before the choice
    await bot.get("getUpdates", offset=-1)
    alice.blocks_bot = True
    alice.blocks_bot = False
    await alice.send_text("hello")
    assert texts((await bot.get("getUpdates"))[1:]) == ["hello"]
    await bot.get("getUpdates", allowed_updates=[])
    alice.blocks_bot = True
    assert "my_chat_member" in (await bot.get("getUpdates"))[-1]
    assert "sneezes" in await bot.refusal("getUpdates", allowed_updates=["sneezes"])


async def test_updates_are_kept_for_a_day(bot: PlainBot, alice: Person, clock: Clock) -> None:
    clock.now += 24 * 3600 - 60
    await alice.send_text("later")
    assert texts(await bot.get("getUpdates")) == ["/start", "later"]
    clock.now += 120
    assert texts(await bot.get("getUpdates")) == ["later"]


async def test_a_malformed_update_can_be_put_in(bot: PlainBot, api: LoopbackBotApi) -> None:
    number = api.world.updates.push_raw({"message": {"message_id": "not a number"}})
    assert await bot.get("getUpdates") == [{"update_id": number, "message": {"message_id": "not a number"}}]


async def test_a_webhook_gets_each_update_once_in_order_and_polling_is_refused(
    bot: PlainBot, alice: Person
) -> None:
    received: list[dict[str, Any]] = []
    secrets: list[str | None] = []
    enough = asyncio.Event()

    async def take(request: web.Request) -> web.Response:
        secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        received.append(await request.json())
        if len(received) == 2:
            enough.set()
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    await bot.get("setWebhook", url=f"http://127.0.0.1:{port}/hook", secret_token="s3cret")
    await alice.send_text("hello")
    await asyncio.wait_for(enough.wait(), 5)
    assert texts(received) == ["/start", "hello"]
    assert secrets == ["s3cret", "s3cret"]
    assert "webhook is active" in await bot.refusal("getUpdates")
    assert (await bot.get("getWebhookInfo"))["url"].endswith("/hook")
    await bot.get("deleteWebhook")
    assert await bot.get("getUpdates") == []
    await runner.cleanup()


async def test_an_update_that_a_webhook_refuses_is_sent_again_before_any_other(
    bot: PlainBot, alice: Person
) -> None:
    received: list[dict[str, Any]] = []
    enough = asyncio.Event()

    async def take(request: web.Request) -> web.Response:
        received.append(await request.json())
        if len(received) == 4:
            enough.set()
        # Asked to come again at once, Telegram does; without that it waits a little.
        return web.Response(status=503, headers={"Retry-After": "0"}) if len(received) < 3 else web.Response()

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await bot.get("setWebhook", url=f"http://127.0.0.1:{runner.addresses[0][1]}/hook")
    await alice.send_text("hello")
    await asyncio.wait_for(enough.wait(), 20)
    assert texts(received) == ["/start", "/start", "/start", "hello"]
    assert "503" in (await bot.get("getWebhookInfo"))["last_error_message"]
    await bot.get("deleteWebhook")
    await runner.cleanup()


async def test_a_webhook_elsewhere_needs_https(bot: PlainBot) -> None:
    assert "HTTPS" in await bot.refusal("setWebhook", url="http://hooks.example/take")


async def test_pending_updates_can_be_dropped(bot: PlainBot, alice: Person) -> None:
    assert (await bot.get("getWebhookInfo"))["pending_update_count"] == 1
    await bot.get("deleteWebhook", drop_pending_updates=True)
    assert await bot.get("getUpdates") == []


async def test_another_life_of_the_server_counts_its_updates_elsewhere(bot: PlainBot, alice: Person) -> None:
    [update] = await bot.get("getUpdates")
    await asyncio.sleep(0.02)
    async with LoopbackBotApi() as later:
        assert later.world.updates.push_raw({}) > update["update_id"]
