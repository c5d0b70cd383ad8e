import dataclasses

import pytest

from assistant.library.entries import CommandWordings, Library
from assistant.nlu.intents import Command, CommandName
from assistant.nlu.interpreter import Context
from assistant.nlu.pipeline import Pipeline
from assistant.nlu.stages.command_grammar import CommandGrammar
from assistant.nlu.words import expanded

NOWHERE = Context()


def test_every_command_can_be_said(library: Library) -> None:
    said = {key.partition(":")[0] for key in library.commands}
    assert said == {name.value for name in CommandName}


def test_every_wording_without_a_slot_means_its_command(library: Library) -> None:
    commands = CommandGrammar(library)
    wrong = [
        (key, text)
        for key, wordings in library.commands.items()
        for wording in wordings.wordings
        for text in expanded(wording)
        if "{" not in text  # a slot
        and (found := commands.find(text, NOWHERE)) != _command(key)
        # Two commands may share a form, such as "help" with and without politeness; then the first one holds.
        and (found is None or found.name is not _command(key).name)
    ]
    assert wrong == []


def _command(key: str) -> Command:
    name, _, value = key.partition(":")
    return Command(CommandName(name), value or None)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Would you save this answer, please?", CommandName.SAVE),
        ("NEXT!!", CommandName.NEXT),
        ("repaet that", CommandName.REPEAT),
        ("pardon? say that again", CommandName.REPEAT),
        ("/forget", CommandName.FORGET_ME),
        ("/help@some_bot", CommandName.HELP),
        ("stop the audio now", CommandName.TEXT_ONLY),
        ("hmm, speak a little slower", CommandName.SLOWER),
        ("wipe everything you have stored on me", CommandName.FORGET_ME),
    ],
)
def test_commands_are_understood(interpreter: Pipeline, said: str, name: CommandName) -> None:
    intent = interpreter.meaning_of(said, NOWHERE)
    assert isinstance(intent, Command)
    assert intent.name is name


@pytest.mark.parametrize(
    "said",
    [
        "Read me the section about treatment.",
        "read the section called treatment",
        "Open the treatment section, please.",
        "go to the page on treatment",
        "show me the part about the treatment",
    ],
)
def test_a_section_named_by_its_whole_title_is_opened(interpreter: Pipeline, said: str) -> None:
    intent = interpreter.meaning_of(said, Context(topic="calcinosis-universalis"))
    assert intent == Command(CommandName.SHOW, "calcinosis-universalis/treatment")


@pytest.mark.parametrize(
    "question",
    [
        "what happens next with this illness",
        "can the lumps come back",
        "does it help to stop eating cheese",
        "will the disease go faster in old people",
        "is there help for my hands",
        "can doctors remove it",
        "what are the options for treatment",
        "how do people save strength during the day",
        "does a start in childhood make it worse",
    ],
)
def test_a_question_is_never_taken_for_a_command(interpreter: Pipeline, question: str) -> None:
    assert not isinstance(interpreter.meaning_of(question, NOWHERE), Command)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("open treatment", "calcinosis-universalis/treatment"),
        ("please show me the section symptoms", "calcinosis-universalis/symptoms"),
        ("open number two", "calcinosis-universalis/symptoms"),
        ("go to risk factors", "calcinosis-universalis/risk-factors"),
        ("take me to prognosis", "calcinosis-universalis/prognosis"),
    ],
)
def test_an_answer_is_named_by_title_or_number(interpreter: Pipeline, said: str, answer: str) -> None:
    assert interpreter.meaning_of(said, Context(topic="calcinosis-universalis")) == Command(
        CommandName.SHOW, answer
    )


def test_a_slot_that_names_nothing_makes_no_command(interpreter: Pipeline) -> None:
    assert not isinstance(interpreter.meaning_of("open number ninety", NOWHERE), Command)


def test_opposites_are_told_apart(interpreter: Pipeline) -> None:
    on = interpreter.meaning_of("start sending me audio again", NOWHERE)
    off = interpreter.meaning_of("stop sending me audio", NOWHERE)
    assert isinstance(on, Command)
    assert on.name is CommandName.AUDIO_ON
    assert isinstance(off, Command)
    assert off.name is CommandName.TEXT_ONLY


def test_a_name_that_is_no_command_is_refused(library: Library) -> None:
    broken = dataclasses.replace(library, commands={"dance": CommandWordings("dance", ("dance for me",))})
    with pytest.raises(ValueError, match="dance"):
        CommandGrammar(broken)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("I should prefer reading it on my own", CommandName.TEXT_ONLY),
        ("I'm hard of hearing, so only write to me", CommandName.TEXT_ONLY),
        ("my eyesight is poor, would you talk to me", CommandName.AUDIO_ON),
        ("that went past me in a rush, speak slower dear", CommandName.SLOWER),
        ("show me whatever I have put aside", CommandName.BOOKMARKS),
        ("wipe out all that you hold about me", CommandName.FORGET_ME),
        ("safe this won", CommandName.SAVE),
        ("book mark this", CommandName.SAVE),
        ("next won", CommandName.NEXT),
        ("re peat", CommandName.REPEAT),
        ("sorry, I lost that, once more please", CommandName.REPEAT),
        ("good morning", CommandName.START),
    ],
)
def test_commands_in_other_words_and_misheard_are_understood(
    interpreter: Pipeline, said: str, name: CommandName
) -> None:
    intent = interpreter.meaning_of(said, Context(topic="calcinosis-universalis"))
    assert isinstance(intent, Command)
    assert intent.name is name
