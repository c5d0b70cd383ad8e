"""A button's data and the command it stands for.

Buttons stay in a chat for years, so the two-letter codes are a stable format: add to them, never change one.
They are short because Telegram gives a button 64 bytes, and the name of an answer needs most of them.
"""

import re
from typing import Final

from assistant.dialogue.person import AnswerBy
from assistant.nlu.intents import Command, CommandName
from assistant.speech.tts.script import Speed

LIMIT_BYTES: Final = 64
"""The most a button's data may hold (Bot API, `InlineKeyboardButton.callback_data`)."""

_CODES: Final = {
    CommandName.START: "st",
    CommandName.HELP: "he",
    CommandName.SECTIONS: "se",
    CommandName.FAQ: "fa",
    CommandName.BOOKMARKS: "bo",
    CommandName.SAVE: "sa",
    CommandName.REMOVE_BOOKMARK: "rb",
    CommandName.NEXT: "ne",
    CommandName.BACK: "ba",
    CommandName.REPEAT: "re",
    CommandName.SLOWER: "sl",
    CommandName.FASTER: "fs",
    CommandName.TEXT_ONLY: "to",
    CommandName.AUDIO_ON: "ao",
    CommandName.LANGUAGE: "la",
    CommandName.FORGET_ME: "fm",
    CommandName.SHOW: "sh",
    CommandName.LISTEN: "li",
    CommandName.RELATED: "rl",
    CommandName.UNDO: "un",
    CommandName.YES: "ye",
    CommandName.NO: "no",
    CommandName.SETTINGS: "sg",
    CommandName.ANSWER_BY: "ab",
    CommandName.SPEED: "sp",
    CommandName.CLOUD_SPEECH: "cs",
    CommandName.ABOUT: "at",
    CommandName.PRIVACY: "pr",
    CommandName.CONTINUE: "co",
    CommandName.START_AGAIN: "sn",
    CommandName.WHERE: "wh",
    CommandName.LISTEN_ALL: "ll",
    CommandName.STOP: "ha",
    CommandName.VOLUME: "vo",
    CommandName.THANKS: "th",
    CommandName.SYMPATHY: "sy",
    CommandName.EXPORT: "ex",
    CommandName.KEEP_QUESTIONS: "kq",
    CommandName.HELPED: "hp",
    CommandName.NOT_HELPED: "nh",
}
_NAMES: Final = {code: name for name, code in _CODES.items()}

_ARGUMENT: Final = re.compile(r"[a-z0-9_:/-]+")
_VALUES: Final = {
    CommandName.ANSWER_BY: frozenset(AnswerBy),
    CommandName.SPEED: frozenset(Speed),
    CommandName.CLOUD_SPEECH: frozenset({"on", "off"}),
}


def pack(command: Command) -> str:
    """The data of a button that stands for `command`.

    ValueError when it does not fit into 64 bytes or could not be read back: an id in the content is too long.
    """
    code = _CODES[command.name]
    data = code if command.argument is None else f"{code}:{command.argument}"
    if len(data.encode()) > LIMIT_BYTES or unpack(data) != command:
        raise ValueError(f"no button can stand for the command {command.name.value} with that argument")
    return data


def unpack(data: str | None) -> Command | None:
    """The command that `data` stands for; None for anything this bot never wrote, forged data included.

    Whether there is an answer of that name is for the conversation to say: an old button may name a
    retired one.
    """
    if not data or len(data) > LIMIT_BYTES:
        return None
    code, colon, argument = data.partition(":")
    name = _NAMES.get(code)
    if name is None:
        return None
    if name in _VALUES:
        return Command(name, argument) if argument in _VALUES[name] else None
    if not colon:
        return Command(name)
    return Command(name, argument) if _ARGUMENT.fullmatch(argument) else None
