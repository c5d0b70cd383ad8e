"""Notices: who does not get what they asked for learns why in the way in which they are answered."""

import pytest
from small_world import BrokenStore, aloud, command, dialogue, labels, spoken, typed

from assistant.dialogue.person import AnswerBy
from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.render.system_messages import AskedIn, SystemMessage, prefaced, words_of
from assistant.nlu.intents import CommandName
from assistant.storage.store import Store
from tests.shipped_sentences import shipped_sentences

ANNA = 1


@pytest.mark.parametrize(
    ("asked", "way"), [(AskedIn.ALOUD, AnswerBy.BOTH), (AskedIn.IN_WRITING, AnswerBy.TEXT)]
)
async def test_a_notice_comes_the_way_it_was_asked_for(
    talk: DialogueProcessor, asked: AskedIn, way: AnswerBy
) -> None:
    reply = await talk.notice(ANNA, SystemMessage.CANNOT_TAKE, asked)
    assert reply.deliver is way
    assert words_of(shipped_sentences(), SystemMessage.CANNOT_TAKE) in reply.plain_text()


@pytest.mark.parametrize("asked", list(AskedIn))
async def test_what_somebody_has_chosen_goes_before_how_they_asked(
    talk: DialogueProcessor, asked: AskedIn
) -> None:
    await talk.respond(ANNA, command(CommandName.ANSWER_BY, "voice"))
    assert (await talk.notice(ANNA, SystemMessage.WENT_WRONG, asked)).deliver is AnswerBy.VOICE


async def test_a_picture_is_answered_as_the_person_was_answered_before(talk: DialogueProcessor) -> None:
    await talk.respond(ANNA, typed("What signs does it show?"))
    assert (await talk.notice(ANNA, SystemMessage.CANNOT_TAKE, AskedIn.OTHERWISE)).deliver is AnswerBy.TEXT
    await talk.respond(ANNA, spoken("What signs does it show?"))
    assert (await talk.notice(ANNA, SystemMessage.CANNOT_TAKE, AskedIn.OTHERWISE)).deliver is AnswerBy.BOTH


@pytest.mark.parametrize("notice", list(SystemMessage))
async def test_every_notice_is_said_with_what_to_do_next(
    talk: DialogueProcessor, notice: SystemMessage
) -> None:
    reply = await talk.notice(ANNA, notice, AskedIn.ALOUD)
    said = aloud(reply)
    assert words_of(shipped_sentences(), notice) in said
    if notice in {SystemMessage.TOO_MANY_MESSAGES, SystemMessage.TOO_MANY_VOICES}:
        assert "Please wait a minute" in said
        assert "say:" not in said, "nothing would be answered now"
        assert labels(reply) == []
    else:
        assert "say: help" in said
        assert labels(reply) == ["Help", "All sections"]


async def test_a_notice_needs_no_store_and_keeps_nothing(store: Store) -> None:
    talk = dialogue(BrokenStore(store, readable=False))
    reply = await talk.notice(ANNA, SystemMessage.NOT_SAVED, AskedIn.ALOUD)
    assert reply.deliver is AnswerBy.BOTH
    async with store.read() as unit:
        assert await unit.people.load(ANNA) is None


async def test_a_notice_before_a_reply_is_heard_before_it(talk: DialogueProcessor) -> None:
    reply = await talk.respond(ANNA, spoken("help"))
    both = prefaced(reply, "That button does not work any more.")
    assert aloud(both).startswith("That button does not work any more. Help.")
    assert both.plain_text().index("That button") < both.plain_text().index("Ask in your own words")
    assert both.deliver is reply.deliver
