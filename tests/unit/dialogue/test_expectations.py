"""What may well be said next: always the commands, and what the last reply offered."""

import pytest
from small_world import aloud, command, ref, typed

from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.utterance import Spoken
from assistant.library.loading import content_folder, load_library
from assistant.nlu.intents import CommandName
from assistant.nlu.words import expanded, plain
from assistant.transcript import Heard
from tests.shipped_sentences import shipped_sentences

ME = 7


async def expected(talk: DialogueProcessor) -> set[str]:
    return {way for ways in talk.expected_from(await talk.person(ME)) for way in ways}


async def test_a_newcomer_may_say_any_command_and_no_number(talk: DialogueProcessor) -> None:
    told = await expected(talk)
    assert {"Next.", "Slower.", "Slower, please.", "Where am I?"} <= told
    assert "Seven." not in told
    assert {"Yes.", "No."}.isdisjoint(told)


async def test_numbers_and_titles_of_the_open_list_are_expected_and_no_more(talk: DialogueProcessor) -> None:
    await talk.respond(ME, command(CommandName.SECTIONS))
    told = await expected(talk)
    assert {"Seven.", "7.", "Number seven.", "Eight.", "Outlook.", "Living with it."} <= told
    assert "Nine." not in told


async def test_each_thing_is_expected_once(talk: DialogueProcessor) -> None:
    await talk.respond(ME, command(CommandName.SHOW, str(ref("symptoms"))))
    first = [ways[0].casefold() for ways in talk.expected_from(await talk.person(ME))]
    assert len(first) == len(set(first))


@pytest.mark.parametrize("words", ["forget me", "keep questions"])
async def test_a_yes_that_erases_or_keeps_something_is_never_expected(
    talk: DialogueProcessor, words: str
) -> None:
    await talk.respond(ME, typed(words))
    told = await expected(talk)
    assert "No." in told
    assert not any(way.startswith("Yes") for way in told)


async def test_yes_and_no_are_expected_where_they_only_open_something(talk: DialogueProcessor) -> None:
    others = tuple(f"What signs does it show{end}" for end in ".?!")
    faint = Heard("What signs does it show", 0.5, 3.0, others, (0.45, 0.45, 0.45))
    assert "Did you ask about this" in aloud(await talk.respond(ME, Spoken(faint)))
    assert {"Yes.", "No."} <= await expected(talk)


def test_what_is_always_expected_is_a_command() -> None:
    commands = load_library(content_folder()).commands.values()
    known = {plain(one) for each in commands for wording in each.wordings for one in expanded(wording)}
    always = {plain(words) for words in shipped_sentences().say("pick-always").split(",")}
    assert always - known == set()
