"""A yes or no that was hard to hear: it opens what was asked about, but erases nothing unless it is sure."""

from collections.abc import Callable
from typing import Any

import pytest
from small_world import FixedInterpreter, aloud, dialogue, labels, ref, spoken, typed

from assistant.dialogue.person import Pending
from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.reply import Reply
from assistant.dialogue.utterance import Spoken, Utterance
from assistant.nlu.intents import Command, CommandName, NotCovered
from assistant.storage.store import Store
from assistant.transcript import Heard

ME = 7


def said(text: str, confidence: float = 0.85, *others: tuple[str, float], seconds: float = 1.2) -> Spoken:
    """A short recording with its other readings."""
    texts, sure = tuple(each for each, _ in others), tuple(each for _, each in others)
    return Spoken(Heard(text, confidence, seconds, texts, sure))


async def asked_to_erase(talk: DialogueProcessor) -> Reply:
    for words in ("what signs does it show", "save"):
        await talk.respond(ME, spoken(words))
    return await talk.respond(ME, spoken("forget me"))


async def asked_back(talk: DialogueProcessor) -> None:
    """Heard so faintly that it asks whether the symptoms are meant."""
    faint = ("What signs does it show", 0.5, *((f"What signs does it show{end}", 0.45) for end in ".?!"))
    reply = await talk.respond(ME, said(*faint, seconds=3.0))
    assert "Did you ask about this: Symptoms?" in aloud(reply)


async def is_kept(store: Store) -> bool:
    async with store.read() as unit:
        return bool(await unit.bookmarks.listing(ME))


# As a small recogniser wrote down a lone "no" and its kin, in seven synthetic voices, and worse.
@pytest.mark.parametrize(
    "answer",
    [
        said("No.", 0.76, ("Now.", 0.57), ("Know.", 0.17)),
        said("Number."),
        said("Know."),
        said("Note.", 0.66, ("No.", 0.54)),
        said("Nope.", 0.79),
        said("No thanks."),
        said("Low thanks.", 0.57, ("Low fangs.", 0.48)),
        said("Mumble.", 0.5, ("No.", 0.45), ("Nope.", 0.3)),
    ],
    ids=lambda answer: answer.outcome.text,
)
async def test_whatever_sounds_like_no_keeps_everything_and_says_so(
    talk: DialogueProcessor, store: Store, answer: Spoken
) -> None:
    await asked_to_erase(talk)
    reply = await talk.respond(ME, answer)
    assert "I erased nothing." in aloud(reply)
    assert (await talk.person(ME)).memory.pending is None
    assert await is_kept(store)


@pytest.mark.parametrize(
    "words", ["Now, keep it.", "Keep everything.", "I'll keep it.", "Oh, keep it please."]
)
@pytest.mark.parametrize("utter", [typed, spoken], ids=["typed", "spoken"])
async def test_to_keep_it_is_a_no_while_erasing_is_asked_about(
    talk: DialogueProcessor, store: Store, words: str, utter: Callable[[str], Utterance]
) -> None:
    await asked_to_erase(talk)
    reply = await talk.respond(ME, utter(words))
    assert reply.intent == Command(CommandName.NO)
    assert "All right. I erased nothing." in aloud(reply)
    assert (await talk.person(ME)).memory.pending is None
    assert await is_kept(store)


@pytest.mark.parametrize("words", ["Do not keep it.", "Keep it dark."])
async def test_other_words_with_keep_in_them_are_no_answer(
    talk: DialogueProcessor, store: Store, words: str
) -> None:
    await asked_to_erase(talk)
    assert (await talk.respond(ME, typed(words))).intent == NotCovered()
    assert await is_kept(store)


@pytest.mark.parametrize("utter", [typed, spoken], ids=["typed", "spoken"])
@pytest.mark.parametrize("words", ["Yes, do not keep it.", "yes away with all of it"])
async def test_a_yes_with_words_that_mean_nothing_is_asked_about_again(
    talk: DialogueProcessor, store: Store, words: str, utter: Callable[[str], Utterance]
) -> None:
    await asked_to_erase(talk)
    reply = await talk.respond(ME, utter(words))
    assert "I have erased nothing yet" in aloud(reply)
    assert await is_kept(store)


# The interpreter of these tests knows "forget me" and "keep questions" in just these words.
@pytest.mark.parametrize("utter", [typed, spoken], ids=["typed", "spoken"])
@pytest.mark.parametrize("words", ["Yes, forget me.", "Please, yes, forget me.", "Yes forget me"])
async def test_whoever_repeats_what_is_asked_about_has_said_yes(
    talk: DialogueProcessor, store: Store, words: str, utter: Callable[[str], Utterance]
) -> None:
    await asked_to_erase(talk)
    assert "I erased everything" in aloud(await talk.respond(ME, utter(words)))
    assert not await is_kept(store)


@pytest.mark.parametrize("utter", [typed, spoken], ids=["typed", "spoken"])
async def test_and_so_to_having_questions_kept(
    talk: DialogueProcessor, utter: Callable[[str], Utterance]
) -> None:
    await talk.respond(ME, utter("keep questions"))
    await talk.respond(ME, utter("Yes, keep questions."))
    assert (await talk.person(ME)).preferences.keep_questions


@pytest.mark.parametrize("utter", [typed, spoken], ids=["typed", "spoken"])
async def test_a_no_that_repeats_it_is_a_no(
    talk: DialogueProcessor, store: Store, utter: Callable[[str], Utterance]
) -> None:
    await asked_to_erase(talk)
    reply = await talk.respond(ME, utter("No, forget me."))
    assert reply.intent == Command(CommandName.NO)
    assert await is_kept(store)


@pytest.mark.parametrize(
    "answer",
    [
        said("Forget me."),
        said("Yes, forget me.", 0.5),
        said("Yes, forget me.", 0.8, ("No.", 0.4)),
        said("Best for getting me.", 0.8, ("Yes, forget me.", 0.5)),
        Spoken(Heard("Yes, forget me.", 0.9, 1.5, is_doubtful=True)),
    ],
    ids=["no yes", "faint", "like a no", "another reading", "in noise"],
)
async def test_to_repeat_it_unsurely_erases_nothing(
    talk: DialogueProcessor, store: Store, answer: Spoken
) -> None:
    await asked_to_erase(talk)
    await talk.respond(ME, answer)
    assert await is_kept(store)


async def test_to_keep_it_says_nothing_about_erasing_at_other_times(talk: DialogueProcessor) -> None:
    assert (await talk.respond(ME, typed("now, keep it"))).intent == NotCovered()


@pytest.mark.parametrize("words", ["Keep them.", "Please keep them.", "No, keep them."])
async def test_to_keep_them_is_no_sure_yes_to_keeping_questions(talk: DialogueProcessor, words: str) -> None:
    await talk.respond(ME, spoken("keep questions"))
    assert "Say: yes, keep my questions." in aloud(await talk.respond(ME, spoken(words)))
    person = await talk.person(ME)
    assert person.memory.pending is Pending.KEEP_QUESTIONS
    assert not person.preferences.keep_questions


@pytest.mark.parametrize(
    "answer",
    [
        said("Yes.", 0.7, ("Us.", 0.53)),
        said("Yeah.", 0.77, ("Yes.", 0.71)),
        said("Yes, please."),
        said("Yes yes."),
        said("Yes, erase everything."),
    ],
    ids=lambda answer: answer.outcome.text,
)
async def test_a_clear_yes_erases_everything(talk: DialogueProcessor, store: Store, answer: Spoken) -> None:
    await asked_to_erase(talk)
    assert "I erased everything" in aloud(await talk.respond(ME, answer))
    assert not await is_kept(store)


@pytest.mark.parametrize(
    "answer",
    [
        said("Us."),
        said("Yes.", 0.5),
        said("Yes.", 0.8, ("No.", 0.4)),
        said("Yet.", 0.61, ("Yes.", 0.6), ("Yep.", 0.54)),
        said("You have.", 0.49, ("You.", 0.51), ("Yeah.", 0.37)),
    ],
    ids=lambda answer: f"{answer.outcome.text} {answer.outcome.confidence}",
)
async def test_a_yes_that_is_not_sure_is_asked_about_again(
    talk: DialogueProcessor, store: Store, answer: Spoken
) -> None:
    await asked_to_erase(talk)
    again = await talk.respond(ME, answer)
    assert "not sure that you said yes" in aloud(again)
    assert "yes, erase everything" in aloud(again)
    assert labels(again) == ["Yes, erase everything", "No, keep everything"]
    assert (await talk.person(ME)).memory.pending is Pending.FORGET_ME
    assert await is_kept(store)
    assert "I erased everything" in aloud(await talk.respond(ME, said("Yes, erase everything.")))


@pytest.mark.parametrize("way", [spoken, typed])
async def test_whoever_goes_on_to_something_else_hears_that_nothing_was_erased(
    talk: DialogueProcessor, store: Store, way: type[Spoken]
) -> None:
    await asked_to_erase(talk)
    reply = await talk.respond(ME, way("what signs does it show"))
    assert reply.entry == ref("symptoms")
    assert reply.plain_text().count("I erased nothing.") == 1
    assert aloud(reply).startswith("I erased nothing. Amber Hands: Symptoms.")
    assert await is_kept(store)


async def test_nothing_stands_before_an_emergency(talk: DialogueProcessor) -> None:
    await asked_to_erase(talk)
    assert "kept everything" not in (await talk.respond(ME, spoken("I cannot breathe"))).plain_text()


@pytest.mark.parametrize("answer", [said("Us."), said("Yep."), said("Yap.", 0.5, ("Yep.", 0.4))])
async def test_likely_is_enough_to_open_an_answer(talk: DialogueProcessor, answer: Spoken) -> None:
    await asked_back(talk)
    assert (await talk.respond(ME, answer)).entry == ref("symptoms")


@pytest.mark.parametrize("answer", [said("Know."), said("Number."), said("Now.", 0.6, ("No.", 0.5))])
async def test_and_so_it_is_to_leave_it(talk: DialogueProcessor, answer: Spoken) -> None:
    await asked_back(talk)
    assert "none of these" in (await talk.respond(ME, answer)).plain_text()


async def test_with_no_question_in_the_air_nothing_is_bent_into_yes_or_no(talk: DialogueProcessor) -> None:
    reply = await talk.respond(ME, said("Number."))
    assert "no answer to that" in reply.plain_text()


@pytest.mark.parametrize("asked", [None, asked_to_erase, asked_back])
async def test_the_first_words_are_understood_once(store: Store, asked: Callable[..., Any] | None) -> None:
    interpreter = FixedInterpreter()
    talk = dialogue(store, interpreter=interpreter)
    if asked is not None:
        await asked(talk)
    interpreter.asked.clear()
    await talk.respond(ME, said("How will it go on", 0.7, ("How will it go", 0.6)))
    assert [text for text, _ in interpreter.asked] == ["How will it go on", "How will it go"]


async def test_a_command_is_still_a_command_while_a_question_waits(
    talk: DialogueProcessor, store: Store
) -> None:
    await asked_to_erase(talk)
    reply = await talk.respond(ME, said("Help.", 0.8, ("No.", 0.5)))
    assert reply.title == "Help"
    assert await is_kept(store)
