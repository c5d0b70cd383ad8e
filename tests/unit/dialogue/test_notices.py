"""Notices: who does not get what they asked for learns why in the way in which they are answered."""

import pytest
from small_world import BrokenStore, aloud, command, conversation, labels, sentences, spoken, typed

from assistant.dialogue.person import AnswerBy
from assistant.dialogue.processor import Conversation
from assistant.dialogue.render.system_messages import Asked, Notice, prefaced, words_of
from assistant.nlu.intents import CommandName
from assistant.storage.store import Store

ANNA = 1


@pytest.mark.parametrize(("asked", "way"), [(Asked.ALOUD, AnswerBy.BOTH), (Asked.IN_WRITING, AnswerBy.TEXT)])
async def test_a_notice_comes_the_way_it_was_asked_for(
    talk: Conversation, asked: Asked, way: AnswerBy
) -> None:
    reply = await talk.notice(ANNA, Notice.CANNOT_TAKE, asked)
    assert reply.deliver is way
    assert words_of(sentences(), Notice.CANNOT_TAKE) in reply.plain_text()


@pytest.mark.parametrize("asked", list(Asked))
async def test_what_somebody_has_chosen_goes_before_how_they_asked(talk: Conversation, asked: Asked) -> None:
    await talk.respond(ANNA, command(CommandName.ANSWER_BY, "voice"))
    assert (await talk.notice(ANNA, Notice.WENT_WRONG, asked)).deliver is AnswerBy.VOICE


async def test_a_picture_is_answered_as_the_person_was_answered_before(talk: Conversation) -> None:
    await talk.respond(ANNA, typed("What signs does it show?"))
    assert (await talk.notice(ANNA, Notice.CANNOT_TAKE, Asked.OTHERWISE)).deliver is AnswerBy.TEXT
    await talk.respond(ANNA, spoken("What signs does it show?"))
    assert (await talk.notice(ANNA, Notice.CANNOT_TAKE, Asked.OTHERWISE)).deliver is AnswerBy.BOTH


@pytest.mark.parametrize("notice", list(Notice))
async def test_every_notice_is_said_with_what_to_do_next(talk: Conversation, notice: Notice) -> None:
    reply = await talk.notice(ANNA, notice, Asked.ALOUD)
    said = aloud(reply)
    assert words_of(sentences(), notice) in said
    if notice in {Notice.TOO_MANY_MESSAGES, Notice.TOO_MANY_VOICES}:
        assert "Please wait a minute" in said
        assert "say:" not in said, "nothing would be answered now"
        assert labels(reply) == []
    else:
        assert "say: help" in said
        assert labels(reply) == ["Help", "All sections"]


async def test_a_notice_needs_no_store_and_keeps_nothing(store: Store) -> None:
    talk = conversation(BrokenStore(store, readable=False))
    reply = await talk.notice(ANNA, Notice.NOT_SAVED, Asked.ALOUD)
    assert reply.deliver is AnswerBy.BOTH
    async with store.read() as unit:
        assert await unit.people.load(ANNA) is None


async def test_a_notice_before_a_reply_is_heard_before_it(talk: Conversation) -> None:
    reply = await talk.respond(ANNA, spoken("help"))
    both = prefaced(reply, "That button does not work any more.")
    assert aloud(both).startswith("That button does not work any more. Help.")
    assert both.plain_text().index("That button") < both.plain_text().index("Ask in your own words")
    assert both.deliver is reply.deliver
