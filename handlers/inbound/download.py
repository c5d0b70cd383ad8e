"""Fetching a file from Telegram: into memory, never more than allowed, and without a trace of the token."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import structlog
from aiogram import Bot
from aiogram.client.telegram import BareFilesPathWrapper, TelegramAPIServer
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiogram.types import File
from aiohttp import ClientError

from assistant.tracing import Stage, timed
from assistant.transcript import Unheard, UnheardReason

_log = structlog.get_logger(__name__)

_TIMEOUT_S: Final = 30
PAUSES_S: Final = (0.3, 1.0)
"""Waits before another attempt: saying it all again is hard work for somebody with little breath."""
_LOCAL_PARTS: Final = 3


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


class LocalFiles(BareFilesPathWrapper):
    """Where this program sees the files of a Bot API server that runs with `--local`, in its working folder.

    Such a server names a file by its path on its own disk, `.../<token>/<kind>/<name>`. Whatever comes before
    that, the file is in `folder`, and nothing outside it is ever opened.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def to_local(self, path: Path | str) -> Path:
        """The file. Raises ValueError for a path that is none of the server's."""
        inside = PurePosixPath(path).parts[-_LOCAL_PARTS:]
        file = self._folder.joinpath(*inside).resolve()
        if len(inside) < _LOCAL_PARTS or not file.is_relative_to(self._folder):
            raise ValueError("not a file of the Bot API server")
        return file


def server_of(base: str, files: Path | None) -> TelegramAPIServer:
    """The Bot API server at `base`; `files`: its working folder, when it runs with `--local`."""
    if files is None:
        return TelegramAPIServer.from_base(base)
    return TelegramAPIServer.from_base(base, is_local=True, wrap_local_file=LocalFiles(files))


async def _downloaded(bot: Bot, file_id: str, max_bytes: int, pauses_s: Sequence[float]) -> Fetched | Unheard:
    file = await _found(bot, file_id, pauses_s)
    if isinstance(file, Unheard):
        return file
    if file.file_path is None:
        return Unheard(UnheardReason.UNAVAILABLE)
    is_on_its_disk = PurePosixPath(file.file_path).is_absolute()
    if is_on_its_disk and not bot.session.api.is_local:
        _log.error("the Bot API server runs with --local: set ASSISTANT_BOT_API_FILES to its folder")
        return Unheard(UnheardReason.UNAVAILABLE)
    for pause_s in (*pauses_s, None):
        try:
            if is_on_its_disk:
                return await asyncio.to_thread(_read_local, bot.session.api, file.file_path, max_bytes)
            return await _read(bot, file.file_path, max_bytes)
        except (ClientError, OSError, ValueError) as error:
            # TimeoutError is an OSError, and a malformed address a ValueError.
            _log.warning("download failed", error=type(error).__name__)
        if pause_s is not None:
            await asyncio.sleep(pause_s)
    return Unheard(UnheardReason.UNAVAILABLE)


async def _found(bot: Bot, file_id: str, pauses_s: Sequence[float]) -> File | Unheard:
    """What Telegram says of the file. What it calls temporarily unavailable is asked for again."""
    for pause_s in (*pauses_s, None):
        try:
            return await bot.get_file(file_id)
        except TelegramBadRequest as error:
            said = error.message.lower()
            # Telegram itself refuses to hand out more than 20 MB (Bot API, `getFile`).
            if "too big" in said:
                return Unheard(UnheardReason.TOO_BIG)
            _log.warning("file not found", error=type(error).__name__)
            if "temporarily" not in said:
                break
        except AiogramError as error:
            _log.warning("file not found", error=type(error).__name__)
            break
        if pause_s is not None:
            await asyncio.sleep(pause_s)
    return Unheard(UnheardReason.UNAVAILABLE)


def _read_local(api: TelegramAPIServer, path: str, max_bytes: int) -> Fetched:
    with Path(api.wrap_local_file.to_local(path)).open("rb") as file:
        data = file.read(max_bytes + 1)
    return Fetched(data[:max_bytes], is_whole=len(data) <= max_bytes)


async def _read(bot: Bot, path: str, max_bytes: int) -> Fetched:
    data = bytearray()
    url = bot.session.api.file_url(bot.token, path)
    async with aclosing(bot.session.stream_content(url, timeout=_TIMEOUT_S)) as chunks:
        async for chunk in chunks:
            data += chunk
            if len(data) > max_bytes:
                return Fetched(bytes(data[:max_bytes]), is_whole=False)
    return Fetched(bytes(data))
