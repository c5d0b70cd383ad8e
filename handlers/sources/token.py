"""Whether Telegram knows the bot's token: every way of receiving updates may be told that it does not."""

from typing import Final

from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramUnauthorizedError

UNKNOWN_BOT: Final = (
    "Telegram does not know this BOT_TOKEN: copy it again from @BotFather, whole, without spaces."
)


def refuses_token(error: AiogramError | UnicodeDecodeError, *, ever_reached: bool) -> bool:
    """Whether Telegram says that there is no such bot. 404 says so at the first request only."""
    return isinstance(error, TelegramUnauthorizedError) or (
        isinstance(error, TelegramNotFound) and not ever_reached
    )
