"""The menu in Telegram and the commands that are answered are the same."""

from pathlib import Path

import pytest
from aiogram.types import BotCommand

from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.nlu.intents import CommandName
from handlers.commands import MENU, command_named, is_known, name_of
from handlers.profile import menu
from tests.shipped_sentences import shipped_sentences


@pytest.fixture(scope="module")
def sentences() -> MessageCatalogue:
    return shipped_sentences()


def test_every_command_of_the_menu_says_what_it_does_in_the_menus_order(sentences: MessageCatalogue) -> None:
    assert tuple(command.command for command in menu(sentences)) == MENU


def test_descriptions_keep_to_telegrams_lengths(sentences: MessageCatalogue) -> None:
    for command in menu(sentences):
        assert BotCommand.model_validate(command)
        assert 3 <= len(command.description) <= 256
    assert len(sentences.say("telegram-description")) <= 512
    assert len(sentences.say("telegram-short-description")) <= 120


def test_every_command_of_the_menu_has_its_router() -> None:
    sources = "".join(path.read_text() for path in Path("handlers").rglob("*.py"))
    for name in MENU:
        assert f'slash("{name}")' in sources or f'opened_by_link("{name}")' in sources


@pytest.mark.parametrize("name", ["next", "SAVE", "text_only"])
def test_commands_outside_the_menu_work_with_a_slash_too(name: str) -> None:
    assert command_named(name) is CommandName(name.lower())
    assert is_known(name)


@pytest.mark.parametrize("name", ["", "weather", "yes", "show", "speed"])
def test_commands_that_need_more_than_a_name_are_not_known(name: str) -> None:
    assert not is_known(name)


@pytest.mark.parametrize(
    ("text", "name", "addressee"),
    [
        ("/help", "help", ""),
        ("/help@bot now", "help", "bot"),
        ("/", "", ""),
        ("/ help", "help", ""),
        ("/@bot", "", "bot"),
    ],
)
def test_a_typed_command_is_taken_apart(text: str, name: str, addressee: str) -> None:
    assert name_of(text) == (name, addressee)
