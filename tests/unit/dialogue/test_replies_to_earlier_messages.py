"""A reply to an older message acts on what that message showed, and not on what came last."""

import pytest
from small_world import command, dialogue, labels, ref, typed

from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.reply import Reply
from assistant.dialogue.utterance import EarlierMessage, Offered, Typed
from assistant.nlu.intents import Answer, Command, CommandName
from assistant.storage.store import Store

ME = 7


@pytest.fixture
def anybody(store: Store) -> DialogueProcessor:
    return dialogue(store)


def replying(text: str, to: Reply) -> Typed:
    offered = tuple(Offered(option.label, option.command) for option in to.options)
    return Typed(text, EarlierMessage(offered, to.title or ""))


async def test_save_this_saves_what_the_older_message_showed(anybody: DialogueProcessor) -> None:
    symptoms = await anybody.respond(ME, typed("what signs does it show"))
    await anybody.respond(ME, command(CommandName.SHOW, "causes"))
    saved = await anybody.respond(ME, replying("save", symptoms))
    assert "Symptoms" in saved.plain_text()
    assert "Symptoms" in labels(await anybody.respond(ME, typed("bookmarks")))


async def test_read_it_to_me_reads_the_older_answer(anybody: DialogueProcessor) -> None:
    symptoms = await anybody.respond(ME, typed("what signs does it show"))
    await anybody.respond(ME, command(CommandName.SHOW, "causes"))
    assert (await anybody.respond(ME, replying("listen", symptoms))).entry == ref("symptoms")


async def test_next_goes_on_from_the_older_answer(anybody: DialogueProcessor) -> None:
    symptoms = await anybody.respond(ME, typed("what signs does it show"))
    await anybody.respond(ME, command(CommandName.SHOW, "living-with"))
    assert (await anybody.respond(ME, replying("next", symptoms))).entry == ref("causes")
    assert (await anybody.respond(ME, typed("next"))).entry == ref("diagnosis"), "and that is in hand now"


async def test_a_number_picks_from_the_older_list(anybody: DialogueProcessor) -> None:
    choice = await anybody.respond(ME, typed("what can be done"))
    await anybody.respond(ME, typed("sections"))
    picked = await anybody.respond(ME, replying("2", choice))
    assert picked.entry == ref("living-with")


async def test_next_under_a_list_turns_the_pages_of_that_list(anybody: DialogueProcessor) -> None:
    sections = await anybody.respond(ME, typed("sections"))
    await anybody.respond(ME, typed("what signs does it show"))
    more = await anybody.respond(ME, replying("next", sections))
    assert "Research" in labels(more)
    assert more.entry is None


async def test_a_voice_note_without_buttons_is_known_by_its_title(anybody: DialogueProcessor) -> None:
    await anybody.respond(ME, command(CommandName.SHOW, "causes"))
    saved = await anybody.respond(ME, Typed("save", EarlierMessage((), "Symptoms")))
    assert "Symptoms" in saved.plain_text()


async def test_a_yes_under_another_message_erases_nothing(anybody: DialogueProcessor) -> None:
    symptoms = await anybody.respond(ME, typed("what signs does it show"))
    await anybody.respond(ME, typed("save"))
    asked = await anybody.respond(ME, typed("forget me"))
    await anybody.respond(ME, replying("yes", symptoms))
    assert "Symptoms" in labels(await anybody.respond(ME, typed("bookmarks")))
    asked = await anybody.respond(ME, typed("forget me"))
    await anybody.respond(ME, replying("yes", asked))
    assert "Symptoms" not in labels(await anybody.respond(ME, typed("bookmarks")))


async def test_a_question_under_an_older_message_is_answered_like_any_other(
    anybody: DialogueProcessor,
) -> None:
    causes = await anybody.respond(ME, command(CommandName.SHOW, "causes"))
    reply = await anybody.respond(ME, replying("what signs does it show", causes))
    assert isinstance(reply.intent, Answer)


async def test_what_means_nothing_is_the_command_before_it(anybody: DialogueProcessor) -> None:
    asked = Typed("sections of whatever", otherwise=Command(CommandName.SECTIONS))
    assert (await anybody.respond(ME, asked)).intent == Command(CommandName.SECTIONS)
    asked = Typed("what signs does it show", otherwise=Command(CommandName.SECTIONS))
    assert (await anybody.respond(ME, asked)).entry == ref("symptoms")
