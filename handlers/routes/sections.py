"""The list of everything there is to read or hear."""

from aiogram import Bot, Router
from aiogram.types import Message

from assistant.dialogue.utterance import Chosen
from assistant.nlu.intents import Command, CommandName
from handlers.audience_filter import Caller
from handlers.commands import slash
from handlers.responder import Responder


def build_router() -> Router:
    """Answers /sections."""
    router = Router(name="sections")
    router.message.register(show_sections, slash("sections"))
    return router


async def show_sections(_message: Message, bot: Bot, caller: Caller, responder: Responder) -> None:
    """Lists the sections, each as a button."""
    await responder.serve(bot, caller, Chosen(Command(CommandName.SECTIONS)))
