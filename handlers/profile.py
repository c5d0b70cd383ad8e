"""How the bot presents itself in Telegram: its menu of commands and its descriptions."""

import asyncio
from typing import Final

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import SetMyCommands, SetMyDescription, SetMyShortDescription
from aiogram.types import BotCommand

from assistant.dialogue.render.message_catalogue import MessageCatalogue

_log = structlog.get_logger(__name__)

_PATIENCE_S: Final = 20.0


def menu(sentences: MessageCatalogue) -> list[BotCommand]:
    """The commands in Telegram's menu, in its order, each with what it does."""
    described = {
        "start": sentences.say("telegram-menu-start"),
        "sections": sentences.say("telegram-menu-sections"),
        "faq": sentences.say("telegram-menu-faq"),
        "bookmarks": sentences.say("telegram-menu-bookmarks"),
        "settings": sentences.say("telegram-menu-settings"),
        "about": sentences.say("telegram-menu-about"),
        "help": sentences.say("telegram-menu-help"),
        "privacy": sentences.say("telegram-menu-privacy"),
        "export": sentences.say("telegram-menu-export"),
        "forget": sentences.say("telegram-menu-forget"),
    }
    return [BotCommand(command=name, description=text) for name, text in described.items()]


async def introduce(bot: Bot, sentences: MessageCatalogue) -> None:
    """Registers menu and descriptions with Telegram.

    Never fails and takes 20 seconds at most: the bot serves without them too.
    """
    steps = (
        SetMyCommands(commands=menu(sentences)),
        SetMyDescription(description=sentences.say("telegram-description")),
        SetMyShortDescription(short_description=sentences.say("telegram-short-description")),
    )
    try:
        async with asyncio.timeout(_PATIENCE_S):
            for step in steps:
                await _take(bot, step)
    except TimeoutError:
        _log.warning("profile not registered in time")


async def _take(bot: Bot, step: SetMyCommands | SetMyDescription | SetMyShortDescription) -> None:
    try:
        await bot(step)
    except AiogramError as error:
        _log.warning("profile not registered", step=type(step).__name__, error=type(error).__name__)
