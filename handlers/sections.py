"""The list of everything there is to read or hear."""

from aiogram import Bot, Router
from aiogram.types import Message

from assistant.conversation.values import Chosen
from assistant.understanding.meaning import Command, CommandName
from handlers.addressing import Caller
from handlers.commands import slash
from handlers.desk import Desk


def build_router() -> Router:
    """Answers /sections."""
    router = Router(name="sections")
    router.message.register(show_sections, slash("sections"))
    return router


async def show_sections(_message: Message, bot: Bot, caller: Caller, desk: Desk) -> None:
    """Lists the sections, each as a button."""
    await desk.serve(bot, caller, Chosen(Command(CommandName.SECTIONS)))
