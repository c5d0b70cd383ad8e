"""aiogram's session, which also heeds a proxy that says how long to wait."""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramNetworkError,
    TelegramRetryAfter,
)
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InputFile
from aiohttp import ClientConnectionError, ClientError, ClientTimeout, FormData, JsonPayload
from aiohttp.client import ClientRequest
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError

_TOO_MANY_REQUESTS = 429
_LONGEST_S = 3600
"""No proxy is believed that wants more; it is asked again after an hour."""


class Session(AiohttpSession):
    """Raises TelegramRetryAfter for every 429 that says how long to wait.

    Telegram says so in its JSON. A proxy before it answers with a page and says so in the header
    `Retry-After`, which aiogram does not look at. `proxy`: what everything is asked through. `told` is given
    the time by the server's clock, with each answer that says it.
    """

    def __init__(
        self,
        api: TelegramAPIServer,
        timeout: float = 20.0,
        proxy: str | None = None,
        told: Callable[[datetime], None] = lambda _: None,
    ) -> None:
        super().__init__(api=api, timeout=timeout)
        self._told = told
        if proxy is not None:
            certificates = self._connector_init["ssl"]
            self.proxy = proxy
            self._connector_type = _ProxyConnector
            # With a proxy aiogram leaves out the certificates that it brings.
            self._connector_init["ssl"] = certificates

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's own parameter
    ) -> TelegramType:
        """As aiogram makes it; errors hold no address, in which the token would be."""
        session = await self.create_session()
        try:
            async with session.post(
                self.api.api_url(token=bot.token, method=method.__api_method__),
                data=self._body(bot, method),
                timeout=ClientTimeout(self.timeout if timeout is None else timeout),
            ) as answer:
                content = await answer.text()
        except TimeoutError as error:
            raise TelegramNetworkError(method=method, message="Request timeout error") from error
        except ClientError as error:
            raise TelegramNetworkError(method=method, message=type(error).__name__) from error
        try:
            response = self.check_response(bot, method, answer.status, content)
        except TelegramRetryAfter:
            raise
        except (ClientDecodeError, TelegramAPIError):
            wait_s = seconds_to_wait(answer.headers.get("Retry-After"), _moment(answer.headers.get("Date")))
            if answer.status != _TOO_MANY_REQUESTS or wait_s is None:
                raise
            raise TelegramRetryAfter(method=method, message="Too Many Requests", retry_after=wait_s) from None
        if (moment := _moment(answer.headers.get("Date"))) is not None:
            self._told(moment)
        return cast(TelegramType, response.result)

    def _body(self, bot: Bot, method: TelegramMethod[TelegramType]) -> JsonPayload | FormData:
        """What the method sends: JSON, which is quicker to write than a form; a form if it has files."""
        files: dict[str, InputFile] = {}
        fields = {
            name: prepared
            for name, value in method.model_dump(warnings=False).items()
            if (prepared := self.prepare_value(value, bot=bot, files=files, _dumps_json=False))
            not in (None, "")
        }
        return self.build_form_data(bot=bot, method=method) if files else JsonPayload(fields)


class _ProxyConnector(ProxyConnector):
    """Fails as every connection does, whatever its proxy says, and tells nothing of its address."""

    async def connect(self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout) -> Connection:  # noqa: ASYNC109 - aiohttp's own parameter
        try:
            return await super().connect(req, traces, timeout)
        except (ProxyConnectionError, ProxyError, ProxyTimeoutError) as error:
            raise ClientConnectionError(type(error).__name__) from None


def seconds_to_wait(header: str | None, now: datetime | None) -> int | None:
    """What a `Retry-After` asks for (RFC 9110, 10.2.3): whole seconds, or until a date; from one second to an
    hour.

    `now` is the time by the clock that the date is from: the server's. None when it asks for nothing that can
    be read.
    """
    if header is None:
        return None
    header = header.strip()
    if header.isascii() and header.isdigit() and len(header) < 10:
        return min(max(1, int(header)), _LONGEST_S)
    until = _moment(header)
    if until is None:
        return None
    return min(max(1, math.ceil((until - (now or datetime.now(UTC))).total_seconds())), _LONGEST_S)


def _moment(header: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(header or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
