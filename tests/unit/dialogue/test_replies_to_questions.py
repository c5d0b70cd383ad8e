"""What a question gets: an answer word for word, a choice, an honest no, or an emergency text."""

from dataclasses import replace
from datetime import date

import pytest
from small_world import (
    SOURCE,
    TOPIC,
    aloud,
    closing,
    command,
    dialogue,
    labels,
    library,
    press,
    ref,
    reviewed,
    spoken,
    topic,
    typed,
    without,
)

from assistant.dialogue.person import AnswerBy, Person
from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.utterance import Spoken
from assistant.errors import AssistantError
from assistant.library.entries import BulletList, Closing, Paragraph
from assistant.nlu.intents import Answer, CommandName
from assistant.nlu.interpreter import Context
from assistant.storage.store import Store
from assistant.transcript import Heard, Unheard, UnheardReason

ME = 7


async def test_an_answer_comes_word_for_word_with_its_source_and_review(talk: DialogueProcessor) -> None:
    reply = await talk.respond(ME, typed("What signs does it show?"))
    entry = library().entry(ref("symptoms"))
    assert entry is not None
    assert (reply.title, reply.blocks, reply.entry) == (
        f"Amber Hands: {entry.title}",
        entry.blocks,
        entry.ref,
    )
    assert reply.footer == (
        f"Source: {SOURCE}",
        "Not yet reviewed by a doctor or nurse.",
        "General information, not medical advice.",
    )
    assert labels(reply) == [
        *("Listen", "Save", "Next", "Previous", "Related questions", "All sections"),
        *("That helped", "That did not help"),
    ]


async def test_the_ends_of_the_reading_order_have_no_button_beyond_them(talk: DialogueProcessor) -> None:
    first = await talk.respond(ME, command(CommandName.SHOW, str(ref("overview"))))
    last = await talk.respond(ME, command(CommandName.SHOW, str(ref("faq-cure"))))
    assert "Previous" not in labels(first)
    assert "Next" not in labels(last)


async def test_an_answer_is_said_as_sentences_with_its_review_state_and_pronunciations(
    talk: DialogueProcessor,
) -> None:
    reply = await talk.respond(ME, spoken("what signs does it show"))
    assert reply.script is not None
    assert reply.script.title == "Amber Hands: Symptoms."
    assert reply.script.paragraphs == (
        "All about symptoms in a sentence.",
        "a first thing,\na second thing.",
        "General information, not medical advice. Not yet reviewed by a doctor or nurse.",
        "To hear what comes next, say: next. To save this, say: save. "
        "For something close to this, say: related questions.",
    )
    assert reply.script.pronunciations == {"amber": "ˈæmbəɹ"}


@pytest.mark.parametrize(
    ("today", "footer"),
    [
        (date(2026, 1, 1), "Reviewed by Doctor Grey on June 2, 2025."),
        (date(2027, 1, 1), "Reviewed by Doctor Grey on June 2, 2025. This review is out of date."),
    ],
)
async def test_a_review_is_named_and_goes_stale(store: Store, today: date, footer: str) -> None:
    content = reviewed(library(), "symptoms", "Doctor Grey", date(2025, 6, 2), date(2026, 6, 2))
    reply = await dialogue(store, content, today=lambda: today).respond(ME, typed("what signs does it show"))
    assert footer in reply.footer
    assert footer in aloud(reply)


async def test_a_choice_asks_which_and_takes_a_number_or_nothing(talk: DialogueProcessor) -> None:
    reply = await talk.respond(ME, typed("what can be done"))
    assert labels(reply) == ["Treatment", "Living with it", "None of these"]
    assert "Treatment. Say 1. Living with it. Say 2." in aloud(reply)
    assert (await talk.respond(ME, spoken("The second one."))).entry == ref("living-with")
    await talk.respond(ME, typed("what can be done"))
    reply = await talk.respond(ME, spoken("None of these."))
    assert reply.entry is None
    assert "other words" in reply.plain_text()
    assert (await talk.respond(ME, typed("two"))).entry is None


async def test_no_answer_is_said_plainly_with_the_nearest_and_who_to_ask(talk: DialogueProcessor) -> None:
    reply = await talk.respond(ME, typed("how are feet treated"))
    assert labels(reply) == ["Treatment", "Causes", "All sections"]
    assert "I have no answer to that." in reply.plain_text()
    assert "doctor, a pharmacist or a patient group" in reply.plain_text()
    assert "Treatment. Say 1." in aloud(reply)
    reply = await talk.respond(ME, typed("how is the weather"))
    assert labels(reply) == ["All sections", "Help"]


@pytest.mark.parametrize("asked", [typed("I cannot breathe"), spoken("I cannot breathe!")])
async def test_an_emergency_gets_its_fixed_text_alone_to_read_and_to_hear(
    store: Store, asked: Spoken
) -> None:
    talk = dialogue(store)
    await talk.respond(ME, command(CommandName.ANSWER_BY, "text"))
    reply = await talk.respond(ME, asked)
    number = "112, 911 or your local number"
    assert (reply.title, reply.deliver) == ("Trouble breathing", AnswerBy.BOTH)
    assert reply.blocks == (
        Paragraph(f"Call {number} now."),
        BulletList((f"Say: call {number}", "Sit up")),
        Paragraph("Call 112 or 911 now."),
    )
    assert (reply.options, reply.footer) == ((), ())
    assert "Call 1 1 2, 9 1 1, or your local number now." in aloud(reply)
    assert aloud(reply).endswith("Call 1 1 2 or 9 1 1 now. To hear this again, say: repeat.")


async def test_the_text_of_an_emergency_is_repeated_until_something_else_is_said(store: Store) -> None:
    talk = dialogue(store)
    await talk.respond(ME, typed("what signs does it show"))
    first = await talk.respond(ME, spoken("I cannot breathe"))
    await talk.respond(ME, Spoken(Unheard(UnheardReason.SILENT)))
    assert (await talk.respond(ME, spoken("repeat"))).script == first.script
    assert (await talk.respond(ME, typed("repeat"))).blocks == first.blocks
    await talk.respond(ME, typed("help"))
    assert (await talk.respond(ME, typed("repeat"))).entry == ref("symptoms")


@pytest.mark.parametrize(
    ("crisis_line", "shown", "said"),
    [
        ("", "the website findahelpline.com", "the website find a helpline dot com"),
        ("Helpline, 116 123", "Helpline, 116 123", "Helpline, 1 1 6, 1 2 3"),
    ],
)
async def test_the_operators_crisis_line_is_named_or_where_to_find_one(
    store: Store, crisis_line: str, shown: str, said: str
) -> None:
    reply = await dialogue(store, crisis_line=crisis_line).respond(ME, typed("I want to die"))
    assert Paragraph(f"Talk to {shown}.") in reply.blocks
    assert f"Talk to {said}." in aloud(reply)


async def test_what_the_assistant_adds_stands_apart_from_the_answer_and_is_said_after_it(
    store: Store,
) -> None:
    content = closing(library(), "treatment", Closing.MEDICINES, Closing.WARNING_SIGNS)
    reply = await dialogue(store, content, emergency_number="119").respond(
        ME, command(CommandName.SHOW, str(ref("treatment")))
    )
    [added] = [line for line in reply.footer if line.startswith("A word from me, not from the article. ")]
    assert ("Ask your doctor" in added, "call 119." in added) == (True, True)
    assert reply.blocks == content.topics[TOPIC].entries["treatment"].blocks
    assert "call 1 1 9. Also call if someone suddenly gets much worse. General information" in aloud(reply)


async def test_the_operators_emergency_number_comes_alone_and_is_said_digit_by_digit(store: Store) -> None:
    reply = await dialogue(store, emergency_number="119").respond(ME, typed("I cannot breathe"))
    assert Paragraph("Call 119 now.") in reply.blocks
    assert "Call 1 1 9 now." in aloud(reply)


async def test_an_emergency_that_content_does_not_know_still_gets_help(store: Store) -> None:
    content = replace(library(), emergencies={})
    reply = await dialogue(store, content, emergency_number="119").respond(ME, typed("I cannot breathe"))
    assert "119" in reply.plain_text()


@pytest.mark.parametrize("reason", UnheardReason)
async def test_every_way_of_not_hearing_says_what_to_do_next(
    talk: DialogueProcessor, reason: UnheardReason
) -> None:
    reply = await talk.respond(ME, Spoken(Unheard(reason)))
    assert "Please" in reply.plain_text()
    assert labels(reply) == ["Help", "All sections"]
    assert (reply.heard, reply.deliver) == (None, AnswerBy.BOTH)
    assert "Please" in aloud(reply)


@pytest.mark.parametrize("reason", [UnheardReason.UNCLEAR, UnheardReason.UNAVAILABLE])
async def test_what_was_not_understood_may_be_a_cry_for_help_and_the_number_is_named_once(
    store: Store, reason: UnheardReason
) -> None:
    talk = dialogue(store, emergency_number="119")
    unclear = Spoken(Unheard(reason))
    first = await talk.respond(ME, unclear)
    assert first.blocks[-1] == Paragraph("In an emergency, call 119.")
    assert "In an emergency, call 1 1 9." in aloud(first)
    assert "119" not in (await talk.respond(ME, unclear)).plain_text()


async def test_the_number_comes_first_where_what_was_not_understood_may_be_an_emergency(store: Store) -> None:
    talk = dialogue(store, emergency_number="119")
    unclear = Spoken(Unheard(UnheardReason.UNCLEAR, caution="breathing"))
    for _ in range(2):
        reply = await talk.respond(ME, unclear)
        assert reply.plain_text().startswith("If you have no air now, call 119.")
        assert reply.plain_text().count("119") == 1
        assert "If you have no air now, call 1 1 9." in aloud(reply)


async def test_what_was_heard_is_shown_and_never_part_of_a_recording_that_is_kept(
    talk: DialogueProcessor,
) -> None:
    reply = await talk.respond(ME, spoken("What signs does it show?"))
    assert reply.heard == 'I heard: "What signs does it show?"'
    assert reply.script is not None
    assert reply.script.keep
    assert "signs" not in aloud(reply)


async def test_a_long_recording_is_said_back_in_short(talk: DialogueProcessor) -> None:
    reply = await talk.respond(ME, Spoken(Heard("word " * 4_000, 0.9, 3_000)))
    assert reply.heard is not None
    assert len(reply.heard) < 330


async def test_follow_ups_are_understood_in_the_context_of_the_answer_in_hand(store: Store) -> None:
    talk = dialogue(store)
    await talk.respond(ME, typed("what signs does it show"))
    await talk.respond(ME, typed("and at night?"))
    assert talk._interpreter.asked[-1] == (  # type: ignore[attr-defined]  # the fake's own record
        "and at night?",
        Context("amber-hands", ref("symptoms")),
    )


async def test_a_retired_answer_says_so(store: Store) -> None:
    talk = dialogue(store, without(library(), "symptoms"))
    reply = await talk.respond(ME, command(CommandName.SHOW, str(ref("symptoms"))))
    assert "no longer here" in reply.plain_text()
    assert reply.entry is None


async def test_what_would_be_said_can_be_asked_for_without_a_store(talk: DialogueProcessor) -> None:
    reply = talk.phrase(Answer(ref("causes"), 1.0), Person(id=0))
    assert reply.plain_text().startswith(
        "Amber Hands: Causes\n\nAll about causes in a sentence.\n\n- a first thing"
    )
    assert (
        talk.phrase(Unheard(UnheardReason.SILENT), Person(id=0)).plain_text().startswith("I heard nothing.")
    )


async def test_suggestions_for_an_empty_text_are_the_frequently_asked_questions(
    talk: DialogueProcessor,
) -> None:
    assert [entry.ref.entry for entry in await talk.suggest("")] == ["faq-symptoms", "faq-cure"]


@pytest.mark.parametrize(
    ("text", "first"),
    [("what signs does it show", "symptoms"), ("treat", "treatment"), ("how are feet treated", "treatment")],
)
async def test_suggestions_follow_the_meaning_or_the_letters_typed_so_far(
    talk: DialogueProcessor, text: str, first: str
) -> None:
    assert (await talk.suggest(text))[0].ref.entry == first


async def test_an_emergency_suggests_no_article(talk: DialogueProcessor) -> None:
    assert await talk.suggest("I cannot breathe") == ()


async def test_suggestions_keep_to_the_limit(talk: DialogueProcessor) -> None:
    assert len(await talk.suggest("how are feet treated", limit=1)) == 1


def test_an_unknown_default_topic_is_refused(store: Store) -> None:
    with pytest.raises(AssistantError, match="no-such-topic"):
        dialogue(store, default_topic="no-such-topic")


async def test_several_topics_are_named_at_the_start_and_each_has_its_sections(store: Store) -> None:
    talk = dialogue(store, library(topic(), topic("glass-feet", "Glass Feet")))
    reply = await talk.respond(ME, command(CommandName.START))
    assert labels(reply) == ["All sections of Amber Hands", "All sections of Glass Feet", "Help"]
    reply = await talk.respond(ME, press(reply, "All sections of Glass Feet"))
    reply = await talk.respond(ME, press(reply, "Overview"))
    assert reply.entry == ref("overview", "glass-feet")
    reply = await talk.respond(ME, typed("faq"))
    assert (await talk.respond(ME, typed("1"))).entry == ref("faq-symptoms", "glass-feet")


async def test_very_many_topics_are_counted_not_named(store: Store) -> None:
    talk = dialogue(store, library(*(topic(f"topic-{number}", f"Topic {number}") for number in range(1, 13))))
    reply = await talk.respond(ME, command(CommandName.START))
    assert "12 illnesses" in reply.plain_text()
    for name in (CommandName.SECTIONS, CommandName.FAQ, CommandName.NEXT, CommandName.ABOUT):
        assert (await talk.respond(ME, command(name))).plain_text()
