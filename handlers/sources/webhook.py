"""Is sent updates by Telegram, and confirms each only when it is stored."""

import asyncio
import hmac
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramRetryAfter
from aiogram.types import WebhookInfo
from aiohttp import web

from assistant.backoff import Backoff
from assistant.errors import SettingsError, StorageError
from assistant.operations.metrics import Metrics
from assistant.queue.table import MAX_BODY
from assistant.queue.updates import Arrival, Inflow
from handlers.output.delivery import fault_code
from handlers.sources.arrivals import arrival_of, remnant_of
from handlers.sources.token import UNKNOWN_BOT, refuses_token

_log = structlog.get_logger(__name__)

MOST_BYTES: Final = MAX_BODY
"""Telegram's own updates stay far below. Of what is longer only the beginning is read."""

MOST_CONNECTIONS: Final = 16
"""Telegram keeps one chat's updates in order over them."""

MOST_CONNECTIONS_OF_SEVERAL: Final = 40

CHECK_EVERY_S: Final = 30.0
RETRY_AFTER_S: Final = 5
READING_S: Final = 15.0
STOPPING_S: Final = 5.0
_LINGERING_S: Final = 0.5
"""How long the rest of a refused body is still taken, so that whoever sends it hears the refusal."""

_SECRET_HEADER: Final = b"x-telegram-bot-api-secret-token"


@dataclass(frozen=True, slots=True)
class Address:
    """Where updates come in: `url` as Telegram knows it, `host` and `port` as this machine does.

    `secret` is what Telegram proves itself with, 1 to 256 of A-Z, a-z, 0-9, _ and -.
    """

    url: str
    secret: str = field(repr=False)
    host: str
    port: int


class Webhook:
    """Listens, tells Telegram so, and looks twice a minute whether that still holds.

    It needs the inflow alone: several may stand behind one address, when they share secret and inflow. Then
    one of them, which `may_register`, tells Telegram.
    """

    def __init__(
        self,
        bot: Bot,
        inflow: Inflow,
        address: Address,
        *,
        allowed_updates: list[str],
        metrics: Metrics,
        backoff: Backoff | None = None,
        may_register: Callable[[], Awaitable[bool]] | None = None,
        most_connections: int = MOST_CONNECTIONS,
        check_every_s: float = CHECK_EVERY_S,
        reading_s: float = READING_S,
    ) -> None:
        self._bot = bot
        self._inflow = inflow
        self._address = address
        self._secret = address.secret.encode()
        self._allowed_updates = allowed_updates
        self._metrics = metrics
        self._backoff = backoff or Backoff()
        self._may_register = may_register or _always
        self._most_connections = most_connections
        self._check_every_s = check_every_s
        self._reading_s = reading_s
        self._registered = False
        self._in_hand: set[int] = set()
        self._came_damaged: set[int] = set()
        self._problem_at: datetime | None = None
        self._has_looked = False
        self.away = True
        """Whether Telegram could not be reached the last time, or not yet."""
        self.reached_at: float | None = None
        """When Telegram last answered about the webhook, or used it, by `time.monotonic()`; None: never."""

    @property
    def number(self) -> int:
        """The bot's number: the first part of its token."""
        return self._bot.id

    async def run(self) -> NoReturn:
        """Receive until cancelled; then what has begun is still stored.

        SettingsError says that the port is taken, or that Telegram does not know the token.
        """
        async with self._listening():
            while True:
                try:
                    await self._look_after()
                except (AiogramError, UnicodeDecodeError) as error:
                    self.away = True
                    await self._after(error)
                else:
                    self._backoff.over()
                    await self._backoff.sleep(self._check_every_s)

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[None]:
        app = web.Application()
        app.router.add_post(urlsplit(self._address.url).path or "/", self._take)
        # Nothing is written about requests: their bodies are people's words.
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOPPING_S, lingering_time=_LINGERING_S)
        await runner.setup()
        try:
            try:
                await web.TCPSite(runner, self._address.host, self._address.port).start()
            except OSError as error:
                raise SettingsError(
                    f"ASSISTANT_WEBHOOK_HOST and _PORT: {self._address.host}:{self._address.port} cannot be "
                    f"listened on ({error.strerror or type(error).__name__}). Choose another, or stop what "
                    "uses it."
                ) from None
            yield
        finally:
            await runner.cleanup()

    async def _look_after(self) -> None:
        """See that updates are sent here, and ask for them when they are not."""
        may_register = await self._may_register()
        if self._registered or not may_register:
            info = await self._bot.get_webhook_info()
            self._report(info)
            if info.url != self._address.url and may_register:
                _log.error("another instance polls with this token, or has set a webhook: stop one of them")
                self._registered = False
        if not self._registered and may_register:
            await self._bot.set_webhook(
                self._address.url,
                max_connections=self._most_connections,
                allowed_updates=self._allowed_updates,
                drop_pending_updates=False,
                secret_token=self._address.secret,
            )
            self._registered = True
            _log.info("webhook set")
        self.reached_at = time.monotonic()
        if self.away:
            await self._inflow.reached()
            self.away = False

    def _report(self, info: WebhookInfo) -> None:
        """Say, once each time, what Telegram says went wrong when it sent updates here."""
        # When it went wrong is by Telegram's clock, which is not compared with this machine's. What it says
        # at the first look may be long over: it matters while something waits.
        is_news = info.last_error_date not in (None, self._problem_at)
        self._problem_at = info.last_error_date
        has_looked, self._has_looked = self._has_looked, True
        if is_news and (has_looked or info.pending_update_count):
            _log.warning(
                "updates do not arrive",
                problem=(info.last_error_message or "")[:200],
                pending=info.pending_update_count,
            )

    async def _after(self, error: AiogramError | UnicodeDecodeError) -> None:
        if refuses_token(error, ever_reached=self.reached_at is not None):
            raise SettingsError(UNKNOWN_BOT) from None
        match error:
            case TelegramRetryAfter():
                _log.warning("webhook not set", code="429", retry_after_s=error.retry_after)
                await self._backoff.sleep(error.retry_after)
            case TelegramBadRequest():
                # Telegram's reason: a name that it cannot resolve, a port that it does not use.
                _log.error("webhook refused", problem=error.message[:200])
            case _:
                _log.warning("webhook not set", code=fault_code(error))
        await self._backoff.rest()

    async def _take(self, request: web.Request) -> web.Response:
        status = await self._answer(request)
        self._metrics.webhook_called(status)
        headers = {}
        if status is HTTPStatus.SERVICE_UNAVAILABLE:
            headers["Retry-After"] = str(RETRY_AFTER_S)
        return web.Response(status=status, headers=headers)

    async def _answer(self, request: web.Request) -> HTTPStatus:
        if not hmac.compare_digest(_secret_of(request), self._secret):
            return HTTPStatus.UNAUTHORIZED
        try:
            async with asyncio.timeout(self._reading_s):
                body = await _beginning(request)
        except TimeoutError:
            return HTTPStatus.REQUEST_TIMEOUT
        except (ConnectionError, web.RequestPayloadError):
            # Whoever called has hung up, and hears none of this.
            return HTTPStatus.BAD_REQUEST
        if len(body) > MOST_BYTES:
            _log.error("update too big", most_bytes=MOST_BYTES)
            return await self._keep_remnant(body, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return await self._keep(body)

    async def _keep(self, body: bytes) -> HTTPStatus:
        """Store an update. Only 200 stops Telegram from sending it again, and its chat's next ones wait.

        So of what repeating can never make better the remnant is stored, for its chat to be told. What is no
        JSON object at all hardly came from Telegram like that: 400, so that it is sent again, unspoilt.
        """
        try:
            update: Any = json.loads(body)
        except RecursionError:
            return await self._keep_remnant(body, HTTPStatus.OK)
        except ValueError:
            update = None
        if not isinstance(update, dict):
            _log.warning("request without an update")
            return await self._keep_damaged(body)
        arrival = arrival_of(update, self._bot.id)
        if arrival is None:
            _log.error("updates without a number left out", count=1)
            self._metrics.left_out(1)
            return HTTPStatus.OK
        return await self._store(arrival)

    async def _keep_damaged(self, body: bytes) -> HTTPStatus:
        """What comes damaged for a second time will not come whole."""
        remnant = remnant_of(_text(body), self._bot.id)
        if remnant is None or remnant.chat is None:
            return HTTPStatus.BAD_REQUEST
        if remnant.number not in self._came_damaged:
            self._came_damaged.add(remnant.number)
            return HTTPStatus.BAD_REQUEST
        self._came_damaged.discard(remnant.number)
        return await self._store(remnant)

    async def _keep_remnant(self, body: bytes, without_number: HTTPStatus) -> HTTPStatus:
        remnant = remnant_of(_text(body), self._bot.id)
        _log.error("update cannot be read", update_id=remnant.number if remnant else None)
        if remnant is None:
            self._metrics.left_out(1)
            return without_number
        return await self._store(remnant)

    async def _store(self, arrival: Arrival) -> HTTPStatus:
        if arrival.number in self._in_hand:
            # Telegram has grown impatient; when it comes again, this will be over.
            return HTTPStatus.SERVICE_UNAVAILABLE
        self._in_hand.add(arrival.number)
        try:
            await self._inflow.accept([arrival])
        except StorageError as error:
            # Not stored, so not confirmed: Telegram sends it again.
            _log.error("updates not stored", error=str(error))
            return HTTPStatus.SERVICE_UNAVAILABLE
        finally:
            self._in_hand.discard(arrival.number)
        self.reached_at = time.monotonic()
        return HTTPStatus.OK


async def _always() -> bool:
    return True


async def _beginning(request: web.Request) -> bytes:
    """The body; of one that is longer than MOST_BYTES a little more than that."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MOST_BYTES:
            break
    return bytes(body)


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")


def _secret_of(request: web.Request) -> bytes:
    """The header's bytes as they came: not every byte is a character, and none is an error."""
    return next((value for name, value in request.raw_headers if name.lower() == _SECRET_HEADER), b"")
