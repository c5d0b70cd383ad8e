"""Buttons: one column of full words."""

from collections.abc import Iterable

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from assistant.dialogue.reply import Option
from handlers.callbacks import pack


def column(options: Iterable[Option]) -> InlineKeyboardMarkup | None:
    """One button per line, in the order given; None without options: Telegram refuses an empty keyboard."""
    rows = [
        [InlineKeyboardButton(text=option.label, callback_data=pack(option.command))] for option in options
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def link(label: str, url: str) -> InlineKeyboardMarkup:
    """A single button that opens `url`."""
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text=label, url=url)]])
