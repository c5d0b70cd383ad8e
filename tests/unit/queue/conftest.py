"""Updates come from a Telegram on this machine."""

from tests.bot_on_loopback import bot, logged, telegram

__all__ = ["bot", "logged", "telegram"]
