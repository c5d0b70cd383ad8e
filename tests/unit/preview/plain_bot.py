"""A bot that speaks plain HTTP to the loopback Bot API: what a test needs to see exactly what the server
answers."""

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp

from assistant.preview import LoopbackBotApi

OPUS = b"OggS" + bytes(24) + b"OpusHead" + bytes(60)
"""Enough of an OGG/Opus stream to be taken for one."""


async def until(condition: Callable[[], bool]) -> None:
    """Let the server work until something is so."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - the server announces its inner state to nobody
            await asyncio.sleep(0)


class PlainBot:
    """Calls methods by name. `ask` returns the whole answer, `get` the result of a call that must work."""

    def __init__(self, api: LoopbackBotApi, client: aiohttp.ClientSession) -> None:
        self.api = api
        self.client = client

    async def ask(self, method: str, *, token: str | None = None, **parameters: Any) -> dict[str, Any]:
        address = f"{self.api.base_url}/bot{token or self.api.token}/{method}"
        async with self.client.post(address, json=parameters) as response:
            answer: dict[str, Any] = await response.json()
            assert response.status == answer.get("error_code", 200)
            return answer

    async def get(self, method: str, **parameters: Any) -> Any:
        answer = await self.ask(method, **parameters)
        assert answer["ok"], answer
        return answer["result"]

    async def refusal(self, method: str, **parameters: Any) -> str:
        """The description of a call that must be refused."""
        answer = await self.ask(method, **parameters)
        assert not answer["ok"], answer
        return str(answer["description"])

    async def post_form(self, method: str, form: aiohttp.FormData | dict[str, str]) -> dict[str, Any]:
        address = f"{self.api.base_url}/bot{self.api.token}/{method}"
        async with self.client.post(address, data=form) as response:
            answer: dict[str, Any] = await response.json()
            return answer

    async def upload(
        self, method: str, chat_id: int, data: bytes, name: str = "a.ogg", **more: str
    ) -> dict[str, Any]:
        """Send a file as a part of its own, named after the method's kind."""
        form = aiohttp.FormData({"chat_id": str(chat_id)} | more)
        form.add_field(method.removeprefix("send").lower(), data, filename=name)
        return await self.post_form(method, form)
