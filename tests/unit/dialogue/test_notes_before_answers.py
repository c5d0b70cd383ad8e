"""What comes before an answer: a safety line, and which words were mended."""

import pytest
from small_world import dialogue, ref

from assistant.dialogue.person import Person
from assistant.dialogue.processor import DialogueProcessor
from assistant.library.entries import Paragraph
from assistant.nlu.intents import Answer, Choice, NotCovered
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
    assert getattr(reply.blocks[0], "text", "").startswith("If this may be an emergency, call 112")


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


def test_a_mended_word_is_shown_but_never_said_or_kept(talk: DialogueProcessor) -> None:
    bare = talk.phrase(Answer(ref("causes"), 1.0), SOMEBODY)
    reply = talk.phrase(Answer(ref("causes"), 1.0, repaired=(("calsium", "calcium"),)), SOMEBODY)
    assert getattr(reply.blocks[0], "text", "") == 'I took "calsium" to mean "calcium".'
    assert reply.script == bare.script
    assert reply.blocks[1:] == bare.blocks


def test_only_a_few_mended_words_are_shown(talk: DialogueProcessor) -> None:
    many = tuple((f"word{letter}", "calcium") for letter in "abcdef")
    reply = talk.phrase(Choice((ref("causes"), ref("symptoms")), 1.0, repaired=many), SOMEBODY)
    assert reply.plain_text().count("to mean") == 3
