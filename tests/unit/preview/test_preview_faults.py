"""Faults on order."""

import asyncio

import aiohttp
import pytest

from assistant.preview import Fault, FloodLimits, LoopbackBotApi, Person
from assistant.preview.faults import FaultPlan, FloodGate
from tests.unit.preview.plain_bot import OPUS, PlainBot, until


async def test_a_flood_answer_names_the_seconds_to_wait(
    bot: PlainBot, api: LoopbackBotApi, alice: Person
) -> None:
    api.faults.append(Fault("sendMessage", "429", retry_after=7))
    answer = await bot.ask("sendMessage", chat_id=alice.id, text="Hi")
    assert answer == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7},
    }
    assert alice.unread == 0
    assert await bot.get("sendMessage", chat_id=alice.id, text="Hi")


@pytest.mark.parametrize(("kind", "status"), [("502html", 502), ("429html", 429)])
async def test_a_proxy_answers_in_html(bot: PlainBot, api: LoopbackBotApi, kind: str, status: int) -> None:
    api.faults.append(Fault("getMe", "502html" if kind == "502html" else "429html"))
    async with bot.client.get(f"{api.base_url}/bot{api.token}/getMe") as response:
        assert (response.status, response.content_type) == (status, "text/html")


async def test_other_methods_are_not_hit(bot: PlainBot, api: LoopbackBotApi, alice: Person) -> None:
    api.faults.append(Fault("sendMessage", "500", times=2))
    assert await bot.get("getMe")
    assert [(await bot.ask("sendMessage", chat_id=alice.id, text="Hi"))["ok"] for _ in range(3)] == [
        False,
        False,
        True,
    ]


async def test_a_reset_does_nothing_and_a_lost_answer_has_done_it(
    bot: PlainBot, api: LoopbackBotApi, alice: Person
) -> None:
    api.faults.append(Fault("sendMessage", "reset"))
    api.faults.append(Fault("sendMessage", "lost"))
    for expected in (0, 1):
        with pytest.raises(aiohttp.ClientError):
            await bot.ask("sendMessage", chat_id=alice.id, text="Hi")
        assert alice.unread == expected
    assert [call.status for call in api.calls] == [0, 0]


async def test_a_request_can_hang_and_the_server_still_stops(bot: PlainBot, api: LoopbackBotApi) -> None:
    api.faults.append(Fault("getMe", "hang"))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(bot.ask("getMe"), 0.05)
    api.faults.append(Fault("getMe", "hang"))
    hanging = asyncio.create_task(bot.ask("getMe"))
    await until(lambda: len(api.faults) == 0)
    await asyncio.wait_for(api.stop(), 5)
    with pytest.raises(aiohttp.ClientError):
        await hanging


async def test_a_download_can_end_half_way(bot: PlainBot, api: LoopbackBotApi, alice: Person) -> None:
    sent = await alice.send_voice(OPUS)
    path = (await bot.get("getFile", file_id=sent.file_id))["file_path"]
    api.faults.append(Fault("download", "lost"))
    async with bot.client.get(f"{api.base_url}/file/bot{api.token}/{path}") as response:
        with pytest.raises(aiohttp.ClientError):
            await response.read()


async def test_a_download_can_be_reset(bot: PlainBot, api: LoopbackBotApi, alice: Person) -> None:
    sent = await alice.send_voice(OPUS)
    path = (await bot.get("getFile", file_id=sent.file_id))["file_path"]
    # The client tries once more by itself when a connection that it kept open turns out to be cut.
    api.faults.append(Fault("download", "reset", times=2))
    with pytest.raises(aiohttp.ClientError):
        await bot.client.get(f"{api.base_url}/file/bot{api.token}/{path}")


async def test_a_slow_answer_comes_whole_in_the_end(bot: PlainBot, api: LoopbackBotApi) -> None:
    api.faults.append(Fault("getMyCommands", "drip"))
    assert await bot.get("getMyCommands") == []


async def test_the_token_can_stop_being_accepted(bot: PlainBot, api: LoopbackBotApi) -> None:
    api.faults.append(Fault("*", "401", times=1000))
    assert (await bot.ask("getUpdates"))["error_code"] == 401
    api.faults.clear()
    assert await bot.get("getMe")


def test_a_share_of_the_requests_is_hit_alike_in_every_run() -> None:
    def hits() -> list[int]:
        plan = FaultPlan()
        plan.append(Fault("*", "500", times=10_000, share=0.3))
        return [number for number in range(1000) if plan.take("getMe") is not None]

    assert hits() == hits()
    assert 250 < len(hits()) < 350


def test_the_flood_gate_counts_by_chat_and_overall() -> None:
    gate = FloodGate(FloodLimits(per_chat_per_s=1, overall_per_s=3, burst_in_chat=1))
    assert gate.wait_s(1, now=0.0) == 0
    assert gate.wait_s(1, now=0.5) == 1
    assert gate.wait_s(1, now=1.0) == 0
    assert [gate.wait_s(chat, now=1.1) for chat in (2, 3, 4)] == [0, 0, 1]
    assert FloodGate(None).wait_s(1, now=0.0) == 0
