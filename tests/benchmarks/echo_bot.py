"""The yardstick: the smallest aiogram bot, which sends every text and every voice note back."""

import asyncio
import os

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message


async def echo(message: Message) -> None:
    """Sends a text back."""
    await message.answer(message.text or "")


async def echo_voice(message: Message) -> None:
    """Sends a voice note back, without looking into it."""
    assert message.voice is not None
    await message.answer_voice(message.voice.file_id)


async def main() -> None:
    """Polls until it is stopped."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["BOT_API_BASE"]))
    dispatcher = Dispatcher()
    dispatcher.message.register(echo, F.text)
    dispatcher.message.register(echo_voice, F.voice)
    await dispatcher.start_polling(Bot(os.environ["BOT_TOKEN"], session=session), handle_signals=True)


if __name__ == "__main__":
    asyncio.run(main())
