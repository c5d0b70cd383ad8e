"""Little pictures alone: thanks and sadness, and never a yes."""

import pytest
from small_world import aloud, command, ref, typed

from assistant.dialogue.processor import DialogueProcessor
from assistant.nlu.intents import Command, CommandName

ME = 7


@pytest.mark.parametrize("signs", ["👍", "👍🏽", "🙏 ❤️", "❤", "✅", "🥰🥰🥰", "♥️", "🫶", "❤️‍🩹"])
async def test_pictures_of_thanks_are_thanked_for(talk: DialogueProcessor, signs: str) -> None:
    assert (await talk.respond(ME, typed(signs))).intent == Command(CommandName.THANKS)


@pytest.mark.parametrize("signs", ["😢", "😢😭", "💔 🙏", "😰"])
async def test_a_tear_gets_a_kind_sentence_and_a_way_on(talk: DialogueProcessor, signs: str) -> None:
    reply = await talk.respond(ME, typed(signs))
    assert reply.intent == Command(CommandName.SYMPATHY)
    assert "sorry" in aloud(reply)
    assert reply.options


@pytest.mark.parametrize("signs", ["👍", "✅", "🙏", "❤️"])
async def test_a_thumb_up_erases_nothing(talk: DialogueProcessor, signs: str) -> None:
    await talk.respond(ME, command(CommandName.SAVE, str(ref("symptoms"))))
    await talk.respond(ME, command(CommandName.FORGET_ME))
    assert (await talk.respond(ME, typed(signs))).intent == Command(CommandName.THANKS)
    assert "Symptoms" in aloud(await talk.respond(ME, command(CommandName.BOOKMARKS)))


async def test_a_picture_beside_words_changes_nothing(talk: DialogueProcessor) -> None:
    assert (await talk.respond(ME, typed("next 👍"))).intent != Command(CommandName.THANKS)
