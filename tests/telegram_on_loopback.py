"""A small Bot API on 127.0.0.1 whose every fault is chosen by the test."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
HTML = "<html><head><title>502 Bad Gateway</title></head></html>"


def accepted(result: Any) -> Answer:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": result})

    return answer


def refused(code: int, description: str, **parameters: int) -> Answer:
    async def answer(_: web.Request) -> web.Response:
        body = {"ok": False, "error_code": code, "description": description, "parameters": parameters}
        return web.json_response(body, status=code)

    return answer


def raw(body: str | bytes, status: int = 200, **headers: str) -> Answer:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(
            body=body if isinstance(body, bytes) else body.encode(),
            status=status,
            content_type="text/html",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )

    return answer


async def reset(request: web.Request) -> web.Response:
    """The connection breaks without an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def hang(request: web.Request) -> web.Response:
    """No answer for longer than anybody waits."""
    await asyncio.sleep(5)
    return web.Response()


class Sleeps(list[float]):
    """Pauses asked for, almost without pausing."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)
        await asyncio.sleep(0.001)


def message(number: int, chat: int = 5, text: str = "canary") -> dict[str, Any]:
    """An update with that number, in which somebody says something."""
    person = {"id": chat, "is_bot": False, "first_name": "canary"}
    said = {
        "message_id": number,
        "date": 1,
        "chat": {"id": chat, "type": "private"},
        "from": person,
        "text": text,
    }
    return {"update_id": number, "message": said}


@dataclass
class Call:
    method: str
    params: dict[str, str]


@dataclass
class TelegramOnLoopback:
    """Answers as planned, and otherwise as Telegram would; remembers every call."""

    calls: list[Call] = field(default_factory=list)
    plans: defaultdict[str, deque[Answer]] = field(default_factory=lambda: defaultdict(deque))
    always: dict[str, Answer] = field(default_factory=dict)
    updates: list[Any] = field(default_factory=list)
    on_call: Callable[[Call], Awaitable[None]] | None = None
    port: int = 0
    _runner: web.AppRunner | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def plan(self, method: str, *answers: Answer) -> None:
        """The next calls of this method get these answers, one each."""
        self.plans[method].extend(answers)

    def push(self, *updates: Any) -> None:
        self.updates.extend(updates)
        self._news.set()

    def end_poll(self) -> None:
        """The poll that is waiting ends with nothing in it, as if its time were over."""
        self._news.set()

    def of(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        is_json = request.content_type == "application/json"
        fields = await request.json() if is_json else await request.post()
        call = Call(request.match_info["method"], {key: _as_text(value) for key, value in fields.items()})
        self.calls.append(call)
        if self.on_call:
            await self.on_call(call)
        if self.plans[call.method]:
            return await self.plans[call.method].popleft()(request)
        if call.method in self.always:
            return await self.always[call.method](request)
        if call.method == "getUpdates":
            return await self._get_updates(call)
        if call.method == "sendMessage":
            message = {"message_id": len(self.calls), "date": 1, "chat": {"id": 5, "type": "private"}}
            return web.json_response({"ok": True, "result": message})
        return web.json_response({"ok": True, "result": True})

    async def _get_updates(self, call: Call) -> web.Response:
        offset = int(call.params.get("offset", 0))
        self.updates = [
            update
            for update in self.updates
            if not (isinstance(update, dict) and isinstance(update.get("update_id"), int))
            or update["update_id"] >= offset
        ]
        if not self.updates:
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), float(call.params.get("timeout", 0)))
        batch = self.updates[: int(call.params.get("limit", 100))]
        return web.Response(text=json.dumps({"ok": True, "result": batch}), content_type="application/json")


def _as_text(value: object) -> str:
    """A parameter as it stands in a form, however it came."""
    return json.dumps(value) if isinstance(value, dict | list | bool) else str(value)


async def until(condition: Callable[[], Any]) -> None:
    """Wait until something is so; a test in which it never becomes so fails."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - the conditions are anything at all, mostly not events
            await asyncio.sleep(0.005)
