"""Buttons: each stands for a command, and its effect is a new message, never a toast alone."""

import asyncio
from collections import OrderedDict
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

from aiogram import BaseMiddleware, Bot, Router
from aiogram.dispatcher.event.bases import NextMiddlewareType
from aiogram.exceptions import AiogramError
from aiogram.types import CallbackQuery, TelegramObject

from assistant.clock import steady_now
from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.dialogue.render.system_messages import SystemMessage
from assistant.dialogue.utterance import Chosen
from assistant.nlu.intents import Command, CommandName
from handlers.audience_filter import Caller
from handlers.callbacks import unpack
from handlers.responder import Responder

TAPPED_WITHIN: Final = timedelta(seconds=2)
_PRESSES_REMEMBERED: Final = 10_000


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
    """Tells Telegram at once that a press has arrived, so that the button stops spinning, limits or not.

    A hand that shakes presses a button several times: within two seconds that is one press. The others get a
    toast, which disturbs nobody.
    """

    def __init__(self, sentences: MessageCatalogue) -> None:
        self._sentences = sentences
        self._latest: OrderedDict[tuple[object, ...], tuple[str, datetime]] = OrderedDict()

    async def __call__(
        self,
        handler: NextMiddlewareType[TelegramObject],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Serve a press, unless it is the one before it over again."""
        if not isinstance(event, CallbackQuery):
            return await handler(event, data)
        if self._is_again(event, data.get("received_at") or steady_now()):
            await _acknowledge(event, data["bot"], self._sentences.say("telegram-pressed-again"))
            return None
        acknowledging = asyncio.create_task(_acknowledge(event, data["bot"]))
        try:
            return await handler(event, data)
        finally:
            await asyncio.wait([acknowledging])

    def _is_again(self, press: CallbackQuery, at: datetime) -> bool:
        """Whether the same button was pressed just before; the same press, tried once more, is not meant."""
        message = press.message
        button = (
            press.from_user.id,
            press.inline_message_id if message is None else (message.chat.id, message.message_id),
            press.data,
        )
        first, first_at = self._latest.get(button, (press.id, at))
        if first != press.id and abs(at - first_at) <= TAPPED_WITHIN:
            return True
        self._latest[button] = (press.id, at)
        while len(self._latest) > _PRESSES_REMEMBERED:
            self._latest.popitem(last=False)
        return False


async def _acknowledge(press: CallbackQuery, bot: Bot, toast: str | None = None) -> None:
    # "Query is too old" comes after a restart or a long queue; the button does its work all the same.
    with suppress(AiogramError):
        await bot.answer_callback_query(press.id, text=toast)
