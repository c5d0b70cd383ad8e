"""Shows in the chat that the bot is at work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from aiogram import Bot
from aiogram.enums import ChatAction
from aiogram.exceptions import AiogramError

_REFRESH_S: Final = 4.0
"""Telegram shows a chat action for five seconds (Bot API, `sendChatAction`)."""

QUICK_S: Final = 0.3
"""Work shorter than this needs no sign: the answer itself is there first."""


@asynccontextmanager
async def shown_working(
    bot: Bot, chat_id: int, action: ChatAction, *, thread: int | None = None, after_s: float = 0.0
) -> AsyncIterator[None]:
    """Shows `action` in the chat and topic, from `after_s` seconds on, for as long as the block lasts.

    Never fails and never delays the block: a sign of work that cannot be shown is left out. (aiogram's
    ChatActionSender waits for its last request, and reports a failed one as a lost task.)
    """
    showing: list[asyncio.Task[None]] = []

    def begin() -> None:
        showing.append(asyncio.create_task(_show(bot, chat_id, thread, action)))

    # No task before its time: most work is over by then, and a task costs more than what most work takes.
    beginning = asyncio.get_running_loop().call_later(after_s, begin)
    try:
        yield
    finally:
        beginning.cancel()
        if showing:
            showing[0].cancel()
            await asyncio.wait(showing)


async def _show(bot: Bot, chat_id: int, thread: int | None, action: ChatAction) -> None:
    with suppress(AiogramError):
        while True:
            await bot.send_chat_action(chat_id, action, message_thread_id=thread)
            await asyncio.sleep(_REFRESH_S)
