"""How a person wants to be answered."""

from aiogram import Bot, Router
from aiogram.types import Message

from assistant.dialogue.utterance import Chosen
from assistant.nlu.intents import Command, CommandName
from handlers.audience_filter import Caller
from handlers.commands import slash
from handlers.responder import Responder


def build_router() -> Router:
    """Answers /settings."""
    router = Router(name="settings")
    router.message.register(show_settings, slash("settings"))
    return router


async def show_settings(_message: Message, bot: Bot, caller: Caller, responder: Responder) -> None:
    """Shows the settings, with a button for each change."""
    await responder.serve(bot, caller, Chosen(Command(CommandName.SETTINGS)))
