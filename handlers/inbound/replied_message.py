"""What an older message of the bot showed, by the buttons that come along with a reply to it."""

from aiogram.types import Message

from assistant.dialogue.utterance import EarlierMessage, Offered
from handlers.callbacks import unpack
from handlers.inbound.message_text import written_in


def earlier_in(message: Message, bot_id: int) -> EarlierMessage | None:
    """The message of this bot that `message` replies to; None when it replies to none.

    A voice note that follows its text has no buttons: then its words name what it reads.
    """
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.from_user.id != bot_id:
        return None
    rows = replied.reply_markup.inline_keyboard if replied.reply_markup else ()
    buttons = [button for row in rows for button in row]
    offered = tuple(
        Offered(button.text, command) for button in buttons if (command := unpack(button.callback_data))
    )
    return EarlierMessage(offered, written_in(replied).partition("\n")[0])
