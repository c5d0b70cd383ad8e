"""The slash commands, what each one is, and what is meant by words after one."""

import re
from dataclasses import dataclass
from typing import Final

from aiogram import F
from aiogram.filters import Command as Slash

from assistant.dialogue.utterance import Chosen, EarlierMessage, Typed
from assistant.nlu.intents import Command, CommandName
from assistant.text import legible

MENU: Final = (
    "start",
    "sections",
    "faq",
    "bookmarks",
    "settings",
    "about",
    "help",
    "privacy",
    "export",
    "forget",
)
"""The commands shown in Telegram's menu, in its order."""

_ALSO: Final = frozenset(
    {
        CommandName.SAVE,
        CommandName.REMOVE_BOOKMARK,
        CommandName.NEXT,
        CommandName.BACK,
        CommandName.REPEAT,
        CommandName.SLOWER,
        CommandName.FASTER,
        CommandName.TEXT_ONLY,
        CommandName.AUDIO_ON,
        CommandName.LANGUAGE,
        CommandName.LISTEN,
        CommandName.RELATED,
        CommandName.UNDO,
        CommandName.ILLNESSES,
    }
)
"""Works when typed with a slash too, without standing in the menu: people try it."""


_HELP: Final = Command(CommandName.HELP)
_PAYLOAD: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What a deep link carries (Bot API, deep linking)."""


def slash(*names: str) -> Slash:
    """The filter for slash commands of these names, however they are capitalised, with nothing after them."""
    return Slash(*names, ignore_case=True, magic=F.args.is_(None))


def opened_by_link(name: str) -> Slash:
    """The filter for that command alone, or with what a deep link carries."""
    return Slash(name, ignore_case=True, magic=F.args.is_(None) | F.args.regexp(_PAYLOAD, mode="fullmatch"))


def command_named(name: str) -> CommandName | None:
    """The command that a typed `/name` stands for; None when there is none."""
    name = name.casefold()
    if name in MENU:
        return CommandName.FORGET_ME if name == "forget" else CommandName(name)
    return next((command for command in _ALSO if command.value == name), None)


def is_known(name: str) -> bool:
    """Whether `/name` is one of this assistant's commands."""
    return command_named(name) is not None


def name_of(text: str) -> tuple[str, str]:
    """The name in `/name@bot ...`, and the bot's name, each empty where there is none."""
    words = text.removeprefix("/").split(maxsplit=1)
    name, _, bot_name = words[0].partition("@") if words else ("", "", "")
    return name, bot_name


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote; `is_unknown`: it begins with a slash command that there is not."""

    utterance: Typed | Chosen
    is_unknown: bool = False


def read(words: str, earlier: EarlierMessage | None = None) -> Written:
    """What somebody means who wrote these words, whatever they begin with.

    Words after a slash command are read together with its name, and so is the name of one that there is not.
    Where they mean nothing, it is the command that counts, or else the help. No words ask for help.
    """
    words, seen = words.strip(), legible(words)
    if not seen.startswith("/"):
        return Written(Typed(words, earlier) if seen else Chosen(_HELP, earlier))
    words = words if words.startswith("/") else seen
    name, _ = name_of(words)
    after = "".join(words.split(maxsplit=1)[1:])
    known = command_named(name)
    if known is not None and not after:
        return Written(Chosen(Command(known), earlier))
    text = f"{name.replace('_', ' ')} {after}".strip()
    if not text:
        return Written(Chosen(_HELP, earlier))
    return Written(Typed(text, earlier, Command(known) if known else _HELP), is_unknown=known is None)
