"""Two illnesses: everything that is shown or said names its own, and one is left for another in every way."""

from typing import ClassVar

import pytest
from small_world import (
    FixedInterpreter,
    aloud,
    command,
    dialogue,
    labels,
    library,
    press,
    ref,
    spoken,
    topic,
    typed,
)

from assistant.dialogue.person import AnswerBy
from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.reply import Reply
from assistant.library.entries import EntryRef
from assistant.nlu.intents import Answer, Choice, Command, CommandName, Intent, NotCovered
from assistant.nlu.interpreter import Context
from assistant.storage.store import Store

ME = 7
AMBER, BLUE = "Amber Hands", "Blue Feet"
_BLUE = "blue-feet"
_BOTH = Choice((ref("symptoms"), ref("symptoms", _BLUE)), 0.9)


class Knowing(FixedInterpreter):
    """Knows a few questions about either illness."""

    _meant: ClassVar[dict[str, Intent]] = {
        "how does it show": _BOTH,
        "what of both": Choice((ref("symptoms"), ref("causes", _BLUE)), 0.9),
        "how do blue feet show": Answer(ref("symptoms", _BLUE), 0.9),
        "what helps hands": Choice((ref("treatment"), ref("living-with")), 0.5),
        "what of hands": NotCovered((ref("causes"), ref("treatment")), 0.7),
        "go to blue feet": Command(CommandName.SWITCH, _BLUE),
        "the other one": Command(CommandName.SWITCH),
    }

    async def interpret(self, text: str, context: Context) -> Intent:
        self.asked.append((text, context))
        return self._meant.get(text.strip(" .?!").casefold()) or await super().interpret(text, context)


@pytest.fixture
def interpreter() -> Knowing:
    return Knowing()


@pytest.fixture
def talk(store: Store, interpreter: Knowing) -> DialogueProcessor:
    return dialogue(store, library(topic(), topic(_BLUE, BLUE)), interpreter=interpreter)


def everything(reply: Reply) -> str:
    return f"{reply.plain_text()} {aloud(reply) if reply.script else ''}"


@pytest.mark.parametrize(
    "asked",
    [
        "how do blue feet show",
        "what helps hands",
        "what of hands",
        "how does it show",
        "where",
        "about",
        "sections",
        "faq",
        "related",
        "listen all",
    ],
)
async def test_every_reply_names_an_illness_shown_and_spoken(talk: DialogueProcessor, asked: str) -> None:
    await talk.respond(ME, command(CommandName.SHOW, str(ref("symptoms"))))
    reply = await talk.respond(ME, spoken(asked))
    assert AMBER in reply.plain_text() or BLUE in reply.plain_text(), reply.plain_text()
    assert AMBER in aloud(reply) or BLUE in aloud(reply), aloud(reply)


async def test_a_choice_between_illnesses_is_made_by_their_names(talk: DialogueProcessor) -> None:
    for pick in (
        lambda reply: press(reply, BLUE),
        lambda reply: typed("blue feet"),
        lambda reply: spoken("Number two."),
        lambda reply: command(CommandName.SWITCH, _BLUE),
    ):
        reply = await talk.respond(ME, typed("how does it show"))
        assert "Which illness do you mean?" in reply.plain_text()
        assert labels(reply) == [AMBER, BLUE, "None of these"]
        reply = await talk.respond(ME, pick(reply))
        assert reply.title == f"{BLUE}: Symptoms"
        await talk.respond(ME, command(CommandName.START))


async def test_the_interpreter_knows_what_may_be_chosen_by_an_illness(
    talk: DialogueProcessor, interpreter: Knowing
) -> None:
    await talk.respond(ME, typed("how does it show"))
    await talk.respond(ME, typed("the blue one please tell me"))
    assert interpreter.asked[-1][1].offered == _BOTH.entries
    await talk.respond(ME, typed("what helps hands"))
    await talk.respond(ME, typed("something about that"))
    assert interpreter.asked[-1][1].offered == ()


async def test_the_other_one_is_the_same_about_the_other_illness(talk: DialogueProcessor) -> None:
    await talk.respond(ME, typed("how do blue feet show"))
    reply = await talk.respond(ME, spoken("The other one."))
    assert reply.title == f"{AMBER}: Symptoms"
    assert aloud(reply).startswith(f"{AMBER}: Symptoms")
    reply = await talk.respond(ME, press(reply, "The other illness"))
    assert reply.title == f"{BLUE}: Symptoms"


async def test_the_other_one_is_what_was_offered_beside_it(talk: DialogueProcessor) -> None:
    for go_on in (lambda reply: typed("the other one"), lambda reply: press(reply, "The other illness")):
        await talk.respond(ME, typed("what of both"))
        reply = await talk.respond(ME, typed("number one"))
        assert (await talk.respond(ME, go_on(reply))).title == f"{BLUE}: Causes"
        await talk.respond(ME, command(CommandName.START))


async def test_an_illness_is_left_for_another_one(talk: DialogueProcessor, interpreter: Knowing) -> None:
    await talk.respond(ME, command(CommandName.SHOW, str(ref("causes"))))
    reply = await talk.respond(ME, typed("go to blue feet"))
    assert (reply.title, f"Now we talk about {BLUE}." in reply.plain_text()) == (f"{BLUE}: Sections", True)
    person = await talk.person(ME)
    assert (person.memory.topic, person.memory.entry) == (_BLUE, None)
    await talk.respond(ME, typed("how is the weather"))
    assert interpreter.asked[-1][1].topic == _BLUE
    await talk.respond(ME, command(CommandName.START))
    await talk.respond(ME, typed("how is the weather"))
    assert interpreter.asked[-1][1].topic is None, "whoever begins again is asked again"


async def test_the_illnesses_are_listed_and_opened_by_number_or_button(talk: DialogueProcessor) -> None:
    await talk.respond(ME, command(CommandName.SHOW, str(ref("causes"))))
    reply = await talk.respond(ME, spoken("illnesses"))
    assert f"Just now we talk about {AMBER}." in aloud(reply)
    assert f"{BLUE}. Say 2." in aloud(reply)
    opened = await talk.respond(ME, press(reply, BLUE))
    assert opened.title == f"{BLUE}: Sections"
    await talk.respond(ME, spoken("illnesses"))
    assert (await talk.respond(ME, spoken("number two"))).title == f"{BLUE}: Overview"


async def test_bookmarks_of_several_illnesses_are_told_apart(talk: DialogueProcessor) -> None:
    for each in (ref("symptoms"), ref("symptoms", _BLUE)):
        reply = await talk.respond(ME, command(CommandName.SAVE, str(each)))
        assert f"{AMBER if each.topic != _BLUE else BLUE}: Symptoms" in reply.plain_text()
    reply = await talk.respond(ME, spoken("bookmarks"))
    assert labels(reply)[:2] == [f"{AMBER}: Symptoms", f"{BLUE}: Symptoms"]
    assert f"{BLUE}: Symptoms. Say 2." in aloud(reply)


async def test_a_name_too_long_for_a_button_stands_above_it(store: Store) -> None:
    long = "An illness with a very long name indeed"
    talk = dialogue(store, library(topic(), topic(_BLUE, long)), interpreter=Knowing())
    for each in (ref("symptoms"), ref("symptoms", _BLUE)):
        await talk.respond(ME, command(CommandName.SAVE, str(each)))
    reply = await talk.respond(ME, command(CommandName.BOOKMARKS))
    assert f"- {long}: Symptoms" in reply.plain_text()
    assert all(len(label) <= 40 for label in labels(reply))


async def test_suggestions_are_of_every_illness(talk: DialogueProcessor) -> None:
    assert {entry.ref.topic for entry in await talk.suggest("")} == {"amber-hands", _BLUE}
    assert {entry.ref.topic for entry in await talk.suggest("sympt")} == {"amber-hands", _BLUE}


async def test_answers_of_an_example_say_so(store: Store) -> None:
    from dataclasses import replace

    talk = dialogue(store, library(topic(), replace(topic(_BLUE, BLUE), is_example=True)))
    example = talk.phrase(Answer(ref("causes", _BLUE), 1.0), await talk.person(ME))
    other = talk.phrase(Answer(ref("causes"), 1.0), await talk.person(ME))
    assert "This text is an example" in example.plain_text()
    assert "This text is an example" in aloud(example)
    assert "example" not in everything(other)


async def test_with_one_illness_nothing_is_said_of_others(store: Store) -> None:
    talk = dialogue(store)
    for asked in ("sections", "faq", "help", "bookmarks", "what can be done", "how are feet treated"):
        reply = await talk.respond(ME, typed(asked))
        assert "illness" not in " ".join(labels(reply))
        assert reply.title is None or AMBER not in reply.title
    answered = await talk.respond(ME, command(CommandName.SHOW, str(ref("symptoms"))))
    assert labels(answered)[-3:] == ["All sections", "That helped", "That did not help"]
    assert answered.deliver is AnswerBy.TEXT
    assert answered.entry == EntryRef("amber-hands", "symptoms")
