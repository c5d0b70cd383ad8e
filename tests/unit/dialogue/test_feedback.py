"""Whether an answer helped: counted for it and its version, once, and for nobody."""

from dataclasses import replace

import pytest
from small_world import TOPIC, aloud, command, dialogue, labels, library, press, ref, spoken, typed, without

from assistant.dialogue.processor import DialogueProcessor
from assistant.library.entries import Library, Paragraph
from assistant.nlu.intents import CommandName
from assistant.storage.store import Store
from assistant.storage.tallies import HELPED, NOT_HELPED, Tally

ME = 7
OTHER = 8
SYMPTOMS = str(ref("symptoms"))
_ASK = "what signs does it show"


async def _counted(store: Store) -> dict[tuple[str, str], int]:
    async with store.read() as unit:
        return {(each.tally.kind, each.tally.answer): each.times for each in await unit.tallies.all()}


@pytest.mark.parametrize("way", [typed("helped"), spoken("helped"), command(CommandName.HELPED, SYMPTOMS)])
async def test_it_is_counted_for_the_answer_in_hand(
    talk: DialogueProcessor, store: Store, way: object
) -> None:
    await talk.respond(ME, typed(_ASK))
    await talk.respond(ME, way)  # type: ignore[arg-type]  # each of them is an utterance
    assert await _counted(store) == {(HELPED, SYMPTOMS): 1}


async def test_the_buttons_stand_last_and_the_voice_does_not_name_them(talk: DialogueProcessor) -> None:
    reply = await talk.respond(ME, spoken(_ASK))
    assert labels(reply)[-2:] == ["That helped", "That did not help"]
    assert "helped" not in aloud(reply)


async def test_of_two_answers_at_once_none_can_be_judged_by_button(talk: DialogueProcessor) -> None:
    reply = await talk.respond(ME, typed("what causes it and how does it show"))
    assert "That helped" not in labels(reply)


async def test_the_same_said_again_counts_once_and_the_opposite_in_its_place(
    talk: DialogueProcessor, store: Store
) -> None:
    reply = await talk.respond(ME, typed(_ASK))
    for _ in range(2):
        await talk.respond(ME, press(reply, "That did not help"))
    await talk.respond(ME, typed("repeat"))
    await talk.respond(ME, typed("not helped"))
    assert await _counted(store) == {(NOT_HELPED, SYMPTOMS): 1}
    await talk.respond(ME, press(reply, "That helped"))
    assert await _counted(store) == {(HELPED, SYMPTOMS): 1}


async def test_two_people_count_twice_and_neither_is_kept_with_it(
    talk: DialogueProcessor, store: Store
) -> None:
    for person in (ME, OTHER):
        await talk.respond(person, typed(_ASK))
        await talk.respond(person, typed("helped"))
        await talk.respond(person, typed("how will it go on"))
        assert (await talk.person(person)).memory.feedback is None
    assert await _counted(store) == {(HELPED, SYMPTOMS): 2}


async def test_another_text_is_counted_by_itself(store: Store) -> None:
    content = library()
    await _say_it_helped(store, content)
    topic = content.topics[TOPIC]
    entry = replace(topic.entries["symptoms"], blocks=(Paragraph("Something else."),))
    changed = replace(topic, entries={**topic.entries, "symptoms": entry})
    await _say_it_helped(store, replace(content, topics={TOPIC: changed}))
    async with store.read() as unit:
        counted = await unit.tallies.all()
    assert [each.times for each in counted] == [1, 1]
    assert len({each.tally.version for each in counted}) == 2


async def _say_it_helped(store: Store, content: Library) -> None:
    talk = dialogue(store, content)
    await talk.respond(ME, typed(_ASK))
    await talk.respond(ME, typed("helped"))


async def test_with_no_answer_in_hand_nothing_is_counted(talk: DialogueProcessor, store: Store) -> None:
    assert "You are welcome" in (await talk.respond(ME, typed("helped"))).plain_text()
    assert "other words" in (await talk.respond(ME, typed("not helped"))).plain_text()
    assert await _counted(store) == {}


async def test_what_did_not_help_in_an_emergency_is_the_emergency_again(
    talk: DialogueProcessor, store: Store
) -> None:
    await talk.respond(ME, typed(_ASK))
    await talk.respond(ME, typed("i cannot breathe"))
    for _ in range(2):
        assert (await talk.respond(ME, typed("not helped"))).title == "Trouble breathing"
    assert "You are welcome" in (await talk.respond(ME, typed("helped"))).plain_text()
    assert await _counted(store) == {}


async def test_an_old_button_of_a_retired_answer_counts_nothing(store: Store) -> None:
    talk = dialogue(store, without(library(), "symptoms"))
    for name in (CommandName.HELPED, CommandName.NOT_HELPED):
        assert "no longer" in (await talk.respond(ME, command(name, SYMPTOMS))).plain_text()
    assert await _counted(store) == {}


async def test_what_was_counted_outlives_whoever_is_forgotten(talk: DialogueProcessor, store: Store) -> None:
    for words in (_ASK, "helped", "forget me", "yes"):
        await talk.respond(ME, typed(words))
    assert await _counted(store) == {(HELPED, SYMPTOMS): 1}


async def test_every_reply_is_counted_by_its_kind_and_answer(store: Store) -> None:
    counted: list[Tally] = []
    talk = dialogue(store, counted=counted.append)
    for words in (_ASK, "how is the weather", "what can be done", "i cannot breathe", "listen"):
        await talk.respond(ME, typed(words))
    version = library().topics[TOPIC].entries["symptoms"].version
    assert counted == [
        Tally("answer", SYMPTOMS, version),
        Tally("not_covered"),
        Tally("choice"),
        Tally("emergency"),
        Tally("command", SYMPTOMS, version),
    ]
