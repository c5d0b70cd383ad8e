"""What comes with an answer: a safety line before it, and what else was asked."""

import pytest
from small_world import dialogue, ref

from assistant.dialogue.person import Person
from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.utterance import Typed
from assistant.library.entries import Paragraph
from assistant.nlu.intents import Answer, Choice, Command, CommandName, NotCovered
from assistant.storage.store import Store

SOMEBODY = Person(id=0)
LINE = "If you have no air now, call "


@pytest.mark.parametrize(
    "intent",
    [
        Answer(ref("causes"), 1.0, caution="breathing"),
        Choice((ref("causes"), ref("symptoms")), 1.0, caution="breathing"),
        NotCovered((ref("causes"),), caution="breathing"),
        NotCovered(caution="breathing"),
    ],
)
def test_the_safety_line_comes_first_shown_and_said(
    talk: DialogueProcessor, intent: Answer | Choice | NotCovered
) -> None:
    reply = talk.phrase(intent, SOMEBODY)
    assert getattr(reply.blocks[0], "text", "").startswith(LINE)
    assert reply.script is not None
    assert reply.script.title.startswith(LINE)


def test_a_kind_without_a_line_of_its_own_has_the_common_one(talk: DialogueProcessor) -> None:
    reply = talk.phrase(Answer(ref("causes"), 1.0, caution="bleeding"), SOMEBODY)
    assert getattr(reply.blocks[0], "text", "").startswith("If anyone is in danger right now, call 112")


async def test_the_line_about_self_harm_names_the_crisis_line(store: Store) -> None:
    talk = dialogue(store, emergency_number="119", crisis_line="Helpline, 116 123.")
    reply = talk.phrase(Answer(ref("causes"), 1.0, caution="self-harm"), SOMEBODY)
    assert reply.blocks[0] == Paragraph("You can talk to Helpline, 116 123. In danger, call 119.")
    assert reply.script is not None
    assert reply.script.title == "You can talk to Helpline, 1 1 6, 1 2 3. In danger, call 1 1 9."


def test_the_answer_after_a_safety_line_is_said_with_its_title(talk: DialogueProcessor) -> None:
    bare = talk.phrase(Answer(ref("causes"), 1.0), SOMEBODY).script
    noted = talk.phrase(Answer(ref("causes"), 1.0, caution="bleeding"), SOMEBODY).script
    assert bare is not None
    assert noted is not None
    assert noted.paragraphs == (bare.title, *bare.paragraphs)


def test_a_second_question_is_offered_to_be_pressed_and_to_be_said(talk: DialogueProcessor) -> None:
    reply = talk.phrase(Answer(ref("causes"), 1.0, second=ref("symptoms")), SOMEBODY)
    assert reply.options[0].command == Command(CommandName.SHOW, str(ref("symptoms")))
    assert "You also asked about this: Symptoms." in reply.footer
    assert reply.script is not None
    assert "You also asked about this: Symptoms." in reply.script.paragraphs
    assert "To hear that answer too, say: number one." in " ".join(reply.script.paragraphs)


def test_a_second_question_is_named_and_not_asked_of_the_listener(talk: DialogueProcessor) -> None:
    reply = talk.phrase(Answer(ref("causes"), 1.0, second=ref("faq-cure")), SOMEBODY)
    assert "You also asked about this: Can it be cured." in reply.footer


async def test_the_second_answer_is_picked_by_its_number(talk: DialogueProcessor) -> None:
    await talk.respond(7, Typed("what causes it and how does it show"))
    assert (await talk.respond(7, Typed("number one"))).intent == Command(
        CommandName.SHOW, str(ref("symptoms"))
    )


def test_another_language_is_answered_in_that_language_with_the_number(talk: DialogueProcessor) -> None:
    reply = talk.phrase(NotCovered(foreign="es"), SOMEBODY)
    shown = getattr(reply.blocks[0], "text", "")
    assert "inglés" in shown
    assert "112" in shown
    assert reply.script is not None
    assert reply.script.title.startswith("I only understand English so far.")
