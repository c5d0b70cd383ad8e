"""The program as an operator runs it: by webhook or polling, watched at its port, ended when it must be."""

import asyncio
import shutil
import socket
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from assistant.preview.bot_api import LoopbackBotApi
from assistant.preview.faults import Fault
from tests.journeys.house import PATIENCE_S, say, title_of
from tests.journeys.program import Program

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.process]

_TOKEN = "987654321:AAH-canary-of-the-token-0123456789abcde"
_NAME = "Quillfeather"
_QUESTION = "does wobblethorpe bring on the symptoms"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def fetched(port: int, path: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"http://127.0.0.1:{port}{path}") as answer,
    ):
        return answer.status, await answer.text()


async def ready(port: int) -> dict[str, Any]:
    """Wait until all is well, and say what is."""
    async with asyncio.timeout(PATIENCE_S), aiohttp.ClientSession() as client:
        while True:
            async with client.get(f"http://127.0.0.1:{port}/readyz") as answer:
                found: dict[str, Any] = await answer.json()
                if answer.status == 200:
                    return found
            await asyncio.sleep(0.1)


async def test_by_webhook_then_by_polling_until_telegram_no_longer_knows_the_token(
    tmp_path: Path, learnt: Path
) -> None:
    ops, hook = free_port(), free_port()
    async with LoopbackBotApi(token=_TOKEN) as api:
        watched = {"ASSISTANT_OPS_PORT": str(ops), "ASSISTANT_LOG_FORMAT": "console"}
        by_webhook = Program(
            tmp_path,
            api,
            ASSISTANT_WEBHOOK_URL=f"http://127.0.0.1:{hook}/take",
            ASSISTANT_WEBHOOK_PORT=str(hook),
            **watched,
        )
        by_polling = Program(tmp_path, api, **watched)
        shutil.copytree(learnt, by_webhook.data / learnt.name)
        try:
            person = api.person(_NAME)
            await by_webhook.start()
            assert (await ready(ops))["ready"] is True
            await person.send_text("/help")
            assert title_of(await person.receive(PATIENCE_S)) == say("help-title")
            assert [call.method for call in api.calls if call.method == "getUpdates"] == []
            await _outsiders_get_nowhere(hook)
            assert await by_webhook.end() == 0

            # What comes while nobody listens is not lost, and polling gets it.
            await person.send_text(_QUESTION)
            await by_polling.start()
            assert (await person.receive(PATIENCE_S)).words
            await ready(ops)
            status, page = await fetched(ops, "/metrics")
            assert status == 200
            assert 'assistant_updates_settled_total{outcome="done"} 1.0' in page
            assert 'assistant_ready{check="telegram"} 1.0' in page

            await _another_polls(api, by_polling)
            api.faults.append(Fault("getUpdates", "401"))
            assert await by_polling.ended() == 2
        finally:
            await by_webhook.kill_if_running()
            await by_polling.kill_if_running()
    said = "".join((*by_webhook.output, *by_polling.output))
    assert "Telegram does not know this BOT_TOKEN" in said
    for secret in (_TOKEN, _TOKEN.partition(":")[2], _NAME, "wobblethorpe"):
        assert secret not in said + page
    assert "Traceback" not in said


async def _outsiders_get_nowhere(port: int) -> None:
    async with aiohttp.ClientSession() as client:
        address = f"http://127.0.0.1:{port}/take"
        async with client.post(address, json={"update_id": 1}) as answer:
            assert answer.status == 401
        async with client.get(address) as answer:
            assert answer.status == 405


async def _another_polls(api: LoopbackBotApi, program: Program) -> None:
    """Somebody else asks for updates with the same token: the program says so and goes on."""
    async with asyncio.timeout(PATIENCE_S), aiohttp.ClientSession() as client:
        while not any("another instance polls" in line for line in program.output):
            async with client.get(f"{api.base_url}/bot{api.token}/getUpdates") as answer:
                assert answer.status == 200
            await asyncio.sleep(0.2)


async def test_a_token_that_is_no_bots_at_all_ends_the_start_with_a_sentence(
    tmp_path: Path, learnt: Path
) -> None:
    async with LoopbackBotApi(token=_TOKEN) as api:
        # One that is not known gets 401 (test_the_program.py); one that never could be gets this.
        api.faults.append(Fault("*", "404", times=1000))
        program = Program(tmp_path, api)
        shutil.copytree(learnt, program.data / learnt.name)
        try:
            await program.start()
            assert await program.ended() == 2
        except RuntimeError:
            # It ended before anybody saw it ready.
            assert await program.ended() == 2
        finally:
            await program.kill_if_running()
    said = "".join(program.output)
    assert "copy it again from @BotFather" in said
    assert "Traceback" not in said


async def test_a_port_that_is_taken_ends_the_start_before_anything_is_loaded(tmp_path: Path) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        port = one.getsockname()[1]
        async with LoopbackBotApi(token=_TOKEN) as api:
            program = Program(tmp_path, api, ASSISTANT_OPS_PORT=str(port))
            with pytest.raises(RuntimeError, match=f"ASSISTANT_OPS_.*127.0.0.1:{port}"):
                await program.start()
            assert await program.ended() == 2
    assert not program.data.exists(), "nothing was begun"
