"""Fetching a file from Telegram: into memory, never more than allowed, and without a trace of the token."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiohttp import ClientError

from assistant.tracing import Stage, timed
from assistant.transcript import Unheard, UnheardReason

_log = structlog.get_logger(__name__)

_TIMEOUT_S: Final = 30
PAUSES_S: Final = (0.3, 1.0)
"""Waits before another attempt: saying it all again is hard work for somebody with little breath."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file's bytes, or its first ones when it is too big to be fetched whole."""

    data: bytes
    is_whole: bool = True


async def download(
    bot: Bot, file_id: str, *, max_bytes: int, pauses_s: Sequence[float] = PAUSES_S
) -> Fetched | Unheard:
    """The file's first `max_bytes` bytes; Unheard TOO_BIG when Telegram gives none, UNAVAILABLE on failure.

    Tries again after each of `pauses_s` seconds. Stops reading at the limit, whatever size was declared. The
    file's address holds the bot's token, and errors name that address: neither ever leaves this function.
    """
    with timed(Stage.DOWNLOAD):
        return await _downloaded(bot, file_id, max_bytes, pauses_s)


async def _downloaded(bot: Bot, file_id: str, max_bytes: int, pauses_s: Sequence[float]) -> Fetched | Unheard:
    try:
        file = await bot.get_file(file_id)
    except TelegramBadRequest as error:
        # Telegram itself refuses to hand out more than 20 MB (Bot API, `getFile`).
        too_big = "too big" in error.message.lower()
        return Unheard(UnheardReason.TOO_BIG if too_big else UnheardReason.UNAVAILABLE)
    except AiogramError as error:
        _log.warning("file not found", error=type(error).__name__)
        return Unheard(UnheardReason.UNAVAILABLE)
    if file.file_path is None:
        return Unheard(UnheardReason.UNAVAILABLE)
    for pause_s in (*pauses_s, None):
        try:
            return await _read(bot, file.file_path, max_bytes)
        except (ClientError, OSError, ValueError) as error:
            # TimeoutError is an OSError, and a malformed address a ValueError.
            _log.warning("download failed", error=type(error).__name__)
        if pause_s is not None:
            await asyncio.sleep(pause_s)
    return Unheard(UnheardReason.UNAVAILABLE)


async def _read(bot: Bot, path: str, max_bytes: int) -> Fetched:
    data = bytearray()
    url = bot.session.api.file_url(bot.token, path)
    async with aclosing(bot.session.stream_content(url, timeout=_TIMEOUT_S)) as chunks:
        async for chunk in chunks:
            data += chunk
            if len(data) > max_bytes:
                return Fetched(bytes(data[:max_bytes]), is_whole=False)
    return Fetched(bytes(data))
