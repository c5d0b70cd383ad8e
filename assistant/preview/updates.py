"""The queue of updates: numbered, kept a day, given out by long polling or pushed to a webhook."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from assistant.preview.rules.methods import ALL_UPDATES, DEFAULT_UPDATES
from assistant.preview.rules.refusals import bad_request, conflict

KEPT_S = 24 * 60 * 60
"""Telegram keeps an update for a day at most (core.telegram.org/bots/api#getting-updates)."""
_LONGEST_POLL_S = 50
_WEBHOOK_RETRY_S = 1.0
_WEBHOOK_TIMEOUT_S = 60.0

_OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
_WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


@dataclass(frozen=True, slots=True)
class _Waiting:
    update_id: int
    created: float
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where updates are pushed."""

    url: str
    secret: str | None = None
    max_connections: int = 40


class UpdateQueue:
    """Updates for the bot, oldest first. One getUpdates request at a time; a newer one ends the older with
    409."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        # As with Telegram, a new life begins with other numbers, so that a bot which remembers the last ones
        # does not mistake new updates for old. A hundredth of a second per number outruns any load of one
        # machine.
        self._next_id = int(time.time() * 100) % 1_000_000_000 + 1
        self._waiting: deque[_Waiting] = deque()
        self._allowed: frozenset[str] = DEFAULT_UPDATES
        self._poller: asyncio.Future[None] | None = None
        self._delivery: asyncio.Task[None] | None = None
        self.webhook: Webhook | None = None
        self.last_webhook_problem: str | None = None

    def push(self, kind: str, body: dict[str, Any]) -> int | None:
        """Queue one update and return its number, or None when the bot did not ask for this kind."""
        if kind not in self._allowed:
            return None
        return self.push_raw({kind: body})

    def push_raw(self, update: dict[str, Any]) -> int:
        """Queue an update as it is, also a malformed one, and return its number."""
        update_id = self._next_id
        self._next_id += 1
        self._waiting.append(_Waiting(update_id, self._clock(), {"update_id": update_id} | update))
        self._wake()
        return update_id

    @property
    def pending(self) -> int:
        """How many updates wait for the bot."""
        self._forget_old()
        return len(self._waiting)

    async def fetch(
        self, offset: int = 0, limit: int = 100, timeout_s: int = 0, allowed: Sequence[str] | None = None
    ) -> list[dict[str, Any]]:
        """getUpdates: confirm everything below `offset`, then return what waits, at most `limit`.

        A negative offset keeps only the last ones. With nothing to return, waits up to `timeout_s`. Raises
        RequestRefusedError 409 while a webhook is set, or when another getUpdates takes over.
        """
        if self.webhook is not None:
            raise conflict(_WEBHOOK_ACTIVE)
        if not 1 <= limit <= 100:
            raise bad_request('parameter "limit" must be from 1 to 100')
        if timeout_s < 0:
            raise bad_request('parameter "timeout" must not be negative')
        self._end_poller(_OTHER_POLLER)
        self.allow(allowed)
        self._confirm(offset)
        if not self._waiting and timeout_s > 0:
            await self._wait(min(timeout_s, _LONGEST_POLL_S))
        self._forget_old()
        return [waiting.body for waiting in list(self._waiting)[:limit]]

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Choose the kinds of update from now on; None leaves the choice, an empty list means the default."""
        if kinds is None:
            return
        unknown = set(kinds) - ALL_UPDATES
        if unknown:
            raise bad_request(f'unknown update type "{min(unknown)}"')
        self._allowed = frozenset(kinds) or DEFAULT_UPDATES

    @property
    def allowed(self) -> frozenset[str]:
        """The kinds of update that the bot gets."""
        return self._allowed

    def drop_pending(self) -> None:
        """Forget everything that waits."""
        self._waiting.clear()

    def set_webhook(self, webhook: Webhook | None) -> None:
        """Push updates from now on, or stop pushing."""
        self.stop_pushing()
        self.webhook = webhook
        self.last_webhook_problem = None
        if webhook is not None:
            self._end_poller("terminated by setWebhook request")
            self._delivery = asyncio.get_running_loop().create_task(self._deliver(webhook))

    def stop_pushing(self) -> None:
        """End the delivery task, if one runs."""
        if self._delivery is not None:
            self._delivery.cancel()
            self._delivery = None

    def stop(self) -> None:
        """Let every waiting request go: the server ends."""
        self.stop_pushing()
        self._wake()

    def _end_poller(self, reason: str) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(conflict(reason))

    def _wake(self) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)

    async def _wait(self, timeout_s: float) -> None:
        poller: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._poller = poller
        try:
            async with asyncio.timeout(timeout_s):
                await poller
        except TimeoutError:
            return
        finally:
            if self._poller is poller:
                self._poller = None

    def _confirm(self, offset: int) -> None:
        self._forget_old()
        if offset < 0:
            while len(self._waiting) > -offset:
                self._waiting.popleft()
        while self._waiting and self._waiting[0].update_id < offset:
            self._waiting.popleft()

    def _forget_old(self) -> None:
        oldest = self._clock() - KEPT_S
        while self._waiting and self._waiting[0].created < oldest:
            self._waiting.popleft()

    async def _deliver(self, webhook: Webhook) -> None:
        """Push the oldest update until it is accepted, then the next: order is kept."""
        headers = {} if webhook.secret is None else {"X-Telegram-Bot-Api-Secret-Token": webhook.secret}
        timeout = aiohttp.ClientTimeout(total=_WEBHOOK_TIMEOUT_S)
        async with aiohttp.ClientSession(headers=headers, timeout=timeout) as client:
            while True:
                self._forget_old()
                if not self._waiting:
                    await self._wait(KEPT_S)
                    continue
                first = self._waiting[0]
                pause_s = await self._push_once(client, webhook.url, first.body)
                if pause_s is not None:
                    await asyncio.sleep(pause_s)
                elif self._waiting and self._waiting[0] is first:
                    self._waiting.popleft()

    async def _push_once(self, client: aiohttp.ClientSession, url: str, body: dict[str, Any]) -> float | None:
        """None: it was accepted. Else the seconds until it is sent again, as many as were asked for."""
        try:
            async with client.post(url, json=body) as response:
                if 200 <= response.status < 300:
                    return None
                self.last_webhook_problem = f"Wrong response from the webhook: {response.status}"
                asked = response.headers.get("Retry-After", "")
        except (aiohttp.ClientError, TimeoutError) as error:
            self.last_webhook_problem = f"Connection failed: {type(error).__name__}"
            asked = ""
        return float(asked) if asked.isdecimal() else _WEBHOOK_RETRY_S
