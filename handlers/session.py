"""aiogram's session, which also heeds a proxy that says how long to wait."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramNetworkError,
    TelegramRetryAfter,
)
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import ClientError, ClientTimeout

_TOO_MANY_REQUESTS = 429


class Session(AiohttpSession):
    """Raises TelegramRetryAfter for every 429 that says how long to wait.

    Telegram says so in its JSON. A proxy before it answers with a page and says so in the header
    `Retry-After`, which aiogram does not look at.
    """

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
                data=self.build_form_data(bot=bot, method=method),
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
            wait_s = seconds_to_wait(answer.headers.get("Retry-After"), datetime.now(UTC))
            if answer.status != _TOO_MANY_REQUESTS or wait_s is None:
                raise
            raise TelegramRetryAfter(method=method, message="Too Many Requests", retry_after=wait_s) from None
        return cast(TelegramType, response.result)


def seconds_to_wait(header: str | None, now: datetime) -> int | None:
    """What a `Retry-After` asks for (RFC 9110, 10.2.3): whole seconds, or until a date; at least one.

    None when it asks for nothing that can be read.
    """
    if header is None:
        return None
    header = header.strip()
    if header.isascii() and header.isdigit() and len(header) < 10:
        return max(1, int(header))
    try:
        context = parsedate_to_datetime(header)
    except ValueError:
        return None
    if context.tzinfo is None:
        context = context.replace(tzinfo=UTC)
    return max(1, math.ceil((context - now).total_seconds()))
