"""What is kept about a person, how to get a copy of it, and how to have it erased."""

from aiogram import Bot, Router
from aiogram.types import Message

from assistant.dialogue.utterance import Chosen
from assistant.nlu.intents import Command, CommandName
from handlers.audience_filter import Caller
from handlers.commands import slash
from handlers.responder import Responder


def build_router() -> Router:
    """Answers /privacy, /export and /forget."""
    router = Router(name="privacy")
    router.message.register(show_privacy, slash("privacy"))
    router.message.register(send_a_copy, slash("export"))
    router.message.register(ask_whether_to_forget, slash("forget"))
    return router


async def show_privacy(_message: Message, bot: Bot, caller: Caller, responder: Responder) -> None:
    """Says what is kept, and where voices go."""
    await responder.serve(bot, caller, Chosen(Command(CommandName.PRIVACY)))


async def send_a_copy(_message: Message, bot: Bot, caller: Caller, responder: Responder) -> None:
    """Sends a file with all that is kept about the person."""
    await responder.serve(bot, caller, Chosen(Command(CommandName.EXPORT)))


async def ask_whether_to_forget(_message: Message, bot: Bot, caller: Caller, responder: Responder) -> None:
    """Asks once for a confirmation; nothing is erased before it."""
    await responder.serve(bot, caller, Chosen(Command(CommandName.FORGET_ME)))
