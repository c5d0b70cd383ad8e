"""The answers that a person has saved."""

from aiogram import Bot, Router
from aiogram.types import Message

from assistant.dialogue.utterance import Chosen
from assistant.nlu.intents import Command, CommandName
from handlers.audience_filter import Caller
from handlers.commands import slash
from handlers.responder import Responder


def build_router() -> Router:
    """Answers /bookmarks."""
    router = Router(name="bookmarks")
    router.message.register(show_bookmarks, slash("bookmarks"))
    return router


async def show_bookmarks(_message: Message, bot: Bot, caller: Caller, responder: Responder) -> None:
    """Lists the saved answers, each as a button."""
    await responder.serve(bot, caller, Chosen(Command(CommandName.BOOKMARKS)))
