"""The slash commands, and what each one is."""

from typing import Final

from aiogram.filters import Command as Slash

from assistant.nlu.intents import CommandName

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
    }
)
"""Works when typed with a slash too, without standing in the menu: people try it."""


def slash(*names: str) -> Slash:
    """The filter for slash commands of these names, however they are capitalised."""
    return Slash(*names, ignore_case=True)


def unlisted(name: str) -> CommandName | None:
    """The command that a typed `/name` outside the menu stands for; None when there is none."""
    return next((command for command in _ALSO if command.value == name.casefold()), None)


def is_known(name: str) -> bool:
    """Whether `/name` is one of this assistant's commands."""
    return name.casefold() in MENU or unlisted(name) is not None


def name_of(text: str) -> tuple[str, str]:
    """The name in `/name@bot ...`, and the bot's name, each empty where there is none."""
    words = text.removeprefix("/").split(maxsplit=1)
    name, _, bot_name = words[0].partition("@") if words else ("", "", "")
    return name, bot_name
