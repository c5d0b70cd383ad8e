"""The common questions."""

from aiogram import Bot, Router
from aiogram.types import Message

from assistant.dialogue.utterance import Chosen
from assistant.nlu.intents import Command, CommandName
from handlers.audience_filter import Caller
from handlers.commands import slash
from handlers.responder import Responder


def build_router() -> Router:
    """Answers /faq."""
    router = Router(name="faq")
    router.message.register(show_questions, slash("faq"))
    return router


async def show_questions(_message: Message, bot: Bot, caller: Caller, responder: Responder) -> None:
    """Lists the questions, each as a button."""
    await responder.serve(bot, caller, Chosen(Command(CommandName.FAQ)))
