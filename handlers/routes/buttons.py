"""Buttons: each stands for a command, and its effect is a new message, never a toast alone."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from aiogram import BaseMiddleware, Bot, Router
from aiogram.exceptions import AiogramError
from aiogram.types import CallbackQuery, TelegramObject

from assistant.dialogue.render.system_messages import SystemMessage
from assistant.dialogue.utterance import Chosen
from assistant.nlu.intents import Command, CommandName
from handlers.audience_filter import Caller
from handlers.callbacks import unpack
from handlers.responder import Responder


def build_router() -> Router:
    """Answers every button."""
    router = Router(name="buttons")
    router.callback_query.register(do_what_the_button_says)
    return router


async def do_what_the_button_says(
    press: CallbackQuery, bot: Bot, caller: Caller, responder: Responder
) -> None:
    """Does it, or says that the button is not known any more and what to do instead."""
    command = unpack(press.data)
    if command is None:
        await responder.serve(
            bot, caller, Chosen(Command(CommandName.HELP)), preface=SystemMessage.UNKNOWN_BUTTON
        )
        return
    await responder.serve(bot, caller, Chosen(command))


class Acknowledge(BaseMiddleware):
    """Tells Telegram at once that a press has arrived, so that the button stops spinning, limits or not."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        if not isinstance(event, CallbackQuery):
            return await handler(event, data)
        acknowledging = asyncio.create_task(_acknowledge(event, data["bot"]))
        try:
            return await handler(event, data)
        finally:
            await asyncio.wait([acknowledging])


async def _acknowledge(press: CallbackQuery, bot: Bot) -> None:
    # "Query is too old" comes after a restart or a long queue; the button does its work all the same.
    with suppress(AiogramError):
        await bot.answer_callback_query(press.id)
