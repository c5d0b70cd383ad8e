"""`/livez`, `/readyz` and `/metrics`, on a port of their own that only the operator should reach."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog
from aiohttp import web

from assistant.errors import AssistantError, SettingsError
from assistant.operations.health import Health
from assistant.operations.metrics import Metrics

_log = structlog.get_logger(__name__)

_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
_STOPPING_S: Final = 1.0

Refresh = Callable[[], Awaitable[None]]
"""Brings the metrics up to date that nobody counts as things happen."""


class Operations:
    """What an operator can ask a running assistant."""

    def __init__(self, health: Health, metrics: Metrics) -> None:
        self.health = health
        self.metrics = metrics
        self._refreshes: list[Refresh] = []

    def refresh_with(self, refresh: Refresh) -> None:
        """Await `refresh` before the metrics are shown."""
        self._refreshes.append(refresh)

    @asynccontextmanager
    async def listening(self, host: str, port: int) -> AsyncIterator[int]:
        """Answers for as long as the block lasts, which gets the port: port 0 takes any free one.

        Raises SettingsError when it cannot listen there.
        """
        app = web.Application()
        app.router.add_get("/livez", self._live)
        app.router.add_get("/readyz", self._ready)
        app.router.add_get("/metrics", self._measure)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_STOPPING_S)
        await runner.setup()
        try:
            try:
                await web.TCPSite(runner, host, port).start()
            except OSError as error:
                raise SettingsError(
                    f"ASSISTANT_OPS_HOST and _PORT: {host}:{port} cannot be listened on "
                    f"({error.strerror or type(error).__name__}). Choose another, or `off`, or stop what "
                    "uses it."
                ) from None
            taken: int = runner.addresses[0][1]
            _log.info("operations port open", port=taken)
            yield taken
        finally:
            await runner.cleanup()

    async def _live(self, _request: web.Request) -> web.Response:
        # That this is answered at all says that the event loop runs.
        alive = self.health.is_alive
        return web.Response(
            text="alive\n" if alive else "dead\n", status=200 if alive else 503, headers=_UNCACHED
        )

    async def _ready(self, _request: web.Request) -> web.Response:
        problems = await self.health.problems()
        ready = not any(problems.values())
        checks = {
            name.value: {"ok": problem is None, "problem": problem} for name, problem in problems.items()
        }
        return web.json_response(
            {"ready": ready, "checks": checks}, status=200 if ready else 503, headers=_UNCACHED
        )

    async def _measure(self, _request: web.Request) -> web.Response:
        problems = await self.health.problems()
        self.metrics.checked({name: problem is None for name, problem in problems.items()})
        self.metrics.counted_tasks(len(asyncio.all_tasks()))
        for refresh in self._refreshes:
            # A store that cannot be read is what `assistant_ready` says; its last numbers stay.
            with suppress(AssistantError):
                await refresh()
        return web.Response(body=self.metrics.page(), headers=_UNCACHED | {"Content-Type": _TEXT})


_UNCACHED: Final = {"Cache-Control": "no-store"}
