"""The bot as aiogram knows it: its token, its way to a Bot API server, and how what it sends is delivered."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from aiogram import Bot
from aiogram.utils.token import TokenValidationError

from assistant.clock import told
from assistant.errors import SettingsError
from assistant.operations.metrics import Metrics
from handlers.inbound.download import server_of
from handlers.output.delivery import Delivery
from handlers.output.pacing import Pace
from handlers.session import Session

_REQUEST_S: Final = 20.0
"""How long one request to Telegram may take before it is tried again."""


def make_bot(
    token: str,
    *,
    base: str,
    files: Path | None,
    proxy: str | None,
    on_gone: Callable[[int], Awaitable[None]],
    on_moved: Callable[[int, int], Awaitable[None]],
    metrics: Metrics,
    pace: Pace | None = None,
) -> Bot:
    """A bot that asks the server at `base`; see `server_of` for `files` and `Delivery` for what it is told.

    Raises SettingsError for what is no token.
    """
    session = Session(api=server_of(base, files), timeout=_REQUEST_S, proxy=proxy, told=told)
    session.middleware(Delivery(on_gone=on_gone, on_moved=on_moved, metrics=metrics, pace=pace))
    try:
        return Bot(token, session=session)
    except TokenValidationError:
        raise SettingsError("BOT_TOKEN is not a bot token: copy it again from @BotFather.") from None
